import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { App, Stack } from 'aws-cdk-lib/core';
import { codesOf, expected, forbidden, from, internet, ISOLATED, newApp, ofVpc, PUBLIC, saying, to, TwoVpcs, ZONES } from './network';
import { newBridgeService, newFargateService, newFunction, newInstance, newVpc, TOKYO } from '../../util';

const BAR = ec2.Peer.ipv4('10.2.0.0/16');
const FOO = ec2.Peer.ipv4('10.1.0.0/16');

describe('a workload', () => {
  test('is reached at the ports that its group lets in', () => {
    const net = new TwoVpcs().peer();
    const db = newInstance(net.stack, 'Db', net.foo);
    db.connections.allowFrom(BAR, ec2.Port.tcp(5432));
    expect(expected(net.app, ofVpc(net.bar), to(db), 5432)).toBe('reachable');
    expect(expected(net.app, ofVpc(net.bar), to(db), 22)).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.bar), to(db), 5432)).toBe('violated');
    expect(forbidden(net.app, ofVpc(net.bar), to(db), 22)).toBe('kept');
  });

  test('is forbidden on every port without one', () => {
    const net = new TwoVpcs().peer();
    const db = newInstance(net.stack, 'Db', net.foo);
    expect(forbidden(net.app, ofVpc(net.bar), to(db))).toBe('kept');
    db.connections.allowFrom(BAR, ec2.Port.tcp(5432));
    const open = new TwoVpcs().peer();
    const other = newInstance(open.stack, 'Db', open.foo);
    other.connections.allowFrom(BAR, ec2.Port.tcp(5432));
    expect(forbidden(open.app, ofVpc(open.bar), to(other))).toBe('violated');
  });

  test('is expected to be reached on any port without one', () => {
    const net = new TwoVpcs().peer();
    const db = newInstance(net.stack, 'Db', net.foo);
    db.connections.allowFrom(BAR, ec2.Port.tcp(5432));
    expect(expected(net.app, ofVpc(net.bar), to(db))).toBe('reachable');
  });

  test('is expected to be reached on any port by an instance and by certain subnets, too', () => {
    const net = new TwoVpcs().peer();
    const db = newInstance(net.stack, 'Db', net.foo);
    db.connections.allowFrom(BAR, ec2.Port.tcp(5432));
    net.client.connections.allowTo(FOO, ec2.Port.tcp(5432));
    expect(expected(net.app, ofVpc(net.bar, ISOLATED), to(db))).toBe('reachable');
    expect(expected(net.app, from(net.client), to(db))).toBe('reachable');
  });

  test('that is in another VPC without a connection is not reached', () => {
    const net = new TwoVpcs();
    net.web.connections.allowFrom(BAR, ec2.Port.tcp(8080));
    expect(expected(net.app, ofVpc(net.bar), to(net.web), 8080)).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.bar), to(net.web), 8080)).toBe('kept');
  });

  test('that is an ECS service is reached at its tasks', () => {
    const net = new TwoVpcs().peer();
    const service = newFargateService(net.stack, 'Tasks', net.foo);
    service.connections.allowFrom(BAR, ec2.Port.tcp(8080));
    expect(expected(net.app, ofVpc(net.bar), to(service), 8080)).toBe('reachable');
    expect(forbidden(net.app, ofVpc(net.bar), to(service), 8080)).toBe('violated');
  });

  test('that is an ECS service on instances is reached at those', () => {
    const net = new TwoVpcs().peer();
    const { service, group } = newBridgeService(net.stack, 'Bridge', net.foo, 8080);
    group.connections.allowFrom(BAR, ec2.Port.tcp(8080));
    expect(expected(net.app, ofVpc(net.bar), to(service), 8080)).toBe('reachable');
  });

  test('that is a function outside of VPCs is not judged', () => {
    const net = new TwoVpcs();
    expect(expected(net.app, ofVpc(net.bar), to(newFunction(net.stack, 'Fn')), 443)).toBe('unknown');
  });

  test('of which a neighbour is admitted by its group is reached by it alone', () => {
    const net = new TwoVpcs();
    const [one, two] = ['One', 'Two'].map(id => newInstance(net.stack, id, net.foo));
    net.web.connections.allowFrom(one, ec2.Port.tcp(5432));
    one.connections.allowTo(net.web, ec2.Port.tcp(5432));
    two.connections.allowTo(FOO, ec2.Port.tcp(5432));
    expect(expected(net.app, from(one), to(net.web), 5432)).toBe('reachable');
    expect(forbidden(net.app, from(two), to(net.web), 5432)).toBe('kept');
  });
});

