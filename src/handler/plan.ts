/** An address and port in a target group. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** What is known when a registration is created, updated or deleted. Draining targets count as not registered. */
export interface Situation {
  /** What the endpoint has; nothing when the registration is deleted. */
  readonly desired: Target[];
  /** What is in the target group, from whomever. */
  readonly registered: Target[];
  /** What this registration brought. */
  readonly recorded: Target[];
  /** What other registrations brought to the same target group. */
  readonly othersRecorded: Target[];
}

/**
 * What to do, in this order, with a wait for health before anything is deregistered and one for the drain before it leaves the record. Records are written before the
 * targets they name, so that nothing of ours is ever unrecorded, wherever a run ends.
 */
export interface Plan {
  /** The record to write first: everything that is ours during the change. */
  readonly recordBefore: Target[];
  readonly register: Target[];
  readonly deregister: Target[];
  /** The record to leave behind. */
  readonly recordAfter: Target[];
}

/** `address:port`, by which targets are compared: one address can be registered with several ports. */
export function targetKey({ address, port }: Target): string {
  return `${address}:${port}`;
}

/** Decides what to add, keep and take away. */
export function plan({ desired, registered, recorded, othersRecorded }: Situation): Plan {
  const isRecorded = setOf([...recorded, ...othersRecorded]);
  // in the group, but in nobody's record: brought by somebody else, and so theirs to take away
  const isForeign = setOf(registered.filter(target => !isRecorded.has(targetKey(target))));
  const isRegistered = setOf(registered);
  const isOthers = setOf(othersRecorded);

  const ours = unique(desired).filter(target => !isForeign.has(targetKey(target)));
  const isOurs = setOf(ours);
  const stale = unique(recorded).filter(target => !isOurs.has(targetKey(target)));

  return {
    recordBefore: unique([...ours, ...stale]),
    register: ours.filter(target => !isRegistered.has(targetKey(target))),
    // also what the group does not show: it may show it later, or still drain it
    deregister: stale.filter(target => !isOthers.has(targetKey(target))),
    recordAfter: ours,
  };
}

/** What the targets of a group are like, as a wait for health looks at it. */
export interface Health {
  readonly live: Target[];
  isHealthy(target: Target): boolean;
  isUnused(target: Target): boolean;
}

/** The two sides of a change. */
export interface Swap {
  /** What is new. */
  readonly added: Target[];
  /** What goes afterwards. */
  readonly removed: Target[];
  /** What was in the group for this registration before the change. */
  readonly before: Target[];
}

/** Whether something of ours serves that the change could take away. */
export function isAtStake({ before }: Swap, health: Health): boolean {
  return before.some(target => health.isHealthy(target));
}

/**
 * Whether all that is new is healthy, and something healthy remains. What is in no listener, or in a zone that is not enabled, is never checked and not waited for,
 * once ELBv2 had the time to notice that it is used.
 */
export function isReady({ added, removed }: Swap, health: Health, isUnusedFinal: boolean): boolean {
  const isRemoved = setOf(removed);
  return added.every(target => health.isHealthy(target) || (isUnusedFinal && health.isUnused(target)))
    && health.live.some(target => health.isHealthy(target) && !isRemoved.has(targetKey(target)));
}

function setOf(targets: Target[]): Set<string> {
  return new Set(targets.map(targetKey));
}

export function unique(targets: Target[]): Target[] {
  return [...new Map(targets.map(target => [targetKey(target), target])).values()];
}

/** Those of the targets that are not among the others. */
export function without(targets: Target[], others: Target[]): Target[] {
  const isOther = setOf(others);
  return targets.filter(target => !isOther.has(targetKey(target)));
}
