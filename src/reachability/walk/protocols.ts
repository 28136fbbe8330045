import { Check } from '../contract';
import { change, refer } from './fixes';
import { Trace } from './trace';
import { Listener, LoadBalancer, TargetGroup } from '../model/load-balancers';
import { Target } from '../model/targets';
import { Resource } from '../template/stacks';
import { fieldOf, keyOf, listOf, numberOf, Reference, stringOf, Unknown } from '../template/values';

/** Which target groups a listener of a Network Load Balancer takes. */
const FITTING: { readonly [listener: string]: string[] } = {
  TCP: ['TCP', 'TCP_UDP'], TLS: ['TCP', 'TLS'], UDP: ['UDP', 'TCP_UDP'], TCP_UDP: ['TCP_UDP'], QUIC: ['QUIC', 'TCP_QUIC'], TCP_QUIC: ['TCP_QUIC'],
};
const OF_APPLICATION = ['HTTP', 'HTTPS'];

/** Protocols and ports that have to fit each other along a path. */
export class Protocols {
  constructor(private readonly trace: Trace) {}

  /** A listener and the target group that it forwards to. */
  public group(listener: Listener, group: TargetGroup): Check[] {
    const balancer = listener.loadBalancer;
    const { protocol } = group;
    const wrong = this.listener(listener);
    if (wrong) { return [wrong]; }
    const incomplete = this.incomplete(listener, group);
    if (incomplete) { return [incomplete]; }
    if (group.type === 'lambda' || !balancer.resource || typeof protocol !== 'string' || typeof listener.protocol !== 'string') { return []; }
    const allowed = balancer.type === 'application' ? OF_APPLICATION : FITTING[listener.protocol];
    const vpcs = [group.resource.get('VpcId'), balancer.party.vpc?.value];
    if (vpcs.every(vpc => vpc instanceof Reference) && keyOf(vpcs[0]) !== keyOf(vpcs[1])) {
      return [this.trace.blocked('target group', {
        code: 'TargetGroupVpc',
        place: group.resource,
        location: 'Properties.VpcId',
        reason: `${group.resource.label} is in another VPC than ${balancer.party.node.label}: AWS refuses that.`,
        fix: {
          text: `Make the target group in ${balancer.party.vpc!.label}.`,
          patches: group.resource.stack === balancer.resource.stack
            ? [change(group.resource, { VpcId: { Ref: (vpcs[1] as Reference).resource.logicalId } })] : [],
        },
      })];
    }
    if (group.type === 'alb' && listener.protocol !== 'TCP' && listener.resource) {
      return [this.trace.blocked('protocol', {
        code: 'Protocol',
        place: listener.resource,
        location: 'Properties.Protocol',
        reason: `A listener with ${listener.protocol} cannot forward to an Application Load Balancer: only TCP can.`,
        fix: { text: `Set the protocol of ${listener.resource.label} to TCP; the Application Load Balancer ends TLS.`, patches: [change(listener.resource, { Protocol: 'TCP', Certificates: null, SslPolicy: null })] },
      })];
    }
    if (!allowed || allowed.includes(protocol)) { return []; }
    return [this.trace.blocked('protocol', {
      code: 'Protocol',
      place: group.resource,
      detail: listener.resource?.key,
      location: 'Properties.Protocol',
      reason: `A listener with ${listener.protocol} cannot forward to a target group with ${protocol}: ${allowed.join(' or ')} fits.`,
      fix: { text: `Set the protocol of ${group.resource.label} to ${allowed[0]}.`, patches: [change(group.resource, { Protocol: allowed[0] })] },
    })];
  }

  /** A listener that only a Network Load Balancer has. */
  private listener({ loadBalancer: { type, resource, party }, protocol }: Listener): Check | undefined {
    if (type !== 'application' || !resource || typeof protocol !== 'string' || OF_APPLICATION.includes(protocol)) { return undefined; }
    return this.trace.blocked('listener', {
      code: 'LoadBalancerType',
      place: resource,
      location: 'Properties.Type',
      reason: `${party.node.label} is an Application Load Balancer, and one of its listeners has the protocol ${protocol}: AWS refuses that.`,
      fix: { text: `Set the type of ${party.node.label} to network, or the protocol of the listener to ${OF_APPLICATION.join(' or ')}.`, patches: [change(resource, { Type: 'network' })] },
    });
  }

