import { TemplateSource } from '../../../src/reachability/contract';
import { Stacks } from '../../../src/reachability/template/stacks';
import { keyOf, Reference, Text, Unknown, Value } from '../../../src/reachability/template/values';

const VPC = { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.1.0.0/16' } };
const UNKNOWN = expect.stringMatching(/^\? /);

function stacksOf(...sources: TemplateSource[]): Stacks { return new Stacks(sources); }

function source(stack: string, body: object, more: Partial<TemplateSource> = {}): TemplateSource {
  return { stack, stackName: stack.toLowerCase(), body, ...more };
}

/** The property `Value` of the resource `User`, readable. */
function userOf(stacks: Stacks, stack = 'User'): unknown {
  return shown(stacks.find(stack)!.resources.get('User')!.get('Value'));
}

function shown(value: Value): unknown {
  if (value instanceof Unknown) { return `? ${value.what}`; }
  if (value instanceof Reference) { return `→ ${value.key}`; }
  if (value instanceof Text) { return value.parts.map(shown); }
  return Array.isArray(value) ? value.map(shown) : value;
}

const using = (value: unknown, more: Partial<TemplateSource> = {}) => source('User', { Resources: { User: { Type: 'X', Properties: { Value: value } } } }, more);

describe('a condition', () => {
  function holds(condition: unknown, others = {}): boolean | string {
    const [stack] = stacksOf(source('Net', {
      Parameters: { Stage: { Type: 'String' }, Region: { Type: 'String', Default: 'tokyo' } },
      Conditions: { Asked: condition, Yes: { 'Fn::Equals': [1, '1'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] }, Perhaps: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, ...others },
    })).all;
    const value = stack.condition('Asked');
    return value instanceof Unknown ? 'unknown' : value;
  }
  const [yes, no, perhaps] = ['Yes', 'No', 'Perhaps'].map(Condition => ({ Condition }));

  test.each([
    [{ 'Fn::Equals': ['a', 'a'] }, true], [{ 'Fn::Equals': ['a', 'b'] }, false], [{ 'Fn::Equals': [{ Ref: 'Region' }, 'tokyo'] }, true],
    [{ 'Fn::Equals': [{ Ref: 'Stage' }, 'a'] }, 'unknown'], [{ 'Fn::Equals': [{ Ref: 'Stage' }, { Ref: 'Stage' }] }, true],
    [yes, true], [no, false], [perhaps, 'unknown'],
    [{ 'Fn::Not': [yes] }, false], [{ 'Fn::Not': [perhaps] }, 'unknown'],
    [{ 'Fn::And': [yes, yes] }, true], [{ 'Fn::And': [yes, perhaps] }, 'unknown'], [{ 'Fn::And': [perhaps, no] }, false],
    [{ 'Fn::Or': [no, no] }, false], [{ 'Fn::Or': [no, perhaps] }, 'unknown'], [{ 'Fn::Or': [perhaps, yes] }, true],
    [{ 'Fn::And': [{ 'Fn::Or': [no, yes] }, { 'Fn::Not': [no] }] }, true],
  ])('%j is %s', (condition, expected) => { expect(holds(condition)).toBe(expected); });

  test.each([[{}], [null], ['Yes'], [{ 'Fn::Equals': 'a' }], [{ 'Fn::Equals': [] }], [{ 'Fn::Not': [] }], [{ 'Fn::Nonsense': [] }], [{ Condition: 'Gone' }], [{ Condition: 'Asked' }], [[]]])(
    '%j does not crash, and a circle is not known', condition => {
      expect(['unknown', true, false]).toContain(holds(condition));
    });

  test('of a resource decides whether it exists, perhaps', () => {
    const stacks = stacksOf(source('Net', {
      Conditions: { Yes: { 'Fn::Equals': [1, 1] }, No: { 'Fn::Equals': [1, 2] }, Perhaps: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'tokyo'] } },
      Resources: { Always: VPC, With: { ...VPC, Condition: 'Yes' }, Without: { ...VPC, Condition: 'No' }, Maybe: { ...VPC, Condition: 'Perhaps' }, Undefined: { ...VPC, Condition: 'Gone' } },
    }));
    expect(stacks.ofType('AWS::EC2::VPC').map(({ logicalId, exists }) => [logicalId, exists instanceof Unknown ? 'perhaps' : exists]))
      .toEqual([['Always', true], ['With', true], ['Maybe', 'perhaps'], ['Undefined', 'perhaps']]);
  });
});

