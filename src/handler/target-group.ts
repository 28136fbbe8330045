import { elbv2, isNamed, sleep } from './aws';
import { DRAIN_SECONDS } from './contract';
import { GroupHealth, POLL_MS } from './health';
import { Target, targetKey, without } from './plan';
import { Records, Wanted } from './record';
import { Run } from './run';

/** A clean look at a target group counts when another one confirms it: an answer may be short. */
const LOOKS = 2;
const CONFIRMATION_MS = 1_000;

/** How many resources one call may name. */
const RESOURCES_PER_CALL = 20;

/** What came later has changed the group, and decides. */
export class Overtaken extends Error {
  constructor() {
    super('The deployment was cancelled, or its event came again: what came later decides');
  }
}

/** A target group as one run sees it and changes it. */
export class TargetGroup {
  public static async of(run: Run, arn: string): Promise<TargetGroup> {
    const tags = await tagsOf(arn);
    return new TargetGroup(run, arn, tags, await GroupHealth.of(arn));
  }

  public readonly records: Records;
  /** Those that were not healthy when they were taken out: they had nothing to finish. */
  private readonly sick: Target[] = [];

  private constructor(
    private readonly run: Run, public readonly arn: string, public readonly tags: [string, string][], public health: GroupHealth,
  ) {
    this.records = new Records(run.name, tags);
  }

  /** What this run has to decide upon. */
  public get situation(): { registered: Target[]; recorded: Target[]; othersRecorded: Target[] } {
    return { registered: this.health.live, recorded: this.records.recorded, othersRecorded: this.records.othersRecorded };
  }

  public async look(): Promise<GroupHealth> {
    return this.health = await GroupHealth.of(this.arn);
  }

  /** Whether a target is in the group, also where one answer leaves it out. */
  public async isThere(targets: Target[]): Promise<(target: Target) => boolean> {
    const first = this.health;
    if (targets.every(target => first.description(target))) { return () => true; }
    await sleep(CONFIRMATION_MS);
    this.health = first.and(await GroupHealth.of(this.arn));
    return target => this.health.description(target) !== undefined;
  }

  /** Whether no other run for the same resource has begun since, which then decides. */
  public async isUpToDate(): Promise<boolean> {
    return new Records(this.run.name, await tagsOf(this.arn)).lastStamp <= this.run.stamp;
  }

  public async record(targets: Target[], wanted: Wanted | undefined, options: { final?: boolean; stamp?: number } = {}): Promise<void> {
    const { put, remove } = this.records.change(options.stamp ?? this.run.stamp, targets, wanted, options.final ?? false);
    await changeTags(this.arn, put, remove);
  }

  public async register(targets: Target[], isOutside: (target: Target) => boolean): Promise<void> {
    if (targets.length === 0) { return; }
    await elbv2().registerTargets({
      TargetGroupArn: this.arn,
      Targets: targets.map(target => ({ Id: target.address, Port: target.port, AvailabilityZone: isOutside(target) ? 'all' : undefined })),
    });
  }

  /**
   * Takes targets out, and comes back when they have drained or the time is up.
   *
   * @param isUpToDate asked before anything is deregistered: a deployment that was cancelled does not stop the runs that it began
   */
  public async takeOut(targets: Target[], isUpToDate: () => Promise<boolean>): Promise<void> {
    const end = this.run.until(DRAIN_SECONDS);
    for (let clean = 0; targets.length > 0; await this.look()) {
      const live = targets.filter(target => this.health.isLive(target));
      const isDraining = without(targets, this.sick).some(target => this.health.isDraining(target));
      clean = live.length > 0 || isDraining ? 0 : clean + 1;
      if (clean === LOOKS) { return; }
      if (Date.now() >= end) {
        this.run.log('still draining', { group: this.arn, targets: targets.map(targetKey) });
        return;
      }
      if (live.length > 0) {
        if (!await isUpToDate()) { throw new Overtaken(); }
        await this.deregister(live);
      }
      await sleep(isDraining && live.length === 0 ? POLL_MS : CONFIRMATION_MS);
    }
  }

  /** Deregisters those that the last look showed. */
  public async deregister(targets: Target[]): Promise<void> {
    const live = targets.filter(target => this.health.isLive(target));
    if (live.length > 0) {
      this.sick.push(...live.filter(target => !this.health.isHealthy(target)));
      this.run.log('deregister', { group: this.arn, targets: live.map(targetKey) });
      await elbv2().deregisterTargets({ TargetGroupArn: this.arn, Targets: live.map(target => this.health.description(target)!.Target!) });
    }
  }

  /** How long the group lets a target finish its requests. */
  public async deregistrationDelaySeconds(): Promise<number> {
    const { Attributes } = await elbv2().describeTargetGroupAttributes({ TargetGroupArn: this.arn });
    return Number(Attributes?.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value ?? 300);
  }
}

export async function tagsOf(group: string): Promise<[string, string][]> {
  return (await describeTags([group])).get(group) ?? [];
}

/** The tags of many groups; nothing of those that are gone. */
export async function tagsOfAll(groups: string[]): Promise<Map<string, [string, string][]>> {
  const tags = new Map<string, [string, string][]>();
  for (let i = 0; i < groups.length; i += RESOURCES_PER_CALL) {
    const some = groups.slice(i, i + RESOURCES_PER_CALL);
    try {
      (await describeTags(some)).forEach((ofGroup, group) => tags.set(group, ofGroup));
    } catch (error) {
      if (!isNamed(error, 'TargetGroupNotFound')) { throw error; }
      // one that is gone hides the others
      const rest = some.length > 1 ? await Promise.all(some.map(group => tagsOfAll([group]))) : [];
      rest.forEach(found => found.forEach((ofGroup, group) => tags.set(group, ofGroup)));
    }
  }
  return tags;
}

async function describeTags(groups: string[]): Promise<Map<string, [string, string][]>> {
  const { TagDescriptions = [] } = await elbv2().describeTags({ ResourceArns: groups });
  return new Map(TagDescriptions.map(({ ResourceArn, Tags = [] }) => [ResourceArn!, Tags.map(({ Key, Value }) => [Key!, Value ?? ''])]));
}

export async function changeTags(group: string, put: [string, string][], remove: string[]): Promise<void> {
  if (put.length > 0) { await elbv2().addTags({ ResourceArns: [group], Tags: put.map(([Key, Value]) => ({ Key, Value })) }); }
  if (remove.length > 0) { await elbv2().removeTags({ ResourceArns: [group], TagKeys: remove }); }
}
