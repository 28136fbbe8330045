import * as fc from 'fast-check';
import { IDS, strange, TYPES } from './hostile/strange';
import { flaws } from './hostile/well-formed';
import { EXAMPLES } from './mutants/examples';
import { patched } from './mutants/mend';
import { check } from '../../src/reachability/check';
import { Report, TemplateSource } from '../../src/reachability/contract';

/** Others, and more, for a night: `HOSTILE_RUNS=20000 npx jest test/reachability/hostile`. */
const { HOSTILE_RUNS } = process.env;
const runs = (share = 1) => HOSTILE_RUNS ? { numRuns: Number(HOSTILE_RUNS) * share } : { numRuns: 120 * share, seed: 7 };
/** Far more than any of these takes, far less than a hang. */
const LONG_MS = 5_000;

/** A report without a flaw, in time, of the templates and of what the fixes make of them. */
function expectReport(sources: readonly TemplateSource[]): Report {
  const start = performance.now();
  const report = check(sources);
  const mended = patched(sources, report.findings.flatMap(({ fix }) => fix.patches));
  expect([...flaws(report, sources), ...flaws(check(mended), mended)]).toEqual([]);
  expect(performance.now() - start).toBeLessThan(LONG_MS);
  return report;
}

function source(body: unknown, stack = 'Stack', rest: Partial<TemplateSource> = {}): TemplateSource {
  return { stack, body, ...rest };
}

type Path = readonly (string | number)[];

/** All places in a value. */
function places(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) { return [path]; }
  return [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))];
}

function replaced(value: any, [first, ...rest]: Path, by: unknown): unknown {
  if (first === undefined) { return by; }
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[first] = replaced(value[first], rest, by);
  return copy;
}

describe.each(Object.entries(EXAMPLES))('the templates of %s', (_, { sources }) => {
  const [{ body }] = sources;
  const ids = Object.keys((body as { Resources: object }).Resources);
  const all = places(body);

  test('with strange values in some places are reported', () => {
    const change = fc.tuple(fc.constantFrom(...all), strange(fc.constantFrom(...ids, ...IDS)));
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), changes => {
      const changed = changes.reduce((value, [path, by]) => exists(value, path) ? replaced(value, path, by) : value, body);
      expectReport([{ ...sources[0], body: changed }, ...sources.slice(1)]);
    }), runs());
  });

  test('with resources of other types are reported', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...TYPES)), { minLength: 1, maxLength: 8 }), types => {
      expectReport([{ ...sources[0], body: types.reduce((value, [id, type]) => replaced(value, ['Resources', id, 'Type'], type), body) }]);
    }), runs(1 / 4));
  });

  test('with values that change places are reported', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...all), fc.constantFrom(...all)), { minLength: 1, maxLength: 4 }), pairs => {
      const changed = pairs.reduce((value, [from, to]) => exists(value, to) ? replaced(value, to, at(body, from)) : value, body);
      expectReport([{ ...sources[0], body: changed }]);
    }), runs(1 / 2));
  });
});

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, name) => (inner as { [name: string]: unknown } | undefined)?.[name], value);
}

function exists(value: unknown, path: Path): boolean {
  return path.length === 0 || typeof at(value, path.slice(0, -1)) === 'object' && at(value, path.slice(0, -1)) !== null;
}

