import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { App, Fn, Stack } from 'aws-cdk-lib/core';
import { alb, atSynth, Attempt, BadInputs } from './attempts';
import { newStack, newVpc, TOKYO } from '../util';

const names = (...domainNames: string[]) => alb({ domainNames });
const vpcWithout = (stack: Stack, id: string, props: ec2.VpcProps) => new ec2.Vpc(stack, id, { maxAzs: 2, natGateways: 0, ...props });
const privateZone = (stack: Stack, zoneName: string, vpc: ec2.IVpc) => new route53.PrivateHostedZone(stack, `Zone of ${zoneName}`, { zoneName, vpc });

/** A load balancer with a name, beside what stands in the same VPC. */
const beside = (name: string, make: (stack: Stack, vpc: ec2.Vpc) => unknown): Attempt => atSynth(stack => {
  const vpc = newVpc(stack);
  alb({ vpc, domainNames: [name] })(stack);
  make(stack, vpc);
});

/** Private names. */
export const PRIVATE_NAMES: BadInputs = {
  'no name': [alb({ domainNames: [] }), /Stack\/Web: 'domainNames' must name at least one.*or leave 'domainNames' out/, 'AlbOptions.domainNames'],
  'no VPC that sees the names': [alb({ domainNames: ['alb.home'], domainVpcs: [] }), /'domainVpcs' must name at least one/, 'AlbOptions.domainVpcs'],
  'a zone without a name': [
    stack => { const vpc = newVpc(stack); alb({ vpc, domainZone: privateZone(stack, 'home', vpc) })(stack); },
    /'domainZone' needs 'domainNames', got none\. Name the load balancer, such as 'alb\.home', or leave 'domainZone' out/,
    'AlbOptions.domainZone',
  ],
  'VPCs without a name': [stack => alb({ domainVpcs: [newVpc(stack, 'Bar')] })(stack), /'domainVpcs' needs 'domainNames', got none/, 'AlbOptions.domainVpcs'],
  'one name twice': [names('alb.home', 'ALB.home.'), /'domainNames' has 'alb\.home' twice\. Name it once/, 'AlbOptions.domainNames'],
  'a name that hides a whole domain': [names('home'), /'domainNames' has 'home', for which a zone would be made that hides every name that ends in '\.home'\. Use a name with a dot, such as 'alb\.home'/, 'AlbOptions.domainNames'],
  'a name that is a token': [names(Fn.importValue('Name')), /'domainNames' has a token\. Give a name that is known at synth/, 'AlbOptions.domainNames'],
  'a name with a wildcard': [names('*.home'), /'domainNames' has '\*\.home'\. A name has labels of at most 63 letters, digits and - with dots between them, such as 'alb\.home'; no wildcard/, 'AlbOptions.domainNames'],
  'a name with a port': [names('alb.home:80'), /'domainNames' has 'alb\.home:80'/, 'AlbOptions.domainNames'],
  'a URL as a name': [names('http://alb.home'), /'domainNames' has 'http:\/\/alb\.home'.*no wildcard, port or path/, 'AlbOptions.domainNames'],
  'a name with an empty label': [names('alb..home'), /'domainNames' has 'alb\.\.home'/, 'AlbOptions.domainNames'],
  'a name with a label of 64 letters': [names(`${'x'.repeat(64)}.home`), /labels of at most 63 letters/, 'AlbOptions.domainNames'],
  'a name of more than 253 letters': [names(Array.from({ length: 5 }, () => 'x'.repeat(60)).join('.')), /'domainNames' has 'x{60}\./, 'AlbOptions.domainNames'],
  'VPCs for a zone that exists': [
    stack => { const vpc = newVpc(stack); alb({ vpc, domainNames: ['alb.home'], domainZone: privateZone(stack, 'home', vpc), domainVpcs: [vpc] })(stack); },
    /'domainVpcs' is for zones that are made here, and 'domainZone' is given, Stack\/Zone of home\. Leave 'domainVpcs' out, and associate the VPCs where the zone is made/,
    'AlbOptions.domainVpcs',
  ],
  'a zone that does not contain the name': [
    stack => { const vpc = newVpc(stack); alb({ vpc, domainNames: ['alb.home'], domainZone: privateZone(stack, 'b.home', vpc) })(stack); },
    /'domainNames' has 'alb\.home', which the zone 'b\.home' of 'domainZone' does not contain\. Use a name that ends in '\.b\.home'/,
    'AlbOptions.domainNames',
  ],
  'a zone whose name only ends alike': [
    stack => { const vpc = newVpc(stack); alb({ vpc, domainNames: ['alb-home'], domainZone: privateZone(stack, 'home', vpc) })(stack); }, /does not contain/,
    'AlbOptions.domainNames',
  ],
  'a public zone': [
    atSynth(stack => alb({ domainNames: ['alb.example.com'], domainZone: new route53.PublicHostedZone(stack, 'Public', { zoneName: 'example.com' }) })(stack)),
    /'domainZone' must be a private zone, got: Stack\/Public, which no VPC is associated with, so that it is public.*Give a private zone/,
    'AlbOptions.domainZone',
  ],
  'a VPC without DNS hostnames': [
    stack => alb({ vpc: vpcWithout(stack, 'Foo', { enableDnsHostnames: false }), domainNames: ['alb.home'] })(stack),
    /'vpc' has Stack\/Foo, in which 'enableDnsHostnames' is off, so that it sees no private zone\. Turn it on/,
    'AlbOptions.vpc',
  ],
  'another VPC without DNS': [
    stack => alb({ domainNames: ['alb.home'], domainVpcs: [vpcWithout(stack, 'Bar', { enableDnsSupport: false, enableDnsHostnames: false })] })(stack),
    /'domainVpcs' has Stack\/Bar, in which 'enableDnsSupport' and 'enableDnsHostnames' is off/,
    'AlbOptions.domainVpcs',
  ],
  'a VPC of another account': [
    stack => {
      const elsewhere = newVpc(newStack('Elsewhere', { env: { ...TOKYO, account: '222222222222' } }, stack.node.root as App), 'Bar');
      const here = newStack('Here', { env: TOKYO }, stack.node.root as App);
      alb({ domainNames: ['alb.home'], domainVpcs: [elsewhere] })(here);
    },
    /'domainVpcs' has Elsewhere\/Bar of account 222222222222, and CloudFormation associates VPCs of the account of its stack only\. Leave the VPC out.*create-vpc-association-authorization/,
    'AlbOptions.domainVpcs',
  ],
  'a second zone of one name': [
    beside('alb.home', (stack, vpc) => privateZone(stack, 'ALB.home', vpc)),
    /'domainNames' has 'alb\.home', for which Stack\/Zone of ALB\.home\/Resource is a zone already that the same VPC sees, and Route 53 takes one\. Give that zone as 'domainZone'/,
    'AlbOptions.domainNames',
  ],
  'a second zone of one name, associated later': [
    beside('alb.home', (stack, vpc) => privateZone(stack, 'alb.home', newVpc(stack, 'Bar')).addVpc(vpc)), /is a zone already that the same VPC sees/,
    'AlbOptions.domainNames',
  ],
  'one name for two load balancers': [
    beside('alb.home', (stack, vpc) => alb({ vpc, domainNames: ['alb.home'] })(newStack('Other', {}, stack.node.root as App))), /Other\/Web\/alb\.home Zone\/Resource is a zone already/,
    'AlbOptions.domainNames',
  ],
  'a name that hides a record of a wider zone': [
    beside('alb.home', (stack, vpc) => new route53.ARecord(stack, 'Record', {
      zone: privateZone(stack, 'home', vpc), recordName: 'api.alb', target: route53.RecordTarget.fromIpAddresses('10.1.2.9'),
    })),
    /'domainNames' has 'alb\.home', whose zone hides 'api\.alb\.home' of the wider zone 'home' \(Stack\/Zone of home\/Resource\), which the same VPC sees\. Give the wider zone as 'domainZone'/,
    'AlbOptions.domainNames',
  ],
  'a name that hides a record in a group of a wider zone': [
    beside('alb.home', (stack, vpc) => {
      privateZone(stack, 'home', vpc);
      new route53.CfnRecordSetGroup(stack, 'Records', { hostedZoneName: 'home.', recordSets: [{ name: 'ALB.home.', type: 'A' }] });
    }),
    /whose zone hides 'alb\.home' of the wider zone 'home'/,
    'AlbOptions.domainNames',
  ],
  'a second zone of one name on a VPC that is imported by a token': [
    atSynth(stack => {
      const vpc = (id: string) => ec2.Vpc.fromVpcAttributes(stack, id, {
        vpcId: Fn.importValue('VpcId'), vpcCidrBlock: '10.1.0.0/16', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
      });
      alb({ vpc: vpc('One'), domainNames: ['alb.home'] })(stack);
      privateZone(stack, 'alb.home', vpc('Same'));
    }),
    /is a zone already that the same VPC sees/,
    'AlbOptions.domainNames',
  ],
  'a narrower zone that hides the name': [
    atSynth(stack => {
      const vpc = newVpc(stack);
      alb({ vpc, domainNames: ['alb.team.home'], domainZone: privateZone(stack, 'home', vpc) })(stack);
      privateZone(stack, 'team.home', vpc);
    }),
    /'domainNames' has 'alb\.team\.home' in the zone 'home', and the same VPC sees the narrower zone 'team\.home' \(.*\), which hides it\. Give the narrower zone as 'domainZone'/,
    'AlbOptions.domainNames',
  ],
  'a name that the zone has already': [
    atSynth(stack => {
      const vpc = newVpc(stack);
      const domainZone = privateZone(stack, 'home', vpc);
      alb({ vpc, domainNames: ['alb.home'], domainZone })(stack);
      new route53.CnameRecord(stack, 'Record', { zone: domainZone, recordName: 'alb', domainName: 'www.home' });
    }),
    /'domainNames' has 'alb\.home', for which Stack\/Record\/Resource is a record already \(CNAME\) in the same zone, and Route 53 takes one\. Choose another name/,
    'AlbOptions.domainNames',
  ],
  'the load balancer in a VPC of another account': [
    stack => {
      const vpc = newVpc(stack, 'Shared');
      const shared = Object.create(vpc, { env: { value: { account: '333333333333', region: TOKYO.region } } });
      alb({ vpc: shared, domainNames: ['alb.home'] })(newStack('Here', { env: TOKYO }, stack.node.root as App));
    },
    /'vpc' has Stack\/Shared of account 333333333333.*or give a zone of that account as 'domainZone'/,
    'AlbOptions.vpc',
  ],
};
