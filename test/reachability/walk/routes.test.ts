import { att, detailOf, ref, resource, Resources, verdictOf } from './two-hosts';

const route = (properties: object, more: object = {}) => resource('EC2::Route', { RouteTableId: ref('TableA'), ...properties }, more);
const TO_B = { DestinationCidrBlock: '10.2.0.0/16' };
const peering = { VpcPeeringConnectionId: ref('Peering') };

describe('a route', () => {
  test('on both sides leads there and back', () => { expect([verdictOf('route'), verdictOf('return route')]).toEqual(['reachable', 'reachable']); });
  test('that is not there stops the request', () => { expect([verdictOf('route', {}, ['RouteA']), verdictOf('return route', {}, ['RouteA'])]).toEqual(['blocked', 'reachable']); });
  test('back that is not there stops the answer', () => { expect([verdictOf('route', {}, ['RouteB']), verdictOf('return route', {}, ['RouteB'])]).toEqual(['reachable', 'blocked']); });

  test.each<[string, object, string]>([
    ['for everything', { DestinationCidrBlock: '0.0.0.0/0' }, 'reachable'], ['for the subnet', { DestinationCidrBlock: '10.2.0.0/24' }, 'reachable'], ['for a half of the subnet', { DestinationCidrBlock: '10.2.0.0/25' }, 'unknown'],
    ['for elsewhere', { DestinationCidrBlock: '10.3.0.0/16' }, 'blocked'], ['for a parameter', { DestinationCidrBlock: ref('Given') }, 'unknown'], ['for the block of the VPC by name', { DestinationCidrBlock: att('VpcB', 'CidrBlock') }, 'reachable'],
    ['for version 6', { DestinationIpv6CidrBlock: '::/0' }, 'blocked'], ['for a prefix list from elsewhere', { DestinationPrefixListId: 'pl-0' }, 'unknown'],
    ['for a prefix list that holds it', { DestinationPrefixListId: att('List', 'PrefixListId') }, 'reachable'],
  ])('%s: %s', (_, destination, verdict) => {
    expect(verdictOf('route', { RouteA: route({ ...destination, ...peering }), List: resource('EC2::PrefixList', { Entries: [{ Cidr: '10.2.0.0/16' }] }) })).toBe(verdict);
  });

  test.each<[string, object, string]>([
    ['a NAT gateway', { NatGatewayId: 'nat-0' }, 'blocked'], ['the internet gateway', { GatewayId: ref('Gateway') }, 'blocked'], ['an internet gateway from elsewhere', { GatewayId: 'igw-0' }, 'blocked'],
    ['an egress-only gateway', { EgressOnlyInternetGatewayId: 'eigw-0' }, 'blocked'], ['a VPN gateway', { GatewayId: 'vgw-0' }, 'unknown'], ['an instance', { InstanceId: ref('Client') }, 'unknown'],
    ['a firewall endpoint', { VpcEndpointId: 'vpce-0' }, 'unknown'], ['a gateway by parameter', { GatewayId: ref('Given') }, 'unknown'], ['a core network', { CoreNetworkArn: 'arn' }, 'unknown'], ['nothing', {}, 'unknown'],
    ['a peering connection from elsewhere', { VpcPeeringConnectionId: 'pcx-0' }, 'unknown'], ['a transit gateway from elsewhere', { TransitGatewayId: 'tgw-0' }, 'unknown'],
    ['a peering connection with another VPC', { VpcPeeringConnectionId: ref('Other') }, 'blocked'], ['one with a VPC by id', { VpcPeeringConnectionId: ref('ById') }, 'unknown'],
  ])('over %s: %s', (_, target, verdict) => {
    const more: Resources = {
      RouteA: route({ ...TO_B, ...target }),
      Gateway: resource('EC2::InternetGateway'),
      VpcC: resource('EC2::VPC', { CidrBlock: '10.3.0.0/16' }),
      Other: resource('EC2::VPCPeeringConnection', { VpcId: ref('VpcA'), PeerVpcId: ref('VpcC') }),
      ById: resource('EC2::VPCPeeringConnection', { VpcId: ref('VpcA'), PeerVpcId: 'vpc-0' }),
    };
    expect(verdictOf('route', more)).toBe(verdict);
  });

  test('that may be there leaves it unknown', () => { expect(verdictOf('route', { RouteA: route({ ...TO_B, ...peering }, { Condition: 'Perhaps' }) })).toBe('unknown'); });
  test('that the template names and does not have is missing', () => { expect(verdictOf('route', { RouteA: route({ ...TO_B, VpcPeeringConnectionId: ref('Gone') }) })).toBe('blocked'); });
});

