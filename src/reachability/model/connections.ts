import { overlaps, Range, range } from './address';
import { sameValue } from './parties';
import { Route, RouteTarget, Vpc, Vpcs } from './vpcs';
import { Resource, Stacks } from '../template/stacks';
import { booleanOf, keyOf, nameOf, Reference, stringOf, Unknown, Value } from '../template/values';

/** Where a route leads to: the other VPC, another place, or what is missing to say so. */
export type Leads = { readonly to: 'there' } | { readonly to: 'elsewhere'; readonly reason: string; readonly missing?: string; readonly propagation?: Propagation } | { readonly to: 'unknown'; readonly what: Unknown };

/** A route table of a transit gateway, and the attachment that it would have to know. */
export interface Propagation { readonly attachment: Resource; readonly table: Resource }

interface Attachment { readonly vpc: Value; readonly resource: Resource }

/** What connects VPCs. */
export class Connections {
  constructor(private readonly stacks: Stacks, private readonly vpcs: Vpcs) {}

  /** The peering connection between two VPCs, in whatever direction. */
  public peeringBetween(a: Vpc, b: Vpc): Resource | undefined {
    return this.stacks.ofType('AWS::EC2::VPCPeeringConnection').find(connection => {
      const ends = [connection.get('VpcId'), connection.get('PeerVpcId')];
      return ends.some(end => sameValue(end, a.value)) && ends.some(end => sameValue(end, b.value)) && a !== b;
    });
  }

  public get peerings(): Resource[] { return this.stacks.ofType('AWS::EC2::VPCPeeringConnection'); }

  /** The gateway that both VPCs are attached to. */
  public transitBetween(a: Vpc, b: Vpc): Value {
    const gateways = this.stacks.ofType(...ATTACHMENTS).filter(one => sameValue(one.get('VpcId'), a.value)).map(one => one.get('TransitGatewayId'));
    return gateways.find(gateway => this.attachments(keyOf(gateway)).some(one => sameValue(one.vpc, b.value)));
  }

  /** Whether anything in the templates connects two VPCs, complete or not. */
  public linked(a: Vpc, b: Vpc): boolean {
    return a === b || this.peeringBetween(a, b) !== undefined || this.transitBetween(a, b) !== undefined || this.routed(a, b) || this.routed(b, a);
  }

  public leads(target: RouteTarget, from: Vpc, to: Vpc, address?: Range): Leads {
    switch (target.kind) {
      case 'peering': return this.overPeering(target.value, from, to);
      case 'transit': return this.overTransit(target.value, from, to, address);
      case 'unknown': return missing(target.what) ?? { to: 'unknown', what: target.what };
      case 'local': return { to: 'elsewhere', reason: `its own VPC, ${from.label}` };
      case 'internet': return { to: 'elsewhere', reason: 'the internet gateway' };
      case 'nat': return { to: 'elsewhere', reason: 'a NAT gateway' };
      case 'egress-only': return { to: 'elsewhere', reason: 'an egress-only internet gateway' };
    }
  }

  private routed(from: Vpc, to: Vpc): boolean {
    const leads = (route: Route) => ['peering', 'transit'].includes(route.target.kind) && !this.certainlyElsewhere(route.target, from, to)
      && route.ranges.some(one => one.prefix > 0 && touches(one, to) && !touches(one, from));
    return this.vpcs.tablesOf(from).some(table => table.routes.some(leads));
  }

  /** Whether a connection ends at a VPC that only has the same addresses. */
  private certainlyElsewhere(target: RouteTarget, from: Vpc, to: Vpc): boolean {
    const value = 'value' in target ? target.value : undefined;
    if (!(value instanceof Reference)) { return false; }
    const ends = target.kind === 'peering' ? ['VpcId', 'PeerVpcId'].map(name => value.resource.get(name)) : this.attachments(value.key).map(one => one.vpc);
    const others = ends.filter(end => !sameValue(end, from.value)).map(end => this.vpcs.vpc(end));
    return !others.includes(to) && others.some(vpc => vpc.ranges.some(one => touches(one, to)));
  }

  private overPeering(value: Value, from: Vpc, to: Vpc): Leads {
    if (value instanceof Unknown) { return missing(value) ?? { to: 'unknown', what: value }; }
    if (!(value instanceof Reference) || value.resource.type !== 'AWS::EC2::VPCPeeringConnection') {
      return { to: 'unknown', what: new Unknown(`the peering connection ${stringOf(value) ?? keyOf(value)}, which is not made here`) };
    }
    const connection = value.resource;
    const ends = [connection.get('VpcId'), connection.get('PeerVpcId')];
    if (ends.some(end => sameValue(end, from.value)) && ends.some(end => sameValue(end, to.value))) { return { to: 'there' }; }
    const open = ends.map(end => end instanceof Unknown ? end : undefined).find(end => end);
    if (open) { return missing(open) ?? { to: 'unknown', what: open }; }
    // an id that is written out may be that of either
    const foreign = ends.find(end => !(end instanceof Reference));
    if (foreign !== undefined) { return { to: 'unknown', what: new Unknown(`whether ${to.label} is ${nameOf(foreign)}`) }; }
    return { to: 'elsewhere', reason: `the peering connection ${connection.label}, which does not connect ${from.label} with ${to.label}` };
  }

