import { Hop, Node } from '../contract';
import { allow } from './fixes';
import { missing } from './missing';
import { Reach } from './reach';
import { Draft, hop, Trace } from './trace';
import { describe, tcp, Traffic, trafficsOf } from './traffic';
import { contains, isPublic, overlaps, Range, range } from '../model/address';
import { Listener, LoadBalancer } from '../model/load-balancers';
import { Network } from '../model/network';
import { nodeOf, Party } from '../model/parties';
import { SecurityGroup, SecurityRule } from '../model/security-groups';
import { Vpc } from '../model/vpcs';
import { jsonOf } from '../template/json';
import { Resource } from '../template/stacks';
import { listOf, Reference, Unknown } from '../template/values';

/** Somebody whom the templates let in, and the way to the door. */
export interface Client {
  readonly node: Node;
  /** The one whom a load balancer may show to its targets. */
  readonly party?: Party;
  readonly hop: Hop;
  readonly promise: string;
  /** Whether nobody said that it is this client. */
  readonly guess?: boolean;
  /** Whether it comes from the internet. */
  readonly public?: boolean;
  /** Whether it comes over PrivateLink, so that no target sees its address. */
  readonly privateLink?: boolean;
}

export const INTERNET: Range = range('0.0.0.0/0')!;

/** Who may connect to a listener, or to anything else at a port, says its security groups. */
export class Clients {
  constructor(private readonly network: Network, private readonly trace: Trace, private readonly reach: Reach) {}

  public of(listener: Listener): Client[] {
    const each = trafficsOf(listener.protocol, listener.port).map(traffic => this.over(listener, traffic));
    return each.find(clients => clients.some(client => client.hop.verdict === 'reachable')) ?? each[each.length - 1];
  }

  private over(listener: Listener, traffic: Traffic): Client[] {
    const { loadBalancer: balancer } = listener;
    const { party } = balancer;
    if (party.unfiltered) { return this.unfiltered(balancer, traffic); }
    const clients = this.admitted(party, traffic, balancer);
    if (balancer.internetFacing === true && clients.length > 0 && !clients.some(client => client.node.kind === 'internet' || client.public)) {
      const what = `whether the clients use private addresses of ${party.node.label}: it is internet-facing, and its name leads to public ones`;
      return clients.map(client => ({ ...client, hop: hop(client.hop.from, client.hop.to, client.hop.traffic, [...client.hop.checks, this.trace.unknown('scheme', what)]) }));
    }
    // what comes over PrivateLink is walked from the endpoints
    if (this.consumed(balancer)) { return clients.filter(client => client.hop.verdict !== 'unknown'); }
    if (clients.length > 0) { return clients; }
    const links = this.links(balancer, traffic);
    if (links.length > 0) { return links; }
    const unknown = party.groups.map(group => group.elsewhere).find(one => one) ?? party.unknown ?? this.reachedOtherwise(balancer);
    if (unknown) { return [this.elsewhere({ kind: 'other', label: 'clients' }, party, traffic, unknown)]; }
    return [this.nobody(balancer, traffic, listener)];
  }

  /** Whom inbound rules name. Who comes over IPv6 comes over IPv4 too, unless no rule says so. */
  public admitted(party: Party, traffic: Traffic, balancer?: LoadBalancer): Client[] {
    const rules = party.groups.flatMap(group => group.facing('ingress')).filter(rule => fits(rule, traffic));
    const over4 = rules.flatMap(rule => this.named(rule, party, traffic, balancer));
    const clients = over4.length > 0 || !balancer ? over4 : rules.flatMap(({ peer }) => peer.kind === 'range' ? this.over6(peer.range, party, traffic, balancer) : []);
    return [...new Map(clients.map(client => [`${client.node.kind} ${client.node.stack}/${client.node.logicalId} ${client.node.label}`, client])).values()];
  }

  private named(rule: SecurityRule, party: Party, traffic: Traffic, balancer?: LoadBalancer): Client[] {
    const { peer } = rule;
    if (rule.maybe) { return [this.elsewhere({ kind: 'other', label: 'clients of a conditional rule' }, party, traffic, rule.maybe)]; }
    switch (peer.kind) {
      case 'group': return this.members(peer.group, party, traffic, rule.place);
      case 'range': return this.inRange(peer.range, party, traffic, balancer);
      case 'ranges': return peer.ranges.flatMap(block => this.inRange(block, party, traffic, balancer));
      case 'unknown': {
        const vpc = this.network.vpcs.all.find(one => one.rangeKeys.includes(peer.what.key));
        return vpc ? [this.vpc(vpc, party, traffic)] : [this.elsewhere({ kind: 'other', label: peer.what.what }, party, traffic, peer.what, rule.place)];
      }
    }
  }

