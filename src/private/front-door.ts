import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Annotations, Duration, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { deliverAccessLogs } from './access-logs';
import { closedSecurityGroup } from './closed-security-group';
import { OnePerZone, onePerZone } from './one-per-zone';
import { invalid, Validate } from './validate';
import { AlbAccessLogs } from '../alb-access-logs';

/** Rules of a security group that AWS allows unless a higher quota was granted. */
const RULES_QUOTA = 60;

/** What a load balancer that admits clients is made from. */
export interface FrontDoorProps {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly internetFacing?: boolean;
  readonly clients?: ec2.IConnectable[];
  readonly port?: number;
  readonly defaultAction: elbv2.ListenerAction;
  readonly idleTimeout?: Duration;
  readonly accessLogs?: AlbAccessLogs;
  readonly deletionProtection?: boolean;
  readonly dropInvalidHeaderFields?: boolean;
  readonly ipAddressType?: elbv2.IpAddressType;
  readonly webAclArn?: string;
}

/** An Application Load Balancer that admits the clients it was told, and nobody else. */
export class FrontDoor {
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  public readonly listener: elbv2.ApplicationListener;
  public readonly zones: string[];

  /** Makes the parts in `scope`, in the order in which a packet meets them. */
  constructor(scope: Construct, props: FrontDoorProps) {
    const port = props.port ?? 80;
    new Validate(scope).integer('port', port, 1, 65535);
    const clients = this.clients(scope, props);
    const selection = props.vpcSubnets ?? (props.internetFacing ? { subnetType: ec2.SubnetType.PUBLIC } : undefined);
    const selected = onePerZone(props.vpc, selection);
    this.requireTwoZones(scope, selected);
    this.zones = selected.zones;

    const securityGroup = closedSecurityGroup(scope, 'SecurityGroup', props.vpc, `Application Load Balancer of ${scope.node.path}`);
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
    this.listener = new elbv2.ApplicationListener(scope, 'Listener', {
      loadBalancer: this.loadBalancer,
      port,
      protocol: elbv2.ApplicationProtocol.HTTP,
      open: false,
      defaultAction: props.defaultAction,
    });
    for (const client of clients) {
      this.listener.connections.allowFrom(client, ec2.Port.tcp(port), `Clients on port ${port}`);
    }
    if (props.accessLogs) { deliverAccessLogs(scope, this.loadBalancer, props.accessLogs); }
    if (props.webAclArn) {
      new wafv2.CfnWebACLAssociation(scope, 'WebAclAssociation', { webAclArn: props.webAclArn, resourceArn: this.loadBalancer.loadBalancerArn });
    }
    if (props.internetFacing) {
      Annotations.of(scope).addWarningV2('cdk-alb-privatelink:plainHttp',
        "'internetFacing' with HTTP: requests cross the internet unencrypted. Put a CDN or another TLS end in front of it.");
    }
  }

  private clients(scope: Construct, { vpc, clients, internetFacing }: FrontDoorProps): ec2.IConnectable[] {
    if (clients !== undefined) {
      new Validate(scope).notEmpty('clients', clients, 'Name who may connect: ec2.Peer.ipv4(…), a security group, an instance, a function.');
      if (clients.length > RULES_QUOTA) {
        Annotations.of(scope).addWarningV2('cdk-alb-privatelink:securityGroupRulesQuota',
          `'clients' has ${clients.length} entries, and AWS allows ${RULES_QUOTA} rules a security group unless it granted more. `
          + 'Use fewer and larger CIDR blocks, a prefix list, or ask for a higher quota (VPC, inbound rules per security group).');
      }
      return clients;
    }
    if (internetFacing) {
      throw invalid(scope, "'internetFacing' needs 'clients', got none: nobody is let in who was not named. "
        + "Name who may connect, such as ec2.Peer.ipv4('203.0.113.7/32'), or write ec2.Peer.anyIpv4() for everybody.");
    }
    return [ec2.Peer.ipv4(this.ownCidr(scope, vpc))];
  }

  private ownCidr(scope: Construct, vpc: ec2.IVpc): string {
    try {
      return vpc.vpcCidrBlock;
    } catch {
      throw invalid(scope, `'clients' is missing, and its default, the CIDR block of ${vpc.node.path}, is not known: the VPC was imported without one. `
        + "Name who may connect in 'clients', or give 'vpcCidrBlock' to Vpc.fromVpcAttributes().");
    }
  }

  private requireTwoZones(scope: Construct, { subnets, zones, isPendingLookup }: OnePerZone): void {
    if (isPendingLookup || zones.length >= 2) { return; }
    // the first element of a list that only the deployment knows stands for all of them
    const isList = subnets.length === 1 && Token.isUnresolved([subnets[0].subnetId]) && !Token.isUnresolved(subnets[0].subnetId);
    const given = isList ? 'a list of subnets whose length is known at deployment only' : zones.length === 0 ? 'none' : zones.join(', ');
    throw invalid(scope, `'vpcSubnets' must span at least two zones, got: ${given}. `
      + (isList ? "Say how many there are: Fn.split(',', value, 2), with as many 'availabilityZones'."
        : "Select subnets of another zone too, or give the VPC 'maxAzs: 2' or more."));
  }
}
