import { failureOf, Scene } from './support';
import { ACCEPTANCE_TYPE } from '../../src/handler/contract';
import { type CustomResource, type Endpoint, type EndpointState, REGION, STACK_ID } from '../fakes';

const DESCRIBE = 'DescribeVpcEndpoints';
const ACCOUNT_OF_STACK = STACK_ID.split(':')[4];

let scene: Scene;
let waiting: CustomResource;

beforeEach(() => {
  scene = new Scene();
  waiting = scene.resource(ACCEPTANCE_TYPE, 'Acceptance');
});

afterEach(() => scene.finish());

function endpoint(state: EndpointState): Endpoint {
  const { serviceName } = scene.aws.endpointServices.create();
  return scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets, state, serviceName });
}

const properties = ({ vpcEndpointId }: Endpoint) => ({ EndpointId: vpcEndpointId });

/** Somebody changes the state after so many seconds. */
function later(changed: Endpoint, seconds: number, state: EndpointState): void {
  scene.aws.clock.at(seconds * 1_000, () => { changed.state = state; });
}

describe('an endpoint', () => {
  test.each<EndpointState>(['available', 'partial'])('that is %s takes one call and no time', async state => {
    const open = endpoint(state);
    expect(await scene.secondsOf(() => waiting.create(properties(open)))).toBeLessThan(1);
    expect(scene.aws.calls.map(({ action }) => action)).toEqual([DESCRIBE]);
  });

  test('that is accepted after five minutes is waited for until it is available', async () => {
    const slow = endpoint('pendingAcceptance');
    later(slow, 300, 'pending');
    later(slow, 360, 'available');
    const seconds = await scene.secondsOf(() => waiting.create(properties(slow)));
    expect(seconds).toBeGreaterThanOrEqual(360);
    expect(seconds).toBeLessThan(360 + 20);
    expect(scene.log('waiting for acceptance')[0]).toMatchObject({
      endpoint: slow.vpcEndpointId, state: 'pendingAcceptance', command: expect.stringContaining(`--vpc-endpoint-ids ${slow.vpcEndpointId}`),
    });
  });

  test('that nobody accepts fails in time, with its state and the command that accepts it', async () => {
    const alone = endpoint('pendingAcceptance');
    let message = '';
    const seconds = await scene.secondsOf(async () => { message = await failureOf(waiting.create(properties(alone))); });
    expect(seconds).toBeGreaterThan(700);
    expect(seconds).toBeLessThan(800);
    expect(message).toContain(`Endpoint ${alone.vpcEndpointId} of ${alone.serviceName} is pendingAcceptance`);
    expect(message).toContain(`'aws ec2 accept-vpc-endpoint-connections --region ${REGION} --service-id ${alone.serviceName.split('.').pop()} --vpc-endpoint-ids ${alone.vpcEndpointId}'`);
    expect(message).toContain(`names account ${ACCOUNT_OF_STACK} in its 'acceptedAccounts'`);
  });

  test.each<EndpointState>(['rejected', 'failed', 'expired', 'deleting', 'deleted'])('that is %s fails at once, or as soon as it is', async state => {
    const closed = endpoint(state);
    let message = '';
    expect(await scene.secondsOf(async () => { message = await failureOf(waiting.create(properties(closed))); })).toBeLessThan(1);
    expect(message).toContain(`is ${state}`);
    const soon = endpoint('pendingAcceptance');
    later(soon, 60, state);
    expect(await scene.secondsOf(() => failureOf(waiting.create(properties(soon))))).toBeLessThan(90);
  });

  test('that EC2 shows late is waited for', async () => {
    const young = endpoint('available');
    scene.aws.faults.notFound(DESCRIBE, 2);
    expect(await scene.secondsOf(() => waiting.create(properties(young)))).toBeLessThan(40);
  });

  test('that does not exist fails soon, by its id', async () => {
    const gone = endpoint('available');
    scene.aws.network.deleteEndpoint(gone);
    let message = '';
    expect(await scene.secondsOf(async () => { message = await failureOf(waiting.create(properties(gone))); })).toBeLessThan(60);
    expect(message).toContain(gone.vpcEndpointId);
  });
});

describe('over its life', () => {
  test('it waits again for another endpoint under the same id, and for none while nothing changes', async () => {
    const [one, other] = [endpoint('available'), endpoint('pendingAcceptance')];
    await waiting.create(properties(one));
    const id = waiting.physicalResourceId;
    expect(await scene.callsOf(() => waiting.update(properties(one)))).toEqual([]);
    later(other, 100, 'available');
    expect(await scene.secondsOf(() => waiting.update(properties(other)))).toBeGreaterThanOrEqual(100);
    expect(waiting.physicalResourceId).toBe(id);
  });

  test('its deletion asks AWS nothing, whatever became of the endpoint', async () => {
    const open = endpoint('available');
    await waiting.create(properties(open));
    scene.aws.network.deleteEndpoint(open);
    expect(await scene.callsOf(() => waiting.delete())).toEqual([]);
  });

  test('an event that comes twice is answered twice with the same id', async () => {
    await waiting.create(properties(endpoint('available')));
    expect((await waiting.redeliver()).PhysicalResourceId).toBe(waiting.physicalResourceId);
  });
});

describe('in a rollback', () => {
  test.each<EndpointState>(['pendingAcceptance', 'rejected'])('an endpoint that is %s neither fails nor is waited for', async state => {
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    const closed = endpoint(state);
    expect(await scene.secondsOf(() => waiting.create(properties(closed)))).toBeLessThan(5);
    expect(scene.log('not accepted')).toHaveLength(1);
  });

  test('that begins meanwhile the wait ends', async () => {
    const alone = endpoint('pendingAcceptance');
    scene.aws.clock.at(100_000, () => scene.setStatus('ROLLBACK_IN_PROGRESS'));
    expect(await scene.secondsOf(() => waiting.create(properties(alone)))).toBeLessThan(130);
  });

  test('to an endpoint that is gone nothing fails', async () => {
    const [one, other] = [endpoint('available'), endpoint('available')];
    await waiting.create(properties(one));
    await waiting.update(properties(other));
    scene.aws.network.deleteEndpoint(one);
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    await waiting.rollback();
  });

  test('nobody can tell of nothing fails', async () => {
    scene.aws.faults.denyFrom('DescribeStacks', 700_000);
    await waiting.create(properties(endpoint('pendingAcceptance')));
    expect(scene.log('stack status unknown').length).toBeGreaterThan(0);
  });
});

test('it is patient with throttling, errors, connections that break or hang, and a permission that comes late', async () => {
  const open = endpoint('pendingAcceptance');
  later(open, 90, 'available');
  scene.aws.faults.throttle(DESCRIBE, 3);
  scene.aws.faults.serverError(DESCRIBE);
  scene.aws.faults.resetConnection(DESCRIBE, 1, 'beforeAnswer');
  scene.aws.faults.hang(DESCRIBE);
  scene.aws.faults.deny(DESCRIBE, 3);
  await waiting.create(properties(open));
});
