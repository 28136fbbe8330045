import { att, condition, Lacking, LackingTemplates, parameter, properties, ref, resource, tcp, Template } from './template';

/** A target in another VPC, and routes both ways to something of which nothing is told. */
function beyond(unknown: RegExp, target: (template: Template) => object): Lacking {
  return {
    unknown,
    change: template => {
      const { Resources: resources } = template;
      const leads = target(template);
      resources.Far = resource('AWS::EC2::VPC', { CidrBlock: '172.20.0.0/16' });
      resources.FarSubnet = resource('AWS::EC2::Subnet', { VpcId: ref('Far'), CidrBlock: '172.20.1.0/24', AvailabilityZone: 'eu-west-1a' });
      resources.FarTable = resource('AWS::EC2::RouteTable', { VpcId: ref('Far') });
      resources.FarAssociation = resource('AWS::EC2::SubnetRouteTableAssociation', { RouteTableId: ref('FarTable'), SubnetId: ref('FarSubnet') });
      resources.FarGroup = resource('AWS::EC2::SecurityGroup', { GroupDescription: 'Far', VpcId: ref('Far'), SecurityGroupIngress: [tcp(8080, { CidrIp: '10.1.0.0/16' })] });
      resources.FarServer = resource('AWS::EC2::Instance', {
        ImageId: 'ami-0123456789abcdef0', SubnetId: ref('FarSubnet'), PrivateIpAddress: '172.20.1.9', SecurityGroupIds: [ref('FarGroup')],
      });
      resources.Route = resource('AWS::EC2::Route', { RouteTableId: ref('Table'), DestinationCidrBlock: '172.20.0.0/16', ...leads });
      resources.FarRoute = resource('AWS::EC2::Route', { RouteTableId: ref('FarTable'), DestinationCidrBlock: '10.1.0.0/16', ...leads });
      Object.assign(properties(template, 'Targets'), { TargetType: 'ip', Targets: [{ Id: '172.20.1.9', AvailabilityZone: 'all' }] });
    },
  };
}

/** A route within the VPC that leads somewhere else than straight on. */
function diverted(unknown: RegExp, target: (template: Template) => object): Lacking {
  return {
    unknown,
    change: template => {
      template.Resources.Route = resource('AWS::EC2::Route', { RouteTableId: ref('Table'), DestinationCidrBlock: '10.1.2.0/24', ...target(template) });
    },
  };
}

