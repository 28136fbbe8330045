import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { cidrBlocks, contains, covers, isPublic, overlaps, range, Range } from '../../../src/reachability/model/address';

const block = (text: string): Range => range(text)!;

const four = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => `${address}/${prefix}`);
const six = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([address, prefix]) => `${address}/${prefix}`);
/** Blocks that are often in each other. */
const near = fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 24, max: 32 })).map(([last, prefix]) => `10.0.0.${last}/${prefix}`);

/** What the platform says of an address and a block. */
function inside(cidr: string, address: string): boolean {
  const [net, prefix] = cidr.split('/');
  const family = isIP(net) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(net, Number(prefix), family);
  return list.check(address, family);
}

describe('a block of addresses', () => {
  test.each([
    ['10.1.2.3', '10.1.2.3', '10.1.2.3'], ['10.1.2.3/24', '10.1.2.0', '10.1.2.255'], ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'], ['255.255.255.255/32', '255.255.255.255', '255.255.255.255'],
  ])('%s is from %s to %s', (text, first, last) => {
    const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    expect(range(text)).toMatchObject({ family: 4, first: number(first), last: number(last), text });
  });

  test.each([
    ['::/0', 0n, 2n ** 128n - 1n], ['::1', 1n, 1n], ['2001:db8::/32', 0x20010db8n * 2n ** 96n, 0x20010db9n * 2n ** 96n - 1n], ['::ffff:10.0.0.1', 0xffff0a000001n, 0xffff0a000001n],
    ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n, 0x00010002000300040005000600070008n], ['fe80::1%eth0', 0xfe80n * 2n ** 112n + 1n, 0xfe80n * 2n ** 112n + 1n],
    ['1::8', 2n ** 112n + 8n, 2n ** 112n + 8n], ['1:2::', 0x00010002n * 2n ** 96n, 0x00010002n * 2n ** 96n],
  ])('%s of version 6 is from %s to %s', (text, first, last) => { expect(range(text)).toMatchObject({ family: 6, first, last }); });

  test.each(['', 'x', '10.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/a', '256.0.0.1', '010.0.0.1', '::/129', '1::2::3', '10.0.0.0/8 or so', 'pl-0123', `10.0.0.0/8${' '.repeat(60)}`])(
    '%j is none', text => { expect(range(text)).toBeUndefined(); });

  test('holds the addresses that the platform says it holds', () => {
    const pairs = fc.oneof(fc.tuple(fc.oneof(four, near), fc.oneof(fc.ipV4(), near.map(text => text.split('/')[0]))), fc.tuple(six, fc.ipV6()));
    fc.assert(fc.property(pairs, ([cidr, address]) => contains(block(cidr), block(address)) === inside(cidr, address)));
  });

  test('holds another, or the other holds it, or they have nothing in common', () => {
    const blocks = fc.oneof(near, four).map(block);
    fc.assert(fc.property(blocks, blocks, (a, b) => overlaps(a, b) === (contains(a, b) || contains(b, a))));
  });

  test('of one version has nothing in common with one of the other', () => {
    fc.assert(fc.property(four, six, (a, b) => !overlaps(block(a), block(b)) && !contains(block(a), block(b)) && !contains(block(b), block(a))));
    expect(overlaps(block('0.0.0.0/0'), block('::/0'))).toBe(false);
  });

  test('never makes an error of a text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f:./]{0,45}$/)), text => range(text) === undefined || isIP(range(text)!.text.split('/')[0]) > 0));
  });
});

describe('a list of blocks', () => {
  test('covers a block when it holds each of its addresses', () => {
    fc.assert(fc.property(fc.array(near, { maxLength: 6 }), near, (list, cidr) => {
      const blocks = list.map(block);
      const inner = block(cidr);
      let each = true;
      for (let address = inner.first; address <= inner.last; address++) { each &&= blocks.some(one => one.first <= address && address <= one.last); }
      return covers(blocks, inner) === each;
    }));
  });

  test.each<[string[], string, boolean]>([
    [['10.0.0.0/25', '10.0.0.128/25'], '10.0.0.0/24', true],
    [['10.0.0.128/25', '10.0.0.0/25'], '10.0.0.0/24', true],
    [['10.0.0.0/25', '10.0.0.192/26'], '10.0.0.0/24', false],
    [['0.0.0.0/1', '128.0.0.0/1'], '0.0.0.0/0', true],
    [['::/1', '8000::/1'], '::/0', true],
    [['::/0'], '10.0.0.0/8', false],
    [[], '10.0.0.0/8', false],
  ])('%j and %s: %p', (list, cidr, expected) => { expect(covers(list.map(block), block(cidr))).toBe(expected); });
});

describe('what is routed in the internet', () => {
  test.each([
    ['0.0.0.0/0', true], ['203.0.113.7', true], ['8.0.0.0/6', true], ['10.0.0.0/8', false], ['10.1.2.3', false], ['172.16.0.0/12', false], ['172.32.0.0/16', true], ['192.168.1.0/24', false],
    ['100.64.0.0/10', false], ['169.254.169.254', false], ['::/0', true], ['2600::/16', true], ['fd00::/8', false], ['fe80::/10', false],
  ])('%s: %p', (cidr, expected) => { expect(isPublic(block(cidr))).toBe(expected); });

  test.each([['127.0.0.1'], ['255.255.255.255/32'], ['224.0.0.0/4'], ['0.0.0.0/8'], ['198.18.0.0/15'], ['::1']])('is not %s', cidr => { expect(isPublic(block(cidr))).toBe(false); });
});

describe('Fn::Cidr', () => {
  test('makes blocks one after the other, of the size that it is told, in the block', () => {
    const [prefixes, counts, sizes] = [[8, 28], [1, 256], [1, 24]].map(([min, max]) => fc.integer({ min, max }));
    fc.assert(fc.property(fc.ipV4(), prefixes, counts, sizes, (address, prefix, count, bits) => {
      const whole = block(`${address}/${prefix}`);
      const size = 2n ** BigInt(bits);
      const made = cidrBlocks(whole.text, count, bits);
      if (BigInt(count) * size > whole.last - whole.first + 1n) { return made === undefined; }
      const expected = Array.from({ length: count }, (_, index) => whole.first + size * BigInt(index));
      return JSON.stringify(made!.map(one => [`${block(one).first}`, `${block(one).last}`])) === JSON.stringify(expected.map(first => [`${first}`, `${first + size - 1n}`]));
    }));
  });

  test.each<[string, number, number]>([['10.0.0.0/24', 1, 33], ['10.0.0.0/24', 1, -1], ['10.0.0.0/24', 257, 0], ['10.0.0.0/24', 0, 4], ['nonsense', 1, 8]])('of %s in %d of %d bits is not known', (cidr, count, bits) => {
    expect(cidrBlocks(cidr, count, bits)).toBeUndefined();
  });
});
