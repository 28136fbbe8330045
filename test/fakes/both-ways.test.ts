import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { EC2 } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type Endpoint, type EndpointService, FakeAws, STACK_ID, type TargetGroup } from '.';

/** The SDK's clients, over HTTP or in process. */
interface Clients {
  readonly ec2: EC2;
  readonly elbv2: ElasticLoadBalancingV2;
  readonly cloudFormation: CloudFormation;
}

/** The same world twice: under the same seed everything has the same names. */
interface World extends Clients {
  readonly aws: FakeAws;
  readonly endpoint: Endpoint;
  readonly group: TargetGroup;
  readonly service: EndpointService;
  /** An endpoint that waits to be accepted at the service. */
  readonly asking: Endpoint;
}

const CONFIG = { maxAttempts: 2 };
let realEnvironment: NodeJS.ProcessEnv;
let worlds: World[];

beforeEach(async () => {
  realEnvironment = process.env;
  const setTimeout = global.setTimeout;
  // the waits of the SDK
  jest.spyOn(global, 'setTimeout').mockImplementation(((callback: () => void, milliseconds = 0) => setTimeout(callback, milliseconds / 1000)) as typeof setTimeout);
  const overHttp = await FakeAws.start();
  process.env = { ...realEnvironment, ...overHttp.environment };
  const inProcess = FakeAws.inProcess();
  worlds = [
    populate(overHttp, { ec2: new EC2(CONFIG), elbv2: new ElasticLoadBalancingV2(CONFIG), cloudFormation: new CloudFormation(CONFIG) }),
    populate(inProcess, clientsOf(inProcess)),
  ];
});

afterEach(async () => {
  for (const { aws, ec2, elbv2, cloudFormation } of worlds) {
    [ec2, elbv2, cloudFormation].forEach(client => client.destroy());
    await aws.stop();
  }
  process.env = realEnvironment;
  jest.restoreAllMocks();
});

function clientsOf(aws: FakeAws, execution = aws.process): Clients {
  const modules = aws.modules(execution);
  const make = <T>(name: string, client: string) => new (modules[name][client] as new (config: object) => T)(CONFIG);
  return {
    ec2: make('@aws-sdk/client-ec2', 'EC2'),
    elbv2: make('@aws-sdk/client-elastic-load-balancing-v2', 'ElasticLoadBalancingV2'),
    cloudFormation: make('@aws-sdk/client-cloudformation', 'CloudFormation'),
  };
}

function populate(aws: FakeAws, clients: Clients): World {
  const vpc = aws.network.createVpc();
  const endpoint = aws.network.createEndpoint({ subnets: vpc.subnets, ipAddressType: 'dualstack' });
  const group = aws.targetGroups.create({ vpc, tags: { owner: 'somebody' } });
  aws.targetGroups.register(group, [{ id: endpoint.networkInterfaces[0].privateIpAddress! }]);
  endpoint.answers = 'Target.ResponseCodeMismatch';
  aws.clock.advance(60_000);
  const service = aws.endpointServices.create({ privateDnsName: 'foo.example.com' });
  aws.stacks.all.get(STACK_ID)!.resources = Array.from({ length: 120 }, (_, index) => ({
    logicalResourceId: `Resource${index}`, physicalResourceId: index % 2 ? `id-${index}` : undefined, resourceType: 'Custom::Thing',
  }));
  const asking = aws.network.createEndpoint({ state: 'pendingAcceptance' });
  aws.endpointServices.connect(service, asking, '111122223333');
  return { aws, endpoint, group, service, asking, ...clients };
}

type Outcome = object;
type Failure = Error & { $fault: string; Code: string; $metadata: { httpStatusCode: number; attempts: number } };

/** What a caller can see of an answer or of an error. */
async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    const { $metadata, ...answer } = await call as { $metadata: { httpStatusCode: number; attempts: number } };
    return { status: $metadata.httpStatusCode, attempts: $metadata.attempts, answer };
  } catch (error) {
    const { name, message, $fault, Code, $metadata } = error as Failure;
    // the errors of Node.js itself are none to the SDK inside jest, which wraps them
    const [, wrapped, own] = /^AWS SDK error wrapper for (\w+): (.*)/.exec(message) ?? [undefined, name, message];
    return { name: wrapped, message: own, $fault, Code, status: $metadata.httpStatusCode, attempts: $metadata.attempts };
  }
}

