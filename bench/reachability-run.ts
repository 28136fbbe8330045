/** Checks templates in a process that holds nothing but the checker, first cold, then warm. Argument: the templates, as JSON in a file. Memory is what the process has more after the first check. */
import { readFileSync } from 'node:fs';
import { median, processorMs } from './numbers';
import { check } from '../src/reachability/check';

const WARM_RUNS = 7;

const sources = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const time = () => {
  const start = processorMs();
  const paths = check(sources).paths.length;
  return { ms: processorMs() - start, paths };
};

const before = process.memoryUsage().rss;
const cold = time();
const mb = (process.memoryUsage().rss - before) / 1024 / 1024;
const warm = Array.from({ length: WARM_RUNS }, () => time().ms);
process.stdout.write(JSON.stringify({ coldMs: cold.ms, warmMs: median(warm), mb, paths: cold.paths }));
