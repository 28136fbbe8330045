import {
  aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_iam as iam, aws_lambda as lambda, aws_sns as sns, region_info,
  Annotations, Duration, Lazy, ReferenceStrength, Stack, Token,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { EndpointServiceAttributes, IEndpointService } from './endpoint-service';
import { EndpointServiceListenerOptions, NlbEndpointServiceProps } from './endpoint-service-options';
import { networkBackendTargetGroup } from './private/backend-target-group';
import { addCertificates } from './private/certificates';
import { closedSecurityGroup } from './private/closed-security-group';
import { accountsNotAllowed, checkAcceptedAccounts, ConnectionAcceptor, isSameAccount } from './private/connection-acceptor';
import { HealthGate } from './private/health-gate';
import { pathBelowStage } from './private/identity';
import { ImportedEndpointService } from './private/imported-endpoint-service';
import { checkKind, checkKinds } from './private/kinds';
import { onePerZone } from './private/one-per-zone';
import { PrivateDnsName } from './private/private-dns-name';
import { protocolOfPort } from './private/protocol';
import { Roster } from './private/roster';
import { areKnownZones, invalid, Validate } from './private/validate';

/**
 * A backend published to other VPCs through AWS PrivateLink: an internal Network Load Balancer and the endpoint service in front of it.
 *
 * The load balancer has a security group of its own, balances across zones and forwards TCP. Both sides of each security group rule are written: the
 * load balancer's egress and the backend's ingress, for traffic and health checks. Behind PrivateLink the backend sees a private address of the load balancer,
 * never the consumer's.
 *
 * The load balancer bills by the hour and by capacity units; the service itself is free, consumers pay for their endpoints.
 *
 * @example
 * declare const vpc2: ec2.Vpc;
 * declare const webA: ec2.Instance;
 * declare const webB: ec2.Instance;
 *
 * const service = new NlbEndpointService(this, 'Vpc2Service', {
 *   vpc: vpc2,
 *   backend: Backend.instances([webA, webB], { port: 80 }),
 * });
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
 */
export class NlbEndpointService extends Construct implements IEndpointService, ec2.IConnectable {
  /**
   * An endpoint service of another app or account, by its name.
   *
   * @param scope the consumer's stack, or a construct in it
   * @param id the id of the construct
   * @param attrs what is known of the service
   * @returns the service as its consumers see it
   */
  public static fromEndpointServiceAttributes(scope: Construct, id: string, attrs: EndpointServiceAttributes): IEndpointService {
    return new ImportedEndpointService(scope, id, attrs);
  }

  /** The Network Load Balancer. */
  public readonly loadBalancer: elbv2.NetworkLoadBalancer;
  /** The listener on `port`. */
  public readonly listener: elbv2.NetworkListener;
  /** The target group of the backend. */
  public readonly targetGroup: elbv2.NetworkTargetGroup;
  /** The load balancer's security group, with `port` as its default port. */
  public readonly connections: ec2.Connections;
  /** The id of the endpoint service, `vpce-svc-…`. */
  public readonly endpointServiceId: string;
  /**
   * The name of the endpoint service, `com.amazonaws.vpce.REGION.vpce-svc-…`, with the Region of this stack. In partitions where it begins otherwise, such as China,
   * the stack must know its Region.
   */
  public readonly endpointServiceName: string;
  /** The name of the endpoint service, as `ec2.IInterfaceVpcEndpointService` calls it. */
  public readonly name: string;
  /** The port of the listener. */
  public readonly port: number;
  /** Endpoints have no private DNS names unless they ask for them. */
  public readonly privateDnsDefault?: boolean = false;
  /** The zones of the load balancer, where they are known by name. */
  public readonly availabilityZones?: string[];
  /** What the service speaks. */
  public readonly protocol?: elbv2.ApplicationProtocol;
  /** The version of HTTP that the service speaks. */
  public readonly protocolVersion?: elbv2.ApplicationProtocolVersion;
  /** The Region of the service, where it is known by name. */
  public readonly region?: string;
  /** The account of the service, where it is known by number. */
  public readonly account?: string;
  /** Whether endpoints must be accepted. */
  public readonly acceptanceRequired?: boolean;
  /** The function that accepts the endpoints of `acceptedAccounts`, for an alarm on its errors. Only with `acceptedAccounts`. */
  public readonly acceptor?: lambda.Function;

  /**
   * What its listeners lead to.
   *
   * @internal
   */
  public readonly _targetGroups: elbv2.NetworkTargetGroup[] = [];

  /**
   * The listeners, one by one, also those that are added later.
   *
   * @internal
   */
  public readonly _listeners = new Roster<{ port: number; targetGroup: elbv2.NetworkTargetGroup }>();

  private readonly gate: HealthGate;
  private readonly vpc: ec2.IVpc;
  private readonly clients: ec2.IConnectable[];
  private readonly ports = new Set<number>();
  private readonly allowedRegions: string[];
  private readonly endpointService: ec2.CfnVPCEndpointService;
  private readonly principals: string[] = [];
  private readonly acceptanceWrittenOut: boolean;
  private readonly acceptedAccounts: string[];

  /**
   * @param scope the provider's stack, or a construct in it
   * @param id the id of the construct. It is part of logical ids, and changing it replaces the service under its consumers
   * @param props what is published, and to whom
   */
  constructor(scope: Construct, id: string, props: NlbEndpointServiceProps) {
    super(scope, id);
    checkKind(this, 'vpc', props.vpc, 'vpc');
    checkKinds(this, 'clients', props.clients, 'client');
    if (props.connectionNotifications) { checkKind(this, 'connectionNotifications', props.connectionNotifications, 'topic'); }
    if (props.privateDnsVerificationZone) { checkKind(this, 'privateDnsVerificationZone', props.privateDnsVerificationZone, 'hosted zone'); }
    const validate = new Validate(this);
    validate.notEmpty('clients', props.clients, "Name who may connect, or leave 'clients' out to let in whoever has an endpoint.");
    validate.notEmpty('allowedRegions', props.allowedRegions, "Leave it out to allow the service's own Region only.");
    if (props.acceptedAccounts) { checkAcceptedAccounts(this, props.acceptedAccounts, props.acceptanceRequired); }
    validate.notTwice('allowedRegions', props.allowedRegions, region => `'${region}'`);
    validate.notTwice('supportedIpAddressTypes', props.supportedIpAddressTypes, type => `'${type}'`);
    checkRegions(this, props.allowedRegions);
    validate.notEmpty('supportedIpAddressTypes', props.supportedIpAddressTypes, 'Leave it out for IPv4.');

    const stack = Stack.of(this);
    this.vpc = props.vpc;
    this.clients = props.clients ?? [];
    this.allowedRegions = props.allowedRegions ?? [];
    this.port = props.port ?? 80;
    this.protocolVersion = props.protocolVersion;
    this.acceptanceWrittenOut = props.acceptanceRequired !== undefined;
    this.acceptanceRequired = props.acceptanceRequired ?? false;
    this.acceptedAccounts = props.acceptedAccounts ?? [];
    this.region = Token.isUnresolved(stack.region) ? undefined : stack.region;
    this.account = Token.isUnresolved(stack.account) ? undefined : stack.account;
    const { subnets, zones, isPendingLookup } = onePerZone(this, 'vpcSubnets', props.vpc, props.vpcSubnets);
    if (subnets.length === 0 && !isPendingLookup) {
      throw invalid(this, `'vpcSubnets' must select at least one subnet of ${props.vpc.node.path}, got none. Select those of the zones in which consumers may reach the service.`);
    }
    this.availabilityZones = !isPendingLookup && areKnownZones(zones) ? zones : undefined;

    const securityGroup = closedSecurityGroup(this, 'SecurityGroup', props.vpc, `Network Load Balancer of ${pathBelowStage(this)}`);
    this.connections = new ec2.Connections({ securityGroups: [securityGroup], defaultPort: ec2.Port.tcp(this.port) });

    this.loadBalancer = new elbv2.NetworkLoadBalancer(this, 'LoadBalancer', {
      vpc: props.vpc,
      vpcSubnets: { subnets },
      internetFacing: false,
      crossZoneEnabled: true,
      securityGroups: [securityGroup],
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: this.clients.length > 0,
      deletionProtection: props.deletionProtection,
      ipAddressType: props.supportedIpAddressTypes?.includes(ec2.IpAddressType.IPV6) ? elbv2.IpAddressType.DUAL_STACK : undefined,
    });

    this.endpointService = new ec2.CfnVPCEndpointService(this, 'EndpointService', {
      networkLoadBalancerArns: [this.loadBalancer.loadBalancerArn],
      acceptanceRequired: this.acceptanceRequired,
      contributorInsightsEnabled: props.contributorInsights,
      supportedIpAddressTypes: props.supportedIpAddressTypes?.map(type => `${type}`),
      supportedRegions: props.allowedRegions,
    });
    // an export in use is what keeps a provider from being removed under its consumers
    this.endpointService.applyCrossStackReferenceStrength(ReferenceStrength.STRONG);
    this.endpointServiceId = this.endpointService.ref;
    const prefix = this.region === undefined ? undefined : region_info.RegionInfo.get(this.region).vpcEndpointServiceNamePrefix;
    this.endpointServiceName = `${prefix ?? 'com.amazonaws.vpce'}.${stack.region}.${this.endpointServiceId}`;
    this.name = this.endpointServiceName;

    this.gate = new HealthGate(this, props.waitForHealthy);
    const { listener, targetGroup, protocol } = this.makeListener('TargetGroup', this.port, props);
    this.listener = listener;
    this.targetGroup = targetGroup;
    this.protocol = props.protocol ?? (props.certificates ? elbv2.ApplicationProtocol.HTTPS : protocol ?? protocolOfPort(this.port));

    for (const principal of props.allowedPrincipals ?? []) { this.allowPrincipal(principal); }
    if (props.acceptedAccounts) {
      this.acceptor = new ConnectionAcceptor(this, 'Acceptor', this.endpointService, props.acceptedAccounts).fn;
      this.node.addValidation({ validate: () => this.uselessAcceptances() });
    }
    if (props.connectionNotifications) { this.notify(props.connectionNotifications); }
    if (props.privateDnsName !== undefined) {
      new PrivateDnsName(this, 'PrivateDns', this.endpointService, props.privateDnsName, props.privateDnsVerificationZone);
    } else if (props.privateDnsVerificationZone) {
      throw invalid(this, "'privateDnsVerificationZone' needs a 'privateDnsName', got none. Give the name that consumers may use, or leave the zone out.");
    }
  }

  /**
   * Lets one more account, role or user make endpoints of this service.
   *
   * @param principal its ARN. `*` for every AWS account takes `acceptanceRequired` written out, true or false
   */
  public allowPrincipal(principal: iam.ArnPrincipal): void {
    checkPrincipal(this, principal.arn);
    if (principal.arn === '*' && !this.acceptanceWrittenOut) {
      throw invalid(this, "'allowedPrincipals' contains '*', which lets every AWS account connect, and 'acceptanceRequired' is not set. "
        + "Name the principals, or set 'acceptanceRequired' to true (accept each endpoint by hand) or to false (open to everybody).");
    }
    if (this.principals.length === 0) {
      new ec2.CfnVPCEndpointServicePermissions(this, 'Permissions', {
        serviceId: this.endpointServiceId,
        allowedPrincipals: Lazy.list({ produce: () => this.principals }),
      });
    }
    if (!this.principals.includes(principal.arn)) { this.principals.push(principal.arn); }
  }

  /**
   * One more port of the same service, with a backend of its own.
   *
   * @param id the id of its target group
   * @param options the port, which no other listener of the service may have, and what answers on it
   * @returns the listener, with a target group of its own
   */
  public addListener(id: string, options: EndpointServiceListenerOptions): elbv2.NetworkListener {
    new Validate(this).id('addListener', id);
    if (this.node.tryFindChild(`${id}TargetGroup`)) { throw invalid(this, `listener '${id}' exists already. Choose another id.`); }
    return this.makeListener(`${id}TargetGroup`, options.port ?? 80, options).listener;
  }

  /**
   * Why a consumer in a Region would reach nothing on a port, as far as it is known.
   *
   * @internal
   */
  public _refusals(port: number, region: string): string[] {
    const refusals = [];
    if (!Token.isUnresolved(port) && !this.ports.has(port)) {
      refusals.push(`leads to port ${port} of ${this.node.path}, which listens on ${[...this.ports].join(', ')}. Choose one of these, or add one with addListener().`);
    }
    if (this.region !== undefined && !Token.isUnresolved(region) && region !== this.region && !this.allowedRegions.includes(region)) {
      refusals.push(`leads to ${this.node.path} in ${this.region}, which is not open to ${region}. Add that Region to its 'allowedRegions'.`);
    }
    return refusals;
  }

  /**
   * Whether endpoints of an account are accepted without anybody's doing.
   *
   * @internal
   */
  public _accepts(account: string): boolean {
    return this.acceptedAccounts.some(accepted => isSameAccount(accepted, account));
  }

  /** At synth, because principals may be allowed until then. */
  private uselessAcceptances(): string[] {
    return accountsNotAllowed(this, this.acceptedAccounts, this.principals).map(account =>
      `'acceptedAccounts' has ${account}, which is not allowed to make endpoints. Add new iam.AccountPrincipal('${account}') to 'allowedPrincipals', or take the account off the list.`);
  }

  private makeListener(
    targetGroupId: string, port: number, options: EndpointServiceListenerOptions,
  ): { listener: elbv2.NetworkListener; targetGroup: elbv2.NetworkTargetGroup; protocol?: elbv2.ApplicationProtocol } {
    checkKinds(this, 'certificates', options.certificates, 'certificate');
    const validate = new Validate(this);
    validate.concrete('port', port, 'listener');
    validate.integer('port', port, 1, 65535);
    validate.notEmpty('certificates', options.certificates, "Give TLS a certificate, or leave 'certificates' out to pass TCP through.");
    if (this.ports.has(port)) {
      throw invalid(this, `'port' must differ from that of every other listener of the service, got: ${port}, which has one already. Choose another port.`);
    }
    this.ports.add(port);

    const { targetGroup, protocol } = networkBackendTargetGroup(this, targetGroupId, {
      vpc: this.vpc,
      backend: options.backend,
      loadBalancer: this,
      tls: options.certificates !== undefined,
      proxyProtocolV2: options.proxyProtocolV2,
      defaultHealthCheck: {
        protocol: elbv2.Protocol.TCP,
        interval: Duration.seconds(30),
        healthyThresholdCount: 3,
        unhealthyThresholdCount: 3,
      },
      healthCheck: options.healthCheck,
    });
    const listener = new elbv2.NetworkListener(this, `Listener${port}`, {
      loadBalancer: this.loadBalancer,
      port,
      protocol: options.certificates ? elbv2.Protocol.TLS : elbv2.Protocol.TCP,
      certificates: options.certificates?.slice(0, 1),
      sslPolicy: options.certificates && elbv2.SslPolicy.RECOMMENDED_TLS,
      defaultTargetGroups: [targetGroup],
    });
    addCertificates(listener, options.certificates?.slice(1) ?? []);
    this._targetGroups.push(targetGroup);
    this._listeners.add({ port, targetGroup });
    this.gate.add(targetGroup);
    // a service that can be reached answers
    this.endpointService.node.addDependency(listener);
    for (const client of this.clients) {
      this.connections.allowFrom(client, ec2.Port.tcp(port), `Clients on port ${port}`);
    }
    return { listener, targetGroup, protocol };
  }

  private notify(topic: sns.ITopic): void {
    // not by the service's ARN: a topic of another stack would then depend on this stack, which depends on the topic
    const policy = topic.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('vpce.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    if (!policy.statementAdded) {
      Annotations.of(this).addWarningV2('cdk-alb-privatelink:notificationTopicPolicy',
        `'connectionNotifications' is an imported topic, ${topic.node.path}, whose policy cannot be changed from here. `
        + 'Its policy must let vpce.amazonaws.com call sns:Publish, or the deployment fails.');
    }
    const notification = new ec2.CfnVPCEndpointConnectionNotification(this, 'Notification', {
      serviceId: this.endpointServiceId,
      connectionNotificationArn: topic.topicArn,
      connectionEvents: ['Accept', 'Connect', 'Delete', 'Reject'],
    });
    if (policy.policyDependable) { notification.node.addDependency(policy.policyDependable); }
  }
}

function checkRegions(scope: Construct, regions: string[] | undefined): void {
  const wrong = regions?.find(region => !Token.isUnresolved(region) && !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region));
  if (wrong !== undefined) { throw invalid(scope, `'allowedRegions' has '${wrong}', which is no Region. Name Regions as AWS does, such as 'eu-west-1'.`); }
}

function checkPrincipal(scope: Construct, arn: string): void {
  if (!Token.isUnresolved(arn) && arn !== '*' && !/^arn:[\w-]+:(iam|sts)::./.test(arn)) {
    throw invalid(scope, `'allowedPrincipals' has '${arn}', which is no ARN of an account, role or user. Give one such as 'arn:aws:iam::222222222222:root', or '*' for everybody.`);
  }
}
