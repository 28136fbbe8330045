import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { App, Fn, Stack } from 'aws-cdk-lib/core';
import { atSynth, Attempt, BadInputs } from './attempts';
import { VpcPeering, VpcPeeringProps, VpcPeeringRoutes, VpcPeeringRoutesProps } from '../../src';
import { newStack, newVpc, TOKYO } from '../util';

const ROLE = 'arn:aws:iam::222222222222:role/Peering';
const OTHER_ACCOUNT = { ...TOKYO, account: '222222222222' };

const peering = (props: Partial<VpcPeeringProps>): Attempt => stack =>
  new VpcPeering(stack, 'FooBar', { vpc: newVpc(stack, 'Foo', '10.2.0.0/16'), peerVpc: newVpc(stack, 'Bar', '10.3.0.0/16'), ...props });
const sides = (make: (stack: Stack) => Partial<VpcPeeringProps>): Attempt => stack => peering(make(stack))(stack);
const peerRoutes = (props: Partial<VpcPeeringRoutesProps>): Attempt => stack =>
  new VpcPeeringRoutes(stack, 'Routes', { vpc: newVpc(stack, 'Foo', '10.2.0.0/16'), peerCidrBlocks: ['10.3.0.0/16'], peeringConnectionId: 'pcx-1', ...props });

/** In Tokyo, with VPC foo, and what is given as VPC bar. */
const fromTokyo = (make: (app: App, stack: Stack) => Partial<VpcPeeringProps>): Attempt => stack => {
  const app = stack.node.root as App;
  const here = newStack('Tokyo', { env: TOKYO }, app);
  peering(make(app, here))(here);
};

const imported = (stack: Stack, attributes: Partial<ec2.VpcAttributes>) =>
  ec2.Vpc.fromVpcAttributes(stack, 'Imported', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], vpcCidrBlock: '10.9.0.0/16', ...attributes });
const PRIVATE_SUBNETS = { privateSubnetIds: ['subnet-1', 'subnet-2'] };

