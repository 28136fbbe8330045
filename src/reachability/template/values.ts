import { Resource } from './stacks';

/** What an expression comes to: what is known, a resource of the templates, or something that only the deployment knows. */
export type Value = undefined | string | number | boolean | Reference | Unknown | Text | Value[] | ValueMap;

export interface ValueMap { readonly [name: string]: Value }

/** A resource of the templates, or an attribute of one. */
export class Reference {
  constructor(public readonly resource: Resource, public readonly attribute: string) {}

  public get key(): string { return `${this.resource.key}.${this.attribute}`; }
}

export interface UnknownOptions {
  /** The same for two values that are the same; by default what is unknown. */
  readonly key?: string;
  /** What it names, when that is not in the template: it never will be known. */
  readonly missing?: string;
  /** The list that it is a member of, and the place in it: two members of one list are not the same. */
  readonly member?: { readonly list: string; readonly index: number };
}

/** What the templates do not tell. */
export class Unknown {
  public readonly key: string;
  public readonly missing?: string;
  public readonly member?: { readonly list: string; readonly index: number };

  constructor(public readonly what: string, options: UnknownOptions = {}) {
    this.key = options.key ?? what;
    this.missing = options.missing;
    this.member = options.member;
  }
}

/** Text with parts that are not literal. */
export class Text {
  constructor(public readonly parts: readonly (string | Reference | Unknown)[]) {}

  public get key(): string { return this.parts.map(part => typeof part === 'string' ? JSON.stringify(part) : part.key).join('+'); }
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Reference) && !(value instanceof Unknown) && !(value instanceof Text);
}

/** The same for two values that are the same in each deployment. */
export function keyOf(value: Value): string {
  if (value instanceof Reference || value instanceof Unknown || value instanceof Text) { return value.key; }
  if (Array.isArray(value)) { return `[${value.map(keyOf).join()}]`; }
  if (isMap(value)) { return `{${Object.keys(value).sort().map(name => `${name}:${keyOf(value[name])}`).join()}}`; }
  return typeof value === 'string' ? value.replace(/[\\,[\]{}]/g, '\\$&') : `${value}`;
}

/** The first thing in a value that the templates do not tell. */
export function unknownIn(value: Value): Unknown | undefined {
  if (value instanceof Unknown) { return value; }
  if (value instanceof Reference) { return new Unknown(`'${value.attribute}' of ${value.resource.label}`, { key: value.key }); }
  if (value instanceof Text) { return unknownIn(value.parts.find(part => typeof part !== 'string')); }
  const parts = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  return parts.map(unknownIn).find(found => found !== undefined);
}

/** What a value is called in a sentence. */
export function nameOf(value: Value): string {
  return value instanceof Reference ? value.resource.label : stringOf(value) ?? unknownIn(value)?.what ?? 'something that is no text';
}

const WEIGHTS = new WeakMap<object, number>();

/** How large a value is, written out: values that refer to each other share members, and can be larger than any memory. */
export function weightOf(value: Value): number {
  if (!Array.isArray(value) && !isMap(value)) { return value instanceof Text ? value.parts.length : 1; }
  const found = WEIGHTS.get(value);
  if (found !== undefined) { return found; }
  const weight = Object.values(value).reduce<number>((sum, member) => sum + weightOf(member), 1);
  WEIGHTS.set(value, weight);
  return weight;
}

export function stringOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? `${value}` : undefined;
}

/** A whole number, which templates also write as text. */
export function numberOf(value: Value): number | undefined {
  const text = stringOf(value);
  return text !== undefined && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

/** `true` and `false`, which templates also write as text. */
export function booleanOf(value: Value): boolean | undefined {
  return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
}

/** The members of a list; one value stands for a list of one, as CloudFormation takes it. */
export function listOf(value: Value): Value[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export function fieldOf(value: Value, name: string): Value {
  return isMap(value) && Object.prototype.hasOwnProperty.call(value, name) ? value[name] : value instanceof Unknown ? value : undefined;
}
