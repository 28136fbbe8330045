const MODULUS = 2 ** 31 - 1;

/** Reproducible randomness (Park and Miller's generator): a test that fails under one seed fails again under it. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = 1 + Math.abs(Math.trunc(seed)) % (MODULUS - 1);
    this.below(1); // the first number of neighbouring seeds hardly differs
  }

  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number {
    this.state = this.state * 48271 % MODULUS;
    return Math.floor(this.state / MODULUS * limit);
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }
}