const ARN = 'arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/gone/0123456789abcdef';
const OTHER = '10.0.1.99';
const CALLS: [string, (world: World) => Promise<unknown>][] = [
  ['DescribeNetworkInterfaces', ({ ec2, endpoint }) =>
    ec2.describeNetworkInterfaces({ NetworkInterfaceIds: endpoint.networkInterfaces.map(eni => eni.networkInterfaceId) })],
  ['DescribeNetworkInterfaces by filters', ({ ec2, endpoint }) => ec2.describeNetworkInterfaces({
    Filters: [{ Name: 'subnet-id', Values: [endpoint.networkInterfaces[1].subnet.subnetId] }, { Name: 'interface-type', Values: ['vpc_endpoint'] }],
  })],
  ['DescribeNetworkInterfaces of none', ({ ec2 }) => ec2.describeNetworkInterfaces({ Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }], MaxResults: 5 })],
  ['DescribeNetworkInterfaces of one that is gone', ({ ec2 }) => ec2.describeNetworkInterfaces({ NetworkInterfaceIds: ['eni-00000000000000001'] })],
  ['DescribeVpcEndpoints', ({ ec2, endpoint }) => ec2.describeVpcEndpoints({ VpcEndpointIds: [endpoint.vpcEndpointId] })],
  ['DescribeVpcEndpoints of one that is gone', ({ ec2 }) => ec2.describeVpcEndpoints({ VpcEndpointIds: ['vpce-00000000000000001'] })],
  ['DescribeVpcEndpointServiceConfigurations', ({ ec2, service }) => ec2.describeVpcEndpointServiceConfigurations({ ServiceIds: [service.serviceId] })],
  ['DescribeVpcEndpointServiceConfigurations of one that is gone', ({ ec2 }) => ec2.describeVpcEndpointServiceConfigurations({ ServiceIds: ['vpce-svc-1'] })],
  ['StartVpcEndpointServicePrivateDnsVerification', ({ ec2, service }) =>
    ec2.startVpcEndpointServicePrivateDnsVerification({ ServiceId: service.serviceId })],
  ['DescribeVpcEndpointConnections', ({ ec2 }) => ec2.describeVpcEndpointConnections({})],
  ['DescribeVpcEndpointConnections by filters', ({ ec2, service }) => ec2.describeVpcEndpointConnections({
    Filters: [{ Name: 'service-id', Values: [service.serviceId] }, { Name: 'vpc-endpoint-state', Values: ['pendingAcceptance'] }, { Name: 'vpc-endpoint-owner', Values: ['111122223333'] }],
  })],
  ['AcceptVpcEndpointConnections', ({ ec2, service, asking }) =>
    ec2.acceptVpcEndpointConnections({ ServiceId: service.serviceId, VpcEndpointIds: [asking.vpcEndpointId, 'vpce-00000000000000001'] })],
  ['AcceptVpcEndpointConnections at a service that is gone', ({ ec2, asking }) =>
    ec2.acceptVpcEndpointConnections({ ServiceId: 'vpce-svc-1', VpcEndpointIds: [asking.vpcEndpointId] })],
  ['DescribeTargetGroups', ({ elbv2, group }) => elbv2.describeTargetGroups({ TargetGroupArns: [group.targetGroupArn] })],
  ['DescribeTargetGroups in pages', ({ elbv2 }) => elbv2.describeTargetGroups({ PageSize: 1 })],
  ['DescribeTargetGroupAttributes', ({ elbv2, group }) => elbv2.describeTargetGroupAttributes({ TargetGroupArn: group.targetGroupArn })],
  ['DescribeTargetHealth', ({ elbv2, group }) => elbv2.describeTargetHealth({ TargetGroupArn: group.targetGroupArn })],
  ['DescribeTargetHealth of a target', ({ elbv2, group }) =>
    elbv2.describeTargetHealth({ TargetGroupArn: group.targetGroupArn, Targets: [{ Id: OTHER, Port: 81 }] })],
  ['DescribeTargetHealth of a group that is gone', ({ elbv2 }) => elbv2.describeTargetHealth({ TargetGroupArn: ARN })],
  ['DescribeTags', ({ elbv2, group }) => elbv2.describeTags({ ResourceArns: [group.targetGroupArn] })],
  ['AddTags', ({ elbv2, group }) => elbv2.addTags({ ResourceArns: [group.targetGroupArn], Tags: [{ Key: 'a', Value: 'b' }, { Key: 'empty', Value: '' }] })],
  ['AddTags of none', ({ elbv2, group }) => elbv2.addTags({ ResourceArns: [group.targetGroupArn], Tags: [] })],
  ['AddTags of one twice', ({ elbv2, group }) => elbv2.addTags({ ResourceArns: [group.targetGroupArn], Tags: [{ Key: 'a', Value: '' }, { Key: 'a', Value: '' }] })],
  ['RemoveTags', ({ elbv2, group }) => elbv2.removeTags({ ResourceArns: [group.targetGroupArn], TagKeys: ['owner'] })],
  ['RegisterTargets', ({ elbv2, group }) => elbv2.registerTargets({ TargetGroupArn: group.targetGroupArn, Targets: [{ Id: OTHER, Port: 8080 }] })],
  ['RegisterTargets outside', ({ elbv2, group }) =>
    elbv2.registerTargets({ TargetGroupArn: group.targetGroupArn, Targets: [{ Id: '8.8.8.8', AvailabilityZone: 'all' }] })],
  ['DeregisterTargets', ({ elbv2, group }) => elbv2.deregisterTargets({ TargetGroupArn: group.targetGroupArn, Targets: [{ Id: OTHER }] })],
  ['DescribeStacks', ({ cloudFormation }) => cloudFormation.describeStacks({ StackName: STACK_ID })],
  ['DescribeStacks of one that is gone', ({ cloudFormation }) => cloudFormation.describeStacks({ StackName: 'Gone' })],
  ['ListStackResources', async ({ cloudFormation }) => {
    const first = await cloudFormation.listStackResources({ StackName: 'Stack' });
    const { $metadata, ...second } = await cloudFormation.listStackResources({ StackName: 'Stack', NextToken: first.NextToken });
    return { first: first.StackResourceSummaries, second, $metadata };
  }],
];

