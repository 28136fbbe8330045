process.env.CDK_VALIDATION = 'true';

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, CfnResource, Duration } from 'aws-cdk-lib/core';
import { newStack, newVpc, TOKYO } from './util';
import { FooBarStack } from '../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../examples/typescript/multi-vpc/multi-vpc-stack';
import { HubStack } from '../examples/typescript/two-accounts/hub-stack';
import { ProviderStack } from '../examples/typescript/two-accounts/provider-stack';
import { AlbToPrivateLinkTargets, Backend, EndpointPreset, InterfaceEndpointTarget, InternalAlb, NlbEndpointService, VpcPeering } from '../src';

/** What CloudFormation's own validator, which the CDK brings, finds in the templates of an app. */
function findings(app: App): string[] {
  jest.spyOn(console, 'error').mockImplementation();
  app.synth();
  const file = join(app.outdir, 'validation-report.json');
  const { pluginReports }: { pluginReports: any[] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { pluginReports: [] };
  return pluginReports.filter(report => report.pluginName === 'CloudFormation Validate')
    .flatMap(report => report.violations.map((violation: any) => `${violation.ruleName} ${violation.description}`));
}

test('the validator finds what is wrong', () => {
  const app = new App();
  new CfnResource(newStack('Stack', {}, app), 'Group', { type: 'AWS::ElasticLoadBalancingV2::TargetGroup', properties: { Port: 'eighty' } });
  expect(findings(app)).toEqual([expect.stringContaining("'eighty' is not of type 'integer'")]);
});

test('it finds nothing in the multi-VPC example', () => {
  const app = new App();
  new MultiVpcStack(app, 'MultiVpc', { env: { region: 'ap-northeast-1' }, clientCidr: '203.0.113.7/32' });
  expect(findings(app)).toEqual([]);
});

test('it finds nothing in the example with two accounts', () => {
  const app = new App();
  new ProviderStack(app, 'Provider', { env: TOKYO, hubAccount: '222222222222' });
  new HubStack(app, 'Hub', {
    env: { ...TOKYO, account: '222222222222' }, serviceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', clientCidr: '203.0.113.7/32',
  });
  expect(findings(app)).toEqual([]);
});

test('it finds nothing in the foo-bar example', () => {
  const app = new App();
  new FooBarStack(app, 'FooBar', { env: { region: 'ap-northeast-1' } });
  expect(findings(app)).toEqual([]);
});

test('it finds nothing in an internal load balancer with every prop, and in a peering', () => {
  const app = new App();
  const stack = newStack('Stack', { env: TOKYO }, app);
  const [vpc, bar] = [newVpc(stack), newVpc(stack, 'Bar', '10.3.0.0/16')];
  const web = new InternalAlb(stack, 'Web', {
    vpc,
    clients: [ec2.Peer.ipv4('10.3.0.0/16'), ec2.Peer.prefixList('pl-0123456789abcdef0')],
    certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:ap-northeast-1:111111111111:certificate/00000000')],
    sslPolicy: elbv2.SslPolicy.TLS13_RES,
    domainNames: ['alb.home', 'web.corp.example.com'],
    domainVpcs: [bar],
    idleTimeout: Duration.seconds(600),
    accessLogs: { prefix: 'web' },
    deletionProtection: true,
    webAclArn: 'arn:aws:wafv2:ap-northeast-1:111111111111:regional/webacl/acl/00000000-0000-0000-0000-000000000000',
    backend: Backend.ipAddresses(['10.1.2.9'], { port: 8443 }),
    protocolVersion: elbv2.ApplicationProtocolVersion.HTTP2,
    healthCheck: { path: '/health', port: '9000' },
    deregistrationDelay: Duration.minutes(5),
  });
  const fn = lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: 'arn:aws:lambda:ap-northeast-1:111111111111:function:fn', sameEnvironment: true });
  web.addRoute('hooks', { backend: Backend.lambdaFunction(fn), paths: ['/hooks'], stripPrefix: true, healthCheck: { path: '/' } });
  new NlbEndpointService(stack, 'Service', { vpc, port: 443, backend: Backend.applicationLoadBalancer(web.listener) });
  new VpcPeering(stack, 'FooBar', { vpc, peerVpc: bar, cidrBlocks: ['10.1.0.0/16', '2001:db8::/56'] });
  expect(findings(app).filter(finding => !finding.startsWith('W3010'))).toEqual([]);
});

test('it finds nothing in constructs with every prop', () => {
  const app = new App();
  const stack = newStack('Stack', { env: TOKYO }, app);
  const vpc = newVpc(stack);
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:ap-northeast-1:111111111111:certificate/00000000');
  const service = new NlbEndpointService(stack, 'Service', {
    vpc,
    backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }),
    port: 443,
    certificates: [certificate],
    healthCheck: { path: '/health', interval: Duration.seconds(10), timeout: Duration.seconds(5) },
    proxyProtocolV2: true,
    clients: [ec2.Peer.ipv4('10.1.0.0/16')],
    acceptanceRequired: true,
    acceptedAccounts: [TOKYO.account, '222222222222'],
    allowedPrincipals: [new iam.ArnPrincipal('*')],
    allowedRegions: ['ap-northeast-1', 'eu-west-1'],
    contributorInsights: true,
    connectionNotifications: new sns.Topic(stack, 'Topic'),
    deletionProtection: true,
  });
  service.addListener('Admin', { port: 9090, backend: Backend.ipAddresses(['10.1.2.9'], { port: 9090 }) });
  const hub = new AlbToPrivateLinkTargets(stack, 'Hub', {
    vpc,
    clients: [ec2.Peer.ipv4('10.0.0.0/8')],
    port: 8080,
    idleTimeout: Duration.seconds(120),
    accessLogs: { prefix: 'hub' },
    deletionProtection: true,
    webAclArn: 'arn:aws:wafv2:ap-northeast-1:111111111111:regional/webacl/acl/00000000-0000-0000-0000-000000000000',
    routes: {
      orders: { paths: ['/orders'], hosts: ['shop.example.com'], service, stripPrefix: true, hostHeader: 'orders.internal', priority: 100, awaitAcceptance: true },
      admin: { paths: ['/admin'], service, port: 9090, healthCheck: { port: '9091', healthyHttpCodes: '200-299,401' }, deregistrationDelay: Duration.seconds(0) },
      files: {
        conditions: [elbv2.ListenerCondition.httpRequestMethods(['GET'])],
        service: ec2.InterfaceVpcEndpointAwsService.S3,
        preset: EndpointPreset.s3(s3.Bucket.fromBucketName(stack, 'Bucket', 'files-of-the-shop')),
      },
    },
  });
  const group = new elbv2.NetworkTargetGroup(stack, 'Group', {
    vpc, port: 80, targets: [new InterfaceEndpointTarget(stack, 'Target', { endpoint: hub.routes.orders.endpoint, refresh: '1' })],
  });
  new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } })
    .addListener('Listener', { port: 80, defaultTargetGroups: [group] });
  expect(findings(app).filter(finding => !finding.startsWith('W3010'))).toEqual([]); // W3010: the CDK writes out the zones of the environment
});
