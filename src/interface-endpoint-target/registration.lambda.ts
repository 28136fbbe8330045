import { createHash } from 'node:crypto';
import { DescribeNetworkInterfacesCommand, DescribeVpcEndpointsCommand, EC2Client, NetworkInterface } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand, DeregisterTargetsCommand, DescribeTagsCommand, DescribeTargetGroupsCommand, DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client, RegisterTargetsCommand, RemoveTagsCommand, TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { RECORD_TAG_PREFIX, RegistrationProperties } from './contract';
import { Plan, plan, Target, targetKey } from './plan';
import { isRecordOf, recordedTargets, recordTags } from './record';

const ec2 = new EC2Client({ maxAttempts: 8 });
const elbv2 = new ElasticLoadBalancingV2Client({ maxAttempts: 8 });

/** EC2 shows a new interface after some seconds only; after these delays it is taken as missing. */
const VISIBILITY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];

/** A policy that was just made may not hold for a minute; after these delays a permission is taken as missing. */
const PERMISSION_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** A message this long still fits into the answer to CloudFormation, with everything around it. */
const MAX_MESSAGE_BYTES = 1_500;

/** What the framework of the CDK (`custom_resources.Provider`) calls for each event of a registration. */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<{ PhysicalResourceId: string }> {
  const properties = event.ResourceProperties as unknown as RegistrationProperties;
  const registration = registrationName(event);
  try {
    switch (event.RequestType) {
      case 'Create':
        await create(registration, properties);
        break;
      case 'Update':
        await update(registration, properties, event.OldResourceProperties.TargetGroupArn);
        break;
      case 'Delete':
        await remove(registration, properties.TargetGroupArn);
        // the framework refuses another id, and what was never made has one that CloudFormation invented
        return { PhysicalResourceId: event.PhysicalResourceId };
    }
  } catch (error) {
    log('failed', { registration, requestType: event.RequestType, error: `${error}` });
    throw new Error(failureMessage(event.RequestType, properties, error));
  }
  // with the target group in the id, another group is a replacement: CloudFormation deletes the registration in the old one after the rules have moved
  return { PhysicalResourceId: `${registration}@${properties.TargetGroupArn}` };
}

/** The framework sends no Delete for a Create that failed, so the Create takes back what it brought. */
async function create(registration: string, properties: RegistrationProperties): Promise<void> {
  try {
    await register(registration, properties);
  } catch (error) {
    await remove(registration, properties.TargetGroupArn).catch(undo => log('not undone', { registration, error: `${undo}` }));
    throw error;
  }
}

/**
 * An Update to another group is a creation there: no Delete follows if it fails. A group that has a record already is one that a rollback returns to, and
 * keeps its targets.
 */
async function update(registration: string, properties: RegistrationProperties, oldGroup: string): Promise<void> {
  const group = properties.TargetGroupArn;
  const isNew = group !== oldGroup && (await situationOf(registration, group)).record.size === 0;
  await (isNew ? create : register)(registration, properties);
}

async function register(registration: string, properties: RegistrationProperties): Promise<void> {
  for (const delay of PERMISSION_DELAYS_MS) {
    try {
      return await reconcile(registration, properties);
    } catch (error) {
      if (!isNamed(error, 'AccessDenied') && !isNamed(error, 'UnauthorizedOperation')) { throw error; }
      log('not permitted yet', { registration, error: `${error}` });
    }
    await sleep(delay);
  }
  await reconcile(registration, properties);
}

async function reconcile(registration: string, properties: RegistrationProperties): Promise<void> {
  const group = properties.TargetGroupArn;
  const interfaces = await networkInterfaces(properties);
  const vpcId = properties.TargetGroupVpcId ?? await vpcOfTargetGroup(group);
  const desired = interfaces.map(networkInterface => ({
    address: addressOf(networkInterface, properties.IpAddressType),
    port: Number(properties.Port),
    outside: networkInterface.VpcId !== vpcId,
  }));
  const situation = await situationOf(registration, group);
  await carryOut(registration, group, plan({ ...situation, desired }), situation, new Set(desired.filter(target => target.outside).map(targetKey)));
}

