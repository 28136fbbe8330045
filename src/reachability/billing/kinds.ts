import { Amount, atLeast, either, exactly, membersIn, NONE, numberIn, ONE, sum } from './amount';
import { Line, LineId, LINES } from './lines';
import { Resource } from '../template/stacks';
import { booleanOf, fieldOf, isMap, listOf, nameOf, Reference, stringOf, Unknown, unknownIn, Value } from '../template/values';

/** What a resource brings to a line. */
export interface Charge {
  readonly line: Line;
  readonly amount: Amount;
}

/** What a resource bills by; none, where it turns out to be of a kind that does not; undefined, where that is not known here. */
type Kind = (resource: Resource) => Charge[] | undefined;

function charge(id: LineId, amount: Amount = ONE): Charge {
  return { line: LINES[id], amount };
}

const each = (...ids: LineId[]): Kind => () => ids.map(id => charge(id));

const KINDS: { readonly [type: string]: Kind } = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::ElasticLoadBalancingV2::TrustStore': each('trustStore'),
  'AWS::ElasticLoadBalancing::LoadBalancer': resource => [charge('classic'), charge('classicBytes'), ...publicAddresses(resource, membersIn(resource, 'Subnets'), { isExact: false })],
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::EC2::VPCEndpointService': resource => booleanOf(resource.get('ContributorInsightsEnabled')) ? [charge('contributorInsights')] : [],
  'AWS::EC2::NatGateway': natGateway,
  'AWS::EC2::EIP': each('publicAddress'),
  'AWS::EC2::Instance': instance,
  'AWS::AutoScaling::AutoScalingGroup': autoScalingGroup,
  'AWS::EC2::Volume': each('volume'),
  'AWS::EC2::VPCPeeringConnection': each('peeringBytes'),
  'AWS::EC2::TransitGatewayAttachment': each('transitAttachment', 'transitBytes'),
  'AWS::EC2::TransitGatewayVpcAttachment': each('transitAttachment', 'transitBytes'),
  'AWS::EC2::TransitGatewayPeeringAttachment': each('transitAttachment'),
  'AWS::EC2::VPNConnection': each('vpn'),
  'AWS::EC2::FlowLog': each('flowLog'),
  'AWS::EC2::NetworkInsightsAnalysis': each('analysis'),
  'AWS::ECS::Service': ecsService,
  'AWS::ECR::Repository': each('repository'),
  'AWS::Route53::HostedZone': each('hostedZone', 'queries'),
  'AWS::Route53::HealthCheck': each('healthCheck'),
  'AWS::Route53Resolver::ResolverEndpoint': resource => [charge('resolverInterface', membersIn(resource, 'IpAddresses')), charge('resolverQueries')],
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': each('compositeAlarm'),
  'AWS::CloudWatch::Dashboard': each('dashboard'),
  'AWS::KMS::Key': each('key'),
  'AWS::SecretsManager::Secret': each('secret'),
  'AWS::WAFv2::WebACL': resource => [charge('webAcl'), charge('webAclRule', membersIn(resource, 'Rules')), charge('webAclRequests')],
  'AWS::Lambda::Function': each('lambda'),
  'AWS::StepFunctions::StateMachine': each('stateMachine'),
  'AWS::Logs::LogGroup': each('logGroup'),
  'AWS::Logs::MetricFilter': metricFilter,
  'AWS::S3::Bucket': each('bucket'),
  'AWS::SNS::Topic': each('topic'),
  'AWS::SQS::Queue': each('queue'),
};

/** What a resource bills by; undefined where that is not known here. */
export function chargesOf(resource: Resource): Charge[] | undefined {
  return Object.prototype.hasOwnProperty.call(KINDS, resource.type) ? KINDS[resource.type](resource) : undefined;
}

const BALANCERS: { readonly [type: string]: LineId[] } = { application: ['alb', 'albUnits'], network: ['nlb', 'nlbUnits'], gateway: ['gwlb', 'gwlbUnits'] };

function loadBalancer(resource: Resource): Charge[] {
  const type = stringOf(resource.get('Type') ?? 'application');
  const lines = type !== undefined && Object.prototype.hasOwnProperty.call(BALANCERS, type) ? BALANCERS[type] : ['otherBalancer', 'otherUnits'] as LineId[];
  const charges = lines.map(id => charge(id));
  if (type === 'network' && attribute(resource, 'load_balancing.cross_zone.enabled') === 'true') { charges.push(charge('crossZoneBytes')); }
  if (attribute(resource, 'access_logs.s3.enabled') === 'true') { charges.push(charge('accessLogs')); }
  return type === 'gateway' || stringOf(resource.get('IpAddressType')) === 'dualstack-without-public-ipv4' ? charges
    : [...charges, ...publicAddresses(resource, sum([membersIn(resource, 'Subnets'), ownAddresses(resource)]), { isExact: type === 'network' })];
}

