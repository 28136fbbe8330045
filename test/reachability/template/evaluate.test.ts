import { Stacks } from '../../../src/reachability/template/stacks';
import { keyOf, Reference, stringOf, Text, Unknown, Value } from '../../../src/reachability/template/values';

interface Given { readonly template?: object; readonly account?: string; readonly region?: string; readonly stackName?: string }

const BODY = {
  Parameters: {
    Plain: { Type: 'String' },
    Defaulted: { Type: 'String', Default: 'of itself' },
    Port: { Type: 'Number', Default: 8080 },
    Blocks: { Type: 'CommaDelimitedList', Default: '10.1.0.0/16, 10.2.0.0/16' },
    Ids: { Type: 'List<AWS::EC2::Subnet::Id>', Default: 'subnet-1,subnet-2' },
    Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami' },
  },
  Mappings: { Zones: { tokyo: { Names: ['a', 'c'], Count: 2 }, paris: { Names: { Ref: 'Defaulted' } } } },
  Conditions: {
    Yes: { 'Fn::Equals': ['a', 'a'] },
    No: { 'Fn::Equals': ['a', 'b'] },
    Perhaps: { 'Fn::Equals': [{ Ref: 'Plain' }, 'prod'] },
  },
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.1.0.0/16' } },
    Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: { Ref: 'Vpc' } } },
    Left: { Type: 'AWS::EC2::VPC', Condition: 'No', Properties: {} },
    Perhaps: { Type: 'AWS::EC2::VPC', Condition: 'Perhaps', Properties: {} },
  },
};

/** What an expression comes to in a template. */
function valueOf(expression: unknown, { template = {}, account, region, stackName }: Given = {}): Value {
  const [stack] = new Stacks([{ stack: 'Net', stackName, account, region, body: { ...BODY, ...template } }]).all;
  return stack.evaluate(expression);
}

/** The same, readable. */
function shown(value: Value): unknown {
  if (value instanceof Unknown) { return `? ${value.what}`; }
  if (value instanceof Reference) { return `→ ${value.resource.logicalId}.${value.attribute}`; }
  if (value instanceof Text) { return value.parts.map(shown); }
  if (Array.isArray(value)) { return value.map(shown); }
  if (typeof value === 'object') { return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(one)])); }
  return value;
}

const says = (expression: unknown, given?: Given) => shown(valueOf(expression, given));
const UNKNOWN = expect.stringMatching(/^\? /);

describe('what is written out', () => {
  test.each([['text'], [80], [true], [['a', 1]], [{ a: { b: ['c'] } }]])('%j is itself', value => {
    expect(says(value)).toEqual(value);
  });

  test('null is nothing, also as a member', () => {
    expect(says(null)).toBeUndefined();
    expect(says(['a', null, { b: null }])).toEqual(['a', {}]);
  });

  test('a dynamic reference is not known', () => {
    expect(says('{{resolve:ssm:/port}}')).toBe("? the dynamic reference '{{resolve:ssm:/port}}'");
  });

  test('an object with another member besides a function is no function', () => {
    expect(says({ 'Ref': 'Vpc', 'Fn::Join': [] })).toEqual({ 'Ref': 'Vpc', 'Fn::Join': [] });
  });

  test('a member named __proto__ changes nothing', () => {
    const value = valueOf(JSON.parse('{ "__proto__": { "polluted": true }, "a": 1 }'));
    expect([says(JSON.parse('{ "__proto__": {}, "a": 1 }')), (value as any).polluted]).toEqual([{ a: 1 }, undefined]);
  });
});

