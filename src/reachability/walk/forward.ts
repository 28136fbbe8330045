import { Check, Hop, Node } from '../contract';
import { invocation } from './functions';
import { missing } from './missing';
import { Protocols } from './protocols';
import { Reach } from './reach';
import { ruleChecks } from './rules';
import { addressesOf } from './security';
import { ServiceHops } from './service-hops';
import { hop, Trace } from './trace';
import { describe, oneOf, tcp, trafficsOf } from './traffic';
import { Zones } from './zones';
import { contains, Range } from '../model/address';
import { Listener, ListenerRule, LoadBalancer, TargetGroup } from '../model/load-balancers';
import { Network } from '../model/network';
import { nodeOf, Party, Place } from '../model/parties';
import { Target, TargetPort } from '../model/targets';
import { unknownExistence } from '../model/vpcs';
import { fieldOf, keyOf, listOf, nameOf, numberOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

/** From a listener to something that answers. */
export interface Branch {
  readonly hops: readonly Hop[];
  readonly destination: Node;
}

/** Who sends the requests that come to a listener. */
export interface Arrival {
  /** Whom a target sees when the load balancer keeps the client's address. */
  readonly client?: Party;
  /** The endpoint that they come through. */
  readonly endpoint?: Party;
  /** Whether nobody said that it is this client. */
  readonly guess?: boolean;
  /** Whether they come over PrivateLink from somewhere else. */
  readonly privateLink?: boolean;
  /** Whose addresses a load balancer sees that looks through PrivateLink. */
  readonly consumer?: Party;
  readonly depth: number;
}

const MAX_DEPTH = 8;
/** More than anybody has: load balancers behind load balancers multiply. */
const MAX_BRANCHES = 2_000;

/** From listeners on: rules, target groups, targets, and whatever is behind those. */
export class Forward {
  public readonly protocols: Protocols;
  private readonly zones: Zones;
  private readonly services: ServiceHops;
  /** Whether something forwards to a group that may be any. */
  public unresolved = false;
  /** The target groups that something forwards to. */
  public readonly used = new Set<string>();
  private readonly cache = new Map<string, Branch[]>();
  private readonly inProgress = new Set<string>();

  constructor(private readonly network: Network, private readonly trace: Trace, private readonly reach: Reach) {
    this.protocols = new Protocols(trace);
    this.zones = new Zones(network, trace);
    this.services = new ServiceHops(network, trace, reach, this);
  }

  public get zone(): Zones { return this.zones; }

  /** All that a listener leads to. */
  public from(listener: Listener, arrival: Arrival): Branch[] {
    const key = [listener.key, arrival.client?.node.label, arrival.client?.node.logicalId, arrival.endpoint?.node.logicalId, arrival.endpoint?.node.stack, arrival.consumer?.node.label, arrival.privateLink, arrival.guess].join('|');
    const found = this.cache.get(key);
    if (found) { return found; }
    if (arrival.depth > MAX_DEPTH || this.inProgress.has(listener.key)) { return [this.open(listener.loadBalancer, 'what is behind so many load balancers')]; }
    this.inProgress.add(listener.key);
    const branches: Branch[] = [];
    for (const rule of listener.rules) {
      if (branches.length > MAX_BRANCHES) {
        branches.push(this.open(listener.loadBalancer, `more than ${MAX_BRANCHES} ways`));
        break;
      }
      branches.push(...this.rule(listener, rule, arrival).slice(0, MAX_BRANCHES));
    }
    this.inProgress.delete(listener.key);
    this.cache.set(key, branches);
    return branches;
  }

  private rule(listener: Listener, rule: ListenerRule, arrival: Arrival): Branch[] {
    const checks = ruleChecks(this.trace, listener, rule);
    const actions = listOf(rule.actions);
    const forwards = actions.filter(action => stringOf(fieldOf(action, 'Type')) === 'forward');
    if (rule.actions instanceof Unknown || actions.some(action => action instanceof Unknown)) {
      return [this.open(listener.loadBalancer, unknownIn(rule.actions) ?? 'the actions of a rule', rule, checks)];
    }
    if (forwards.length === 0) { return [this.answer(listener, rule, actions, checks)]; }
    const groups = forwards.flatMap(action => groupsOf(action));
    return groups.flatMap(value => this.group(listener, rule, value, checks, arrival));
  }

  private answer(listener: Listener, rule: ListenerRule, actions: Value[], checks: Check[]): Branch {
    const last = actions[actions.length - 1];
    const type = stringOf(fieldOf(last, 'Type'));
    const code = stringOf(fieldOf(fieldOf(last, 'FixedResponseConfig') ?? fieldOf(last, 'RedirectConfig'), 'StatusCode'));
    const destination: Node = { kind: 'other', label: type === 'redirect' ? `redirect ${code ?? ''}`.trim() : type === 'fixed-response' ? `fixed response ${code ?? ''}`.trim() : 'its action' };
    const answered = type === 'redirect' || type === 'fixed-response' ? this.trace.pass('action', 'The load balancer answers itself') : this.trace.unknown('action', type === undefined ? 'what an action without a type does' : `what the action '${type}' does`);
    return { destination, hops: [hop(listener.loadBalancer.party.node, destination, 'HTTP', [...checks, answered], rule.label)] };
  }

  private group(listener: Listener, rule: ListenerRule, value: Value, checks: Check[], arrival: Arrival): Branch[] {
    const group = this.network.balancers.targetGroup(value);
    if (!group) {
      this.unresolved = true;
      const absent = value instanceof Unknown ? value.missing : undefined;
      const what = unknownIn(value) ?? `the target group ${nameOf(value)}, which is not made here`;
      return [absent !== undefined ? this.dangling(listener, rule, absent, checks) : this.open(listener.loadBalancer, what, rule, checks)];
    }
    this.used.add(group.key);
    const all = [...checks, ...this.protocols.group(listener, group)];
    const targets = this.network.targets.of(group);
    return targets.flatMap(target => this.target(listener, rule, group, target, targets, all, arrival));
  }

  private target(
    listener: Listener, rule: ListenerRule, group: TargetGroup, target: Target, all: Target[], checks: Check[], arrival: Arrival,
  ): Branch[] {
    const { loadBalancer } = listener;
    const from = this.sender(loadBalancer, group);
    const protocol = stringOf(group.protocol instanceof Unknown ? undefined : group.protocol) ?? 'TCP';
    switch (target.kind) {
      case 'unknown': {
        const destination: Node = nodeOf(group.resource, 'other', `targets of ${group.resource.label}`);
        return [{ destination, hops: [hop(from.node, destination, protocol, [...checks, this.trace.unknown('targets', target.what)], rule.label)] }];
      }
      case 'function': {
        const destination: Node = target.value instanceof Reference ? nodeOf(target.value.resource, 'function') : { kind: 'function', label: stringOf(target.value) ?? 'a function' };
        return [{ destination, hops: [hop(from.node, destination, 'invocation', [...checks, invocation(this.network, this.trace, target.value)], rule.label)] }];
      }
      case 'address': {
        const destination: Node = { kind: 'address', label: target.label };
        const subnet = this.network.targets.subnetOf(target.address, group.resource.get('VpcId')) ?? this.beyond(from, target.address);
        if (subnet === undefined) {
          const way = this.reach.toAddress(from, target.address);
          return [{ destination, hops: [hop(from.node, destination, `${protocol} ${portText(target.port)}`, [...checks, ...way], rule.label)] }];
        }
        const place = this.network.vpcs.subnet(subnet);
        const holds = (there: Place) => there.subnet.key === place.key && there.address !== undefined && contains(there.address, target.address);
        const holder = this.network.parties.all.find(one => one.places.some(holds));
        const party: Party = holder ?? { node: destination, groups: [], places: [{ subnet: place, address: target.address }], vpc: place.vpc, unknown: new Unknown(`what has the address ${target.label}`) };
        const more = [...checks, ...this.zones.target(loadBalancer, party, target.zone)];
        return [{ destination: party.node, hops: [this.toParty(from, party, group, target.port, more, rule, arrival, loadBalancer)] }];
      }
      case 'balancer': return this.toBalancer(from, target, group, checks, rule, arrival, loadBalancer);
      case 'party': {
        const crossZone = arrival.endpoint ? this.zones.crossZone(arrival.endpoint, loadBalancer, group, all) : [];
        const fits = [...this.protocols.targetType(group, target), ...this.protocols.container(target)];
        const more = [...checks, ...fits, ...this.zones.target(loadBalancer, target.party, target.zone), ...crossZone];
        const first = this.toParty(from, target.party, group, target.port, more, rule, arrival, loadBalancer);
        if (target.party.node.kind !== 'endpoint') { return [{ destination: target.party.node, hops: [first] }]; }
        return this.services.through(target.party, target.port, { consumer: from, group, place: target.place, depth: arrival.depth })
          .map(branch => ({ ...branch, hops: [first, ...branch.hops] }));
      }
    }
  }

  private toBalancer(from: Party, target: Target & { kind: 'balancer' }, group: TargetGroup, checks: Check[], rule: ListenerRule, arrival: Arrival, balancer: LoadBalancer): Branch[] {
    const port = target.port;
    const { party } = target.balancer;
    const found = typeof port === 'number' ? this.protocols.listenerAt(target.balancer, port, target.place) : { checks: [this.trace.unknown('listener', port instanceof Unknown ? port : 'its port')] };
    const closed = !found.listener && found.checks.some(check => check.verdict === 'blocked');
    if (closed) { return [{ destination: party.node, hops: [hop(from.node, party.node, `TCP ${portText(port)}`, [...checks, ...found.checks], rule.label)] }]; }
    const fits = found.listener ? this.protocols.towards(group, found.listener, target.place) : [];
    const first = this.toParty(from, party, group, port, [...checks, ...found.checks, ...fits], rule, arrival, balancer);
    if (!found.listener) { return [{ destination: party.node, hops: [first] }]; }
    return this.from(found.listener, { depth: arrival.depth + 1, client: undefined }).map(branch => ({ ...branch, hops: [first, ...branch.hops] }));
  }

  private toParty(
    from: Party, to: Party, group: TargetGroup, port: TargetPort, checks: Check[], rule: ListenerRule, arrival: Arrival, balancer: LoadBalancer,
  ): Hop {
    const kept = this.keptClient(balancer, group, arrival);
    const connected = oneOf(trafficsOf(group.protocol, port), traffic => {
      if (kept === undefined) { return this.reach.connect(from, to, traffic); }
      if (kept instanceof Unknown) { return this.undecided(this.reach.connect(from, to, traffic), kept); }
      const some = kept.client.resource === undefined;
      const shown = some ? { ...traffic, some } : traffic;
      const seen = [...this.reach.connect(from, to, shown, { seenAs: kept.client }), ...this.reach.acls.keptAddress(kept.client, to, traffic)];
      return kept.maybe ? this.undecided(seen, kept.maybe) : seen;
    });
    const exists = to.resource && unknownExistence(to.resource);
    if (exists) { connected.unshift(this.trace.unknown('target', exists)); }
    const text = group.protocol && typeof group.protocol === 'string' ? group.protocol : 'TCP';
    return hop(from.node, to.node, `${text} ${portText(port)}`, [...checks, ...connected, ...this.health(from, to, group, port, kept !== undefined)], rule.label);
  }

  /** The health check comes from the load balancer itself, to a port of its own or to the port of the traffic. */
  private health(from: Party, to: Party, group: TargetGroup, port: TargetPort, always: boolean): Check[] {
    const { enabled, port: own } = group.healthCheck;
    const same = own === undefined || (own instanceof Unknown ? port instanceof Unknown && port.key === own.key : own === port);
    if (enabled === false) { return []; }
    if (same && !always && group.protocol !== 'UDP' && group.protocol !== 'QUIC') { return [this.trace.pass('health check', 'It goes to the port of the traffic')]; }
    if (enabled instanceof Unknown) { return [this.trace.unknown('health check', enabled)]; }
    const traffic = tcp(own ?? port);
    if (to.node.kind === 'endpoint') { return this.reach.connect(from, to, traffic, { of: ' of the health check' }); }
    return this.reach.connect(from, to, traffic, { of: ' of the health check' }).filter(check => check.name.includes('health check') || check.verdict === 'blocked');
  }

  /** Whom a target sees behind a Network Load Balancer that keeps the client's address; undefined where it sees the load balancer. */
  private keptClient(balancer: LoadBalancer, group: TargetGroup, arrival: Arrival): { client: Party; maybe?: Unknown } | Unknown | undefined {
    if (balancer.type === 'application' || arrival.endpoint || arrival.privateLink) { return undefined; }
    const written = group.attribute('preserve_client_ip.enabled');
    const usual = group.type === 'instance' || group.type === 'alb' || /UDP|QUIC/.test(String(group.protocol));
    const maybe = written instanceof Unknown ? written : arrival.guess ? new Unknown(`the clients of ${balancer.party.node.label}`) : undefined;
    if (!(written instanceof Unknown) && !(written === undefined ? usual : stringOf(written) === 'true')) { return undefined; }
    const { client: sender } = arrival;
    if (!sender) { return maybe ?? new Unknown(`the clients of ${balancer.party.node.label}`); }
    const { groups, vpc } = balancer.party;
    const client: Party = { ...sender, groups, unfiltered: false, vpc, addresses: addressesOf(sender).ranges };
    return { client, maybe };
  }

  /** What would stop the traffic stops it perhaps. */
  private undecided(checks: Check[], what: Unknown): Check[] {
    return checks.map(check => check.verdict === 'blocked' && check.name.startsWith('security group ingress') ? this.trace.unknown(check.name, what) : check);
  }

  /** The subnet of a connected VPC that an address lies in. */
  private beyond({ vpc }: Party, address: Range): Value {
    const { connections, vpcs } = this.network;
    const near = vpcs.allSubnets.filter(one => vpc && one.vpc && one.range && contains(one.range, address) && connections.linked(vpc, one.vpc));
    return near.length === 1 ? near[0].value : undefined;
  }

  private sender({ party }: LoadBalancer, group: TargetGroup): Party {
    const vpc = group.resource.get('VpcId');
    return party.vpc || vpc === undefined || vpc instanceof Unknown ? party : { ...party, vpc: this.network.vpcs.vpc(vpc) };
  }

  private dangling(listener: Listener, rule: ListenerRule, name: string, checks: Check[]): Branch {
    const destination: Node = { kind: 'other', label: 'a target group' };
    const all = [...checks, this.trace.blocked('target group', missing(rule.resource, name))];
    return { destination, hops: [hop(listener.loadBalancer.party.node, destination, 'HTTP', all, rule.label)] };
  }

  private open(balancer: LoadBalancer, what: Unknown | string, rule?: ListenerRule, checks: Check[] = []): Branch {
    const destination: Node = { kind: 'other', label: 'not in the templates' };
    return { destination, hops: [hop(balancer.party.node, destination, '', [...checks, this.trace.unknown('target group', what)], rule?.label)] };
  }
}

/** The target groups of a forward action; one of weight 0 gets no request. */
function groupsOf(action: Value): Value[] {
  const list = listOf(fieldOf(fieldOf(action, 'ForwardConfig'), 'TargetGroups'));
  const weighted = list.filter(one => numberOf(fieldOf(one, 'Weight')) !== 0 || list.length === 1).map(one => fieldOf(one, 'TargetGroupArn'));
  const single = fieldOf(action, 'TargetGroupArn');
  const all = weighted.length > 0 ? weighted : [single];
  return [...new Map(all.map(value => [keyOf(value), value ?? new Unknown('a target group that nobody wrote')])).values()];
}

export function portText(port: TargetPort): string {
  return port instanceof Unknown ? '?' : describe(tcp(port)).replace(/^TCP /, '');
}
