import { Node, NodeKind } from '../contract';
import { Range, range } from './address';
import { SecurityGroup, SecurityGroups } from './security-groups';
import { Subnet, unknownExistence, Vpc, Vpcs } from './vpcs';
import { Resource, Stacks } from '../template/stacks';
import { fieldOf, keyOf, listOf, numberOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

/** Where something has an address. */
export interface Place {
  readonly subnet: Subnet;
  readonly address?: Range;
}

/** Something with addresses and security groups: what sends requests, and what answers them. */
export interface Party {
  readonly node: Node;
  readonly resource?: Resource;
  readonly groups: readonly SecurityGroup[];
  /** No security group filters its traffic. */
  readonly unfiltered?: boolean;
  /** It has the default group of its VPC, because nobody gave it another. */
  readonly ungrouped?: boolean;
  readonly places: readonly Place[];
  /** Its addresses, where they are not those of its places. */
  readonly addresses?: readonly Range[];
  readonly vpc?: Vpc;
  /** What the templates do not tell of its groups, or of where it is. */
  readonly unknown?: Unknown;
  /** What they do not tell of where it is. */
  readonly elsewhere?: Unknown;
}

/** How a kind of resource says where it is and which groups it has. */
interface Reading {
  readonly kind: NodeKind;
  readonly subnets: (resource: Resource, parties: Parties) => Value;
  readonly groups: (resource: Resource, parties: Parties) => Value;
}

const READINGS: { readonly [type: string]: Reading } = {
  'AWS::EC2::Instance': {
    kind: 'instance',
    subnets: (instance, parties) => parties.foreignInterface(instance) ?? fieldOf(parties.interfaceOf(instance), 'SubnetId') ?? instance.get('SubnetId'),
    groups: (instance, parties) => parties.foreignInterface(instance) ?? parties.groupsIn(parties.interfaceOf(instance)) ?? instance.get('SecurityGroupIds') ?? instance.get('SecurityGroups')
      ?? parties.templateGroups(instance.get('LaunchTemplate')),
  },
  'AWS::EC2::NetworkInterface': { kind: 'address', subnets: eni => eni.get('SubnetId'), groups: eni => eni.get('GroupSet') },
  'AWS::AutoScaling::AutoScalingGroup': {
    kind: 'auto-scaling-group',
    subnets: group => group.get('VPCZoneIdentifier'),
    groups: (group, parties) => group.has('InstanceId') ? new Unknown(`the instance ${stringOf(group.get('InstanceId'))}, which ${group.label} is like`) : parties.templateGroups(
      group.get('LaunchTemplate') ?? group.at('MixedInstancesPolicy', 'LaunchTemplate', 'LaunchTemplateSpecification') ?? group.get('LaunchConfigurationName')),
  },
  'AWS::ECS::Service': {
    kind: 'ecs-service',
    subnets: service => service.at('NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'),
    groups: service => service.at('NetworkConfiguration', 'AwsvpcConfiguration', 'SecurityGroups'),
  },
  'AWS::Lambda::Function': { kind: 'function', subnets: fn => fn.at('VpcConfig', 'SubnetIds'), groups: fn => fn.at('VpcConfig', 'SecurityGroupIds') },
  'AWS::ApiGatewayV2::VpcLink': { kind: 'other', subnets: link => link.get('SubnetIds'), groups: link => link.get('SecurityGroupIds') },
  'AWS::EC2::ClientVpnEndpoint': { kind: 'other', subnets: (vpn, parties) => parties.networksOf(vpn), groups: vpn => vpn.get('SecurityGroupIds') },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    kind: 'alb',
    subnets: lb => lb.get('Subnets') ?? listOf(lb.get('SubnetMappings')).map(mapping => fieldOf(mapping, 'SubnetId')),
    groups: lb => lb.get('SecurityGroups'),
  },
  'AWS::EC2::VPCEndpoint': { kind: 'endpoint', subnets: endpoint => endpoint.get('SubnetIds'), groups: endpoint => endpoint.get('SecurityGroupIds') },
};

