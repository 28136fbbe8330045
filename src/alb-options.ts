import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_route53 as route53, Duration } from 'aws-cdk-lib';
import { AlbAccessLogs } from './alb-access-logs';

/** What shapes an Application Load Balancer that clients reach: who may connect, on which ports, by which names. */
export interface AlbOptions {
  /**
   * The VPC of the load balancer. Changing it replaces the load balancer and what stands behind it.
   */
  readonly vpc: ec2.IVpc;

  /**
   * Who may connect to the listeners: addresses, security groups, instances, functions. When given, it replaces the default; an empty list lets nobody in. More can be
   * let in with `connections`, or from the stack of a client that needs the load balancer's URL: `client.connections.allowToDefaultPort(alb)`. Changed in place.
   *
   * More than 60 rules are a warning, as is a security group of another VPC, which EC2 knows only while the two VPCs are peered.
   *
   * @default - the VPC's own CIDR blocks, with IPv6 where the load balancer is dualstack; required when the VPC was imported without them, or when the load balancer faces
   * the internet
   */
  readonly clients?: ec2.IConnectable[];

  /**
   * The subnets of the load balancer, at least two zones, or it is an error. At most one subnet per zone is used. Changed in place.
   *
   * @default - the VPC's private subnets, or its public ones where it has no others; the public ones when the load balancer faces the internet
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The port of the listener, 1 to 65535, known at synth. Not 80 where a redirect listens there. It is part of the listener's logical id: with another port, listener and
   * rules are made beside the old ones, which go after them. The security group lets clients in on the new port at once, and no more on the old one.
   *
   * @default - 443 with `certificates`, otherwise 80
   */
  readonly port?: number;

  /**
   * Certificates for HTTPS, which then ends at the load balancer, of its Region. At least one, of which the first is the default and the others are chosen by host name.
   * Without a `port` the listener is then on 443, made beside the one on 80, which becomes the redirect; with a `port` the listener there changes its protocol at once.
   *
   * @default - plain HTTP
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
   */
  readonly certificates?: elbv2.IListenerCertificate[];

  /**
   * The TLS versions and ciphers that clients may use. Changed in place. Only with `certificates`.
   *
   * @default elbv2.SslPolicy.RECOMMENDED_TLS - TLS 1.2 and 1.3
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
   */
  readonly sslPolicy?: elbv2.SslPolicy;

  /**
   * Whether a second listener on port 80 redirects to HTTPS, with status 301, which browsers remember. Turned off, port 80 is closed at once. Only with `certificates`.
   *
   * @default true
   */
  readonly redirectHttp?: boolean;

  /**
   * Names by which clients find the load balancer, `alb.home` for instance. For each a private hosted zone of exactly that name is made, which the VPC of the load
   * balancer and `domainVpcs` see, with an alias record at its apex; or, with `domainZone`, a record in that zone. A zone bills by the month. Names can be added and
   * removed in place; a name that moves from one load balancer to another takes two deployments, because Route 53 takes one zone of a name on a VPC.
   *
   * A name has a dot and is known at synth. In a VPC that sees a zone, names that the zone does not have are not looked for elsewhere. So a zone never has a wider name
   * than it must.
   *
   * @default - the load balancer has the name that ELBv2 gives it, which resolves in all VPCs
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
   */
  readonly domainNames?: string[];

  /**
   * A private hosted zone that contains all of `domainNames` and gets their records. For a load balancer that faces the internet also a public one. Which VPCs see it is
   * decided where it is made. To change from zones that were made to a given one of the same name, or back, takes two deployments.
   *
   * @default - one zone is made for each name
   */
  readonly domainZone?: route53.IHostedZone;

  /**
   * The VPCs that see the zones of `domainNames`, besides the load balancer's: of any Region, and of the same account, because CloudFormation cannot associate others.
   * They need DNS support and DNS hostnames. Changed in place. Not with `domainZone`.
   *
   * @default - the VPC of the load balancer only
   */
  readonly domainVpcs?: ec2.IVpc[];

  /**
   * How long an idle connection is kept, 1 to 4,000 whole seconds. Towards PrivateLink at most 350 s, because it drops idle connections then without a word. The
   * keep-alive of what answers must be longer, or some requests are answered with 502. Changed in place.
   *
   * @default - 60 s, as ELBv2 has it
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout
   */
  readonly idleTimeout?: Duration;

  /**
   * Where the access logs of the load balancer go: one log for everything behind it. S3 bills for what it stores. Changed in place.
   *
   * @default - no access logs
   */
  readonly accessLogs?: AlbAccessLogs;

  /**
   * Whether the load balancer is protected from deletion. The stack cannot be deleted before this is set to false and deployed.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether header fields with invalid names are removed from requests. Changed in place.
   *
   * @default true
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
   */
  readonly dropInvalidHeaderFields?: boolean;

  /**
   * The addresses of the load balancer. Dualstack takes subnets with IPv6 blocks, and where `clients` are given, they must name those over IPv6 too. Targets are reached over
   * IPv4 in either case. Changed in place.
   *
   * @default elbv2.IpAddressType.IPV4
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-ip-address-type.html
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /**
   * The ARN of a regional AWS WAF web ACL that filters the requests. AWS WAF bills for it. Changed in place.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html
   */
  readonly webAclArn?: string;

  /**
   * Lets a deployment succeed only when each target group that it changed has a healthy target, waiting so long at most: 10 s to 12 min, in whole seconds. It fails
   * otherwise, with the state and reason of each target, and CloudFormation rolls it back. See `TargetHealthGate`.
   *
   * @default - the deployment does not wait
   */
  readonly waitForHealthy?: Duration;
}

/** How an Application Load Balancer speaks to a backend. */
export interface AlbTargetGroupOptions {
  /**
   * The protocol towards the backend. The load balancer does not verify the certificate of an HTTPS backend. Not for Lambda functions. A change replaces the target
   * group: requests go to the new one at once, before its targets are healthy.
   *
   * @default - HTTPS where the backend answers on port 443 or 8443, otherwise HTTP
   */
  readonly protocol?: elbv2.ApplicationProtocol;

  /**
   * The version of HTTP towards the backend. HTTP/2 and gRPC take an HTTPS listener. Not for Lambda functions. A change replaces the target group, as that of `protocol`.
   *
   * @default elbv2.ApplicationProtocolVersion.HTTP1
   */
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;

  /**
   * The health check of the targets. What is set here goes before the default, prop by prop. The path begins with `/`; codes 200 to 499 (gRPC 0 to 99), interval 5 to 300 s,
   * timeout 2 to 120 s and shorter than the interval, thresholds 2 to 10. A port other than the traffic port is opened in the security groups too. All changes are made in place.
   *
   * @default - `/` over the backend's protocol, answered by 200 (for gRPC `/AWS.ALB/healthcheck`, answered by 12); every 30 s, timeout 5 s, healthy and unhealthy after 3.
   * Lambda functions are not checked, because each check is an invocation; when something is set, every 35 s, timeout 30 s
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   */
  readonly healthCheck?: elbv2.HealthCheck;

  /**
   * How long a target that is taken out may finish its requests, 0 to 3,600 whole seconds. Not for Lambda functions. Changed in place.
   *
   * @default Duration.seconds(30)
   */
  readonly deregistrationDelay?: Duration;
}