  /** What every target group but one for a function has. */
  private incomplete(listener: Listener, group: TargetGroup): Check | undefined {
    const { party: { vpc, node } } = listener.loadBalancer;
    if (group.type === 'lambda' || group.type instanceof Unknown) { return undefined; }
    if (!group.resource.has('VpcId')) {
      const referred = vpc && refer(group.resource.stack, vpc.value);
      return this.trace.blocked('target group', {
        code: 'TargetGroupVpc',
        place: group.resource,
        location: 'Properties.VpcId',
        reason: `${group.resource.label} names no VPC: AWS refuses that.`,
        fix: { text: `Give it the VPC of ${node.label}${vpc ? `, ${vpc.label}` : ''}.`, patches: referred ? [change(group.resource, { VpcId: referred.expression }), ...referred.patches] : [] },
      });
    }
    if (group.protocol !== undefined) { return undefined; }
    const fitting = listener.loadBalancer.type === 'application' ? 'HTTP' : typeof listener.protocol === 'string' && listener.protocol !== 'TLS' ? listener.protocol : 'TCP';
    return this.trace.blocked('protocol', {
      code: 'Protocol',
      place: group.resource,
      location: 'Properties.Protocol',
      reason: `${group.resource.label} has no protocol: AWS refuses that.`,
      fix: { text: `Set the protocol of ${group.resource.label} to ${fitting}.`, patches: [change(group.resource, { Protocol: fitting })] },
    });
  }

  /** Instances are registered by id or by address, and a group takes one of both. */
  public targetType(group: TargetGroup, target: Target): Check[] {
    if (target.kind !== 'party' || target.by === undefined) { return []; }
    const wants = target.by === 'id' ? 'instance' : 'ip';
    if (group.type === wants || (group.type !== 'instance' && group.type !== 'ip')) { return []; }
    return [this.trace.blocked('target type', {
      code: 'TargetType',
      place: group.resource,
      location: 'Properties.TargetType',
      detail: target.place.key,
      reason: `${group.resource.label} takes targets of type ${group.type}, and ${target.place === group.resource ? target.party.node.label : target.place.label} is registered ${target.by === 'id' ? 'by its id' : 'by its address'}.`,
      fix: { text: `Set the target type of ${group.resource.label} to ${wants}, which replaces it.`, patches: [change(group.resource, { TargetType: wants })] },
    })];
  }

  /** The listener that answers at a port, behind a target group or an endpoint. */
  public listenerAt(balancer: LoadBalancer, port: number, place: Resource): { listener?: Listener; checks: Check[] } {
    const listener = balancer.listeners.find(one => one.port === port);
    if (listener) { return { listener, checks: [this.trace.pass('listener', `${balancer.party.node.label} listens on port ${port}`)] }; }
    const open = balancer.listeners.map(one => one.port).find((one): one is Unknown => one instanceof Unknown);
    if (open || !balancer.resource || balancer.listeners.some(one => !one.resource)) {
      return { checks: [this.trace.unknown('listener', open ?? `the listeners of ${balancer.party.node.label}`)] };
    }
    const ports = balancer.listeners.map(one => one.port);
    return {
      checks: [this.trace.blocked('listener', {
        code: 'NoListener',
        place,
        detail: `${balancer.key}:${port}`,
        reason: `${balancer.party.node.label} has no listener on port ${port}${ports.length > 0 ? `, only on ${ports.join(', ')}` : ''}.`,
        fix: {
          text: ports.length === 0 ? `Add a listener on port ${port} to ${balancer.party.node.label}.` : `Use port ${ports[0]} in ${place.label}, or add a listener on port ${port} to ${balancer.party.node.label}.`,
          patches: ports.length > 0 ? [otherPort(place, ports[0] as number)] : [],
        },
      })],
    };
  }

