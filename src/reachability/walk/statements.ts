import { Check, Hop, Named, Node, SourceOf, Statement } from '../contract';
import { Client, INTERNET } from './clients';
import { Branch } from './forward';
import { takeAway } from './openings';
import { hop, verdictOf } from './trace';
import { describe, tcp, Traffic } from './traffic';
import { Walker } from './walker';
import { contains, isPublic, overlaps, Range, range } from '../model/address';
import { Listener, LoadBalancer } from '../model/load-balancers';
import { NameRecord, plain, Zone } from '../model/names';
import { nodeOf, Party, Place } from '../model/parties';
import { Vpc } from '../model/vpcs';
import { mentioned } from '../template/json';
import { Resource } from '../template/stacks';
import { booleanOf, fieldOf, listOf, Reference, stringOf, Unknown, unknownIn } from '../template/values';

function placeOf({ stack, logicalId }: Resource): Named {
  return { stack: stack.name, logicalId };
}

/** One who sends; undefined party: the internet, or a block outside of all VPCs. */
interface Sender { readonly node: Node; readonly party?: Party; readonly block?: Range }

type Purpose = 'expect' | 'forbid';

/** A way to what a statement names; the resource at whose door it ends, and the port there. */
type Way = Branch & { readonly place: Named; readonly port?: number };

/** Walks what users say must be there, and what must not. */
export class Statements {
  constructor(private readonly walker: Walker) {}

  public expect(statement: Statement): void {
    for (const sender of this.senders(statement.source)) {
      const ways = this.ways(sender, statement, 'expect');
      const best = ways.filter(way => verdictOf(way.hops) === 'reachable');
      const open = best.length > 0 ? best : ways.filter(way => verdictOf(way.hops) === 'unknown');
      const shown = statement.destination.kind === 'service' && open.length > 0 ? open : ways;
      for (const way of shown) { this.walker.trace.path(sender.node, way.destination, 'expect', way.hops); }
      if (ways.length === 0) { this.none(sender, statement); }
    }
  }

  public forbid(statement: Statement): void {
    const over6: Sender[] = statement.source.kind === 'internet' ? [{ node: { kind: 'internet', label: 'internet (IPv6)' }, block: range('::/0')! }] : [];
    for (const sender of [...this.senders(statement.source), ...over6]) {
      if (statement.destination.kind === 'name') { this.mistyped(sender, statement.destination.name); }
      for (const way of this.ways(sender, statement, 'forbid')) {
        const { hops } = way;
        if (verdictOf(hops) !== 'reachable') {
          // what stops it is as it should be
          if (verdictOf(hops) === 'unknown') { this.walker.trace.path(sender.node, way.destination, 'forbid', hops); }
          continue;
        }
        const last = hops[hops.length - 1];
        const place = this.resource(way.place);
        const fix = takeAway(this.walker.network, this.walker.network.parties.of(place), this.block(sender), way.port ?? statement.port);
        const checks: Check[] = [...last.checks, this.walker.trace.blocked('forbid', {
          code: 'ForbiddenPath',
          place,
          detail: `${sender.node.label}${statement.port ? ` ${statement.port}` : ''}`,
          reason: `${sender.node.label} reaches ${way.destination.label} on ${last.traffic}, and a statement forbids it.`,
          fix,
        })];
        this.walker.trace.path(sender.node, way.destination, 'forbid', [...hops.slice(0, -1), hop(last.from, last.to, last.traffic, checks, last.rule)]);
      }
    }
  }

  /** A name that no record has protects nothing. */
  private mistyped(sender: Sender, name: string): void {
    const { network, trace } = this.walker;
    const zones = [...network.names.zones, ...network.names.elsewhere];
    if (zones.some(zone => zone.records.some(record => record.name === plain(name)))) { return; }
    const node: Node = { kind: 'name', label: name };
    trace.path(sender.node, node, 'forbid', [hop(sender.node, node, 'DNS', [trace.unknown('record', `a record ${name}, which a statement forbids to reach`)])]);
  }

