/** What a rule sends to each of its groups. */
export interface Weights { readonly [group: string]: number }

/** A line of the adapter's journal. */
export type Entry = { readonly time: number } & (
  | { readonly event: 'registered' | 'deregistered' | 'drained' | 'abandoned'; readonly group: string; readonly target: string }
  | { readonly event: 'health'; readonly group: string; readonly target: string; readonly state: string }
  | { readonly event: 'rule'; readonly rule: string; readonly groups: Weights }
  | { readonly event: 'interface-created' | 'interface-removed'; readonly endpoint: string; readonly address: string }
  | { readonly event: 'asked' | 'accepted'; readonly endpoint: string }
  | { readonly event: 'log'; readonly function: string; readonly line: string }
);

/**
 * Lives through a journal and finds the moments at which requests could fail: a group in use that had a healthy target is without one, a rule leads to an empty
 * group or to an endpoint that nobody has accepted, or an interface goes before its address has drained. And what a registration left behind.
 */
export class Replay {
  public readonly violations: string[] = [];
  /** How often each event happened. */
  public readonly counts: { [event: string]: number } = {};
  private readonly groups = new Map<string, Map<string, string>>();
  private readonly rules = new Map<string, Weights>();
  private readonly served = new Set<string>();
  /** Endpoints that wait to be accepted. */
  private readonly asking = new Set<string>();
  /** Endpoints by their addresses. */
  private readonly endpoints = new Map<string, string>();

  constructor(entries: Entry[]) {
    for (const entry of entries) {
      this.counts[entry.event] = (this.counts[entry.event] ?? 0) + 1;
      this.apply(entry);
      this.watch(entry);
    }
  }

  private apply(entry: Entry): void {
    switch (entry.event) {
      case 'registered': this.targets(entry.group).set(entry.target, 'registered'); break;
      case 'health': this.targets(entry.group).set(entry.target, entry.state); break;
      case 'drained': this.targets(entry.group).delete(entry.target); break;
      case 'abandoned': this.violations.push(`${entry.target} was left in ${tail(entry.group)}, which is deleted`); break;
      case 'rule': this.follow(entry.rule, entry.groups); break;
      case 'asked': this.asking.add(entry.endpoint); break;
      case 'accepted': this.asking.delete(entry.endpoint); break;
      case 'interface-created': this.endpoints.set(entry.address, entry.endpoint); break;
      case 'interface-removed': this.removed(entry.address); break;
    }
  }

  private follow(rule: string, groups: Weights): void {
    const before = this.rules.get(rule) ?? {};
    for (const [group, weight] of Object.entries(groups)) {
      const states = this.states(group);
      if (!(group in before) && states.every(state => state === 'draining')) {
        this.violations.push(`rule ${tail(rule)} leads to ${tail(group)}, which is empty`);
      }
      if (!(group in before) && [...this.targets(group).keys()].some(target => this.asking.has(this.endpoints.get(target.split(':')[0]) ?? ''))) {
        this.violations.push(`rule ${tail(rule)} leads to ${tail(group)}, whose endpoint nobody has accepted`);
      }
      // a part that had none so far was checked meanwhile
      if (weight > 0 && before[group] === 0 && !states.includes('healthy')) {
        this.violations.push(`rule ${tail(rule)} begins to send requests to ${tail(group)}, where nothing is healthy`);
      }
    }
    this.rules.set(rule, groups);
  }

  private removed(address: string): void {
    for (const group of this.groupsInUse()) {
      const left = [...this.targets(group)].filter(([target]) => target.startsWith(`${address}:`));
      this.violations.push(...left.map(([target, state]) => `the interface of ${target} went while it was ${state} in ${tail(group)}`));
    }
  }

  /** A group is looked at while it is in use, from its first healthy target on. */
  private watch({ time }: Entry): void {
    const inUse = this.groupsInUse();
    for (const group of this.groups.keys()) {
      const isServing = this.states(group).includes('healthy');
      if (inUse.has(group) && !isServing && this.served.has(group)) {
        this.violations.push(`${tail(group)} was without a healthy target at ${new Date(time * 1000).toISOString()}: ${this.states(group).join(', ') || 'empty'}`);
      }
      if (inUse.has(group) && isServing) { this.served.add(group); } else { this.served.delete(group); }
    }
  }

  private groupsInUse(): Set<string> {
    return new Set([...this.rules.values()].flatMap(groups => Object.keys(groups)));
  }

  private targets(group: string): Map<string, string> {
    const targets = this.groups.get(group) ?? new Map<string, string>();
    this.groups.set(group, targets);
    return targets;
  }

  private states(group: string): string[] {
    return [...this.targets(group).values()];
  }
}

/** Without what all ARNs have in common. */
function tail(arn: string): string {
  return arn.split(':').slice(5).join(':');
}
