import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CustomResource, Duration } from 'aws-cdk-lib/core';
import { EndpointPreset } from './endpoint-preset';
import { RouteOptions } from './route-options';

/** Which requests a route takes, and where it sends them. */
export interface PrivateLinkRouteOptions extends RouteOptions {
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
   * Any text. With another one than before, the endpoint's addresses are looked up and registered again in the next deployment.
   *
   * @default - they are looked up when CloudFormation sees a change
   */
  readonly refresh?: string;
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
