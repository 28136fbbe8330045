import { failureOf, held, idsOf, targetsOf, times } from './support';
import { Drained, drainedTags, DrainScene, properties } from './support-drain';
import { CHECKING, type CustomResource, type Endpoint, type Subnet, type TargetGroup } from '../fakes';

let scene: DrainScene;
let a: Subnet;
let b: Subnet;
let c: Subnet;
let endpoint: Endpoint;
let gate: CustomResource;

beforeEach(() => {
  scene = new DrainScene();
  ({ endpoint, gate } = scene);
  [a, b, c] = scene.vpc.subnets;
});

afterEach(() => scene.finish());

describe('nothing is asked of AWS', () => {
  const present = () => ({ subnets: [a, b], groups: [] as TargetGroup[] });
  let groups: TargetGroup[];

  beforeEach(async () => {
    groups = [scene.group({ name: 'one' }), scene.group({ name: 'two' })];
    await scene.register(endpoint, groups[0], { id: 'One' });
    await scene.register(endpoint, groups[1], { id: 'Two' });
  });

  test('at the creation and the deletion', async () => {
    expect(await scene.callsOf(() => gate.create(properties({ api: { subnets: [a, b, c], groups } })))).toEqual([]);
    expect(await scene.callsOf(() => gate.delete())).toEqual([]);
  });

  test.each<[string, () => { [key: string]: Drained }]>([
    ['a route comes', () => ({ api: { ...present(), groups }, more: { subnets: [a], groups: [scene.group()] } })],
    ['a route goes', () => ({})],
    ['a target group comes', () => ({ api: { ...present(), groups: [...groups, scene.group()] } })],
    ['a target group goes', () => ({ api: { ...present(), groups: groups.slice(1) } })],
    ['subnets and groups are told in another order', () => ({ api: { subnets: [b, a], groups: [...groups].reverse() } })],
    ['an endpoint becomes another one', () => ({ other: { subnets: [a], groups } })],
    ['a subnet goes together with all groups', () => ({ api: { subnets: [a], groups: [] } })],
    ['a subnet comes together with all groups', () => ({ api: { subnets: [a, b, c], groups: [scene.group()] } })],
  ])('when %s', async (_, after) => {
    await gate.create(properties({ api: { ...present(), groups } }));
    expect(await scene.callsOf(() => gate.update(after()))).toEqual([]);
  });

  test('when there were no endpoints before, or are none any more', async () => {
    await gate.create({});
    expect(await scene.callsOf(() => gate.update(properties({ api: { ...present(), groups } })))).toEqual([]);
    expect(await scene.callsOf(() => gate.update({}))).toEqual([]);
  });
});

