import { BlockList } from 'node:net';

/** What stands in a template has no types: the tests say what they expect to find. */
export type Properties = { readonly [name: string]: any };

/** One resource of a template. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly props: Properties;
  readonly dependsOn: string[];
}

/** One rule of a security group, written into the group or beside it. */
export interface SecurityRule {
  readonly direction: 'in' | 'out';
  readonly group: Resource;
  readonly protocol: string;
  readonly ports: string;
  /** A security group of the template, or whatever else the rule names: a CIDR block, a prefix list. */
  readonly peer: Resource | string;
}

/** A subnet, as its route table makes it. */
export interface SubnetModel {
  readonly resource: Resource;
  readonly zone: string;
  readonly cidrBlock: string;
  /** Whether its route table leads to an internet gateway of its VPC. */
  readonly isPublic: boolean;
}

/** A synthesized template, read by following its references, so that a test asserts the wiring and not the ids. */
export class TemplateModel {
  public readonly resources: Resource[];
  public readonly outputs: { readonly [name: string]: { readonly Description?: string; readonly Value: unknown } };
  public readonly parameters: { readonly [name: string]: Properties };

  constructor(public readonly json: Properties) {
    this.resources = Object.entries<Properties>(json.Resources).map(([id, resource]) => ({
      id,
      type: resource.Type,
      props: resource.Properties ?? {},
      dependsOn: [resource.DependsOn ?? []].flat(),
    }));
    this.outputs = json.Outputs ?? {};
    this.parameters = json.Parameters ?? {};
  }

  /** All resources of a type. */
  public all(type: string, where: (props: Properties, id: string) => boolean = () => true): Resource[] {
    return this.resources.filter(resource => resource.type === type && where(resource.props, resource.id));
  }

  /** The one resource of a type, or the one of which `where` holds. */
  public only(type: string, where?: (props: Properties, id: string) => boolean): Resource {
    const found = this.all(type, where);
    if (found.length !== 1) { throw new Error(`Expected one ${type}${where ? ` with ${where}` : ''}, found: ${ids(found).join(', ') || 'none'}`); }
    return found[0];
  }

  /** The resource that a `Ref` or `Fn::GetAtt` names. */
  public at(reference: unknown): Resource {
    const resource = this.tryAt(reference);
    if (!resource) { throw new Error(`Not a reference to a resource of the template: ${JSON.stringify(reference)}`); }
    return resource;
  }

  public tryAt(reference: unknown): Resource | undefined {
    const { Ref, 'Fn::GetAtt': getAtt } = (reference ?? {}) as { 'Ref'?: string; 'Fn::GetAtt'?: [string, string] };
    return this.resources.find(({ id }) => id === (Ref ?? getAtt?.[0]));
  }

