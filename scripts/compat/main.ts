/**
 * Compares the library with its last release: the API, and what an update would do to stacks that are deployed.
 * `--package FILE.tgz --ref GITREF` compares with that package and the examples of that state of the repository instead.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './accepted';
import { Baseline, lastRelease } from './baseline';
import { Workplace } from './examples';
import { templateChanges } from './template-changes';

const ROOT = join(__dirname, '..', '..');
const WORK = join(ROOT, '.cache', 'compat');
const IGNORE_FILE = join(ROOT, '.compatignore');
const NAME: string = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).name;

function baseline(): Baseline | undefined {
  const { values } = parseArgs({ options: { package: { type: 'string' }, ref: { type: 'string' } } });
  if (!values.package !== !values.ref) {
    throw new Error('--package and --ref go together: the package of a version, and the state of the repository with its examples');
  }
  return values.package && values.ref ? { tarball: resolve(values.package), ref: values.ref } : lastRelease(NAME, join(WORK, 'npm'));
}

/** With `--error-on all`, because otherwise breaking what is marked as experimental is a warning. */
function sameApi(released: string): boolean {
  const args = [released, ROOT, '--keys', '--error-on', 'all', '--ignore-file', IGNORE_FILE];
  const { status, stderr, error } = spawnSync(join(ROOT, 'node_modules', '.bin', 'jsii-diff'), args, { encoding: 'utf8' });
  process.stdout.write(stderr);
  // 1 is a finding; anything else is no answer
  if (error || status === null || status > 1) {
    throw new Error(`jsii-diff ended with ${error?.message ?? status}`);
  }
  return status === 0;
}

function sameStacks(released: Workplace, present: Workplace): boolean {
  const [before, after] = [released.synthesize(), present.synthesize()];
  const ignored = existsSync(IGNORE_FILE) ? readFileSync(IGNORE_FILE, 'utf8') : '';
  const found = Object.keys(before).map(stack => ({ stack, ...templateChanges(stack, before[stack], after[stack]) }));

  for (const { stack, disruptive, others } of found) {
    const { refused, accepted } = judge(disruptive, ignored);
    console.log(`${stack}: ${Object.keys(before[stack].Resources).length} resources, ${refused.length} replaced or deleted or refused, `
      + `${accepted.length} accepted as such, ${others.length} new or updated in place`);
    refused.forEach(({ key, message }) => console.log(`  not accepted  ${key}\n                ${message}`));
    accepted.forEach(({ key, message }) => console.log(`  accepted      ${key}\n                ${message}`));
    others.forEach(message => console.log(`  harmless      ${message}`));
  }
  const { refused, idle } = judge(found.flatMap(({ disruptive }) => disruptive), ignored);
  idle.forEach(key => console.log(`.compatignore accepts what does not occur: ${key}`));
  return refused.length === 0;
}

function main(): boolean {
  const last = baseline();
  if (!last) {
    console.log(`${NAME} was never released: there is nothing to compare with.`);
    return true;
  }
  const released = new Workplace(join(WORK, 'released'), NAME).addExamples(ROOT, last.ref).addLibrary(last);
  const present = new Workplace(join(WORK, 'present'), NAME).addExamples(ROOT, last.ref).addLibrary({ folder: ROOT });

  console.log(`\nThe API, compared with that of ${last.tarball}`);
  const api = sameApi(released.library);
  console.log(api ? 'It is compatible.' : 'It is not compatible. What is meant to break goes to .compatignore, by the keys in brackets, and to CHANGELOG.md.');

  console.log(`\nThe examples of ${last.ref}, synthesized with the released library and with this one`);
  const stacks = sameStacks(released, present);
  console.log(stacks
    ? 'Updating keeps what is deployed, but for what is accepted above, if anything.'
    : 'Updating does not keep what is deployed. What is meant so goes to .compatignore, by these keys, and to CHANGELOG.md.');
  return api && stacks;
}

try {
  process.exitCode = main() ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
