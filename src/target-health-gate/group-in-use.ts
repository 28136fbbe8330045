import { aws_autoscaling as autoscaling, aws_ecs as ecs, aws_elasticloadbalancingv2 as elbv2, CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { NO_REQUESTS } from '../handler/contract';
import { Registration } from '../interface-endpoint-target/registration';
import { pathsIn, resolvedPaths, resourcesOfStage, shortHash } from '../private/identity';

const HEALTH_CHECK_PROPS = [
  'healthCheckEnabled', 'healthCheckIntervalSeconds', 'healthCheckPath', 'healthCheckPort', 'healthCheckProtocol', 'healthCheckTimeoutSeconds', 'healthyThresholdCount',
  'unhealthyThresholdCount', 'matcher',
] as const;

/** What tells the weight of a target group in a rule or listener. */
interface ForwardAction {
  readonly forwardConfig?: { readonly targetGroups?: { readonly targetGroupArn: string; readonly weight?: number }[] };
}

/** A target group with what fills it and what leads to it, as a gate sees them. */
export class GroupInUse {
  constructor(private readonly gate: IConstruct, public readonly targetGroup: elbv2.ITargetGroup) {}

  /** What the gate comes after, in its own stack. */
  public parts(): IConstruct[] {
    return [...this.registrations(), ...this.routes(), ...this.backends()].filter(part => this.isHere(part));
  }

  /** Backends that register themselves in a stack that is deployed after the gate's. */
  public lateBackends(): CfnResource[] {
    const stack = Stack.of(this.gate);
    return this.backends().filter(backend => isAfter(Stack.of(backend), stack));
  }

  /** Rules and listeners in stacks that are deployed after the gate's, where no other leads to the group. */
  public lateRoutes(): CfnResource[] {
    const routes = this.routes();
    const stack = Stack.of(this.gate);
    return routes.every(route => isAfter(Stack.of(route), stack)) ? routes : [];
  }

  public endpointIds(): string[] | undefined {
    const ids = new Set(this.registrations().map(({ endpoint }) => endpoint.vpcEndpointId));
    return ids.size > 0 ? [...ids] : undefined;
  }

  /** What is registered, as far as templates tell. */
  public targets(): unknown {
    const registered = this.registrations().map(registration => registration.targets);
    const given: unknown[] = Stack.of(this.gate).resolve(this.resource()?.targets) ?? [];
    return registered.length + given.length > 0 ? { Registered: registered, Given: given } : undefined;
  }

  public healthCheck(): string | undefined {
    const resource = this.resource();
    return resource && shortHash(resolvedPaths(resource, HEALTH_CHECK_PROPS.map(prop => resource[prop] ?? null)));
  }

  public rules(): string | undefined {
    const routes = this.routes().filter(part => this.isHere(part));
    const leading = routes.filter(route => this.getsRequests(route));
    if (routes.length > leading.length && leading.length === 0) { return NO_REQUESTS; }
    return leading.length > 0 ? shortHash(leading.map(route => resolvedPaths(route, contentOf(route))).sort().join()) : undefined;
  }

  private registrations(): Registration[] {
    return Registration.of(this.targetGroup).filter(registration => this.isHere(registration));
  }

  private resource(): elbv2.CfnTargetGroup | undefined {
    const { defaultChild } = this.targetGroup.node;
    return defaultChild instanceof elbv2.CfnTargetGroup && this.isHere(defaultChild) ? defaultChild : undefined;
  }

  private routes(): (elbv2.CfnListener | elbv2.CfnListenerRule)[] {
    return [
      ...resourcesOfStage(this.gate, elbv2.CfnListener).filter(listener => this.isNamedIn(listener, actionsOf(listener))),
      ...resourcesOfStage(this.gate, elbv2.CfnListenerRule).filter(rule => this.isNamedIn(rule, actionsOf(rule))),
    ];
  }

  private backends(): CfnResource[] {
    return [
      ...resourcesOfStage(this.gate, ecs.CfnService).filter(service => this.isNamedIn(service, service.loadBalancers)),
      ...resourcesOfStage(this.gate, autoscaling.CfnAutoScalingGroup).filter(group => this.isNamedIn(group, group.targetGroupArns)),
    ];
  }

  private isNamedIn(scope: IConstruct, value: unknown): boolean {
    return value !== undefined && resolvedPaths(scope, value).includes(resolvedPaths(this.gate, this.targetGroup.targetGroupArn));
  }

  /** Whether a rule or listener that names the group sends it any requests. */
  private getsRequests(route: elbv2.CfnListener | elbv2.CfnListenerRule): boolean {
    const actions = pathsIn(route, actionsOf(route));
    // what only the deployment knows, such as an Fn::If, is no list, and may send some
    if (!Array.isArray(actions)) { return true; }
    const own = (actions as ForwardAction[]).flatMap(({ forwardConfig }) => forwardConfig?.targetGroups ?? [])
      .filter(({ targetGroupArn }) => this.isNamedIn(route, targetGroupArn));
    return own.length === 0 || own.some(({ weight }) => weight !== 0);
  }

  private isHere(construct: IConstruct): boolean {
    return Stack.of(construct) === Stack.of(this.gate);
  }
}

function actionsOf(route: elbv2.CfnListener | elbv2.CfnListenerRule): unknown {
  return route instanceof elbv2.CfnListenerRule ? route.actions : route.defaultActions;
}

function contentOf(route: elbv2.CfnListener | elbv2.CfnListenerRule): unknown {
  return route instanceof elbv2.CfnListenerRule
    ? [route.actions, route.conditions ?? null, route.priority, route.transforms ?? null]
    : [route.defaultActions, route.port ?? null, route.protocol ?? null];
}

/** Whether a stack is deployed after another one; what stands around a nested stack counts as after it, because it may name what is in it. */
function isAfter(stack: Stack, other: Stack): boolean {
  return stack !== other
    && (other.node.scopes.includes(stack) || stack.dependencies.some(dependency => dependency === other || isAfter(dependency, other)));
}
