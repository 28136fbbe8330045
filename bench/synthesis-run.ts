/** One synthesis in a process that has loaded nothing yet, and once more in the same process. Arguments: the side, and the number of routes. */
import { join } from 'node:path';
import { processorMs } from './numbers';
import type { Side } from './system';

interface Run {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly mb: number;
}

async function main(side: string, routes: number): Promise<Run> {
  const start = processorMs();
  const { buildSystem, newApp } = await import('./system.js');
  const { Team, Hub }: Side = side === 'by hand' ? await import('./by-hand.js') : await import('./with-library.js');
  const synthesize = () => {
    const app = newApp(join(__dirname, `cdk.out-${side.replace(' ', '-')}`));
    buildSystem(app, { Team, Hub }, routes);
    app.synth();
  };
  synthesize();
  const coldMs = processorMs() - start;
  const mb = process.resourceUsage().maxRSS / 1024;
  const warmStart = processorMs();
  synthesize();
  return { coldMs, warmMs: processorMs() - warmStart, mb };
}

main(process.argv[2], Number(process.argv[3])).then(run => process.stdout.write(JSON.stringify(run)), error => {
  console.error(error);
  process.exitCode = 1;
});
