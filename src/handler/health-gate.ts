import { log, sleep } from './aws';
import { GatedGroup, HealthGateProperties, NO_REQUESTS } from './contract';
import { GroupHealth, POLL_MS, UNUSED_MS } from './health';
import { canServe, endpointStates } from './interfaces';
import { Answer, Event, Run, sameId } from './run';

/** Two looks a second leave most of what ELBv2 allows an account to others. */
const BETWEEN_LOOKS_MS = 500;

/** Waits until the groups that changed in this deployment are healthy. */
export async function healthGate(run: Run, event: Event<HealthGateProperties>): Promise<Answer> {
  const answer = sameId(run, event);
  if (event.RequestType === 'Delete' || await run.isRollingBack(false)) { return answer; }
  const { Groups: groups = {}, TimeoutSeconds, AllTargets } = event.ResourceProperties;
  const before = event.RequestType === 'Update' ? event.OldResourceProperties?.Groups ?? {} : {};
  const isChanged = (key: string) => canonical(decisive(groups[key], groups[key])) !== canonical(decisive(before[key], groups[key]));
  const candidates = (keys: string[]) => keys.map(key => new Candidate(groups[key], AllTargets === 'true'));
  const deciding = candidates(Object.keys(groups).filter(isChanged));
  const end = run.until(Number(TimeoutSeconds));
  const sick = await stillSick(deciding, end);
  for (const other of candidates(Object.keys(groups).filter(key => !isChanged(key)))) {
    if (Date.now() >= end) { break; }
    await other.look().catch(error => run.log('not seen', { group: other.arn, error: `${error}` }));
    if (!other.isHealthy) { run.log('not healthy, but not changed', { group: other.arn, targets: other.diagnosis }); }
  }
  if (sick.length > 0 && !await run.isRollingBack(true)) {
    const worstFirst = sick.sort((one, other) => other.severity - one.severity);
    throw new Error(`${sick.length} of ${deciding.length} target groups that this deployment changed are not healthy. `
      + worstFirst.map(({ arn, diagnosis }) => `${arn}: ${diagnosis}`).join(' | '));
  }
  return answer;
}

/** Waits, and answers those that did not become healthy. */
async function stillSick(deciding: Candidate[], end: number): Promise<Candidate[]> {
  const start = Date.now();
  for (let waiting = deciding; ; await sleep(POLL_MS)) {
    for (const candidate of waiting) {
      if (candidate.isSeen && Date.now() >= end) { return waiting.filter(({ isHealthy }) => !isHealthy); }
      await candidate.look();
    }
    waiting = waiting.filter(({ isHealthy }) => !isHealthy);
    const states = await endpointStates(waiting.flatMap(({ endpointIds }) => endpointIds));
    waiting = waiting.filter(candidate => !candidate.isNotAccepted(states));
    const isHopeless = waiting.every(({ isUnused, isClosed }) => isClosed || (isUnused && Date.now() - start >= UNUSED_MS));
    if (isHopeless || Date.now() >= end) { return waiting; }
  }
}

/** What of a group lets it decide, as it is now or was before. */
function decisive(group: GatedGroup | undefined, { Rules }: GatedGroup): Partial<GatedGroup> | undefined {
  return group && Rules === NO_REQUESTS ? { ...group, Rules } : group;
}

/** The same text for the same value, in whatever order its properties come. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) => typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => one < other ? -1 : 1)) : part);
}

/** A target group at the gate. */
class Candidate {
  public readonly arn: string;
  public readonly endpointIds: string[];
  public isSeen = false;
  /** States of endpoints in which nothing comes of waiting. */
  private closed: string[] = [];
  private health = new GroupHealth([]);

  constructor({ TargetGroupArn, EndpointIds = [] }: GatedGroup, private readonly all: boolean) {
    this.arn = TargetGroupArn;
    this.endpointIds = EndpointIds;
  }

  public get isHealthy(): boolean {
    const isHealthy = this.health.live.map(target => this.health.isHealthy(target));
    return isHealthy.length > 0 && (this.all ? isHealthy.every(Boolean) : isHealthy.some(Boolean));
  }

  public get isUnused(): boolean {
    return this.health.live.length > 0 && this.health.live.every(target => this.health.isUnused(target));
  }

  public get isClosed(): boolean {
    return this.closed.length > 0;
  }

  public get severity(): number {
    return this.health.live.length === 0 ? 3 : Math.max(...this.health.live.map(target => this.health.severity(target)));
  }

  public get diagnosis(): string {
    const targets = this.health.live.length === 0 ? 'no target is registered' : this.health.diagnosis(this.health.live);
    return [...this.closed, targets].join(', ');
  }

  /** Whether somebody has to accept one of its endpoints. */
  public isNotAccepted(states: Map<string, string>): boolean {
    const closed = this.endpointIds.filter(id => !canServe(states.get(id)));
    const pending = closed.filter(id => /^pendingAcceptance$/i.test(`${states.get(id)}`));
    this.closed = closed.map(id => `${id} is ${states.get(id)}`);
    if (pending.length > 0) { log('not waited for: an endpoint is not accepted', { group: this.arn, endpoints: pending }); }
    return pending.length > 0;
  }

  public async look(): Promise<void> {
    await sleep(BETWEEN_LOOKS_MS);
    this.health = await GroupHealth.of(this.arn);
    this.isSeen = true;
    log('looked', { group: this.arn, targets: this.health.diagnosis(this.health.live, Infinity) });
  }
}
