import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { newStack, newVpc, TOKYO } from './util';
import { FooBarStack } from '../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../examples/typescript/multi-vpc/multi-vpc-stack';
import { HubStack } from '../examples/typescript/two-accounts/hub-stack';
import { ProviderStack } from '../examples/typescript/two-accounts/provider-stack';
import {
  AlbToPrivateLinkTargets, Backend, EndpointPreset, InterfaceEndpointTarget, InternalAlb, Monitoring, NlbEndpointService, TargetHealthGate,
  VpcPeering, VpcPeeringRoutes,
} from '../src';

/** Each construct in its natural minimal stack, and all of them with every prop: what checkers of other hands read. */
export const GALLERY: { readonly [name: string]: (app: App) => Stack } = {
  'the multi-VPC example': app => new MultiVpcStack(app, 'MultiVpc', { env: { region: 'ap-northeast-1' }, clientCidr: '203.0.113.7/32' }),
  'the foo-bar example': app => new FooBarStack(app, 'FooBar', { env: { region: 'ap-northeast-1' } }),
  'the example with two accounts': app => {
    new ProviderStack(app, 'Provider', { env: TOKYO, hubAccount: '222222222222' });
    return new HubStack(app, 'Hub', {
      env: { ...TOKYO, account: '222222222222' }, serviceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', clientCidr: '203.0.113.7/32',
    });
  },
  'an InternalAlb': app => {
    const stack = newStack('InternalAlb', { env: TOKYO }, app);
    new InternalAlb(stack, 'Web', { vpc: importedVpc(stack), backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }) });
    return stack;
  },
  'an NlbEndpointService': app => {
    const stack = newStack('NlbEndpointService', { env: TOKYO }, app);
    new NlbEndpointService(stack, 'Service', { vpc: importedVpc(stack), backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }) });
    return stack;
  },
  'an AlbToPrivateLinkTargets': app => {
    const stack = newStack('AlbToPrivateLinkTargets', { env: TOKYO }, app);
    const service = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Service', {
      endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', port: 80,
    });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: importedVpc(stack), routes: { orders: { paths: ['/orders'], service } } });
    return stack;
  },
  'an InterfaceEndpointTarget': app => {
    const stack = newStack('InterfaceEndpointTarget', { env: TOKYO }, app);
    new InterfaceEndpointTarget(stack, 'Target', { endpoint: importedEndpoint(stack) }).attachToApplicationTargetGroup(importedGroup(stack));
    return stack;
  },
  'a TargetHealthGate': app => {
    const stack = newStack('TargetHealthGate', { env: TOKYO }, app);
    new TargetHealthGate(stack, 'Gate', { targetGroups: [importedGroup(stack)] });
    return stack;
  },
  'a VpcPeering': app => {
    const stack = newStack('VpcPeering', { env: TOKYO }, app);
    new VpcPeering(stack, 'Peering', { vpc: importedVpc(stack), peerVpc: importedVpc(stack, 'Peer', '10.3.0.0/16') });
    return stack;
  },
  'VpcPeeringRoutes': app => {
    const stack = newStack('VpcPeeringRoutes', { env: TOKYO }, app);
    new VpcPeeringRoutes(stack, 'Routes', { vpc: importedVpc(stack), peerCidrBlocks: ['10.3.0.0/16'], peeringConnectionId: 'pcx-0123456789abcdef0' });
    return stack;
  },
  'a Monitoring': app => {
    const stack = newStack('Monitoring', { env: TOKYO }, app);
    const service = new NlbEndpointService(stack, 'Service', { vpc: importedVpc(stack), backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }) });
    const monitoring = new Monitoring(stack, 'Monitoring', { topic: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:ap-northeast-1:111111111111:ops') });
    monitoring.monitorEndpointService(service);
    monitoring.monitorHub(new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: importedVpc(stack, 'HubVpc'), routes: { orders: { paths: ['/orders'], service } } }));
    return stack;
  },
  'an internal load balancer with every prop, and a peering': internalAlbWithEveryProp,
  'constructs with every prop': constructsWithEveryProp,
};

/** A function for each name, in an app of its own. */
export function appOf(name: string): { app: App; stack: Stack } {
  const app = new App();
  return { app, stack: GALLERY[name](app) };
}

function importedVpc(stack: Stack, id = 'Vpc', vpcCidrBlock = '10.1.0.0/16'): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, id, {
    vpcId: `vpc-${vpcCidrBlock === '10.1.0.0/16' ? '0123456789abcdef0' : '0123456789abcdef1'}`,
    vpcCidrBlock,
    availabilityZones: ['ap-northeast-1a', 'ap-northeast-1c'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
  });
}

function importedEndpoint(stack: Stack): ec2.IInterfaceVpcEndpoint {
  return ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', {
    vpcEndpointId: 'vpce-0123456789abcdef0',
    port: 443,
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'EndpointGroup', 'sg-0123456789abcdef0')],
  });
}

function importedGroup(stack: Stack): elbv2.IApplicationTargetGroup {
  return elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Group', {
    targetGroupArn: 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/orders/0123456789abcdef',
  });
}

function internalAlbWithEveryProp(app: App): Stack {
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
  new Monitoring(stack, 'Monitoring', { topic: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:ap-northeast-1:111111111111:ops') }).monitorInternalAlb(web);
  new NlbEndpointService(stack, 'Service', { vpc, port: 443, backend: Backend.applicationLoadBalancer(web.listener) });
  new VpcPeering(stack, 'FooBar', { vpc, peerVpc: bar, cidrBlocks: ['10.1.0.0/16', '2001:db8::/56'] });
  return stack;
}

function constructsWithEveryProp(app: App): Stack {
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
    privateDnsName: 'orders.example.com',
    privateDnsVerificationZone: route53.PublicHostedZone.fromPublicHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.com' }),
    deletionProtection: true,
  });
  service.addListener('Admin', { port: 9090, backend: Backend.ipAddresses(['10.1.2.9'], { port: 9090 }) });
  const hub = new AlbToPrivateLinkTargets(stack, 'Hub', {
    vpc,
    clients: [ec2.Peer.ipv4('10.0.0.0/8')],
    port: 8080,
    idleTimeout: Duration.seconds(120),
    accessLogs: { prefix: 'hub' },
    repairInterval: Duration.minutes(15),
    waitForHealthy: Duration.minutes(5),
    deletionProtection: true,
    webAclArn: 'arn:aws:wafv2:ap-northeast-1:111111111111:regional/webacl/acl/00000000-0000-0000-0000-000000000000',
    routes: {
      orders: { paths: ['/orders'], hosts: ['shop.example.com'], service, stripPrefix: true, hostHeader: 'orders.internal', priority: 100, awaitAcceptance: true },
      cart: {
        paths: ['/cart'],
        priority: 200,
        split: [{ service, weight: 90 }, { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, weight: 10 }],
        splitStickiness: Duration.hours(1),
      },
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
  return stack;
}
