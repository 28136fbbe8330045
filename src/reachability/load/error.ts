/** What was given to read cannot be read; the message names the file and what is expected. */
export class LoadError extends Error {
  constructor(public readonly file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'LoadError';
  }
}

/** What can be done without: `undefined` where it cannot be read. */
export function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LoadError) { return undefined; }
    throw error;
  }
}
