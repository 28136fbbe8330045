import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { History } from './histories-steps';
import { Simulation } from './simulation';
import type { Violation } from './simulation-checks';

/** The function that plays; another one, such as one with a change to be tried, by the environment. */
export const BUNDLE = process.env.HISTORIES_BUNDLE ?? join(__dirname, '../../assets/handler/custom-resources.lambda/index.js');

export interface Outcome {
  readonly violations: Violation[];
  /** What the function logged. */
  readonly log: string[];
  readonly calls: number;
}

/** Plays a history, and answers what was found. Stops after the step in which the first violation is found. */
export async function play(history: History, seed: number, bundle = readFileSync(BUNDLE, 'utf8')): Promise<Outcome> {
  const [stack, ...steps] = history;
  if (stack.step !== 'stack') { throw new Error('A history begins with the stack'); }
  const simulation = new Simulation(bundle, stack, seed);
  await simulation.deploy({ step: 'deploy', changes: [] });
  for (const step of steps) {
    if (simulation.isOver) { break; }
    switch (step.step) {
      case 'deploy': await simulation.deploy(step); break;
      case 'delete': await simulation.delete(step); break;
      case 'repair': await simulation.repair(step); break;
      case 'hand': simulation.byHand(step.route, step.what, step.zone); break;
      case 'tamper': simulation.tamper(step.route, step.zone); break;
      case 'outside': simulation.outside(step.route); break;
      case 'turn': simulation.turn(step.turns); break;
      case 'wait': await simulation.aws.clock.sleep(step.seconds * 1000); break;
      case 'stack': throw new Error('A history has one stack');
    }
  }
  await simulation.runs.settle();
  return { violations: simulation.checks.violations, log: simulation.runs.log, calls: simulation.aws.calls.length };
}
