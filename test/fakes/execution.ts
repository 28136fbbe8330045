import { Clock } from './clock';
import type { Handler } from './cloudformation';

/** What a run ends with from outside when its process was killed; the run itself notices nothing. */
export class Killed extends Error {
  constructor() {
    super('The process was killed');
  }
}

type Require = (name: string) => unknown;
type Console = Pick<typeof globalThis.console, 'log'>;
type Evaluate = (
  require: Require, module: object, exports: object, setTimeout: Clock['setTimeout'], Date: Clock['date'], console: Console,
) => void;
type Lambda = (event: Parameters<Handler>[0], context?: object) => ReturnType<Handler>;

const compiled = new Map<string, Evaluate>();

/** One process: it has the clock for its time, and can be killed. */
export class Execution {
  /** Set once the process is dead. */
  dead = false;
  private calls = 0;
  private killedAt?: { readonly call: number; readonly when: 'beforeEffect' | 'afterEffect' };
  private onDeath?: () => void;
  private readonly death: Promise<never>;

  constructor(private readonly clock: Clock) {
    this.death = new Promise((_, reject) => { this.onDeath = () => reject(new Killed()); });
    this.death.catch(() => undefined);
  }

  /** Kills the process at its n-th call from now on (from 1). */
  killAt(call: number, when: 'beforeEffect' | 'afterEffect' = 'beforeEffect'): void {
    this.killedAt = { call: this.calls + call, when };
  }

  /** Whether it is dead or will be. */
  get isDoomed(): boolean {
    return this.dead || this.killedAt !== undefined;
  }

  kill(): void {
    this.dead = true;
    this.onDeath?.();
  }

  /** Evaluates a bundle as a new process would. A run of a killed process rejects with `Killed`. */
  load(bundle: string, require: Require, console: Console = globalThis.console): Lambda {
    const module = { exports: {} as { handler: Lambda } };
    const evaluate = compiled.get(bundle) ?? new Function('require', 'module', 'exports', 'setTimeout', 'Date', 'console', bundle) as Evaluate;
    compiled.set(bundle, evaluate);
    evaluate(require, module, module.exports, this.setTimeout.bind(this), this.clock.date, console);
    return async (event, context) => Promise.race([module.exports.handler(event, context), this.death]);
  }

  /** What the process takes for `setTimeout`; a dead one is woken by nothing. */
  setTimeout(callback: () => void, milliseconds?: number): object {
    return this.clock.setTimeout(() => { if (!this.dead) { callback(); } }, milliseconds);
  }

  /** Whether the process does not get as far as making the call. */
  diesBefore(): boolean {
    this.calls++;
    if (this.killedAt?.call === this.calls && this.killedAt.when === 'beforeEffect') { this.kill(); }
    return this.dead;
  }

  diesAfter(): boolean {
    if (this.killedAt?.call === this.calls && !this.dead) { this.kill(); }
    return this.dead;
  }
}
