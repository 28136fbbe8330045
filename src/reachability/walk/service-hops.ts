import { Check, Node } from '../contract';
import { change } from './fixes';
import type { Branch, Forward } from './forward';
import { missing } from './missing';
import { Reach } from './reach';
import { hop, Trace } from './trace';
import { tcp } from './traffic';
import { LoadBalancer, TargetGroup } from '../model/load-balancers';
import { Network } from '../model/network';
import { nodeOf, Party } from '../model/parties';
import { EndpointService } from '../model/private-link';
import { TargetPort } from '../model/targets';
import { jsonOf } from '../template/json';
import { Resource } from '../template/stacks';
import { listOf, stringOf, Unknown, unknownIn, Value } from '../template/values';

export interface Consumption {
  /** Whose addresses the service's load balancer sees, if it looks. */
  readonly consumer: Party;
  /** The target group that the endpoint is in. */
  readonly group?: TargetGroup;
  /** What says the port. */
  readonly place: Resource;
  readonly depth: number;
}

/** From an interface endpoint to what is behind its service. */
export class ServiceHops {
  constructor(private readonly network: Network, private readonly trace: Trace, private readonly reach: Reach, private readonly forward: Forward) {}

  public through(endpoint: Party, port: TargetPort, consumption: Consumption): Branch[] {
    const service = this.network.privateLink.serviceOf(endpoint.resource!);
    if (service === 'aws') { return [{ destination: endpoint.node, hops: [] }]; }
    if (service instanceof Unknown) { return [this.unknown(endpoint, service)]; }
    const node = nodeOf(service.resource, 'endpoint-service');
    return service.balancers.flatMap(balancer => this.toBalancer(endpoint, service, node, balancer, port, consumption));
  }

  private toBalancer(
    endpoint: Party, service: EndpointService, node: Node, balancer: LoadBalancer, port: TargetPort, consumption: Consumption,
  ): Branch[] {
    const traffic = `TCP ${port instanceof Unknown || typeof port !== 'number' ? '?' : port}`;
    const admitted = [...this.acceptance(service), ...this.principal(endpoint, service), ...this.forward.zone.endpoint(endpoint, balancer)];
    const toService = hop(endpoint.node, node, traffic, admitted);
    if (typeof port !== 'number') {
      const checks = [this.trace.unknown('listener', port instanceof Unknown ? port : 'the port')];
      return [{ destination: balancer.party.node, hops: [toService, hop(node, balancer.party.node, traffic, checks)] }];
    }
    const { listener, checks } = this.forward.protocols.listenerAt(balancer, port, consumption.place);
    const fits = listener && consumption.group ? this.forward.protocols.towards(consumption.group, listener, consumption.place) : [];
    const health = consumption.group ? this.healthPort(consumption.group, balancer, port) : [];
    const looked = this.enforcement(balancer, consumption.consumer, port);
    const toBalancer = hop(node, balancer.party.node, traffic, [...checks, ...fits, ...health, ...looked]);
    if (!listener) { return [{ destination: balancer.party.node, hops: [toService, toBalancer] }]; }
    return this.forward.from(listener, { endpoint, consumer: consumption.consumer, depth: consumption.depth + 1 })
      .map(branch => ({ ...branch, hops: [toService, toBalancer, ...branch.hops] }));
  }

  private healthPort(group: TargetGroup, balancer: LoadBalancer, port: number): Check[] {
    const { enabled, port: own } = group.healthCheck;
    if (enabled !== true || typeof own !== 'number' || own === port) { return []; }
    const { checks } = this.forward.protocols.listenerAt(balancer, own, group.resource);
    return checks.map(check => check.verdict !== 'blocked' ? check : this.trace.blocked('health check', {
      code: 'HealthCheckPort',
      place: group.resource,
      location: 'Properties.HealthCheckPort',
      reason: `The health check of ${group.resource.label} goes to port ${own}, where ${balancer.party.node.label} does not listen.`,
      fix: { text: `Leave the port of the health check out: it is that of the traffic, ${port}.`, patches: [change(group.resource, { HealthCheckPort: null })] },
    }));
  }

