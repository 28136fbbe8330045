import { Check, Node } from '../contract';
import { Client, Clients } from './clients';
import { change, refer } from './fixes';
import { Reach } from './reach';
import { hop, Trace, worst } from './trace';
import { describe, tcp } from './traffic';
import { dnsOf } from '../model/connections';
import { Listener, LoadBalancer } from '../model/load-balancers';
import { NameRecord, Zone } from '../model/names';
import { Network } from '../model/network';
import { nodeOf } from '../model/parties';
import { Vpc } from '../model/vpcs';
import { jsonOf } from '../template/json';
import { Unknown } from '../template/values';

/** What private names promise: that each VPC which sees one gets to the load balancer behind it, and that its clients see one. */
export class NamePaths {
  constructor(private readonly network: Network, private readonly trace: Trace, private readonly reach: Reach, private readonly clients: Clients) {}

  /** From each VPC of a zone over the name to the load balancer. */
  public promised(balancer: LoadBalancer): void {
    for (const { zone, record } of this.network.names.of(balancer)) {
      if (!zone.private || record.maybe || zone.unknown) { continue; }
      for (const vpc of zone.vpcs) {
        const node: Node = { ...nodeOf(record.resource, 'name', record.name) };
        const client = nodeOf(vpc.resource ?? zone.resource, 'vpc', vpc.label);
        const resolved = hop(client, node, 'DNS', [...this.dns(vpc), ...this.shadowed(vpc, zone, record)]);
        this.trace.path(client, balancer.party.node, 'name', [resolved, hop(node, balancer.party.node, this.ports(balancer), this.way(vpc, zone, balancer))]);
      }
    }
  }

  /** Clients of other VPCs, where a load balancer has names but none that they see. */
  public visible(balancer: LoadBalancer, listener: Listener, clients: readonly Client[]): void {
    const names = this.network.names.of(balancer).filter(({ zone, record }) => zone.private && !record.maybe);
    if (names.length === 0 || this.network.names.of(balancer).some(({ zone }) => !zone.private)) { return; }
    for (const client of clients.filter(one => one.party?.vpc?.resource && one.party.vpc !== balancer.party.vpc && one.hop.verdict !== 'unknown')) {
      const vpc = client.party!.vpc!;
      if (names.some(({ zone }) => zone.vpcs.includes(vpc))) { continue; }
      const { zone, record } = names[0];
      const node = nodeOf(record.resource, 'name', record.name);
      this.trace.path(client.node, balancer.party.node, 'name',
        [hop(client.node, node, 'DNS', [this.invisible(vpc, zone, record)]), hop(node, balancer.party.node, describe(tcp(listener.port)), client.hop.checks)]);
    }
  }

  /** A zone that a VPC is not associated with. */
  public invisible(vpc: Vpc, zone: Zone, record: NameRecord): Check {
    const name = 'private zone';
    const open = zone.unknown ?? this.associatedOtherwise(zone) ?? this.namedOtherwise(record);
    if (open) { return this.trace.unknown(name, open); }
    const { resource } = zone;
    const referred = refer(resource.stack, vpc.value);
    const written = resource.written('VPCs');
    const region = vpc.region ?? { Ref: 'AWS::Region' };
    return this.trace.blocked(name, {
      code: 'NameNotVisible',
      place: resource,
      detail: vpc.key,
      location: 'Properties.VPCs',
      reason: `${vpc.label} does not see the private zone ${zone.name}, so that its clients do not find ${record.name}.`,
      fix: {
        text: `Associate the zone ${zone.name} with ${vpc.label} (in the CDK: 'zone.addVpc(…)').`,
        patches: referred && Array.isArray(written)
          ? [change(resource, { VPCs: [...written, { VPCId: referred.expression, VPCRegion: region }] }), ...referred.patches] : [],
      },
    });
  }

  /** A VPC of another account is associated by other means; so can any. */
  private associatedOtherwise(zone: Zone): Unknown | undefined {
    const id = zone.resource.logicalId;
    const types = this.network.stacks.types().filter(type => /^Custom::|CustomResource$|^AWS::Route53Profiles::|^AWS::Route53Resolver::/.test(type));
    const other = this.network.stacks.ofType(...types).find(resource => /Resolver|Profiles/.test(resource.type)
      || (resource.stack === zone.resource.stack && resource.names().some(name => jsonOf(resource.written(name)).includes(`"${id}"`))));
    return other && new Unknown(`what ${other.label} does with the zone ${zone.name}`);
  }

  /** Who is told the load balancer's own name needs no other. */
  private namedOtherwise({ balancer }: NameRecord): Unknown | undefined {
    const resource = balancer?.resource;
    const user = resource && [...resource.stack.resources.values()].find(one => !one.type.startsWith('AWS::Route53::') && one.names().some(name => tells(one.written(name), resource.logicalId)));
    return user && new Unknown(`whether clients use the name of ${resource!.label} that ${user.label} is given`);
  }