describe('random templates', () => {
  const map = (of: fc.Arbitrary<unknown>, maxKeys = 6) => fc.dictionary(fc.constantFrom(...IDS), of, { maxKeys, noNullPrototype: true });
  const resource = fc.record({ Type: fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...TYPES) }, { weight: 1, arbitrary: strange() }), Properties: strange(), Condition: strange() }, { requiredKeys: ['Type'], noNullPrototype: true });
  const template = fc.record({
    Resources: map(fc.oneof({ weight: 20, arbitrary: resource }, { weight: 1, arbitrary: strange() }), 12),
    Parameters: map(fc.record({ Type: strange(), Default: strange() }, { noNullPrototype: true })),
    Conditions: map(strange()),
    Mappings: map(map(map(strange()))),
    Outputs: map(fc.record({ Value: strange(), Export: strange() }, { noNullPrototype: true })),
    Transform: strange(),
  }, { requiredKeys: ['Resources'], noNullPrototype: true });

  test('are reported, alone and together', () => {
    const sources = fc.array(fc.oneof({ weight: 9, arbitrary: template }, { weight: 1, arbitrary: strange() }), { minLength: 1, maxLength: 3 })
      .chain(bodies => fc.tuple(...bodies.map((body, index) => fc.constantFrom<TemplateSource>(
        source(body, `S${index}`), source(body, `S${index}`, { account: '1', region: 'a' }), source(body, `S${index}`, { nestedIn: { stack: `S${(index + 1) % bodies.length}`, logicalId: 'A' } }),
      ))));
    fc.assert(fc.property(sources, all => { expectReport(all); }), runs());
  });

  test.each<[string, unknown]>([
    ['nothing', undefined], ['null', null], ['a text', 'Resources'], ['a number', 3], ['a list', [{}]], ['no resources', {}], ['resources in a list', { Resources: [{ Type: 'AWS::EC2::VPC' }] }],
    ['resources that are null', { Resources: { A: null, B: 3, C: [], D: 'x' } }], ['resources without types', { Resources: { A: {}, B: { Type: null }, C: { Type: ['AWS::EC2::VPC'] } } }],
  ])('%s in place of a template is an empty report', (_, body) => {
    expect(expectReport([source(body)])).toMatchObject({ paths: [], findings: [] });
  });

  test('no template is an empty report', () => {
    expect(expectReport([])).toMatchObject({ paths: [], findings: [] });
  });
});

describe('circles', () => {
  const group = (peer: unknown) => ({ Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: peer }], VpcId: peer } });

  test.each<[string, object]>([
    ['attributes', { Resources: { A: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { 'Fn::GetAtt': ['A', 'CidrBlock'] } } }, B: group({ 'Fn::GetAtt': ['A', 'CidrBlock'] }) } }],
    ['attributes of two', {
      Resources: {
        A: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { 'Fn::GetAtt': ['B', 'VpcId'] }, CidrBlock: { 'Fn::GetAtt': ['B', 'CidrBlock'] } } },
        B: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { 'Fn::GetAtt': ['A', 'VpcId'] }, CidrBlock: { 'Fn::GetAtt': ['A', 'CidrBlock'] } } },
      },
    }],
    ['references', { Resources: { A: group({ Ref: 'A' }), B: group({ 'Fn::GetAtt': ['B', 'VpcId'] }) } }],
    ['conditions', { Conditions: { A: { Condition: 'B' }, B: { 'Fn::Not': [{ Condition: 'A' }] }, C: { 'Fn::Equals': [{ 'Fn::If': ['C', 1, 2] }, 1] } }, Resources: { A: { Condition: 'A', ...group('10.0.0.0/8') }, B: { Condition: 'C', ...group('10.0.0.0/8') } } }],
    ['mappings', { Mappings: { A: { B: { C: { 'Fn::FindInMap': ['A', 'B', 'C'] } } } }, Resources: { A: group({ 'Fn::FindInMap': ['A', 'B', 'C'] }) } }],
    ['parameters', { Parameters: { A: { Type: 'String', Default: { Ref: 'B' } }, B: { Type: 'String', Default: { Ref: 'A' } } }, Resources: { A: group({ Ref: 'A' }), C: group({ Ref: 'B' }) } }],
    ['exports', { Outputs: { A: { Value: { 'Fn::ImportValue': 'b' }, Export: { Name: 'a' } }, B: { Value: { 'Fn::ImportValue': 'a' }, Export: { Name: 'b' } } }, Resources: { A: group({ 'Fn::ImportValue': 'a' }) } }],
    ['names of exports', { Outputs: { A: { Value: 1, Export: { Name: { 'Fn::ImportValue': 'a' } } } }, Resources: { A: group({ 'Fn::ImportValue': 'a' }) } }],
  ])('of %s', (_, body) => {
    expectReport([source(body)]);
  });

  test('of nested stacks', () => {
    const body = {
      Parameters: { P: { Type: 'String' } },
      Resources: { A: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { P: { 'Fn::GetAtt': ['A', 'Outputs.O'] } } } }, B: group({ Ref: 'P' }), C: group({ 'Fn::GetAtt': ['A', 'Outputs.O'] }), D: group({ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }) },
      Outputs: { O: { Value: { Ref: 'P' } } },
    };
    expectReport([source(body, 'S', { nestedIn: { stack: 'S', logicalId: 'A' } })]);
    expectReport([source(body, 'S', { nestedIn: { stack: 'T', logicalId: 'A' } }), source(body, 'T', { nestedIn: { stack: 'S', logicalId: 'A' } })]);
  });

  test('of load balancers behind each other', () => {
    const ring = Array.from({ length: 6 }, (_, n) => [
      [`Lb${n}`, { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Type: 'network', Scheme: 'internal', Subnets: ['subnet-1'] } }],
      [`Listener${n}`, { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties: { LoadBalancerArn: { Ref: `Lb${n}` }, Port: 80, Protocol: 'TCP', DefaultActions: [0, 1].map(() => ({ Type: 'forward', TargetGroupArn: { Ref: `Group${n}` } })) } }],
      [`Group${n}`, { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Protocol: 'TCP', Port: 80, TargetType: 'alb', Targets: [1, 2, 3].map(step => ({ Id: { Ref: `Lb${(n + step) % 6}` } })) } }],
    ]).flat();
    expectReport([source({ Resources: Object.fromEntries(ring) })]);
  });
});

