/** How the time of ReachabilityChecks grows: with the routes, each to a service of its own that is walked to the last instance, and with resources that carry no traffic. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { compiled, inProcess, interleaved, ROOT, WORK } from './measure';
import { processorMs } from './numbers';
import { plot } from './plot';
import { buildSystem, ENV, newApp } from './system';
import { number, table } from './table';
import * as withLibrary from './with-library';
import type { TemplateSource } from '../src/reachability/contract';

const ROUTES = [10, 25, 50, 100, 200];
const UNRELATED = [0, 500, 1000, 2000, 5000];
/** The routes beside which the unrelated resources stand. */
const BESIDE = 10;
const ROUTES_OF_A_HUB = 100;
const RESOURCES_OF_A_STACK = 500;
const RUNS = 2;

interface Check {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly mb: number;
  readonly paths: number;
}

interface Size {
  readonly routes: number;
  readonly unrelated: number;
  readonly resources: number;
  readonly stacks: number;
  readonly synthesisMs: number;
  readonly templates: string;
}

export const PLOT = 'reachability-growth.svg';

function synthesize(routes: number, unrelated: number): Size {
  const start = processorMs();
  const app = newApp();
  for (let n = 0; n * ROUTES_OF_A_HUB < routes; n++) {
    // more routes than a load balancer takes are a second system
    buildSystem(new Stage(app, `System${n}`), withLibrary, Math.min(ROUTES_OF_A_HUB, routes - n * ROUTES_OF_A_HUB));
  }
  for (let n = 0; n < unrelated; n += RESOURCES_OF_A_STACK) {
    const stack = new Stack(app, `Unrelated${n}`, { env: ENV });
    for (let each = n; each < Math.min(unrelated, n + RESOURCES_OF_A_STACK); each++) { new ssm.StringParameter(stack, `Parameter${each}`, { stringValue: `${each}` }); }
  }
  const stacks = app.synth().stacksRecursively;
  const synthesisMs = processorMs() - start;
  const sources: TemplateSource[] = stacks.map(({ hierarchicalId: stack, stackName, template: body }) => ({ stack, stackName, ...ENV, body }));
  const templates = join(WORK, `templates-${routes}-${unrelated}.json`);
  writeFileSync(templates, JSON.stringify(sources));
  const resources = stacks.reduce((sum, { template }) => sum + Object.keys(template.Resources ?? {}).length, 0);
  return { routes, unrelated, resources, stacks: stacks.length, synthesisMs, templates };
}

/** With which power of the size the time grows: the slope of the line through the logarithms. */
function exponent(sizes: readonly number[], times: readonly number[]): number {
  const [x, y] = [sizes.map(Math.log), times.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  return x.reduce((sum, each, n) => sum + (each - mx) * (y[n] - my), 0) / x.reduce((sum, each) => sum + (each - mx) ** 2, 0);
}

export function reachability(): string {
  const script = compiled('reachability-run');
  const sizes = [...ROUTES.map(routes => synthesize(routes, 0)), ...UNRELATED.slice(1).map(unrelated => synthesize(BESIDE, unrelated))];
  const key = ({ routes, unrelated }: Size) => `${routes}/${unrelated}`;
  const checks = interleaved<string, Check>(Object.fromEntries(sizes.map(size => [key(size), () => inProcess<Check>(script, size.templates)])), RUNS);
  const of = (size: Size) => checks[key(size)];

  const byRoutes = sizes.filter(({ unrelated }) => unrelated === 0);
  const byUnrelated = sizes.filter(({ routes }) => routes === BESIDE);
  const power = (what: 'coldMs' | 'warmMs') => exponent(byRoutes.map(({ routes }) => routes), byRoutes.map(size => of(size)[what]));
  const series = (what: 'coldMs' | 'warmMs', x: 'routes' | 'unrelated', from: readonly Size[]) => from.map(size => ({ x: size[x], y: of(size)[what] }));
  writeFileSync(join(ROOT, 'docs', PLOT), plot([
    { title: 'Routes, each to a service with two instances', series: [{ name: 'first', points: series('coldMs', 'routes', byRoutes) }, { name: 'again', points: series('warmMs', 'routes', byRoutes) }] },
    {
      title: `Unrelated resources beside ${BESIDE} routes`,
      series: [{ name: 'first', points: series('coldMs', 'unrelated', byUnrelated) }, { name: 'again', points: series('warmMs', 'unrelated', byUnrelated) }],
    },
  ]));

  const [least, most] = [byUnrelated[0], byUnrelated.at(-1)!];
  const perThousand = (of(most).warmMs - of(least).warmMs) / most.unrelated * 1000;
  return `## The check of every path

The time of \`ReachabilityChecks\` after the synthesis, in a process of its own that holds nothing but the checker: the first time, and again in the same process, in milliseconds of the processor. Up to ${ROUTES_OF_A_HUB} routes are one hub, ${ROUTES.at(-1)} are two.

${table(['routes', 'unrelated', 'resources', 'stacks', 'paths', 'first', 'again', 'memory', 'first / synthesis'], sizes.map(size => [
  `${size.routes}`, number(size.unrelated), number(size.resources), `${size.stacks}`, number(of(size).paths), `${number(of(size).coldMs)} ms`, `${number(of(size).warmMs)} ms`, `${number(of(size).mb)} MB`,
  number(of(size).coldMs / size.synthesisMs, 3),
]))}

The time grows with the number of routes to the power of ${number(power('warmMs'), 2)} (the first time ${number(power('coldMs'), 2)}; 1 is linear), and by ${number(perThousand, 1)} ms for each 1,000 resources that carry no traffic.

![Time of the check against the number of routes and of unrelated resources](${PLOT})
`;
}
