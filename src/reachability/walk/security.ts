import { Check } from '../contract';
import { allow } from './fixes';
import { missing } from './missing';
import { Trace } from './trace';
import { describe, Traffic } from './traffic';
import { contains, covers, isPublic, overlaps, Range } from '../model/address';
import { Network } from '../model/network';
import { Party } from '../model/parties';
import { Direction, SecurityGroup, SecurityRule } from '../model/security-groups';
import { Resource } from '../template/stacks';
import { Unknown, unknownIn } from '../template/values';

/** Where the other side may be: blocks of addresses, and names of those that only the deployment knows. */
interface Addresses {
  readonly ranges: Range[];
  readonly keys: readonly string[];
  readonly unknown?: Unknown;
  /** Where it may have an IPv6 address as well. */
  readonly v6?: Unknown;
}

/** Whether a rule lets something through: it does, for some addresses, perhaps, or not. */
type Match = 'yes' | 'no' | Range[] | Unknown;

/** Whether the security groups of one side let traffic through to or from the other side. */
export class Security {
  constructor(private readonly network: Network, private readonly trace: Trace) {}

  public check(direction: Direction, own: Party, other: Party, traffic: Traffic, of = ''): Check {
    const name = `security group ${direction}${of}`;
    if (own.unfiltered) { return this.trace.pass(name, `${own.node.label} has no security group`); }
    const maybe: Unknown[] = [];
    let dangling: SecurityRule | undefined;
    const ranges: Range[] = [];
    for (const group of own.groups) {
      for (const rule of group.facing(direction)) {
        const match = this.match(rule, other, own, traffic);
        if (match === 'yes') { return this.trace.pass(name, `${group.label} lets ${describe(traffic)} ${direction === 'ingress' ? 'in from' : 'out to'} ${other.node.label}`); }
        if (Array.isArray(match)) { ranges.push(...match); }
        if (match instanceof Unknown) { maybe.push(match); }
        if (match instanceof Unknown && match.missing !== undefined) { dangling = rule; }
      }
    }
    const addresses = addressesOf(other);
    if (addresses.ranges.length > 0 && !addresses.unknown && addresses.ranges.every(range => covers(ranges, range))) {
      return this.trace.pass(name, `The rules of ${own.groups.map(group => group.label).join(', ')} cover the addresses of ${other.node.label}`);
    }
    // who comes from the internet has no private address
    const partly = ranges.some(range => addresses.ranges.some(address => overlaps(range, address) && (address.prefix > 0 || isPublic(range))));
    if (partly && traffic.some) { return this.trace.pass(name, `A part of the addresses of ${other.node.label} is let through`); }
    const open = maybe.find(what => what.missing === undefined) ?? own.groups.find(group => group.elsewhere)?.elsewhere ?? own.unknown
      ?? (partly && !traffic.every ? new Unknown(`which address of ${other.node.label} it is`) : undefined)
      ?? (ranges.length > 0 && addresses.unknown ? addresses.unknown : undefined);
    if (open) { return this.trace.unknown(name, open); }
    const absent = maybe.find(what => what.missing !== undefined)?.missing;
    if (dangling && absent !== undefined) { return this.trace.blocked(name, missing(dangling.place, absent)); }
    return this.blocked(name, direction, own, other, traffic);
  }

  private blocked(name: string, direction: Direction, own: Party, other: Party, traffic: Traffic): Check {
    const group = own.groups[0];
    const place = group?.resource ?? own.resource;
    if (!group || !place) { return this.trace.unknown(name, `the security groups of ${own.node.label}`); }
    const [kind, words] = direction === 'ingress' ? ['inbound', 'in from'] : ['outbound', 'out to'];
    const labels = own.groups.map(one => one.label).join(', ');
    const bare = [own, other].find(party => party.ungrouped);
    if (bare?.resource) { return this.ungrouped(name, bare, bare.resource); }
    const byGroup = this.network.connections.groupsAcross(own.vpc, other.vpc) === true;
    return this.trace.blocked(name, {
      code: direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress',
      place,
      detail: `${describe(traffic)} ${direction === 'ingress' ? 'from' : 'to'} ${other.node.logicalId ? `${other.node.stack}/${other.node.logicalId}` : other.node.label}`,
      location: direction === 'ingress' ? 'Properties.SecurityGroupIngress' : 'Properties.SecurityGroupEgress',
      reason: `No ${kind} rule of ${labels} lets ${describe(traffic)} ${words} ${other.node.label}.`,
      fix: allow(direction, group, other, traffic, byGroup),
    });
  }

  /** What has no group of its own has the default group of its VPC. */
  public ungrouped(name: string, own: Party, resource: Resource): Check {
    const property = resource.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' ? 'SecurityGroups' : 'SecurityGroupIds';
    return this.trace.blocked(name, {
      code: 'NoSecurityGroup',
      place: resource,
      location: `Properties.${property}`,
      reason: `${own.node.label} has no security group of its own and gets ${own.groups[0]?.label ?? 'the default group'}, which only its own members get through.`,
      fix: { text: `Give ${own.node.label} a security group ('${property}') with the rules that it needs.`, patches: [] },
    });
  }

