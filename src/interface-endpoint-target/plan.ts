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

/** What to do, in this order. Records are written before the targets they name, so that nothing of ours is ever unrecorded, wherever a run ends. */
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
    deregister: stale.filter(target => isRegistered.has(targetKey(target)) && !isOthers.has(targetKey(target))),
    recordAfter: ours,
  };
}

function setOf(targets: Target[]): Set<string> {
  return new Set(targets.map(targetKey));
}

function unique(targets: Target[]): Target[] {
  return [...new Map(targets.map(target => [targetKey(target), target])).values()];
}
