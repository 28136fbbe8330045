import { RECORD_TAG_PREFIX } from './contract';
import { Target, unique, without } from './plan';

/** A tag's value ends at 256 characters; with IPv6 addresses on both sides of a change a record needs more than one tag. */
const MAX_VALUE = 256;

/** What a registration wants in a target group, for a later repair. */
export interface Wanted {
  readonly endpointId: string;
  readonly port: number;
}

/**
 * The tags that hold a record, each signed with the moment at which the run began that wrote it. A value begins with the endpoint and the port that are wanted, and
 * lists what was brought as ports with their addresses, `vpce-0123/80 80/10.1.1.4/10.1.2.9 8080/10.1.1.4`, in characters that tags may have.
 *
 * @param key the key of the first tag
 * @param targets what was brought; an empty list makes no tags
 */
export function recordTags(key: string, targets: Target[], wanted?: Wanted): Map<string, string> {
  const tags = new Map<string, string>();
  const header = wanted ? `${wanted.endpointId}/${wanted.port}` : '';
  let value = header;
  let portOfLast: number | undefined;
  const flush = () => {
    tags.set(`${key}${tags.size === 0 ? '' : `:${tags.size}`}`, value);
    value = header;
    portOfLast = undefined;
  };
  for (const { address, port } of [...targets].sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))) {
    if (value.length + ` ${port}/${address}`.length > MAX_VALUE) { flush(); }
    value += port === portOfLast ? `/${address}` : `${value === '' ? '' : ' '}${port}/${address}`;
    portOfLast = port;
  }
  if (portOfLast !== undefined) { flush(); }
  return tags;
}

/** What the value of a record tag lists. Parts that are no targets, such as the first, are passed over. */
export function recordedTargets(value: string): Target[] {
  return value.split(' ').flatMap(group => {
    const [port, ...addresses] = group.split('/');
    return /^\d+$/.test(port) ? addresses.filter(address => address !== '').map(address => ({ address, port: Number(port) })) : [];
  });
}

/** The records that the tags of a target group hold. */
export class Records {
  private readonly own: Map<string, string>;
  private readonly others: string[];
  private readonly prefix: string;

  constructor(registration: string, tags: Iterable<readonly [string, string]>) {
    this.prefix = `${RECORD_TAG_PREFIX}${registration}:`;
    const records = [...tags].filter(([key]) => key.startsWith(RECORD_TAG_PREFIX));
    this.own = new Map(records.filter(([key]) => this.isOwn(key)));
    this.others = records.filter(([key]) => !this.isOwn(key)).map(([, value]) => value);
  }

  public get recorded(): Target[] {
    return unique([...this.own.values()].flatMap(recordedTargets));
  }

  public get othersRecorded(): Target[] {
    return unique(this.others.flatMap(recordedTargets));
  }

  public get isEmpty(): boolean {
    return this.own.size === 0;
  }

  /** What the last run wanted. */
  public get wanted(): Wanted | undefined {
    const last = [...this.own].find(([key]) => this.stampOf(key) === this.lastStamp);
    const [, endpointId, port] = /^(vpce-\w+)\/(\d+)( |$)/.exec(last?.[1] ?? '') ?? [];
    return endpointId ? { endpointId, port: Number(port) } : undefined;
  }

  /** What one run brought, and no other. */
  public onlyOf(stamp: number): Target[] {
    const [mine, others] = [true, false].map(isMine => [...this.own].filter(([key]) => (this.stampOf(key) === stamp) === isMine)
      .flatMap(([, value]) => recordedTargets(value)));
    return unique(without(mine, [...others, ...this.othersRecorded]));
  }

  /** When the last run began that wrote one. */
  public get lastStamp(): number {
    return Math.max(0, ...[...this.own.keys()].map(key => this.stampOf(key)));
  }

  /** What to write and what to remove, so that a run's own tags hold these targets, and those of earlier runs are gone when it is `final`. */
  public change(stamp: number, targets: Target[], wanted: Wanted | undefined, final: boolean): { put: [string, string][]; remove: string[] } {
    const tags = recordTags(`${this.prefix}${stamp}`, targets, wanted);
    const put = [...tags].filter(([key, value]) => this.own.get(key) !== value);
    const remove = [...this.own.keys()].filter(key => !tags.has(key) && (final ? this.stampOf(key) <= stamp : this.stampOf(key) === stamp));
    put.forEach(([key, value]) => this.own.set(key, value));
    remove.forEach(key => this.own.delete(key));
    return { put, remove };
  }

  private isOwn(key: string): boolean {
    return key.startsWith(this.prefix) && /^\d+(:\d+)?$/.test(key.slice(this.prefix.length));
  }

  private stampOf(key: string): number {
    return Number(key.slice(this.prefix.length).split(':')[0]);
  }
}
