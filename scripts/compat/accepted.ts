import { Change } from './template-changes';

/** The keys of ours in the file; jsii-diff reads its own from the same file and passes over these. */
const OURS = /^(stack|logical-id|resource-type|replacement|export):/;

export interface Judgement {
  readonly refused: Change[];
  readonly accepted: Change[];
  /** Keys that accept nothing (any more). */
  readonly idle: string[];
}

/** @param ignoreFile the text of `.compatignore`: a key a line, comments from `#` at the beginning of a line. */
export function judge(changes: Change[], ignoreFile: string): Judgement {
  const keys = ignoreFile.split('\n').map(line => line.trim()).filter(line => OURS.test(line));
  const found = new Set(changes.map(({ key }) => key));
  return {
    refused: changes.filter(({ key }) => !keys.includes(key)),
    accepted: changes.filter(({ key }) => keys.includes(key)),
    idle: keys.filter(key => !found.has(key)),
  };
}
