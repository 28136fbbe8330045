import { failureOf, held, idsOf, times } from './support';
import { GateScene, properties } from './support-health-gate';
import { HEALTH_GATE_TYPE, NO_REQUESTS } from '../../src/handler/contract';
import type { CustomResource, Endpoint } from '../fakes';

// some tests look at a hundred groups many times
jest.setTimeout(30_000);

let scene: GateScene;
let gate: CustomResource;

beforeEach(() => {
  scene = new GateScene();
  ({ gate } = scene);
});

afterEach(() => scene.finish());

/** When each look at a group happened, in seconds since the first. */
function looks(): number[] {
  const calls = scene.aws.callsOf('DescribeTargetHealth');
  return calls.map(({ time }) => (time - calls[0].time) / 1_000);
}

async function secondsToFail(run: Promise<unknown>): Promise<number> {
  return scene.secondsOf(() => failureOf(run));
}

describe('a creation', () => {
  test('lets through what is healthy, with a look at each group', async () => {
    const groups = [scene.filled('one'), scene.filled('two')];
    const seconds = await scene.secondsOf(() => gate.create(properties(groups)));
    expect(scene.aws.calls.map(({ action }) => action)).toEqual(['DescribeStacks', 'DescribeTargetHealth', 'DescribeTargetHealth']);
    expect(seconds).toBeLessThan(3);
  });

  test('is decided by each group', async () => {
    const message = await failureOf(gate.create(properties([scene.filled('fine'), scene.filled('dead', 'Target.Timeout'), scene.filled('broken', 'Target.ResponseCodeMismatch')])));
    expect(message).toMatch(/^Create of Healthy failed: 2 of 3 target groups/);
    expect(message).toContain('targetgroup/dead/');
    expect(message).toContain('targetgroup/broken/');
    expect(message).not.toContain('targetgroup/fine/');
  });

  test('waits for what becomes healthy in time', async () => {
    const late = scene.filled('late', 'Target.Timeout');
    scene.aws.clock.at(100_000, () => { late.answers = 'ok'; });
    const seconds = await scene.secondsOf(() => gate.create(properties([late])));
    // the checks need ten seconds to notice
    expect(seconds).toBeGreaterThan(105);
    expect(seconds).toBeLessThan(125);
  });

  test('waits for targets that are not there yet', async () => {
    const empty = scene.filled('empty', 'ok', []);
    scene.aws.clock.at(60_000, () => scene.aws.targetGroups.register(empty, [{ id: '10.0.0.10', port: 80 }]));
    await gate.create(properties([empty]));
    expect(held(empty)).toHaveLength(1);
  });

  test('waits for a listener that begins to use a group in some seconds', async () => {
    const soon = scene.filled('soon');
    soon.inUse = false;
    scene.aws.clock.at(20_000, () => { soon.inUse = true; });
    expect(await scene.secondsOf(() => gate.create(properties([soon])))).toBeLessThan(35);
  });

  test('fails at its time-out, and not much later', async () => {
    const dead = scene.filled('dead', 'Target.Timeout');
    const seconds = await secondsToFail(gate.create(properties([dead], { timeout: 90 })));
    expect(seconds).toBeGreaterThanOrEqual(90);
    expect(seconds).toBeLessThan(100);
  });

  test('is satisfied with one healthy target of each group', async () => {
    await gate.create(properties([scene.filled('half', ({ id }) => id === '10.0.0.10' ? 'ok' : 'Target.Timeout')]));
    expect(scene.aws.callsOf('DescribeTargetHealth')).toHaveLength(1);
  });

  test('wants all targets healthy where it is told to', async () => {
    const half = scene.filled('half', ({ id }) => id === '10.0.0.10' ? 'ok' : 'Target.Timeout');
    expect(await failureOf(gate.create(properties([half], { allTargets: true, timeout: 30 })))).toContain('10.0.1.10:80 unhealthy (Target.Timeout)');
    half.answers = 'ok';
    await scene.resource(HEALTH_GATE_TYPE, 'Again').create(properties([half], { allTargets: true }));
  });

  test('wants a target even where all must be healthy', async () => {
    expect(await failureOf(gate.create(properties([scene.filled('empty', 'ok', [])], { allTargets: true, timeout: 20 })))).toContain('no target is registered');
  });

  test('does not count what drains', async () => {
    const half = scene.filled('half', ({ id }) => id === '10.0.0.10' ? 'ok' : 'Target.Timeout');
    scene.aws.targetGroups.deregister(half, [{ id: '10.0.1.10', port: 80 }]);
    await gate.create(properties([half], { allTargets: true }));
    scene.aws.targetGroups.deregister(half, [{ id: '10.0.0.10', port: 80 }]);
    half.attributes.set('deregistration_delay.timeout_seconds', '3600');
    expect(await failureOf(scene.resource(HEALTH_GATE_TYPE, 'Again').create(properties([half], { timeout: 20 })))).toContain('no target is registered');
  });

  test('takes targets without health checks as healthy', async () => {
    const unchecked = scene.filled('unchecked', 'Target.Timeout');
    unchecked.healthCheckEnabled = false;
    await gate.create(properties([unchecked], { allTargets: true }));
    expect(looks()).toHaveLength(1);
  });
});

