import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { folderWith, removeFolders } from './util';
import { LoadError, loadPaths } from '../../../src/reachability/load';

afterAll(removeFolders);

function assembly(): string {
  const app = new App({ outdir: folderWith(), postCliContext: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true } });
  for (const stack of [new Stack(app, 'Web'), new Stack(new Stage(app, 'Prod'), 'Web')]) {
    new sns.Topic(new NestedStack(stack, 'Inner'), 'Topic');
  }
  return app.synth().directory;
}

const folder = assembly();
const files = (readdirSync(folder, { recursive: true }) as string[]).filter(name => name.endsWith('.json') && !name.endsWith('tree.json')).sort();
const originals = new Map(files.map(file => [file, readFileSync(join(folder, file), 'utf8')]));

/** Names that mean something to the reader, with values that they do not have. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, 0, '', '.', '..', '/', '\0', '../../..', 'manifest.json', 'Web.template.json', [], {}, [[]], true, 'aws://a/b', 'cdk:cloud-assembly'),
  fc.jsonValue({ maxDepth: 3 }),
);

/** All places in a value. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) { return [path]; }
  return [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))];
}

function replaced(value: any, [first, ...rest]: (string | number)[], by: unknown): unknown {
  if (first === undefined) { return by; }
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[first] = replaced(value[first], rest, by);
  return copy;
}

function read(): void {
  try {
    for (const source of loadPaths([folder])) {
      expect(typeof source.stack).toBe('string');
      expect(source.file!.startsWith(folder)).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof LoadError)) { throw error; }
  }
}

test('assemblies with strange values anywhere are read or refused, and nothing outside of them is', () => {
  fc.assert(fc.property(fc.constantFrom(...files), fc.nat(), strange, (file, place, value) => {
    const original = JSON.parse(originals.get(file)!);
    // the report on feature flags, most of the manifest, is not looked at
    if (original.artifacts) { delete original.artifacts['aws-cdk-lib/feature-flag-report']; }
    const all = places(original);
    try {
      writeFileSync(join(folder, file), JSON.stringify(replaced(original, all[place % all.length], value)) ?? '');
      read();
    } finally {
      writeFileSync(join(folder, file), originals.get(file)!);
    }
  }), { numRuns: 500 });
});

test('assemblies with files that are cut, or garbled, are read or refused', () => {
  fc.assert(fc.property(fc.constantFrom(...files), fc.nat(), fc.nat({ max: 20 }), fc.string(), (file, place, length, text) => {
    const original = originals.get(file)!;
    const at = place % original.length;
    try {
      writeFileSync(join(folder, file), original.slice(0, at) + text + original.slice(at + length));
      read();
    } finally {
      writeFileSync(join(folder, file), original);
    }
  }), { numRuns: 300 });
});
