/**
 * What a release takes from CHANGELOG.md, which is written by hand: `version` prints the version of the first section,
 * `notes FILE` writes the section's text. Both fail while something of it is missing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part that every version has: what updating to it does to stacks that are deployed. */
export const DEPLOYED_STACKS = '### Deployed stacks';

export interface Section {
  readonly version: string;
  readonly notes: string;
}

export function newestSection(changelog: string): Section {
  const [, ...sections] = changelog.split(/^## /m);
  const [newest, before] = sections.map(section => {
    const [heading, ...lines] = section.split('\n');
    return { version: heading.trim(), notes: lines.join('\n').trim() };
  });
  if (!newest || !/^\d+\.\d+\.\d+$/.test(newest.version)) {
    throw new Error(`the first section of CHANGELOG.md must be named by the version to release, like '## 0.2.0', got: '${newest?.version}'`);
  }
  if (!new RegExp(`^${DEPLOYED_STACKS}\\n+[^#\\s]`, 'm').test(newest.notes)) {
    throw new Error(`the section of ${newest.version} in CHANGELOG.md must say under '${DEPLOYED_STACKS}' what an update does to them, even if that is nothing`);
  }
  if (before && !isNewer(newest.version, before.version)) {
    throw new Error(`${newest.version} must be newer than ${before.version}, the section after it in CHANGELOG.md`);
  }
  return newest;
}

function isNewer(version: string, before: string): boolean {
  const [a, b] = [version, before].map(one => one.split('.').map(Number));
  const different = a.findIndex((part, i) => part !== b[i]);
  return different >= 0 && a[different] > b[different];
}

function main([command, file]: string[]): void {
  const root = join(__dirname, '..');
  const { version, notes } = newestSection(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'));
  if (command === 'notes') {
    writeFileSync(file, `${notes}\n`);
  } else if (execFileSync('git', ['tag', '--list', `v${version}`], { cwd: root, encoding: 'utf8' }).trim() !== '') {
    throw new Error(`${version} is released already; CHANGELOG.md needs a section for the next version`);
  } else {
    console.log(version);
  }
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
