import { AwsError } from './protocol';

const TAGS_PER_RESOURCE = 50;
const KEY_LENGTH = 128;
const VALUE_LENGTH = 256;
const ALLOWED = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Throws what AddTags answers if these tags cannot be added to the present ones. */
export function validateTags(present: ReadonlyMap<string, string>, added: readonly Tag[]): void {
  if (added.length === 0) {
    throw new AwsError('ValidationError', 'At least one tag must be specified');
  }
  added.forEach(validateTag);
  const keys = new Set(added.map(tag => tag.key));
  if (keys.size < added.length) {
    throw new AwsError('DuplicateTagKeys', 'A tag key was specified more than once');
  }
  // the tags that AWS itself adds do not count
  const total = [...new Set([...present.keys(), ...keys])].filter(key => !key.startsWith('aws:')).length;
  if (total > TAGS_PER_RESOURCE) {
    throw new AwsError('TooManyTags', `The maximum number of tags for a resource is ${TAGS_PER_RESOURCE}, got ${total}`);
  }
}

export function validateTagKey(key: string): void {
  if (/^aws:/i.test(key)) {
    throw new AwsError('ValidationError', "Tag keys beginning with 'aws:' are reserved for system use");
  }
}

function validateTag({ key, value }: Tag): void {
  validateTagKey(key);
  if (key.length < 1 || key.length > KEY_LENGTH) {
    throw new AwsError('ValidationError', `A tag key must have 1 to ${KEY_LENGTH} characters, got ${key.length}`);
  }
  if (value.length > VALUE_LENGTH) {
    throw new AwsError('ValidationError', `A tag value must have at most ${VALUE_LENGTH} characters, got ${value.length}`);
  }
  if (!ALLOWED.test(key) || !ALLOWED.test(value)) {
    throw new AwsError('ValidationError',
      `The tag '${key}' contains characters that are not allowed: only letters, numbers, spaces and + - = . _ : / @ are`);
  }
}
