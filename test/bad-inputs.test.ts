import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { App, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib/core';
import { newInstance, newStack, newVpc, TOKYO } from './util';
import {
  AlbToPrivateLinkTargets, AlbToPrivateLinkTargetsProps, Backend, InterfaceEndpointTarget, NlbEndpointService, NlbEndpointServiceProps,
  PrivateLinkRouteOptions,
} from '../src';
import { applicationBackendTargetGroup } from '../src/private/backend-target-group';

type Attempt = (stack: Stack) => unknown;
const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001', 80);
const backend = Backend.ipAddresses(['10.1.2.9'], { port: 80 });

const hub = (props: Partial<AlbToPrivateLinkTargetsProps>): Attempt => stack => new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), ...props });
const routes = (all: { [id: string]: PrivateLinkRouteOptions }): Attempt => hub({ routes: all });
const route = (options: PrivateLinkRouteOptions): Attempt => routes({ a: { service, paths: ['/a'], priority: 1, ...options } });
const health = (healthCheck: elbv2.HealthCheck): Attempt => route({ healthCheck });
const provider = (props: Partial<NlbEndpointServiceProps>): Attempt => stack => new NlbEndpointService(stack, 'Service', { vpc: newVpc(stack), backend, ...props });
const behindNlb = (make: (stack: Stack) => Backend): Attempt => stack => provider({ backend: make(stack) })(stack);

function albListener(stack: Stack, protocol = elbv2.ApplicationProtocol.HTTP): elbv2.ApplicationListener {
  const vpc = newVpc(stack, 'AlbVpc');
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  return alb.addListener('Listener', { protocol, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(404), certificates: [] });
}

