import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { App, CfnOutput, Duration, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { newAutoScalingGroup, newBridgeService, newFargateService, newFunction, newInstance, newStack, newVpc, only, openings, resources, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, BackendConfig, InterfaceEndpointTarget, InternalAlb, InternalAlbProps, NlbEndpointService } from '../src';

const ELB = 'AWS::ElasticLoadBalancingV2';
const LISTENER = `${ELB}::Listener`;
const RULE = `${ELB}::ListenerRule`;
const GROUP = `${ELB}::TargetGroup`;
const backend = Backend.ipAddresses(['10.1.2.9'], { port: 8080 });
const certificates = [elbv2.ListenerCertificate.fromArn('arn:aws:acm:ap-northeast-1:111111111111:certificate/0')];

function newAlb(props: Partial<InternalAlbProps> = {}, stack = newStack('Stack', { env: TOKYO })): { stack: Stack; web: InternalAlb; vpc: ec2.IVpc } {
  const vpc = props.vpc ?? newVpc(stack);
  return { stack, vpc, web: new InternalAlb(stack, 'Web', { backend, ...props, vpc }) };
}

/** The listeners by their ports, as what they speak and do. */
function listeners(stack: Stack): { [port: string]: any } {
  return Object.fromEntries(Object.entries(resources(stack, LISTENER)).map(([id, { Properties, DependsOn }]) => {
    const { Port, Protocol, SslPolicy, DefaultActions: [action] } = Properties;
    return [Port, { id, Protocol, SslPolicy, action: action.RedirectConfig ?? action.FixedResponseConfig ?? action.Type, DependsOn }];
  }));
}

describe('the load balancer', () => {
  test('is internal, in the private subnets, and drops header fields with invalid names', () => {
    const { stack, vpc } = newAlb();
    const { Properties } = only(stack, `${ELB}::LoadBalancer`);
    expect(Properties).toMatchObject({ Type: 'application', Scheme: 'internal', Subnets: vpc.isolatedSubnets.map(({ subnetId }) => stack.resolve(subnetId)) });
    expect(Properties.LoadBalancerAttributes).toContainEqual({ Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' });
  });

  test('admits its own VPC when nobody is named, and reaches the backend and nothing else', () => {
    const { stack } = newAlb();
    expect(openings(stack)).toEqual(['WebSecurityGroupF444D504 from Vpc8378EB38.CidrBlock 80', 'WebSecurityGroupF444D504 to 10.1.2.9/32 8080']);
  });

  test('admits those who are named and not its own VPC: blocks, prefix lists, groups, instances', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    newAlb({ vpc, clients: [ec2.Peer.ipv4('10.3.0.0/16'), ec2.Peer.prefixList('pl-0123'), newInstance(stack, 'Client', vpc)] }, stack);
    const { Properties } = resources(stack, 'AWS::EC2::SecurityGroup').WebSecurityGroupF444D504;
    expect(Properties.SecurityGroupIngress).toEqual([expect.objectContaining({ CidrIp: '10.3.0.0/16', FromPort: 80, ToPort: 80, IpProtocol: 'tcp' })]);
    const rules = Object.values(resources(stack, 'AWS::EC2::SecurityGroupIngress')).map(rule => rule.Properties);
    expect(rules).toEqual([
      expect.objectContaining({ SourcePrefixListId: 'pl-0123', FromPort: 80 }),
      expect.objectContaining({ SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^ClientGroup/), 'GroupId'] }, FromPort: 80 }),
    ]);
  });

  test('lets nobody in when told so, until a client opens it from its own stack, which needs the URL', () => {
    const app = new App();
    const stack = newStack('Stack', { env: TOKYO }, app);
    const { web, vpc } = newAlb({ clients: [] }, stack);
    const clientStack = newStack('Client', { env: TOKYO }, app);
    const client = newInstance(clientStack, 'Client', vpc);
    client.connections.allowToDefaultPort(web);
    new CfnOutput(clientStack, 'Url', { value: web.url });
    app.synth();
    const admitted = (each: Stack) => openings(each).filter(rule => rule.includes(' from '));
    expect([admitted(stack), admitted(clientStack)]).toEqual([[], [expect.stringMatching(/^WebSecurityGroup\w+ from ClientGroup\w+ 80$/)]]);
    expect(stack.dependencies).toEqual([]);
  });

  test('admits all addresses of its VPC over both families when it has both', () => {
    const { stack } = newAlb({ ipAddressType: elbv2.IpAddressType.DUAL_STACK });
    expect(openings(stack).filter(rule => rule.includes(' from '))).toEqual([
      'WebSecurityGroupF444D504 from 0.Vpc8378EB38.Ipv6CidrBlocks 80', 'WebSecurityGroupF444D504 from Vpc8378EB38.CidrBlock 80',
    ]);
  });

  test('has the same security group in every stage of a pipeline, because another description would replace it', () => {
    const description = (scope: Construct) => {
      const stack = new Stack(scope, 'Stack', { env: TOKYO });
      newAlb({}, stack);
      return resources(stack, 'AWS::EC2::SecurityGroup').WebSecurityGroupF444D504.Properties.GroupDescription;
    };
    expect(description(new Stage(new App(), 'Production'))).toBe(description(new App()));
  });

  test('can let more in afterwards, on the port of its listener', () => {
    const { stack, web } = newAlb({ certificates, redirectHttp: false });
    web.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.9.0.0/16'));
    expect(openings(stack)).toContain('WebSecurityGroupF444D504 from 10.9.0.0/16 443');
  });

  test('has access logs, a web ACL, an idle timeout and protection when asked for', () => {
    const { stack } = newAlb({
      accessLogs: { prefix: 'web' },
      webAclArn: 'arn:aws:wafv2:ap-northeast-1:111111111111:regional/webacl/acl/0',
      idleTimeout: Duration.seconds(4000),
      deletionProtection: true,
    });
    const attributes = only(stack, `${ELB}::LoadBalancer`).Properties.LoadBalancerAttributes;
    expect(attributes).toEqual(expect.arrayContaining([
      { Key: 'access_logs.s3.enabled', Value: 'true' }, { Key: 'access_logs.s3.prefix', Value: 'web' },
      { Key: 'idle_timeout.timeout_seconds', Value: '4000' }, { Key: 'deletion_protection.enabled', Value: 'true' },
    ]));
    expect(only(stack, 'AWS::WAFv2::WebACLAssociation').Properties.ResourceArn).toEqual({ Ref: 'WebLoadBalancer8E8983B1' });
    only(stack, 'AWS::S3::Bucket');
  });

  test('has a URL with the name that ELBv2 gives it, with the port only where it needs one', () => {
    const dns = { 'Fn::GetAtt': ['WebLoadBalancer8E8983B1', 'DNSName'] };
    const url = (props: Partial<InternalAlbProps>) => { const { stack, web } = newAlb(props); return stack.resolve(web.url); };
    expect(url({})).toEqual({ 'Fn::Join': ['', ['http://', dns]] });
    expect(url({ port: 8080 })).toEqual({ 'Fn::Join': ['', ['http://', dns, ':8080']] });
    expect(url({ certificates })).toEqual({ 'Fn::Join': ['', ['https://', dns]] });
    expect(url({ certificates, port: 8443 })).toEqual({ 'Fn::Join': ['', ['https://', dns, ':8443']] });
    expect(url({ certificates, domainNames: ['alb.home', 'b.home'] })).toBe('https://alb.home');
    expect(url({ port: 443, domainNames: ['alb.home'] })).toBe('http://alb.home:443');
  });
});