describe('a subnet that goes', () => {
  test('takes exactly its address out', async () => {
    const [group] = await scene.deployed();
    await scene.loseA([group]);
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
  });

  test('keeps its interface until its target has drained, and not much longer', async () => {
    const [group] = await scene.deployed(scene.group({ deregistrationDelay: 60 }));
    const seconds = await scene.secondsOf(() => scene.loseA([group]));
    // none is left that drains: the interface goes right after the answer
    expect(group.targets.map(({ id }) => `${id}:80`).sort()).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(60 + 10);
  });

  test('waits no longer than the function may run', async () => {
    const [group] = await scene.deployed(scene.group({ deregistrationDelay: 3600 }));
    const seconds = await scene.secondsOf(() => scene.loseA([group]));
    expect(seconds).toBeGreaterThanOrEqual(420);
    expect(seconds).toBeLessThan(440);
    expect(scene.log('still draining')).toHaveLength(1);
  });

  test('is drained in many groups at once', async () => {
    const groups = await scene.deployed(...times(20, index => scene.group({ name: `group${index}`, deregistrationDelay: 100 })));
    expect(await scene.secondsOf(() => scene.loseA(groups))).toBeLessThan(100 + 40);
    for (const group of groups) { expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] })); }
  });

  test('is deregistered once in each group', async () => {
    const groups = await scene.deployed(...times(3, index => scene.group({ name: `group${index}` })));
    const calls = await scene.callsOf(() => scene.loseA(groups));
    expect(calls.filter(action => action === 'DeregisterTargets')).toHaveLength(3);
  });

  test('is not waited for where its target was sick', async () => {
    const [group] = await scene.deployed();
    scene.aws.targetGroups.answers.set(idsOf(endpoint, [a])[0], 'Target.Timeout');
    scene.aws.clock.advance(60_000);
    expect(await scene.secondsOf(() => scene.loseA([group]))).toBeLessThan(5);
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
  });

  test('is drained in the groups of before and after only', async () => {
    const [stays, leaves] = await scene.deployed(scene.group({ name: 'stays' }), scene.group({ name: 'leaves' }));
    const comes = scene.group({ name: 'comes' });
    await scene.register(endpoint, comes, { id: 'Comes' });
    await gate.update(properties({ api: { subnets: [b, c], groups: [stays, comes] } }));
    expect(held(stays)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
    expect([held(leaves), held(comes)]).toEqual([targetsOf(endpoint), targetsOf(endpoint)]);
    expect([drainedTags(leaves), drainedTags(comes)]).toEqual([[], []]);
  });

  test('is drained with each port that is recorded', async () => {
    const [group] = await scene.deployed();
    await scene.register(endpoint, group, { port: 8080, id: 'Other' });
    await scene.settle([group]);
    await scene.loseA([group]);
    expect(held(group)).toEqual([80, 8080].flatMap(port => targetsOf(endpoint, { subnets: [b, c], port })).sort());
  });

  test('is drained in a group of IPv6 addresses', async () => {
    endpoint = scene.endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets, ipAddressType: 'ipv6' });
    const [group] = await scene.deployed(scene.group({ ipAddressType: 'ipv6' }));
    await scene.loseA([group]);
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
    await gate.rollback();
    expect(held(group)).toEqual(targetsOf(endpoint));
  });

  test('is drained for each endpoint that loses one', async () => {
    const other = scene.aws.network.createEndpoint({ subnets: [a, b] });
    const groups = times(3, index => scene.group({ name: `group${index}` }));
    await scene.register(endpoint, groups[0], { id: 'One' });
    await scene.register(other, groups[1], { id: 'Two' });
    await scene.register(other, groups[2], { id: 'Three' });
    const [[first], others] = [groups, groups.slice(1)];
    await gate.create(properties({ api: { subnets: [a, b, c], groups: [first] }, web: { subnets: [a, b], groups: others } }));
    await gate.update(properties({ api: { subnets: [b, c], groups: [first] }, web: { subnets: [a], groups: others } }));
    expect(held(first)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
    expect(others.map(held)).toEqual([targetsOf(other, { subnets: [a] }), targetsOf(other, { subnets: [a] })]);
  });

  test('is drained when another one comes in its place', async () => {
    endpoint = scene.aws.network.createEndpoint({ subnets: [a, b] });
    const group = scene.group();
    await scene.register(endpoint, group);
    await gate.create(properties({ api: { subnets: [a, b], groups: [group] } }));
    await gate.update(properties({ api: { subnets: [b, c], groups: [group] } }));
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b] }));
  });

  test('is drained when its interface stands on a later page', async () => {
    times(4, () => scene.aws.network.createEndpoint({ subnets: [a] }));
    const [group] = await scene.deployed();
    scene.aws.faults.page('DescribeNetworkInterfaces', 1, 5);
    const from = scene.aws.calls.length;
    await scene.loseA([group]);
    const pages = scene.aws.calls.slice(from).filter(({ action }) => action === 'DescribeNetworkInterfaces');
    expect(pages.map(({ params }) => 'NextToken' in params)).toEqual([false, true, true, true, true]);
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
  });

  test('is looked for among the interfaces of endpoints only', async () => {
    const [group] = await scene.deployed();
    const from = scene.aws.calls.length;
    await scene.loseA([group]);
    expect(scene.aws.calls.slice(from).find(({ action }) => action === 'DescribeNetworkInterfaces')).toMatchObject({
      params: { Filter: [{ Name: 'subnet-id', Value: [a.subnetId] }, { Name: 'interface-type', Value: ['vpc_endpoint'] }] },
    });
  });

  test('of two endpoints is drained in the group that has both', async () => {
    const other = scene.aws.network.createEndpoint({ subnets: [b, c] });
    const [group] = await scene.deployed();
    await scene.register(other, group, { id: 'Other' });
    await gate.update(properties({ api: { subnets: [a, b, c], groups: [group] }, web: { subnets: [b, c], groups: [group] } }));
    await gate.update(properties({ api: { subnets: [b, c], groups: [group] }, web: { subnets: [c], groups: [group] } }));
    expect(held(group)).not.toContain(targetsOf(endpoint, { subnets: [a] })[0]);
    expect(held(group)).not.toContain(targetsOf(other, { subnets: [b] })[0]);
  });

  test('is seen again when the list of targets is short', async () => {
    const [group] = await scene.deployed();
    scene.aws.faults.pass('DescribeTargetHealth', 1);
    // right after it was deregistered, as if it were gone
    scene.aws.faults.shorten('DescribeTargetHealth', 3);
    await scene.loseA([group]);
    expect(group.targets.map(({ id }) => `${id}:80`).sort()).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
  });

  test('is named in a tag before anything is taken out', async () => {
    const [group] = await scene.deployed();
    const tags: string[][] = [];
    scene.aws.faults.meanwhile('DeregisterTargets', () => { tags.push(drainedTags(group)); });
    await scene.loseA([group]);
    expect(tags).toEqual([[`80/${idsOf(endpoint, [a])[0]}`]]);
  });

  test('is no matter where nothing of it is registered any more', async () => {
    const [group] = await scene.deployed();
    scene.aws.targetGroups.deregister(group, [{ id: idsOf(endpoint, [a])[0], port: 80 }]);
    scene.aws.targetGroups.finishDraining(group);
    await scene.loseA([group]);
    expect(scene.aws.callsOf('DeregisterTargets', 'RemoveTags')).toEqual([]);
    expect(drainedTags(group)).toEqual([]);
  });
});

