import { jsonOf } from './json';
import { Resource, Stack, members } from './stacks';
import { booleanOf, isMap, keyOf, numberOf, Reference, stringOf, Text, Unknown, unknownIn, Value, ValueMap, weightOf } from './values';
import { cidrBlocks } from '../model/address';

/** Deeper expressions than anybody writes. */
const MAX_DEPTH = 100;
/** More parts than a text needs; expressions that refer to expressions can multiply. */
const MAX_PARTS = 5_000;

/** More than any template has; mappings that refer to each other can multiply without end. */
const MAX_STEPS = 3_000_000;

/** Members of a value that is referred to. */
const MAX_WEIGHT = 5_000;

type Operation = (argument: unknown, depth: number) => Value;

/** Works out the expressions of one template. */
export class Evaluator {
  private readonly known = new Map<string, Value>();
  private readonly inProgress = new Set<string>();
  private steps = 0;
  private readonly operations: { readonly [name: string]: Operation } = {
    'Ref': name => this.ref(name),
    'Fn::GetAtt': (argument, depth) => this.getAtt(argument, depth),
    'Fn::ImportValue': (argument, depth) => this.ofText(argument, depth, name => this.stack.stacks.import(name, this.stack), 'Fn::ImportValue'),
    'Fn::GetStackOutput': (argument, depth) => this.getStackOutput(argument, depth),
    'Fn::Join': (argument, depth) => this.join(argument, depth),
    'Fn::Split': (argument, depth) => this.split(argument, depth),
    'Fn::Select': (argument, depth) => this.select(argument, depth),
    'Fn::Sub': (argument, depth) => this.sub(argument, depth),
    'Fn::If': (argument, depth) => this.if(argument, depth),
    'Fn::FindInMap': (argument, depth) => this.findInMap(argument, depth),
    'Fn::Cidr': (argument, depth) => this.cidr(argument, depth),
    'Fn::GetAZs': (argument, depth) => this.zones(argument, depth),
    'Fn::Length': (argument, depth) => {
      const list = this.evaluate(argument, depth);
      return Array.isArray(list) ? list.length : this.unresolved('Fn::Length', list);
    },
    'Fn::Base64': (argument, depth) => this.evaluate(argument, depth),
  };

  constructor(private readonly stack: Stack) {}

  public evaluate(expression: unknown, depth = 0): Value {
    if (depth > MAX_DEPTH || ++this.steps > MAX_STEPS) { return new Unknown('an expression that is too deep or too large'); }
    if (typeof expression === 'string') { return expression.includes('{{resolve:') ? this.dynamic(expression) : expression; }
    if (typeof expression === 'number' || typeof expression === 'boolean') { return expression; }
    if (Array.isArray(expression)) { return expression.map(item => this.evaluate(item, depth + 1)).filter(item => item !== undefined); }
    if (typeof expression !== 'object' || expression === null) { return undefined; }
    const names = Object.keys(expression);
    if (names.length === 1 && (names[0] === 'Ref' || names[0].startsWith('Fn::'))) {
      const operation = Object.prototype.hasOwnProperty.call(this.operations, names[0]) ? this.operations[names[0]] : undefined;
      const argument = (expression as ValueMap)[names[0]];
      return operation ? operation(argument, depth + 1) : new Unknown(`'${names[0]}'`, { key: `${this.stack.name}:${jsonOf(expression)}` });
    }
    const entries = names.map((name): [string, Value] => [name, this.evaluate((expression as ValueMap)[name], depth + 1)]);
    return Object.fromEntries(entries.filter(([name, value]) => value !== undefined && name !== '__proto__'));
  }

  /** Works something out once, and answers a circle with what it is. */
  public once(name: string, work: () => Value): Value {
    if (this.known.has(name)) { return this.known.get(name); }
    if (this.inProgress.has(name)) { return new Unknown(`${name} of '${this.stack.name}', which refers to itself`, { missing: name }); }
    this.inProgress.add(name);
    try {
      const value = limited(work());
      this.known.set(name, value);
      return value;
    } finally {
      this.inProgress.delete(name);
    }
  }

  public condition(name: string): boolean | Unknown {
    const value = this.once(`condition ${name}`, () => {
      const conditions = this.stack.section('Conditions');
      if (!Object.prototype.hasOwnProperty.call(conditions, name)) {
        return new Unknown(`the condition '${name}', which is not in the template of '${this.stack.name}'`, { missing: this.stack.transformed ? undefined : name });
      }
      return this.test(conditions[name], 0) ?? new Unknown(`the condition '${name}'`, { key: `${this.stack.name}:condition ${name}` });
    });
    return value === true || value === false || value instanceof Unknown ? value : new Unknown(`the condition '${name}'`);
  }

