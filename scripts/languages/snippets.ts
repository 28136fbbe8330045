import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LanguageTablet, TargetLanguage } from 'jsii-rosetta';
import { mendJava, mendPython } from '../site/tabs';

/** All examples of the README and of docstrings in a language, as the site shows them. `npx projen rosetta` has translated them. */
async function snippets(root: string, language: TargetLanguage): Promise<string[]> {
  const tablet = await LanguageTablet.fromFile(join(root, '.jsii.tabl.json'));
  return tablet.snippetKeys.map(key => tablet.tryGetSnippet(key)!.get(language)!.source);
}

/** What stands around an example so that it compiles. */
function fixtureIn(root: string): string {
  return readFileSync(join(root, 'rosetta', 'default.ts-fixture'), 'utf8');
}

/** All examples in Python, each a module that a type checker can read. */
export async function pythonSnippets(root: string): Promise<string[]> {
  const prelude = pythonImports(fixtureIn(root));
  return (await snippets(root, TargetLanguage.PYTHON)).map(code => pythonModule(prelude, code));
}

/** All examples in Java, each a file with a class of the name that `nameOf` gives it. */
export async function javaSnippets(root: string, nameOf: (index: number) => string): Promise<string[]> {
  const prelude = javaImports(fixtureIn(root));
  return (await snippets(root, TargetLanguage.JAVA)).map((code, index) => javaClass(prelude, nameOf(index), code));
}

/** The imports of the fixture, in Python. */
export function pythonImports(fixture: string): string {
  const moduleOf = (name: string) => name.replace(/^aws-cdk-lib/, 'aws_cdk').replace(/-/g, '_');
  const lines = [...fixture.matchAll(/^import (?:\* as (\w+)|\{([^}]*)\}) from '([^']+)';/gm)].map(([, all, some, name]) => all
    ? `from aws_cdk import ${moduleOf(name.split('/')[1])} as ${all === 'lambda' ? 'lambda_' : all}`
    : `from ${moduleOf(name)} import ${some.split(',').map(one => one.trim()).filter(one => one !== '').join(', ')}`);
  return ['from typing import Any, cast', ...lines].join('\n');
}

/** An example with what stands around it: what it declares is there, and `self` is a stack. */
export function pythonModule(prelude: string, code: string): string {
  const body = mendPython(code).replace(/^# (\w+): ([\w.]+(?:\[[\w., ]+\])?)$/gm, (_, name) => `${name} = cast(Any, None)`);
  const indented = body.split('\n').map(line => line === '' ? '' : `        ${line}`).join('\n');
  return `${prelude}\n\n\nclass Snippet(Stack):\n    def make(self) -> None:\n${indented}\n        return None\n`;
}

/** The imports of the fixture, in Java. The library's own are named one by one: some classes of the CDK have the same names. */
export function javaImports(fixture: string): string {
  const packageOf = (name: string) => name.replace(/^aws-cdk-lib/, 'software.amazon.awscdk').replace('/aws-', '.services.').replace('-', '.');
  const lines = [...fixture.matchAll(/^import (?:\* as \w+|\{([^}]*)\}) from '([^']+)';/gm)].flatMap(([, some, name]) => {
    if (name === 'constructs') { return ['software.constructs.*']; }
    if (name.startsWith('aws-cdk-lib')) { return [`${packageOf(name)}.*`]; }
    return ['*', ...some.split(',').map(one => one.trim()).filter(one => one !== '')].map(one => `io.github.cdkalbprivatelink.${one}`);
  });
  // a struct has a name in Java where TypeScript needs none
  return ['java.util.List', 'java.util.Map', 'software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions', ...OF_ELBV2.map(name => `software.amazon.awscdk.services.elasticloadbalancingv2.${name}`), ...lines].map(name => `import ${name};`).join('\n');
}

/** Names that other modules of the CDK have too. */
const OF_ELBV2 = ['HealthCheck', 'Protocol'];

/** An example with what stands around it: what it declares is there, and `this` is a stack. */
export function javaClass(prelude: string, name: string, code: string): string {
  const body = mendJava(code).replace(/^(\w+) (\w+);$/gm, '$1 $2 = null;').replace(/^public (?=class )/gm, '');
  return `${prelude}\n\nclass ${name} extends Stack {\n    void make() {\n${body.replace(/^(?=.)/gm, '        ')}\n    }\n}\n`;
}