describe('an import', () => {
  const exporting = (stack: string, name: unknown, more: Partial<TemplateSource> = {}) =>
    source(stack, { Resources: { Vpc: VPC }, Outputs: { Id: { Value: { Ref: 'Vpc' }, Export: { Name: name } } } }, more);
  const importing = (name: unknown, more: Partial<TemplateSource> = {}) => using({ 'Fn::ImportValue': name }, more);

  test('is what the other stack exports', () => { expect(userOf(stacksOf(exporting('Net', 'Net:Vpc'), importing('Net:Vpc')))).toBe('→ Net/Vpc.Ref'); });

  test('finds names that both put together', () => {
    const name = { 'Fn::Sub': '${AWS::Region}-vpc' };
    expect(userOf(stacksOf(exporting('Net', name, { region: 'tokyo' }), importing({ 'Fn::Join': ['-', ['tokyo', 'vpc']] }, { region: 'tokyo' })))).toBe('→ Net/Vpc.Ref');
  });

  test('of another account or Region is another', () => {
    expect(userOf(stacksOf(exporting('Net', 'v', { region: 'tokyo' }), importing('v', { region: 'osaka' })))).toBe("? the export 'v'");
    expect(userOf(stacksOf(exporting('Net', 'v', { account: '1' }), importing('v', { account: '2' })))).toBe("? the export 'v'");
    const both = stacksOf(exporting('Tokyo', 'v', { region: 'tokyo' }), exporting('Osaka', 'v', { region: 'osaka' }), importing('v', { region: 'osaka' }));
    expect(userOf(both)).toBe('→ Osaka/Vpc.Ref');
  });

  test('of what several may export is unknown', () => { expect(userOf(stacksOf(exporting('A', 'v'), exporting('B', 'v'), importing('v')))).toBe("? the export 'v'"); });
  test('of what nobody here exports is unknown, and not missing', () => { expect(stacksOf(importing('v')).find('User')!.resources.get('User')!.get('Value')).toMatchObject({ what: "the export 'v'", missing: undefined }); });
  test.each([[{ Ref: 'Gone' }], [['v']], [null], [7]])('by the name %j is unknown', name => { expect(userOf(stacksOf(exporting('Net', 'v'), importing(name)))).toEqual(UNKNOWN); });

  test('in a circle ends', () => {
    const of = (stack: string, other: string) => source(stack, { Outputs: { O: { Value: { 'Fn::ImportValue': other }, Export: { Name: stack } } }, Resources: { User: { Type: 'X', Properties: { Value: { 'Fn::ImportValue': other } } } } });
    expect(userOf(stacksOf(of('A', 'B'), of('B', 'A')), 'A')).toEqual(UNKNOWN);
  });
});

describe('Fn::GetStackOutput', () => {
  const net = (more: Partial<TemplateSource> = {}) => source('Net', { Resources: { Vpc: VPC }, Outputs: { Id: { Value: { Ref: 'Vpc' } } } }, more);
  const output = (argument: unknown, more: Partial<TemplateSource> = {}, other: Partial<TemplateSource> = {}) => userOf(stacksOf(net(other), using({ 'Fn::GetStackOutput': argument }, more)));

  test('finds an output by the name of the stack', () => { expect(output({ StackName: 'net', OutputName: 'Id' })).toBe('→ Net/Vpc.Ref'); });
  test('finds it by the ARN of the stack', () => {
    const environment = { account: '111111111111', region: 'tokyo' };
    expect(output({ StackName: 'arn:aws:cloudformation:tokyo:111111111111:stack/net/0', OutputName: 'Id' }, {}, environment)).toBe('→ Net/Vpc.Ref');
    expect(output({ StackName: 'arn:aws:cloudformation:osaka:111111111111:stack/net/0', OutputName: 'Id' }, {}, environment)).toEqual(UNKNOWN);
    expect(output({ StackName: 'arn:aws:cloudformation:tokyo:222222222222:stack/net/0', OutputName: 'Id' }, {}, environment)).toEqual(UNKNOWN);
  });
  test('looks in the Region that it names', () => {
    expect(output({ StackName: 'net', OutputName: 'Id', Region: 'tokyo' }, { region: 'osaka' }, { region: 'tokyo' })).toBe('→ Net/Vpc.Ref');
    expect(output({ StackName: 'net', OutputName: 'Id' }, { region: 'osaka' }, { region: 'tokyo' })).toEqual(UNKNOWN);
  });
  test.each([[{ StackName: 'net', OutputName: 'Gone' }], [{ StackName: 'gone', OutputName: 'Id' }], [{}], ['net.Id'], [{ StackName: { Ref: 'Gone' }, OutputName: 'Id' }], [null]])('of %j is unknown', argument => {
    expect(output(argument)).toEqual(UNKNOWN);
  });
});

