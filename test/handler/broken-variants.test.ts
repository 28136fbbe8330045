import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import * as fc from 'fast-check';
import { play } from './histories';
import { histories } from './histories-arbitrary';
import { type Invariant, INVARIANTS } from './simulation-checks';

/** More than enough for each of them. */
const RUNS = 300;
const HANDLER = join(__dirname, '../../src/handler');

/** A way to write the function that looks right: the pieces of its source that differ. */
interface Variant {
  readonly name: string;
  readonly file: string;
  readonly pieces: [string, string][];
  /** What the histories say of it. */
  readonly breaks: Invariant;
}

const VARIANTS: Variant[] = [
  {
    name: 'takes the old targets out before it registers the new ones',
    file: 'registration',
    pieces: [['  await group.register(added,', '  await group.takeOut(removed, async () => true);\n  await group.register(added,']],
    breaks: 'lastHealthy',
  },
  {
    name: 'sees no change while the endpoint has the same id',
    file: 'registration',
    pieces: [[
      '  const { situation } = group;',
      '  const { situation } = group;\n  if (group.records.wanted?.endpointId === properties.EndpointId) { return desired; }',
    ]],
    breaks: 'exact',
  },
  {
    name: 'compares new and old targets by their place in a list',
    file: 'plan',
    pieces: [['unique(recorded).filter(target => !isOurs.has(targetKey(target)))', 'unique(recorded).slice(ours.length)']],
    breaks: 'exact',
  },
  {
    name: 'takes out whatever it does not want',
    file: 'plan',
    pieces: [['unique(recorded).filter(target => !isOurs', 'unique([...recorded, ...registered]).filter(target => !isOurs']],
    breaks: 'recorded',
  },
  {
    name: 'does not wait until the new targets are healthy',
    file: 'registration',
    pieces: [['const sick = await wait(run, properties, group, { added, removed, before });', 'const sick = undefined;']],
    breaks: 'lastHealthy',
  },
  {
    name: 'does not wait until the old targets have drained',
    file: 'target-group',
    pieces: [['const isDraining = without(targets, this.sick).some(target => this.health.isDraining(target));', 'const isDraining = false;']],
    breaks: 'interface',
  },
  {
    name: 'fails for health in a rollback too',
    file: 'registration',
    pieces: [['      if (isRollback) {\n', '      if (Number.isNaN(start)) {\n']],
    breaks: 'rollback',
  },
];

test.each(VARIANTS)('the histories find out a function that $name', async variant => {
  const bundle = await bundled(variant);
  const found: Invariant[] = [];
  const property = fc.asyncProperty(histories, fc.nat(1_000_000), async (history, seed) => {
    const { violations } = await play(history, seed, bundle);
    found.push(...violations.map(({ invariant }) => invariant));
    return !found.includes(variant.breaks);
  });
  const { failed } = await fc.check(property, { seed: 1, numRuns: RUNS, endOnFailure: true });
  expect([failed, found.map(invariant => INVARIANTS[invariant])]).toEqual([true, expect.arrayContaining([INVARIANTS[variant.breaks]])]);
}, 60_000);

async function bundled({ file, pieces }: Variant): Promise<string> {
  const path = join(HANDLER, `${file}.ts`);
  const plugin: Plugin = {
    name: 'variant',
    setup: ({ onLoad }) => onLoad({ filter: new RegExp(`handler/${file}\\.ts$`) }, () => {
      const source = readFileSync(path, 'utf8');
      const missing = pieces.filter(([piece]) => source.split(piece).length !== 2);
      if (missing.length > 0) { throw new Error(`${file}.ts does not have this exactly once: ${missing[0][0]}`); }
      return { contents: pieces.reduce((text, [piece, other]) => text.replace(piece, other), source), loader: 'ts' };
    }),
  };
  const { outputFiles } = await build({
    entryPoints: [join(HANDLER, 'custom-resources.lambda.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['@aws-sdk/*'],
    write: false,
    logLevel: 'silent',
    plugins: [plugin],
  });
  return outputFiles[0].text;
}
