import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { ec2, elbv2, isNamed, log, pages, sleep } from './aws';
import { RegistrationProperties } from './contract';

/** EC2 shows a new interface after some seconds only; after these delays it is taken as missing. */
const VISIBILITY_DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];

/** EC2 takes so many values in one filter. */
const VALUES_PER_FILTER = 200;

/** The network interfaces of an endpoint, each with an address. */
export async function networkInterfaces(properties: RegistrationProperties): Promise<NetworkInterface[]> {
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
    return await pages(NextToken => ec2().describeNetworkInterfaces({ NetworkInterfaceIds: ids, NextToken }), answer => answer.NetworkInterfaces);
  } catch (error) {
    if (isNamed(error, 'InvalidNetworkInterfaceID.NotFound')) { return []; }
    throw error;
  }
}

/** The endpoint interfaces that stand in subnets. */
export async function interfacesIn(subnetIds: string[]): Promise<NetworkInterface[]> {
  const Filters = [{ Name: 'subnet-id', Values: subnetIds }, { Name: 'interface-type', Values: ['vpc_endpoint'] }];
  return pages(NextToken => ec2().describeNetworkInterfaces({ Filters, NextToken }), answer => answer.NetworkInterfaces);
}

async function interfaceIdsOfEndpoint(endpointId: string): Promise<string[]> {
  try {
    const { VpcEndpoints } = await ec2().describeVpcEndpoints({ VpcEndpointIds: [endpointId] });
    const { NetworkInterfaceIds = [], SubnetIds = [] } = VpcEndpoints?.[0] ?? {};
    // a young endpoint names fewer than one in each subnet
    return NetworkInterfaceIds.length < SubnetIds.length ? [] : NetworkInterfaceIds;
  } catch (error) {
    if (isNamed(error, 'InvalidVpcEndpointId.NotFound')) { return []; }
    throw error;
  }
}

/** The states of endpoints by their ids; nothing of those that EC2 does not show. */
export async function endpointStates(endpointIds: string[]): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  try {
    for (let i = 0; i < endpointIds.length; i += VALUES_PER_FILTER) {
      const Filters = [{ Name: 'vpc-endpoint-id', Values: endpointIds.slice(i, i + VALUES_PER_FILTER) }];
      const endpoints = await pages(NextToken => ec2().describeVpcEndpoints({ Filters, NextToken }), answer => answer.VpcEndpoints);
      endpoints.forEach(({ VpcEndpointId, State }) => states.set(VpcEndpointId!, `${State}`));
    }
  } catch (error) {
    log('endpoint states unknown', { error: `${error}` });
  }
  return states;
}

/** Whether an endpoint in this state can pass traffic, or will without anybody's doing. */
export function canServe(state: string | undefined): boolean {
  return state === undefined || /^(available|pending|partial)$/i.test(state);
}

export function addressOf(networkInterface: NetworkInterface, ipAddressType: string | undefined): string {
  const address = ipAddressType === 'ipv6' ? networkInterface.Ipv6Addresses?.[0]?.Ipv6Address : networkInterface.PrivateIpAddress;
  return address ?? '';
}

export async function vpcOfTargetGroup(group: string): Promise<string | undefined> {
  const { TargetGroups } = await elbv2().describeTargetGroups({ TargetGroupArns: [group] });
  return TargetGroups?.[0]?.VpcId;
}

export async function isGone(group: string): Promise<boolean> {
  return vpcOfTargetGroup(group).then(() => false, error => isNamed(error, 'TargetGroupNotFound'));
}