describe('an update', () => {
  test('is decided by the groups that it changes, and reports the others', async () => {
    const [changed, other] = [scene.filled('changed'), scene.filled('other')];
    await gate.create(properties([changed, other]));
    other.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    await gate.update(properties([changed, other], { rules: { changed: 'another' } }));
    expect(scene.log('not healthy, but not changed')).toEqual([
      expect.objectContaining({ group: other.targetGroupArn, targets: expect.stringContaining('Target.Timeout') }),
    ]);
    changed.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    expect(await failureOf(gate.update(properties([changed, other], { timeout: 30 })))).toContain('1 of 1 target groups');
  });

  test('is not decided by a group that gets no requests any more, unless something else of it has changed', async () => {
    const left = scene.filled('left');
    await gate.create(properties([left]));
    left.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    const empty = properties([left], { rules: { left: NO_REQUESTS }, timeout: 20 });
    await gate.update(empty);
    expect(scene.log('not healthy, but not changed')).toHaveLength(1);
    const [[name, group]] = Object.entries(empty.Groups);
    expect(await failureOf(gate.update({ ...empty, Groups: { [name]: { ...group, HealthCheck: 'another' } } }))).toContain('1 of 1 target groups');
  });

  test('is decided by a group that begins to get requests', async () => {
    const comes = scene.filled('comes');
    await gate.create(properties([comes], { rules: { comes: NO_REQUESTS } }));
    comes.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    expect(await failureOf(gate.update(properties([comes], { timeout: 20 })))).toContain('1 of 1 target groups');
  });

  test('is decided by a group that comes', async () => {
    const [there, comes] = [scene.filled('there'), scene.filled('comes', 'Target.Timeout')];
    await gate.create(properties([there]));
    expect(await failureOf(gate.update(properties([there, comes], { timeout: 20 })))).toContain('targetgroup/comes/');
  });

  test('passes over a group that goes', async () => {
    const [stays, goes] = [scene.filled('stays'), scene.filled('goes')];
    await gate.create(properties([stays, goes]));
    goes.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    const calls = await scene.callsOf(() => gate.update(properties([stays], { rules: { stays: 'another' } })));
    expect(calls).toEqual(['DescribeStacks', 'DescribeTargetHealth']);
  });

  test('waits for no group when only its settings change', async () => {
    const dead = scene.filled('dead');
    await gate.create(properties([dead]));
    dead.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    expect(await scene.secondsOf(() => gate.update(properties([dead], { timeout: 200 })))).toBeLessThan(3);
  });

  test('takes no other order of the same properties for a change', async () => {
    const dead = scene.filled('dead', 'Target.Timeout');
    const entry = { TargetGroupArn: dead.targetGroupArn, Rules: 'rule', Targets: { Registered: ['10.0.0.10:80'], Given: 'none' } };
    const swapped = { Targets: { Given: 'none', Registered: ['10.0.0.10:80'] }, Rules: 'rule', TargetGroupArn: dead.targetGroupArn };
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    await gate.create({ Groups: { dead: entry }, TimeoutSeconds: 30 });
    scene.setStatus('UPDATE_IN_PROGRESS');
    await gate.update({ Groups: { dead: swapped }, TimeoutSeconds: 40 });
    expect(scene.log('not healthy, but not changed')).toHaveLength(1);
  });

  test('fails for no group that is gone and was not changed', async () => {
    const [changed, gone] = [scene.filled('changed'), scene.filled('gone')];
    await gate.create(properties([changed, gone]));
    gone.inUse = false;
    scene.aws.targetGroups.delete(gone);
    await gate.update(properties([changed, gone], { rules: { changed: 'another' } }));
    expect(scene.log('not healthy, but not changed')).toHaveLength(1);
  });
});

