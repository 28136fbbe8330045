import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_route53 as route53, aws_wafv2 as wafv2, Annotations, Fn, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deliverAccessLogs } from './access-logs';
import { addCertificates } from './certificates';
import { closedSecurityGroup } from './closed-security-group';
import { pathBelowStage, resolvedPaths } from './identity';
import { checkKind, checkKinds } from './kinds';
import { OnePerZone, onePerZone } from './one-per-zone';
import { isDualstack, privateNames } from './private-names';
import { portOfProtocol } from './protocol';
import { invalid, Validate } from './validate';
import { isListElement, vpcCidrBlock } from './vpc-attributes';
import { AlbOptions } from '../alb-options';

/** Rules of a security group that AWS allows unless a higher quota was granted. */
const RULES_QUOTA = 60;

/** What a load balancer that admits clients is made from. */
export interface FrontDoorProps extends AlbOptions {
  readonly internetFacing?: boolean;
}

export interface Listeners {
  readonly listener: elbv2.ApplicationListener;
  readonly redirectListener?: elbv2.ApplicationListener;
}

/** An Application Load Balancer that admits the clients it was told, and nobody else, under the names it was given. */
export class FrontDoor {
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  public readonly availabilityZones: string[];
  /** The hosted zones of the names. */
  public readonly zones: route53.IHostedZone[];
  /** Where clients find it. */
  public readonly url: string;

  /** What its listener speaks. */
  public readonly protocol: elbv2.ApplicationProtocol;

  private readonly port: number;
  private readonly clients: ec2.IConnectable[];

  /** Makes the parts in `scope`; the listeners follow when it is known what answers. */
  constructor(private readonly scope: Construct, private readonly props: FrontDoorProps) {
    this.protocol = props.certificates ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP;
    this.port = props.port ?? portOfProtocol(this.protocol);
    this.validate();
    this.clients = this.namedClients();
    const selection = props.vpcSubnets ?? (props.internetFacing ? { subnetType: ec2.SubnetType.PUBLIC } : undefined);
    const selected = onePerZone(scope, 'vpcSubnets', props.vpc, selection);
    this.requireTwoZones(selected);
    this.availabilityZones = selected.zones;

    const securityGroup = closedSecurityGroup(scope, 'SecurityGroup', props.vpc, `Application Load Balancer of ${pathBelowStage(scope)}`);
    this.loadBalancer = new elbv2.ApplicationLoadBalancer(scope, 'LoadBalancer', {
      vpc: props.vpc,
      vpcSubnets: { subnets: selected.subnets },
      internetFacing: props.internetFacing ?? false,
      securityGroup,
      idleTimeout: props.idleTimeout,
      deletionProtection: props.deletionProtection,
      dropInvalidHeaderFields: props.dropInvalidHeaderFields ?? true,
      ipAddressType: props.ipAddressType,
    });
    const { names, zones } = privateNames(scope, this.loadBalancer, props);
    this.zones = zones;
    this.url = this.urlOf(names[0] ?? this.loadBalancer.loadBalancerDnsName);
    if (props.accessLogs) { deliverAccessLogs(scope, this.loadBalancer, props.accessLogs); }
    if (props.webAclArn !== undefined) {
      new wafv2.CfnWebACLAssociation(scope, 'WebAclAssociation', { webAclArn: props.webAclArn, resourceArn: this.loadBalancer.loadBalancerArn });
    }
  }

  /** Makes the listener that answers, and the one that redirects to it. */
  public listen(defaultAction: elbv2.ListenerAction): Listeners {
    const { certificates = [], sslPolicy } = this.props;
    const redirectListener = this.redirects ? this.listenOn(80, {
      protocol: elbv2.ApplicationProtocol.HTTP,
      defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS', port: `${this.port}`, permanent: true }),
    }) : undefined;

    const [certificate, ...others] = certificates;
    const listener = this.listenOn(this.port, {
      protocol: this.protocol,
      certificates: certificate && [certificate],
      sslPolicy: certificate && (sslPolicy ?? elbv2.SslPolicy.RECOMMENDED_TLS),
      defaultAction,
    });
    addCertificates(listener, others);
    // where port 80 has answered itself so far, it sends nobody to a port that does not answer yet
    redirectListener?.node.addDependency(listener);
    return { listener, redirectListener };
  }

  /** A listener on another port is another one: two of them can stand side by side, and ELBv2 would move one at once, before what follows it has moved. */
  private listenOn(port: number, props: elbv2.BaseApplicationListenerProps): elbv2.ApplicationListener {
    const id = port === 80 ? 'Listener' : `Listener${port}`;
    const listener = new elbv2.ApplicationListener(this.scope, id, { ...props, loadBalancer: this.loadBalancer, port, open: false });
    for (const client of this.clients) {
      listener.connections.allowFrom(client, ec2.Port.tcp(port), `Clients on port ${port}`);
    }
    return listener;
  }

  private get redirects(): boolean {
    return this.props.certificates !== undefined && (this.props.redirectHttp ?? true);
  }

  private urlOf(host: string): string {
    return `${this.protocol.toLowerCase()}://${host}${this.port === portOfProtocol(this.protocol) ? '' : `:${this.port}`}`;
  }

