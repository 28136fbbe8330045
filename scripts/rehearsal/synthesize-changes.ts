/** Synthesizes an example with each of its changes into a folder of its own: `ts-node synthesize-changes.ts EXAMPLE FOLDER`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
// before the examples, which import the library
import './changed-library';
import { CHANGE, CHANGES } from './changes';
import { ACCOUNT, REGION } from './emulator';
import { FooBarStack } from '../../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../../examples/typescript/multi-vpc/multi-vpc-stack';

const env = { account: ACCOUNT, region: REGION };

const STACKS: { [example in keyof typeof CHANGES]: (app: App) => Stack } = {
  'foo-bar': app => new FooBarStack(app, 'FooBar', { env }),
  'multi-vpc': app => new MultiVpcStack(app, 'MultiVpc', { env, clientCidr: app.node.getContext('clientCidr') }),
};

const [example, folder] = process.argv.slice(2) as [keyof typeof CHANGES, string];
const { context } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'examples', 'typescript', example, 'cdk.json'), 'utf8'));
for (const [name, change] of Object.entries(CHANGES[example])) {
  const app = new App({ outdir: join(folder, name), context: { ...context, [CHANGE]: name } });
  const stack = STACKS[example](app);
  change.finish?.(stack);
  app.synth();
}
