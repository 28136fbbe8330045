export const START = Date.UTC(2026, 0, 1);

interface Timer {
  readonly time: number;
  readonly action: () => void;
  /** Whether somebody waits for it, so that time may pass until then. */
  readonly awaited: boolean;
}

/** Time that passes only when a test advances it, or when a process sleeps. */
export class Clock {
  /** What a process takes for `Date`. */
  readonly date = { now: () => this.now() };
  private time = START;
  /** By time, and in the order of arrival at the same time. */
  private readonly timers: Timer[] = [];
  private readonly watchers: (() => void)[] = [];
  private passing = false;

  now(): number {
    return this.time;
  }

  /** Lets time pass, with all that happens meanwhile. */
  advance(milliseconds: number): void {
    this.advanceTo(this.time + milliseconds);
  }

  /** Something that happens in so many milliseconds. Time does not pass for its sake. */
  at(milliseconds: number, action: () => void): void {
    this.add(milliseconds, action, false);
  }

  /** What a process takes for `setTimeout`: while all who run do nothing but wait, time passes until the first of them is due. */
  readonly setTimeout = (callback: () => void, milliseconds = 0): object => {
    const timer = this.add(milliseconds, callback, true);
    this.pass();
    return timer;
  };

  clearTimeout(timer: object): void {
    const index = this.timers.indexOf(timer as Timer);
    if (index >= 0) { this.timers.splice(index, 1); }
  }

  async sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.setTimeout(resolve, milliseconds));
  }

  /** Runs before time moves on and after it has, so that what changes at a moment is noticed at that moment. */
  watch(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  private add(milliseconds: number, action: () => void, awaited: boolean): Timer {
    const time = this.time + Math.max(0, milliseconds);
    let index = this.timers.length;
    while (index > 0 && this.timers[index - 1].time > time) { index--; }
    const timer = { time, action, awaited };
    this.timers.splice(index, 0, timer);
    return timer;
  }

  private advanceTo(time: number): void {
    while (this.timers.length > 0 && this.timers[0].time <= time) {
      const { time: due, action } = this.timers.shift()!;
      this.moveTo(due);
      action();
    }
    this.moveTo(time);
  }

  private moveTo(time: number): void {
    if (time <= this.time) { return; }
    this.watchers.forEach(watcher => watcher());
    this.time = time;
    this.watchers.forEach(watcher => watcher());
  }

  /** One timer for each turn of the event loop: whoever is woken runs until it waits again. */
  private pass(): void {
    if (this.passing) { return; }
    this.passing = true;
    setImmediate(() => {
      this.passing = false;
      const next = this.timers.findIndex(timer => timer.awaited);
      if (next < 0) { return; }
      for (const { time, action } of this.timers.splice(0, next + 1)) {
        this.moveTo(time);
        action();
      }
      if (this.timers.some(timer => timer.awaited)) { this.pass(); }
    });
  }
}

/** So many calls at once, and so many a second after that. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(private readonly clock: Clock, private readonly capacity: number, private readonly perSecond: number) {
    this.tokens = capacity;
    this.filledAt = clock.now();
  }

  take(): boolean {
    const now = this.clock.now();
    this.tokens = Math.min(this.capacity, this.tokens + (now - this.filledAt) / 1000 * this.perSecond);
    this.filledAt = now;
    if (this.tokens < 1) { return false; }
    this.tokens--;
    return true;
  }
}