/** What people run. */
export const WORKLOADS: readonly NodeKind[] = ['instance', 'auto-scaling-group', 'ecs-service', 'function'];

/** What sends and what answers. */
export class Parties {
  private readonly parties = new Map<string, Party>();
  private readonly membership = new Map<string, Party[]>();

  constructor(private readonly stacks: Stacks, private readonly vpcs: Vpcs, private readonly groups: SecurityGroups) {
    for (const type of Object.keys(READINGS)) {
      for (const resource of stacks.ofType(type)) {
        const party = this.of(resource);
        for (const group of party?.groups ?? []) { this.membership.set(group.key, [...this.membership.get(group.key) ?? [], party!]); }
      }
    }
  }

  public get all(): Party[] { return [...this.parties.values()]; }

  public membersOf(group: SecurityGroup): Party[] { return this.membership.get(group.key) ?? []; }

  public workloadsIn(vpc: Vpc): Party[] { return this.all.filter(party => party.vpc === vpc && WORKLOADS.includes(party.node.kind)); }

  /** What a resource is in the network; undefined when it has no place in one, such as a function outside of VPCs. */
  public of(resource: Resource): Party | undefined {
    const found = this.parties.get(resource.key);
    if (found) { return found; }
    const reading = Object.prototype.hasOwnProperty.call(READINGS, resource.type) ? READINGS[resource.type] : undefined;
    if (!reading) { return undefined; }
    const subnets = reading.subnets(resource, this);
    if (subnets === undefined && ['function', 'ecs-service', 'other'].includes(reading.kind)) { return undefined; }
    if (reading.kind === 'endpoint' && stringOf(resource.get('VpcEndpointType')) !== 'Interface') { return undefined; }
    const party = this.read(resource, reading, subnets);
    this.parties.set(resource.key, party);
    return party;
  }

  /** The first network interface that an instance is given; with the resource's own properties where it is one. */
  public interfaceOf(instance: Resource): Value {
    const first = primary(instance.get('NetworkInterfaces'));
    const id = fieldOf(first, 'NetworkInterfaceId');
    if (id instanceof Reference && id.resource.type === 'AWS::EC2::NetworkInterface') {
      return { SubnetId: id.resource.get('SubnetId'), GroupSet: id.resource.get('GroupSet'), PrivateIpAddress: id.resource.get('PrivateIpAddress') };
    }
    return first;
  }

  /** An interface of an instance that is not made here. */
  public foreignInterface(instance: Resource): Unknown | undefined {
    const id = fieldOf(primary(instance.get('NetworkInterfaces')), 'NetworkInterfaceId');
    return typeof id === 'string' ? new Unknown(`the network interface ${id}`) : id instanceof Unknown ? id : undefined;
  }

  public groupsIn(value: Value): Value {
    return fieldOf(value, 'GroupSet') ?? fieldOf(value, 'Groups');
  }

  /** The groups that a launch template or a launch configuration gives its instances. */
  public templateGroups(value: Value): Value {
    if (value === undefined) { return undefined; }
    const id = value instanceof Reference ? value : fieldOf(value, 'LaunchTemplateId') ?? fieldOf(value, 'LaunchTemplateName');
    const resource = this.template(id);
    if (!resource) { return new Unknown(`the launch template ${stringOf(id) ?? unknownIn(id)?.what}`); }
    if (resource.type === 'AWS::AutoScaling::LaunchConfiguration') { return resource.get('SecurityGroups'); }
    return resource.at('LaunchTemplateData', 'SecurityGroupIds')
      ?? this.groupsIn(primary(resource.at('LaunchTemplateData', 'NetworkInterfaces')))
      ?? resource.at('LaunchTemplateData', 'SecurityGroups');
  }

  /** The subnets that a Client VPN endpoint is associated with. */
  public networksOf(vpn: Resource): Value {
    const associations = this.stacks.ofType('AWS::EC2::ClientVpnTargetNetworkAssociation').filter(one => sameValue(one.get('ClientVpnEndpointId'), new Reference(vpn, 'Ref')));
    return associations.length === 0 ? undefined : associations.map(one => one.get('SubnetId'));
  }

