import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { App, CfnOutput, Fn, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { newStack, newVpc, only, resources, TOKYO } from './util';
import { InternalAlb, VpcPeering, VpcPeeringProps, VpcPeeringRoutes } from '../src';
import { overlap } from '../src/private/cidr';

const CONNECTION = 'AWS::EC2::VPCPeeringConnection';
const OTHER = '222222222222';

function newPeering(stack: Stack, props: Partial<VpcPeeringProps> = {}): VpcPeering {
  return new VpcPeering(stack, 'FooBar', {
    ...props, vpc: props.vpc ?? newVpc(stack, 'Foo', '10.2.0.0/16'), peerVpc: props.peerVpc ?? newVpc(stack, 'Bar', '10.3.0.0/16'),
  });
}

/** The routes over peerings, as `table -> block`. */
function routes(stack: Stack): string[] {
  return Object.values(resources(stack, 'AWS::EC2::Route')).filter(({ Properties }) => Properties.VpcPeeringConnectionId !== undefined)
    .map(({ Properties: { RouteTableId, DestinationCidrBlock, DestinationIpv6CidrBlock } }) => {
      const table: string = RouteTableId.Ref ?? RouteTableId['Fn::ImportValue'] ?? RouteTableId;
      const block = DestinationIpv6CidrBlock ?? DestinationCidrBlock;
      return `${table.replace(/^.*ExportsOutputRef/, '').replace(/RouteTable[0-9A-F]{8}.*$/, '')} -> ${typeof block === 'string' ? block : JSON.stringify(block)}`;
    }).sort();
}

const imported = (stack: Stack, attributes: Partial<ec2.VpcAttributes> = {}) =>
  ec2.Vpc.fromVpcAttributes(stack, 'Imported', { vpcId: 'vpc-0123', availabilityZones: ['a', 'b'], vpcCidrBlock: '10.9.0.0/16', ...attributes });

describe('in one account and Region', () => {
  test('the connection joins both VPCs, and both sides get routes in all subnets', () => {
    const stack = newStack();
    const { peeringConnectionId } = newPeering(stack);
    const connection = only(stack, CONNECTION);
    expect(connection.Properties).toEqual({ VpcId: { Ref: expect.stringMatching(/^Foo/) }, PeerVpcId: { Ref: expect.stringMatching(/^Bar/) }, Tags: [{ Key: 'Name', Value: 'Stack/FooBar' }] });
    expect(stack.resolve(peeringConnectionId)).toEqual({ 'Fn::GetAtt': [connection.id, 'Id'] });
    expect(routes(stack)).toEqual([
      'BarPrivateSubnet1 -> 10.2.0.0/16', 'BarPrivateSubnet2 -> 10.2.0.0/16', 'BarPublicSubnet1 -> 10.2.0.0/16', 'BarPublicSubnet2 -> 10.2.0.0/16',
      'FooPrivateSubnet1 -> 10.3.0.0/16', 'FooPrivateSubnet2 -> 10.3.0.0/16', 'FooPublicSubnet1 -> 10.3.0.0/16', 'FooPublicSubnet2 -> 10.3.0.0/16',
    ]);
  });

  test('only the chosen subnets get routes', () => {
    const stack = newStack();
    newPeering(stack, { vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, peerVpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } });
    expect(routes(stack)).toEqual([
      'BarPublicSubnet1 -> 10.2.0.0/16', 'BarPublicSubnet2 -> 10.2.0.0/16', 'FooPrivateSubnet1 -> 10.3.0.0/16', 'FooPrivateSubnet2 -> 10.3.0.0/16',
    ]);
  });

  test('a route table that subnets share gets one route for each block', () => {
    const stack = newStack();
    const peerVpc = imported(stack, {
      privateSubnetIds: ['subnet-1', 'subnet-2'], privateSubnetRouteTableIds: ['rtb-1', 'rtb-1'], publicSubnetIds: ['subnet-3', 'subnet-4'], publicSubnetRouteTableIds: ['rtb-2', 'rtb-2'],
    });
    newPeering(stack, { peerVpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, cidrBlocks: ['10.2.0.0/16', '100.64.0.0/16', '10.2.0.0/16', '2001:db8:1::/56'] });
    expect(routes(stack)).toEqual([
      'FooPublicSubnet1 -> 10.9.0.0/16', 'FooPublicSubnet2 -> 10.9.0.0/16',
      'rtb-1 -> 10.2.0.0/16', 'rtb-1 -> 100.64.0.0/16', 'rtb-1 -> 2001:db8:1::/56', 'rtb-2 -> 10.2.0.0/16', 'rtb-2 -> 100.64.0.0/16', 'rtb-2 -> 2001:db8:1::/56',
    ]);
    const ipv6 = Object.values(resources(stack, 'AWS::EC2::Route')).map(({ Properties }) => Properties).filter(({ DestinationIpv6CidrBlock: block }) => block);
    expect(ipv6.map(({ DestinationIpv6CidrBlock: block, DestinationCidrBlock: other }) => `${block} ${other}`)).toEqual(['2001:db8:1::/56 undefined', '2001:db8:1::/56 undefined']);
  });

  test('a route keeps its logical id when subnets come and go, so that none is made twice', () => {
    const ids = (subnets: number[]) => {
      const stack = newStack();
      const vpc = newVpc(stack, 'Foo', '10.2.0.0/16');
      newPeering(stack, { vpc, vpcSubnets: { subnets: subnets.map(n => vpc.isolatedSubnets[n]) } });
      return Object.keys(resources(stack, 'AWS::EC2::Route'));
    };
    expect(ids([1, 0])).toEqual(expect.arrayContaining(ids([0])));
    expect(ids([0, 1]).sort()).toEqual(ids([1, 0]).sort());
    expect(ids([0])).not.toEqual(expect.arrayContaining(ids([1])));
  });

  test('no security group is opened: that is for those who are reached', () => {
    const stack = newStack();
    newPeering(stack);
    expect(resources(stack, 'AWS::EC2::SecurityGroup')).toEqual({});
  });

  test('blocks that only the deployment knows are routed as they are', () => {
    const stack = newStack();
    newPeering(stack, { peerVpc: imported(stack, { vpcCidrBlock: Fn.importValue('Block'), privateSubnetIds: ['subnet-1', 'subnet-2'], privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'] }) });
    expect(routes(stack)).toContain('FooPrivateSubnet1 -> {"Fn::ImportValue":"Block"}');
  });

  test('the VPCs of two stacks are peered in a third one, on which neither depends, so that both may depend on each other\'s names', () => {
    const app = new App();
    const [fooStack, barStack, stack] = ['FooStack', 'BarStack', 'Peering'].map(id => newStack(id, { env: TOKYO }, app));
    const [vpc, peerVpc] = [newVpc(fooStack, 'Foo', '10.2.0.0/16'), newVpc(barStack, 'Bar', '10.3.0.0/16')];
    newPeering(stack, { vpc, peerVpc });
    const web = new InternalAlb(fooStack, 'Web', { vpc, clients: [ec2.Peer.ipv4('10.3.0.0/16')] });
    new CfnOutput(barStack, 'Url', { value: web.url });
    app.synth();
    expect(stack.dependencies.map(({ stackName }) => stackName).sort()).toEqual(['BarStack', 'FooStack']);
    expect(fooStack.dependencies).toEqual([]);
    expect(barStack.dependencies).toEqual([fooStack]);
    expect(routes(stack)).toHaveLength(8);
    expect(routes(fooStack)).toEqual([]);
  });

  test('an imported VPC may be made known in another stack than the peering', () => {
    const app = new App();
    const far = imported(newStack('Imports', { env: TOKYO }, app), { privateSubnetIds: ['subnet-1', 'subnet-2'], privateSubnetRouteTableIds: ['rtb-1', 'rtb-2'] });
    const stack = newStack('Stack', { env: TOKYO }, app);
    newPeering(stack, { peerVpc: far });
    expect(routes(stack)).toContain('rtb-1 -> 10.2.0.0/16');
  });

  test.each<[string, ec2.SubnetSelection]>([
    ['a name', { subnetGroupName: 'App' }], ['a zone', { availabilityZones: ['ap-northeast-1a'] }], ['an id', { subnetFilters: [ec2.SubnetFilter.byIds(['subnet-1'])] }],
  ])('subnets may be chosen by %s while the VPC is being looked up', (_, vpcSubnets) => {
    const stack = newStack('Stack', { env: TOKYO });
    newPeering(stack, { vpc: ec2.Vpc.fromLookup(stack, 'Foo', { vpcName: 'foo' }), vpcSubnets });
    expect((stack.node.root as App).synth().manifest.missing).toContainEqual(expect.objectContaining({ provider: 'vpc-provider' }));
  });

  test('an IPv6 block that only the deployment knows is routed as one', () => {
    const stack = newStack();
    const peerVpc = newVpc(stack, 'Bar', '10.3.0.0/16');
    newPeering(stack, { peerVpc, peerCidrBlocks: ['10.3.0.0/16', Fn.select(0, peerVpc.vpcIpv6CidrBlocks)] });
    const ipv6 = Object.values(resources(stack, 'AWS::EC2::Route')).filter(({ Properties }) => Properties.DestinationIpv6CidrBlock !== undefined);
    expect(ipv6).toHaveLength(4);
    expect(ipv6.map(({ Properties }) => Properties.DestinationCidrBlock)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('a name that the user tags the peering with is the one it has', () => {
    const stack = newStack();
    Tags.of(newPeering(stack)).add('Name', 'foo-bar');
    expect(only(stack, CONNECTION).Properties.Tags).toEqual([{ Key: 'Name', Value: 'foo-bar' }]);
  });

  test('a VPC of a nested stack may be peered in the stack around it', () => {
    const app = new App();
    const stack = newStack('Stack', { env: TOKYO }, app);
    newPeering(stack, { peerVpc: newVpc(new NestedStack(stack, 'Nested'), 'Bar', '10.3.0.0/16') });
    expect(() => app.synth()).not.toThrow();
  });

  test('two stages have the same peering each', () => {
    const app = new App();
    const [test, production] = ['Test', 'Production'].map(id => {
      const stack = new Stack(new Stage(app, id), 'Stack', { env: TOKYO });
      const vpc = newVpc(stack, 'Foo', '10.2.0.0/16');
      if (id === 'Production') { new ec2.CfnVPCCidrBlock(stack, 'Second', { vpcId: vpc.vpcId, cidrBlock: '10.4.0.0/16' }); }
      return newPeering(stack, { vpc }).node;
    });
    app.synth();
    expect(test.metadata).toEqual([]);
    expect(production.metadata.map(({ data }) => data)).toEqual([expect.stringContaining('Production/Stack/Foo has more address blocks')]);
  });

  test('VPCs that are still being looked up are not taken for one, nor for overlapping', () => {
    const app = new App();
    const stack = newStack('Stack', { env: TOKYO }, app);
    const [vpc, peerVpc] = ['Foo', 'Bar'].map(vpcName => ec2.Vpc.fromLookup(stack, vpcName, { vpcName }));
    newPeering(stack, { vpc, peerVpc });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('with a VPC elsewhere', () => {
  test('in another Region, this side is made, and CloudFormation is told the Region', () => {
    const stack = newStack('Stack', { env: TOKYO });
    newPeering(stack, { peerVpc: imported(stack, { region: 'eu-west-1' }) });
    expect(only(stack, CONNECTION).Properties).toMatchObject({ PeerVpcId: 'vpc-0123', PeerRegion: 'eu-west-1' });
    expect(only(stack, CONNECTION).Properties).not.toHaveProperty('PeerOwnerId');
    expect(routes(stack)).toEqual(['FooPrivateSubnet1 -> 10.9.0.0/16', 'FooPrivateSubnet2 -> 10.9.0.0/16', 'FooPublicSubnet1 -> 10.9.0.0/16', 'FooPublicSubnet2 -> 10.9.0.0/16']);
  });

  test('in another account, the account is that of the role that accepts', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const peerRoleArn = `arn:aws:iam::${OTHER}:role/Peering`;
    newPeering(stack, { peerVpc: imported(stack), peerRoleArn });
    expect(only(stack, CONNECTION).Properties).toMatchObject({ PeerVpcId: 'vpc-0123', PeerOwnerId: OTHER, PeerRoleArn: peerRoleArn });
    expect(only(stack, CONNECTION).Properties).not.toHaveProperty('PeerRegion');
    expect(routes(stack)).toHaveLength(4);
  });

  test('the role may be known at deployment only', () => {
    const stack = newStack('Stack', { env: TOKYO });
    newPeering(stack, { peerVpc: imported(stack, { region: 'eu-west-1' }), peerRoleArn: Fn.importValue('Role') });
    expect(only(stack, CONNECTION).Properties).toMatchObject({ PeerRoleArn: { 'Fn::ImportValue': 'Role' }, PeerOwnerId: { 'Fn::Select': [4, expect.anything()] }, PeerRegion: 'eu-west-1' });
  });

  test('in a stack of the app in another Region, its id is handed over by the CDK, and its block is written out', () => {
    const app = new App();
    const stack = newStack('Stack', { env: TOKYO, crossRegionReferences: true }, app);
    const far = newStack('Far', { env: { account: TOKYO.account, region: 'eu-west-1' }, crossRegionReferences: true }, app);
    newPeering(stack, { peerVpc: newVpc(far, 'Bar', '10.3.0.0/16') });
    expect(only(stack, CONNECTION).Properties).toMatchObject({ PeerVpcId: { 'Fn::GetAtt': [expect.stringContaining('Export'), expect.anything()] }, PeerRegion: 'eu-west-1' });
    expect(routes(stack)).toContain('FooPrivateSubnet1 -> 10.3.0.0/16');
    expect(routes(far)).toEqual([]);
  });

  test('the other side is made over there', () => {
    const stack = newStack('Far', { env: { account: OTHER, region: 'eu-west-1' } });
    new VpcPeeringRoutes(stack, 'ToFoo', {
      vpc: newVpc(stack, 'Bar', '10.3.0.0/16'), vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, peerCidrBlocks: ['10.2.0.0/16'], peeringConnectionId: 'pcx-0123',
    });
    expect(routes(stack)).toEqual(['BarPrivateSubnet1 -> 10.2.0.0/16', 'BarPrivateSubnet2 -> 10.2.0.0/16']);
    expect(Object.values(resources(stack, 'AWS::EC2::Route')).map(({ Properties }) => Properties.VpcPeeringConnectionId).filter(id => id)).toEqual(['pcx-0123', 'pcx-0123']);
    expect(resources(stack, CONNECTION)).toEqual({});
  });
});

test('blocks overlap when they have an address in common', () => {
  const block = fc.record({ address: fc.nat(0xFFFFFFFF), prefix: fc.integer({ min: 0, max: 32 }) });
  const range = ({ address, prefix }: { address: number; prefix: number }) => {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(address / size) * size;
    return { first, last: first + size - 1, text: `${[24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256).join('.')}/${prefix}` };
  };
  fc.assert(fc.property(block, block, (a, b) => {
    const [left, right] = [range(a), range(b)];
    const expected = left.first <= right.last && right.first <= left.last;
    expect(overlap([left.text], [right.text]) !== undefined).toBe(expected);
  }), { seed: 4, numRuns: 500 });
  expect(overlap(['0.0.0.0/0'], ['::/0'])).toBeUndefined();
});
