import * as fc from 'fast-check';
import { RECORD_TAG_PREFIX } from '../../src/handler/contract';
import { Target, targetKey } from '../../src/handler/plan';
import { recordedTargets, Records, recordTags } from '../../src/handler/record';

const RUNS = { seed: 1, numRuns: 300 };
const REGISTRATION = 'HubVpc2RegistrationA1B2C3D4-0123456789ab';

const ports = fc.integer({ min: 1, max: 65535 });
const targets = (address: fc.Arbitrary<string>) =>
  fc.array(fc.record({ address, port: fc.oneof(ports, fc.constantFrom(80, 443)) }), { maxLength: 40 });
const anyTargets = fc.oneof(targets(fc.ipV4()), targets(fc.ipV6()), targets(fc.oneof(fc.ipV4(), fc.ipV6())));
/** As long as a name gets: 60 characters of the logical id and the hash. */
const registrations = fc.tuple(fc.stringMatching(/^[A-Za-z0-9]{1,60}$/), fc.stringMatching(/^[0-9a-f]{12}$/)).map(parts => parts.join('-'));

const keysOf = (list: Target[]) => new Set(list.map(targetKey));
const read = (tags: Map<string, string>) => [...tags.values()].flatMap(recordedTargets);

const STAMP = 1_767_225_600_000;
const WANTED = { endpointId: 'vpce-0123456789abcdef0', port: 80 };
/** The key of a record's first tag. */
const keyOf = (registration: string, stamp = STAMP) => `${RECORD_TAG_PREFIX}${registration}:${stamp}`;
const A = { address: '10.1.1.4', port: 80 };
const B = { address: '10.1.2.9', port: 80 };

describe('a record', () => {
  test('names what is wanted, and lists the addresses of each port, in one tag that people can read', () => {
    expect(recordTags('key', [B, { address: '10.1.1.4', port: 8080 }, A], WANTED))
      .toEqual(new Map([['key', 'vpce-0123456789abcdef0/80 80/10.1.1.4/10.1.2.9 8080/10.1.1.4']]));
  });

  test('of nothing has no tag', () => {
    expect(recordTags('Web-1', [])).toEqual(new Map());
  });

  test('of an endpoint in six zones fits into one tag, also while all its addresses are replaced', () => {
    const twelve = Array.from({ length: 12 }, (_, index) => ({ address: `10.100.100.${100 + index}`, port: 8443 }));
    expect(recordTags('key', twelve, WANTED).size).toBe(1);
  });

  test('goes on in further tags where one is too small', () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({ address: `2001:db8:1111:2222:3333:4444:5555:666${index}`, port: 443 }));
    const tags = recordTags('key', ten, WANTED);
    expect([...tags.keys()]).toEqual(['key', 'key:1']);
    expect([...tags.values()].every(value => value.startsWith('vpce-0123456789abcdef0/80 '))).toBe(true);
    expect(read(tags)).toEqual(ten);
  });

  test('is the same for the same targets in another order', () => {
    fc.assert(fc.property(anyTargets.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => { expect(recordTags(REGISTRATION, shuffled)).toEqual(recordTags(REGISTRATION, list)); }), RUNS);
  });

  test('gives back exactly the targets that were written', () => {
    fc.assert(fc.property(registrations, anyTargets, (registration, list) => {
      expect(keysOf(read(recordTags(keyOf(registration), list, WANTED)))).toEqual(keysOf(list));
    }), RUNS);
  });

  test('is made of tags that AWS takes', () => {
    fc.assert(fc.property(registrations, anyTargets, (registration, list) => {
      for (const [key, value] of recordTags(keyOf(registration), list, WANTED)) {
        expect(key.length).toBeLessThanOrEqual(128);
        expect(value.length).toBeLessThanOrEqual(256);
        expect(key + value).toMatch(/^[A-Za-z0-9 +\-=._:/@]+$/);
      }
    }), RUNS);
  });
});

const records = (registration: string, tags: Iterable<readonly [string, string]>) => new Records(registration, tags);