  /** The launch template or launch configuration of instances. */
  public launched(resource: Resource): Resource | undefined {
    const given = resource.get('LaunchTemplate') ?? resource.at('MixedInstancesPolicy', 'LaunchTemplate', 'LaunchTemplateSpecification') ?? resource.get('LaunchConfigurationName');
    return given === undefined ? undefined : this.template(given instanceof Reference ? given : fieldOf(given, 'LaunchTemplateId') ?? fieldOf(given, 'LaunchTemplateName'));
  }

  private template(id: Value): Resource | undefined {
    if (id instanceof Reference) { return id.resource; }
    const name = stringOf(id);
    return name === undefined ? undefined
      : this.stacks.ofType('AWS::EC2::LaunchTemplate').find(template => stringOf(template.get('LaunchTemplateName')) === name);
  }

  private read(resource: Resource, reading: Reading, subnets: Value): Party {
    const type = resource.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && stringOf(resource.get('Type')) === 'network' ? 'nlb' : reading.kind;
    const places = (subnets instanceof Unknown ? [] : listOf(subnets)).filter(subnet => !(subnet instanceof Unknown))
      .map((subnet): Place => ({ subnet: this.vpcs.subnet(subnet), address: this.addressOf(resource) }));
    const written = reading.groups(resource, this);
    const groups = written instanceof Unknown ? [] : listOf(written).filter(group => !(group instanceof Unknown));
    const vpc = places.find(place => place.subnet.vpc)?.subnet.vpc ?? this.vpcOf(resource, groups);
    const none = written === undefined || (Array.isArray(written) && written.length === 0);
    const [elsewhere, grouped] = [subnets, written].map(value => listOf(value).find((item): item is Unknown => item instanceof Unknown));
    const unknown = elsewhere ?? grouped
      ?? unknownExistence(resource) ?? (places.length === 0 ? new Unknown(`the subnets of ${resource.label}`) : undefined);
    return {
      node: nodeOf(resource, type),
      resource,
      groups: none && type !== 'nlb' && vpc?.resource ? [this.groups.defaultOf(vpc.resource)] : groups.map(group => this.groups.of(group)),
      elsewhere: elsewhere ?? (subnets === undefined ? new Unknown(`the subnets of ${resource.label}`) : undefined),
      unfiltered: none && type === 'nlb',
      ungrouped: none && type !== 'nlb',
      // what the templates do not make is taken to be where the rest is
      places: places.map(place => place.subnet.vpc || !vpc ? place : { ...place, subnet: { ...place.subnet, vpc } }),
      vpc,
      unknown: unknown ?? (none && type !== 'nlb' && !vpc?.resource ? new Unknown(`the default security group of ${vpc?.label ?? `the VPC of ${resource.label}`}`) : undefined),
    };
  }

  private vpcOf(resource: Resource, groups: Value[]): Vpc | undefined {
    const own = resource.get('VpcId');
    const value = own ?? groups.map(group => this.groups.of(group).vpc).find(vpc => vpc !== undefined);
    return value === undefined ? undefined : this.vpcs.vpc(value);
  }

  private addressOf(resource: Resource): Range | undefined {
    if (!['AWS::EC2::Instance', 'AWS::EC2::NetworkInterface'].includes(resource.type)) { return undefined; }
    const address = fieldOf(this.interfaceOf(resource), 'PrivateIpAddress') ?? resource.get('PrivateIpAddress');
    return typeof address === 'string' ? range(address) : undefined;
  }
}

/** Targets are reached at the first device, in whatever order a list has them. */
function primary(interfaces: Value): Value {
  const list = listOf(interfaces);
  return list.find(one => numberOf(fieldOf(one, 'DeviceIndex')) === 0) ?? list[0];
}

export function nodeOf(resource: Resource, kind: NodeKind, label?: string): Node {
  return { kind, label: label ?? resource.label, stack: resource.stack.name, logicalId: resource.logicalId, constructPath: resource.constructPath };
}

export function sameValue(a: Value, b: Value): boolean {
  return a !== undefined && keyOf(a) === keyOf(b);
}
