import { type ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { AwsError, Execution, FakeAws, type Handler, Killed, type TargetGroup } from '.';

let aws: FakeAws;
let group: TargetGroup;
let execution: Execution;

beforeEach(() => {
  aws = FakeAws.inProcess();
  group = aws.targetGroups.create({ vpc: aws.network.createVpc() });
  execution = new Execution(aws.clock);
});

/** A function that tags three times, with a pause before each. */
const BUNDLE = `
  const { ElasticLoadBalancingV2 } = require('@aws-sdk/client-elastic-load-balancing-v2');
  module.exports.handler = async event => {
    for (const Key of ['a', 'b', 'c']) {
      await new Promise(resolve => setTimeout(resolve, 1000));
      await new ElasticLoadBalancingV2().addTags({ ResourceArns: [event.arn], Tags: [{ Key, Value: String(Date.now()) }] });
    }
  };`;

async function run(): Promise<void> {
  const handler: Handler = execution.load(BUNDLE, name => aws.modules(execution)[name]);
  await handler({ arn: group.targetGroupArn } as unknown as CloudFormationCustomResourceEvent);
}

test('a process runs on the clock', async () => {
  await run();
  const times = [...group.tags.values()].map(Number);
  expect(times.map(time => Math.floor((time - times[0]) / 1000))).toEqual([0, 1, 2]);
});

test.each([['beforeEffect', 1], ['afterEffect', 2]] as const)('a process that is killed %s of its second call does no more', async (when, effects) => {
  execution.killAt(2, when);
  await expect(run()).rejects.toThrow(Killed);
  await aws.clock.sleep(60_000);
  expect([group.tags.size, aws.calls.length]).toEqual([effects, effects]);
});

test('a process can be killed at any time', async () => {
  aws.clock.at(2500, () => execution.kill());
  await expect(run()).rejects.toThrow(Killed);
  expect(group.tags.size).toBe(2);
});

const client = (requestHandler?: object) => {
  const { ElasticLoadBalancingV2: Client } = aws.modules(execution)['@aws-sdk/client-elastic-load-balancing-v2'];
  return new (Client as new (config: object) => ElasticLoadBalancingV2)({ maxAttempts: 3, requestHandler });
};
const patient = () => client({ requestTimeout: 5000, throwOnRequestTimeout: true });
const seconds = async (call: Promise<unknown>) => {
  const began = aws.clock.now();
  const failed = await call.then(() => '', (error: Error) => error.name);
  return [Math.floor((aws.clock.now() - began) / 1000), failed];
};

test('a call that hangs ends with the time-out of the client, and is tried again', async () => {
  aws.faults.hang('DescribeTargetGroups', 2);
  expect(await seconds(patient().describeTargetGroups({}))).toEqual([10, '']);
  aws.faults.hang('DescribeTargetGroups', 3);
  expect(await seconds(patient().describeTargetGroups({}))).toEqual([15, 'TimeoutError']);
  aws.faults.delay('DescribeTargetGroups', 4000);
  expect(await seconds(patient().describeTargetGroups({}))).toEqual([4, '']);
  aws.faults.delay('DescribeTargetGroups', 6000);
  expect(await seconds(patient().describeTargetGroups({}))).toEqual([5, '']);
});

test('a call that hangs may have taken effect', async () => {
  aws.faults.hang('AddTags', 3, 'beforeAnswer');
  await expect(patient().addTags({ ResourceArns: [group.targetGroupArn], Tags: [{ Key: 'a', Value: '' }] })).rejects.toThrow('5000 ms');
  expect(group.tags.size).toBe(1);
});

test('without a time-out a client waits for ever', async () => {
  aws.faults.hang('DescribeTargetGroups');
  const ended = jest.fn();
  void client().describeTargetGroups({}).finally(ended);
  await aws.clock.sleep(3_600_000);
  expect(ended).not.toHaveBeenCalled();
});

test('permissions begin and end to hold, and faults last for a time', async () => {
  aws.faults.denyUntil('DescribeTargetGroups', 600);
  aws.faults.denyFrom('*', 2000);
  aws.faults.during('DescribeTargetGroups', 1500, 1600, { error: new AwsError('Odd', 'at that moment') });
  const outcomes: string[] = [];
  for (let i = 0; i < 6; i++) {
    outcomes.push(await patient().describeTargetGroups({}).then(() => '', (error: Error) => error.name));
    aws.clock.advance(500);
  }
  expect(outcomes).toEqual(['AccessDenied', 'AccessDenied', '', 'Odd', 'AccessDenied', 'AccessDenied']);
});