  /** Whether a condition holds; undefined where that is not known. */
  private test(expression: unknown, depth: number): boolean | undefined {
    if (depth > MAX_DEPTH) { return undefined; }
    const [[name, argument] = []] = Object.entries(members(expression));
    const all = () => (Array.isArray(argument) ? argument : []).map(item => this.test(item, depth + 1));
    if (name === 'Condition') { return booleanOf(this.condition(String(argument))); }
    if (name === 'Fn::Not') { const [inner] = all(); return inner === undefined ? undefined : !inner; }
    if (name === 'Fn::And') { const each = all(); return each.includes(false) ? false : each.includes(undefined) ? undefined : true; }
    if (name === 'Fn::Or') { const each = all(); return each.includes(true) ? true : each.includes(undefined) ? undefined : false; }
    if (name !== 'Fn::Equals' || !Array.isArray(argument)) { return undefined; }
    const [left, right] = argument.map(item => this.evaluate(item, depth + 1));
    if (keyOf(left) === keyOf(right)) { return true; }
    return unknownIn([left, right]) ? undefined : false;
  }

  /** A value that CloudFormation reads when it deploys: from a parameter of the templates, or from elsewhere. */
  private dynamic(expression: string): Value {
    const name = /^\{\{resolve:ssm:([^:}]+)(:\d+)?\}\}$/.exec(expression)?.[1];
    const found = name === undefined ? undefined : this.stack.stacks.parameter(name, this.stack);
    return found ?? new Unknown(`the dynamic reference '${expression}'`, { key: `${this.stack.environment}:${expression}` });
  }

  private ref(name: unknown): Value {
    if (typeof name !== 'string') { return new Unknown("a 'Ref' to what is no name"); }
    const { account, region } = this.stack.source;
    switch (name) {
      case 'AWS::NoValue': return undefined;
      case 'AWS::Region': return region ?? new Unknown(`the Region of '${this.stack.name}'`);
      case 'AWS::AccountId': return account ?? new Unknown(`the account of '${this.stack.name}'`);
      case 'AWS::Partition': return region === undefined ? new Unknown('the partition') : region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
      case 'AWS::URLSuffix': return region === undefined ? new Unknown('the URL suffix') : region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
      case 'AWS::StackName': return this.stack.source.stackName ?? new Unknown(`the name of the stack '${this.stack.name}'`);
    }
    if (name.startsWith('AWS::')) { return new Unknown(`'${name}' of '${this.stack.name}'`); }
    const resource = this.stack.resources.get(name);
    if (resource) { return this.reference(resource, 'Ref'); }
    if (Object.prototype.hasOwnProperty.call(this.stack.section('Parameters'), name)) { return this.once(`parameter ${name}`, () => this.parameter(name)); }
    return this.missing(name);
  }

  private missing(name: string): Unknown {
    return new Unknown(`'${name}', which is not in the template of '${this.stack.name}'`, { missing: this.stack.transformed ? undefined : name });
  }

  private reference(resource: Resource, attribute: string): Value {
    const { exists } = resource;
    if (exists === false) { return new Unknown(`${resource.label}, which its condition leaves out`); }
    return new Reference(resource, attribute);
  }

  private parameter(name: string): Value {
    const unknown = new Unknown(`the parameter '${name}'`, { key: `${this.stack.name}:parameter ${name}` });
    const { nestedIn } = this.stack.source;
    const parent = nestedIn && this.stack.stacks.find(nestedIn.stack)?.resources.get(nestedIn.logicalId);
    const given = parent?.at('Parameters', name);
    const { Default: value, Type: type } = members(this.stack.section('Parameters')[name]);
    const isList = typeof type === 'string' && (type.startsWith('List<') || type === 'CommaDelimitedList');
    if (given !== undefined) { return isList && (typeof given === 'string' || given instanceof Text) ? parted(given, ',') : given; }
    if (typeof value === 'string' && typeof type === 'string' && type.startsWith('AWS::SSM::Parameter::Value<')) { return this.stack.stacks.parameter(value, this.stack) ?? unknown; }
    if (value === undefined || (typeof type === 'string' && type.startsWith('AWS::SSM::'))) { return unknown; }
    return isList && typeof value === 'string'
      ? value.split(',').map(item => item.trim())
      : this.evaluate(value);
  }

  private getAtt(argument: unknown, depth: number): Value {
    const [name, ...rest] = typeof argument === 'string' ? argument.split('.') : Array.isArray(argument) ? argument : [];
    const attribute = rest.map(part => this.evaluate(part, depth)).map(part => stringOf(part) ?? '?').join('.');
    if (typeof name !== 'string' || attribute === '') { return new Unknown("a 'Fn::GetAtt' without resource or attribute"); }
    const resource = this.stack.resources.get(name);
    if (!resource) { return this.missing(name); }
    if (resource.type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) {
      const nested = this.stack.stacks.nested(resource);
      return nested ? nested.output(attribute.slice('Outputs.'.length)) : new Unknown(`'${attribute}' of the nested stack ${resource.label}`);
    }
    if (resource.type === 'Custom::CrossRegionExportReader') {
      return this.once(`attribute ${name}.${attribute}`, () => this.stack.stacks.exportedAcrossRegions(attribute));
    }
    const property = ATTRIBUTES.get(resource.type)?.includes(attribute) ? limited(resource.get(attribute)) : undefined;
    return property ?? this.reference(resource, attribute);
  }

  private getStackOutput(argument: unknown, depth: number): Value {
    const given = this.evaluate(argument, depth);
    return isMap(given) ? this.stack.stacks.stackOutput(given, this.stack) : this.unresolved('Fn::GetStackOutput', given);
  }

  private join(argument: unknown, depth: number): Value {
    const [delimiter, list] = Array.isArray(argument) ? argument.map(item => this.evaluate(item, depth)) : [];
    if (typeof delimiter !== 'string' || !Array.isArray(list)) { return this.unresolved('Fn::Join', [delimiter, list]); }
    return text(list.flatMap((item, index) => index === 0 ? [item] : [delimiter, item]));
  }

  private split(argument: unknown, depth: number): Value {
    const [delimiter, value] = Array.isArray(argument) ? argument.map(item => this.evaluate(item, depth)) : [];
    if (typeof delimiter !== 'string' || delimiter === '') { return this.unresolved('Fn::Split', [delimiter, value]); }
    return typeof value === 'string' || value instanceof Text ? parted(value, delimiter) : this.unresolved(`Fn::Split ${delimiter}`, value);
  }

  private select(argument: unknown, depth: number): Value {
    const [which, list] = Array.isArray(argument) ? argument.map(item => this.evaluate(item, depth)) : [];
    const index = numberOf(which);
    if (index === undefined) { return this.unresolved('Fn::Select', [which, list]); }
    if (Array.isArray(list)) {
      return index < list.length && index >= 0 ? list[index] : new Unknown(`number ${index} of a list of ${list.length}`);
    }
    const whole = this.unresolved('Fn::Select', list);
    return new Unknown(list instanceof Unknown && list.key.startsWith('zones of ') ? `zone ${index} of ${list.key.slice('zones of '.length)}` : whole.what,
      { key: `${whole.key}#${index}`, member: { list: whole.key, index } });
  }

  private sub(argument: unknown, depth: number): Value {
    const [template, variables] = Array.isArray(argument) ? argument : [argument];
    if (typeof template !== 'string') { return this.unresolved('Fn::Sub', undefined); }
    const given = members(variables);
    const parts = template.split(/(\$\{[^}]*\})/).map((part): Value => {
      const name = /^\$\{([^}]*)\}$/.exec(part)?.[1];
      if (name === undefined) { return part; }
      if (name.startsWith('!')) { return `\${${name.slice(1)}}`; }
      if (Object.prototype.hasOwnProperty.call(given, name)) { return this.evaluate(given[name], depth); }
      return name.includes('.') ? this.getAtt(name, depth) : this.ref(name);
    });
    return text(parts);
  }

  private if(argument: unknown, depth: number): Value {
    const [name, yes, no] = Array.isArray(argument) ? argument : [];
    const condition = typeof name === 'string' ? this.condition(name) : new Unknown("a 'Fn::If' without the name of a condition");
    if (!(condition instanceof Unknown)) { return this.evaluate(condition ? yes : no, depth); }
    const [left, right] = [this.evaluate(yes, depth), this.evaluate(no, depth)];
    return keyOf(left) === keyOf(right) ? left : new Unknown(condition.what, { key: `${condition.key}?${keyOf(left)}:${keyOf(right)}`, missing: condition.missing });
  }

  private findInMap(argument: unknown, depth: number): Value {
    const [map, first, second, options] = Array.isArray(argument) ? argument.map(item => this.evaluate(item, depth)) : [];
    const names = [map, first, second].map(stringOf);
    if (names.includes(undefined)) { return this.unresolved('Fn::FindInMap', [map, first, second]); }
    const has = (value: unknown, name: string) => Object.prototype.hasOwnProperty.call(members(value), name);
    const entry = (value: unknown, name: string | undefined) => has(value, name!) ? members(value)[name!] : undefined;
    const found = names.reduce<unknown>(entry, this.stack.section('Mappings'));
    return found === undefined ? (isMap(options) ? options.DefaultValue : undefined) ?? new Unknown(`the mapping '${names.join('.')}'`)
      : this.once(`mapping ${names.join('.')}`, () => this.evaluate(found, depth));
  }

  private cidr(argument: unknown, depth: number): Value {
    const [block, count, bits] = Array.isArray(argument) ? argument.map(item => this.evaluate(item, depth)) : [];
    const blocks = typeof block === 'string' ? cidrBlocks(block, numberOf(count) ?? 0, numberOf(bits) ?? 8) : undefined;
    return blocks ?? this.unresolved('Fn::Cidr', [block, count, bits]);
  }

  private zones(argument: unknown, depth: number): Value {
    const given = this.evaluate(argument, depth);
    const region = given === '' || given === undefined ? this.ref('AWS::Region') : given;
    return new Unknown(`the zones of ${keyOf(region)}`, { key: `zones of ${this.stack.source.account ?? this.stack.environment}/${keyOf(region)}` });
  }

  private ofText(argument: unknown, depth: number, use: (name: string) => Value, operation: string): Value {
    const name = this.evaluate(argument, depth);
    return typeof name === 'string' ? use(name) : this.unresolved(operation, name);
  }

  private unresolved(operation: string, value: Value): Unknown {
    const inside = unknownIn(value);
    return new Unknown(inside?.what ?? `'${operation}' of '${this.stack.name}'`, { key: `${this.stack.name}:${operation}(${keyOf(value)})`, missing: inside?.missing });
  }
}

