import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnParameter, Fn, Lazy, Stack } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { idOfValue } from '../../src/private/identity';
import { portRanges } from '../../src/private/port-ranges';
import { patternCovers, patternsOverlap, RouteConditions } from '../../src/private/route-conditions';
import { derivedPriority, freePriority, MAX_PRIORITY } from '../../src/private/route-priority';
import { newStack } from '../util';

const SEED = { seed: 20_250_320, numRuns: 2_000 };
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 6 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 7 });

function fits(value: string, glob: string): boolean {
  return new RegExp(`^${glob.replace(/\*/g, '.*').replace(/\?/g, '.')}$`).test(value);
}

/** All texts up to a length over the alphabet of the patterns, and one character that no pattern names. */
function* texts(length: number): Generator<string> {
  yield '';
  if (length > 0) { for (const rest of texts(length - 1)) { for (const c of 'ab/x') { yield c + rest; } } }
}

describe('patterns', () => {
  test('overlap when some text fits both', () => {
    fc.assert(fc.property(pattern, pattern, text, (a, b, value) => {
      if (fits(value, a) && fits(value, b)) { expect(patternsOverlap(a, b)).toBe(true); }
    }), SEED);
  });

  test('overlap only when some text fits both', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 3 });
    const all = [...new Set(texts(6))];
    fc.assert(fc.property(short, short, (a, b) => {
      expect(patternsOverlap(a, b)).toBe(all.some(value => fits(value, a) && fits(value, b)));
    }), { ...SEED, numRuns: 200 });
  });

  test('overlap both ways', () => {
    fc.assert(fc.property(pattern, pattern, (a, b) => patternsOverlap(a, b) === patternsOverlap(b, a)), SEED);
  });

  test('cover only what they contain', () => {
    fc.assert(fc.property(pattern, pattern, text, (outer, inner, value) => {
      if (patternCovers(outer, inner) && fits(value, inner)) { expect(fits(value, outer)).toBe(true); }
    }), SEED);
  });

  test.each([['/a*', '/ab'], ['/a/*', '/a/b/*'], ['/*', '/a'], ['/a?', '/ab']])('%s covers %s', (outer, inner) => {
    expect(patternCovers(outer, inner)).toBe(true);
    expect(patternCovers(inner, outer)).toBe(false);
  });
});

describe('conditions', () => {
  const conditions = (paths?: string[], hosts?: string[]) => new RouteConditions(newStack(), 'r', { paths, hosts });

  test('a plain path is itself and all below, "/" is everything, a pattern is taken as it is', () => {
    expect(conditions(['/a/']).pathPatterns).toEqual(['/a', '/a/*']);
    expect(conditions(['/']).pathPatterns).toEqual(['/*']);
    expect(conditions(['/a*', '*.jpg']).pathPatterns).toEqual(['/a*', '*.jpg']);
  });

  test('hosts that differ keep routes apart, upper and lower case are the same', () => {
    expect(conditions(['/a'], ['a.example.com']).overlaps(conditions(['/a'], ['b.example.com']))).toBe(false);
    expect(conditions(['/a'], ['A.example.com']).overlaps(conditions(['/a'], ['*.EXAMPLE.com']))).toBe(true);
    expect(conditions(['/a']).overlaps(conditions(['/a'], ['b.example.com']))).toBe(true);
  });

  test('of values that only the deployment knows each is another one', () => {
    class Raw extends elbv2.ListenerCondition {
      constructor(private readonly raw: object) { super(); }

      public renderRawCondition() { return this.raw; }
    }
    const stack = newStack();
    const values = ['One', 'Other'].map(id => new CfnParameter(stack, id).value);
    const make = (...raw: object[]) => new RouteConditions(stack, 'r', { paths: ['/a'], conditions: raw.map(one => new Raw(one)) });
    const header = (...those: unknown[]) => ({ field: 'http-header', httpHeaderConfig: { httpHeaderName: 'X', values: those } });
    const query = () => ({ field: 'query-string', queryStringConfig: Lazy.any({ produce: () => ({ values: [] }) }) });
    make(header(...values));
    make(query(), query());
    expect(() => make(header(values[0], values[0]))).toThrow('twice in its condition on http-header');
  });

  test('the prefix that is stripped is matched as text, the longest first', () => {
    expect(conditions(['/a.b']).stripPrefixRegex()).toBe('^/a\\.b/?');
    const regex = new RegExp(conditions(['/a', '/ab']).stripPrefixRegex());
    for (const [url, stripped] of [['/a', '/'], ['/a/', '/'], ['/a/x?q=/a', '/x?q=/a'], ['/ab/x', '/x'], ['/a?q=1', '/?q=1']]) {
      expect(url.replace(regex, '/')).toBe(stripped);
    }
  });
});

