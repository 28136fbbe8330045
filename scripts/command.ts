import { spawn, SpawnOptions } from 'node:child_process';

/** Lines of a command's output that the report of its failure shows. */
const LAST_LINES = 40;

/** A command that ended badly. */
export class CommandFailed extends Error {}

/** Runs a command to its end and returns what it wrote to its standard output; all of its output is shown when it fails only. */
export async function run(command: string, args: string[], options: Pick<SpawnOptions, 'cwd' | 'env' | 'shell'>): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill();
  process.once('exit', end);
  let [stdout, output] = ['', ''];
  child.stdout!.on('data', chunk => { stdout += chunk; output += chunk; });
  child.stderr!.on('data', chunk => { output += chunk; });
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  process.off('exit', end);
  if (status !== 0) {
    const last = output.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    throw new CommandFailed(`${[command, ...args].join(' ')}\nin ${options.cwd ?? process.cwd()} ended with exit status ${status}:\n${last}`);
  }
  return stdout;
}
