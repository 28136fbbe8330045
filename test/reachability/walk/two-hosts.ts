import { check } from '../../../src/reachability/check';
import { Check, TemplateSource, Verdict } from '../../../src/reachability/contract';

export interface Resources { readonly [logicalId: string]: unknown }

export const resource = (type: string, properties: object = {}, more: object = {}) => ({ Type: `AWS::${type}`, Properties: properties, ...more });
export const ref = (id: string) => ({ Ref: id });
export const att = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

export const ANY = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
export const NONE = { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' };

/** A client in VPC A and a server in VPC B, of which all groups let everything through; A is 10.1.0.0/16, B 10.2.0.0/16, and they are peers with routes both ways. */
export function twoHosts(more: Resources = {}, without: readonly string[] = []): TemplateSource {
  const side = (name: 'A' | 'B', number: number, other: number): Resources => ({
    [`Vpc${name}`]: resource('EC2::VPC', { CidrBlock: `10.${number}.0.0/16`, EnableDnsHostnames: true }),
    [`Subnet${name}`]: resource('EC2::Subnet', { VpcId: ref(`Vpc${name}`), CidrBlock: `10.${number}.0.0/24`, AvailabilityZone: 'tokyo-1a' }),
    [`Table${name}`]: resource('EC2::RouteTable', { VpcId: ref(`Vpc${name}`) }),
    [`Association${name}`]: resource('EC2::SubnetRouteTableAssociation', { SubnetId: ref(`Subnet${name}`), RouteTableId: ref(`Table${name}`) }),
    [`Route${name}`]: resource('EC2::Route', { RouteTableId: ref(`Table${name}`), DestinationCidrBlock: `10.${other}.0.0/16`, VpcPeeringConnectionId: ref('Peering') }),
  });
  const all: Resources = {
    ...side('A', 1, 2),
    ...side('B', 2, 1),
    Peering: resource('EC2::VPCPeeringConnection', { VpcId: ref('VpcA'), PeerVpcId: ref('VpcB') }),
    ClientGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcA'), SecurityGroupEgress: [ANY] }),
    Client: resource('EC2::Instance', { SubnetId: ref('SubnetA'), SecurityGroupIds: [att('ClientGroup', 'GroupId')] }),
    ServerGroup: resource('EC2::SecurityGroup', { VpcId: ref('VpcB'), SecurityGroupIngress: [ANY] }),
    Server: resource('EC2::Instance', { SubnetId: ref('SubnetB'), SecurityGroupIds: [att('ServerGroup', 'GroupId')] }),
    ...more,
  };
  const kept = Object.fromEntries(Object.entries(all).filter(([id]) => !without.includes(id)));
  return {
    stack: 'Net',
    stackName: 'net',
    account: '111111111111',
    region: 'ap-northeast-1',
    body: {
      Parameters: { Given: { Type: 'String' } },
      Conditions: { Perhaps: { 'Fn::Equals': [ref('Given'), 'yes'] } },
      Resources: kept,
    },
  };
}

/** How the client gets to the server at TCP 80. */
export function way(more: Resources = {}, without: readonly string[] = [], port = 80): readonly Check[] {
  const named = (logicalId: string) => ({ kind: 'workload' as const, resource: { stack: 'Net', logicalId } });
  const report = check([twoHosts(more, without)], { expect: [{ source: named('Client'), destination: named('Server'), port }] });
  return report.paths.find(({ promise }) => promise === 'expect')!.hops.flatMap(({ checks }) => checks);
}

/** What one of the checks of the way says. */
export function verdictOf(name: string, more: Resources = {}, without: readonly string[] = [], port = 80): Verdict | 'not checked' {
  const same = way(more, without, port).filter(one => one.name === name).map(({ verdict }) => verdict);
  return (['blocked', 'unknown', 'reachable'] as const).find(one => same.includes(one)) ?? 'not checked';
}

/** What it says in words. */
export function detailOf(name: string, more: Resources = {}, without: readonly string[] = []): string {
  return way(more, without).find(one => one.name === name)?.detail ?? 'not checked';
}
