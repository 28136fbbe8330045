import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { isDenied, isNamed, log, sleep } from './aws';
import { DRAIN_SECONDS, HEALTH_SECONDS, RegistrationProperties, TARGETS_REPAIRED } from './contract';
import { POLL_MS, UNUSED_MS } from './health';
import { addressOf, canServe, endpointStates, isGone, networkInterfaces, vpcOfTargetGroup } from './interfaces';
import { isAtStake, isReady, plan, Swap, Target, targetKey, without } from './plan';
import { Records } from './record';
import { Answer, Event, Run } from './run';
import { Overtaken, tagsOf, TargetGroup } from './target-group';

/** Looks in a row that find nothing healthy on the old side, after which nothing is at stake any more. */
const SICK_LOOKS = 3;

/** Within this time ELBv2 tells that a group is no longer in use. */
const NOTICE_SECONDS = 10;

/** Within this time the event of a rollback follows that of the deployment that failed. */
const ROLLBACK_MS = 30_000;

const FOLLOW_MS = 15_000;

/** Keeps the addresses of an endpoint in a target group. */
export async function registration(run: Run, event: Event<RegistrationProperties>): Promise<Answer> {
  const properties = event.ResourceProperties;
  if (event.RequestType === 'Delete') {
    await remove(run, properties.TargetGroupArn, true);
    // the framework refuses another id, and what was never made has one that CloudFormation invented
    return { PhysicalResourceId: event.PhysicalResourceId };
  }
  const oldGroup = event.RequestType === 'Update' ? event.OldResourceProperties?.TargetGroupArn as string : undefined;
  const change = oldGroup === properties.TargetGroupArn ? reconcile(run, properties) : create(run, properties, oldGroup !== undefined);
  const targets = await change.catch(error => follow(run, properties, error));
  return {
    // with the target group in the id, another group is a replacement: CloudFormation deletes the registration in the old one after the rules have moved
    PhysicalResourceId: `${run.name}@${properties.TargetGroupArn}`,
    Data: { Targets: targets.map(targetKey).sort().join() },
  };
}

/**
 * Answers when the later run of the same event has done what this one should: an answer before that would let CloudFormation go on too soon. To a run that a cancelled
 * deployment began nobody listens any more, and in a rollback nothing fails.
 */
async function follow(run: Run, properties: RegistrationProperties, error: unknown): Promise<Target[]> {
  if (!(error instanceof Overtaken)) { throw error; }
  run.log('overtaken', { group: properties.TargetGroupArn });
  // what the later run does not know of nobody else would take away
  const group = await TargetGroup.of(run, properties.TargetGroupArn);
  await group.takeOut(group.records.onlyOf(run.stamp), async () => true);
  await group.record([], undefined);
  const { desired } = await wantedBy(properties);
  for (const end = run.until(HEALTH_SECONDS + DRAIN_SECONDS); Date.now() < end; await sleep(FOLLOW_MS)) {
    const { recorded } = new Records(run.name, await tagsOf(properties.TargetGroupArn));
    if (without(recorded, desired).length === 0 || await run.isRollingBack(false)) { return desired; }
  }
  throw error;
}

/**
 * No Delete follows a Create that failed, nor an Update that failed to go to another group: what they brought is taken back first. A group that has a record already
 * is one that a rollback returns to, and keeps its targets.
 */
async function create(run: Run, properties: RegistrationProperties, isUpdate: boolean): Promise<Target[]> {
  if (isUpdate && !(await TargetGroup.of(run, properties.TargetGroupArn)).records.isEmpty) { return reconcile(run, properties); }
  try {
    return await reconcile(run, properties);
  } catch (error) {
    await remove(run, properties.TargetGroupArn, false).catch(undo => run.log('not undone', { error: `${undo}` }));
    throw error;
  }
}

/**
 * Makes the targets of the group those of the endpoint: what is new comes and becomes healthy before what is old goes and drains.
 *
 * @param isRepair whether to do nothing where nothing is to do, and not even claim the record
 */
export async function reconcile(run: Run, properties: RegistrationProperties, isRepair = false): Promise<Target[]> {
  const { desired, outside } = await wantedBy(properties);
  const group = await TargetGroup.of(run, properties.TargetGroupArn);
  const { situation } = group;
  const wanted = { endpointId: properties.EndpointId, port: Number(properties.Port) };
  const { recordBefore, register: added, deregister: removed, recordAfter } = plan({ ...situation, desired });
  if (group.records.lastStamp > run.stamp) { throw new Overtaken(); }
  if (isRepair && added.length === 0 && recordBefore.length === recordAfter.length) { return []; }
  if (isRepair && !isAtRest(await run.stackStatus())) { return []; }
  const decision = { group: group.arn, register: added.map(targetKey), deregister: removed.map(targetKey) };
  run.log('plan', decision);

  const { wanted: wantedBefore } = group.records;
  await group.record(recordBefore, wanted);
  const isUpToDate = async () => group.isUpToDate();
  if (situation.recorded.length > 0 && added.length > 0 && !await isUpToDate()) { throw new Overtaken(); }
  await group.register(added, target => outside.has(target.address));
  // an answer that leaves them out must not look as if nothing were at stake
  const before = situation.recorded.filter(await group.isThere(situation.recorded));
  const sick = await wait(run, properties, group, { added, removed, before });
  if (sick) {
    run.log('not healthy', { group: group.arn, targets: group.health.diagnosis(group.health.live, Infinity) });
    if (await isUpToDate()) {
      // what was recorded before is no new target, though an answer may have left it out
      await group.takeOut(without(added, [...situation.recorded, ...situation.othersRecorded]), isUpToDate);
      await group.record(situation.recorded, wantedBefore, { final: true });
    }
    throw new Error(sick);
  }
  await group.takeOut(removed, isUpToDate);
  if (removed.length > 0 && !await isUpToDate()) { throw new Overtaken(); }
  await group.record(recordAfter, wanted, { final: true });
  if (isRepair) { run.log(TARGETS_REPAIRED, decision); }
  return desired;
}