  private validate(): void {
    const { certificates, sslPolicy, redirectHttp, internetFacing } = this.props;
    this.checkKinds();
    const validate = new Validate(this.scope);
    validate.concrete('port', this.port, 'listener');
    validate.integer('port', this.port, 1, 65535);
    validate.seconds('idleTimeout', this.props.idleTimeout, 1, 4000);
    this.validateAddressing();
    validate.notEmpty('certificates', certificates, "Give HTTPS a certificate, or leave 'certificates' out for plain HTTP.");
    const needless = certificates ? undefined : redirectHttp ? 'redirectHttp' : sslPolicy ? 'sslPolicy' : undefined;
    if (needless) {
      throw invalid(this.scope, `'${needless}' is for HTTPS and needs 'certificates', got none. Give the listener a certificate, or leave '${needless}' out.`);
    }
    if (this.redirects && this.port === 80) {
      throw invalid(this.scope, "'port' is 80, on which the redirect to HTTPS listens. Choose another port, 443 by default, or set 'redirectHttp' to false.");
    }
    if (internetFacing && !certificates) {
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:plainHttp',
        "'internetFacing' with HTTP: requests cross the internet unencrypted. Give it 'certificates', or put a CDN or another TLS end in front of it.");
    }
  }

  private validateAddressing(): void {
    const { internetFacing, ipAddressType, webAclArn } = this.props;
    if (ipAddressType === elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 && !internetFacing) {
      throw invalid(this.scope, `'ipAddressType' is ${ipAddressType}, which takes a load balancer that faces the internet. Use IPV4 or DUAL_STACK.`);
    }
    if (webAclArn !== undefined && !Token.isUnresolved(webAclArn) && !/^arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/./.test(webAclArn)) {
      throw invalid(this.scope, "'webAclArn' must be the ARN of a regional web ACL of AWS WAF, such as "
        + `'arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/NAME/ID', got: '${webAclArn}'. One for CloudFront does not fit.`);
    }
  }

  private checkKinds(): void {
    const { vpc, clients, certificates, domainZone, domainVpcs, accessLogs } = this.props;
    checkKind(this.scope, 'vpc', vpc, 'vpc');
    checkKinds(this.scope, 'clients', clients, 'client');
    checkKinds(this.scope, 'certificates', certificates, 'certificate');
    checkKinds(this.scope, 'domainVpcs', domainVpcs, 'vpc');
    if (domainZone) { checkKind(this.scope, 'domainZone', domainZone, 'hosted zone'); }
    if (accessLogs?.bucket) { checkKind(this.scope, 'accessLogs.bucket', accessLogs.bucket, 'bucket'); }
  }

  private namedClients(): ec2.IConnectable[] {
    const { clients, internetFacing, vpc, ipAddressType } = this.props;
    if (clients !== undefined) {
      const rules = clients.length * (this.redirects ? 2 : 1);
      if (rules > RULES_QUOTA) {
        Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:securityGroupRulesQuota',
          `'clients' has ${clients.length} entries, which take ${rules} rules, and AWS allows ${RULES_QUOTA} a security group unless it granted more. `
          + 'Use fewer and larger CIDR blocks, a prefix list, or ask for a higher quota (VPC, inbound rules per security group).');
      }
      clients.forEach(client => this.warnOfForeignGroups(client));
      return clients;
    }
    if (internetFacing) {
      throw invalid(this.scope, "'internetFacing' needs 'clients', got none: nobody is let in who was not named. "
        + "Name who may connect, such as ec2.Peer.ipv4('203.0.113.7/32'), or write ec2.Peer.anyIpv4() for everybody.");
    }
    const ownBlock = vpcCidrBlock(vpc);
    if (ownBlock === undefined) {
      throw invalid(this.scope, `'clients' is missing, and its default, the CIDR block of ${vpc.node.path}, is not known: the VPC was imported without one. `
        + "Name who may connect in 'clients', or give 'vpcCidrBlock' to Vpc.fromVpcAttributes().");
    }
    if (!isDualstack(ipAddressType)) { return [ec2.Peer.ipv4(ownBlock)]; }
    if (!(vpc instanceof ec2.Vpc)) {
      throw invalid(this.scope, `'clients' is missing, and its default, all addresses of ${vpc.node.path}, is not known: the IPv6 block of an imported VPC is not. `
        + "Name who may connect in 'clients', over IPv4 and IPv6.");
    }
    return [ec2.Peer.ipv4(ownBlock), ec2.Peer.ipv6(Fn.select(0, vpc.vpcIpv6CidrBlocks))];
  }

  /** EC2 knows a group of another VPC only while the two are peered. */
  private warnOfForeignGroups({ connections }: ec2.IConnectable): void {
    const ours = resolvedPaths(this.scope, this.props.vpc.vpcId);
    for (const group of connections.securityGroups) {
      const resource = group.node.defaultChild;
      const vpcId = resource instanceof ec2.CfnSecurityGroup ? resource.vpcId : undefined;
      if (vpcId === undefined || resolvedPaths(this.scope, vpcId) === ours) { continue; }
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:clientInAnotherVpc',
        `'clients' has ${group.node.path}, a security group of another VPC. EC2 takes rules about it only while the VPCs are peered in one Region, and not when they are `
        + 'made before the peering. Name the addresses instead, ec2.Peer.ipv4(vpc.vpcCidrBlock) for instance, or make the peering first, '
        + "with 'node.addDependency(peering)', and acknowledge this.");
    }
  }

  private requireTwoZones({ subnets, zones, isPendingLookup }: OnePerZone): void {
    if (isPendingLookup || zones.length >= 2) { return; }
    // the first element of a list that only the deployment knows stands for all of them
    const isList = subnets.length === 1 && isListElement(subnets[0].subnetId);
    const given = isList ? 'a list of subnets whose length is known at deployment only' : zones.length === 0 ? 'none' : zones.join(', ');
    throw invalid(this.scope, `'vpcSubnets' must span at least two zones, got: ${given}. `
      + (isList ? "Say how many there are: Fn.split(',', value, 2), with as many 'availabilityZones'."
        : "Select subnets of another zone too, or give the VPC 'maxAzs: 2' or more."));
  }
}
