import { EC2, Instance, NetworkInterface, RouteTable, ServiceConfiguration, Tag, Vpc, VpcEndpoint, VpcPeeringConnection } from '@aws-sdk/client-ec2';
import {
  ElasticLoadBalancingV2, Listener, LoadBalancer, Rule, TagDescription, TargetGroup, TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Emulator, REGION } from './emulator';

/** A private hosted zone with its alias records. */
export interface Zone {
  readonly name: string;
  readonly vpcIds: string[];
  readonly aliases: { readonly name: string; readonly target: string }[];
}

/** What stands in the account at one moment. */
export interface Account {
  readonly loadBalancers: LoadBalancer[];
  readonly listeners: Listener[];
  readonly rules: (Rule & { readonly ListenerArn: string })[];
  readonly targetGroups: TargetGroup[];
  readonly health: Map<string, TargetHealthDescription[]>;
  readonly tags: TagDescription[];
  readonly instances: Instance[];
  readonly endpoints: VpcEndpoint[];
  readonly interfaces: NetworkInterface[];
  readonly services: ServiceConfiguration[];
  readonly vpcs: Vpc[];
  readonly peerings: VpcPeeringConnection[];
  readonly routeTables: RouteTable[];
  readonly zones: Zone[];
  readonly functions: unknown[];
}

/** Asks the AWS API for all of it. */
export async function readAccount(emulator: Emulator): Promise<Account> {
  return {
    ...await readLoadBalancing(emulator),
    ...await readNetwork(emulator),
    zones: await readZones(emulator.url),
    functions: JSON.parse(await get(`${emulator.url}/2015-03-31/functions/`)).Functions,
  };
}

/** How many there are of everything. */
export function countsIn({ health, tags, ...account }: Account): { [what: string]: number } {
  return Object.fromEntries(Object.entries(account).map(([what, all]) => [what, all.length]));
}

/** The value of the tag `Name`. */
export function nameOf(tags: Tag[] | undefined): string {
  return tags?.find(({ Key }) => Key === 'Name')?.Value ?? 'somebody';
}

async function readLoadBalancing(emulator: Emulator) {
  const elbv2 = new ElasticLoadBalancingV2(clientOptions(emulator));
  const { LoadBalancers: loadBalancers = [] } = await elbv2.describeLoadBalancers({});
  const { TargetGroups: targetGroups = [] } = await elbv2.describeTargetGroups({});
  const listeners = (await Promise.all(loadBalancers.map(({ LoadBalancerArn }) => elbv2.describeListeners({ LoadBalancerArn }))))
    .flatMap(({ Listeners = [] }) => Listeners);
  const rules = await Promise.all(listeners.map(async ({ ListenerArn }) =>
    (await elbv2.describeRules({ ListenerArn })).Rules!.map(rule => ({ ...rule, ListenerArn: ListenerArn! }))));
  const health = await Promise.all(targetGroups.map(async ({ TargetGroupArn }) =>
    [TargetGroupArn!, (await elbv2.describeTargetHealth({ TargetGroupArn })).TargetHealthDescriptions ?? []] as const));
  const arns = [...loadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn!), ...targetGroups.map(({ TargetGroupArn }) => TargetGroupArn!)];
  const { TagDescriptions: tags = [] } = arns.length > 0 ? await elbv2.describeTags({ ResourceArns: arns }) : {};
  return { loadBalancers, targetGroups, listeners, rules: rules.flat(), health: new Map(health), tags };
}

async function readNetwork(emulator: Emulator) {
  const ec2 = new EC2(clientOptions(emulator));
  const vpcs = (await ec2.describeVpcs({})).Vpcs ?? [];
  const defaultVpc = vpcs.find(({ IsDefault }) => IsDefault)?.VpcId;
  return {
    vpcs: vpcs.filter(({ VpcId }) => VpcId !== defaultVpc),
    instances: ((await ec2.describeInstances({})).Reservations ?? []).flatMap(({ Instances = [] }) => Instances),
    endpoints: (await ec2.describeVpcEndpoints({})).VpcEndpoints ?? [],
    interfaces: (await ec2.describeNetworkInterfaces({})).NetworkInterfaces ?? [],
    services: (await ec2.describeVpcEndpointServiceConfigurations({})).ServiceConfigurations ?? [],
    peerings: (await ec2.describeVpcPeeringConnections({})).VpcPeeringConnections ?? [],
    routeTables: ((await ec2.describeRouteTables({})).RouteTables ?? []).filter(({ VpcId }) => VpcId !== defaultVpc),
  };
}

/** For clients of the SDK. */
export function clientOptions({ url }: Emulator) {
  return { endpoint: url, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

/** Over plain HTTP, as the functions are: no client of either is among the packages of this repository. */
async function readZones(url: string): Promise<Zone[]> {
  const ids = elements(await get(`${url}/2013-04-01/hostedzone`), 'Id').map(id => id.replace('/hostedzone/', ''));
  return Promise.all(ids.map(async id => {
    const zone = await get(`${url}/2013-04-01/hostedzone/${id}`);
    const records = elements(await get(`${url}/2013-04-01/hostedzone/${id}/rrset`), 'ResourceRecordSet');
    return {
      name: elements(zone, 'Name')[0],
      vpcIds: elements(zone, 'VPCId'),
      aliases: records.filter(record => record.includes('<AliasTarget>'))
        .map(record => ({ name: elements(record, 'Name')[0], target: elements(record, 'DNSName')[0] })),
    };
  }));
}

async function get(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, content]) => content);
}
