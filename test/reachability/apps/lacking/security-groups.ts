import { att, condition, Lacking, LackingTemplates, parameter, properties, ref, resource, tcp, Template } from './template';

/** A template whose server admits something else. */
function admitting(unknown: RegExp, rules: (template: Template) => unknown): Lacking {
  return {
    unknown,
    change: template => {
      const admitted = rules(template);
      properties(template, 'ServerGroup').SecurityGroupIngress = admitted;
      if (admitted === undefined) { delete properties(template, 'ServerGroup').SecurityGroupIngress; }
    },
  };
}

/** A template whose server has other security groups. */
function grouped(unknown: RegExp, groups: (template: Template) => unknown): Lacking {
  return { unknown, change: template => { properties(template, 'Server').SecurityGroupIds = groups(template); } };
}

/** A template whose load balancer's clients are others. */
function clients(unknown: RegExp, peer: (template: Template) => object): Lacking {
  return { unknown, change: template => { properties(template, 'AlbGroup').SecurityGroupIngress = [tcp(80, peer(template))]; } };
}

/** Security groups of which something is not told. */
export const lackingSecurityGroups: LackingTemplates = {
  'a rule for addresses that are a parameter': admitting(/AllowedAddresses/, template => [tcp(8080, { CidrIp: parameter(template, 'AllowedAddresses') })]),
  'a rule for addresses that a parameter is a part of': admitting(/Network/, template => {
    parameter(template, 'Network');
    return [tcp(8080, { CidrIp: { 'Fn::Sub': '10.${Network}.0.0/16' } })];
  }),
  'a rule for addresses of a list that is a parameter': admitting(/Blocks/, template => (
    [tcp(8080, { CidrIp: { 'Fn::Select': [1, parameter(template, 'Blocks', 'CommaDelimitedList')] } })])),
  'a rule for addresses of text that is split': admitting(/Blocks/, template => [tcp(8080, { CidrIp: { 'Fn::Select': [0, { 'Fn::Split': [',', parameter(template, 'Blocks')] }] } })]),
  'a rule for addresses of a map that the Region chooses': admitting(/Region|Addresses/, template => {
    template.Mappings = { Addresses: { 'eu-west-1': { Block: '10.1.0.0/16' }, 'us-east-1': { Block: '10.2.0.0/16' } } };
    return [tcp(8080, { CidrIp: { 'Fn::FindInMap': ['Addresses', ref('AWS::Region'), 'Block'] } })];
  }),
  'a rule for addresses that another stack exports': admitting(/shared-addresses/, () => [tcp(8080, { CidrIp: { 'Fn::ImportValue': 'shared-addresses' } })]),
  'a rule for addresses that are a parameter of Systems Manager': admitting(/resolve:ssm:\/web\/clients/, () => [tcp(8080, { CidrIp: '{{resolve:ssm:/web/clients}}' })]),
  'a rule for addresses by the type of a parameter': admitting(/Clients/, template => (
    [tcp(8080, { CidrIp: parameter(template, 'Clients', 'AWS::SSM::Parameter::Value<String>') })])),
  'a rule for a port that is a parameter': admitting(/Port/, template => [tcp(parameter(template, 'Port', 'Number'), { SourceSecurityGroupId: att('AlbGroup', 'GroupId') })]),
  'a rule for a protocol that is a parameter': admitting(/Protocol/, template => (
    [{ IpProtocol: parameter(template, 'Protocol'), FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: att('AlbGroup', 'GroupId') }])),
  'a rule for a managed prefix list by its id': admitting(/pl-0123456789abcdef0/, () => [tcp(8080, { SourcePrefixListId: 'pl-0123456789abcdef0' })]),
  'a rule for a security group by its id': admitting(/sg-0123456789abcdef0/, () => [tcp(8080, { SourceSecurityGroupId: 'sg-0123456789abcdef0' })]),
  'a rule for a security group by its name': admitting(/load-balancers/, () => [tcp(8080, { SourceSecurityGroupName: 'load-balancers' })]),
  'a rule for a security group that is a parameter': admitting(/Source/, template => [tcp(8080, { SourceSecurityGroupId: parameter(template, 'Source') })]),
  'a rule that a condition decides on': admitting(/Open/, template => (
    [{ 'Fn::If': [condition(template, 'Open'), tcp(8080, { SourceSecurityGroupId: att('AlbGroup', 'GroupId') }), ref('AWS::NoValue')] }])),
  'all rules by a condition': admitting(/Open/, template => (
    { 'Fn::If': [condition(template, 'Open'), [tcp(8080, { SourceSecurityGroupId: att('AlbGroup', 'GroupId') })], ref('AWS::NoValue')] })),
  'rules that a custom resource makes': admitting(/Rules/, template => {
    template.Resources.Rules = resource('Custom::Rules', { ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:rules' });
    return att('Rules', 'Ingress');
  }),
  'rules that are included when it is deployed': admitting(/AWS::Include|Fn::Transform/, () => (
    { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/rules.yaml' } } })),
  'a rule of its own that exists by a condition': admitting(/WithRule/, template => {
    template.Resources.Rule = resource('AWS::EC2::SecurityGroupIngress', { GroupId: att('ServerGroup', 'GroupId'), ...tcp(8080, { SourceSecurityGroupId: att('AlbGroup', 'GroupId') }) },
      { Condition: condition(template, 'WithRule') });
    return undefined;
  }),
  'a rule of its own on a group that is a parameter': admitting(/Target/, template => {
    template.Resources.Rule = resource('AWS::EC2::SecurityGroupIngress', { GroupId: parameter(template, 'Target'), ...tcp(8080, { SourceSecurityGroupId: att('AlbGroup', 'GroupId') }) });
    properties(template, 'Server').SecurityGroupIds = [ref('Target')];
    return undefined;
  }),
  'outbound rules by a condition': {
    unknown: /Closed/,
    change: template => {
      properties(template, 'AlbGroup').SecurityGroupEgress = { 'Fn::If': [condition(template, 'Closed'), [tcp(443, { CidrIp: '10.1.0.0/16' })], ref('AWS::NoValue')] };
    },
  },
  'an outbound rule for addresses that are a parameter': {
    unknown: /Outside/,
    change: template => { properties(template, 'AlbGroup').SecurityGroupEgress = [tcp(8080, { CidrIp: parameter(template, 'Outside') })]; },
  },
  'a security group by its id': grouped(/sg-0123456789abcdef0/, () => ['sg-0123456789abcdef0']),
  'a security group by its id, beside one that does not admit it': grouped(/sg-0123456789abcdef0/, () => [att('ClientGroup', 'GroupId'), 'sg-0123456789abcdef0']),
  'security groups that are a parameter': grouped(/ServerGroups/, template => parameter(template, 'ServerGroups', 'List<AWS::EC2::SecurityGroup::Id>')),
  'a security group that is a parameter of Systems Manager': grouped(/GroupParameter/, template => [parameter(template, 'GroupParameter', 'AWS::SSM::Parameter::Value<AWS::EC2::SecurityGroup::Id>')]),
  'a security group that a dynamic reference tells': grouped(/resolve:ssm:\/web\/group/, () => ['{{resolve:ssm:/web/group}}']),
  'a security group that another stack exports': grouped(/shared-group/, () => [{ 'Fn::ImportValue': 'shared-group' }]),
  'a security group that the output of a nested stack names, of which there is no template': grouped(/Nested/, template => {
    template.Resources.Nested = resource('AWS::CloudFormation::Stack', { TemplateURL: 'https://bucket.s3.amazonaws.com/nested.yaml' });
    return [att('Nested', 'Outputs.GroupId')];
  }),
  'a security group of a module': grouped(/Network/, template => {
    template.Resources.Network = resource('Example::Network::Groups::MODULE', {});
    return [att('Network.Group', 'GroupId')];
  }),
  'a security group that a condition chooses': grouped(/Strict/, template => [{ 'Fn::If': [condition(template, 'Strict'), att('ClientGroup', 'GroupId'), att('ServerGroup', 'GroupId')] }]),
  'a network interface of elsewhere': {
    unknown: /eni-0123456789abcdef0/,
    change: template => {
      const server = properties(template, 'Server');
      delete server.SecurityGroupIds;
      delete server.SubnetId;
      server.NetworkInterfaces = [{ DeviceIndex: '0', NetworkInterfaceId: 'eni-0123456789abcdef0' }];
    },
  },
  'clients on premises': clients(/192\.168\.0\.0/, () => ({ CidrIp: '192.168.0.0/16' })),
  'clients of a managed prefix list': clients(/pl-0123456789abcdef0/, () => ({ SourcePrefixListId: 'pl-0123456789abcdef0' })),
  'clients in a security group of elsewhere': clients(/sg-0fedcba9876543210/, () => ({ SourceSecurityGroupId: 'sg-0fedcba9876543210' })),
  'clients in a security group of another account': clients(/sg-0fedcba9876543210/, () => ({ SourceSecurityGroupId: 'sg-0fedcba9876543210', SourceSecurityGroupOwnerId: '222222222222' })),
  'clients with addresses that are a parameter': clients(/Office/, template => ({ CidrIp: parameter(template, 'Office') })),
};
