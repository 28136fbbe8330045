import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, StackProps } from 'aws-cdk-lib';
import { LOGICAL_IDS } from './logical-ids';
import { FooBarStack } from '../../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../../examples/typescript/multi-vpc/multi-vpc-stack';
import { HubStack } from '../../examples/typescript/two-accounts/hub-stack';
import { ProviderStack } from '../../examples/typescript/two-accounts/provider-stack';

const EXAMPLES: { [name: string]: (app: App, props: StackProps) => { stackName: string } } = {
  'foo-bar': (app, props) => new FooBarStack(app, 'FooBar', props),
  'multi-vpc': (app, props) => new MultiVpcStack(app, 'MultiVpc', { ...props, clientCidr: '203.0.113.7/32' }),
  'two-accounts/Provider': (app, props) => new ProviderStack(app, 'Provider', { ...props, hubAccount: '222222222222' }),
  'two-accounts/Hub': (app, props) => new HubStack(app, 'Hub', {
    ...props, serviceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', clientCidr: '203.0.113.7/32',
  }),
};

test.each(Object.keys(EXAMPLES))('every logical id of %s is the one that users have deployed', name => {
  const { context } = JSON.parse(readFileSync(join(__dirname, '../../examples/typescript', name.split('/')[0], 'cdk.json'), 'utf8'));
  const app = new App({ context });
  const { stackName } = EXAMPLES[name](app, { env: { account: '123456789012', region: 'ap-northeast-1' } });
  const made: { [type: string]: string[] } = {};
  for (const [id, { Type }] of Object.entries<{ Type: string }>(app.synth().getStackByName(stackName).template.Resources)) {
    if (Type !== 'AWS::CDK::Metadata') { (made[Type] ??= []).push(id); }
  }
  expect(Object.fromEntries(Object.entries(made).map(([type, ids]) => [type, ids.sort()]))).toEqual(LOGICAL_IDS[name]);
});