/** What is given, and what the error says: what was given, what is allowed, what to do. */
const ERRORS: { [given: string]: [Attempt, RegExp] } = {
  // the hub's load balancer
  'internetFacing without clients': [hub({ internetFacing: true }), /Stack\/Hub: 'internetFacing' needs 'clients', got none.*Name who may connect/],
  'an empty list of clients': [hub({ clients: [] }), /'clients' must name at least one, got an empty list\. Name who may connect/],
  'no clients in a VPC imported without its block': [
    stack => new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'] }),
    }),
    /'clients' is missing, and its default, the CIDR block of Stack\/Vpc, is not known.*Name who may connect/,
  ],
  'an idle timeout longer than PrivateLink\'s': [hub({ idleTimeout: Duration.seconds(351) }), /'idleTimeout' must be between 1 and 350 whole seconds, got: 351 s\. PrivateLink drops/],
  'an idle timeout of no time': [hub({ idleTimeout: Duration.seconds(0) }), /'idleTimeout' must be between 1 and 350/],
  'a listener port that is none': [hub({ port: 65536 }), /'port' must be an integer between 1 and 65535, got: 65536/],
  'one zone only': [
    stack => { const vpc = newVpc(stack); return new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, vpcSubnets: { subnets: [vpc.isolatedSubnets[0]] } }); },
    /'vpcSubnets' must span at least two zones, got: .*Select subnets of another zone too/,
  ],
  'a listener and props that shape a load balancer': [
    stack => hub({ listener: albListener(stack), internetFacing: true, clients: [], idleTimeout: Duration.seconds(60) })(stack),
    /'listener' is given, and with it 'internetFacing', 'clients', 'idleTimeout', which shape a load balancer.*Leave them out/,
  ],
  'an access log bucket with a KMS key': [
    stack => hub({ accessLogs: { bucket: new s3.Bucket(stack, 'Logs', { encryptionKey: new kms.Key(stack, 'Key') }) } })(stack),
    /'accessLogs.bucket' must be encrypted with keys of S3 \(SSE-S3\), got: Stack\/Logs.*give another bucket/,
  ],
  'an access log prefix of AWS\'s own': [hub({ accessLogs: { prefix: 'x/AWSLogs' } }), /'accessLogs.prefix' must neither contain 'AWSLogs' nor begin or end with '\/', got: 'x\/AWSLogs'/],
  'an access log prefix with a slash at its end': [hub({ accessLogs: { prefix: 'x/' } }), /nor begin or end with '\/', got: 'x\/'/],

  'a list of subnets whose length is not known': [
    stack => new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        vpcCidrBlock: '10.0.0.0/16',
        availabilityZones: ['a'],
        privateSubnetIds: Fn.split(',', Fn.importValue('Subnets')),
      }),
    }),
    /'vpcSubnets' must span at least two zones, got: a list of subnets whose length is known at deployment only\. Say how many there are/,
  ],
  'the listener of another VPC': [
    stack => hub({ listener: albListener(stack) })(stack), /'vpc' must be the VPC of the listener's load balancer, Stack\/AlbVpc, got: Stack\/Vpc/,
  ],
  'an access log bucket with a key of AWS': [
    stack => hub({ accessLogs: { bucket: new s3.Bucket(stack, 'Logs', { encryption: s3.BucketEncryption.KMS_MANAGED }) } })(stack), /must be encrypted with keys of S3/,
  ],

  // where a route leads
  'neither service nor endpoint': [route({ service: undefined }), /route 'a' needs either a 'service' or an 'endpoint', got neither/],
  'both service and endpoint': [
    stack => route({ endpoint: ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'E', { vpcEndpointId: 'vpce-1', port: 80 }) })(stack),
    /route 'a' needs either a 'service' or an 'endpoint', got both/,
  ],
  'a route port that is none': [route({ port: 0 }), /'routes.a.port' must be an integer between 1 and 65535, got: 0/],
  'a deregistration delay beyond an hour': [route({ deregistrationDelay: Duration.seconds(3601) }), /'routes.a.deregistrationDelay' must be between 0 and 3600 whole seconds, got: 3601 s/],
  'a deregistration delay of half a second': [route({ deregistrationDelay: Duration.millis(500) }), /whole seconds, got: 0\.5 s/],
  'gRPC behind an HTTP listener': [
    route({ protocolVersion: elbv2.ApplicationProtocolVersion.GRPC }),
    /route 'a' has the 'protocolVersion' GRPC, which takes an HTTPS listener, and this one speaks HTTP/,
  ],

  'a host header with a wildcard': [route({ hostHeader: '*.example.com' }), /route 'a' has the 'hostHeader' '\*\.example\.com'\. Give one host name/],
  'a host header of nothing': [route({ hostHeader: '' }), /has the 'hostHeader' ''/],

  // which requests a route takes
  'no condition at all': [route({ paths: undefined }), /route 'a' needs at least one of 'paths', 'hosts' and 'conditions', got none.*'defaultAction'/],
  'an empty list of paths': [route({ paths: [] }), /'routes.a.paths' must name at least one/],
  'an empty list of hosts': [route({ hosts: [] }), /'routes.a.hosts' must name at least one/],
  'an empty list of conditions': [route({ conditions: [] }), /'routes.a.conditions' must name at least one/],
  'a path without a slash': [route({ paths: ['vpc2'] }), /route 'a' has the path 'vpc2'\. A path begins with '\/'/],
  'a path with a space': [route({ paths: ['/a b'] }), /route 'a' has the path '\/a b'/],
  'a path with a query': [route({ paths: ['/a#x'] }), /without the query/],
  'a path of more than 128 characters': [route({ paths: [`/${'x'.repeat(126)}`] }), /with 129 characters, and ELBv2 takes 128/],
  'a host without a dot': [route({ hosts: ['localhost'] }), /route 'a' has the host 'localhost'.*at least one dot/],
  'a host with a port': [route({ hosts: ['a.example.com:80'] }), /has the host 'a.example.com:80'.*no port/],
  'a host that ends in digits': [route({ hosts: ['10.0.0.1'] }), /behind its last dot stand letters only/],
  'a host of more than 128 characters': [route({ hosts: [`${'x'.repeat(130)}.com`] }), /with 134 characters/],
  'six values in one rule': [route({ paths: ['/a', '/b', '/c'] }), /has 6 condition values \(\/a, \/a\/\*, .*and a rule takes 5; a path without a wildcard counts twice\. Make two routes/],
  'six values with those of own conditions': [
    route({ paths: ['/a', '/b'], conditions: [elbv2.ListenerCondition.httpRequestMethods(['GET', 'HEAD'])] }), /has 6 condition values/,
  ],
  'two conditions on paths': [
    route({ conditions: [elbv2.ListenerCondition.pathPatterns(['/b'])] }), /route 'a' has two conditions on path-pattern, and a rule takes one\. Put all of their values/,
  ],
  'two conditions on hosts': [
    route({ hosts: ['a.example.com'], conditions: [elbv2.ListenerCondition.hostHeaders(['b.example.com'])] }), /has two conditions on host-header/,
  ],
  'six wildcards in one rule': [route({ paths: ['/*/*/*', '/*?*'] }), /has 6 wildcards .*and a rule takes 5/],
  'stripPrefix without paths': [route({ paths: undefined, hosts: ['a.example.com'], stripPrefix: true }), /has 'stripPrefix' but no 'paths'/],
  'stripPrefix with a wildcard': [route({ paths: ['/a/*'], stripPrefix: true }), /has 'stripPrefix' and the path '\/a\/\*', whose prefix is not known/],
  'stripPrefix with one path inside another': [route({ paths: ['/a', '/a/b'], stripPrefix: true }), /of which both prefixes fit '\/a\/b\/…'\. Make two routes/],

  // the order of routes
  'priority 0': [route({ priority: 0 }), /'routes.a.priority' must be an integer between 1 and 50000, got: 0/],
  'priority 50,001': [route({ priority: 50_001 }), /between 1 and 50000, got: 50001/],
  'a priority with a fraction': [route({ priority: 1.5 }), /must be an integer between 1 and 50000, got: 1\.5/],
  'a priority that is a token': [route({ priority: Lazy.number({ produce: () => 1 }) }), /has a 'priority' that is a token\. Give a number/],
  'one id twice': [
    stack => (route({})(stack) as AlbToPrivateLinkTargets).addRoute('a', { service, paths: ['/other'], priority: 2 }),
    /route 'a' exists already\. Choose another id/,
  ],
  'one priority twice': [
    routes({ a: { service, paths: ['/a'], priority: 5 }, b: { service, paths: ['/b'], priority: 5 } }),
    /route 'b' has the priority 5, which route 'a' has already\. Priorities are unique/,
  ],
  'one priority twice, once derived': [
    stack => { const made = routes({ a: { service, paths: ['/a'] } })(stack) as AlbToPrivateLinkTargets; made.addRoute('b', { service, paths: ['/b'], priority: made.routes.a.priority }); },
    /route 'b' has the same priority as route 'a', \d+, which 'a' derives from its id\. Set 'priority: \d+' on 'b', the newer one/,
  ],
  'two ids that derive one priority': [
    routes(Object.fromEntries(['r49', 'r497'].map(id => [id, { service, paths: [`/${id}`] }]))),
    /route 'r497' has the same priority as route 'r49', \d+, which both derive from their ids\. Set 'priority: \d+' on 'r497', the newer one/,
  ],
  'overlapping paths whose order nobody decided': [
    routes({ a: { service, paths: ['/a*'] }, b: { service, paths: ['/*b'] } }),
    /route '[ab]' takes requests that route '[ab]' takes too, and neither has deeper paths nor a 'priority'\. Give both a 'priority'/,
  ],
  'no priority on a listener of somebody else': [
    stack => {
      const listener = albListener(stack);
      return new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: listener.loadBalancer.vpc!, listener, routes: { a: { service, paths: ['/a'] } } });
    },
    /route 'a' needs a 'priority' between 1 and 50000, got none: the hub did not make the listener/,
  ],
  'a hundred and one routes': [
    routes(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`r${n}`, { service, paths: [`/r${n}`], priority: n + 1 }]))),
    /a load balancer takes 100 target groups, and so a hub 100 routes; got one more\. Make a second hub/,
  ],

  // health checks
  'a health check every 4 s': [health({ interval: Duration.seconds(4) }), /'healthCheck.interval' must be between 5 and 300 whole seconds, got: 4 s/],
  'a health check every 301 s': [health({ interval: Duration.seconds(301) }), /between 5 and 300 whole seconds, got: 301 s/],
  'a health check timeout of 1 s': [health({ timeout: Duration.seconds(1) }), /'healthCheck.timeout' must be between 2 and 120 whole seconds, got: 1 s/],
  'a health check timeout of 121 s': [health({ timeout: Duration.seconds(121) }), /between 2 and 120 whole seconds, got: 121 s/],
  'a timeout as long as the interval': [
    health({ interval: Duration.seconds(10), timeout: Duration.seconds(10) }), /'healthCheck.timeout' must be shorter than 'healthCheck.interval' \(10 s\), got: 10 s/,
  ],
  'an interval as short as the timeout that an NLB takes by itself': [
    provider({ healthCheck: { interval: Duration.seconds(10) } }), /must be shorter than 'healthCheck.interval' \(10 s\), got: none, which means 10 s/,
  ],
  'healthy after 1': [health({ healthyThresholdCount: 1 }), /'healthCheck.healthyThresholdCount' must be an integer between 2 and 10, got: 1/],
  'unhealthy after 11': [health({ unhealthyThresholdCount: 11 }), /'healthCheck.unhealthyThresholdCount' must be an integer between 2 and 10, got: 11/],
  'a health check path without a slash': [health({ path: 'health' }), /'healthCheck.path' must begin with '\/'.*got: 'health'/],
  'a health check path that is too long': [health({ path: `/${'x'.repeat(1024)}` }), /at most 1,024 characters/],
  'a health check port that is a word': [health({ port: 'http' }), /'healthCheck.port' must be 'traffic-port' or a number between 1 and 65535, got: 'http'/],
  'a health check port that is none': [health({ port: '65536' }), /got: '65536'/],
  'a code that ALBs do not take': [health({ healthyHttpCodes: '200,500' }), /'healthCheck.healthyHttpCodes' must be codes between 200 and 499 .*got: '200,500'/],
  'codes that are not codes': [health({ healthyHttpCodes: '2xx' }), /such as '200', '200,302' or '200-299', got: '2xx'/],
  'a code that NLBs do not take': [provider({ healthCheck: { healthyHttpCodes: '199' } }), /must be codes between 200 and 599 .*got: '199'/],

  // endpoint services
  'port 0 of a service': [provider({ port: 0 }), /Stack\/Service: 'port' must be an integer between 1 and 65535, got: 0/],
  'everybody, without a word on acceptance': [
    provider({ allowedPrincipals: [new iam.ArnPrincipal('*')] }), /'allowedPrincipals' contains '\*', which lets every AWS account connect, and 'acceptanceRequired' is not set\. Name the principals/,
  ],
  'everybody added later': [
    stack => (provider({})(stack) as NlbEndpointService).allowPrincipal(new iam.ArnPrincipal('*')), /'acceptanceRequired' is not set/,
  ],
  'a service port that is a token': [provider({ port: Lazy.number({ produce: () => 80 }) }), /'port' must be a number that is known at synth, got a token.*the listener/],
  'a route port that is a token': [route({ port: Lazy.number({ produce: () => 80 }) }), /'routes.a.port' must be a number that is known at synth/],
  'one listener id twice': [
    stack => {
      const made = provider({})(stack) as NlbEndpointService;
      made.addListener('B', { backend, port: 81 });
      made.addListener('B', { backend, port: 82 });
    },
    /listener 'B' exists already\. Choose another id/,
  ],
  'no client of a service': [provider({ clients: [] }), /'clients' must name at least one.*leave 'clients' out to let in whoever has an endpoint/],
  'no Region of a service': [provider({ allowedRegions: [] }), /'allowedRegions' must name at least one/],
  'no address type of a service': [provider({ supportedIpAddressTypes: [] }), /'supportedIpAddressTypes' must name at least one/],
  'no certificate for TLS': [provider({ certificates: [] }), /'certificates' must name at least one/],
  'one port twice': [stack => (provider({})(stack) as NlbEndpointService).addListener('B', { backend, port: 80 }), /'port' must differ from that of every other listener.*got: 80/],
  'the proxy protocol in front of an ALB': [
    stack => provider({ backend: Backend.applicationLoadBalancer(albListener(stack)), proxyProtocolV2: true })(stack), /'proxyProtocolV2' must not be set in front of an Application Load Balancer/,
  ],
  'TLS in front of an ALB': [
    stack => provider({
      backend: Backend.applicationLoadBalancer(albListener(stack)),
      certificates: [elbv2.ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111111111111:certificate/0')],
    })(stack),
    /'certificates' must not be set in front of an Application Load Balancer, which takes TCP only\. Give the certificates to the ALB's listener/,
  ],
  'a service name that is none': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: 'vpce-svc-0123' }),
    /'endpointServiceName' must look like 'com\.amazonaws\.vpce\.eu-west-1\.vpce-svc-0123456789abcdef0', got: 'vpce-svc-0123'/,
  ],
  'a port of an imported service that is none': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: service.name, port: 70_000 }), /'port' must be an integer between 1 and 65535, got: 70000/,
  ],
  'no zone of an imported service': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: service.name, availabilityZones: [] }), /'availabilityZones' must name at least one/,
  ],

  // backends
  'no instance': [behindNlb(() => Backend.instances([], { port: 80 })), /'instances' must name at least one/],
  'no address': [behindNlb(() => Backend.ipAddresses([], { port: 80 })), /'addresses' must name at least one/],
  'no target': [behindNlb(() => Backend.networkTargets([], { port: 80 })), /'networkTargets' must name at least one/],
  'a backend port that is none': [behindNlb(stack => Backend.instances([newInstance(stack, 'I', newVpc(stack, 'V'))], { port: -1 })), /'port' must be an integer between 1 and 65535, got: -1\. It is the port that Backend.instances\(\) was given/],
  'a container that the task does not have': [
    behindNlb(stack => {
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
      taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), portMappings: [{ containerPort: 80 }] });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: newVpc(stack, 'V') });
      return Backend.ecsService(new ecs.FargateService(stack, 'F', { cluster, taskDefinition, minHealthyPercent: 100 }), { containerName: 'web', containerPort: 8080 });
    }),
    /container 'web' of Stack\/Task has no TCP port mapping for 8080/,
  ],
  'a function behind a Network Load Balancer': [
    behindNlb(stack => Backend.lambdaFunction(lambda.Function.fromFunctionArn(stack, 'Fn', 'arn:aws:lambda:ap-northeast-1:111111111111:function:fn'))),
    /this backend \(target type 'lambda'\) does not fit behind a Network Load Balancer.*Backend\.applicationLoadBalancer\(\)/,
  ],
  'application targets behind a Network Load Balancer': [
    behindNlb(() => Backend.applicationTargets([{ attachToApplicationTargetGroup: () => ({ targetType: elbv2.TargetType.IP }) }], { port: 80 })), /does not fit behind a Network Load Balancer/,
  ],
  'an ALB behind an ALB': [
    stack => {
      const listener = albListener(stack);
      applicationBackendTargetGroup(stack, 'G', { vpc: newVpc(stack), backend: Backend.applicationLoadBalancer(listener), loadBalancer: listener });
    },
    /this backend \(target type 'alb'\) does not fit behind an Application Load Balancer.*NlbEndpointService/,
  ],

  // endpoint targets
  'more imported target groups than policies fit the role': [
    stack => {
      const endpoint = newVpc(stack).addInterfaceEndpoint('E', { service });
      for (let n = 0; n < 21; n++) {
        elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, `G${n}`, { targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/g/${n}` })
          .addTarget(new InterfaceEndpointTarget(stack, `T${n}`, { endpoint }));
      }
    },
    /a stack takes targets for 20 imported target groups.*got one more, Stack\/G20\. Put it into another stack/,
  ],
  'a target port that is none': [
    stack => new InterfaceEndpointTarget(stack, 'T', { port: 0, endpoint: newVpc(stack).addInterfaceEndpoint('E', { service }) }), /Stack\/T: 'port' must be an integer between 1 and 65535, got: 0/,
  ],
  'no port, of an endpoint without one': [
    stack => {
      const endpoint = newVpc(stack).addInterfaceEndpoint('E', { service });
      const withoutPort = Object.create(endpoint, { connections: { value: new ec2.Connections() } });
      return new InterfaceEndpointTarget(stack, 'T', { endpoint: withoutPort });
    },
    /'port' is missing, and Stack\/Vpc\/E has no default port\. Set 'port' to the port of its service/,
  ],
};

describe('is refused at synth, with what was given, what is allowed and what to do:', () => {
  test.each(Object.entries(ERRORS))('%s', (_, [attempt, message]) => {
    expect(() => attempt(newStack())).toThrow(message);
  });
});

/** What is given, and the warning with the id by which it is acknowledged. */
const WARNINGS: { [given: string]: [Attempt, string] } = {
  'plain HTTP to the internet': [hub({ internetFacing: true, clients: [ec2.Peer.anyIpv4()] }), 'unencrypted.*cdk-alb-privatelink:plainHttp'],
  'more clients than rules a group takes': [
    hub({ clients: Array.from({ length: 61 }, (_, n) => ec2.Peer.ipv4(`10.0.${n}.0/24`)) }), "'clients' has 61 entries.*60 rules.*cdk-alb-privatelink:securityGroupRulesQuota",
  ],
  'more than ninety routes': [
    routes(Object.fromEntries(Array.from({ length: 91 }, (_, n) => [`r${n}`, { service, paths: [`/r${n}`], priority: n + 1 }]))), 'more than 90 routes.*cdk-alb-privatelink:routesWithoutRoom',
  ],
  'an endpoint without a known security group': [
    stack => route({ service: undefined, endpoint: ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'E', { vpcEndpointId: 'vpce-1', port: 80 }) })(stack),
    'no security group is known of Stack/E.*cdk-alb-privatelink:securityGroupUnknown',
  ],
  'a route that another one hides': [
    routes({ all: { service, paths: ['/'], priority: 1 }, a: { service, paths: ['/a'], priority: 2 } }), "route 'a' \\(priority 2\\) is never reached: route 'all'.*cdk-alb-privatelink:routeNeverReached",
  ],
};

describe('is warned of, with an id to acknowledge it by:', () => {
  test.each(Object.entries(WARNINGS))('%s', (_, [attempt, message]) => {
    const stack = newStack();
    attempt(stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp(message));
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
