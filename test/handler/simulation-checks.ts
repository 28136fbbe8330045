import type { RouteName } from './histories-steps';
import type { Route } from './simulation-route';
import { DRAINED_TAG_PREFIX, RECORD_TAG_PREFIX } from '../../src/handler/contract';
import { recordedTargets } from '../../src/handler/record';
import { type Call, type Execution, type FakeAws, type NetworkInterface, Params, type TargetGroup } from '../fakes';

export const LONGEST_RUN_MS = 14 * 60_000;
/** What turned healthy since may not have been seen. */
const LOOK_AGO_MS = 10_000;
const LONGEST_MESSAGE = 1_500;
/** Keys, signed addresses, tokens. */
const SECRET = /AKIA|ASIA|X-Amz-|cloudformation-custom-resource-response|secret|password|credential/i;

export const INVARIANTS = {
  lastHealthy: 'no call takes the last healthy target out of a group that is in use',
  interface: 'CloudFormation removes no interface whose address serves or drains in a group that is in use',
  recorded: 'every target is either recorded or of somebody else, and nothing of somebody else is touched',
  exact: 'after a deployment or rollback there is exactly what is wanted, and after a deletion nothing',
  rollback: 'a rollback never fails for health',
  limits: 'no run takes more than 14 minutes, no message has more than 1,500 bytes, the log is JSON without secrets',
  causeless: 'nothing fails without a cause',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

/** What is known about a run of the function. */
export interface RunInfo {
  readonly name: string;
  readonly requestType: string;
  readonly startedAt: number;
  readonly inRollback: boolean;
}

/** Looks at every call, and notes what must never be. */
export class Checks {
  readonly violations: Violation[] = [];
  readonly runs = new WeakMap<Execution, RunInfo>();
  /** By group: `address:port` that somebody registered by hand. */
  readonly foreign = new Map<TargetGroup, Set<string>>();
  /** While a repair that began earlier may meet a deletion, it can leave something in groups that are no longer in use, and that go. */
  isRepairAround = false;
  private healthyBefore = new Map<TargetGroup, string[]>();
  private foreignTags = new Map<TargetGroup, string>();

  constructor(private readonly aws: FakeAws) {
    aws.onCall({
      before: call => this.before(call),
      after: (call, execution) => this.after(call, execution),
    });
  }

  violate(invariant: Invariant, what: string): void {
    this.violations.push({ invariant, what: `${what} (at ${this.seconds} s, call ${this.aws.calls.length})` });
  }

  get seconds(): number {
    return Math.round((this.aws.clock.now() - Date.UTC(2026, 0, 1)) / 100) / 10;
  }

  /** Before CloudFormation takes an interface away. In the groups of other routes the address may be one that was there before. */
  interfaceGoes({ privateIpAddress }: NetworkInterface, of: RouteName, why: string): void {
    for (const group of [...this.aws.targetGroups.all.values()].filter(({ inUse, targetGroupName }) => inUse && targetGroupName.startsWith(of))) {
      for (const target of group.targets.filter(({ id }) => id === privateIpAddress)) {
        const { state } = this.aws.targetGroups.healthOf(group, target);
        const drainsStill = target.drainsUntil !== undefined && target.wasHealthy && target.drainsUntil > this.aws.clock.now();
        if (state === 'healthy' || drainsStill) { this.violate('interface', `${why} takes ${keyOf(target)}, which is ${state}, from ${group.targetGroupName}`); }
      }
    }
  }

  /** Before CloudFormation takes a group away. */
  groupGoes(group: TargetGroup): void {
    const left = [...liveIn(group).filter(target => !this.foreign.get(group)?.has(target)), ...recordedIn(group).map(target => `a record of ${target}`)];
    if (left.length > 0 && !this.isRepairAround) { this.violate('exact', `${left.join(', ')} is left in ${group.targetGroupName}, which goes`); }
  }

  /** What is in a group and in its records that should not, or the other way round. */
  difference({ group, endpoint, deployed }: Route): string | undefined {
    const wanted = this.aws.network.privateIpAddresses(endpoint!).map(id => keyOf({ id, port: deployed!.port })).sort();
    const expected = [...wanted, ...this.foreign.get(group!) ?? []].sort();
    const actual = [liveIn(group!), recordedIn(group!)].map(String);
    return actual[0] === String(expected) && actual[1] === String(wanted) ? undefined
      : `${group!.targetGroupName} has ${actual[0]} with a record of ${actual[1]}, not ${expected}`;
  }

  exact(route: Route, when: string): void {
    const difference = this.difference(route);
    if (difference) { this.violate('exact', `after ${when} ${difference}`); }
  }

  failed(run: RunInfo, message: string): void {
    if (Buffer.byteLength(message) > LONGEST_MESSAGE) { this.violate('limits', `${run.name} fails with ${Buffer.byteLength(message)} bytes`); }
  }

  ended(run: RunInfo): void {
    const took = this.aws.clock.now() - run.startedAt;
    if (took > LONGEST_RUN_MS) { this.violate('limits', `${run.requestType} of ${run.name} takes ${took / 1000} s`); }
  }

  logged(line: string): void {
    try {
      JSON.parse(line);
    } catch {
      this.violate('limits', `the log line ${line} is not JSON`);
    }
    if (SECRET.test(line)) { this.violate('limits', `the log line ${line} has a secret`); }
  }

  private before(call: Call): void {
    if (call.action === 'DeregisterTargets') {
      this.healthyBefore = new Map([...this.aws.targetGroups.all.values()].map(group => [group, this.seenHealthy(group)]));
    }
    if (call.action === 'AddTags' || call.action === 'RemoveTags') {
      this.foreignTags = new Map([...this.aws.targetGroups.all.values()].map(group => [group, tagsOfOthers(group)]));
    }
  }

  private after(call: Call, execution: Execution): void {
    const run = this.runs.get(execution);
    const by = `${call.action} of ${run?.requestType} of ${run?.name}`;
    if (call.action === 'DeregisterTargets') { this.checkLastHealthy(call.params, run, by); }
    if (!/^(Add|Remove|Register|Deregister)T/.test(call.action)) { return; }
    for (const group of this.aws.targetGroups.all.values()) {
      const foreign = this.foreign.get(group) ?? new Set();
      const recorded = new Set(recordedIn(group));
      const live = liveIn(group);
      const strange = live.filter(target => !foreign.has(target) && !recorded.has(target));
      if (strange.length > 0 && (group.inUse || !this.isRepairAround)) { this.violate('recorded', `${by} leaves ${strange.join()} unrecorded in ${group.targetGroupName}`); }
      const gone = [...foreign].filter(target => !live.includes(target));
      if (gone.length > 0) { this.violate('recorded', `${by} takes ${gone.join()} of somebody else out of ${group.targetGroupName}`); }
      const tagsBefore = this.foreignTags.get(group);
      if (call.action.endsWith('Tags') && tagsBefore !== undefined && tagsBefore !== tagsOfOthers(group)) {
        this.violate('recorded', `${by} changes tags of somebody else on ${group.targetGroupName}`);
      }
    }
  }

  /** Those that a run may have seen when it looked last. */
  private seenHealthy(group: TargetGroup): string[] {
    return group.targets.filter(({ healthySince }) => healthySince !== undefined && this.aws.clock.now() - healthySince > LOOK_AGO_MS).map(keyOf);
  }

  private checkLastHealthy(params: Params, run: RunInfo | undefined, by: string): void {
    const group = this.aws.targetGroups.all.get(params.TargetGroupArn as string);
    const before = group && this.healthyBefore.get(group);
    if (!group?.inUse || !before || before.length === 0 || group.targets.some(({ health }) => health.state === 'healthy')) { return; }
    if (run?.requestType === 'Delete') { return; }
    // in a rollback to something that cannot become healthy there is no choice
    const hopeless = group.targets.filter(target => target.drainsUntil === undefined).every(target => this.aws.targetGroups.answerOf(group, target) !== 'ok');
    if (run?.inRollback && hopeless) { return; }
    this.violate('lastHealthy', `${by} leaves nothing of ${before.join()} in ${group.targetGroupName}`);
  }
}

export function keyOf({ id, port }: { readonly id: string; readonly port: number }): string {
  return `${id}:${port}`;
}

export function liveIn(group: TargetGroup): string[] {
  return group.targets.filter(({ drainsUntil }) => drainsUntil === undefined).map(keyOf).sort();
}

export function recordedIn(group: TargetGroup): string[] {
  const values = [...group.tags].filter(([key]) => key.startsWith(RECORD_TAG_PREFIX)).map(([, value]) => value);
  return [...new Set(values.flatMap(recordedTargets).map(({ address, port }) => `${address}:${port}`))].sort();
}

function tagsOfOthers(group: TargetGroup): string {
  return JSON.stringify([...group.tags].filter(([key]) => !key.startsWith(RECORD_TAG_PREFIX) && !key.startsWith(DRAINED_TAG_PREFIX)));
}