  private members(group: SecurityGroup, party: Party, traffic: Traffic, place: Resource): Client[] {
    const members = this.network.parties.membersOf(group).filter(member => member.resource !== party.resource && this.near(member, party));
    if (members.length === 0) {
      return party.groups.includes(group) ? []
        : [this.elsewhere({ kind: 'security-group', label: group.label }, party, traffic, group.elsewhere ?? new Unknown(`what has the security group ${group.label}`), place)];
    }
    return members.map(member => this.client(member, party, traffic, 'security group'));
  }

  private over6(block: Range, party: Party, traffic: Traffic, balancer: LoadBalancer): Client[] {
    if (block.family === 4 || balancer.ipAddressType === 'ipv4') { return []; }
    const node: Node = { kind: block.prefix === 0 ? 'internet' : 'cidr', label: block.prefix === 0 ? 'internet' : block.text };
    if (balancer.internetFacing !== true) { return [this.elsewhere(node, party, traffic, new Unknown(`who has the addresses ${block.text}`))]; }
    const checks = [...this.reach.fromInternet(party, block, traffic), this.trace.pass('security group ingress', `A rule lets ${describe(traffic)} in from ${block.text}`)];
    const outside: Party = { node, groups: [], places: [], addresses: [block] };
    return [{ node, party: outside, promise: 'security group', hop: hop(node, party.node, describe(traffic), checks) }];
  }

  /** A group that is shared with other VPCs has members that cannot be meant. */
  private near({ vpc }: Party, { vpc: own }: Party): boolean {
    return !vpc || !own || this.network.connections.linked(vpc, own);
  }

  private inRange(block: Range, party: Party, traffic: Traffic, balancer?: LoadBalancer): Client[] {
    const node: Node = { kind: block.prefix === 0 ? 'internet' : 'cidr', label: block.prefix === 0 ? 'internet' : block.text };
    if (block.family === 6) { return []; }
    if (isPublic(block) && balancer?.internetFacing === true) {
      const checks = [...this.reach.fromInternet(party, block, traffic), this.trace.pass('security group ingress', `A rule lets ${describe(traffic)} in from ${block.text}`)];
      const outside: Party = { node, groups: [], places: [], addresses: [block] };
      return [{ node, party: outside, public: true, promise: 'security group', hop: hop(node, party.node, describe(traffic), checks) }];
    }
    if (balancer?.internetFacing instanceof Unknown && isPublic(block)) { return [this.elsewhere(node, party, traffic, balancer.internetFacing)]; }
    const vpcs = this.vpcsIn(block, party);
    if (vpcs.length === 0) { return [this.elsewhere(node, party, traffic, new Unknown(`who has the addresses ${block.text}`))]; }
    const clients = vpcs.map(vpc => ({ vpc, client: this.vpc(vpc, party, traffic) }));
    // a block that is wider than a VPC is not about that VPC: who does not get through was perhaps not meant
    const meant = ({ vpc, client }: { vpc: Vpc; client: Client }) => vpc === party.vpc || client.hop.verdict !== 'blocked' || vpc.ranges.some(one => contains(one, block));
    return clients.filter(meant).map(({ client }) => client);
  }

  /** The VPCs whose addresses a block speaks of: its own, and those that are connected with it. */
  private vpcsIn(block: Range, { vpc: own }: Party): Vpc[] {
    const touches = (vpc: Vpc) => vpc.ranges.some(one => overlaps(one, block));
    const home = own && touches(own) ? [own] : [];
    const others = this.network.vpcs.all.filter(vpc => vpc !== own && vpc.resource && touches(vpc));
    const linked = own ? others.filter(vpc => this.network.connections.linked(own, vpc)) : [];
    const beside = (vpc: Vpc) => own?.resource && vpc.account === own.account && vpc.region === own.region;
    const exact = others.filter(vpc => vpc.ranges.some(one => contains(one, block)) && beside(vpc));
    return home.length > 0 || linked.length > 0 ? [...home, ...linked] : exact.length === 1 ? exact : [];
  }

