import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as byHand from '../bench/by-hand';
import { linesOfClasses } from '../bench/lines';
import { buildSystem, ENV, newApp, Side } from '../bench/system';
import { quoting, ratiosIn } from '../bench/table';
import * as withLibrary from '../bench/with-library';
import { check } from '../src/reachability/check';

/** The stacks of a system, as the checker reads them. */
function stacksOf(side: Side, routes: number) {
  const app = newApp();
  buildSystem(app, side, routes);
  return app.synth().stacks.map(({ hierarchicalId: stack, stackName, template: body }) => ({ stack, stackName, ...ENV, body }));
}

const typesIn = (body: any): string[] => Object.values<{ Type: string }>(body.Resources).map(({ Type }) => Type).sort();

describe.each(Object.entries<Side>({ 'by hand': byHand, 'with the library': withLibrary }))('the system that is measured, %s,', (_, side) => {
  test('is one that works: each path is reachable to the instances', () => {
    const { paths, findings } = check(stacksOf(side, 2));
    expect(findings).toEqual([]);
    expect(paths.map(({ verdict }) => verdict)).toEqual(paths.map(() => 'reachable'));
    expect(paths.length).toBeGreaterThan(2);
  });
});

test('both sides publish the same, resource by resource', () => {
  const [theirs, ours] = [stacksOf(byHand, 2), stacksOf(withLibrary, 2)].map(stacks => typesIn(stacks.find(({ stack }) => stack === 'Team0')!.body));
  expect(ours).toEqual(theirs);
});

test('a route is six resources by hand and four with the library, which has as many functions', () => {
  const added = (side: Side) => {
    const [few, many] = [2, 5].map(routes => typesIn(stacksOf(side, routes).find(({ stack }) => stack === 'Hub')!.body));
    return { each: (many.length - few.length) / 3, functions: many.filter(type => type === 'AWS::Lambda::Function').length };
  };
  expect(added(byHand)).toEqual({ each: 6, functions: 2 });
  expect(added(withLibrary)).toEqual({ each: 4, functions: 2 });
});

test('what one writes is counted without blank lines and comments', () => {
  expect(Object.keys(linesOfClasses('by-hand.ts'))).toEqual(['Team', 'Hub']);
  const sum = (file: string) => Object.values(linesOfClasses(file)).reduce((a, b) => a + b, 0);
  expect(sum('with-library.ts')).toBeLessThan(sum('by-hand.ts') / 2);
});

test('the README quotes the ratios of the page that the benchmark writes', () => {
  const [readme, page] = ['README.md', 'docs/benchmarks.md'].map(file => readFileSync(join(__dirname, '..', file), 'utf8'));
  expect([...ratiosIn(readme)].filter(([what]) => ratiosIn(page).has(what)).length).toBeGreaterThan(5);
  expect(quoting(readme, page)).toBe(readme);
});

test('only the ratio of a quoted row changes', () => {
  const quote = '|       | ratio |\n|-------|------:|\n| lines |  0.30 |\n| other |  1.00 |';
  expect(quoting(quote, '| lines |     3 |    12 | 0.25 |\n| loads | 1 ms | 2 ms | 0.50 |')).toBe(quote.replace('0.30', '0.25'));
});
