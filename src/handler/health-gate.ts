import { log, sleep } from './aws';
import { GatedGroup, HealthGateProperties } from './contract';
import { GroupHealth, POLL_MS } from './health';
import { canServe, endpointStates } from './interfaces';
import { Answer, Event, Run } from './run';

/** Two looks a second leave most of what ELBv2 allows an account to others. */
const BETWEEN_LOOKS_MS = 500;

/** After this time `unused` is no longer the start of something. */
const UNUSED_MS = 30_000;

/** Waits until the groups that changed in this deployment are healthy. */
export async function healthGate(run: Run, event: Event<HealthGateProperties>): Promise<Answer> {
  const answer = { PhysicalResourceId: event.RequestType === 'Create' ? run.name : event.PhysicalResourceId };
  if (event.RequestType === 'Delete' || await run.isRollingBack(true)) { return answer; }
  const { Groups: groups = {}, TimeoutSeconds, AllTargets } = event.ResourceProperties;
  const before = event.RequestType === 'Update' ? event.OldResourceProperties?.Groups ?? {} : {};
  const isChanged = (key: string) => JSON.stringify(groups[key]) !== JSON.stringify(before[key]);
  const deciding = Object.keys(groups).filter(isChanged).map(key => new Candidate(groups[key]));
  const others = Object.keys(groups).filter(key => !isChanged(key)).map(key => new Candidate(groups[key]));
  const end = run.until(Number(TimeoutSeconds));
  const sick = await healthy(run, deciding, AllTargets === 'true', end);
  for (const other of others) {
    if (Date.now() >= end) { break; }
    if (!await other.isHealthy(AllTargets === 'true').catch(() => false)) {
      run.log('not healthy, but not changed', { group: other.arn, targets: other.diagnosis });
    }
  }
  if (sick.length > 0) {
    throw new Error(`${sick.length} of ${deciding.length} target groups that this deployment changed are not healthy. `
      + sick.map(({ arn, diagnosis }) => `${arn}: ${diagnosis}`).join(' | '));
  }
  return answer;
}

/** Waits, and answers those that did not become healthy. */
async function healthy(run: Run, deciding: Candidate[], all: boolean, end: number): Promise<Candidate[]> {
  const start = Date.now();
  for (let waiting = deciding; ; await sleep(POLL_MS)) {
    const sick: Candidate[] = [];
    for (const candidate of waiting) {
      if (!await candidate.isHealthy(all)) { sick.push(candidate); }
    }
    const states = await endpointStates(sick.flatMap(({ endpointIds }) => endpointIds));
    waiting = sick.filter(({ arn, endpointIds }) => {
      const closed = endpointIds.filter(id => !canServe(states.get(id)));
      if (closed.length > 0) { run.log('not waited for: an endpoint is not accepted', { group: arn, endpoints: closed }); }
      return closed.length === 0;
    });
    const isHopeless = Date.now() - start >= UNUSED_MS && waiting.every(({ isUnused }) => isUnused);
    if (waiting.length === 0 || isHopeless || Date.now() >= end) { return waiting; }
  }
}

/** A target group at the gate. */
class Candidate {
  public readonly arn: string;
  public readonly endpointIds: string[];
  private health = new GroupHealth([]);

  constructor({ TargetGroupArn, EndpointIds = [] }: GatedGroup) {
    this.arn = TargetGroupArn;
    this.endpointIds = EndpointIds;
  }

  public get diagnosis(): string {
    return this.health.live.length === 0 ? 'no target is registered' : this.health.diagnosis(this.health.live);
  }

  public get isUnused(): boolean {
    return this.health.live.length > 0 && this.health.live.every(target => this.health.isUnused(target));
  }

  public async isHealthy(all: boolean): Promise<boolean> {
    await sleep(BETWEEN_LOOKS_MS);
    this.health = await GroupHealth.of(this.arn);
    const { live } = this.health;
    const isHealthy = live.map(target => this.health.isHealthy(target));
    log('looked', { group: this.arn, targets: this.diagnosis });
    return live.length > 0 && (all ? isHealthy.every(Boolean) : isHealthy.some(Boolean));
  }
}
