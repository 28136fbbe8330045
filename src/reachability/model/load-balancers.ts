import { Parties, Party } from './parties';
import { unknownExistence } from './vpcs';
import { Resource, Stacks } from '../template/stacks';
import { booleanOf, fieldOf, keyOf, listOf, nameOf, numberOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

export interface LoadBalancer {
  readonly key: string;
  readonly type: 'application' | 'network';
  readonly resource?: Resource;
  readonly internetFacing: boolean | Unknown;
  readonly party: Party;
  readonly ipAddressType: string;
  readonly crossZone: boolean | Unknown;
  /** Whether its security groups filter what comes over PrivateLink. */
  readonly enforced: boolean | Unknown;
  readonly listeners: Listener[];
}

export interface Listener {
  readonly key: string;
  readonly resource?: Resource;
  readonly loadBalancer: LoadBalancer;
  readonly port: number | Unknown;
  readonly protocol: string | Unknown;
  readonly rules: ListenerRule[];
}

export interface ListenerRule {
  /** Undefined for the default action. */
  readonly priority?: number | Unknown;
  readonly resource: Resource;
  readonly conditions: Value[];
  readonly actions: Value;
  readonly label: string;
  readonly maybe?: Unknown;
}

export interface TargetGroup {
  readonly key: string;
  readonly value: Value;
  readonly resource: Resource;
  readonly type: string | Unknown;
  readonly protocol: string | Unknown | undefined;
  readonly port: number | Unknown | undefined;
  readonly healthCheck: HealthCheck;
  /** What an attribute is set to; undefined where it is not set. */
  readonly attribute: (key: string) => Value;
}

export interface HealthCheck {
  readonly enabled: boolean | Unknown;
  readonly protocol: string | Unknown;
  /** Undefined: the port of the traffic. */
  readonly port?: number | Unknown;
}

/** Load balancers, listeners, rules, target groups. */
export class LoadBalancers {
  private readonly balancers = new Map<string, LoadBalancer>();
  private readonly listeners = new Map<string, Listener>();
  private readonly groups = new Map<string, TargetGroup>();

  constructor(stacks: Stacks, private readonly parties: Parties) {
    for (const resource of stacks.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')) {
      if (stringOf(resource.get('Type')) !== 'gateway') { this.balancer(new Reference(resource, 'Ref')); }
    }
    for (const resource of stacks.ofType('AWS::ElasticLoadBalancingV2::Listener')) {
      // a Gateway Load Balancer hands packets of any port to firewalls, and promises no path of its own
      if (!isGateway(resource.get('LoadBalancerArn'))) { this.readListener(resource); }
    }
    for (const resource of stacks.ofType('AWS::ElasticLoadBalancingV2::ListenerRule')) { this.readRule(resource); }
    for (const resource of stacks.ofType('AWS::ElasticLoadBalancingV2::TargetGroup')) { this.groups.set(new Reference(resource, 'Ref').key, readGroup(resource)); }
    for (const { rules } of this.listeners.values()) { rules.sort((a, b) => orderOf(a) - orderOf(b)); }
  }

  public get all(): LoadBalancer[] { return [...this.balancers.values()]; }

  public get targetGroups(): TargetGroup[] { return [...this.groups.values()]; }

  public targetGroup(value: Value): TargetGroup | undefined {
    return value instanceof Reference ? this.groups.get(new Reference(value.resource, 'Ref').key) : undefined;
  }

  /** The load balancer that a value names. */
  public balancer(value: Value): LoadBalancer {
    const resource = value instanceof Reference && value.resource.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' ? value.resource : undefined;
    const key = resource ? resource.key : keyOf(value);
    const found = this.balancers.get(key);
    if (found) { return found; }
    const balancer = resource ? this.read(resource) : foreign(key, value);
    this.balancers.set(key, balancer);
    return balancer;
  }

  private read(resource: Resource): LoadBalancer {
    const type = stringOf(resource.get('Type')) === 'network' ? 'network' : 'application';
    const scheme = resource.get('Scheme');
    const crossZone = attributeIn(resource.get('LoadBalancerAttributes'), 'load_balancing.cross_zone.enabled');
    return {
      key: resource.key,
      type,
      resource,
      internetFacing: scheme === undefined ? true : stringOf(scheme) === undefined ? unknownIn(scheme) ?? true : stringOf(scheme) === 'internet-facing',
      party: this.parties.of(resource)!,
      ipAddressType: stringOf(resource.get('IpAddressType')) ?? 'ipv4',
      crossZone: type === 'application' ? true : crossZone === undefined ? false : booleanOf(crossZone) ?? unknownIn(crossZone) ?? false,
      enforced: onOff(resource.get('EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic')),
      listeners: [],
    };
  }

  private readListener(resource: Resource): void {
    const listener: Listener = {
      ...this.listener(new Reference(resource, 'Ref'), this.balancer(resource.get('LoadBalancerArn'))),
      resource,
      port: numberOf(resource.get('Port')) ?? unknownIn(resource.get('Port')) ?? new Unknown(`the port of ${resource.label}`),
      protocol: stringOf(resource.get('Protocol')) ?? unknownIn(resource.get('Protocol')) ?? new Unknown(`the protocol of ${resource.label}`),
    };
    listener.rules.push({ resource, conditions: [], actions: resource.get('DefaultActions'), label: 'default action', maybe: unknownExistence(resource) });
    listener.loadBalancer.listeners.push(listener);
    this.listeners.set(listener.key, listener);
  }

  private listener(value: Value, loadBalancer: LoadBalancer): Listener {
    const what = new Unknown(`the listener ${nameOf(value)}`);
    return { key: keyOf(value), loadBalancer, port: what, protocol: what, rules: [] };
  }

  private readRule(resource: Resource): void {
    const arn = resource.get('ListenerArn');
    const key = arn instanceof Reference ? new Reference(arn.resource, 'Ref').key : keyOf(arn);
    let listener = this.listeners.get(key);
    if (!listener) {
      // a listener that is not made here: what is behind it can be walked all the same
      listener = this.listener(arn, this.balancer(new Unknown(`the load balancer of the listener ${nameOf(arn)}`)));
      listener.loadBalancer.listeners.push(listener);
      this.listeners.set(key, listener);
    }
    const conditions = resource.get('Conditions');
    const priority = numberOf(resource.get('Priority')) ?? unknownIn(resource.get('Priority')) ?? new Unknown(`the priority of ${resource.label}`);
    listener.rules.push({
      resource,
      priority,
      conditions: listOf(conditions),
      actions: resource.get('Actions'),
      maybe: unknownExistence(resource),
      label: `rule ${priority instanceof Unknown ? '?' : priority}: ${describeConditions(listOf(conditions))}`,
    });
  }
}

function isGateway(value: Value): boolean {
  return value instanceof Reference && stringOf(value.resource.get('Type')) === 'gateway';
}

function readGroup(resource: Resource): TargetGroup {
  const type = resource.get('TargetType');
  const text = (name: string) => resource.get(name) === undefined ? undefined : stringOf(resource.get(name)) ?? unknownIn(resource.get(name));
  const protocol = text('Protocol');
  const port = resource.get('Port');
  const checkPort = resource.get('HealthCheckPort');
  return {
    key: new Reference(resource, 'Ref').key,
    value: new Reference(resource, 'Ref'),
    resource,
    type: type === undefined ? 'instance' : stringOf(type) ?? unknownIn(type) ?? 'instance',
    protocol,
    port: port === undefined ? undefined : numberOf(port) ?? unknownIn(port),
    healthCheck: {
      enabled: resource.get('HealthCheckEnabled') === undefined ? type !== 'lambda' : booleanOf(resource.get('HealthCheckEnabled')) ?? unknownIn(resource.get('HealthCheckEnabled')) ?? true,
      protocol: text('HealthCheckProtocol') ?? (type === 'alb' || ['HTTP', 'HTTPS'].includes(String(protocol)) ? 'HTTP' : 'TCP'),
      port: checkPort === undefined || checkPort === 'traffic-port' ? undefined : numberOf(checkPort) ?? unknownIn(checkPort),
    },
    attribute: key => attributeIn(resource.get('TargetGroupAttributes'), key),
  };
}

function foreign(key: string, value: Value): LoadBalancer {
  const name = stringOf(value) ?? unknownIn(value)?.what ?? 'a load balancer';
  const unknown = new Unknown(name.startsWith('the ') ? name : `the load balancer ${name}, which is not made here`, { key });
  return {
    key,
    type: /loadbalancer\/net\//.test(name) ? 'network' : 'application',
    internetFacing: unknown,
    ipAddressType: 'ipv4',
    crossZone: unknown,
    enforced: unknown,
    listeners: [],
    party: { node: { kind: /loadbalancer\/net\//.test(name) ? 'nlb' : 'alb', label: name }, groups: [], places: [], unknown },
  };
}

function onOff(value: Value): boolean | Unknown {
  return value === undefined ? true : stringOf(value) === 'off' ? false : stringOf(value) === 'on' ? true : unknownIn(value) ?? true;
}

function orderOf({ priority }: ListenerRule): number {
  return typeof priority === 'number' ? priority : priority === undefined ? Infinity : 50_001;
}

/** What a list of keys and values says of a key; a member that is not known may be about it. */
function attributeIn(list: Value, key: string): Value {
  const entries = listOf(list);
  const found = entries.find(entry => stringOf(fieldOf(entry, 'Key')) === key);
  return found !== undefined ? fieldOf(found, 'Value') : entries.map(entry => entry instanceof Unknown ? entry : unknownIn(fieldOf(entry, 'Key'))).find(entry => entry);
}

/** The values of a condition, in the one or the other way to write it. */
export function conditionValues(condition: Value): Value[] {
  const config = ['PathPatternConfig', 'HostHeaderConfig', 'HttpRequestMethodConfig', 'SourceIpConfig', 'HttpHeaderConfig', 'QueryStringConfig']
    .map(name => fieldOf(condition, name)).find(value => value !== undefined && !(value instanceof Unknown));
  return listOf(fieldOf(config, 'Values') ?? fieldOf(condition, 'Values'));
}

function describeConditions(conditions: Value[]): string {
  return conditions.map(condition => {
    const values = conditionValues(condition).map(value => stringOf(value) ?? '?').join(', ');
    const field = stringOf(fieldOf(condition, 'Field'));
    return field === 'path-pattern' ? values : `${field ?? 'condition'} ${values}`;
  }).join(' and ') || 'no condition';
}
