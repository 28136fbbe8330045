import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, Stack } from 'aws-cdk-lib/core';
import { Attempt, backend, BadInputs, certificates, hub, provider, route, routes, service } from './bad-inputs/attempts';
import { BACKENDS } from './bad-inputs/backends';
import { FRONT_DOORS } from './bad-inputs/front-doors';
import { HEALTH } from './bad-inputs/health';
import { KINDS } from './bad-inputs/kinds';
import { MONITORING } from './bad-inputs/monitoring';
import { PRIVATE_NAMES } from './bad-inputs/private-names';
import { REACHABILITY } from './bad-inputs/reachability';
import { ROUTES } from './bad-inputs/routes';
import { SERVICES } from './bad-inputs/services';
import { VPC_PEERINGS } from './bad-inputs/vpc-peerings';
import { given, readable } from './public-api';
import { newFunction, newInstance, newStack, newVpc, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, InternalAlb, NlbEndpointService, PrivateLinkRouteOptions, VpcPeering } from '../src';

const TABLES = [BACKENDS, FRONT_DOORS, HEALTH, KINDS, MONITORING, PRIVATE_NAMES, REACHABILITY, ROUTES, SERVICES, VPC_PEERINGS];
const ERRORS: BadInputs = Object.assign({}, ...TABLES);

/** What nobody can give wrongly, so that there is no row for it. */
const HARMLESS: { [given: string]: string } = {
  ...reason('either value is meant', [
    'AlbOptions.deletionProtection', 'AlbOptions.dropInvalidHeaderFields', 'BackendConfig.selfRegistering', 'BackendConfig.targetsHavePorts',
    'EndpointServiceAttributes.acceptanceRequired', 'NlbEndpointServiceProps.contributorInsights', 'NlbEndpointServiceProps.deletionProtection', 'TargetHealthGateProps.allTargets',
  ]),
  ...reason('all members of the enum fit', [
    'BackendConfig.protocol', 'EndpointServiceAttributes.protocol', 'NlbEndpointServiceProps.protocol', 'PrivateLinkTargetOptions.protocol', 'ReachabilityChecksProps.mode',
  ]),
  ...reason('it tells consumers, whose listener decides whether it fits: see PrivateLinkTargetOptions.protocolVersion', [
    'EndpointServiceAttributes.protocolVersion', 'NlbEndpointServiceProps.protocolVersion',
  ]),
  ...reason('a service that accepts everybody is accepted at once', ['PrivateLinkTargetOptions.awaitAcceptance']),
  ...reason('the CDK refuses ids of constructs that are none', ['AlbToPrivateLinkTargets.verifyWithReachabilityAnalyzer(id)', 'InternalAlb.verifyWithReachabilityAnalyzer(id)']),
  ...reason('another kind is refused where it is used, see ReachabilityAnalyzerOptions.source', ['AnalyzerSource.instance(instance)']),
  ...reason('EC2 has ids of many kinds, and judges them', ['AnalyzerSource.resource(idOrArn)']),
  ...reason('whatever can be depended on fits', ['ReachabilityAnalyzerOptions.after']),
  ...reason('any text will do', [
    'ReachabilityAnalyzerOptions.runId', 'InterfaceEndpointTargetProps.refresh', 'PrivateLinkTargetOptions.refresh',
  ]),
  ...reason('its props have rows of their own', [
    'AlbOptions.accessLogs', 'ReachabilityChecksProps.expect', 'ReachabilityChecksProps.forbid', 'ReachabilityStatement.destination', 'ReachabilityStatement.source',
  ]),
  ...reason('the CDK calls it, with what it made', [
    'InterfaceEndpointTarget.attachToNetworkTargetGroup(targetGroup)', 'ReachabilityChecks.validate(context)',
  ]),
};

function reason(why: string, all: string[]): { [given: string]: string } {
  return Object.fromEntries(all.map(one => [one, why]));
}

function messageOf(attempt: Attempt): string {
  try {
    attempt(newStack());
  } catch (error) {
    return (error as Error).message.replace(/^Validation failed with the following errors:\n\s*/, '');
  }
  return 'no error';
}

const MESSAGES = new Map<string, string>();

