import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is deployed of a cloud assembly, by path: its templates, its lists of assets, and all files of its assets. */
export function deployed(assembly: string): Map<string, Buffer> {
  const files = readdirSync(assembly, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(assembly.length + 1).replace(/\\/g, '/'))
    .filter(file => /^asset\.|\.(template|assets)\.json$/.test(file));
  if (!files.some(file => file.endsWith('.template.json'))) { throw new Error(`${assembly} has no template: there is nothing to compare.`); }
  return new Map(files.sort().map(file => [file, readFileSync(join(assembly, file))]));
}

/** How one assembly differs from another: nothing if it does not. */
export function differences(one: Map<string, Buffer>, other: Map<string, Buffer>): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].sort().flatMap(file => {
    const [left, right] = [one.get(file), other.get(file)];
    if (!left) { return [`${file}: is in the second only`]; }
    if (!right) { return [`${file}: is in the first only`]; }
    return left.equals(right) ? [] : [`${file}: ${firstDifference(left.toString(), right.toString())}`];
  });
}

/** Of a file: its size and the beginning of its hash. */
export function fingerprint(content: Buffer): string {
  return `${content.length.toLocaleString('en')} bytes, SHA-256 ${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
}

function firstDifference(left: string, right: string): string {
  const [ours, theirs] = [left.split('\n'), right.split('\n')];
  const line = ours.findIndex((text, index) => text !== theirs[index]);
  const at = line < 0 ? ours.length : line;
  return `line ${at + 1} is ${JSON.stringify(ours[at] ?? null)} in the first, ${JSON.stringify(theirs[at] ?? null)} in the second`;
}
