import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What users install: the peers with all that they bring, and the parser that is in our package. */
const INSTALLED = '#aws-cdk-lib, #aws-cdk-lib *, #constructs, :root > #yaml';

/** Licenses that ask for no more than their text to be kept. */
const LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Python-2.0', 'Unlicense'];

interface Package {
  readonly location: string;
  readonly license?: string;
}

interface Audit {
  readonly vulnerabilities: { readonly [name: string]: { readonly severity: string; readonly nodes: string[] } };
}

function npm<T>(...args: string[]): { answer?: T; error: string } {
  const { stdout, stderr } = spawnSync('npm', args, { cwd: join(__dirname, '..'), encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 2 ** 28 });
  const error = (stderr || stdout).trim().split('\n')[0];
  try {
    const answer = JSON.parse(stdout);
    return answer.error ? { error } : { answer, error };
  } catch {
    return { error };
  }
}

/** Of several licenses one may be chosen. */
function isFree(license = ''): boolean {
  return license.replace(/^\(|\)$/g, '').split(' OR ').some(one => LICENSES.includes(one));
}

function main(): string[] {
  const { answer: packages, error } = npm<Package[]>('query', INSTALLED, '--package-lock-only');
  if (!packages) { throw new Error(`npm does not say what users install: ${error}`); }
  const strange = packages.filter(({ license }) => !isFree(license)).map(({ location, license }) => `${location}: has the license ${license}`);

  const { answer: audit, error: silence } = npm<Audit>('audit', '--json');
  if (!audit) {
    console.log(`Not asked for known holes, because the registry did not answer: ${silence}`);
    return strange;
  }
  const locations = new Set(packages.map(({ location }) => location));
  const holes = Object.values(audit.vulnerabilities).flatMap(({ severity, nodes }) => nodes.filter(node => locations.has(node)).map(node => `${node}: has a known hole, ${severity}`));
  console.log(`Of ${packages.length} packages that users install ${holes.length} have known holes, and ${strange.length} a license that asks for more than its text.`);
  return [...strange, ...holes];
}

const wrong = main();
wrong.forEach(line => { console.error(line); });
process.exitCode = wrong.length > 0 ? 1 : 0;
