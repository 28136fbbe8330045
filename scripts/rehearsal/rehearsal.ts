import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { clientOptions, countsIn, readAccount } from './account';
import { CommandFailed, run } from './command';
import { ACCOUNT, Emulator, REGION } from './emulator';
import { Entry, Replay } from './journal';
import { pathsIn } from './paths';

const ROOT = join(__dirname, '..', '..');

/** Within this time targets become healthy, or they do not. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 250;

/** Lines of the functions' log that a failure shows. */
const LAST_LOG_LINES = 20;

/** What a journal must know of, or it was not kept. */
const SEEN = { 'registered': 'registrations', 'drained': 'drains', 'interface-removed': 'interfaces removed', 'rule': 'changes of rules' };

/** The stacks of the examples by the names of their folders. */
const STACKS = { 'foo-bar': 'FooBar', 'multi-vpc': 'MultiVpc' } as const;
export type Example = keyof typeof STACKS;

/** The examples on an emulator: deployed, changed, destroyed, and looked at after each. */
export class Rehearsal {
  private readonly cloudFormation: CloudFormation;
  private readonly changes: string;
  private readonly expected = new Map<Example, string[]>();

  /**
   * @param emulator a fresh one
   * @param folder for cloud assemblies
   */
  constructor(private readonly emulator: Emulator, private readonly folder: string) {
    this.cloudFormation = new CloudFormation(clientOptions(emulator));
    this.changes = join(folder, 'changes');
  }

  public async synthesizeChanges(): Promise<void> {
    await run('ts-node', ['-T', '-P', 'tsconfig.dev.json', 'scripts/rehearsal/synthesize-changes.ts', this.changes], { env: this.emulator.environment() });
  }

  public async bootstrap(): Promise<void> {
    await this.cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  }

  /** Deploys an example as it is. */
  public async deploy(example: Example, paths: string[]): Promise<string> {
    await run('cdk', ['deploy', '--require-approval', 'never', '--output', join(this.folder, example)], {
      cwd: join(ROOT, 'examples', 'typescript', example),
      env: this.emulator.environment(),
    });
    return this.expectPaths(example, paths);
  }

  /** Deploys an example with a change. */
  public async update(example: Example, change: string, paths: string[]): Promise<string> {
    await this.cdk('deploy', STACKS[example], '--require-approval', 'never', '--app', join(this.changes, change));
    return this.expectPaths(example, paths);
  }

  /** Deploys an example with a change that is refused, after which everything is as it was. */
  public async updateInVain(example: Example, change: string, refusal: string): Promise<string> {
    const before = this.expected.get(example)!;
    const failure = await this.update(example, change, before).catch(error => error);
    if (!(failure instanceof CommandFailed) || !failure.message.includes(refusal)) { throw failure; }
    const { Stacks } = await this.cloudFormation.describeStacks({ StackName: STACKS[example] });
    const status = Stacks?.[0].StackStatus;
    if (status !== 'UPDATE_ROLLBACK_COMPLETE') { throw new Error(`the stack is ${status}`); }
    return `${status}, ${await this.expectPaths(example, before)}`;
  }

  public async destroy(example: Example): Promise<string> {
    await this.cdk('destroy', STACKS[example], '--force', '--app', join(this.folder, example));
    return this.expectPaths(example, []);
  }

  /** When both examples are destroyed. */
  public async expectNothing(): Promise<string> {
    const counts = Object.entries(countsIn(await readAccount(this.emulator)));
    const left = counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
    if (left.length > 0) { throw new Error(`left behind: ${left.join(', ')}`); }
    return `no ${counts.map(([what]) => what).join(', ')}`;
  }

  /** What happened all along: no request could fail, and no function had to complain. */
  public async expectNoGap(): Promise<string> {
    const journal = this.journal();
    const { violations, counts } = new Replay(journal);
    const complaints = this.logged().filter(line => 'error' in JSON.parse(line));
    if (violations.length + complaints.length > 0) { throw new Error([...violations, ...complaints].join('\n')); }
    return Object.entries(SEEN).map(([event, what]) => {
      if (!counts[event]) { throw new Error(`no ${what} in the journal`); }
      return `${counts[event]} ${what}`;
    }).join(', ');
  }

  /** What CloudFormation and the functions say about a failure. */
  public async diagnosis(): Promise<string[]> {
    const events = await Promise.all(Object.values(STACKS).map(async StackName =>
      (await this.cloudFormation.describeStackEvents({ StackName }).catch(() => ({ StackEvents: [] }))).StackEvents ?? []));
    const failures = events.flat().filter(({ ResourceStatus }) => ResourceStatus!.endsWith('_FAILED'));
    return [
      ...failures.map(({ StackName, LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
        `${StackName} ${LogicalResourceId} ${ResourceStatus}: ${ResourceStatusReason}`),
      ...this.logged().slice(-LAST_LOG_LINES),
    ];
  }

  private async cdk(...args: string[]): Promise<void> {
    await run('cdk', args, { env: this.emulator.environment() });
  }

  private journal(): Entry[] {
    return this.emulator.journal().map(line => JSON.parse(line));
  }

  /** What our function logged, without what others write into its log. */
  private logged(): string[] {
    return this.journal().flatMap(entry => entry.event === 'log' && entry.line.startsWith('{"decision"') ? [entry.line] : []);
  }

  private async expectPaths(example: Example, paths: string[]): Promise<string> {
    this.expected.set(example, paths);
    const expected = [...this.expected.values()].flat().sort();
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = pathsIn(await readAccount(this.emulator));
      if (found.join('\n') === expected.join('\n')) { return `${paths.length} paths as they must be`; }
      if (Date.now() >= end) { throw new Error(differences(expected, found)); }
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function differences(expected: string[], found: string[]): string {
  return [
    ...expected.filter(line => !found.includes(line)).map(line => `missing: ${line}`),
    ...found.filter(line => !expected.includes(line)).map(line => `instead: ${line}`),
  ].join('\n');
}
