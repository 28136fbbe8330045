import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnParameter, Duration, Stack } from 'aws-cdk-lib/core';
import { FakeAws, type HealthTiming, type TargetGroup, type Vpc } from './fakes';
import { hurry } from './fakes/hurry';
import { Deployment } from './interface-endpoint-target/deployment';
import { newStack, newVpc, only, resources } from './util';
import { AlbToPrivateLinkTargets, AlbToPrivateLinkTargetsProps, PrivateLinkRouteOptions, PrivateLinkRouteSplit } from '../src';

const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const REGISTRATION = 'Custom::InterfaceEndpointTarget';
const DRAIN = 'Custom::InterfaceEndpointDrain';
const GATE = 'Custom::TargetHealthGate';

const [blue, green, red] = ['b10e', '93ee4', '4ed'].map(digits =>
  new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-${digits.padStart(17, '0')}`, 80));

const shop = { paths: ['/shop'], priority: 100 };
const share = (...split: PrivateLinkRouteSplit[]): PrivateLinkRouteOptions => ({ ...shop, split });

/** The move of a service, deployment by deployment. */
const MOVE: [string, PrivateLinkRouteOptions][] = [
  ['the old service alone', { ...shop, service: blue }],
  ['100/0', share({ service: blue, weight: 100 }, { service: green, weight: 0 })],
  ['90/10', share({ service: blue, weight: 90 }, { service: green, weight: 10 })],
  ['0/100', share({ service: blue, weight: 0 }, { service: green, weight: 100 })],
  ['the new service alone', { ...shop, service: green }],
];

function hubWith(
  routes: { [id: string]: PrivateLinkRouteOptions }, props: Partial<AlbToPrivateLinkTargetsProps> = {}, stack = newStack(),
): AlbToPrivateLinkTargets {
  return new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes, ...props });
}

const stackWith = (route: PrivateLinkRouteOptions, props: Partial<AlbToPrivateLinkTargetsProps> = {}) => Stack.of(hubWith({ shop: route }, props));

function groupsOfRule(stack: Stack): { group: string; weight: number }[] {
  const [{ ForwardConfig }] = only(stack, RULE).Properties.Actions;
  return ForwardConfig.TargetGroups.map(({ TargetGroupArn, Weight }: any) => ({ group: TargetGroupArn.Ref, weight: Weight }));
}

describe('a split', () => {
  const half = share({ service: blue, weight: 50 }, { service: green, weight: 50 });

  test('gives each part an endpoint, a target group and a registration, and the rule their weights', () => {
    const hub = hubWith({ shop: share({ service: blue, weight: 90 }, { service: green, weight: 10 }) });
    const stack = Stack.of(hub);
    const { parts, endpoint, targetGroup, registration } = hub.routes.shop;
    expect(groupsOfRule(stack)).toEqual(parts.map(part => ({ group: stack.resolve(part.targetGroup.targetGroupArn).Ref, weight: part.weight })));
    expect(parts.map(({ service, weight }) => [service, weight])).toEqual([[blue, 90], [green, 10]]);
    expect([endpoint, targetGroup, registration]).toEqual([parts[0].endpoint, parts[0].targetGroup, parts[0].registration]);
    expect([ENDPOINT, GROUP, REGISTRATION].map(type => Object.keys(resources(stack, type)).length)).toEqual([2, 2, 2]);
    expect(Object.values(resources(stack, REGISTRATION)).map(({ Properties }) => [Properties.EndpointId, Properties.TargetGroupArn]))
      .toEqual(parts.map(part => [stack.resolve(part.endpoint.vpcEndpointId), stack.resolve(part.targetGroup.targetGroupArn)]));
  });

  test('goes live with the targets of each part in place', () => {
    const stack = stackWith(half);
    expect(only(stack, RULE).DependsOn).toEqual(expect.arrayContaining(Object.keys(resources(stack, REGISTRATION))));
  });

  test('of one part is the same as a service', () => {
    expect(resources(stackWith(share({ service: blue, weight: 7 })))).toEqual(resources(stackWith({ ...shop, service: blue })));
  });

  test('takes from the route what a part does not set, and for the health check prop by prop', () => {
    const stack = stackWith({
      ...share({ service: blue, weight: 1, deregistrationDelay: undefined }, { service: green, weight: 1, deregistrationDelay: Duration.seconds(5), healthCheck: { path: '/ready' } }),
      deregistrationDelay: Duration.seconds(60),
      healthCheck: { path: '/health', healthyHttpCodes: '204' },
    });
    const groups = Object.values(resources(stack, GROUP)).map(({ Properties }) => [
      Properties.TargetGroupAttributes.find(({ Key }: any) => Key === 'deregistration_delay.timeout_seconds').Value, Properties.HealthCheckPath, Properties.Matcher.HttpCode,
    ]);
    expect(groups).toEqual([['60', '/health', '204'], ['5', '/ready', '204']]);
  });

  test('speaks to each service as that service wants', () => {
    const tls = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000443', 443);
    const stack = stackWith(share({ service: blue, weight: 1 }, { service: tls, weight: 1 }));
    expect(Object.values(resources(stack, GROUP)).map(({ Properties }) => Properties.Protocol)).toEqual(['HTTP', 'HTTPS']);
    expect(Object.values(resources(stack, REGISTRATION)).map(({ Properties }) => Properties.Port)).toEqual([80, 443]);
  });

  test('takes endpoints that exist, and two ports of one service', () => {
    const stack = newStack();
    const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Given', { vpcEndpointId: 'vpce-0123456789abcdef0', port: 8080 });
    hubWith({ shop: share({ endpoint, weight: 1 }, { service: blue, weight: 1 }, { service: blue, port: 8081, weight: 1 }) }, {}, stack);
    expect(Object.values(resources(stack, REGISTRATION)).map(({ Properties }) => Properties.Port)).toEqual([8080, 80, 8081]);
    expect(Object.keys(resources(stack, ENDPOINT))).toHaveLength(1);
  });

  test('shares endpoints with other routes', () => {
    const stack = Stack.of(hubWith({ shop: half, beta: { paths: ['/beta'], priority: 200, service: green } }));
    expect([ENDPOINT, GROUP].map(type => Object.keys(resources(stack, type)).length)).toEqual([2, 3]);
  });

  test('keeps clients with their part as long as it is told', () => {
    const stack = stackWith({ ...half, splitStickiness: Duration.hours(1) });
    expect(only(stack, RULE).Properties.Actions[0].ForwardConfig.TargetGroupStickinessConfig).toEqual({ DurationSeconds: 3600, Enabled: true });
    expect(only(stackWith(half), RULE).Properties.Actions[0].ForwardConfig).not.toHaveProperty('TargetGroupStickinessConfig');
  });

  test('takes a weight that is known at deployment only', () => {
    const stack = newStack();
    const { valueAsNumber: weight } = new CfnParameter(stack, 'Weight', { type: 'Number', default: 10 });
    hubWith({ shop: share({ service: blue, weight: 100 }, { service: green, weight }) }, {}, stack);
    expect(groupsOfRule(stack).map(part => part.weight)).toEqual([100, { Ref: 'Weight' }]);
  });

  test('is one rule and up to five places', () => {
    const five = [1, 2, 3, 4, 5].map(n => ({ service: new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-0000000000000000${n}`, 80), weight: n }));
    expect(groupsOfRule(stackWith(share(...five))).map(({ weight }) => weight)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('from one deployment to the next', () => {
  const templates = MOVE.map(([, route]) => resources(stackWith(route)));
  const changes = (step: number) => {
    const [before, after] = [templates[step - 1], templates[step]];
    const differs = (id: string) => JSON.stringify(before[id]) !== JSON.stringify(after[id]);
    return {
      made: Object.keys(after).filter(id => !before[id]).map(id => after[id].Type),
      gone: Object.keys(before).filter(id => !after[id]).map(id => before[id].Type),
      changed: Object.keys(before).filter(id => after[id] && differs(id)).map(id => before[id].Type),
    };
  };

  test('a second service comes beside the first, which keeps endpoint, target group and registration', () => {
    expect(changes(1)).toEqual({ made: [ENDPOINT, GROUP, REGISTRATION], gone: [], changed: [DRAIN, RULE] });
  });

  test.each([2, 3])('weights change the rule in place, and nothing but the weights (step %i)', step => {
    expect(changes(step)).toEqual({ made: [], gone: [], changed: [RULE] });
    const [before, after] = [templates[step - 1], templates[step]].map(template => Object.values(template).find(({ Type }) => Type === RULE)!);
    const equalized = (rule: typeof before) => JSON.parse(JSON.stringify(rule), (name, value) => name === 'Weight' ? 'any' : value);
    expect(before).not.toEqual(after);
    expect(equalized(before)).toEqual(equalized(after));
  });

  test('the first one goes in the last step, and the second keeps endpoint, target group and registration', () => {
    expect(changes(4)).toEqual({ made: [], gone: [ENDPOINT, GROUP, REGISTRATION], changed: [DRAIN, RULE] });
  });

  test('with a gate a weight changes its record of the rule, too', () => {
    const [before, after] = [1, 2].map(step => resources(stackWith(MOVE[step][1], { waitForHealthy: Duration.minutes(5) })));
    const changed = Object.keys(before).filter(id => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
    expect(changed.map(id => before[id].Type).sort()).toEqual([RULE, GATE].sort());
  });
});

describe('a move, step by step, on the stand-in', () => {
  const BUNDLE = readFileSync(join(__dirname, '../assets/handler/custom-resources.lambda/index.js'), 'utf8');
  /** As an ALB with the hub's health check: a new target gets its first check soon, and needs a while to be found sick. */
  const TIMING: HealthTiming = { registrationSeconds: 5, firstCheckSeconds: 10, unhealthySeconds: 90, healthySeconds: 90 };

  let aws: FakeAws;
  let vpc: Vpc;
  let deployment: Deployment;
  let dark: string[];
  let isWatched: boolean;
  let realEnvironment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    aws = await FakeAws.start();
    realEnvironment = process.env;
    process.env = { ...realEnvironment, ...aws.environment };
    aws.targetGroups.timing = TIMING;
    vpc = aws.network.createVpc(['10.0.0.0/24', '10.0.1.0/24']);
    const handler = aws.process.load(BUNDLE, require, { log: () => undefined });
    deployment = new Deployment(aws, event => handler(event));
    dark = [];
    isWatched = false;
    aws.clock.watch(() => {
      if (!isWatched) { return; }
      dark.push(...deployment.weights.filter(([group]) => !isHealthy(group)).map(([group]) => `${aws.clock.now()} ${group.targetGroupArn}`));
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = realEnvironment;
    await aws.stop();
  });

  const isHealthy = ({ targets }: TargetGroup) => targets.some(({ health }) => health.state === 'healthy');

  const designs = new Map<string, (stack: Stack) => void>();

  /** The same function for the same design, so that it is synthesized once. */
  function design(route: PrivateLinkRouteOptions, others: { [id: string]: PrivateLinkRouteOptions } = {}): (stack: Stack) => void {
    const key = JSON.stringify([route, others]);
    const build = designs.get(key) ?? (stack => {
      const hub = new AlbToPrivateLinkTargets(stack, 'Hub', {
        vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
          vpcId: vpc.vpcId, vpcCidrBlock: '10.0.0.0/16', availabilityZones: vpc.subnets.map(subnet => subnet.availabilityZone), privateSubnetIds: vpc.subnets.map(subnet => subnet.subnetId),
        }),
        routes: others,
        waitForHealthy: Duration.minutes(5),
      });
      hub.addRoute('shop', route);
    });
    designs.set(key, build);
    return build;
  }

  async function deploy(route: PrivateLinkRouteOptions, others?: { [id: string]: PrivateLinkRouteOptions }): Promise<void> {
    await deployment.deploy(design(route, others));
    // the next one comes later, and what drains is gone by then
    aws.clock.advance(300_000);
  }

  test('sends requests to no group without a healthy target, at any moment of it', async () => {
    await deploy(MOVE[0][1]);
    isWatched = true;
    const weights = [];
    for (const [, route] of MOVE.slice(1)) {
      await deploy(route);
      weights.push(deployment.weights.map(([, weight]) => weight));
    }
    expect(dark).toEqual([]);
    expect(weights).toEqual([[100], [90, 10], [100], [1]]);
    expect([aws.targetGroups.all.size, aws.network.endpoints.size]).toEqual([1, 1]);
    expect(isHealthy(deployment.group)).toBe(true);
  });

  test('does so while calls are throttled, break, find nothing yet and answer too little', async () => {
    hurry();
    await deploy(MOVE[0][1]);
    isWatched = true;
    for (const [, route] of MOVE.slice(1)) {
      aws.faults.throttle('RegisterTargets', 3);
      aws.faults.throttle('DescribeTargetHealth', 3);
      aws.faults.serverError('AddTags', 2);
      aws.faults.deny('DescribeTags', 2);
      aws.faults.notFound('DescribeNetworkInterfaces', 2);
      await deploy(route);
      aws.faults.clear();
    }
    expect(dark).toEqual([]);
    expect([aws.targetGroups.all.size, aws.network.endpoints.size]).toEqual([1, 1]);
  });

  test('without its first step would send requests where nothing is healthy yet', async () => {
    await deploy(MOVE[0][1]);
    isWatched = true;
    await deploy(MOVE[2][1]);
    expect(dark).not.toEqual([]);
  });

  test('stops at its first step while the new service is sick, and the old one has all requests', async () => {
    await deploy(MOVE[0][1]);
    isWatched = true;
    const [old] = aws.targetGroups.all.values();
    const create = aws.targetGroups.create.bind(aws.targetGroups);
    jest.spyOn(aws.targetGroups, 'create').mockImplementation(props => Object.assign(create(props), { answers: 'Target.Timeout' }));
    await expect(deployment.deploy(design(MOVE[1][1]))).rejects.toThrow(/1 of 2 target groups that this deployment changed are not healthy/);
    expect(deployment.weights).toEqual([[old, 100]]);
    expect(dark).toEqual([]);
  });

  test('gets away from an old service that is sick, which decides nothing any more at the weight 0', async () => {
    for (const step of [0, 1, 2]) { await deploy(MOVE[step][1]); }
    const [old] = aws.targetGroups.all.values();
    old.answers = 'Target.Timeout';
    aws.clock.advance(300_000);
    await expect(deployment.deploy(design(share({ service: blue, weight: 50 }, { service: green, weight: 50 })))).rejects.toThrow('not healthy');
    await deploy(MOVE[3][1]);
    await deploy(MOVE[4][1]);
    expect(deployment.weights).toEqual([[deployment.group, 1]]);
    expect(isHealthy(deployment.group)).toBe(true);
  });

  test('goes back in the same way', async () => {
    for (const step of [0, 1, 2]) { await deploy(MOVE[step][1]); }
    isWatched = true;
    for (const step of [1, 0]) { await deploy(MOVE[step][1]); }
    expect(dark).toEqual([]);
    expect(aws.targetGroups.all.size).toBe(1);
  });

  describe('while another route leads to', () => {
    const cart = (service: ec2.IInterfaceVpcEndpointService): PrivateLinkRouteOptions => ({ paths: ['/cart'], priority: 200, service });

    test.each([['the new service', green], ['the old service', blue]])('%s, sends no request of either into the dark when the route that moves is made last', async (_, used) => {
      await deploy(MOVE[0][1], { cart: cart(used) });
      isWatched = true;
      for (const [, route] of MOVE.slice(1)) { await deploy(route, { cart: cart(used) }); }
      expect(dark).toEqual([]);
      expect(aws.targetGroups.all.size).toBe(2);
    });

    test('the old service, gets away from it all the same when it is sick', async () => {
      for (const step of [0, 1, 2, 3]) { await deploy(MOVE[step][1], { cart: cart(blue) }); }
      aws.targetGroups.all.forEach(group => { if (deployment.weights.some(([each, weight]) => each === group && weight === 1)) { group.answers = 'Target.Timeout'; } });
      aws.clock.advance(300_000);
      await deploy(MOVE[4][1], { cart: cart(blue) });
      expect(aws.targetGroups.all.size).toBe(2);
    });
  });

  test('of one part of three changes nothing of the others', async () => {
    await deploy(share({ service: blue, weight: 1 }, { service: red, weight: 1 }));
    isWatched = true;
    await deploy(share({ service: blue, weight: 1 }, { service: green, weight: 0 }, { service: red, weight: 1 }));
    await deploy(share({ service: green, weight: 1 }, { service: red, weight: 1 }));
    expect(dark).toEqual([]);
    expect(deployment.eventTypes).toEqual(['Create', 'Create']);
  });
});