describe('Ref', () => {
  test('of a resource is the resource', () => { expect(says({ Ref: 'Vpc' })).toBe('→ Vpc.Ref'); });
  test('of AWS::NoValue is nothing', () => { expect(says({ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] })).toEqual({ b: [1] }); });

  test('of the environment is known where it is', () => {
    const given = { account: '111111111111', region: 'ap-northeast-1', stackName: 'net' };
    expect(['AccountId', 'Region', 'Partition', 'URLSuffix', 'StackName'].map(name => says({ Ref: `AWS::${name}` }, given)))
      .toEqual(['111111111111', 'ap-northeast-1', 'aws', 'amazonaws.com', 'net']);
  });

  test.each([['cn-north-1', 'aws-cn', 'amazonaws.com.cn'], ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com']])('in %s names the partition %s', (region, partition, suffix) => {
    expect([says({ Ref: 'AWS::Partition' }, { region }), says({ Ref: 'AWS::URLSuffix' }, { region })]).toEqual([partition, suffix]);
  });

  test.each(['AccountId', 'Region', 'Partition', 'URLSuffix', 'StackName', 'StackId', 'NotificationARNs'])('of AWS::%s is unknown where nothing tells it', name => {
    expect(says({ Ref: `AWS::${name}` })).toEqual(UNKNOWN);
  });

  test('of what is not there says what is missing', () => {
    const value = valueOf({ Ref: 'Gone' });
    expect(value).toMatchObject({ what: "'Gone', which is not in the template of 'Net'", missing: 'Gone' });
  });

  test('of what a macro may make is unknown, and not missing', () => {
    expect(valueOf({ Ref: 'FunctionRole' }, { template: { Transform: 'AWS::Serverless-2016-10-31' } })).toMatchObject({ missing: undefined });
  });

  test('of a resource that its condition leaves out is unknown', () => {
    expect(says({ Ref: 'Left' })).toBe('? Left, which its condition leaves out');
    expect(says({ Ref: 'Perhaps' })).toBe('→ Perhaps.Ref');
  });

  test.each([[1], [['Vpc']], [{ Ref: 'Vpc' }], [null]])('of %j is unknown', name => { expect(says({ Ref: name })).toEqual(UNKNOWN); });

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('of %s is no member of every object', name => {
    expect(valueOf({ Ref: name })).toMatchObject({ missing: name });
  });
});

describe('a parameter', () => {
  test('with a default is that', () => { expect([says({ Ref: 'Defaulted' }), says({ Ref: 'Port' })]).toEqual(['of itself', 8080]); });
  test('without one is unknown, and the same everywhere', () => {
    expect(says({ Ref: 'Plain' })).toBe("? the parameter 'Plain'");
    expect(keyOf(valueOf({ Ref: 'Plain' }))).toBe(keyOf(valueOf({ 'Fn::Sub': '${Plain}' })));
  });
  test('that is a list is one', () => {
    expect([says({ Ref: 'Blocks' }), says({ Ref: 'Ids' })]).toEqual([['10.1.0.0/16', '10.2.0.0/16'], ['subnet-1', 'subnet-2']]);
  });
  test('out of the parameter store is unknown, whatever its name', () => { expect(says({ Ref: 'Image' })).toBe("? the parameter 'Image'"); });
});

describe('Fn::GetAtt', () => {
  test('is an attribute of a resource, in both forms', () => {
    expect([says({ 'Fn::GetAtt': ['Group', 'GroupId'] }), says({ 'Fn::GetAtt': 'Group.GroupId' })]).toEqual(['→ Group.GroupId', '→ Group.GroupId']);
  });
  test('of an attribute that repeats a property is the property', () => {
    expect([says({ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }), says({ 'Fn::GetAtt': ['Group', 'VpcId'] })]).toEqual(['10.1.0.0/16', '→ Vpc.Ref']);
  });
  test('of a property that is not written is the attribute', () => { expect(says({ 'Fn::GetAtt': ['Perhaps', 'CidrBlock'] })).toBe('→ Perhaps.CidrBlock'); });
  test('of what is not there says so', () => { expect(valueOf({ 'Fn::GetAtt': ['Gone', 'Arn'] })).toMatchObject({ missing: 'Gone' }); });
  test('of an attribute with dots or in parts is one attribute', () => {
    expect([says({ 'Fn::GetAtt': ['Vpc', 'A.B'] }), says({ 'Fn::GetAtt': ['Vpc', 'A', 'B'] }), says({ 'Fn::GetAtt': 'Vpc.A.B' })]).toEqual(Array(3).fill('→ Vpc.A.B'));
  });
  test.each([['Vpc'], [['Vpc']], [[]], [{}], [7], [null], [[{ Ref: 'Vpc' }, 'Arn']]])('of %j is unknown', argument => { expect(says({ 'Fn::GetAtt': argument })).toEqual(UNKNOWN); });
});

