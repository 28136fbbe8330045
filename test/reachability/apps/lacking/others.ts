import { att, condition, LackingTemplates, parameter, properties, ref, resource, tcp, Template } from './template';

/** Nothing admits the load balancer, as far as the template tells. */
function closed(template: Template): void {
  delete properties(template, 'ServerGroup').SecurityGroupIngress;
}

/** A published service in the VPC, and an endpoint of it in another. */
function published(template: Template): void {
  closed(template);
  for (const id of ['Alb', 'Listener', 'AlbGroup', 'Client', 'ClientGroup']) { delete template.Resources[id]; }
  const { Resources: resources } = template;
  resources.NlbGroup = resource('AWS::EC2::SecurityGroup', { GroupDescription: 'NLB', VpcId: ref('Vpc') });
  properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, { SourceSecurityGroupId: att('NlbGroup', 'GroupId') })];
  resources.Nlb = resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Type: 'network',
    Scheme: 'internal',
    Subnets: [ref('SubnetA'), ref('SubnetB')],
    SecurityGroups: [att('NlbGroup', 'GroupId')],
    EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: 'off',
    LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
  });
  resources.NlbListener = resource('AWS::ElasticLoadBalancingV2::Listener', {
    LoadBalancerArn: ref('Nlb'), Port: 80, Protocol: 'TCP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
  });
  properties(template, 'Targets').Protocol = 'TCP';
  resources.Service = resource('AWS::EC2::VPCEndpointService', { NetworkLoadBalancerArns: [ref('Nlb')], AcceptanceRequired: false });
  resources.Other = resource('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16' });
  resources.Far = resource('AWS::EC2::Subnet', { VpcId: ref('Other'), CidrBlock: '10.1.1.0/24', AvailabilityZone: 'eu-west-1a' });
  resources.FarGroup = resource('AWS::EC2::SecurityGroup', { GroupDescription: 'Far', VpcId: ref('Other') });
  resources.FarClient = resource('AWS::EC2::Instance', { ImageId: 'ami-0123456789abcdef0', SubnetId: ref('Far'), SecurityGroupIds: [ref('FarGroup')] });
  resources.EndpointGroup = resource('AWS::EC2::SecurityGroup', {
    GroupDescription: 'Endpoint', VpcId: ref('Other'), SecurityGroupIngress: [tcp(80, { SourceSecurityGroupId: ref('FarGroup') })],
  });
  resources.Endpoint = resource('AWS::EC2::VPCEndpoint', {
    VpcEndpointType: 'Interface',
    VpcId: ref('Other'),
    SubnetIds: [ref('Far')],
    SecurityGroupIds: [ref('EndpointGroup')],
    ServiceName: { 'Fn::Sub': 'com.amazonaws.vpce.${AWS::Region}.${Service}' },
  });
}

