import { spawnSync } from 'node:child_process';

/** Lines of a command's output that the report of its failure shows. */
const LAST_LINES = 40;

/** Bytes of output that a command may print. */
const MAX_OUTPUT = 100_000_000;

/** Runs a command to its end, as a shell does; its output is shown when it fails only. */
export function run(command: string, { cwd, env = process.env }: { cwd: string; env?: NodeJS.ProcessEnv }): string {
  const { status, stdout, stderr, error } = spawnSync(command, { cwd, env, shell: true, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: MAX_OUTPUT });
  if (error || status !== 0) {
    const output = `${stdout}\n${stderr}`.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    throw new Error(`${command}\nin ${cwd} ended with ${error?.message ?? `exit status ${status}`}:\n${output}`);
  }
  return stdout;
}

/** Whether a command is there and answers. */
export function answers(command: string): boolean {
  return spawnSync(command, { shell: true, stdio: 'ignore' }).status === 0;
}

/** A word of a command line. */
export function quoted(word: string): string {
  return process.platform === 'win32' ? `"${word}"` : `'${word.replace(/'/g, '\'\\\'\'')}'`;
}