  private senders(source: SourceOf): Sender[] {
    const { network, clients } = this.walker;
    switch (source.kind) {
      case 'internet': return [{ node: { kind: 'internet', label: 'internet' }, block: INTERNET }];
      case 'cidr': return this.inBlock(range(source.block)!);
      case 'workload': {
        return this.partiesOf(this.resource(source.resource)).map(party => ({ node: party.node, party }));
      }
      case 'vpc': {
        const whole = clients.ofVpc(network.vpcs.vpc(new Reference(this.resource(source.resource), 'Ref')));
        if (!source.subnets) { return [{ node: whole.node, party: whole }]; }
        return source.subnets.map(named => {
          const subnet = network.vpcs.subnet(new Reference(this.resource(named), 'Ref'));
          return { node: nodeOf(this.resource(named), 'vpc'), party: { ...whole, node: nodeOf(this.resource(named), 'vpc'), places: [{ subnet }] } };
        });
      }
    }
  }

  /** A workload in the network: itself, the instances that it runs on, or something of which nothing is known. */
  private partiesOf(resource: Resource): Party[] {
    const { network } = this.walker;
    const own = network.parties.of(resource);
    if (own) { return [own]; }
    const hosts = resource.type === 'AWS::ECS::Service' ? network.targets.capacityOf(resource.get('Cluster'), resource) : [];
    const unknown = new Unknown(`where ${resource.label} is`);
    return hosts.length > 0 ? hosts : [{ node: nodeOf(resource, 'other'), groups: [], places: [], elsewhere: unknown, unknown }];
  }

  private inBlock(block: Range): Sender[] {
    const node: Node = { kind: 'cidr', label: block.text };
    const vpcs = this.walker.network.vpcs.all.filter(vpc => vpc.resource && vpc.ranges.some(one => overlaps(one, block)));
    const parties = vpcs.map((vpc): Sender => {
      const whole = this.walker.clients.ofVpc(vpc);
      const inside = whole.places.filter(({ subnet }) => subnet.range && overlaps(subnet.range, block));
      const exactly = (place: Place): Place => place.subnet.range && contains(place.subnet.range, block) ? { ...place, address: block } : place;
      return { node, block, party: { ...whole, node, places: inside.map(exactly) } };
    });
    return isPublic(block) || parties.length === 0 ? [...parties, { node, block }] : parties;
  }

  private ways(sender: Sender, statement: Statement, purpose: Purpose): Way[] {
    const { destination, port } = statement;
    switch (destination.kind) {
      case 'workload': return this.toWorkload(sender, destination.resource, port, purpose);
      case 'load-balancer': return [
        ...this.doors(this.balancer(destination.resource), port).flatMap(listener => this.through(sender, listener, purpose)),
        ...purpose === 'forbid' ? this.behindOthers(sender, this.balancer(destination.resource)) : [],
      ];
      case 'name': return this.toName(sender, destination.name, port, purpose);
      case 'service': return this.toService(sender, destination.resource, port, purpose);
    }
  }

  /** Through a load balancer that stands in front. */
  private behindOthers(sender: Sender, balancer: LoadBalancer): Way[] {
    const { node } = balancer.party;
    const isThere = (one: Hop) => one.to.logicalId === node.logicalId && one.to.stack === node.stack;
    const others = this.walker.network.balancers.all.filter(one => one !== balancer).flatMap(one => one.listeners);
    return others.flatMap(listener => this.through(sender, listener, 'forbid', undefined, true)).filter(way => way.hops.some(isThere))
      .map(way => ({ ...way, destination: node, hops: way.hops.slice(0, way.hops.findIndex(isThere) + 1) }));
  }

  private toWorkload(sender: Sender, named: Named, port: number | undefined, purpose: Purpose): Way[] {
    const resource = this.resource(named);
    return this.partiesOf(resource).flatMap(to => this.toParty(sender, to, resource, port, purpose).map(way => ({ ...way, place: named })));
  }

