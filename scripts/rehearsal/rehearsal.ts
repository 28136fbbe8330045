import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormation, StackEvent } from '@aws-sdk/client-cloudformation';
import { clientOptions, countsIn, readAccount } from './account';
import { run } from './command';
import { ACCOUNT, Emulator, REGION } from './emulator';
import { Entry, Replay } from './journal';
import { fireSchedule, takeOutSomeTarget } from './mishap';
import { pathsIn } from './paths';
import { CommandFailed } from '../command';

const ROOT = join(__dirname, '..', '..');

/** Within this time targets become healthy, or they do not. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** How long an endpoint waits to be accepted. */
const ACCEPTED_AFTER_MS = 8_000;

/** Lines of the function's log that the report of a failure shows. */
const LAST_LOG_LINES = 20;

/** What a journal must know of, or it was not kept. */
const SEEN = { 'registered': 'registrations', 'drained': 'drains', 'interface-removed': 'interfaces removed', 'rule': 'changes of rules', 'accepted': 'endpoints accepted' };

/** The stacks of the examples by the names of their folders. */
const STACKS = { 'foo-bar': 'FooBar', 'multi-vpc': 'MultiVpc' };
export type Example = keyof typeof STACKS;

/** An example on an emulator of its own: deployed, changed, destroyed, and looked at after each. */
export class Rehearsal {
  private readonly cloudFormation: CloudFormation;
  private readonly stack: string;
  private readonly assembly: string;
  private readonly changes: string;
  private paths: string[] = [];

  /** @param folder for cloud assemblies */
  constructor(private readonly example: Example, private readonly emulator: Emulator, folder: string) {
    this.cloudFormation = new CloudFormation(clientOptions(emulator));
    this.stack = STACKS[example];
    this.assembly = join(folder, 'example');
    this.changes = join(folder, 'changes');
  }

  public async bootstrap(): Promise<void> {
    await this.run('cdk', 'bootstrap', `aws://${ACCOUNT}/${REGION}`);
    await this.run('ts-node', '-T', '-P', 'tsconfig.dev.json', 'scripts/rehearsal/synthesize-changes.ts', this.example, this.changes);
  }

  /** Deploys the example as it is, as its users do. */
  public async deploy(paths: string[]): Promise<string> {
    await run('cdk', ['deploy', '--require-approval', 'never', '--output', this.assembly], {
      cwd: join(ROOT, 'examples', 'typescript', this.example),
      env: this.emulator.environment(),
    });
    return this.expectPaths(paths);
  }

  /** Deploys the example with a change. */
  public async update(change: string, paths: string[]): Promise<string> {
    await this.run('cdk', 'deploy', this.stack, '--require-approval', 'never', '--app', join(this.changes, change));
    return this.expectPaths(paths);
  }

  /** Deploys the example with a change that waits for the acceptance of an endpoint, which comes some seconds after it asks. */
  public async updateAccepted(change: string, paths: string[]): Promise<string> {
    const asked = () => this.journal().filter(({ event }) => event === 'asked').length;
    const before = asked();
    const update = this.update(change, paths);
    let isOver = false;
    const over = update.finally(() => { isOver = true; }).catch(() => undefined);
    while (!isOver && asked() === before) { await sleep(LOOK_EVERY_MS); }
    await sleep(ACCEPTED_AFTER_MS);
    if (isOver) { throw new Error(`the deployment of ${change} did not wait for the acceptance`); }
    await fireSchedule(this.emulator, 'rate(1 minute)');
    await over;
    return update;
  }

  /** Deploys the example with a change that is refused, after which everything is as it was. */
  public async updateInVain(change: string, refusal: string): Promise<string> {
    const failure = await this.update(change, this.paths).catch(error => error);
    if (!(failure instanceof CommandFailed) || !failure.message.includes(refusal)) { throw failure; }
    const { Stacks } = await this.cloudFormation.describeStacks({ StackName: this.stack });
    const status = Stacks?.[0].StackStatus;
    if (status !== 'UPDATE_ROLLBACK_COMPLETE') { throw new Error(`the stack is ${status}`); }
    return `${status}, ${await this.expectPaths(this.paths)}`;
  }

