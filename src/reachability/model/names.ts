import { LoadBalancer, LoadBalancers } from './load-balancers';
import { unknownExistence, Vpc, Vpcs } from './vpcs';
import { Resource, Stacks } from '../template/stacks';
import { fieldOf, keyOf, listOf, Reference, stringOf, Text, Unknown, unknownIn, Value } from '../template/values';

export interface Zone {
  readonly resource: Resource;
  readonly name: string;
  readonly private: boolean;
  readonly vpcs: readonly Vpc[];
  /** VPCs that the templates do not tell. */
  readonly unknown?: Unknown;
  readonly records: NameRecord[];
}

export interface NameRecord {
  readonly resource: Resource;
  readonly name: string;
  readonly type: string;
  /** The load balancer that it leads to. */
  readonly balancer?: LoadBalancer;
  readonly maybe?: Unknown;
}

/** Hosted zones and their records. */
export class Names {
  public readonly zones: Zone[];
  /** Records in zones that are not made here, each in a zone of which nothing else is known. */
  public readonly elsewhere: Zone[] = [];
  private readonly byKey = new Map<string, Zone>();

  constructor(stacks: Stacks, vpcs: Vpcs, private readonly balancers: LoadBalancers) {
    this.zones = stacks.ofType('AWS::Route53::HostedZone').flatMap(resource => {
      const name = stringOf(resource.get('Name'));
      if (name === undefined) { return []; }
      const list = resource.get('VPCs');
      const ids = listOf(list).map(entry => fieldOf(entry, 'VPCId'));
      const zone: Zone = {
        resource,
        name: plain(name),
        private: list !== undefined,
        vpcs: ids.filter(id => id !== undefined && !(id instanceof Unknown)).map(id => vpcs.vpc(id)),
        unknown: list instanceof Unknown ? list : ids.map(id => id instanceof Unknown ? id : undefined).find(id => id) ?? unknownExistence(resource),
        records: [],
      };
      this.byKey.set(new Reference(resource, 'Ref').key, zone);
      this.byKey.set(new Reference(resource, 'Id').key, zone);
      return [zone];
    });
    for (const record of stacks.ofType('AWS::Route53::RecordSet')) { this.read(record, name => record.get(name)); }
    for (const group of stacks.ofType('AWS::Route53::RecordSetGroup')) {
      for (const entry of listOf(group.get('RecordSets'))) { this.read(group, name => fieldOf(entry, name) ?? group.get(name)); }
    }
  }

  /** The zones of a VPC, the most exact first, that hold or hide a name. */
  public seenBy(vpc: Vpc, name: string): Zone[] {
    return this.zones.filter(zone => zone.private && zone.vpcs.includes(vpc) && (name === zone.name || name.endsWith(`.${zone.name}`)))
      .sort((a, b) => b.name.length - a.name.length);
  }

  /** Zones with records that lead to a load balancer. */
  public of(balancer: LoadBalancer): { zone: Zone; record: NameRecord }[] {
    return this.zones.flatMap(zone => zone.records.filter(record => record.balancer === balancer).map(record => ({ zone, record })));
  }

  private read(resource: Resource, get: (name: string) => Value): void {
    const name = stringOf(get('Name'));
    const zoneName = stringOf(get('HostedZoneName'));
    const zone = this.byKey.get(keyOf(get('HostedZoneId'))) ?? this.zones.find(one => zoneName !== undefined && one.name === plain(zoneName));
    if (name === undefined) { return; }
    const target = fieldOf(get('AliasTarget'), 'DNSName') ?? listOf(get('ResourceRecords'))[0];
    const known = zone ?? this.unknownZone(resource, plain(name));
    known.records.push({ resource, name: plain(name), type: stringOf(get('Type')) ?? '', balancer: this.balancerIn(target), maybe: unknownExistence(resource) ?? unknownOf(target) });
  }

  private unknownZone(resource: Resource, name: string): Zone {
    const zone: Zone = { resource, name, private: true, vpcs: [], unknown: new Unknown(`the zone of ${resource.label}`), records: [] };
    this.elsewhere.push(zone);
    return zone;
  }

  private balancerIn(target: Value): LoadBalancer | undefined {
    const parts = target instanceof Text ? target.parts : [target];
    const found = parts.find((part): part is Reference => part instanceof Reference && part.resource.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    return found && this.balancers.balancer(found);
  }
}

function unknownOf(target: Value): Unknown | undefined {
  return target instanceof Unknown ? target : target === undefined ? unknownIn(target) : undefined;
}

/** A name without the dot at its end, in lower case, as resolvers compare them. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
