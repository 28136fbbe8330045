import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Lines of a command's output that a report of its failure shows. */
const LAST_LINES = 25;

/** A command that ended badly. */
export class CommandFailed extends Error {}

/** Runs a command of node_modules to its end. */
export async function run(command: string, args: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }): Promise<void> {
  const child = spawn(join(ROOT, 'node_modules', '.bin', command), args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill();
  process.once('exit', end);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) { stream.on('data', chunk => { output += chunk; }); }
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  process.off('exit', end);
  if (code !== 0) { throw new CommandFailed(`${command} ${args.join(' ')} failed:\n${output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`); }
}
