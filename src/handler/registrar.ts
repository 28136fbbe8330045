import {
  aws_cloudwatch as cloudwatch, aws_elasticloadbalancingv2 as elbv2, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, custom_resources,
  Aspects, Aws, CustomResource, Duration, RemovalPolicy, Stack, Token,
} from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { DRAIN_SECONDS, DRAINED_TAG_PREFIX, HEALTH_SECONDS, RECORD_TAG_PREFIX, RESERVE_SECONDS, STACK_TAG } from './contract';
import { CustomResourcesFunction } from './custom-resources-function';
import { RepairSchedule } from './repair-schedule';
import { shortHash } from '../private/identity';
import { invalid } from '../private/validate';

const ID = 'CdkAlbPrivatelinkRegistrar';

/** Each custom resource holds two executions, the framework's and ours, and a new account has ten: four of these at once, and one gate. */
const RESOURCES_IN_FLIGHT = 4;

/** The inline policies of a role have 10,240 characters in all, and each imported group or verified service takes some 430 of them. */
const MAX_POLICIES = 18;

/** Above that of tags that users put on whole stacks: without its tag a group is out of the function's reach. */
const TAG_PRIORITY = 1_000;

/** A wait for health, a drain, and what is left: less than the 15 minutes that Lambda gives the framework's function around it. */
const FUNCTION_TIMEOUT = Duration.seconds(HEALTH_SECONDS + DRAIN_SECONDS + RESERVE_SECONDS);

/** How long CloudFormation waits for an answer: a little longer than the functions can run. */
export const SERVICE_TIMEOUT = Duration.minutes(16);

/** Those of the gates add dependencies; aspects that only read come later still. */
const AFTER_OTHER_ASPECTS = 900;

/** What all custom resources of a stack share: the function, its permissions, and their place in the line. */
export class Registrar extends Construct {
  public static of(scope: Construct): Registrar {
    const stack = Stack.of(scope);
    return stack.node.tryFindChild(ID) as Registrar ?? new Registrar(stack, ID);
  }

  public readonly serviceToken: string;
  public readonly fn: lambda.Function;
  private readonly role: iam.Role;
  private readonly logGroup: logs.LogGroup;
  private repair?: RepairSchedule;
  private readonly inLine: CustomResource[] = [];
  private readonly gates: CustomResource[] = [];
  private policies = 0;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    const [role, logGroup] = this.executionRole('Role', 'LogGroup');
    this.role = role;
    this.logGroup = logGroup;
    this.allowLookups();
    role.addToPolicy(this.workOn('*', [RECORD_TAG_PREFIX, DRAINED_TAG_PREFIX], { [`aws:ResourceTag/${STACK_TAG}`]: Aws.STACK_ID }));

