/** How everything here is measured: in processes of their own, one variant after the other in turn, and the least of several runs. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

export const ROOT = join(__dirname, '..');

/** Below the project, so that what is bundled finds its modules. */
export const WORK = join(ROOT, '.cache', 'bench');

/** What a process is given beside its arguments. CloudFormation's validator takes most of a synthesis, and is not what is compared. */
const ENVIRONMENT = { ...process.env, CDK_VALIDATION: 'false' };

/** The least of each number that the runs measured: what else the machine does only adds to it. */
export function least<T extends { readonly [name in keyof T]: number }>(runs: readonly T[]): T {
  return Object.fromEntries(Object.keys(runs[0]).map(name => [name, Math.min(...runs.map(run => run[name as keyof T]))])) as T;
}

/** A script of this folder as plain JavaScript, because loading TypeScript takes time and memory. The library is the compiled one, as its users have it. */
export function compiled(name: string): string {
  mkdirSync(WORK, { recursive: true });
  const outfile = join(WORK, `${name}.js`);
  buildSync({ entryPoints: [join(__dirname, `${name}.ts`)], bundle: true, platform: 'node', target: 'node20', packages: 'external', outfile, tsconfigRaw: {} });
  return outfile;
}

/** What a process prints as JSON. */
export function inProcess<T>(script: string, ...args: (string | number)[]): T {
  return JSON.parse(execFileSync(process.execPath, [script, ...args.map(String)], { encoding: 'utf8', env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 }));
}

/** Runs all variants in turn, and once before that nobody counts. */
export function interleaved<K extends string, T extends { readonly [name in keyof T]: number }>(
  variants: { readonly [name in K]: () => T }, runs: number,
): { [name in K]: T } {
  const names = Object.keys(variants) as K[];
  const results = Object.fromEntries(names.map(name => [name, [] as T[]])) as { [name in K]: T[] };
  for (let run = 0; run <= runs; run++) {
    // whoever comes second finds warm files and a warm processor
    for (const name of run % 2 ? names : [...names].reverse()) {
      const result = variants[name]();
      if (run > 0) { results[name].push(result); }
    }
  }
  return Object.fromEntries(names.map(name => [name, least(results[name])])) as { [name in K]: T };
}
