import { held, idsOf, targetsOf, times } from './support';
import { LIST, LOOK, RepairScene, type Route } from './support-repair';
import { REPAIR_FAILED } from '../../src/handler/contract';

// some tests look at a hundred registrations
jest.setTimeout(30_000);

let scene: RepairScene;

beforeEach(() => { scene = new RepairScene(); });

afterEach(() => scene.finish());

describe('what AWS does', () => {
  test('many registrations that take long are left to the next time', async () => {
    const routes: Route[] = [];
    for (const index of times(30, each => each)) { routes.push(await scene.route(`route${index}`)); }
    routes.forEach(({ endpoint, group }) => scene.deregister(group, idsOf(endpoint)[0]));
    scene.aws.faults.during('DescribeVpcEndpoints', 0, Infinity, { delay: 9_000 });
    scene.aws.faults.during('DescribeNetworkInterfaces', 0, Infinity, { delay: 9_000 });
    scene.aws.faults.during('DescribeTags', 0, Infinity, { delay: 9_000 });
    await scene.repair();
    expect(scene.log('the rest at the next time')).toHaveLength(1);
    for (let i = 0; i < 6; i++) { await scene.repair(); }
    expect(routes.filter(({ group }) => held(group).length === 2)).toHaveLength(30);
  });

  test.each([...new Set([...LIST, ...LOOK]), 'AddTags', 'RegisterTargets'])('%s is throttled, fails, breaks and hangs', async action => {
    const { endpoint, group } = await scene.route('one');
    scene.deregister(group, idsOf(endpoint)[0]);
    scene.aws.faults.throttle(action, 2);
    scene.aws.faults.serverError(action);
    scene.aws.faults.resetConnection(action);
    scene.aws.faults.hang(action);
    await scene.repair();
    expect(held(group)).toEqual(targetsOf(endpoint));
  });

  test('short lists take nothing out', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.aws.faults.shorten('DescribeVpcEndpoints', 1);
    await scene.repair();
    scene.aws.faults.shorten('DescribeNetworkInterfaces', 1);
    await scene.repair();
    expect(held(group)).toEqual(targetsOf(endpoint));
    expect(scene.changes().filter(action => action === 'DeregisterTargets')).toEqual([]);
  });

  test('a hundred registrations at ten calls a second', async () => {
    const routes: Route[] = [];
    for (const index of times(100, each => each)) { routes.push(await scene.route(`route${index}`)); }
    routes.forEach(({ endpoint, group }) => scene.deregister(group, idsOf(endpoint)[0]));
    scene.aws.limitDescribeCalls();
    await scene.repair();
    expect(routes.filter(({ group }) => held(group).length === 2)).toHaveLength(100);
    expect(scene.log(REPAIR_FAILED)).toEqual([]);
  });

  test('two repairs at once', async () => {
    const { endpoint, group } = await scene.route('one');
    scene.aws.network.setPrivateDnsEnabled(endpoint, true);
    await Promise.all([scene.repair(), scene.repair()]);
    expect(held(group)).toEqual(targetsOf(endpoint));
    const from = scene.aws.calls.length;
    await scene.repair();
    expect(scene.aws.calls.slice(from).map(({ action }) => action)).toEqual([...LIST, ...LOOK]);
    expect(scene.log(REPAIR_FAILED)).toEqual([]);
  });
});
