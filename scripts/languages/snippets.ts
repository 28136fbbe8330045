import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LanguageTablet, TargetLanguage } from 'jsii-rosetta';
import { mendPython } from '../site/tabs';

/** An example of the README or of a docstring, as the site and PyPI show it to users of Python, in a module that a type checker can read. */
export interface Snippet {
  readonly name: string;
  readonly source: string;
}

/** All examples in Python. `npx projen rosetta` has translated them. */
export async function pythonSnippets(root: string): Promise<Snippet[]> {
  const tablet = await LanguageTablet.fromFile(join(root, '.jsii.tabl.json'));
  const prelude = pythonImports(readFileSync(join(root, 'rosetta', 'default.ts-fixture'), 'utf8'));
  return tablet.snippetKeys.map((key, index) => ({
    name: `snippet_${index}`,
    source: pythonModule(prelude, tablet.tryGetSnippet(key)!.get(TargetLanguage.PYTHON)!.source),
  }));
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
