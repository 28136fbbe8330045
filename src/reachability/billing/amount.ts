import { Resource } from '../template/stacks';
import { isMap, listOf, nameOf, numberOf, Unknown, unknownIn, Value } from '../template/values';

/** How many: exactly, or within ends of which the upper one may not be known; and what that depends on. */
export interface Amount {
  readonly atLeast: number;
  readonly atMost?: number;
  readonly notes?: readonly string[];
}

/** Deeper conditions than anybody writes. */
const MAX_DEPTH = 50;

export const ONE: Amount = exactly(1);
export const NONE: Amount = exactly(0);

export function exactly(number: number): Amount {
  return { atLeast: number, atMost: number };
}

export function atLeast(number: number, note: string): Amount {
  return { atLeast: number, notes: [note] };
}

export function sum(amounts: readonly Amount[]): Amount {
  return {
    atLeast: amounts.reduce((total, amount) => total + amount.atLeast, 0),
    atMost: amounts.reduce<number | undefined>((total, { atMost }) => total === undefined || atMost === undefined ? undefined : total + atMost, 0),
    notes: [...new Set(amounts.flatMap(({ notes = [] }) => notes))],
  };
}

/** One or the other. */
export function either(one: Amount, other: Amount, note: string): Amount {
  const most = one.atMost === undefined || other.atMost === undefined ? undefined : Math.max(one.atMost, other.atMost);
  const least = Math.min(one.atLeast, other.atLeast);
  return { atLeast: least, atMost: most, notes: [...one.notes ?? [], ...other.notes ?? [], ...least === most ? [] : [note]] };
}

/** As much, if the deployment makes it at all. */
export function ifMade(amount: Amount, exists: boolean | Unknown): Amount {
  return exists instanceof Unknown ? either(NONE, amount, exists.what) : exists ? amount : NONE;
}

/** A number that a property gives. */
export function numberIn(value: Value, otherwise: Amount): Amount {
  const number = numberOf(value);
  if (number !== undefined && number >= 0) { return exactly(number); }
  return value === undefined ? otherwise : atLeast(0, unknownIn(value)?.what ?? nameOf(value));
}

/** How many members a list of a resource has, of which the deployment may leave some out, or of which one knows only that there are some. */
export function membersIn(resource: Resource, name: string): Amount {
  return membersOf(resource, resource.written(name), 0);
}

function membersOf(resource: Resource, written: unknown, depth: number): Amount {
  if (depth > MAX_DEPTH) { return atLeast(0, `a list of ${resource.label} that is too deep`); }
  if (Array.isArray(written)) { return sum(written.map(member => memberOf(resource, member, depth + 1))); }
  const branches = branchesOf(resource, written);
  if (branches) { return chosen(branches, branch => membersOf(resource, branch, depth + 1)); }
  const value = resource.stack.evaluate(written);
  return Array.isArray(value) || value === undefined ? exactly(listOf(value).length) : atLeast(1, unknownIn(value)?.what ?? nameOf(value));
}

function memberOf(resource: Resource, written: unknown, depth: number): Amount {
  if (depth > MAX_DEPTH) { return atLeast(0, `a list of ${resource.label} that is too deep`); }
  const branches = branchesOf(resource, written);
  if (branches) { return chosen(branches, branch => memberOf(resource, branch, depth + 1)); }
  return resource.stack.evaluate(written) === undefined ? NONE : ONE;
}

interface Branches { readonly condition: boolean | Unknown; readonly yes: unknown; readonly no: unknown }

function branchesOf({ stack }: Resource, written: unknown): Branches | undefined {
  const argument = isMap(written as Value) ? (written as { [name: string]: unknown })['Fn::If'] : undefined;
  if (!Array.isArray(argument) || typeof argument[0] !== 'string') { return undefined; }
  const [name, yes, no] = argument;
  return { condition: stack.condition(name), yes, no };
}

function chosen({ condition, yes, no }: Branches, count: (branch: unknown) => Amount): Amount {
  return condition instanceof Unknown ? either(count(yes), count(no), condition.what) : count(condition ? yes : no);
}