/** Zones whose address is not an Elastic IP, which is a resource that is counted where it is made. */
function ownAddresses(resource: Resource): Amount {
  const mappings = resource.get('SubnetMappings');
  if (!Array.isArray(mappings)) { return membersIn(resource, 'SubnetMappings'); }
  return mappings.some(mapping => fieldOf(mapping, 'AllocationId') !== undefined)
    ? exactly(mappings.filter(mapping => isMap(mapping) && mapping.AllocationId === undefined).length)
    : membersIn(resource, 'SubnetMappings');
}

/** One address in each zone, of a load balancer that the internet reaches; an Application Load Balancer takes more when it grows. */
function publicAddresses(resource: Resource, zones: Amount, { isExact }: { isExact: boolean }): Charge[] {
  const scheme = resource.get('Scheme') ?? 'internet-facing';
  if (scheme === 'internal') { return []; }
  const grown = isExact ? zones : { ...zones, atMost: undefined, notes: [...zones.notes ?? [], 'a load balancer has an address in each zone, and more while it is scaled out'] };
  if (scheme === 'internet-facing') { return [charge('publicAddress', grown), charge('internetBytes')]; }
  const why = unknownIn(scheme)?.what ?? nameOf(scheme);
  return [charge('publicAddress', either(NONE, grown, why)), charge('internetBytes', either(NONE, ONE, why))];
}

function attribute(resource: Resource, key: string): string | undefined {
  const found = listOf(resource.get('LoadBalancerAttributes')).find(item => fieldOf(item, 'Key') === key);
  return stringOf(fieldOf(found, 'Value'));
}

function endpoint(resource: Resource): Charge[] | undefined {
  const type = resource.get('VpcEndpointType') ?? 'Gateway';
  const zones = () => resource.has('SubnetIds') ? membersIn(resource, 'SubnetIds') : atLeast(0, `${resource.label} names no subnets`);
  switch (type) {
    case 'Gateway': return [];
    case 'Interface': return [charge('endpointZone', zones()), charge('endpointBytes')];
    case 'GatewayLoadBalancer': return [charge('gwlbEndpointZone', zones()), charge('gwlbEndpointBytes')];
    default: return undefined;
  }
}

function natGateway(resource: Resource): Charge[] {
  const isRegional = resource.get('AvailabilityMode') === 'regional';
  return [
    charge('natGateway', isRegional ? atLeast(1, `${resource.label} is regional, and bills in each zone that it grows to`) : ONE),
    charge('natBytes'),
    ...resource.get('ConnectivityType') === 'private' ? [] : [charge('internetBytes')],
  ];
}

/** What no template says. */
const IMAGE = 'an image says which volumes there are, and how large';

function instancesOfType(type: Value): Line {
  const name = typeof type === 'string' ? type : type === undefined ? undefined : unknownIn(type)?.what;
  return { what: name === undefined ? 'EC2 instances of a type that is not known' : `EC2 instances (${name})`, per: 'hour', page: 'https://aws.amazon.com/ec2/pricing/on-demand/' };
}

/** The data of the launch template that a resource names, when it is in the templates. */
function launchData(value: Value): Value {
  const id = fieldOf(value, 'LaunchTemplateId') ?? fieldOf(value, 'LaunchTemplateName');
  return id instanceof Reference && id.resource.type === 'AWS::EC2::LaunchTemplate' ? id.resource.get('LaunchTemplateData') : id === undefined ? undefined : new Unknown(`the launch template ${nameOf(id)}`);
}

function instance(resource: Resource): Charge[] {
  const data = launchData(resource.get('LaunchTemplate'));
  const devices = membersIn(resource, 'BlockDeviceMappings');
  return [
    { line: instancesOfType(resource.get('InstanceType') ?? fieldOf(data, 'InstanceType')), amount: ONE },
    // an image has a root volume, which a mapping may name again
    charge('volume', devices.atMost === 0 ? { atLeast: 1, notes: [IMAGE] } : { ...devices, atMost: undefined, notes: [...devices.notes ?? [], IMAGE] }),
    ...addressOfInstance(resource, listOf(resource.get('NetworkInterfaces'))[0] ?? listOf(fieldOf(data, 'NetworkInterfaces'))[0]),
  ];
}

/** A public address by the interface's own word, otherwise by the subnet's. */
function addressOfInstance(resource: Resource, networkInterface: Value): Charge[] {
  const own = fieldOf(networkInterface, 'AssociatePublicIpAddress');
  const subnet = fieldOf(networkInterface, 'SubnetId') ?? resource.get('SubnetId');
  const given = own ?? (subnet instanceof Reference && subnet.resource.type === 'AWS::EC2::Subnet' ? subnet.resource.get('MapPublicIpOnLaunch') ?? false
    : new Unknown(`whether the subnet of ${resource.label} gives public addresses`));
  const isPublic = booleanOf(given);
  if (isPublic === false) { return []; }
  const amount = isPublic ? ONE : either(NONE, ONE, unknownIn(given)?.what ?? nameOf(given));
  return [charge('publicAddress', amount), charge('internetBytes', amount)];
}

