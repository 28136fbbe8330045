import { App, Validations } from 'aws-cdk-lib';
import { ReachabilityChecks, ReachabilityDestination, ReachabilitySource } from 'cdk-alb-privatelink';
import { HubStack } from './hub-stack';
import { ProviderStack } from './provider-stack';

const REGION = 'ap-northeast-1';

const app = new App();

/** What differs from user to user. */
function setting(name: string): string {
  const value: string | undefined = app.node.tryGetContext(name);
  if (value === undefined) { throw new Error(`Set '${name}' in cdk.json, or with -c ${name}=…`); }
  return value;
}

const hubAccount = setting('hubAccount');
const clientCidr = setting('clientCidr');
new ProviderStack(app, 'Provider', { env: { account: setting('providerAccount'), region: REGION }, hubAccount });
const { hub } = new HubStack(app, 'Hub', { env: { account: hubAccount, region: REGION }, serviceName: setting('serviceName'), clientCidr });

// a dead path fails the synthesis, before anything is deployed; what lies in the other account is not known here
Validations.of(app).addPlugins(new ReachabilityChecks({
  expect: [{ source: ReachabilitySource.cidr(clientCidr), destination: ReachabilityDestination.loadBalancer(hub.loadBalancer), port: 80 }],
}));
app.synth();
