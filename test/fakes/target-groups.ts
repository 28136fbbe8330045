import { isIPv4, isIPv6 } from 'node:net';
import { ACCOUNT, REGION } from './environment';
import { contains, Network, Vpc } from './network';
import { AwsError } from './protocol';
import { Random } from './random';

/** Where a target outside the VPC may lie: RFC 1918 and RFC 6598. */
const PRIVATE_CIDR_BLOCKS = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'];
const TARGETS_PER_GROUP = 1000;

export interface TargetDescription {
  readonly id: string;
  /** @default - the port of the group */
  readonly port?: number;
  readonly availabilityZone?: string;
}

export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';
  readonly reason?: string;
  readonly description?: string;
}

export interface Target {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
  health: TargetHealth;
}

export interface TargetGroup {
  readonly targetGroupArn: string;
  readonly targetGroupName: string;
  readonly vpcId: string;
  readonly port: number;
  readonly protocol: string;
  readonly ipAddressType: 'ipv4' | 'ipv6';
  readonly tags: Map<string, string>;
  targets: Target[];
  /** Whether a listener or rule forwards to the group. */
  inUse: boolean;
  /** The zones that are enabled on the load balancer. */
  enabledZones: string[];
  /** What a target in use is right after its registration; `INITIAL` for tests that make it healthy themselves. */
  healthOnRegistration: TargetHealth;
}

export interface TargetGroupProps {
  readonly vpc: Vpc;
  /** @default 'group' */
  readonly name?: string;
  /** @default 80 */
  readonly port?: number;
  /** @default 'HTTP' */
  readonly protocol?: string;
  /** @default 'ipv4' */
  readonly ipAddressType?: 'ipv4' | 'ipv6';
  /** @default - none */
  readonly tags?: Record<string, string>;
  /** @default true */
  readonly inUse?: boolean;
}

export const HEALTHY: TargetHealth = { state: 'healthy' };
export const INITIAL: TargetHealth = {
  state: 'initial', reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress',
};
const DRAINING: TargetHealth = {
  state: 'draining', reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress',
};
const NOT_IN_USE: TargetHealth = {
  state: 'unused', reason: 'Target.NotInUse', description: 'Target group is not configured to receive traffic from the load balancer',
};
const ZONE_NOT_ENABLED: TargetHealth = {
  state: 'unused', reason: 'Target.NotInUse', description: 'Target is in an Availability Zone that is not enabled for the load balancer',
};
const NOT_REGISTERED: TargetHealth = {
  state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group',
};

/** Target groups and what is registered in them; its methods do what CloudFormation, an operator or the load balancer would. */
export class TargetGroups {
  readonly all = new Map<string, TargetGroup>();

  /** AWS's documents contradict each other about registering an address that still drains; by default it is accepted. */
  acceptDraining = true;

  constructor(private readonly network: Network, private readonly random: Random) {}

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
      targets: [],
      inUse: props.inUse ?? true,
      enabledZones: props.vpc.subnets.map(subnet => subnet.availabilityZone),
      healthOnRegistration: HEALTHY,
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
      } else if (registered.health.state === 'draining') {
        registered.health = group.healthOnRegistration;
      }
    }
  }

  /** A target that is not registered, or registered with another port, is passed over without a word, as AWS does. */
  deregister(group: TargetGroup, descriptions: readonly TargetDescription[]): void {
    for (const description of descriptions) {
      const target = find(group, { id: description.id, port: description.port ?? group.port });
      if (target && this.healthOf(group, target).state !== 'unused') {
        target.health = DRAINING;
      } else {
        group.targets = group.targets.filter(other => other !== target);
      }
    }
  }

  /** Ends the deregistration delay: what drains is gone. */
  finishDraining(group: TargetGroup): void {
    group.targets = group.targets.filter(target => target.health.state !== 'draining');
  }

  /** Sets the health of the registered targets with these ids (of all without ids); what drains keeps draining. */
  setHealth(group: TargetGroup, health: TargetHealth, ...ids: string[]): void {
    group.targets
      .filter(target => target.health.state !== 'draining' && (ids.length === 0 || ids.includes(target.id)))
      .forEach(target => { target.health = health; });
  }

  /** The health of a target as AWS reports it, also of one that is not registered. */
  healthOf(group: TargetGroup, { id, port }: Pick<Target, 'id' | 'port'>): TargetHealth {
    const target = find(group, { id, port });
    if (!target) { return NOT_REGISTERED; }
    if (!group.inUse) { return NOT_IN_USE; }
    const zone = target.availabilityZone;
    return zone && zone !== 'all' && !group.enabledZones.includes(zone) ? ZONE_NOT_ENABLED : target.health;
  }

  /** Addresses that receive requests or would: all that are registered and do not drain, sorted. */
  registeredIds(group: TargetGroup): string[] {
    return group.targets.filter(target => target.health.state !== 'draining').map(target => target.id).sort();
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
    if (!this.acceptDraining && find(group, { id, port })?.health.state === 'draining') {
      throw new AwsError('InvalidTarget', `The target '${id}' is being deregistered`);
    }
    return { id, port, availabilityZone: zone ?? availabilityZone, health: group.healthOnRegistration };
  }
}

function key({ id, port }: Pick<Target, 'id' | 'port'>): string {
  return `${id} ${port}`;
}

function find(group: TargetGroup, target: Pick<Target, 'id' | 'port'>): Target | undefined {
  return group.targets.find(other => key(other) === key(target));
}
