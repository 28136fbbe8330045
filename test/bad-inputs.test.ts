import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, Stack } from 'aws-cdk-lib/core';
import { Attempt, backend, BadInputs, certificates, hub, provider, route, routes, service } from './bad-inputs/attempts';
import { FRONT_DOORS } from './bad-inputs/front-doors';
import { HEALTH } from './bad-inputs/health';
import { KINDS } from './bad-inputs/kinds';
import { MONITORING } from './bad-inputs/monitoring';
import { PRIVATE_NAMES } from './bad-inputs/private-names';
import { ROUTES } from './bad-inputs/routes';
import { SERVICES } from './bad-inputs/services';
import { VPC_PEERINGS } from './bad-inputs/vpc-peerings';
import { newFunction, newInstance, newStack, newVpc, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, InternalAlb, NlbEndpointService, PrivateLinkRouteOptions, VpcPeering } from '../src';

const TABLES = [FRONT_DOORS, HEALTH, KINDS, MONITORING, PRIVATE_NAMES, ROUTES, SERVICES, VPC_PEERINGS];
const ERRORS: BadInputs = Object.assign({}, ...TABLES);

describe('is refused at synth, with what was given, what is allowed and what to do:', () => {
  test.each(Object.entries(ERRORS))('%s', (_, [attempt, message]) => {
    expect(() => attempt(newStack())).toThrow(message);
  });

  test('nothing twice', () => {
    expect(TABLES.flatMap(table => Object.keys(table)).sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

/** What is given, and the warning with the id by which it is acknowledged. */
const WARNINGS: { [given: string]: [Attempt, string] } = {
  'plain HTTP to the internet': [hub({ internetFacing: true, clients: [ec2.Peer.anyIpv4()] }), 'unencrypted.*cdk-alb-privatelink:plainHttp'],
  'more clients than rules a group takes': [
    hub({ clients: Array.from({ length: 61 }, (_, n) => ec2.Peer.ipv4(`10.0.${n}.0/24`)) }), "'clients' has 61 entries, which take 61 rules, and AWS allows 60.*cdk-alb-privatelink:securityGroupRulesQuota",
  ],
  'more than ninety routes': [
    routes(Object.fromEntries(Array.from({ length: 91 }, (_, n) => [`r${n}`, { service, paths: [`/r${n}`], priority: n + 1 }]))), 'more than 90 target groups.*cdk-alb-privatelink:routesWithoutRoom',
  ],
  'an endpoint without a known security group': [
    stack => route({ service: undefined, endpoint: ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'E', { vpcEndpointId: 'vpce-1', port: 80 }) })(stack),
    'no security group is known of Stack/E.*cdk-alb-privatelink:securityGroupUnknown',
  ],
  'a route that another one hides': [
    routes({ all: { service, paths: ['/'], priority: 1 }, a: { service, paths: ['/a'], priority: 2 } }), "route 'a' \\(priority 2\\) is never reached: route 'all'.*cdk-alb-privatelink:routeNeverReached",
  ],
  'more than fifty endpoints': [
    routes(Object.fromEntries(Array.from({ length: 51 }, (_, n) =>
      [`r${n}`, { service: new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-${n}`, 80), paths: [`/r${n}`], priority: n + 1 }]))),
    'more than 50 interface endpoints.*Ask for a higher quota.*cdk-alb-privatelink:interfaceEndpointsQuota',
  ],
  'a service that is accepted by hand': [
    stack => route({ service: provider({ acceptanceRequired: true, vpc: newVpc(stack, 'Vpc2') })(stack) })(stack),
    'service Stack/Service accepts endpoints by hand.*aws ec2 accept-vpc-endpoint-connections.*as its output Stack/Hub/.*/AcceptCommand.*cdk-alb-privatelink:acceptanceRequired',
  ],
  'an imported bucket for access logs': [
    stack => hub({ accessLogs: { bucket: s3.Bucket.fromBucketName(stack, 'Logs', 'logs-of-the-platform') } })(stack),
    "'accessLogs.bucket' is an imported bucket, Stack/Logs, whose policy cannot be changed from here.*cdk-alb-privatelink:accessLogsBucketPolicy",
  ],
  'an imported topic for notifications': [
    stack => new NlbEndpointService(stack, 'Hub', {
      vpc: newVpc(stack), backend, connectionNotifications: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:ap-northeast-1:222222222222:topic'),
    }),
    "'connectionNotifications' is an imported topic, Stack/Topic, whose policy cannot be changed from here.*cdk-alb-privatelink:notificationTopicPolicy",
  ],
  'a version of a function': [
    stack => new InternalAlb(stack, 'Hub', { vpc: newVpc(stack), backend: Backend.lambdaFunction(newFunction(stack, 'Fn').currentVersion) }),
    'Stack/Fn/CurrentVersion is a version of a function, which is replaced when its code changes.*an alias.*cdk-alb-privatelink:functionVersion',
  ],
  'twice as many rules with a redirect': [
    hub({ certificates, clients: Array.from({ length: 31 }, (_, n) => ec2.Peer.ipv4(`10.0.${n}.0/24`)) }), "'clients' has 31 entries, which take 62 rules",
  ],
  'a client\'s group in another VPC': [
    stack => hub({ clients: [newInstance(stack, 'Client', newVpc(stack, 'Bar', '10.3.0.0/16'))] })(stack),
    "'clients' has Stack/ClientGroup, a security group of another VPC.*Name the addresses instead.*cdk-alb-privatelink:clientInAnotherVpc",
  ],
  'a name below a wider zone': [
    stack => {
      const vpc = newVpc(stack);
      hub({ vpc, domainNames: ['alb.home'] })(stack);
      new route53.PrivateHostedZone(stack, 'Wider', { zoneName: 'home', vpc });
    },
    "'domainNames' has 'alb.home', whose zone answers in place of the wider zone 'home' \\(Stack/Wider/Resource\\).*cdk-alb-privatelink:nameShadowsWiderZone",
  ],
  'a peered VPC with a second block': [
    stack => {
      const [vpc, peerVpc] = [newVpc(stack, 'Foo', '10.2.0.0/16'), newVpc(stack, 'Bar', '10.3.0.0/16')];
      new VpcPeering(stack, 'Hub', { vpc, peerVpc });
      new ec2.CfnVPCCidrBlock(stack, 'Second', { vpcId: peerVpc.vpcId, cidrBlock: '10.4.0.0/16' });
    },
    "Stack/Bar has more address blocks than the primary one \\(10.4.0.0/16\\).*Name in 'peerCidrBlocks' all blocks.*cdk-alb-privatelink:secondaryCidrBlock",
  ],
};

describe('is warned of, with an id to acknowledge it by:', () => {
  test.each(Object.entries(WARNINGS))('%s', (_, [attempt, message]) => {
    const stack = newStack();
    attempt(stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp(message));
  });
});

describe('is not warned of:', () => {
  test.each<[string, Attempt]>([
    ['HTTPS to the internet', hub({ internetFacing: true, clients: [ec2.Peer.anyIpv4()], certificates })],
    ['a client\'s group in the VPC', stack => { const vpc = newVpc(stack); hub({ vpc, clients: [newInstance(stack, 'Client', vpc)] })(stack); }],
    ['a wider zone that other VPCs see', stack => {
      hub({ domainNames: ['alb.home'] })(stack);
      new route53.PrivateHostedZone(stack, 'Wider', { zoneName: 'home', vpc: newVpc(stack, 'Bar') });
    }],
    ['a zone that is not as wide', stack => {
      const vpc = newVpc(stack);
      hub({ vpc, domainNames: ['alb.home'] })(stack);
      new route53.PrivateHostedZone(stack, 'Narrower', { zoneName: 'api.alb.home', vpc });
      new route53.PrivateHostedZone(stack, 'Beside', { zoneName: 'b.home', vpc });
      new route53.PrivateHostedZone(stack, 'Alike', { zoneName: 'lb.home', vpc });
    }],
    ['a second block that is named', stack => {
      const [vpc, peerVpc] = [newVpc(stack, 'Foo', '10.2.0.0/16'), newVpc(stack, 'Bar', '10.3.0.0/16')];
      new VpcPeering(stack, 'Hub', { vpc, peerVpc, peerCidrBlocks: ['10.3.0.0/16', '10.4.0.0/16'] });
      new ec2.CfnVPCCidrBlock(stack, 'Second', { vpcId: peerVpc.vpcId, cidrBlock: '10.4.0.0/16' });
    }],
  ])('%s', (_, attempt) => {
    const stack = newStack();
    attempt(stack);
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-alb-privatelink'))).toEqual([]);
  });
});

describe('a dead end is found at synth:', () => {
  function deadEnd(options: Partial<PrivateLinkRouteOptions>, region = TOKYO.region, prepare = (_: NlbEndpointService) => {}): App {
    const app = new App();
    const env = { account: TOKYO.account, region };
    const made = provider({ allowedRegions: ['us-east-1'] })(newStack('Provider', { env, crossRegionReferences: true }, app)) as NlbEndpointService;
    const consumer = newStack('Consumer', { env: TOKYO, crossRegionReferences: true }, app);
    route({ service: made, ...options })(consumer);
    prepare(made);
    return app;
  }

  test('a port on which the service does not listen', () => {
    expect(() => deadEnd({ port: 9090 }).synth()).toThrow(/route 'a' leads to port 9090 of Provider\/Service, which listens on 80\. Choose one of these, or add one/);
    expect(() => deadEnd({ port: 9090 }, TOKYO.region, made => made.addListener('Admin', { backend, port: 9090 })).synth()).not.toThrow();
  });

  test('a Region to which the service is not open', () => {
    expect(() => deadEnd({}, 'eu-west-1').synth()).toThrow(/route 'a' leads to Provider\/Service in eu-west-1, which is not open to ap-northeast-1\. Add that Region/);
  });
});

describe('rules of others in the place of a route are found,', () => {
  const conditions = [elbv2.ListenerCondition.pathPatterns(['/b'])];
  const action = elbv2.ListenerAction.fixedResponse(200);

  test.each<[string, (stack: Stack, listener: elbv2.IApplicationListener) => unknown]>([
    ['added to the listener', (_, listener) => listener.addAction('Other', { priority: 1, conditions, action })],
    ['made beside it', (stack, listener) => new elbv2.ApplicationListenerRule(stack, 'Other', { listener, priority: 1, conditions, action })],
  ])('%s', (_, add) => {
    const stack = newStack();
    const made = route({})(stack) as AlbToPrivateLinkTargets;
    add(stack, made.listener);
    expect(() => (stack.node.root as App).synth()).toThrow(/route 'a' has the priority 1, which Stack\/.*Other.* has on the same listener/);
  });

  test('but not while a look-up makes up the listeners', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    for (const id of ['A', 'B']) {
      const listener = elbv2.ApplicationListener.fromLookup(stack, `Listener${id}`, { loadBalancerTags: { id } });
      new AlbToPrivateLinkTargets(stack, id, { vpc, listener, routes: { a: { service, paths: ['/a'], priority: 1 } } });
    }
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});

test('an error leaves nothing of the refused route behind', () => {
  const stack = newStack();
  const made = hub({})(stack) as AlbToPrivateLinkTargets;
  const before = made.node.findAll().length;
  expect(() => made.addRoute('a', { service, paths: ['/a'], priority: 1, healthCheck: { path: 'x' } })).toThrow();
  expect(() => made.addRoute('a', { service, paths: ['x'], priority: 1 })).toThrow();
  expect(made.node.findAll()).toHaveLength(before);
  made.addRoute('a', { service, paths: ['/a'], priority: 1 });
  expect(Object.keys(made.routes)).toEqual(['a']);
});
