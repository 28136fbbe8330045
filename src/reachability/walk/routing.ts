import { Check, Fix, Patch } from '../contract';
import { addition, alphanumeric, change, refer } from './fixes';
import { missing } from './missing';
import { Trace } from './trace';
import { contains, isPublic, overlaps, Range } from '../model/address';
import { Propagation } from '../model/connections';
import { Network } from '../model/network';
import { Party, Place } from '../model/parties';
import { Route, RouteTable, Subnet, Vpc } from '../model/vpcs';
import { keyOf, Reference, Unknown, unknownIn, Value } from '../template/values';

type Found = { readonly route: Route } | { readonly unknown: Unknown } | undefined;

/** Whether route tables lead from one subnet to another, or to the internet. */
export class Routing {
  private readonly cache = new Map<string, Check>();

  constructor(private readonly network: Network, private readonly trace: Trace) {}

  /** From a place in one VPC to a place in another. */
  public check(name: string, from: Place, to: Place, toVpc: Vpc | undefined): Check {
    const key = `${name} ${from.subnet.key} ${to.subnet.key} ${to.address?.text ?? ''}`;
    const found = this.cache.get(key) ?? this.route(name, from.subnet, to.address ?? to.subnet.range, to.subnet, toVpc);
    this.cache.set(key, found);
    return found;
  }

  /** Whether somebody wrote a route of a subnet for the other side, right or wrong. */
  public isMeantFor({ table }: Subnet, to: Party): boolean {
    const blocks = to.vpc?.ranges ?? [];
    const towards = (block: Range) => block.prefix > 0 && blocks.some(one => overlaps(one, block));
    return !(table instanceof Unknown) && table.routes.some(route => route.resource && route.ranges.some(towards));
  }

  /** From a subnet to the internet, where the clients of an internet-facing load balancer are. */
  public toInternet(subnet: Subnet, clients: Range, balancer: Party): Check {
    const name = 'route to the internet';
    const { table, vpc } = subnet;
    if (table instanceof Unknown) { return this.trace.unknown(name, table); }
    const found = lookup(table, clients, isPublic);
    if (found && 'unknown' in found) { return this.trace.unknown(name, found.unknown); }
    const target = found?.route.target;
    if (target?.kind === 'unknown' && target.what.missing === undefined) { return this.trace.unknown(name, target.what); }
    if (target?.kind === 'unknown') { return this.trace.blocked(name, missing(found!.route.resource!, target.what.missing!)); }
    if (target?.kind === 'internet') {
      if (found!.route.maybe) { return this.trace.unknown(name, found!.route.maybe); }
      if (!vpc || vpc.gateways.includes(target.key) || !vpc.resource) { return this.trace.pass(name, `${table.label} leads to the internet gateway`); }
      return this.unattached(name, vpc, target.value);
    }
    const leads = !found ? 'leads nowhere' : target?.kind === 'nat' ? 'leads to a NAT gateway, which admits no connection from outside' : `leads to ${describeTarget(found.route)}`;
    return this.trace.blocked(name, {
      code: 'RouteToInternet',
      place: subnet.resource ?? table.resource!,
      detail: clients.text,
      reason: `${subnet.label} has no way to ${clients.text}: ${table.label} ${leads}.`,
      fix: this.internetFix(subnet, table, clients, balancer, found?.route),
    });
  }

  /** To an address that no subnet of the templates has. */
  public toAddress(subnet: Subnet, address: Range): Check {
    const { table, vpc } = subnet;
    if (table instanceof Unknown || !vpc) { return this.trace.unknown('route', table instanceof Unknown ? table : `the VPC of ${subnet.label}`); }
    const found = lookup(table, address);
    if (found && 'unknown' in found) { return this.trace.unknown('route', found.unknown); }
    if (found && 'route' in found && found.route.maybe) { return this.trace.unknown('route', found.route.maybe); }
    if (found && found.route.target.kind !== 'local') { return this.trace.unknown('route', `what has the address ${address.text}, behind ${describeTarget(found.route)}`); }
    return this.trace.unknown('route', `what has the address ${address.text}, and what leads there`);
  }

