import { App } from 'aws-cdk-lib';
import { FooBarStack } from './foo-bar-stack';

const app = new App();
new FooBarStack(app, 'FooBar', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'ap-northeast-1' } });
app.synth();
