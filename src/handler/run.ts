import { createHash } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { cloudFormation, log } from './aws';
import { DRAIN_SECONDS, HEALTH_SECONDS, RESERVE_SECONDS } from './contract';

const LONGEST_MS = (HEALTH_SECONDS + DRAIN_SECONDS + RESERVE_SECONDS) * 1_000;

/** Kept free at the end, to write the record and to answer. */
const LAST_MS = 20_000;

/** The resource of a stack that an event is about, or a repair. */
export interface Subject {
  readonly StackId: string;
  readonly LogicalResourceId: string;
}

/** What a custom resource answers. */
export interface Answer {
  readonly PhysicalResourceId: string;
  readonly Data?: { readonly [name: string]: string };
}

/** One run of the function for one resource. */
export class Run {
  /** When the run began. Of two runs for one event the one that began later decides. */
  public readonly stamp = Date.now();
  /** Unique over all stacks that may share a target group, the same for all events of one resource, and readable in the console. */
  public readonly name: string;
  private readonly end: number;

  constructor(private readonly subject: Subject, remainingMs = LONGEST_MS) {
    const { StackId, LogicalResourceId } = subject;
    const hash = createHash('sha256').update(`${StackId}/${LogicalResourceId}`).digest('hex').slice(0, 12);
    this.name = `${LogicalResourceId.slice(0, 60)}-${hash}`;
    this.end = this.stamp + Math.min(remainingMs, LONGEST_MS) - LAST_MS;
  }

  /** The same run, where it works for another resource of the stack. */
  public for(LogicalResourceId: string): Run {
    return new Run({ StackId: this.subject.StackId, LogicalResourceId }, this.end + LAST_MS - Date.now());
  }

  /** The moment at which a wait of so many seconds ends; earlier where the run must end. */
  public until(seconds: number): number {
    return Math.min(Date.now() + seconds * 1_000, this.end);
  }

  /**
   * In a rollback nothing fails for health: a service that is sick must not wedge the stack.
   *
   * @param otherwise the answer when CloudFormation gives none
   */
  public async isRollingBack(otherwise: boolean): Promise<boolean> {
    const status = await this.stackStatus();
    return status === '' ? otherwise : status.includes('ROLLBACK');
  }

  /** Empty where it cannot be told. */
  public async stackStatus(): Promise<string> {
    try {
      const { Stacks } = await cloudFormation().describeStacks({ StackName: this.subject.StackId });
      return Stacks?.[0]?.StackStatus ?? '';
    } catch (error) {
      log('stack status unknown', { error: `${error}` });
      return '';
    }
  }

  public log(decision: string, details: Record<string, unknown> = {}): void {
    log(decision, { resource: this.name, ...details });
  }
}

/** The answer of what nothing refers to: its id stays what it was. */
export function sameId(run: Run, event: CloudFormationCustomResourceEvent): Answer {
  return { PhysicalResourceId: event.RequestType === 'Create' ? run.name : event.PhysicalResourceId };
}

export type Event<P, T extends CloudFormationCustomResourceEvent = CloudFormationCustomResourceEvent> = T & {
  readonly ResourceProperties: P;
  readonly OldResourceProperties?: P;
};