describe('a workload and the internet', () => {
  function publicInstance(props: Partial<ec2.InstanceProps> = {}, admitted = true): { app: App; stack: Stack; vpc: ec2.Vpc; instance: ec2.Instance } {
    const app = newApp();
    const stack = new Stack(app, 'Stack', { env: TOKYO });
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ZONES);
    const instance = new ec2.Instance(stack, 'Bastion', {
      vpc,
      vpcSubnets: PUBLIC,
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
      ...props,
    });
    if (admitted) { instance.connections.allowFromAnyIpv4(ec2.Port.tcp(22)); }
    return { app, stack, vpc, instance };
  }

  test('an instance in a public subnet is reached at the ports that its group lets in', () => {
    const { app, instance } = publicInstance();
    expect(expected(app, internet(), to(instance), 22)).toBe('reachable');
    expect(forbidden(app, internet(), to(instance), 22)).toBe('violated');
    expect(forbidden(app, internet(), to(instance), 80)).toBe('kept');
    expect(forbidden(app, internet(), to(instance))).toBe('violated');
  });

  test('an instance in an isolated subnet is out of reach', () => {
    const { app, instance } = publicInstance({ vpcSubnets: ISOLATED });
    expect(expected(app, internet(), to(instance), 22)).toBe('blocked');
    expect(forbidden(app, internet(), to(instance))).toBe('kept');
  });

  test('an instance without a public address is out of reach', () => {
    const { app, instance } = publicInstance({ associatePublicIpAddress: false });
    expect(codesOf(saying(app, { expect: [{ source: internet(), destination: to(instance), port: 22 }] }))).toEqual(['NoPublicAddress']);
    expect(forbidden(app, internet(), to(instance))).toBe('kept');
  });

  test('an elastic address is a public address, whatever the instance starts with', () => {
    const { app, stack, instance } = publicInstance({ associatePublicIpAddress: false });
    new ec2.CfnEIP(stack, 'Address', { instanceId: instance.instanceId });
    expect(expected(app, internet(), to(instance), 22)).toBe('reachable');
    expect(forbidden(app, internet(), to(instance))).toBe('violated');
  });

  test.each<[string, (stack: Stack, address: ec2.CfnEIP, instance: ec2.Instance) => void]>([
    ['an elastic address of its own', (_, address, { instanceId }) => { address.instanceId = instanceId; }],
    ['an association with an elastic address', (stack, { attrAllocationId: allocationId }, { instanceId }) => {
      new ec2.CfnEIPAssociation(stack, 'Association', { allocationId, instanceId });
    }],
  ])('an instance with %s is reached', (_, associate) => {
    const { app, stack, vpc, instance } = publicInstance();
    for (const subnet of vpc.publicSubnets) { (subnet.node.defaultChild as ec2.CfnSubnet).mapPublicIpOnLaunch = false; }
    associate(stack, new ec2.CfnEIP(stack, 'Address'), instance);
    expect(forbidden(app, internet(), to(instance))).toBe('violated');
  });

  test('an Auto Scaling group whose launch template gives public addresses is reached', () => {
    const app = newApp();
    const stack = new Stack(app, 'Stack', { env: TOKYO });
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ZONES);
    for (const subnet of vpc.publicSubnets) { (subnet.node.defaultChild as ec2.CfnSubnet).mapPublicIpOnLaunch = false; }
    const group = new autoscaling.AutoScalingGroup(stack, 'Group', {
      vpc,
      vpcSubnets: PUBLIC,
      instanceType: new ec2.InstanceType('t3.micro'),
      associatePublicIpAddress: true,
      machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
    });
    group.connections.allowFromAnyIpv4(ec2.Port.tcp(22));
    expect(expected(app, internet(), to(group), 22)).toBe('reachable');
    expect(forbidden(app, internet(), to(group))).toBe('violated');
  });

  test.each([[true, 'violated'], [false, 'kept']])('tasks with a public address (%s) are %s', (assignPublicIp, verdict) => {
    const app = newApp();
    const stack = new Stack(app, 'Stack', { env: TOKYO });
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ZONES);
    // the subnets say the contrary
    for (const subnet of vpc.publicSubnets) { (subnet.node.defaultChild as ec2.CfnSubnet).mapPublicIpOnLaunch = !assignPublicIp; }
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
    taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), portMappings: [{ containerPort: 80 }] });
    const service = new ecs.FargateService(stack, 'Service', {
      cluster: new ecs.Cluster(stack, 'Cluster', { vpc }), taskDefinition, minHealthyPercent: 100, assignPublicIp, vpcSubnets: PUBLIC,
    });
    service.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
    expect(forbidden(app, internet(), to(service))).toBe(verdict);
  });

  test('a group from elsewhere leaves it unknown', () => {
    const app = newApp();
    const stack = new Stack(app, 'Stack', { env: TOKYO });
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ZONES);
    const instance = new ec2.Instance(stack, 'Bastion', {
      vpc,
      vpcSubnets: PUBLIC,
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Foreign', 'sg-0123456789abcdef0', { mutable: false }),
    });
    expect(forbidden(app, internet(), to(instance), 22)).toBe('unknown');
    expect(expected(app, internet(), to(instance), 22)).toBe('unknown');
  });
});
