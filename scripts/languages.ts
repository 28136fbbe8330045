/**
 * Installs the packages for TypeScript, Python and Java as their users do, synthesizes the examples and the README's first stack in each
 * language, runs the tests that are written in Python and Java, and compares what would be deployed. The packages are in `dist/`.
 */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployed, differences, fingerprint } from './languages/compare';
import { Java } from './languages/java';
import { CDK_VERSION, Language, ROOT } from './languages/language';
import { Python } from './languages/python';
import { firstStack } from './languages/readme';
import { TypeScript } from './languages/typescript';

const FIRST_STACK = 'readme-first-stack';
const APPS = [...readdirSync(join(ROOT, 'examples', 'typescript')), FIRST_STACK];

/** The files that each app of a language would deploy. */
type Deployed = { [app: string]: Map<string, Buffer> };

async function step<T>(title: string, action: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const result = await action();
  console.log(`${((Date.now() - start) / 1_000).toFixed(1).padStart(6)} s  ${title}`);
  return result;
}

/** All that a user of a language does. */
async function use(language: Language): Promise<Deployed> {
  const { name } = language;
  await step(`${name}: installed`, () => language.install());
  language.write(FIRST_STACK, firstStack(readFileSync(join(ROOT, 'README.md'), 'utf8'), language.fence));
  const made: Deployed = {};
  for (const app of APPS) { made[app] = deployed(await step(`${name}: ${app}`, () => language.synthesize(app))); }
  const result = await step(`${name}: tests`, () => language.test());
  console.log(`          ${result}`);
  return made;
}

function compare(languages: Language[], all: Deployed[]): void {
  const [reference, ...others] = all;
  for (const app of APPS) {
    others.forEach((other, index) => {
      const found = differences(reference[app], other[app]);
      if (found.length > 0) { throw new Error(`${app}: ${languages[index + 1].name} (second) differs from ${languages[0].name} (first):\n${found.join('\n')}`); }
    });
    console.log(`\n${app} is identical in ${languages.map(({ name }) => name).join(', ')}:`);
    for (const [file, content] of reference[app]) { console.log(`  ${file}: ${fingerprint(content)}`); }
  }
}

async function main(): Promise<void> {
  // outside the repository, so that nothing is found in its node_modules
  const work = mkdtempSync(join(realpathSync(tmpdir()), 'languages-'));
  const languages = [new TypeScript(work), new Python(work), new Java(work)];
  const missing = (await Promise.all(languages.map(language => language.missing()))).filter(one => one !== undefined);
  if (missing.length > 0) { throw new Error(`To be installed first: ${missing.join('; ')}.`); }

  console.log(`\nWith aws-cdk-lib ${CDK_VERSION} in ${work}:\n`);
  compare(languages, await Promise.all(languages.map(use)));
  rmSync(work, { recursive: true, maxRetries: 3 });
}

main().catch(error => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
