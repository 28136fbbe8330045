import { join } from 'node:path';
import { run as runCommand } from '../command';

const ROOT = join(__dirname, '..', '..');

/** Runs a command of node_modules to its end. */
export async function run(command: string, args: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }): Promise<void> {
  await runCommand(join(ROOT, 'node_modules', '.bin', command), args, { cwd: ROOT, ...options });
}