describe('is refused at synth, with what was given, what is allowed and what to do:', () => {
  test.each(Object.entries(ERRORS))('%s', (row, [attempt, message]) => {
    MESSAGES.set(row, messageOf(attempt));
    expect(MESSAGES.get(row)).toMatch(message);
  });

  test('nothing twice', () => {
    expect(TABLES.flatMap(table => Object.keys(table)).sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

describe('of all that can be given', () => {
  const about = new Set(Object.values(ERRORS).flatMap(([, , ...names]) => names));

  test('each prop and parameter is refused in some row, or cannot be wrong', () => {
    expect(given().filter(one => !about.has(one) && !(one in HARMLESS))).toEqual([]);
  });

  test('no row is about what is not there', () => {
    expect([...about].filter(one => !given().includes(one) && !readable().includes(one))).toEqual([]);
  });

  test('nothing counts as harmless that is refused, or is not there', () => {
    expect(Object.keys(HARMLESS).filter(one => about.has(one) || !given().includes(one))).toEqual([]);
  });
});

/** What an error calls a prop or parameter, where it is not by its name. */
const CALLED: { [name: string]: RegExp } = {
  // a value of a list is called by what it is
  'RouteOptions.paths': /the (path|pattern) '|wildcards|condition values/,
  'RouteOptions.hosts': /the (host|pattern) '/,
  'RouteOptions.conditions': /condition values|two conditions/,
  'RouteOptions.priority': /the (same )?priority/,
  'AlbToPrivateLinkTargetsProps.routes': /for its routes/,
  // an id is called by what it names
  'AlbToPrivateLinkTargets.addRoute(id)': /route 'a'/,
  'InternalAlb.addRoute(id)': /route 'a'|for its routes/,
  'NlbEndpointService.addListener(id)': /listener 'B'/,
  'NlbEndpointService.allowPrincipal(principal)': /'allowedPrincipals'/,
  // what is found at synth is found in what was given, not in the prop
  'Monitoring.monitorHub(hub)': /'hub'|a dashboard takes/,
  'AlbOptions.waitForHealthy': /Web\/HealthGate/,
  'AlbToPrivateLinkTargetsProps.listener': /the idle timeout of/,
  'InterfaceEndpointTarget.attachToApplicationTargetGroup(targetGroup)': /the deregistration delay of|imported target groups/,
};

/** By which words an error says a thing. */
const PARTS: { [part: string]: RegExp[] } = {
  'where': [/^[\w/ .-]+: /, /^\[[\w/ .-]+\] /, /^EndpointPreset\.\w+\(\): /, /^ERROR Validation plugin '[\w-]+' failed: ['\w]/],
  'what was given': [
    /\bgot\b|already|must not be (set|false)|imported by its id alone|selects no|belongs to|is known of|in common: /,
    /'[\w.[\]]+' (\(.*\) )?(is|has|are|contains|names|needs)\b/, /\b(has|exists|overlap|takes|names)\b/,
  ],
  'what is allowed': [/\b(must|takes?|needs?|allows?|at least|such as|one of|fits?|only|begins?|is for|which|known|unique|already|exists)\b/],
  'what to do': [
    // a range, a form or a kind says what to write
    /must (neither|not be|be (an? |codes |one of |between|at most|shorter|'|the |ports|of )|begin|look like|span|have|name|select|differ|know|be in)/,
    /An address block is|A path begins|A (host )?name has|takes an? .* such as/,
    /(^|[.;:,] |, or )(Give|Name|Leave|Use|Set|Choose|Select|Make|Put|Add|Write|Say|Import|Ask|Deploy|Turn|Exchange|Remove|Return|Divide|Show|leave|put|give|choose)\b/,
  ],
};

/** Where what to do is all that is allowed. */
const SAID_ONCE = [
  'the target group of a load balancer without a backend', 'one name twice', 'a source in no subnet', 'a split beside a service', 'a split beside an endpoint',
  'no weight on any part', 'a split of one place twice', 'stickiness without a split', 'stripPrefix without paths', 'no port, of an endpoint without one',
  'a VPC of another account without a role', 'a role of our own account', 'a role of a third account',
];

describe('each error', () => {
  test('calls by its name each prop and parameter that the row is about', () => {
    const nameOf = (one: string) => /\((\w+)\)$/.exec(one)?.[1] ?? one.split('.').pop()!;
    const factoryOf = (one: string) => one.replace(/\(\w+\)$/, '(');
    const unnamed = Object.entries(ERRORS).flatMap(([row, [, , ...about]]) => {
      const message = MESSAGES.get(row)!;
      return about.filter(one => !new RegExp(`['.]${nameOf(one)}['.[]`).test(message)
        && !(one.endsWith(')') && message.includes(factoryOf(one))) && !CALLED[one]?.test(message)).map(one => `${row}: ${one} in ${message}`);
    });
    expect(unnamed).toEqual([]);
  });

  test.each(Object.entries(PARTS))('says %s', (part, words) => {
    const silent = Object.keys(ERRORS).filter(row => !words.some(word => word.test(MESSAGES.get(row)!)));
    expect(silent.sort()).toEqual(part === 'what is allowed' ? [...SAID_ONCE].sort() : []);
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