describe('what goes to another Region', () => {
  const writer = source('Net', {
    Resources: { Vpc: VPC, Writer: { Type: 'Custom::CrossRegionExportWriter', Properties: { WriterProps: { region: 'osaka', exports: { '/cdk/exports/User/Vpc': { Ref: 'Vpc' } } } } } },
  });
  const withReader = (name: string) => source('User', {
    Resources: { User: { Type: 'X', Properties: { Value: { 'Fn::GetAtt': ['Reader', name] } } }, Reader: { Type: 'Custom::CrossRegionExportReader', Properties: {} } },
  });

  test('arrives where it is read', () => { expect(userOf(stacksOf(writer, withReader('/cdk/exports/User/Vpc')))).toBe('→ Net/Vpc.Ref'); });
  test('is unknown where nobody wrote it', () => { expect(userOf(stacksOf(writer, withReader('/cdk/exports/User/Other')))).toBe("? the value exported as '/cdk/exports/User/Other'"); });
});

describe('a nested stack', () => {
  const parent = (parameters: object, outputs: unknown = { 'Fn::GetAtt': ['Inner', 'Outputs.Id'] }) => source('Outer', {
    Resources: { Vpc: VPC, Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: parameters } }, User: { Type: 'X', Properties: { Value: outputs } } },
  });
  const child = (body: object) => source('Inner', body, { nestedIn: { stack: 'Outer', logicalId: 'Inner' }, stackName: undefined });
  const inner = (type: string, more = {}) => child({ Parameters: { Given: { Type: type, ...more } }, Resources: { User: { Type: 'X', Properties: { Value: { Ref: 'Given' } } } } });

  test('has the parameters that it is given', () => { expect(userOf(stacksOf(parent({ Given: { Ref: 'Vpc' } }), inner('String')), 'Inner')).toBe('→ Outer/Vpc.Ref'); });
  test('has them whatever their default', () => { expect(userOf(stacksOf(parent({ Given: 'given' }), inner('String', { Default: 'own' })), 'Inner')).toBe('given'); });
  test('has the default of those that it is not given', () => { expect(userOf(stacksOf(parent({}), inner('String', { Default: 'own' })), 'Inner')).toBe('own'); });
  test('has unknown ones that nobody gives', () => { expect(userOf(stacksOf(parent({}), inner('String')), 'Inner')).toBe("? the parameter 'Given'"); });
  test('has what is unknown to its parent', () => { expect(userOf(stacksOf(parent({ Given: { 'Fn::ImportValue': 'v' } }), inner('String')), 'Inner')).toBe("? the export 'v'"); });

  test('is given a list as a text', () => {
    expect(userOf(stacksOf(parent({ Given: 'a,b' }), inner('CommaDelimitedList')), 'Inner')).toEqual(['a', 'b']);
    expect(userOf(stacksOf(parent({ Given: { 'Fn::Join': [',', [{ Ref: 'Vpc' }, 'b']] } }), inner('List<AWS::EC2::VPC::Id>')), 'Inner')).toEqual(['→ Outer/Vpc.Ref', 'b']);
  });

  test('has outputs, which its parent reads', () => {
    expect(userOf(stacksOf(parent({}), child({ Resources: { Own: VPC }, Outputs: { Id: { Value: { Ref: 'Own' } } } })), 'Outer')).toBe('→ Inner/Own.Ref');
  });
  test('hands a parameter back', () => {
    expect(userOf(stacksOf(parent({ Given: { Ref: 'Vpc' } }), child({ Parameters: { Given: { Type: 'String' } }, Outputs: { Id: { Value: { Ref: 'Given' } } } })), 'Outer')).toBe('→ Outer/Vpc.Ref');
  });
  test('without such an output leaves it unknown', () => { expect(userOf(stacksOf(parent({}), child({ Outputs: {} })), 'Outer')).toEqual(UNKNOWN); });
  test('without a template leaves its outputs unknown', () => { expect(userOf(stacksOf(parent({})), 'Outer')).toBe("? 'Outputs.Id' of the nested stack Inner"); });

  test('that is given its own output ends', () => {
    const circle = parent({ Given: { 'Fn::GetAtt': ['Inner', 'Outputs.Id'] } });
    expect(userOf(stacksOf(circle, child({ Parameters: { Given: { Type: 'String' } }, Outputs: { Id: { Value: { Ref: 'Given' } } } })), 'Outer')).toEqual(UNKNOWN);
  });

  test('in a nested stack passes things through both', () => {
    const middle = source('Middle', {
      Parameters: { Down: { Type: 'String' } },
      Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Given: { Ref: 'Down' } } } } },
      Outputs: { Id: { Value: { 'Fn::GetAtt': 'Inner.Outputs.Id' } } },
    }, { nestedIn: { stack: 'Outer', logicalId: 'Inner' } });
    const deep = source('Deep', { Parameters: { Given: { Type: 'String' } }, Outputs: { Id: { Value: { Ref: 'Given' } } } }, { nestedIn: { stack: 'Middle', logicalId: 'Inner' } });
    expect(userOf(stacksOf(parent({ Down: { Ref: 'Vpc' } }), middle, deep), 'Outer')).toBe('→ Outer/Vpc.Ref');
  });
});

