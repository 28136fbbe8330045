/** Measures all parts, prints them, writes docs/benchmarks.md and what the README quotes of it; or measures and prints those that are named, and writes nothing but plots. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { subnetLess } from './drain';
import { handler } from './handler';
import { ROOT, WORK } from './measure';
import { packageSize } from './package';
import { reachability } from './reachability';
import { synthesis } from './synthesis';
import { quoting } from './table';

const PARTS: { readonly [name in string]: () => string | Promise<string> } = {
  synthesis, handler, package: packageSize, reachability, drain: subnetLess,
};

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}

async function main(names: string[]): Promise<void> {
  const unknown = names.filter(name => !(name in PARTS));
  if (unknown.length > 0) { throw new Error(`No such part: ${unknown.join(', ')}. Parts are ${Object.keys(PARTS).join(', ')}`); }
  process.env.CDK_VALIDATION = 'false';
  const sections: string[] = [];
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
    const section = await PARTS[name]();
    console.log(section);
    sections.push(section);
  }
  rmSync(WORK, { recursive: true, force: true });
  if (names.length > 0) { return; }
  const intro = `# Benchmarks

What the library claims, as numbers that anyone can measure again: \`npm run bench\` writes this page, in some minutes, from a clone of the repository; no AWS account is needed. \`npm run bench -- handler\` prints one part.

Times depend on the machine and on what else it does. What counts are the ratios: both sides run in turn, in processes of their own, and the least of several runs is taken, because what else the machine does only adds to it. A ratio below 1 is in favour of the library. Measured on ${availableParallelism()} shared cores (${process.platform},
${process.arch}), with Node.js ${process.versions.node}, aws-cdk-lib ${versionOf('aws-cdk-lib')} and version ${versionOf('@aws-sdk/client-ec2')} of the AWS SDK.
`;
  const page = [intro, ...sections].join('\n');
  writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), page);
  const readme = join(ROOT, 'README.md');
  writeFileSync(readme, quoting(readFileSync(readme, 'utf8'), page));
}

main(process.argv.slice(2)).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