/** Attributes that say what a property of the same name says. */
const ATTRIBUTES: ReadonlyMap<string, string[]> = new Map([
  ['AWS::EC2::VPC', ['CidrBlock']],
  ['AWS::EC2::Subnet', ['AvailabilityZone', 'CidrBlock', 'VpcId']],
  ['AWS::EC2::SecurityGroup', ['VpcId']],
  ['AWS::EC2::NetworkInterface', ['VpcId']],
]);

/** What comes by a reference may be multiplied by each that it goes through. */
function limited(value: Value): Value {
  return weightOf(value) > MAX_WEIGHT ? new Unknown('a value that is too large') : value;
}

/** A text in parts; what is not literal stays in one. */
function parted(value: string | Text, delimiter: string): Value[] {
  const lists: Value[][] = [[]];
  for (const part of value instanceof Text ? value.parts : [value]) {
    const [first, ...others] = typeof part === 'string' ? part.split(delimiter) : [part];
    lists[lists.length - 1].push(first);
    lists.push(...others.map(other => [other]));
  }
  return lists.map(text);
}

function text(parts: Value[]): Value {
  const flat: (string | Reference | Unknown)[] = [];
  for (const part of parts.flatMap((item): Value[] => item instanceof Text ? [...item.parts] : [item])) {
    const literal = stringOf(part);
    if (flat.length > MAX_PARTS) { return new Unknown('a text that is too long'); }
    if (literal === undefined && !(part instanceof Reference) && !(part instanceof Unknown)) {
      if (part !== undefined) { return new Unknown('a text with something in it that is no text'); }
    } else if (literal === undefined) {
      flat.push(part as Reference | Unknown);
    } else if (typeof flat[flat.length - 1] === 'string') {
      flat[flat.length - 1] += literal;
    } else {
      flat.push(literal);
    }
  }
  const texts = flat.filter(part => part !== '');
  if (texts.some(part => typeof part === 'string' && part.length > 1_000_000)) { return new Unknown('a text that is too long'); }
  return texts.length === 0 ? '' : texts.length === 1 ? texts[0] : new Text(texts);
}