async function remove(registration: string, group: string): Promise<void> {
  try {
    const situation = await situationOf(registration, group);
    await carryOut(registration, group, plan({ ...situation, desired: [] }), situation, new Set());
  } catch (error) {
    // a group that is gone has no tags, so that even the permission to ask for it, which goes by tag, may be missing
    const gone = isNamed(error, 'TargetGroupNotFound') || (isNamed(error, 'AccessDenied') && await isGone(group));
    if (!gone) { throw error; }
    log('target group is gone', { registration, group });
  }
}

interface GroupSituation {
  readonly registered: Target[];
  readonly recorded: Target[];
  readonly othersRecorded: Target[];
  /** The tags of the record as they are. */
  readonly record: Map<string, string>;
  /** Targets as the group names them, which deregistering must repeat. */
  readonly descriptions: Map<string, TargetDescription>;
}

async function situationOf(registration: string, group: string): Promise<GroupSituation> {
  const { TagDescriptions } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [group] }));
  const records = (TagDescriptions?.[0]?.Tags ?? []).filter(tag => tag.Key!.startsWith(RECORD_TAG_PREFIX));
  const own = records.filter(tag => isRecordOf(registration, tag.Key!));
  const others = records.filter(tag => !isRecordOf(registration, tag.Key!));

  const { TargetHealthDescriptions } = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  const live = (TargetHealthDescriptions ?? []).filter(description => description.TargetHealth?.State !== 'draining')
    .map(description => description.Target!);
  const registered = live.map(target => ({ address: target.Id!, port: target.Port! }));
  return {
    registered,
    recorded: own.flatMap(tag => recordedTargets(tag.Value ?? '')),
    othersRecorded: others.flatMap(tag => recordedTargets(tag.Value ?? '')),
    record: new Map(own.map(tag => [tag.Key!, tag.Value ?? ''])),
    descriptions: new Map(live.map((target, index) => [targetKey(registered[index]), target])),
  };
}

async function carryOut(
  registration: string, group: string, steps: Plan, situation: GroupSituation, outside: Set<string>,
): Promise<void> {
  log('plan', { registration, group, register: steps.register.map(targetKey), deregister: steps.deregister.map(targetKey) });
  const record = await writeRecord(registration, group, situation.record, steps.recordBefore);
  if (steps.register.length > 0) {
    await elbv2.send(new RegisterTargetsCommand({
      TargetGroupArn: group,
      Targets: steps.register.map(target => ({
        Id: target.address,
        Port: target.port,
        AvailabilityZone: outside.has(targetKey(target)) ? 'all' : undefined,
      })),
    }));
  }
  if (steps.deregister.length > 0) {
    await elbv2.send(new DeregisterTargetsCommand({
      TargetGroupArn: group,
      Targets: steps.deregister.map(target => situation.descriptions.get(targetKey(target))!),
    }));
  }
  await writeRecord(registration, group, record, steps.recordAfter);
}

/** Makes the tags `present` those of a record of these targets. Answers the tags it has now. */
async function writeRecord(registration: string, group: string, present: Map<string, string>, targets: Target[]): Promise<Map<string, string>> {
  const tags = recordTags(registration, targets);
  const changed = [...tags].filter(([key, value]) => present.get(key) !== value);
  if (changed.length > 0) {
    await elbv2.send(new AddTagsCommand({ ResourceArns: [group], Tags: changed.map(([Key, Value]) => ({ Key, Value })) }));
  }
  const surplus = [...present.keys()].filter(key => !tags.has(key));
  if (surplus.length > 0) {
    await elbv2.send(new RemoveTagsCommand({ ResourceArns: [group], TagKeys: surplus }));
  }
  return tags;
}

