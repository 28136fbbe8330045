import { isIPv4, isIPv6 } from 'node:net';
import { Clock } from './clock';
import { ACCOUNT, REGION } from './environment';
import { contains, Network } from './network';
import { AwsError } from './protocol';
import { Random } from './random';
import { Target, TargetDescription, TargetGroup, TargetGroupProps } from './target-group';
import {
  Answer, AT_ONCE, DRAINING, HealthCheck, NOT_CHECKED, NOT_IN_USE, NOT_REGISTERED, TargetHealth, ZONE_NOT_ENABLED,
} from './target-health';

/** Where a target outside the VPC may lie: RFC 1918 and RFC 6598. */
const PRIVATE_CIDR_BLOCKS = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];
const TARGETS_PER_GROUP = 1000;
const ATTRIBUTES = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
  'stickiness.enabled': 'false',
};

/** Target groups and what is registered in them; its methods do what CloudFormation, an operator or the load balancer would. */
export class TargetGroups {
  readonly all = new Map<string, TargetGroup>();

  /** AWS's documents contradict each other about registering an address that still drains; by default it is accepted. */
  acceptDraining = true;

  /** Of groups that are made from now on. */
  timing = AT_ONCE;

  /** What health checks find at single addresses, in whatever group. */
  readonly answers = new Map<string, Answer>();

  constructor(private readonly network: Network, private readonly random: Random, private readonly clock: Clock) {
    clock.watch(() => this.observeAll());
  }

