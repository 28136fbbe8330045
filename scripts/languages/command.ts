import { run as runCommand } from '../command';

/** Runs a line as a shell does. */
export async function run(line: string, options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<string> {
  return runCommand(line, [], { ...options, shell: true });
}

/** Whether a command is there and answers. */
export async function answers(command: string): Promise<boolean> {
  return run(command, { cwd: '.' }).then(() => true, () => false);
}

/** A word of a command line. */
export function quoted(word: string): string {
  return process.platform === 'win32' ? `"${word}"` : `'${word.replace(/'/g, '\'\\\'\'')}'`;
}
