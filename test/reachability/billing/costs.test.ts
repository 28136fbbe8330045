import { costsOf } from '../../../src/reachability/billing/costs';
import { isFree } from '../../../src/reachability/billing/free';
import { LINES } from '../../../src/reachability/billing/lines';
import { Cost, TemplateSource } from '../../../src/reachability/contract';
import { Stacks } from '../../../src/reachability/template/stacks';
import { EXAMPLES } from '../mutants/examples';

type Properties = { readonly [name: string]: unknown };

const costs = (...sources: TemplateSource[]) => costsOf(new Stacks(sources));
const resource = (Type: string, Properties: Properties = {}, more: object = {}) => ({ Type, Properties, ...more });
const template = (Resources: object, more: object = {}): TemplateSource => ({ stack: 'S', body: { Resources, ...more } });

/** `1`, `1..2`, `1..`. */
const range = ({ atLeast, atMost }: { atLeast: number; atMost?: number }) => atMost === undefined ? `${atLeast}..` : atLeast === atMost ? `${atLeast}` : `${atLeast}..${atMost}`;

/** The quantities of what bills by the hour, the month and use. */
function quantities(billed: readonly Cost[], ...periods: Cost['per'][]): { [what: string]: string } {
  return Object.fromEntries(billed.filter(({ per }) => periods.length === 0 || periods.includes(per)).map(cost => [cost.per === 'use' ? `${cost.what} (use)` : cost.what, range(cost)]));
}

const of = (Resources: object, more: object = {}) => quantities(costs(template(Resources, more)).billed);

