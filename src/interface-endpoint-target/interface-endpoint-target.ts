import {
  aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2,
  Aspects, CustomResource, Duration, Names, Stack, Token,
} from 'aws-cdk-lib';
import { Construct, Dependable, IConstruct } from 'constructs';
import { Registration } from './registration';
import { afterOpenings, connectableIn, defaultPortOf, warnOfUnknownGroups } from '../private/connectable-in';
import { healthCheckPorts } from '../private/health-check';
import { checkKind } from '../private/kinds';
import { repairAlarm } from '../private/repair-alarm';
import { invalid, Validate } from '../private/validate';

/** Properties of `InterfaceEndpointTarget`. */
export interface InterfaceEndpointTargetProps {
  /**
   * The interface endpoint whose network interfaces become targets: of an endpoint service, of an AWS service (execute-api, S3, …), or imported.
   *
   * Endpoints of the same stack are followed through every change in the same deployment. Endpoints of another stack of the app are followed when this
   * stack is deployed after theirs; what such an endpoint loses before that is dead until then. No drain comes before a subnet that an endpoint loses, as it does in a hub.
   * Imported endpoints are looked up when the registration is created or updated: bump `refresh` after a change.
   */
  readonly endpoint: ec2.IInterfaceVpcEndpoint;

  /**
   * The port on which the endpoint answers, 1 to 65535. A change is made in place: the new port is registered and must become healthy, or the update fails; then the
   * old one is deregistered and drains.
   *
   * @default - the default port of the endpoint's connections, the port of its service
   */
  readonly port?: number;

  /**
   * Any text. With another one than before, the endpoint's addresses are looked up and registered again in the next deployment.
   *
   * @default - they are looked up when CloudFormation sees a change
   */
  readonly refresh?: string;

  /**
   * How often to compare the targets of all registrations of this stack with their endpoints, and to mend what differs: 5 min to 24 h, in whole minutes. The shortest of a stack
   * holds. What somebody deregistered by hand comes back, and what an imported endpoint got or lost is followed. Nothing happens during a deployment, and a healthy
   * target goes only when a new one is healthy. When there was something to mend, or it could not be mended, an alarm (`repairAlarm`) goes off.
   *
   * It costs a run of the function each time, a metric and an alarm.
   *
   * @default - nothing is compared between deployments
   */
  readonly repairInterval?: Duration;
}

