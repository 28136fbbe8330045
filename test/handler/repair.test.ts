import { held, idsOf, tagsOf, targetsOf, times } from './support';
import { LIST, LOOK, RepairScene, type Route } from './support-repair';
import { RECORD_TAG_PREFIX, REGISTRATION_TYPE, REPAIR_FAILED, TARGETS_REPAIRED } from '../../src/handler/contract';
import { AwsError, type Endpoint, type Subnet } from '../fakes';

let scene: RepairScene;
let a: Subnet;
let b: Subnet;
let c: Subnet;

beforeEach(() => {
  scene = new RepairScene();
  [a, b, c] = scene.vpc.subnets;
});

afterEach(() => scene.finish());

describe('a repair keeps away', () => {
  test.each([
    'CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'REVIEW_IN_PROGRESS',
  ])('in %s', async status => {
    const { group } = await scene.route('one');
    scene.deregister(group, ...held(group).map(target => target.split(':')[0]).slice(1));
    scene.setStatus(status);
    expect(await scene.callsOf(() => scene.repair())).toEqual(['DescribeStacks']);
    expect(held(group)).toHaveLength(1);
  });

  test('when the status of the stack is unknown', async () => {
    await scene.route('one');
    scene.aws.stacks.all.clear();
    expect(await scene.callsOf(() => scene.repair())).toEqual(['DescribeStacks']);
  });

  test('from a registration that a deployment takes over meanwhile', async () => {
    const { endpoint, group, registration } = await scene.route('one', [a, b]);
    const moved = scene.aws.network.createEndpoint({ subnets: [a, b] });
    scene.aws.faults.meanwhile('DescribeNetworkInterfaces', async () => {
      scene.setStatus('UPDATE_IN_PROGRESS');
      await registration.update(scene.registrationOf(moved, group));
    });
    await scene.repair();
    // the clean-up of that deployment
    scene.aws.network.deleteEndpoint(endpoint);
    scene.aws.clock.advance(60_000);
    expect(held(group)).toEqual(targetsOf(moved));
  });

  test('from targets that a deployment brings while it waits', async () => {
    const { endpoint, group, registration } = await scene.route('one', [a, b]);
    scene.aws.network.removeSubnet(endpoint, a);
    scene.aws.network.addSubnet(endpoint, c);
    const moved = scene.aws.network.createEndpoint({ subnets: [a, b] });
    scene.aws.targetGroups.answers.set(idsOf(endpoint, [c])[0], 'Target.Timeout');
    group.timing = { registrationSeconds: 1, firstCheckSeconds: 4, unhealthySeconds: 10, healthySeconds: 10 };
    const running = scene.repair();
    const updated = new Promise<void>((resolve, reject) => scene.aws.clock.at(60_000, () => {
      scene.setStatus('UPDATE_IN_PROGRESS');
      registration.update(scene.registrationOf(moved, group)).then(() => resolve(), reject);
    }));
    await Promise.all([running, updated]);
    expect(held(group)).toEqual(targetsOf(moved));
  });
});

