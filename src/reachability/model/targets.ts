import { Range, contains, range } from './address';
import { LoadBalancer, LoadBalancers, TargetGroup } from './load-balancers';
import { Parties, Party, sameValue } from './parties';
import { Vpcs } from './vpcs';
import { jsonOf, mentioned } from '../template/json';
import { Resource, Stacks, members } from '../template/stacks';
import { fieldOf, keyOf, listOf, numberOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

export type TargetPort = number | { readonly from: number; readonly to: number } | Unknown;

/** What answers for a target group. */
export type Target =
  | { readonly kind: 'party'; readonly party: Party; readonly port: TargetPort; readonly zone?: Value; readonly place: Resource; readonly by?: 'id' | 'address' }
  | { readonly kind: 'address'; readonly address: Range; readonly label: string; readonly port: TargetPort; readonly zone?: Value; readonly place: Resource }
  | { readonly kind: 'function'; readonly value: Value; readonly place: Resource }
  | { readonly kind: 'balancer'; readonly balancer: LoadBalancer; readonly port: TargetPort; readonly place: Resource }
  | { readonly kind: 'unknown'; readonly what: Unknown };

export const REGISTRATION = 'Custom::InterfaceEndpointTarget';
/** What ECS gives a task on an instance whose port nobody chose. */
const DYNAMIC_PORTS = { from: 32768, to: 65535 };

/** Who registers what in which target group. */
export class Targets {
  private readonly cache = new Map<string, Target[]>();
  private readonly elsewhere = new Map<string, Target[]>();

  constructor(
    private readonly stacks: Stacks,
    private readonly parties: Parties,
    private readonly balancers: LoadBalancers,
    private readonly vpcs: Vpcs,
  ) {
    stacks.ofType('AWS::AutoScaling::AutoScalingGroup').forEach(group => this.ofAutoScalingGroup(group));
    stacks.ofType('AWS::ECS::Service', 'AWS::ECS::TaskSet').forEach(service => this.ofService(service));
    stacks.ofType(REGISTRATION).forEach(registration => this.ofRegistration(registration));
  }

  /** The targets of a group: what the templates register there, or what is missing to say so. */
  public of(group: TargetGroup): Target[] {
    const found = this.cache.get(group.key);
    if (found) { return found; }
    const written = group.resource.get('Targets');
    const whole = written instanceof Reference || written instanceof Unknown ? unknownIn(written) : undefined;
    const targets = whole ? [{ kind: 'unknown' as const, what: whole }] : listOf(written).map((target, index) => this.written(group, target, index));
    const all = [...targets, ...this.elsewhere.get(group.key) ?? []];
    if (all.length === 0) { all.push({ kind: 'unknown', what: new Unknown(`what registers targets in ${group.resource.label}: nothing in the templates does`) }); }
    this.cache.set(group.key, all);
    return all;
  }

  private add(group: Value, target: Target): void {
    const key = group instanceof Reference ? new Reference(group.resource, 'Ref').key : keyOf(group);
    this.elsewhere.set(key, [...this.elsewhere.get(key) ?? [], target]);
  }

  private written(group: TargetGroup, target: Value, index: number): Target {
    const id = fieldOf(target, 'Id');
    const place = group.resource;
    const given = fieldOf(target, 'Port') ?? group.resource.get('Port');
    const port = numberOf(given) ?? unknownIn(given) ?? new Unknown(`the port of ${place.label}`);
    const zone = fieldOf(target, 'AvailabilityZone');
    if (group.type === 'lambda') { return { kind: 'function', value: id, place }; }
    if (group.type === 'alb') { return { kind: 'balancer', balancer: this.balancers.balancer(id), port, place }; }
    if (id instanceof Reference) {
      const party = this.parties.of(id.resource);
      if (party) { return { kind: 'party', party, port, zone, place, by: ['Ref', 'InstanceId'].includes(id.attribute) ? 'id' : 'address' }; }
      const endpoint = this.endpointBehind(id.resource);
      if (endpoint) { return { kind: 'party', party: endpoint, port, zone, place }; }
      return { kind: 'unknown', what: new Unknown(`the address that ${id.resource.label} gives as '${id.attribute}'`) };
    }
    const address = typeof id === 'string' ? range(id) : undefined;
    if (address) {
      const near = this.parties.all.filter(one => sameValue(one.vpc?.value, group.resource.get('VpcId')));
      const party = near.find(one => one.places.some(there => there.address && contains(there.address, address)));
      return party ? { kind: 'party', party, port, zone, place } : { kind: 'address', address, label: address.text, port, zone, place };
    }
    const endpoint = this.endpointIn(members(listOf(group.resource.written('Targets') as Value)[index]).Id, group.resource);
    if (endpoint) { return { kind: 'party', party: endpoint, port, zone, place }; }
    return { kind: 'unknown', what: unknownIn(id) ?? new Unknown(`the target ${stringOf(id) ?? index} of ${place.label}, which is not made here`) };
  }

  /** The interface endpoint whose addresses a custom resource looks up, as recipes with `AwsCustomResource` do. */
  private endpointBehind(resource: Resource): Party | undefined {
    if (!/^Custom::|CustomResource$/.test(resource.type)) { return undefined; }
    const text = jsonOf(['Create', 'Update'].map(name => resource.written(name)));
    return /describeNetworkInterfaces|describeVpcEndpoints|DescribeNetworkInterfaces|DescribeVpcEndpoints/.test(text) ? this.endpointIn(writtenIn(resource), resource) : undefined;
  }

  /** The endpoint that an expression speaks of, also through resources that turn lists into text. */
  private endpointIn(expression: unknown, from: Resource, depth = 0): Party | undefined {
    for (const id of mentioned(expression)) {
      const resource = from.stack.resources.get(id);
      const party = !resource || resource === from || depth > 3 ? undefined
        : resource.type === 'AWS::EC2::VPCEndpoint' ? this.parties.of(resource)
          : resource.type.startsWith('Custom::') ? this.endpointIn(writtenIn(resource), resource, depth + 1) : undefined;
      if (party) { return party; }
    }
    return undefined;
  }

  private ofAutoScalingGroup(resource: Resource): void {
    const party = this.parties.of(resource);
    const sources = listOf(resource.get('TrafficSources')).map(source => fieldOf(source, 'Identifier'));
    for (const group of [...listOf(resource.get('TargetGroupARNs')), ...sources]) {
      const port = this.balancers.targetGroup(group)?.port ?? new Unknown(`the port of the target group of ${resource.label}`);
      if (party) { this.add(group, { kind: 'party', party, port, place: resource, by: 'id' }); }
    }
  }

  private ofService(resource: Resource): void {
    const balancers = resource.get('LoadBalancers');
    for (const entry of balancers instanceof Unknown ? [] : listOf(balancers)) {
      const group = fieldOf(entry, 'TargetGroupArn');
      if (group === undefined) { continue; }
      const alternate = fieldOf(fieldOf(entry, 'AdvancedConfiguration'), 'AlternateTargetGroupArn');
      for (const target of this.tasks(resource, entry)) {
        this.add(group, target);
        if (alternate !== undefined) { this.add(alternate, target); }
      }
    }
  }

  /** The tasks of a service, with the port that requests come in at. */
  private tasks(service: Resource, entry: Value): Target[] {
    const container = numberOf(fieldOf(entry, 'ContainerPort'));
    const definition = service.get('TaskDefinition');
    const task = definition instanceof Reference ? definition.resource : undefined;
    const mode = task === undefined ? undefined : stringOf(task.get('NetworkMode')) ?? 'bridge';
    const own = this.parties.of(service);
    if (own) { return [{ kind: 'party', party: own, port: container ?? new Unknown(`the container port of ${service.label}`), place: service, by: 'address' }]; }
    const name = stringOf(fieldOf(entry, 'ContainerName'));
    const definitions = task === undefined ? [] : listOf(task.get('ContainerDefinitions'));
    const mapping = definitions.filter(one => name === undefined || stringOf(fieldOf(one, 'Name')) === name)
      .flatMap(one => listOf(fieldOf(one, 'PortMappings'))).find(one => numberOf(fieldOf(one, 'ContainerPort')) === container);
    const host = numberOf(fieldOf(mapping, 'HostPort'));
    const port = mode === undefined ? new Unknown(`the task definition of ${service.label}`) : mode === 'host' && container !== undefined ? container : host ? host : DYNAMIC_PORTS;
    const groups = this.capacityOf(service.get('Cluster'), service);
    return groups.length === 0
      ? [{ kind: 'unknown', what: new Unknown(`the instances that run the tasks of ${service.label}`) }]
      : groups.map(party => ({ kind: 'party', party, port, place: service, by: 'id' }));
  }

  /** The Auto Scaling groups whose instances join a cluster. */
  public capacityOf(cluster: Value, service: Resource): Party[] {
    if (!(cluster instanceof Reference)) { return []; }
    const id = cluster.resource.logicalId;
    const own = listOf(service.get('CapacityProviderStrategy')).map(one => fieldOf(one, 'CapacityProvider'));
    const associations = this.stacks.ofType('AWS::ECS::ClusterCapacityProviderAssociations').filter(one => sameResource(one.get('Cluster'), cluster));
    const usual = associations.flatMap(one => listOf(one.get('DefaultCapacityProviderStrategy'))).map(one => fieldOf(one, 'CapacityProvider'));
    const all = associations.flatMap(one => listOf(one.get('CapacityProviders')));
    const providers = [own, usual, all].find(list => list.length > 0) ?? [];
    const managed = this.stacks.ofType('AWS::ECS::CapacityProvider')
      .filter(provider => providers.some(one => one instanceof Reference ? one.resource === provider : stringOf(one) === stringOf(provider.get('Name'))))
      .map(provider => provider.at('AutoScalingGroupProvider', 'AutoScalingGroupArn'));
    return this.stacks.ofType('AWS::AutoScaling::AutoScalingGroup').filter(group => {
      if (managed.some(one => one instanceof Reference && one.resource === group)) { return true; }
      const template = group.at('LaunchTemplate', 'LaunchTemplateId') ?? group.get('LaunchConfigurationName');
      const userData = template instanceof Reference ? template.resource.written('UserData') ?? members(template.resource.written('LaunchTemplateData')).UserData : undefined;
      return group.stack === cluster.resource.stack && mentioned(userData).includes(id);
    }).flatMap(group => this.parties.of(group) ?? []);
  }

  private ofRegistration(resource: Resource): void {
    const endpoint = resource.get('EndpointId');
    const party = endpoint instanceof Reference ? this.parties.of(endpoint.resource) : undefined;
    const port = numberOf(resource.get('Port')) ?? new Unknown(`the port of ${resource.label}`);
    const what = endpoint instanceof Unknown ? endpoint : new Unknown(`the interface endpoint ${stringOf(endpoint) ?? 'of ' + resource.label}`);
    this.add(resource.get('TargetGroupArn'), party ? { kind: 'party', party, port, place: resource, by: 'address' } : { kind: 'unknown', what });
  }

  /** The subnet that an address lies in. */
  public subnetOf(address: Range, vpc: Value): Value {
    return this.vpcs.allSubnets.find(subnet => sameValue(subnet.vpc?.value, vpc) && subnet.range && contains(subnet.range, address))?.value;
  }
}

/** What a custom resource is given. */
function writtenIn(resource: Resource): unknown {
  return Object.fromEntries(resource.names().filter(name => name !== 'ServiceToken').map(name => [name, resource.written(name)]));
}

function sameResource(value: Value, reference: Reference): boolean {
  return value instanceof Reference && value.resource === reference.resource;
}
