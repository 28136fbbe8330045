import * as fc from 'fast-check';
import { LoadError } from '../../../src/reachability/load';
import { parse } from '../../../src/reachability/load/parse';

function value(yaml: string): unknown {
  return (parse('template.yaml', `value: ${yaml}`) as { value: unknown }).value;
}

function failure(yaml: string): string {
  try {
    return `read: ${JSON.stringify(parse('template.yaml', yaml)).slice(0, 100)}`;
  } catch (error) {
    expect(error).toBeInstanceOf(LoadError);
    return (error as Error).message;
  }
}

describe('short forms of intrinsic functions', () => {
  test.each([
    ['!Ref Vpc', { Ref: 'Vpc' }],
    ['!Ref AWS::NoValue', { Ref: 'AWS::NoValue' }],
    ['!Condition IsProd', { Condition: 'IsProd' }],
    ['!GetAtt Alb.DNSName', { 'Fn::GetAtt': ['Alb', 'DNSName'] }],
    ['!GetAtt Inner.Outputs.Name', { 'Fn::GetAtt': ['Inner', 'Outputs.Name'] }],
    ['!GetAtt [Alb, DNSName]', { 'Fn::GetAtt': ['Alb', 'DNSName'] }],
    ['!Sub "${AWS::Region}a"', { 'Fn::Sub': '${AWS::Region}a' }],
    ['!Sub ["${A}", {A: !Ref B}]', { 'Fn::Sub': ['${A}', { A: { Ref: 'B' } }] }],
    ['!Join [",", [a, !Ref B]]', { 'Fn::Join': [',', ['a', { Ref: 'B' }]] }],
    ['!Select [0, !GetAZs ""]', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
    ['!GetAZs', { 'Fn::GetAZs': '' }],
    ['!Split [",", !ImportValue Zones]', { 'Fn::Split': [',', { 'Fn::ImportValue': 'Zones' }] }],
    ['!If [A, !Not [!Condition B], !Or [!Equals [a, b], !And [c, d]]]', {
      'Fn::If': ['A', { 'Fn::Not': [{ Condition: 'B' }] }, { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::And': ['c', 'd'] }] }],
    }],
    ['!FindInMap [M, !Ref AWS::Region, x]', { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'x'] }],
    ['!Cidr [10.0.0.0/16, 4, 8]', { 'Fn::Cidr': ['10.0.0.0/16', 4, 8] }],
    ['!Base64 80', { 'Fn::Base64': '80' }],
    ['!Transform {Name: AWS::Include, Parameters: {Location: x}}', { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 'x' } } }],
    ['!ToJsonString {a: 1}', { 'Fn::ToJsonString': { a: 1 } }],
    ['!Length [a]', { 'Fn::Length': ['a'] }],
    ['!GetStackOutput {StackName: a, OutputName: b}', { 'Fn::GetStackOutput': { StackName: 'a', OutputName: 'b' } }],
  ])('%s is written out', (yaml, expected) => {
    expect(value(yaml)).toEqual(expected);
  });
});

describe('unquoted texts', () => {
  test.each([
    ['80', 80], ['-1', -1], ['0.5', 0.5],
    ['yes', true], ['On', true], ['TRUE', true], ['no', false], ['off', false], ['false', false],
    ['~', null], ['null', null], ['', null],
    ['2012-10-17', '2012-10-17'], ['1.10', '1.10'], ['012345678901', '012345678901'], ['12345678901234567890', '12345678901234567890'],
    ['1:30', '1:30'], ['0x50', '0x50'], ['1e3', '1e3'], ['.inf', '.inf'], ['y', 'y'], ['10.0.0.0/16', '10.0.0.0/16'],
    ['"80"', '80'], ["'yes'", 'yes'], ['"null"', 'null'], ['!!str 80', '80'], ['|-\n  80', '80'],
  ])('%s means what it means to CloudFormation, and nothing of it gets lost', (yaml, expected) => {
    expect(value(yaml)).toBe(expected);
  });

  test('keys stay texts', () => {
    expect(parse('t.yaml', 'on: 1\n012345678901: 2\nnull: 3')).toEqual({ 'on': 1, '012345678901': 2, 'null': 3 });
  });

  test('a mark at the beginning of the file and line ends of Windows change nothing', () => {
    expect(parse('t.yaml', '\uFEFFa: b\r\nc:\r\n  - d\r\n')).toEqual({ a: 'b', c: ['d'] });
    expect(parse('t.json', '\uFEFF{"a":\r\n1}')).toEqual({ a: 1 });
  });
});

