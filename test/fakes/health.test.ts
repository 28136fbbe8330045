import { type Endpoint, FakeAws, type HealthTiming, INITIAL, type TargetGroup } from '.';

const TIMING: HealthTiming = { registrationSeconds: 5, firstCheckSeconds: 10, unhealthySeconds: 60, healthySeconds: 150 };

let aws: FakeAws;
let endpoint: Endpoint;
let group: TargetGroup;

beforeEach(() => {
  aws = FakeAws.inProcess();
  aws.targetGroups.timing = TIMING;
  const vpc = aws.network.createVpc();
  endpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
  group = aws.targetGroups.create({ vpc, deregistrationDelay: 30 });
});

const register = () => aws.targetGroups.register(group, aws.network.privateIpAddresses(endpoint).map(id => ({ id })));
const states = () => group.targets.map(({ health }) => health.reason ?? health.state);
const after = (seconds: number) => {
  aws.clock.advance(seconds * 1000);
  return states()[0];
};

test('a target is registered, checked and then healthy', () => {
  register();
  expect([states()[0], after(4.9), after(0.1), after(9.9), after(0.1)])
    .toEqual(['Elb.RegistrationInProgress', 'Elb.RegistrationInProgress', 'Elb.InitialHealthChecking', 'Elb.InitialHealthChecking', 'healthy']);
});

test('by default a target is healthy at once', () => {
  group = FakeAws.inProcess().targetGroups.create({ vpc: aws.network.createVpc() });
  expect(group.timing).toMatchObject({ registrationSeconds: 0, firstCheckSeconds: 0 });
});

test('what is sick becomes unhealthy after enough checks, and healthy again after enough others', () => {
  register();
  after(15);
  group.answers = 'Target.ResponseCodeMismatch';
  expect([after(59), after(1)]).toEqual(['healthy', 'Target.ResponseCodeMismatch']);
  endpoint.answers = 'Target.FailedHealthChecks';
  expect(after(1)).toBe('Target.FailedHealthChecks');
  group.answers = 'ok';
  endpoint.answers = 'ok';
  expect([after(149), after(1)]).toEqual(['Target.FailedHealthChecks', 'healthy']);
});

test('a change counts from the moment it is made, also within a longer time', () => {
  register();
  aws.clock.at(100_000, () => { endpoint.answers = 'Target.Timeout'; });
  expect([after(159), after(1)]).toEqual(['healthy', 'Target.Timeout']);
});

test('one address, or one port, can be sick', () => {
  const [sick] = aws.network.privateIpAddresses(endpoint);
  aws.targetGroups.answers.set(sick, 'Target.Timeout');
  register();
  after(65);
  expect(states()).toEqual(['Target.Timeout', 'healthy']);
  group.answers = target => target.port === 80 ? 'Target.FailedHealthChecks' : 'ok';
  after(60);
  expect(states()).toEqual(['Target.Timeout', 'Target.FailedHealthChecks']);
});

test('nobody answers behind an endpoint that waits for its acceptance, or without its interface', () => {
  endpoint.state = 'pendingAcceptance';
  register();
  expect([after(64), after(1)]).toEqual(['Elb.InitialHealthChecking', 'Target.Timeout']);
  endpoint.state = 'available';
  expect(after(150)).toBe('healthy');
  aws.network.removeSubnet(endpoint, endpoint.networkInterfaces[0].subnet);
  after(60);
  expect(states()).toEqual(['Target.Timeout', 'healthy']);
});

test('a group that no listener uses has no health, and begins with it when one does', () => {
  group.inUse = false;
  register();
  expect(after(100)).toBe('Target.NotInUse');
  group.inUse = true;
  expect([after(0), after(1), after(14)]).toEqual(['Target.NotInUse', 'Elb.RegistrationInProgress', 'healthy']);
  expect(aws.targetGroups.healthOf(group, group.targets[0]).state).toBe('healthy');
});

test('without checks health is not available, and in a zone that is not enabled a target is not in use', () => {
  group.healthCheckEnabled = false;
  group.enabledZones = group.enabledZones.slice(0, 1);
  register();
  expect(states()).toEqual(['Target.HealthCheckDisabled', 'Target.NotInUse']);
  expect(group.targets[1].health.description).toContain('not enabled');
});

test('draining takes the delay of the group and no longer, also when it is ordered twice', () => {
  register();
  after(15);
  aws.targetGroups.deregister(group, group.targets.slice(0, 1));
  after(20);
  aws.targetGroups.deregister(group, group.targets);
  expect([after(9.9), after(0.1)]).toEqual(['Target.DeregistrationInProgress', 'Target.DeregistrationInProgress']);
  expect(group.targets).toHaveLength(1);
  after(20);
  expect(group.targets).toEqual([]);
});

test('a delay of zero and a group that is not in use leave nothing to wait for', () => {
  group.attributes.set('deregistration_delay.timeout_seconds', '0');
  register();
  aws.targetGroups.deregister(group, group.targets);
  expect(group.targets).toEqual([]);
  group.attributes.set('deregistration_delay.timeout_seconds', '30');
  group.inUse = false;
  register();
  aws.targetGroups.deregister(group, group.targets);
  expect(group.targets).toEqual([]);
});

test('what is registered again is checked again', () => {
  register();
  after(15);
  aws.targetGroups.deregister(group, group.targets);
  register();
  expect([states()[0], after(15), after(300)]).toEqual(['Elb.RegistrationInProgress', 'healthy', 'healthy']);
});

test('a test can fix the health', () => {
  group.healthOnRegistration = INITIAL;
  register();
  expect(after(1000)).toBe('Elb.RegistrationInProgress');
  aws.targetGroups.setHealth(group, { state: 'healthy' });
  expect(after(0)).toBe('healthy');
});
