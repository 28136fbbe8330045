/**
 * Deploys the examples, changes them and destroys them, with the `cdk` command and without an AWS account: on an emulator of CloudFormation and the services behind it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emulator, findPython, install } from './rehearsal/emulator';
import { Example, Rehearsal } from './rehearsal/rehearsal';

/** The exit code after which the folders stay. */
const FAILURE = 1;

type Step = (title: string, action: () => Promise<unknown>) => Promise<void>;

const fooBarPaths = (targets: string) => [
  `foo-internal-alb:80 default → ${targets} (healthy)`,
  'alb.home. in zone alb.home. seen by bar foo → foo-internal-alb',
  'foo, 10.3.0.0/16 → peering (active), 2 times',
  'bar, 10.2.0.0/16 → peering (active), 2 times',
];

async function playFooBar(step: Step, fooBar: Rehearsal): Promise<void> {
  await step('deployed', () => fooBar.deploy(fooBarPaths('web1:8080 web2:8080')));
  await step('another port of the web servers', () => fooBar.update('other-port', fooBarPaths('web1:9090 web2:9090')));
  await step('another instance', () => fooBar.update('other-instance', fooBarPaths('web1:9090 web3:9090')));
  await step('destroyed', () => fooBar.destroy());
}

const multiVpcPaths = (vpc2: string, vpc3: string, ...moreInVpc3: string[]) => [
  `main-alb:80 100 /vpc2 /vpc2/* → endpoint ${vpc2} (healthy)`,
  `main-alb:80 200 /vpc3 /vpc3/* → endpoint ${vpc3} (healthy)`,
  'main-alb:80 default → 200 Default route',
  'nlb-vpc-2:80 default → web-vpc2-1:80 web-vpc2-2:80 (healthy)',
  ...['nlb-vpc-3:80', ...moreInVpc3].map(listener => `${listener} default → web-vpc3-1:80 web-vpc3-2:80 (healthy)`),
];

async function playMultiVpc(step: Step, multiVpc: Rehearsal): Promise<void> {
  await step('deployed', () => multiVpc.deploy(multiVpcPaths('in a c → nlb-vpc-2:80', 'in a c → nlb-vpc-3:80')));
  await step('a zone added to services and endpoints', () =>
    multiVpc.update('zone-added', multiVpcPaths('in a c d → nlb-vpc-2:80', 'in a c d → nlb-vpc-3:80')));
  await step('a zone removed from the endpoints', () =>
    multiVpc.update('zone-removed', multiVpcPaths('in a d → nlb-vpc-2:80', 'in a d → nlb-vpc-3:80')));
  await step('a target taken out by hand, put back by the schedule', () => multiVpc.repair());
  const divided = (one: number, other: number) =>
    multiVpcPaths('in a d → nlb-vpc-2:80', 'in a d → nlb-vpc-3:80', 'nlb-other:80').map(path => path.replace(
      /→ (.*nlb-vpc-2:80.*)$/, `→ ${one} to $1, ${other} to endpoint in a d → nlb-other:80 (healthy)`));
  await step('another service beside the one of a route, without requests', () => multiVpc.update('split-100-0', divided(100, 0)));
  await step('a tenth of the requests to it', () => multiVpc.update('split-90-10', divided(90, 10)));
  await step('all of the requests to it', () => multiVpc.update('split-0-100', divided(0, 100)));
  await step('a route to a service that asks, when its function has accepted the endpoint', () =>
    multiVpc.updateAccepted('awaited', multiVpcPaths('in a d → nlb-asking:80', 'in a d → nlb-vpc-3:80', 'nlb-asking:80')));
  await step('one route to another service, the other to another port', () =>
    multiVpc.update('moved', multiVpcPaths('in a d → nlb-other:80', 'in a d → nlb-vpc-3:8081', 'nlb-other:80', 'nlb-vpc-3:8081')));
  await step('one service on another port, the other behind another endpoint', () =>
    multiVpc.update('moved-again', multiVpcPaths('in a d → nlb-other:8080', 'in a d → nlb-vpc-3:80', 'nlb-other:8080')));
  await step('an endpoint replaced in place', () =>
    multiVpc.update('replaced', multiVpcPaths('in a d → nlb-other:8080', 'in a d → nlb-vpc-2:80', 'nlb-other:8080')));
  await step('zone, port and endpoint changed, refused, rolled back', () => multiVpc.updateInVain('refused', 'DuplicateListener'));
  await step('destroyed', () => multiVpc.destroy());
  await step('no gap on the way', () => multiVpc.expectJournal());
}

function stepOf(example: Example): Step {
  return async (title, action) => {
    const start = Date.now();
    const say = (outcome: string, result: unknown) => console.log(
      `${outcome.padEnd(6)} ${((Date.now() - start) / 1_000).toFixed(1).padStart(5)} s  ${example} ${title}${result === undefined ? '' : `: ${result}`}`);
    try {
      say('ok', await action());
    } catch (error) {
      say('FAILED', undefined);
      throw error;
    }
  };
}

async function rehearse(example: Example, python: string, play: (step: Step, rehearsal: Rehearsal) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `rehearsal-${example}-`));
  const emulator = await Emulator.start(python, folder);
  process.on('exit', code => { if (code !== FAILURE) { rmSync(folder, { recursive: true, maxRetries: 3 }); } });
  const rehearsal = new Rehearsal(example, emulator, folder);
  const step = stepOf(example);
  try {
    await step('bootstrapped', () => rehearsal.bootstrap());
    await play(step, rehearsal);
  } catch (error) {
    throw new Error([messageOf(error), ...await rehearsal.diagnosis(), `The journal and the log of the emulator are in ${folder}`].join('\n'));
  } finally {
    emulator.stop();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}

async function main(): Promise<void> {
  const python = findPython();
  if (python === undefined) {
    console.log('The rehearsal was not run, because Python is absent: it takes Python 3.10 or newer with venv.');
    return;
  }
  const withEmulator = install(python);
  await Promise.all([rehearse('foo-bar', withEmulator, playFooBar), rehearse('multi-vpc', withEmulator, playMultiVpc)]);
}

// emulators end when the process does
for (const signal of ['SIGINT', 'SIGTERM']) { process.once(signal, () => process.exit(2)); }
main().catch(error => {
  console.error(messageOf(error));
  process.exit(FAILURE);
});