describe('what stays', () => {
  test('is what somebody else registered, in the same subnet or with another port', async () => {
    const [group] = await scene.deployed();
    const theirs = [`${scene.aws.network.createNetworkInterface(a).privateIpAddress}:80`, targetsOf(endpoint, { subnets: [a], port: 9090 })[0]];
    theirs.map(target => target.split(':')).forEach(([id, port]) => scene.aws.targetGroups.register(group, [{ id, port: Number(port) }]));
    await scene.loseA([group]);
    expect(held(group)).toEqual([...targetsOf(endpoint, { subnets: [b, c] }), ...theirs].sort());
  });

  test('is what stands in a group that no endpoint of the gate fills', async () => {
    const [group] = await scene.deployed(scene.group({ name: 'ours' }));
    const other = scene.group({ name: 'other' });
    await scene.register(endpoint, other, { id: 'Other' });
    await scene.loseA([group]);
    expect(held(other)).toEqual(targetsOf(endpoint));
  });

  test('is the address of another endpoint in that subnet, which keeps it', async () => {
    const [group] = await scene.deployed();
    const other = scene.aws.network.createEndpoint({ subnets: [a] });
    scene.stranger = other;
    await scene.register(other, group, { id: 'Other' });
    await scene.loseA([group]);
    expect(held(group)).toEqual([...targetsOf(endpoint, { subnets: [b, c] }), ...targetsOf(other)].sort());
  });
});

describe('a group that would lose its last healthy target', () => {
  test('is a reason to refuse, before anything is touched anywhere', async () => {
    const [fine, sick] = await scene.deployed(scene.group({ name: 'fine' }), scene.group({ name: 'sick' }));
    scene.sicken(sick);
    const from = scene.aws.calls.length;
    const message = await failureOf(scene.loseA([fine, sick]));
    expect(message).toContain(sick.targetGroupArn);
    expect(message).not.toContain(fine.targetGroupArn);
    expect(message).toMatch(/Nothing was changed.*Add subnets in one deployment, and remove the others in the next/);
    expect(message).toContain('unhealthy (Target.Timeout)');
    expect(scene.aws.calls.slice(from).map(({ action }) => action).filter(action => !action.startsWith('Describe'))).toEqual([]);
    expect([held(fine), held(sick)]).toEqual([targetsOf(endpoint), targetsOf(endpoint)]);
  });

  test('is a reason to refuse while what stays has not been checked yet', async () => {
    const [group] = await scene.deployed();
    scene.aws.targetGroups.setHealth(group, CHECKING, ...idsOf(endpoint, [b, c]));
    expect(await failureOf(scene.loseA([group]))).toContain('nothing healthy would be left');
  });

  test('says what to do also when there are many of them', async () => {
    const groups = await scene.deployed(...times(30, index => scene.group({ name: `group${index}` })));
    groups.forEach(group => scene.sicken(group));
    expect(await failureOf(scene.loseA(groups))).toContain('Add subnets in one deployment');
  });

  test('loses it in a rollback', async () => {
    const [group] = await scene.deployed();
    scene.sicken(group);
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    await scene.loseA([group]);
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
  });

  test('keeps it when nobody can tell whether the stack rolls back', async () => {
    const [group] = await scene.deployed();
    scene.sicken(group);
    scene.aws.faults.denyUntil('DescribeStacks', 600_000);
    expect(await failureOf(scene.loseA([group]))).toContain('nothing healthy would be left');
    expect(held(group)).toEqual(targetsOf(endpoint));
  });

  test('has none to lose when all are sick', async () => {
    const [group] = await scene.deployed();
    group.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    await scene.loseA([group]);
    expect(held(group)).toEqual(targetsOf(endpoint, { subnets: [b, c] }));
  });

  test('keeps one that somebody else registered, which is enough', async () => {
    const [group] = await scene.deployed();
    scene.aws.targetGroups.register(group, [{ id: '10.0.2.200', port: 80 }]);
    const others = idsOf(endpoint, [b, c]);
    group.answers = ({ id }) => others.includes(id) ? 'Target.Timeout' : 'ok';
    scene.aws.clock.advance(60_000);
    await scene.loseA([group]);
    expect(held(group)).toEqual([...targetsOf(endpoint, { subnets: [b, c] }), '10.0.2.200:80'].sort());
  });

  test('takes four calls to find out', async () => {
    const [group] = await scene.deployed();
    scene.sicken(group);
    const calls = await scene.callsOf(() => failureOf(scene.loseA([group])));
    expect(calls).toEqual(['DescribeStacks', 'DescribeNetworkInterfaces', 'DescribeTags', 'DescribeTargetHealth']);
  });
});