  /** What a target group sends to a listener behind it. */
  public towards(group: TargetGroup, listener: Listener, place: Resource): Check[] {
    const secure = typeof listener.protocol === 'string' && ['TLS', 'HTTPS'].includes(listener.protocol);
    const checks: Check[] = [];
    if (secure && group.protocol === 'HTTP') {
      checks.push(this.trace.blocked('protocol', {
        code: 'Protocol',
        place: group.resource,
        detail: listener.key,
        location: 'Properties.Protocol',
        reason: `${group.resource.label} sends HTTP to a listener with ${listener.protocol}.`,
        fix: { text: `Set the protocol of ${group.resource.label} to HTTPS.`, patches: [change(group.resource, { Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS' })] },
      }));
    }
    if (group.type === 'alb' && group.healthCheck.enabled === true && group.healthCheck.port === undefined && typeof listener.protocol === 'string') {
      const wants = listener.protocol;
      if (group.healthCheck.protocol !== wants && typeof group.healthCheck.protocol === 'string') {
        checks.push(this.trace.blocked('health check', {
          code: 'HealthCheckProtocol',
          place: group.resource,
          location: 'Properties.HealthCheckProtocol',
          reason: `The health check of ${group.resource.label} speaks ${group.healthCheck.protocol} to a listener with ${wants} (${place.label}).`,
          fix: { text: `Set the health check protocol of ${group.resource.label} to ${wants}.`, patches: [change(group.resource, { HealthCheckProtocol: wants })] },
        }));
      }
    }
    return checks;
  }

  /** The port that a service registers has to be one of its container. */
  public container(target: Target): Check[] {
    if (target.kind !== 'party' || target.place.type !== 'AWS::ECS::Service') { return []; }
    const service = target.place;
    const definition = service.get('TaskDefinition');
    const task = definition instanceof Reference ? definition.resource : undefined;
    const containers = task?.get('ContainerDefinitions');
    const known = Array.isArray(containers) && !containers.some(one => one instanceof Unknown);
    if (!task || !known) { return []; }
    const checks = listOf(service.get('LoadBalancers')).flatMap((entry): Check[] => {
      const name = stringOf(fieldOf(entry, 'ContainerName'));
      const port = numberOf(fieldOf(entry, 'ContainerPort'));
      const container = containers.find(one => stringOf(fieldOf(one, 'Name')) === name);
      const mappings = container === undefined ? undefined : fieldOf(container, 'PortMappings');
      if (name === undefined || port === undefined || mappings instanceof Unknown) { return []; }
      const ports = listOf(mappings).map(mapping => numberOf(fieldOf(mapping, 'ContainerPort')));
      if (ports.includes(port) || ports.includes(undefined)) { return []; }
      return [this.trace.blocked('container port', {
        code: 'ContainerPort',
        place: service,
        location: 'Properties.LoadBalancers',
        detail: `${name} ${port}`,
        reason: container === undefined ? `${service.label} names the container '${name}', which ${task.label} does not have.`
          : `${service.label} registers port ${port} of the container '${name}', which maps ${ports.join(', ') || 'no port'}.`,
        fix: {
          text: `Name a container and a port that ${task.label} maps.`,
          patches: ports.length === 1
            ? [change(service, { LoadBalancers: (service.written('LoadBalancers') as { ContainerName?: string }[]).map(one => one.ContainerName === name ? { ...one, ContainerPort: ports[0] } : one) })] : [],
        },
      })];
    });
    return checks.slice(0, 1);
  }
}

function otherPort(place: Resource, port: number) {
  if (place.type !== 'AWS::ElasticLoadBalancingV2::TargetGroup') { return change(place, { Port: port }); }
  const targets = place.written('Targets');
  return change(place, Array.isArray(targets) ? { Targets: targets.map(target => ({ ...target, Port: port })) } : { Port: port });
}
