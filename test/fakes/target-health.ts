export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';
  readonly reason?: string;
  readonly description?: string;
}

/** What a health check finds: that the target answers as it should, or why not. */
export type Answer = 'ok' | 'Target.Timeout' | 'Target.FailedHealthChecks' | 'Target.ResponseCodeMismatch';

/** How long things take. */
export interface HealthTiming {
  /** From registering to the first check. */
  readonly registrationSeconds: number;
  /** The first check, which is enough for a new target that answers. */
  readonly firstCheckSeconds: number;
  /** Until enough checks failed. */
  readonly unhealthySeconds: number;
  /** Until enough checks passed, for a target that was unhealthy. */
  readonly healthySeconds: number;
}

/** A target that answers is healthy at once. */
export const AT_ONCE: HealthTiming = { registrationSeconds: 0, firstCheckSeconds: 0, unhealthySeconds: 10, healthySeconds: 10 };

export const HEALTHY: TargetHealth = { state: 'healthy' };
export const INITIAL: TargetHealth = {
  state: 'initial', reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress',
};
export const CHECKING: TargetHealth = {
  state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress',
};
export const DRAINING: TargetHealth = {
  state: 'draining', reason: 'Target.DeregistrationInProgress', description: 'Target deregistration is in progress',
};
export const NOT_IN_USE: TargetHealth = {
  state: 'unused', reason: 'Target.NotInUse', description: 'Target group is not configured to receive traffic from the load balancer',
};
export const ZONE_NOT_ENABLED: TargetHealth = {
  state: 'unused', reason: 'Target.NotInUse', description: 'Target is in an Availability Zone that is not enabled for the load balancer',
};
export const NOT_REGISTERED: TargetHealth = {
  state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group',
};
export const NOT_CHECKED: TargetHealth = {
  state: 'unavailable', reason: 'Target.HealthCheckDisabled', description: 'Health checks are disabled for this target group',
};

const UNHEALTHY: Readonly<Record<Exclude<Answer, 'ok'>, TargetHealth>> = {
  'Target.Timeout': { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
  'Target.FailedHealthChecks': { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' },
  'Target.ResponseCodeMismatch': {
    state: 'unhealthy', reason: 'Target.ResponseCodeMismatch', description: 'Health checks failed with these codes: [503]',
  },
};

/** The checks of one target, from its registration on. */
export class HealthCheck {
  private phase: 'initial' | 'healthy' | 'unhealthy' = 'initial';
  private used = false;
  private answer: Answer = 'ok';
  /** The beginning of the checks, and of the present answer. */
  private startedAt = 0;
  private answeredSince = 0;

  /** Takes notice of how things stand; between two calls they stand as they did at the earlier one. */
  observe(now: number, used: boolean, answer: Answer, timing: HealthTiming): void {
    this.settle(now, timing);
    if (used && !this.used) {
      this.phase = 'initial';
      this.startedAt = now;
    }
    this.used = used;
    if (answer !== this.answer) {
      this.answer = answer;
      this.answeredSince = now;
    }
    this.settle(now, timing);
  }

  health(now: number, timing: HealthTiming): TargetHealth {
    if (this.phase === 'initial') { return now < this.startedAt + timing.registrationSeconds * 1000 ? INITIAL : CHECKING; }
    // a target that answers again stays unhealthy for a while
    return this.phase === 'healthy' ? HEALTHY : UNHEALTHY[this.answer === 'ok' ? 'Target.FailedHealthChecks' : this.answer];
  }

  private settle(now: number, timing: HealthTiming): void {
    if (!this.used) { return; }
    const answers = this.answer === 'ok';
    const first = Math.max(this.startedAt + timing.registrationSeconds * 1000, this.answeredSince);
    const since = this.phase === 'initial' ? first : this.answeredSince;
    const seconds = answers ? (this.phase === 'initial' ? timing.firstCheckSeconds : timing.healthySeconds) : timing.unhealthySeconds;
    if (now >= since + seconds * 1000) { this.phase = answers ? 'healthy' : 'unhealthy'; }
  }
}
