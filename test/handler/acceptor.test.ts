import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { failureOf, load, times } from './support';
import { ACCOUNT, AwsError, type Connection, type Endpoint, type EndpointService, type EndpointState, Execution, FakeAws, REGION } from '../fakes';

const BUNDLE = readFileSync(join(__dirname, '../../assets/handler/acceptor.lambda/index.js'), 'utf8');
const [DESCRIBE, ACCEPT] = ['DescribeVpcEndpointConnections', 'AcceptVpcEndpointConnections'];
const [FRIEND, OTHER_FRIEND, STRANGER] = ['111122223333', '444455556666', '999900001111'];
const RUN_MS = 60_000;

let aws: FakeAws;
let service: EndpointService;
let lines: { decision: string; [detail: string]: unknown }[];
const realEnvironment = process.env;

beforeEach(() => {
  aws = FakeAws.inProcess();
  service = aws.endpointServices.create();
  lines = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => { lines.push(JSON.parse(line)); });
  process.env = { ...realEnvironment, SERVICE_ID: service.serviceId, ACCEPTED_ACCOUNTS: `${FRIEND},${OTHER_FRIEND}` };
});

afterEach(() => {
  process.env = realEnvironment;
  jest.restoreAllMocks();
  // a fault that never struck proves nothing
  expect(aws.faults.pending).toBe(0);
});

/** A run as the schedule begins it, in an execution environment of its own. */
async function run(event: object = { source: 'aws.events' }): Promise<void> {
  const execution = new Execution(aws.clock);
  const modules: Record<string, unknown> = aws.modules(execution);
  const start = aws.clock.now();
  const handler = execution.load(BUNDLE, name => modules[name] ?? load(name));
  await handler(event as never, { getRemainingTimeInMillis: () => start + RUN_MS - aws.clock.now() });
}

function connect(owner: string, state: EndpointState = 'pendingAcceptance', to = service): Connection {
  return aws.endpointServices.connect(to, aws.network.createEndpoint({ state, serviceName: to.serviceName }), owner);
}

const states = (...connections: Connection[]): EndpointState[] => connections.map(({ endpoint }) => endpoint.state);
const accepted = (): unknown[] => aws.callsOf(ACCEPT).map(({ params }) => params.VpcEndpointId);
const idsOf = (...endpoints: Endpoint[]) => endpoints.map(({ vpcEndpointId }) => [vpcEndpointId]);

describe('a run', () => {
  test('accepts what waits of the accounts named, and of nobody else', async () => {
    const [one, two, stranger] = [connect(FRIEND), connect(OTHER_FRIEND), connect(STRANGER)];
    await run();
    expect(states(one, two, stranger)).toEqual(['available', 'available', 'pendingAcceptance']);
    expect(lines).toEqual([
      { decision: 'left to be accepted by hand', service: service.serviceId, connections: [`${stranger.endpoint.vpcEndpointId} of ${STRANGER}`] },
      ...[one, two].map(({ endpoint, owner }) => ({ decision: 'accepted', service: service.serviceId, connection: `${endpoint.vpcEndpointId} of ${owner}` })),
    ]);
  });

  test.each<EndpointState>(['rejected', 'available', 'pending', 'failed', 'expired', 'deleting', 'deleted'])('does not touch an endpoint that is %s', async state => {
    const left = connect(FRIEND, state);
    await run();
    expect(accepted()).toEqual([]);
    expect(states(left)).toEqual([state]);
  });

  test('does not touch another service', async () => {
    const elsewhere = connect(FRIEND, 'pendingAcceptance', aws.endpointServices.create());
    await run();
    expect(states(elsewhere)).toEqual(['pendingAcceptance']);
  });

  test('with nothing to do is one call and no line', async () => {
    await run();
    expect(aws.calls.map(({ action }) => action)).toEqual([DESCRIBE]);
    expect(lines).toEqual([]);
  });

  test('twice accepts once', async () => {
    const { endpoint } = connect(FRIEND);
    await run();
    await run();
    expect(accepted()).toEqual(idsOf(endpoint));
  });

  test('believes no event', async () => {
    const { endpoint: { vpcEndpointId: endpointId } } = connect(STRANGER);
    await run({ accounts: [STRANGER], ACCEPTED_ACCOUNTS: STRANGER, VpcEndpointId: endpointId, serviceId: 'vpce-svc-1', detail: { endpointId } });
    expect(accepted()).toEqual([]);
  });

  test('accepts what waited before its account was named', async () => {
    const early = connect(STRANGER);
    await run();
    expect(states(early)).toEqual(['pendingAcceptance']);
    process.env.ACCEPTED_ACCOUNTS = `${FRIEND},${STRANGER}`;
    await run();
    expect(states(early)).toEqual(['available']);
  });

  test('takes an account as a whole: neither a part of a number nor a longer one', async () => {
    const alike = [connect(FRIEND.slice(1)), connect(`${FRIEND}1`), connect('')];
    await run();
    expect(accepted()).toEqual([]);
    expect(states(...alike)).toEqual(['pendingAcceptance', 'pendingAcceptance', 'pendingAcceptance']);
  });

  test('reads all pages, also empty ones', async () => {
    const many = times(7, () => connect(FRIEND));
    aws.faults.page(DESCRIBE, 3, 2);
    aws.faults.page(DESCRIBE, 0);
    await run();
    expect(states(...many)).toEqual(times(7, () => 'available'));
  });
});

