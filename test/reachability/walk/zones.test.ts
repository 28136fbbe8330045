import { ref, resource, Resources } from './two-hosts';
import { check } from '../../../src/reachability/check';
import { Report } from '../../../src/reachability/contract';

const ANY = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];

/** An internal load balancer in the zones of its subnets, in front of an instance in another subnet. */
function report(balancerZones: readonly unknown[], targetZones: readonly unknown[], more: Resources = {}, target: object = {}): Report {
  const subnet = (zone: unknown, cidr: string) => resource('EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: cidr, ...zone === undefined ? {} : { AvailabilityZone: zone } });
  const of = (prefix: string, zones: readonly unknown[], base: number) =>
    Object.fromEntries(zones.map((zone, index) => [`${prefix}${index}`, subnet(zone, `10.0.${base + index}.0/24`)]));
  const ids = (prefix: string, zones: readonly unknown[]) => zones.map((_, index) => ref(`${prefix}${index}`));
  return check([{
    stack: 'Net',
    account: '111111111111',
    region: 'tokyo-1',
    body: {
      Parameters: { Zone: { Type: 'String' }, Other: { Type: 'String' } },
      Resources: {
        Vpc: resource('EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
        ...of('Front', balancerZones, 0),
        ...of('Back', targetZones, 100),
        Group: resource('EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupIngress: ANY, SecurityGroupEgress: ANY }),
        Alb: resource('ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', Subnets: ids('Front', balancerZones), SecurityGroups: [ref('Group')] }),
        Listener: resource('ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Alb'), Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }] }),
        Targets: resource('ElasticLoadBalancingV2::TargetGroup', { VpcId: ref('Vpc'), Port: 80, Protocol: 'HTTP', ...target }),
        Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('Group')] } }),
        Web: resource('AutoScaling::AutoScalingGroup', { VPCZoneIdentifier: ids('Back', targetZones), LaunchTemplate: { LaunchTemplateId: ref('Template') }, TargetGroupARNs: [ref('Targets')] }),
        ...more,
      },
    },
  }]);
}

/** What is found, or else the worst verdict. */
function said({ findings, summary }: Report): string {
  return findings.map(({ severity, code }) => `${severity} ${code}`).join() || (summary.unknown > 0 ? 'unknown' : 'reachable');
}

const zone = (index: number, region: unknown = '') => ({ 'Fn::Select': [index, { 'Fn::GetAZs': region }] });

test.each<[string, unknown[], unknown[], string]>([
  ['in a zone of the load balancer', ['tokyo-1a', 'tokyo-1c'], ['tokyo-1c'], 'reachable'],
  ['in another zone', ['tokyo-1a', 'tokyo-1c'], ['tokyo-1d'], 'error TargetZone'],
  ['partly in another zone', ['tokyo-1a'], ['tokyo-1a', 'tokyo-1d'], 'warning TargetZone'],
  ['in the first zone of a list as the load balancer', [zone(0)], [zone(0)], 'reachable'],
  ['in the second zone of a list of which the load balancer has the first', [zone(0)], [zone(1)], 'error TargetZone'],
  ['in a zone of the list of the same Region by name', [zone(0)], [zone(0, 'tokyo-1')], 'reachable'],
  ['in a zone of a list, the load balancer in one by name', ['tokyo-1a'], [zone(1)], 'reachable'],
  ['in the same zone by parameter', [ref('Zone')], [ref('Zone')], 'reachable'],
  ['in a zone by parameter, the load balancer in one by name', ['tokyo-1a'], [ref('Zone')], 'unknown'],
  ['in a zone by another parameter', [ref('Zone')], [ref('Other')], 'unknown'],
  ['in a zone that AWS chooses', ['tokyo-1a'], [undefined], 'unknown'],
  ['in a zone by id, the load balancer in one by name', ['tokyo-1a'], ['apne1-az1'], 'reachable'],
])('a target %s: %s %s is %s', (_, front, back, expected) => { expect(said(report(front, back))).toBe(expected); });

test('a target in another zone is a matter of subnets of the load balancer, and one more mends it', () => {
  const { findings: [{ fix, location, logicalId, reason }] } = report(['tokyo-1a'], ['tokyo-1d']);
  expect({ location, logicalId, reason }).toEqual({ location: 'Properties.Subnets', logicalId: 'Alb', reason: 'Web is in the zone tokyo-1d, where Alb is not, and gets no request there.' });
  expect(fix.patches).toEqual([{ stack: 'Net', merge: { Resources: { Alb: { Properties: { Subnets: [ref('Front0'), ref('Back0')] } } } } }]);
});

