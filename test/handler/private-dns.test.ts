import { failureOf, Scene } from './support';
import { PRIVATE_DNS_TYPE } from '../../src/handler/contract';
import type { CustomResource, EndpointService } from '../fakes';

const NAME = 'api.example.com';
const START = 'StartVpcEndpointServicePrivateDnsVerification';
const DESCRIBE = 'DescribeVpcEndpointServiceConfigurations';

let scene: Scene;
let verification: CustomResource;

beforeEach(() => {
  scene = new Scene();
  verification = scene.resource(PRIVATE_DNS_TYPE, 'Verification');
});

afterEach(() => scene.finish());

function service(props: Parameters<Scene['aws']['endpointServices']['create']>[0] = {}): EndpointService {
  return scene.aws.endpointServices.create({ privateDnsName: NAME, ...props });
}

function properties({ serviceId, privateDnsName = NAME, recordValue }: EndpointService, name = privateDnsName) {
  return { ServiceId: serviceId, PrivateDnsName: name, Proof: recordValue };
}

function calls(): string[] {
  return scene.aws.calls.map(({ action }) => action);
}

/** A service that goes by another name, or by none, to EC2 for a while. */
function shownLate(shown: EndpointService, name: string | undefined, milliseconds: number): void {
  const { privateDnsName } = shown;
  Object.assign(shown, { privateDnsName: name });
  scene.aws.clock.at(milliseconds, () => { Object.assign(shown, { privateDnsName }); });
}

describe('a name', () => {
  test('that is verified already takes one call and no time', async () => {
    const verified = service();
    verified.verification = 'verified';
    expect(await scene.secondsOf(() => verification.create(properties(verified)))).toBeLessThan(1);
    expect(calls()).toEqual([DESCRIBE]);
  });

  test('is verified once, and waited for', async () => {
    const slow = service({ verificationSeconds: 50 });
    const seconds = await scene.secondsOf(() => verification.create(properties(slow)));
    expect(slow.verification).toBe('verified');
    expect(seconds).toBeGreaterThanOrEqual(50);
    expect(seconds).toBeLessThan(50 + 20);
    expect(scene.aws.callsOf(START)).toHaveLength(1);
    expect(scene.aws.callsOf(DESCRIBE).length).toBeLessThan(8);
  });

  test('of another service is not touched', async () => {
    const [ours, theirs] = [service(), service()];
    await verification.create(properties(ours));
    expect(theirs.verification).toBe('pendingVerification');
  });

  test('whose record shows up late is verified again', async () => {
    const late = service({ recordIsThere: false, verificationSeconds: 20 });
    scene.aws.clock.at(120_000, () => { late.recordIsThere = true; });
    await verification.create(properties(late));
    expect(late.verification).toBe('verified');
    expect(scene.aws.callsOf(START).length).toBeGreaterThan(1);
  });

  test('whose verification failed before is started again', async () => {
    const failed = service();
    failed.verification = 'failed';
    await verification.create(properties(failed));
    expect(scene.aws.callsOf(START)).toHaveLength(1);
  });

  test('that EC2 shows late is verified when it is there', async () => {
    const young = service();
    shownLate(young, undefined, 20_000);
    await verification.create(properties(young));
    expect(young.verification).toBe('verified');
  });

  test('is verified under its new name when it changes', async () => {
    const renamed = service({ verificationSeconds: 5 });
    await verification.create(properties(renamed));
    Object.assign(renamed, { privateDnsName: 'www.example.com', verification: 'pendingVerification' });
    await verification.update(properties(renamed));
    expect(renamed.verification).toBe('verified');
    expect(scene.aws.callsOf(START)).toHaveLength(2);
  });

  test('that is still shown as the old one, verified, is waited for and then started', async () => {
    const renamed = service();
    await verification.create(properties(renamed));
    // EC2 still shows the old name; a verification that is started now is one of the old name
    scene.aws.clock.at(40_000, () => { Object.assign(renamed, { privateDnsName: 'www.example.com', verification: 'pendingVerification' }); });
    await verification.update(properties(renamed, 'www.example.com'));
    expect(renamed).toMatchObject({ privateDnsName: 'www.example.com', verification: 'verified' });
    expect(scene.aws.callsOf(START)).toHaveLength(2);
  });
});

