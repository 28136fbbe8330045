/** What users download, and what an app takes longer to start. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiled, inProcess, interleaved, ROOT, WORK } from './measure';
import { compared, number, table } from './table';

const RUNS = 11;

interface Load {
  readonly cdkMs: number;
  readonly libraryMs: number;
  readonly mb: number;
}

interface Tarball {
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

export function packageSize(): string {
  const pack = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: process.platform === 'win32',
  });
  const [ours]: Tarball[] = JSON.parse(pack);

  const script = compiled('package-run');
  const same = inProcess<string[]>(script);
  const list = join(WORK, 'loaded-before.json');
  writeFileSync(list, JSON.stringify(same));
  const { load } = interleaved<'load', Load>({ load: () => inProcess(script, list) }, RUNS);

  return `## The package

The tarball of the npm package has ${number(ours.size / 1024)} kB, unpacked ${number(ours.unpackedSize / 1024)} kB in ${ours.entryCount} files, and brings no other packages.

An app that has loaded the ${number(same.length)} files of aws-cdk-lib that the library needs takes this much longer to start, in milliseconds of the processor:

${table(['', 'library', 'aws-cdk-lib', 'ratio'], [compared('loading', load.libraryMs, load.cdkMs, 'ms', 1)])}
`;
}
