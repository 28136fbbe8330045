import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { App, Aws, CfnCondition, Fn, Stack } from 'aws-cdk-lib/core';
import { newStack, newVpc, only, resources, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, InternalAlb, InternalAlbProps } from '../src';

const ZONE = 'AWS::Route53::HostedZone';
const RECORD = 'AWS::Route53::RecordSet';
const backend = Backend.ipAddresses(['10.1.2.9'], { port: 80 });

function newAlb(props: Partial<InternalAlbProps>, stack = newStack('Stack', { env: TOKYO })): { stack: Stack; web: InternalAlb } {
  return { stack, web: new InternalAlb(stack, 'Web', { backend, ...props, vpc: props.vpc ?? newVpc(stack) }) };
}

/** The zones by name, as the VPCs that see them. */
function zones(stack: Stack): { [name: string]: string[] } {
  return Object.fromEntries(Object.values(resources(stack, ZONE)).map(({ Properties: { Name, VPCs } }) =>
    [Name, VPCs.map((vpc: any) => `${vpc.VPCId.Ref ?? vpc.VPCId['Fn::ImportValue'] ?? vpc.VPCId} in ${vpc.VPCRegion.Ref ?? vpc.VPCRegion}`)]));
}

/** The records, as `name type`. */
function records(stack: Stack): string[] {
  return Object.values(resources(stack, RECORD)).map(({ Properties: { Name, Type } }) => `${Name} ${Type}`).sort();
}

describe('a name', () => {
  test('is a zone of exactly this name with an alias record at its apex', () => {
    const { stack, web } = newAlb({ domainNames: ['alb.home'] });
    const zone = only(stack, ZONE);
    expect(zone.Properties).toEqual({ Name: 'alb.home.', VPCs: [{ VPCId: { Ref: 'Vpc8378EB38' }, VPCRegion: 'ap-northeast-1' }] });
    expect(only(stack, RECORD).Properties).toEqual({
      Name: 'alb.home.',
      Type: 'A',
      HostedZoneId: { Ref: zone.id },
      AliasTarget: {
        DNSName: { 'Fn::Join': ['', ['dualstack.', { 'Fn::GetAtt': ['WebLoadBalancer8E8983B1', 'DNSName'] }]] },
        HostedZoneId: { 'Fn::GetAtt': ['WebLoadBalancer8E8983B1', 'CanonicalHostedZoneID'] },
        EvaluateTargetHealth: false,
      },
    });
    expect(web.zones.map(({ zoneName }) => zoneName)).toEqual(['alb.home']);
  });

  test('is seen from the VPC of the load balancer and from those that are named, each once', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const [vpc, bar] = [newVpc(stack), newVpc(stack, 'Bar', '10.3.0.0/16')];
    newAlb({ vpc, domainNames: ['alb.home'], domainVpcs: [bar, vpc, bar] }, stack);
    expect(zones(stack)).toEqual({ 'alb.home.': ['Vpc8378EB38 in ap-northeast-1', 'BarA6AB415C in ap-northeast-1'] });
  });

  test('is seen from an imported VPC of another Region', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const far = ec2.Vpc.fromVpcAttributes(stack, 'Far', { vpcId: 'vpc-0123', availabilityZones: ['eu-west-1a'], region: 'eu-west-1' });
    newAlb({ vpc, domainNames: ['alb.home'], domainVpcs: [far] }, stack);
    expect(zones(stack)).toEqual({ 'alb.home.': ['Vpc8378EB38 in ap-northeast-1', 'vpc-0123 in eu-west-1'] });
  });

  test('is seen from a VPC of another stack, on which the load balancer then depends', () => {
    const app = new App();
    const barStack = newStack('BarStack', { env: TOKYO }, app);
    const stack = newStack('Stack', { env: TOKYO }, app);
    newAlb({ domainNames: ['alb.home'], domainVpcs: [newVpc(barStack, 'Bar', '10.3.0.0/16')] }, stack);
    app.synth();
    expect(stack.dependencies).toEqual([barStack]);
  });

  test('has IPv6 addresses where the load balancer has', () => {
    expect(records(newAlb({ domainNames: ['alb.home'], ipAddressType: elbv2.IpAddressType.DUAL_STACK, clients: [ec2.Peer.anyIpv6()] }).stack)).toEqual(['alb.home. A', 'alb.home. AAAA']);
    expect(records(newAlb({ domainNames: ['alb.home'], ipAddressType: elbv2.IpAddressType.IPV4 }).stack)).toEqual(['alb.home. A']);
  });

  test('may be written with capitals and with a dot at its end', () => {
    const { stack, web } = newAlb({ domainNames: ['ALB.Home.'] });
    expect(records(stack)).toEqual(['alb.home. A']);
    expect(Object.keys(resources(stack, ZONE))).toEqual(Object.keys(resources(newAlb({ domainNames: ['alb.home'] }).stack, ZONE)));
    expect(web.url).toBe('http://alb.home');
  });

  test('makes nothing where there is none', () => {
    const { stack, web } = newAlb({});
    expect(resources(stack, ZONE)).toEqual({});
    expect(web.zones).toEqual([]);
  });

  test('is what a hub has as well, also one on the internet', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), internetFacing: true, clients: [ec2.Peer.ipv4('203.0.113.7/32')], domainNames: ['hub.home'] });
    expect(records(stack)).toEqual(['hub.home. A']);
    expect(hub.url).toBe('http://hub.home');
  });
});