/** Whole resources, templates and services of which something is not told. */
export const lackingOthers: LackingTemplates = {
  'a macro that rewrites the template': { unknown: /Rewrite/, change: template => { template.Transform = ['Rewrite']; closed(template); } },
  'a loop that makes resources': {
    unknown: /Fn::ForEach::Rules/,
    change: template => {
      closed(template);
      template.Transform = 'AWS::LanguageExtensions';
      template.Resources['Fn::ForEach::Rules'] = ['Port', ['8080'], {
        'Rule${Port}': resource('AWS::EC2::SecurityGroupIngress', { GroupId: att('ServerGroup', 'GroupId'), ...tcp(ref('Port'), { SourceSecurityGroupId: att('AlbGroup', 'GroupId') }) }),
      }];
    },
  },
  'resources that are included when it is deployed': {
    unknown: /AWS::Include|Fn::Transform/,
    change: template => {
      closed(template);
      template.Resources['Fn::Transform'] = { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/rules.yaml' } };
    },
  },
  'a nested stack that is given the group, and of which there is no template': {
    unknown: /Nested/,
    change: template => {
      closed(template);
      template.Resources.Nested = resource('AWS::CloudFormation::Stack', { TemplateURL: 'https://bucket.s3.amazonaws.com/nested.yaml', Parameters: { Group: att('ServerGroup', 'GroupId') } });
    },
  },
  'a module that is given the group': {
    unknown: /Rules/,
    change: template => {
      closed(template);
      template.Resources.Rules = resource('Example::Network::Rules::MODULE', { Group: att('ServerGroup', 'GroupId') });
    },
  },
  'a custom resource that is given the group': {
    unknown: /Rules/,
    change: template => {
      closed(template);
      template.Resources.Rules = resource('Custom::Rules', { ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:rules', Group: att('ServerGroup', 'GroupId') });
    },
  },
  'two rules of one priority, of which conditions allow one': {
    unknown: /Blue|Green/,
    change: template => {
      const actions = [{ Type: 'forward', TargetGroupArn: ref('Targets') }];
      template.Conditions.Green = { 'Fn::Not': [{ Condition: condition(template, 'Blue') }] };
      for (const id of ['Blue', 'Green']) {
        const conditions = [{ Field: 'path-pattern', Values: [`/${id}/*`] }];
        template.Resources[id] = resource('AWS::ElasticLoadBalancingV2::ListenerRule', { ListenerArn: ref('Listener'), Priority: 1, Conditions: conditions, Actions: actions }, { Condition: id });
      }
    },
  },
  'a load balancer that is a parameter': { unknown: /LoadBalancer/, change: template => { properties(template, 'Listener').LoadBalancerArn = parameter(template, 'LoadBalancer'); } },
  'security groups of the load balancer that are a parameter': {
    unknown: /AlbGroups/, change: template => { properties(template, 'Alb').SecurityGroups = parameter(template, 'AlbGroups', 'List<AWS::EC2::SecurityGroup::Id>'); },
  },
  'the permission of a function that is a parameter': {
    unknown: /FunctionName/,
    change: template => {
      template.Resources.Function = resource('AWS::Lambda::Function', { Code: { ZipFile: 'x' }, Role: 'arn:aws:iam::111111111111:role/r', Runtime: 'nodejs22.x', Handler: 'index.handler' });
      template.Resources.Permission = resource('AWS::Lambda::Permission', {
        FunctionName: parameter(template, 'FunctionName'), Action: 'lambda:InvokeFunction', Principal: 'elasticloadbalancing.amazonaws.com',
      });
      template.Resources.Targets.Properties = { TargetType: 'lambda', Targets: [{ Id: att('Function', 'Arn') }] };
    },
  },
  'an endpoint of a service that is a parameter': {
    unknown: /ServiceName/, besides: /the consumers of Service/, change: template => { published(template); properties(template, 'Endpoint').ServiceName = parameter(template, 'ServiceName'); },
  },
  'an endpoint with security groups that are a parameter': {
    unknown: /EndpointGroups/,
    change: template => { published(template); properties(template, 'Endpoint').SecurityGroupIds = parameter(template, 'EndpointGroups', 'List<AWS::EC2::SecurityGroup::Id>'); },
  },
  'an endpoint service whose acceptance is a parameter': {
    unknown: /Acceptance/, change: template => { published(template); properties(template, 'Service').AcceptanceRequired = parameter(template, 'Acceptance'); },
  },
  'an NLB whose enforcement on PrivateLink is a parameter': {
    unknown: /Enforcement/,
    change: template => {
      published(template);
      properties(template, 'NlbGroup').SecurityGroupIngress = [tcp(22, { CidrIp: '10.1.0.0/16' })];
      properties(template, 'Nlb').EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic = parameter(template, 'Enforcement');
    },
  },
  'an NLB that balances across zones or not, with a zone without targets': {
    unknown: /CrossZone/,
    change: template => { published(template); properties(template, 'Nlb').LoadBalancerAttributes[0].Value = parameter(template, 'CrossZone'); },
  },
  'an NLB whose attributes are a parameter of a condition': {
    unknown: /CrossZone/,
    change: template => {
      published(template);
      const { LoadBalancerAttributes: attributes } = properties(template, 'Nlb');
      properties(template, 'Nlb').LoadBalancerAttributes = { 'Fn::If': [condition(template, 'CrossZone'), attributes, ref('AWS::NoValue')] };
    },
  },
  'targets that may see the clients\' addresses, which they do not admit': {
    unknown: /Preserve/,
    change: template => {
      const { Resources: resources } = template;
      published(template);
      delete properties(template, 'Nlb').SecurityGroups;
      delete resources.Endpoint;
      properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, { CidrIp: '10.1.0.0/16' })];
      Object.assign(properties(template, 'Nlb'), { Scheme: 'internet-facing' });
      resources.Internet = resource('AWS::EC2::InternetGateway', {});
      resources.Attached = resource('AWS::EC2::VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Internet') });
      resources.Route = resource('AWS::EC2::Route', { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref('Internet') });
      properties(template, 'Targets').TargetGroupAttributes = [{ Key: 'preserve_client_ip.enabled', Value: parameter(template, 'Preserve') }];
    },
  },
};
