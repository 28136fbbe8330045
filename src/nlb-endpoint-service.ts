import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Annotations, Duration, Lazy, ReferenceStrength, Stack, Token } from 'aws-cdk-lib/core';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { Backend } from './backend';
import { EndpointServiceAttributes, IEndpointService } from './endpoint-service';
import { networkBackendTargetGroup } from './private/backend-target-group';
import { addCertificates } from './private/certificates';
import { closedSecurityGroup } from './private/closed-security-group';
import { pathBelowStage } from './private/identity';
import { ImportedEndpointService } from './private/imported-endpoint-service';
import { onePerZone } from './private/one-per-zone';
import { protocolOfPort } from './private/protocol';
import { areKnownZones, invalid, Validate } from './private/validate';

/** A listener of an endpoint service's Network Load Balancer. */
export interface EndpointServiceListenerOptions {
  /**
   * What answers the requests.
   */
  readonly backend: Backend;

  /**
   * The port of the listener, 1 to 65535. It is part of the listener's logical id: with another port a new listener is made beside the old one, and the old
   * one goes after it.
   *
   * @default 80
   */
  readonly port?: number;

  /**
   * Certificates for TLS, which then ends at the Network Load Balancer; the first is the default. The backend gets plain TCP. Not in front of an Application Load
   * Balancer.
   *
   * @default - TCP is passed through
   */
  readonly certificates?: elbv2.IListenerCertificate[];

  /**
   * The health check of the targets. What is set here goes before the default, prop by prop. Interval 5 to 300 s, timeout 2 to 120 s, thresholds 2 to 10.
   *
   * A health check port other than the traffic port is opened in the security groups too.
   *
   * @default - TCP on the traffic port every 30 s, healthy and unhealthy after 3; what the backend needs where that does not fit
   */
  readonly healthCheck?: elbv2.HealthCheck;

  /**
   * Whether to send the proxy protocol header, version 2, which carries the consumer's address and the id of its endpoint. The targets must understand it:
   * those that do not answer every request with an error. Not in front of an Application Load Balancer.
   *
   * @default false
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol
   */
  readonly proxyProtocolV2?: boolean;
}

/** Properties of `NlbEndpointService`. */
export interface NlbEndpointServiceProps extends EndpointServiceListenerOptions {
  /**
   * The VPC of the backend; the Network Load Balancer stands in it. Changing it replaces the load balancer.
   */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of the Network Load Balancer, one per zone; at most one per zone is used. Consumers can reach the service in these zones only. Zones can be
   * added later (deploy the provider first, then the consumers), never removed or moved while endpoints exist: put a new service beside the old one instead.
   *
   * @default - the VPC's private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Who may connect, as addresses in the consumers' VPCs (PrivateLink shows the consumer's address to the load balancer's security group) or as security groups
   * of clients that come without PrivateLink. When given, the rules are enforced on PrivateLink traffic too, and everybody else is turned away.
   *
   * @default - whoever has an endpoint: the allow-list of the service is the gate, and its security group has no inbound rule
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
   */
  readonly clients?: ec2.IConnectable[];

  /**
   * Whether each endpoint must be accepted by hand before traffic passes. Required, true or false, when `allowedPrincipals` contains `*`.
   *
   * @default false - the allow-list is the consent
   */
  readonly acceptanceRequired?: boolean;

  /**
   * Who may make endpoints of this service: ARNs of accounts, roles or users, or `*` for every AWS account. Consumers of the same account need no entry.
   *
   * @default - the account of the service only
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
   */
  readonly allowedPrincipals?: iam.ArnPrincipal[];

  /**
   * The address types of endpoints. With `IPV6` the load balancer becomes dualstack, which takes subnets with IPv6 blocks.
   *
   * @default - IPv4
   */
  readonly supportedIpAddressTypes?: ec2.IpAddressType[];

  /**
   * The other Regions in which endpoints can be made, `eu-west-1` for instance. Traffic between Regions is billed.
   *
   * @default - the service's own Region only
   */
  readonly allowedRegions?: string[];

  /**
   * Whether CloudWatch Contributor Insights rules are made for the service; they are billed.
   *
   * @default false
   */
  readonly contributorInsights?: boolean;

