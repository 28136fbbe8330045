import { elbv2, permitted } from './aws';
import { DRAINED_TAG_PREFIX, DrainProperties } from './contract';
import { interfacesIn } from './interfaces';
import { Target, targetKey, without } from './plan';
import { recordedTargets, Records, recordTags } from './record';
import { Answer, Event, Run } from './run';
import { changeTags, TargetGroup, tagsOfAll } from './target-group';

/** Subnets that an endpoint loses or gets, and the target groups that have its addresses before and after. */
interface Change {
  readonly subnetIds: string[];
  readonly groups: string[];
}

/** Takes addresses out of target groups while their interfaces are still there, because what follows takes the interfaces away. */
export async function drain(run: Run, event: Event<DrainProperties>): Promise<Answer> {
  if (event.RequestType === 'Update') {
    const [before, after] = [event.OldResourceProperties ?? {}, event.ResourceProperties];
    // what comes back may be what a rollback gives back
    const returned = changes(after, before);
    if (returned.length > 0) { await permitted(() => putBack(run, returned)); }
    const removed = changes(before, after);
    if (removed.length > 0) { await permitted(() => takeOut(run, removed)); }
  }
  return { PhysicalResourceId: event.RequestType === 'Create' ? run.name : event.PhysicalResourceId };
}

/** What `one` has and `other` has not. Groups that only one of them knows are left alone: their rules may still be live. */
function changes({ Endpoints: one = {} }: DrainProperties, { Endpoints: other = {} }: DrainProperties): Change[] {
  return Object.keys(one).filter(key => other[key]).map(key => ({
    subnetIds: one[key].SubnetIds.filter(subnetId => !other[key].SubnetIds.includes(subnetId)),
    groups: one[key].TargetGroupArns.filter(group => other[key].TargetGroupArns.includes(group)),
  })).filter(({ subnetIds, groups }) => subnetIds.length > 0 && groups.length > 0);
}

async function takeOut(run: Run, removed: Change[]): Promise<void> {
  const steps: { group: TargetGroup; targets: Target[] }[] = [];
  for (const [arn, addresses] of await addressesByGroup(removed)) {
    const group = await TargetGroup.of(run, arn);
    const targets = group.situation.othersRecorded.filter(({ address }) => addresses.has(address));
    if (targets.some(target => group.health.isLive(target) || group.health.isDraining(target))) { steps.push({ group, targets }); }
  }
  const emptied = steps.filter(({ group: { health }, targets }) => targets.some(target => health.isHealthy(target))
    && !without(health.live, targets).some(target => health.isHealthy(target)));
  if (emptied.length > 0 && !await run.isRollingBack(false)) {
    throw new Error('Without the subnets that the endpoints lose, nothing healthy would be left in '
      + `${emptied.map(({ group }) => `${group.arn} (${group.health.diagnosis(group.health.live)})`).join(', ')}. `
      + 'Nothing was changed. Add subnets in one deployment, and remove the others in the next, when the new addresses are healthy.');
  }
  for (const { group, targets } of steps) {
    await changeTags(group.arn, [...recordTags(keyOf(run), targets)], []);
    await group.deregister(targets);
  }
  // one after the other: when the first has drained, the others mostly have too
  for (const { group, targets } of steps) { await group.takeOut(targets); }
}

/** Registers again what was taken out, as far as it is still wanted and there. */
async function putBack(run: Run, returned: Change[]): Promise<void> {
  const tags = await tagsOfAll([...new Set(returned.flatMap(({ groups }) => groups))]);
  const taken = new Map([...tags].map(([group, ofGroup]) => [group, ofGroup.filter(([key]) => key.startsWith(keyOf(run)))]));
  const affected = returned.map(({ subnetIds, groups }) => ({ subnetIds, groups: groups.filter(group => taken.get(group)?.length) }))
    .filter(({ groups }) => groups.length > 0);
  if (affected.length === 0) { return; }
  for (const [group, addresses] of await addressesByGroup(affected)) {
    const wanted = new Set(new Records(run.name, tags.get(group)!).othersRecorded.map(targetKey));
    const targets = taken.get(group)!.flatMap(([, value]) => recordedTargets(value))
      .filter(target => wanted.has(targetKey(target)) && addresses.has(target.address));
    run.log('register again', { group, targets: targets.map(targetKey) });
    if (targets.length > 0) {
      await elbv2().registerTargets({ TargetGroupArn: group, Targets: targets.map(({ address, port }) => ({ Id: address, Port: port })) });
    }
    await changeTags(group, [], taken.get(group)!.map(([key]) => key));
  }
}

async function addressesByGroup(changed: Change[]): Promise<Map<string, Set<string>>> {
  const interfaces = await interfacesIn([...new Set(changed.flatMap(({ subnetIds }) => subnetIds))]);
  const byGroup = new Map<string, Set<string>>();
  for (const { subnetIds, groups } of changed) {
    const addresses = interfaces.filter(({ SubnetId }) => subnetIds.includes(SubnetId!))
      .flatMap(({ PrivateIpAddress, Ipv6Addresses = [] }) => [PrivateIpAddress, ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address)]);
    for (const group of groups) {
      byGroup.set(group, new Set([...byGroup.get(group) ?? [], ...addresses.filter(address => address !== undefined)]));
    }
  }
  return byGroup;
}

function keyOf(run: Run): string {
  return `${DRAINED_TAG_PREFIX}${run.name}`;
}
