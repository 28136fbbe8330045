import { Path } from '../contract';
import { Client, Clients } from './clients';
import { Branch, Forward } from './forward';
import { checkReferences } from './missing';
import { NamePaths } from './name-paths';
import { Reach } from './reach';
import { ServiceHops } from './service-hops';
import { hop, Trace } from './trace';
import { describe, tcp, Traffic } from './traffic';
import { checkGroupVpcs, checkPeerings, checkUnused } from './whole';
import { contains } from '../model/address';
import { Listener } from '../model/load-balancers';
import { Network } from '../model/network';
import { Party, sameValue, WORKLOADS } from '../model/parties';
import { SecurityGroup, SecurityRule } from '../model/security-groups';
import { Vpc } from '../model/vpcs';
import { Unknown } from '../template/values';

const HOSTS = [...WORKLOADS, 'other'];

/** Walks every path that the templates promise. */
export class Walker {
  public readonly reach: Reach;
  public readonly forward: Forward;
  public readonly clients: Clients;
  public readonly services: ServiceHops;
  public readonly names: NamePaths;

  constructor(public readonly network: Network, public readonly trace: Trace) {
    this.reach = new Reach(network, trace);
    this.forward = new Forward(network, trace, this.reach);
    this.clients = new Clients(network, trace, this.reach);
    this.services = new ServiceHops(network, trace, this.reach, this.forward);
    this.names = new NamePaths(network, trace, this.reach, this.clients);
  }

  public walk(): void {
    for (const balancer of this.network.balancers.all) {
      for (const listener of balancer.listeners) {
        const clients = this.clients.of(listener);
        for (const client of clients) { this.fromClient(client, listener); }
        this.names.visible(balancer, listener, clients);
      }
      this.names.promised(balancer);
    }
    this.endpoints();
    this.hosts();
    this.outbound();
    checkPeerings(this.network, this.trace);
    checkGroupVpcs(this.network, this.trace);
    if (!this.forward.unresolved) { checkUnused(this.network, this.trace, this.forward.used); }
    checkReferences(this.network, this.trace);
  }

  /** From a client through a listener to everything behind it. */
  public fromClient(client: Client, listener: Listener, promise = client.promise): Path[] {
    return this.branches(client, listener).map(({ hops, destination }) => this.trace.path(client.node, destination, promise, [client.hop, ...hops]));
  }

  /** All that is behind a listener, for a client. */
  public branches(client: Client, listener: Listener): Branch[] {
    return this.forward.from(listener, { client: listener.loadBalancer.type === 'network' ? client.party : undefined, privateLink: client.privateLink, guess: client.guess, depth: 0 });
  }

  /** Endpoints that clients use directly. */
  private endpoints(): void {
    for (const endpoint of this.network.parties.all.filter(party => party.node.kind === 'endpoint')) {
      const service = this.network.privateLink.serviceOf(endpoint.resource!);
      if (service === 'aws' || this.isTarget(endpoint)) { continue; }
      if (service instanceof Unknown) { this.toForeignService(endpoint, service); continue; }
      const listeners = service.balancers.flatMap(balancer => balancer.listeners);
      for (const port of new Set(listeners.map(listener => listener.port))) {
        const admitted = this.clients.admitted(endpoint, tcp(port));
        const others = admitted.length === 0 && endpoint.unknown ? [this.clients.elsewhere({ kind: 'other', label: 'clients' }, endpoint, tcp(port), endpoint.unknown)] : [];
        for (const client of [...admitted, ...others]) {
          const consumer = client.party ?? { node: client.node, groups: [], places: [], unknown: new Unknown(`the addresses of ${client.node.label}`) };
          for (const branch of this.services.through(endpoint, port, { consumer, place: endpoint.resource!, depth: 0 })) {
            this.trace.path(client.node, branch.destination, client.promise, [client.hop, ...branch.hops]);
          }
        }
      }
    }
  }

  /** A service that is not made here: as far as its endpoint. */
  private toForeignService(endpoint: Party, service: Unknown): void {
    for (const rule of endpoint.groups.flatMap(group => group.facing('ingress'))) {
      const traffic = trafficOf(rule);
      for (const client of traffic ? this.clients.admitted(endpoint, { ...traffic, some: false }) : []) {
        const [branch] = this.services.through(endpoint, service, { consumer: endpoint, place: endpoint.resource!, depth: 0 });
        this.trace.path(client.node, branch.destination, client.promise, [client.hop, ...branch.hops]);
      }
    }
  }

  private isTarget(endpoint: Party): boolean {
    return this.network.balancers.targetGroups.some(group => this.network.targets.of(group).some(target => target.kind === 'party' && target.party === endpoint));
  }

  /** What inbound rules of instances, tasks and functions promise to members of other groups. */
  private hosts(): void {
    for (const host of this.network.parties.all.filter(party => HOSTS.includes(party.node.kind))) {
      for (const group of host.groups) {
        for (const rule of group.facing('ingress')) {
          const { peer } = rule;
          const traffic = trafficOf(rule);
          if (peer.kind !== 'group' || !traffic || rule.maybe || host.groups.includes(peer.group)) { continue; }
          const members = this.network.parties.membersOf(peer.group).filter(one => HOSTS.includes(one.node.kind));
          this.someOf(members.map(member => [member, host]), traffic);
        }
      }
    }
  }