describe('of several routes', () => {
  test('the longest prefix counts', () => {
    const narrow = (target: object) => ({ RouteA: route({ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-0' }), Narrow: route({ ...TO_B, ...target }) });
    expect(verdictOf('route', narrow(peering))).toBe('reachable');
    expect(verdictOf('route', { Wide: route({ DestinationCidrBlock: '10.0.0.0/8', ...peering }), RouteA: route({ ...TO_B, NatGatewayId: 'nat-0' }) })).toBe('blocked');
  });

  test('one for a part of the destination leaves it unknown, unless it leads the same way', () => {
    const part = (target: object) => ({ Part: route({ DestinationCidrBlock: '10.2.0.0/26', ...target }) });
    expect(verdictOf('route', part({ NatGatewayId: 'nat-0' }))).toBe('unknown');
    expect(verdictOf('route', part(peering))).toBe('reachable');
  });

  test('one for an unknown block does not matter beside one that is written for the destination', () => {
    expect(verdictOf('route', { Hidden: route({ DestinationCidrBlock: ref('Given'), NatGatewayId: 'nat-0' }) })).toBe('reachable');
    expect(verdictOf('route', { RouteA: route({ DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: 'nat-0' }), Hidden: route({ DestinationCidrBlock: ref('Given'), ...peering }) })).toBe('unknown');
  });

  test('the local one counts within a VPC', () => {
    const Server = resource('EC2::Instance', { SubnetId: ref('Second'), SecurityGroupIds: [att('ServerGroup', 'GroupId')] });
    const Second = resource('EC2::Subnet', { VpcId: ref('VpcA'), CidrBlock: '10.1.9.0/24', AvailabilityZone: 'tokyo-1c' });
    expect(detailOf('route', { Server, Second })).toBe('Both are in VpcA');
    // a finer route leads through something in between
    expect(verdictOf('route', { Server, Second, Through: route({ DestinationCidrBlock: '10.1.9.0/24', VpcEndpointId: 'vpce-0' }) })).toBe('unknown');
  });
});

describe('the route table of a subnet', () => {
  test('is the main one, without routes to elsewhere, where none is associated', () => {
    expect(verdictOf('route', {}, ['AssociationA'])).toBe('blocked');
    expect(detailOf('route', {}, ['AssociationA'])).toContain('SubnetA has no route table of its own');
  });
  test('is unknown where the association may be there', () => {
    expect(verdictOf('route', { AssociationA: resource('EC2::SubnetRouteTableAssociation', { SubnetId: ref('SubnetA'), RouteTableId: ref('TableA') }, { Condition: 'Perhaps' }) })).toBe('unknown');
  });
  test.each([['rtb-0123456789abcdef0'], [ref('Given')]])('%j is unknown', RouteTableId => {
    expect(verdictOf('route', { AssociationA: resource('EC2::SubnetRouteTableAssociation', { SubnetId: ref('SubnetA'), RouteTableId }) })).toBe('unknown');
  });
  test('is unknown where the subnet is not made here', () => {
    expect(verdictOf('route', { Client: resource('EC2::Instance', { SubnetId: 'subnet-0123456789abcdef0', SecurityGroupIds: [att('ClientGroup', 'GroupId')] }) })).toBe('unknown');
  });
});

describe('a transit gateway', () => {
  const attachment = (name: string, type = 'TransitGatewayAttachment') => resource(`EC2::${type}`, { TransitGatewayId: ref('Gateway'), VpcId: ref(`Vpc${name}`), SubnetIds: [ref(`Subnet${name}`)] });
  const over = (more: Resources = {}, gateway: object = {}, without: string[] = []): string => verdictOf('route', {
    Gateway: resource('EC2::TransitGateway', gateway),
    AttachmentA: attachment('A'),
    AttachmentB: attachment('B'),
    RouteA: route({ ...TO_B, TransitGatewayId: ref('Gateway') }),
    RouteB: resource('EC2::Route', { RouteTableId: ref('TableB'), DestinationCidrBlock: '10.1.0.0/16', TransitGatewayId: ref('Gateway') }),
    ...more,
  }, ['Peering', ...without]);
  const table = { Table: resource('EC2::TransitGatewayRouteTable', { TransitGatewayId: ref('Gateway') }) };
  const inTable = (type: string, of: string, more: object = {}) => resource(`EC2::TransitGatewayRouteTable${type}`, { TransitGatewayRouteTableId: ref('Table'), TransitGatewayAttachmentId: ref(`Attachment${of}`), ...more });
  const static_ = (of: string, block: unknown) => resource('EC2::TransitGatewayRoute', { TransitGatewayRouteTableId: ref('Table'), TransitGatewayAttachmentId: ref(`Attachment${of}`), DestinationCidrBlock: block });
  const own = { ...table, Association: inTable('Association', 'A') };

  test('that both are attached to leads there by its default table', () => { expect(over()).toBe('reachable'); });
  test('takes attachments of both kinds', () => { expect(over({ AttachmentB: attachment('B', 'TransitGatewayVpcAttachment') })).toBe('reachable'); });
  test('that one is not attached to here leaves it unknown', () => { expect([over({}, {}, ['AttachmentA']), over({}, {}, ['AttachmentB'])]).toEqual(['unknown', 'unknown']); });
  test.each(['DefaultRouteTableAssociation', 'DefaultRouteTablePropagation'])('without %s leaves it unknown', name => { expect(over({}, { [name]: 'disable' })).toBe('unknown'); });
  test('with a table that knows nothing of the other stops it', () => { expect(over(own)).toBe('blocked'); });
  test('with a table that the other is propagated to leads there', () => { expect(over({ ...own, Propagation: inTable('Propagation', 'B') })).toBe('reachable'); });
  test('with a table that only the sender is propagated to stops it', () => { expect(over({ ...own, Propagation: inTable('Propagation', 'A') })).toBe('blocked'); });
  test.each<[unknown, string]>([['10.2.0.0/16', 'reachable'], ['0.0.0.0/0', 'reachable'], ['10.3.0.0/16', 'blocked'], [ref('Given'), 'reachable']])('with a route for %j: %s', (block, verdict) => {
    expect(over({ ...own, Static: static_('B', block) })).toBe(verdict);
  });
  test('with a table from elsewhere leaves it unknown', () => { expect(over({ Association: resource('EC2::TransitGatewayRouteTableAssociation', { TransitGatewayRouteTableId: 'tgw-rtb-0', TransitGatewayAttachmentId: ref('AttachmentA') }) })).toBe('unknown'); });
  test('with a route for a part of the other VPC, which holds the subnet, does not stop it', () => { expect(over({ ...own, Static: static_('B', '10.2.0.0/24') })).not.toBe('blocked'); });
  test('with a black hole for the other does not lead there', () => {
    const Hole = resource('EC2::TransitGatewayRoute', { TransitGatewayRouteTableId: ref('Table'), DestinationCidrBlock: '10.2.0.0/16', Blackhole: true });
    expect(over({ ...own, Propagation: inTable('Propagation', 'B'), Hole })).toBe('blocked');
  });
  test('takes a route that somebody wrote before one that is propagated', () => {
    expect(over({ ...own, Static: static_('A', '10.2.0.0/16'), Propagation: inTable('Propagation', 'B') })).toBe('blocked');
  });
});
