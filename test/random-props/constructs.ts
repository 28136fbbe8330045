import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Duration, Stack } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { backend, BACKEND_STRUCTS, backendOf, endpointIn, listenerIn, networkBackend, SERVICE } from './backends';
import { block, enumOf, flag, healthCheck, list, mostly, port, props, subnets, text, time, Tokens, wildNumber, wildText } from './values';
import { WATCHERS } from './watchers';
import {
  AlbToPrivateLinkTargets, EndpointPreset, InterfaceEndpointTarget, InternalAlb, NlbEndpointService, TargetHealthGate, VpcPeering, VpcPeeringRoutes,
} from '../../src';
import { newVpc } from '../util';

/** What is made of random props, which can be printed. */
export interface Made {
  /** The structs that the props fill. */
  readonly of: string[];
  readonly props: fc.Arbitrary<any>;
  readonly make: (stack: Stack, props: any) => unknown;
}

const certificate = elbv2.ListenerCertificate.fromArn('arn:aws:acm:ap-northeast-1:111111111111:certificate/00000000');

const clients = list(block.filter(one => /^\d+\.\d+\.\d+\.0\/\d+$/.test(one) && !/^300|\/33/.test(one)));
const path = mostly<string>(fc.constantFrom('/', '/a', '/a/', '/a/b', '/A', '/a*', '/*/b', '/a?', '*', '/~x', "/it's"), fc.oneof(wildText, fc.constantFrom('a', '//', '/a#b', '/?*?*?*', '/x'.repeat(70))));
const host = mostly<string>(
  fc.constantFrom('a.example.com', '*.example.com', 'A.EXAMPLE.com', 'a.home', '?.x.y'), fc.oneof(wildText, fc.constantFrom('localhost', '10.0.0.1', 'a.b:80', '.', `${'x'.repeat(130)}.com`)));
const priority = mostly<number | string>(fc.integer({ min: 1, max: 50_000 }), fc.oneof(wildNumber, fc.constantFrom(50_001)));
const name = mostly<string>(fc.constantFrom('alb.home', 'b.home', 'ALB.home.', 'a.b.c.home', '_x.home'), fc.oneof(wildText, fc.constantFrom('home', '*.home', '-.home', 'a..b', `${'x'.repeat(64)}.home`)));
const routeId = mostly<string>(fc.constantFrom('a', 'b', 'c', 'Orders', 'a-b', 'x/y'), wildText);
const protocolVersion = enumOf(elbv2.ApplicationProtocolVersion);

const routeConditions = {
  hosts: list(host, 2), priority, stripPrefix: flag, hostHeader: text('orders.internal', 'orders.internal:80'), conditions: list(fc.constantFrom('header', 'query', 'method'), 2),
};

const frontDoor = {
  clients,
  vpcSubnets: subnets,
  port,
  certificates: fc.constantFrom(1, 2).map(count => Array.from({ length: count }, () => 'certificate')),
  sslPolicy: fc.constantFrom(elbv2.SslPolicy.TLS13_13, elbv2.SslPolicy.RECOMMENDED),
  redirectHttp: flag,
  domainNames: list(name, 2),
  domainVpcs: fc.constantFrom(['bar'], ['vpc'], []),
  idleTimeout: time(1, 60, 350),
  domainZone: mostly(fc.constant('home'), fc.constantFrom('example.com', 'home.example.com')),
  accessLogs: props<any>({ prefix: text('web', 'a/b'), bucket: mostly(fc.constantFrom('own', 'imported'), fc.constant('kms')) }),
  deletionProtection: flag,
  dropInvalidHeaderFields: flag,
  ipAddressType: mostly(fc.constant(elbv2.IpAddressType.IPV4), fc.constantFrom(...Object.values(elbv2.IpAddressType))),
  webAclArn: text('arn:aws:wafv2:ap-northeast-1:111111111111:regional/webacl/acl/00000000-0000-0000-0000-000000000000'),
  waitForHealthy: time(10, 300, 720),
};

const targetGroup = { protocol: enumOf(elbv2.ApplicationProtocol), protocolVersion, healthCheck, deregistrationDelay: time(0, 30, 420) };

const target = { ...targetGroup, port, refresh: wildText, awaitAcceptance: mostly(fc.constant(false), flag), preset: fc.constantFrom('api', 'bucket') };

