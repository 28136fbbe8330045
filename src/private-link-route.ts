import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CustomResource, Duration } from 'aws-cdk-lib/core';
import { EndpointPreset } from './endpoint-preset';

/** Which requests a route takes, and where it sends them. */
export interface PrivateLinkRouteOptions {
  /**
   * The endpoint service behind the route: an `NlbEndpointService` of this or another stack, one imported with `NlbEndpointService.fromEndpointServiceAttributes`,
   * or any other `ec2.IInterfaceVpcEndpointService`, such as those of AWS. The hub makes an interface endpoint for it; routes that name the same service share it.
   * With another service than before, a new endpoint is made beside the old one, which goes when the rule has moved. Endpoints bill by the hour and zone.
   *
   * @default - none; then `endpoint` is needed
   */
  readonly service?: ec2.IInterfaceVpcEndpointService;

  /**
   * An interface endpoint that exists already, also an imported one, in place of a service.
   *
   * @default - none; then `service` is needed
   */
  readonly endpoint?: ec2.IInterfaceVpcEndpoint;

  /**
   * The paths of the route. A path without a wildcard means itself and everything below it: `/vpc2` is `/vpc2` and `/vpc2/*`. A pattern with `*` or `?` is taken as
   * it is. Patterns see the path without the query, mind upper and lower case, and have at most 128 characters. A rule takes five values and five wildcards in
   * all, and a path without a wildcard is two values.
   *
   * @default - every path
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
   */
  readonly paths?: string[];

  /**
   * The host names of the route, with `*` and `?` as wildcards; upper and lower case are the same.
   *
   * @default - every host name
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#host-conditions
   */
  readonly hosts?: string[];

  /**
   * Further conditions, all of which must hold: headers, methods, query strings, source addresses.
   *
   * @default - none
   */
  readonly conditions?: elbv2.ListenerCondition[];

  /**
   * The place of the rule among those of the listener, 1 (first) to 50,000. It is the identity of the rule: routes can be renamed and swap priorities in place, while
   * with another number the rule is made anew and the old one deleted afterwards. On a listener that the hub did not make it is required.
   *
   * @default - derived from the route's id, deeper paths before shallower ones
   */
  readonly priority?: number;

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
   * What an AWS service expects: port, protocol, health check and host header. Props set here go before it.
   *
   * @default - none
   */
  readonly preset?: EndpointPreset;

  /**
   * Whether the path of the route is taken off before the request is sent on: `/vpc2/cart` arrives as `/cart`. The service is not told the prefix; redirects, cookies
   * and absolute links of the application must know it. Only for paths without wildcards.
   *
   * @default false - the path is forwarded unchanged
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
   */
  readonly stripPrefix?: boolean;

  /**
   * The Host header with which requests are sent on.
   *
   * @default - that of the preset; otherwise the client's
   */
  readonly hostHeader?: string;

  /**
   * The health check, which travels through endpoint and service to the targets behind: its path must be answered there. What is set here goes before the default,
   * prop by prop. Codes 200 to 499, interval 5 to 300 s, timeout 2 to 120 s, thresholds 2 to 10. All changes are made in place.
   *
   * @default - `/` over the route's protocol, answered by 200; every 30 s, timeout 5 s, healthy and unhealthy after 3
   */
  readonly healthCheck?: elbv2.HealthCheck;

  /**
   * How long a target that is taken out may finish its requests, 0 to 3,600 whole seconds. Changed in place.
   *
   * @default Duration.seconds(30)
   */
  readonly deregistrationDelay?: Duration;
}

/** What a route is made of. */
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
}
