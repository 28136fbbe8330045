/** What the library takes to load. Argument: files of aws-cdk-lib that are loaded before it, as JSON in a file; without it, the names of those that the library loads. */
import { readFileSync } from 'node:fs';
import { processorMs } from './numbers';

const NAME = 'cdk-alb-privatelink';
const [list] = process.argv.slice(2);

function load(names: readonly string[]): number {
  const start = processorMs();
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  names.forEach(name => { require(name); });
  return processorMs() - start;
}

if (list) {
  const before: string[] = JSON.parse(readFileSync(list, 'utf8'));
  const cdkMs = load(before);
  const mb = process.memoryUsage().rss;
  const libraryMs = load([NAME]);
  process.stdout.write(JSON.stringify({ cdkMs, libraryMs, mb: (process.memoryUsage().rss - mb) / 1024 / 1024 }));
} else {
  load([NAME]);
  const others = Object.keys(require.cache).filter(file => /[\\/]node_modules[\\/]/.test(file) && !file.includes(NAME));
  process.stdout.write(JSON.stringify(others));
}