describe('an endpoint that cannot be accepted', () => {
  test('does not keep the others waiting, and makes the run fail by its name', async () => {
    const [bad, good] = [connect(FRIEND), connect(OTHER_FRIEND)];
    bad.refusal = new AwsError('InvalidState', 'Not now.');
    expect(await failureOf(run())).toBe(`Not accepted: ${bad.endpoint.vpcEndpointId} of ${FRIEND}: InvalidState: Not now.`);
    expect(states(bad, good)).toEqual(['pendingAcceptance', 'available']);
    expect(lines.find(({ decision }) => decision === 'not accepted')).toMatchObject({ error: 'InvalidState: Not now.' });
  });

  test('because the call as a whole fails neither', async () => {
    const [bad, good] = [connect(FRIEND), connect(OTHER_FRIEND)];
    aws.faults.fail(ACCEPT, new AwsError('InvalidParameter', 'No.'));
    expect(await failureOf(run())).toContain('InvalidParameter');
    expect(states(bad, good)).toEqual(['pendingAcceptance', 'available']);
  });

  test('is tried again in the next run', async () => {
    const bad = connect(FRIEND);
    bad.refusal = new AwsError('InvalidState', 'Not now.');
    await failureOf(run());
    bad.refusal = undefined;
    await run();
    expect(states(bad)).toEqual(['available']);
  });

  test('and many like it are counted in a short message', async () => {
    times(40, () => connect(FRIEND)).forEach(bad => { bad.refusal = new AwsError('InvalidState', 'Not now.'); });
    const message = await failureOf(run());
    expect(message).toMatch(/ and 35 more$/);
    expect(message.length).toBeLessThan(1_000);
  });
});

describe('what AWS does', () => {
  test.each([DESCRIBE, ACCEPT])('%s is throttled, fails, and breaks', async action => {
    const { endpoint } = connect(FRIEND);
    aws.faults.throttle(action, 2);
    aws.faults.serverError(action);
    aws.faults.resetConnection(action);
    await run();
    expect(endpoint.state).toBe('available');
  });

  test('an accepting call whose answer is lost makes one run fail, and harms nothing', async () => {
    const { endpoint } = connect(FRIEND);
    aws.faults.resetConnection(ACCEPT, 1, 'beforeAnswer');
    expect(await failureOf(run())).toContain('InvalidState');
    await run();
    expect(endpoint.state).toBe('available');
  });

  test.each([DESCRIBE, ACCEPT])('%s is not permitted: the run fails soon, and a later one heals', async action => {
    const { endpoint } = connect(FRIEND);
    aws.faults.deny(action);
    const start = aws.clock.now();
    expect(await failureOf(run())).toContain(`ec2:${action}`);
    expect(aws.clock.now() - start).toBeLessThan(5_000);
    await run();
    expect(endpoint.state).toBe('available');
  });

  test('where calls take long the rest is left to the next run', async () => {
    const many = times(10, () => connect(FRIEND));
    aws.faults.during(ACCEPT, 0, Infinity, { delay: 8_000 });
    await run();
    const done = accepted().length;
    expect(done).toBeLessThan(10);
    expect(lines.at(-1)).toMatchObject({ decision: 'the rest at the next time' });
    await run();
    expect(states(...many)).toEqual(times(10, () => 'available'));
  });

  test('with the permissions of its role it accepts at its own service only', async () => {
    aws.usePolicies({
      Statement: [
        { Effect: 'Allow', Action: DESCRIBE.replace(/^/, 'ec2:'), Resource: '*' },
        { Effect: 'Allow', Action: `ec2:${ACCEPT}`, Resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-endpoint-service/${service.serviceId}` },
      ],
    });
    const [ours, theirs] = [connect(FRIEND), connect(FRIEND, 'pendingAcceptance', aws.endpointServices.create())];
    await run();
    process.env.SERVICE_ID = theirs.service.serviceId;
    expect(await failureOf(run())).toContain('UnauthorizedOperation');
    expect(states(ours, theirs)).toEqual(['available', 'pendingAcceptance']);
  });
});

test('it loads one client of the SDK, and is small', () => {
  expect([...BUNDLE.matchAll(/require\("(@aws-sdk\/[^"]+)"\)/g)].map(([, name]) => name)).toContain('@aws-sdk/client-ec2');
  expect(gzipSync(BUNDLE).length).toBeLessThanOrEqual(3_000);
});