  private toParty(sender: Sender, to: Party, resource: Resource, port: number | undefined, purpose: Purpose): Branch[] {
    if (sender.block?.family === 6 && !to.places.some(place => place.subnet.resource?.has('Ipv6CidrBlock'))) { return []; }
    const traffic: Traffic = { ...this.traffic(port === undefined ? { from: 0, to: 65535 } : { from: port, to: port }, purpose), some: purpose === 'forbid' || port === undefined };
    const checks = sender.party ? this.connect(sender.party, to, traffic, purpose, sender.block !== undefined)
      : [...this.fromOutside(sender, to, traffic, purpose), ...sender.block?.family === 6 ? [] : [this.publicAddress(resource, to)]];
    return [{ destination: to.node, hops: [hop(sender.node, to.node, describe(traffic), checks)] }];
  }

  private toName(sender: Sender, name: string, port: number | undefined, purpose: Purpose): Way[] {
    const { network, trace } = this.walker;
    const zones = [...network.names.zones, ...network.names.elsewhere];
    const named = zones.flatMap(zone => zone.records.filter(record => record.name === plain(name)).map(record => ({ zone, record })));
    const records = named.filter((one, index) => named.findIndex(other => other.record.balancer === one.record.balancer) === index);
    const each = records.map(({ zone, record }) => {
      const node: Node = nodeOf(record.resource, 'name', record.name);
      const seen = this.sees(sender, zone, record);
      if (!record.balancer) {
        const leads = trace.unknown('record', `where the record ${record.name} leads`);
        return { seen, ways: [{ place: placeOf(record.resource), destination: node, hops: [hop(sender.node, node, 'DNS', [seen, leads])] }] };
      }
      const ways = this.doors(record.balancer, port).flatMap(listener => this.through(sender, listener, purpose, purpose === 'forbid' ? undefined : node));
      // without the name the address is still there
      return { seen, ways: purpose === 'forbid' ? ways : ways.map(way => ({ ...way, hops: [hop(sender.node, node, 'DNS', [seen]), ...way.hops] })) };
    });
    // of zones of one name each VPC sees its own
    const visible = each.filter(({ seen }) => seen.verdict === 'reachable');
    return (purpose === 'expect' && visible.length > 0 ? visible : each).flatMap(({ ways }) => ways);
  }

  private sees(sender: Sender, zone: Zone, record: NameRecord): Check {
    const { trace } = this.walker;
    const vpc = sender.party?.vpc;
    if (!zone.private) { return trace.pass('zone', `${zone.name} is public`); }
    if (vpc && zone.vpcs.includes(vpc)) { return trace.pass('private zone', `${vpc.label} sees ${zone.name}`); }
    const unknown = zone.unknown ?? (vpc ? undefined : `where ${sender.node.label} resolves names`);
    return unknown !== undefined ? trace.unknown('private zone', unknown) : this.walker.names.invisible(vpc!, zone, record);
  }

  /** Over an endpoint of its own, or over whatever load balancer leads there. */
  private toService(sender: Sender, named: Named, port: number | undefined, purpose: Purpose): Way[] {
    const { network } = this.walker;
    const service = this.resource(named);
    const passes = ({ hops }: Branch) => hops.some(one => one.to.logicalId === service.logicalId && one.to.stack === service.stack.name);
    const doors = network.balancers.all.flatMap(balancer => balancer.listeners);
    const throughDoors = doors.flatMap(listener => this.through(sender, listener, purpose, undefined, true)).filter(passes);
    const listeners = network.privateLink.all.find(one => one.resource === service)?.balancers.flatMap(balancer => balancer.listeners) ?? [];
    const ports = port === undefined ? listeners.map(listener => listener.port) : [port];
    const endpoints = network.parties.all.filter(party => party.node.kind === 'endpoint' && party.vpc === sender.party?.vpc);
    const direct = endpoints.flatMap(endpoint => ports.flatMap(one => {
      const traffic = this.traffic(one instanceof Unknown ? one : { from: one, to: one }, purpose);
      const first = hop(sender.node, endpoint.node, describe(traffic), this.connect(sender.party!, endpoint, traffic, purpose));
      return this.walker.services.through(endpoint, one, { consumer: sender.party!, place: endpoint.resource!, depth: 0 })
        .map(branch => ({ ...branch, place: { stack: endpoint.node.stack!, logicalId: endpoint.node.logicalId! }, hops: [first, ...branch.hops] }));
    })).filter(passes);
    return [...throughDoors, ...direct];
  }

