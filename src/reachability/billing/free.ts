/**
 * Types that do not bill by themselves: they shape what does, or belong to it.
 *
 * @see https://aws.amazon.com/vpc/pricing/
 * @see https://aws.amazon.com/iam/faqs/
 */
const FREE = new Set([
  ...['VPC', 'Subnet', 'RouteTable', 'SubnetRouteTableAssociation', 'Route', 'InternetGateway', 'VPCGatewayAttachment', 'EgressOnlyInternetGateway', 'VPCCidrBlock', 'SubnetCidrBlock',
    'GatewayRouteTableAssociation', 'DHCPOptions', 'VPCDHCPOptionsAssociation', 'NetworkAcl', 'NetworkAclEntry', 'SubnetNetworkAclAssociation', 'PrefixList',
    'SecurityGroup', 'SecurityGroupIngress', 'SecurityGroupEgress', 'SecurityGroupVpcAssociation', 'VPCEndpointService', 'VPCEndpointServicePermissions', 'VPCEndpointConnectionNotification',
    'NetworkInterface', 'NetworkInterfaceAttachment', 'EIPAssociation', 'LaunchTemplate', 'KeyPair', 'PlacementGroup', 'VolumeAttachment', 'InstanceConnectEndpoint',
    'CustomerGateway', 'VPNGateway', 'VPNGatewayRoutePropagation', 'VPNConnectionRoute', 'TransitGateway', 'TransitGatewayRoute', 'TransitGatewayRouteTable',
    'TransitGatewayRouteTableAssociation', 'TransitGatewayRouteTablePropagation', 'NetworkInsightsPath'].map(name => `AWS::EC2::${name}`),
  ...['Listener', 'ListenerRule', 'ListenerCertificate', 'TargetGroup', 'TrustStoreRevocation'].map(name => `AWS::ElasticLoadBalancingV2::${name}`),
  ...['RecordSet', 'RecordSetGroup'].map(name => `AWS::Route53::${name}`),
  ...['ResolverRule', 'ResolverRuleAssociation'].map(name => `AWS::Route53Resolver::${name}`),
  ...['Permission', 'Version', 'Alias', 'EventInvokeConfig', 'EventSourceMapping', 'LayerVersion', 'LayerVersionPermission'].map(name => `AWS::Lambda::${name}`),
  ...['LaunchConfiguration', 'ScalingPolicy', 'ScheduledAction', 'LifecycleHook'].map(name => `AWS::AutoScaling::${name}`),
  ...['ScalableTarget', 'ScalingPolicy'].map(name => `AWS::ApplicationAutoScaling::${name}`),
  ...['Cluster', 'TaskDefinition', 'ClusterCapacityProviderAssociations', 'CapacityProvider'].map(name => `AWS::ECS::${name}`),
  ...['LogStream', 'SubscriptionFilter', 'ResourcePolicy'].map(name => `AWS::Logs::${name}`),
  ...['WaitCondition', 'WaitConditionHandle', 'CustomResource', 'Macro', 'Stack'].map(name => `AWS::CloudFormation::${name}`),
  'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SNS::Subscription', 'AWS::SQS::QueuePolicy', 'AWS::Events::Rule', 'AWS::KMS::Alias', 'AWS::SecretsManager::ResourcePolicy',
  'AWS::WAFv2::WebACLAssociation', 'AWS::RAM::ResourceShare', 'AWS::CDK::Metadata',
]);

/** Whether a type belongs to what does not bill. A resource of one's own bills by the function behind it, which is a resource too. */
export function isFree(type: string): boolean {
  return FREE.has(type) || type.startsWith('AWS::IAM::') || type.startsWith('Custom::');
}
