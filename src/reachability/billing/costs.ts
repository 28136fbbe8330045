import { Amount, exactly, ifMade, sum } from './amount';
import { isFree } from './free';
import { chargesOf } from './kinds';
import { Line, LINES } from './lines';
import { Cost, CostPart, Costs, TypeCount } from '../contract';
import { Resource, Stack, Stacks } from '../template/stacks';
import { Unknown } from '../template/values';

/** Lines of the same thing and measure are one. */
const keyOfLine = ({ what, per, measure = '' }: Line) => `${per}\n${what}\n${measure}`;

/** What all templates together make, by how it bills: quantities, no prices. */
export function costsOf(stacks: Stacks): Costs {
  const lines = new Map<string, { line: Line; charges: { resource: Resource; amount: Amount }[] }>();
  const free = new Counts();
  const notKnown = new Counts();
  const notes = new Set<string>();

  for (const stack of stacks.all) {
    if (stack.rewritten) { notes.add(stack.rewritten.what); }
    for (const resource of stack.resources.values()) {
      const exists = existsIn(stacks, stack, resource);
      if (exists === false) { continue; }
      const charges = chargesOf(resource);
      if (resource.type === 'AWS::CloudFormation::Stack' && !stacks.nested(resource)) { notes.add(`what the nested stack ${resource.label} makes`); }
      if (charges === undefined && !isFree(resource.type)) { notKnown.add(resource.type, exists); }
      if (charges === undefined ? isFree(resource.type) : charges.length === 0) { free.add(resource.type, exists); }
      for (const { line, amount } of charges ?? []) {
        const key = keyOfLine(line);
        const entry = lines.get(key) ?? { line, charges: [] };
        lines.set(key, entry);
        entry.charges.push({ resource, amount: ifMade(amount, exists) });
      }
    }
  }

  return {
    billed: [...lines.values()]
      .sort((a, b) => compare(orderOf(a.line), orderOf(b.line)) || compare(a.line.what, b.line.what))
      .map(costOf)
      .filter(({ atMost }) => atMost !== 0),
    free: free.all,
    notKnown: notKnown.all,
    notes: [...notes].sort(),
  };
}

function costOf({ line: { what, per, measure, page }, charges }: { line: Line; charges: { resource: Resource; amount: Amount }[] }): Cost {
  const { atLeast, atMost, notes = [] } = sum(charges.map(({ amount }) => amount));
  const parts = charges.map(partOf).filter(part => part.atMost !== 0);
  return { what, per, ...measure !== undefined && { measure }, ...ends({ atLeast, atMost }), notes, page, parts };
}

function partOf({ resource: { stack, logicalId, constructPath }, amount }: { resource: Resource; amount: Amount }): CostPart {
  return { stack: stack.name, logicalId, ...constructPath !== undefined && { constructPath }, ...ends(amount) };
}

function ends({ atLeast, atMost }: Amount): { atLeast: number; atMost?: number } {
  return { atLeast, ...atMost !== undefined && { atMost } };
}

/** Whether a resource is made: its own condition, and those of the stacks that it is nested in. */
function existsIn(stacks: Stacks, stack: Stack, resource: Resource, depth = 0): boolean | Unknown {
  const { nestedIn } = stack.source;
  const parent = nestedIn && depth < 50 ? stacks.find(nestedIn.stack) : undefined;
  const around = parent?.resources.get(nestedIn!.logicalId);
  const outer = parent && around ? existsIn(stacks, parent, around, depth + 1) : true;
  return outer === true || resource.exists === false ? resource.exists : outer;
}

const PLACES = new Map(Object.values(LINES).map((line, place) => [keyOfLine(line), place]));

/** Instances stand by their types, before public addresses. */
const INSTANCES = PLACES.get(keyOfLine(LINES.publicAddress))! - 0.5;

function orderOf(line: Line): number {
  return PLACES.get(keyOfLine(line)) ?? INSTANCES;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Resources by type. */
class Counts {
  private readonly amounts = new Map<string, Amount>();

  public get all(): TypeCount[] {
    return [...this.amounts].sort(([a], [b]) => compare(a, b)).map(([type, { atLeast, atMost = atLeast }]) => ({ type, atLeast, atMost }));
  }

  public add(type: string, exists: boolean | Unknown): void {
    const name = type || '(no type)';
    this.amounts.set(name, sum([this.amounts.get(name) ?? exactly(0), ifMade(exactly(1), exists)]));
  }
}
