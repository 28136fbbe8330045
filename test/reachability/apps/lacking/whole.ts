import { att, properties, ref, resource, tcp, Template } from './template';

/** Changes of the template after which it still works, and everything is still told. */
export const whole: { readonly [sentence: string]: (template: Template) => void } = {
  'addresses from IPAM, and a rule for whatever they are': template => {
    Object.assign(properties(template, 'Vpc'), { CidrBlock: undefined, Ipv4IpamPoolId: 'ipam-pool-0123456789abcdef0', Ipv4NetmaskLength: 16 });
    ['SubnetA', 'SubnetB'].forEach((id, index) => { properties(template, id).CidrBlock = { 'Fn::Select': [index, { 'Fn::Cidr': [att('Vpc', 'CidrBlock'), 4, 8] }] }; });
    properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, { CidrIp: att('Vpc', 'CidrBlock') })];
  },
  'addresses that are a parameter, and a rule for the same parameter': template => {
    template.Parameters.Block = { Type: 'String' };
    properties(template, 'Vpc').CidrBlock = ref('Block');
    ['SubnetA', 'SubnetB'].forEach((id, index) => { properties(template, id).CidrBlock = { 'Fn::Select': [index, { 'Fn::Cidr': [ref('Block'), 4, 8] }] }; });
    properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, { CidrIp: ref('Block') })];
  },
  'a port that is a parameter everywhere': template => {
    template.Parameters.Port = { Type: 'Number' };
    properties(template, 'Targets').Port = ref('Port');
    properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(ref('Port'), { SourceSecurityGroupId: att('AlbGroup', 'GroupId') })];
  },
  'zones that are chosen by their place in a list': template => {
    ['SubnetA', 'SubnetB'].forEach((id, index) => { properties(template, id).AvailabilityZone = { 'Fn::Select': [`${index}`, { 'Fn::GetAZs': '' }] }; });
  },
  'numbers and booleans as text': template => {
    Object.assign(properties(template, 'Targets'), { Port: '8080', HealthCheckPort: 'traffic-port', HealthCheckEnabled: 'true' });
    properties(template, 'Listener').Port = '80';
    Object.assign(properties(template, 'ServerGroup').SecurityGroupIngress[0], { FromPort: '8080', ToPort: '8080' });
  },
  'rules for all protocols, with ports that mean nothing': template => {
    for (const id of ['AlbGroup', 'ServerGroup']) { Object.assign(properties(template, id).SecurityGroupIngress[0], { IpProtocol: -1, FromPort: -1, ToPort: -1 }); }
  },
  'one rule in place of a list': template => {
    for (const id of ['AlbGroup', 'ServerGroup']) { properties(template, id).SecurityGroupIngress = properties(template, id).SecurityGroupIngress[0]; }
  },
  'groups that are named by Ref': template => {
    properties(template, 'AlbGroup').SecurityGroupIngress[0].SourceSecurityGroupId = ref('ClientGroup');
    properties(template, 'ServerGroup').SecurityGroupIngress[0].SourceSecurityGroupId = { 'Fn::Sub': '${AlbGroup}' };
    properties(template, 'Server').SecurityGroupIds = [{ 'Fn::Sub': '${ServerGroup.GroupId}' }];
  },
  'conditions that are decided': template => {
    template.Conditions.Yes = { 'Fn::Equals': ['a', 'a'] };
    template.Conditions.No = { 'Fn::Not': [{ Condition: 'Yes' }] };
    template.Resources.Server.Condition = 'Yes';
    properties(template, 'ServerGroup').SecurityGroupIngress = { 'Fn::If': ['No', ref('AWS::NoValue'), properties(template, 'ServerGroup').SecurityGroupIngress] };
    template.Resources.Stray = resource('AWS::ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Alb'), Port: 81, Protocol: 'HTTP', DefaultActions: [] }, { Condition: 'No' });
  },
  'entries on the default network ACL, which refuse others': template => {
    template.Resources.Entry = resource('AWS::EC2::NetworkAclEntry', {
      NetworkAclId: att('Vpc', 'DefaultNetworkAcl'), RuleNumber: 50, Protocol: -1, RuleAction: 'deny', CidrBlock: '198.51.100.0/24',
    });
  },
  'rules by regular expressions before rules by patterns': template => {
    const rule = (Priority: number, config: object) => resource('AWS::ElasticLoadBalancingV2::ListenerRule', {
      ListenerArn: ref('Listener'), Priority, Conditions: [config], Actions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
    });
    template.Resources.Rule1 = rule(1, { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/orders/[0-9]+$'] } });
    template.Resources.Rule2 = rule(2, { Field: 'host-header', HostHeaderConfig: { RegexValues: ['^shop[.]'] } });
    template.Resources.Rule3 = rule(3, { Field: 'path-pattern', Values: ['/orders/*'] });
    template.Resources.Rule4 = rule(4, { Field: 'path-pattern', PathPatternConfig: { Values: ['/ORDERS/*'] } });
  },
  'a rule for a source before a rule for everybody': template => {
    const rule = (Priority: number, ...Conditions: object[]) => resource('AWS::ElasticLoadBalancingV2::ListenerRule', {
      ListenerArn: ref('Listener'), Priority, Conditions, Actions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
    });
    const path = { Field: 'path-pattern', Values: ['/*'] };
    template.Resources.Rule1 = rule(1, path, { Field: 'source-ip', SourceIpConfig: { Values: ['10.1.1.0/24'] } });
    template.Resources.Rule2 = rule(2, path, { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Stage', Values: ['beta'] } });
    template.Resources.Rule3 = rule(3, path, { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Other', Values: ['beta'] } });
    template.Resources.Rule4 = rule(4, path, { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: '1' }] } });
    template.Resources.Rule5 = rule(5, path, { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: '2' }] } });
    template.Resources.Rule6 = rule(6, path);
  },
  'a function that may be called, says a permission with its name': template => {
    template.Resources.Targets.Properties = { TargetType: 'lambda', Targets: [{ Id: att('Server', 'Arn') }] };
    template.Resources.Server = resource('AWS::Lambda::Function', { FunctionName: 'web', Code: { ZipFile: 'x' }, Role: 'arn:aws:iam::111111111111:role/r', Runtime: 'nodejs22.x', Handler: 'index.handler' });
    template.Resources.Permission = resource('AWS::Lambda::Permission', {
      FunctionName: 'web', Action: 'lambda:InvokeFunction', Principal: 'elasticloadbalancing.amazonaws.com', SourceArn: ref('Targets'),
    });
  },
  'a security group of one VPC that another VPC uses too': template => {
    const { Resources: resources } = template;
    resources.Home = resource('AWS::EC2::VPC', { CidrBlock: '10.9.0.0/16' });
    properties(template, 'ServerGroup').VpcId = ref('Home');
    resources.Shared = resource('AWS::EC2::SecurityGroupVpcAssociation', { GroupId: att('ServerGroup', 'GroupId'), VpcId: ref('Vpc') });
  },
  'QUIC, which is UDP, on an NLB, which then has no security group': template => {
    const { Resources: resources } = template;
    Object.assign(resources.Alb.Properties, { Type: 'network', SecurityGroups: undefined, LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }] });
    Object.assign(resources.Listener.Properties, { Port: 443, Protocol: 'QUIC' });
    Object.assign(resources.Targets.Properties, { Protocol: 'QUIC', Port: 443, HealthCheckPort: '8080', HealthCheckProtocol: 'TCP' });
    const peer = { CidrIp: '10.1.0.0/16' };
    properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, peer), { ...tcp(443, peer), IpProtocol: 'udp' }];
  },
};
