import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, Duration, Stack, StackProps } from 'aws-cdk-lib/core';
import { newInstance, newStack, newVpc, only, openings, resources, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, NlbEndpointService, NlbEndpointServiceProps } from '../src';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const SERVICE = 'AWS::EC2::VPCEndpointService';

function serviceWith(props: Partial<NlbEndpointServiceProps> = {}, stack = newStack()): NlbEndpointService {
  const vpc = newVpc(stack, 'Vpc', '10.2.0.0/16');
  const backend = props.backend ?? Backend.instances([newInstance(stack, 'Web', vpc)], { port: 8080 });
  return new NlbEndpointService(stack, 'Service', { vpc, ...props, backend });
}

describe('an endpoint service', () => {
  test('is an internal, cross-zone load balancer with a group of its own, forwarding TCP from port 80', () => {
    const service = serviceWith();
    const stack = Stack.of(service);
    const balancer = only(stack, LOAD_BALANCER);
    expect(balancer.Properties).toEqual(expect.objectContaining({
      Type: 'network',
      Scheme: 'internal',
      SecurityGroups: [{ 'Fn::GetAtt': [expect.stringContaining('ServiceSecurityGroup'), 'GroupId'] }],
      LoadBalancerAttributes: expect.arrayContaining([{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }]),
    }));
    expect(balancer.Properties.Name).toBeUndefined();
    const listener = only(stack, LISTENER);
    expect(listener.Properties).toEqual({
      LoadBalancerArn: { Ref: balancer.id },
      Port: 80,
      Protocol: 'TCP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: only(stack, GROUP).id } }],
    });
    expect(only(stack, SERVICE)).toEqual(expect.objectContaining({
      Properties: { AcceptanceRequired: false, NetworkLoadBalancerArns: [{ Ref: balancer.id }] },
      DependsOn: [listener.id],
    }));
  });

  test('has a load balancer with a group of its own whatever the feature flags say', () => {
    for (const flag of [true, false]) {
      const app = new App({ context: { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': flag } });
      const stack = newStack('Stack', {}, app);
      serviceWith({}, stack);
      expect(only(stack, LOAD_BALANCER).Properties.SecurityGroups).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^ServiceSecurityGroup/), 'GroupId'] }]);
    }
  });

  test('opens load balancer and backend for traffic, and nothing else', () => {
    expect(openings(Stack.of(serviceWith()))).toEqual([
      expect.stringMatching(/^ServiceSecurityGroup\w+ to WebGroup\w+ 8080$/),
      expect.stringMatching(/^WebGroup\w+ from ServiceSecurityGroup\w+ 8080$/),
    ]);
  });

  test('opens a health check port that differs', () => {
    expect(openings(Stack.of(serviceWith({ healthCheck: { port: '8081', path: '/health' } })))).toEqual([
      expect.stringMatching(/^ServiceSecurityGroup\w+ to WebGroup\w+ 8080$/),
      expect.stringMatching(/^ServiceSecurityGroup\w+ to WebGroup\w+ 8081$/),
      expect.stringMatching(/^WebGroup\w+ from ServiceSecurityGroup\w+ 8080$/),
      expect.stringMatching(/^WebGroup\w+ from ServiceSecurityGroup\w+ 8081$/),
    ]);
  });

  test('checks health over TCP, every 30 s, three times, or as told: a path means HTTP', () => {
    const { HealthCheckProtocol, HealthCheckIntervalSeconds, HealthyThresholdCount, UnhealthyThresholdCount } =
      only(Stack.of(serviceWith()), GROUP).Properties;
    expect([HealthCheckProtocol, HealthCheckIntervalSeconds, HealthyThresholdCount, UnhealthyThresholdCount]).toEqual(['TCP', 30, 3, 3]);
    const told = only(Stack.of(serviceWith({ healthCheck: { path: '/health', interval: Duration.seconds(10) } })), GROUP).Properties;
    expect([told.HealthCheckProtocol, told.HealthCheckPath, told.HealthCheckIntervalSeconds]).toEqual(['HTTP', '/health', 10]);
  });

  test('lets whoever has an endpoint in, with enforcement written out as off', () => {
    expect(only(Stack.of(serviceWith()), LOAD_BALANCER).Properties.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic).toBe('off');
  });

  test('lets the clients named in, with enforcement on', () => {
    const stack = Stack.of(serviceWith({ clients: [ec2.Peer.ipv4('10.1.0.0/16')] }));
    expect(only(stack, LOAD_BALANCER).Properties.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic).toBe('on');
    expect(openings(stack)).toContainEqual(expect.stringMatching(/^ServiceSecurityGroup\w+ from 10\.1\.0\.0\/16 80$/));
  });

  test('is allowed to the principals named, at once or later', () => {
    const service = serviceWith({ allowedPrincipals: [new iam.ArnPrincipal('arn:aws:iam::222222222222:root')] });
    service.allowPrincipal(new iam.ArnPrincipal('arn:aws:iam::333333333333:root'));
    service.allowPrincipal(new iam.ArnPrincipal('arn:aws:iam::333333333333:root'));
    const stack = Stack.of(service);
    expect(only(stack, 'AWS::EC2::VPCEndpointServicePermissions').Properties).toEqual({
      ServiceId: { Ref: only(stack, SERVICE).id },
      AllowedPrincipals: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::333333333333:root'],
    });
    expect(resources(Stack.of(serviceWith()), 'AWS::EC2::VPCEndpointServicePermissions')).toEqual({});
  });

  test('is open to everybody only when acceptance is written out', () => {
    const everybody = [new iam.ArnPrincipal('*')];
    expect(() => serviceWith({ allowedPrincipals: everybody })).toThrow(/'acceptanceRequired' is not set/);
    for (const acceptanceRequired of [true, false]) {
      const stack = Stack.of(serviceWith({ allowedPrincipals: everybody, acceptanceRequired }));
      expect(only(stack, SERVICE).Properties.AcceptanceRequired).toBe(acceptanceRequired);
    }
  });

  test('takes address types, Regions, contributor insights and deletion protection', () => {
    const stack = Stack.of(serviceWith({
      supportedIpAddressTypes: [ec2.IpAddressType.IPV4, ec2.IpAddressType.IPV6],
      allowedRegions: ['eu-west-1'],
      contributorInsights: true,
      deletionProtection: true,
    }));
    expect(only(stack, SERVICE).Properties).toEqual(expect.objectContaining({
      SupportedIpAddressTypes: ['ipv4', 'ipv6'], SupportedRegions: ['eu-west-1'], ContributorInsightsEnabled: true,
    }));
    expect(only(stack, LOAD_BALANCER).Properties).toEqual(expect.objectContaining({
      IpAddressType: 'dualstack', LoadBalancerAttributes: expect.arrayContaining([{ Key: 'deletion_protection.enabled', Value: 'true' }]),
    }));
  });

  test('tells a topic of connections, which PrivateLink may then publish to, also from another stack', () => {
    const app = new App();
    const topics = newStack('Topics', { env: TOKYO }, app);
    const topic = new sns.Topic(topics, 'Topic');
    const stack = Stack.of(serviceWith({ connectionNotifications: topic }, newStack('Stack', { env: TOKYO }, app)));
    expect(only(stack, 'AWS::EC2::VPCEndpointConnectionNotification').Properties).toEqual({
      ServiceId: { Ref: only(stack, SERVICE).id },
      ConnectionNotificationArn: { 'Fn::ImportValue': expect.stringContaining('Topic') },
      ConnectionEvents: ['Accept', 'Connect', 'Delete', 'Reject'],
    });
    Template.fromStack(topics).hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({
          Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'vpce.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': TOKYO.account } },
        })],
      },
    });
    expect(topics.dependencies).toEqual([]);
  });

  test('warns that the policy of an imported topic is not its own', () => {
    const stack = newStack();
    serviceWith({ connectionNotifications: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:ap-northeast-1:222222222222:topic') }, stack);
    Annotations.fromStack(stack).hasWarning('/Stack/Service', Match.stringLikeRegexp('vpce.amazonaws.com.*notificationTopicPolicy'));
  });

  test('sends the proxy protocol when told', () => {
    const stack = Stack.of(serviceWith({ proxyProtocolV2: true }));
    expect(only(stack, GROUP).Properties.TargetGroupAttributes).toContainEqual({ Key: 'proxy_protocol_v2.enabled', Value: 'true' });
  });

  test('with certificates ends TLS under a current policy, and tells consumers to speak HTTPS', () => {
    const stack = newStack();
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:ap-northeast-1:111111111111:certificate/00000000');
    const service = serviceWith({ certificates: [certificate] }, stack);
    expect(only(stack, LISTENER).Properties).toEqual(expect.objectContaining({
      Protocol: 'TLS', Certificates: [{ CertificateArn: certificate.certificateArn }], SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    }));
    expect(only(stack, GROUP).Properties.Protocol).toBe('TCP');
    expect(service.protocol).toBe('HTTPS');
  });

  test('has more listeners for more ports, each with a backend of its own', () => {
    const service = serviceWith({ clients: [ec2.Peer.ipv4('10.1.0.0/16')] });
    const listener = service.addListener('Admin', { port: 9090, backend: Backend.ipAddresses(['10.2.0.9'], { port: 9091 }) });
    const stack = Stack.of(service);
    expect(stack.resolve(listener.listenerArn)).toEqual({ Ref: expect.stringMatching(/^ServiceListener9090/) });
    expect(Object.values(resources(stack, LISTENER)).map(each => each.Properties.Port)).toEqual([80, 9090]);
    expect(openings(stack)).toEqual(expect.arrayContaining([
      expect.stringMatching(/ to 10\.2\.0\.9\/32 9091$/), expect.stringMatching(/ from 10\.1\.0\.0\/16 9090$/),
    ]));
    expect(() => service.addListener('Again', { backend: Backend.ipAddresses(['10.2.0.9'], { port: 1 }) })).toThrow(/got: 80, which has one already/);
  });

  test('on another port has another listener beside the old one, on the same load balancer and service', () => {
    const ids = (port: number) => Object.keys(resources(Stack.of(serviceWith({ port }))));
    const [before, after] = [ids(80), ids(8080)];
    expect(before.filter(id => !after.includes(id))).toEqual([expect.stringMatching(/^ServiceListener80/)]);
    expect(after.filter(id => !before.includes(id))).toEqual([expect.stringMatching(/^ServiceListener8080/)]);
  });

  test('publishes an internal Application Load Balancer, checked over HTTP on its own port', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
    const listener = alb.addListener('Http', { port: 8000, protocol: elbv2.ApplicationProtocol.HTTP, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    new NlbEndpointService(stack, 'Service', { vpc, backend: Backend.applicationLoadBalancer(listener) });
    expect(only(stack, GROUP)).toEqual(expect.objectContaining({
      Properties: expect.objectContaining({ TargetType: 'alb', Protocol: 'TCP', Port: 8000, HealthCheckProtocol: 'HTTP', HealthCheckPath: '/' }),
      DependsOn: [expect.stringMatching(/^AlbHttp/)],
    }));
    expect(openings(stack)).toEqual([
      expect.stringMatching(/^AlbSecurityGroup\w+ from ServiceSecurityGroup\w+ 8000$/),
      expect.stringMatching(/^ServiceSecurityGroup\w+ to AlbSecurityGroup\w+ 8000$/),
    ]);
  });

  test('can be used wherever the CDK takes an endpoint service', () => {
    const stack = newStack();
    const service = serviceWith({ port: 8443 }, stack);
    const endpoint = newVpc(stack, 'Consumer').addInterfaceEndpoint('Endpoint', { service, open: false });
    const { Properties } = only(stack, 'AWS::EC2::VPCEndpoint');
    expect(Properties.ServiceName).toEqual(stack.resolve(service.endpointServiceName));
    expect(Properties.PrivateDnsEnabled).toBe(false);
    expect(endpoint.connections.defaultPort?.toString()).toBe('8443');
    expect(service.protocol).toBe('HTTPS');
  });
});

describe('the zones of a service', () => {
  test('are one subnet\'s each, also where a list of subnets has more', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const subnets = [...vpc.isolatedSubnets, ...vpc.publicSubnets];
    new NlbEndpointService(stack, 'Service', { vpc, vpcSubnets: { subnets }, backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }) });
    expect(only(stack, LOAD_BALANCER).Properties.Subnets).toEqual(vpc.isolatedSubnets.map(subnet => stack.resolve(subnet.subnetId)));
  });

  test('are not known while a look-up in the account is pending', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const looked = ec2.Vpc.fromLookup(stack, 'Looked', { vpcId: 'vpc-0123456789abcdef0' });
    const made = new ec2.Vpc(stack, 'Made', { maxAzs: 2, natGateways: 0 });
    for (const [id, vpc] of [['A', looked], ['B', made]] as const) {
      const service = new NlbEndpointService(stack, id, {
        vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }),
      });
      expect(service.availabilityZones).toBeUndefined();
    }
  });
});

