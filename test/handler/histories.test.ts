import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { play } from './histories';
import { histories } from './histories-arbitrary';
import { REPLAYS } from './histories-replays';
import type { History } from './histories-steps';
import { INVARIANTS, type Violation } from './simulation-checks';

/** More of them, or others, by the environment: `HISTORIES=100000 HISTORIES_SEED=7 npx jest test/handler/histories`. */
const RUNS = Number(process.env.HISTORIES ?? 1_000);
const SEED = Number(process.env.HISTORIES_SEED ?? 1);
const MILLISECONDS_EACH = 200;

test(`${RUNS} random histories, in which everything happens at the wrong moment, break no promise`, async () => {
  const property = fc.asyncProperty(histories, fc.nat(1_000_000), async (history, seed) => {
    const { violations } = await play(history, seed);
    if (violations.length > 0) { throw new Error(described(violations)); }
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { seed: SEED, numRuns: RUNS });
  if (failed) { throw new Error(`${(errorInstance as Error).message}\n\nFor the list of replays:\n\n${replay(...counterexample!)}`); }
}, 60_000 + RUNS * MILLISECONDS_EACH);

test.each(REPLAYS)('replay: %s', async (_, seed, history) => {
  expect((await play(history, seed)).violations).toEqual([]);
});

function described(violations: Violation[]): string {
  return violations.map(({ invariant, what }) => `${INVARIANTS[invariant]}: ${what}`).join('\n');
}

/** A history as it stands in the list of replays. */
function replay(history: History, seed: number): string {
  return `  ['what happens', ${seed}, ${inspect(history, { depth: null, breakLength: 160, maxArrayLength: null }).replace(/\n/g, '\n  ')}],`;
}