async function compare(call: (world: World) => Promise<unknown>): Promise<Outcome> {
  const [overHttp, inProcess] = await Promise.all(worlds.map(world => outcomeOf(call(world))));
  expect(inProcess).toEqual(overHttp);
  const [calls, callsInProcess] = worlds.map(({ aws }) => aws.calls.map(({ action, params, error }) => ({ action, params, error })));
  expect(callsInProcess).toEqual(calls);
  const [group, groupInProcess] = worlds.map(({ group: { tags, targets } }) => [tags, targets.map(({ id, port, health }) => [id, port, health])]);
  expect(groupInProcess).toEqual(group);
  return inProcess;
}

test.each(CALLS)('%s answers the same', async (_, call) => {
  await compare(call);
});

test.each(CALLS)('%s fails the same', async (name, call) => {
  const [action] = name.split(' ');
  for (const { aws } of worlds) {
    aws.faults.throttle(action, 2);
    aws.faults.serverError(action, 2);
    aws.faults.resetConnection(action, 2);
    aws.faults.deny(action);
    aws.faults.notFound(action);
    aws.faults.serverError(action);
  }
  for (const status of [undefined, 500, undefined, 403, undefined]) {
    expect(await compare(call)).toMatchObject(status ? { status } : {});
  }
  // the last fault is over at the second attempt
  expect(await compare(call)).toMatchObject({ attempts: expect.any(Number) });
});

test('an answer in small pages is the same', async () => {
  worlds.forEach(({ aws }) => {
    aws.faults.page('DescribeNetworkInterfaces', 1, 2);
    aws.faults.page('ListStackResources', 0);
  });
  expect(await compare(async ({ ec2 }) => {
    const first = await ec2.describeNetworkInterfaces({});
    const second = await ec2.describeNetworkInterfaces({ NextToken: first.NextToken });
    return { count: [first.NetworkInterfaces?.length, second.NetworkInterfaces?.length], $metadata: second.$metadata };
  })).toMatchObject({ answer: { count: [1, 1] } });
  await compare(({ cloudFormation }) => cloudFormation.listStackResources({ StackName: 'Stack' }));
});

test('in process a call takes microseconds, and its waits take the time of the clock', async () => {
  const { aws, elbv2 } = worlds[1];
  aws.limitDescribeCalls();
  const began = aws.clock.now();
  await Promise.all(Array.from({ length: 60 }, async () => elbv2.describeTargetGroups({}).catch(() => undefined)));
  expect(aws.calls.filter(({ error }) => error === 'Throttling').length).toBeGreaterThan(19);
  expect(aws.clock.now() - began).toBeLessThan(5000);
});