  private vpc(vpc: Vpc, party: Party, traffic: Traffic): Client {
    const sender = this.ofVpc(vpc);
    if (party.vpc && party.vpc !== vpc && !this.network.connections.linked(party.vpc, vpc)) {
      return this.elsewhere(sender.node, party, traffic, new Unknown(`what connects ${vpc.label} with ${party.vpc.label}`));
    }
    const host = this.network.parties.workloadsIn(vpc).find(one => this.reach.connect(one, party, traffic).every(check => check.verdict === 'reachable'));
    return host && vpc !== party.vpc ? this.client(host, party, traffic, 'security group') : {
      node: sender.node,
      party: sender,
      promise: 'security group',
      hop: hop(sender.node, party.node, describe(traffic), [
        ...this.reach.network(sender, party, traffic, true),
        this.reach.security.check('ingress', party, sender, { ...traffic, some: true }),
      ]),
    };
  }

  /** A VPC as a sender: any of its subnets, no group of which anything is known. */
  public ofVpc(vpc: Vpc): Party {
    const node: Node = vpc.resource ? nodeOf(vpc.resource, 'vpc') : { kind: 'vpc', label: vpc.label };
    return { node, groups: [], unfiltered: true, places: this.network.vpcs.subnetsOf(vpc).map(subnet => ({ subnet })), vpc };
  }

  public client(from: Party, to: Party, traffic: Traffic, promise: string): Client {
    return { node: from.node, party: from, promise, hop: hop(from.node, to.node, describe(traffic), this.reach.connect(from, to, traffic)) };
  }

  /** Clients of whom nothing is known but the way in. */
  public elsewhere(node: Node, party: Party, traffic: Traffic, what: Unknown, place?: Resource): Client {
    const check = what.missing !== undefined && place ? this.trace.blocked('security group ingress', missing(place, what.missing)) : this.trace.unknown('client', what);
    return { node, promise: 'security group', hop: hop(node, party.node, describe(traffic), [check]) };
  }

  private unfiltered(balancer: LoadBalancer, traffic: Traffic): Client[] {
    const { party } = balancer;
    if (balancer.internetFacing === true) { return this.inRange(INTERNET, party, traffic, balancer); }
    if (this.consumed(balancer)) { return []; }
    const links = this.links(balancer, traffic);
    if (links.length > 0) { return links; }
    const other = this.reachedOtherwise(balancer);
    if (other || !party.vpc) { return [this.elsewhere({ kind: 'other', label: 'clients' }, party, traffic, other ?? party.unknown ?? new Unknown(`the VPC of ${party.node.label}`))]; }
    return [{ ...this.vpc(party.vpc, party, traffic), guess: true }];
  }

  /** API Gateway connects to a Network Load Balancer over PrivateLink. */
  private links(balancer: LoadBalancer, traffic: Traffic): Client[] {
    const { party } = balancer;
    const named = (link: Resource) => listOf(link.get('TargetArns')).some(arn => arn instanceof Reference && arn.resource === balancer.resource);
    return this.network.stacks.ofType('AWS::ApiGateway::VpcLink').filter(named).map(link => {
      const admitted = party.unfiltered || balancer.enforced === false;
      const node = nodeOf(link, 'other');
      const consumer: Party = { node, groups: [], places: [], unknown: new Unknown(`the addresses of ${link.label}`) };
      const check = admitted ? this.trace.pass('PrivateLink traffic', `No security group of ${party.node.label} looks at it`)
        : this.reach.security.check('ingress', party, consumer, traffic, ' of PrivateLink traffic');
      return { node, privateLink: true, promise: 'listener', hop: hop(node, party.node, describe(traffic), [check]) };
    });
  }

  /** Whether endpoints of the templates lead to it: their paths come through. */
  private consumed(balancer: LoadBalancer): boolean {
    return this.network.parties.all.some(party => {
      const service = party.node.kind === 'endpoint' ? this.network.privateLink.serviceOf(party.resource!) : undefined;
      return service !== undefined && service !== 'aws' && !(service instanceof Unknown) && service.balancers.includes(balancer);
    });
  }

