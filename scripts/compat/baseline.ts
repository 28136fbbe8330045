import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a new version is compared with. */
export interface Baseline {
  /** The package, packed. */
  readonly tarball: string;
  /** The state of the repository that has the examples of that version. */
  readonly ref: string;
}

/** The newest release on npm, or undefined if there never was one. Everything else, a registry out of reach for example, is an error. */
export function lastRelease(packageName: string, folder: string): Baseline | undefined {
  const { stdout, stderr } = spawnSync('npm', ['view', packageName, 'version', '--json'], { encoding: 'utf8' });
  const version = versionFrom(stdout, stderr);
  if (!version) { return undefined; }

  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', `${packageName}@${version}`, '--pack-destination', folder, '--silent'], { encoding: 'utf8' });
  return { tarball: join(folder, packed.trim()), ref: `v${version}` };
}

/** Reads what `npm view … version --json` prints. */
export function versionFrom(stdout: string, stderr: string): string | undefined {
  let answer: any;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw new Error(`npm told no version: ${stderr.trim() || 'it said nothing'}`);
  }
  if (typeof answer === 'string') { return answer; }
  if (answer.error?.code === 'E404') { return undefined; }
  throw new Error(`npm told no version: ${answer.error?.code ?? ''} ${answer.error?.summary ?? stdout}`);
}