describe('the name of a service', () => {
  const backend = Backend.ipAddresses(['10.2.0.9'], { port: 80 });

  test('has the Region of the service, also in the template of a consumer elsewhere', () => {
    const app = new App();
    const provider = newStack('Provider', { env: { account: '111111111111', region: 'eu-west-1' }, crossRegionReferences: true }, app);
    const consumer = newStack('Consumer', { env: TOKYO, crossRegionReferences: true }, app);
    const service = serviceWith({ allowedRegions: ['ap-northeast-1'], backend }, provider);
    expect([service.region, service.account]).toEqual(['eu-west-1', '111111111111']);
    new AlbToPrivateLinkTargets(consumer, 'Hub', { vpc: newVpc(consumer), routes: { a: { paths: ['/a'], service, priority: 1 } } });
    const { Properties } = only(consumer, 'AWS::EC2::VPCEndpoint');
    expect(JSON.stringify(Properties.ServiceName)).toContain('com.amazonaws.vpce.eu-west-1.');
    expect(Properties.ServiceRegion).toBe('eu-west-1');
  });

  test('begins as the partition has it', () => {
    const service = serviceWith({ backend }, newStack('Stack', { env: { account: '111111111111', region: 'cn-north-1' } }));
    expect(JSON.stringify(Stack.of(service).resolve(service.name))).toContain('"cn.com.amazonaws.vpce.cn-north-1."');
  });

  test.each(['weak', 'strong', 'both', undefined])('is exported, so that the provider cannot go before its consumers (reference flag: %s)', flag => {
    const app = new App({ context: flag ? { '@aws-cdk/core:defaultCrossStackReferences': flag } : {} });
    const provider = newStack('Provider', { env: TOKYO }, app);
    const consumer = newStack('Consumer', { env: TOKYO }, app);
    const service = serviceWith({}, provider);
    new AlbToPrivateLinkTargets(consumer, 'Hub', { vpc: newVpc(consumer), routes: { a: { paths: ['/a'], service, priority: 1 } } });
    const exports = Object.values(Template.fromStack(provider).toJSON().Outputs).map((output: any) => output.Export?.Name);
    expect(exports).toEqual([expect.stringContaining('EndpointService')]);
    expect(JSON.stringify(only(consumer, 'AWS::EC2::VPCEndpoint').Properties.ServiceName)).toContain(`"Fn::ImportValue":"${exports[0]}"`);
  });
});

