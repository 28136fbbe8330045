import { gzipSync } from 'node:zlib';
import { BUNDLE, failureOf, FUNCTION_MS, held, load, Scene, targetsOf } from './support';
import { DRAIN_TYPE, HEALTH_GATE_TYPE, PRIVATE_DNS_TYPE, REGISTRATION_TYPE } from '../../src/handler/contract';
import { AwsError, Execution, FakeAws, type Handler, STACK_ID } from '../fakes';

const [EC2, ELBV2, CLOUDFORMATION] = ['@aws-sdk/client-ec2', '@aws-sdk/client-elastic-load-balancing-v2', '@aws-sdk/client-cloudformation'];

describe('the function', () => {
  let scene: Scene;

  beforeEach(() => { scene = new Scene(); });

  afterEach(() => scene.finish());

  /** The function in a new execution environment, and the clients that it loads. */
  function loaded(): { handler: Handler; clients: string[] } {
    const execution = new Execution(scene.aws.clock);
    const modules = scene.aws.modules(execution);
    const clients: string[] = [];
    const handler = execution.load(BUNDLE, name => {
      if (name.startsWith('@aws-sdk/')) { clients.push(name); }
      return modules[name] ?? load(name);
    });
    return { handler, clients };
  }

  /** The event that a resource of this type gets, sent to a function of its own. */
  async function clientsOf(run: (handler: Handler) => Promise<unknown>): Promise<string[]> {
    const { handler, clients } = loaded();
    await run(handler);
    return [...clients].sort();
  }

  function event(type: string, RequestType: string, properties: object, more: object = {}): Parameters<Handler>[0] {
    return {
      RequestType,
      ResourceType: type,
      StackId: STACK_ID,
      LogicalResourceId: 'Resource',
      PhysicalResourceId: 'physical',
      RequestId: 'request',
      ResponseURL: 'https://cloudformation-custom-resource-response.invalid/?X-Amz-Signature=secret',
      ServiceToken: 'arn',
      ResourceProperties: properties,
      ...more,
    } as Parameters<Handler>[0];
  }

  test('has at most ten kilobytes, as Lambda counts it: compressed, and without the SDK', () => {
    expect(gzipSync(BUNDLE).length).toBeLessThanOrEqual(10_000);
  });

  describe('loads', () => {
    test('no client before there is an event', () => {
      expect(loaded().clients).toEqual([]);
    });

    test('nothing but three clients of the SDK and what Node.js has', () => {
      const required = [...BUNDLE.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
      expect(new Set(required.filter(name => !name.startsWith('node:')))).toEqual(new Set([EC2, ELBV2, CLOUDFORMATION]));
    });

    test('each client once', async () => {
      const { handler, clients } = loaded();
      const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
      const properties = { ...scene.registrationOf(endpoint, scene.group()), Port: '80' };
      await handler(event(REGISTRATION_TYPE, 'Create', properties));
      await handler(event(REGISTRATION_TYPE, 'Create', properties));
      expect(clients.sort()).toEqual([EC2, ELBV2]);
    });

    test('no client of EC2 for the deletion of a registration', async () => {
      const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
      const properties = { ...scene.registrationOf(endpoint, scene.group()), Port: '80' };
      await loaded().handler(event(REGISTRATION_TYPE, 'Create', properties));
      expect(await clientsOf(handler => handler(event(REGISTRATION_TYPE, 'Delete', properties)))).toEqual([CLOUDFORMATION, ELBV2]);
    });

    test.each([
      [DRAIN_TYPE, { Endpoints: {} }], [HEALTH_GATE_TYPE, { Groups: {}, TimeoutSeconds: '300' }], [PRIVATE_DNS_TYPE, { ServiceId: 'vpce-svc-1', PrivateDnsName: 'a.b' }],
    ])('no client for the deletion of %s', async (type, properties) => {
      expect(await clientsOf(handler => handler(event(type, 'Delete', properties)))).toEqual([]);
    });

    test('no client for the creation of a drain', async () => {
      expect(await clientsOf(handler => handler(event(DRAIN_TYPE, 'Create', { Endpoints: { api: { SubnetIds: ['subnet-1'], Targets: [{ TargetGroupArn: 'arn', Registration: 'R' }] } } })))).toEqual([]);
    });

    test('no client of EC2 for a gate whose groups are healthy', async () => {
      const group = scene.group();
      scene.aws.targetGroups.register(group, [{ id: '10.0.0.10' }]);
      const properties = { Groups: { one: { TargetGroupArn: group.targetGroupArn } }, TimeoutSeconds: '300' };
      expect(await clientsOf(handler => handler(event(HEALTH_GATE_TYPE, 'Create', properties)))).toEqual([CLOUDFORMATION, ELBV2].sort());
    });

    test('the client of EC2 only for a name that is verified', async () => {
      const service = scene.aws.endpointServices.create({ privateDnsName: 'api.example.com' });
      service.verification = 'verified';
      const properties = { ServiceId: service.serviceId, PrivateDnsName: 'api.example.com' };
      expect(await clientsOf(handler => handler(event(PRIVATE_DNS_TYPE, 'Create', properties)))).toEqual([EC2]);
    });

    test('the client of CloudFormation only for a repair that keeps away', async () => {
      expect(await clientsOf(handler => handler({ RequestType: 'Repair', StackId: STACK_ID } as never))).toEqual([CLOUDFORMATION]);
    });
  });

  test('makes five calls for a creation, and none of them twice', async () => {
    const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
    const calls = await scene.callsOf(() => scene.register(endpoint, scene.group()));
    expect(calls).toHaveLength(5);
    expect(new Set(calls).size).toBe(5);
  });

  test('says which type of resource it does not know', async () => {
    expect(await failureOf(loaded().handler(event('Custom::Unknown', 'Create', {})))).toContain('Custom::Unknown');
  });

  test('deletes what it does not know without a word, for an older function may have made it', async () => {
    expect(await loaded().handler(event('Custom::Unknown', 'Delete', {}))).toMatchObject({ PhysicalResourceId: 'physical' });
  });

  test.each([DRAIN_TYPE, HEALTH_GATE_TYPE, PRIVATE_DNS_TYPE])('gives a %s an id that lasts', async type => {
    const service = scene.aws.endpointServices.create({ privateDnsName: 'api.example.com' });
    service.verification = 'verified';
    const properties = { Endpoints: {}, Groups: {}, TimeoutSeconds: '10', ServiceId: service.serviceId, PrivateDnsName: 'api.example.com' };
    const created = await loaded().handler(event(type, 'Create', properties));
    expect(created).toEqual({ PhysicalResourceId: expect.stringMatching(/^Resource-[0-9a-f]{12}$/) });
    for (const RequestType of ['Update', 'Delete']) {
      expect(await loaded().handler(event(type, RequestType, properties, { OldResourceProperties: properties }))).toEqual({ PhysicalResourceId: 'physical' });
    }
  });

  describe('says in a failure', () => {
    const WIDE = 'ü€😀';

    test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('at most 1,500 bytes of whole characters (%i bytes off)', async offset => {
      const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
      scene.aws.faults.fail('DescribeNetworkInterfaces', new AwsError('ValidationError', 'x'.repeat(offset) + WIDE.repeat(400)));
      const message = await failureOf(scene.register(endpoint, scene.group()));
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1_500);
      expect(Buffer.byteLength(message)).toBeGreaterThan(1_400);
      expect(message).not.toContain('\uFFFD');
      expect(message).toMatch(/… \(the rest is in the function's log\)$/);
      expect(scene.log('failed')[0].error).toContain(WIDE.repeat(400));
    });

    test('everything, where it fits', async () => {
      const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
      scene.aws.faults.fail('DescribeNetworkInterfaces', new AwsError('ValidationError', 'x'.repeat(1_200)));
      expect(await failureOf(scene.register(endpoint, scene.group()))).toMatch(/x$/);
    });

    test('nothing that is secret, nor in the log', async () => {
      for (const type of [REGISTRATION_TYPE, DRAIN_TYPE, HEALTH_GATE_TYPE, PRIVATE_DNS_TYPE, 'Custom::Unknown']) {
        scene.aws.faults.during('*', 0, Infinity, { error: new AwsError('ValidationError', 'no') });
        const properties = { Groups: { one: {} }, TimeoutSeconds: '10', Endpoints: { api: { SubnetIds: [], Targets: [{ TargetGroupArn: 'arn', Registration: 'R' }] } } };
        const old = { ...properties, Endpoints: { api: { SubnetIds: ['subnet-1'], Targets: [{ TargetGroupArn: 'arn', Registration: 'R' }] } } };
        const message = await loaded().handler(event(type, 'Update', properties, { OldResourceProperties: old })).catch(error => error);
        expect(`${message}\n${scene.lines.join('\n')}`).not.toMatch(/X-Amz|custom-resource-response|secret/i);
      }
      expect(scene.log('failed').length).toBeGreaterThan(2);
    });
  });

  test('writes one JSON object a line, with a decision', async () => {
    const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
    const registration = await scene.register(endpoint, scene.group());
    scene.aws.faults.fail('DescribeTags', new AwsError('ValidationError', 'two\nlines'));
    await failureOf(registration.delete());
    expect(scene.lines.length).toBeGreaterThan(1);
    for (const line of scene.lines) {
      expect(line).not.toContain('\n');
      expect(JSON.parse(line)).toMatchObject({ decision: expect.stringMatching(/^[a-z]/) });
    }
  });

  test('ends before Lambda ends it, whatever is left of its time', async () => {
    const group = scene.group({ deregistrationDelay: 3600 });
    const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
    const registration = await scene.register(endpoint, group);
    const seconds = await scene.secondsOf(() => registration.delete());
    expect(seconds).toBeLessThan(FUNCTION_MS / 1_000);
    expect(held(group)).toEqual([]);
  });

  test('ends before Lambda ends it, when all that can take long does', async () => {
    const group = scene.group({ deregistrationDelay: 3600 });
    const [old, moved] = [1, 2].map(() => scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets }));
    const registration = await scene.register(old, group);
    group.timing = { registrationSeconds: 5, firstCheckSeconds: 349, unhealthySeconds: 10, healthySeconds: 10 };
    scene.aws.faults.denyUntil('DescribeTags', 60_000);
    const seconds = await scene.secondsOf(() => registration.update(scene.registrationOf(moved, group)));
    expect(held(group)).toEqual(targetsOf(moved));
    // with some time left for a last call that has to be repeated
    expect(seconds).toBeGreaterThan(800);
    expect(seconds).toBeLessThan(FUNCTION_MS / 1_000 - 10);
  });

  test('fails in time when a permission never comes, also where it lets requests finish first', async () => {
    const endpoint = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
    const unused = scene.group({ inUse: false, deregistrationDelay: 300 });
    const registration = await scene.register(endpoint, unused);
    scene.aws.faults.denyUntil('DeregisterTargets', 3_600_000);
    expect(await failureOf(registration.delete())).toContain('elasticloadbalancing:DeregisterTargets');
  });
});

