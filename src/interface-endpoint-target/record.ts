import { RECORD_TAG_PREFIX } from './contract';
import { Target } from './plan';

/** A tag's value ends at 256 characters; with IPv6 addresses on both sides of a change a record needs more than one tag. */
const MAX_VALUE = 256;

/**
 * The tags that hold a record. A value lists ports with their addresses, `80/10.1.1.4/10.1.2.9 8080/10.1.1.4`, in characters that tags may have.
 *
 * @param registration the name of the registration
 * @param targets what it brought; an empty list makes no tags
 */
export function recordTags(registration: string, targets: Target[]): Map<string, string> {
  const tags = new Map<string, string>();
  let value = '';
  let portOfLast: number | undefined;
  const flush = () => {
    if (value !== '') { tags.set(`${RECORD_TAG_PREFIX}${registration}${tags.size === 0 ? '' : `:${tags.size}`}`, value); }
    value = '';
    portOfLast = undefined;
  };
  for (const { address, port } of [...targets].sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))) {
    if (value.length + ` ${port}/${address}`.length > MAX_VALUE) { flush(); }
    value += port === portOfLast ? `/${address}` : `${value === '' ? '' : ' '}${port}/${address}`;
    portOfLast = port;
  }
  flush();
  return tags;
}

/** Whether a tag is part of the record of this registration. */
export function isRecordOf(registration: string, key: string): boolean {
  const own = `${RECORD_TAG_PREFIX}${registration}`;
  return key === own || (key.startsWith(`${own}:`) && /^\d+$/.test(key.slice(own.length + 1)));
}

/** What the value of a record tag lists. Parts that are no targets, written by somebody else, are passed over. */
export function recordedTargets(value: string): Target[] {
  return value.split(' ').flatMap(group => {
    const [port, ...addresses] = group.split('/');
    return /^\d+$/.test(port) ? addresses.filter(address => address !== '').map(address => ({ address, port: Number(port) })) : [];
  });
}
