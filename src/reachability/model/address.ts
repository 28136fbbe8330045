import { isIP } from 'node:net';

/** A block of addresses, from the first to the last. */
export interface Range {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
  readonly text: string;
}

const parsed = (text: string): Range | undefined => {
  const [address, prefixText, ...rest] = text.trim().split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : -1;
  if (family === 0 || rest.length > 0 || prefix < 0 || prefix > bits) { return undefined; }
  const size = 2n ** BigInt(bits - prefix);
  const number = family === 4 ? number4(address) : number6(address);
  const first = number / size * size;
  return { family: family === 4 ? 4 : 6, first, last: first + size - 1n, prefix, text: text.trim() };
};

/** An address or a block; undefined for what is neither. */
export function range(text: string): Range | undefined {
  return text.length <= 64 ? parsed(text) : undefined;
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether a list of blocks covers a block. */
export function covers(blocks: readonly Range[], inner: Range): boolean {
  let next = inner.first;
  const inOrder = blocks.filter(block => overlaps(block, inner)).sort((a, b) => a.first < b.first ? -1 : 1);
  for (const block of inOrder) {
    if (block.first > next) { return false; }
    if (block.last >= next) { next = block.last + 1n; }
  }
  return next > inner.last;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', '198.18.0.0/15', '224.0.0.0/3',
  'fc00::/7', 'fe80::/10', '::1/128'];
let privateRanges: Range[] | undefined;

/** Whether some of its addresses are routed in the internet. */
export function isPublic(block: Range): boolean {
  // not before they are asked for: an app loads this without a check, and the first address takes Node.js several milliseconds
  privateRanges ??= PRIVATE.map(one => range(one)!);
  return !privateRanges.some(one => contains(one, block));
}

/** What `Fn::Cidr` comes to. */
export function cidrBlocks(block: string, count: number, bits: number): string[] | undefined {
  const whole = range(block);
  if (!whole || whole.family !== 4 || bits < 0 || bits > 32 || count < 1 || count > 256 || 32 - bits < whole.prefix) { return undefined; }
  const size = 2n ** BigInt(bits);
  if (BigInt(count) * size > whole.last - whole.first + 1n) { return undefined; }
  return Array.from({ length: count }, (_, index) => `${text4(whole.first + BigInt(index) * size)}/${32 - bits}`);
}

function number4(address: string): bigint {
  return BigInt(address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));
}

function text4(number: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (number / 2n ** shift) % 256n).join('.');
}

function number6(address: string): bigint {
  const plain = address.split('%')[0].replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes) =>
    [0, 2].map(index => (Number(bytes[index]) * 256 + Number(bytes[index + 1])).toString(16)).join(':'));
  const [head, tail] = plain.split('::');
  const groups = (text: string | undefined) => text ? text.split(':') : [];
  const [left, right] = [groups(head), groups(tail)];
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return all.reduce((sum, group) => sum * 65536n + BigInt(parseInt(group, 16)), 0n);
}