  /** What outbound rules promise: to the members of a group, or to the load balancers in the VPC that a block names. */
  private outbound(): void {
    for (const host of this.network.parties.all.filter(party => HOSTS.includes(party.node.kind))) {
      for (const rule of host.groups.flatMap(group => group.facing('egress'))) {
        const traffic = trafficOf(rule);
        if (!traffic || rule.maybe) { continue; }
        if (rule.peer.kind === 'group') { this.toGroup(host, rule, traffic); }
        if (rule.peer.kind === 'range') { this.toBlock(host, rule, traffic); }
      }
    }
  }

  private toGroup(host: Party, { peer }: SecurityRule, traffic: Traffic): void {
    if (peer.kind !== 'group' || host.groups.includes(peer.group)) { return; }
    const members = this.network.parties.membersOf(peer.group);
    this.someOf(members.filter(member => HOSTS.includes(member.node.kind)).map(member => [host, member]), traffic);
    for (const member of members) {
      const balancer = this.network.balancers.all.find(one => one.party === member);
      for (const listener of balancer?.listeners ?? []) {
        if (within(listener, traffic)) { this.fromClient(this.clients.client(host, member, tcp(listener.port), 'security group'), listener); }
      }
    }
  }

  /** A block within one other VPC promises one of its load balancers; which one, nobody says. */
  private toBlock(host: Party, { peer }: SecurityRule, traffic: Traffic): void {
    if (peer.kind !== 'range' || !host.vpc?.resource) { return; }
    const vpcs = this.network.vpcs.all.filter(vpc => vpc.resource && vpc.ranges.some(range => contains(range, peer.range)));
    const [vpc] = vpcs;
    if (vpcs.length !== 1 || vpc === host.vpc) { return; }
    const linked = this.network.connections.linked(host.vpc, vpc);
    const doors = this.network.balancers.all.filter(balancer => balancer.party.vpc === vpc)
      .flatMap(balancer => balancer.listeners.filter(listener => within(listener, traffic)))
      .map(listener => ({ listener, client: this.clients.client(host, listener.loadBalancer.party, tcp(listener.port), 'security group') }));
    if (!linked || doors.length === 0) { return; }
    const open = doors.filter(({ client }) => client.hop.verdict !== 'blocked');
    const certain = doors.length === 1 && !this.othersAt(vpc, traffic, doors[0].listener.loadBalancer.party) ? doors : [];
    for (const { client, listener } of open.length > 0 ? open : certain) { this.fromClient(client, listener); }
  }

  /** Whether somebody else in a VPC answers there. */
  private othersAt(vpc: Vpc, traffic: Traffic, door: Party): boolean {
    const endpoints = this.network.parties.all.some(party => party.node.kind === 'endpoint' && party.vpc === vpc);
    const another = (group: SecurityGroup) => sameValue(group.vpc, vpc.value) && !door.groups.includes(group) && group.resource !== vpc.resource;
    const groups = this.network.groups.all.filter(another);
    return endpoints || groups.some(group => group.facing('ingress').some(rule => {
      const theirs = trafficOf(rule);
      return theirs === undefined || overlap(theirs, traffic);
    }));
  }

  /** A rule that names a group which many have is for some of them: who does not get through is told of when nobody does. */
  private someOf(pairs: readonly (readonly [Party, Party])[], traffic: Traffic): void {
    const near = pairs.filter(([from, to]) => !from.vpc || !to.vpc || this.network.connections.linked(from.vpc, to.vpc));
    const hops = near.map(([from, to]) => hop(from.node, to.node, describe(traffic), this.reach.connect(from, to, traffic)));
    const open = hops.filter(one => one.verdict !== 'blocked');
    for (const one of open.length > 0 ? open : hops) { this.trace.path(one.from, one.to, 'security group', [one]); }
  }
}

/** The traffic that a rule is for; none where it is not for ports. */
function trafficOf({ protocol, from, to = from }: SecurityRule): Traffic | undefined {
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'all') { return undefined; }
  const all = protocol === 'all' || from === undefined || from === -1;
  const ports = all ? { from: 0, to: 65535 } : typeof from === 'number' && typeof to === 'number' ? { from, to } : undefined;
  return ports && { protocol: protocol === 'udp' ? 'udp' : 'tcp', ports, some: true };
}

function overlap({ ports: a }: Traffic, { ports: b }: Traffic): boolean {
  return !('from' in a) || !('from' in b) || (a.from <= b.to && b.from <= a.to);
}

function within(listener: Listener, { ports }: Traffic): boolean {
  return typeof listener.port === 'number' && 'from' in ports && ports.from <= listener.port && listener.port <= ports.to && ports.to - ports.from < 65535;
}
