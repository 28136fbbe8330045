import { failureOf, held, idsOf, targetsOf, times } from './support';
import { drainedTags, DrainScene, properties } from './support-drain';
import { Killed, type Subnet, type TargetGroup } from '../fakes';

/** Taking out of two groups makes at least so many calls: to find out, to take out, and while it drains. */
const CALLS = 16;

let scene: DrainScene;
let a: Subnet;
let b: Subnet;
let c: Subnet;
let remaining: () => string[];

beforeEach(() => {
  scene = new DrainScene();
  [a, b, c] = scene.vpc.subnets;
  remaining = () => targetsOf(scene.endpoint, { subnets: [b, c] });
});

afterEach(() => scene.finish());

async function rollBack(): Promise<void> {
  scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
  await scene.gate.rollback();
}

function all(): string[] {
  return targetsOf(scene.endpoint);
}

describe('a rollback', () => {
  test('brings back what was taken out, and leaves no tag behind', async () => {
    const groups = await scene.deployed(scene.group({ name: 'one' }), scene.group({ name: 'two' }));
    await scene.loseA(groups);
    expect(groups.map(drainedTags).map(({ length }) => length)).toEqual([1, 1]);
    await rollBack();
    expect(groups.map(held)).toEqual([all(), all()]);
    expect(groups.map(drainedTags)).toEqual([[], []]);
  });

  test('brings nothing back whose interface is gone', async () => {
    const [group] = await scene.deployed();
    await scene.loseA([group]);
    scene.aws.network.removeSubnet(scene.endpoint, a);
    await rollBack();
    expect(held(group)).toEqual(remaining());
    expect(drainedTags(group)).toEqual([]);
  });

  test('brings nothing back that its registration has left meanwhile', async () => {
    const group = scene.group();
    const registration = await scene.register(scene.endpoint, group);
    await scene.gate.create(properties({ api: { subnets: [a, b, c], groups: [group] } }));
    await scene.loseA([group]);
    await registration.update(scene.registrationOf(scene.endpoint, group, 8080));
    await rollBack();
    expect(held(group)).toEqual(targetsOf(scene.endpoint, { port: 8080 }));
  });

  test('brings nothing back that was never taken out', async () => {
    const [group] = await scene.deployed();
    const [address] = idsOf(scene.endpoint, [b]);
    scene.aws.targetGroups.deregister(group, [{ id: address, port: 80 }]);
    scene.aws.targetGroups.finishDraining(group);
    await scene.loseA([group]);
    await rollBack();
    expect(held(group)).toEqual(targetsOf(scene.endpoint, { subnets: [a, c] }));
  });

  test('touches only groups from which something was taken', async () => {
    const [one, other] = await scene.deployed(scene.group({ name: 'one' }), scene.group({ name: 'other' }));
    const [address] = idsOf(scene.endpoint, [a]);
    scene.aws.targetGroups.deregister(other, [{ id: address, port: 80 }]);
    scene.aws.targetGroups.finishDraining(other);
    await scene.loseA([one, other]);
    await rollBack();
    expect([held(one), held(other)]).toEqual([all(), remaining()]);
  });

  test('of a refusal finds nothing to bring back', async () => {
    const [group] = await scene.deployed();
    scene.sicken(group);
    await failureOf(scene.loseA([group]));
    expect(await scene.callsOf(() => rollBack())).toEqual(['DescribeTags']);
  });

  test('takes out what came in place of a subnet, though it is the last that is healthy', async () => {
    const { network } = scene.aws;
    scene.endpoint = network.createEndpoint({ subnets: [a, b] });
    const group = scene.group();
    const registration = await scene.register(scene.endpoint, group);
    await scene.gate.create(properties({ api: { subnets: [a, b], groups: [group] } }));
    await scene.gate.update(properties({ api: { subnets: [b, c], groups: [group] } }));
    network.removeSubnet(scene.endpoint, a);
    network.addSubnet(scene.endpoint, c);
    await registration.update(scene.registrationOf(scene.endpoint, group));
    const [sick] = idsOf(scene.endpoint, [b]);
    group.answers = ({ id }) => id === sick ? 'Target.Timeout' : 'ok';
    scene.aws.clock.advance(60_000);
    await rollBack();
    expect(held(group)).toEqual([`${sick}:80`]);
    expect(group.targets).toHaveLength(1);
  });

  test('passes over a target group that is gone', async () => {
    const [one, other] = await scene.deployed(scene.group({ name: 'one' }), scene.group({ name: 'other' }));
    await scene.loseA([one, other]);
    other.inUse = false;
    scene.aws.targetGroups.delete(other);
    await rollBack();
    expect(held(one)).toEqual(all());
  });
});