describe('a repair with nothing to do', () => {
  test('changes and writes nothing, with five looks a registration', async () => {
    const routes = [await scene.route('one'), await scene.route('two')];
    const tags = routes.map(({ group }) => [...group.tags]);
    expect(await scene.callsOf(() => scene.repair())).toEqual([...LIST, ...LOOK, ...LOOK]);
    expect(routes.map(({ group }) => [...group.tags])).toEqual(tags);
    expect(scene.decisions()).not.toContain(TARGETS_REPAIRED);
  });

  test('takes next to no time', async () => {
    await scene.route('one');
    expect(await scene.secondsOf(() => scene.repair())).toBeLessThan(1);
  });

  test('leaves alone what somebody else registered', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.aws.targetGroups.register(group, [{ id: '10.0.0.200', port: 80 }, { id: idsOf(endpoint)[0], port: 8080 }]);
    await scene.repair();
    expect(held(group)).toHaveLength(4);
    expect(scene.decisions()).not.toContain(TARGETS_REPAIRED);
  });

  test('of a registration that was never made, or of other resources, passes them over', async () => {
    await scene.route('one');
    scene.inStack(
      { logicalResourceId: 'Pending', resourceType: REGISTRATION_TYPE },
      { logicalResourceId: 'Failed', physicalResourceId: 'Stack-Failed-1A2B3C', resourceType: REGISTRATION_TYPE },
      { logicalResourceId: 'Topic', physicalResourceId: 'x@y', resourceType: 'AWS::SNS::Topic' },
    );
    expect(await scene.callsOf(() => scene.repair())).toEqual([...LIST, ...LOOK]);
  });

  test('in a stack without registrations asks for its resources only', async () => {
    scene.setStatus('UPDATE_COMPLETE');
    expect(await scene.callsOf(() => scene.repair())).toEqual(['DescribeStacks', 'ListStackResources']);
  });

  test('passes over a group without a record', async () => {
    const { group } = await scene.route('one');
    const before = held(group);
    [...group.tags.keys()].filter(key => key.startsWith(RECORD_TAG_PREFIX)).forEach(key => group.tags.delete(key));
    await scene.repair();
    expect(held(group)).toEqual(before);
    expect(scene.decisions()).toEqual(expect.arrayContaining(['nothing recorded']));
  });
});

describe('a repair brings back', () => {
  test('what somebody deregistered', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.deregister(group, idsOf(endpoint)[0]);
    await scene.repair();
    expect(held(group)).toEqual(targetsOf(endpoint));
    expect(scene.log(TARGETS_REPAIRED)).toMatchObject([{ group: group.targetGroupArn, register: [targetsOf(endpoint)[0]], deregister: [] }]);
  });

  test('all that somebody deregistered', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.deregister(group, ...idsOf(endpoint));
    await scene.repair();
    expect(held(group)).toEqual(targetsOf(endpoint));
  });

  test('what still drains', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.aws.targetGroups.deregister(group, [{ id: idsOf(endpoint)[0], port: 80 }]);
    await scene.repair();
    expect(held(group)).toEqual(targetsOf(endpoint));
  });

  test.each<[string, (endpoint: Endpoint) => void]>([
    ['an endpoint with new interfaces', endpoint => scene.aws.network.setPrivateDnsEnabled(endpoint, true)],
    ['an endpoint with a subnet more', endpoint => scene.aws.network.addSubnet(endpoint, c)],
    ['an endpoint with a subnet less', endpoint => scene.aws.network.removeSubnet(endpoint, a)],
    ['an endpoint with another subnet', endpoint => {
      scene.aws.network.removeSubnet(endpoint, a);
      scene.aws.network.addSubnet(endpoint, c);
    }],
  ])('the targets to %s', async (_, change) => {
    const { endpoint, group } = await scene.route('one');
    change(endpoint);
    await scene.repair();
    expect(group.targets.map(({ id }) => `${id}:80`).sort()).toEqual(targetsOf(endpoint));
    expect(scene.log(TARGETS_REPAIRED)).toHaveLength(1);
    // and there is nothing to do at the next time
    const [before, from] = [scene.changes().length, scene.aws.calls.length];
    await scene.repair();
    expect(scene.changes()).toHaveLength(before);
    expect(scene.aws.calls.slice(from).map(({ action }) => action)).toEqual([...LIST, ...LOOK]);
  });

  test('IPv6 addresses and other ports', async () => {
    const { endpoint, group, registration } = await scene.route('one', [a, b], { ipAddressType: 'ipv6' });
    scene.setStatus('UPDATE_IN_PROGRESS');
    await registration.update(scene.registrationOf(endpoint, group, 8443));
    scene.setStatus('UPDATE_COMPLETE');
    scene.aws.targetGroups.deregister(group, [{ id: idsOf(endpoint)[0], port: 8443 }]);
    await scene.repair();
    expect(held(group)).toEqual(targetsOf(endpoint, { port: 8443 }));
  });

  test('addresses outside the VPC of the group, with zone all', async () => {
    const elsewhere = scene.aws.network.createVpc(['10.9.0.0/24', '10.9.1.0/24']);
    const { endpoint, group } = await scene.route('one', elsewhere.subnets);
    scene.deregister(group, idsOf(endpoint)[0]);
    await scene.repair();
    expect(group.targets.map(({ availabilityZone }) => availabilityZone)).toEqual(['all', 'all']);
  });

  test('what registrations on all pages of the stack brought', async () => {
    const routes = [await scene.route('one'), await scene.route('two'), await scene.route('three')];
    routes.forEach(({ endpoint, group }) => scene.deregister(group, idsOf(endpoint)[0]));
    scene.aws.faults.page('ListStackResources', 1, 3);
    await scene.repair();
    expect(routes.map(({ group }) => held(group))).toEqual(routes.map(({ endpoint }) => targetsOf(endpoint)));
    expect(scene.aws.callsOf('ListStackResources')).toHaveLength(3);
  });

  test('what it records, under the registration of the deployment', async () => {
    const { endpoint, group, registration } = await scene.route('one');
    scene.aws.network.setPrivateDnsEnabled(endpoint, true);
    await scene.repair();
    expect(tagsOf(group, RECORD_TAG_PREFIX)).toEqual([`${endpoint.vpcEndpointId}/80 80/${idsOf(endpoint).join('/')}`]);
    scene.setStatus('DELETE_IN_PROGRESS');
    await registration.delete();
    expect([held(group), tagsOf(group, RECORD_TAG_PREFIX)]).toEqual([[], []]);
  });

  test('nothing that another registration brought to the same group', async () => {
    const one = await scene.route('one');
    const other = scene.aws.network.createEndpoint({ subnets: [c] });
    await scene.register(other, one.group, { id: 'Other' });
    scene.setStatus('UPDATE_COMPLETE');
    scene.aws.network.setPrivateDnsEnabled(one.endpoint, true);
    await scene.repair();
    expect(held(one.group)).toEqual([...targetsOf(one.endpoint), ...targetsOf(other)].sort());
  });
});