  private through(sender: Sender, listener: Listener, purpose: Purpose, as?: Node, whole = false): Way[] {
    const { loadBalancer: { party, ipAddressType } } = listener;
    if (sender.block?.family === 6 && ipAddressType === 'ipv4') { return []; }
    const traffic = this.traffic(listener.port instanceof Unknown ? listener.port : { from: listener.port, to: listener.port }, purpose);
    const checks = sender.party ? this.connect(sender.party, party, traffic, purpose, sender.block !== undefined)
      : [...isPublic(sender.block!) ? this.scheme(listener.loadBalancer) : [], ...this.fromOutside(sender, party, traffic, purpose)];
    const first: Hop = hop(as ?? sender.node, party.node, describe(traffic), checks);
    const outside: Party | undefined = sender.block && { node: sender.node, groups: [], places: [], addresses: [sender.block] };
    const client: Client = { node: sender.node, party: sender.party ?? outside, hop: first, promise: purpose };
    const place = { stack: party.node.stack!, logicalId: party.node.logicalId! };
    if (!party.resource) { return []; }
    // who must not get to a load balancer must not get as far as its door
    if (purpose === 'forbid' && !whole) { return [{ place, destination: party.node, hops: [first], port: typeof listener.port === 'number' ? listener.port : undefined }]; }
    return this.walker.branches(client, listener).map(branch => ({ ...branch, place, hops: [first, ...branch.hops] }));
  }

  private connect(from: Party, to: Party, traffic: Traffic, purpose: Purpose, exact = false): Check[] {
    const { reach, network } = this.walker;
    if (!from.unfiltered) { return reach.connect(from, to, traffic); }
    const beside = (party: Party) => party !== to && party.places.some(place => from.places.some(({ subnet }) => subnet.key === place.subnet.key));
    // who has an address of a block need not have the groups of others in its subnets
    const near = purpose === 'forbid' ? network.parties.all.filter(beside).flatMap(party => party.groups) : [];
    const single = from.places.some(place => place.address);
    const perhaps = single && to.groups.some(group => group.facing('ingress').some(({ peer }) => peer.kind === 'group' && near.includes(peer.group)));
    const seen = perhaps ? { ...from, unfiltered: false, unknown: new Unknown(`what has the address ${from.node.label}`) } : { ...from, groups: single ? [] : near };
    // of a block all have to get through, of a VPC somebody
    const all = purpose === 'expect' && (exact || from.places.length === 1);
    const ingress = reach.security.check('ingress', to, seen, all ? { ...traffic, every: exact } : { ...traffic, some: true });
    return [...reach.network(from, to, traffic, !all), ingress];
  }

  private fromOutside(sender: Sender, to: Party, traffic: Traffic, purpose: Purpose): Check[] {
    const block = sender.block!;
    const outside: Party = { node: sender.node, groups: [], places: [], addresses: [block] };
    const subnets = isPublic(block) ? this.walker.reach.fromInternet(to, block, traffic) : [this.walker.trace.unknown('client', `where ${block.text} is`)];
    return [...subnets, this.walker.reach.security.check('ingress', to, outside, purpose === 'forbid' ? { ...traffic, some: true } : traffic)];
  }

  private scheme(balancer: LoadBalancer): Check[] {
    const { trace } = this.walker;
    if (balancer.internetFacing instanceof Unknown) { return [trace.unknown('scheme', balancer.internetFacing)]; }
    if (balancer.internetFacing || !balancer.resource) { return []; }
    return [trace.blocked('scheme', {
      code: 'InternalLoadBalancer',
      place: balancer.resource,
      location: 'Properties.Scheme',
      reason: `${balancer.party.node.label} is internal: it has no address in the internet.`,
      fix: { text: 'Make the load balancer internet-facing, which replaces it, or let its clients come over a network of yours.', patches: [] },
    })];
  }