function autoScalingGroup(resource: Resource): Charge[] {
  const least = numberIn(resource.get('MinSize'), atLeast(0, `the size of ${resource.label}`));
  const most = numberIn(resource.get('MaxSize'), atLeast(0, `the size of ${resource.label}`));
  const isKnown = least.atLeast === least.atMost && most.atLeast === most.atMost;
  const size: Amount = {
    atLeast: least.atLeast,
    atMost: most.atMost,
    notes: isKnown && least.atLeast === most.atLeast ? [] : [...least.notes ?? [], ...most.notes ?? [], `${resource.label} scales between its sizes`],
  };
  const configuration = resource.get('LaunchConfigurationName');
  const data = configuration instanceof Reference ? undefined : launchData(resource.get('LaunchTemplate') ?? resource.at('MixedInstancesPolicy', 'LaunchTemplate', 'LaunchTemplateSpecification'));
  const type = configuration instanceof Reference ? configuration.resource.get('InstanceType') : fieldOf(data, 'InstanceType');
  const isMixed = listOf(resource.at('MixedInstancesPolicy', 'LaunchTemplate', 'Overrides')).length > 0;
  return [
    { line: instancesOfType(isMixed ? 'several types' : type), amount: size },
    charge('volume', { ...size, atMost: undefined, notes: [...size.notes ?? [], IMAGE] }),
    ...addressesOfGroup(resource, configuration instanceof Reference ? configuration.resource.get('AssociatePublicIpAddress') : fieldOf(listOf(fieldOf(data, 'NetworkInterfaces'))[0], 'AssociatePublicIpAddress'), size),
  ];
}

function addressesOfGroup(resource: Resource, own: Value, size: Amount): Charge[] {
  const subnets = listOf(resource.get('VPCZoneIdentifier'));
  const says = own !== undefined ? [booleanOf(own)]
    : subnets.map(subnet => subnet instanceof Reference && subnet.resource.type === 'AWS::EC2::Subnet' ? booleanOf(subnet.resource.get('MapPublicIpOnLaunch') ?? false) : undefined);
  if (says.length > 0 && says.every(one => one === false)) { return []; }
  const amount = says.length > 0 && says.every(one => one === true) ? size : either(NONE, size, `whether the instances of ${resource.label} have public addresses`);
  return [charge('publicAddress', amount), charge('internetBytes', either(NONE, ONE, `whether ${resource.label} sends anything`))];
}

/** An alarm on an expression bills each metric that the expression reads. */
function alarm(resource: Resource): Charge[] {
  if (!resource.has('Metrics')) { return [charge('alarm')]; }
  const read = listOf(resource.get('Metrics')).filter(metric => fieldOf(metric, 'MetricStat') !== undefined).length;
  if (read === 0) { return [charge('alarm', atLeast(1, `which metrics ${resource.label} reads`))]; }
  return [charge('alarm', resource.has('ThresholdMetricId') ? atLeast(read, `${resource.label} compares with a band, which may bill as metrics too`) : exactly(read))];
}

/** What a filter finds in logs is a custom metric, and one for each value of its dimensions. */
function metricFilter(resource: Resource): Charge[] {
  const metrics = membersIn(resource, 'MetricTransformations');
  const isDivided = listOf(resource.get('MetricTransformations')).some(metric => fieldOf(metric, 'Dimensions') !== undefined);
  return [charge('customMetric', isDivided ? { ...metrics, atMost: undefined, notes: [...metrics.notes ?? [], `${resource.label} has a metric for each value of its dimensions`] } : metrics)];
}

/** Tasks on instances cost what the instances cost. */
function ecsService(resource: Resource): Charge[] {
  const tasks = numberIn(resource.get('DesiredCount'), atLeast(0, `how many tasks ${resource.label} runs`));
  const providers = listOf(resource.get('CapacityProviderStrategy')).map(item => fieldOf(item, 'CapacityProvider'));
  const launchType = providers.length > 0 ? undefined : resource.get('LaunchType');
  if (launchType === 'EC2' || launchType === 'EXTERNAL') { return []; }
  const scaled = { atLeast: tasks.atLeast, notes: [...tasks.notes ?? [], `${resource.label} runs other numbers of tasks where it is scaled or deployed`] };
  if (launchType === 'FARGATE' || (providers.length > 0 && providers.every(name => name === 'FARGATE' || name === 'FARGATE_SPOT'))) { return [charge('fargateTask', scaled)]; }
  return [charge('fargateTask', either(NONE, scaled, `whether ${resource.label} runs on Fargate`))];
}
