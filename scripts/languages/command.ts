import { spawn } from 'node:child_process';

/** Lines of a command's output that the report of its failure shows. */
const LAST_LINES = 40;

/** Runs a command to its end, as a shell does; its output is shown when it fails only. */
export async function run(command: string, { cwd, env = process.env }: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<string> {
  const child = spawn(command, { cwd, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill();
  process.once('exit', end);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', chunk => { stdout += chunk; });
  child.stderr.on('data', chunk => { stderr += chunk; });
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  process.off('exit', end);
  if (status !== 0) {
    const output = `${stdout}\n${stderr}`.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    throw new Error(`${command}\nin ${cwd} ended with exit status ${status}:\n${output}`);
  }
  return stdout;
}

/** Whether a command is there and answers. */
export async function answers(command: string): Promise<boolean> {
  return run(command, { cwd: '.' }).then(() => true, () => false);
}

/** A word of a command line. */
export function quoted(word: string): string {
  return process.platform === 'win32' ? `"${word}"` : `'${word.replace(/'/g, '\'\\\'\'')}'`;
}