/** Peerings and their routes. */
export const VPC_PEERINGS: BadInputs = {
  'VPCs of the same addresses': [
    sides(stack => ({ peerVpc: newVpc(stack, 'Other', '10.2.0.0/16') })), /Stack\/FooBar: 10\.2\.0\.0\/16 of 'vpc' and 10\.2\.0\.0\/16 of 'peerVpc' overlap, and AWS does not peer such VPCs\. Give one of them another block, or use PrivateLink/,
    'VpcPeeringProps.peerVpc',
  ],
  'a VPC whose addresses lie in the other\'s': [sides(stack => ({ peerVpc: newVpc(stack, 'Other', '10.2.128.0/18') })), /10\.2\.0\.0\/16 of 'vpc' and 10\.2\.128\.0\/18 of 'peerVpc' overlap/, 'VpcPeeringProps.peerVpc'],
  'a VPC whose addresses contain the other\'s': [sides(stack => ({ vpc: newVpc(stack, 'Other', '10.3.4.0/22') })), /10\.3\.4\.0\/22 of 'vpc' and 10\.3\.0\.0\/16 of 'peerVpc' overlap/, 'VpcPeeringProps.vpc'],
  'further blocks that overlap': [peering({ cidrBlocks: ['10.2.0.0/16', '100.64.0.0/16'], peerCidrBlocks: ['10.3.0.0/16', '100.64.8.0/24'] }), /100\.64\.0\.0\/16 of 'vpc' and 100\.64\.8\.0\/24/, 'VpcPeeringProps.vpc', 'VpcPeeringProps.peerVpc'],
  'IPv6 blocks that overlap': [peering({ cidrBlocks: ['2001:db8::/56'], peerCidrBlocks: ['2001:db8:0:0:1::/80'] }), /overlap/, 'VpcPeeringProps.vpc', 'VpcPeeringProps.peerVpc'],
  'routes to addresses of the VPC itself': [peerRoutes({ peerCidrBlocks: ['10.2.7.0/24'] }), /'peerCidrBlocks' has 10\.2\.7\.0\/24, which overlaps with 10\.2\.0\.0\/16 of Stack\/Foo/, 'VpcPeeringRoutesProps.peerCidrBlocks'],
  'routes to nowhere': [peerRoutes({ peerCidrBlocks: [] }), /'peerCidrBlocks' must name at least one/, 'VpcPeeringRoutesProps.peerCidrBlocks'],
  'a block without a length': [peerRoutes({ peerCidrBlocks: ['10.3.0.0'] }), /'peerCidrBlocks' has '10\.3\.0\.0'\. An address block is an address and a prefix length/, 'VpcPeeringRoutesProps.peerCidrBlocks'],
  'a block that is too long': [peerRoutes({ peerCidrBlocks: ['10.3.0.0/33'] }), /has '10\.3\.0\.0\/33'/, 'VpcPeeringRoutesProps.peerCidrBlocks'],
  'a block that is no address': [peerRoutes({ peerCidrBlocks: ['10.3/16'] }), /has '10\.3\/16'/, 'VpcPeeringRoutesProps.peerCidrBlocks'],
  'no block': [peering({ cidrBlocks: [] }), /'cidrBlocks' must name at least one.*Leave it out to route the primary block of 'vpc'/, 'VpcPeeringProps.cidrBlocks'],
  'a wrong block of the peering': [peering({ cidrBlocks: ['10.2.0.0'] }), /'cidrBlocks' has '10\.2\.0\.0'\. An address block is an address and a prefix length/, 'VpcPeeringProps.cidrBlocks'],
  'a connection that is none': [
    peerRoutes({ peeringConnectionId: 'vpc-1' }), /Stack\/Routes: 'peeringConnectionId' must be the id of a peering connection, such as .*, got: 'vpc-1'/, 'VpcPeeringRoutesProps.peeringConnectionId',
  ],
  'a VPC with itself': [
    stack => { const vpc = newVpc(stack); peering({ vpc, peerVpc: vpc })(stack); }, /'vpc' and 'peerVpc' are one VPC, Stack\/Vpc\. A VPC needs no peering with itself/,
    'VpcPeeringProps.vpc',
  ],
  'a VPC with an import of itself': [
    stack => { const vpc = newVpc(stack); peering({ vpc, peerVpc: imported(stack, { vpcId: vpc.vpcId }) })(stack); }, /are one VPC/,
    'VpcPeeringProps.vpc',
  ],
  'VPCs of two stacks, in one of them': [
    stack => peering({ peerVpc: newVpc(newStack('BarStack', {}, stack.node.root as App), 'Bar', '10.3.0.0/16') })(stack),
    /'vpc' and 'peerVpc' are made in two stacks, Stack and BarStack, and the peering in one of them.*Make the peering in a third stack/,
    'VpcPeeringProps.vpc',
  ],
  'an imported VPC without its block': [
    sides(stack => ({ peerVpc: imported(stack, { vpcCidrBlock: undefined }) })),
    /'peerCidrBlocks' is missing, and its default, the primary block of Stack\/Imported, is not known: the VPC was imported without it\. Give 'peerCidrBlocks', or 'vpcCidrBlock'/,
    'VpcPeeringProps.peerCidrBlocks',
  ],
  'an imported VPC without route tables': [
    sides(stack => ({ peerVpc: imported(stack, PRIVATE_SUBNETS) })),
    /Stack\/FooBar\/PeerRoutes: 'vpc' has Stack\/Imported\/PrivateSubnet1, whose route table is not known: it was imported without one\. Give its id to Vpc\.fromVpcAttributes\(\), 'privateSubnetRouteTableIds'/,
    'VpcPeeringRoutesProps.vpc',
  ],
  'an imported VPC without subnets': [
    sides(stack => ({ peerVpc: imported(stack, {}) })), /'vpcSubnets' selects no subnet of Stack\/Imported\. Select others, or, where the VPC was imported without its subnets, import it with them/,
    'VpcPeeringRoutesProps.vpcSubnets',
  ],
  'subnets that are not there': [peering({ vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC, availabilityZones: ['x'] } }), /Stack\/FooBar\/Routes: 'vpcSubnets' selects no subnet of Stack\/Foo\. Select others/, 'VpcPeeringProps.vpcSubnets', 'VpcPeeringRoutesProps.vpcSubnets'],
  'subnets of the other VPC': [
    stack => { const peerVpc = newVpc(stack, 'Other', '10.9.0.0/16'); peering({ peerVpc, vpcSubnets: { subnets: peerVpc.isolatedSubnets } })(stack); },
    /'vpcSubnets' has Stack\/Other\/PrivateSubnet1, which is no subnet of Stack\/Foo\. Select subnets of this VPC/,
    'VpcPeeringRoutesProps.vpcSubnets',
  ],
  'a role that is none': [peering({ peerRoleArn: 'AcceptPeering' }), /'peerRoleArn' must be the ARN of a role, such as .*, got: 'AcceptPeering'/, 'VpcPeeringProps.peerRoleArn'],
  'a block that begins in its middle': [peerRoutes({ peerCidrBlocks: ['10.3.1.0/16'] }), /'peerCidrBlocks' has '10\.3\.1\.0\/16', which does not begin with the first address of its block\. Write it as '10\.3\.0\.0\/16'/, 'VpcPeeringRoutesProps.peerCidrBlocks'],
  'primary blocks that overlap behind others': [
    sides(stack => ({ peerVpc: newVpc(stack, 'Other', '10.2.0.0/16'), cidrBlocks: ['100.64.0.0/16'], peerCidrBlocks: ['100.65.0.0/16'] })),
    /10\.2\.0\.0\/16 of 'vpc' and 10\.2\.0\.0\/16 of 'peerVpc' overlap/,
    'VpcPeeringProps.vpc',
  ],
  'one pair twice': [
    atSynth(stack => {
      const [vpc, peerVpc] = [newVpc(stack, 'One', '10.4.0.0/16'), newVpc(stack, 'Two', '10.5.0.0/16')];
      peering({ vpc, peerVpc, peerVpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })(stack);
      new VpcPeering(stack, 'Again', { vpc: peerVpc, peerVpc: vpc, peerVpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } });
    }),
    /'vpc' and 'peerVpc' are peered already, by Stack\/(Again|FooBar)\/Connection, and EC2 makes one connection of two VPCs\. Remove one of them/,
    'VpcPeeringProps.peerVpc',
  ],
  'two peers of the same addresses': [
    atSynth(stack => {
      const vpc = newVpc(stack, 'One', '10.4.0.0/16');
      peering({ vpc })(stack);
      new VpcPeering(stack, 'Again', { vpc, peerVpc: newVpc(stack, 'Two', '10.3.0.0/16') });
    }),
    /'peerCidrBlocks' has 10\.3\.0\.0\/16, to which a route table has a route already: Stack\/(Again|FooBar)\/Routes\/.*A table takes one route to a block/,
    'VpcPeeringRoutesProps.peerCidrBlocks',
  ],
  'route tables whose number is not known': [
    sides(stack => ({
      peerVpc: imported(stack, {
        availabilityZones: ['a'],
        privateSubnetIds: Fn.split(',', Fn.importValue('Subnets')),
        privateSubnetRouteTableIds: Fn.split(',', Fn.importValue('RouteTables')),
      }),
    })),
    /'vpc' is Stack\/Imported, whose route tables are a list whose length is known at deployment only\. Say how many there are/,
    'VpcPeeringRoutesProps.vpc',
  ],
  'a VPC of another account without a role': [
    fromTokyo(app => ({ peerVpc: newVpc(newStack('BarStack', { env: OTHER_ACCOUNT }, app), 'Bar', '10.3.0.0/16') })),
    /'peerVpc' belongs to account 222222222222, and this stack to 111111111111\. Give 'peerRoleArn', a role over there that accepts the connection/,
    'VpcPeeringProps.peerRoleArn',
  ],
  'a role of our own account': [
    fromTokyo(() => ({ peerRoleArn: 'arn:aws:iam::111111111111:role/Peering' })), /'peerRoleArn' names a role of account 111111111111, the account of this stack\. Leave it out/,
    'VpcPeeringProps.peerRoleArn',
  ],
  'a role of a third account': [
    fromTokyo(app => ({ peerRoleArn: 'arn:aws:iam::333333333333:role/Peering', peerVpc: newVpc(newStack('BarStack', { env: OTHER_ACCOUNT }, app), 'Bar', '10.3.0.0/16') })),
    /'peerRoleArn' names a role of account 333333333333, and 'peerVpc' belongs to 222222222222/,
    'VpcPeeringProps.peerRoleArn',
  ],
  'a VPC that the app makes in another account': [
    fromTokyo(app => ({ peerRoleArn: ROLE, peerVpc: newVpc(newStack('BarStack', { env: OTHER_ACCOUNT }, app), 'Bar', '10.3.0.0/16') })),
    /'peerVpc' is made in BarStack, in account 222222222222, from which CloudFormation hands over no ids\. Deploy it first, and import it by its id/,
    'VpcPeeringProps.peerVpc',
  ],
  'subnets of a VPC that is not ours': [
    fromTokyo((_, stack) => ({ peerVpc: imported(stack, {}), peerRoleArn: ROLE, peerVpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })),
    /'peerVpcSubnets' must not be set for a VPC in another account or Region.*make them over there with VpcPeeringRoutes/,
    'VpcPeeringProps.peerVpcSubnets',
  ],
  'a VPC of another Region as our own': [
    fromTokyo((_, stack) => ({ vpc: imported(stack, { region: 'eu-west-1' }) })), /'vpc' must be in the region of this stack, ap-northeast-1, got: eu-west-1\. Exchange 'vpc' and 'peerVpc'/,
    'VpcPeeringProps.vpc',
  ],
  'a Region that cannot be compared': [
    sides(stack => ({ peerVpc: imported(stack, { region: 'eu-west-1' }) })),
    /the Region of 'peerVpc' is known, eu-west-1, and that of this stack is not\. Give both stacks an 'env' with account and Region/,
    'VpcPeeringProps.peerVpc',
  ],
  'an account that cannot be compared': [
    fromTokyo(app => ({ peerVpc: newVpc(newStack('BarStack', { env: { region: TOKYO.region } }, app), 'Bar', '10.3.0.0/16') })),
    /the account of this stack is known, 111111111111, and that of 'peerVpc' is not/,
    'VpcPeeringProps.peerVpc',
  ],
};