  private match(rule: SecurityRule, other: Party, own: Party, traffic: Traffic): Match {
    const ports = this.matchPorts(rule, traffic);
    if (ports === 'no') { return 'no'; }
    const peer = this.matchPeer(rule, other, own);
    if (peer === 'no') { return 'no'; }
    const open = [ports, peer, rule.maybe].find((match): match is Unknown => match instanceof Unknown);
    return open ?? peer;
  }

  private matchPorts({ protocol, from, to }: SecurityRule, traffic: Traffic): 'yes' | 'no' | Unknown {
    if (protocol instanceof Unknown) { return protocol; }
    if (protocol === 'all') { return 'yes'; }
    if (protocol !== traffic.protocol) { return 'no'; }
    if (from === -1) { return 'yes'; }
    if (from === undefined) { return new Unknown(`the ports of a rule for ${protocol}, which EC2 asks for`); }
    if (from instanceof Unknown) { return traffic.ports instanceof Unknown && traffic.ports.key === from.key ? 'yes' : from; }
    const last = to ?? from;
    if (last instanceof Unknown) { return last; }
    if (traffic.ports instanceof Unknown) { return from === 0 && last === 65535 ? 'yes' : traffic.ports; }
    if (from <= traffic.ports.from && traffic.ports.to <= last) { return 'yes'; }
    if (last < traffic.ports.from || traffic.ports.to < from) { return 'no'; }
    return traffic.some ? 'yes' : new Unknown(`which of the ports ${traffic.ports.from} to ${traffic.ports.to} it is`);
  }

  private matchPeer({ peer }: SecurityRule, other: Party, own: Party): Match {
    const addresses = addressesOf(other);
    switch (peer.kind) {
      case 'group': {
        if (other.groups.includes(peer.group)) {
          const across = this.network.connections.groupsAcross(own.vpc, other.vpc);
          return across === true ? 'yes' : across === false ? 'no' : across;
        }
        if (peer.group.key && other.unknown && !other.unfiltered && other.groups.length === 0) { return other.unknown; }
        return this.mayBe(peer.group, other);
      }
      case 'range': return this.inRanges([peer.range], addresses);
      case 'ranges': return this.inRanges(peer.ranges, addresses);
      case 'unknown': return addresses.keys.includes(peer.what.key) ? 'yes' : peer.what;
    }
  }

  /** A group that is named by something unknown may be a group of the other side. */
  private mayBe(group: SecurityGroup, other: Party): 'no' | Unknown {
    if (group.elsewhere) { return group.elsewhere; }
    return other.groups.find(one => one.elsewhere && typeof one.value !== 'string')?.elsewhere ?? 'no';
  }

  private inRanges(ranges: Range[], addresses: Addresses): Match {
    if (ranges.some(range => range.family === 4 && range.prefix === 0) && !addresses.ranges.some(range => range.family === 6)) { return 'yes'; }
    const near = ranges.filter(range => addresses.unknown || addresses.ranges.some(address => overlaps(range, address)));
    if (near.length === 0) { return addresses.v6 && ranges.some(range => range.family === 6) ? addresses.v6 : 'no'; }
    return addresses.ranges.length > 0 && !addresses.unknown && addresses.ranges.every(address => near.some(range => contains(range, address))) ? 'yes' : near;
  }
}

/** The addresses that a party has, or the blocks that they are out of. */
export function addressesOf(party: Party): Addresses {
  if (party.addresses) { return { ranges: [...party.addresses], keys: [] }; }
  const keys = [...party.places.flatMap(place => place.subnet.rangeKeys), ...party.vpc?.rangeKeys ?? []];
  const own = party.places.map(place => place.address ?? place.subnet.range ?? onlyOf(place.subnet.vpc?.ranges));
  const ranges = own.filter((range): range is Range => range !== undefined);
  if (own.length === 0 && party.vpc) {
    return party.vpc.ranges.length > 0 ? { ranges: [...party.vpc.ranges], keys } : { ranges: [], keys, unknown: new Unknown(`the addresses of ${party.vpc.label}`) };
  }
  const blind = party.places.find((_, index) => own[index] === undefined);
  const unknown = own.includes(undefined) || own.length === 0 ? unknownIn(blind?.subnet.resource?.get('CidrBlock')) ?? new Unknown(`the addresses of ${blind?.subnet.label ?? party.node.label}`) : undefined;
  const dual = party.places.find(({ subnet: { resource } }) => resource?.has('Ipv6CidrBlock'))?.subnet;
  return { ranges, keys, unknown, v6: dual && new Unknown(`whether ${party.node.label} is reached over IPv6, which ${dual.label} has`) };
}

function onlyOf(ranges: readonly Range[] | undefined): Range | undefined {
  return ranges?.length === 1 ? ranges[0] : undefined;
}