describe('the listener', () => {
  test('speaks HTTP on port 80 and sends everything to the backend', () => {
    const { stack } = newAlb();
    expect(listeners(stack)).toEqual({ 80: { id: 'WebListenerAEEC7462', Protocol: 'HTTP', action: 'forward' } });
  });

  test('answers 404 where there is no backend', () => {
    const { stack } = newAlb({ backend: undefined });
    expect(listeners(stack)[80].action).toEqual({ StatusCode: '404' });
    expect(resources(stack, GROUP)).toEqual({});
  });

  test('with certificates speaks HTTPS on 443 with TLS 1.2 at least, and another one redirects to it from 80', () => {
    const { stack, web } = newAlb({ certificates });
    expect(listeners(stack)).toEqual({
      443: { id: expect.stringMatching(/^WebListener443/), Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', action: 'forward' },
      80: { id: 'WebListenerAEEC7462', Protocol: 'HTTP', action: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' }, DependsOn: expect.arrayContaining([listeners(stack)[443].id]) },
    });
    expect(stack.resolve(web.listener.listenerArn)).toEqual({ Ref: listeners(stack)[443].id });
    expect(openings(stack).filter(rule => rule.includes(' from '))).toEqual([
      'WebSecurityGroupF444D504 from Vpc8378EB38.CidrBlock 443', 'WebSecurityGroupF444D504 from Vpc8378EB38.CidrBlock 80',
    ]);
  });

  test('redirects to the port that HTTPS is on', () => {
    const { stack } = newAlb({ certificates, port: 8443, sslPolicy: elbv2.SslPolicy.TLS13_13 });
    expect(listeners(stack)[8443]).toMatchObject({ Protocol: 'HTTPS', SslPolicy: 'ELBSecurityPolicy-TLS13-1-3-2021-06' });
    expect(listeners(stack)[80].action.Port).toBe('8443');
  });

  test('leaves port 80 closed when told not to redirect', () => {
    const { stack } = newAlb({ certificates, redirectHttp: false });
    expect(Object.keys(listeners(stack))).toEqual(['443']);
    expect(openings(stack).filter(rule => rule.includes(' from '))).toEqual(['WebSecurityGroupF444D504 from Vpc8378EB38.CidrBlock 443']);
  });

  test('takes more certificates than one, which come and go without touching the others', () => {
    const arn = (name: string) => `arn:aws:acm:ap-northeast-1:111111111111:certificate/${name}`;
    const made = (...names: string[]) => newAlb({ certificates: names.map(name => elbv2.ListenerCertificate.fromArn(arn(name))) }).stack;
    const stack = made('a', 'b', 'c');
    expect(resources(stack, LISTENER)[listeners(stack)[443].id].Properties.Certificates).toEqual([{ CertificateArn: arn('a') }]);
    const others = resources(stack, `${ELB}::ListenerCertificate`);
    expect(Object.values(others).map(({ Properties }) => Properties.Certificates[0].CertificateArn)).toEqual([arn('b'), arn('c')]);
    expect(others).toMatchObject(resources(made('a', 'c'), `${ELB}::ListenerCertificate`));
  });

  test('that redirects is there for those who need it, to be opened or exported', () => {
    const { stack, web } = newAlb({ certificates });
    web.redirectListener!.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.9.0.0/16'));
    expect(openings(stack)).toContain('WebSecurityGroupF444D504 from 10.9.0.0/16 80');
    expect(newAlb().web.redirectListener).toBeUndefined();
  });
});

describe('from one deployment to the next', () => {
  const before = () => { const { stack, web } = newAlb(); web.addRoute('a', { backend, paths: ['/a'], priority: 5 }); return stack; };
  const ids = (stack: Stack, type: string) => Object.keys(resources(stack, type));

  test('turning to HTTPS makes a listener beside the one on 80, which turns into the redirect in place, after it', () => {
    const { stack, web } = newAlb({ certificates });
    web.addRoute('a', { backend, paths: ['/a'], priority: 5 });
    const [old, now] = [listeners(before()), listeners(stack)];
    expect(now[80].id).toBe(old[80].id);
    expect(now[80].DependsOn).toContain(now[443].id);
    expect(Object.values(old).map(({ id }) => id)).not.toContain(now[443].id);
    expect(ids(stack, GROUP)).toEqual(ids(before(), GROUP));
  });

  test('another port is another listener, so that the rules move before the old one goes', () => {
    const { stack } = newAlb({ port: 8080 });
    expect(ids(stack, LISTENER)).not.toEqual(ids(before(), LISTENER));
    expect(ids(stack, `${ELB}::LoadBalancer`)).toEqual(ids(before(), `${ELB}::LoadBalancer`));
  });

  test('another function gets a group beside the old one, because a group does not exchange functions', () => {
    const groups = (id: string) => {
      const stack = newStack('Stack', { env: TOKYO });
      newAlb({ backend: Backend.lambdaFunction(newFunction(stack, id)) }, stack);
      return Object.keys(resources(stack, GROUP));
    };
    expect(groups('Fn')).toEqual(groups('Fn'));
    expect(groups('Other')).not.toEqual(groups('Fn'));
  });

  test('another port of a container changes neither group nor rule: ECS rolls its tasks in the group', () => {
    const made = (containerPort: number) => {
      const stack = newStack('Stack', { env: TOKYO });
      const vpc = newVpc(stack);
      const service = newFargateService(stack, 'Shop', vpc);
      service.taskDefinition.defaultContainer!.addPortMappings({ containerPort: 8081 });
      newAlb({ vpc, backend: Backend.ecsService(service, { containerName: 'web', containerPort }) }, stack);
      return resources(stack, GROUP);
    };
    expect(made(8081)).toEqual(made(8080));
  });

  test('two routes exchange priorities in place', () => {
    const rules = (first: number, second: number) => {
      const { stack, web } = newAlb();
      web.addRoute('a', { backend, paths: ['/a'], priority: first });
      web.addRoute('b', { backend, paths: ['/b'], priority: second });
      return resources(stack, RULE);
    };
    expect(Object.keys(rules(1, 2)).sort()).toEqual(Object.keys(rules(2, 1)).sort());
    expect(rules(1, 2)).not.toEqual(rules(2, 1));
  });
});

describe('a route', () => {
  test('takes paths and hosts, takes the prefix off, and leads to a backend of its own that is opened', () => {
    const { stack, web } = newAlb();
    const { targetGroup, rule, priority } = web.addRoute('shop', {
      backend: Backend.ipAddresses(['10.1.3.7'], { port: 8443 }),
      paths: ['/shop'],
      hosts: ['www.example.com'],
      stripPrefix: true,
      priority: 10,
    });
    expect(priority).toBe(10);
    const made = only(stack, RULE);
    expect(made.id).toMatch(/^WebRule10/);
    expect(stack.resolve(rule.listenerRuleArn)).toEqual({ Ref: made.id });
    expect(made.Properties).toEqual({
      ListenerArn: { Ref: 'WebListenerAEEC7462' },
      Priority: 10,
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/shop', '/shop/*'] } },
        { Field: 'host-header', HostHeaderConfig: { Values: ['www.example.com'] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: stack.resolve(targetGroup.targetGroupArn) }],
      Transforms: [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^/shop/?', Replace: '/' }] } }],
    });
    expect(resources(stack, GROUP)[stack.resolve(targetGroup.targetGroupArn).Ref].Properties).toMatchObject({ Port: 8443, Protocol: 'HTTPS', HealthCheckProtocol: 'HTTPS' });
    expect(openings(stack)).toContain('WebSecurityGroupF444D504 to 10.1.3.7/32 8443');
  });

  test('rewrites the host when told to', () => {
    const { stack, web } = newAlb();
    web.addRoute('shop', { backend, paths: ['/shop'], hostHeader: 'shop.internal' });
    expect(only(stack, RULE).Properties.Transforms).toEqual([{ Type: 'host-header-rewrite', HostHeaderRewriteConfig: { Rewrites: [{ Regex: '^.*', Replace: 'shop.internal' }] } }]);
  });

  test('has its place by its id when it has no priority, the deeper path first', () => {
    const { web } = newAlb();
    const [shop, cart] = ['/shop', '/shop/cart'].map((path, n) => web.addRoute(`route${n}`, { backend, paths: [path] }).priority);
    expect(cart).toBeLessThan(shop);
  });

  test('that fails leaves its id free', () => {
    const { web, stack } = newAlb();
    expect(() => web.addRoute('a', { backend, paths: ['/a'], priority: 1, healthCheck: { path: 'x' } })).toThrow();
    web.addRoute('a', { backend, paths: ['/a'], priority: 1 });
    only(stack, RULE);
  });

  test('has its targets in place before it goes live, also where they are the addresses of an endpoint', () => {
    const { stack, web, vpc } = newAlb();
    const endpoint = vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
    const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint });
    web.addRoute('api', { paths: ['/prod'], backend: Backend.applicationTargets([target], { port: 443 }), healthCheck: { healthyHttpCodes: '403' } });
    expect(only(stack, RULE).DependsOn).toEqual([only(stack, 'Custom::InterfaceEndpointTarget').id]);
  });

  test('the listener as well, where they take all requests', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const endpoint = vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
    newAlb({ vpc, backend: Backend.applicationTargets([new InterfaceEndpointTarget(stack, 'Target', { endpoint })], { port: 443 }) }, stack);
    expect(only(stack, LISTENER).DependsOn).toEqual([only(stack, 'Custom::InterfaceEndpointTarget').id]);
  });

  test('and a rule of the user in the same place are refused, wherever it stands', () => {
    const { stack, web } = newAlb();
    web.addRoute('a', { backend, paths: ['/a'], priority: 5 });
    const conditions = [elbv2.ListenerCondition.pathPatterns(['/b'])];
    new elbv2.ApplicationListenerRule(web, 'Mine', { listener: web.listener, priority: 5, conditions, action: elbv2.ListenerAction.fixedResponse(200) });
    expect(() => (stack.node.root as App).synth()).toThrow(/route 'a' has the priority 5, which Stack\/Web\/Mine\/Resource has on the same listener/);
  });

  test('of one stage is not in the way of the same route of another', () => {
    const app = new App();
    for (const scope of [app, new Stage(app, 'Test'), new Stage(app, 'Production')]) {
      const stack = new Stack(scope, 'Stack', { env: TOKYO });
      newAlb({ domainNames: ['alb.home'] }, stack).web.addRoute('a', { backend, paths: ['/a'], priority: 1 });
    }
    expect(() => app.synth()).not.toThrow();
  });

  test('stands beside the routes of a hub on the same listener', () => {
    const { stack, web, vpc } = newAlb();
    web.addRoute('a', { backend, paths: ['/a'], priority: 1 });
    const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 80);
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, listener: web.listener, routes: { b: { service, paths: ['/b'], priority: 2 } } });
    expect(Object.values(resources(stack, RULE)).map(({ Properties }) => Properties.ListenerArn)).toEqual([{ Ref: 'WebListenerAEEC7462' }, { Ref: 'WebListenerAEEC7462' }]);
  });

  test('and one of a hub in the same place are refused', () => {
    const { stack, web, vpc } = newAlb();
    web.addRoute('a', { backend, paths: ['/a'], priority: 1 });
    const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 80);
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, listener: web.listener, routes: { b: { service, paths: ['/b'], priority: 1 } } });
    expect(() => (stack.node.root as App).synth()).toThrow(/route 'a' has the priority 1, which Stack\/Hub\/Rule1\/Resource has on the same listener/);
  });
});

describe('targets', () => {
  test('are asked for / every 30 s by default, and drain for 30 s', () => {
    const { Properties } = only(newAlb().stack, GROUP);
    expect(Properties).toMatchObject({
      Protocol: 'HTTP',
      Port: 8080,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: '/',
      Matcher: { HttpCode: '200' },
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 3,
    });
    expect(Properties.TargetGroupAttributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '30' });
  });

  test('are spoken to as told, prop by prop', () => {
    const { Properties } = only(newAlb({
      certificates,
      protocol: elbv2.ApplicationProtocol.HTTPS,
      protocolVersion: elbv2.ApplicationProtocolVersion.HTTP2,
      healthCheck: { path: '/health' },
      deregistrationDelay: Duration.minutes(5),
    }).stack, GROUP);
    expect(Properties).toMatchObject({ Protocol: 'HTTPS', ProtocolVersion: 'HTTP2', HealthCheckProtocol: 'HTTPS', HealthCheckPath: '/health', HealthCheckIntervalSeconds: 30 });
    expect(Properties.TargetGroupAttributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '300' });
  });

  test('are checked on another port, which is opened too', () => {
    const { stack } = newAlb({ healthCheck: { port: '9000' } });
    expect(openings(stack).filter(rule => rule.includes(' to '))).toEqual(['WebSecurityGroupF444D504 to 10.1.2.9/32 8080', 'WebSecurityGroupF444D504 to 10.1.2.9/32 9000']);
  });

  test('of gRPC are checked without HTTP codes', () => {
    const { Properties } = only(newAlb({ certificates, protocolVersion: elbv2.ApplicationProtocolVersion.GRPC }).stack, GROUP);
    expect(Properties.ProtocolVersion).toBe('GRPC');
    expect([Properties.Matcher, Properties.HealthCheckPath]).toEqual([undefined, undefined]);
    const { Properties: own } = only(newAlb({
      certificates, protocolVersion: elbv2.ApplicationProtocolVersion.GRPC, healthCheck: { path: '/shop.Shop/Check', healthyGrpcCodes: '0' },
    }).stack, GROUP);
    expect(own).toMatchObject({ HealthCheckPath: '/shop.Shop/Check', Matcher: { GrpcCode: '0' } });
  });

  test('of a backend that the user brings are checked as it says, and before that as the load balancer is told', () => {
    class Own extends Backend {
      public bind(_scope: Construct): BackendConfig {
        return { targetType: elbv2.TargetType.IP, port: 9000, applicationTargets: [], healthCheck: { path: '/alive', healthyHttpCodes: '204' } };
      }
    }
    expect(only(newAlb({ backend: new Own(), healthCheck: { path: '/health' } }).stack, GROUP).Properties).toMatchObject({ HealthCheckPath: '/health', Matcher: { HttpCode: '204' } });
  });

  test('in containers are opened on the port of their health check, where their host has another one', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const { service, group: connectable } = newBridgeService(stack, 'Shop', vpc, 80);
    newAlb({ vpc, backend: Backend.ecsService(service, { containerName: 'web', containerPort: 8080, connectable }), healthCheck: { port: '8080' } }, stack);
    expect(openings(stack).filter(rule => rule.startsWith('Web') && rule.includes(' to ')).map(rule => rule.split(' ').pop())).toEqual(['80', '8080']);
  });

  test('may be an Auto Scaling group', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    newAlb({ vpc, backend: Backend.autoScalingGroup(newAutoScalingGroup(stack, 'Group', vpc), { port: 8080 }) }, stack);
    expect(only(stack, 'AWS::AutoScaling::AutoScalingGroup').Properties.TargetGroupARNs).toEqual([{ Ref: only(stack, GROUP).id }]);
    expect(openings(stack).filter(rule => rule.endsWith(' 8080'))).toHaveLength(2);
  });

  test('may be an ECS service for everything and a function for one path', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const { web } = newAlb({ vpc, backend: Backend.ecsService(newFargateService(stack, 'Shop', vpc), { containerName: 'web', containerPort: 8080 }) }, stack);
    web.addRoute('hooks', { backend: Backend.lambdaFunction(newFunction(stack, 'Fn')), paths: ['/hooks'] });

    const groups = Object.values(resources(stack, GROUP)).map(({ Properties }) => Properties);
    expect(groups.map(({ TargetType }) => TargetType)).toEqual(['ip', 'lambda']);
    expect(only(stack, 'AWS::ECS::Service').Properties.LoadBalancers).toEqual([expect.objectContaining({ ContainerName: 'web', ContainerPort: 8080 })]);
    expect(openings(stack).filter(rule => rule.endsWith(' 8080'))).toHaveLength(2);
    expect(openings(stack).filter(rule => !rule.endsWith(' 8080'))).toEqual(['WebSecurityGroupF444D504 from Vpc8378EB38.CidrBlock 80']);
  });
});

describe('a function', () => {
  const withFunction = (props: Partial<InternalAlbProps> = {}) => {
    const stack = newStack('Stack', { env: TOKYO });
    return newAlb({ ...props, backend: Backend.lambdaFunction(newFunction(stack, 'Fn')) }, stack).stack;
  };

  test('is invoked, and neither checked nor drained, because it has no connection', () => {
    const stack = withFunction();
    const { Properties, DependsOn } = only(stack, GROUP);
    const permission = only(stack, 'AWS::Lambda::Permission');
    expect(Properties).toEqual({
      TargetType: 'lambda',
      Targets: [{ Id: { 'Fn::GetAtt': [expect.stringMatching(/^Fn/), 'Arn'] } }],
    });
    expect(permission.Properties).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'elasticloadbalancing.amazonaws.com' });
    expect(DependsOn).toContain(permission.id);
  });

  test('is checked when asked for', () => {
    const { Properties } = only(withFunction({ healthCheck: { path: '/health', interval: Duration.seconds(60) } }), GROUP);
    expect(Properties).toMatchObject({ HealthCheckEnabled: true, HealthCheckPath: '/health', HealthCheckIntervalSeconds: 60 });
    expect(Properties).not.toHaveProperty('HealthCheckProtocol');
  });

  test('has the times of ELBv2 when it is checked, and is checked when its backend says so', () => {
    class Checked extends Backend {
      public bind(_scope: Construct): BackendConfig {
        return { targetType: elbv2.TargetType.LAMBDA, applicationTargets: [], healthCheck: { path: '/alive' } };
      }
    }
    expect(only(newAlb({ backend: new Checked() }).stack, GROUP).Properties).toMatchObject({
      HealthCheckEnabled: true, HealthCheckPath: '/alive', HealthCheckIntervalSeconds: 35, HealthCheckTimeoutSeconds: 30,
    });
  });

  test('may be an alias; a version is warned of, because it is another one after each change', () => {
    const warnings = (make: (fn: lambda.Function) => lambda.IFunction) => {
      const stack = newStack('Stack', { env: TOKYO });
      newAlb({ backend: Backend.lambdaFunction(make(newFunction(stack, 'Fn'))) }, stack);
      return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-alb-privatelink:functionVersion')).length;
    };
    expect(warnings(fn => new lambda.Alias(fn, 'Live', { aliasName: 'live', version: fn.currentVersion }))).toBe(0);
    expect(warnings(fn => fn.currentVersion)).toBe(1);
  });
});

describe('published through PrivateLink behind a Network Load Balancer', () => {
  test.each([
    ['HTTP', undefined, 80, 'HTTP'], ['HTTPS', certificates, 443, 'HTTPS'],
  ])('%s: TCP to the port of its listener, checked over its protocol, opened on both sides', (_, given, port, protocol) => {
    const { stack, vpc, web } = newAlb({ certificates: given, redirectHttp: given && false });
    const service = new NlbEndpointService(stack, 'Published', { vpc, port, backend: Backend.applicationLoadBalancer(web.listener) });
    const [group] = Object.values(resources(stack, GROUP)).filter(({ Properties }) => Properties.TargetType === 'alb');
    expect(group.Properties).toMatchObject({ Protocol: 'TCP', Port: port, HealthCheckProtocol: protocol, HealthCheckPath: '/', Targets: [{ Id: { Ref: 'WebLoadBalancer8E8983B1' }, Port: port }] });
    expect(openings(stack)).toEqual(expect.arrayContaining([
      expect.stringMatching(new RegExp(`^PublishedSecurityGroup\\w+ to WebSecurityGroup\\w* ${port}$`)),
      expect.stringMatching(new RegExp(`^WebSecurityGroup\\w* from PublishedSecurityGroup\\w* ${port}$`)),
    ]));
    expect(service.protocol).toBe(protocol);
  });

  test('stays where it is for its consumers when it turns to HTTPS, with a second port beside', () => {
    const published = (turned: boolean) => {
      const { stack, vpc, web } = newAlb({ certificates: turned ? certificates : undefined });
      const service = new NlbEndpointService(stack, 'Published', { vpc, backend: Backend.applicationLoadBalancer(web.redirectListener ?? web.listener) });
      if (turned) { service.addListener('Https', { port: 443, backend: Backend.applicationLoadBalancer(web.listener) }); }
      return Object.fromEntries(Object.entries(resources(stack, GROUP)).filter(([, { Properties }]) => Properties.TargetType === 'alb'));
    };
    expect(published(true)).toMatchObject(published(false));
    expect(Object.values(published(true)).map(({ Properties }) => Properties.Port)).toEqual([80, 443]);
  });

  test('HTTPS on another port of the service is still spoken to as HTTPS', () => {
    const { stack, vpc, web } = newAlb({ certificates });
    const service = new NlbEndpointService(stack, 'Published', { vpc, backend: Backend.applicationLoadBalancer(web.listener) });
    expect([service.port, service.protocol]).toEqual([80, 'HTTPS']);
  });
});

test('a hub has names and certificates as well, and is then not warned of plain HTTP', () => {
  const stack = newStack('Stack', { env: TOKYO });
  const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), certificates, domainNames: ['hub.home'] });
  expect(hub.url).toBe('https://hub.home');
  expect(stack.resolve(hub.redirectListener!.listenerArn)).not.toEqual(stack.resolve(hub.listener.listenerArn));
  expect(hub.zones.map(({ zoneName }) => zoneName)).toEqual(['hub.home']);
  const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 443);
  hub.addRoute('grpc', { service, paths: ['/a'], protocolVersion: elbv2.ApplicationProtocolVersion.GRPC });
  expect(Object.keys(listeners(stack))).toEqual(['80', '443']);
  Template.fromStack(stack).hasResourceProperties(GROUP, { ProtocolVersion: 'GRPC' });
});
