import { Check } from '../contract';
import { change, refer } from './fixes';
import { Trace } from './trace';
import { LoadBalancer, TargetGroup } from '../model/load-balancers';
import { Network } from '../model/network';
import { Party, Place } from '../model/parties';
import { Target } from '../model/targets';
import { Resource } from '../template/stacks';
import { keyOf, listOf, stringOf, Unknown, unknownIn, Value } from '../template/values';

/** Availability zones: those of targets against those of load balancers. */
export class Zones {
  constructor(private readonly network: Network, private readonly trace: Trace) {}

  /** A target in a zone that the load balancer is not in gets no request. */
  public target(balancer: LoadBalancer, target: Party, zone: Value): Check[] {
    if (stringOf(zone) === 'all') { return []; }
    const outside = target.places.filter(place => noneOf(place, balancer.party));
    if (!balancer.resource) { return []; }
    if (outside.length === 0) { return this.undecided(target, balancer); }
    const [{ subnet }] = outside;
    const some = outside.length < target.places.length;
    const draft = {
      code: 'TargetZone',
      severity: some ? 'warning' as const : 'error' as const,
      place: balancer.resource,
      detail: target.node.label,
      location: 'Properties.Subnets',
      reason: `${some ? 'A part of ' : ''}${target.node.label} is in ${zoneText(subnet.zone)}, where ${balancer.party.node.label} is not, and gets no request there.`,
      fix: {
        text: `Give ${balancer.party.node.label} a subnet in ${zoneText(subnet.zone)}, or move the target.`,
        patches: this.moreSubnets(balancer.resource, 'Subnets', this.alike(balancer, outside)),
      },
    };
    if (some) { this.trace.find(draft); return []; }
    return [this.trace.blocked('zone', draft)];
  }

  /** Zones that the template gives from outside: they may be the same. */
  private undecided(target: Party, balancer: LoadBalancer): Check[] {
    const zones = target.places.map(place => place.subnet).filter(subnet => subnet.resource).map(subnet => subnet.zone);
    const theirs = balancer.party.places.map(place => place.subnet.zone);
    const open = zones.find(zone => zone instanceof Unknown && !zone.member && balancer.party.places.every(place => place.subnet.resource)
      && !theirs.some(one => keyOf(one) === keyOf(zone)));
    return open instanceof Unknown ? [this.trace.unknown('zone', open)] : [];
  }

  /** AWS refuses an endpoint in a zone that its service is not in. */
  public endpoint(endpoint: Party, balancer: LoadBalancer): Check[] {
    const [own, theirs] = [endpoint.resource?.stack.source.account, balancer.resource?.stack.source.account];
    if (own !== theirs || !endpoint.resource || this.fromFar(endpoint, balancer)) { return []; }
    const outside = endpoint.places.filter(place => noneOf(place, balancer.party));
    if (outside.length === 0) { return balancer.party.places.length > 0 ? [this.trace.pass('zone', `${balancer.party.node.label} is in the zones of ${endpoint.node.label}`)] : []; }
    const subnets = balancer.party.vpc ? this.network.vpcs.subnetsOf(balancer.party.vpc) : [];
    const near = outside.flatMap(place => subnets.find(subnet => keyOf(subnet.zone) === keyOf(place.subnet.zone)) ?? []);
    const more = balancer.resource && near.length === outside.length ? this.moreSubnets(balancer.resource, 'Subnets', near.map(subnet => ({ subnet }))) : [];
    const written = endpoint.resource.written('SubnetIds');
    const complete = Array.isArray(written) && written.length === endpoint.places.length;
    const kept = complete ? written.filter((_, index) => !outside.includes(endpoint.places[index])) : [];
    return [this.trace.blocked('zone', {
      code: 'EndpointZone',
      place: endpoint.resource,
      location: 'Properties.SubnetIds',
      reason: `${endpoint.node.label} has a subnet in ${outside.map(place => zoneText(place.subnet.zone)).join(', ')}, where ${balancer.party.node.label} is not: AWS does not make such an endpoint.`,
      fix: {
        text: more.length > 0 ? `Give ${balancer.party.node.label} a subnet in ${outside.map(place => zoneText(place.subnet.zone)).join(', ')}.` : kept.length > 0 ? `Leave ${outside.map(place => place.subnet.label).join(', ')} out of the endpoint.` : `Give ${balancer.party.node.label} a subnet in a zone of the endpoint.`,
        patches: more.length > 0 ? more : kept.length > 0 ? [change(endpoint.resource, { SubnetIds: kept })] : [],
      },
    })];
  }