  private publicAddress(resource: Resource, party: Party): Check {
    const { trace, network } = this.walker;
    const template = network.parties.launched(resource);
    const interfaces = resource.get('NetworkInterfaces') ?? template?.at('LaunchTemplateData', 'NetworkInterfaces');
    const written = fieldOf(listOf(interfaces)[0], 'AssociatePublicIpAddress') ?? template?.get('AssociatePublicIpAddress')
      ?? resource.at('NetworkConfiguration', 'AwsvpcConfiguration', 'AssignPublicIp') ?? (resource.type === 'AWS::ECS::Service' ? 'DISABLED' : undefined);
    const assigned = stringOf(written) === 'ENABLED' ? true : stringOf(written) === 'DISABLED' ? false : booleanOf(written);
    const bySubnet = party.places.some(({ subnet }) => booleanOf(subnet.resource?.get('MapPublicIpOnLaunch')) === true);
    const elastic = network.stacks.ofType('AWS::EC2::EIP', 'AWS::EC2::EIPAssociation')
      .some(one => ['InstanceId', 'NetworkInterfaceId'].some(name => {
        const holder = one.get(name);
        return holder instanceof Reference && (holder.resource === resource || mentioned(resource.written('NetworkInterfaces')).includes(holder.resource.logicalId));
      }));
    const unknown = unknownIn(written);
    if (elastic || (assigned ?? (unknown === undefined && bySubnet && resource.type !== 'AWS::Lambda::Function'))) { return trace.pass('public address', `${party.node.label} has one`); }
    if (unknown) { return trace.unknown('public address', unknown); }
    return trace.blocked('public address', {
      code: 'NoPublicAddress',
      place: resource,
      reason: `${party.node.label} has no public address.`,
      fix: { text: 'Put a load balancer in front of it, or give it a public address.', patches: [] },
    });
  }

  /** A statement of something to which no way leads at all. */
  private none(sender: Sender, { destination, port }: Statement): void {
    const { trace } = this.walker;
    const zone = destination.kind === 'name' ? this.walker.network.names.zones.find(one => `.${plain(destination.name)}`.endsWith(`.${one.name}`)) : undefined;
    const place = destination.kind === 'name' ? zone?.resource ?? sender.party?.resource ?? sender.party?.vpc?.resource ?? this.anything() : this.resource(destination.resource);
    const label = destination.kind === 'name' ? destination.name : place?.label;
    const at = port === undefined ? '' : ` on port ${port}`;
    if (!place) { throw new Error(`A statement expects ${label}, and no template has any resource.`); }
    const node: Node = destination.kind === 'name' ? { kind: 'name', label: destination.name } : nodeOf(place, 'other');
    trace.path(sender.node, node, 'expect', [hop(sender.node, node, '', [trace.blocked('expect', {
      code: 'NoPath',
      place,
      detail: `${sender.node.label} to ${label}${at}`,
      reason: `Nothing in the templates leads from ${sender.node.label} to ${label}${at}, and a statement expects it.`,
      fix: { text: destination.kind === 'name' ? `Add a record ${destination.name} that leads to a load balancer.` : 'Add a listener or an endpoint for it.', patches: [] },
    })])]);
  }

  private anything(): Resource | undefined {
    return this.walker.network.stacks.all.flatMap(stack => [...stack.resources.values()])[0];
  }

  private traffic(ports: { from: number; to: number } | Unknown, purpose: Purpose): Traffic {
    return { ...tcp(ports), some: purpose === 'forbid' };
  }

  private block(sender: Sender): Sender['block'] | Vpc | Party {
    return sender.party ?? sender.block;
  }

  private doors(balancer: LoadBalancer, port: number | undefined): Listener[] {
    return balancer.listeners.filter(listener => port === undefined || listener.port === port || listener.port instanceof Unknown);
  }

  private balancer(named: Named): LoadBalancer {
    return this.walker.network.balancers.balancer(new Reference(this.resource(named), 'Ref'));
  }

  private resource({ stack, logicalId }: Named): Resource {
    const found = this.walker.network.stacks.find(stack)?.resources.get(logicalId);
    if (!found) { throw new Error(`A statement names '${logicalId}' of the stack '${stack}', which is not among the templates that are checked.`); }
    return found;
  }
}