const subnet = (isPublic: unknown = false) => resource('AWS::EC2::Subnet', { MapPublicIpOnLaunch: isPublic });
const subnets = (...ids: string[]) => ids.map(Ref => ({ Ref }));
const SUBNETS = { A: subnet(), B: subnet(), Public: subnet(true) };
const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const SIZED = { MinSize: '2', MaxSize: '4', VPCZoneIdentifier: subnets('A') };
const TEMPLATED = { LaunchTemplate: { LaunchTemplateId: { Ref: 'T' } } };
const T = resource('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'm7g.large' } });

describe('the examples bill as counted by hand', () => {
  test('foo-bar: one load balancer, five instances of which two are bastions with public addresses, one zone', () => {
    const { billed, notKnown, notes } = costs(...EXAMPLES['foo-bar'].sources);
    expect(quantities(billed)).toEqual({
      'Application Load Balancers': '1',
      'EC2 instances (t3.micro)': '5',
      'public IPv4 addresses': '2',
      'EBS volumes, by provisioned size': '5..',
      'hosted zones': '1',
      'Application Load Balancers (use)': '1',
      'peering connections (use)': '1',
      'what has public addresses (use)': '2',
      'hosted zones (use)': '1',
    });
    expect({ notKnown, notes }).toEqual({ notKnown: [], notes: [] });
  });

  test('multi-vpc: one hub in two zones, two services with a Network Load Balancer and two instances each, and the function', () => {
    const { billed, free, notKnown, notes } = costs(...EXAMPLES['multi-vpc'].sources);
    expect(quantities(billed)).toEqual({
      'Application Load Balancers': '1',
      'Network Load Balancers': '2',
      'interface endpoint-zones': '4',
      'EC2 instances (t3.micro)': '4',
      'public IPv4 addresses': '2..',
      'EBS volumes, by provisioned size': '4..',
      'Application Load Balancers (use)': '1',
      'Network Load Balancers (use)': '2',
      'interface endpoints (use)': '2',
      'Network Load Balancers that balance across zones (use)': '2',
      'what has public addresses (use)': '1',
      'Lambda functions (use)': '2',
      'log groups (use)': '2',
    });
    expect(free).toContainEqual({ type: 'AWS::EC2::VPCEndpointService', atLeast: 2, atMost: 2 });
    expect(free).toContainEqual({ type: 'AWS::EC2::VPCEndpoint', atLeast: 3, atMost: 3 }); // the gateway endpoints
    expect({ notKnown, notes }).toEqual({ notKnown: [], notes: [] });
  });

  test('every resource of them is in exactly one of the lists', () => {
    for (const { sources } of Object.values(EXAMPLES)) {
      const { billed, free } = costs(...sources);
      const bills = new Set(billed.flatMap(({ parts }) => parts.map(({ logicalId }) => logicalId))).size;
      const made = sources.reduce((sum, { body }) => sum + Object.keys((body as { Resources: object }).Resources).length, 0);
      expect(bills + free.reduce((sum, { atMost }) => sum + atMost, 0)).toBe(made);
    }
  });
});

describe.each<[string, object, { [what: string]: string }]>([
  ['a load balancer without a type is an internet-facing Application Load Balancer', { X: resource(BALANCER, { Subnets: subnets('A', 'B') }), ...SUBNETS },
    { 'Application Load Balancers': '1', 'Application Load Balancers (use)': '1', 'public IPv4 addresses': '2..', 'what has public addresses (use)': '1' }],
  ['an internal one has no public address', { X: resource(BALANCER, { Scheme: 'internal', Subnets: subnets('A', 'B') }), ...SUBNETS }, { 'Application Load Balancers': '1', 'Application Load Balancers (use)': '1' }],
  ['nor has one that asks for none', { X: resource(BALANCER, { IpAddressType: 'dualstack-without-public-ipv4', Subnets: subnets('A') }), ...SUBNETS }, { 'Application Load Balancers': '1', 'Application Load Balancers (use)': '1' }],
  ['a Network Load Balancer has one a zone, and bytes between zones where it balances across them',
    { X: resource(BALANCER, { Type: 'network', Subnets: subnets('A', 'B'), LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }, { Key: 'access_logs.s3.enabled', Value: true }] }), ...SUBNETS },
    {
      'Network Load Balancers': '1',
      'Network Load Balancers (use)': '1',
      'Network Load Balancers that balance across zones (use)': '1',
      'load balancers with access logs (use)': '1',
      'public IPv4 addresses': '2',
      'what has public addresses (use)': '1',
    }],
  ['an Elastic IP of a load balancer bills once', { X: resource(BALANCER, { Type: 'network', SubnetMappings: [{ SubnetId: 'a', AllocationId: { 'Fn::GetAtt': ['E', 'AllocationId'] } }] }), E: resource('AWS::EC2::EIP') },
    { 'Network Load Balancers': '1', 'Network Load Balancers (use)': '1', 'public IPv4 addresses': '1', 'what has public addresses (use)': '1' }],
  ['a Gateway Load Balancer', { X: resource(BALANCER, { Type: 'gateway', Subnets: ['a'] }) }, { 'Gateway Load Balancers': '1', 'Gateway Load Balancers (use)': '1' }],
  ['an interface endpoint bills by the zone', { X: resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b', 'c'] }) }, { 'interface endpoint-zones': '3', 'interface endpoints (use)': '1' }],
  ['a gateway endpoint does not bill', { X: resource('AWS::EC2::VPCEndpoint', { SubnetIds: ['a'] }) }, {}],
  ['a NAT gateway, whose address is an Elastic IP', { X: resource('AWS::EC2::NatGateway', { AllocationId: 'e' }), E: resource('AWS::EC2::EIP') },
    { 'NAT gateways': '1', 'NAT gateways (use)': '1', 'public IPv4 addresses': '1', 'what has public addresses (use)': '1' }],
  ['a private NAT gateway', { X: resource('AWS::EC2::NatGateway', { ConnectivityType: 'private' }) }, { 'NAT gateways': '1', 'NAT gateways (use)': '1' }],
  ['an instance with a public address from its subnet', { X: resource('AWS::EC2::Instance', { InstanceType: 't3.micro', SubnetId: { Ref: 'Public' } }), ...SUBNETS },
    { 'EC2 instances (t3.micro)': '1', 'EBS volumes, by provisioned size': '1..', 'public IPv4 addresses': '1', 'what has public addresses (use)': '1' }],
  ['an instance that refuses one', { X: resource('AWS::EC2::Instance', { InstanceType: 't3.micro', NetworkInterfaces: [{ SubnetId: { Ref: 'Public' }, AssociatePublicIpAddress: false }] }), ...SUBNETS },
    { 'EC2 instances (t3.micro)': '1', 'EBS volumes, by provisioned size': '1..' }],
  ['an instance of a launch template', { X: resource('AWS::EC2::Instance', { ...TEMPLATED, SubnetId: { Ref: 'A' } }), T, ...SUBNETS }, { 'EC2 instances (m7g.large)': '1', 'EBS volumes, by provisioned size': '1..' }],
  ['an Auto Scaling group, between its sizes', { X: resource('AWS::AutoScaling::AutoScalingGroup', { ...SIZED, ...TEMPLATED }), T, ...SUBNETS }, { 'EC2 instances (m7g.large)': '2..4', 'EBS volumes, by provisioned size': '2..' }],
  ['a Transit Gateway bills by its attachments', { X: resource('AWS::EC2::TransitGatewayAttachment'), G: resource('AWS::EC2::TransitGateway') }, { 'Transit Gateway attachments': '1', 'Transit Gateway attachments (use)': '1' }],
  ['an ECS service on Fargate, by its tasks', { X: resource('AWS::ECS::Service', { LaunchType: 'FARGATE', DesiredCount: 3 }) }, { 'Fargate tasks, by vCPU and memory': '3..' }],
  ['an ECS service on instances does not bill', { X: resource('AWS::ECS::Service', { LaunchType: 'EC2', DesiredCount: 3 }) }, {}],
  ['a web ACL and its rules', { X: resource('AWS::WAFv2::WebACL', { Rules: [{}, {}] }) }, { 'web ACLs': '1', 'rules of web ACLs': '2', 'web ACLs (use)': '1' }],
  ['zones, alarms, dashboards, keys, secrets by the month', {
    A: resource('AWS::Route53::HostedZone'),
    B: resource('AWS::CloudWatch::Alarm'),
    C: resource('AWS::CloudWatch::CompositeAlarm'),
    D: resource('AWS::CloudWatch::Dashboard'),
    E: resource('AWS::KMS::Key'),
    F: resource('AWS::SecretsManager::Secret'),
  }, { 'hosted zones': '1', 'hosted zones (use)': '1', 'metrics of alarms': '1', 'composite alarms': '1', 'dashboards': '1', 'KMS keys': '1', 'secrets': '1' }],
  ['an alarm on an expression, by the metrics that it reads', { X: resource('AWS::CloudWatch::Alarm', { Metrics: [{ Id: 'a', Expression: 'b + c' }, { Id: 'b', MetricStat: {} }, { Id: 'c', MetricStat: {} }] }) },
    { 'metrics of alarms': '2' }],
  ['an alarm on a band, by at least its metric', { X: resource('AWS::CloudWatch::Alarm', { ThresholdMetricId: 'a', Metrics: [{ Id: 'a', Expression: 'ANOMALY_DETECTION_BAND(b)' }, { Id: 'b', MetricStat: {} }] }) },
    { 'metrics of alarms': '1..' }],
  ['an alarm on a query, which does not tell its metrics', { X: resource('AWS::CloudWatch::Alarm', { Metrics: [{ Id: 'a', Expression: 'SELECT MAX(b) FROM c' }] }) }, { 'metrics of alarms': '1..' }],
  ['a metric filter, by its metrics', { X: resource('AWS::Logs::MetricFilter', { MetricTransformations: [{ MetricName: 'a' }] }) }, { 'custom metrics, of metric filters': '1' }],
  ['a metric filter with dimensions, by their values', { X: resource('AWS::Logs::MetricFilter', { MetricTransformations: [{ MetricName: 'a', Dimensions: [{ Key: 'k', Value: '$.v' }] }] }) },
    { 'custom metrics, of metric filters': '1..' }],
  ['buckets, topics, queues, logs, analyses by use', {
    A: resource('AWS::S3::Bucket'),
    B: resource('AWS::SNS::Topic'),
    C: resource('AWS::SQS::Queue'),
    D: resource('AWS::Logs::LogGroup'),
    E: resource('AWS::EC2::NetworkInsightsAnalysis'),
  }, { 'buckets (use)': '1', 'topics (use)': '1', 'queues (use)': '1', 'log groups (use)': '1', 'Reachability Analyzer analyses (use)': '1' }],
])('%s', (_, resources, expected) => {
  test('by quantities', () => { expect(of(resources)).toEqual(expected); });
});

describe('what the templates do not tell is said', () => {
  const Parameters = { Ids: { Type: 'List<AWS::EC2::Subnet::Id>' }, Type: { Type: 'String' }, Size: { Type: 'Number' } };
  const Conditions = { Maybe: { 'Fn::Equals': [{ Ref: 'Type' }, 'x'] }, Never: { 'Fn::Equals': ['a', 'b'] } };
  const billed = (one: object, others: object = {}) => costs(template({ X: one, ...others }, { Parameters, Conditions })).billed;
  const found = (what: string, list: readonly Cost[]) => list.filter(cost => cost.what === what && cost.per !== 'use').map(cost => [range(cost), ...cost.notes]);

  test.each<[string, object, string, string, string]>([
    ['subnets that a parameter names', resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: { Ref: 'Ids' } }), 'interface endpoint-zones', '1..', "the parameter 'Ids'"],
    ['a subnet that a condition adds', resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: ['a', { 'Fn::If': ['Maybe', 'b', { Ref: 'AWS::NoValue' }] }] }), 'interface endpoint-zones', '1..2', "the condition 'Maybe'"],
    ['a list that a condition chooses', resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: { 'Fn::If': ['Maybe', ['a', 'b', 'c'], ['a']] } }), 'interface endpoint-zones', '1..3', "the condition 'Maybe'"],
    ['an endpoint without subnets', resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' }), 'interface endpoint-zones', '0..', 'X names no subnets'],
    ['a resource that a condition makes', resource('AWS::EC2::NatGateway', {}, { Condition: 'Maybe' }), 'NAT gateways', '0..1', "the condition 'Maybe'"],
    ['a scheme from a parameter', resource(BALANCER, { Type: 'network', Scheme: { Ref: 'Type' }, Subnets: ['a', 'b'] }), 'public IPv4 addresses', '0..2', "the parameter 'Type'"],
    ['a size from a parameter', resource('AWS::AutoScaling::AutoScalingGroup', { MinSize: { Ref: 'Size' }, MaxSize: '3' }), 'EC2 instances of a type that is not known', '0..3', "the parameter 'Size'"],
    ['an upper size from a parameter', resource('AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', MaxSize: { Ref: 'Size' } }), 'EC2 instances of a type that is not known', '1..', "the parameter 'Size'"],
    ['an imported subnet', resource('AWS::EC2::Instance', { InstanceType: 't3.nano', SubnetId: 'subnet-1' }), 'public IPv4 addresses', '0..1', 'whether the subnet of X gives public addresses'],
    ['a regional NAT gateway', resource('AWS::EC2::NatGateway', { AvailabilityMode: 'regional' }), 'NAT gateways', '1..', 'X is regional, and bills in each zone that it grows to'],
  ])('%s', (_, one, what, expected, note) => {
    expect(found(what, billed(one))).toEqual([expect.arrayContaining([expected, note])]);
  });

  test('the kind of a load balancer', () => {
    expect(found('load balancers of a kind that is not known', billed(resource(BALANCER, { Type: { Ref: 'Type' }, Scheme: 'internal' })))).toEqual([['1']]);
  });

  test('the type of an instance, by the name of what decides it', () => {
    expect(quantities(billed(resource('AWS::EC2::Instance', { InstanceType: { Ref: 'Type' }, SubnetId: { Ref: 'A' } }), SUBNETS), 'hour')).toEqual({ "EC2 instances (the parameter 'Type')": '1' });
  });

  test('a type that it does not know, and how an endpoint of a new kind bills', () => {
    const { notKnown, billed: known } = costs(template({ X: resource('AWS::New::Thing'), Y: resource('AWS::New::Thing'), Z: resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'ServiceNetwork' }), N: { Properties: {} } }));
    expect(notKnown).toEqual([{ type: '(no type)', atLeast: 1, atMost: 1 }, { type: 'AWS::EC2::VPCEndpoint', atLeast: 1, atMost: 1 }, { type: 'AWS::New::Thing', atLeast: 2, atMost: 2 }]);
    expect(known).toEqual([]);
  });

  test('a macro, and a nested stack whose template is not there', () => {
    expect(costs(template({ N: resource('AWS::CloudFormation::Stack') }, { Transform: 'Mine' })).notes).toEqual(["what the macro 'Mine' adds to the template of 'S'", 'what the nested stack N makes']);
  });

  test('nothing is left of what a condition leaves out', () => {
    expect(costs(template({ X: resource('AWS::EC2::NatGateway', {}, { Condition: 'Never' }), Y: resource('AWS::New::Thing', {}, { Condition: 'Never' }), Z: resource('AWS::EC2::VPC', {}, { Condition: 'Never' }) }, { Conditions })))
      .toEqual({ billed: [], free: [], notKnown: [], notes: [] });
  });
});