  /** An endpoint in another Region than its service: AWS brings its traffic to the zones of the service. */
  private fromFar(endpoint: Party, balancer: LoadBalancer): boolean {
    const regions = [endpoint, balancer.party].map(party => party.resource?.stack.source.region);
    return endpoint.resource?.has('ServiceRegion') === true || (regions.every(region => region !== undefined) && regions[0] !== regions[1]);
  }

  /** Without cross-zone load balancing a node sends requests to targets of its own zone only. */
  public crossZone(endpoint: Party, balancer: LoadBalancer, group: TargetGroup, targets: readonly Target[]): Check[] {
    const own = group.attribute('load_balancing.cross_zone.enabled');
    const crossZone = own instanceof Unknown ? own : stringOf(own) === 'true' ? true : stringOf(own) === 'false' ? false : balancer.crossZone;
    if (crossZone === true || !balancer.resource || this.fromFar(endpoint, balancer)) { return []; }
    const places = targets.flatMap(target => target.kind === 'party' ? target.party.places : []);
    if (targets.some(target => target.kind !== 'party') || places.length === 0 || endpoint.resource?.stack.source.account !== balancer.resource.stack.source.account) { return []; }
    const empty = endpoint.places.filter(place => places.every(target => different(place.subnet.zone, target.subnet.zone)));
    if (empty.length === 0) { return []; }
    if (crossZone instanceof Unknown) { return [this.trace.unknown('cross-zone', crossZone)]; }
    const attributes = listOf(balancer.resource.written('LoadBalancerAttributes') as Value)
      .filter(entry => (entry as { Key?: string }).Key !== 'load_balancing.cross_zone.enabled');
    return [this.trace.blocked('cross-zone', {
      code: 'CrossZone',
      place: balancer.resource,
      detail: group.resource.key,
      location: 'Properties.LoadBalancerAttributes',
      reason: `Cross-zone load balancing of ${balancer.party.node.label} is off, and ${group.resource.label} has no target in ${zoneText(empty[0].subnet.zone)}: what comes through ${endpoint.node.label} there is lost.`,
      fix: {
        text: `Set 'load_balancing.cross_zone.enabled' of ${balancer.party.node.label} to true (in the CDK: crossZoneEnabled), or add a target in the zone.`,
        patches: [change(balancer.resource, { LoadBalancerAttributes: [...attributes, { Key: 'load_balancing.cross_zone.enabled', Value: 'true' }] })],
      },
    })];
  }

  /** Subnets in the same zones that a load balancer of this kind can be in. */
  private alike(balancer: LoadBalancer, places: readonly Place[]): Place[] {
    if (balancer.internetFacing !== true || !balancer.party.vpc) { return [...places]; }
    const open = this.network.vpcs.subnetsOf(balancer.party.vpc)
      .filter(({ table }) => !(table instanceof Unknown) && table.routes.some(route => route.target.kind === 'internet'));
    return places.flatMap(place => open.filter(subnet => keyOf(subnet.zone) === keyOf(place.subnet.zone)).slice(0, 1).map(subnet => ({ subnet })));
  }

  private moreSubnets(resource: Resource, property: string, places: readonly Place[]) {
    const written = resource.written(property);
    const one = [...new Map(places.map(place => [keyOf(place.subnet.zone), place])).values()].map(place => refer(resource.stack, place.subnet.value));
    return Array.isArray(written) && one.length > 0 && one.every(referred => referred !== undefined)
      ? [change(resource, { [property]: [...written, ...one.map(referred => referred!.expression)] }), ...one.flatMap(referred => referred!.patches)]
      : [];
  }
}

/** Whether two zones are certainly not the same. */
function different(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') { return a !== b && /-\d+[a-z]$/.test(a) === /-\d+[a-z]$/.test(b); }
  const [one, other] = [a, b].map(zone => zone instanceof Unknown ? zone.member : undefined);
  return one !== undefined && other !== undefined && one.list === other.list && one.index !== other.index;
}

function noneOf(place: Place, party: Party): boolean {
  return party.places.length > 0 && !party.unknown && party.places.every(other => different(place.subnet.zone, other.subnet.zone));
}

function zoneText(zone: Value): string {
  return `the zone ${stringOf(zone) ?? unknownIn(zone)?.what}`;
}

