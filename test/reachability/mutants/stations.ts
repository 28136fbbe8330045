import { resourcesOf, ResourceJson } from './generator';
import { TemplateSource } from '../../../src/reachability/contract';

/** Reads of a template which hops of paths a resource serves, and where it belongs: apart from the checker, by references alone. */
export class Stations {
  private readonly resources: [string, ResourceJson][];

  constructor(sources: readonly TemplateSource[]) {
    this.resources = sources.flatMap(source => Object.entries(resourcesOf(source)));
  }

  /** The ends of the hops that a resource serves. */
  public servedBy(id: string): Set<string> {
    return new Set([id, ...this.stations(id)]);
  }

  /** What its fix may speak of: the resource, and what it is a part of. */
  public placesOf(id: string): Set<string> {
    const type = this.type(id);
    const own = OWNERS[type];
    const named = own ? own.flatMap(property => idsIn(this.properties(id)[property])) : [];
    return new Set([id, ...named, ...type === 'AWS::EC2::RouteTable' ? this.subnetsOf(id) : [],
      ...type === 'AWS::EC2::VPCPeeringConnection' ? this.tablesTo(id) : []]);
  }

  public type(id: string): string {
    return this.resources.find(([name]) => name === id)?.[1].Type ?? '';
  }

  private properties(id: string): { readonly [name: string]: unknown } {
    return this.resources.find(([name]) => name === id)?.[1].Properties ?? {};
  }

  private naming(id: string, where: (type: string) => boolean): string[] {
    return this.resources.filter(([, { Type, Properties }]) => where(Type) && idsIn(Properties).includes(id)).map(([name]) => name);
  }

  private subnetsOf(table: string): string[] {
    return this.naming(table, type => type === 'AWS::EC2::SubnetRouteTableAssociation').flatMap(association => idsIn(this.properties(association).SubnetId));
  }

  private tablesTo(connection: string): string[] {
    return this.naming(connection, type => type === 'AWS::EC2::Route').flatMap(route => idsIn(this.properties(route).RouteTableId));
  }

  private residents(subnet: string): string[] {
    return this.naming(subnet, type => !/Association$|^Custom::/.test(type));
  }

  private stations(id: string): string[] {
    const properties = this.properties(id);
    switch (this.type(id)) {
      case 'AWS::EC2::SecurityGroup': return this.naming(id, type => !type.startsWith('AWS::EC2::SecurityGroup'));
      case 'AWS::EC2::SecurityGroupIngress':
      case 'AWS::EC2::SecurityGroupEgress': return idsIn(properties.GroupId).flatMap(group => this.stations(group));
      case 'AWS::EC2::Subnet': return this.residents(id);
      case 'AWS::EC2::SubnetRouteTableAssociation': return idsIn(properties.SubnetId).flatMap(subnet => this.residents(subnet));
      case 'AWS::EC2::RouteTable': return this.subnetsOf(id).flatMap(subnet => this.residents(subnet));
      case 'AWS::EC2::Route': return idsIn(properties.RouteTableId).flatMap(table => this.stations(table));
      case 'AWS::EC2::VPC': return this.naming(id, type => type === 'AWS::EC2::Subnet').flatMap(subnet => this.residents(subnet));
      case 'AWS::EC2::VPCGatewayAttachment':
      case 'AWS::EC2::VPCPeeringConnection': return idsIn([properties.VpcId, properties.PeerVpcId]).flatMap(vpc => [vpc, ...this.stations(vpc)]);
      case 'AWS::EC2::InternetGateway': return this.naming(id, type => type === 'AWS::EC2::VPCGatewayAttachment').flatMap(one => this.stations(one));
      case 'AWS::ElasticLoadBalancingV2::TargetGroup':
        return [...idsIn(properties.Targets), ...this.naming(id, type => type.startsWith('AWS::ElasticLoadBalancingV2::Listener')).flatMap(one => this.stations(one))];
      case 'AWS::ElasticLoadBalancingV2::LoadBalancer': return this.naming(id, type => type === 'AWS::EC2::VPCEndpointService');
      case 'AWS::ElasticLoadBalancingV2::Listener': return idsIn(properties.LoadBalancerArn);
      case 'AWS::ElasticLoadBalancingV2::ListenerRule': return idsIn(properties.ListenerArn).flatMap(listener => this.stations(listener));
      case 'AWS::Route53::HostedZone': return this.naming(id, type => type.startsWith('AWS::Route53::RecordSet'));
      case 'AWS::EC2::VPCEndpointService': return this.naming(id, type => type === 'AWS::EC2::VPCEndpoint');
      case 'Custom::InterfaceEndpointTarget': return idsIn(properties.EndpointId);
      default: return [];
    }
  }
}

/** The properties that say what something is a part of. */
const OWNERS: { readonly [type: string]: string[] } = {
  'AWS::EC2::SecurityGroupIngress': ['GroupId'],
  'AWS::EC2::SecurityGroupEgress': ['GroupId'],
  'AWS::EC2::Route': ['RouteTableId'],
  'AWS::EC2::SubnetRouteTableAssociation': ['SubnetId', 'RouteTableId'],
  'AWS::EC2::Subnet': [],
  'AWS::EC2::VPCGatewayAttachment': ['VpcId'],
  'AWS::EC2::VPCPeeringConnection': ['VpcId', 'PeerVpcId'],
  'AWS::ElasticLoadBalancingV2::Listener': ['LoadBalancerArn'],
  'AWS::ElasticLoadBalancingV2::ListenerRule': ['ListenerArn', 'Actions'],
  'AWS::Route53::RecordSet': ['HostedZoneId'],
  'AWS::EC2::VPCEndpointService': ['NetworkLoadBalancerArns'],
  'Custom::InterfaceEndpointTarget': ['TargetGroupArn', 'EndpointId'],
};

/** The resources that an expression refers to. */
export function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([name, member]) => {
    const [id] = name === 'Ref' ? [member] : name === 'Fn::GetAtt' && Array.isArray(member) ? member : [];
    return typeof id === 'string' ? [id] : idsIn(member);
  });
}
