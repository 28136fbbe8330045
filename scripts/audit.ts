import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What npm answers of known holes in what users install: the peers, and what comes with them. */
interface Audit {
  readonly vulnerabilities?: { readonly [name: string]: { readonly severity: string } };
  readonly metadata?: { readonly dependencies: { readonly total: number } };
}

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: join(__dirname, '..'), encoding: 'utf8', shell: process.platform === 'win32' });
let audit: Audit = {};
try {
  audit = JSON.parse(stdout);
} catch {
  // no answer, which is told below
}
if (audit.vulnerabilities === undefined) {
  console.log(`The registry could not be asked for known holes: ${(stderr || stdout).trim().split('\n')[0]}`);
} else {
  const found = Object.entries(audit.vulnerabilities).map(([name, { severity }]) => `${name}: ${severity}`);
  console.log(found.length > 0 ? found.join('\n') : 'No hole is known in what users install.');
  process.exitCode = found.length > 0 ? 1 : 0;
}
