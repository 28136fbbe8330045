import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbv2 } from './aws';
import { Target, targetKey } from './plan';

export const POLL_MS = 5_000;

/** After this time `unused` is no longer the start of something. */
export const UNUSED_MS = 30_000;

/** A message this long still fits into the answer to CloudFormation, with everything around it. */
const MAX_MESSAGE_BYTES = 1_500;

/** So many of a list stand in a message; it is in the log as a whole. */
const MAX_LISTED = 6;

/** What mostly stands behind a reason of AWS's. */
const CAUSES: { readonly [reason: string]: string } = {
  'Target.Timeout': 'no answer: look at the security groups of load balancer, endpoint and NLB, and whether the service has a healthy target',
  'Target.FailedHealthChecks': 'connection refused or closed: look at port and protocol, and whether the service has a healthy target',
  'Target.ResponseCodeMismatch': 'another status code than the health check expects: look at its path and codes',
  'Target.NotInUse': 'no listener uses the target group, or the zone is not enabled on the load balancer',
  'Target.NotRegistered': 'somebody took it out',
  'Elb.InitialHealthChecking': 'too few checks yet: look at interval and threshold',
  'Elb.RegistrationInProgress': 'ELBv2 is still registering it',
};

/** What a target group says of its targets. */
export class GroupHealth {
  public static async of(group: string): Promise<GroupHealth> {
    const { TargetHealthDescriptions } = await elbv2().describeTargetHealth({ TargetGroupArn: group });
    return new GroupHealth(TargetHealthDescriptions ?? []);
  }

  private readonly byKey: Map<string, TargetHealthDescription>;

  constructor(private readonly descriptions: TargetHealthDescription[]) {
    this.byKey = new Map(descriptions.map(description => [targetKey(targetOf(description)), description]));
  }

  /** With what a later look showed; each of them may have left something out. */
  public and(later: GroupHealth): GroupHealth {
    return new GroupHealth([...this.descriptions, ...later.descriptions]);
  }

  /** All that are registered and do not drain. */
  public get live(): Target[] {
    return [...this.byKey.values()].filter(description => !isDraining(description)).map(targetOf);
  }

  /** As the group names it, which deregistering must repeat. */
  public description(target: Target): TargetHealthDescription | undefined {
    return this.byKey.get(targetKey(target));
  }

  public isLive(target: Target): boolean {
    const description = this.description(target);
    return description !== undefined && !isDraining(description);
  }

  public isDraining(target: Target): boolean {
    const description = this.description(target);
    return description !== undefined && isDraining(description);
  }

  /** Where health checks are off, ELBv2 sends requests to every target. */
  public isHealthy(target: Target): boolean {
    return /^(healthy|unavailable)$/.test(this.description(target)?.TargetHealth?.State ?? '');
  }

  /** In no listener, or in a zone that is not enabled: it is never checked. */
  public isUnused(target: Target): boolean {
    const health = this.description(target)?.TargetHealth;
    return health?.State === 'unused' && health.Reason !== 'Target.NotRegistered';
  }

  /** State and reason of targets, the worst first, and what mostly stands behind. */
  public diagnosis(targets: Target[], most = MAX_LISTED): string {
    const worstFirst = [...targets].sort((one, other) => this.severity(other) - this.severity(one));
    const states = worstFirst.map(target => {
      const { State } = this.description(target)?.TargetHealth ?? {};
      return `${targetKey(target)} ${State ?? 'not registered'}${this.isHealthy(target) ? '' : ` (${this.reason(target)})`}`;
    });
    const reasons = new Set(worstFirst.filter(target => !this.isHealthy(target)).map(target => this.reason(target)));
    return [listed(states, most), ...[...reasons].filter(reason => CAUSES[reason]).map(reason => `${reason}: ${CAUSES[reason]}`)].join('. ');
  }

  /** How bad it is: nothing for a healthy target, most for one that fails its checks. */
  public severity(target: Target): number {
    return this.isHealthy(target) ? 0 : this.description(target)?.TargetHealth?.State === 'initial' ? 1 : 2;
  }

  private reason(target: Target): string {
    return this.description(target)?.TargetHealth?.Reason ?? 'Target.NotRegistered';
  }
}

function isDraining({ TargetHealth }: TargetHealthDescription): boolean {
  return TargetHealth?.State?.endsWith('draining') ?? false;
}

function targetOf({ Target: target }: TargetHealthDescription): Target {
  return { address: target!.Id!, port: target!.Port! };
}

/** Some of a list, and how many more there are. */
export function listed(items: string[], most = MAX_LISTED): string {
  return [...items.slice(0, most), ...items.length > most ? [`and ${items.length - most} more`] : []].join(', ');
}

/** Cuts a message to what CloudFormation takes. */
export function shortened(message: string): string {
  return Buffer.byteLength(message) <= MAX_MESSAGE_BYTES ? message
    : `${Buffer.from(message).subarray(0, MAX_MESSAGE_BYTES - 60).toString().replace(/\uFFFD+$/, '')}… (the rest is in the function's log)`;
}
