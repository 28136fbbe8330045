import { matchesWildcards } from './protocol';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | string[] } };
}

/** A policy document without intrinsic functions. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | Statement[];
}

/** The values of condition keys in a request; a key without a value is absent, as the tags of what does not exist are. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

type Operator = (pattern: string, value: string) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: (pattern, value) => matchesWildcards(pattern, value),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
};

const ELEMENTS = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

/** Decides as IAM does: an explicit Deny wins, and what nothing allows is denied. */
export class Policies {
  private readonly statements: Statement[];

  /** Throws for what it cannot evaluate, so that no test passes because a part of a policy was skipped. */
  constructor(documents: readonly PolicyDocument[]) {
    this.statements = documents.flatMap(document => list(document.Statement));
    this.statements.forEach(validate);
  }

  allow(action: string, resource: string, context: Context): boolean {
    const lowerCased = Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), list(value)]));
    const effects = this.statements
      .filter(statement => list(statement.Action).some(pattern => matchesWildcards(pattern, action, 'i')))
      .filter(statement => list(statement.Resource).some(pattern => pattern === '*' || matchesArn(pattern, resource)))
      .filter(statement => conditions(statement).every(condition => holds(condition, lowerCased)))
      .map(statement => statement.Effect);
    return effects.includes('Allow') && !effects.includes('Deny');
  }
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly patterns: readonly string[];
}

function conditions(statement: Statement): Condition[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, patterns]) => ({ operator, key: key.toLowerCase(), patterns: list(patterns) })));
}

function holds({ operator, key, patterns }: Condition, context: Readonly<Record<string, readonly string[]>>): boolean {
  const values = context[key] ?? [];
  if (operator === 'Null') { return patterns.includes(String(values.length === 0)); }
  const [, quantifier, name, ifExists] = parseOperator(operator);
  const matches = (value: string) => patterns.some(pattern => OPERATORS[name](pattern, value));
  if (quantifier === 'ForAllValues:') { return values.every(matches); }
  return values.length === 0 ? ifExists !== undefined : values.some(matches);
}

function parseOperator(operator: string): RegExpExecArray {
  const parsed = /^(ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator);
  if (!parsed || !(parsed[2] in OPERATORS)) { throw new Error(`The condition operator '${operator}' is not implemented`); }
  return parsed;
}

/** A wildcard of an ARN stays within its part, except in the last one, which may contain colons. */
function matchesArn(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  return patterns.length === parts.length && patterns.every((part, index) => matchesWildcards(part, parts[index]));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function validate(statement: Statement): void {
  const unknown = Object.keys(statement).filter(element => !ELEMENTS.includes(element));
  if (unknown.length > 0) { throw new Error(`The policy element '${unknown[0]}' is not implemented`); }
  const patterns = conditions(statement).flatMap(condition => condition.patterns);
  const values: unknown[] = [...list(statement.Action), ...list(statement.Resource), ...patterns];
  const unresolved = values.find(value => typeof value !== 'string' || value.includes('${'));
  if (unresolved !== undefined) { throw new Error(`A policy must be resolved to plain strings, got: ${JSON.stringify(unresolved)}`); }
  conditions(statement).filter(condition => condition.operator !== 'Null').forEach(condition => parseOperator(condition.operator));
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
