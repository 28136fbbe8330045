import { elbv2, isNamed } from './aws';
import { DRAINED_TAG_PREFIX, DrainedTargets, DrainProperties } from './contract';
import { listed } from './health';
import { interfacesIn } from './interfaces';
import { Target, targetKey, without } from './plan';
import { recordedTargets, Records, recordTags } from './record';
import { Answer, Event, Run } from './run';
import { changeTags, TargetGroup, tagsOfAll } from './target-group';

/** Subnets that an endpoint loses or gets, and where its addresses are before and after. */
interface Change {
  readonly subnetIds: string[];
  readonly places: DrainedTargets[];
}

/** Takes addresses out of target groups while their interfaces are still there, because what follows takes the interfaces away. */
export async function drain(run: Run, event: Event<DrainProperties>): Promise<Answer> {
  if (event.RequestType === 'Update') {
    const [before, after] = [event.OldResourceProperties ?? {}, event.ResourceProperties];
    // what comes back may be what a rollback gives back
    await putBack(run, changes(after, before));
    await takeOut(run, changes(before, after));
  }
  return { PhysicalResourceId: event.RequestType === 'Create' ? run.name : event.PhysicalResourceId };
}

/**
 * What `one` has and `other` has not. Registrations that only one of them knows are left alone, and so are their groups: the rules may still be live. A group that is
 * replaced serves until its rule moves.
 */
function changes({ Endpoints: one = {} }: DrainProperties, { Endpoints: other = {} }: DrainProperties): Change[] {
  return Object.keys(one).filter(key => other[key]).map(key => ({
    subnetIds: one[key].SubnetIds.filter(subnetId => !other[key].SubnetIds.includes(subnetId)),
    places: one[key].Targets.filter(place => other[key].Targets.some(({ Registration }) => Registration === place.Registration)),
  })).filter(({ subnetIds, places }) => subnetIds.length > 0 && places.length > 0);
}

async function takeOut(run: Run, removed: Change[]): Promise<void> {
  const steps: { group: TargetGroup; targets: Target[] }[] = [];
  for (const { place, addresses } of await addressesIn(removed)) {
    const group = await TargetGroup.of(run.for(place.Registration), place.TargetGroupArn).catch(unlessGone);
    const targets = group?.records.recorded.filter(({ address }) => addresses.has(address)) ?? [];
    if (group && targets.some(target => group.health.description(target))) { steps.push({ group, targets }); }
  }
  const emptied = steps.filter(({ group: { health }, targets }) => targets.some(target => health.isHealthy(target))
    && !without(health.live, targets).some(target => health.isHealthy(target)));
  if (emptied.length > 0 && !await run.isRollingBack(false)) {
    throw new Error('Add subnets in one deployment, and remove the others in the next, when the new addresses are healthy. Nothing was changed: without the subnets that '
      + `the endpoints lose, nothing healthy would be left in ${listed(emptied.map(({ group }) => `${group.arn} (${group.health.diagnosis(group.health.live)})`))}`);
  }
  if (steps.length === 0) { return; }
  const status = await run.stackStatus();
  for (const { group, targets } of steps) {
    await changeTags(group.arn, [...recordTags(keyOf(run), targets)], []);
    await group.deregister(targets);
  }
  // one after the other: when the first has drained, the others mostly have too
  for (const { group, targets } of steps) {
    await group.look();
    await group.takeOut(targets, async () => await run.stackStatus() === status);
  }
}

/** Registers again what was taken out, as far as it is still wanted and there. */
async function putBack(run: Run, returned: Change[]): Promise<void> {
  const tags = await tagsOfAll([...new Set(returned.flatMap(({ places }) => places.map(({ TargetGroupArn }) => TargetGroupArn)))]);
  const taken = (group: string) => (tags.get(group) ?? []).filter(([key]) => key.startsWith(keyOf(run)));
  const isAffected = ({ TargetGroupArn }: DrainedTargets) => taken(TargetGroupArn).length > 0;
  const affected = returned.map(({ subnetIds, places }) => ({ subnetIds, places: places.filter(isAffected) }))
    .filter(({ places }) => places.length > 0);
  for (const { place: { TargetGroupArn: group, Registration }, addresses } of await addressesIn(affected)) {
    const wanted = new Set(new Records(run.for(Registration).name, tags.get(group)!).recorded.map(targetKey));
    const targets = taken(group).flatMap(([, value]) => recordedTargets(value))
      .filter(target => wanted.has(targetKey(target)) && addresses.has(target.address));
    run.log('register again', { group, targets: targets.map(targetKey) });
    if (targets.length > 0) {
      await elbv2().registerTargets({ TargetGroupArn: group, Targets: targets.map(({ address, port }) => ({ Id: address, Port: port })) });
    }
    await changeTags(group, [], taken(group).map(([key]) => key));
  }
}

/** The addresses of the interfaces in the subnets, for each place that may have them. */
async function addressesIn(changed: Change[]): Promise<{ place: DrainedTargets; addresses: Set<string | undefined> }[]> {
  if (changed.length === 0) { return []; }
  const interfaces = await interfacesIn([...new Set(changed.flatMap(({ subnetIds }) => subnetIds))]);
  return changed.flatMap(({ subnetIds, places }) => {
    const addresses = new Set(interfaces.filter(({ SubnetId }) => subnetIds.includes(SubnetId!))
      .flatMap(({ PrivateIpAddress, Ipv6Addresses = [] }) => [PrivateIpAddress, ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address)]));
    return places.map(place => ({ place, addresses }));
  });
}

function unlessGone(error: unknown): undefined {
  if (!isNamed(error, 'TargetGroupNotFound')) { throw error; }
}

function keyOf(run: Run): string {
  return `${DRAINED_TAG_PREFIX}${run.name}`;
}