  /** Requests that no inbound rule of the templates is for: through a service, another load balancer, or from somebody who adds a rule later. */
  private reachedOtherwise(balancer: LoadBalancer): Unknown | undefined {
    const { party } = balancer;
    const service = this.network.privateLink.all.find(one => one.balancers.includes(balancer));
    if (service) { return new Unknown(`the consumers of ${service.resource.label}`); }
    const behind = this.network.balancers.targetGroups.some(group => this.network.targets.of(group).some(target => target.kind === 'balancer' && target.balancer === balancer));
    if (behind) { return new Unknown(`other clients of ${party.node.label}`); }
    const id = balancer.resource?.logicalId;
    const others = this.network.stacks.types().filter(type => /VpcOrigin|VpcLink|GlobalAccelerator::EndpointGroup|VpcLattice/.test(type));
    const names = (resource: Resource) => id !== undefined && resource.names().some(name => jsonOf(resource.written(name)).includes(id));
    const user = this.network.stacks.ofType(...others).find(names);
    if (user) { return new Unknown(`how ${user.label} connects`); }
    const exported = party.groups.find(group => group.resource && exportsIt(group));
    return exported && new Unknown(`who imports the security group ${exported.label}`);
  }

  private nobody(balancer: LoadBalancer, traffic: Traffic, listener: Listener): Client {
    const { party } = balancer;
    const node: Node = { kind: 'other', label: 'clients' };
    if (balancer.type === 'network' && balancer.enforced === false) {
      return this.elsewhere(node, party, traffic, new Unknown(`the endpoint service of ${party.node.label}, whose clients no security group looks at`));
    }
    const name = 'security group ingress';
    const [group] = party.groups;
    const check = party.ungrouped && party.resource ? this.reach.security.ungrouped(name, party, party.resource)
      : group.resource ? this.trace.blocked(name, this.closed(balancer, group, group.resource, traffic, listener))
        : this.trace.unknown(name, `who may connect to ${party.node.label}`);
    return { node, promise: 'listener', hop: hop(node, party.node, describe(traffic), [check]) };
  }

  /** A group that lets nobody in; who is to be let in, somebody has to decide. */
  private closed(balancer: LoadBalancer, group: SecurityGroup, place: Resource, traffic: Traffic, listener: Listener): Draft {
    const { party } = balancer;
    const nearest: Party = party.vpc ? { ...this.ofVpc(party.vpc), unfiltered: false } : { node: party.node, groups: [], places: [] };
    const most = balancer.internetFacing === true ? INTERNET.text : party.vpc?.ranges[0]?.text;
    // a port for tests or health checks beside the open one may be closed on purpose
    const isOpen = (one: Listener) => party.groups.some(each => each.facing('ingress').some(rule => fits(rule, tcp(one.port))));
    return {
      code: 'NobodyAdmitted',
      severity: balancer.listeners.some(one => one !== listener && isOpen(one)) ? 'warning' : 'error',
      place,
      detail: describe(traffic),
      location: 'Properties.SecurityGroupIngress',
      reason: `No inbound rule of ${party.groups.map(one => one.label).join(', ')} lets anybody in on ${describe(traffic)}.`,
      fix: {
        text: `Name who may connect to ${party.node.label}: an inbound rule for ${describe(traffic)} from the addresses or the security group of its clients`
          + `${most === undefined ? '' : `, at most from ${most}`}.`,
        patches: balancer.internetFacing === true ? [] : allow('ingress', group, nearest, traffic, false).patches,
      },
    };
  }
}


/** Whether a rule is for this traffic, as far as its ports are known. */
function fits(rule: SecurityRule, { protocol, ports }: Traffic): boolean {
  if (rule.protocol instanceof Unknown || rule.protocol === 'all') { return true; }
  if (rule.protocol !== protocol) { return false; }
  const { from, to = from } = rule;
  if (typeof from !== 'number' || typeof to !== 'number' || ports instanceof Unknown || from === -1) { return true; }
  return from <= ports.from && ports.to <= to;
}

function exportsIt(group: SecurityGroup): boolean {
  const { resource } = group;
  return resource !== undefined && Object.values(resource.stack.section('Outputs')).some(output => {
    const { Export: name, Value: value } = (output ?? {}) as { Export?: unknown; Value?: unknown };
    return name !== undefined && jsonOf(value).includes(`"${resource.logicalId}"`);
  });
}