describe('derived priorities', () => {
  test('depend on the id and depth alone, stay in range, and put deeper paths first', () => {
    fc.assert(fc.property(fc.string(), fc.string(), fc.nat(9), fc.nat(9), (id, other, depth, otherDepth) => {
      const priority = derivedPriority(id, depth);
      expect(priority).toBe(derivedPriority(id, depth));
      expect(priority).toBeGreaterThanOrEqual(1);
      expect(priority).toBeLessThanOrEqual(MAX_PRIORITY);
      if (Math.min(depth, 5) > Math.min(otherDepth, 5)) { expect(priority).toBeLessThan(derivedPriority(other, otherDepth)); }
    }), SEED);
  });

  test('of paths with one segment spread over 30,000 numbers', () => {
    const priorities = Array.from({ length: 20_000 }, (_, n) => derivedPriority(`route${n}`, 1));
    expect(Math.max(...priorities) - Math.min(...priorities)).toBeGreaterThan(29_900);
    expect(Math.max(...priorities) - Math.min(...priorities)).toBeLessThan(30_000);
    // as many different ones as chance gives with 30,000 numbers: 30,000 × (1 − e^(−2/3))
    expect(Math.abs(new Set(priorities).size - 14_597)).toBeLessThan(300);
  });

  test('that collide get the next free number of their depth proposed', () => {
    expect(freePriority(46_000, 1, taken => taken === 46_000 || taken === 16_001)).toBe(16_002);
  });
});

describe('port ranges', () => {
  const ports = fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 40 });

  test('contain each port, are at most as many as allowed, and do not depend on the order', () => {
    fc.assert(fc.property(ports, fc.integer({ min: 1, max: 12 }), (list, max) => {
      const ranges = portRanges(list, max);
      expect(ranges.length).toBeLessThanOrEqual(max);
      expect(list.every(port => ranges.some(({ from, to }) => from <= port && port <= to))).toBe(true);
      expect(portRanges([...list].reverse(), max)).toEqual(ranges);
    }), SEED);
  });

  test('are the ports themselves while there are few', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { maxLength: 10 }), list => {
      expect(portRanges(list, 10)).toEqual([...list].sort((a, b) => a - b).map(port => ({ from: port, to: port })));
    }), SEED);
  });
});

describe('the id of a service', () => {
  test('is the same for the same name, readable, and differs between services', () => {
    const stack = newStack();
    const s3 = ec2.InterfaceVpcEndpointAwsService.S3;
    expect(idOfValue(stack, s3.name)).toMatch(/^S3|^Service/);
    expect(idOfValue(stack, 'com.amazonaws.vpce.eu-west-1.vpce-svc-1')).toMatch(/^VpceSvc1[0-9A-F]{8}$/);
    expect(idOfValue(stack, 'com.amazonaws.vpce.eu-west-1.vpce-svc-1')).toBe(idOfValue(newStack('Other'), 'com.amazonaws.vpce.eu-west-1.vpce-svc-1'));
    expect(idOfValue(stack, Fn.importValue('A'))).not.toBe(idOfValue(stack, Fn.importValue('B')));
  });

  test('differs between stacks that use the same logical id', () => {
    const name = (stack: Stack) => new ec2.VpcEndpointService(stack, 'Service', { vpcEndpointServiceLoadBalancers: [{ loadBalancerArn: 'arn' } as any] }).vpcEndpointServiceName;
    const [a, b] = [newStack('A'), newStack('B')];
    expect(a.resolve(name(a))).toEqual(b.resolve(name(b)));
    const consumer = newStack('C');
    expect(idOfValue(consumer, name(newStack('D')))).not.toBe(idOfValue(consumer, name(newStack('E'))));
    expect(idOfValue(consumer, name(newStack('D')))).toMatch(/^Service[0-9A-F]{8}$/);
  });
});
