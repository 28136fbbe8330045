import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { CfnParameter, Duration, Stack } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';

/** Stands for a value that only the deployment knows, so that props can be printed. */
export const TOKEN = '<token>';
const NUMBER_TOKEN = '<token of a number>';

/** A value of a type, most times one that may be right. */
export function mostly<T>(right: fc.Arbitrary<T>, wild: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 24, arbitrary: right }, { weight: 1, arbitrary: wild });
}

/** Props: the required ones always, and each of the others now and then. */
export function props<T extends object>(
  optional: { [K in keyof T]?: fc.Arbitrary<unknown> }, required: { [K in keyof T]?: fc.Arbitrary<unknown> } = {},
): fc.Arbitrary<any> {
  const sometimes = (of: fc.Arbitrary<unknown>) =>
    fc.oneof({ withCrossShrink: true }, { weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: of });
  const all = Object.entries(optional).map(([name, of]): [string, fc.Arbitrary<unknown>] => [name, sometimes(of as fc.Arbitrary<unknown>)]);
  return fc.record({ ...Object.fromEntries(all), ...required })
    .map(given => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}

const TEXTS = [
  '', ' ', '/', '.', '*', '-', '0', '__proto__', 'ünïcödé', '日本語', '💥', 'a b',
  'a\nb', "'", '"', '\\', '${AWS::Region}', '{{resolve:x}}', 'x'.repeat(300),
];

export const wildText = fc.oneof(fc.constantFrom(...TEXTS, TOKEN), fc.string({ unit: 'binary', maxLength: 40 }));
export const wildNumber = fc.constantFrom<number | string>(
  -1, 0, -0, 0.5, 1.5, 65536, 70_000, 1e21, NaN, Infinity, -Infinity, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, NUMBER_TOKEN,
);

export const text = (...right: string[]) => mostly<string>(fc.constantFrom(...right), wildText);
export const port = mostly<number | string>(fc.constantFrom(1, 80, 81, 443, 8080, 8443, 9090, 65535), wildNumber);
export function list<T>(of: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 22, arbitrary: fc.uniqueArray(of, { minLength: 1, maxLength }) },
    { weight: 2, arbitrary: fc.array(of, { minLength: 1, maxLength }) },
    { weight: 1, arbitrary: fc.constant([] as T[]) },
  );
}
export const flag = fc.boolean();
export const enumOf = <T>(all: { [key: string]: T }) => fc.constantFrom(...Object.values(all));

/** An amount of time, as unit and number. */
export type Time = [unit: 'millis' | 'seconds' | 'minutes' | 'hours' | 'days', amount: number | string];

export function time(...seconds: number[]): fc.Arbitrary<Time> {
  const wild = fc.tuple(
    fc.constantFrom<Time[0]>('millis', 'seconds', 'minutes', 'hours', 'days'), fc.constantFrom<Time[1]>(0, 0.5, 1, 7, 59, 1e9, TOKEN),
  );
  return mostly<Time>(fc.constantFrom(...seconds).map((amount): Time => ['seconds', amount]), wild);
}

const ADDRESS_BLOCKS = ['10.9.0.0/16', '10.3.0.0/16', '100.64.0.0/10', '192.0.2.0/24', '203.0.113.7/32', '2001:db8::/56'];
const WILD_BLOCKS = [
  '', '10.0.0.0', '10.0.0.1/8', '10.0.0.0/33', '0.0.0.0/0', '::/0', '10.1.0.0/16', '10.1.2.0/24',
  '300.0.0.0/8', '2001:db8::1/56', '2001:db8::/129', '10.2.0.0/ 16', TOKEN,
];
export const block = mostly<string>(fc.constantFrom(...ADDRESS_BLOCKS), fc.constantFrom(...WILD_BLOCKS));

/** Subnets, as the CDK selects them. */
export const subnets = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<ec2.SubnetSelection>(
      { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, { subnetType: ec2.SubnetType.PUBLIC }, { onePerAz: true }, {},
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ec2.SubnetSelection>(
      { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, { subnetGroupName: 'nowhere' }, { availabilityZones: ['x'] },
      { availabilityZones: [] }, { subnets: [] }, { subnetFilters: [] },
      { subnetGroupName: 'Public', subnetType: ec2.SubnetType.PUBLIC },
    ),
  },
);

/** A health check, as it is printed. */
export const healthCheck = props<any>({
  path: text('/', '/health', '/a b'),
  port: text('traffic-port', '8081', '80'),
  interval: time(5, 10, 30, 300),
  timeout: time(2, 5, 6, 120),
  healthyThresholdCount: mostly<number | string>(fc.integer({ min: 2, max: 10 }), wildNumber),
  unhealthyThresholdCount: mostly<number | string>(fc.integer({ min: 2, max: 10 }), wildNumber),
  healthyHttpCodes: text('200', '200-299', '200,302'),
});

/** Parameters of a stack, whose values only the deployment knows. */
export class Tokens {
  constructor(private readonly stack: Stack) {}

  public numberOf(value: number | string): number {
    return typeof value === 'number' ? value : this.parameter('Number', 'Number').valueAsNumber;
  }

  public textOf(value: string): string {
    return value === TOKEN ? this.parameter('Text', 'String').valueAsString : value;
  }

  private parameter(id: string, type: string): CfnParameter {
    return this.stack.node.tryFindChild(id) as CfnParameter | undefined ?? new CfnParameter(this.stack, id, { type });
  }

  public durationOf([unit, amount]: Time): Duration {
    return Duration[unit](this.numberOf(amount));
  }

  /** Props in which nothing is printed any more: times are durations, and tokens are tokens. */
  public read(value: any): any {
    if (isTime(value)) { return this.durationOf(value); }
    if (Array.isArray(value)) { return value.map(one => this.read(one)); }
    if (value === NUMBER_TOKEN) { return this.numberOf(value); }
    if (typeof value === 'string') { return this.textOf(value); }
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.read(each)]));
    }
    return value;
  }
}

function isTime(value: unknown): value is Time {
  return Array.isArray(value) && value.length === 2 && ['millis', 'seconds', 'minutes', 'hours', 'days'].includes(value[0]);
}
