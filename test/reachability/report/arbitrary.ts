import * as fc from 'fast-check';
import { report } from './fixtures';
import { Check, Cost, Costs, Finding, Hop, Node, NodeKind, Path, Verdict } from '../../../src/reachability/contract';

/** Texts that templates may hold and that mean something to a browser or a terminal. */
export const HOSTILE = [
  '<script>alert(1)</script>', '</script><img src=x onerror=alert(1)>', '"><svg/onload=alert(1)>', "' onmouseover='alert(1)", '&lt;b&gt;', '</style></pre></details>',
  '<!--', ']]>', '${7*7}', '{{constructor}}', 'javascript:alert(1)', '\u2028\u2029', '\u001b[31mred\u001b]8;;https://example.com\u0007', '\u202etxt.exe', '\u0000', '\ud800', '\ufeff',
  'line\nline\r\nline', '__proto__', 'constructor', '', ' ', 'x'.repeat(5000), '/a/b/'.repeat(200),
];

const hostile = fc.constantFrom(...HOSTILE);
const text = fc.oneof(hostile, fc.string({ unit: 'binary' }), fc.tuple(hostile, fc.string()).map(parts => parts.join('')));
const verdict = fc.constantFrom<Verdict>('reachable', 'blocked', 'unknown');
const KINDS: NodeKind[] = ['internet', 'cidr', 'vpc', 'security-group', 'name', 'alb', 'nlb', 'endpoint', 'endpoint-service',
  'instance', 'auto-scaling-group', 'ecs-service', 'function', 'address', 'other'];

const node: fc.Arbitrary<Node> = fc.record({ kind: fc.constantFrom(...KINDS), label: text, stack: text, logicalId: text, constructPath: text },
  { requiredKeys: ['kind', 'label'] });
const id = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', '__proto__'), text.filter(value => value !== ''));
const check: fc.Arbitrary<Check> = fc.record({ name: text, verdict, detail: text, finding: id }, { requiredKeys: ['name', 'verdict', 'detail'] });
const hop: fc.Arbitrary<Hop> = fc.record({
  from: node, to: node, traffic: fc.oneof(text, fc.constant('TCP 80')), rule: text, verdict, checks: fc.array(check, { maxLength: 3 }),
}, { requiredKeys: ['from', 'to', 'traffic', 'verdict', 'checks'] });
const path: fc.Arbitrary<Path> = fc.record({ id, source: node, destination: node, promise: text, verdict, hops: fc.array(hop, { maxLength: 3 }) });
const merge = fc.dictionary(text, fc.oneof(fc.jsonValue(), text), { maxKeys: 3 });
const fix = fc.record({ text, patches: fc.array(fc.record({ stack: text, merge }), { maxLength: 2 }) });
const finding: fc.Arbitrary<Finding> = fc.record({
  id,
  code: text,
  severity: fc.constantFrom('error', 'warning'),
  stack: text,
  logicalId: text,
  constructPath: text,
  location: text,
  reason: text,
  fix,
  paths: fc.array(id, { maxLength: 3 }),
  accepted: fc.boolean(),
}, { requiredKeys: ['id', 'code', 'severity', 'stack', 'logicalId', 'reason', 'fix', 'paths'] });

const quantity = { atLeast: fc.nat(), atMost: fc.nat() };
const cost: fc.Arbitrary<Cost> = fc.record({
  what: text,
  per: fc.constantFrom('hour', 'month', 'use'),
  measure: text,
  ...quantity,
  notes: fc.array(text, { maxLength: 2 }),
  page: text,
  parts: fc.array(fc.record({ stack: text, logicalId: text, constructPath: text, ...quantity }, { requiredKeys: ['stack', 'logicalId', 'atLeast'] }), { maxLength: 2 }),
}, { requiredKeys: ['what', 'per', 'atLeast', 'notes', 'page', 'parts'] });
const types = fc.array(fc.record({ type: text.filter(value => value !== ''), ...quantity }), { maxLength: 2 });
const costs: fc.Arbitrary<Costs> = fc.record({
  billed: fc.array(cost, { maxLength: 3 }), free: types, notKnown: types, notes: fc.array(text, { maxLength: 2 }),
});

/** Any report that the types allow, whatever templates put into it. */
export const anyReport = fc.tuple(fc.array(path, { maxLength: 4 }), fc.array(finding, { maxLength: 4 }), costs)
  .map(([paths, findings, bill]) => report(paths, findings, bill));