describe('a resource', () => {
  const resource = (raw: unknown, constructPaths?: { [id: string]: string }) => stacksOf(source('Net', { Resources: { One: raw } }, { constructPaths })).find('Net')!.resources.get('One')!;

  test('is called by its construct path, or else by its logical id', () => {
    expect(resource({ Metadata: { 'aws:cdk:path': 'Net/Vpc/Resource' } }).label).toBe('Net/Vpc');
    expect(resource({}, { One: 'Net/Vpc/Default' }).label).toBe('Net/Vpc');
    expect(resource({}).label).toBe('One');
    expect(resource({ Metadata: { 'aws:cdk:path': 7 } }).label).toBe('One');
  });

  test.each([[null], [7], ['text'], [[]], [{}], [{ Type: 7, Properties: 'none', Condition: 7, DependsOn: 7 }]])('that is %j has no type, and no property', raw => {
    const one = resource(raw);
    expect([one.type, one.names(), one.get('Any'), one.at('Any', 'Deep'), one.has('Any'), one.exists]).toEqual(['', [], undefined, undefined, false, true]);
  });

  test('that refers to itself ends', () => {
    const one = resource({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { 'Fn::GetAtt': ['One', 'CidrBlock'] } } });
    expect(shown(one.get('CidrBlock'))).toEqual(UNKNOWN);
  });
});

describe('what a macro rewrites', () => {
  const rewritten = (body: object) => stacksOf(source('Net', body)).find('Net')!.rewritten?.what;

  test.each([['Mine'], [['AWS::Serverless-2016-10-31', 'Mine']], [{ Name: 'AWS::Include', Parameters: {} }]])('%j may add anything', Transform => {
    expect(rewritten({ Transform })).toMatch(/^what the macro '.*' adds to the template of 'Net'$/);
  });
  test.each([['AWS::Serverless-2016-10-31'], ['AWS::LanguageExtensions'], [[]]])('%j adds nothing of ours', Transform => { expect(rewritten({ Transform })).toBeUndefined(); });
  test('a loop may add anything', () => { expect(rewritten({ Resources: { 'Fn::ForEach::Subnets': [] } })).toBe("what Fn::ForEach::Subnets adds to the template of 'Net'"); });
});

describe('a template that is none', () => {
  test.each([[null], [undefined], [7], ['text'], [[]], [{}], [{ Resources: [] }], [{ Resources: 7, Outputs: 7, Parameters: [], Conditions: null, Mappings: 'x' }]])('%j has nothing in it', body => {
    const [stack] = stacksOf({ stack: 'Net', body }).all;
    expect([stack.resources.size, stack.exports(), shown(stack.output('O')), shown(stack.evaluate({ Ref: 'A' })), stack.condition('C') instanceof Unknown])
      .toEqual([0, [], UNKNOWN, UNKNOWN, true]);
  });
});

describe('the key of a value', () => {
  test('is the same for the same value, however it is written', () => {
    expect(keyOf({ a: 1, b: ['x'] })).toBe(keyOf({ b: ['x'], a: 1 }));
    expect(keyOf(80)).toBe(keyOf('80'));
  });
  test('tells lists apart', () => { expect(keyOf(['a,b'])).not.toBe(keyOf(['a', 'b'])); });
});