describe('a repair takes no healthy target for a sick one', () => {
  test('but takes the sick one back, and says that it failed', async () => {
    const { endpoint, group } = await scene.route('one', [a, b]);
    const old = idsOf(endpoint);
    // the old addresses go on answering
    times(2, index => scene.aws.targetGroups.answers.set(old[index], 'ok'));
    scene.aws.network.addSubnet(endpoint, c);
    const [sick] = idsOf(endpoint, [c]);
    scene.aws.targetGroups.answers.set(sick, 'Target.FailedHealthChecks');
    group.timing = { registrationSeconds: 1, firstCheckSeconds: 5, unhealthySeconds: 10, healthySeconds: 10 };
    await scene.repair();
    expect(held(group)).toEqual(old.map(id => `${id}:80`));
    expect(scene.log(REPAIR_FAILED)).toHaveLength(1);
    expect(scene.log(REPAIR_FAILED)[0].error).toContain(`${sick}:80 unhealthy (Target.FailedHealthChecks)`);
    expect(tagsOf(group, RECORD_TAG_PREFIX)).toEqual([`${endpoint.vpcEndpointId}/80 80/${old.join('/')}`]);
  });

  test('also with the last one that is healthy', async () => {
    const { endpoint, group } = await scene.route('one', [a, b]);
    const old = idsOf(endpoint);
    scene.aws.network.setPrivateDnsEnabled(endpoint, true);
    group.answers = 'Target.Timeout';
    // somebody's proxy has taken over an old address, and answers
    scene.aws.targetGroups.setHealth(group, { state: 'healthy' }, old[0]);
    await scene.repair();
    expect(held(group)).toContain(`${old[0]}:80`);
    expect(scene.log(REPAIR_FAILED)).toHaveLength(1);
  });

  test('and goes on where nothing healthy is at stake', async () => {
    const { endpoint, group } = await scene.route('one', [a, b]);
    group.answers = 'Target.Timeout';
    scene.aws.clock.advance(60_000);
    scene.aws.network.setPrivateDnsEnabled(endpoint, true);
    expect(await scene.secondsOf(() => scene.repair())).toBeLessThan(60);
    expect(held(group)).toEqual(targetsOf(endpoint));
  });
});