describe('the records of a target group', () => {
  test('tell what is ours, from whichever run, and what others brought', () => {
    fc.assert(fc.property(registrations, registrations, anyTargets, anyTargets, anyTargets, (one, other, first, second, foreign) => {
      fc.pre(one !== other);
      const tags = [...recordTags(keyOf(one), first, WANTED), ...recordTags(keyOf(one, STAMP + 1), second), ...recordTags(keyOf(other), foreign)];
      expect(keysOf(records(one, tags).recorded)).toEqual(keysOf([...first, ...second]));
      expect(keysOf(records(one, tags).othersRecorded)).toEqual(keysOf(foreign));
    }), RUNS);
  });

  test.each(['Web-10:1', 'Web-1-2:1', 'Web-1', 'Web-1:', 'Web-1:x', 'Web-1:1x', 'Web-1:1:1:1', 'Web-:1', 'web-1:1', 'MyWeb-1:1'])(
    'count %s as a record of others than Web-1', key => {
      const found = records('Web-1', [[RECORD_TAG_PREFIX + key, '80/10.1.1.4']]);
      expect([found.recorded, found.othersRecorded]).toEqual([[], [A]]);
    });

  test.each(['Web-1:1', `x${RECORD_TAG_PREFIX}Web-1:1`, 'cdk-alb-privatelink:drained:Web-1:1'])('pass over the tag %s', key => {
    const found = records('Web-1', [[key, '80/10.1.1.4']]);
    expect([found.recorded, found.othersRecorded]).toEqual([[], []]);
  });

  test('know the last that was wanted', () => {
    const tags = [...recordTags(keyOf('Web-1', STAMP + 5), [A], { ...WANTED, port: 8080 }), ...recordTags(keyOf('Web-1'), [A], WANTED)];
    expect(records('Web-1', tags).wanted).toEqual({ ...WANTED, port: 8080 });
    expect(records('Web-1', []).wanted).toBeUndefined();
    expect(records('Web-1', [[keyOf('Web-1'), '80/10.1.1.4']]).wanted).toBeUndefined();
  });

  test('know when the last run began', () => {
    expect(records('Web-1', [...recordTags(keyOf('Web-1'), [A]), ...recordTags(keyOf('Web-2', STAMP + 9), [A])]).lastStamp).toBe(STAMP);
    expect(records('Web-1', []).lastStamp).toBe(0);
  });

  test('know what one run alone has brought', () => {
    const C = { address: '10.1.3.9', port: 80 };
    const found = records('Web-1', [
      ...recordTags(keyOf('Web-1'), [A, B, C]), ...recordTags(keyOf('Web-1', STAMP + 9), [A]), ...recordTags(keyOf('Web-2'), [B]),
    ]);
    expect([STAMP, STAMP + 9, STAMP + 1].map(stamp => found.onlyOf(stamp))).toEqual([[C], [], []]);
  });

  test('change by what is different, and keep what a later run wrote', () => {
    const later = [...recordTags(keyOf('Web-1', STAMP + 9), [B])];
    const found = records('Web-1', [...recordTags(keyOf('Web-1', STAMP - 9), [A]), ...later]);
    const key = keyOf('Web-1');
    const value = 'vpce-0123456789abcdef0/80 80/10.1.1.4/10.1.2.9';
    expect(found.change(STAMP, [A, B], WANTED, false)).toEqual({ put: [[key, value]], remove: [] });
    expect(found.change(STAMP, [A, B], WANTED, true)).toEqual({ put: [], remove: [keyOf('Web-1', STAMP - 9)] });
    expect(found.change(STAMP, [A], WANTED, true)).toEqual({ put: [[key, 'vpce-0123456789abcdef0/80 80/10.1.1.4']], remove: [] });
    expect(found.change(Infinity, [], undefined, true)).toEqual({ put: [], remove: [later[0][0], key] });
    expect(found.isEmpty).toBe(true);
  });
});

describe('text that no record has', () => {
  test.each(['', ' ', 'hello', 'hello/10.0.0.1', '80', '80/', '80//', '/10.0.0.1', '-1/10.0.0.1', '8o/10.0.0.1', '80:10.0.0.1'])(
    '%p is no target', text => {
      expect(recordedTargets(text)).toEqual([]);
    });

  test('is passed over, and the targets around it are read', () => {
    expect(recordedTargets('note: 80/10.0.0.1/ do not touch  443/2001:db8::1/2001:db8::2 n/a')).toEqual([
      { address: '10.0.0.1', port: 80 }, { address: '2001:db8::1', port: 443 }, { address: '2001:db8::2', port: 443 },
    ]);
  });

  test('of any kind does no harm', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => {
      for (const target of recordedTargets(text)) {
        expect(text).toContain(target.address);
        expect(target.port).not.toBeNaN();
      }
    }), RUNS);
  });
});
