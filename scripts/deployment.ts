interface Resource {
  readonly Type: string;
  readonly Properties: any;
}

/** A synthesized template, read along the way that a request takes. */
export class Deployment {
  private readonly resources: { [id: string]: Resource };

  constructor(template: any) {
    this.resources = template.Resources;
  }

  /** Lines for a person: each load balancer that people reach, and each of its routes down to the instances. */
  public describe(): string[] {
    const fronts = this.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').filter(([, balancer]) => balancer.Properties.Type === 'application');
    const peerings = this.ofType('AWS::EC2::VPCPeeringConnection').map(([id]) => this.describePeering(id));
    const published = fronts.length > 0 ? [] : this.ofType('AWS::EC2::VPCEndpointService').flatMap(([id]) => this.describePublished(id));
    return [...fronts.flatMap(([id]) => this.describeFront(id)), ...published, ...peerings, '', `${Object.keys(this.resources).length} resources in one deployment`];
  }

  private describeFront(id: string): string[] {
    const { Scheme: scheme, Subnets: subnets, SecurityGroups: groups } = this.resources[id].Properties;
    const listeners = this.ofType('AWS::ElasticLoadBalancingV2::Listener').filter(([, listener]) => idIn(listener.Properties.LoadBalancerArn) === id);
    return [
      `${this.name(id)}: ${scheme} Application Load Balancer in ${subnets.length} zones, admits ${groups.flatMap((group: any) => this.admitted(idIn(group)!)).join(', ')}`,
      ...this.recordsOf(id).map(record => this.describeName(record)),
      ...listeners.flatMap(([listenerId, { Properties: { Protocol: protocol, Port: port, DefaultActions: defaults } }]) => [
        `  listener ${protocol} ${port}`,
        ...this.rulesOf(listenerId).flatMap(rule => this.describeRule(rule)),
        ...this.describeDefault(defaults[0]),
      ]),
    ];
  }

  private rulesOf(listenerId: string): Resource[] {
    return this.ofType('AWS::ElasticLoadBalancingV2::ListenerRule').map(([, rule]) => rule)
      .filter(rule => idIn(rule.Properties.ListenerArn) === listenerId)
      .sort((a, b) => a.Properties.Priority - b.Properties.Priority);
  }

  private describeRule({ Properties: { Priority: priority, Conditions: conditions, Actions: actions } }: Resource): string[] {
    const wanted = conditions.flatMap((condition: any) => Object.values(condition).flatMap((config: any) => config.Values ?? []));
    const group = idIn(actions[0].TargetGroupArn)!;
    return [`    ${priority}  ${wanted.join(', ')}`, ...this.hops(group).map(hop => `         → ${hop}`)];
  }

  /** From a target group to what answers. */
  private hops(group: string): string[] {
    const { Protocol: protocol, HealthCheckPath: path, HealthCheckProtocol: checked, Matcher: matcher } = this.resources[group].Properties;
    const health = path ? `${checked} ${path}${matcher ? ` answers ${matcher.HttpCode}` : ''}` : `${checked} connects`;
    return [`target group ${this.name(group)} (${protocol}, healthy when ${health})`, ...this.hopsOfTargets(group)];
  }

  private hopsOfTargets(group: string): string[] {
    const registration = this.ofType('Custom::InterfaceEndpointTarget').find(([, { Properties }]) => idIn(Properties.TargetGroupArn) === group);
    if (registration) { return this.hopsOfEndpoint(idIn(registration[1].Properties.EndpointId)!, registration[1].Properties.Port); }
    const targets: any[] = this.resources[group].Properties.Targets ?? [];
    return [targets.length === 0 ? 'targets that register themselves' : targets.map(target => `${this.name(idIn(target.Id) ?? `${target.Id}`)}:${target.Port}`).join(', ')];
  }

  private hopsOfEndpoint(endpoint: string, port: number): string[] {
    const { ServiceName: serviceName, SubnetIds: subnets } = this.resources[endpoint].Properties;
    const hop = `interface endpoint ${this.name(endpoint)}, port ${port}, in ${subnets.length} zones, its addresses registered by the deployment itself`;
    const service = idIn(serviceName);
    return [hop, ...service ? this.hopsOfService(service, port) : [`endpoint service ${JSON.stringify(serviceName)}, made elsewhere`]];
  }

