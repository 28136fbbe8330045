import { Action, LoadBalancer, Rule, TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Account, nameOf, Zone } from './account';
import { REGION } from './emulator';

/**
 * The ways that requests can take, one a line: each rule of each load balancer down to its targets, private names, peerings. Two accounts in which requests fare
 * alike have the same lines, whatever the ids.
 */
export function pathsIn(account: Account): string[] {
  return new Paths(account).lines();
}

class Paths {
  private readonly reached = new Set<string>();

  constructor(private readonly account: Account) {}

  public lines(): string[] {
    const { loadBalancers, zones } = this.account;
    return counted([
      ...loadBalancers.flatMap(loadBalancer => this.ofLoadBalancer(loadBalancer)),
      ...zones.flatMap(zone => this.ofZone(zone)),
      ...this.ofPeerings(),
      ...this.leftovers(),
    ]);
  }

  private ofLoadBalancer({ LoadBalancerArn }: LoadBalancer): string[] {
    const name = this.nameOfBalancer(LoadBalancerArn!);
    return this.account.listeners.filter(listener => listener.LoadBalancerArn === LoadBalancerArn).flatMap(({ ListenerArn, Port }) =>
      this.account.rules.filter(rule => rule.ListenerArn === ListenerArn)
        .map(rule => `${name}:${Port} ${this.condition(rule)} → ${this.destination(rule.Actions![0])}`));
  }

  private condition({ Priority, Conditions = [] }: Rule): string {
    const values = Conditions.flatMap(condition => condition.Values ?? condition.PathPatternConfig?.Values ?? []);
    return [Priority, ...values].join(' ');
  }

  private destination({ TargetGroupArn, Type, ForwardConfig, FixedResponseConfig: fixed }: Action): string {
    if (ForwardConfig) { return ForwardConfig.TargetGroups!.map(group => `${group.Weight} to ${this.group(group.TargetGroupArn!)}`).join(', '); }
    if (TargetGroupArn === undefined) { return fixed ? `${fixed.StatusCode} ${fixed.MessageBody}` : Type!; }
    return this.group(TargetGroupArn);
  }

  private group(TargetGroupArn: string): string {
    this.reached.add(TargetGroupArn);
    const descriptions = this.account.health.get(TargetGroupArn)!;
    const states = [...new Set(descriptions.map(({ TargetHealth }) => TargetHealth!.State))];
    const targets = descriptions.map(({ Target }) => Target!);
    return `${this.endpointOf(targets) ?? this.namesOf(targets)} (${states.join(', ') || 'empty'})${this.recordOf(TargetGroupArn, targets)}`;
  }

  /** The endpoint and port, where the targets are exactly the addresses of its interfaces. */
  private endpointOf(targets: TargetDescription[]): string | undefined {
    const endpoint = this.account.endpoints.find(({ VpcEndpointId }) => {
      const addresses = this.interfacesOf(VpcEndpointId!).map(({ PrivateIpAddress }) => PrivateIpAddress);
      return targets.length > 0 && targets.length === addresses.length && targets.every(({ Id }) => addresses.includes(Id));
    });
    const ports = [...new Set(targets.map(({ Port }) => Port))];
    if (endpoint === undefined || ports.length !== 1) { return undefined; }
    this.reached.add(endpoint.VpcEndpointId!);
    const zones = this.interfacesOf(endpoint.VpcEndpointId!).map(({ AvailabilityZone }) => AvailabilityZone!.replace(REGION, '')).sort();
    return `endpoint in ${zones.join(' ')} → ${this.balancersOf(endpoint.ServiceName!)}:${ports[0]}`;
  }

  private interfacesOf(endpointId: string) {
    const { NetworkInterfaceIds = [] } = this.account.endpoints.find(({ VpcEndpointId }) => VpcEndpointId === endpointId)!;
    return this.account.interfaces.filter(({ NetworkInterfaceId }) => NetworkInterfaceIds.includes(NetworkInterfaceId!));
  }

  private balancersOf(serviceName: string): string {
    const service = this.account.services.find(({ ServiceName }) => ServiceName === serviceName);
    return service?.NetworkLoadBalancerArns?.map(arn => this.nameOfBalancer(arn)).join(' ') ?? serviceName;
  }

  private namesOf(targets: TargetDescription[]): string {
    return targets.map(({ Id, Port }) => {
      const instance = this.account.instances.find(({ InstanceId }) => InstanceId === Id);
      return `${instance ? nameOf(instance.Tags) : Id}:${Port}`;
    }).sort().join(' ');
  }

  /** Nothing, where the registrations of a group have recorded its targets and no others. */
  private recordOf(group: string, targets: TargetDescription[]): string {
    const records = this.tagsOf(group).filter(({ Key }) => Key!.startsWith('cdk-alb-privatelink:targets:'));
    const recorded = records.flatMap(({ Value }) => [...Value!.matchAll(/(?:^| )(\d+)((?:\/\d[\d.]*)+)/g)])
      .flatMap(([, port, addresses]) => addresses.slice(1).split('/').map(address => `${address}:${port}`));
    const registered = targets.map(({ Id, Port }) => `${Id}:${Port}`);
    const isTrue = recorded.sort().join() === registered.sort().join();
    return records.length === 0 || isTrue ? '' : `, but recorded ${records.map(({ Value }) => Value).join()}`;
  }

  private ofZone({ name, vpcIds, aliases }: Zone): string[] {
    const seen = vpcIds.map(vpcId => this.nameOfVpc(vpcId)).sort().join(' ');
    return aliases.map(alias => {
      const balancer = this.account.loadBalancers.find(({ DNSName }) => alias.target === `${DNSName}.` || alias.target === `dualstack.${DNSName}.`);
      return `${alias.name} in zone ${name} seen by ${seen} → ${balancer ? this.nameOfBalancer(balancer.LoadBalancerArn!) : alias.target}`;
    });
  }

  private ofPeerings(): string[] {
    return this.account.peerings.flatMap(({ VpcPeeringConnectionId, Status }) =>
      this.account.routeTables.flatMap(({ VpcId, Routes = [] }) => Routes.filter(route => route.VpcPeeringConnectionId === VpcPeeringConnectionId)
        .map(({ DestinationCidrBlock }) => `${this.nameOfVpc(VpcId!)}, ${DestinationCidrBlock} → peering (${Status!.Code})`)));
  }

  /** What stands about with nothing leading to it. */
  private leftovers(): string[] {
    const { targetGroups, endpoints, interfaces } = this.account;
    const interfaceIds = endpoints.flatMap(({ NetworkInterfaceIds = [] }) => NetworkInterfaceIds);
    return [
      ...targetGroups.map(({ TargetGroupArn }) => TargetGroupArn!),
      ...endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface').map(({ VpcEndpointId }) => VpcEndpointId!),
      ...interfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId!).filter(id => !interfaceIds.includes(id)),
    ].filter(id => !this.reached.has(id)).map(id => `nothing → ${id}`);
  }

  private nameOfBalancer(arn: string): string {
    return nameOf(this.tagsOf(arn));
  }

  private nameOfVpc(vpcId: string): string {
    return nameOf(this.account.vpcs.find(({ VpcId }) => VpcId === vpcId)?.Tags);
  }

  private tagsOf(arn: string) {
    return this.account.tags.find(({ ResourceArn }) => ResourceArn === arn)?.Tags ?? [];
  }
}

/** In order, equal lines as one. */
function counted(lines: string[]): string[] {
  return [...new Set(lines)].sort().map(line => {
    const count = lines.filter(each => each === line).length;
    return count === 1 ? line : `${line}, ${count} times`;
  });
}
