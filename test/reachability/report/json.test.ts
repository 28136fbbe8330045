import * as fc from 'fast-check';
import { anyReport } from './arbitrary';
import { BILL, fooBar, hub, mixed, report } from './fixtures';
import { errorsOf, SCHEMA } from './schema';
import { applyBaseline } from '../../../src/reachability/baseline';
import { Check, Cost, CostPart, Costs, Finding, Fix, Hop, Node, NodeKind, Patch, Path, Report, TypeCount } from '../../../src/reachability/contract';
import { formatJson } from '../../../src/reachability/report/json';

test.each([
  ['of the first example', fooBar()], ['of the second example', hub()], ['of both, some accepted', mixed()], ['of nothing', report([], [])], ['of what bills', report([], [], BILL)],
  ['with stale entries', applyBaseline(fooBar(), { version: '1', accepted: [{ id: 'gone' }] })],
])('the report %s is what its schema says', (_, given) => {
  expect(errorsOf(JSON.parse(formatJson(given)))).toEqual([]);
});

test('any report is what its schema says and comes back as it was', () => {
  fc.assert(fc.property(anyReport, given => {
    const read = JSON.parse(formatJson(given));
    expect(formatJson(read)).toBe(formatJson(given));
    expect(errorsOf(read)).toEqual([]);
  }), { seed: 7, numRuns: 100 });
});

test('the report ends with a line break', () => {
  expect(formatJson(fooBar())).toMatch(/[^\n]\n$/);
});

describe('the schema rejects', () => {
  type Change = (given: any) => void;
  test.each<[string, Change]>([
    ['another version', given => { given.version = '2'; }],
    ['a number as version', given => { given.version = 1; }],
    ['no summary', given => { delete given.summary; }],
    ['a negative count', given => { given.summary.blocked = -1; }],
    ['half a path', given => { given.summary.blocked = 0.5; }],
    ['a verdict that is none', given => { given.paths[0].verdict = 'perhaps'; }],
    ['a kind that is none', given => { given.paths[0].source.kind = 'server'; }],
    ['a path without id', given => { given.paths[0].id = ''; }],
    ['hops that are no list', given => { given.paths[0].hops = {}; }],
    ['a hop without traffic', given => { delete given.paths[0].hops[0].traffic; }],
    ['a check without detail', given => { delete given.paths[0].hops[0].checks[0].detail; }],
    ['a finding without fix', given => { delete given.findings[0].fix; }],
    ['a severity that is none', given => { given.findings[0].severity = 'info'; }],
    ['a patch that is a text', given => { given.findings[0].fix.patches[0].merge = '{}'; }],
    ['paths of a finding that are no ids', given => { given.findings[0].paths = [{}]; }],
    ['acceptance in words', given => { given.findings[0].accepted = 'yes'; }],
    ['a name that it does not know', given => { given.findings[0].severty = 'error'; }],
    ['no costs', given => { delete given.costs; }],
    ['a quantity that is a text', given => { given.costs.free = [{ type: 'AWS::EC2::VPC', atLeast: '1', atMost: 1 }]; }],
    ['a period that is none', given => { given.costs.billed = [{ what: 'x', per: 'year', atLeast: 1, notes: [], page: '', parts: [] }]; }],
    ['findings that are no list', given => { given.findings = 'none'; }],
  ])('%s', (_, change) => {
    const given = JSON.parse(formatJson(fooBar()));
    change(given);
    expect(errorsOf(given)).not.toEqual([]);
  });
});

describe('the schema has the names of the types', () => {
  // the compiler asks for each name exactly once, so that a name added there is missing here, and then in the schema
  type Names<T> = { [name in keyof Required<T>]: true };
  const names: [string, object][] = [
    ['node', { kind: true, label: true, stack: true, logicalId: true, constructPath: true } satisfies Names<Node>],
    ['check', { name: true, verdict: true, detail: true, finding: true } satisfies Names<Check>],
    ['hop', { from: true, to: true, traffic: true, rule: true, verdict: true, checks: true } satisfies Names<Hop>],
    ['path', { id: true, source: true, destination: true, promise: true, verdict: true, hops: true } satisfies Names<Path>],
    ['cost', { what: true, per: true, measure: true, atLeast: true, atMost: true, notes: true, page: true, parts: true } satisfies Names<Cost>],
    ['costPart', { stack: true, logicalId: true, constructPath: true, atLeast: true, atMost: true } satisfies Names<CostPart>],
    ['typeCount', { type: true, atLeast: true, atMost: true } satisfies Names<TypeCount>],
    ['fix', { text: true, patches: true } satisfies Names<Fix>],
    ['finding', {
      id: true,
      code: true,
      severity: true,
      stack: true,
      logicalId: true,
      constructPath: true,
      location: true,
      reason: true,
      fix: true,
      paths: true,
      accepted: true,
    } satisfies Names<Finding>],
  ];

  test.each(names)('%s', (definition, expected) => {
    expect(Object.keys(SCHEMA.$defs[definition].properties).sort()).toEqual(Object.keys(expected).sort());
  });

  test('of a patch', () => {
    const patch: Names<Patch> = { stack: true, merge: true };
    expect(Object.keys(SCHEMA.$defs.fix.properties.patches.items.properties).sort()).toEqual(Object.keys(patch).sort());
  });

  test('of the costs', () => {
    const costs: Names<Costs> = { billed: true, free: true, notKnown: true, notes: true };
    expect(Object.keys(SCHEMA.properties.costs.properties).sort()).toEqual(Object.keys(costs).sort());
  });

  test('of the summary', () => {
    const summary: Names<Report['summary']> = { reachable: true, blocked: true, unknown: true, findings: true, accepted: true };
    expect(Object.keys(SCHEMA.properties.summary.properties).sort()).toEqual(Object.keys(summary).sort());
  });

  test('of the kinds of stations', () => {
    const kinds: { [kind in NodeKind]: true } = {
      'internet': true,
      'cidr': true,
      'vpc': true,
      'security-group': true,
      'name': true,
      'alb': true,
      'nlb': true,
      'endpoint': true,
      'endpoint-service': true,
      'instance': true,
      'auto-scaling-group': true,
      'ecs-service': true,
      'function': true,
      'address': true,
      'other': true,
    };
    expect([...SCHEMA.$defs.node.properties.kind.enum].sort()).toEqual(Object.keys(kinds).sort());
  });
});
