import { TemplateSource } from '../contract';
import { Evaluator } from './evaluate';
import { Unknown, Value, ValueMap, fieldOf, isMap, nameOf } from './values';

type Raw = { readonly [name: string]: unknown };

/** The members of an object; of anything else none. */
export function members(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Raw : {};
}

function own(value: unknown, name: string): unknown {
  const object = members(value);
  return Object.prototype.hasOwnProperty.call(object, name) ? object[name] : undefined;
}

/** A resource of a template, with its expressions worked out when they are asked for. */
export class Resource {
  public readonly key: string;
  public readonly type: string;
  private readonly cache = new Map<string, Value>();

  constructor(public readonly stack: Stack, public readonly logicalId: string, private readonly raw: Raw) {
    this.key = `${stack.name}/${logicalId}`;
    this.type = typeof raw.Type === 'string' ? raw.Type : '';
  }

  /** A property, worked out; what refers to itself comes to nothing that is known. */
  public get(name: string): Value {
    if (!this.cache.has(name)) {
      this.cache.set(name, new Unknown(`'${name}' of ${this.label}, which refers to itself`));
      this.cache.set(name, this.stack.evaluate(own(this.raw.Properties, name)));
    }
    return this.cache.get(name);
  }

  /** A property of a property. */
  public at(...names: string[]): Value {
    return names.slice(1).reduce<Value>((value, name) => fieldOf(value, name), this.get(names[0]));
  }

  /** A property as it is written. */
  public written(name: string): unknown {
    return own(this.raw.Properties, name);
  }

  /** A property whose absence is certain is not there for the deployment either. */
  public has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  public names(): string[] {
    return Object.keys(members(this.raw.Properties));
  }

  /** Whether the deployment makes it. */
  public get exists(): boolean | Unknown {
    const condition = this.raw.Condition;
    return typeof condition === 'string' ? this.stack.condition(condition) : true;
  }

  public get constructPath(): string | undefined {
    const path = own(this.raw.Metadata, 'aws:cdk:path');
    const paths = this.stack.source.constructPaths;
    const given = typeof path === 'string' ? path : paths && Object.prototype.hasOwnProperty.call(paths, this.logicalId) ? paths[this.logicalId] : undefined;
    return typeof given === 'string' ? given.replace(/\/(Resource|Default)$/, '') : undefined;
  }

  /** What a user calls it. */
  public get label(): string {
    return this.constructPath ?? this.logicalId;
  }
}

/** A template and where it goes. */
export class Stack {
  public readonly resources = new Map<string, Resource>();
  /** Why there may be more in it than one can read: a macro rewrites it when it is deployed. */
  public readonly rewritten?: Unknown;
  /** Whether references may be to what a macro or a module makes. */
  public readonly transformed: boolean;
  private readonly evaluator: Evaluator;

  constructor(public readonly source: TemplateSource, public readonly stacks: Stacks) {
    this.evaluator = new Evaluator(this);
    for (const [logicalId, resource] of Object.entries(members(own(source.body, 'Resources')))) {
      if (!logicalId.startsWith('Fn::')) { this.resources.set(logicalId, new Resource(this, logicalId, members(resource))); }
    }
    this.rewritten = this.rewriting();
    this.transformed = this.rewritten !== undefined || own(source.body, 'Transform') !== undefined
      || [...this.resources.values()].some(({ type }) => type.endsWith('::MODULE'));
  }

  public get name(): string { return this.source.stack; }

  /** The same for two stacks of one account and Region, as far as one can know: stages of an app that nobody gave an environment may be apart. */
  public get environment(): string { return this.environmentIn(0); }

  private environmentIn(depth: number): string {
    const { account, region, nestedIn } = this.source;
    const parent = nestedIn && depth < 50 ? this.stacks.find(nestedIn.stack) : undefined;
    if (parent) { return parent.environmentIn(depth + 1); }
    const stage = this.name.includes('/') && (account === undefined || region === undefined) ? this.name.split('/')[0] : '';
    return `${stage}${account ?? '?'}/${region ?? '?'}`;
  }

  public section(name: string): Raw {
    return members(own(this.source.body, name));
  }

  public evaluate(expression: unknown): Value {
    return this.evaluator.evaluate(expression);
  }

  public condition(name: string): boolean | Unknown {
    return this.evaluator.condition(name);
  }

  public output(name: string): Value {
    const output = own(this.section('Outputs'), name);
    return output === undefined
      ? new Unknown(`the output '${name}', which '${this.name}' does not have`)
      : this.evaluator.once(`output ${name}`, () => this.evaluate(own(output, 'Value')));
  }

