/**
 * Installs the packages for TypeScript, Python and Java as their users do, synthesizes the examples and the README's first stack in each
 * language, compares what would be deployed, and runs the tests that are written in Python and Java. The packages are in `dist/`.
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

function step<T>(title: string, action: () => T): T {
  const start = Date.now();
  const result = action();
  console.log(`${((Date.now() - start) / 1_000).toFixed(1).padStart(6)} s  ${title}`);
  return result;
}

function compare(languages: Language[], app: string): void {
  const assemblies = languages.map(language => ({ language, files: step(`${app} in ${language.name}`, () => deployed(language.synthesize(app))) }));
  const [first, ...others] = assemblies;
  for (const { language, files } of others) {
    const found = differences(first.files, files);
    if (found.length > 0) { throw new Error(`${app}: ${language.name} (second) differs from ${first.language.name} (first):\n${found.join('\n')}`); }
  }
  console.log(`          identical in ${languages.map(({ name }) => name).join(', ')}:`);
  for (const [file, content] of first.files) { console.log(`            ${file}: ${fingerprint(content)}`); }
}

function main(work: string): void {
  const languages = [new TypeScript(work), new Python(work), new Java(work)];
  const missing = languages.flatMap(language => language.missing() ?? []);
  if (missing.length > 0) { throw new Error(`To be installed first: ${missing.join('; ')}.`); }

  console.log(`\nWith aws-cdk-lib ${CDK_VERSION} in ${work}:\n`);
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const language of languages) {
    step(`installed for ${language.name}`, () => language.install());
    language.write(FIRST_STACK, firstStack(readme, language.fence));
  }
  for (const app of [...readdirSync(join(ROOT, 'examples', 'typescript')), FIRST_STACK]) { compare(languages, app); }
  for (const language of languages) {
    const result = step(`tests in ${language.name}`, () => language.test());
    console.log(`          ${result ?? '(those of the repository)'}`);
  }
}

// outside the repository, so that nothing is found in its node_modules
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'languages-'));
main(folder);
rmSync(folder, { recursive: true, maxRetries: 3 });
