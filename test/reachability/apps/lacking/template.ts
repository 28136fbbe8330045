import { TemplateSource } from '../../../../src/reachability/contract';

/** A template that a test changes. */
export interface Template {
  Parameters: any;
  Conditions: any;
  Resources: { [logicalId: string]: any };
  [section: string]: any;
}

/** A template of which something is missing that decides whether the path works. */
export interface Lacking {
  /** What the report must say is missing. */
  readonly unknown: RegExp;
  /** What else it then cannot say. */
  readonly besides?: RegExp;
  readonly change: (template: Template) => void;
  /** Templates beside it. */
  readonly beside?: readonly TemplateSource[];
}

export interface LackingTemplates { readonly [sentence: string]: Lacking }

export const ref = (name: string) => ({ Ref: name });
export const att = (...names: string[]) => ({ 'Fn::GetAtt': names });
export const tcp = (port: unknown, peer: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...peer });
export const resource = (Type: string, Properties: object, rest: object = {}) => ({ Type, Properties, ...rest });

/** A client, an internal load balancer and a server in one VPC; everything is there and works. */
export function template(): Template {
  return {
    Parameters: {},
    Conditions: {},
    Resources: {
      Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.1.0.0/16', EnableDnsSupport: true, EnableDnsHostnames: true }),
      SubnetA: resource('AWS::EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.1.1.0/24', AvailabilityZone: 'eu-west-1a' }),
      SubnetB: resource('AWS::EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.1.2.0/24', AvailabilityZone: 'eu-west-1b' }),
      Table: resource('AWS::EC2::RouteTable', { VpcId: ref('Vpc') }),
      AssociationA: resource('AWS::EC2::SubnetRouteTableAssociation', { RouteTableId: ref('Table'), SubnetId: ref('SubnetA') }),
      AssociationB: resource('AWS::EC2::SubnetRouteTableAssociation', { RouteTableId: ref('Table'), SubnetId: ref('SubnetB') }),
      ClientGroup: resource('AWS::EC2::SecurityGroup', { GroupDescription: 'Client', VpcId: ref('Vpc') }),
      Client: resource('AWS::EC2::Instance', { ImageId: 'ami-0123456789abcdef0', SubnetId: ref('SubnetA'), SecurityGroupIds: [att('ClientGroup', 'GroupId')] }),
      AlbGroup: resource('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Load balancer', VpcId: ref('Vpc'), SecurityGroupIngress: [tcp(80, { SourceSecurityGroupId: att('ClientGroup', 'GroupId') })],
      }),
      Alb: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Type: 'application', Scheme: 'internal', Subnets: [ref('SubnetA'), ref('SubnetB')], SecurityGroups: [att('AlbGroup', 'GroupId')],
      }),
      Listener: resource('AWS::ElasticLoadBalancingV2::Listener', {
        LoadBalancerArn: ref('Alb'), Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }],
      }),
      Targets: resource('AWS::ElasticLoadBalancingV2::TargetGroup', {
        VpcId: ref('Vpc'), Port: 8080, Protocol: 'HTTP', TargetType: 'instance', Targets: [{ Id: ref('Server') }],
      }),
      ServerGroup: resource('AWS::EC2::SecurityGroup', {
        GroupDescription: 'Server', VpcId: ref('Vpc'), SecurityGroupIngress: [tcp(8080, { SourceSecurityGroupId: att('AlbGroup', 'GroupId') })],
      }),
      Server: resource('AWS::EC2::Instance', { ImageId: 'ami-0123456789abcdef0', SubnetId: ref('SubnetB'), SecurityGroupIds: [att('ServerGroup', 'GroupId')] }),
    },
  };
}

/** The properties of a resource, to be changed. */
export function properties(of: Template, logicalId: string): any {
  return of.Resources[logicalId].Properties;
}

/** A parameter whose value only the deployment knows. */
export function parameter(of: Template, name: string, type = 'String'): { Ref: string } {
  of.Parameters[name] = { Type: type };
  return ref(name);
}

/** A condition that such a parameter decides. */
export function condition(of: Template, name: string): string {
  of.Conditions[name] = { 'Fn::Equals': [parameter(of, `${name}Parameter`), 'true'] };
  return name;
}