describe('a run that is killed', () => {
  const moments = times(CALLS, index => index + 1).flatMap(call => [[call, 'beforeEffect'], [call, 'afterEffect']] as const);
  let groups: TargetGroup[];

  beforeEach(async () => {
    groups = await scene.deployed(scene.group({ name: 'one' }), scene.group({ name: 'two' }));
  });

  test.each(moments)('at call %i, %s, is rolled back to what was', async (call, when) => {
    scene.killNextAt(call, when);
    await expect(scene.loseA(groups)).rejects.toThrow(Killed);
    await rollBack();
    expect(groups.map(held)).toEqual([all(), all()]);
    expect(groups.map(drainedTags)).toEqual([[], []]);
  });

  test.each(moments)('at call %i, %s, is completed by its repetition, and rolled back then', async (call, when) => {
    scene.killNextAt(call, when);
    await expect(scene.loseA(groups)).rejects.toThrow(Killed);
    await scene.gate.redeliver();
    // with the drain at its end too
    for (const group of groups) { expect(group.targets.map(({ id }) => `${id}:80`).sort()).toEqual(remaining()); }
    await rollBack();
    expect(groups.map(held)).toEqual([all(), all()]);
  });

  test.each(times(6, index => index + 1).flatMap(call => [[call, 'beforeEffect'], [call, 'afterEffect']] as const))(
    'at call %i of the rollback, %s, is completed by its repetition', async (call, when) => {
      await scene.loseA(groups);
      scene.killNextAt(call, when);
      await expect(rollBack()).rejects.toThrow(Killed);
      await scene.gate.redeliver();
      expect(groups.map(held)).toEqual([all(), all()]);
      expect(groups.map(drainedTags)).toEqual([[], []]);
    });
});

describe('a subnet that comes', () => {
  test('is left to the registrations', async () => {
    scene.endpoint = scene.aws.network.createEndpoint({ subnets: [b, c] });
    const group = scene.group();
    await scene.register(scene.endpoint, group);
    await scene.gate.create(properties({ api: { subnets: [b, c], groups: [group] } }));
    const calls = await scene.callsOf(() => scene.gate.update(properties({ api: { subnets: [a, b, c], groups: [group] } })));
    expect(calls).toEqual(['DescribeTags']);
    expect(held(group)).toEqual(all());
  });

  test.each([[20, 1], [21, 2]])('costs for %i groups %i calls', async (count, calls) => {
    const groups = times(count, index => scene.group({ name: `group${index}` }));
    await scene.gate.create(properties({ api: { subnets: [b], groups } }));
    expect(await scene.callsOf(() => scene.gate.update(properties({ api: { subnets: [a, b], groups } })))).toHaveLength(calls);
  });

  test('back after it was removed for good brings nothing back, and takes the old tag away', async () => {
    const [group] = await scene.deployed();
    await scene.loseA([group]);
    scene.aws.network.removeSubnet(scene.endpoint, a);
    await scene.gate.update(properties({ api: { subnets: [a, b, c], groups: [group] } }));
    expect(held(group)).toEqual(remaining());
    expect(drainedTags(group)).toEqual([]);
    expect(scene.aws.callsOf('RegisterTargets')).toHaveLength(1);
  });

  test('back with the old address held by another endpoint brings nothing back', async () => {
    const group = scene.group();
    const registration = await scene.register(scene.endpoint, group);
    await scene.gate.create(properties({ api: { subnets: [a, b, c], groups: [group] } }));
    const [address] = idsOf(scene.endpoint, [a]);
    await scene.loseA([group]);
    scene.aws.network.removeSubnet(scene.endpoint, a);
    await registration.update(scene.registrationOf(scene.endpoint, group));
    const { network } = scene.aws;
    const other = times(251, () => network.createEndpoint({ subnets: [a] })).find(({ networkInterfaces: [eni] }) => eni.privateIpAddress === address);
    expect(other).toBeDefined();
    await scene.gate.update(properties({ api: { subnets: [a, b, c], groups: [group] } }));
    expect(held(group)).toEqual(remaining());
  });

  test('while another gate has a tag on the group leaves that tag alone', async () => {
    const [group] = await scene.deployed();
    const key = 'cdk-alb-privatelink:drained:AnotherGate-0123456789ab';
    group.tags.set(key, `80/${idsOf(scene.endpoint, [a])[0]}`);
    await scene.loseA([group]);
    await rollBack();
    expect(drainedTags(group)).toEqual([`80/${idsOf(scene.endpoint, [a])[0]}`]);
    expect(group.tags.has(key)).toBe(true);
  });
});