describe('nothing is waited for', () => {
  test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'])('in %s', async status => {
    const dead = scene.filled('dead');
    await gate.create(properties([dead]));
    await gate.update(properties([dead], { rules: { dead: 'another' } }));
    dead.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    scene.setStatus(status);
    expect(await scene.callsOf(() => gate.rollback())).toEqual(['DescribeStacks']);
  });

  test('and nothing fails when nobody can tell whether the stack rolls back, but it is waited for', async () => {
    const dead = scene.filled('dead', 'Target.Timeout');
    scene.aws.faults.denyUntil('DescribeStacks', 900_000);
    expect(await scene.secondsOf(() => gate.create(properties([dead])))).toBeGreaterThan(300);
    expect(scene.log('looked').length).toBeGreaterThan(10);
  });

  test('and nothing fails when the stack begins to roll back meanwhile', async () => {
    const dead = scene.filled('dead', 'Target.Timeout');
    scene.aws.clock.at(60_000, () => scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS'));
    await gate.create(properties([dead]));
  });

  test('nor asked at a deletion', async () => {
    await gate.create(properties([scene.filled('one')]));
    expect(await scene.callsOf(() => gate.delete())).toEqual([]);
  });

  test('where nothing uses a group, after a while', async () => {
    const unused = scene.filled('unused');
    unused.inUse = false;
    let message = '';
    const seconds = await scene.secondsOf(async () => { message = await failureOf(gate.create(properties([unused], { timeout: 600 }))); });
    expect(seconds).toBeGreaterThanOrEqual(30);
    expect(seconds).toBeLessThan(45);
    expect(message).toMatch(/unused \(Target\.NotInUse\).*no listener uses the target group/);
  });

  test('where nothing uses a group, while another one still becomes healthy', async () => {
    const [unused, late] = [scene.filled('unused'), scene.filled('late', 'Target.Timeout')];
    unused.inUse = false;
    scene.aws.clock.at(100_000, () => { late.answers = 'ok'; });
    let message = '';
    const seconds = await scene.secondsOf(async () => { message = await failureOf(gate.create(properties([unused, late], { timeout: 600 }))); });
    expect(seconds).toBeLessThan(130);
    expect(message).toContain('1 of 2 target groups');
    expect(message).not.toContain('targetgroup/late/');
  });
});

describe('an endpoint', () => {
  const endpointIn = (state: Endpoint['state']) => scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets, state });
  const behind = (name: string, ...endpoints: Endpoint[]) => scene.filled(name, 'ok', endpoints.flatMap(endpoint => idsOf(endpoint)));

  test('that waits for its acceptance is not waited for, with a note', async () => {
    const endpoint = endpointIn('pendingAcceptance');
    const waiting = behind('waiting', endpoint);
    expect(await scene.secondsOf(() => gate.create(properties([waiting], { endpoints: { waiting: [endpoint] } })))).toBeLessThan(5);
    expect(scene.log('not waited for: an endpoint is not accepted')).toEqual([
      expect.objectContaining({ group: waiting.targetGroupArn, endpoints: [endpoint.vpcEndpointId] }),
    ]);
  });

  test('that waits for its acceptance lets the gate wait for the others', async () => {
    const endpoint = endpointIn('pendingAcceptance');
    const groups = [behind('waiting', endpoint), scene.filled('dead', 'Target.Timeout')];
    const message = await failureOf(gate.create(properties(groups, { endpoints: { waiting: [endpoint] }, timeout: 60 })));
    expect(message).toContain('1 of 2 target groups');
    expect(message).not.toContain('targetgroup/waiting/');
  });

  test('that is accepted meanwhile lets nothing fail', async () => {
    const endpoint = endpointIn('available');
    endpoint.answers = 'Target.Timeout';
    const slow = behind('slow', endpoint);
    scene.aws.clock.at(60_000, () => { endpoint.answers = 'ok'; });
    await gate.create(properties([slow], { endpoints: { slow: [endpoint] } }));
  });

  test.each(['rejected', 'failed', 'expired'] as const)('that is %s lets the deployment fail, and is named with its state', async state => {
    const endpoint = endpointIn(state);
    const message = await failureOf(gate.create(properties([behind('dead', endpoint)], { endpoints: { dead: [endpoint] }, timeout: 60 })));
    expect(message).toContain(endpoint.vpcEndpointId);
    expect(message).toContain(state);
  });

  test('that nobody can describe is taken as one that can serve', async () => {
    const endpoint = endpointIn('pendingAcceptance');
    scene.aws.faults.denyUntil('DescribeVpcEndpoints', 600_000);
    await failureOf(gate.create(properties([behind('waiting', endpoint)], { endpoints: { waiting: [endpoint] }, timeout: 30 })));
    expect(scene.log('endpoint states unknown').length).toBeGreaterThan(0);
  });

  test('is asked for only where its group is sick', async () => {
    const endpoint = endpointIn('available');
    await gate.create(properties([behind('fine', endpoint), scene.filled('other')], { endpoints: { fine: [endpoint] } }));
    expect(scene.aws.callsOf('DescribeVpcEndpoints')).toEqual([]);
    await failureOf(scene.resource(HEALTH_GATE_TYPE, 'Plain').create(properties([scene.filled('dead', 'Target.Timeout')], { timeout: 20 })));
    expect(scene.aws.callsOf('DescribeVpcEndpoints')).toEqual([]);
  });

  test('of two hundred and more is asked for too', async () => {
    const { network } = scene.aws;
    const vpcs = times(210, index => network.createVpc([`10.${1 + index}.0.0/24`]));
    const endpoints = vpcs.map(({ subnets }) => network.createEndpoint({ subnets, state: 'pendingAcceptance' }));
    const groups = times(70, index => scene.filled(`group${index}`, 'Target.Timeout'));
    const three = groups.map(({ targetGroupName }, index) => [targetGroupName, endpoints.slice(3 * index, 3 * index + 3)]);
    await gate.create(properties(groups, { endpoints: Object.fromEntries(three) }));
    for (const call of scene.aws.callsOf('DescribeVpcEndpoints')) {
      // AWS takes 200 values a filter
      expect((call.params as { Filter: { Value: string[] }[] }).Filter[0].Value.length).toBeLessThanOrEqual(200);
    }
  });
});

