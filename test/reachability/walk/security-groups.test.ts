import { ANY, att, NONE, ref, resource, Resources, verdictOf } from './two-hosts';

const INGRESS = 'security group ingress';
const EGRESS = 'security group egress';

/** The server with certain inbound rules. */
const serverWith = (...rules: unknown[]): Resources => ({ ServerGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcB'), SecurityGroupIngress: rules }) });
/** The client with certain outbound rules. */
const clientWith = (...rules: unknown[]): Resources => ({ ClientGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcA'), SecurityGroupEgress: rules }) });
const rule = (from: unknown, to: unknown, more: object = { CidrIp: '10.1.0.0/16' }) => ({ IpProtocol: 'tcp', FromPort: from, ToPort: to, ...more });
const ingress = (properties: object, more: object = {}) => ({ Rule: resource('EC2::SecurityGroupIngress', { GroupId: att('ServerGroup', 'GroupId'), ...properties }, more), ...serverWith() });

describe('the ports of a rule', () => {
  test.each<[unknown, unknown, string]>([
    [80, 80, 'reachable'], [0, 65535, 'reachable'], [1, 80, 'reachable'], [80, 81, 'reachable'], ['80', '80', 'reachable'], [undefined, undefined, 'unknown'], [-1, -1, 'reachable'], [80, undefined, 'reachable'],
    [81, 90, 'blocked'], [0, 79, 'blocked'], [443, 443, 'blocked'], [ref('Given'), ref('Given'), 'unknown'], [80, ref('Given'), 'unknown'], ['http', 'http', 'unknown'],
  ])('%j to %j: %s', (from, to, verdict) => { expect(verdictOf(INGRESS, serverWith(rule(from, to)))).toBe(verdict); });
});

describe('the protocol of a rule', () => {
  test.each<[unknown, string]>([
    ['tcp', 'reachable'], ['TCP', 'reachable'], ['6', 'reachable'], [6, 'reachable'], ['-1', 'reachable'], [-1, 'reachable'],
    ['udp', 'blocked'], ['17', 'blocked'], ['icmp', 'blocked'], ['58', 'blocked'], ['50', 'blocked'], [ref('Given'), 'unknown'], [undefined, 'unknown'],
  ])('%j: %s', (IpProtocol, verdict) => { expect(verdictOf(INGRESS, serverWith({ IpProtocol, FromPort: 80, ToPort: 80, CidrIp: '10.1.0.0/16' }))).toBe(verdict); });

  test('all of them means all ports, whatever ports it names', () => { expect(verdictOf(INGRESS, serverWith({ ...rule(443, 443), IpProtocol: '-1' }))).toBe('reachable'); });
});

describe('the peer of a rule', () => {
  const list = (entries: unknown) => resource('EC2::PrefixList', { Entries: entries });
  test.each<[string, object, string, Resources?]>([
    ['a block around the sender', { CidrIp: '10.0.0.0/8' }, 'reachable'], ['everybody', { CidrIp: '0.0.0.0/0' }, 'reachable'], ['the sender’s subnet', { CidrIp: '10.1.0.0/24' }, 'reachable'],
    ['a block elsewhere', { CidrIp: '10.9.0.0/16' }, 'blocked'], ['a part of the sender’s subnet', { CidrIp: '10.1.0.0/25' }, 'unknown'], ['everybody of version 6', { CidrIpv6: '::/0' }, 'blocked'],
    ['a block by parameter', { CidrIp: ref('Given') }, 'unknown'], ['no block', { CidrIp: 'nonsense' }, 'unknown'], ['the block of the VPC by name', { CidrIp: att('VpcA', 'CidrBlock') }, 'reachable'],
    ['the sender’s group', { SourceSecurityGroupId: att('ClientGroup', 'GroupId') }, 'reachable'], ['another group', { SourceSecurityGroupId: att('Other', 'GroupId') }, 'blocked', { Other: resource('EC2::SecurityGroup', { VpcId: ref('VpcA') }) }],
    ['a group from elsewhere', { SourceSecurityGroupId: 'sg-0123456789abcdef0' }, 'unknown'], ['a group by parameter', { SourceSecurityGroupId: ref('Given') }, 'unknown'], ['a group by name', { SourceSecurityGroupName: 'default' }, 'unknown'],
    ['a prefix list', { SourcePrefixListId: att('List', 'PrefixListId') }, 'reachable', { List: list([{ Cidr: '10.9.0.0/16' }, { Cidr: '10.1.0.0/16' }]) }],
    ['another prefix list', { SourcePrefixListId: att('List', 'PrefixListId') }, 'blocked', { List: list([{ Cidr: '10.9.0.0/16' }]) }],
    ['a prefix list with something unknown', { SourcePrefixListId: att('List', 'PrefixListId') }, 'unknown', { List: list([{ Cidr: ref('Given') }]) }],
    ['a prefix list from elsewhere', { SourcePrefixListId: 'pl-0123456789abcdef0' }, 'unknown'], ['nobody', {}, 'unknown'],
  ])('%s: %s', (_, peer, verdict, more: Resources = {}) => {
    expect(verdictOf(INGRESS, { ...serverWith(rule(80, 80, peer)), ...more })).toBe(verdict);
    expect(verdictOf(INGRESS, { ...ingress(rule(80, 80, peer)), ...more })).toBe(verdict);
  });

  test('may be several blocks that cover the sender together', () => {
    expect(verdictOf(INGRESS, serverWith(rule(80, 80, { CidrIp: '10.1.0.0/25' }), rule(80, 80, { CidrIp: '10.1.0.128/25' })))).toBe('reachable');
  });

  test('is compared with the address of the sender, where it has one', () => {
    const Client = resource('EC2::Instance', { SubnetId: ref('SubnetA'), PrivateIpAddress: '10.1.0.200', SecurityGroupIds: [att('ClientGroup', 'GroupId')] });
    expect(verdictOf(INGRESS, { Client, ...serverWith(rule(80, 80, { CidrIp: '10.1.0.128/25' })) })).toBe('reachable');
    expect(verdictOf(INGRESS, { Client, ...serverWith(rule(80, 80, { CidrIp: '10.1.0.0/25' })) })).toBe('blocked');
  });

  test('that is the group itself admits its members', () => {
    const self = { ServerGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcB') }), ...ingress(rule(80, 80, { SourceSecurityGroupId: att('ServerGroup', 'GroupId') })) };
    expect(verdictOf(INGRESS, self)).toBe('blocked');
    const inOne = { ...self, Client: resource('EC2::Instance', { SubnetId: ref('SubnetB'), SecurityGroupIds: [att('ServerGroup', 'GroupId')] }) };
    expect(verdictOf(INGRESS, inOne)).toBe('reachable');
  });

  test('of another Region is no group', () => {
    const far = { Peering: resource('EC2::VPCPeeringConnection', { VpcId: ref('VpcA'), PeerVpcId: ref('VpcB'), PeerRegion: 'eu-west-1' }) };
    expect(verdictOf(INGRESS, { ...far, ...serverWith(rule(80, 80, { SourceSecurityGroupId: att('ClientGroup', 'GroupId') })) })).toBe('blocked');
  });

  test('of a VPC that is no peer may be one', () => {
    expect(verdictOf(INGRESS, serverWith(rule(80, 80, { SourceSecurityGroupId: att('ClientGroup', 'GroupId') })), ['Peering', 'RouteA', 'RouteB'])).toBe('unknown');
  });
});

describe('outbound rules', () => {
  test.each<[string, Resources, string]>([
    ['none at all: EC2 lets everything out', clientWith(), 'reachable'], ['the CDK’s stopper', clientWith(NONE), 'blocked'], ['to the server', clientWith(rule(80, 80, { CidrIp: '10.2.0.0/16' })), 'reachable'],
    ['to the server’s group', clientWith(rule(80, 80, { DestinationSecurityGroupId: att('ServerGroup', 'GroupId') })), 'reachable'], ['to another port', clientWith(rule(81, 81, { CidrIp: '0.0.0.0/0' })), 'blocked'],
    ['to a prefix list from elsewhere', clientWith(rule(80, 80, { DestinationPrefixListId: 'pl-0' })), 'unknown'],
    ['to version 6 only', clientWith({ IpProtocol: '-1', CidrIpv6: '::/0' }), 'blocked'],
    ['that nobody knows', { ClientGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcA'), SecurityGroupEgress: ref('Given') }) }, 'unknown'],
  ])('%s', (_, more, verdict) => { expect(verdictOf(EGRESS, more)).toBe(verdict); });

  test('of their own are added to those of the group', () => {
    const Out = resource('EC2::SecurityGroupEgress', { GroupId: att('ClientGroup', 'GroupId'), ...rule(80, 80, { CidrIp: '10.2.0.0/16' }) });
    expect(verdictOf(EGRESS, { Out, ...clientWith(NONE) })).toBe('reachable');
  });
});

describe('several groups', () => {
  const both = (...ids: unknown[]) => ({ Server: resource('EC2::Instance', { SubnetId: ref('SubnetB'), SecurityGroupIds: ids }), Open: resource('EC2::SecurityGroup', { VpcId: ref('VpcB'), SecurityGroupIngress: [ANY] }), ...serverWith() });
  test('of which one lets it in are enough', () => { expect(verdictOf(INGRESS, both(att('ServerGroup', 'GroupId'), att('Open', 'GroupId')))).toBe('reachable'); });
  test('of which one is from elsewhere leave it unknown', () => { expect(verdictOf(INGRESS, both(att('ServerGroup', 'GroupId'), 'sg-0123456789abcdef0'))).toBe('unknown'); });
  test('of which one is by parameter leave it unknown', () => { expect(verdictOf(INGRESS, both(att('ServerGroup', 'GroupId'), ref('Given')))).toBe('unknown'); });
  test('of which none lets it in are closed', () => { expect(verdictOf(INGRESS, both(att('ServerGroup', 'GroupId')))).toBe('blocked'); });
});

describe('what is not certain', () => {
  test('a rule that may be there', () => { expect(verdictOf(INGRESS, ingress(rule(80, 80), { Condition: 'Perhaps' }))).toBe('unknown'); });
  test('a group that may be there', () => {
    expect(verdictOf(INGRESS, { ServerGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcB'), SecurityGroupIngress: [ANY] }, { Condition: 'Perhaps' }) })).toBe('unknown');
  });
  test('a rule in a list that may be there', () => {
    expect(verdictOf(INGRESS, serverWith({ 'Fn::If': ['Perhaps', rule(80, 80), ref('AWS::NoValue')] }))).toBe('unknown');
    expect(verdictOf(INGRESS, serverWith({ 'Fn::If': ['Perhaps', rule(80, 80), ref('AWS::NoValue')] }, ANY))).toBe('reachable');
  });
  test('what is given to a nested stack without a template, which may add rules', () => {
    expect(verdictOf(INGRESS, { Nested: resource('CloudFormation::Stack', { TemplateURL: 'x', Parameters: { Group: att('ServerGroup', 'GroupId') } }), ...serverWith() })).toBe('unknown');
  });
});

describe('an instance without a group of its own', () => {
  const Server = resource('EC2::Instance', { SubnetId: ref('SubnetB') });
  test('has the default group, which lets in its members alone', () => { expect(verdictOf(INGRESS, { Server })).toBe('blocked'); });
  test('lets everything out', () => { expect(verdictOf(EGRESS, { Client: resource('EC2::Instance', { SubnetId: ref('SubnetA') }) })).toBe('reachable'); });
  test('lets in what has the default group, too', () => {
    expect(verdictOf(INGRESS, { Server, Client: resource('EC2::Instance', { SubnetId: ref('SubnetB') }) })).toBe('reachable');
  });
  test('lets in what a rule adds to the default group', () => {
    const Rule = resource('EC2::SecurityGroupIngress', { GroupId: att('VpcB', 'DefaultSecurityGroup'), ...rule(80, 80) });
    expect(verdictOf(INGRESS, { Server, Rule })).toBe('reachable');
  });
  test('of a VPC whose default group is closed lets nothing out or in', () => {
    const Restrict = { Type: 'Custom::VpcRestrictDefaultSG', Properties: { DefaultSecurityGroupId: att('VpcA', 'DefaultSecurityGroup') } };
    expect(verdictOf(EGRESS, { Restrict, Client: resource('EC2::Instance', { SubnetId: ref('SubnetA') }) })).toBe('blocked');
  });
});

describe('where an instance says its groups', () => {
  const closed = serverWith();
  const group = att('ServerGroup', 'GroupId');
  test.each<[string, object, Resources?]>([
    ['in its network interface', { NetworkInterfaces: [{ DeviceIndex: '0', SubnetId: ref('SubnetB'), GroupSet: [group] }] }],
    ['in an interface of its own', { NetworkInterfaces: [{ DeviceIndex: '0', NetworkInterfaceId: ref('Eni') }] }, { Eni: resource('EC2::NetworkInterface', { SubnetId: ref('SubnetB'), GroupSet: [group] }) }],
    ['in its launch template', { SubnetId: ref('SubnetB'), LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' } }, { Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [group] } }) }],
    ['in the interface of its launch template', { SubnetId: ref('SubnetB'), LaunchTemplate: { LaunchTemplateId: ref('Template') } }, { Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { NetworkInterfaces: [{ Groups: [group] }] } }) }],
    ['in a launch template by name', { SubnetId: ref('SubnetB'), LaunchTemplate: { LaunchTemplateName: 'mine' } }, { Template: resource('EC2::LaunchTemplate', { LaunchTemplateName: 'mine', LaunchTemplateData: { SecurityGroupIds: [group] } }) }],
  ])('%s', (_, properties, more: Resources = {}) => {
    const Server = resource('EC2::Instance', properties);
    expect(verdictOf(INGRESS, { Server, ...more })).toBe('reachable');
    expect(verdictOf(INGRESS, { Server, ...more, ...closed })).toBe('blocked');
  });

  test.each<[string, object]>([
    ['an interface that is not made here', { NetworkInterfaces: [{ DeviceIndex: '0', NetworkInterfaceId: 'eni-0123456789abcdef0' }] }],
    ['a launch template that is not made here', { SubnetId: ref('SubnetB'), LaunchTemplate: { LaunchTemplateId: 'lt-0123456789abcdef0' } }],
    ['a group by parameter', { SubnetId: ref('SubnetB'), SecurityGroupIds: ref('Given') }],
  ])('%s leaves them unknown', (_, properties) => { expect(verdictOf(INGRESS, { Server: resource('EC2::Instance', properties) })).toBe('unknown'); });

  test('of an Auto Scaling group: its launch template, its launch configuration, the template of mixed instances', () => {
    const template = { Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [group] } }) };
    const says = (properties: object, more: Resources) => {
      const Server = resource('AutoScaling::AutoScalingGroup', { VPCZoneIdentifier: [ref('SubnetB')], ...properties });
      return [verdictOf(INGRESS, { Server, ...more }), verdictOf(INGRESS, { Server, ...more, ...closed })];
    };
    expect(says({ LaunchTemplate: { LaunchTemplateId: ref('Template'), Version: '1' } }, template)).toEqual(['reachable', 'blocked']);
    expect(says({ MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: ref('Template') } } } }, template)).toEqual(['reachable', 'blocked']);
    expect(says({ LaunchConfigurationName: ref('Configuration') }, { Configuration: resource('AutoScaling::LaunchConfiguration', { SecurityGroups: [group] }) })).toEqual(['reachable', 'blocked']);
    expect(says({ InstanceId: 'i-0123456789abcdef0' }, {})).toEqual(['unknown', 'unknown']);
  });
});
