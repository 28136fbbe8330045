import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';

const SOURCE = join(__dirname, '../../../src/reachability');
const text = (readdirSync(SOURCE, { recursive: true }) as string[]).filter(name => name.endsWith('.ts')).map(name => readFileSync(join(SOURCE, name), 'utf8')).join('\n');
const quoted = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(match => match[1]))].sort();

/** The types, properties and words that mean something to the checker: what its code quotes. */
export const TYPES = quoted(/'((?:AWS|Custom)::[A-Za-z0-9:]+)'/g);
export const PROPERTIES = quoted(/'([A-Z][A-Za-z0-9]+)'/g);
export const WORDS = quoted(/'([a-z][a-z-]*)'/g);

/** Names that are in every object of JavaScript, and in none of JSON unless somebody writes them. */
const OBJECT = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf'];
/** Few, so that random expressions meet. */
export const IDS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', ...OBJECT];

const scalars = fc.oneof(
  fc.constantFrom<unknown>('', ' ', '0', '80', 80, 0, -1, '-1', 65536, 1e300, 0.5, true, false, 'true', null, '10.0.0.0/8', '10.0.0.0/99', '::/0', '0.0.0.0/0', '999.0.0.1', '/', '*', '???',
    'arn:aws:elasticloadbalancing:ap-northeast-1:1:loadbalancer/net/a/b', 'sg-1', 'vpc-1', '{{resolve:ssm:/a}}', '${', '${A}', '${A.B.C}', '\0', '𝕏'),
  fc.constantFrom(...WORDS, ...IDS),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const name = fc.constantFrom(...IDS);
const FUNCTIONS = ['Ref', ...quoted(/'(Fn::[A-Za-z]+)'/g), 'Fn::ForEach::X', 'Fn::Transform', 'Fn::Nothing', 'Condition'];

/** Expressions over a few names, right and wrong, and what is none. */
export function strange(names: fc.Arbitrary<string> = name): fc.Arbitrary<unknown> {
  return fc.letrec<{ value: unknown; expression: unknown }>(tie => ({
    expression: fc.oneof(
      names.map(id => ({ Ref: id })),
      fc.tuple(names, fc.constantFrom('Arn', 'GroupId', 'CidrBlock', 'VpcId', 'Outputs.A', ...OBJECT)).map(argument => ({ 'Fn::GetAtt': argument })),
      names.map(id => ({ 'Fn::ImportValue': id })),
      names.map(id => ({ 'Fn::Sub': `a\${${id}}b\${${id}.Arn}` })),
      fc.tuple(names, tie('value'), tie('value')).map(argument => ({ 'Fn::If': argument })),
      fc.tuple(names, names, names).map(argument => ({ 'Fn::FindInMap': argument })),
      fc.tuple(fc.constantFrom('', ',', '/'), tie('value')).map(argument => ({ 'Fn::Split': argument })),
      fc.tuple(fc.constantFrom(',', ''), fc.array(tie('value'), { maxLength: 4 })).map(argument => ({ 'Fn::Join': argument })),
      fc.tuple(fc.constantFrom<unknown>(0, '1', -1, 'x'), tie('value')).map(argument => ({ 'Fn::Select': argument })),
      fc.tuple(fc.constantFrom(...FUNCTIONS), tie('value')).map(([fn, argument]) => ({ [fn]: argument })),
    ),
    value: fc.oneof({ depthSize: 'small', withCrossShrink: true },
      scalars,
      tie('expression'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...PROPERTIES), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      fc.dictionary(fc.constantFrom(...OBJECT), tie('value'), { maxKeys: 1, noNullPrototype: true }),
    ),
  })).value;
}
