import { Range, range } from './address';
import { Resource, Stacks } from '../template/stacks';
import { fieldOf, isMap, keyOf, listOf, nameOf, numberOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

export type Direction = 'ingress' | 'egress';

/** Whom a rule speaks of. */
export type Peer =
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'ranges'; readonly ranges: Range[]; readonly label: string }
  | { readonly kind: 'group'; readonly group: SecurityGroup }
  | { readonly kind: 'unknown'; readonly what: Unknown };

export interface SecurityRule {
  readonly direction: Direction;
  /** `tcp`, `udp`, `icmp`, `all`, or a number; something else that has no ports. */
  readonly protocol: string | Unknown;
  /** Undefined: all ports. */
  readonly from?: number | Unknown;
  readonly to?: number | Unknown;
  readonly peer: Peer;
  /** The resource that it is written in. */
  readonly place: Resource;
  readonly location: string;
  /** What decides whether it is there. */
  readonly maybe?: Unknown;
}

export class SecurityGroup {
  public readonly rules: SecurityRule[] = [];

  constructor(
    public readonly key: string,
    public readonly label: string,
    /** How templates refer to it. */
    public readonly value: Value,
    public readonly resource?: Resource,
    /** Rules that are not in the templates. */
    public readonly elsewhere?: Unknown,
  ) {}

  public get vpc(): Value {
    if (this.resource?.type === 'AWS::EC2::VPC') { return new Reference(this.resource, 'Ref'); }
    return this.resource?.get('VpcId');
  }

  public facing(direction: Direction): SecurityRule[] {
    return this.rules.filter(rule => rule.direction === direction);
  }
}

