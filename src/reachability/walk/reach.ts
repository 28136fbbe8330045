import { Check } from '../contract';
import { NetworkAcls } from './acl';
import { Routing } from './routing';
import { Security } from './security';
import { Trace, worst } from './trace';
import { Traffic } from './traffic';
import { Range } from '../model/address';
import { Network } from '../model/network';
import { Party, Place } from '../model/parties';

export interface ReachOptions {
  /** Whether one of the sender's subnets is enough; otherwise each has to reach. */
  readonly anySubnet?: boolean;
  /** As whom the receiver sees the sender, when that is not the sender itself. */
  readonly seenAs?: Party;
  /** What is said after the name of a check: ` of the health check`. */
  readonly of?: string;
}

/** Whether one party reaches another: groups of both sides, routes both ways, network ACLs. */
export class Reach {
  public readonly security: Security;
  public readonly routing: Routing;
  public readonly acls: NetworkAcls;
  private readonly cache = new Map<string, Check[]>();

  constructor(network: Network, private readonly trace: Trace) {
    this.security = new Security(network, trace);
    this.routing = new Routing(network, trace);
    this.acls = new NetworkAcls(trace);
  }

  public connect(from: Party, to: Party, traffic: Traffic, options: ReachOptions = {}): Check[] {
    const { of = '' } = options;
    return [
      this.security.check('egress', from, to, traffic, of),
      ...this.network(from, to, traffic, options.anySubnet ?? false),
      this.security.check('ingress', to, options.seenAs ?? from, traffic, of),
    ];
  }

  /** Routes and network ACLs alone. */
  public network(from: Party, to: Party, traffic: Traffic, anySubnet: boolean): Check[] {
    const elsewhere = from.elsewhere ?? to.elsewhere;
    if (elsewhere) { return [this.trace.unknown('route', elsewhere)]; }
    if (from.places.length === 0 || to.places.length === 0) {
      if (from.vpc && to.vpc && from.vpc.key === to.vpc.key) { return [this.trace.pass('route', `Both are in ${from.vpc.label}`)]; }
      return [this.trace.unknown('route', (from.places.length === 0 ? from.unknown : to.unknown) ?? `the subnets of ${(from.places.length === 0 ? from : to).node.label}`)];
    }
    const key = `${from.places.map(place => place.subnet.key)}>${to.places.map(place => `${place.subnet.key}${place.address?.text ?? ''}`)} ${JSON.stringify(traffic.ports)}${traffic.protocol}${anySubnet}`;
    const found = this.cache.get(key) ?? this.overPlaces(from, to, traffic, anySubnet);
    this.cache.set(key, found);
    return found;
  }

  private overPlaces(from: Party, to: Party, traffic: Traffic, anySubnet: boolean): Check[] {
    const each = from.places.map(place => this.fromPlace(place, from, to, traffic));
    if (!anySubnet) { return merge(each.flat()); }
    const rank = (checks: Check[]) => ['reachable', 'unknown', 'blocked'].indexOf(worst(checks.map(check => check.verdict)));
    // the subnet that comes furthest
    const order = each.map((checks, index) => ({ checks, meant: this.routing.isMeantFor(from.places[index].subnet, to) ? 0 : 1 }));
    return merge(order.sort((a, b) => rank(a.checks) - rank(b.checks) || a.meant - b.meant || blocks(a.checks) - blocks(b.checks))[0].checks);
  }

  private fromPlace(place: Place, from: Party, to: Party, traffic: Traffic): Check[] {
    return to.places.flatMap(target => [
      this.routing.check('route', place, target, target.subnet.vpc ?? to.vpc),
      ...this.acls.check(place, target, traffic.protocol, traffic.ports),
      this.routing.check('return route', target, place, place.subnet.vpc ?? from.vpc),
    ]);
  }

  /** To an address outside of the VPC. */
  public toAddress(from: Party, address: Range): Check[] {
    if (from.places.length === 0) { return [this.trace.unknown('route', from.unknown ?? `the subnets of ${from.node.label}`)]; }
    return merge(from.places.map(place => this.routing.toAddress(place.subnet, address)));
  }

  /** From the internet to each subnet of a load balancer. */
  public fromInternet(to: Party, clients: Range, traffic: Traffic): Check[] {
    if (to.places.length === 0) { return [this.trace.unknown('route to the internet', to.unknown ?? `the subnets of ${to.node.label}`)]; }
    return merge(to.places.flatMap(place => [this.routing.toInternet(place.subnet, clients, to), ...this.acls.internet(place, clients, traffic)]));
  }
}

function blocks(checks: readonly Check[]): number {
  return checks.filter(check => check.verdict === 'blocked').length;
}

/** Of checks of the same name what stops the path, else what is not known, else one that passes. */
function merge(checks: readonly Check[]): Check[] {
  const names = [...new Set(checks.map(check => check.name))];
  return names.flatMap(name => {
    const same = checks.filter(check => check.name === name);
    const stopped = same.filter(check => check.verdict === 'blocked');
    if (stopped.length > 0) { return [...new Map(stopped.map(check => [check.finding, check])).values()]; }
    return [same.find(check => check.verdict === 'unknown') ?? same[0]];
  });
}
