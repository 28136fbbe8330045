import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Mishap } from './histories-steps';
import { Checks, LONGEST_RUN_MS, type RunInfo } from './simulation-checks';
import { AwsError, Execution, type FakeAws, type HandlerResponse, Killed } from '../fakes';
import { Random } from '../fakes/random';

type LambdaEvent = Pick<CloudFormationCustomResourceEvent, 'StackId'> & { readonly RequestType: string; readonly LogicalResourceId?: string };

/** An execution environment of the function. */
interface Lambda {
  readonly execution: Execution;
  readonly handler: ReturnType<Execution['load']>;
}

/** Delivers events to the function, runs that overlap in different processes, with the mishaps of a step. */
export class Runs {
  mishaps: Mishap[] = [];
  /** Runs of the present step. */
  count = 0;
  /** Whether a process died in the present step. */
  isAnyKilled = false;
  /** Every line of the log, for whoever looks for the reason of a failure. */
  readonly log: string[] = [];
  private readonly going = new Set<Promise<unknown>>();
  private readonly idle: Lambda[] = [];

  constructor(private readonly aws: FakeAws, private readonly bundle: string, private readonly checks: Checks, private readonly random: Random) {}

  /**
   * Answers what the function answers to its last run for the event.
   *
   * @param isAwaited whether CloudFormation still waits; otherwise the event does not come again
   */
  async deliver(event: LambdaEvent, isAwaited: () => boolean = () => true): Promise<HandlerResponse | void> {
    const index = this.count++;
    const mishap = this.mishaps.find(({ run }) => run === index);
    const again = async () => isAwaited() ? this.run(event) : undefined;
    switch (mishap?.kind) {
      case undefined:
        return this.run(event);
      case 'again':
        return this.run(event).then(again, again);
      case 'overlap':
        this.run(event).catch(() => undefined);
        await this.aws.clock.sleep(mishap.seconds * 1000);
        return again();
      case 'kill':
        return this.run(event, execution => execution.killAt(mishap.call, mishap.when)).catch(async error => {
          if (!(error instanceof Killed && mishap.retried)) { throw error; }
          return again();
        });
    }
  }

  /** Whether a run goes on that nobody waits for. */
  get isAnyGoing(): boolean {
    return this.going.size > 0;
  }

  async settle(): Promise<void> {
    while (this.going.size > 0) { await Promise.allSettled(this.going); }
  }

  private async run(event: LambdaEvent, prepare: (execution: Execution) => void = () => undefined): Promise<HandlerResponse | void> {
    const run = this.attempt(event, prepare);
    this.going.add(run);
    try {
      return await run;
    } finally {
      this.going.delete(run);
    }
  }

  private async attempt(event: LambdaEvent, prepare: (execution: Execution) => void): Promise<HandlerResponse | void> {
    const { clock } = this.aws;
    const lambda = this.idle.pop() ?? this.start();
    const info: RunInfo = {
      name: event.LogicalResourceId ?? 'the stack',
      requestType: event.RequestType,
      startedAt: clock.now(),
      inRollback: this.aws.stacks.all.get(event.StackId)!.status.includes('ROLLBACK'),
    };
    this.checks.runs.set(lambda.execution, info);
    prepare(lambda.execution);
    // Lambda ends a run that takes too long
    const guard = clock.setTimeout(() => {
      this.checks.violate('limits', `${info.requestType} of ${info.name} takes more than 14 minutes`);
      lambda.execution.kill();
    }, LONGEST_RUN_MS);
    try {
      const context = { getRemainingTimeInMillis: () => info.startedAt + LONGEST_RUN_MS - clock.now() };
      return await lambda.handler(event as CloudFormationCustomResourceEvent, context);
    } catch (error) {
      // what the stand-in or the bundle itself stumbles over is no finding about the function
      if (error instanceof ReferenceError || error instanceof SyntaxError || error instanceof AwsError) { throw error; }
      if (error instanceof Killed) {
        this.isAnyKilled = true;
      } else {
        this.checks.failed(info, (error as Error).message);
      }
      throw error;
    } finally {
      clock.clearTimeout(guard);
      this.checks.ended(info);
      if (!lambda.execution.isDoomed) { this.idle.push(lambda); }
    }
  }

  /** A new execution environment; it lives on after its run, as Lambda's do. */
  private start(): Lambda {
    const execution = new Execution(this.aws.clock);
    const modules = this.aws.modules(execution, () => 5 + this.random.below(40));
    const log = (line: string) => {
      const { requestType, name } = this.checks.runs.get(execution)!;
      this.log.push(`${this.checks.seconds} ${requestType} ${name} ${line}`);
      this.checks.logged(line);
    };
    return { execution, handler: execution.load(this.bundle, name => modules[name] ?? process.getBuiltinModule(name), { log }) };
  }
}