  private hopsOfService(service: string, port: number): string[] {
    const { AcceptanceRequired: acceptance, NetworkLoadBalancerArns: balancers } = this.resources[service].Properties;
    const balancer = idIn(balancers[0])!;
    const listener = this.ofType('AWS::ElasticLoadBalancingV2::Listener')
      .find(([, { Properties }]) => idIn(Properties.LoadBalancerArn) === balancer && Properties.Port === Number(port));
    return [
      `endpoint service ${this.name(service)}, ${acceptance ? this.acceptedBy(service) : 'accepted automatically'}`,
      `Network Load Balancer ${this.name(balancer)}, ${listener?.[1].Properties.Protocol} ${port}`,
      ...listener ? this.hops(idIn(listener[1].Properties.DefaultActions[0].TargetGroupArn)!) : ['no listener on this port'],
    ];
  }

  /** A service whose consumers are elsewhere, on each of its ports. */
  private describePublished(service: string): string[] {
    const balancer = idIn(this.resources[service].Properties.NetworkLoadBalancerArns[0]);
    return this.ofType('AWS::ElasticLoadBalancingV2::Listener').filter(([, { Properties }]) => idIn(Properties.LoadBalancerArn) === balancer)
      .flatMap(([, { Properties }]) => this.hopsOfService(service, Properties.Port).map((hop, index) => index === 0 ? hop : `  → ${hop}`));
  }

  /** Who accepts the endpoints of a service that asks. */
  private acceptedBy(service: string): string {
    const variables = this.ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties.Environment?.Variables)
      .find(found => found?.ACCEPTED_ACCOUNTS && idIn(found.SERVICE_ID) === service);
    return variables ? `accepted by a function for ${variables.ACCEPTED_ACCOUNTS}, by hand for others` : 'accepted by hand';
  }

  /** What takes the requests that no rule takes. */
  private describeDefault(action: any): string[] {
    const group = idIn(action.TargetGroupArn);
    if (group) { return ['    everything else', ...this.hops(group).map(hop => `         → ${hop}`)]; }
    const fixed = action.FixedResponseConfig;
    return [`    otherwise: ${fixed ? `${fixed.StatusCode}${fixed.MessageBody ? ` “${fixed.MessageBody}”` : ''}` : action.Type}`];
  }

  private recordsOf(balancer: string): Resource[] {
    return this.ofType('AWS::Route53::RecordSet').map(([, record]) => record).filter(({ Properties }) => idIn(Properties.AliasTarget?.DNSName) === balancer);
  }

  private describeName({ Properties: { Name: name, Type: type, HostedZoneId: zone } }: Resource): string {
    const vpcs: any[] = this.resources[idIn(zone)!].Properties.VPCs;
    return `  named ${name.replace(/\.$/, '')} (${type}), as seen from ${vpcs.map(vpc => this.name(idIn(vpc.VPCId)!)).join(' and ')}`;
  }

  private describePeering(id: string): string {
    const { VpcId: vpc, PeerVpcId: peer } = this.resources[id].Properties;
    const routes = this.ofType('AWS::EC2::Route').filter(([, { Properties }]) => idIn(Properties.VpcPeeringConnectionId) === id);
    const vpcOf = (table: any) => idIn(this.resources[idIn(table)!].Properties.VpcId);
    const from = (side: any) => routes.filter(([, { Properties }]) => vpcOf(Properties.RouteTableId) === idIn(side));
    const sides = [vpc, peer].map(side => {
      const blocks = new Set(from(side).map(([, route]) => route.Properties.DestinationCidrBlock));
      return `${this.name(idIn(side)!)} reaches ${[...blocks].join(', ')} from ${from(side).length} route tables`;
    });
    return `peering of ${this.name(idIn(vpc)!)} and ${this.name(idIn(peer)!)}: ${sides.join('; ')}`;
  }

  private admitted(group: string): string[] {
    const rules: any[] = this.resources[group]?.Properties.SecurityGroupIngress ?? [];
    return rules.map(rule => this.block(rule.CidrIp ?? rule.CidrIpv6) ?? 'a security group');
  }

  /** An address block, also where it is that of a VPC. */
  private block(cidr: any): string | undefined {
    const vpc = idIn(cidr);
    return vpc ? `${this.resources[vpc].Properties.CidrBlock} (${this.name(vpc)})` : cidr;
  }

  private name(id: string): string {
    return this.resources[id]?.Properties?.Tags?.find((tag: any) => tag.Key === 'Name')?.Value ?? id;
  }

  private ofType(type: string): [string, Resource][] {
    return Object.entries(this.resources).filter(([, resource]) => resource.Type === type);
  }
}

/** The logical id that a value refers to, also inside a join. */
function idIn(value: any): string | undefined {
  if (value === null || typeof value !== 'object') { return undefined; }
  if (typeof value.Ref === 'string' && !value.Ref.startsWith('AWS::')) { return value.Ref; }
  if (value['Fn::GetAtt']) { return value['Fn::GetAtt'][0]; }
  return Object.values(value).map(idIn).find(id => id !== undefined);
}
