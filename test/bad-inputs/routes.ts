import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { App, Duration, Lazy, Stack } from 'aws-cdk-lib/core';
import { alb, albListener, backend, BadInputs, health, hub, provider, route, routes, service } from './attempts';
import { AlbToPrivateLinkTargets, NlbEndpointService, PrivateLinkRouteSplit } from '../../src';
import { newStack, newVpc, TOKYO } from '../util';

/** A VPC in three zones that are known by name. */
function threeZones(stack: Stack): ec2.Vpc {
  const zones = ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'];
  const known = newStack('Zones', { env: TOKYO }, stack.node.root as App);
  jest.spyOn(known, 'availabilityZones', 'get').mockReturnValue(zones);
  return newVpc(known, 'Vpc', '10.1.0.0/16', zones);
}

const other = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000002', 80);
const split = (...parts: PrivateLinkRouteSplit[]) => route({ service: undefined, split: parts });

/** Routes, of whichever load balancer. */
export const ROUTES: BadInputs = {
  // where a route leads
  'neither service nor endpoint': [route({ service: undefined }), /route 'a' needs either a 'service' or an 'endpoint', got neither/, 'PrivateLinkTargetOptions.service', 'PrivateLinkTargetOptions.endpoint'],
  'both service and endpoint': [
    stack => route({ endpoint: ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'E', { vpcEndpointId: 'vpce-1', port: 80 }) })(stack),
    /route 'a' needs either a 'service' or an 'endpoint', got both/,
    'PrivateLinkTargetOptions.service', 'PrivateLinkTargetOptions.endpoint',
  ],
  'an endpoint without a default port': [
    stack => {
      const endpoint = newVpc(stack, 'V').addInterfaceEndpoint('E', { service });
      route({ service: undefined, endpoint: Object.create(endpoint, { connections: { value: new ec2.Connections() } }) })(stack);
    },
    /route 'a' needs a 'port': the endpoint Stack\/V\/E has no default port/,
    'PrivateLinkTargetOptions.port',
  ],
  'endpoint subnets beside the load balancer': [
    stack => {
      const vpc = threeZones(stack);
      hub({ vpc, vpcSubnets: { subnets: vpc.isolatedSubnets.slice(0, 2) }, endpointSubnets: { subnets: vpc.isolatedSubnets.slice(2) }, routes: { a: { service, paths: ['/a'] } } })(Stack.of(vpc));
    },
    /'endpointSubnets' and the load balancer have no zone in common: ap-northeast-1d and ap-northeast-1a, ap-northeast-1c\. Select subnets in the zones of the load balancer/,
    'AlbToPrivateLinkTargetsProps.endpointSubnets',
  ],
  'endpoint subnets beside the service': [
    stack => {
      const vpc = threeZones(stack);
      const here = NlbEndpointService.fromEndpointServiceAttributes(Stack.of(vpc), 'S', { endpointServiceName: service.name, availabilityZones: ['ap-northeast-1b'] });
      hub({ vpc, routes: { a: { service: here, paths: ['/a'] } } })(Stack.of(vpc));
    },
    /'service' is Zones\/S, which has no zone in common with the endpoints' subnets: ap-northeast-1b and .*Select endpoint subnets in the zones of the service, or add a zone/,
    'PrivateLinkTargetOptions.service',
  ],
  'a route port that is none': [route({ port: 0 }), /'routes.a.port' must be an integer between 1 and 65535, got: 0/, 'PrivateLinkTargetOptions.port'],
  'a deregistration delay of half a second': [route({ deregistrationDelay: Duration.millis(500) }), /whole seconds, got: 0\.5 s/, 'PrivateLinkTargetOptions.deregistrationDelay'],
  'gRPC behind an HTTP listener': [
    route({ protocolVersion: elbv2.ApplicationProtocolVersion.GRPC }),
    /Stack\/Hub: 'routes\.a\.protocolVersion' is GRPC, which takes an HTTPS listener, and this one speaks HTTP\. Use HTTP1, or give/,
    'PrivateLinkTargetOptions.protocolVersion',
  ],

  // several places
  'a split beside a service': [route({ split: [{ service, weight: 1 }] }), /route 'a' has a 'split' and beside it a 'service'\. Put that one into the split, with a weight/, 'PrivateLinkRouteOptions.split'],
  'a split beside an endpoint': [
    stack => route({
      service: undefined,
      split: [{ service, weight: 1 }],
      endpoint: ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'E', { vpcEndpointId: 'vpce-1', port: 80 }),
    })(stack),
    /route 'a' has a 'split' and beside it an 'endpoint'/,
    'PrivateLinkRouteOptions.split',
  ],
  'a split of no parts': [split(), /route 'a' has a 'split' of 0 parts, and a rule takes 1 to 5/, 'PrivateLinkRouteOptions.split'],
  'a split of six parts': [split(...[1, 2, 3, 4, 5, 6].map(weight => ({ service, weight }))), /route 'a' has a 'split' of 6 parts, and a rule takes 1 to 5/, 'PrivateLinkRouteOptions.split'],
  'a weight above 999': [split({ service, weight: 1000 }), /'routes\.a\.split\[0\]\.weight' must be an integer between 0 and 999, got: 1000/, 'PrivateLinkRouteSplit.weight'],
  'a weight below 0': [split({ service, weight: 1 }, { service: other, weight: -1 }), /'routes\.a\.split\[1\]\.weight' must be an integer between 0 and 999, got: -1/, 'PrivateLinkRouteSplit.weight'],
  'half a weight': [split({ service, weight: 0.5 }), /'routes\.a\.split\[0\]\.weight' must be an integer between 0 and 999, got: 0\.5/, 'PrivateLinkRouteSplit.weight'],
  'no weight on any part': [split({ service, weight: 0 }, { service: other, weight: 0 }), /has a 'split' with the weight 0 on all parts.*Give one part more than 0/, 'PrivateLinkRouteOptions.split'],
  'a split of one place twice': [
    split({ service, weight: 1 }, { service: other, weight: 1 }, { service, port: 80, weight: 1 }),
    /route 'a' has a 'split' whose parts 1 and 3 lead to the same place\. Make one part of them/,
    'PrivateLinkRouteOptions.split',
  ],
  'a part that leads nowhere': [split({ service, weight: 1 }, { weight: 1 }), /route 'a', split 2 of 2, needs either a 'service' or an 'endpoint', got neither/, 'PrivateLinkTargetOptions.service', 'PrivateLinkTargetOptions.endpoint'],
  'a part with a port that is none': [split({ service, port: 0, weight: 1 }), /'routes\.a\.split\[0\]\.port' must be an integer between 1 and 65535, got: 0/, 'PrivateLinkTargetOptions.port'],
  'stickiness without a split': [route({ splitStickiness: Duration.hours(1) }), /route 'a' has a 'splitStickiness' and no 'split'/, 'PrivateLinkRouteOptions.splitStickiness'],
  'stickiness for eight days': [
    route({ service: undefined, split: [{ service, weight: 1 }], splitStickiness: Duration.days(8) }),
    /'routes\.a\.splitStickiness' must be between 1 and 604800 whole seconds, got: 691200 s/,
    'PrivateLinkRouteOptions.splitStickiness',
  ],
  'a hundred routes and a split': [
    routes({
      ...Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`r${n}`, { service, paths: [`/r${n}`], priority: n + 2 }])),
      a: { paths: ['/a'], priority: 1000, split: [{ service, weight: 1 }, { service: other, weight: 1 }] },
    }),
    /a load balancer takes 100 target groups, and so this one 100 for its routes; got 101\./,
    'AlbToPrivateLinkTargetsProps.routes',
  ],

  'a host header with a wildcard': [route({ hostHeader: '*.example.com' }), /route 'a' has the 'hostHeader' '\*\.example\.com'\. Give one host name/, 'RouteOptions.hostHeader'],
  'a host header of nothing': [route({ hostHeader: '' }), /has the 'hostHeader' ''/, 'RouteOptions.hostHeader'],

  // which requests a route takes
  'no condition at all': [route({ paths: undefined }), /route 'a' needs at least one of 'paths', 'hosts' and 'conditions', got none.*the listener's default/, 'RouteOptions.paths', 'RouteOptions.hosts', 'RouteOptions.conditions'],
  'an empty list of paths': [route({ paths: [] }), /'routes.a.paths' must name at least one/, 'RouteOptions.paths'],
  'an empty list of hosts': [route({ hosts: [] }), /'routes.a.hosts' must name at least one/, 'RouteOptions.hosts'],
  'an empty list of conditions': [route({ conditions: [] }), /'routes.a.conditions' must name at least one/, 'RouteOptions.conditions'],
  'a path without a slash': [route({ paths: ['vpc2'] }), /route 'a' has the path 'vpc2'\. A path begins with '\/'/, 'RouteOptions.paths'],
  'a path with a space': [route({ paths: ['/a b'] }), /route 'a' has the path '\/a b'/, 'RouteOptions.paths'],
  'a path with a query': [route({ paths: ['/a#x'] }), /without the query/, 'RouteOptions.paths'],
  'a path of more than 128 characters': [route({ paths: [`/${'x'.repeat(126)}`] }), /with 129 characters, and ELBv2 takes 128/, 'RouteOptions.paths'],
  'a host without a dot': [route({ hosts: ['localhost'] }), /route 'a' has the host 'localhost'.*at least one dot/, 'RouteOptions.hosts'],
  'a host with a port': [route({ hosts: ['a.example.com:80'] }), /has the host 'a.example.com:80'.*no port/, 'RouteOptions.hosts'],
  'a host that ends in digits': [route({ hosts: ['10.0.0.1'] }), /behind its last dot stand letters only/, 'RouteOptions.hosts'],
  'a host of more than 128 characters': [route({ hosts: [`${'x'.repeat(130)}.com`] }), /with 134 characters/, 'RouteOptions.hosts'],
  'six values in one rule': [route({ paths: ['/a', '/b', '/c'] }), /has 6 condition values \(\/a, \/a\/\*, .*and a rule takes 5; a path without a wildcard counts twice\. Make two routes/, 'RouteOptions.paths'],
  'six values with those of own conditions': [
    route({ paths: ['/a', '/b'], conditions: [elbv2.ListenerCondition.httpRequestMethods(['GET', 'HEAD'])] }), /has 6 condition values/,
    'RouteOptions.conditions',
  ],
  'two conditions on paths': [
    route({ conditions: [elbv2.ListenerCondition.pathPatterns(['/b'])] }), /route 'a' has two conditions on path-pattern, and a rule takes one\. Put all of their values/,
    'RouteOptions.conditions',
  ],
  'two conditions on hosts': [
    route({ hosts: ['a.example.com'], conditions: [elbv2.ListenerCondition.hostHeaders(['b.example.com'])] }), /has two conditions on host-header/,
    'RouteOptions.conditions',
  ],
  'one condition twice': [
    route({ paths: ['/a'], conditions: [1, 2].map(() => elbv2.ListenerCondition.queryStrings([{ key: 'stage', value: 'beta' }])) }),
    /route 'a' has the same condition on query-string twice in 'conditions', and a rule takes each one once\. Leave one out/,
    'RouteOptions.conditions',
  ],
  'one value twice in a condition, its keys in another order': [
    route({ paths: ['/a'], conditions: [elbv2.ListenerCondition.queryStrings([{ key: 'stage', value: 'beta' }, { value: 'beta', key: 'stage' }])] }),
    /has {"value":"beta","key":"stage"} twice in its condition on query-string/,
    'RouteOptions.conditions',
  ],
  'one value twice in a condition': [
    route({ paths: ['/a'], conditions: [elbv2.ListenerCondition.httpRequestMethods(['GET', 'HEAD', 'GET'])] }),
    /route 'a' has "GET" twice in its condition on http-request-method, and a condition takes each value once\. Leave one out of 'conditions'/,
    'RouteOptions.conditions',
  ],
  'six wildcards in one rule': [route({ paths: ['/*/*/*', '/*?*'] }), /has 6 wildcards .*and a rule takes 5/, 'RouteOptions.paths'],
  'stripPrefix without paths': [route({ paths: undefined, hosts: ['a.example.com'], stripPrefix: true }), /has 'stripPrefix' but no 'paths'/, 'RouteOptions.stripPrefix'],
  'stripPrefix with a wildcard': [route({ paths: ['/a/*'], stripPrefix: true }), /has 'stripPrefix' and the path '\/a\/\*', whose prefix is not known/, 'RouteOptions.stripPrefix'],
  'stripPrefix with one path inside another': [route({ paths: ['/a', '/a/b'], stripPrefix: true }), /of which both prefixes fit '\/a\/b\/…'\. Make two routes/, 'RouteOptions.stripPrefix'],

  // the order of routes
  'priority 0': [route({ priority: 0 }), /'routes.a.priority' must be an integer between 1 and 50000, got: 0/, 'RouteOptions.priority'],
  'priority 50,001': [route({ priority: 50_001 }), /between 1 and 50000, got: 50001/, 'RouteOptions.priority'],
  'a priority with a fraction': [route({ priority: 1.5 }), /must be an integer between 1 and 50000, got: 1\.5/, 'RouteOptions.priority'],
  'a priority that is a token': [route({ priority: Lazy.number({ produce: () => 1 }) }), /'routes\.a\.priority' must be a number that is known at synth, got a token.*the rule/, 'RouteOptions.priority'],
  'a route without an id': [
    stack => alb({})(stack).addRoute('', { backend, paths: ['/a'] }), /the 'id' of addRoute\(\) must be a text that is known at synth, got an empty one/, 'InternalAlb.addRoute(id)',
  ],
  'a route whose id is a token': [
    stack => hub({})(stack).addRoute(Lazy.string({ produce: () => 'a' }), { service, paths: ['/a'] }), /the 'id' of addRoute\(\) must be a text that is known at synth, got a token/,
    'AlbToPrivateLinkTargets.addRoute(id)',
  ],
  'one id twice': [
    stack => (route({})(stack) as AlbToPrivateLinkTargets).addRoute('a', { service, paths: ['/other'], priority: 2 }),
    /route 'a' exists already\. Choose another id/,
    'AlbToPrivateLinkTargets.addRoute(id)',
  ],
  'one priority twice': [
    routes({ a: { service, paths: ['/a'], priority: 5 }, b: { service, paths: ['/b'], priority: 5 } }),
    /route 'b' has the priority 5, which route 'a' has already\. Priorities are unique/,
    'RouteOptions.priority',
  ],
  'one priority twice, once derived': [
    stack => { const made = routes({ a: { service, paths: ['/a'] } })(stack) as AlbToPrivateLinkTargets; made.addRoute('b', { service, paths: ['/b'], priority: made.routes.a.priority }); },
    /route 'b' has the same priority as route 'a', \d+, which 'a' derives from its id\. Set 'priority: \d+' on 'b', the newer one/,
    'RouteOptions.priority',
  ],
  'two ids that derive one priority': [
    routes(Object.fromEntries(['r49', 'r497'].map(id => [id, { service, paths: [`/${id}`] }]))),
    /route 'r497' has the same priority as route 'r49', \d+, which both derive from their ids\. Set 'priority: \d+' on 'r497', the newer one/,
    'RouteOptions.priority',
  ],
  'overlapping paths whose order nobody decided': [
    routes({ a: { service, paths: ['/a*'] }, b: { service, paths: ['/*b'] } }),
    /route '[ab]' takes requests that route '[ab]' takes too, and neither has deeper paths nor a 'priority'\. Give both a 'priority'/,
    'RouteOptions.priority',
  ],
  'no priority on a listener of somebody else': [
    stack => {
      const listener = albListener(stack);
      return new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: listener.loadBalancer.vpc!, listener, routes: { a: { service, paths: ['/a'] } } });
    },
    /route 'a' needs a 'priority' between 1 and 50000, got none: the listener was made elsewhere/,
    'RouteOptions.priority',
  ],
  'a hundred and one routes': [
    routes(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`r${n}`, { service, paths: [`/r${n}`], priority: n + 1 }]))),
    /a load balancer takes 100 target groups, and so this one 100 for its routes; got 101\. Make a second load balancer/,
    'AlbToPrivateLinkTargetsProps.routes',
  ],

  // health checks
  'a health check every 4 s': [health({ interval: Duration.seconds(4) }), /'routes\.a\.healthCheck\.interval' must be between 5 and 300 whole seconds, got: 4 s/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check every 301 s': [health({ interval: Duration.seconds(301) }), /between 5 and 300 whole seconds, got: 301 s/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check timeout of 1 s': [health({ timeout: Duration.seconds(1) }), /'routes\.a\.healthCheck\.timeout' must be between 2 and 120 whole seconds, got: 1 s/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check timeout of 121 s': [health({ timeout: Duration.seconds(121) }), /between 2 and 120 whole seconds, got: 121 s/, 'PrivateLinkTargetOptions.healthCheck'],
  'a timeout as long as the interval': [
    health({ interval: Duration.seconds(10), timeout: Duration.seconds(10) }), /'routes\.a\.healthCheck\.timeout' must be shorter than 'routes\.a\.healthCheck\.interval' \(10 s\), got: 10 s/,
    'PrivateLinkTargetOptions.healthCheck',
  ],
  'an interval as short as the timeout that an NLB takes by itself': [
    provider({ healthCheck: { interval: Duration.seconds(10) } }), /must be shorter than 'healthCheck.interval' \(10 s\), got: none, which means 10 s/,
    'EndpointServiceListenerOptions.healthCheck',
  ],
  'healthy after 1': [health({ healthyThresholdCount: 1 }), /'routes\.a\.healthCheck\.healthyThresholdCount' must be an integer between 2 and 10, got: 1/, 'PrivateLinkTargetOptions.healthCheck'],
  'unhealthy after 11': [health({ unhealthyThresholdCount: 11 }), /'routes\.a\.healthCheck\.unhealthyThresholdCount' must be an integer between 2 and 10, got: 11/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check path without a slash': [health({ path: 'health' }), /'routes\.a\.healthCheck\.path' must begin with '\/'.*got: 'health'/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check path that is too long': [health({ path: `/${'x'.repeat(1024)}` }), /at most 1,024 characters/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check port that is a word': [health({ port: 'http' }), /'routes\.a\.healthCheck\.port' must be 'traffic-port' or a number between 1 and 65535, got: 'http'/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check port that is none': [health({ port: '65536' }), /got: '65536'/, 'PrivateLinkTargetOptions.healthCheck'],
  'a code that ALBs do not take': [health({ healthyHttpCodes: '200,500' }), /'routes\.a\.healthCheck\.healthyHttpCodes' must be codes between 200 and 499 .*got: '200,500'/, 'PrivateLinkTargetOptions.healthCheck'],
  'a health check that is turned off': [health({ enabled: false }), /'routes\.a\.healthCheck\.enabled' must not be false: ELBv2 checks the health of all targets but Lambda functions/, 'PrivateLinkTargetOptions.healthCheck'],
  'gRPC codes for HTTP': [health({ healthyGrpcCodes: '12' }), /'routes\.a\.healthCheck\.healthyGrpcCodes' must not be set for targets that speak HTTP/, 'PrivateLinkTargetOptions.healthCheck'],
  'codes that are not codes': [health({ healthyHttpCodes: '2xx' }), /such as '200', '200,302' or '200-299', got: '2xx'/, 'PrivateLinkTargetOptions.healthCheck'],
  'a count of an NLB that is a token': [
    provider({ healthCheck: { healthyThresholdCount: Lazy.number({ produce: () => 3 }) } }), /'healthCheck\.healthyThresholdCount' must be a number that is known at synth, got a token/,
    'EndpointServiceListenerOptions.healthCheck',
  ],
  'a code that NLBs do not take': [provider({ healthCheck: { healthyHttpCodes: '199' } }), /must be codes between 200 and 599 .*got: '199'/, 'EndpointServiceListenerOptions.healthCheck'],
};
