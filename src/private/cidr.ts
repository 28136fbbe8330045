import { BlockList, isIP } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { resolvedPaths } from './identity';
import { invalid, Validate } from './validate';
import { isPendingVpc } from './vpc-attributes';

/** Refuses what is no address block. */
export function checkCidrBlocks(scope: IConstruct, prop: string, blocks: string[] | undefined, hint: string): void {
  new Validate(scope).notEmpty(prop, blocks, hint);
  const wrong = blocks?.find(block => !isCidrBlock(block));
  if (wrong !== undefined) {
    throw invalid(scope, `'${prop}' has '${wrong}'. An address block is an address and a prefix length, such as '10.2.0.0/16' or '2001:db8::/56'.`);
  }
  const inside = known(blocks ?? []).find(block => ![undefined, block.split('/')[0]].includes(firstAddress(block)));
  if (inside !== undefined) {
    throw invalid(scope, `'${prop}' has '${inside}', which does not begin with the first address of its block. Write it as '${firstAddress(inside)}/${inside.split('/')[1]}'.`);
  }
}

/** Whether an address block is written as one; what is not known before deployment passes. */
function isCidrBlock(block: string): boolean {
  if (Token.isUnresolved(block)) { return true; }
  const [address, prefix, ...rest] = block.split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix ?? '') && Number(prefix) <= longest;
}

/** Also of a block that only the deployment knows, where it is that of a VPC. */
export function isIpv6Block(scope: IConstruct, block: string): boolean {
  return Token.isUnresolved(block) ? /ipv6/i.test(resolvedPaths(scope, block)) : block.includes(':');
}

/** The first address of an IPv4 block. */
function firstAddress(block: string): string | undefined {
  const [address, prefix] = block.split('/');
  if (isIP(address) !== 4) { return undefined; }
  const size = 2 ** (32 - Number(prefix));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256).join('.');
}

/** Two blocks, one of each list, that have addresses in common, as far as blocks are known. */
export function overlap(blocks: string[], others: string[]): [string, string] | undefined {
  const pairs = known(blocks).flatMap(block => known(others).map((other): [string, string] => [block, other]));
  return pairs.find(([block, other]) => contains(block, other) || contains(other, block));
}

/** Of two blocks either one lies in the other, or they have nothing in common. */
function contains(block: string, inner: string): boolean {
  const [address, prefix] = block.split('/');
  const [innerAddress] = inner.split('/');
  const family = (text: string) => isIP(text) === 6 ? 'ipv6' : 'ipv4';
  if (family(address) !== family(innerAddress)) { return false; }
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family(address));
  return list.check(innerAddress, family(innerAddress));
}

function known(blocks: string[]): string[] {
  return blocks.filter(block => !Token.isUnresolved(block) && !isPendingVpc(block));
}
