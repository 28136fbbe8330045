import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, CustomResource, Duration } from 'aws-cdk-lib';
import { EndpointPreset } from './endpoint-preset';
import { RouteOptions } from './route-options';

/** Where a route sends its requests, or a part of them. */
export interface PrivateLinkTargetOptions {
  /**
   * The endpoint service behind the route: an `NlbEndpointService` of this or another stack, one imported with `NlbEndpointService.fromEndpointServiceAttributes`,
   * or any other `ec2.IInterfaceVpcEndpointService`, such as those of AWS. The hub makes an interface endpoint for it; routes that name the same service share it.
   * With another service than before, a new endpoint is made beside the old one, which goes when the rule has moved. Endpoints bill by the hour and zone.
   *
   * @default - none; then `endpoint` is needed, or a `split`
   */
  readonly service?: ec2.IInterfaceVpcEndpointService;

  /**
   * An interface endpoint that exists already, also an imported one, in place of a service.
   *
   * @default - none; then `service` is needed, or a `split`
   */
  readonly endpoint?: ec2.IInterfaceVpcEndpoint;

  /**
   * The port of the service, 1 to 65535, where it has several. With another port than before, target group and registration are made beside the old ones, which go when
   * the rule has moved.
   *
   * @default - the port of the preset, the service, or the endpoint; when that changes, it changes in place
   */
  readonly port?: number;

  /**
   * The protocol towards the service. The load balancer does not verify the certificate of an HTTPS service. A change replaces the target group.
   *
   * @default - that of the preset or the service; otherwise HTTPS on ports 443 and 8443, else HTTP
   */
  readonly protocol?: elbv2.ApplicationProtocol;

  /**
   * The version of HTTP towards the service. HTTP/2 and gRPC take an HTTPS listener. A change replaces the target group.
   *
   * @default - that of the service, otherwise HTTP/1.1
   */
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;

  /**
   * The health check, which travels through endpoint and service to the targets behind: its path must be answered there. What is set here goes before the default,
   * prop by prop. Codes 200 to 499, interval 5 to 300 s, timeout 2 to 120 s, thresholds 2 to 10. All changes are made in place.
   *
   * @default - `/` over the route's protocol, answered by 200 (for gRPC `/AWS.ALB/healthcheck`, answered by 12); every 30 s, timeout 5 s, healthy and unhealthy after 3
   */
  readonly healthCheck?: elbv2.HealthCheck;

  /**
   * How long a target that is taken out may finish its requests, 0 to 420 whole seconds. Deployments that take addresses out wait so long. Changed in place.
   *
   * @default Duration.seconds(30)
   */
  readonly deregistrationDelay?: Duration;

  /**
   * Whether the route goes live only when its endpoint is accepted, for services with `acceptanceRequired`. The deployment waits up to 12 min for it, and fails then, or at once when the endpoint was
   * rejected; the message names the command that accepts. The rule is made or changed after the wait: a route that moves from one service to another stays with the first one until the endpoint of the second is
   * accepted, and for good when it is not. Routes that share an endpoint wait once. In a rollback nothing fails for it.
   *
   * An endpoint that needs no acceptance is waited for until it is available, which takes a minute or two. Turning it on or off interrupts nothing. It costs the run time of a Lambda function.
   *
   * @default false - the route goes live when its targets are in place, and answers with errors until the endpoint is accepted
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
   */
  readonly awaitAcceptance?: boolean;

  /**
   * Any text. With another one than before, the endpoint's addresses are looked up and registered again in the next deployment.
   *
   * @default - they are looked up when CloudFormation sees a change
   */
  readonly refresh?: string;
}

/** A part of the requests of a route, and where it goes. */
export interface PrivateLinkRouteSplit extends PrivateLinkTargetOptions {
  /**
   * The share of the requests that goes here, as a whole number of 0 to 999 among the weights of all parts: of 90 and 10 this is nine in ten and one in ten. One part must have more than 0.
   * With 0 nothing is sent here, and the targets are checked nevertheless, so that they are known to be healthy before they get requests. Changed in place, at once.
   *
   * The load balancer does not turn to another part when all targets of this one are unhealthy: AWS documents that its share of the requests then goes to the unhealthy targets.
   */
  readonly weight: number;
}

/** Which requests a route takes, and where it sends them. */
export interface PrivateLinkRouteOptions extends RouteOptions, PrivateLinkTargetOptions {
  /**
   * What an AWS service expects: port, protocol, health check and host header. Props set here go before it.
   *
   * @default - none
   */
  readonly preset?: EndpointPreset;

  /**
   * Several places among which the requests are divided by weight, in place of one `service` or `endpoint`: up to five, for a canary, for blue and green, or to move a service. Each part has its own endpoint, target group and registration.
   * What the route sets beside, such as `healthCheck`, holds for each part that does not set it itself.
   *
   * A service keeps its endpoint and target group when it comes into a split, changes its weight there, or is left alone, so that none of these steps replaces what serves.
   *
   * @default - none; all requests go to `service` or `endpoint`
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#forward-actions
   */
  readonly split?: PrivateLinkRouteSplit[];

  /**
   * How long a client that keeps cookies stays with the part of the `split` that it got first, 1 s to 7 days, in whole seconds: for pages whose files must come from one version. Other weights are then for new
   * clients only, until the time is over. With a single part it does nothing. Changed in place.
   *
   * @default - each request is divided anew
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions
   */
  readonly splitStickiness?: Duration;
}

/** A part of a route's requests, and what it is made of. */
export interface PrivateLinkRoutePart {
  /**
   * The service, where the hub makes the endpoint.
   *
   * @default - none, the endpoint was given
   */
  readonly service?: ec2.IInterfaceVpcEndpointService;
  /** The interface endpoint, made by the hub or given. */
  readonly endpoint: ec2.IInterfaceVpcEndpoint;
  /** The target group with the endpoint's addresses. */
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** The custom resource that keeps the addresses in the target group. */
  readonly registration: CustomResource;
  /** The weight among the parts, 1 without a split. */
  readonly weight: number;
}

/** What a route is made of. With a `split`, endpoint, target group and registration are those of its first part. */
export interface PrivateLinkRoute {
  /** The interface endpoint, made by the hub or given. */
  readonly endpoint: ec2.IInterfaceVpcEndpoint;
  /** The target group with the endpoint's addresses. */
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** The custom resource that keeps the addresses in the target group. */
  readonly registration: CustomResource;
  /** The rule of the listener. */
  readonly rule: elbv2.ApplicationListenerRule;
  /** The place of the rule among those of the listener. */
  readonly priority: number;
  /** Where the requests go: one part, or those of the `split` in their order. */
  readonly parts: PrivateLinkRoutePart[];
}
