/**
 * Deploys the examples, changes them, and destroys them, with the `cdk` command and without an AWS account: on an emulator of CloudFormation and the services behind it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Emulator, findPython } from './rehearsal/emulator';
import { Rehearsal } from './rehearsal/rehearsal';

const ALB_HOME = 'alb.home. in zone alb.home. seen by bar foo → foo-internal-alb';
const PEERING = ['foo, 10.3.0.0/16 → peering (active), 2 times', 'bar, 10.2.0.0/16 → peering (active), 2 times'];
const fooBar = (targets: string) => [`foo-internal-alb:80 default → ${targets} (healthy)`, ALB_HOME, ...PEERING];

const inVpc3 = (loadBalancer: string) => `${loadBalancer} default → web-vpc3-1:80 web-vpc3-2:80 (healthy)`;
const multiVpc = (vpc2: string, vpc3: string, ...others: string[]) => [
  `main-alb:80 100 /vpc2 /vpc2/* → endpoint ${vpc2} (healthy)`,
  `main-alb:80 200 /vpc3 /vpc3/* → endpoint ${vpc3} (healthy)`,
  'main-alb:80 default → 200 Default route',
  'nlb-vpc-2:80 default → web-vpc2-1:80 web-vpc2-2:80 (healthy)',
  'nlb-vpc-3:80 default → web-vpc3-1:80 web-vpc3-2:80 (healthy)',
  ...others.map(inVpc3),
];

async function step<T>(title: string, action: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const say = (outcome: string, result: unknown) =>
    console.log(`${outcome.padEnd(6)} ${((Date.now() - start) / 1_000).toFixed(1).padStart(5)} s  ${title}${typeof result === 'string' ? `: ${result}` : ''}`);
  try {
    const result = await action();
    say('ok', result);
    return result;
  } catch (error) {
    say('FAILED', undefined);
    throw error;
  }
}

async function play(rehearsal: Rehearsal): Promise<void> {
  await Promise.all([
    step('cdk bootstrap', () => rehearsal.bootstrap()),
    step('changes synthesized', () => rehearsal.synthesizeChanges()),
  ]);
  await step('foo-bar deployed', () => rehearsal.deploy('foo-bar', fooBar('web1:8080 web2:8080')));
  await step('foo-bar: another port of the web servers', () => rehearsal.update('foo-bar', 'other-port', fooBar('web1:9090 web2:9090')));
  await step('foo-bar: another instance', () => rehearsal.update('foo-bar', 'other-instance', fooBar('web1:9090 web3:9090')));
  await step('multi-vpc deployed', () => rehearsal.deploy('multi-vpc', multiVpc('in a c → nlb-vpc-2:80', 'in a c → nlb-vpc-3:80')));
  await step('multi-vpc: a zone added to services and endpoints', () =>
    rehearsal.update('multi-vpc', 'zone-added', multiVpc('in a c d → nlb-vpc-2:80', 'in a c d → nlb-vpc-3:80')));
  await step('multi-vpc: a zone removed from the endpoints', () =>
    rehearsal.update('multi-vpc', 'zone-removed', multiVpc('in a d → nlb-vpc-2:80', 'in a d → nlb-vpc-3:80')));
  await step('multi-vpc: one route to another service, the other to another port', () =>
    rehearsal.update('multi-vpc', 'moved', multiVpc('in a d → nlb-other:80', 'in a d → nlb-vpc-3:8081', 'nlb-other:80', 'nlb-vpc-3:8081')));
  await step('multi-vpc: one service on another port, the other behind another endpoint', () =>
    rehearsal.update('multi-vpc', 'moved-again', multiVpc('in a d → nlb-other:8080', 'in a d → nlb-vpc-3:80', 'nlb-other:8080')));
  await step('multi-vpc: an endpoint replaced in place', () =>
    rehearsal.update('multi-vpc', 'replaced', multiVpc('in a d → nlb-other:8080', 'in a d → nlb-vpc-2:80', 'nlb-other:8080')));
  await step('multi-vpc: zone, port and endpoint changed, refused, rolled back', () => rehearsal.updateInVain('multi-vpc', 'refused', 'DuplicateListener'));
  await step('multi-vpc destroyed', () => rehearsal.destroy('multi-vpc'));
  await step('foo-bar destroyed', () => rehearsal.destroy('foo-bar'));
  await step('nothing left', () => rehearsal.expectNothing());
  await step('no gap on the way', () => rehearsal.expectNoGap());
}

async function rehearse(python: string, folder: string): Promise<void> {
  const emulator = await step('emulator started', () => Emulator.start(python, folder));
  const rehearsal = new Rehearsal(emulator, folder);
  try {
    await play(rehearsal);
  } catch (error) {
    throw new Error([messageOf(error), ...await rehearsal.diagnosis()].join('\n'));
  } finally {
    emulator.stop();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}

const python = findPython();
if (python === undefined) {
  console.log('The rehearsal was not run, because Python is absent: it takes Python 3.10 or newer with venv.');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  for (const signal of ['SIGINT', 'SIGTERM']) { process.once(signal, () => process.exit(2)); }
  rehearse(python, folder).then(() => rmSync(folder, { recursive: true }), error => {
    console.error(`${messageOf(error)}\nThe journal and the log of the emulator are in ${folder}`);
    process.exitCode = 1;
  });
}
