import * as fc from 'fast-check';
import { type Change, type Deploy, type HealthTurn, type History, type Mishap, ROUTES, type StackStep, type Step, type Trouble } from './histories-steps';
import type { Answer } from '../fakes';

const route = fc.constantFrom(...ROUTES);
const zones = fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }).map(list => list.sort());
const seconds = fc.oneof(...[20, 200, 900].map(max => fc.integer({ min: 1, max })));

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ route, what: fc.constantFrom('add', 'subnets'), zones }) },
  { weight: 6, arbitrary: fc.record({ route, what: fc.constantFrom('service', 'service', 'privateDns', 'port', 'group', 'refresh', 'remove') }) },
);

const answer: fc.Arbitrary<Answer> = fc.constantFrom('ok', 'Target.Timeout', 'Target.FailedHealthChecks', 'Target.ResponseCodeMismatch');
const turn: fc.Arbitrary<HealthTurn> = fc.record({ route, of: fc.constantFrom('all', 'present', 'next', 'otherPort'), answer, seconds: fc.oneof(fc.constant(0), seconds) });

const run = fc.nat(6);
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ run, kind: fc.constant('again') }),
  fc.record({ run, kind: fc.constant('overlap'), seconds }),
  fc.record({ run, kind: fc.constant('kill'), call: fc.integer({ min: 1, max: 20 }), when: fc.constantFrom('beforeEffect', 'afterEffect'), retried: fc.boolean() }),
);

const READS = [
  'DescribeNetworkInterfaces', 'DescribeVpcEndpoints', 'DescribeTags', 'DescribeTargetHealth', 'DescribeTargetGroups', 'DescribeTargetGroupAttributes', 'DescribeStacks',
  'ListStackResources',
];
const WRITES = ['RegisterTargets', 'DeregisterTargets', 'AddTags', 'RemoveTags'];
const skip = fc.nat(6);
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    action: fc.constantFrom(...READS, ...WRITES), kind: fc.constantFrom('throttle', 'error', 'reset', 'resetAfter', 'deny'), times: fc.integer({ min: 1, max: 4 }), skip,
  }),
  fc.record({ action: fc.constantFrom(...READS, ...WRITES), kind: fc.constantFrom('hang', 'hangAfter', 'refuse'), times: fc.constant(1), skip }),
  fc.record({ action: fc.constantFrom('DescribeNetworkInterfaces', 'DescribeVpcEndpoints'), kind: fc.constant('hide'), times: fc.integer({ min: 1, max: 4 }), skip }),
  fc.record({ action: fc.constantFrom('DescribeVpcEndpoints', 'DescribeTargetHealth'), kind: fc.constant('short'), times: fc.constant(1), skip }),
  fc.record({ action: fc.constantFrom('DescribeNetworkInterfaces', 'DescribeVpcEndpoints', 'ListStackResources'), kind: fc.constant('page'), times: fc.constant(2), skip }),
);

/** Nothing, mostly. */
function maybe<T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> {
  return fc.oneof({ withCrossShrink: true }, { weight: 10 - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary });
}

function rarely<T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T[] | undefined> {
  return maybe(fc.array(arbitrary, { minLength: 1, maxLength: 2 }), weight);
}

/** Of two answers in a row not both are short. */
const troubles = rarely(trouble, 2).map(list => list?.filter(({ kind }, index) => kind !== 'short' || list.findIndex(other => other.kind === 'short') === index));

const adversity = { mishaps: rarely(mishap, 2), troubles };
const deploy: fc.Arbitrary<Deploy> = fc.record({
  step: fc.constant('deploy'),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
  hasty: maybe(fc.constant(true as const), 2),
  fails: maybe(fc.oneof(fc.record({ before: fc.nat(12) }), fc.record({ seconds })), 3),
  accepted: maybe(fc.oneof(fc.nat(500), fc.constant('never' as const)), 1),
  turns: rarely(turn, 2),
  ...adversity,
});

/** A rollback to a service that has become sick while the deployment went on. */
const sickRollback: fc.Arbitrary<Deploy> = route.chain(name => fc.record({
  step: fc.constant('deploy'),
  changes: fc.constant<Change[]>([{ route: name, what: 'service' }]),
  fails: fc.oneof(fc.record({ before: fc.integer({ min: 4, max: 10 }) }), fc.record({ seconds })),
  turns: fc.tuple(fc.record({ route: fc.constant(name), of: fc.constantFrom('present', 'all'), answer, seconds })),
}));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: deploy },
  { weight: 2, arbitrary: sickRollback },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('repair'), overlapping: maybe(fc.constant(true), 3), ...adversity }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('hand'), route, what: fc.constantFrom('register', 'register', 'deregister'), zone: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('tamper'), route, zone: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('outside'), route }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('turn'), turns: fc.array(turn, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('wait'), seconds }) },
);

const stack: fc.Arbitrary<StackStep> = fc.record({
  step: fc.constant('stack'),
  delay: fc.constantFrom(0, 20, 20, 60, 60, 60, 300, 420),
  gate: fc.boolean(),
  parallel: fc.boolean(),
  staleRollback: fc.boolean(),
  limit: maybe(fc.constantFrom<[number, number]>([40, 10], [4, 1]), 2),
  zones: fc.array(zones, { minLength: 1, maxLength: 3 }),
});

/** Histories that begin with a stack and end with its deletion. */
export const histories: fc.Arbitrary<History> = fc.tuple(stack, fc.array(step, { minLength: 1, maxLength: 4 }), fc.record({ step: fc.constant('delete'), ...adversity }))
  .map(([first, steps, last]) => [first, ...steps, last as Step].map(withoutUndefined));

/** As it would be written by hand. */
function withoutUndefined(each: Step): Step {
  return Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as Step;
}
