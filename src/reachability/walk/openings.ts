import { Fix, Patch } from '../contract';
import { change, NO_PATCH } from './fixes';
import { isPublic, overlaps, Range } from '../model/address';
import { Network } from '../model/network';
import { Party } from '../model/parties';
import { SecurityRule } from '../model/security-groups';
import { Vpc } from '../model/vpcs';
import { Resource } from '../template/stacks';

/** Takes away the inbound rules of a party that let somebody in. */
export function takeAway(network: Network, party: Party | undefined, sender: Range | Vpc | Party | undefined, port?: number): Fix {
  const rules = (party?.groups ?? []).flatMap(group => group.facing('ingress')).filter(rule => lets(network, rule, sender, port));
  const names = rules.map(rule => `${rule.place.label} (${rule.location})`);
  return rules.length === 0 || !party ? { text: 'Take away the route or the rule that lets it through.', patches: NO_PATCH }
    : { text: `Take away what lets it in: ${names.join(', ')}.`, patches: without(rules) };
}

function lets(network: Network, { protocol, peer, from, to = from }: SecurityRule, sender: Range | Vpc | Party | undefined, port?: number): boolean {
  if (protocol === 'udp' || protocol === 'icmp' || protocol === 'icmpv6') { return false; }
  if (port !== undefined && typeof from === 'number' && typeof to === 'number' && from !== -1 && (port < from || to < port)) { return false; }
  const ranges = peer.kind === 'range' ? [peer.range] : peer.kind === 'ranges' ? peer.ranges : [];
  if (sender === undefined) { return false; }
  if ('first' in sender) { return ranges.some(range => overlaps(range, sender) && (sender.prefix > 0 || isPublic(range))); }
  if (!('places' in sender)) { return ranges.some(range => sender.ranges.some(block => overlaps(range, block))); }
  const own = sender.unfiltered ? network.parties.all.filter(one => one.vpc === sender.vpc).flatMap(one => one.groups) : sender.groups;
  if (peer.kind === 'group') { return own.includes(peer.group); }
  return ranges.some(range => sender.places.some(({ address, subnet }) => [address ?? subnet.range].some(one => one && overlaps(range, one))));
}

/** Templates without some rules: whole resources, and members of lists. */
function without(rules: readonly SecurityRule[]): Patch[] {
  const lists = new Map<string, { place: Resource; property: string; indices: number[] }>();
  const patches: Patch[] = [];
  for (const { place, location } of rules) {
    const [, property, index] = location.split('.');
    if (property === undefined) {
      patches.push({ stack: place.stack.name, merge: { Resources: { [place.logicalId]: null } } });
    } else if (index !== undefined) {
      const key = `${place.key} ${property}`;
      const list = lists.get(key) ?? { place, property, indices: [] };
      list.indices.push(Number(index));
      lists.set(key, list);
    }
  }
  for (const { place, property, indices } of lists.values()) {
    const written = place.written(property);
    if (Array.isArray(written)) { patches.push(change(place, { [property]: written.filter((_, at) => !indices.includes(at)) })); }
  }
  return patches;
}