describe('too much', () => {
  const subnet = (block: unknown) => ({ Resources: { A: { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: block, VpcId: block, AvailabilityZone: block } } } });

  test.each<[string, (inner: unknown) => unknown]>([
    ['lists', inner => [inner]],
    ['objects', inner => ({ Properties: inner })],
    ['joins', inner => ({ 'Fn::Join': ['', ['a', inner]] })],
    ['selects', inner => ({ 'Fn::Select': [0, [inner]] })],
    ['conditions', inner => ({ 'Fn::If': ['A', inner, 'x'] })],
    ['negations', inner => ({ 'Fn::Not': [inner] })],
    ['unknown functions', inner => ({ 'Fn::Nothing': inner })],
  ])('%s ten thousand deep', (_, wrap) => {
    let value: unknown = '10.0.0.0/8';
    for (let depth = 0; depth < 10_000; depth++) { value = wrap(value); }
    expectDeep({ ...subnet(value), Conditions: { A: value } });
    expectDeep({ Resources: { A: { Type: 'Custom::Anything', Properties: { Value: value, Other: { Ref: 'B' } } }, B: { Type: 'AWS::EC2::SecurityGroup', Properties: value } } });
    expectDeep(value);
  });

  /** Without what compares, which the test's own functions cannot do so deep. */
  function expectDeep(body: unknown): void {
    expect(flaws(check([source(body)]), [source(body)])).toEqual([]);
  }

  test('joins of joins that would be of a size of 2 to the power of 60', () => {
    const parameters = Array.from({ length: 60 }, (_, n) => [`P${n}`, { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: { 'Fn::Join': ['-', [`P${n + 1}`, `P${n + 1}`].map(id => ({ 'Fn::GetAtt': [id, 'CidrBlock'] }))] } } }]);
    expectReport([source({ Resources: { ...Object.fromEntries(parameters), P60: { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: 'text' } } } })]);
  });

  test('substitutions of substitutions that would be of such a size', () => {
    const subnets = Array.from({ length: 60 }, (_, n) => [`P${n}`, { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: { 'Fn::Sub': `\${P${n + 1}.CidrBlock}\${P${n + 1}.CidrBlock}\${AWS::Region}` } } }]);
    expectReport([source({ Resources: Object.fromEntries(subnets) })]);
  });

  test('mappings of mappings that would be of such a size', () => {
    const find = (n: number) => ({ 'Fn::FindInMap': ['M', 'K', `k${n}`] });
    const values = Array.from({ length: 60 }, (_, n) => [`k${n}`, [find(n + 1), find(n + 1)]]);
    expectReport([source({ ...subnet(find(0)), Mappings: { M: { K: Object.fromEntries(values) } } })]);
  });

  test('conditions of conditions, and outputs of outputs, that would take such a time', () => {
    const conditions = Array.from({ length: 60 }, (_, n) => [`C${n}`, { 'Fn::And': [{ Condition: `C${n + 1}` }, { Condition: `C${n + 1}` }] }]);
    const outputs = Array.from({ length: 60 }, (_, n) => [`O${n}`, { Value: [0, 1].map(() => ({ 'Fn::ImportValue': `e${n + 1}` })), Export: { Name: `e${n}` } }]);
    expectReport([source({ ...subnet({ 'Fn::If': ['C0', { 'Fn::ImportValue': 'e0' }, 'x'] }), Conditions: Object.fromEntries(conditions), Outputs: Object.fromEntries(outputs) })]);
  });

  test('lists in lists of references, each to the next, that would be of such a size', () => {
    const groups = Array.from({ length: 60 }, (_, n) => [`A${n}`, { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: [0, 1].map(() => ({ 'Fn::GetAtt': [`A${n + 1}`, 'CidrBlock'] })) } }]);
    expectReport([source({ Resources: Object.fromEntries(groups) })]);
  });

  test('a list of twenty thousand rules', () => {
    const rules = Array.from({ length: 20_000 }, (_, n) => ({ IpProtocol: 'tcp', FromPort: n % 65536, ToPort: n % 65536, CidrIp: `10.0.${n % 256}.0/24` }));
    expectReport([source({ Resources: { A: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: rules } } } })]);
  });

  test('a template of ten megabytes', () => {
    const filler = Array.from({ length: 20_000 }, (_, n) => [`R${n}`, { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'x'.repeat(500) } }]);
    const [whole] = EXAMPLES['multi-vpc'].sources;
    const body = whole.body as { Resources: object };
    expectReport([{ ...whole, body: { ...body, Resources: { ...body.Resources, ...Object.fromEntries(filler) } } }]);
  });
});

