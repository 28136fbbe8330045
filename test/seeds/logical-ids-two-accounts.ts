/** See `logical-ids.ts`. */
export const TWO_ACCOUNTS: { readonly [example: string]: { readonly [type: string]: readonly string[] } } = {
  'two-accounts/Provider': {
    'AWS::EC2::Instance': [
      'Web1EEBE43FB',
      'Web23FFBCA20',
    ],
    'AWS::EC2::RouteTable': [
      'VpcPrivateSubnet1RouteTableB2C5B500',
      'VpcPrivateSubnet2RouteTableA678073B',
      'VpcPrivateSubnet3RouteTableD98824C7',
    ],
    'AWS::EC2::SecurityGroup': [
      'ShopSecurityGroup77912ED4',
      'WebSecurityGroup73AF7387',
    ],
    'AWS::EC2::SecurityGroupEgress': [
      'ShopSecurityGrouptoProviderWebSecurityGroup194AF44580ACB578CE',
    ],
    'AWS::EC2::SecurityGroupIngress': [
      'WebSecurityGroupfromProviderShopSecurityGroup369D804380AA064138',
    ],
    'AWS::EC2::Subnet': [
      'VpcPrivateSubnet1Subnet536B997A',
      'VpcPrivateSubnet2Subnet3788AAA1',
      'VpcPrivateSubnet3SubnetF258B56E',
    ],
    'AWS::EC2::SubnetRouteTableAssociation': [
      'VpcPrivateSubnet1RouteTableAssociation70C59FA6',
      'VpcPrivateSubnet2RouteTableAssociationA89CAD56',
      'VpcPrivateSubnet3RouteTableAssociation16BDDC43',
    ],
    'AWS::EC2::VPC': [
      'Vpc8378EB38',
    ],
    'AWS::EC2::VPCEndpoint': [
      'VpcS3A5408339',
    ],
    'AWS::EC2::VPCEndpointService': [
      'ShopEndpointServiceF3AEAE61',
    ],
    'AWS::EC2::VPCEndpointServicePermissions': [
      'ShopPermissions3BBFF848',
    ],
    'AWS::ElasticLoadBalancingV2::Listener': [
      'ShopListener809C566199',
    ],
    'AWS::ElasticLoadBalancingV2::LoadBalancer': [
      'ShopLoadBalancer3CF63A3D',
    ],
    'AWS::ElasticLoadBalancingV2::TargetGroup': [
      'ShopTargetGroupC025E89F',
    ],
    'AWS::Events::Rule': [
      'ShopAcceptorScheduleA8927835',
    ],
    'AWS::IAM::InstanceProfile': [
      'Web1InstanceProfile4AD7432E',
      'Web2InstanceProfileC4D67EEC',
    ],
    'AWS::IAM::Policy': [
      'ShopAcceptorRoleDefaultPolicy1729F265',
    ],
    'AWS::IAM::Role': [
      'ShopAcceptorRoleDC4687BB',
      'Web1InstanceRoleCE131C6A',
      'Web2InstanceRoleA6295717',
    ],
    'AWS::Lambda::EventInvokeConfig': [
      'ShopAcceptorFunctionEventInvokeConfig73D4C14F',
    ],
    'AWS::Lambda::Function': [
      'ShopAcceptorFunctionFAE6707F',
    ],
    'AWS::Lambda::Permission': [
      'ShopAcceptorFunctionSchedule1C22EEEB',
    ],
    'AWS::Logs::LogGroup': [
      'ShopAcceptorLogGroupA3CA0310',
    ],
  },
  'two-accounts/Hub': {
    'AWS::EC2::InternetGateway': [
      'VpcIGWD7BA715C',
    ],
    'AWS::EC2::Route': [
      'VpcPublicSubnet1DefaultRoute3DA9E72A',
      'VpcPublicSubnet2DefaultRoute97F91067',
    ],
    'AWS::EC2::RouteTable': [
      'VpcPrivateSubnet1RouteTableB2C5B500',
      'VpcPrivateSubnet2RouteTableA678073B',
      'VpcPublicSubnet1RouteTable6C95E38E',
      'VpcPublicSubnet2RouteTable94F7E489',
    ],
    'AWS::EC2::SecurityGroup': [
      'HubEndpointSecurityGroupD8B9D730',
      'HubSecurityGroup4AF83037',
    ],
    'AWS::EC2::SecurityGroupEgress': [
      'HubSecurityGrouptoHubEndpointSecurityGroupC1190FC980E1FEEFA7',
    ],
    'AWS::EC2::SecurityGroupIngress': [
      'HubEndpointSecurityGroupfromHubSecurityGroup2B2EF6E58068630347',
    ],
    'AWS::EC2::Subnet': [
      'VpcPrivateSubnet1Subnet536B997A',
      'VpcPrivateSubnet2Subnet3788AAA1',
      'VpcPublicSubnet1Subnet5C2D37C4',
      'VpcPublicSubnet2Subnet691E08A3',
    ],
    'AWS::EC2::SubnetRouteTableAssociation': [
      'VpcPrivateSubnet1RouteTableAssociation70C59FA6',
      'VpcPrivateSubnet2RouteTableAssociationA89CAD56',
      'VpcPublicSubnet1RouteTableAssociation97140677',
      'VpcPublicSubnet2RouteTableAssociationDD5762D8',
    ],
    'AWS::EC2::VPC': [
      'Vpc8378EB38',
    ],
    'AWS::EC2::VPCEndpoint': [
      'HubVpceSvc0123456789abcdef0A24D2FE5Endpoint15C34BCB',
    ],
    'AWS::EC2::VPCGatewayAttachment': [
      'VpcVPCGWBF912B6E',
    ],
    'AWS::ElasticLoadBalancingV2::Listener': [
      'HubListener190017F1',
    ],
    'AWS::ElasticLoadBalancingV2::ListenerRule': [
      'HubRule100052CBF5B',
    ],
    'AWS::ElasticLoadBalancingV2::LoadBalancer': [
      'HubLoadBalancerB1A057FF',
    ],
    'AWS::ElasticLoadBalancingV2::TargetGroup': [
      'HubVpceSvc0123456789abcdef0A24D2FE5TargetGroupD3FDAB48',
    ],
    'AWS::IAM::Policy': [
      'CdkAlbPrivatelinkRegistrarFrameworkRoleDefaultPolicyAC987EA1',
      'CdkAlbPrivatelinkRegistrarRoleDefaultPolicy1659B160',
    ],
    'AWS::IAM::Role': [
      'CdkAlbPrivatelinkRegistrarFrameworkRoleDBA4F80D',
      'CdkAlbPrivatelinkRegistrarRole72B813B8',
    ],
    'AWS::Lambda::Function': [
      'CdkAlbPrivatelinkRegistrarFunction5B347A85',
      'CdkAlbPrivatelinkRegistrarProviderframeworkonEvent0A7A636D',
    ],
    'AWS::Logs::LogGroup': [
      'CdkAlbPrivatelinkRegistrarFrameworkLogGroup2BC9B7A3',
      'CdkAlbPrivatelinkRegistrarLogGroup695F17D1',
    ],
    'Custom::EndpointAcceptance': [
      'HubVpceSvc0123456789abcdef0A24D2FE5Acceptance1C974DAB',
    ],
    'Custom::InterfaceEndpointDrain': [
      'HubEndpointDrainB68D28C1',
    ],
    'Custom::InterfaceEndpointTarget': [
      'HubVpceSvc0123456789abcdef0A24D2FE5Registration4D5EEFD1',
    ],
  },
};
