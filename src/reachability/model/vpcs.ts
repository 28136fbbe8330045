import { Range, range } from './address';
import { prefixList, PROTOCOLS } from './security-groups';
import { Resource, Stacks } from '../template/stacks';
import { booleanOf, keyOf, listOf, nameOf, numberOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

export interface Vpc {
  readonly key: string;
  readonly label: string;
  readonly value: Value;
  readonly resource?: Resource;
  readonly ranges: readonly Range[];
  /** Names of blocks that only the deployment knows. */
  readonly rangeKeys: readonly string[];
  /** Where a Region or an account is known. */
  readonly region?: string;
  readonly account?: string;
  readonly dnsSupport: boolean | Unknown;
  readonly dnsHostnames: boolean | Unknown;
  /** The internet gateways that are attached to it. */
  readonly gateways: readonly string[];
}

export interface Subnet {
  readonly key: string;
  readonly label: string;
  readonly value: Value;
  readonly resource?: Resource;
  readonly vpc?: Vpc;
  readonly range?: Range;
  readonly rangeKeys: readonly string[];
  readonly range6?: Range;
  readonly zone: Value;
  readonly table: RouteTable | Unknown;
  /** Undefined: the default, which lets everything through. */
  readonly acl: Acl | Unknown | undefined;
}

export type RouteTarget =
  | { readonly kind: 'local' | 'nat' | 'egress-only' }
  | { readonly kind: 'internet' | 'peering' | 'transit'; readonly value: Value; readonly key: string }
  | { readonly kind: 'unknown'; readonly what: Unknown };

export interface Route {
  readonly ranges: readonly Range[];
  /** What the destination is, where the templates do not tell its addresses. */
  readonly destination?: Unknown;
  readonly target: RouteTarget;
  readonly resource?: Resource;
  readonly maybe?: Unknown;
}

export interface RouteTable {
  readonly key: string;
  readonly label: string;
  readonly value?: Value;
  readonly resource?: Resource;
  readonly main: boolean;
  readonly routes: Route[];
}

export interface AclEntry {
  readonly number: number;
  readonly egress: boolean;
  readonly allow: boolean;
  readonly protocol: string | Unknown;
  readonly range?: Range;
  readonly unknown?: Unknown;
  readonly from: number;
  readonly to: number;
  readonly resource: Resource;
}

export interface Acl {
  readonly label: string;
  readonly resource: Resource;
  readonly entries: AclEntry[];
}

/** VPCs and what is in them. */
export class Vpcs {
  private readonly vpcs = new Map<string, Vpc>();
  private readonly subnets = new Map<string, Subnet>();
  private readonly tables = new Map<string, RouteTable>();
  private readonly associations = new Map<string, Resource>();
  private readonly aclAssociations = new Map<string, Value>();
  private readonly acls = new Map<string, Acl>();
  private readonly gateways = new Map<string, string[]>();
  private readonly blocks = new Map<string, Value[]>();
  private readonly blocks6 = new Map<string, Value[]>();

  constructor(private readonly stacks: Stacks) {
    for (const attachment of stacks.ofType('AWS::EC2::VPCGatewayAttachment')) {
      const gateway = attachment.get('InternetGatewayId');
      if (gateway !== undefined) { push(this.gateways, keyOf(attachment.get('VpcId')), keyOf(gateway)); }
    }
    for (const block of stacks.ofType('AWS::EC2::VPCCidrBlock')) {
      push(this.blocks, keyOf(block.get('VpcId')), block.get('CidrBlock'));
      push(this.blocks6, keyOf(block.get('VpcId')), block.get('Ipv6CidrBlock'));
    }
    for (const association of stacks.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
      this.associations.set(keyOf(association.get('SubnetId')), association);
    }
    for (const association of stacks.ofType('AWS::EC2::SubnetNetworkAclAssociation')) {
      this.aclAssociations.set(keyOf(association.get('SubnetId')), association.get('NetworkAclId'));
    }
    this.readAcls();
    this.readTables();
    stacks.ofType('AWS::EC2::VPC').forEach(vpc => this.vpc(new Reference(vpc, 'Ref')));
    stacks.ofType('AWS::EC2::Subnet').forEach(subnet => this.subnet(new Reference(subnet, 'Ref')));
  }

  public get all(): Vpc[] { return [...this.vpcs.values()]; }

  public get allSubnets(): Subnet[] { return [...this.subnets.values()]; }

  public get allTables(): RouteTable[] { return [...this.tables.values()]; }

  public vpc(value: Value): Vpc {
    const resource = value instanceof Reference && value.resource.type === 'AWS::EC2::VPC' ? value.resource : undefined;
    const key = resource ? `${resource.key}.Ref` : keyOf(value);
    const found = this.vpcs.get(key);
    if (found) { return found; }
    const blocks = resource ? [resource.get('CidrBlock'), ...this.blocks.get(key) ?? [], ...this.blocks6.get(key) ?? []].filter(block => block !== undefined) : [];
    const vpc: Vpc = {
      key,
      value,
      resource,
      label: resource?.label ?? stringOf(value) ?? unknownIn(value)?.what ?? 'a VPC',
      ranges: rangesIn(blocks),
      rangeKeys: resource ? [`${resource.key}.CidrBlock`, ...blocks.map(keyOf)] : [],
      region: resource?.stack.source.region,
      account: resource?.stack.source.account,
      dnsSupport: flag(resource, 'EnableDnsSupport', true),
      dnsHostnames: flag(resource, 'EnableDnsHostnames', false),
      gateways: this.gateways.get(key) ?? [],
    };
    this.vpcs.set(key, vpc);
    return vpc;
  }

  public subnet(value: Value): Subnet {
    const resource = value instanceof Reference && value.resource.type === 'AWS::EC2::Subnet' ? value.resource : undefined;
    const key = resource ? `${resource.key}.Ref` : keyOf(value);
    const found = this.subnets.get(key);
    if (found) { return found; }
    const block = resource?.get('CidrBlock');
    const block6 = resource?.get('Ipv6CidrBlock');
    const subnet: Subnet = {
      key,
      value,
      resource,
      label: resource?.label ?? stringOf(value) ?? unknownIn(value)?.what ?? 'a subnet',
      vpc: resource?.has('VpcId') ? this.vpc(resource.get('VpcId')) : undefined,
      range: typeof block === 'string' ? range(block) : undefined,
      rangeKeys: resource ? [`${resource.key}.CidrBlock`, keyOf(block)] : [],
      range6: typeof block6 === 'string' ? range(block6) : undefined,
      zone: resource ? resource.get('AvailabilityZone') ?? resource.get('AvailabilityZoneId') ?? new Unknown(`the zone of ${resource.label}`, { key: `zone of ${key}` })
        : new Unknown(`the zone of ${nameOf(value)}`, { key: `zone of ${key}` }),
      table: resource ? this.tableOf(key, resource) : new Unknown(`the route table of ${nameOf(value)}`),
      acl: this.aclOf(key),
    };
    this.subnets.set(key, subnet);
    return subnet;
  }

  public subnetsOf(vpc: Vpc): Subnet[] {
    return this.allSubnets.filter(subnet => subnet.vpc === vpc);
  }

  public tablesOf(vpc: Vpc): RouteTable[] {
    return this.allTables.filter(table => table.resource && keyOf(table.resource.get('VpcId')) === vpc.key);
  }

  private aclOf(subnet: string): Acl | Unknown | undefined {
    const value = this.aclAssociations.get(subnet);
    return value === undefined ? undefined : this.acls.get(keyOf(value)) ?? unknownIn(value) ?? new Unknown(`the network ACL ${nameOf(value)}`);
  }

  private tableOf(subnet: string, resource: Resource): RouteTable | Unknown {
    const association = this.associations.get(subnet);
    const value = association?.get('RouteTableId');
    if (association?.exists instanceof Unknown) { return association.exists; }
    if (value !== undefined) {
      return this.tables.get(keyOf(value)) ?? (value instanceof Unknown ? value : new Unknown(`the route table ${nameOf(value)}`));
    }
    // the main table holds the local routes, unless somebody adds others by hand
    const vpc = this.vpc(resource.get('VpcId'));
    if (!vpc.resource) { return new Unknown(`the main route table of ${vpc.label}`); }
    return { key: `main of ${vpc.key}`, label: `the main route table of ${vpc.label}`, main: true, routes: this.local(resource.get('VpcId')) };
  }

  private local(vpc: Value): Route[] {
    const { ranges } = this.vpc(vpc);
    return [{ ranges, target: { kind: 'local' } }];
  }

  private readTables(): void {
    for (const resource of this.stacks.ofType('AWS::EC2::RouteTable')) {
      const value = new Reference(resource, 'Ref');
      this.tables.set(value.key, { key: value.key, label: resource.label, value, resource, main: false, routes: this.local(resource.get('VpcId')) });
    }
    for (const resource of this.stacks.ofType('AWS::EC2::Route')) {
      const table = resource.get('RouteTableId');
      const route = { ...destinationOf(resource), target: targetOf(resource), resource, maybe: unknownExistence(resource) };
      this.tables.get(keyOf(table))?.routes.push(route);
    }
  }

  private readAcls(): void {
    for (const resource of this.stacks.ofType('AWS::EC2::NetworkAcl')) {
      this.acls.set(new Reference(resource, 'Ref').key, { label: resource.label, resource, entries: [] });
      this.acls.set(new Reference(resource, 'Id').key, this.acls.get(new Reference(resource, 'Ref').key)!);
    }
    for (const resource of this.stacks.ofType('AWS::EC2::NetworkAclEntry')) {
      const acl = this.acls.get(keyOf(resource.get('NetworkAclId')));
      acl?.entries.push(entryOf(resource));
      acl?.entries.sort((a, b) => a.number - b.number);
    }
  }
}

function entryOf(resource: Resource): AclEntry {
  const block = resource.get('CidrBlock') ?? resource.get('Ipv6CidrBlock');
  const protocol = stringOf(resource.get('Protocol'));
  const known = typeof block === 'string' ? range(block) : undefined;
  const written = ['RuleNumber', 'Egress', 'RuleAction', 'PortRange'].map(name => resource.get(name));
  return {
    number: numberOf(resource.get('RuleNumber')) ?? 0,
    egress: booleanOf(resource.get('Egress')) ?? false,
    allow: stringOf(resource.get('RuleAction'))?.toLowerCase() === 'allow',
    protocol: protocol === undefined ? unknownIn(resource.get('Protocol')) ?? new Unknown(`the protocol of ${resource.label}`) : PROTOCOLS[protocol] ?? protocol,
    range: known,
    unknown: unknownExistence(resource) ?? unknownIn(written) ?? (known ? undefined : unknownIn(block) ?? new Unknown(`the addresses of ${resource.label}`)),
    from: numberOf(resource.at('PortRange', 'From')) ?? 0,
    to: numberOf(resource.at('PortRange', 'To')) ?? 65535,
    resource,
  };
}

function destinationOf(resource: Resource): Pick<Route, 'ranges' | 'destination'> {
  const block = resource.get('DestinationCidrBlock') ?? resource.get('DestinationIpv6CidrBlock');
  const known = typeof block === 'string' ? range(block) : undefined;
  if (known) { return { ranges: [known] }; }
  const list = resource.get('DestinationPrefixListId');
  const peer = list === undefined ? undefined : prefixList(list);
  if (peer?.kind === 'ranges') { return { ranges: peer.ranges }; }
  return { ranges: [], destination: peer?.kind === 'unknown' ? peer.what : unknownIn(block) ?? new Unknown(`the destination of ${resource.label}`) };
}

function targetOf(resource: Resource): RouteTarget {
  const given = (name: string) => resource.get(name);
  const peering = given('VpcPeeringConnectionId');
  if (peering !== undefined) { return { kind: 'peering', value: peering, key: keyOf(peering) }; }
  const transit = given('TransitGatewayId');
  if (transit !== undefined) { return { kind: 'transit', value: transit, key: keyOf(transit) }; }
  if (given('NatGatewayId') !== undefined) { return { kind: 'nat' }; }
  if (given('EgressOnlyInternetGatewayId') !== undefined) { return { kind: 'egress-only' }; }
  const gateway = given('GatewayId');
  if (gateway !== undefined) {
    if (gateway === 'local') { return { kind: 'local' }; }
    const internet = gateway instanceof Reference ? gateway.resource.type === 'AWS::EC2::InternetGateway' : stringOf(gateway)?.startsWith('igw-');
    if (internet) { return { kind: 'internet', value: gateway, key: keyOf(gateway) }; }
    return { kind: 'unknown', what: gateway instanceof Unknown ? gateway : new Unknown(`what is behind the gateway ${nameOf(gateway)}`) };
  }
  const name = resource.names().find(property => /^(InstanceId|NetworkInterfaceId|VpcEndpointId|CarrierGatewayId|LocalGatewayId|CoreNetworkArn|OdbNetworkArn)$/.test(property));
  const target = name === undefined ? undefined : given(name);
  return { kind: 'unknown', what: target instanceof Unknown ? target : new Unknown(target === undefined ? `the target of ${resource.label}` : `what is behind ${nameOf(target)}`) };
}

export function unknownExistence(resource: Resource): Unknown | undefined {
  const { exists } = resource;
  return exists instanceof Unknown ? exists : undefined;
}

function flag(resource: Resource | undefined, name: string, otherwise: boolean): boolean | Unknown {
  const value = resource?.get(name);
  return resource === undefined ? new Unknown(`'${name}' of the VPC`) : value === undefined ? otherwise : booleanOf(value) ?? unknownIn(value) ?? otherwise;
}

function rangesIn(values: readonly Value[]): Range[] {
  return listOf([...values]).flatMap(value => typeof value === 'string' ? range(value) ?? [] : []);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) { list.push(value); } else { map.set(key, [value]); }
}