  /** Takes a target out by hand, and lets the schedule put it back. */
  public async repair(): Promise<string> {
    await takeOutSomeTarget(this.emulator);
    await fireSchedule(this.emulator, 'rate(1 hour)');
    return this.expectPaths(this.paths);
  }

  public async destroy(): Promise<string> {
    await this.run('cdk', 'destroy', this.stack, '--force', '--app', this.assembly);
    this.expectNothingAmiss();
    const counts = Object.entries(countsIn(await readAccount(this.emulator)));
    const left = counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
    if (left.length > 0) { throw new Error(`left behind: ${left.join(', ')}`); }
    return `left no ${counts.map(([what]) => what).join(', ')}`;
  }

  /** What the journal of the whole rehearsal knows of, in which nothing amiss was found after any deployment. */
  public async expectJournal(): Promise<string> {
    const { counts } = this.expectNothingAmiss();
    return Object.entries(SEEN).map(([event, what]) => {
      if (!counts[event]) { throw new Error(`no ${what} in the journal`); }
      return `${counts[event]} ${what}`;
    }).join(', ');
  }

  /** What CloudFormation and the function say about a failure. */
  public async diagnosis(): Promise<string[]> {
    const failures = (await this.events()).filter(({ ResourceStatus }) => ResourceStatus!.endsWith('_FAILED'));
    return [
      ...failures.map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) => `${LogicalResourceId} ${ResourceStatus}: ${ResourceStatusReason}`),
      ...this.logged().slice(-LAST_LOG_LINES),
    ];
  }

  private async run(command: string, ...args: string[]): Promise<void> {
    await run(command, args, { env: this.emulator.environment() });
  }

  private async expectPaths(paths: string[]): Promise<string> {
    this.expectNothingAmiss();
    await this.expectCleanUp();
    const expected = [...paths].sort();
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pathsIn(await readAccount(this.emulator));
      if (found.join('\n') === expected.join('\n')) { break; }
      if (Date.now() >= end) { throw new Error(differences(expected, found)); }
      await sleep(LOOK_EVERY_MS);
    }
    this.paths = paths;
    return `${paths.length} paths as they must be`;
  }

  /** No request could fail so far, and no function had to complain. */
  private expectNothingAmiss(): Replay {
    const replay = new Replay(this.journal());
    const amiss = [...replay.violations, ...this.logged().filter(line => 'error' in JSON.parse(line))];
    if (amiss.length > 0) { throw new Error(amiss.join('\n')); }
    return replay;
  }

  /** A deployment succeeds even where the clean-up after it fails. */
  private async expectCleanUp(): Promise<void> {
    const failed = (await this.events()).some(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED');
    if (failed) { throw new Error('the clean-up failed'); }
  }

  /** Nothing when the stack is gone. */
  private async events(): Promise<StackEvent[]> {
    const { StackEvents } = await this.cloudFormation.describeStackEvents({ StackName: this.stack }).catch(() => ({ StackEvents: [] }));
    return StackEvents ?? [];
  }

  private journal(): Entry[] {
    return this.emulator.journal().map(line => JSON.parse(line));
  }

  /** What our function logged, without what others write into its log. */
  private logged(): string[] {
    return this.journal().flatMap(entry => entry.event === 'log' && entry.line.startsWith('{"decision"') ? [entry.line] : []);
  }
}

function differences(expected: string[], found: string[]): string {
  return [
    ...expected.filter(line => !found.includes(line)).map(line => `missing: ${line}`),
    ...found.filter(line => !expected.includes(line)).map(line => `instead: ${line}`),
  ].join('\n');
}
