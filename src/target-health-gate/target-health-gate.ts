import { aws_elasticloadbalancingv2 as elbv2, Aspects, CustomResource, Duration, Lazy, Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GroupInUse } from './group-in-use';
import { GatedGroup, HEALTH_GATE_TYPE } from '../handler/contract';
import { Registrar, SERVICE_TIMEOUT } from '../handler/registrar';
import { checkKind, checkKinds } from '../private/kinds';
import { invalid, Validate } from '../private/validate';

/** The properties as they stand in the template, where lists and texts may still be tokens. */
type RenderedGroups = { [key: string]: { [key in keyof GatedGroup]: unknown } };

/** Properties of `TargetHealthGate`. */
export interface TargetHealthGateProps {
  /**
   * The target groups that must be healthy: of an Application or Network Load Balancer, of this or another stack, or imported. More can be added with
   * `addTargetGroup`; in the end there must be one, or it is an error.
   */
  readonly targetGroups: elbv2.ITargetGroup[];

  /**
   * How long to wait, 10 s to 12 min, in whole seconds. The deployment takes so much longer at most, and fails then. Targets of a Network Load Balancer take some minutes.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;

  /**
   * Whether every registered target must be healthy, instead of one in each group.
   *
   * @default false
   */
  readonly allTargets?: boolean;
}

/**
 * Lets a deployment succeed only when target groups are healthy: otherwise it fails, with the state and reason of each target, and CloudFormation rolls it back.
 *
 * The gate comes after all that its groups need in the same stack: what registers targets, listeners, rules, ECS services and Auto Scaling groups. Only groups that the
 * deployment changed decide: their targets, their health check, the rules and listeners that lead to them, or the group itself. When the gate is made, all of them do.
 * The others are looked at and written to the function's log, so that a service that somebody else broke does not stop the deployment. In a rollback
 * nothing fails, and a group behind an endpoint that waits to be accepted is passed over, with a note in the log.
 *
 * A new version of an application does not make the gate look: neither a new task definition or launch template, for which ECS and Auto Scaling wait in their own ways, nor
 * what CloudFormation does not see. Of a group of another stack or an imported one only the ARN is known, so that the gate looks when it is made and when the ARN changes; such a
 * group is not passed over while an endpoint waits to be accepted.
 *
 * Changing the groups or the settings makes the gate look again and interrupts nothing. It costs the run time of a Lambda function.
 *
 * @example
 * declare const loadBalancer: elbv2.ApplicationLoadBalancer;
 * declare const targetGroup: elbv2.ApplicationTargetGroup;
 *
 * loadBalancer.addListener('Http', { port: 80, open: false, defaultTargetGroups: [targetGroup] });
 * new TargetHealthGate(this, 'Healthy', { targetGroups: [targetGroup], timeout: Duration.minutes(3) });
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export class TargetHealthGate extends Construct {
  private readonly resource: CustomResource;
  private readonly groups = new Map<string, GroupInUse>();

  /**
   * @param scope the stack of the target groups, or one that is deployed after it
   * @param id the id of the construct
   * @param props the target groups, and how long to wait for them
   */
  constructor(scope: Construct, id: string, props: TargetHealthGateProps) {
    super(scope, id);
    const timeout = props.timeout ?? Duration.minutes(5);
    new Validate(this).healthWait('timeout', timeout);
    this.resource = new CustomResource(this, 'Resource', {
      serviceToken: Registrar.of(this).serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      resourceType: HEALTH_GATE_TYPE,
      properties: {
        Groups: Lazy.any({ produce: () => this.render() }),
        AllTargets: props.allTargets,
        TimeoutSeconds: timeout.toSeconds(),
      },
    });
    Registrar.of(this).lineUpGate(this.resource);
    checkKinds(this, 'targetGroups', props.targetGroups, 'target group');
    props.targetGroups.forEach(targetGroup => this.addTargetGroup(targetGroup));
    // listeners, rules and backends are known when the whole app is
    Aspects.of(this).add({ visit: node => { if (node === this) { this.comeLast(); } } });
    this.node.addValidation({ validate: () => this.refusals() });
  }

  /**
   * Adds a target group that must be healthy.
   *
   * @param targetGroup a target group of an Application or Network Load Balancer
   */
  public addTargetGroup(targetGroup: elbv2.ITargetGroup): void {
    checkKind(this, 'targetGroup', targetGroup, 'target group');
    this.groups.set(Names.nodeUniqueId(targetGroup.node), new GroupInUse(this, targetGroup));
  }

  /**
   * Comes after what a target group of the same stack needs, without waiting for it to be healthy.
   *
   * @internal
   */
  public _comeAfter(targetGroup: elbv2.ITargetGroup): void {
    Aspects.of(this).add({ visit: node => { if (node === this) { this.dependOn(new GroupInUse(this, targetGroup)); } } });
  }

  private comeLast(): void {
    this.groups.forEach(group => this.dependOn(group));
  }

  private dependOn(group: GroupInUse): void {
    this.resource.node.addDependency(...group.parts());
  }

  private render(): RenderedGroups {
    return Object.fromEntries([...this.groups].map(([key, group]) => [key, {
      TargetGroupArn: group.targetGroup.targetGroupArn,
      EndpointIds: group.endpointIds(),
      Targets: group.targets(),
      HealthCheck: group.healthCheck(),
      Rules: group.rules(),
    }]));
  }

  private refusals(): string[] {
    const none = this.groups.size === 0 ? ["'targetGroups' must name at least one, got none. Name the target groups that must be healthy."] : [];
    const late = [...this.groups.values()].flatMap(group => [
      ...group.lateBackends().map(({ node }) => `'targetGroups' has ${group.targetGroup.node.path}, which ${node.path} fills`),
      ...group.lateRoutes().map(({ node }) => `'targetGroups' has ${group.targetGroup.node.path}, to which ${node.path} alone leads`),
    ].map(what => `${what}, and its stack is deployed after ${Stack.of(this).node.path}, which waits here until the group is healthy: it would never be. `
      + 'Put the gate into that stack, or into one that is deployed after it.'));
    return [...none, ...late].map(message => invalid(this, message).message);
  }
}
