import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { App, Stack } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { findPython } from './rehearsal/emulator';
import { GALLERY } from '../test/gallery';
import { CONSTRUCTS } from '../test/random-props/constructs';
import { newStack } from '../test/util';

const CFN_LINT = 'cfn-lint==1.58.0';
const CACHE = join(__dirname, '..', '.cache', 'lint');

/** What stays, by rule and the type of resource, each with its reason: a finding that is not here fails, and so does a line that is found no more. */
const ACCEPTED: { readonly [finding: string]: string } = {
  'E6101 Outputs': 'Whether a path was found is a boolean, which an output takes as a text; the README tells how to acknowledge it.',
  'W3005 AWS::EC2::Instance': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3005 AWS::EC2::NetworkInsightsAnalysis': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3005 AWS::Lambda::Function': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3005 Custom::TargetHealthGate': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3010 AWS::EC2::Instance': 'The CDK writes out the zones of an environment that is known.',
  'W3010 AWS::EC2::Subnet': 'The CDK writes out the zones of an environment that is known.',
};

/** Templates of each construct with random props, the same in every run; `RANDOM_PROPS` takes more. */
const RANDOM_EACH = Number(process.env.RANDOM_PROPS ?? 3);
const SEED = Number(process.env.RANDOM_PROPS_SEED ?? 1);

interface Finding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path?: (string | number)[] };
}

/** What was synthesized, by file. */
type Templates = Map<string, { readonly name: string; readonly body: { Resources: { [id: string]: { Type: string } } } }>;

/** Into a virtual environment that is made under another name first, so that a half-made one is never used. */
function install(python: string): string {
  const folder = join(CACHE, CFN_LINT);
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    mkdirSync(CACHE, { recursive: true });
    execFileSync(python, ['-m', 'venv', draft]);
    execFileSync(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', CFN_LINT], { stdio: 'inherit' });
    renameSync(draft, folder);
  }
  return join(folder, 'bin', 'python');
}

/** Writes what an app synthesizes. */
function write(templates: Templates, folder: string, name: string, build: (app: App) => Stack): void {
  const app = new App({ outdir: join(folder, `${templates.size}`) });
  const stack = build(app);
  templates.set(join(app.outdir, stack.templateFile), { name, body: app.synth().getStackArtifact(stack.artifactId).template });
}

/** What the examples and every construct synthesize, with props that somebody chose, and with random ones. */
function synthesize(folder: string): Templates {
  // no findings of the CDK's validator, which reads these templates in the tests
  process.env.CDK_VALIDATION = 'false';
  const templates: Templates = new Map();
  for (const [name, build] of Object.entries(GALLERY)) { write(templates, folder, name, build); }
  // checks make nothing
  const { ReachabilityChecks, ...constructs } = CONSTRUCTS;
  for (const [name, { props, make }] of Object.entries(constructs)) {
    const enough = templates.size + RANDOM_EACH;
    for (const given of fc.sample(props, { numRuns: 20 * RANDOM_EACH, seed: SEED })) {
      if (templates.size === enough) { break; }
      try {
        write(templates, folder, `${name} with ${inspect(given, { depth: null })}`, app => {
          const stack = newStack('Stack', {}, app);
          make(stack, given);
          return stack;
        });
      } catch {
        // refused: the tests look at the error
      }
    }
  }
  return templates;
}

function findingsIn(python: string, files: string[]): Finding[] {
  const { stdout, stderr, status } = spawnSync(python, ['-c', 'from cfnlint.runner import main; main()', '--format', 'json', '--', ...files], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status === null || status === 1 || (status !== 0 && !stdout.startsWith('['))) { throw new Error(`cfn-lint ended with status ${status}: ${stderr}`); }
  return JSON.parse(stdout || '[]');
}

function main(): void {
  const found = findPython();
  if (!found) {
    console.log('cfn-lint was not asked: there is no Python 3.10 or newer that can make virtual environments.');
    return;
  }
  const python = install(found);
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  const seen = new Set<string>();
  const news: string[] = [];
  try {
    const templates = synthesize(folder);
    for (const { Rule, Message, Filename, Location } of findingsIn(python, [...templates.keys()])) {
      const [section, id] = Location.Path ?? [];
      const { name, body } = templates.get(Filename)!;
      const key = `${Rule.Id} ${section === 'Resources' ? body.Resources[id].Type : section}`;
      seen.add(key);
      if (!(key in ACCEPTED)) { news.push(`${key}: ${Message}\n  at ${Location.Path?.join('/')} in ${name}`); }
    }
    console.log(`${CFN_LINT} read ${templates.size} templates, of which ${templates.size - Object.keys(GALLERY).length} have random props.`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  const stale = Object.keys(ACCEPTED).filter(key => !seen.has(key)).map(key => `${key}: accepted, but found no more; take it out`);
  const wrong = [...news, ...stale];
  wrong.forEach(line => { console.error(line); });
  if (wrong.length > 0) { process.exitCode = 1; } else { console.log(`It found what is accepted, ${seen.size} kinds, and nothing else.`); }
}

main();