  /** What the outputs are exported as. */
  public exports(): [string, string][] {
    return Object.entries(this.section('Outputs')).flatMap(([output, value]): [string, string][] => {
      const name = this.evaluate(own(own(value, 'Export'), 'Name'));
      return typeof name === 'string' ? [[name, output]] : [];
    });
  }

  private rewriting(): Unknown | undefined {
    const macros = [own(this.source.body, 'Transform') ?? []].flat()
      .map(transform => typeof transform === 'string' ? transform : String(own(transform, 'Name')))
      .filter(name => !/^AWS::(Serverless|LanguageExtensions|SecretsManager|CodeDeployBlueGreen)/.test(name));
    const loop = Object.keys(this.section('Resources')).find(id => id.startsWith('Fn::'));
    const what = loop ?? (macros[0] && `the macro '${macros[0]}'`);
    return what === undefined ? undefined : new Unknown(`what ${what} adds to the template of '${this.name}'`);
  }
}

/** All templates that are checked together. */
export class Stacks {
  public readonly all: Stack[];
  private readonly byType = new Map<string, Resource[]>();
  private readonly exported = new Map<string, { stack: Stack; output: string }[]>();

  constructor(sources: readonly TemplateSource[]) {
    this.all = sources.map(source => new Stack(source, this));
    for (const resource of this.all.flatMap(stack => [...stack.resources.values()])) {
      if (resource.exists === false) { continue; }
      const list = this.byType.get(resource.type);
      if (list) { list.push(resource); } else { this.byType.set(resource.type, [resource]); }
    }
    for (const stack of this.all) {
      for (const [name, output] of stack.exports()) {
        this.exported.set(name, [...this.exported.get(name) ?? [], { stack, output }]);
      }
    }
  }

  public ofType(...types: string[]): Resource[] {
    return types.flatMap(type => this.byType.get(type) ?? []);
  }

  public types(): string[] {
    return [...this.byType.keys()];
  }

  public find(name: string): Stack | undefined {
    return this.all.find(stack => stack.name === name);
  }

  /** The stack that a resource of type `AWS::CloudFormation::Stack` makes. */
  public nested(resource: Resource): Stack | undefined {
    return this.all.find(({ source: { nestedIn } }) => nestedIn?.stack === resource.stack.name && nestedIn.logicalId === resource.logicalId);
  }

  /** The value that a stack of the same account and Region exports. */
  public import(name: string, into: Stack): Value {
    const candidates = this.exported.get(name) ?? [];
    const fits = (a?: string, b?: string) => a === undefined || b === undefined || a === b;
    const found = candidates.filter(({ stack: { source } }) => fits(source.account, into.source.account) && fits(source.region, into.source.region));
    return found.length === 1 ? found[0].stack.output(found[0].output) : new Unknown(`the export '${name}'`, { key: `${into.environment}:export ${name}` });
  }

  /** The value of a parameter of Systems Manager that the templates make. */
  public parameter(name: string, into: Stack): Value {
    const found = this.ofType('AWS::SSM::Parameter').filter(one => one.stack.environment === into.environment && one.get('Name') === name);
    const value = found.length === 1 ? found[0].get('Value') : undefined;
    return typeof value === 'string' && found[0].get('Type') === 'StringList' ? value.split(',') : value;
  }

  /** The value of `Fn::GetStackOutput`: by the stack's name or ARN. */
  public stackOutput(argument: ValueMap, into: Stack): Value {
    const { StackName: nameOrArn, OutputName: output, Region: region = into.source.region } = argument;
    const unknown = new Unknown(`the output '${nameOf(output)}' of the stack '${nameOf(nameOrArn)}'`);
    if (typeof nameOrArn !== 'string' || typeof output !== 'string') { return unknown; }
    const [, , , arnRegion, account, name] = nameOrArn.startsWith('arn:') ? nameOrArn.split(':') : [];
    const stackName = name?.split('/')[1] ?? nameOrArn;
    const found = this.all.filter(({ source }) => source.stackName === stackName
      && (source.region ?? region) === (arnRegion ?? region ?? source.region)
      && (source.account ?? account) === (account ?? source.account));
    return found.length === 1 ? found[0].output(output) : unknown;
  }

  /** The value that the CDK's writer of exports for other Regions was given. */
  public exportedAcrossRegions(name: string): Value {
    for (const writer of this.ofType('Custom::CrossRegionExportWriter')) {
      const written = fieldOf(writer.at('WriterProps', 'exports'), name);
      if (isMap(writer.at('WriterProps', 'exports')) && written !== undefined) { return written; }
    }
    return new Unknown(`the value exported as '${name}'`);
  }
}