  private route(name: string, from: Subnet, address: Range | undefined, to: Subnet, toVpc: Vpc | undefined): Check {
    const { table, vpc } = from;
    const same = vpc !== undefined && toVpc !== undefined && vpc.key === toVpc.key;
    const anonymous = [vpc, toVpc].some(one => one && !one.resource && typeof one.value !== 'string');
    if (!vpc || !toVpc || (anonymous && !same)) { return this.trace.unknown(name, `whether ${from.label} and ${to.label} are in one VPC`); }
    if (same) { return this.within(name, table, address, vpc); }
    if (table instanceof Unknown) { return this.trace.unknown(name, table); }
    const destination = address ?? toVpc.ranges[0];
    const found = destination ? lookup(table, destination) : this.byName(table, to, toVpc);
    if (found && 'unknown' in found) { return this.trace.unknown(name, found.unknown); }
    if (!found) { return this.blocked(name, from, table, to, toVpc, `${table.label} has no route to ${destination?.text ?? toVpc.label}`); }
    const leads = this.network.connections.leads(found.route.target, vpc, toVpc, address);
    if (leads.to === 'unknown') { return this.trace.unknown(name, leads.what); }
    if (found.route.maybe) { return this.trace.unknown(name, found.route.maybe); }
    const absent = leads.to === 'elsewhere' ? leads.missing : undefined;
    if (absent !== undefined) { return this.trace.blocked(name, missing(found.route.resource!, absent)); }
    if (leads.to === 'there') { return this.trace.pass(name, `${table.label} leads to ${toVpc.label} over ${describeTarget(found.route)}`); }
    return this.blocked(name, from, table, to, toVpc, `${table.label} leads to ${leads.reason}`, found.route, leads.propagation);
  }

  private within(name: string, table: RouteTable | Unknown, address: Range | undefined, vpc: Vpc): Check {
    const through = table instanceof Unknown || !address ? undefined
      : table.routes.find(route => route.target.kind !== 'local' && route.ranges.some(range => contains(range, address) && vpc.ranges.some(block => contains(block, range) && block.prefix < range.prefix)));
    return through ? this.trace.unknown(name, through.target.kind === 'unknown' ? through.target.what : `what ${through.resource?.label} leads through`)
      : this.trace.pass(name, `Both are in ${vpc.label}`);
  }

  /** A route to a block that only the deployment knows, by its name. */
  private byName(table: RouteTable, to: Subnet, vpc: Vpc): Found {
    const keys = [...to.rangeKeys, ...vpc.rangeKeys];
    const route = table.routes.find(one => one.destination && keys.includes(one.destination.key));
    return route ? { route } : { unknown: new Unknown(`the addresses of ${to.label}`) };
  }

  private blocked(
    name: string, from: Subnet, table: RouteTable, to: Subnet, toVpc: Vpc, why: string, wrong?: Route, propagation?: Propagation,
  ): Check {
    const unassociated = table.main ? `${from.label} has no route table of its own, and ` : '';
    return this.trace.blocked(name, {
      code: 'Route',
      place: table.resource ?? from.resource!,
      detail: `to ${toVpc.resource?.key ?? toVpc.label}${table.main ? ` from ${from.label}` : ''}`,
      reason: `${from.label} has no way to ${to.label}: ${unassociated}${why}.`,
      fix: propagation ? propagate(propagation)
        : wrong?.target.kind === 'transit' ? { text: `Mend the route tables of the transit gateway for ${toVpc.label}.`, patches: [] } : this.fix(from, table, to, toVpc, wrong),
    });
  }