describe('a broken registration keeps no other from being mended', () => {
  async function broken(breaking: (route: Route) => void): Promise<Route> {
    const [first, second] = [await scene.route('first'), await scene.route('second')];
    breaking(first);
    scene.deregister(second.group, idsOf(second.endpoint)[0]);
    return second;
  }

  test.each<[string, (route: Route) => void]>([
    ['its group is gone', ({ group }) => { group.inUse = false; scene.aws.targetGroups.delete(group); }],
    ['its endpoint is gone', ({ endpoint }) => scene.aws.network.deleteEndpoint(endpoint)],
    ['registering fails', ({ endpoint, group }) => {
      scene.deregister(group, idsOf(endpoint)[0]);
      scene.aws.faults.fail('RegisterTargets', new AwsError('ValidationError', 'no'));
    }],
    ['its group is not described', ({ group }) => scene.aws.faults.fail('DescribeTargetGroups', new AwsError('ValidationError', group.targetGroupArn))],
    ['the list of its group is empty', () => scene.aws.faults.shorten('DescribeTargetGroups', 1)],
  ])('where %s', async (_, breaking) => {
    const second = await broken(breaking);
    await scene.repair();
    expect(held(second.group)).toEqual(targetsOf(second.endpoint));
    expect(scene.log(REPAIR_FAILED)).toHaveLength(1);
    expect(scene.log(REPAIR_FAILED)[0].error).not.toMatch(/undefined|TypeError/);
  });

  test('where each repair would wait for its health until the time is up', async () => {
    for (const name of ['one', 'two', 'three']) {
      const { endpoint, group } = await scene.route(name);
      scene.aws.network.addSubnet(endpoint, c);
      const [sick] = idsOf(endpoint, [c]);
      scene.aws.targetGroups.answers.set(sick, 'Target.FailedHealthChecks');
      group.timing = { registrationSeconds: 1, firstCheckSeconds: 5, unhealthySeconds: 10, healthySeconds: 10 };
    }
    const last = await scene.route('last');
    scene.deregister(last.group, idsOf(last.endpoint)[0]);
    // hours later
    for (let i = 0; i < 6; i++) { await scene.repair(); }
    expect(held(last.group)).toEqual(targetsOf(last.endpoint));
  });
});

describe('a repair says', () => {
  test('once for each registration that it mended', async () => {
    const routes = [await scene.route('one'), await scene.route('two'), await scene.route('three')];
    routes.slice(1).forEach(({ endpoint, group }) => scene.deregister(group, idsOf(endpoint)[0]));
    await scene.repair();
    expect(scene.log(TARGETS_REPAIRED).map(({ group }) => group).sort()).toEqual(routes.slice(1).map(({ group }) => group.targetGroupArn).sort());
  });

  test('not that it repaired what it could not', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.deregister(group, idsOf(endpoint)[0]);
    scene.aws.faults.fail('AddTags', new AwsError('ValidationError', 'no'));
    scene.aws.faults.fail('RegisterTargets', new AwsError('ValidationError', 'no'));
    await scene.repair();
    await scene.repair();
    expect([scene.log(TARGETS_REPAIRED), scene.log(REPAIR_FAILED)].map(({ length }) => length)).toEqual([0, 2]);
  });

  test('that it failed when it cannot even list what there is', async () => {
    await scene.route('one');
    scene.aws.faults.fail('ListStackResources', new AwsError('AccessDenied', 'no', 403), 7);
    await scene.repair().catch(() => undefined);
    expect(scene.log(REPAIR_FAILED)).toHaveLength(1);
  });

  test('neither in a deployment', async () => {
    const { endpoint, group, registration } = await scene.route('one');
    scene.setStatus('UPDATE_IN_PROGRESS');
    await registration.update(scene.registrationOf(endpoint, group, 8080));
    expect(scene.lines.filter(line => line.includes(TARGETS_REPAIRED) || line.includes(REPAIR_FAILED))).toEqual([]);
  });
});
