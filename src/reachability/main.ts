#!/usr/bin/env node
import { run } from './engine';

// whoever reads the output may have seen enough: `| head`
process.stdout.on('error', () => {});

process.exitCode = run(process.argv.slice(2), {
  stdout: text => { process.stdout.write(text); },
  stderr: text => { process.stderr.write(text); },
  isTTY: process.stdout.isTTY ?? false,
  columns: process.stdout.columns,
  env: process.env,
  cwd: process.cwd(),
});
