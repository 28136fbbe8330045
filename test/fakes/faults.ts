import { Clock } from './clock';
import { AwsError } from './protocol';

/** What happens to one call. */
export interface Fault {
  /** A change that somebody makes at this very moment. */
  readonly before?: () => void | Promise<void>;
  /** Milliseconds until the call is looked at. */
  readonly delay?: number;
  /** The error answered, or the kind of error that depends on the service. */
  readonly error?: AwsError | 'throttling' | 'notFound' | 'accessDenied';
  /** How many entries are missing from the answer. */
  readonly omit?: number;
  /** Whether the connection breaks before the call takes effect, or after it and before the answer. */
  readonly reset?: 'beforeEffect' | 'beforeAnswer';
  /** The connection stays and no answer comes. */
  readonly hang?: 'beforeEffect' | 'beforeAnswer';
  /** At most so many entries in the answer, the others on further pages. */
  readonly pageSize?: number;
}

/** For every call of an action during a time. */
interface TimedFault {
  readonly action: string;
  readonly from: number;
  readonly until: number;
  readonly fault: Fault;
}

/** Faults waiting for the next calls of an action, first in, first out; one fault a call, and the SDK's own retries are calls too. */
export class Faults {
  private readonly queues = new Map<string, Fault[]>();
  private timed: TimedFault[] = [];

  constructor(private readonly clock: Clock) {}

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
    this.add(action, { delay: milliseconds }, times);
  }

  /** Never answers: the client has to give up. */
  hang(action: string, times = 1, hang: Fault['hang'] = 'beforeEffect'): void {
    this.add(action, { hang }, times);
  }

  /** Answers in small pages; a page without entries that has another one after it is possible. */
  page(action: string, pageSize: number, times = 1): void {
    this.add(action, { pageSize }, times);
  }

  /** A permission that begins to hold in so many milliseconds. `*` stands for all actions. */
  denyUntil(action: string, milliseconds: number): void {
    this.during(action, 0, milliseconds, { error: 'accessDenied' });
  }

  /** A permission that is withdrawn in so many milliseconds. */
  denyFrom(action: string, milliseconds: number): void {
    this.during(action, milliseconds, Infinity, { error: 'accessDenied' });
  }

  /** What happens to each call from so many milliseconds on, until so many. */
  during(action: string, from: number, until: number, fault: Fault): void {
    const now = this.clock.now();
    this.timed.push({ action, from: now + from, until: now + until, fault });
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
    this.timed = [];
  }

  take(action: string): Fault {
    const now = this.clock.now();
    return this.queues.get(action)?.shift()
      ?? this.timed.find(timed => [action, '*'].includes(timed.action) && timed.from <= now && now < timed.until)?.fault
      ?? {};
  }

  private add(action: string, fault: Fault, times: number): void {
    this.queues.set(action, [...this.queues.get(action) ?? [], ...Array<Fault>(times).fill(fault)]);
  }
}
