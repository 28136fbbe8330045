import * as fc from 'fast-check';
import { anyReport } from './arbitrary';
import { BILL, fooBar, hop, hub, mixed, node, path, report, webIsClosed } from './fixtures';
import { applyBaseline } from '../../../src/reachability/baseline';
import { formatText } from '../../../src/reachability/report/text';

const PLAIN = { colour: false };
const lines = (text: string) => text.split('\n');
const last = (text: string) => lines(text.trimEnd()).at(-1);
/** The text without its line breaks, for what may be wrapped. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

describe('a blocked path', () => {
  const text = formatText(fooBar(), PLAIN);

  test('is headed by what its finding is and where', () => {
    expect(lines(text)[0]).toBe('✗ ingress-closed  FooBar/web2/InstanceSecurityGroup/Resource');
  });

  test('has a reason and a fix', () => {
    expect(flat(text)).toContain('does not admit TCP 8080 from the load balancer Web, so its health checks fail');
    expect(flat(text)).toContain('Fix: Add to FooBar/web2/InstanceSecurityGroup an ingress rule for TCP 8080 from FooBar/Web/SecurityGroup.');
  });

  test('is drawn in a line that shows where it ends', () => {
    expect(flat(text)).toContain('Blocks 1 path: client > alb.home > Web :80 > default action ✗ web2 :8080');
  });

  test('is told by stack and logical id where no construct path is known', () => {
    const [finding] = fooBar().findings;
    expect(formatText(report([], [{ ...finding, constructPath: undefined }]), PLAIN)).toContain('✗ ingress-closed  FooBar/web2InstanceSecurityGroup1A2B3C4D');
  });

  test('is shown even if no finding speaks of it', () => {
    const text2 = flat(formatText(report([fooBar().paths[1]], []), PLAIN));
    expect(text2).toContain('✗ name client > alb.home > Web :80 > default action ✗ web2 :8080');
    expect(text2).toContain('security group ingress: web2/InstanceSecurityGroup admits nothing on TCP 8080');
    expect(text2).toContain('✗ 0 of 1 path reachable, 1 blocked.');
  });
});

describe('findings', () => {
  test('are told once, however many paths they block', () => {
    const text = formatText(hub(), PLAIN);
    expect(text.split('network-acl-return')).toHaveLength(2);
    expect(flat(text)).toContain('Blocks 2 paths, such as internet > Hub/Alb :80 > /vpc2, /vpc2/* > Endpoint of Vpc2 :80');
  });

  test('come with errors first, although the report has the warning first', () => {
    expect(hub().findings.map(({ severity }) => severity)).toEqual(['warning', 'error']);
    const text = formatText(hub(), PLAIN);
    expect(text.indexOf('✗ network-acl-return')).toBe(0);
    expect(text.indexOf('! zone-without-target')).toBeGreaterThan(0);
  });

  test('count a path once', () => {
    const { paths, findings: [finding] } = fooBar();
    expect(flat(formatText(report(paths, [{ ...finding, paths: [paths[1].id, paths[1].id] }]), PLAIN))).toContain('Blocks 1 path:');
  });

  test('that block most come first', () => {
    const one = { ...webIsClosed(), id: 'one', code: 'one', paths: ['p'] };
    const two = { ...webIsClosed(), id: 'two', code: 'two', paths: ['p', 'q'] };
    const text = formatText(report([], [one, two]), PLAIN);
    expect(text.indexOf('✗ two')).toBeLessThan(text.indexOf('✗ one'));
  });

  test('do not claim to block a path that is reachable', () => {
    expect(flat(formatText(hub(), PLAIN))).toContain('Concerns 1 path: internet > Hub/Alb :80 > /vpc3, /vpc3/*');
  });

  test('without a path say nothing of paths', () => {
    expect(formatText(report([], [{ ...webIsClosed(), paths: ['gone'] }]), PLAIN)).not.toMatch(/Blocks|Concerns/);
  });
});

describe('unknown paths', () => {
  const target = { name: 'target', verdict: 'unknown' as const, detail: 'nothing registers' };
  const unknownPath = (id: string, detail: string) =>
    path(id, 'listener', [hop(node('alb', 'Alb'), node('instance', id), 'TCP 80', [{ ...target, detail }])]);

  test('are grouped by what is missing, most wanted first', () => {
    const text = formatText(report([unknownPath('a', 'the one'), unknownPath('b', 'the other'), unknownPath('c', 'the other')], []), PLAIN);
    expect(lines(text).slice(0, 5)).toEqual([
      '? target  the other', '  Leaves 2 paths open, such as Alb ? b :80', '', '? target  the one', '  Leaves 1 path open: Alb ? a :80',
    ]);
  });

  test('are counted once by each missing thing', () => {
    const twice = path('a', 'listener', [hop(node('alb', 'Alb'), node('instance', 'web'), 'TCP 80', [target, target])]);
    expect(formatText(report([twice], []), PLAIN)).toContain('Leaves 1 path open');
  });

  test('do not fill the terminal', () => {
    const text = formatText(report(Array.from({ length: 13 }, (_, index) => unknownPath(`web${index}`, `thing ${index}`)), []), PLAIN);
    expect(text.match(/^\? target/gm)).toHaveLength(10);
    expect(text).toContain('? 3 more things  not known;');
  });

  test('that do not say what is missing are shown', () => {
    const silent = { ...unknownPath('a', ''), hops: [] };
    expect(formatText(report([silent], []), PLAIN)).toContain('? path  what is missing is not said\n  Leaves 1 path open: Alb > a');
  });
});

describe('the last line', () => {
  test.each([
    ['counts what is reachable, blocked and unknown', hub(), '✗ 1 of 5 paths reachable, 2 blocked, 2 unknown.'],
    ['is good where all is reachable', fooBar(false), '✓ 2 of 2 paths reachable.'],
    ['says that nothing is promised', report([], []), '? No paths: no listener, name or statement promises one.'],
    ['counts what is accepted', mixed(), '✗ 2 of 7 paths reachable, 3 blocked, 2 unknown. 1 finding is accepted.'],
    ['speaks of one path as one', report([fooBar(false).paths[0]], []), '✓ 1 of 1 path reachable.'],
  ])('%s', (_, given, expected) => {
    expect(last(formatText(given, PLAIN))).toBe(expected);
  });

  test('does not alarm when all that is blocked is accepted', () => {
    const accepted = fooBar();
    expect(last(formatText(report(accepted.paths, accepted.findings.map(finding => ({ ...finding, accepted: true }))), PLAIN)))
      .toBe('? 1 of 2 paths reachable, 1 blocked. 1 finding is accepted.');
  });

  test('alarms when only one of two findings is accepted', () => {
    const { paths, findings: [finding] } = fooBar();
    const text = formatText(report(paths, [{ ...finding, accepted: true }, { ...finding, id: 'other' }]), PLAIN);
    expect(last(text)).toMatch(/^✗/);
  });
});

describe('a baseline', () => {
  test('leaves of what it accepts the number only', () => {
    const text = formatText(mixed(), PLAIN);
    expect(text).not.toContain('ingress-closed');
    expect(text).not.toContain('✗ web2');
  });

  test('is told to lose what nothing has any more', () => {
    const text = formatText(applyBaseline(fooBar(), { version: '1', accepted: [{ id: 'gone Stack/Id' }] }), PLAIN);
    expect(text).toContain('! baseline  accepts 1 finding that nothing has any more. Remove from it:\n  gone Stack/Id\n');
  });

  test('without such entries is not spoken of', () => {
    expect(formatText(applyBaseline(fooBar(), { version: '1', accepted: [] }), PLAIN)).not.toContain('baseline');
  });
});

describe('the terminal', () => {
  const ESCAPE = /\u001b\[\d+m/g;

  test('gets no escape unless it shows colours', () => {
    expect(formatText(mixed(), PLAIN)).not.toContain('\u001b');
  });

  test('gets the same words in colour', () => {
    const coloured = formatText(mixed(), { colour: true });
    expect(coloured).toMatch(ESCAPE);
    expect(coloured.replace(ESCAPE, '')).toBe(formatText(mixed(), PLAIN));
  });

  test('gets every style switched off where a line ends', () => {
    for (const line of lines(formatText(mixed(), { colour: true, width: 50 }))) {
      const open = new Set<string>();
      for (const [, code] of line.matchAll(/\u001b\[(\d+)m/g)) {
        if (code === '39' || code === '22') { open.delete(code); } else { open.add(Number(code) > 9 ? '39' : '22'); }
      }
      expect([...open]).toEqual([]);
    }
  });

  test.each([50, 80, 140])('of %d columns gets no longer line', width => {
    expect(Math.max(...lines(formatText(mixed(), { colour: false, width })).map(line => line.length))).toBeLessThanOrEqual(width);
  });

  test.each([undefined, 0, NaN])('of unknown width (%s) gets 100 columns', width => {
    expect(formatText(mixed(), { colour: false, width })).toBe(formatText(mixed(), { colour: false, width: 100 }));
  });

  test('of fewer than 40 columns gets lines of 40', () => {
    expect(formatText(mixed(), { colour: false, width: 7 })).toBe(formatText(mixed(), { colour: false, width: 40 }));
  });

  test('keeps in one piece what is longer than a line', () => {
    const constructPath = `FooBar/${'Very'.repeat(30)}Long`;
    expect(formatText(report([], [{ ...webIsClosed(), constructPath }]), { colour: false, width: 40 })).toContain(constructPath);
  });

  test('shows control characters of templates and does not obey them', () => {
    const text = formatText(report([], [{ ...webIsClosed(), reason: 'red \u001b[31m\u009b31m\u202e and\nnew line', constructPath: 'a\u0007b' }]), PLAIN);
    expect(text).toContain('red \\u{1b}[31m\\u{9b}31m\\u{202e} and new line');
    expect(text).toContain('a\\u{7}b');
  });

  test('never gets control characters or endless texts, whatever the templates hold', () => {
    fc.assert(fc.property(anyReport, fc.boolean(), fc.option(fc.integer(), { nil: undefined }), (given, colour, width) => {
      const text = formatText(given, { colour, width }).replace(ESCAPE, colour ? '' : '$&');
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      expect(Math.max(...lines(text).map(line => line.length))).toBeLessThan(20_000);
      expect(text).not.toMatch(/ $/m);
    }), { seed: 7, numRuns: 300 });
  });
});

describe('what bills', () => {
  const listed = (costs: boolean) => formatText(report([], [], BILL), { colour: false, width: 100, costs });

  test('is listed by how it bills when asked for, before the sum', () => {
    expect(listed(true)).toBe(`By the hour
  interface endpoint-zones: 4
  public IPv4 addresses: at least 2
  (depends on: it grows; b; c; 1 more)
  NAT gateways: up to 1
  (depends on: the condition 'Nat')
  EC2 instances (t3.micro): 1 to 3
By use
  Lambda functions: not known, by requests
Does not bill
  4 to 5 resources of 2 types
Not known here
  2 AWS::New::Thing
  what the macro 'Mine' adds

? No paths: no listener, name or statement promises one.
`);
  });

  test('is left out otherwise', () => {
    expect(listed(false)).toBe('? No paths: no listener, name or statement promises one.\n');
  });
});
