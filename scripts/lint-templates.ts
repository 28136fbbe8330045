import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { findPython } from './rehearsal/emulator';
import { GALLERY } from '../test/gallery';

const CFN_LINT = 'cfn-lint==1.58.0';
const CACHE = join(__dirname, '..', '.cache', 'lint');

/** What stays, by rule and the type of resource, each with its reason: a finding that is not here fails, and so does a line that is found no more. */
const ACCEPTED: { readonly [finding: string]: string } = {
  'W3005 AWS::EC2::Instance': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3005 AWS::Lambda::Function': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3005 Custom::TargetHealthGate': 'Dependencies that the CDK or a construct writes out beside a reference say the same twice.',
  'W3010 AWS::EC2::Instance': 'The CDK writes out the zones of an environment that is known.',
  'W3010 AWS::EC2::Subnet': 'The CDK writes out the zones of an environment that is known.',
};

interface Finding {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path?: (string | number)[] };
}

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

function findingsIn(python: string, template: string): Finding[] {
  const { stdout, stderr, status } = spawnSync(python, ['-c', 'from cfnlint.runner import main; main()', '--format', 'json', template], { encoding: 'utf8' });
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
    for (const [index, [name, build]] of Object.entries(GALLERY).entries()) {
      const app = new App({ outdir: join(folder, `${index}`) });
      const stack = build(app);
      const template: { Resources: { [id: string]: { Type: string } } } = app.synth().getStackArtifact(stack.artifactId).template;
      for (const { Rule, Message, Location } of findingsIn(python, join(app.outdir, stack.templateFile))) {
        const [section, id] = Location.Path ?? [];
        const key = `${Rule.Id} ${section === 'Resources' ? template.Resources[id].Type : section}`;
        seen.add(key);
        if (!(key in ACCEPTED)) { news.push(`${key}: ${Message}\n  at ${Location.Path?.join('/')} in ${name}`); }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const stale = Object.keys(ACCEPTED).filter(key => !seen.has(key)).map(key => `${key}: accepted, but found no more; take it out`);
  const wrong = [...news, ...stale];
  if (wrong.length > 0) {
    console.error(wrong.join('\n'));
    process.exitCode = 1;
  } else {
    console.log(`${CFN_LINT} read ${Object.keys(GALLERY).length} templates and found what is accepted, in ${seen.size} places, and nothing else.`);
  }
}

main();
