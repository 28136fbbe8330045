import fc from 'fast-check';
import { matches } from '../../../src/reachability/walk/rules';

/** Whether a pattern takes a text, by the definition of both wildcards. */
function takes(pattern: string, text: string): boolean {
  return new RegExp(`^${[...pattern].map(one => one === '*' ? '.*' : one === '?' ? '.' : one.replace(/[.+^${}()|[\]\\/-]/g, '\\$&')).join('')}$`, 's').test(text);
}

const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 7 });
/** Texts that a pattern takes. */
const instances = (pattern: string) => fc.tuple(...[...pattern].map(one => one === '*' ? fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 4 })
  : one === '?' ? fc.constantFrom('a', 'b', '/') : fc.constant(one))).map(parts => parts.join(''));

test('a pattern that covers another takes all that the other takes', () => {
  const pairs = fc.tuple(patterns, patterns).filter(([wide, narrow]) => matches(wide, narrow))
    .chain(([wide, narrow]) => fc.tuple(fc.constant(wide), fc.constant(narrow), instances(narrow)));
  fc.assert(fc.property(pairs, ([wide, narrow, text]) => takes(narrow, text) && takes(wide, text)), { numRuns: 500 });
});

test('a pattern covers a text without wildcards exactly when it takes it', () => {
  fc.assert(fc.property(patterns, fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 }), (pattern, text) => matches(pattern, text) === takes(pattern, text)), { numRuns: 500 });
});

test('a pattern covers itself, and * covers everything', () => {
  fc.assert(fc.property(patterns, pattern => matches(pattern, pattern) && matches('*', pattern)));
});

test('covering goes on: what covers a pattern covers what that covers', () => {
  const chains = fc.tuple(patterns, patterns, patterns).filter(([a, b, c]) => matches(a, b) && matches(b, c));
  fc.assert(fc.property(chains, ([a, , c]) => matches(a, c)), { numRuns: 200 });
});

test.each<[string, string, boolean]>([
  ['/vpc2/*', '/vpc2', false], ['/vpc2*', '/vpc2/*', true], ['/vpc2/*', '/vpc2/a/*', true], ['/vpc2/*', '/vpc*', false], ['/?', '/*', false], ['/*', '/?', true], ['/a?c', '/abc', true],
  ['/a?c', '/a*c', false], ['/a*c', '/a?c', true], ['/A', '/a', false], ['**', '*', true], ['', '', true], ['', '*', false], ['*', '', true], ['/a.c', '/abc', false],
])('%s covers %s: %p', (wide, narrow, expected) => { expect(matches(wide, narrow)).toBe(expected); });

test('long patterns full of wildcards take no time', () => {
  const started = performance.now();
  expect(matches(`${'*a'.repeat(60)}b`, `${'a*'.repeat(60)}`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