  private overTransit(value: Value, from: Vpc, to: Vpc, address?: Range): Leads {
    if (value instanceof Unknown) { return missing(value) ?? { to: 'unknown', what: value }; }
    if (!(value instanceof Reference) || value.resource.type !== 'AWS::EC2::TransitGateway') {
      return { to: 'unknown', what: new Unknown(`the transit gateway ${stringOf(value) ?? keyOf(value)}, which is not made here`) };
    }
    const gateway = value.resource;
    const attachments = this.attachments(value.key);
    for (const vpc of [from, to]) {
      if (!vpc.resource) { return { to: 'unknown', what: new Unknown(`whether ${vpc.label} is attached to ${gateway.label}`) }; }
      if (!attachments.some(one => sameValue(one.vpc, vpc.value))) {
        return { to: 'unknown', what: new Unknown(`whether ${vpc.label} is attached to ${gateway.label}`) };
      }
    }
    return this.inGateway(gateway, attachments, from, to, address);
  }

  /** What the route table of the sender's attachment says; the default table knows every attachment unless the gateway says otherwise. */
  private inGateway(gateway: Resource, attachments: Attachment[], from: Vpc, to: Vpc, address?: Range): Leads {
    const own = attachments.filter(one => sameValue(one.vpc, from.value)).map(one => one.resource);
    const theirs = attachments.filter(one => sameValue(one.vpc, to.value)).map(one => one.resource);
    const of = (list: Resource[]) => (one: Resource) => {
      const attachment = one.get('TransitGatewayAttachmentId');
      return attachment instanceof Reference && list.includes(attachment.resource);
    };
    const [association] = this.stacks.ofType('AWS::EC2::TransitGatewayRouteTableAssociation').filter(of(own));
    if (!association) {
      const automatic = ['DefaultRouteTableAssociation', 'DefaultRouteTablePropagation'].every(name => stringOf(gateway.get(name)) !== 'disable');
      return automatic ? { to: 'there' } : { to: 'unknown', what: new Unknown(`the route table of ${from.label} in the transit gateway ${gateway.label}`) };
    }
    const table = association.get('TransitGatewayRouteTableId');
    const same = (one: Resource) => sameValue(one.get('TransitGatewayRouteTableId'), table);
    if (!(table instanceof Reference)) { return { to: 'unknown', what: new Unknown(`the route table of ${from.label} in the transit gateway ${gateway.label}`) }; }
    const isPropagated = this.stacks.ofType('AWS::EC2::TransitGatewayRouteTablePropagation').filter(same).some(of(theirs));
    const wanted = address ? [address] : to.ranges;
    const exact = to.ranges.filter(one => wanted.some(each => overlaps(one, each)));
    const propagated = isPropagated ? Math.max(0, ...exact.map(one => one.prefix)) : -1;
    // the longest prefix decides, and of two that are as long the one that somebody wrote
    const [written] = this.stacks.ofType('AWS::EC2::TransitGatewayRoute').filter(same).flatMap(route => {
      const block = route.get('DestinationCidrBlock');
      const known = typeof block === 'string' ? range(block) : undefined;
      return !known || wanted.some(one => overlaps(known, one)) ? [{ route, prefix: known?.prefix ?? 0 }] : [];
    }).sort((a, b) => b.prefix - a.prefix);
    if (isPropagated && (!written || written.prefix < propagated)) { return { to: 'there' }; }
    if (written && booleanOf(written.route.get('Blackhole')) === true) {
      return { to: 'elsewhere', reason: `the transit gateway ${gateway.label}, where ${written.route.label} drops it` };
    }
    if (written && of(own)(written.route)) { return { to: 'elsewhere', reason: `the transit gateway ${gateway.label}, where ${written.route.label} leads back` }; }
    if (written && of(theirs)(written.route)) { return { to: 'there' }; }
    if (written) { return { to: 'unknown', what: new Unknown(`what ${written.route.label} leads through`) }; }
    return {
      to: 'elsewhere',
      reason: `the transit gateway ${gateway.label}, where ${table.resource.label} has no route to ${to.label}`,
      propagation: theirs[0] && { attachment: theirs[0], table: table.resource },
    };
  }

  private attachments(gateway: string): Attachment[] {
    return this.stacks.ofType(...ATTACHMENTS).filter(one => keyOf(one.get('TransitGatewayId')) === gateway).map(resource => ({ vpc: resource.get('VpcId'), resource }));
  }

  /** Whether a group of one VPC can be named in a rule of the other. */
  public groupsAcross(a: Vpc | undefined, b: Vpc | undefined): boolean | Unknown {
    if (!a || !b || a === b) { return true; }
    const peering = this.peeringBetween(a, b);
    if (!peering) { return new Unknown(`whether a rule can name a group of ${b.label}`); }
    const regions = [a.region, b.region, stringOf(peering.get('PeerRegion'))].filter(region => region !== undefined);
    return new Set(regions).size <= 1;
  }
}

const ATTACHMENTS = ['AWS::EC2::TransitGatewayAttachment', 'AWS::EC2::TransitGatewayVpcAttachment'];

function missing(what: Unknown): Leads | undefined {
  return what.missing === undefined ? undefined : { to: 'elsewhere', reason: what.what, missing: what.missing };
}

function touches(block: Range, vpc: Vpc): boolean {
  return vpc.ranges.some(one => overlaps(one, block));
}

/** Whether a VPC resolves names as private zones need it. */
export function dnsOf(vpc: Vpc): true | Unknown | string {
  for (const [name, value] of [['EnableDnsSupport', vpc.dnsSupport], ['EnableDnsHostnames', vpc.dnsHostnames]] as const) {
    if (booleanOf(value instanceof Unknown ? undefined : value) === false) { return name; }
    if (value instanceof Unknown && vpc.resource) { return value; }
  }
  return true;
}