/** Routes, network ACLs, zones and addresses of which something is not told. */
export const lackingNetworks: LackingTemplates = {
  'a route to a firewall': diverted(/Firewall/, template => {
    template.Resources.Firewall = resource('AWS::NetworkFirewall::Firewall', { FirewallName: 'inspection', VpcId: ref('Vpc'), SubnetMappings: [{ SubnetId: ref('SubnetA') }] });
    return { VpcEndpointId: { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::Select': [0, att('Firewall', 'EndpointIds')] }] }] } };
  }),
  'a route to the endpoint of a Gateway Load Balancer': diverted(/Inspection/, template => {
    template.Resources.Inspection = resource('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'GatewayLoadBalancer', VpcId: ref('Vpc'), SubnetIds: [ref('SubnetA')], ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    });
    return { VpcEndpointId: ref('Inspection') };
  }),
  'a route to an appliance by its network interface': diverted(/eni-0123456789abcdef0/, () => ({ NetworkInterfaceId: 'eni-0123456789abcdef0' })),
  'a route to a NAT instance': beyond(/Nat/, template => {
    template.Resources.Nat = resource('AWS::EC2::Instance', { ImageId: 'ami-0123456789abcdef0', SubnetId: ref('SubnetA'), SourceDestCheck: false, SecurityGroupIds: [att('ClientGroup', 'GroupId')] });
    return { InstanceId: ref('Nat') };
  }),
  'a route to a virtual private gateway': beyond(/Gateway/, template => {
    template.Resources.Gateway = resource('AWS::EC2::VPNGateway', { Type: 'ipsec.1' });
    template.Resources.Attached = resource('AWS::EC2::VPCGatewayAttachment', { VpcId: ref('Vpc'), VpnGatewayId: ref('Gateway') });
    return { GatewayId: ref('Gateway') };
  }),
  'a route to a carrier gateway': beyond(/Carrier/, template => {
    template.Resources.Carrier = resource('AWS::EC2::CarrierGateway', { VpcId: ref('Vpc') });
    return { CarrierGatewayId: ref('Carrier') };
  }),
  'a route to a local gateway': beyond(/lgw-0123456789abcdef0/, () => ({ LocalGatewayId: 'lgw-0123456789abcdef0' })),
  'a route to a core network': beyond(/core-network/, () => ({ CoreNetworkArn: 'arn:aws:networkmanager::111111111111:core-network/core-network-0123456789abcdef0' })),
  'a route to a Transit Gateway of elsewhere': beyond(/tgw-0123456789abcdef0/, () => ({ TransitGatewayId: 'tgw-0123456789abcdef0' })),
  'a route to a Transit Gateway that is a parameter': beyond(/Gateway/, template => ({ TransitGatewayId: parameter(template, 'Gateway') })),
  'a route to a peering of elsewhere': beyond(/pcx-0123456789abcdef0/, () => ({ VpcPeeringConnectionId: 'pcx-0123456789abcdef0' })),
  'a peering with a VPC that is written as its id': beyond(/vpc-0fedcba9876543210|Peering/, template => {
    template.Resources.Peering = resource('AWS::EC2::VPCPeeringConnection', { VpcId: ref('Vpc'), PeerVpcId: 'vpc-0fedcba9876543210' });
    return { VpcPeeringConnectionId: ref('Peering') };
  }),
  'a peering that a condition decides on': beyond(/Peered/, template => {
    template.Resources.Peering = resource('AWS::EC2::VPCPeeringConnection', { VpcId: ref('Vpc'), PeerVpcId: ref('Far') }, { Condition: condition(template, 'Peered') });
    return { VpcPeeringConnectionId: { 'Fn::If': ['Peered', ref('Peering'), 'pcx-0123456789abcdef0'] } };
  }),
  'routes that exist by a condition': {
    unknown: /Routed/,
    change: template => {
      beyond(/./, () => ({ VpcPeeringConnectionId: ref('Peering') })).change(template);
      template.Resources.Peering = resource('AWS::EC2::VPCPeeringConnection', { VpcId: ref('Vpc'), PeerVpcId: ref('Far') });
      template.Resources.FarRoute.Condition = condition(template, 'Routed');
    },
  },
  'an address in a network that nothing in the template leads to, but a gateway of which nothing is told': {
    unknown: /172\.20\.1\.9/,
    change: template => {
      template.Resources.Route = resource('AWS::EC2::Route', { RouteTableId: ref('Table'), DestinationCidrBlock: '172.20.0.0/16', TransitGatewayId: 'tgw-0123456789abcdef0' });
      Object.assign(properties(template, 'Targets'), { TargetType: 'ip', Targets: [{ Id: '172.20.1.9', AvailabilityZone: 'all' }] });
    },
  },
  'a network ACL of elsewhere': {
    unknown: /acl-0123456789abcdef0/,
    change: template => {
      template.Resources.Acl = resource('AWS::EC2::SubnetNetworkAclAssociation', { SubnetId: ref('SubnetB'), NetworkAclId: 'acl-0123456789abcdef0' });
    },
  },
  'an entry of a network ACL for addresses that are a parameter': {
    unknown: /Admitted/,
    change: template => {
      const acl = { NetworkAclId: ref('Acl'), Protocol: -1, RuleAction: 'allow' };
      template.Resources.Acl = resource('AWS::EC2::NetworkAcl', { VpcId: ref('Vpc') });
      template.Resources.AclAssociation = resource('AWS::EC2::SubnetNetworkAclAssociation', { SubnetId: ref('SubnetB'), NetworkAclId: ref('Acl') });
      template.Resources.In = resource('AWS::EC2::NetworkAclEntry', { ...acl, RuleNumber: 100, CidrBlock: parameter(template, 'Admitted') });
      template.Resources.Out = resource('AWS::EC2::NetworkAclEntry', { ...acl, RuleNumber: 100, Egress: true, CidrBlock: '0.0.0.0/0' });
    },
  },
  'subnets with addresses from IPAM, and a rule for some': {
    unknown: /addresses of Alb|Subnet|Vpc/,
    change: template => {
      Object.assign(properties(template, 'Vpc'), { CidrBlock: undefined, Ipv4IpamPoolId: 'ipam-pool-0123456789abcdef0', Ipv4NetmaskLength: 16 });
      for (const id of ['SubnetA', 'SubnetB']) { Object.assign(properties(template, id), { CidrBlock: undefined, Ipv4IpamPoolId: 'ipam-pool-0123456789abcdef0', Ipv4NetmaskLength: 24 }); }
      properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, { CidrIp: '10.1.0.0/16' })];
    },
  },
  'a VPC with addresses that are a parameter, and a rule for some': {
    unknown: /addresses of Alb|Block/,
    change: template => {
      const block = parameter(template, 'Block');
      properties(template, 'Vpc').CidrBlock = block;
      ['SubnetA', 'SubnetB'].forEach((id, index) => { properties(template, id).CidrBlock = { 'Fn::Select': [index, { 'Fn::Cidr': [block, 4, 8] }] }; });
      properties(template, 'ServerGroup').SecurityGroupIngress = [tcp(8080, { CidrIp: '10.1.0.0/16' })];
    },
  },
  'a load balancer in subnets that are a parameter': {
    unknown: /AlbSubnets/,
    change: template => { properties(template, 'Alb').Subnets = parameter(template, 'AlbSubnets', 'List<AWS::EC2::Subnet::Id>'); },
  },
  'a server in a subnet that is a parameter': { unknown: /ServerSubnet/, change: template => { properties(template, 'Server').SubnetId = parameter(template, 'ServerSubnet'); } },
  'zones of load balancer and server that are two parameters': {
    unknown: /Zone/,
    change: template => {
      template.Resources.SubnetC = resource('AWS::EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.1.3.0/24' });
      for (const id of ['A', 'B', 'C']) { properties(template, `Subnet${id}`).AvailabilityZone = parameter(template, `Zone${id}`); }
      properties(template, 'Alb').Subnets = [ref('SubnetA'), ref('SubnetC')];
    },
  },
};