  /**
   * A topic that is told when an endpoint connects, is accepted, rejected or deleted. A topic of this app is given the policy that this takes; to an imported
   * one it must be given by hand.
   *
   * @default - nobody is told
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html
   */
  readonly connectionNotifications?: sns.ITopic;

  /**
   * Whether the load balancer is protected from deletion. The stack cannot be deleted before this is set to false and deployed.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;

  /**
   * What the service speaks, for the consumers' load balancers.
   *
   * @default - HTTPS with `certificates`; otherwise what an Application Load Balancer behind speaks; otherwise HTTPS on ports 443 and 8443, else HTTP
   */
  readonly protocol?: elbv2.ApplicationProtocol;

  /**
   * The version of HTTP that the service speaks, for the consumers' load balancers. HTTP/2 and gRPC take an HTTPS listener there.
   *
   * @default elbv2.ApplicationProtocolVersion.HTTP1
   */
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;
}

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
  /** Whether endpoints must be accepted by hand. */
  public readonly acceptanceRequired?: boolean;

  private readonly vpc: ec2.IVpc;
  private readonly clients: ec2.IConnectable[];
  private readonly ports = new Set<number>();
  private readonly allowedRegions: string[];
  private readonly endpointService: ec2.CfnVPCEndpointService;
  private readonly principals: string[] = [];
  private readonly acceptanceWrittenOut: boolean;

  /**
   * @param scope the provider's stack, or a construct in it
   * @param id the id of the construct; it is part of logical ids, and changing it replaces the service under its consumers
   * @param props what is published, and to whom
   */
  constructor(scope: Construct, id: string, props: NlbEndpointServiceProps) {
    super(scope, id);
    const validate = new Validate(this);
    validate.notEmpty('clients', props.clients, "Name who may connect, or leave 'clients' out to let in whoever has an endpoint.");
    validate.notEmpty('allowedRegions', props.allowedRegions, "Leave it out to allow the service's own Region only.");
    validate.notEmpty('supportedIpAddressTypes', props.supportedIpAddressTypes, 'Leave it out for IPv4.');

    const stack = Stack.of(this);
    this.vpc = props.vpc;
    this.clients = props.clients ?? [];
    this.allowedRegions = props.allowedRegions ?? [];
    this.port = props.port ?? 80;
    this.protocolVersion = props.protocolVersion;
    this.acceptanceWrittenOut = props.acceptanceRequired !== undefined;
    this.acceptanceRequired = props.acceptanceRequired ?? false;
    this.region = Token.isUnresolved(stack.region) ? undefined : stack.region;
    this.account = Token.isUnresolved(stack.account) ? undefined : stack.account;
    const { subnets, zones, isPendingLookup } = onePerZone(props.vpc, props.vpcSubnets);
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
    const prefix = this.region === undefined ? undefined : RegionInfo.get(this.region).vpcEndpointServiceNamePrefix;
    this.endpointServiceName = `${prefix ?? 'com.amazonaws.vpce'}.${stack.region}.${this.endpointServiceId}`;
    this.name = this.endpointServiceName;

    const { listener, targetGroup, protocol } = this.makeListener('TargetGroup', this.port, props);
    this.listener = listener;
    this.targetGroup = targetGroup;
    this.protocol = props.protocol ?? (props.certificates ? elbv2.ApplicationProtocol.HTTPS : protocol ?? protocolOfPort(this.port));

    for (const principal of props.allowedPrincipals ?? []) { this.allowPrincipal(principal); }
    if (props.connectionNotifications) { this.notify(props.connectionNotifications); }
  }

  /**
   * Lets one more account, role or user make endpoints of this service.
   *
   * @param principal its ARN; `*` for every AWS account takes `acceptanceRequired` written out, true or false
   */
  public allowPrincipal(principal: iam.ArnPrincipal): void {
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
   */
  public addListener(id: string, options: EndpointServiceListenerOptions): elbv2.NetworkListener {
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

  private makeListener(
    targetGroupId: string, port: number, options: EndpointServiceListenerOptions,
  ): { listener: elbv2.NetworkListener; targetGroup: elbv2.NetworkTargetGroup; protocol?: elbv2.ApplicationProtocol } {
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