const linkRoute = plausible(props<any>(
  { ...routeConditions, ...target, splitStickiness: time(1, 3600) },
  {
    paths: list(path, 2),
    service: mostly(fc.constantFrom('imported', 'other', 'secretsmanager'), fc.constantFrom('endpoint', 'split', 'nothing')),
    split: list(props<any>(target, {
      service: fc.constantFrom('imported', 'other', 'endpoint'), weight: mostly<number | string>(fc.integer({ min: 0, max: 999 }), wildNumber),
    }), 6),
  },
));

/** Most times without what needs something that is not there. */
function plausible(of: fc.Arbitrary<any>): fc.Arbitrary<any> {
  const without = (given: any, names: string[]) => Object.fromEntries(Object.entries(given).filter(([prop]) => !names.includes(prop)));
  const mended = of.map(given => without(given, [
    ...given.certificates ? [] : ['sslPolicy', 'redirectHttp', 'protocolVersion'], ...given.domainNames ? [] : ['domainVpcs'],
    ...given.paths && !given.paths.some((one: string) => /[*?]/.test(one)) ? [] : ['stripPrefix'], ...given.split ? [] : ['splitStickiness'],
    ...given.listener ? Object.keys(frontDoor).concat('internetFacing', 'defaultAction') : [],
    ...given.domainNames ? [] : ['domainZone'],
    ...given.privateDnsName ? [] : ['privateDnsVerificationZone'],
    ...given.acceptanceRequired && !given.allowedPrincipals ? [] : ['acceptedAccounts'],
    ...given.backend || given.service ? [] : ['protocol', 'healthCheck', 'deregistrationDelay', 'protocolVersion'],
  ]));
  return fc.oneof({ weight: 8, arbitrary: mended }, { weight: 1, arbitrary: of });
}

/** With constructs for what stands for them. */
function frontDoorProps(stack: Stack, tokens: Tokens, vpc: ec2.IVpc, given: any): any {
  const read = tokens.read(given);
  return {
    ...read,
    vpc,
    ...read.clients && { clients: read.clients.map((one: string) => ec2.Peer.ipv4(one)) },
    ...read.certificates && { certificates: read.certificates.map((_: string, index: number) => index === 0 ? certificate : elbv2.ListenerCertificate.fromArn(`${certificate.certificateArn}1`)) },
    ...read.domainZone && { domainZone: new route53.PrivateHostedZone(stack, 'Home', { vpc, zoneName: read.domainZone }) },
    ...read.accessLogs?.bucket && { accessLogs: { ...read.accessLogs, bucket: bucketOf(stack, read.accessLogs.bucket) } },
    ...read.domainVpcs && { domainVpcs: read.domainVpcs.map((one: string) => one === 'vpc' ? vpc : newVpc(stack, 'Bar', '10.3.0.0/16')) },
  };
}

function bucketOf(stack: Stack, kind: string): s3.IBucket {
  if (kind === 'imported') { return s3.Bucket.fromBucketName(stack, 'Logs', 'logs'); }
  return new s3.Bucket(stack, 'Logs', { encryption: kind === 'kms' ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED });
}

function conditionOf(kind: string): elbv2.ListenerCondition {
  switch (kind) {
    case 'header': return elbv2.ListenerCondition.httpHeader('X-Stage', ['beta']);
    case 'query': return elbv2.ListenerCondition.queryStrings([{ key: 'stage', value: 'beta' }]);
    default: return elbv2.ListenerCondition.httpRequestMethods(['GET']);
  }
}

function presetOf(stack: Stack, kind: string): EndpointPreset {
  return kind === 'bucket'
    ? EndpointPreset.s3(s3.Bucket.fromBucketName(stack, `Objects${stack.node.children.length}`, 'objects'))
    : EndpointPreset.executeApi(apigateway.RestApi.fromRestApiId(stack, `Api${stack.node.children.length}`, 'a1b2c3d4e5'));
}

/** With constructs for what stands for them. */
function routeOf(stack: Stack, tokens: Tokens, given: any): any {
  const read = partOf(stack, tokens, given);
  return { ...read, conditions: read.conditions?.map(conditionOf) };
}

function partOf(stack: Stack, tokens: Tokens, given: any): any {
  const read = tokens.read(given);
  return { ...read, preset: read.preset && presetOf(stack, read.preset) };
}