  private fix(from: Subnet, table: RouteTable, to: Subnet, toVpc: Vpc, wrong?: Route): Fix {
    const vpc = from.vpc!;
    const works = (one: RouteTable) => {
      const found = to.range && lookup(one, to.range);
      return found && 'route' in found && this.network.connections.leads(found.route.target, vpc, toVpc).to === 'there';
    };
    const other = table.main ? this.spare(vpc, works) : undefined;
    if (other) { return associate(from, other); }
    const block = toVpc.ranges.find(range => !to.range || contains(range, to.range))?.text;
    const connection = this.network.connections.peeringBetween(vpc, toVpc);
    const transit = this.network.connections.transitBetween(vpc, toVpc);
    const where = table.main ? `a route table for ${from.label}` : table.label;
    const over = connection ? `the peering connection ${connection.label}` : transit instanceof Reference ? `the transit gateway ${transit.resource.label}` : `a peering connection between ${vpc.label} and ${toVpc.label}`;
    const text = `Add a route to ${where}: ${block ?? toVpc.label} over ${over}.`;
    if (!block || !vpc.resource || !toVpc.resource || table.main || !table.resource) { return { text, patches: [] }; }
    const stack = table.resource.stack;
    const patches: Patch[] = [];
    const link: Value = connection ? new Reference(connection, 'Ref') : transit;
    const referred = link === undefined ? undefined : refer(stack, link);
    const target: { [name: string]: unknown } = {};
    if (referred) {
      target[connection ? 'VpcPeeringConnectionId' : 'TransitGatewayId'] = referred.expression;
      patches.push(...referred.patches);
    } else {
      const peer = refer(stack, toVpc.value);
      const own = refer(stack, vpc.value);
      if (!peer || !own) { return { text, patches: [] }; }
      const id = alphanumeric(`Peering${[vpc.resource.logicalId, toVpc.resource.logicalId].sort().join('')}`);
      patches.push(addition(stack, id, 'AWS::EC2::VPCPeeringConnection', { VpcId: own.expression, PeerVpcId: peer.expression }), ...peer.patches, ...own.patches);
      target.VpcPeeringConnectionId = { Ref: id };
    }
    // a wider route has other destinations too
    if (wrong?.resource && wrong.ranges.every(range => toVpc.ranges.some(one => contains(one, range)))) {
      return { text: `Let the route ${wrong.resource.label} lead over ${over}.`, patches: [change(wrong.resource, { ...WITHOUT_TARGET, ...target }), ...patches] };
    }
    const route = addition(stack, `RouteTo${toVpc.resource.logicalId}In${table.resource.logicalId}`, 'AWS::EC2::Route',
      { RouteTableId: { Ref: table.resource.logicalId }, DestinationCidrBlock: block, ...target });
    return { text, patches: [route, ...patches] };
  }

  /** A table that works; one that no subnet has, if there is one. */
  private spare(vpc: Vpc, works: (table: RouteTable) => boolean | undefined): RouteTable | undefined {
    const used = new Set(this.network.vpcs.subnetsOf(vpc).map(subnet => subnet.table instanceof Unknown ? '' : subnet.table.key));
    const tables = this.network.vpcs.tablesOf(vpc).filter(table => works(table));
    return tables.find(table => !used.has(table.key)) ?? tables[0];
  }

  private internetFix(subnet: Subnet, table: RouteTable, clients: Range, balancer: Party, wrong: Route | undefined): Fix {
    const { vpc } = subnet;
    const open = (one: RouteTable) => {
      const found = lookup(one, clients, isPublic);
      return found !== undefined && 'route' in found && found.route.target.kind === 'internet';
    };
    const spare = table.main && vpc ? this.spare(vpc, open) : undefined;
    if (spare && this.isUnused(spare, vpc!)) { return associate(subnet, spare); }
    const elsewhere = this.publicSubnets(balancer, open);
    if (elsewhere) { return elsewhere; }
    const text = `Add a route to ${table.main ? `a route table for ${subnet.label}` : table.label}: 0.0.0.0/0 over the internet gateway of ${vpc?.label}.`;
    const gateway = this.network.stacks.ofType('AWS::EC2::InternetGateway').find(one => vpc?.gateways.includes(new Reference(one, 'Ref').key));
    // another way out may be in use
    if (table.main || !table.resource || !gateway || wrong?.resource) { return { text, patches: [] }; }
    const referred = refer(table.resource.stack, new Reference(gateway, 'Ref'));
    if (!referred) { return { text, patches: [] }; }
    const route = { RouteTableId: { Ref: table.resource.logicalId }, DestinationCidrBlock: '0.0.0.0/0', GatewayId: referred.expression };
    return { text, patches: [addition(table.resource.stack, `DefaultRouteIn${table.resource.logicalId}`, 'AWS::EC2::Route', route), ...referred.patches] };
  }

  private isUnused(table: RouteTable, vpc: Vpc): boolean {
    return this.network.vpcs.subnetsOf(vpc).every(subnet => subnet.table instanceof Unknown || subnet.table.key !== table.key);
  }

  /** Subnets in the same zones that have the way, where the load balancer belongs. */
  private publicSubnets({ places, resource, vpc }: Party, open: (table: RouteTable) => boolean): Fix | undefined {
    const all = vpc ? this.network.vpcs.subnetsOf(vpc).filter(one => !(one.table instanceof Unknown) && open(one.table)) : [];
    const better = places.flatMap(place => all.find(one => keyOf(one.zone) === keyOf(place.subnet.zone)) ?? []);
    if (!resource || better.length === 0 || better.length < places.length) { return undefined; }
    const referred = better.map(one => refer(resource.stack, one.value));
    return {
      text: `Put ${resource.label} into the public subnets ${better.map(one => one.label).join(', ')}.`,
      patches: resource.has('Subnets') && referred.every(one => one !== undefined)
        ? [change(resource, { Subnets: referred.map(one => one!.expression) }), ...referred.flatMap(one => one!.patches)] : [],
    };
  }

