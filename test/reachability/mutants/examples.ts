import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { FooBarStack } from '../../../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../../../examples/typescript/multi-vpc/multi-vpc-stack';
import { CheckOptions } from '../../../src/reachability/check';
import { Statement, TemplateSource } from '../../../src/reachability/contract';
import { sourcesOf } from '../apps/working-app';
import { namedIn } from '../fixes/defect';

const ENV = { account: '123456789012', region: 'ap-northeast-1' };

/** The templates of an example, as the CDK's command makes them. */
function example(folder: string, build: (app: App) => void): TemplateSource[] {
  const { context } = JSON.parse(readFileSync(join(__dirname, '../../../examples/typescript', folder, 'cdk.json'), 'utf8'));
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true, ...context }, analyticsReporting: false });
  build(app);
  return sourcesOf(app);
}

export interface Example {
  readonly sources: readonly TemplateSource[];
  /** What its app states. */
  readonly options: CheckOptions;
}

const FOO_BAR = example('foo-bar', app => new FooBarStack(app, 'FooBar', { env: ENV }));
const inFooBar = namedIn(FOO_BAR);

const CLIENTS = '198.51.100.4/32';
const MULTI_VPC = example('multi-vpc', app => new MultiVpcStack(app, 'MultiVpc', { env: ENV, clientCidr: CLIENTS }));
const inMultiVpc = namedIn(MULTI_VPC);

/** Both examples of the articles, with what their `app.ts` states. */
export const EXAMPLES: { readonly [name: string]: Example } = {
  'foo-bar': {
    sources: FOO_BAR,
    options: {
      expect: [{ source: { kind: 'workload', resource: inFooBar('FooBar/client') }, destination: { kind: 'name', name: 'alb.home' }, port: 80 }],
      forbid: [
        { source: { kind: 'internet' }, destination: { kind: 'load-balancer', resource: inFooBar('FooBar/Web/LoadBalancer') } },
        ...['FooBar/web1', 'FooBar/web2'].map((web): Statement => (
          { source: { kind: 'workload', resource: inFooBar('FooBar/client') }, destination: { kind: 'workload', resource: inFooBar(web) } })),
      ],
    },
  },
  'multi-vpc': {
    sources: MULTI_VPC,
    options: {
      expect: ['MultiVpc/Service2/EndpointService', 'MultiVpc/Service3/EndpointService'].map((service): Statement => (
        { source: { kind: 'cidr', block: CLIENTS }, destination: { kind: 'service', resource: inMultiVpc(service) }, port: 80 })),
    },
  },
};