function linkRouteOf(stack: Stack, tokens: Tokens, vpc: ec2.IVpc, { service, split, ...given }: any): any {
  const place = (kind: string) => {
    switch (kind) {
      case 'imported': return { service: new ec2.InterfaceVpcEndpointService(SERVICE, 80) };
      case 'other': return { service: NlbEndpointService.fromEndpointServiceAttributes(stack, `Other${stack.node.children.length}`, { endpointServiceName: SERVICE.replace(/0$/, '1'), port: 443 }) };
      case 'secretsmanager': return { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER };
      case 'endpoint': return { endpoint: endpointIn(stack, vpc, 'Endpoint') };
      default: return {};
    }
  };
  return service === 'split'
    ? {
      ...routeOf(stack, tokens, given),
      split: split.map(({ service: kind, ...part }: any) => ({ ...partOf(stack, tokens, part), ...place(kind) })),
    }
    : { ...routeOf(stack, tokens, given), ...place(service) };
}

/** All constructs, and what is added to them. */
export const CONSTRUCTS: { [name: string]: Made } = {
  InternalAlb: {
    of: ['InternalAlbProps', 'AlbOptions', 'AlbAccessLogs', 'AlbTargetGroupOptions', 'InternalAlbRouteOptions', 'RouteOptions', ...BACKEND_STRUCTS],
    props: fc.record({
      props: plausible(props<any>({ ...frontDoor, ...targetGroup, backend })),
      routes: fc.array(
        fc.tuple(routeId, plausible(props<any>({ ...routeConditions, ...targetGroup }, { backend, paths: list(path, 2) }))), { maxLength: 2 },
      ),
    }),
    make: (stack, { props: { backend: answers, ...given }, routes }) => {
      const [tokens, vpc] = [new Tokens(stack), newVpc(stack)];
      const made = new InternalAlb(stack, 'Made', { ...frontDoorProps(stack, tokens, vpc, given), backend: answers && backendOf(stack, tokens, vpc, answers, 'Default') });
      routes.forEach(([id, { backend: each, ...options }]: any, index: number) =>
        made.addRoute(tokens.textOf(id), { ...routeOf(stack, tokens, options), backend: backendOf(stack, tokens, vpc, each, `Route${index}`) }));
    },
  },
  AlbToPrivateLinkTargets: {
    of: ['AlbToPrivateLinkTargetsProps', 'AlbOptions', 'AlbAccessLogs', 'AlbTargetGroupOptions', 'PrivateLinkRouteOptions', 'PrivateLinkRouteSplit', 'PrivateLinkTargetOptions', 'RouteOptions'],
    props: fc.record({
      props: plausible(props<any>({
        ...frontDoor, internetFacing: flag, endpointSubnets: subnets, repairInterval: time(300, 3600), listener: fc.constant('given'), defaultAction: fc.constant('other'),
      })),
      routes: fc.dictionary(routeId, linkRoute, { maxKeys: 3 }),
      added: fc.array(fc.tuple(routeId, linkRoute), { maxLength: 1 }),
    }),
    make: (stack, { props: { listener, defaultAction, ...given }, routes, added }) => {
      const [tokens, vpc] = [new Tokens(stack), newVpc(stack)];
      const made = new AlbToPrivateLinkTargets(stack, 'Made', {
        ...frontDoorProps(stack, tokens, vpc, given),
        ...listener && { listener: listenerIn(stack, vpc, 'Given') },
        ...defaultAction && { defaultAction: elbv2.ListenerAction.fixedResponse(200) },
        routes: Object.fromEntries(Object.entries(routes).map(([id, options]) => [tokens.textOf(id), linkRouteOf(stack, tokens, vpc, options)])),
      });
      for (const [id, options] of added) { made.addRoute(tokens.textOf(id), linkRouteOf(stack, tokens, vpc, options)); }
    },
  },
  NlbEndpointService: {
    of: ['NlbEndpointServiceProps', 'EndpointServiceListenerOptions', ...BACKEND_STRUCTS],
    props: fc.record({
      props: plausible(props<any>({
        vpcSubnets: subnets,
        clients,
        acceptanceRequired: flag,
        acceptedAccounts: list(text('222222222222')),
        allowedPrincipals: list(text('*', 'arn:aws:iam::222222222222:root')),
        supportedIpAddressTypes: list(enumOf(ec2.IpAddressType), 2),
        allowedRegions: list(text('eu-west-1', 'us-east-1')),
        contributorInsights: flag,
        connectionNotifications: fc.constant('topic'),
        privateDnsName: text('api.example.com', 'a.b.example.com'),
        privateDnsVerificationZone: fc.constant('zone'),
        waitForHealthy: time(10, 600),
        deletionProtection: flag,
        protocol: enumOf(elbv2.ApplicationProtocol),
        protocolVersion,
        port,
        certificates: frontDoor.certificates,
        healthCheck,
        proxyProtocolV2: flag,
      }, { backend: networkBackend })),
      listeners: fc.array(fc.tuple(routeId, props<any>({ port, healthCheck, proxyProtocolV2: flag }, { backend: networkBackend })), { maxLength: 2 }),
    }),
    make: (stack, { props: { backend: answers, allowedPrincipals, connectionNotifications, privateDnsVerificationZone, ...given }, listeners }) => {
      const [tokens, vpc] = [new Tokens(stack), newVpc(stack)];
      const made = new NlbEndpointService(stack, 'Made', {
        ...frontDoorProps(stack, tokens, vpc, given),
        backend: backendOf(stack, tokens, vpc, answers, 'Default'),
        ...allowedPrincipals && { allowedPrincipals: tokens.read(allowedPrincipals).map((arn: string) => new iam.ArnPrincipal(arn)) },
        ...connectionNotifications && { connectionNotifications: new sns.Topic(stack, 'Topic') },
        ...privateDnsVerificationZone && { privateDnsVerificationZone: new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' }) },
      });
      listeners.forEach(([id, { backend: each, ...options }]: any, index: number) =>
        made.addListener(tokens.textOf(id), { ...tokens.read(options), backend: backendOf(stack, tokens, vpc, each, `Listener${index}`) }));
    },
  },
  InterfaceEndpointTarget: {
    of: ['InterfaceEndpointTargetProps'],
    props: props<any>({ port, refresh: wildText, repairInterval: time(300, 86_400) }, { healthCheck, network: flag }),
    make: (stack, { healthCheck: check, network, ...given }) => {
      const [tokens, vpc] = [new Tokens(stack), newVpc(stack)];
      const made = new InterfaceEndpointTarget(stack, 'Made', { endpoint: endpointIn(stack, vpc, 'Endpoint'), ...tokens.read(given) });
      const group = network
        ? new elbv2.NetworkTargetGroup(stack, 'Group', { vpc, port: 80, targets: [made] })
        : new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targets: [made] });
      made.registration(group);
    },
  },
  TargetHealthGate: {
    of: ['TargetHealthGateProps'],
    props: props<any>({ timeout: time(10, 720), allTargets: flag }, { groups: fc.integer({ min: 0, max: 2 }) }),
    make: (stack, { groups, ...given }) => {
      const vpc = newVpc(stack);
      const targetGroups = Array.from({ length: groups }, (_, n) => new elbv2.ApplicationTargetGroup(stack, `Group${n}`, { vpc, port: 80, targetType: elbv2.TargetType.IP, deregistrationDelay: Duration.seconds(5) }));
      new TargetHealthGate(stack, 'Made', { targetGroups, ...new Tokens(stack).read(given) });
    },
  },
  VpcPeering: {
    of: ['VpcPeeringProps'],
    props: props<any>({
      vpcSubnets: subnets, peerVpcSubnets: subnets, cidrBlocks: list(block), peerCidrBlocks: list(block), peerRoleArn: fc.oneof(wildText, fc.constant('arn:aws:iam::222222222222:role/Accept')),
    }),
    make: (stack, given) => new VpcPeering(stack, 'Made', { vpc: newVpc(stack), peerVpc: newVpc(stack, 'Bar', '10.3.0.0/16'), ...new Tokens(stack).read(given) }),
  },
  VpcPeeringRoutes: {
    of: ['VpcPeeringRoutesProps'],
    props: props<any>({ vpcSubnets: subnets }, { peerCidrBlocks: list(block), peeringConnectionId: text('pcx-0123456789abcdef0') }),
    make: (stack, given) => new VpcPeeringRoutes(stack, 'Made', { vpc: newVpc(stack), ...new Tokens(stack).read(given) }),
  },
  fromEndpointServiceAttributes: {
    of: ['EndpointServiceAttributes'],
    props: props<any>(
      { port, protocol: enumOf(elbv2.ApplicationProtocol), protocolVersion, region: text('ap-northeast-1'), acceptanceRequired: flag, availabilityZones: list(wildText) },
      { endpointServiceName: text(SERVICE) }),
    make: (stack, given) => {
      const [tokens, vpc] = [new Tokens(stack), newVpc(stack)];
      new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc, service: NlbEndpointService.fromEndpointServiceAttributes(stack, 'Made', tokens.read(given)), open: false });
    },
  },
  ...WATCHERS,
};
