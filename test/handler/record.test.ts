import * as fc from 'fast-check';
import { RECORD_TAG_PREFIX } from '../../src/interface-endpoint-target/contract';
import { Target, targetKey } from '../../src/interface-endpoint-target/plan';
import { isRecordOf, recordedTargets, recordTags } from '../../src/interface-endpoint-target/record';

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

describe('a record', () => {
  test('lists the addresses of each port in one tag that people can read', () => {
    expect(recordTags('Web-1', [
      { address: '10.1.2.9', port: 80 }, { address: '10.1.1.4', port: 8080 }, { address: '10.1.1.4', port: 80 },
    ])).toEqual(new Map([[`${RECORD_TAG_PREFIX}Web-1`, '80/10.1.1.4/10.1.2.9 8080/10.1.1.4']]));
  });

  test('of nothing has no tag', () => {
    expect(recordTags('Web-1', [])).toEqual(new Map());
  });

  test('of an endpoint in six zones fits into one tag, also while all its addresses are replaced', () => {
    const twelve = Array.from({ length: 12 }, (_, index) => ({ address: `10.100.100.${100 + index}`, port: 8443 }));
    expect(recordTags('Web-1', twelve).size).toBe(1);
  });

  test('goes on in further tags where one is too small', () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({ address: `2001:db8:1111:2222:3333:4444:5555:666${index}`, port: 443 }));
    const tags = recordTags('Web-1', ten);
    expect([...tags.keys()]).toEqual([`${RECORD_TAG_PREFIX}Web-1`, `${RECORD_TAG_PREFIX}Web-1:1`]);
    expect(read(tags)).toEqual(ten);
  });

  test('is the same for the same targets in another order', () => {
    fc.assert(fc.property(anyTargets.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
      ([list, shuffled]) => { expect(recordTags(REGISTRATION, shuffled)).toEqual(recordTags(REGISTRATION, list)); }), RUNS);
  });

  test('gives back exactly the targets that were written', () => {
    fc.assert(fc.property(registrations, anyTargets, (registration, list) => {
      expect(keysOf(read(recordTags(registration, list)))).toEqual(keysOf(list));
    }), RUNS);
  });

  test('is made of tags that AWS takes', () => {
    fc.assert(fc.property(registrations, anyTargets, (registration, list) => {
      for (const [key, value] of recordTags(registration, list)) {
        expect(key.length).toBeLessThanOrEqual(128);
        expect(value.length).toBeLessThanOrEqual(256);
        expect(key + value).toMatch(/^[A-Za-z0-9 +\-=._:/@]+$/);
      }
    }), RUNS);
  });
});

describe('a tag', () => {
  test('is part of the record of the registration that wrote it', () => {
    fc.assert(fc.property(registrations, anyTargets, (registration, list) => {
      expect([...recordTags(registration, list).keys()].every(key => isRecordOf(registration, key))).toBe(true);
    }), RUNS);
  });

  test('is no part of the record of any other registration', () => {
    fc.assert(fc.property(registrations, registrations, anyTargets, (one, other, list) => {
      fc.pre(one !== other);
      expect([...recordTags(one, list).keys()].some(key => isRecordOf(other, key))).toBe(false);
    }), RUNS);
  });

  test.each(['Web-10', 'Web-1-2', 'Web-1:', 'Web-1:x', 'Web-1:1x', 'Web-1:1:1', 'Web-', 'web-1', 'MyWeb-1'])(
    '%s does not belong to Web-1', name => {
      expect(isRecordOf('Web-1', RECORD_TAG_PREFIX + name)).toBe(false);
    });

  test('without the prefix belongs to nobody', () => {
    expect(isRecordOf('Web-1', 'Web-1')).toBe(false);
    expect(isRecordOf('Web-1', `x${RECORD_TAG_PREFIX}Web-1`)).toBe(false);
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
