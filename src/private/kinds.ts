import { Construct, IConstruct } from 'constructs';
import { invalid } from './validate';

/** What a prop takes, with the member that makes a thing one of its kind. */
const KINDS = {
  'vpc': ['a VPC', 'vpcId'],
  'client': ["a peer such as ec2.Peer.ipv4('10.0.0.0/16'), a security group, or something that has one", 'connections'],
  'endpoint service': ['an endpoint service', 'name'],
  'endpoint': ['an interface endpoint', 'vpcEndpointId'],
  'listener': ['a listener of an Application Load Balancer', 'listenerArn'],
  'target group': ['a target group', 'targetGroupArn'],
  'certificate': ['a certificate', 'certificateArn'],
  'hosted zone': ['a hosted zone', 'hostedZoneId'],
  'bucket': ['a bucket', 'bucketArn'],
  'topic': ['a topic', 'topicArn'],
  'dashboard': ['a dashboard', 'dashboardArn'],
  'instance': ['an instance', 'instanceId'],
  'function': ['a Lambda function', 'functionArn'],
  'listener action': ['an action of a listener such as elbv2.ListenerAction.fixedResponse(404)', 'renderActions'],
  'ports': ['ports such as ec2.Port.tcp(80)', 'toRuleJson'],
  'preset': ['a preset such as EndpointPreset.s3(bucket)', 'hostHeader'],
  'auto scaling group': ['an Auto Scaling group that is made in the app', 'attachToApplicationTargetGroup'],
  'ecs service': ['an ECS service that is made in the app', 'taskDefinition'],
  'api': ['a REST API', 'restApiId'],
} as const;

/**
 * Refuses what is of another kind. No compiler does so in JavaScript; nor does Python, where the type of a prop is an interface: the wrong object
 * would die deep in the CDK, or become a template that does not work.
 */
export function checkKind(scope: IConstruct, prop: string, value: unknown, kind: keyof typeof KINDS): void {
  const wrong = otherKind(prop, value, kind);
  if (wrong !== undefined) { throw invalid(scope, wrong); }
}

/** What is wrong with a value of another kind, where no construct is there to be named. */
export function otherKind(prop: string, value: unknown, kind: keyof typeof KINDS): string | undefined {
  const [what, member] = KINDS[kind];
  return typeof value === 'object' && value !== null && member in value ? undefined : `'${prop}' must be ${what}, got: ${named(value)}.`;
}

/** Refuses a list with something of another kind in it. */
export function checkKinds(scope: IConstruct, prop: string, values: unknown[] | undefined, kind: keyof typeof KINDS): void {
  values?.forEach((value, index) => checkKind(scope, `${prop}[${index}]`, value, kind));
}

/** As its documentation calls it, where it is of the CDK: in a bundle classes have other names. */
function typeNameOf({ constructor }: object): string | undefined {
  const { fqn = '' }: { fqn?: string } = (constructor as any)?.[Symbol.for('jsii.rtti')] ?? {};
  return /^aws-cdk-lib\..*?(\w+)$/.exec(fqn)?.[1] ?? constructor?.name;
}

function named(value: unknown): string {
  if (typeof value !== 'object' || value === null) { return typeof value === 'string' ? `'${value}'` : `${value}`; }
  const name = typeNameOf(value) ?? 'an object';
  return Construct.isConstruct(value) ? `${name} ${value.node.path}` : name;
}