async function networkInterfaces(properties: RegistrationProperties): Promise<NetworkInterface[]> {
  let missing = '';
  for (const delay of [0, ...VISIBILITY_DELAYS_MS]) {
    await sleep(delay);
    // interfaces that never show up are gone: a rollback may name those of before the change
    const given = delay === VISIBILITY_DELAYS_MS.at(-1) ? undefined : properties.NetworkInterfaceIds;
    const ids = given ?? await interfaceIdsOfEndpoint(properties.EndpointId);
    const visible = ids.length > 0 ? await visibleInterfaces(ids) : [];
    if (ids.length > 0 && visible.length === ids.length && visible.every(found => addressOf(found, properties.IpAddressType))) { return visible; }
    missing = ids.length === 0 ? 'the endpoint has no network interfaces, or not one in each subnet' : `EC2 shows ${visible.length} of its ${ids.length} network interfaces`
      + ` (${ids.join(', ')}) with an ${properties.IpAddressType === 'ipv6' ? 'IPv6' : 'IPv4'} address`;
    log('waiting', { endpoint: properties.EndpointId, missing });
  }
  throw new Error(`${missing}. Look at the endpoint's state, its subnets and its address type.`);
}

async function visibleInterfaces(ids: string[]): Promise<NetworkInterface[]> {
  try {
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }));
    return NetworkInterfaces ?? [];
  } catch (error) {
    if (isNamed(error, 'InvalidNetworkInterfaceID.NotFound')) { return []; }
    throw error;
  }
}

async function interfaceIdsOfEndpoint(endpointId: string): Promise<string[]> {
  try {
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [endpointId] }));
    const { NetworkInterfaceIds = [], SubnetIds = [] } = VpcEndpoints?.[0] ?? {};
    // a young endpoint names fewer than one in each subnet
    return NetworkInterfaceIds.length < SubnetIds.length ? [] : NetworkInterfaceIds;
  } catch (error) {
    if (isNamed(error, 'InvalidVpcEndpointId.NotFound')) { return []; }
    throw error;
  }
}

async function vpcOfTargetGroup(group: string): Promise<string | undefined> {
  const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group] }));
  return TargetGroups?.[0]?.VpcId;
}

async function isGone(group: string): Promise<boolean> {
  return vpcOfTargetGroup(group).then(() => false, error => isNamed(error, 'TargetGroupNotFound'));
}

function addressOf(networkInterface: NetworkInterface, ipAddressType: string | undefined): string {
  const address = ipAddressType === 'ipv6' ? networkInterface.Ipv6Addresses?.[0]?.Ipv6Address : networkInterface.PrivateIpAddress;
  return address ?? '';
}

/** Unique over all stacks that may share a target group, the same for all events of one registration, and readable in the console. */
function registrationName(event: CloudFormationCustomResourceEvent): string {
  const hash = createHash('sha256').update(`${event.StackId}/${event.LogicalResourceId}`).digest('hex').slice(0, 12);
  return `${event.LogicalResourceId.slice(0, 60)}-${hash}`;
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && (error.name === name || error.name === `${name}Exception`);
}

function failureMessage(requestType: string, properties: RegistrationProperties, error: unknown): string {
  const verb = requestType === 'Delete' ? 'remove the addresses' : 'register the network interfaces';
  const message = `Cannot ${verb} of endpoint ${properties.EndpointId} on port ${properties.Port} in target group ${properties.TargetGroupArn}: `
    + `${error instanceof Error ? `${error.name}: ${error.message}` : error}`;
  return Buffer.byteLength(message) <= MAX_MESSAGE_BYTES ? message
    : `${Buffer.from(message).subarray(0, MAX_MESSAGE_BYTES - 60).toString().replace(/\uFFFD+$/, '')}… (the rest is in the function's log)`;
}

function log(decision: string, details: Record<string, unknown>): void {
  console.log(JSON.stringify({ decision, ...details }));
}