describe('a name that is never verified', () => {
  test.each([true, false])('fails in time, with what to look at (verification ends: %s)', async ends => {
    const dead = service({ recordIsThere: false, verificationSeconds: ends ? 30 : 3600 });
    let message = '';
    const seconds = await scene.secondsOf(async () => { message = await failureOf(verification.create(properties(dead))); });
    expect(seconds).toBeGreaterThan(600);
    expect(seconds).toBeLessThan(800);
    expect(message).toContain(NAME);
    expect(message).toContain(dead.serviceId);
    expect(message).toMatch(/its state is (failed|pendingVerification)\./);
    expect(message).toContain('TXT record');
  });

  test('of a service that does not exist fails soon, by its id', async () => {
    const gone = service();
    scene.aws.endpointServices.all.clear();
    let message = '';
    expect(await scene.secondsOf(async () => { message = await failureOf(verification.create(properties(gone))); })).toBeLessThan(60);
    expect(message).toContain(gone.serviceId);
  });

  test('does not fail in a rollback, nor wait for long', async () => {
    const dead = service({ recordIsThere: false, verificationSeconds: 3600 });
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    expect(await scene.secondsOf(() => verification.create(properties(dead)))).toBeLessThan(60);
  });

  test('does not fail in a rollback where a verification cannot be started', async () => {
    const nameless = service();
    const props = properties(nameless);
    Object.assign(nameless, { privateDnsName: undefined });
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    await verification.create(props);
  });

  test('does not fail when the stack begins to roll back meanwhile', async () => {
    const dead = service({ recordIsThere: false, verificationSeconds: 3600 });
    scene.aws.clock.at(100_000, () => scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS'));
    expect(await scene.secondsOf(() => verification.create(properties(dead)))).toBeLessThan(130);
  });

  test('ends in time also when calls take long', async () => {
    const dead = service({ recordIsThere: false, verificationSeconds: 3600 });
    scene.aws.faults.during('*', 0, Infinity, { delay: 5_000 });
    await failureOf(verification.create(properties(dead)));
    expect(scene.log('failed')).toHaveLength(1);
  });

  test('ends in time also when nobody can tell whether the stack rolls back', async () => {
    const dead = service({ recordIsThere: false, verificationSeconds: 3600 });
    scene.aws.faults.denyFrom('DescribeStacks', 710_000);
    await verification.create(properties(dead));
    expect(scene.log('stack status unknown').length).toBeGreaterThan(0);
  });
});

test('a deletion asks AWS nothing', async () => {
  await verification.create(properties(service()));
  expect(await scene.callsOf(() => verification.delete())).toEqual([]);
});

test('the physical id stays when the name changes', async () => {
  const renamed = service();
  await verification.create(properties(renamed));
  const id = verification.physicalResourceId;
  Object.assign(renamed, { privateDnsName: 'www.example.com', verification: 'verified' });
  await verification.update(properties(renamed));
  expect(verification.physicalResourceId).toBe(id);
});

test('a change of the proof verifies again', async () => {
  const changed = service();
  await verification.create(properties(changed));
  Object.assign(changed, { recordValue: 'vpce:another', verification: 'pendingVerification' });
  await verification.update(properties(changed));
  expect(changed.verification).toBe('verified');
});

describe('what AWS does', () => {
  test.each([START, DESCRIBE, '*'])('%s is not permitted for half a minute', async action => {
    const verified = service();
    scene.aws.faults.denyUntil(action, 30_000);
    await verification.create(properties(verified));
    expect(verified.verification).toBe('verified');
  });

  test.each([START, DESCRIBE])('%s is throttled, fails, breaks and hangs', async action => {
    const verified = service();
    scene.aws.faults.throttle(action, 3);
    scene.aws.faults.serverError(action);
    scene.aws.faults.resetConnection(action, 1, 'beforeAnswer');
    scene.aws.faults.hang(action);
    await verification.create(properties(verified));
    expect(verified.verification).toBe('verified');
  });

  test('a permission that never comes is named', async () => {
    scene.aws.faults.denyUntil(START, 3_600_000);
    expect(await failureOf(verification.create(properties(service())))).toContain(`ec2:${START}`);
  });

  test('each wait is in the log, with the state', async () => {
    const slow = service({ verificationSeconds: 20 });
    await verification.create(properties(slow));
    expect(scene.log('waiting for verification')[0]).toMatchObject({ service: slow.serviceId, name: NAME, state: 'pendingVerification' });
  });
});
