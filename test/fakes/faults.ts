import { AwsError } from './protocol';

/** What happens to one call. */
export interface Fault {
  /** Runs before anything else, for instance a pause, or a change that somebody makes at this very moment. */
  readonly before?: () => void | Promise<void>;
  /** The error answered, or the kind of error that depends on the service. */
  readonly error?: AwsError | 'throttling' | 'notFound' | 'accessDenied';
  /** How many entries are missing from the answer. */
  readonly omit?: number;
  /** Whether the connection breaks before the call takes effect, or after it and before the answer. */
  readonly reset?: 'beforeEffect' | 'beforeAnswer';
}

/** Faults waiting for the next calls of an action, first in, first out; one fault a call, and the SDK's own retries are calls too. */
export class Faults {
  private readonly queues = new Map<string, Fault[]>();

  /** Answers the next calls with the throttling error of the service. */
  throttle(action: string, times = 1): void {
    this.add(action, { error: 'throttling' }, times);
  }

  serverError(action: string, times = 1): void {
    this.add(action, { error: new AwsError('InternalError', 'An internal error has occurred', 500) }, times);
  }

  /** Answers that nothing is there although it is, as AWS may for something just made. */
  notFound(action: string, times = 1): void {
    this.add(action, { error: 'notFound' }, times);
  }

  /** Refuses the call although the policies allow it, as IAM may shortly after a policy was made. */
  deny(action: string, times = 1): void {
    this.add(action, { error: 'accessDenied' }, times);
  }

  /** Leaves `omit` entries out of the answer; of DescribeVpcEndpoints, network interface ids of each endpoint. */
  shorten(action: string, omit: number, times = 1): void {
    this.add(action, { omit }, times);
  }

  resetConnection(action: string, times = 1, reset: Fault['reset'] = 'beforeEffect'): void {
    this.add(action, { reset }, times);
  }

  delay(action: string, milliseconds: number, times = 1): void {
    this.add(action, { before: () => new Promise(resolve => setTimeout(resolve, milliseconds)) }, times);
  }

  /** Makes a change right before the next call is answered. */
  meanwhile(action: string, change: () => void | Promise<void>): void {
    this.add(action, { before: change }, 1);
  }

  /** Lets calls through untouched before the faults that are added next. */
  pass(action: string, times = 1): void {
    this.add(action, {}, times);
  }

  fail(action: string, error: AwsError, times = 1): void {
    this.add(action, { error }, times);
  }

  /** How many faults no call has met yet; a test whose faults never struck proves nothing. */
  get pending(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  clear(): void {
    this.queues.clear();
  }

  take(action: string): Fault {
    return this.queues.get(action)?.shift() ?? {};
  }

  private add(action: string, fault: Fault, times: number): void {
    this.queues.set(action, [...this.queues.get(action) ?? [], ...Array<Fault>(times).fill(fault)]);
  }
}
