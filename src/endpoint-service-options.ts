import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_iam as iam, aws_route53 as route53, aws_sns as sns, Duration } from 'aws-cdk-lib';
import { Backend } from './backend';

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
   * Certificates for TLS, which then ends at the Network Load Balancer. The first is the default. The backend gets plain TCP. Not in front of an Application Load
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
   * The VPC of the backend. The Network Load Balancer stands in it. Changing it replaces the load balancer.
   */
  readonly vpc: ec2.IVpc;

  /**
   * The subnets of the Network Load Balancer, one per zone. At most one per zone is used. Consumers can reach the service in these zones only. Zones can be
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
   * Whether each endpoint must be accepted before traffic passes: by hand, or by `acceptedAccounts`. Required, true or false, when `allowedPrincipals` contains `*`.
   *
   * @default false - the allow-list is the consent
   */
  readonly acceptanceRequired?: boolean;

  /**
   * Accounts whose endpoints are accepted without anybody's doing, as 12 digits each, up to 250. It takes `acceptanceRequired: true`, and each account must be allowed to make endpoints: the account of the
   * service is, others need an entry in `allowedPrincipals`, such as `new iam.AccountPrincipal('111122223333')`. Endpoints of everybody else wait to be accepted by hand.
   *
   * A function of its own looks every minute which endpoints wait, and accepts those of the accounts named, also those that waited before the account was named. What somebody rejected stays
   * rejected, and an account that is taken off the list keeps the endpoints that it has. When an endpoint cannot be accepted, the run fails, which the function's metric `Errors` shows (`acceptor`). It costs
   * a run of a small function each minute.
   *
   * @default - none; each endpoint is accepted by hand where `acceptanceRequired` is true
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
   */
  readonly acceptedAccounts?: string[];

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
   * Whether CloudWatch Contributor Insights rules are made for the service. They are billed.
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
   * The name under which consumers may reach their endpoints, such as `api.example.com`, when they turn private DNS on. Its domain must be proved with a TXT record in its
   * public zone; until AWS has verified it, endpoints with private DNS cannot be made: in the same app let them depend on this construct. Changed in place, and to be verified again.
   * Endpoints without private DNS keep the names that AWS gives them.
   *
   * @default - none; endpoints have the names that AWS gives them
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
   */
  readonly privateDnsName?: string;

  /**
   * The public hosted zone of the domain of `privateDnsName`, in this account. The TXT record is made in it, and the deployment verifies the name and waits until it is
   * verified, up to 12 min, or fails. The record goes with the service.
   *
   * @default - name and value of the record are outputs of the stack: make it by hand, and start the verification with
   * `aws ec2 start-vpc-endpoint-service-private-dns-verification --service-id SERVICE_ID`
   */
  readonly privateDnsVerificationZone?: route53.IPublicHostedZone;

  /**
   * Lets a deployment succeed only when each target group that it changed has a healthy target, waiting so long at most: 10 s to 12 min, in whole seconds. It fails
   * otherwise, with the state and reason of each target, and CloudFormation rolls it back. A new target of a Network Load Balancer takes 3 to 5 minutes: give it ten. See `TargetHealthGate`.
   *
   * @default - the deployment does not wait
   */
  readonly waitForHealthy?: Duration;

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
