import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { App, CfnParameter, Duration, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { newStack, newVpc, only, openings, resources, TOKYO } from './util';
import {
  AlbToPrivateLinkTargets, AlbToPrivateLinkTargetsProps, Backend, EndpointPreset, NlbEndpointService, PrivateLinkRouteOptions,
} from '../src';

const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const REGISTRATION = 'Custom::InterfaceEndpointTarget';
const DRAIN = 'Custom::InterfaceEndpointDrain';

function serviceNamed(n: number | string, port?: number): ec2.IInterfaceVpcEndpointService {
  const id = typeof n === 'number' ? `vpce-svc-${n.toString(16).padStart(17, '0')}` : n;
  return new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.${id}`, port ?? 80);
}

function hubWith(
  routes: { [id: string]: PrivateLinkRouteOptions }, props: Partial<AlbToPrivateLinkTargetsProps> = {}, stack = newStack(),
): AlbToPrivateLinkTargets {
  return new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes, ...props });
}

describe('the load balancer of a hub', () => {
  test('is internal, in private subnets, and admits the VPC on port 80 only', () => {
    const hub = hubWith({});
    const stack = Stack.of(hub);
    const { Properties } = only(stack, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(Properties.Scheme).toBe('internal');
    expect(Properties.Subnets).toEqual([{ Ref: expect.stringContaining('PrivateSubnet1') }, { Ref: expect.stringContaining('PrivateSubnet2') }]);
    expect(openings(stack)).toEqual([expect.stringMatching(/^HubSecurityGroup\w+ from Vpc\w+\.CidrBlock 80$/)]);
  });

  test('drops invalid header fields unless told not to', () => {
    const dropped = { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' };
    const attributes = (props: Partial<AlbToPrivateLinkTargetsProps>) =>
      only(Stack.of(hubWith({}, props)), 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.LoadBalancerAttributes;
    expect(attributes({})).toContainEqual(dropped);
    expect(attributes({ dropInvalidHeaderFields: false })).not.toContainEqual(dropped);
  });

  test('facing the internet it stands in public subnets, admits the clients named, and warns that HTTP is plain', () => {
    const hub = hubWith({}, { internetFacing: true, clients: [ec2.Peer.ipv4('203.0.113.7/32')] });
    const stack = Stack.of(hub);
    const { Properties } = only(stack, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(Properties.Scheme).toBe('internet-facing');
    expect(Properties.Subnets).toEqual([{ Ref: expect.stringContaining('PublicSubnet1') }, { Ref: expect.stringContaining('PublicSubnet2') }]);
    expect(openings(stack)).toEqual([expect.stringMatching(/^HubSecurityGroup\w+ from 203\.0\.113\.7\/32 80$/)]);
    Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp('unencrypted.*cdk-alb-privatelink:plainHttp'));
  });

  test('answers 404 by default, or as told', () => {
    const action = (props: Partial<AlbToPrivateLinkTargetsProps>) =>
      only(Stack.of(hubWith({}, props)), 'AWS::ElasticLoadBalancingV2::Listener').Properties.DefaultActions;
    expect(action({})).toEqual([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }]);
    expect(action({ defaultAction: elbv2.ListenerAction.fixedResponse(200, { messageBody: 'Default route' }) }))
      .toEqual([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'Default route' } }]);
  });

  test('takes port, idle timeout, deletion protection, address type and web ACL', () => {
    const webAclArn = 'arn:aws:wafv2:ap-northeast-1:111111111111:regional/webacl/acl/00000000-0000-0000-0000-000000000000';
    const hub = hubWith({}, {
      port: 8080, idleTimeout: Duration.seconds(350), deletionProtection: true, ipAddressType: elbv2.IpAddressType.DUAL_STACK, webAclArn,
    });
    const stack = Stack.of(hub);
    const { id, Properties } = only(stack, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(Properties.IpAddressType).toBe('dualstack');
    expect(Properties.LoadBalancerAttributes).toEqual(expect.arrayContaining([
      { Key: 'idle_timeout.timeout_seconds', Value: '350' }, { Key: 'deletion_protection.enabled', Value: 'true' },
    ]));
    expect(only(stack, 'AWS::ElasticLoadBalancingV2::Listener').Properties.Port).toBe(8080);
    // the addresses of the VPC, of both families
    expect(openings(stack).map(rule => rule.split(' ').slice(1).join(' '))).toEqual(['from 0.Vpc8378EB38.Ipv6CidrBlocks 8080', 'from Vpc8378EB38.CidrBlock 8080']);
    expect(only(stack, 'AWS::WAFv2::WebACLAssociation').Properties).toEqual({ ResourceArn: { Ref: id }, WebACLArn: webAclArn });
  });

  test('writes access logs to a private, encrypted, retained bucket of its own, also without a Region', () => {
    const hub = hubWith({}, { accessLogs: { prefix: 'hub' } });
    const template = Template.fromStack(Stack.of(hub));
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          {
            Effect: 'Allow',
            Action: 's3:PutObject',
            Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
            Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.anyValue(), 'Arn'] }, '/hub/AWSLogs/', { Ref: 'AWS::AccountId' }, '/*']] },
          },
        ],
      },
    });
    template.hasResource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      DependsOn: [Match.stringLikeRegexp('AccessLogsPolicy')],
      Properties: {
        LoadBalancerAttributes: Match.arrayWith([
          { Key: 'access_logs.s3.enabled', Value: 'true' },
          { Key: 'access_logs.s3.bucket', Value: { Ref: Match.stringLikeRegexp('AccessLogs') } },
          { Key: 'access_logs.s3.prefix', Value: 'hub' },
        ]),
      },
    });
  });

  test('writes access logs to a given bucket, and says when its policy cannot be changed', () => {
    const stack = newStack();
    hubWith({}, { accessLogs: { bucket: s3.Bucket.fromBucketName(stack, 'Logs', 'logs-of-the-platform') } }, stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp('cannot be changed from here.*accessLogsBucketPolicy'));
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
  });
});

describe('a route', () => {
  test('leads from the rule over the target group and its registration to the endpoint of the service', () => {
    const hub = hubWith({ vpc2: { paths: ['/vpc2'], service: serviceNamed(2), priority: 100 } });
    const stack = Stack.of(hub);
    const rule = only(stack, RULE);
    const group = only(stack, GROUP);
    const registration = only(stack, REGISTRATION);
    const endpoint = only(stack, ENDPOINT);
    expect(rule.Properties).toEqual({
      Actions: [{ Type: 'forward', TargetGroupArn: { Ref: group.id } }],
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/vpc2', '/vpc2/*'] } }],
      ListenerArn: { Ref: only(stack, 'AWS::ElasticLoadBalancingV2::Listener').id },
      Priority: 100,
    });
    expect(rule.DependsOn).toEqual([registration.id]);
    expect(registration.DependsOn).toEqual(expect.arrayContaining([
      expect.stringMatching(/^HubEndpointSecurityGroupfrom/), expect.stringMatching(/^HubSecurityGroupto/),
    ]));
    expect(registration.Properties).toEqual(expect.objectContaining({
      EndpointId: { Ref: endpoint.id },
      NetworkInterfaceIds: { 'Fn::GetAtt': [endpoint.id, 'NetworkInterfaceIds'] },
      SubnetIds: endpoint.Properties.SubnetIds,
      PrivateDnsEnabled: false,
      TargetGroupArn: { Ref: group.id },
      TargetGroupVpcId: group.Properties.VpcId,
      Port: 80,
      ServiceTimeout: '960',
    }));
    expect(endpoint.Properties).toEqual(expect.objectContaining({
      ServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000002',
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: false,
      SubnetIds: [{ Ref: expect.stringContaining('PrivateSubnet1') }, { Ref: expect.stringContaining('PrivateSubnet2') }],
    }));
    expect(group.Properties).toEqual(expect.objectContaining({
      TargetType: 'ip',
      Protocol: 'HTTP',
      HealthCheckPath: '/',
      HealthCheckProtocol: 'HTTP',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 3,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: '200' },
      TargetGroupAttributes: expect.arrayContaining([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    }));
    expect(group.Properties.Targets).toBeUndefined();
    expect(hub.routes.vpc2.priority).toBe(100);
  });

  test('opens the load balancer towards the endpoints on the port of the service, both sides, and nothing else', () => {
    const hub = hubWith({
      a: { paths: ['/a'], service: serviceNamed(1), priority: 1 },
      b: { paths: ['/b'], service: serviceNamed(2, 8080), priority: 2, healthCheck: { port: '8081' } },
    }, { clients: [ec2.Peer.ipv4('10.9.0.0/16')] });
    const stack = Stack.of(hub);
    const [alb, endpoints] = ['HubSecurityGroup', 'HubEndpointSecurityGroup'].map(name =>
      Object.keys(resources(stack, 'AWS::EC2::SecurityGroup')).find(id => id.startsWith(name))!);
    expect(openings(stack)).toEqual([
      `${alb} from 10.9.0.0/16 80`,
      ...[80, 8080, 8081].flatMap(port => [`${alb} to ${endpoints} ${port}`, `${endpoints} from ${alb} ${port}`]),
    ].sort());
    for (const { Properties } of Object.values(resources(stack, ENDPOINT))) {
      expect(Properties.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [endpoints, 'GroupId'] }]);
    }
  });

  test('by host, by header, with prefix stripped and host rewritten', () => {
    const hub = hubWith({
      shop: {
        hosts: ['shop.example.com'],
        paths: ['/cart', '/cart.v2'],
        service: serviceNamed(1),
        priority: 1,
        stripPrefix: true,
        hostHeader: 'cart.internal',
      },
      beta: { conditions: [elbv2.ListenerCondition.httpHeader('X-Stage', ['beta'])], service: serviceNamed(1), priority: 2 },
    });
    const rules = Object.values(resources(Stack.of(hub), RULE)).map(rule => rule.Properties);
    expect(rules[0].Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/cart', '/cart/*', '/cart.v2', '/cart.v2/*'] } },
      { Field: 'host-header', HostHeaderConfig: { Values: ['shop.example.com'] } },
    ]);
    expect(rules[0].Transforms).toEqual([
      { Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex: '^(/cart\\.v2|/cart)/?', Replace: '/' }] } },
      { Type: 'host-header-rewrite', HostHeaderRewriteConfig: { Rewrites: [{ Regex: '^.*', Replace: 'cart.internal' }] } },
    ]);
    expect(rules[1].Conditions).toEqual([{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Stage', Values: ['beta'] } }]);
    expect(rules[1].Transforms).toBeUndefined();
  });

  test('takes protocol and version from the service, from the port, or as told', () => {
    const stack = newStack();
    const tls = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Tls', {
      endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001', port: 8000, protocol: elbv2.ApplicationProtocol.HTTPS,
    });
    const hub = hubWith({
      a: { paths: ['/a'], service: tls, priority: 1 },
      b: { paths: ['/b'], service: serviceNamed(2, 8443), priority: 2 },
      c: { paths: ['/c'], service: serviceNamed(3, 443), priority: 3, protocol: elbv2.ApplicationProtocol.HTTP },
      d: { paths: ['/d'], service: tls, port: 80, priority: 4 },
    }, {}, stack);
    const protocols = Object.values(hub.routes).map(route => stack.resolve((route.targetGroup.node.defaultChild as elbv2.CfnTargetGroup).protocol));
    expect(protocols).toEqual(['HTTPS', 'HTTPS', 'HTTP', 'HTTP']);
    expect(Object.values(resources(stack, GROUP)).map(group => group.Properties.HealthCheckProtocol)).toEqual(expect.arrayContaining(['HTTPS', 'HTTP']));
  });

  test('to AWS services with a preset: port, protocol, health check and host together', () => {
    const stack = newStack();
    const api = apigateway.RestApi.fromRestApiId(stack, 'Api', 'a1b2c3d4e5');
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', 'static-files');
    hubWith({
      api: { paths: ['/prod'], service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, preset: EndpointPreset.executeApi(api), priority: 1 },
      files: { paths: ['/files'], service: ec2.InterfaceVpcEndpointAwsService.S3, preset: EndpointPreset.s3(bucket), priority: 2 },
    }, {}, stack);
    const [apiGroup, filesGroup] = Object.values(resources(stack, GROUP)).map(group => group.Properties);
    for (const [group, codes] of [[apiGroup, '403'], [filesGroup, '200,307,405']] as const) {
      expect(group).toEqual(expect.objectContaining({ Protocol: 'HTTPS', Port: 443, HealthCheckProtocol: 'HTTPS', Matcher: { HttpCode: codes } }));
    }
    const hosts = Object.values(resources(stack, RULE)).map(rule => rule.Properties.Transforms[0].HostHeaderRewriteConfig.Rewrites[0].Replace);
    expect(JSON.stringify(hosts[0])).toContain('a1b2c3d4e5.execute-api.');
    expect(JSON.stringify(hosts[1])).toContain('static-files.s3.');
    expect(Object.values(resources(stack, REGISTRATION)).map(registration => registration.Properties.Port)).toEqual([443, 443]);
  });

  test('to an endpoint that exists opens its security group and makes no other', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const endpoint = vpc.addInterfaceEndpoint('Existing', { service: serviceNamed(1, 8080), open: false });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, clients: [ec2.Peer.ipv4('10.9.0.0/16')], routes: { a: { paths: ['/a'], endpoint, priority: 1 } } });
    expect(Object.keys(resources(stack, ENDPOINT))).toHaveLength(1);
    expect(openings(stack)).toEqual([
      expect.stringMatching(/^HubSecurityGroup\w+ from 10\.9\.0\.0\/16 80$/),
      expect.stringMatching(/^HubSecurityGroup\w+ to VpcExistingSecurityGroup\w+ 8080$/),
      expect.stringMatching(/^VpcExistingSecurityGroup\w+ from HubSecurityGroup\w+ 8080$/),
      expect.stringMatching(/^VpcExistingSecurityGroup\w+ to 0\.0\.0\.0\/0 /), // as the CDK makes it
    ]);
  });

  test('to an imported endpoint looks its addresses up at deployment', () => {
    const stack = newStack();
    const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Imported', {
      vpcEndpointId: 'vpce-0123456789abcdef0', port: 443, securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')],
    });
    hubWith({ a: { paths: ['/a'], endpoint, priority: 1 } }, {}, stack);
    const { Properties } = only(stack, REGISTRATION);
    expect(Properties.EndpointId).toBe('vpce-0123456789abcdef0');
    expect(Properties.NetworkInterfaceIds).toBeUndefined();
    expect(openings(stack)).toContainEqual(expect.stringMatching(/^sg-0123456789abcdef0 from HubSecurityGroup\w+ 443$/));
  });

  test('to an endpoint around a nested stack passes values, and no list, into it', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const endpoint = vpc.addInterfaceEndpoint('Existing', { service: serviceNamed(1), open: false });
    const nested = new NestedStack(stack, 'Nested');
    new AlbToPrivateLinkTargets(nested, 'Hub', { vpc, clients: [ec2.Peer.ipv4('10.0.0.0/8')], routes: { a: { paths: ['/a'], endpoint, priority: 1 } } });
    const { Properties } = only(nested, REGISTRATION);
    expect(Properties.NetworkInterfaceIds).toBeUndefined();
    expect(Properties.SubnetIds).toEqual([{ Ref: expect.any(String) }, { Ref: expect.any(String) }]);
    expect(JSON.stringify(only(stack, 'AWS::CloudFormation::Stack').Properties.Parameters)).not.toContain('NetworkInterfaceIds');
  });

  test('with a health check port that is a parameter opens that port', () => {
    const stack = newStack();
    const { valueAsString: port } = new CfnParameter(stack, 'Port');
    hubWith({ a: { paths: ['/a'], service: serviceNamed(1), priority: 1, healthCheck: { port } } }, { clients: [ec2.Peer.ipv4('10.0.0.0/8')] }, stack);
    const ports = Object.values(resources(stack, 'AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => Properties.FromPort);
    expect(ports).toEqual(expect.arrayContaining([80, { Ref: 'Port' }]));
  });

  test('keeps its own tag whatever tags are put on the stack', () => {
    const hub = hubWith({ a: { paths: ['/a'], service: serviceNamed(1), priority: 1 } });
    Tags.of(Stack.of(hub)).add('cdk-alb-privatelink:stack', 'another');
    expect(only(Stack.of(hub), GROUP).Properties.Tags).toEqual([{ Key: 'cdk-alb-privatelink:stack', Value: { Ref: 'AWS::StackId' } }]);
  });

  test('in a hub with a long or foreign name has security groups that EC2 takes', () => {
    const stack = newStack();
    new AlbToPrivateLinkTargets(stack, `ハブ${'x'.repeat(250)}`, { vpc: newVpc(stack) });
    for (const { Properties } of Object.values(resources(stack, 'AWS::EC2::SecurityGroup'))) {
      expect(Properties.GroupDescription).toMatch(/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
    }
  });

  test('named like a property of objects is a route like any other', () => {
    const hub = hubWith({});
    hub.addRoute('__proto__', { paths: ['/a'], service: serviceNamed(1), priority: 1 });
    expect(Object.keys(hub.routes)).toEqual(['__proto__']);
  });

  test('can be added later', () => {
    const hub = hubWith({});
    const route = hub.addRoute('late', { hosts: ['late.example.com'], service: serviceNamed(1), priority: 7 });
    expect(hub.routes.late).toEqual(route);
    expect(Object.keys(resources(Stack.of(hub), RULE))).toHaveLength(1);
  });

  test('has a Name tag on its endpoint, which users can replace', () => {
    const hub = hubWith({ a: { paths: ['/a'], service: serviceNamed(1), priority: 1 }, b: { paths: ['/b'], service: serviceNamed(2), priority: 2 } });
    Tags.of(hub.routes.b.endpoint).add('Name', 'mine');
    const names = Object.values(resources(Stack.of(hub), ENDPOINT)).map(({ Properties }) => Properties.Tags);
    expect(names).toEqual([[{ Key: 'Name', Value: expect.stringMatching(/^Stack\/Hub\/.+\/Endpoint$/) }], [{ Key: 'Name', Value: 'mine' }]]);
  });
});

describe('the zones of endpoints', () => {
  const [A, C, D] = ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'];

  function subnetsWith(serviceZones: string[] | undefined, hubZones: string[] = [A, C]): any[] {
    const stack = newStack('Stack', { env: TOKYO });
    jest.spyOn(stack, 'availabilityZones', 'get').mockReturnValue([A, C, D]);
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', hubZones);
    const service = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Service', {
      endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001', availabilityZones: serviceZones,
    });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, routes: { a: { paths: ['/a'], service, priority: 1 } } });
    return only(stack, ENDPOINT).Properties.SubnetIds.map((subnet: any) => subnet.Ref.replace(/Subnet[0-9A-F]{8}$/, ''));
  }

  test('are those of the load balancer where nothing is known of the service', () => {
    expect(subnetsWith(undefined)).toEqual(['VpcPrivateSubnet1', 'VpcPrivateSubnet2']);
  });

  test('are those that load balancer and service share', () => {
    expect(subnetsWith([C, D])).toEqual(['VpcPrivateSubnet2']);
  });

  test('without one in common are an error that lists both', () => {
    expect(() => subnetsWith([D])).toThrow(/no zone in common with the endpoints' subnets: ap-northeast-1d and ap-northeast-1a, ap-northeast-1c/);
  });

  test('are not compared between accounts, where one name means two zones', () => {
    const app = new App();
    const provider = newStack('Provider', { env: { account: '222222222222', region: 'ap-northeast-1' } }, app);
    jest.spyOn(provider, 'availabilityZones', 'get').mockReturnValue([D]);
    const consumer = newStack('Consumer', { env: TOKYO }, app);
    jest.spyOn(consumer, 'availabilityZones', 'get').mockReturnValue([A, C]);
    const service = new NlbEndpointService(provider, 'Service', {
      vpc: newVpc(provider, 'Vpc', '10.2.0.0/16', [D]), backend: Backend.ipAddresses(['10.2.0.9'], { port: 80 }),
    });
    expect(service.availabilityZones).toEqual([D]);
    const hub = new AlbToPrivateLinkTargets(consumer, 'Hub', { vpc: newVpc(consumer, 'Vpc', '10.1.0.0/16', [A, C]) });
    expect(() => hub.addRoute('a', { paths: ['/a'], service, priority: 1 })).not.toThrow();
  });

  test('are those of the load balancer of a given listener', () => {
    const stack = newStack('Stack', { env: TOKYO });
    jest.spyOn(stack, 'availabilityZones', 'get').mockReturnValue([A, C, D]);
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', [A, C, D]);
    const { listener } = new AlbToPrivateLinkTargets(stack, 'Platform', { vpc, vpcSubnets: { subnets: vpc.isolatedSubnets.slice(1) } });
    new AlbToPrivateLinkTargets(stack, 'Team', { vpc, listener, routes: { a: { paths: ['/a'], service: serviceNamed(1), priority: 1 } } });
    const { SubnetIds: subnets } = only(stack, ENDPOINT).Properties;
    expect(subnets).toEqual([{ Ref: expect.stringContaining('PrivateSubnet2') }, { Ref: expect.stringContaining('PrivateSubnet3') }]);
  });

  test('with subnets beside the load balancer are an error that lists both', () => {
    const stack = newStack('Stack', { env: TOKYO });
    jest.spyOn(stack, 'availabilityZones', 'get').mockReturnValue([A, C, D]);
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', [A, C, D]);
    const hub = new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc, vpcSubnets: { subnets: vpc.isolatedSubnets.slice(0, 2) }, endpointSubnets: { subnets: vpc.isolatedSubnets.slice(2) },
    });
    expect(() => hub.addRoute('a', { paths: ['/a'], service: serviceNamed(1), priority: 1 }))
      .toThrow(/no zone in common: ap-northeast-1d and ap-northeast-1a, ap-northeast-1c/);
  });

  test('of a service imported in another stack of the same account and Region are compared', () => {
    const app = new App();
    const [imports, stack] = ['Imports', 'Stack'].map(id => newStack(id, { env: TOKYO }, app));
    jest.spyOn(stack, 'availabilityZones', 'get').mockReturnValue([A, C]);
    const service = NlbEndpointService.fromEndpointServiceAttributes(imports, 'Service', {
      endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001', availabilityZones: [C],
    });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes: { a: { paths: ['/a'], service, priority: 1 } } });
    expect(only(stack, ENDPOINT).Properties.SubnetIds).toEqual([{ Ref: expect.stringContaining('PrivateSubnet2') }]);
  });

  test('are not compared while a look-up in the account is pending', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const service = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Service', {
      endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001', availabilityZones: [A, C],
    });
    expect(stack.availabilityZones[0]).toMatch(/^dummy/);
    expect(() => hubWith({ a: { paths: ['/a'], service, priority: 1 } }, {}, stack)).not.toThrow();
  });

  test('of another Region: the endpoint names the Region of the service', () => {
    const stack = newStack('Stack', { env: TOKYO });
    jest.spyOn(stack, 'availabilityZones', 'get').mockReturnValue([A, C]);
    const service = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Service', {
      endpointServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000001', availabilityZones: ['eu-west-1a'],
    });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes: { a: { paths: ['/a'], service, priority: 1 } } });
    expect(only(stack, ENDPOINT).Properties.ServiceRegion).toBe('eu-west-1');
  });
});

describe('many routes', () => {
  test('a hundred to services of their own fit one stack: four resources each, policies within limits with ARNs of real length', () => {
    const app = new App();
    const network = newStack('Network', { env: TOKYO }, app);
    const vpc = newVpc(network);
    const stack = newStack('Stack', { env: TOKYO }, app);
    new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc,
      routes: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`r${n}`, { paths: [`/r${n}`], service: serviceNamed(n + 1), priority: n + 1 }])),
    });
    const all = Object.values(resources(stack));
    expect(all.length).toBeLessThanOrEqual(440);
    const ofOneRoute = [GROUP, RULE, ENDPOINT, REGISTRATION];
    expect(ofOneRoute.map(type => all.filter(resource => resource.Type === type).length)).toEqual([100, 100, 100, 100]);
    for (const policy of all.filter(resource => resource.Type === 'AWS::IAM::Policy')) {
      const document = JSON.stringify(policy.Properties.PolicyDocument)
        .replace(/\{"(Ref|Fn::GetAtt|Fn::Join)":("[^"]*"|\[[^\]]*\])\}/g, `"${'x'.repeat(140)}"`);
      expect(document.replace(/\s/g, '').length).toBeLessThan(10_240);
    }
    // at most four at once: each but the first four waits for the one four before
    const registrations = resources(stack, REGISTRATION);
    const ids = Object.keys(registrations);
    const waitsFor = ids.map(id => (registrations[id].DependsOn ?? []).filter(dependency => ids.includes(dependency)));
    expect(waitsFor).toEqual(ids.map((_, n) => n < 4 ? [] : [ids[n - 4]]));
  });

  test('a hundred to forty services make forty endpoints', () => {
    const hub = hubWith(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`r${n}`, { paths: [`/r${n}`], service: serviceNamed(n % 40 + 1), priority: n + 1 }])));
    const stack = Stack.of(hub);
    expect([GROUP, RULE, ENDPOINT, REGISTRATION].map(type => Object.keys(resources(stack, type)).length)).toEqual([100, 100, 40, 100]);
    Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp('more than 90 target groups.*routesWithoutRoom'));
    Annotations.fromStack(stack).hasNoWarning('/Stack/Hub', Match.stringLikeRegexp('interface endpoints'));
  });

  test('on more than ten ports are opened as ten ranges that contain each port', () => {
    const ports = [80, 81, 82, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000];
    const hub = hubWith(Object.fromEntries(ports.map((port, n) => [`r${port}`, { paths: [`/r${port}`], service: serviceNamed(1, port), priority: n + 1 }])),
      { clients: [ec2.Peer.ipv4('10.9.0.0/16')] });
    const ranges = openings(Stack.of(hub)).filter(line => line.startsWith('HubEndpointSecurityGroup')).map(line => line.split(' ').pop());
    expect(ranges).toEqual(expect.arrayContaining(['80-82', '1000', '9000']));
    expect(ranges).toHaveLength(10);
  });
});

describe('from one deployment to the next', () => {
  type Routes = { [id: string]: PrivateLinkRouteOptions };
  /** What makes CloudFormation replace a resource of ours. */
  const REPLACING: { [type: string]: string[] } = {
    [GROUP]: ['Port', 'Protocol', 'ProtocolVersion', 'VpcId', 'TargetType', 'IpAddressType', 'Name'],
    [RULE]: ['ListenerArn'],
    [ENDPOINT]: ['ServiceName', 'VpcId', 'VpcEndpointType', 'ServiceRegion'],
  };

  function changes(before: Routes, after: Routes) {
    const [old, now] = [before, after].map(routes => resources(Stack.of(hubWith(routes))));
    const changed = Object.keys(old).filter(id => now[id] && JSON.stringify(old[id].Properties) !== JSON.stringify(now[id].Properties));
    return {
      gone: Object.keys(old).filter(id => !now[id]),
      made: Object.keys(now).filter(id => !old[id]),
      changed: changed.map(id => old[id].Type).sort(),
      replaced: changed.filter(id => (REPLACING[old[id].Type] ?? []).some(prop =>
        JSON.stringify(old[id].Properties[prop]) !== JSON.stringify(now[id].Properties[prop]))),
    };
  }

  const a = { paths: ['/a'], service: serviceNamed(1), priority: 100 };
  const b = { paths: ['/b'], service: serviceNamed(2, 8080), priority: 200 };
  const c = { paths: ['/c'], service: serviceNamed(2, 8080), priority: 300, healthCheck: { path: '/c/health' } };

  test('renaming a route changes nothing', () => {
    expect(changes({ a, b, c }, { renamed: a, b, c })).toEqual({ gone: [], made: [], changed: [], replaced: [] });
  });

  test('swapping two priorities changes the two rules in place', () => {
    expect(changes({ a, b, c }, { a: { ...a, priority: 200 }, b: { ...b, priority: 100 }, c }))
      .toEqual({ gone: [], made: [], changed: [RULE, RULE], replaced: [] });
  });

  test('routes in another order change nothing, whether of one service or of several', () => {
    expect(changes({ a, b, c }, { c, b, a })).toEqual({ gone: [], made: [], changed: [], replaced: [] });
  });

  test('swapping the priorities of two routes of one service exchanges groups of the same targets, in place', () => {
    expect(changes({ a, b, c }, { a, b: { ...b, priority: 300 }, c: { ...c, priority: 200 } }))
      .toEqual({ gone: [], made: [], changed: [RULE, RULE, GROUP, GROUP], replaced: [] });
  });

  test('other paths, another health check or delay, and another port change in place', () => {
    expect(changes({ a, b }, { a: { ...a, paths: ['/a', '/a2'] }, b }).replaced).toEqual([]);
    expect(changes({ a, b }, { a: { ...a, healthCheck: { path: '/health' }, deregistrationDelay: Duration.seconds(5) }, b }))
      .toEqual({ gone: [], made: [], changed: [GROUP], replaced: [] });
    // of the service, under the same name
    const port = changes({ a, b }, { a: { ...a, service: serviceNamed(1, 8081) }, b });
    expect(port.replaced).toEqual([]);
    expect(port.changed).toEqual([REGISTRATION]);
    expect(port.gone).toEqual([expect.stringMatching(/SecurityGroup/), expect.stringMatching(/SecurityGroup/)]);
  });

  test('routes to other ports of a service have groups of their own, which no other route ever gets', () => {
    const admin = { paths: ['/admin'], service: serviceNamed(1), port: 9090, priority: 300 };
    const removed = changes({ a, admin }, { admin });
    expect(removed).toEqual(expect.objectContaining({ made: [], changed: [DRAIN], replaced: [] }));
    expect(changes({ a, admin }, { a, admin: { ...admin, port: 9091 } }).changed).toEqual([RULE, DRAIN]);
  });

  test('the same stack in a stage of a pipeline has the same ids', () => {
    const idsIn = (scope: Construct) => {
      const stack = new Stack(scope, 'Stack', { stackName: 'Stack' });
      const service = new NlbEndpointService(stack, 'Service', { vpc: newVpc(stack, 'Vpc2'), backend: Backend.ipAddresses(['10.2.0.9'], { port: 80 }) });
      hubWith({ a: { paths: ['/a'], service, priority: 1 } }, {}, stack);
      return [GROUP, ENDPOINT, REGISTRATION].flatMap(type => Object.keys(resources(stack, type)));
    };
    expect(idsIn(new Stage(new App(), 'Production'))).toEqual(idsIn(new App()));
  });

  test('a new route leaves the others as they are', () => {
    expect(changes({ a }, { b, a })).toEqual(expect.objectContaining({ gone: [], changed: [DRAIN], replaced: [] }));
  });

  test('another service on a route is made beside the old one, and the rule moves in place', () => {
    const moved = changes({ a, b }, { a: { ...a, service: serviceNamed(3) }, b });
    expect(moved.changed).toEqual([RULE, DRAIN]);
    expect(moved.gone).toHaveLength(3);
    expect(moved.made).toHaveLength(3);
  });
});

describe('the drain of a hub', () => {
  const drainOf = (routes: { [id: string]: PrivateLinkRouteOptions }) => only(Stack.of(hubWith(routes)), DRAIN);

  test('stands before all of its endpoints, and is one', () => {
    const stack = Stack.of(hubWith({ a: { paths: ['/a'], service: serviceNamed(1), priority: 1 }, b: { paths: ['/b'], service: serviceNamed(2), priority: 2 } }));
    const endpoints = Object.values(resources(stack, ENDPOINT)).filter(({ Properties }) => Properties.VpcEndpointType === 'Interface');
    expect(endpoints.map(({ DependsOn }) => DependsOn)).toEqual(endpoints.map(() => expect.arrayContaining([only(stack, DRAIN).id])));
    expect(endpoints).toHaveLength(2);
  });

  test('knows the subnets of each endpoint and the groups with its addresses, and neither endpoints nor interfaces', () => {
    const stack = Stack.of(hubWith({
      a: { paths: ['/a'], service: serviceNamed(1), priority: 1 },
      b: { paths: ['/b'], service: serviceNamed(2), priority: 2 },
      c: { paths: ['/c'], service: serviceNamed(2), priority: 3 },
    }));
    const [one, two]: any[] = Object.values(only(stack, DRAIN).Properties.Endpoints);
    const endpoints = Object.values(resources(stack, ENDPOINT)).filter(({ Properties }) => Properties.VpcEndpointType === 'Interface');
    expect([one.SubnetIds, two.SubnetIds]).toEqual(endpoints.map(({ Properties }) => Properties.SubnetIds));
    expect([one.Targets.length, two.Targets.length]).toEqual([1, 2]);
    const targets: any[] = [...one.Targets, ...two.Targets];
    const registrations = Object.entries(resources(stack, REGISTRATION)).map(([id, { Properties }]) => [id, Properties.TargetGroupArn]);
    expect(targets.map(({ Registration, TargetGroupArn }) => [Registration, TargetGroupArn]).sort()).toEqual(registrations.sort());
    expect(registrations).toHaveLength(3);
    expect(JSON.stringify(only(stack, DRAIN).Properties)).not.toContain('NetworkInterfaceIds');
  });

  test('is not there without an endpoint of the hub\'s own', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const endpoint = vpc.addInterfaceEndpoint('Given', { service: serviceNamed(1), open: false });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, routes: { a: { paths: ['/a'], endpoint, priority: 1 } } });
    expect(resources(stack, DRAIN)).toEqual({});
  });

  test('waits for answers as long as the function can take', () => {
    expect(drainOf({ a: { paths: ['/a'], service: serviceNamed(1), priority: 1 } }).Properties.ServiceTimeout).toBe('960');
  });
});