  private dns(vpc: Vpc): Check[] {
    const enabled = dnsOf(vpc);
    if (enabled === true) { return [this.trace.pass('DNS of the VPC', `${vpc.label} resolves names`)]; }
    if (enabled instanceof Unknown || !vpc.resource) { return [this.trace.unknown('DNS of the VPC', enabled instanceof Unknown ? enabled : `the DNS attributes of ${vpc.label}`)]; }
    return [this.trace.blocked('DNS of the VPC', {
      code: 'DnsDisabled',
      place: vpc.resource,
      detail: enabled,
      location: `Properties.${enabled}`,
      reason: `${vpc.label} has '${enabled}' off, and private zones need it.`,
      fix: { text: `Set '${enabled}' of ${vpc.label} to true.`, patches: [change(vpc.resource, { [enabled]: true })] },
    })];
  }

  /** A zone with a longer name hides what another zone says, even where it says nothing itself. */
  private shadowed(vpc: Vpc, zone: Zone, record: NameRecord): Check[] {
    const zones = this.network.names.seenBy(vpc, record.name);
    const twin = zones.find(one => one !== zone && one.name === zone.name);
    const hiding = twin ?? (zones[0] !== zone && zones[0]?.name.length > zone.name.length ? zones[0] : undefined);
    if (!hiding || hiding.records.some(one => (one.name === record.name || isWildcardOf(one.name, record.name)) && one.balancer === record.balancer)) { return [this.trace.pass('private zone', `${vpc.label} sees ${zone.name}`)]; }
    if (!twin && hiding.records.length === 0) { return [this.trace.unknown('private zone', `who puts records into ${hiding.name}`)]; }
    if (hiding.unknown) { return [this.trace.unknown('private zone', hiding.unknown)]; }
    return [this.trace.blocked('private zone', {
      code: 'NameShadowed',
      place: hiding.resource,
      detail: `${record.name} ${vpc.key}`,
      reason: twin ? `${vpc.label} has two private zones named ${zone.name}: AWS refuses the second.`
        : `In ${vpc.label} the private zone ${hiding.name} hides ${record.name} of the zone ${zone.name}, and has no such record.`,
      fix: { text: `Put the record ${record.name} into the zone ${hiding.name}, or take ${vpc.label} from that zone.`, patches: [] },
    })];
  }

  /** The way of some subnet of a VPC to some listener. */
  private way(vpc: Vpc, zone: Zone, balancer: LoadBalancer): Check[] {
    const own = balancer.party.vpc;
    if (balancer.listeners.length === 0) { return [this.noListener(balancer)]; }
    if (vpc === own) { return [this.trace.pass('route', `Both are in ${vpc.label}`)]; }
    if (!own || !this.network.connections.linked(vpc, own)) { return [this.trace.unknown('route', `what connects ${vpc.label} with ${own?.label ?? balancer.party.node.label}`)]; }
    const sender = this.clients.ofVpc(vpc);
    const ways = balancer.listeners.map(listener => {
      const traffic = tcp(listener.port);
      return [...this.reach.network(sender, balancer.party, traffic, true), this.reach.security.check('ingress', balancer.party, this.somebody(vpc), { ...traffic, some: true })];
    });
    const best = ways.sort((a, b) => rank(a) - rank(b))[0];
    const alone = zone.records.every(one => one.balancer === balancer || ['NS', 'SOA', 'TXT'].includes(one.type));
    // a zone that many share shows names to VPCs that have no business with each
    const lives = this.network.parties.workloadsIn(vpc).length > 0;
    return alone && lives ? best : best.map(check => check.verdict === 'blocked' ? this.trace.unknown(check.name, `whether clients in ${vpc.label} use this name`) : check);
  }

  private noListener({ resource, party }: LoadBalancer): Check {
    const exported = resource && jsonOf(resource.stack.section('Outputs')).includes(`"${resource.logicalId}"`);
    if (!resource || exported) { return this.trace.unknown('listener', `the listeners of ${party.node.label}`); }
    return this.trace.blocked('listener', {
      code: 'NoListener',
      place: resource,
      reason: `${party.node.label} has no listener.`,
      fix: { text: `Add a listener to ${party.node.label}.`, patches: [] },
    });
  }

  /** Everybody in a VPC, with all groups that are held there. */
  private somebody(vpc: Vpc) {
    const sender = this.clients.ofVpc(vpc);
    const groups = this.network.parties.all.filter(party => party.vpc === vpc).flatMap(party => party.groups);
    return { ...sender, groups };
  }

  private ports(balancer: LoadBalancer): string {
    return balancer.listeners.map(listener => describe(tcp(listener.port))).join(', ') || 'no port';
  }
}

/** Whether an expression is the name that a load balancer has from AWS. */
function tells(expression: unknown, logicalId: string): boolean {
  const text = jsonOf(expression);
  return text.includes(`"${logicalId}","DNSName"`) || text.includes(`${logicalId}.DNSName`);
}

function isWildcardOf(wildcard: string, name: string): boolean {
  return wildcard.startsWith('*.') && (name.endsWith(wildcard.slice(1)) || name === wildcard.slice(2));
}

function rank(checks: readonly Check[]): number {
  return ['reachable', 'unknown', 'blocked'].indexOf(worst(checks.map(check => check.verdict)));
}
