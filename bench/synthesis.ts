/** The multi-VPC system by hand and with the library: what one writes, what is synthesized, how long that takes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Stack } from 'aws-cdk-lib';
import * as byHand from './by-hand';
import { linesOfClasses } from './lines';
import { compiled, inProcess, interleaved, WORK } from './measure';
import { buildHub, buildSystem, newApp, Side } from './system';
import { compared, number, table } from './table';
import * as withLibrary from './with-library';

const SIZES = [2, 10, 100];
const RUNS: { [size: number]: number } = { 2: 15, 10: 9, 100: 7 };
const RESOURCES_OF_A_STACK = 500;
/** An Application Load Balancer takes no more target groups. */
const MOST_ROUTES = 100;

interface Timing {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly mb: number;
}

interface Code {
  readonly functions: number;
  readonly bytes: number;
  readonly zipped: number;
}

interface Outcome {
  readonly resources: number;
  readonly templateBytes: number;
  readonly code: Code;
}

/** The stack that `build` makes, as CloudFormation gets it. */
function synthesize(build: (app: ReturnType<typeof newApp>) => Stack): Outcome {
  const folder = mkdtempSync(join(WORK, 'cdk.out-'));
  const app = newApp(folder);
  const { stackName } = build(app);
  const { template, templateFullPath } = app.synth().getStackByName(stackName);
  const resources = Object.keys(template.Resources).length;
  const outcome = { resources, templateBytes: statSync(templateFullPath).size, code: codeOf(template, folder) };
  rmSync(folder, { recursive: true });
  return outcome;
}

function codeOf({ Resources }: any, folder: string): Code {
  const functions = Object.values<{ Type: string; Properties: any }>(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const assetOf = (key: string) => readdirSync(folder).find(name => name.startsWith(`asset.${key.replace('.zip', '')}`))!;
  const files = functions.flatMap(({ Properties }) => filesOf(join(folder, assetOf(Properties.Code.S3Key))));
  const sum = (size: (content: Buffer) => number) => files.map(size).reduce((a, b) => a + b, 0);
  return { functions: functions.length, bytes: sum(content => content.length), zipped: sum(content => deflateRawSync(content).length) };
}

function filesOf(asset: string): Buffer[] {
  return readdirSync(asset, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name)));
}

/** How many routes a hub has that fits one stack. */
function mostRoutes(side: Side): number {
  let [fits, most] = [0, MOST_ROUTES];
  while (fits < most) {
    const routes = Math.ceil((fits + most) / 2);
    if (synthesize(app => buildHub(app, side, routes)).resources <= RESOURCES_OF_A_STACK) { fits = routes; } else { most = routes - 1; }
  }
  return fits;
}

function lines(file: string): number {
  return Object.values(linesOfClasses(file)).reduce((a, b) => a + b, 0);
}

export function synthesis(): string {
  const script = compiled('synthesis-run');
  const timings = SIZES.map(size => interleaved<'with' | 'byHand', Timing>({
    with: () => inProcess(script, 'with the library', size),
    byHand: () => inProcess(script, 'by hand', size),
  }, RUNS[size]));
  const outcomes = SIZES.map(size => ({
    with: synthesize(app => buildSystem(app, withLibrary, size)),
    byHand: synthesize(app => buildSystem(app, byHand, size)),
  }));
  const of = (size: number) => outcomes[SIZES.indexOf(size)];
  // what a hub has for each of its routes, beside what it has once
  const each = (side: 'with' | 'byHand') => (of(100)[side].resources - of(10)[side].resources) / 90;
  const most = { with: mostRoutes(withLibrary), byHand: mostRoutes(byHand) };

  return `## The same system by hand

Teams with two instances a service behind a Network Load Balancer and an endpoint service, and a hub with one route to each service: [with the library](../bench/with-library.ts), and
[by hand](../bench/by-hand.ts) with the CDK's own constructs and \`AwsCustomResource\`. Both have the same load balancers, services, instances, security groups and health checks, no finding of CloudFormation's validator but that the image is
written out, and every path reachable for \`ReachabilityChecks\`. VPCs and instances are [written once for both](../bench/system.ts).

The lines are what stands between the braces of the two classes, without blank lines and comments. They are the same for any number of routes, because both have a loop.

${table(['', 'library', 'by hand', 'ratio'], [
  compared('lines of code', lines('with-library.ts'), lines('by-hand.ts')),
  compared('resources of the hub for each route', each('with'), each('byHand')),
  compared('routes that fit a stack of 500 resources', most.with, most.byHand),
  compared('functions in the hub', of(100).with.code.functions, of(100).byHand.code.functions),
  compared('their code', of(100).with.code.bytes, of(100).byHand.code.bytes, 'bytes'),
  compared('their code, compressed', of(100).with.code.zipped, of(100).byHand.code.zipped, 'bytes'),
  ...SIZES.map(size => compared(`template of the hub, ${size} routes`, of(size).with.templateBytes, of(size).byHand.templateBytes, 'bytes')),
])}

A load balancer takes ${MOST_ROUTES} target groups, so that more routes are not asked for; with ${MOST_ROUTES} the hub of the library has ${number(of(100).with.resources)} resources, and that by hand ${number(of(100).byHand.resources)}, more than CloudFormation takes:
the limit was lifted to measure it. By hand the six of a route are target group, rule, endpoint, \`AwsCustomResource\`, its policy, and the resource that the CDK adds to write the list of interfaces into a text. One can save the last two with a
role of one's own and the interfaces one by one, and some more lines. The functions' code is all that their assets hold, the framework's of \`custom_resources.Provider\` with ours, the CDK's for that text with the other.

Time is that of the processor, from loading the modules to the written assembly in a process of its own (cold), and once more in the same process (warm); memory is the most that the process had until the first was done. The template validator of the CDK is off.

${table(['synthesis', 'library', 'by hand', 'ratio'], SIZES.flatMap((size, index) => {
  const { with: ours, byHand: theirs } = timings[index];
  return [
    compared(`${size} routes, cold`, ours.coldMs, theirs.coldMs, 'ms'),
    compared(`${size} routes, warm`, ours.warmMs, theirs.warmMs, 'ms'),
    compared(`${size} routes, memory`, ours.mb, theirs.mb, 'MB'),
  ];
}))}
`;
}