test('a hub that uses a service with acceptance warns with the command that accepts', () => {
  const stack = newStack();
  const service = serviceWith({ acceptanceRequired: true }, stack);
  new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack, 'Vpc1'), routes: { a: { paths: ['/a'], service, priority: 1 } } });
  Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp('accept-vpc-endpoint-connections.*cdk-alb-privatelink:acceptanceRequired'));
});

describe('an imported service', () => {
  const endpointServiceName = 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0';
  const regionOfEndpoint = (env: StackProps['env'], region?: string) => {
    const stack = newStack('Stack', { env });
    const service = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Service', { endpointServiceName, region });
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes: { a: { paths: ['/a'], service, priority: 1 } } });
    return only(stack, 'AWS::EC2::VPCEndpoint').Properties.ServiceRegion;
  };

  test('takes what it speaks from its port', () => {
    const service = NlbEndpointService.fromEndpointServiceAttributes(newStack(), 'Service', { endpointServiceName, port: 443, acceptanceRequired: true });
    expect([service.port, service.protocol, service.acceptanceRequired, service.privateDnsDefault]).toEqual([443, 'HTTPS', true, false]);
  });

  test('is of the Region in its name', () => {
    expect(regionOfEndpoint(TOKYO)).toBe('eu-west-1');
    expect(regionOfEndpoint({ account: '111111111111', region: 'eu-west-1' })).toBeUndefined();
  });

  test('in a stack without a Region is of the same one, unless another is written out', () => {
    expect(regionOfEndpoint(undefined)).toBeUndefined();
    expect(regionOfEndpoint(undefined, 'eu-west-1')).toBe('eu-west-1');
  });
});

