import { Check } from '../contract';
import { addition } from './fixes';
import { Trace } from './trace';
import { Traffic } from './traffic';
import { contains, overlaps, Range } from '../model/address';
import { Party, Place } from '../model/parties';
import { Acl, AclEntry } from '../model/vpcs';
import { Reference, Unknown } from '../template/values';

export interface Ports { readonly from: number; readonly to: number }

/** What clients choose their own ports from: load balancers and NAT gateways use all of them. */
export const EPHEMERAL: Ports = { from: 1024, to: 65535 };
/** What Linux uses. */
const LINUX: Ports = { from: 32768, to: 60999 };

/** Whether network ACLs let a request and its answer through. */
export class NetworkAcls {
  constructor(private readonly trace: Trace) {}

  /** The request towards a port, and the answer towards a port of the client's choice; within one subnet nothing is filtered. */
  public check(from: Place, to: Place, protocol: string, ports: Ports | Unknown): Check[] {
    if (from.subnet.key === to.subnet.key || (!from.subnet.acl && !to.subnet.acl)) { return []; }
    if (ports instanceof Unknown) { return [this.trace.unknown('network ACL', ports)]; }
    const [source, destination] = [rangeOf(from), rangeOf(to)];
    return [
      this.one('network ACL outbound', from.subnet.acl, true, protocol, ports, destination),
      this.one('network ACL inbound', to.subnet.acl, false, protocol, ports, source),
      this.one('network ACL outbound of the answer', to.subnet.acl, true, protocol, EPHEMERAL, source),
      this.one('network ACL inbound of the answer', from.subnet.acl, false, protocol, EPHEMERAL, destination),
    ].filter((check): check is Check => check !== undefined);
  }

  /** For clients on the internet. */
  public internet(place: Place, clients: Range, { protocol, ports }: Traffic): Check[] {
    if (ports instanceof Unknown || !place.subnet.acl) { return []; }
    return [
      this.one('network ACL inbound', place.subnet.acl, false, protocol, ports, clients),
      this.one('network ACL outbound of the answer', place.subnet.acl, true, protocol, EPHEMERAL, clients),
    ].filter((check): check is Check => check !== undefined);
  }

  /** A network ACL of a target sees the address that a load balancer keeps. */
  public keptAddress(client: Party, to: Party, traffic: Traffic): Check[] {
    const [block] = client.addresses ?? [];
    return block === undefined ? [] : to.places.flatMap(place => this.internet(place, block, traffic));
  }

  private one(
    name: string, acl: Acl | Unknown | undefined, egress: boolean, protocol: string, ports: Ports, other: Range | undefined,
  ): Check | undefined {
    if (!acl) { return undefined; }
    if (acl instanceof Unknown) { return this.trace.unknown(name, acl); }
    let decision = decide(acl, egress, protocol, ports, other);
    if (decision instanceof Unknown && ports === EPHEMERAL) {
      const linux = decide(acl, egress, protocol, LINUX, other);
      decision = linux === true ? new Unknown(`which port the client chooses: ${acl.label} lets a part of ${ports.from}-${ports.to} through`) : linux === false ? false : decision;
    }
    if (decision === true) { return this.trace.pass(name, `${acl.label} lets it through`); }
    if (decision instanceof Unknown) { return this.trace.unknown(name, decision); }
    const direction = egress ? 'outbound' : 'inbound';
    const number = free(acl, egress, protocol, ports, other);
    const block = other?.text ?? '0.0.0.0/0';
    return this.trace.blocked(name, {
      code: 'NetworkAcl',
      place: acl.resource,
      detail: `${direction} ${protocol} ${ports.from}-${ports.to} ${block}`,
      reason: `The network ACL ${acl.label} lets no ${direction} ${protocol.toUpperCase()} ${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`} `
        + `${egress ? 'to' : 'from'} ${block}${ports === EPHEMERAL ? ', where the answers go' : ''}.`,
      fix: {
        text: `Add an ${direction} entry to the network ACL ${acl.label}: number ${number ?? '(one below the entry that denies it)'}, allow ${protocol.toUpperCase()} ${ports.from}-${ports.to} ${egress ? 'to' : 'from'} ${block}.`,
        patches: number === undefined ? [] : [addition(acl.resource.stack, `Allow${direction}${ports.from}${block}In${acl.resource.logicalId}`, 'AWS::EC2::NetworkAclEntry', {
          NetworkAclId: { Ref: new Reference(acl.resource, 'Ref').resource.logicalId },
          RuleNumber: number,
          Egress: egress,
          RuleAction: 'allow',
          Protocol: protocol === 'udp' ? 17 : 6,
          CidrBlock: block,
          PortRange: { From: ports.from, To: ports.to },
        })],
      },
    });
  }
}

/** What the first entry says that fits; undecided where entries fit a part. */
function decide(acl: Acl, egress: boolean, protocol: string, ports: Ports, other: Range | undefined): boolean | Unknown {
  const partly: boolean[] = [];
  for (const entry of acl.entries.filter(one => one.egress === egress)) {
    const fits = fit(entry, protocol, ports, other);
    if (fits instanceof Unknown) { return fits; }
    if (fits === 'part') { partly.push(entry.allow); }
    if (fits === 'all') { return partly.every(allow => allow === entry.allow) ? entry.allow : new Unknown(`which address or port it is: ${acl.label} lets a part through`); }
  }
  return partly.includes(true) ? new Unknown(`which address or port it is: ${acl.label} lets a part through`) : false;
}

function fit(entry: AclEntry, protocol: string, ports: Ports, other: Range | undefined): 'all' | 'part' | 'none' | Unknown {
  if (entry.protocol instanceof Unknown) { return entry.protocol; }
  if (entry.protocol !== 'all' && entry.protocol !== protocol) { return 'none'; }
  const all = entry.protocol === 'all';
  if (!all && (entry.to < ports.from || ports.to < entry.from)) { return 'none'; }
  if (entry.unknown) { return entry.unknown; }
  const everywhere = entry.range!.prefix === 0;
  const whole = all || (entry.from <= ports.from && ports.to <= entry.to);
  if (!other) { return everywhere && entry.range!.family === 4 && whole ? 'all' : 'part'; }
  if (!overlaps(entry.range!, other)) { return 'none'; }
  return contains(entry.range!, other) && whole ? 'all' : 'part';
}

/** A number before the entry that denies it. */
function free(acl: Acl, egress: boolean, protocol: string, ports: Ports, other: Range | undefined): number | undefined {
  const same = acl.entries.filter(entry => entry.egress === egress);
  const denying = same.find(entry => !entry.allow && ['all', 'part'].includes(String(fit(entry, protocol, ports, other))));
  const used = new Set(same.map(entry => entry.number));
  for (let number = denying ? denying.number - 1 : 100; number >= 1 && number <= 32766; number += denying ? -1 : 1) {
    if (!used.has(number)) { return number; }
  }
  return undefined;
}

function rangeOf(place: Place): Range | undefined {
  return place.address ?? place.subnet.range;
}
