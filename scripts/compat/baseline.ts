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

  const ref = `v${version}`;
  requireTag(ref);
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', `${packageName}@${version}`, '--pack-destination', folder, '--silent'], { encoding: 'utf8' });
  return { tarball: join(folder, packed.trim()), ref };
}

/** A version can be on npm without a tag: when its release was given up half-way, or its tags were not fetched. */
export function requireTag(ref: string, repository = process.cwd()): void {
  if (spawnSync('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { cwd: repository }).status !== 0) {
    throw new Error(`${ref.slice(1)} is on npm, and ${ref} is no tag here. Fetch the tags (git fetch --tags); if there is none, tag the commit that the version was built from.`);
  }
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