describe('what AWS does', () => {
  test('health is asked for at most twice a second', async () => {
    const groups = times(30, index => scene.filled(`group${index}`, 'Target.Timeout'));
    await failureOf(gate.create(properties(groups, { timeout: 60 })));
    const at = looks();
    expect(at.length).toBeGreaterThan(60);
    at.forEach((time, index) => expect(at.filter(other => other > time - 1 && other <= time).length <= 2 || index < 2).toBe(true));
  });

  test('a hundred sick groups end in time', async () => {
    const groups = times(100, index => scene.filled(`group${index}`, 'Target.Timeout'));
    const seconds = await secondsToFail(gate.create(properties(groups, { timeout: 720 })));
    expect(seconds).toBeGreaterThanOrEqual(720);
    expect(seconds).toBeLessThan(720 + 60);
  });

  test('a hundred sick groups end in time also when each look takes seconds', async () => {
    const groups = times(100, index => scene.filled(`group${index}`, 'Target.Timeout'));
    scene.aws.faults.during('DescribeTargetHealth', 0, Infinity, { delay: 3_000 });
    expect(await secondsToFail(gate.create(properties(groups, { timeout: 720 })))).toBeLessThan(720 + 30);
  });

  test('calls are throttled, fail, break and hang', async () => {
    const fine = scene.filled('fine');
    for (const action of ['DescribeStacks', 'DescribeTargetHealth']) {
      scene.aws.faults.throttle(action, 3);
      scene.aws.faults.serverError(action);
      scene.aws.faults.resetConnection(action);
      scene.aws.faults.hang(action);
    }
    await gate.create(properties([fine]));
    expect(held(fine)).toHaveLength(2);
  });

  test.each(['DescribeStacks', 'DescribeTargetHealth', '*'])('%s is not permitted for half a minute', async action => {
    const fine = scene.filled('fine');
    scene.aws.faults.denyUntil(action, 30_000);
    await gate.create(properties([fine]));
    expect(looks().length).toBeGreaterThan(0);
  });

  test('a group that is gone fails by its name', async () => {
    const [fine, gone] = [scene.filled('fine'), scene.filled('gone')];
    gone.inUse = false;
    scene.aws.targetGroups.delete(gone);
    expect(await failureOf(gate.create(properties([fine, gone])))).toContain(gone.targetGroupArn);
  });

  test('a short list of targets is one look only', async () => {
    const fine = scene.filled('fine');
    scene.aws.faults.shorten('DescribeTargetHealth', 2);
    await gate.create(properties([fine]));
    expect(looks()).toHaveLength(2);
  });
});