    this.fn = new CustomResourcesFunction(this, 'Function', {
      description: 'Registers the addresses of interface endpoints in target groups, and waits for health',
      role,
      logGroup,
      // three clients of the SDK take more than 200 MB
      memorySize: 512,
      timeout: FUNCTION_TIMEOUT,
    });
    Aspects.of(this).add({ visit: node => { if (node === this) { this.lineUp(); } } }, { priority: AFTER_OTHER_ASPECTS });
    const [frameworkOnEventRole, frameworkLogGroup] = this.executionRole('FrameworkRole', 'FrameworkLogGroup');
    this.serviceToken = new custom_resources.Provider(this, 'Provider', { onEventHandler: this.fn, frameworkOnEventRole, logGroup: frameworkLogGroup }).serviceToken;
  }

  /**
   * Lets the function work on a target group, from before the registration is made until after it is deleted.
   *
   * Groups of this stack carry its id in a tag, by which one statement admits them all: the policy stays the same when routes come and go, so that it still
   * holds when a Delete arrives after the policy was updated. An imported group is admitted by a policy that goes after its registration.
   */
  public admit(targetGroup: elbv2.ITargetGroup, registration: CustomResource): void {
    const resource = targetGroup.node.defaultChild;
    if (resource instanceof elbv2.CfnTargetGroup) {
      resource.tags.setTag(STACK_TAG, Aws.STACK_ID, TAG_PRIORITY);
    } else {
      // under another id for another group, so that it outlives the registration there
      const { targetGroupArn } = targetGroup;
      this.allow(registration, `Policy${Token.isUnresolved(targetGroupArn) ? '' : shortHash(targetGroupArn)}`, this.workOn(targetGroupArn, [RECORD_TAG_PREFIX]));
    }
  }

  /** Lets the function verify the private DNS name of an endpoint service. */
  public allowVerification(verification: CustomResource, serviceId: string): void {
    const { partition, region, account } = Stack.of(this);
    this.allow(verification, 'Policy', new iam.PolicyStatement({
      actions: ['ec2:StartVpcEndpointServicePrivateDnsVerification'],
      resources: [`arn:${partition}:ec2:${region}:${account}:vpc-endpoint-service/${serviceId}`],
    }), this.inRegion('ec2:DescribeVpcEndpointServiceConfigurations'));
  }

  /** Puts a custom resource into the line, of which only some are in flight at once. */
  public line(resource: CustomResource): void {
    this.inLine.push(resource);
  }

  /** Puts a gate behind the other gates. They stand beside the line, because they come after what is in it. */
  public lineUpGate(gate: CustomResource): void {
    this.gates.push(gate);
  }

  /** Lets the function look after the registrations of the stack between deployments. */
  public repairEvery(interval: Duration): cloudwatch.Alarm {
    if (!this.repair) {
      this.repair = new RepairSchedule(this, 'Repair', this.fn, this.logGroup);
      this.allowOnStack('cloudformation:ListStackResources');
    }
    this.repair.every(interval);
    return this.repair.alarm;
  }

  private allowLookups(): void {
    this.role.addToPolicy(this.inRegion(
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeVpcEndpoints',
      // AWS lists these four as needed for registering targets
      'ec2:DescribeInstances',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
    ));
    // whether the stack rolls back
    this.allowOnStack('cloudformation:DescribeStacks');
  }

  private allowOnStack(action: string): void {
    this.role.addToPolicy(new iam.PolicyStatement({ actions: [action], resources: [Aws.STACK_ID] }));
  }

  /** For actions that know no resources: the Region is the narrowest that they take. */
  private inRegion(...actions: string[]): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions,
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(this).region } },
    });
  }

  /** By a policy that is made before the resource and goes after it, so that the function itself does not come after what the policy names. */
  private allow(resource: CustomResource, id: string, ...statements: iam.PolicyStatement[]): void {
    this.policies += 1;
    if (this.policies > MAX_POLICIES) {
      throw invalid(resource, `the policies for imported target groups and verified services of a stack fit one role up to ${MAX_POLICIES}; got one more. `
        + 'Put it into another stack.');
    }
    const policy = new iam.Policy(resource, id, { roles: [this.role] });
    policy.addStatements(...statements);
    resource.node.defaultChild!.node.addDependency(policy);
  }

  /** When all dependencies are known: a place in the line gives way to what a user asked for. */
  private lineUp(): void {
    this.inLine.forEach((resource, index) => comeAfter(resource, this.inLine[index - RESOURCES_IN_FLIGHT]));
    this.gates.forEach((gate, index) => comeAfter(gate, this.gates[index - 1]));
  }

  private workOn(resource: string, tagKeys: string[], tag?: { [key: string]: string }): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions: [
        'elasticloadbalancing:RegisterTargets',
        'elasticloadbalancing:DeregisterTargets',
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:RemoveTags',
      ],
      resources: [resource],
      conditions: {
        ...tag && { StringEquals: tag },
        // holds for calls without tags too
        'ForAllValues:StringLike': { 'aws:TagKeys': tagKeys.length === 1 ? `${tagKeys[0]}*` : tagKeys.map(prefix => `${prefix}*`) },
      },
    });
  }

  /** A role that may write its own log group and nothing else. */
  private executionRole(roleId: string, logGroupId: string): [iam.Role, logs.LogGroup] {
    const logGroup = new logs.LogGroup(this, logGroupId, {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, roleId, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return [role, logGroup];
  }
}

/** Puts a resource behind another one, unless that comes after it already. */
function comeAfter(resource: Construct, other: Construct | undefined): void {
  if (other && !dependsOn(other, resource)) { resource.node.addDependency(other); }
}

/** As far as dependencies are written out between constructs. */
function dependsOn(construct: IConstruct, wanted: IConstruct): boolean {
  const seen = new Set<IConstruct>();
  for (const todo = [construct]; todo.length > 0;) {
    const next = todo.pop()!;
    if (seen.has(next)) { continue; }
    seen.add(next);
    if (next === wanted) { return true; }
    for (const scope of next.node.scopes) { todo.push(...scope.node.dependencies.flatMap(root => root.node.findAll())); }
  }
  return false;
}
