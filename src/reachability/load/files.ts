import { readFileSync, realpathSync, statSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { LoadError } from './error';

/** CloudFormation takes templates of 1 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

export function readText(file: string): string {
  try {
    const stats = statSync(file);
    if (!stats.isFile() && !stats.isFIFO()) { throw new LoadError(file, 'it is not a file; expected a CloudFormation template.'); }
    if (stats.size > MAX_BYTES) { throw new LoadError(file, `it is larger than ${MAX_BYTES / 1024 / 1024} MB; expected a CloudFormation template.`); }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof LoadError) { throw error; }
    throw new LoadError(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? error}); expected a file.`);
  }
}

export function isFile(path: string): boolean {
  return kind(path) === 'file';
}

export function isFolder(path: string): boolean {
  return kind(path) === 'folder';
}

function kind(path: string): 'file' | 'folder' | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The path of something that a file names, if it is there and inside the folder, also after links are followed.
 * What an assembly names must not make this read anything else of the machine.
 */
export function inside(root: string, base: string, named: unknown): string | undefined {
  if (typeof named !== 'string' || named === '') { return undefined; }
  const path = resolve(base, named);
  try {
    const real = realpathSync(path);
    return real === realpathSync(root) || real.startsWith(realpathSync(root) + sep) ? path : undefined;
  } catch {
    return undefined;
  }
}