/** What rules and network ACLs also write as numbers. */
export const PROTOCOLS: { readonly [name: string]: string } = { '-1': 'all', '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };

/** All groups of the templates, and those that they only name. */
export class SecurityGroups {
  private readonly groups = new Map<string, SecurityGroup>();

  constructor(private readonly stacks: Stacks) {
    for (const resource of stacks.ofType('AWS::EC2::SecurityGroup')) {
      const group = this.of(new Reference(resource, 'GroupId'));
      const { exists } = resource;
      const maybe = exists instanceof Unknown ? exists : undefined;
      this.inline(group, resource, 'ingress', maybe);
      this.inline(group, resource, 'egress', maybe);
    }
    for (const [type, direction] of [['AWS::EC2::SecurityGroupIngress', 'ingress'], ['AWS::EC2::SecurityGroupEgress', 'egress']] as const) {
      for (const resource of stacks.ofType(type)) { this.standalone(resource, direction); }
    }
    this.defaults();
    stacks.ofType('AWS::EC2::SecurityGroup').forEach(resource => this.outbound(this.of(new Reference(resource, 'GroupId')), resource));
  }

  public get all(): SecurityGroup[] {
    return [...this.groups.values()];
  }

  /** The group that a value names. */
  public of(value: Value): SecurityGroup {
    const resource = value instanceof Reference ? value.resource : undefined;
    const ofVpc = value instanceof Reference && resource?.type === 'AWS::EC2::VPC';
    const own = resource?.type === 'AWS::EC2::SecurityGroup';
    const key = own ? resource!.key : keyOf(value);
    const found = this.groups.get(key);
    if (found) { return found; }
    const label = ofVpc ? `the default group of ${resource!.label}` : own ? resource!.label : stringOf(value) ?? unknownIn(value)?.what ?? 'a security group';
    const elsewhere = own || ofVpc ? undefined
      : value instanceof Unknown ? value : new Unknown(`the rules of the security group ${label}, which is not made here`, { key });
    const group = new SecurityGroup(key, label, value, own || ofVpc ? resource : undefined, elsewhere);
    this.groups.set(key, group);
    return group;
  }

  /** The group of what has none of its own. */
  public defaultOf(vpc: Resource): SecurityGroup {
    return this.of(new Reference(vpc, 'DefaultSecurityGroup'));
  }

  private inline(group: SecurityGroup, resource: Resource, direction: Direction, maybe: Unknown | undefined): void {
    const property = direction === 'ingress' ? 'SecurityGroupIngress' : 'SecurityGroupEgress';
    const rules = resource.get(property);
    if (rules instanceof Unknown) {
      group.rules.push({ direction, protocol: rules, peer: { kind: 'unknown', what: rules }, place: resource, location: `Properties.${property}`, maybe });
      return;
    }
    const list = listOf(rules);
    list.forEach((rule, index) => group.rules.push({ ...this.rule(rule, direction), direction, place: resource, location: `Properties.${property}.${index}`, maybe }));
  }

  /** EC2 lets everything out of a group without outbound rules; the first rule, wherever it is written, ends that. */
  private outbound(group: SecurityGroup, resource: Resource): void {
    const rules = group.facing('egress');
    const [maybe] = rules.map(rule => rule.maybe);
    if (rules.every(rule => rule.maybe && rule.place !== resource)) { group.rules.push(...everywhere(resource).map(rule => ({ ...rule, maybe }))); }
  }

  private standalone(resource: Resource, direction: Direction): void {
    const fields = Object.fromEntries(resource.names().map(name => [name, resource.get(name)]));
    const { exists } = resource;
    const named = resource.get('GroupId');
    if (named === undefined) { return; }
    this.of(named).rules.push({
      ...this.rule(fields, direction), direction, place: resource, location: 'Properties', maybe: exists instanceof Unknown ? exists : undefined,
    });
  }

  private rule(fields: Value, direction: Direction): Pick<SecurityRule, 'protocol' | 'from' | 'to' | 'peer'> {
    const whole = isMap(fields) ? undefined : unknownIn(fields) ?? new Unknown('a rule that is none');
    if (whole) { return { protocol: whole, peer: { kind: 'unknown', what: whole } }; }
    const protocol = fieldOf(fields, 'IpProtocol');
    const name = stringOf(protocol)?.toLowerCase();
    const port = (value: Value) => value === undefined ? undefined : numberOf(value) ?? unknownIn(value) ?? new Unknown('a port that is no number');
    return {
      protocol: name === undefined ? unknownIn(protocol) ?? new Unknown('a rule without protocol') : PROTOCOLS[name] ?? name,
      from: port(fieldOf(fields, 'FromPort')),
      to: port(fieldOf(fields, 'ToPort')),
      peer: this.peer(fields, direction),
    };
  }

  private peer(fields: Value, direction: Direction): Peer {
    const end = direction === 'ingress' ? 'Source' : 'Destination';
    const block = fieldOf(fields, 'CidrIp') ?? fieldOf(fields, 'CidrIpv6');
    if (block !== undefined) {
      const known = typeof block === 'string' ? range(block) : undefined;
      return known ? { kind: 'range', range: known } : { kind: 'unknown', what: unknownIn(block) ?? new Unknown(`the address block '${nameOf(block)}'`) };
    }
    const group = fieldOf(fields, `${end}SecurityGroupId`);
    if (group !== undefined) { return { kind: 'group', group: this.of(group) }; }
    const list = fieldOf(fields, `${end}PrefixListId`);
    if (list !== undefined) { return prefixList(list); }
    const name = fieldOf(fields, 'SourceSecurityGroupName');
    return { kind: 'unknown', what: new Unknown(name === undefined ? 'a rule without a peer' : `the security group named '${String(stringOf(name))}'`) };
  }

  /** The default group of a VPC admits its members and lets everything out, until somebody restricts it. */
  private defaults(): void {
    const restricted = this.stacks.ofType('Custom::VpcRestrictDefaultSG').map(resource => keyOf(resource.get('DefaultSecurityGroupId')));
    for (const vpc of this.stacks.ofType('AWS::EC2::VPC')) {
      const group = this.defaultOf(vpc);
      if (restricted.includes(group.key)) { continue; }
      this.outbound(group, vpc);
      group.rules.push({ direction: 'ingress', protocol: 'all', peer: { kind: 'group', group }, place: vpc, location: 'Properties' });
    }
  }
}

/** What EC2 adds to a group without outbound rules. */
function everywhere(place: Resource): SecurityRule[] {
  return ['0.0.0.0/0', '::/0'].map(block => (
    { direction: 'egress', protocol: 'all', peer: { kind: 'range', range: range(block)! }, place, location: 'Properties.SecurityGroupEgress' }));
}

/** The entries of a prefix list, where the templates make it. */
export function prefixList(value: Value): Peer {
  const list = value instanceof Reference && value.resource.type === 'AWS::EC2::PrefixList' ? value.resource : undefined;
  if (!list) { return { kind: 'unknown', what: new Unknown(`the prefix list ${stringOf(value) ?? unknownIn(value)?.what}`, { key: keyOf(value) }) }; }
  const entries = list.get('Entries');
  const blocks = listOf(entries).map(entry => fieldOf(entry, 'Cidr'));
  const ranges = blocks.map(block => typeof block === 'string' ? range(block) : undefined);
  const unknown = unknownIn(entries) ?? (ranges.includes(undefined) ? new Unknown(`the entries of ${list.label}`) : undefined);
  return unknown ? { kind: 'unknown', what: unknown } : { kind: 'ranges', ranges: ranges as Range[], label: list.label };
}
