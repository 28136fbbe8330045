process.env.CDK_VALIDATION = 'true';

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { App } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { given as givenByUsers } from './public-api';
import { CONSTRUCTS, Made } from './random-props/constructs';
import { newStack, TOKYO } from './util';

/** More of them, or others, by the environment: `RANDOM_PROPS=2000 RANDOM_PROPS_SEED=7 npx jest test/random-props`. */
const RUNS = Number(process.env.RANDOM_PROPS ?? 50);
const SEED = Number(process.env.RANDOM_PROPS_SEED ?? 1);
const MILLISECONDS_EACH = 1_000;

/** Where to put some of the templates that are accepted, for other linters to read. */
const TEMPLATES = process.env.RANDOM_PROPS_TEMPLATES;
const TEMPLATES_EACH = 10;

/** What the CDK says before we can. */
const OF_THE_CDK: RegExp[] = [
];

/** What the validator says of templates that are right. */
const NO_FINDINGS = [
  /^W3010 /, // the CDK writes out the zones of the environment
  /^W9010 /, // the image of an instance of the test
  /^W2001 Parameters\/(Number|Text): /, // stands for a token, which need not reach the template
  /^(E1029|E1050) Refresh: /, // any text is a text
  /^F6101 .*NetworkPathFound/, // a boolean, which the README tells how to acknowledge
];

/** What no template has: what JavaScript makes of a value that is none. */
const NO_VALUE = /\bNaN\b|\bundefined\b|\[object |\$\{Token\[|: ?null\b/;

/** Whether an error says where, and which prop it is. An app has one of our plugins. */
function isOurs(message: string): boolean {
  if (/^ERROR .*\(cdk-alb-privatelink\)$/m.test(message)) { return true; }
  if (/Validation plugin 'cdk-alb-privatelink' failed: (Stack\S*: )?('\w+'|Reachability\w+\.\w+\(…\)) /.test(message)) { return true; }
  return /^(\[Stack\/[^\]]+\] |Stack\/)/.test(message) && /'[A-Za-z][^']*'|\broute '/.test(message);
}

/** What is wrong with an error that a user would get, if anything. */
function complaint({ name, message, stack }: Error): string | undefined {
  const [first, ...others] = message.split('\n').map(line => line.trim()).filter(line => line !== '');
  const messages = /^Validation failed with the following errors/.test(first) ? others : [message];
  const foreign = messages.filter(one => !isOurs(one) && !OF_THE_CDK.some(known => known.test(one)));
  return ['Error', 'ValidationFailedWithErrors'].includes(name) || foreign.length === 0
    ? foreign.map(one => `is not ours: ${name}: ${one}\n${stack?.split('\n').filter(line => /^ +at /.test(line)).slice(0, 4).join('\n')}`)[0]
    : `${name}: ${message}\n${stack}`;
}

/** What is wrong with a template, if anything. */
function findings(app: App, name: string): string[] {
  const template = readFileSync(join(app.outdir, 'Stack.template.json'), 'utf8');
  const report = join(app.outdir, 'validation-report.json');
  const { pluginReports }: { pluginReports: any[] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { pluginReports: [] };
  const found = pluginReports.filter(({ pluginName }) => pluginName === 'CloudFormation Validate')
    .flatMap(({ violations }) => violations.map(({ ruleName, description }: any) => `${ruleName} ${description}`))
    .filter(finding => !NO_FINDINGS.some(known => known.test(finding)));
  if (TEMPLATES !== undefined && accepted <= TEMPLATES_EACH) {
    mkdirSync(TEMPLATES, { recursive: true });
    writeFileSync(join(TEMPLATES, `${name}-${accepted}.template.json`), template);
  }
  const noValue = NO_VALUE.exec(template);
  return noValue ? [...found, `the template has …${template.slice(Math.max(0, noValue.index - 100), noValue.index + 50)}…`] : found;
}

/** What a user would complain of: an error that is no help, or a template that does not deploy. */
function complaints({ make }: Made, name: string, given: any, known: boolean): string[] {
  const app = new App({ analyticsReporting: false });
  jest.spyOn(console, 'error').mockImplementation();
  try {
    make(newStack('Stack', known ? { env: TOKYO } : {}, app), given);
    app.synth();
    accepted++;
    return findings(app, name);
  } catch (error) {
    refused++;
    return [complaint(error as Error) ?? []].flat();
  } finally {
    rmSync(app.outdir, { recursive: true, force: true });
  }
}

let [accepted, refused] = [0, 0];

describe(`${RUNS} random props, well-typed and wild, end in an error of ours or in a template that AWS accepts:`, () => {
  beforeEach(() => { accepted = 0; });

  test.each(Object.entries(CONSTRUCTS))('%s', (name, made) => {
    const property = fc.property(made.props, fc.boolean(), (given, known) => {
      const found = complaints(made, name, given, known);
      if (found.length > 0) { throw new Error(found.join('\n')); }
    });
    const { failed, counterexample, errorInstance, seed } = fc.check(property, { seed: SEED, numRuns: RUNS });
    if (failed) {
      const [given, known] = counterexample!;
      throw new Error(`${(errorInstance as Error).message}\n\nfrom ${name}${known ? ' in Tokyo' : ''} (seed ${seed}) with\n\n${inspect(given, { depth: null, maxArrayLength: null })}`);
    }
    // a generator of nonsense alone would say nothing of templates
    expect(accepted).toBeGreaterThan(RUNS / 8);
  }, 30_000 + RUNS * MILLISECONDS_EACH);

  // and one of what is fine alone nothing of errors
  test('and some of them in an error', () => { expect(refused).toBeGreaterThan(RUNS / 2); });
});

/** Constructs that are always given, and names of files: what else could be given is among the bad inputs. */
const ALWAYS = ['vpc', 'peerVpc', 'endpoint', 'targetGroups', 'htmlFile', 'jsonFile'];

/** The names of all props that a generator gives now and then. */
function namesIn({ props }: Made): Set<string> {
  const names = new Set(ALWAYS);
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) { return; }
    for (const [name, each] of Object.entries(value)) { names.add(name); visit(each); }
  };
  fc.sample(props, { numRuns: 500, seed: SEED }).forEach(visit);
  return names;
}

test('every prop of the API is among the random ones, of each construct that has it', () => {
  const props = givenByUsers().filter(one => !one.includes('(')).map(one => one.split('.'));
  const made = Object.values(CONSTRUCTS);
  const structs = new Set(props.map(([struct]) => struct));
  expect([...structs].filter(struct => !made.some(({ of }) => of.includes(struct)))).toEqual([]);
  const missing = Object.entries(CONSTRUCTS).flatMap(([construct, each]) => {
    const names = namesIn(each);
    return props.filter(([struct, prop]) => each.of.includes(struct) && !names.has(prop)).map(([struct, prop]) => `${construct}: ${struct}.${prop}`);
  });
  expect(missing).toEqual([]);
});