  /** A value as text, in which `${LogicalId}` and `${LogicalId.Attribute}` stand for references. */
  public text(value: unknown): string {
    if (typeof value !== 'object' || value === null) { return `${value}`; }
    const { Ref, 'Fn::GetAtt': getAtt, 'Fn::Join': join } = value as { 'Ref'?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
    if (Ref !== undefined) { return `\${${Ref}}`; }
    if (getAtt !== undefined) { return `\${${getAtt.join('.')}}`; }
    if (join !== undefined) { return join[1].map(part => this.text(part)).join(join[0]); }
    throw new Error(`Cannot read ${JSON.stringify(value)} as text`);
  }

  /** The subnets of a VPC, public or private by their routes. */
  public subnetsOf(vpc: Resource): SubnetModel[] {
    return this.all('AWS::EC2::Subnet', ({ VpcId }) => this.tryAt(VpcId) === vpc).map(resource => ({
      resource,
      zone: resource.props.AvailabilityZone,
      cidrBlock: resource.props.CidrBlock,
      isPublic: this.routesOf(resource).some(({ props }) => this.tryAt(props.GatewayId)?.type === 'AWS::EC2::InternetGateway'),
    }));
  }

  /** The routes that apply in a subnet. */
  public routesOf(subnet: Resource): Resource[] {
    const table = this.routeTableOf(subnet);
    return this.all('AWS::EC2::Route', ({ RouteTableId }) => this.tryAt(RouteTableId) === table);
  }

  public routeTableOf(subnet: Resource): Resource {
    return this.at(this.only('AWS::EC2::SubnetRouteTableAssociation', ({ SubnetId }) => this.tryAt(SubnetId) === subnet).props.RouteTableId);
  }

  /** Every rule of every security group, also the one that EC2 adds to a group whose outbound rules nobody wrote. */
  public securityRules(): SecurityRule[] {
    const unwritten = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
    const inline = this.all('AWS::EC2::SecurityGroup').flatMap(group => [
      ...(group.props.SecurityGroupIngress ?? []).map((rule: Properties) => this.securityRule('in', group, rule)),
      ...(group.props.SecurityGroupEgress ?? unwritten).map((rule: Properties) => this.securityRule('out', group, rule)),
    ]);
    const standalone = ([['in', 'AWS::EC2::SecurityGroupIngress'], ['out', 'AWS::EC2::SecurityGroupEgress']] as const)
      .flatMap(([direction, type]) => this.all(type).map(({ props }) => this.securityRule(direction, this.at(props.GroupId), props)));
    return [...inline, ...standalone];
  }

  private securityRule(direction: 'in' | 'out', group: Resource, rule: Properties): SecurityRule {
    const { IpProtocol, FromPort, ToPort, Description, GroupId, ...peer } = rule;
    const peers = Object.values(peer);
    if (peers.length !== 1) { throw new Error(`A rule of ${group.id} names ${peers.length} peers: ${JSON.stringify(rule)}`); }
    return {
      direction,
      group,
      protocol: IpProtocol === '-1' ? 'all' : IpProtocol,
      ports: FromPort === undefined ? 'all' : [...new Set([FromPort, ToPort])].join('-'),
      peer: this.tryAt(peers[0]) ?? (typeof peers[0] === 'string' ? peers[0] : JSON.stringify(peers[0])),
    };
  }
}

export function ids(resources: readonly Resource[]): string[] {
  return resources.map(({ id }) => id);
}

export function nameTag({ props }: Resource): string | undefined {
  return props.Tags?.find(({ Key }: Properties) => Key === 'Name')?.Value;
}

/** The attributes of a load balancer or target group. */
export function attributes(list: readonly Properties[] | undefined): { [key: string]: string } {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** The health check of a target group, with what Elastic Load Balancing takes for what is not written. */
export function healthCheckOf({ props }: Resource): Properties {
  return {
    enabled: props.HealthCheckEnabled ?? true,
    protocol: props.HealthCheckProtocol ?? (['HTTP', 'HTTPS'].includes(props.Protocol) ? 'HTTP' : 'TCP'),
    port: props.HealthCheckPort ?? 'traffic-port',
    path: props.HealthCheckPath,
    interval: props.HealthCheckIntervalSeconds ?? 30,
    timeout: props.HealthCheckTimeoutSeconds,
    healthyThreshold: props.HealthyThresholdCount ?? 5,
    unhealthyThreshold: props.UnhealthyThresholdCount ?? 2,
    matcher: props.Matcher?.HttpCode,
  };
}

/** Whether a path pattern of a listener rule takes a path: `*` is any text, `?` any character, and case matters. */
export function matchesPathPattern(pattern: string, path: string): boolean {
  const regex = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${regex}$`).test(path);
}

/** The commands of an instance, one a line. */
export function commandsOf({ props }: Resource): string[] {
  return props.UserData['Fn::Base64'].split('\n');
}

/** What the web server of an instance answers, by path: the pages that its user data writes. */
export function pagesOf(instance: Resource): { [path: string]: string } {
  const writes = commandsOf(instance).flatMap(command => [...command.matchAll(/^echo "(.*)" > \/var\/www\/html(\/.*)index\.html$/g)]);
  return Object.fromEntries(writes.map(([, page, path]) => [path, page]));
}

const HEREDOC = /^(cat > (\S+)) <<'EOF'\n([^]*?)^EOF$/gm;

/** The files that the user data of an instance writes with `cat > … <<'EOF'`, by path. */
export function filesOf({ props }: Resource): { [path: string]: string } {
  return Object.fromEntries([...props.UserData['Fn::Base64'].matchAll(HEREDOC)].map(([, , path, content]) => [path, content]));
}

/** The commands of an instance, one a line, without what they write into such files. */
export function scriptOf({ props }: Resource): string[] {
  return props.UserData['Fn::Base64'].replace(HEREDOC, '$1').split('\n');
}

export function cidrContains(block: string, cidrBlock: string): boolean {
  const [base, prefix] = block.split('/');
  const [innerBase, innerPrefix] = cidrBlock.split('/');
  const list = new BlockList();
  list.addSubnet(base, Number(prefix));
  return Number(innerPrefix) >= Number(prefix) && list.check(innerBase);
}

/** Every string in a value, with the names that lead to it. */
export function strings(value: unknown, path: string[] = []): { path: string[]; text: string }[] {
  if (typeof value === 'string') { return [{ path, text: value }]; }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([name, child]) => strings(child, [...path, name]));
}
