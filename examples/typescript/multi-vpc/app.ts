import { App } from 'aws-cdk-lib';
import { MultiVpcStack } from './multi-vpc-stack';

const app = new App();
const clientCidr: string | undefined = app.node.tryGetContext('clientCidr');
if (clientCidr === undefined) {
  throw new Error('Say who may reach the load balancer: npx cdk deploy -c clientCidr=203.0.113.7/32, with your own address');
}
new MultiVpcStack(app, 'MultiVpc', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'ap-northeast-1' },
  clientCidr,
});
app.synth();