  private acceptance({ acceptance, resource }: EndpointService): Check[] {
    if (acceptance === false) { return [this.trace.pass('acceptance', `${resource.label} takes endpoints without being asked`)]; }
    return [this.trace.unknown('acceptance', acceptance === true ? `whether somebody accepts the endpoint: ${resource.label} asks` : acceptance)];
  }

  private principal(endpoint: Party, service: EndpointService): Check[] {
    const [own, theirs] = [endpoint.resource!.stack.source.account, service.resource.stack.source.account];
    if (own === undefined || theirs === undefined || own === theirs) { return []; }
    const named = listOf(service.principals as Value[] | undefined);
    if (named.some(one => stringOf(one) === '*' || stringOf(one)?.includes(`:${own}:`) || stringOf(one) === own)) {
      return [this.trace.pass('principal', `${service.resource.label} allows the account ${own}`)];
    }
    const open = named.map(one => unknownIn(one)).find(one => one);
    if (open) { return [this.trace.unknown('principal', open)]; }
    const principal = `arn:aws:iam::${own}:root`;
    return [this.trace.blocked('principal', {
      code: 'PrincipalNotAllowed',
      place: service.resource,
      detail: own,
      reason: `${service.resource.label} does not allow the account ${own} to make an endpoint.`,
      fix: {
        text: `Allow ${principal} to use the service (in the CDK: allowedPrincipals).`,
        patches: [this.permission(service.resource, principal)],
      },
    })];
  }

  private permission(service: Resource, principal: string) {
    const existing = this.network.stacks.ofType('AWS::EC2::VPCEndpointServicePermissions').find(one => one.stack === service.stack && jsonOf(one.written('ServiceId')).includes(service.logicalId));
    if (existing) {
      const written = existing.written('AllowedPrincipals');
      return change(existing, { AllowedPrincipals: [...Array.isArray(written) ? written : [], principal] });
    }
    return {
      stack: service.stack.name,
      merge: { Resources: { [`${service.logicalId}Permissions`]: { Type: 'AWS::EC2::VPCEndpointServicePermissions', Properties: { ServiceId: { Ref: service.logicalId }, AllowedPrincipals: [principal] } } } },
    };
  }

  /** Security groups of a Network Load Balancer look at clients behind PrivateLink unless they are told not to. */
  private enforcement(balancer: LoadBalancer, consumer: Party, port: number): Check[] {
    if (balancer.party.unfiltered || balancer.enforced === false) { return [this.trace.pass('PrivateLink traffic', `No security group of ${balancer.party.node.label} looks at it`)]; }
    const check = this.reach.security.check('ingress', balancer.party, { ...consumer, groups: [] }, tcp(port), ' of PrivateLink traffic');
    if (check.verdict !== 'blocked' || !balancer.resource) { return [check]; }
    if (balancer.enforced instanceof Unknown) { return [this.trace.unknown('PrivateLink traffic', balancer.enforced)]; }
    const closed = balancer.party.groups.every(group => group.facing('ingress').length === 0);
    if (!closed) { return [check]; }
    return [this.trace.blocked('PrivateLink traffic', {
      code: 'PrivateLinkEnforced',
      place: balancer.resource,
      location: 'Properties.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
      reason: `The security groups of ${balancer.party.node.label} look at PrivateLink traffic, and no inbound rule lets TCP ${port} in from ${consumer.node.label}.`,
      fix: {
        text: `Set 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic' of ${balancer.party.node.label} to off: the allowed principals of the service decide who connects; or add an inbound rule for the consumer's addresses.`,
        patches: [change(balancer.resource, { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off' })],
      },
    })];
  }

  private unknown(endpoint: Party, what: Unknown): Branch {
    const destination: Node = { kind: 'endpoint-service', label: 'its endpoint service' };
    const check = what.missing !== undefined && endpoint.resource
      ? this.trace.blocked('endpoint service', missing(endpoint.resource, what.missing)) : this.trace.unknown('endpoint service', what);
    return { destination, hops: [hop(endpoint.node, destination, 'TCP', [check])] };
  }
}