describe('several names', () => {
  test('are a zone each', () => {
    const { stack, web } = newAlb({ domainNames: ['alb.home', 'web.corp.example.com'] });
    expect(Object.keys(zones(stack))).toEqual(['alb.home.', 'web.corp.example.com.']);
    expect(web.zones.map(({ zoneName }) => zoneName)).toEqual(['alb.home', 'web.corp.example.com']);
    expect(web.url).toBe('http://alb.home');
  });

  test('come, go and change places without touching the others', () => {
    const made = (...domainNames: string[]) => {
      const { stack } = newAlb({ domainNames });
      return { ...resources(stack, ZONE), ...resources(stack, RECORD) };
    };
    expect(made('alb.home', 'b.home')).toEqual(made('b.home', 'alb.home'));
    expect(made('b.home', 'alb.home', 'c.home')).toMatchObject(made('alb.home'));
    expect(made('albhome.x')).not.toHaveProperty(Object.keys(made('alb.home.x'))[0]);
  });

  test('may lie one in another', () => {
    const { stack } = newAlb({ domainNames: ['alb.home', 'api.alb.home'] });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('nameShadowsWiderZone'))).toEqual([]);
    expect(records(stack)).toEqual(['alb.home. A', 'api.alb.home. A']);
  });
});

describe('a zone that exists', () => {
  test('gets a record for each name, at its apex and below', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const domainZone = new route53.PrivateHostedZone(stack, 'Zone', { zoneName: 'Home', vpc });
    const { web } = newAlb({ vpc, domainNames: ['home', 'alb.home', 'api.alb.home'], domainZone }, stack);
    expect(records(stack)).toEqual(['alb.home. A', 'api.alb.home. A', 'home. A']);
    expect(only(stack, ZONE).Properties.VPCs).toEqual([{ VPCId: { Ref: 'Vpc8378EB38' }, VPCRegion: 'ap-northeast-1' }]);
    expect(web.zones).toEqual([domainZone]);
    expect(web.url).toBe('http://home');
  });

  test('may be imported', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const domainZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0123', zoneName: 'home' });
    newAlb({ domainNames: ['alb.home'], domainZone }, stack);
    expect(only(stack, RECORD).Properties).toMatchObject({ Name: 'alb.home.', HostedZoneId: 'Z0123' });
    expect(resources(stack, ZONE)).toEqual({});
  });

  test('may stand beside a wider one that the same VPC sees, because the longest name that fits is asked', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const [domainZone] = ['team.home', 'home', 'other.team.home'].map(zoneName => new route53.PrivateHostedZone(stack, zoneName, { zoneName, vpc }));
    newAlb({ vpc, domainNames: ['alb.team.home'], domainZone }, stack);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test('may be imported by its id only', () => {
    const stack = newStack('Stack', { env: TOKYO });
    newAlb({ domainNames: ['alb.home'], domainZone: route53.HostedZone.fromHostedZoneId(stack, 'Zone', 'Z0123') }, stack);
    expect(records(stack)).toEqual(['alb.home. A']);
  });

  test('is public where the load balancer is', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const domainZone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
    new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: newVpc(stack), internetFacing: true, clients: [ec2.Peer.ipv4('203.0.113.7/32')], domainNames: ['hub.example.com'], domainZone,
    });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
    expect(records(stack)).toEqual(['hub.example.com. A']);
  });

  test('may get its VPCs later', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const domainZone = new route53.HostedZone(stack, 'Zone', { zoneName: 'home' });
    newAlb({ vpc, domainNames: ['alb.home'], domainZone }, stack);
    domainZone.addVpc(vpc);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});

describe('what looks alike and is not', () => {
  test('one name in VPCs that do not see each other is no collision', () => {
    const app = new App();
    for (const id of ['A', 'B']) { newAlb({ domainNames: ['alb.home'] }, newStack(id, { env: TOKYO }, app)); }
    expect(() => app.synth()).not.toThrow();
  });

  test('VPCs that are still being looked up are not taken for one', () => {
    const app = new App();
    for (const id of ['A', 'B']) {
      const stack = newStack(id, { env: TOKYO }, app);
      newAlb({ vpc: ec2.Vpc.fromLookup(stack, 'Vpc', { vpcName: id }), domainNames: ['alb.home'] }, stack);
    }
    expect(() => app.synth()).not.toThrow();
  });

  test('zones whose VPCs the deployment decides are not compared', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const { vpcId } = newVpc(stack, 'Bar');
    new CfnCondition(stack, 'Seen');
    new route53.CfnHostedZone(stack, 'Zone', { name: 'alb.home', vpcs: Fn.conditionIf('Seen', [{ vpcId, vpcRegion: TOKYO.region }], Aws.NO_VALUE) });
    newAlb({ domainNames: ['alb.home'] }, stack);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  test('a record of a wider zone beside the name is not hidden', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    newAlb({ vpc, domainNames: ['alb.home'] }, stack);
    const zone = new route53.PrivateHostedZone(stack, 'Wider', { zoneName: 'home', vpc });
    new route53.ARecord(stack, 'Record', { zone, recordName: 'myalb', target: route53.RecordTarget.fromIpAddresses('10.1.2.9') });
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});
