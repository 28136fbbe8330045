import { elbv2, isNamed } from './aws';
import { DRAINED_TAG_PREFIX, DrainedTargets, DrainProperties } from './contract';
import { listed } from './health';
import { interfacesIn } from './interfaces';
import { Target, targetKey, unique, without } from './plan';
import { recordedTargets, Records, recordTags } from './record';
import { Answer, Event, Run, sameId } from './run';
import { changeTags, Overtaken, TargetGroup, tagsOfAll } from './target-group';

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
  return sameId(run, event);
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

/** What registrations of the drained endpoints have in one group, by the subnet of the address. */
interface Step {
  readonly group: TargetGroup;
  readonly bySubnet: Map<string, Target[]>;
  readonly targets: Target[];
}

async function takeOut(run: Run, removed: Change[]): Promise<void> {
  if (removed.length === 0) { return; }
  // as it is now: a deployment that is cancelled does not stop the runs that it began
  const status = await run.stackStatus();
  const isUpToDate = async () => ['', status].includes(await run.stackStatus());
  const steps: Step[] = [];
  for (const [arn, places] of await placesIn(removed)) {
    const group = await TargetGroup.of(run, arn).catch(unlessGone);
    if (!group) { continue; }
    const bySubnet = recordedBySubnet(run, group.tags, places);
    const recorded = [...bySubnet.values()].flat();
    const isThere = await group.isThere(recorded);
    for (const [subnetId, inSubnet] of bySubnet) { bySubnet.set(subnetId, inSubnet.filter(isThere)); }
    const targets = recorded.filter(isThere);
    if (targets.length > 0) { steps.push({ group, bySubnet, targets }); }
  }
  const emptied = steps.filter(({ group: { health }, targets }) => targets.some(target => health.isHealthy(target))
    && !without(health.live, targets).some(target => health.isHealthy(target)));
  if (emptied.length > 0 && !status.includes('ROLLBACK')) {
    throw new Error('Nothing was changed. Add subnets in one deployment, and remove the others in the next, when the new addresses are healthy: without the subnets that '
      + `the endpoints lose, nothing healthy would be left in ${listed(emptied.map(({ group }) => `${group.arn} (${group.health.diagnosis(group.health.live)})`))}`);
  }
  if (steps.length === 0) { return; }
  if (!await isUpToDate()) { throw new Overtaken(); }
  for (const { group, bySubnet, targets } of steps) {
    await changeTags(group.arn, [...bySubnet].flatMap(([subnetId, inSubnet]) => [...recordTags(keyOf(run, subnetId), inSubnet)]), []);
    await group.deregister(targets);
  }
  // one after the other: when the first has drained, the others mostly have too
  for (const { group, targets } of steps) {
    await group.look();
    await group.takeOut(targets, isUpToDate);
  }
}

/** Registers again what was taken out, as far as it is still wanted and there. */
async function putBack(run: Run, returned: Change[]): Promise<void> {
  const tags = await tagsOfAll([...new Set(returned.flatMap(({ places }) => places.map(({ TargetGroupArn }) => TargetGroupArn)))]);
  const taken = (group: string, subnetIds: string[]) =>
    (tags.get(group) ?? []).filter(([key]) => subnetIds.some(id => key.startsWith(keyOf(run, id))));
  const affected = returned.map(({ subnetIds, places }) => ({
    subnetIds, places: places.filter(({ TargetGroupArn }) => taken(TargetGroupArn, subnetIds).length > 0),
  })).filter(({ places }) => places.length > 0);
  for (const [group, places] of await placesIn(affected)) {
    const ours = taken(group, [...new Set(places.flatMap(({ addresses }) => [...addresses.keys()]))]);
    const wasTaken = new Set(ours.flatMap(([, value]) => recordedTargets(value)).map(targetKey));
    const targets = [...recordedBySubnet(run, tags.get(group)!, places).values()].flat().filter(target => wasTaken.has(targetKey(target)));
    run.log('register again', { group, targets: targets.map(targetKey) });
    if (targets.length > 0) {
      await elbv2().registerTargets({ TargetGroupArn: group, Targets: targets.map(({ address, port }) => ({ Id: address, Port: port })) });
    }
    await changeTags(group, [], ours.map(([key]) => key));
  }
}

/** A registration, and the addresses of the endpoint interfaces in the subnets of its endpoint. */
interface Place {
  readonly registration: string;
  readonly addresses: Map<string, (string | undefined)[]>;
}

/** By target group. */
async function placesIn(changed: Change[]): Promise<Map<string, Place[]>> {
  const found = new Map<string, Place[]>();
  const interfaces = changed.length > 0 ? await interfacesIn([...new Set(changed.flatMap(({ subnetIds }) => subnetIds))]) : [];
  for (const { subnetIds, places } of changed) {
    const addresses = new Map(subnetIds.map(id => [id, interfaces.filter(({ SubnetId }) => SubnetId === id)
      .flatMap(({ PrivateIpAddress, Ipv6Addresses = [] }) => [PrivateIpAddress, ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address)])]));
    for (const { TargetGroupArn, Registration } of places) {
      found.set(TargetGroupArn, [...found.get(TargetGroupArn) ?? [], { registration: Registration, addresses }]);
    }
  }
  return found;
}

function recordedBySubnet(run: Run, tags: [string, string][], places: Place[]): Map<string, Target[]> {
  const bySubnet = new Map<string, Target[]>();
  for (const { registration, addresses } of places) {
    const { recorded } = new Records(run.for(registration).name, tags);
    for (const [subnetId, inSubnet] of addresses) {
      bySubnet.set(subnetId, unique([...bySubnet.get(subnetId) ?? [], ...recorded.filter(({ address }) => inSubnet.includes(address))]));
    }
  }
  return bySubnet;
}

function unlessGone(error: unknown): undefined {
  if (!isNamed(error, 'TargetGroupNotFound')) { throw error; }
}

function keyOf(run: Run, subnetId: string): string {
  return `${DRAINED_TAG_PREFIX}${run.name}:${subnetId}`;
}