describe('names that every object of JavaScript has', () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'prototype'];

  test.each(names)('%s as a logical id, a section, a property and what is referred to', name => {
    const body = JSON.parse(`{ "Resources": { ${JSON.stringify(name)}: { "Type": "AWS::EC2::SecurityGroup", "Properties": { ${JSON.stringify(name)}: { "VpcId": "x" }, "VpcId": { "Ref": ${JSON.stringify(name)} } } },
      "B": { "Type": ${JSON.stringify(name)}, "Properties": { "A": { "Fn::GetAtt": [${JSON.stringify(name)}, ${JSON.stringify(name)}] }, "B": { "Fn::FindInMap": [${[name, name, name].map(one => JSON.stringify(one))}] } } } },
      "Mappings": { ${JSON.stringify(name)}: { ${JSON.stringify(name)}: {} } }, "Outputs": { ${JSON.stringify(name)}: { "Value": { "Ref": ${JSON.stringify(name)} }, "Export": { "Name": ${JSON.stringify(name)} } } } }`);
    expectReport([source(body)]);
    expect(({} as { VpcId?: unknown }).VpcId).toBeUndefined();
  });

  test.each(names)('%s, where nothing of that name is, is not found', name => {
    const body = { Resources: { A: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: { Ref: name }, SecurityGroupIngress: { 'Fn::FindInMap': [name, name, name] } } }, B: { Condition: name, Type: 'AWS::EC2::VPC' } } };
    expectReport([source(body)]);
  });
});