describe('over the wire', () => {
  // which may take longer than a call may
  beforeAll(() => [EC2, ELBV2].forEach(name => load(name)));

  let aws: FakeAws;
  let realEnvironment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    aws = await FakeAws.start();
    realEnvironment = process.env;
    process.env = { ...realEnvironment, ...aws.environment };
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = realEnvironment;
    await aws.stop();
  });

  /** The SDK waits a fortieth of what it says. */
  function hurry(): void {
    const { setTimeout } = global;
    const sooner = (callback: () => void, milliseconds = 0) => setTimeout(callback, milliseconds / 40);
    jest.spyOn(global, 'setTimeout').mockImplementation(sooner as typeof setTimeout);
  }

  function create(): { run: Promise<unknown>; expected: string[]; registered: () => string[] } {
    const vpc = aws.network.createVpc();
    const endpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
    const group = aws.targetGroups.create({ vpc });
    const run = aws.process.load(BUNDLE, require)({
      RequestType: 'Create',
      ResourceType: REGISTRATION_TYPE,
      StackId: STACK_ID,
      LogicalResourceId: 'Registration',
      RequestId: 'request',
      ResponseURL: 'https://cloudformation-custom-resource-response.invalid/',
      ServiceToken: 'arn',
      ResourceProperties: {
        ServiceToken: 'arn',
        EndpointId: endpoint.vpcEndpointId,
        NetworkInterfaceIds: aws.network.networkInterfaceIds(endpoint),
        TargetGroupArn: group.targetGroupArn,
        TargetGroupVpcId: vpc.vpcId,
        Port: '80',
      },
    } as Parameters<Handler>[0]);
    return { run, expected: targetsOf(endpoint), registered: () => held(group) };
  }

  test.each(['DescribeNetworkInterfaces', 'DescribeTags', 'DescribeTargetHealth', 'AddTags', 'RegisterTargets'])('%s is repeated when no answer comes', async action => {
    hurry();
    aws.faults.hang(action, 2);
    const { run, expected, registered } = create();
    await run;
    expect(registered()).toEqual(expected);
    expect(aws.callsOf(action)).toHaveLength(3);
  });

  test('a call is not given up while it may still be answered', async () => {
    aws.faults.during('DescribeTags', 0, 1_000, { before: async () => new Promise(resolve => setTimeout(resolve, 1_500)) });
    const { run } = create();
    await run;
    expect(aws.callsOf('DescribeTags')).toHaveLength(1);
  });

  test('calls give up after eight attempts', async () => {
    hurry();
    aws.faults.hang('DescribeNetworkInterfaces', 100);
    await expect(create().run).rejects.toThrow('TimeoutError');
    expect(aws.callsOf('DescribeNetworkInterfaces')).toHaveLength(8);
  });
});