describe('a private DNS name', () => {
  const VERIFICATION = 'Custom::PrivateDnsVerification';
  const attribute = (stack: Stack, name: string) => ({ 'Fn::GetAtt': [only(stack, 'AWS::EC2::VPCEndpointService').id, `PrivateDnsNameConfiguration.${name}`] });

  function named(privateDnsName: string, withZone: boolean) {
    const stack = newStack('Stack', { env: TOKYO });
    const privateDnsVerificationZone = withZone
      ? route53.PublicHostedZone.fromPublicHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' }) : undefined;
    serviceWith({ privateDnsName, privateDnsVerificationZone }, stack);
    return stack;
  }

  test('is proved in its public zone, and verified after the record is there', () => {
    const stack = named('api.example.com', true);
    expect(only(stack, 'AWS::EC2::VPCEndpointService').Properties.PrivateDnsName).toBe('api.example.com');
    expect(only(stack, 'AWS::Route53::RecordSet').Properties).toMatchObject({
      Type: 'TXT',
      HostedZoneId: 'Z0123456789',
      Name: { 'Fn::Join': ['', [attribute(stack, 'Name'), '.example.com.']] },
      ResourceRecords: [{ 'Fn::Join': ['', ['"', attribute(stack, 'Value'), '"']] }],
    });
    const { Properties, DependsOn } = only(stack, VERIFICATION);
    expect(Properties).toMatchObject({
      ServiceId: { Ref: only(stack, 'AWS::EC2::VPCEndpointService').id }, PrivateDnsName: 'api.example.com', Proof: attribute(stack, 'Value'), ServiceTimeout: '960',
    });
    expect(DependsOn).toContain(only(stack, 'AWS::Route53::RecordSet').id);
    expect(Template.fromStack(stack).toJSON().Outputs).toBeUndefined();
  });

  test('lets the function verify this service, and no other', () => {
    const stack = named('example.com', true);
    const statements = Object.values(resources(stack, 'AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const { id } = only(stack, 'AWS::EC2::VPCEndpointService');
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'ec2:StartVpcEndpointServicePrivateDnsVerification',
      Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:ap-northeast-1:111111111111:vpc-endpoint-service/', { Ref: id }]] },
    });
    expect(statements.find(({ Action }) => Action === 'ec2:DescribeVpcEndpointServiceConfigurations')).toMatchObject({ Resource: '*' });
    // in a policy of its own, so that the function, and with it everything else that it does, does not come after the service
    expect(only(stack, VERIFICATION).DependsOn).toContainEqual(expect.stringMatching(/^ServicePrivateDnsVerificationPolicy/));
    for (const { DependsOn = [] } of Object.values(resources(stack, 'AWS::Lambda::Function'))) { expect(DependsOn.join()).not.toContain('Verification'); }
  });

  test('without a zone gives name and value of the record as outputs, and verifies nothing', () => {
    const stack = named('api.example.com', false);
    expect(only(stack, 'AWS::EC2::VPCEndpointService').Properties.PrivateDnsName).toBe('api.example.com');
    const outputs = Object.values<any>(Template.fromStack(stack).toJSON().Outputs).map(({ Value }) => Value);
    expect(outputs).toEqual([attribute(stack, 'Name'), attribute(stack, 'Value')]);
    expect(Object.values(resources(stack)).filter(({ Type }) => /Custom|Lambda|Route53/.test(Type))).toEqual([]);
  });

  test('is in its zone however both are written', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const zone = route53.PublicHostedZone.fromPublicHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123456789', zoneName: 'example.com' });
    expect(() => serviceWith({ privateDnsName: 'Api.Example.com', privateDnsVerificationZone: zone }, stack)).not.toThrow();
  });

  test('is off by default', () => {
    expect(only(Stack.of(serviceWith({})), 'AWS::EC2::VPCEndpointService').Properties).not.toHaveProperty('PrivateDnsName');
  });
});
