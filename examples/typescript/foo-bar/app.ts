import { App, Validations } from 'aws-cdk-lib';
import { ReachabilityChecks, ReachabilityDestination, ReachabilitySource } from 'cdk-alb-privatelink';
import { FooBarStack } from './foo-bar-stack';

const app = new App();
const { client, web, servers } = new FooBarStack(app, 'FooBar', { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: 'ap-northeast-1' } });

// a dead path fails the synthesis, before anything is deployed
Validations.of(app).addPlugins(new ReachabilityChecks({
  expect: [{ source: ReachabilitySource.workload(client), destination: ReachabilityDestination.name('alb.home'), port: 80 }],
  forbid: [
    { source: ReachabilitySource.internet(), destination: ReachabilityDestination.loadBalancer(web) },
    ...servers.map(server => ({ source: ReachabilitySource.workload(client), destination: ReachabilityDestination.workload(server) })),
  ],
}));
app.synth();