  create(props: TargetGroupProps): TargetGroup {
    const targetGroupName = props.name ?? 'group';
    const group: TargetGroup = {
      targetGroupArn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${targetGroupName}/${this.random.hex(16)}`,
      targetGroupName,
      vpcId: props.vpc.vpcId,
      port: props.port ?? 80,
      protocol: props.protocol ?? 'HTTP',
      ipAddressType: props.ipAddressType ?? 'ipv4',
      tags: new Map(Object.entries(props.tags ?? {})),
      attributes: new Map(Object.entries({
        ...ATTRIBUTES, 'deregistration_delay.timeout_seconds': String(props.deregistrationDelay ?? 300),
      })),
      targets: [],
      inUse: props.inUse ?? true,
      enabledZones: props.vpc.subnets.map(subnet => subnet.availabilityZone),
      healthCheckEnabled: true,
      timing: this.timing,
      answers: 'ok',
    };
    this.all.set(group.targetGroupArn, group);
    return group;
  }

  delete(group: TargetGroup): void {
    if (group.inUse) {
      throw new AwsError('ResourceInUse', `Target group '${group.targetGroupArn}' is currently in use by a listener or a rule`);
    }
    this.all.delete(group.targetGroupArn);
  }

  /** Nothing is registered if one of the targets is refused. */
  register(group: TargetGroup, descriptions: readonly TargetDescription[]): void {
    const targets = descriptions.map(description => this.validTarget(group, description));
    const added = new Set(targets.filter(target => !find(group, target)).map(key));
    if (group.targets.length + added.size > TARGETS_PER_GROUP) {
      throw new AwsError('TooManyTargets',
        `You cannot register more than '${TARGETS_PER_GROUP}' targets with target group '${group.targetGroupArn}'`);
    }
    for (const target of targets) {
      const registered = find(group, target);
      if (!registered) {
        group.targets.push(target);
      } else if (registered.drainsUntil !== undefined) {
        Object.assign(registered, { drainsUntil: undefined, fixed: group.healthOnRegistration, check: new HealthCheck() });
      }
    }
    this.observe(group);
  }

  /** A target that is not registered, or registered with another port, is passed over without a word, as AWS does. */
  deregister(group: TargetGroup, descriptions: readonly TargetDescription[]): void {
    this.observe(group);
    const delay = Number(group.attributes.get('deregistration_delay.timeout_seconds')) * 1000;
    for (const description of descriptions) {
      const target = find(group, { id: description.id, port: description.port ?? group.port });
      if (target && target.drainsUntil === undefined) {
        target.wasHealthy = target.health.state === 'healthy';
        target.drainsUntil = this.clock.now() + (target.health.state === 'unused' ? 0 : delay);
      }
    }
    this.observe(group);
  }

  /** Ends the deregistration delay: what drains is gone. */
  finishDraining(group: TargetGroup): void {
    group.targets = group.targets.filter(target => target.drainsUntil === undefined);
  }

  /** Sets the health of the registered targets with these ids (of all without ids); what drains keeps draining. */
  setHealth(group: TargetGroup, health: TargetHealth, ...ids: string[]): void {
    group.targets
      .filter(target => ids.length === 0 || ids.includes(target.id))
      .forEach(target => { target.fixed = health; });
    this.observe(group);
  }

  /** The health of a target as AWS reports it, also of one that is not registered. */
  healthOf(group: TargetGroup, target: Pick<Target, 'id' | 'port'>): TargetHealth {
    this.observe(group);
    return find(group, target)?.health ?? NOT_REGISTERED;
  }

  /** Addresses that receive requests or would: all that are registered and do not drain, sorted. */
  registeredIds(group: TargetGroup): string[] {
    return group.targets.filter(target => target.health.state !== 'draining').map(target => target.id).sort();
  }

  /** Takes notice of what has just changed, without waiting for time to pass. */
  observeAll(): void {
    this.all.forEach(group => this.observe(group));
  }

  /** What health checks find at a target. */
  answerOf(group: TargetGroup, target: Target): Answer {
    const behind = this.network.answerOf(target.id);
    if (behind !== 'ok') { return behind; }
    return this.answers.get(target.id) ?? (typeof group.answers === 'function' ? group.answers(target) : group.answers);
  }

  /** Brings the health of all targets up to the present moment. */
  private observe(group: TargetGroup): void {
    const now = this.clock.now();
    if (group.targets.some(target => target.drainsUntil !== undefined && target.drainsUntil <= now)) {
      group.targets = group.targets.filter(target => target.drainsUntil === undefined || target.drainsUntil > now);
    }
    for (const target of group.targets) {
      const unused = unusedHealth(group, target);
      target.check.observe(now, !unused && group.healthCheckEnabled, this.answerOf(group, target), group.timing);
      target.health = target.drainsUntil !== undefined ? DRAINING
        : unused ?? target.fixed ?? (group.healthCheckEnabled ? target.check.health(now, group.timing) : NOT_CHECKED);
      target.healthySince = target.health.state === 'healthy' ? target.healthySince ?? now : undefined;
    }
  }

  private validTarget(group: TargetGroup, { id, port = group.port, availabilityZone }: TargetDescription): Target {
    if (!(group.ipAddressType === 'ipv6' ? isIPv6(id) : isIPv4(id))) {
      throw new AwsError('ValidationError', `The IP address '${id}' is not a valid ${group.ipAddressType === 'ipv6' ? 'IPv6' : 'IPv4'} address`);
    }
    if (!(Number.isInteger(port) && port >= 1 && port <= 65535)) {
      throw new AwsError('ValidationError', `Port '${port}' must be between '1' and '65535'`);
    }
    const zone = this.network.subnetOf(group.vpcId, id)?.availabilityZone;
    if (!zone && !availabilityZone) {
      throw new AwsError('ValidationError', `The Availability Zone is required for IP address '${id}' because it is not in the VPC`);
    }
    if (!zone && isIPv4(id) && !PRIVATE_CIDR_BLOCKS.some(cidrBlock => contains(cidrBlock, id))) {
      throw new AwsError('InvalidTarget', `The IP address '${id}' is neither in the VPC nor a private address`);
    }
    if (zone && availabilityZone && availabilityZone !== zone) {
      throw new AwsError('ValidationError',
        `The IP address '${id}' is within the VPC, and cannot have its Availability Zone overridden to '${availabilityZone}' from '${zone}'`);
    }
    if (!this.acceptDraining && find(group, { id, port })?.drainsUntil !== undefined) {
      throw new AwsError('InvalidTarget', `The target '${id}' is being deregistered`);
    }
    return {
      id, port, availabilityZone: zone ?? availabilityZone, health: NOT_IN_USE, fixed: group.healthOnRegistration, check: new HealthCheck(),
    };
  }
}

/** Of a target that gets no requests. */
function unusedHealth(group: TargetGroup, { availabilityZone: zone }: Target): TargetHealth | undefined {
  if (!group.inUse) { return NOT_IN_USE; }
  return zone && zone !== 'all' && !group.enabledZones.includes(zone) ? ZONE_NOT_ENABLED : undefined;
}

function key({ id, port }: Pick<Target, 'id' | 'port'>): string {
  return `${id} ${port}`;
}

function find(group: TargetGroup, target: Pick<Target, 'id' | 'port'>): Target | undefined {
  return group.targets.find(other => key(other) === key(target));
}
