import { Check } from '../contract';
import { change } from './fixes';
import { Trace } from './trace';
import { conditionValues, Listener, ListenerRule } from '../model/load-balancers';
import { fieldOf, stringOf, Unknown, Value } from '../template/values';

/** What else a rule reads of the request; a condition that is not known covers nothing. */
type Condition = { readonly field: string; readonly values: string[] };

/** Whether requests get to a rule: its priority is its own, and no earlier rule takes what it is for. */
export function ruleChecks(trace: Trace, listener: Listener, rule: ListenerRule): Check[] {
  if (rule.maybe) { return [trace.unknown('listener rule', rule.maybe)]; }
  if (rule.priority === undefined) { return []; }
  const others = listener.rules.filter(one => one !== rule && typeof one.priority === 'number' && !one.maybe);
  const twin = others.find(one => one.priority === rule.priority && listener.rules.indexOf(one) < listener.rules.indexOf(rule));
  if (twin && typeof rule.priority === 'number') {
    const free = freePriority(listener, rule.priority);
    return [trace.blocked('listener rule', {
      code: 'DuplicatePriority',
      place: rule.resource,
      location: 'Properties.Priority',
      reason: `${rule.resource.label} and ${twin.resource.label} both have the priority ${rule.priority} on one listener: AWS refuses the second.`,
      fix: { text: `Give ${rule.resource.label} another priority, such as ${free}.`, patches: [change(rule.resource, { Priority: free })] },
    })];
  }
  const conditions = readConditions(rule);
  const isEarlier = (one: ListenerRule) => (one.priority as number) < (rule.priority as number);
  const earlier = conditions && others.find(one => isEarlier(one) && coversAll(readConditions(one), conditions));
  if (!earlier) { return [trace.pass('listener rule', `No earlier rule takes all of what ${rule.label} is for`)]; }
  const before = beforePriority(listener, earlier.priority as number);
  return [trace.blocked('listener rule', {
    code: 'RuleNeverReached',
    place: rule.resource,
    location: 'Properties.Conditions',
    reason: `No request gets to ${rule.label}: ${earlier.label} (${earlier.resource.label}) is earlier and takes all of it.`,
    fix: {
      text: `Give ${rule.resource.label} a priority before ${earlier.priority}${before === undefined ? '' : `, such as ${before}`}, or other conditions.`,
      patches: before === undefined ? [] : [change(rule.resource, { Priority: before })],
    },
  })];
}

/** ELBv2 takes no longer ones. */
const MAX_PATTERN = 128;

const READ = new WeakMap<ListenerRule, Condition[] | null>();

function readConditions(rule: ListenerRule): Condition[] | undefined {
  const found = READ.get(rule);
  if (found !== undefined) { return found ?? undefined; }
  const conditions = conditionsOf(rule);
  READ.set(rule, conditions ?? null);
  return conditions;
}

function conditionsOf(rule: ListenerRule): Condition[] | undefined {
  const conditions = rule.conditions.map((condition): Condition | undefined => {
    const field = stringOf(fieldOf(condition, 'Field'));
    const values = conditionValues(condition).map((value: Value) => stringOf(value));
    const regex = ['PathPatternConfig', 'HostHeaderConfig'].some(name => fieldOf(fieldOf(condition, name), 'RegexValues') !== undefined);
    const unknown = values.some(value => value === undefined || value.length > MAX_PATTERN) || values.length === 0;
    if (condition instanceof Unknown || field === undefined || regex || unknown) { return undefined; }
    const header = stringOf(fieldOf(fieldOf(condition, 'HttpHeaderConfig'), 'HttpHeaderName'))?.toLowerCase();
    return { field: header ? `${field} ${header}` : field, values: values as string[] };
  });
  return conditions.includes(undefined) ? undefined : conditions as Condition[];
}

/** Whether all that satisfies the one satisfies the other: each condition of the wider has a narrower one. */
function coversAll(wider: Condition[] | undefined, narrower: Condition[]): boolean {
  return wider !== undefined && wider.length > 0 && wider.every(condition => narrower.some(one => one.field === condition.field
    && one.values.every(value => condition.values.some(pattern => coversPattern(condition.field, pattern, value)))));
}

function coversPattern(field: string, pattern: string, value: string): boolean {
  if (field === 'path-pattern') { return matches(pattern, value); }
  if (field === 'host-header') { return matches(pattern.toLowerCase(), value.toLowerCase()); }
  return pattern === value;
}

/** Whether a pattern takes all that another takes: `*` stands for any text, `?` for one character. */
export function matches(pattern: string, other: string): boolean {
  let reached = new Set([0]);
  const close = (set: Set<number>) => {
    for (const at of set) { if (pattern[at] === '*') { set.add(at + 1); } }
    return set;
  };
  close(reached);
  for (const character of other) {
    const next = new Set<number>();
    for (const at of reached) {
      const own = pattern[at];
      if (own === '*') { next.add(at); }
      if (own === character && character !== '*') { next.add(at + 1); }
      if (own === '?' && character !== '*') { next.add(at + 1); }
    }
    reached = close(next);
  }
  return reached.has(pattern.length);
}

function freePriority(listener: Listener, from: number): number {
  const used = new Set(listener.rules.map(rule => rule.priority));
  let priority = from;
  while (used.has(priority)) { priority = priority >= 50_000 ? 1 : priority + 1; }
  return priority;
}

function beforePriority(listener: Listener, priority: number): number | undefined {
  const used = new Set(listener.rules.map(rule => rule.priority));
  for (let one = priority - 1; one >= 1; one--) { if (!used.has(one)) { return one; } }
  return undefined;
}