/** The addresses that the endpoint has, and those of them that are not in the VPC of the target group. */
async function wantedBy(properties: RegistrationProperties): Promise<{ desired: Target[]; outside: Set<string> }> {
  const interfaces = await networkInterfaces(properties);
  const vpcId = properties.TargetGroupVpcId ?? await vpcOfTargetGroup(properties.TargetGroupArn);
  const address = (each: NetworkInterface) => addressOf(each, properties.IpAddressType);
  return {
    desired: interfaces.map(each => ({ address: address(each), port: Number(properties.Port) })),
    outside: new Set(interfaces.filter(each => each.VpcId !== vpcId).map(address)),
  };
}

/** Whether no deployment is going on. */
export function isAtRest(status: string): boolean {
  return status !== '' && !status.endsWith('_IN_PROGRESS');
}

/** Waits until the new side is healthy. Answers what stands in the way where it does not become so while the old side is. */
async function wait(run: Run, properties: RegistrationProperties, group: TargetGroup, swap: Swap): Promise<string | undefined> {
  if ((swap.added.length === 0 && swap.removed.length === 0) || !isAtStake(swap, group.health)) { return undefined; }
  const start = Date.now();
  const end = run.until(HEALTH_SECONDS);
  // as it is now: when the deployment is cancelled later, this run is still one of those that went ahead
  const isRollback = await run.isRollingBack(false);
  const state = (await endpointStates([properties.EndpointId])).get(properties.EndpointId);
  for (let sick = 0; sick < SICK_LOOKS;) {
    const health = await group.look();
    if (isReady(swap, health, Date.now() - start >= UNUSED_MS)) { return undefined; }
    sick = isAtStake(swap, health) ? 0 : sick + 1;
    if (Date.now() >= end || (swap.added.length > 0 && !canServe(state))) {
      if (isRollback) {
        // or a deployment that failed just when this run began, and whose rollback is still to come
        await sleep(ROLLBACK_MS);
        break;
      }
      const what = swap.added.length > 0 ? 'The new targets are not healthy' : 'Nothing healthy would remain';
      return `${what} after ${Math.round((Date.now() - start) / 1_000)} s, while the old ones are, which have served throughout and still do. `
        + `Endpoint ${properties.EndpointId} is ${state ?? 'in an unknown state'}${canServe(state) ? '' : ': make the new one beside the old one, have it accepted, then move'}. `
        + health.diagnosis(swap.added.length > 0 ? swap.added : health.live);
    }
    await sleep(POLL_MS);
  }
  run.log('not waited for health', { group: group.arn, targets: group.health.diagnosis(swap.added, Infinity) });
  return undefined;
}

/** Takes away what the record names. */
async function remove(run: Run, arn: string, isDelete: boolean): Promise<void> {
  try {
    const group = await TargetGroup.of(run, arn);
    if (!isDelete && group.records.lastStamp > run.stamp) {
      run.log('left to a later run', { group: arn });
      return;
    }
    const { deregister } = plan({ ...group.situation, desired: [] });
    run.log('plan', { group: arn, register: [], deregister: deregister.map(targetKey) });
    if (isDelete) { await letFinish(run, group, deregister); }
    await group.takeOut(deregister, async () => isDelete || group.isUpToDate());
    await group.record([], undefined, { final: true, stamp: Infinity });
  } catch (error) {
    // a group that is gone has no tags, so that even the permission to ask for it, which goes by tag, may be missing
    const gone = isNamed(error, 'TargetGroupNotFound') || (isDenied(error) && await isGone(arn));
    if (!gone) { throw error; }
    log('target group is gone', { group: arn });
  }
}

/**
 * A rule that has just moved away leaves its group in no listener, where targets go at once, without a drain, and with them the endpoint behind: requests in flight get
 * the same time here. Not when the whole stack goes.
 */
async function letFinish(run: Run, group: TargetGroup, targets: Target[]): Promise<void> {
  if (!targets.some(target => group.health.isUnused(target) || group.health.isHealthy(target))) { return; }
  const status = await run.stackStatus();
  if (!/^UPDATE_|^$/.test(status)) { return; }
  // ELBv2 takes a moment to notice that the rule is gone
  for (const end = run.until(NOTICE_SECONDS); Date.now() < end && targets.some(target => group.health.isHealthy(target)); await group.look()) {
    await sleep(POLL_MS);
  }
  if (!targets.some(target => group.health.isUnused(target))) { return; }
  const seconds = Math.min(await group.deregistrationDelaySeconds(), DRAIN_SECONDS);
  run.log('let requests finish', { group: group.arn, seconds });
  await sleep(seconds * 1_000);
  await group.look();
}