describe('an endpoint', () => {
  /** A service behind a Network Load Balancer, and an endpoint for it in another VPC. */
  function service(
    balancerZones: readonly string[], endpointZones: readonly string[], targetZones: readonly string[],
    attributes: object[] = [], more: Resources = {},
  ): Report {
    const subnet = (vpc: string, one: string, cidr: string) => resource('EC2::Subnet', { VpcId: ref(vpc), CidrBlock: cidr, AvailabilityZone: one });
    const ids = (prefix: string, zones: readonly string[]) => zones.map((_, index) => ref(`${prefix}${index}`));
    const of = (prefix: string, vpc: string, zones: readonly string[], base: string) =>
      Object.fromEntries(zones.map((one, index) => [`${prefix}${index}`, subnet(vpc, one, `${base}${index}.0/24`)]));
    return check([{
      stack: 'Net',
      account: '111111111111',
      body: {
        Parameters: { Given: { Type: 'String' } },
        Resources: {
          Vpc: resource('EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
          Consumer: resource('EC2::VPC', { CidrBlock: '10.1.0.0/16' }),
          ...of('Front', 'Vpc', balancerZones, '10.0.'),
          ...of('Entry', 'Consumer', endpointZones, '10.1.'),
          ...of('Back', 'Vpc', targetZones, '10.0.10'),
          Group: resource('EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupIngress: ANY, SecurityGroupEgress: ANY }),
          EntryGroup: resource('EC2::SecurityGroup', { VpcId: ref('Consumer'), SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.1.0.0/16' }] }),
          Nlb: resource('ElasticLoadBalancingV2::LoadBalancer', { Type: 'network', Scheme: 'internal', Subnets: ids('Front', balancerZones), LoadBalancerAttributes: attributes }),
          Listener: resource('ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Nlb'), Port: 80, Protocol: 'TCP', DefaultActions: [{ Type: 'forward', TargetGroupArn: ref('Targets') }] }),
          Targets: resource('ElasticLoadBalancingV2::TargetGroup', { VpcId: ref('Vpc'), Port: 80, Protocol: 'TCP' }),
          Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('Group')] } }),
          Web: resource('AutoScaling::AutoScalingGroup', { VPCZoneIdentifier: ids('Back', targetZones), LaunchTemplate: { LaunchTemplateId: ref('Template') }, TargetGroupARNs: [ref('Targets')] }),
          Service: resource('EC2::VPCEndpointService', { NetworkLoadBalancerArns: [ref('Nlb')], AcceptanceRequired: false }),
          Endpoint: resource('EC2::VPCEndpoint', {
            VpcEndpointType: 'Interface',
            VpcId: ref('Consumer'),
            SubnetIds: ids('Entry', endpointZones),
            SecurityGroupIds: [ref('EntryGroup')],
            ServiceName: { 'Fn::Join': ['', ['com.amazonaws.vpce.tokyo-1.', ref('Service')]] },
          }),
          ...more,
        },
      },
    }]);
  }
  const A = 'tokyo-1a';
  const C = 'tokyo-1c';
  const crossZone = (Value: unknown) => [{ Key: 'load_balancing.cross_zone.enabled', Value }];

  test('in the zones of the load balancer and of a target is reached', () => { expect(said(service([A, C], [A, C], [A, C]))).toBe('reachable'); });
  test('in a zone where the load balancer is not is refused by AWS', () => { expect(said(service([A], [A, C], [A]))).toContain('error EndpointZone'); });
  test('in a zone without a target loses what comes there', () => { expect(said(service([A, C], [A, C], [A]))).toBe('error CrossZone'); });
  test.each([['true'], [true]])('with cross-zone load balancing (%j) needs no target in its zone', value => { expect(said(service([A, C], [A, C], [A], crossZone(value)))).toBe('reachable'); });
  test('with cross-zone load balancing by parameter is not judged', () => { expect(said(service([A, C], [A, C], [A], crossZone(ref('Given'))))).toBe('unknown'); });
  test('with cross-zone load balancing by the target group needs no target in its zone', () => {
    const Targets = resource('ElasticLoadBalancingV2::TargetGroup', { VpcId: ref('Vpc'), Port: 80, Protocol: 'TCP', TargetGroupAttributes: crossZone('true') });
    expect(said(service([A, C], [A, C], [A], [], { Targets }))).toBe('reachable');
  });
  test('whose target group says no to it loses what comes to an empty zone, whatever the load balancer says', () => {
    const Targets = resource('ElasticLoadBalancingV2::TargetGroup', { VpcId: ref('Vpc'), Port: 80, Protocol: 'TCP', TargetGroupAttributes: crossZone('false') });
    expect(said(service([A, C], [A, C], [A], crossZone('true'), { Targets }))).toBe('error CrossZone');
  });
  test('whose service asks is not known to be accepted', () => {
    expect(said(service([A], [A], [A], [], { Service: resource('EC2::VPCEndpointService', { NetworkLoadBalancerArns: [ref('Nlb')], AcceptanceRequired: true }) }))).toBe('unknown');
  });
});