describe('Fn::Join', () => {
  test('joins what is known', () => { expect(says({ 'Fn::Join': ['.', ['10', 1, true, { Ref: 'Port' }]] })).toBe('10.1.true.8080'); });
  test('keeps what is not', () => { expect(says({ 'Fn::Join': ['', ['a', { Ref: 'Vpc' }, 'b', { Ref: 'Plain' }]] })).toEqual(['a', '→ Vpc.Ref', 'b', "? the parameter 'Plain'"]); });
  test('of one thing is that', () => { expect(says({ 'Fn::Join': ['', ['', { Ref: 'Vpc' }, '']] })).toBe('→ Vpc.Ref'); });
  test('of nothing is empty', () => { expect(says({ 'Fn::Join': [',', []] })).toBe(''); });
  test('of a list out of a parameter joins it', () => { expect(says({ 'Fn::Join': [';', { Ref: 'Ids' }] })).toBe('subnet-1;subnet-2'); });
  test('of texts in texts is one text', () => {
    expect(says({ 'Fn::Join': ['-', [{ 'Fn::Join': ['', ['a', { Ref: 'Vpc' }]] }, 'b']] })).toEqual(['a', '→ Vpc.Ref', '-b']);
  });
  test.each([[['.']], ['a'], [[1, ['a']]], [['.', 'a']], [['.', { Ref: 'Plain' }]], [['.', [['a']]]], [null]])('of %j is unknown', argument => {
    expect(says({ 'Fn::Join': argument })).toEqual(UNKNOWN);
  });
});

describe('Fn::Split', () => {
  test('splits a text', () => { expect(says({ 'Fn::Split': [',', 'a,b,,c'] } )).toEqual(['a', 'b', '', 'c']); });
  test('splits a text with unknown parts between them', () => {
    expect(says({ 'Fn::Split': ['|', { 'Fn::Join': ['|', ['a', { Ref: 'Vpc' }, { Ref: 'Plain' }]] }] })).toEqual(['a', '→ Vpc.Ref', "? the parameter 'Plain'"]);
  });
  test('leaves the parts that a delimiter does not part in one piece', () => {
    expect(says({ 'Fn::Split': ['|', { 'Fn::Join': ['', ['a', { Ref: 'Vpc' }, 'b|c']] }] })).toEqual([['a', '→ Vpc.Ref', 'b'], 'c']);
  });
  test.each([[['', 'a']], [[1, 'a']], [[',', { Ref: 'Plain' }]], [[',', ['a']]], ['a,b'], [null]])('of %j is unknown', argument => {
    expect(says({ 'Fn::Split': argument })).toEqual(UNKNOWN);
  });
  test('of what is not known keeps its name', () => { expect(says({ 'Fn::Split': [',', { Ref: 'Plain' }] })).toBe("? the parameter 'Plain'"); });
});

describe('Fn::Select', () => {
  test('takes a member, also by a number that is text', () => { expect([says({ 'Fn::Select': [1, ['a', 'b']] }), says({ 'Fn::Select': ['0', { Ref: 'Ids' }] })]).toEqual(['b', 'subnet-1']); });
  test('of a split text takes its part', () => { expect(says({ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] })).toBe('b'); });
  test.each([[[2, ['a']]], [[-1, ['a']]], [[{ Ref: 'Plain' }, ['a']]], [['x', ['a']]], [[0, 'a']], [[0]], ['a'], [null]])('of %j is unknown', argument => {
    expect(says({ 'Fn::Select': argument })).toEqual(UNKNOWN);
  });
  test('of an unknown list tells its members apart, and one from itself not', () => {
    const [first, again, second] = [0, 0, 1].map(index => keyOf(valueOf({ 'Fn::Select': [index, { 'Fn::Split': [',', { Ref: 'Plain' }] }] })));
    expect([first === again, first === second]).toEqual([true, false]);
  });
});

