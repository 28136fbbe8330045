import { Mutant, resourcesOf } from './generator';
import { Judge } from './judge';

/** Why something may be missing without a finding. */
export interface Justification {
  readonly reason: string;
  /** Which mutants it is for; each is of use. Undefined: any. */
  readonly kinds?: readonly RegExp[];
  readonly where?: (mutant: Mutant, judge: Judge) => boolean;
}

/** What nothing is found for, and why that is right; the first that fits. */
export const JUSTIFICATIONS: { readonly [title: string]: Justification } = {
  'Refused before anything is deployed': {
    reason: 'CloudFormation, or the service behind the resource, refuses it without this property. What a template has to have is the business of CloudFormation\'s validators, which the CDK '
      + 'runs at each synthesis; where it decides a path all the same, the path is unknown.',
    kinds: [
      /^VPC CidrBlock$/, /^Subnet (VpcId|CidrBlock)$/, /^RouteTable VpcId$/, /^SubnetRouteTableAssociation (SubnetId|RouteTableId)$/, /^VPCGatewayAttachment (VpcId|InternetGatewayId)$/,
      /^Route (RouteTableId|DestinationCidrBlock|GatewayId|VpcPeeringConnectionId)$/, /^SecurityGroup SecurityGroup(Ingress|Egress)\.N\.(IpProtocol|FromPort|ToPort|CidrIp)$/,
      /^SecurityGroup(Ingress|Egress) (IpProtocol|FromPort|ToPort|SourceSecurityGroupId|DestinationSecurityGroupId)$/, /^Instance SubnetId$/, /^LoadBalancer Subnets$/,
      /^TargetGroup (Port|Targets\.N\.Id)$/, /^Listener(Rule)? (Port|Protocol|Priority)$/, /^Listener(Rule)? (Default)?Actions(\.N(\.(Type|TargetGroupArn|FixedResponseConfig(\.StatusCode)?))?)?$/,
      /^ListenerRule Conditions(\.N(\.(Field|PathPatternConfig(\.Values)?))?)?$/, /^VPCEndpoint (VpcId|ServiceName)$/, /^HostedZone (Name|VPCs\.N\.(VPCId|VPCRegion))$/,
      /^RecordSet (Type|HostedZoneId|AliasTarget(\.(DNSName|HostedZoneId))?)$/, /^Custom::InterfaceEndpointTarget Port$/,
    ],
  },
  'Nothing on a path': {
    reason: 'No path of the app leads over the resource, or over anything that it serves: subnets in which nothing is, their tables and routes, gateway endpoints.',
    where: ({ logicalId }, judge) => !judge.serves(logicalId),
  },
  'The internet, where no path leads there': {
    reason: 'It connects a VPC with the internet. The paths in this VPC begin and end in VPCs; for load balancers that the internet reaches, the same mutants are found.',
    kinds: [/^Route$/, /^VPCGatewayAttachment$/],
    where: (mutant, judge) => !judge.fromOutside(mutant.logicalId) && (kindOf(mutant) !== 'Route' || valueOf(mutant, judge, 'DestinationCidrBlock') === '0.0.0.0/0'),
  },
  'Within one VPC': {
    reason: 'All that the subnet exchanges stays in its VPC. The local route leads everywhere there, and each route table has it, the main one too, which a subnet has that is associated with none.',
    kinds: [/^SubnetRouteTableAssociation$/],
  },
  'Public addresses of instances': {
    reason: 'It gives instances public addresses. No path goes to one: load balancers have addresses of their own.',
    kinds: [/^Subnet MapPublicIpOnLaunch$/],
  },
  'Zones that EC2 chooses': {
    reason: 'EC2 chooses a zone for the subnet; for an instance its subnet has chosen already. Whether the zones of two subnets differ is not in the templates then, and a path is unknown at most.',
    kinds: [/^Subnet AvailabilityZone$/, /^Instance AvailabilityZone$/],
  },
  'The default is what was written': {
    reason: 'What AWS takes where nothing is written is what was written, or does for the paths as well: DNS is resolved, and DNS hostnames matter to private zones alone; tenancy is shared; '
      + 'a load balancer is an Application Load Balancer; targets are instances; a target has the port of its group.',
    kinds: [/^VPC EnableDnsSupport$/, /^VPC EnableDnsHostnames$/, /^VPC InstanceTenancy$/, /^LoadBalancer Type$/, /^TargetGroup TargetType$/, /^TargetGroup Targets\.N\.Port$/],
  },
  'Internet-facing by default': {
    reason: 'Without a scheme a load balancer is internet-facing. The hub is; an endpoint service takes such a Network Load Balancer, and its targets are reached as before; '
      + 'whether the clients of a private name use the private addresses is unknown.',
    kinds: [/^LoadBalancer Scheme$/],
  },
  'No outbound rule is everything': {
    reason: 'Without an outbound rule EC2 gives a security group its default rule, which lets everything out. What was taken away stands for nothing, or was narrower: more is let out than before, not less.',
    kinds: [/^SecurityGroup SecurityGroupEgress$/, /^SecurityGroup SecurityGroupEgress\.N$/],
  },
  'Who asks is gone': {
    reason: 'A client is not there any more, or has lost the group that rules name it by: nothing promises its paths, and nobody else\'s are stopped.',
    kinds: [/^Instance$/, /^Instance SecurityGroupIds(\.N)?$/],
    where: ({ logicalId }) => /^(client|foobastion|barbastion)[0-9A-F]{8}$/.test(logicalId),
  },
  'Others answer': {
    reason: 'One target, one subnet or one pattern of several is gone. The rest answers for it, and nothing in the templates says that there were more.',
    kinds: [/^TargetGroup Targets\.N$/, /^VPCEndpoint SubnetIds\.N$/, /^LoadBalancer Subnets\.N$/, /^ListenerRule Conditions\.N\.PathPatternConfig\.Values\.N$/],
  },
  'Filled from elsewhere': {
    reason: 'A target group without targets in the templates may be filled from outside of them: by a deployment tool, by a controller, by hand. The path is unknown, and says so.',
    kinds: [/^TargetGroup Targets$/],
  },
  'Given from elsewhere': {
    reason: 'Whether an endpoint is accepted, and where it has addresses when no subnet is written, is decided outside of the templates. The path is unknown, and says so.',
    kinds: [/^VPCEndpointService AcceptanceRequired$/, /^VPCEndpoint SubnetIds$/],
  },
  'When to look again, not where': {
    reason: 'With another value CloudFormation calls the function that registers the addresses of the endpoint again; the function asks EC2 for them.',
    kinds: [/^Custom::InterfaceEndpointTarget (NetworkInterfaceIds|SubnetIds)$/, /^Custom::InterfaceEndpointTarget SubnetIds\.N$/, /^Custom::InterfaceEndpointTarget PrivateDnsEnabled$/, /^Custom::InterfaceEndpointTarget TargetGroupVpcId$/],
  },
  'A zone with fewer VPCs, or with none': {
    reason: 'A private zone without VPCs is a public one, which answers everybody with the private addresses of the load balancer. In a VPC that it is taken from nobody asks for the name; where somebody does, it is found.',
    kinds: [/^HostedZone VPCs$/, /^HostedZone VPCs\.N$/],
  },
  'How targets are tried, not whether they are reached': {
    reason: 'It sets how often, with which path and for which answer a health check is made. What an application answers is not in the templates.',
    kinds: [
      /^TargetGroup HealthCheck(IntervalSeconds|TimeoutSeconds|Path|Protocol)$/, /^TargetGroup (Unh|H)ealthyThresholdCount$/, /^TargetGroup Matcher(\.HttpCode)?$/, /^RecordSet AliasTarget\.EvaluateTargetHealth$/,
    ],
  },
  'Settings that no path depends on here': {
    reason: 'Attributes of load balancers and target groups: deletion protection, waiting times, how requests are spread. Cross-zone load balancing is among them, and each zone has a target here; where one has none, it is found.',
    kinds: [/^LoadBalancer LoadBalancerAttributes(\.N(\.(Key|Value))?)?$/, /^TargetGroup TargetGroupAttributes(\.N(\.(Key|Value))?)?$/],
  },
  'What is answered, not whether': {
    reason: 'The text of a fixed response.',
    kinds: [/^Listener DefaultActions\.N\.FixedResponseConfig\.(ContentType|MessageBody)$/],
  },
  'Names that nobody uses': {
    reason: 'Private names of endpoints: the targets are addresses.',
    kinds: [/^VPCEndpoint PrivateDnsEnabled$/],
  },
};

/** A mutant as `Type Property.Member…`, with `N` for a place in a list; the whole resource is its type alone. */
export function kindOf({ type, path }: Mutant): string {
  return [type.replace(/^AWS::(EC2|ElasticLoadBalancingV2|Route53)::/, ''), path.slice(1).map(name => /^\d+$/.test(name) ? 'N' : name).join('.')].filter(part => part).join(' ');
}

export function justify(mutant: Mutant, judge: Judge): string | undefined {
  const fits = ({ kinds, where }: Justification) => (kinds?.some(kind => kind.test(kindOf(mutant))) ?? true) && (where?.(mutant, judge) ?? true);
  return Object.entries(JUSTIFICATIONS).find(([, one]) => fits(one))?.[0];
}

/** What a resource has in the whole. */
function valueOf({ stack, logicalId }: Mutant, judge: Judge, name: string): unknown {
  return resourcesOf(judge.sources.find(source => source.stack === stack)!)[logicalId].Properties?.[name];
}
