import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILES = { typescript: 'API.md', python: 'docs/api/python.md', java: 'docs/api/java.md' };
const REFERENCES = Object.entries(FILES).map(([language, file]): [string, string] => [language, readFileSync(join(__dirname, '..', '..', file), 'utf8')]);
const TRANSLATIONS = REFERENCES.filter(([language]) => language !== 'typescript');

/** The examples, with the language that each is marked with. */
const examplesOf = (reference: string) => [...reference.matchAll(/^\*Example\*\n\n```(\w*)\n(.*?)^```/gms)].map(([, language, code]) => ({ language, code }));
const [, TYPESCRIPT] = REFERENCES.find(([language]) => language === 'typescript')!;
const LINES = new Set(examplesOf(TYPESCRIPT).flatMap(({ code }) => code.split('\n')).filter(line => /\w.*\W.*\w/.test(line) && !line.startsWith('//')));

const typesOf = (reference: string) => [...reference.matchAll(/^### (\w+)/gm)].map(([, name]) => name);

describe.each(REFERENCES)('the reference for %s', (language, reference) => {
  test('has all types', () => {
    expect(typesOf(reference)).toEqual(typesOf(TYPESCRIPT));
    expect(typesOf(reference)).toContain('InternalAlb');
  });

  test('has all examples, in its language', () => {
    expect(examplesOf(reference).map(example => example.language)).toEqual(examplesOf(TYPESCRIPT).map(() => language));
    expect(examplesOf(reference).length).toBeGreaterThanOrEqual(10);
  });

  test('has no link within it that leads nowhere', () => {
    const ids = new Set([...reference.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    expect([...reference.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id).filter(id => !ids.has(id))).toEqual([]);
  });
});

test.each(TRANSLATIONS)('no line of an example for %s is left in TypeScript', (_, reference) => {
  const left = examplesOf(reference).flatMap(({ code }) => code.split('\n')).filter(line => LINES.has(line) || /\b(declare|const|let)\b|=>|\w: \w.*,$/.test(line.replace(/(#|\/\/).*/, '')));
  // what says the same in both languages
  expect(left.filter(line => line !== 'Validations.of(app).addPlugins(new ReachabilityChecks());')).toEqual([]);
});

test('the reference for Python names the types of maps as Python does, and imports nothing twice', () => {
  const [, python] = REFERENCES.find(([language]) => language === 'python')!;
  expect(python).toContain('typing.Mapping[str, ');
  expect(python).not.toMatch(/typing\.Mapping\[(?!str, )/);
  const imports = [...python.matchAll(/^from \S+ import (.*)$/gm)].map(([, names]) => names.split(', '));
  expect(imports.filter(names => new Set(names).size < names.length)).toEqual([]);
});

/* Of what jsii-rosetta is known to get wrong: see scripts/site/tabs.ts, which mends it for the guide; here examples do without it. */
test('no example for Java reads a property without its getter on the way to a method, or loops through objects without a type', () => {
  const [, java] = REFERENCES.find(([language]) => language === 'java')!;
  const examples = examplesOf(java).map(({ code }) => code).join('\n');
  expect(examples).not.toMatch(/(?<![\w.])[a-z]\w*\.[a-z]\w*\.[a-z]\w*\(/);
  expect(examples).not.toMatch(/for \(Object /);
});