describe('what AWS does', () => {
  const disturbed = ['DescribeNetworkInterfaces', 'DescribeTags', 'DescribeTargetHealth', 'AddTags', 'DeregisterTargets'];

  test.each([...disturbed, '*'])('%s is not permitted for half a minute', async action => {
    const [group] = await scene.deployed();
    scene.aws.faults.denyUntil(action, 30_000);
    await scene.loseA([group]);
    expect(group.targets.map(({ id }) => `${id}:80`).sort()).toEqual(remaining());
  });

  test.each(['DescribeNetworkInterfaces', 'DescribeTags', 'RegisterTargets', 'RemoveTags', '*'])('%s is not permitted for half a minute in a rollback', async action => {
    const [group] = await scene.deployed();
    await scene.loseA([group]);
    scene.aws.faults.denyUntil(action, 30_000);
    await rollBack();
    expect([held(group), drainedTags(group)]).toEqual([all(), []]);
  });

  test.each(disturbed)('%s is throttled, fails, breaks and hangs', async action => {
    const [group] = await scene.deployed();
    scene.aws.faults.throttle(action, 3);
    scene.aws.faults.serverError(action);
    scene.aws.faults.resetConnection(action, 1, 'beforeAnswer');
    scene.aws.faults.hang(action);
    await scene.loseA([group]);
    expect(held(group)).toEqual(remaining());
  });

  test('describing 40 groups at ten calls a second', async () => {
    const groups = await scene.deployed(...times(40, index => scene.group({ name: `group${index}` })));
    scene.aws.limitDescribeCalls();
    await scene.loseA(groups);
    for (const group of groups) { expect(held(group)).toEqual(remaining()); }
  });

  test('a permission that never comes fails in time, and says which', async () => {
    const [group] = await scene.deployed();
    scene.aws.faults.denyUntil('DeregisterTargets', 3_600_000);
    expect(await failureOf(scene.loseA([group]))).toMatch(/Update of EndpointDrain failed: AccessDenied: .*elasticloadbalancing:DeregisterTargets/);
    expect(held(group)).toEqual(all());
  });

  test('a target group that is gone has nothing to drain', async () => {
    const [one, gone] = await scene.deployed(scene.group({ name: 'one' }), scene.group({ name: 'gone' }));
    gone.inUse = false;
    scene.aws.targetGroups.delete(gone);
    await scene.loseA([one, gone]);
    expect(held(one)).toEqual(remaining());
  });

  test('more targets than a tag can name are named in several', async () => {
    const [group] = await scene.deployed();
    for (const port of times(20, index => 20_000 + index)) { await scene.register(scene.endpoint, group, { port, id: `Port${port}` }); }
    await scene.settle([group]);
    await scene.loseA([group]);
    expect(drainedTags(group).length).toBeGreaterThan(1);
    await rollBack();
    expect(held(group)).toHaveLength(3 * 21);
    expect(drainedTags(group)).toEqual([]);
  });
});