  private unattached(name: string, vpc: Vpc, gateway: Value): Check {
    const resource = vpc.resource!;
    const referred = refer(resource.stack, gateway);
    return this.trace.blocked(name, {
      code: 'InternetGatewayNotAttached',
      place: resource,
      reason: `The internet gateway that the routes of ${vpc.label} lead to is not attached to it.`,
      fix: {
        text: `Attach the internet gateway to ${vpc.label} with an AWS::EC2::VPCGatewayAttachment.`,
        patches: referred ? [addition(resource.stack, `AttachGatewayTo${resource.logicalId}`, 'AWS::EC2::VPCGatewayAttachment',
          { VpcId: { Ref: resource.logicalId }, InternetGatewayId: referred.expression }), ...referred.patches] : [],
      },
    });
  }
}

const WITHOUT_TARGET = Object.fromEntries(
  ['GatewayId', 'NatGatewayId', 'VpcPeeringConnectionId', 'TransitGatewayId', 'InstanceId', 'NetworkInterfaceId', 'VpcEndpointId'].map(name => [name, null]));

function associate(subnet: Subnet, table: RouteTable): Fix {
  const { resource } = subnet;
  const text = `Associate ${subnet.label} with the route table ${table.label}.`;
  const referred = resource && table.value !== undefined ? refer(resource.stack, table.value) : undefined;
  return {
    text,
    patches: resource && referred ? [addition(resource.stack, `Associate${resource.logicalId}`, 'AWS::EC2::SubnetRouteTableAssociation',
      { SubnetId: { Ref: resource.logicalId }, RouteTableId: referred.expression }), ...referred.patches] : [],
  };
}

/** Lets a route table of a transit gateway know an attachment. */
function propagate({ attachment, table }: Propagation): Fix {
  const [own, theirs] = [refer(table.stack, new Reference(table, 'Ref')), refer(table.stack, new Reference(attachment, 'Ref'))];
  return {
    text: `Propagate the routes of ${attachment.label} to ${table.label}.`,
    patches: own && theirs ? [addition(table.stack, `Propagate${attachment.logicalId}To${table.logicalId}`, 'AWS::EC2::TransitGatewayRouteTablePropagation',
      { TransitGatewayAttachmentId: theirs.expression, TransitGatewayRouteTableId: own.expression }), ...theirs.patches] : [],
  };
}

/** The route for a block of addresses: the longest prefix that covers it. */
function lookup(table: RouteTable, destination: Range, isPart = (_range: Range) => true): Found {
  const fits = (route: Route) => route.ranges.filter(range => contains(range, destination));
  const candidates = table.routes.flatMap(route => fits(route).map(range => ({ route, prefix: range.prefix }))).sort((a, b) => b.prefix - a.prefix);
  const best = candidates[0]?.route;
  const sameWay = (route: Route) => best !== undefined && describeTarget(route) === describeTarget(best) && route.target.kind !== 'unknown';
  const within = (block: Range) => isPart(block) && overlaps(block, destination) && !contains(block, destination);
  const finer = table.routes.find(route => route.ranges.some(within) && !sameWay(route));
  if (finer) { return { unknown: new Unknown(`which address it is: ${finer.resource?.label ?? table.label} is for a part of ${destination.text}`) }; }
  // a destination that the templates do not tell may be a longer prefix
  const hidden = table.routes.find(route => route.destination !== undefined && !/prefix list/.test(route.destination.what));
  if (hidden && (!best || best.target.kind !== 'local')) { return best && candidates[0].prefix > 0 ? { route: best } : { unknown: hidden.destination! }; }
  const listed = table.routes.find(route => route.destination !== undefined);
  return best ? { route: best } : listed ? { unknown: listed.destination! } : undefined;
}

function describeTarget({ target }: Route): string {
  switch (target.kind) {
    case 'peering': case 'transit': case 'internet': {
      const name = target.value instanceof Reference ? target.value.resource.label : unknownIn(target.value)?.what ?? target.key;
      return target.kind === 'peering' ? `the peering connection ${name}` : target.kind === 'transit' ? `the transit gateway ${name}` : `the internet gateway ${name}`;
    }
    case 'unknown': return target.what.what;
    case 'local': return 'the local route';
    case 'nat': return 'a NAT gateway';
    case 'egress-only': return 'an egress-only internet gateway';
  }
}