/**
 * The network interfaces of an interface endpoint as targets of a load balancer.
 *
 * CloudFormation does not tell the addresses of an endpoint. This target looks them up during the deployment with a custom resource and keeps the target group
 * in step with the endpoint: exactly its addresses are registered, each with `port`. It takes away only what it brought, which it records in a tag of the
 * target group; targets of others in the same group stay. An update waits until new addresses are healthy (6 min at most, while the old ones are; otherwise it fails and takes
 * them back) and until old ones have drained (7 min at most).
 *
 * It fits into any number of target groups of Application and Network Load Balancers (target type IP), also imported ones. The egress of the load balancer's
 * security group and the ingress of the endpoint's are opened; for an imported load balancer whose group is not known, or an endpoint without a known group,
 * nothing can be opened. On a Network Load Balancer's group client IP preservation is turned off, which breaks endpoint interfaces, and AWS takes some minutes
 * until a new target gets traffic.
 *
 * Use it wherever the CDK takes a target:
 *
 * @example
 * declare const vpc: ec2.Vpc;
 * declare const listener: elbv2.ApplicationListener;
 *
 * const endpoint = vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
 * listener.addTargets('Api', {
 *   protocol: elbv2.ApplicationProtocol.HTTPS,
 *   healthCheck: { protocol: elbv2.Protocol.HTTPS, healthyHttpCodes: '403' },
 *   targets: [new InterfaceEndpointTarget(this, 'ApiTarget', { endpoint })],
 * });
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export class InterfaceEndpointTarget extends Construct
  implements elbv2.IApplicationLoadBalancerTarget, elbv2.INetworkLoadBalancerTarget, ec2.IConnectable {
  /** The security groups of the endpoint. */
  public readonly connections: ec2.Connections;
  /** The endpoint. */
  public readonly endpoint: ec2.IInterfaceVpcEndpoint;
  /** The port on which the endpoint answers. */
  public readonly port: number;
  /** Goes off when a repair had something to do, or could not. Give it an action. One a stack, for all that ask for it. Only with `repairInterval`. */
  public readonly repairAlarm?: cloudwatch.Alarm;

  private readonly refresh?: string;
  private readonly registrations = new Map<elbv2.ITargetGroup, CustomResource>();

  /**
   * @param scope the stack of the endpoint or of the load balancer, or a construct in it
   * @param id the id of the construct
   * @param props the endpoint and its port
   */
  constructor(scope: Construct, id: string, props: InterfaceEndpointTargetProps) {
    super(scope, id);
    checkKind(this, 'endpoint', props.endpoint, 'endpoint');
    new Validate(this).integer('port', props.port, 1, 65535);
    this.endpoint = props.endpoint;
    this.connections = props.endpoint.connections;
    this.port = props.port ?? this.defaultPort();
    this.refresh = props.refresh;
    this.repairAlarm = repairAlarm(this, props.repairInterval);
    // listeners and health checks of the target groups are known when the whole app is
    Aspects.of(this).add({ visit: node => { if (node === this) { this.open(); } } });
  }

  /**
   * Called by an Application Load Balancer's target group when the target is added to it.
   *
   * @param targetGroup a group of target type IP
   * @returns the target type, without targets: the registration brings them
   */
  public attachToApplicationTargetGroup(targetGroup: elbv2.IApplicationTargetGroup): elbv2.LoadBalancerTargetProps {
    this.register(targetGroup);
    return { targetType: elbv2.TargetType.IP };
  }

  /**
   * Called by a Network Load Balancer's target group when the target is added to it.
   *
   * @param targetGroup a group of target type IP
   * @returns the target type, without targets: the registration brings them
   */
  public attachToNetworkTargetGroup(targetGroup: elbv2.INetworkTargetGroup): elbv2.LoadBalancerTargetProps {
    this.register(targetGroup);
    if (targetGroup instanceof elbv2.NetworkTargetGroup) { targetGroup.setAttribute('preserve_client_ip.enabled', 'false'); }
    return { targetType: elbv2.TargetType.IP };
  }

  /**
   * The custom resource that keeps the endpoint's addresses in a target group: for what must come after them, such as a listener rule.
   *
   * @param targetGroup a group to which this target was added
   * @returns the registration of this target in the group
   */
  public registration(targetGroup: elbv2.ITargetGroup): CustomResource {
    const registration = this.registrations.get(targetGroup);
    if (!registration) {
      throw invalid(this, `'targetGroup' is ${targetGroup.node.path}, to which this target was not added. Add it with addTarget() first.`);
    }
    return registration;
  }

  private register(targetGroup: elbv2.ITargetGroup): void {
    if (this.registrations.has(targetGroup)) { return; }
    // where the target group is: the registration names the group, and the group's stack may not depend on the endpoint's in return
    const scope = Stack.of(targetGroup) === Stack.of(this) ? this : targetGroup as IConstruct as Construct;
    const id = `${scope === this ? '' : Names.nodeUniqueId(this.node)}Registration${Names.nodeUniqueId(targetGroup.node)}`;
    const registration = new Registration(scope, id, { endpoint: this.endpoint, targetGroup, port: this.port, refresh: this.refresh });
    afterOpenings(registration, connectableIn(targetGroup, this));
    this.registrations.set(targetGroup, registration);
  }

  private open(): void {
    if (this.registrations.size > 0) { warnOfUnknownGroups(this, this, this.endpoint); }
    for (const targetGroup of this.registrations.keys()) {
      const healthCheck = targetGroup instanceof elbv2.TargetGroupBase ? targetGroup.healthCheck : undefined;
      for (const port of [this.port, ...healthCheckPorts(healthCheck)].map(each => ec2.Port.tcp(each))) {
        if (isApplicationTargetGroup(targetGroup)) {
          targetGroup.registerConnectable(connectableIn(targetGroup, this), port);
        } else {
          this.openNetworkLoadBalancers(targetGroup, port);
        }
      }
    }
  }

  private openNetworkLoadBalancers(targetGroup: elbv2.ITargetGroup, port: ec2.Port): void {
    for (const listener of Dependable.of(targetGroup.loadBalancerAttached).dependencyRoots) {
      if (!(listener instanceof elbv2.NetworkListener)) { continue; }
      warnOfUnknownGroups(this, listener.loadBalancer, listener.loadBalancer);
      // in the listener's stack, which names the target group and so depends on all the others
      connectableIn(listener, this).connections.allowFrom(listener.loadBalancer, port, 'Load balancer to endpoint');
    }
  }

  private defaultPort(): number {
    const port = defaultPortOf(this);
    if (port === undefined || (!Token.isUnresolved(port) && port < 1)) {
      throw invalid(this, `'port' is missing, and ${this.endpoint.node.path} has no default port. Set 'port' to the port of its service.`);
    }
    return port;
  }
}

function isApplicationTargetGroup(targetGroup: elbv2.ITargetGroup): targetGroup is elbv2.IApplicationTargetGroup {
  return 'registerConnectable' in targetGroup;
}