describe('Fn::GetAZs', () => {
  const zone = (index: number, region: unknown = '') => valueOf({ 'Fn::Select': [index, { 'Fn::GetAZs': region }] }, { account: '1', region: 'ap-northeast-1' });
  test('of one Region are different zones, each the same as itself', () => {
    expect(zone(0)).toMatchObject({ member: { index: 0 } });
    expect([keyOf(zone(0)) === keyOf(zone(0)), keyOf(zone(0)) === keyOf(zone(1))]).toEqual([true, false]);
  });
  test('are those of the stack’s Region unless another is named', () => {
    expect(keyOf(zone(0, { Ref: 'AWS::Region' }))).toBe(keyOf(zone(0)));
    expect(keyOf(zone(0, 'ap-northeast-1'))).toBe(keyOf(zone(0)));
    expect(keyOf(zone(0, 'eu-west-1'))).not.toBe(keyOf(zone(0)));
  });
  test('are named by the Region in messages', () => { expect(shown(zone(1))).toBe('? zone 1 of 1/ap-northeast-1'); });
});

describe('Fn::Sub', () => {
  test('puts in parameters, resources, attributes and variables', () => {
    expect(says({ 'Fn::Sub': ['${Defaulted}-${mine}-${Vpc}-${Vpc.CidrBlock}', { mine: { Ref: 'Port' } }] })).toEqual(['of itself-8080-', '→ Vpc.Ref', '-10.1.0.0/16']);
  });
  test('leaves what is escaped', () => { expect(says({ 'Fn::Sub': 'a ${!Literal} ${Port}' })).toBe('a ${Literal} 8080'); });
  test('prefers its variables', () => { expect(says({ 'Fn::Sub': ['${Port}', { Port: 'own' }] })).toBe('own'); });
  test('of one name is that', () => { expect(says({ 'Fn::Sub': '${Vpc}' })).toBe('→ Vpc.Ref'); });
  test('of what is not there says so', () => { expect(valueOf({ 'Fn::Sub': 'x${Gone}' })).toMatchObject({ parts: ['x', { missing: 'Gone' }] }); });
  test.each([[['a', 'b']], [{}], [7], [[]], [null]])('of %j does not crash', argument => { expect(() => says({ 'Fn::Sub': argument })).not.toThrow(); });
  test('of an unfinished ${ is text', () => { expect(says({ 'Fn::Sub': 'a ${Port' })).toBe('a ${Port'); });
});

describe('Fn::If', () => {
  test('takes the branch that its condition says', () => { expect([says({ 'Fn::If': ['Yes', 1, 2] }), says({ 'Fn::If': ['No', 1, 2] })]).toEqual([1, 2]); });
  test('of nobody knows which is unknown', () => { expect(says({ 'Fn::If': ['Perhaps', 1, 2] })).toBe("? the condition 'Perhaps'"); });
  test('of the same in both branches is that', () => { expect(says({ 'Fn::If': ['Perhaps', { Ref: 'Vpc' }, { Ref: 'Vpc' }] })).toBe('→ Vpc.Ref'); });
  test('of the same question twice is the same answer', () => {
    const [one, two, other] = [[1, 2], [1, 2], [1, 3]].map(branches => keyOf(valueOf({ 'Fn::If': ['Perhaps', ...branches] })));
    expect([one === two, one === other]).toEqual([true, false]);
  });
  test('may leave something out', () => { expect(says([{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }])).toEqual([]); });
  test.each([[['Gone', 1, 2]], [[{ Ref: 'Yes' }, 1, 2]]])('of %j is unknown', argument => { expect(says({ 'Fn::If': argument })).toEqual(UNKNOWN); });
  test.each([[[]], ['Yes'], [{}], [null]])('of %j does not crash', argument => { expect(() => says({ 'Fn::If': argument })).not.toThrow(); });
});

