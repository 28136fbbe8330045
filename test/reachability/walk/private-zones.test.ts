import { ref, resource, Resources, twoHosts } from './two-hosts';
import { check } from '../../../src/reachability/check';
import { Path, Report } from '../../../src/reachability/contract';

const record = (zone: string, name: string, more: object = {}) => resource('Route53::RecordSet', {
  HostedZoneId: ref(zone), Name: name, Type: 'A', AliasTarget: { DNSName: { 'Fn::GetAtt': ['Alb', 'DNSName'] }, HostedZoneId: 'Z0' }, ...more,
});
const zone = (name: string, ...vpcs: unknown[]) => resource('Route53::HostedZone', { Name: name, VPCs: vpcs.map(id => ({ VPCId: id, VPCRegion: 'ap-northeast-1' })) });

/** A load balancer in VPC B that admits VPC A, and names for it. */
function names(more: Resources, vpcA: object = {}): Report {
  return check([twoHosts({
    VpcA: resource('EC2::VPC', { CidrBlock: '10.1.0.0/16', EnableDnsHostnames: true, ...vpcA }),
    AlbGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcB'), SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.1.0.0/16' }, { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '10.2.0.0/16' }] }),
    Alb: resource('ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', Subnets: [ref('SubnetB')], SecurityGroups: [ref('AlbGroup')] }),
    Listener: resource('ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Alb'), Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }] }),
    ...more,
  })]);
}

function named({ paths }: Report, source = 'VpcA'): Path | undefined {
  return paths.find(path => path.promise === 'name' && path.source.label === source);
}

const codes = ({ findings }: Report) => findings.map(({ code }) => code);
const both = { Zone: zone('alb.home', ref('VpcA'), ref('VpcB')), Record: record('Zone', 'alb.home.') };

test('a name promises its load balancer to each VPC of its zone', () => {
  const report = names(both);
  expect([named(report)?.verdict, named(report, 'VpcB')?.verdict, codes(report)]).toEqual(['reachable', 'reachable', []]);
});

test('a name of a set of records does, too', () => {
  const { Properties } = record('Zone', 'alb.home', { HostedZoneId: undefined });
  const Group = resource('Route53::RecordSetGroup', { HostedZoneId: ref('Zone'), RecordSets: [Properties] });
  expect(named(names({ Zone: zone('alb.home', ref('VpcA')), Group }))?.verdict).toBe('reachable');
});

test('a name by the name of its zone does, too', () => {
  const Record = record('Zone', 'www.alb.home', { HostedZoneId: undefined, HostedZoneName: 'ALB.home.' });
  expect(named(names({ Zone: zone('alb.home', ref('VpcA')), Record }))?.verdict).toBe('reachable');
});

test('a client of a VPC that sees no name of the load balancer is told so', () => {
  expect(codes(names({ ...both, Zone: zone('alb.home', ref('VpcB')) }))).toEqual(['NameNotVisible']);
});

test('a zone with VPCs that nobody knows may be seen', () => {
  expect(codes(names({ ...both, Zone: zone('alb.home', ref('VpcB'), ref('Given')) }))).toEqual([]);
  expect(codes(names({ ...both, Zone: resource('Route53::HostedZone', { Name: 'alb.home', VPCs: ref('Given') }) }))).toEqual([]);
});

test('a zone that something else is given may be seen', () => {
  const Associate = { Type: 'Custom::AssociateVpc', Properties: { Zone: ref('Zone') } };
  expect(codes(names({ ...both, Zone: zone('alb.home', ref('VpcB')), Associate }))).toEqual([]);
});

test.each([['EnableDnsSupport', false], ['EnableDnsHostnames', false], ['EnableDnsSupport', 'false']])('a VPC with %s %p finds no private name', (attribute, value) => {
  expect(codes(names(both, { [attribute]: value }))).toEqual(['DnsDisabled']);
});

test('a VPC whose DNS attributes are by parameter may find it', () => {
  const report = names(both, { EnableDnsSupport: ref('Given') });
  expect([named(report)?.verdict, codes(report)]).toEqual(['unknown', []]);
});

describe('a zone with a longer name', () => {
  test('hides a name that it does not have', () => {
    const Longer = { Longer: zone('www.alb.home', ref('VpcA')), Other: record('Longer', 'other.www.alb.home') };
    expect(codes(names({ ...both, Record: record('Zone', 'www.alb.home'), ...Longer }))).toEqual(['NameShadowed']);
  });
  test('without any record may be filled by others', () => {
    expect(codes(names({ ...both, Record: record('Zone', 'www.alb.home'), Longer: zone('www.alb.home', ref('VpcA')) }))).toEqual([]);
  });
  test('hides nothing where it has the same name for the same load balancer', () => {
    const Longer = { Longer: zone('www.alb.home', ref('VpcA')), Same: record('Longer', 'www.alb.home') };
    expect(codes(names({ ...both, Record: record('Zone', 'www.alb.home'), ...Longer }))).toEqual([]);
  });
  test('hides nothing that its wildcard answers with the same load balancer', () => {
    const Longer = zone('b.alb.home', ref('VpcA'));
    expect(codes(names({ ...both, Record: record('Zone', 'a.b.alb.home'), Longer, Wildcard: record('Longer', '*.b.alb.home') }))).toEqual([]);
  });
  test('of another VPC hides nothing', () => {
    expect(codes(names({ ...both, Record: record('Zone', 'www.alb.home'), VpcC: resource('EC2::VPC', { CidrBlock: '10.3.0.0/16' }), Longer: zone('www.alb.home', ref('VpcC')) }))).toEqual([]);
  });
  test('that only looks like one hides nothing', () => { expect(codes(names({ ...both, Record: record('Zone', 'ww.alb.home'), Longer: zone('w.alb.home', ref('VpcA')) }))).toEqual([]); });
  test('that is public hides nothing', () => { expect(codes(names({ ...both, Record: record('Zone', 'www.alb.home'), Public: resource('Route53::HostedZone', { Name: 'www.alb.home' }) }))).toEqual([]); });
});

test('a second zone of the same name in one VPC is refused by AWS', () => { expect(codes(names({ ...both, Twin: zone('alb.home', ref('VpcA')) }))).toEqual(['NameShadowed']); });

test('a name that may be there promises nothing', () => {
  const { Type, Properties } = record('Zone', 'alb.home');
  expect(named(names({ ...both, Record: { Type, Properties, Condition: 'Perhaps' } }))).toBeUndefined();
});

test('a name of a load balancer without a way promises it in vain', () => {
  expect(codes(names({ ...both, RouteA: resource('EC2::Route', { RouteTableId: ref('TableA'), DestinationCidrBlock: '10.2.0.0/16', NatGatewayId: 'nat-0' }) }))).toContain('Route');
});