describe('anchors', () => {
  test('aliases and merged maps are what they stand for; what a map says itself comes first', () => {
    expect(parse('t.yaml', 'a: &a {x: 1, y: 1}\nb: *a\nc: {<<: [*a, {y: 2, z: 2}], x: 3}')).toEqual({
      a: { x: 1, y: 1 }, b: { x: 1, y: 1 }, c: { x: 3, y: 1, z: 2 },
    });
  });

  test('aliases to aliases that grow without end are refused', () => {
    const lines = [...'bcdefghij'].map((name, index) => `- &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`)}]`);
    expect(failure(`- &a [${Array(9).fill('x')}]\n${lines.join('\n')}`)).toContain('its aliases repeat too much (line 6');
  });

  test.each(['a: &a [*a]', 'a: &a {b: *a}', 'a: *b'])('%s is refused: the alias means nothing yet', yaml => {
    expect(failure(yaml)).toContain('means nothing');
  });

  test('aliases cannot nest deeper than texts can', () => {
    const lines = Array.from({ length: 10 }, (_, index) => `- &a${index + 1} ${'['.repeat(40)}*a${index}${']'.repeat(40)}`);
    expect(failure(`- &a0 x\n${lines.join('\n')}`)).toContain('more than 200 levels');
  });
});

describe('what cannot be read is said with the place', () => {
  test.each([
    ['a: 1\nb: 2\na: 3', 'the key "a" is there twice (line 3, column 1)'],
    ['a: [1', 'line 1, column 6'],
    ['\ta: b', 'Tabs are not allowed as indentation (line 1, column 1)'],
    ['a: 1\n---\nb: 2', 'several documents'],
    ['? {a: b}\n: c', 'a key is not a text'],
    ['a: !!binary aGk=', 'the tag !!binary is none that templates have'],
    ['a:\n  <<: b', 'the key << takes maps'],
    ['__proto__: {polluted: true}', '`__proto__`'],
    ['{"a": {"__proto__": {"polluted": true}}}', '`__proto__`'],
    ['{"a": ', 'JSON or YAML'],
  ])('%j', (yaml, expected) => {
    expect(failure(yaml)).toMatch(/^template\.yaml: /);
    expect(failure(yaml)).toContain(expected);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a file that is called JSON is read as nothing else', () => {
    expect(() => parse('t.json', '{a: b}')).toThrow(/^t\.json: it cannot be read as JSON/);
    expect(parse('t.template', '{a: b}')).toEqual({ a: 'b' });
  });
});

describe('depth', () => {
  test.each([
    ['lists', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['lists in YAML', (n: number) => `${'['.repeat(n)}a${']'.repeat(n)}`],
    ['maps', (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`],
    ['maps in YAML', (n: number) => `${'{a: '.repeat(n)}1${'}'.repeat(n)}`],
    ['sequences', (n: number) => `${'- '.repeat(n)}a`],
    ['never closed', (n: number) => '{a: '.repeat(n)],
    ['keys', (n: number) => '? '.repeat(n)],
    ['indented maps', (n: number) => Array.from({ length: Math.min(n, 2000) }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ])('%s of ten thousand and of a hundred thousand levels are refused', (_, nested) => {
    expect(failure(nested(10_000))).toContain('nested more than 200 levels deep');
    expect(failure(nested(100_000))).toContain('nested more than 200 levels deep');
  });

  test('what people write is read', () => {
    expect(failure(`${'{a: '.repeat(90)}1${'}'.repeat(90)}`)).toMatch(/^read: /);
    expect(failure(`${'- '.repeat(190)}a`)).toMatch(/^read: /);
  });
});

describe('any text', () => {
  const json = fc.jsonValue({ maxDepth: 5 }).filter(tree => !JSON.stringify(tree).includes('__proto__'));

  test('JSON is read as JSON', () => {
    fc.assert(fc.property(json, tree => { expect(parse('t.json', JSON.stringify(tree))).toEqual(JSON.parse(JSON.stringify(tree))); }));
  });

  test('is read or refused, and nothing else happens', () => {
    const pieces = fc.constantFrom(...'&a |*a|!Ref |!!set |<<|: |- |? |[|]|{|}|"|\'||\n|\n  |\n\t|\\x|%YAML 1.1\n|---\n|...\n|# |> |a|null|0|,|\u2028|\0|__proto__'.split('|'));
    fc.assert(fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }), parts => { failure(parts.join('')); }), { numRuns: 2_000 });
  });
});
