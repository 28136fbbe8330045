/**
 * Synthesizes the examples as their users would and prints, from the templates alone, what was built and how to deploy it.
 */
import { execFileSync, execSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Deployment } from './deployment';
import { appIn } from './example-app';

const ROOT = join(__dirname, '..');
const EXAMPLES = join(ROOT, 'examples', 'typescript');

function read(name: string, file: string): any {
  return JSON.parse(readFileSync(join(EXAMPLES, name, file), 'utf8'));
}

function synthesize(name: string): string {
  const folder = join(EXAMPLES, name);
  const outdir = join(ROOT, 'cdk.out', name);
  rmSync(outdir, { recursive: true, force: true });
  const { command, env } = appIn(folder, outdir);
  execSync(command, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  return outdir;
}

function templates(outdir: string): any[] {
  return readdirSync(outdir).filter(file => file.endsWith('.template.json')).map(file => JSON.parse(readFileSync(join(outdir, file), 'utf8')));
}

/** The report of the command, which users have too. */
function check(outdir: string, page: string): string {
  return execFileSync(process.execPath, [join(ROOT, 'lib', 'reachability', 'main.js'), 'check', relative(process.cwd(), outdir), '--costs', '--html', page], { encoding: 'utf8' });
}

/** The commands that deploy an example with the settings in its context. */
function deploying(context: object): string {
  // of another account, whose credentials are needed for it, and whose output the second deployment takes
  if ('serviceName' in context) {
    const accounts = '-c providerAccount=PROVIDER -c hubAccount=HUB';
    return [
      `npx cdk bootstrap aws://PROVIDER/ap-northeast-1 ${accounts} && npx cdk deploy Provider ${accounts}`,
      'and with credentials of the other account, and the name in the output ServiceName:',
      `npx cdk bootstrap aws://HUB/ap-northeast-1 ${accounts} && npx cdk deploy Hub ${accounts} -c serviceName=NAME -c clientCidr=YOUR_ADDRESS/32`,
    ].join('\n    ');
  }
  return `npx cdk bootstrap && npx cdk deploy${'clientCidr' in context ? ' -c clientCidr=YOUR_ADDRESS/32' : ''}`;
}

for (const name of readdirSync(EXAMPLES).filter(entry => existsSync(join(EXAMPLES, entry, 'cdk.json')))) {
  const settings = read(name, 'cdk.json');
  const outdir = synthesize(name);
  console.log(`\n${name}: ${read(name, 'package.json').description}\n`);
  for (const template of templates(outdir)) {
    console.log(new Deployment(template).describe().map(line => `  ${line}`).join('\n'));
  }
  const page = `${outdir}.html`;
  console.log('\n  What cdk-alb-privatelink check says of it, first what bills:\n');
  console.log(check(outdir, page).replace(/^(?=.)/gm, '  '));
  console.log(`  A picture of each path: ${relative(process.cwd(), page)}`);
  console.log(`\n  Cloud assembly: ${relative(process.cwd(), outdir) || outdir}`);
  console.log('  To deploy it, with credentials of an AWS account in the environment:');
  console.log(`    cd ${relative(process.cwd(), join(EXAMPLES, name))} && ${deploying(settings.context ?? {})}`);
}
