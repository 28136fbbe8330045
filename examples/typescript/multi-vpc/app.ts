import { App, Validations } from 'aws-cdk-lib';
import { ReachabilityChecks, ReachabilityDestination, ReachabilitySource } from 'cdk-alb-privatelink';
import { MultiVpcStack } from './multi-vpc-stack';

const app = new App();
const clientCidr: string | undefined = app.node.tryGetContext('clientCidr');
if (clientCidr === undefined) {
  throw new Error('Say who may reach the load balancer: npx cdk deploy -c clientCidr=203.0.113.7/32, with your own address');
}
const { services } = new MultiVpcStack(app, 'MultiVpc', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'ap-northeast-1' },
  clientCidr,
});

// a dead path fails the synthesis, before anything is deployed
Validations.of(app).addPlugins(new ReachabilityChecks({
  expect: services.map(service => (
    { source: ReachabilitySource.cidr(clientCidr), destination: ReachabilityDestination.endpointService(service), port: 80 })),
}));
app.synth();