describe('several stacks', () => {
  const nat = { X: resource('AWS::EC2::NatGateway') };
  const nested = (condition?: string): TemplateSource[] => [
    template({ N: { ...resource('AWS::CloudFormation::Stack'), Condition: condition } }, { Parameters: { P: { Type: 'String' } }, Conditions: { Maybe: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] }, Never: { 'Fn::Equals': ['a', 'b'] } } }),
    { stack: 'S/N', body: { Resources: nat }, nestedIn: { stack: 'S', logicalId: 'N' } },
  ];

  test('are added up, and each resource is named', () => {
    const { billed: [cost] } = costs({ stack: 'A', body: { Resources: nat } }, { stack: 'B', body: { Resources: { X: { ...nat.X, Metadata: { 'aws:cdk:path': 'B/Vpc/Nat' } } } } });
    expect(cost).toMatchObject({ what: 'NAT gateways', atLeast: 2, atMost: 2, parts: [{ stack: 'A', logicalId: 'X', atLeast: 1 }, { stack: 'B', logicalId: 'X', constructPath: 'B/Vpc/Nat', atLeast: 1 }] });
  });

  test.each([[undefined, '1'], ['Maybe', '0..1'], ['Never', undefined]])('what is in a nested stack is there when the stack is: %s', (condition, expected) => {
    expect(quantities(costs(...nested(condition)).billed)['NAT gateways']).toBe(expected);
  });
});

test('no type is both free and billed, and each line has a page of AWS', () => {
  for (const { page, what, per, measure } of Object.values(LINES) as { page: string; what: string; per: string; measure?: string }[]) {
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\/(on-demand\/)?$/);
    expect([what, measure !== undefined]).toEqual([what, per === 'use']);
  }
  for (const type of ['AWS::EC2::NatGateway', BALANCER, 'AWS::Lambda::Function']) { expect(isFree(type)).toBe(false); }
  for (const type of ['AWS::IAM::Role', 'Custom::Anything', 'AWS::EC2::VPC']) { expect(isFree(type)).toBe(true); }
});
