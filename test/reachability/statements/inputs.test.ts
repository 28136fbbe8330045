import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Aws, Stack, Token } from 'aws-cdk-lib/core';
import {
  cidr, endpointService, expected, internet, loadBalancer, name, newApp, ofVpc, PublicSite, saying, to, TwoVpcs, ISOLATED, from,
} from './network';
import { ReachabilitySource, ReachabilityStatement } from '../../../src';
import { newApp as newPluginApp, checked, removeFolders } from '../plain-app';

afterAll(removeFolders);

const anything: Pick<ReachabilityStatement, 'source'> = { source: internet() };

/** The error of a statement when it is checked. */
function errorOf(statement: ReachabilityStatement): string {
  try {
    saying(newApp(), { expect: [statement] });
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

describe('a port', () => {
  test.each([0, -1, 65536, 80.5, NaN, Infinity])('%d is none', port => {
    const { alb } = new PublicSite();
    expect(errorOf({ ...anything, destination: loadBalancer(alb), port })).toContain(`'port' of a reachability statement must be an integer between 1 and 65535, got: ${port}.`);
  });

  test.each([1, 65535])('%d is one', port => {
    const { app, alb } = new PublicSite(ec2.Peer.anyIpv4());
    expect(expected(app, internet(), loadBalancer(alb), port)).toBe('blocked');
  });

  test('that only the deployment knows is refused', () => {
    const { alb } = new PublicSite();
    expect(errorOf({ ...anything, destination: loadBalancer(alb), port: Token.asNumber({ Ref: 'Port' }) })).toContain('got: a token');
  });
});

describe('a block of addresses', () => {
  test.each(['10.0.0.0/33', '10.0.0', 'localhost', '', '2001:db8::/129', '10.0.0.0/8/8', '10.0.0.0/-1'])('%p is none', block => {
    const { alb } = new PublicSite();
    expect(errorOf({ source: cidr(block), destination: loadBalancer(alb) }))
      .toContain(`ReachabilitySource.cidr(…) takes an address block such as '10.3.0.0/16', got: '${block}'. For the addresses of a VPC of the app use ReachabilitySource.vpc(…).`);
  });

  test.each(['10.0.0.0/8', '203.0.113.7', '2001:db8::/32', '0.0.0.0/0'])('%p is one', block => {
    const { alb } = new PublicSite();
    expect(errorOf({ source: cidr(block), destination: loadBalancer(alb) })).not.toContain('takes an address block');
  });

  test('that is a token is the block of a VPC', () => {
    const { alb, vpc } = new PublicSite();
    expect(errorOf({ source: cidr(vpc.vpcCidrBlock), destination: loadBalancer(alb) })).toContain('got: a token. For the addresses of a VPC of the app use ReachabilitySource.vpc(…).');
  });
});

describe('a name', () => {
  test.each([['', "''"], [Aws.URL_SUFFIX, 'a token']])('%p is none', (domainName, got) => {
    expect(errorOf({ ...anything, destination: name(domainName) })).toContain(`ReachabilityDestination.name(…) takes a domain name such as 'alb.home', got: ${got}.`);
  });
});

describe('a construct', () => {
  test('that makes none of what is named is refused with what else to write', () => {
    const { vpc, alb } = new PublicSite();
    expect(errorOf({ source: from(vpc), destination: loadBalancer(alb) })).toMatch(
      /ReachabilitySource\.workload\(…\) names Site\/Vpc, which makes none of: AWS::EC2::Instance, .*\. Name what is imported with ReachabilitySource\.cidr\(…\)\./);
    expect(errorOf({ ...anything, destination: loadBalancer(vpc) })).toContain(
      'names Site/Vpc, which makes none of: AWS::ElasticLoadBalancingV2::LoadBalancer. Name what is imported with ReachabilityDestination.name(…).');
    expect(errorOf({ ...anything, destination: endpointService(alb) })).toContain('names Site/Alb, which makes none of: AWS::EC2::VPCEndpointService.');
    expect(errorOf({ ...anything, destination: to(alb) })).toContain('names Site/Alb, which makes none of: AWS::EC2::Instance');
  });

  test('that makes several is refused', () => {
    const { stack } = new TwoVpcs();
    expect(errorOf({ source: from(stack), destination: name('alb.home') })).toMatch(/names Net, which makes several of: .*\. Name one of them\./);
  });

  test('that is imported is refused', () => {
    const { stack, alb } = new PublicSite();
    const imported = ec2.Vpc.fromVpcAttributes(stack, 'Imported', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['ap-northeast-1a'], isolatedSubnetIds: ['subnet-0'] });
    expect(errorOf({ source: ofVpc(imported), destination: loadBalancer(alb) })).toContain('names Site/Imported, which makes none of: AWS::EC2::VPC. Name what is imported with ReachabilitySource.cidr(…).');
    expect(errorOf({ source: ofVpc(imported, ISOLATED), destination: loadBalancer(alb) })).toContain('names Site/Imported');
  });

  test('may be the resource itself, or what holds it at any depth', () => {
    const { app, stack, alb } = new PublicSite(ec2.Peer.anyIpv4());
    for (const construct of [alb, alb.node.defaultChild as ec2.CfnVPC, stack]) {
      expect(expected(app, internet(), loadBalancer(construct))).toBe('reachable');
    }
  });

  test('of another app is not among the templates', () => {
    const { alb } = new PublicSite();
    expect(errorOf({ ...anything, destination: loadBalancer(alb) })).toMatch(/A statement names 'Alb.*' of the stack 'Site', which is not among the templates that are checked\./);
  });
});

describe('subnets', () => {
  test('of which there are none are refused: the statement would say nothing', () => {
    const { bar, alb } = new TwoVpcs();
    expect(errorOf({ source: ReachabilitySource.vpc(bar, { subnets: [] }), destination: loadBalancer(alb) })).toContain('subnet');
  });
});

describe('the plugin', () => {
  test('fails the synthesis with the error of a statement', () => {
    const app = newPluginApp();
    const stack = new Stack(app, 'Stack');
    const { failure } = checked(app, { expect: [{ source: internet(), destination: loadBalancer(stack) }] });
    expect(failure).toContain('ReachabilityDestination.loadBalancer(…) names Stack, which makes none of: AWS::ElasticLoadBalancingV2::LoadBalancer.');
  });

  test('finds a name that is expected in an app without any resource', () => {
    const app = newPluginApp();
    new Stack(app, 'Empty');
    expect(checked(app, { expect: [{ source: internet(), destination: name('alb.home') }] }).failure).toContain('alb.home');
  });
});
