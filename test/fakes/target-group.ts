import { Vpc } from './network';
import { Answer, HealthCheck, HealthTiming, TargetHealth } from './target-health';

export interface TargetDescription {
  readonly id: string;
  /** @default - the port of the group */
  readonly port?: number;
  readonly availabilityZone?: string;
}

export interface Target {
  readonly id: string;
  readonly port: number;
  readonly availabilityZone?: string;
  health: TargetHealth;
  /** Health that a test set, whatever the checks find. */
  fixed?: TargetHealth;
  /** Of one that drains: when it will be gone. */
  drainsUntil?: number;
  /** Of one that is healthy. */
  healthySince?: number;
  /** Whether it was healthy when it was deregistered, and so may have requests to finish. */
  wasHealthy?: boolean;
  check: HealthCheck;
}

export interface TargetGroup {
  readonly targetGroupArn: string;
  readonly targetGroupName: string;
  readonly vpcId: string;
  readonly port: number;
  readonly protocol: string;
  readonly ipAddressType: 'ipv4' | 'ipv6';
  readonly tags: Map<string, string>;
  /** As DescribeTargetGroupAttributes lists them. */
  readonly attributes: Map<string, string>;
  targets: Target[];
  /** Whether a listener or rule forwards to the group. */
  inUse: boolean;
  /** The zones that are enabled on the load balancer. */
  enabledZones: string[];
  healthCheckEnabled: boolean;
  timing: HealthTiming;
  /** What health checks find where there is an address to check: of all targets, or of each. */
  answers: Answer | ((target: Target) => Answer);
  /** What a target in use stays after its registration, whatever the checks find; `INITIAL` for tests that make it healthy themselves. */
  healthOnRegistration?: TargetHealth;
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
  /** @default 300 */
  readonly deregistrationDelay?: number;
}
