/**
 * What ReachabilityChecks costs beyond the synthesis: a hub of 100 routes to services of their own, walked to the last instance, and 500 resources that carry no traffic.
 *
 * Each app is checked in a process of its own that holds nothing but the checker, first cold, then warm. Memory is what the process has more after the first call.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { buildSync } from 'esbuild';
import { AlbToPrivateLinkTargets, Backend, NlbEndpointService } from '../src';
import type { TemplateSource } from '../src/reachability/contract';

const ENV = { account: '111111111111', region: 'ap-northeast-1' };
const ZONES = ['ap-northeast-1a', 'ap-northeast-1c'];
const ROUTES = 100;
/** As many services as a stack has room for. */
const SERVICES_OF_A_STACK = 20;

interface Synthesis { readonly sources: TemplateSource[]; readonly ms: number }

interface Measurement {
  readonly coldMs: number;
  readonly warmMs: number;
  readonly mb: number;
  readonly paths: number;
}

function synthesize(build: (app: App) => void): Synthesis {
  const start = performance.now();
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true }, analyticsReporting: false });
  build(app);
  const { stacks } = app.synth();
  const ms = performance.now() - start;
  return { ms, sources: stacks.map(({ hierarchicalId: stack, stackName, template: body }) => ({ stack, stackName, ...ENV, body })) };
}

function vpcIn(stack: Stack, cidr: string): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', { ipAddresses: ec2.IpAddresses.cidr(cidr), natGateways: 0, availabilityZones: ZONES });
}

function hub(app: App): void {
  const services = Array.from({ length: ROUTES / SERVICES_OF_A_STACK }, (_, team) => servicesOf(new Stack(app, `Team${team}`, { env: ENV }), `10.${team + 1}.0.0/16`)).flat();
  const stack = new Stack(app, 'Hub', { env: ENV });
  new AlbToPrivateLinkTargets(stack, 'Hub', {
    vpc: vpcIn(stack, '10.0.0.0/16'),
    clients: [ec2.Peer.ipv4('10.0.0.0/16')],
    routes: Object.fromEntries(services.map((service, n) => [`r${n}`, { paths: [`/r${n}`], service, priority: n + 1 }])),
  });
}

function servicesOf(stack: Stack, cidr: string): NlbEndpointService[] {
  const vpc = vpcIn(stack, cidr);
  return Array.from({ length: SERVICES_OF_A_STACK }, (_, n) => {
    const instances = vpc.isolatedSubnets.map((subnet, zone) => new ec2.Instance(stack, `Web${n}${zone}`, {
      vpc,
      vpcSubnets: { subnets: [subnet] },
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.genericLinux({ [ENV.region]: 'ami-0123456789abcdef0' }),
    }));
    return new NlbEndpointService(stack, `Service${n}`, { vpc, backend: Backend.instances(instances, { port: 80 }) });
  });
}

function unrelated(app: App): void {
  const stack = new Stack(app, 'Unrelated', { env: ENV });
  for (let n = 0; n < 500; n++) { new ssm.StringParameter(stack, `Parameter${n}`, { stringValue: `${n}` }); }
}

/** What the process of a measurement runs. */
const MEASURE = `
const { readFileSync } = require('node:fs');
const { check } = require(process.argv[2]);
const sources = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const time = () => { const start = performance.now(); const { paths } = check(sources); return { ms: performance.now() - start, paths: paths.length }; };
const before = process.memoryUsage().rss;
const cold = time();
const mb = (process.memoryUsage().rss - before) / 1024 / 1024;
const warm = Array.from({ length: 11 }, () => time().ms).sort((a, b) => a - b);
process.stdout.write(JSON.stringify({ coldMs: cold.ms, warmMs: warm[5], mb, paths: cold.paths }));
`;

function measure(folder: string, sources: readonly TemplateSource[]): Measurement {
  const [script, checker, templates] = ['measure.js', 'check.js', 'templates.json'].map(name => join(folder, name));
  writeFileSync(script, MEASURE);
  buildSync({ entryPoints: [join(__dirname, '../src/reachability/check.ts')], bundle: true, platform: 'node', outfile: checker });
  writeFileSync(templates, JSON.stringify(sources));
  return JSON.parse(execFileSync(process.execPath, [script, checker, templates], { encoding: 'utf8' }));
}

function resourcesIn(sources: readonly TemplateSource[]): number {
  return sources.reduce((sum, { body }) => sum + Object.keys((body as { Resources: object }).Resources).length, 0);
}

function main(): void {
  // CloudFormation's validator takes most of a synthesis, and is not what is compared
  process.env.CDK_VALIDATION = 'false';
  const folder = mkdtempSync(join(tmpdir(), 'bench-reachability-'));
  try {
    for (const [name, build] of Object.entries({ [`hub of ${ROUTES} routes`]: hub, 'nothing of a network': unrelated })) {
      const { sources, ms } = synthesize(build);
      const { coldMs, warmMs, mb, paths } = measure(folder, sources);
      console.log(`${name}: ${resourcesIn(sources)} resources in ${sources.length} stacks, ${paths} paths`);
      console.log(`  check ${coldMs.toFixed(0)} ms cold, ${warmMs.toFixed(0)} ms warm, ${mb.toFixed(0)} MB; synthesis ${ms.toFixed(0)} ms; check / synthesis ${(coldMs / ms).toFixed(3)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main();