describe('Fn::FindInMap', () => {
  test('finds texts, numbers and lists', () => {
    expect([says({ 'Fn::FindInMap': ['Zones', 'tokyo', 'Names'] }), says({ 'Fn::FindInMap': ['Zones', { 'Fn::Join': ['', ['to', 'kyo']] }, 'Count'] })]).toEqual([['a', 'c'], 2]);
  });
  test('works out what it finds', () => { expect(says({ 'Fn::FindInMap': ['Zones', 'paris', 'Names'] })).toBe('of itself'); });
  test('takes the default where nothing is found', () => { expect(says({ 'Fn::FindInMap': ['Zones', 'london', 'Names', { DefaultValue: ['b'] }] })).toEqual(['b']); });
  test.each([[['Zones', 'london', 'Names']], [['Zones', { Ref: 'Plain' }, 'Names']], [['Zones', 'tokyo']], [['constructor', 'prototype', 'x']], [{}], [null]])('of %j is unknown', argument => {
    expect(says({ 'Fn::FindInMap': argument })).toEqual(UNKNOWN);
  });
});

describe('Fn::Cidr', () => {
  test('divides a block', () => { expect(says({ 'Fn::Cidr': ['10.1.0.0/16', 3, 8] })).toEqual(['10.1.0.0/24', '10.1.1.0/24', '10.1.2.0/24']); });
  test('divides the block of a VPC, with numbers that are texts', () => {
    expect(says({ 'Fn::Select': ['1', { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, '2', '4'] }] })).toBe('10.1.0.16/28');
  });
  test.each([[['10.1.0.0/16', 300, 8]], [['10.1.0.0/24', 2, 8]], [['10.1.0.0/24', 1, 9]], [['x', 1, 8]], [['2001:db8::/56', 2, 64]], [['10.1.0.0/16', 0, 8]], [[{ Ref: 'Plain' }, 1, 8]], ['x'], [null]])('of %j is unknown', argument => {
    expect(says({ 'Fn::Cidr': argument })).toEqual(UNKNOWN);
  });
});

describe('other functions', () => {
  test('Fn::Length counts a list', () => { expect([says({ 'Fn::Length': ['a', 'b'] }), says({ 'Fn::Length': { Ref: 'Plain' } })]).toEqual([2, UNKNOWN]); });
  test('Fn::Base64 is what is in it', () => { expect(says({ 'Fn::Base64': 'text' })).toBe('text'); });
  test.each(['Fn::Transform', 'Fn::ToJsonString', 'Fn::Nonsense', 'Fn::constructor'])('%s is unknown, the same for the same argument', name => {
    const [one, two, other] = ['a', 'a', 'b'].map(argument => valueOf({ [name]: argument }));
    expect(shown(one)).toBe(`? '${name}'`);
    expect([keyOf(one) === keyOf(two), keyOf(one) === keyOf(other)]).toEqual([true, false]);
  });
});

describe('what is too much', () => {
  test('a deep expression is unknown', () => {
    let deep: unknown = 'a';
    for (let i = 0; i < 10_000; i++) { deep = { 'Fn::Join': ['', [deep]] }; }
    expect(says(deep)).toEqual(UNKNOWN);
  });

  test('texts that double themselves end', () => {
    const parameters = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`P${i + 1}`, { Type: 'String', Default: { 'Fn::Sub': `\${P${i}}\${P${i}}` } }]));
    const value = valueOf({ Ref: 'P40' }, { template: { Parameters: { P0: { Type: 'String', Default: 'ten letters' }, ...parameters } } });
    expect((stringOf(value) ?? '').length).toBeLessThan(2_000_000);
  });

  test('parameters that refer to each other end', () => {
    const template = { Parameters: { A: { Type: 'String', Default: { Ref: 'B' } }, B: { Type: 'String', Default: { Ref: 'A' } } } };
    expect(says({ Ref: 'A' }, { template })).toEqual(UNKNOWN);
  });
});
