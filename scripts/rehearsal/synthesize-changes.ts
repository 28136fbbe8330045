/** Synthesizes each changed example into a folder of its own, below the one that is given. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
// before the examples, which import the library
import './changed-library';
import { Change, CHANGE, FOO_BAR_CHANGES, MULTI_VPC_CHANGES } from './changes';
import { ACCOUNT, REGION } from './emulator';
import { FooBarStack } from '../../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../../examples/typescript/multi-vpc/multi-vpc-stack';

const EXAMPLES = join(__dirname, '..', '..', 'examples', 'typescript');
const [folder] = process.argv.slice(2);
const env = { account: ACCOUNT, region: REGION };

function synthesize(example: string, changes: { [name: string]: Change }, stackIn: (app: App) => Stack): void {
  const { context } = JSON.parse(readFileSync(join(EXAMPLES, example, 'cdk.json'), 'utf8'));
  for (const [name, change] of Object.entries(changes)) {
    const app = new App({ outdir: join(folder, name), context: { ...context, [CHANGE]: name } });
    const stack = stackIn(app);
    change.finish?.(stack);
    app.synth();
  }
}

synthesize('foo-bar', FOO_BAR_CHANGES, app => new FooBarStack(app, 'FooBar', { env }));
synthesize('multi-vpc', MULTI_VPC_CHANGES, app => new MultiVpcStack(app, 'MultiVpc', { env, clientCidr: app.node.getContext('clientCidr') }));
