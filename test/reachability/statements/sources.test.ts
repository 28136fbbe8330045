import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { AlbListenerTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Stack } from 'aws-cdk-lib/core';
import { cidr, expected, forbidden, from, internet, loadBalancer, ofVpc, ISOLATED, PUBLIC, PublicSite, TwoVpcs, codesOf, saying } from './network';
import { newAutoScalingGroup, newBridgeService, newFargateService, newFunction, newInstance } from '../../util';

const BAR = ec2.Peer.ipv4('10.2.0.0/16');

describe('an instance', () => {
  test('whose group and routes lead to a load balancer that admits it reaches it', () => {
    const { app, client, alb } = new TwoVpcs().peer().admit(BAR);
    expect(expected(app, from(client), loadBalancer(alb))).toBe('reachable');
    expect(forbidden(app, from(client), loadBalancer(alb))).toBe('violated');
  });

  test('that the load balancer does not admit is kept out', () => {
    const { app, client, alb } = new TwoVpcs().peer();
    expect(expected(app, from(client), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, from(client), loadBalancer(alb))).toBe('kept');
  });

  test('without a route is kept out', () => {
    const { app, client, alb } = new TwoVpcs().admit(BAR);
    expect(expected(app, from(client), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, from(client), loadBalancer(alb))).toBe('kept');
  });

  test('whose own group lets nothing out is kept out', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const silent = newInstance(net.stack, 'Silent', net.bar);
    expect(expected(net.app, from(silent), loadBalancer(net.alb))).toBe('blocked');
    expect(forbidden(net.app, from(silent), loadBalancer(net.alb))).toBe('kept');
  });

  test('that is admitted by its group within one VPC reaches the load balancer', () => {
    const net = new TwoVpcs();
    const neighbour = newInstance(net.stack, 'Neighbour', net.foo);
    net.alb.connections.allowFrom(neighbour, ec2.Port.tcp(80));
    expect(expected(net.app, from(neighbour), loadBalancer(net.alb))).toBe('reachable');
    expect(forbidden(net.app, from(neighbour), loadBalancer(net.alb))).toBe('violated');
  });

  test('with a group from elsewhere leaves unknown what that lets out', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const other = new ec2.Instance(net.stack, 'Other', {
      vpc: net.bar,
      vpcSubnets: ISOLATED,
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(net.stack, 'Foreign', 'sg-0123456789abcdef0', { mutable: false }),
    });
    expect(expected(net.app, from(other), loadBalancer(net.alb))).toBe('unknown');
    expect(forbidden(net.app, from(other), loadBalancer(net.alb))).toBe('unknown');
  });

  test('at a port that nothing listens on reaches nothing', () => {
    const { app, client, alb } = new TwoVpcs().peer().admit(BAR);
    expect(codesOf(saying(app, { expect: [{ source: from(client), destination: loadBalancer(alb), port: 443 }] }))).toEqual(['NoPath']);
    expect(forbidden(app, from(client), loadBalancer(alb), 443)).toBe('kept');
  });
});

describe('other workloads', () => {
  test('an Auto Scaling group has the groups of its launch template', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const group = newAutoScalingGroup(net.stack, 'Clients', net.bar);
    expect(expected(net.app, from(group), loadBalancer(net.alb))).toBe('blocked');
    const open = new TwoVpcs().peer().admit(BAR);
    const clients = newAutoScalingGroup(open.stack, 'Clients', open.bar);
    clients.connections.allowTo(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.tcp(80));
    expect(expected(open.app, from(clients), loadBalancer(open.alb))).toBe('reachable');
    expect(forbidden(open.app, from(clients), loadBalancer(open.alb))).toBe('violated');
  });

  test('an ECS service has the groups of its tasks', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const service = newFargateService(net.stack, 'Tasks', net.bar);
    service.connections.allowTo(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.tcp(80));
    expect(expected(net.app, from(service), loadBalancer(net.alb))).toBe('reachable');
    expect(forbidden(net.app, from(service), loadBalancer(net.alb))).toBe('violated');
  });

  test('a function in a VPC sends from its subnets', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const fn = new lambda.Function(net.stack, 'Fn', {
      vpc: net.bar, vpcSubnets: ISOLATED, runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({});'),
    });
    expect(expected(net.app, from(fn), loadBalancer(net.alb))).toBe('reachable');
    expect(forbidden(net.app, from(fn), loadBalancer(net.alb))).toBe('violated');
  });

  test('a function outside of VPCs is nobody that the templates know the way of', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    expect(expected(net.app, from(newFunction(net.stack, 'Fn')), loadBalancer(net.alb))).toBe('unknown');
  });

  test('a service on instances sends from those', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const { service } = newBridgeService(net.stack, 'Bridge', net.bar);
    expect(expected(net.app, from(service), loadBalancer(net.alb))).toBe('reachable');
  });
});

describe('a VPC', () => {
  test('of which some subnet gets through reaches the destination', () => {
    // the public subnets of bar have no route to foo
    const { app, bar, alb } = new TwoVpcs().peer().admit(BAR);
    expect(expected(app, ofVpc(bar), loadBalancer(alb))).toBe('reachable');
    expect(forbidden(app, ofVpc(bar), loadBalancer(alb))).toBe('violated');
  });

  test('of which no subnet gets through does not', () => {
    const { app, bar, alb } = new TwoVpcs().admit(BAR);
    expect(expected(app, ofVpc(bar), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, ofVpc(bar), loadBalancer(alb))).toBe('kept');
  });

  test('with certain subnets has to get through from each of them', () => {
    const { app, bar, alb } = new TwoVpcs().peer().admit(BAR);
    expect(expected(app, ofVpc(bar, ISOLATED), loadBalancer(alb))).toBe('reachable');
    expect(expected(app, ofVpc(bar, PUBLIC), loadBalancer(alb))).toBe('blocked');
    expect(expected(app, ofVpc(bar, { subnets: [...bar.isolatedSubnets, ...bar.publicSubnets] }), loadBalancer(alb))).toBe('blocked');
  });

  test('with certain subnets is forbidden for these', () => {
    const { app, bar, alb } = new TwoVpcs().peer().admit(BAR);
    expect(forbidden(app, ofVpc(bar, ISOLATED), loadBalancer(alb))).toBe('violated');
    expect(forbidden(app, ofVpc(bar, PUBLIC), loadBalancer(alb))).toBe('kept');
  });

  test('of the load balancer itself reaches what admits its addresses', () => {
    const { app, foo, alb } = new TwoVpcs().admit(ec2.Peer.ipv4('10.1.0.0/16'));
    expect(expected(app, ofVpc(foo), loadBalancer(alb))).toBe('reachable');
    expect(forbidden(app, ofVpc(foo), loadBalancer(alb))).toBe('violated');
  });

  test('is let in where a group is admitted that something in it has', () => {
    const net = new TwoVpcs();
    const neighbour = newInstance(net.stack, 'Neighbour', net.foo);
    net.alb.connections.allowFrom(neighbour, ec2.Port.tcp(80));
    expect(forbidden(net.app, ofVpc(net.foo), loadBalancer(net.alb))).toBe('violated');
  });

  test('is kept out where a group is admitted that nothing in it has', () => {
    const net = new TwoVpcs();
    net.admit(new ec2.SecurityGroup(net.stack, 'Nobody', { vpc: net.foo }));
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('kept');
  });

  test('is forbidden for certain subnets only: what has the admitted group elsewhere in it does not count', () => {
    const net = new TwoVpcs();
    const neighbour = newInstance(net.stack, 'Neighbour', net.foo);
    net.alb.connections.allowFrom(neighbour, ec2.Port.tcp(80));
    expect(forbidden(net.app, ofVpc(net.foo, PUBLIC), loadBalancer(net.alb))).toBe('kept');
  });

  test('is not let in by a rule of the load balancer for its own group', () => {
    const net = new TwoVpcs();
    net.admit(net.albGroup);
    expect(forbidden(net.app, ofVpc(net.foo), loadBalancer(net.alb))).toBe('kept');
  });
});

describe('a block of addresses', () => {
  test('that is a subnet of the app sends from there', () => {
    const { app, bar, alb } = new TwoVpcs().peer().admit(BAR);
    const [isolated] = bar.isolatedSubnets;
    expect(isolated.ipv4CidrBlock).toBe('10.2.2.0/24');
    expect(expected(app, cidr('10.2.2.0/24'), loadBalancer(alb))).toBe('reachable');
    expect(forbidden(app, cidr('10.2.2.0/24'), loadBalancer(alb))).toBe('violated');
  });

  test('that is a subnet without a route is kept out', () => {
    const { app, alb } = new TwoVpcs().peer().admit(BAR);
    expect(expected(app, cidr('10.2.0.0/24'), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, cidr('10.2.0.0/24'), loadBalancer(alb))).toBe('kept');
  });

  test('of which the group of the load balancer admits another part is kept out', () => {
    const { app, alb } = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.3.0/24'));
    expect(expected(app, cidr('10.2.2.0/24'), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, cidr('10.2.2.0/24'), loadBalancer(alb))).toBe('kept');
  });

  test('of which a part is let in is expected in vain, and forbidden with reason', () => {
    const { app, alb } = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.2.0/25'));
    expect(expected(app, cidr('10.2.2.0/24'), loadBalancer(alb))).not.toBe('reachable');
    expect(forbidden(app, cidr('10.2.2.0/24'), loadBalancer(alb))).toBe('violated');
  });

  test('that is one address is let in or not as its subnet is', () => {
    const { app, alb } = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.2.128/25'));
    expect(expected(app, cidr('10.2.2.200/32'), loadBalancer(alb))).toBe('reachable');
    expect(expected(app, cidr('10.2.2.100/32'), loadBalancer(alb))).toBe('blocked');
  });

  test('over several subnets has to get through from each', () => {
    // of the isolated subnets 10.2.2.0/24 and 10.2.3.0/24, the second is not admitted
    const { app, alb } = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.2.0/24'));
    expect(expected(app, cidr('10.2.2.0/23'), loadBalancer(alb))).toBe('blocked');
  });

  test('over several subnets has to have a way from each', () => {
    // 10.2.0.0/23 is public and has no route to the peer
    const { app, alb } = new TwoVpcs().peer().admit(BAR);
    expect(expected(app, cidr('10.2.0.0/22'), loadBalancer(alb))).toBe('blocked');
  });

  test('over several subnets is forbidden for each', () => {
    const { app, alb } = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.3.0/24'));
    expect(forbidden(app, cidr('10.2.2.0/23'), loadBalancer(alb))).toBe('violated');
  });

  test('is not let in by a group that somebody else in its VPC has', () => {
    const net = new TwoVpcs();
    const neighbour = newInstance(net.stack, 'Neighbour', net.foo);
    net.alb.connections.allowFrom(neighbour, ec2.Port.tcp(80));
    // the public subnets, where nothing is
    expect(forbidden(net.app, cidr('10.1.0.0/24'), loadBalancer(net.alb))).toBe('kept');
  });

  test('that is a part of a subnet may be that of a neighbour whose group is admitted, or not', () => {
    const net = new TwoVpcs();
    net.alb.connections.allowFrom(newInstance(net.stack, 'Neighbour', net.foo), ec2.Port.tcp(80));
    expect(forbidden(net.app, cidr('10.1.2.200/32'), loadBalancer(net.alb))).toBe('unknown');
  });

  test('of no VPC leaves unknown where it is, when the group admits it', () => {
    const { app, alb } = new TwoVpcs().admit(ec2.Peer.ipv4('192.168.0.0/16'));
    expect(expected(app, cidr('192.168.1.0/24'), loadBalancer(alb))).toBe('unknown');
    expect(forbidden(app, cidr('192.168.1.0/24'), loadBalancer(alb))).toBe('unknown');
  });

  test('of no VPC that no rule admits is kept out, wherever it is', () => {
    const { app, alb } = new TwoVpcs().admit(BAR);
    expect(forbidden(app, cidr('192.168.1.0/24'), loadBalancer(alb))).toBe('kept');
    expect(codesOf(saying(app, { expect: [{ source: cidr('192.168.1.0/24'), destination: loadBalancer(alb) }] }))).toEqual(['SecurityGroupIngress']);
  });

  test('of the internet reaches what is open to it', () => {
    const { app, alb } = new PublicSite(ec2.Peer.ipv4('203.0.113.0/24'));
    expect(expected(app, cidr('203.0.113.7/32'), loadBalancer(alb))).toBe('reachable');
    expect(forbidden(app, cidr('203.0.113.7/32'), loadBalancer(alb))).toBe('violated');
    expect(expected(app, cidr('198.51.100.0/24'), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, cidr('198.51.100.0/24'), loadBalancer(alb))).toBe('kept');
  });

  test('of the internet does not reach an internal load balancer', () => {
    const { app, alb } = new TwoVpcs().admit(ec2.Peer.anyIpv4());
    expect(expected(app, cidr('203.0.113.7/32'), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, cidr('203.0.113.7/32'), loadBalancer(alb))).toBe('kept');
  });
});

describe('the internet', () => {
  test('is kept out by the group of a load balancer behind one that shows it the clients’ addresses', () => {
    const net = new TwoVpcs().admit(ec2.Peer.ipv4('10.1.0.0/16'));
    const nlb = new elbv2.NetworkLoadBalancer(net.stack, 'Nlb', { vpc: net.foo, internetFacing: true, disableSecurityGroups: true });
    const [listener] = net.alb.listeners;
    nlb.addListener('Tcp', { port: 80 }).addTargets('Alb', { port: 80, targets: [new AlbListenerTarget(listener)], healthCheck: { protocol: elbv2.Protocol.HTTP } });
    expect(forbidden(net.app, internet(), loadBalancer(net.alb))).toBe('kept');
    expect(expected(net.app, internet(), loadBalancer(nlb))).toBe('blocked');
  });

  test('reaches what is open to everybody', () => {
    const { app, alb } = new PublicSite(ec2.Peer.anyIpv4());
    expect(expected(app, internet(), loadBalancer(alb))).toBe('reachable');
    expect(forbidden(app, internet(), loadBalancer(alb))).toBe('violated');
  });

  test('does not as a whole reach what is open to a part of it, and that part is enough to forbid', () => {
    const { app, alb } = new PublicSite(ec2.Peer.ipv4('203.0.113.0/24'));
    expect(expected(app, internet(), loadBalancer(alb))).not.toBe('reachable');
    expect(forbidden(app, internet(), loadBalancer(alb))).toBe('violated');
  });

  test('is kept out by a group that names private addresses', () => {
    const { app, alb } = new PublicSite(ec2.Peer.ipv4('10.0.0.0/8'));
    expect(forbidden(app, internet(), loadBalancer(alb))).toBe('kept');
  });

  test('is kept out by a load balancer that is internal', () => {
    const { app, alb } = new TwoVpcs().admit(ec2.Peer.anyIpv4());
    expect(expected(app, internet(), loadBalancer(alb))).toBe('blocked');
    expect(forbidden(app, internet(), loadBalancer(alb))).toBe('kept');
  });

  test('has addresses of version 6, too', () => {
    const { app, stack, vpc } = new PublicSite();
    const group = new ec2.SecurityGroup(stack, 'SixGroup', { vpc });
    group.addIngressRule(ec2.Peer.anyIpv6(), ec2.Port.tcp(80));
    const six = dualStack(stack, vpc, group);
    expect(forbidden(app, internet(), loadBalancer(six))).toBe('violated');
  });
});

function dualStack(stack: Stack, vpc: ec2.Vpc, securityGroup: ec2.SecurityGroup): elbv2.ApplicationLoadBalancer {
  for (const [index, subnet] of vpc.publicSubnets.entries()) {
    new ec2.CfnRoute(stack, `Six${index}`, { routeTableId: subnet.routeTable.routeTableId, destinationIpv6CidrBlock: '::/0', gatewayId: vpc.internetGatewayId });
    (subnet.node.defaultChild as ec2.CfnSubnet).ipv6CidrBlock = `2001:db8:0:${index}::/64`;
  }
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Six', { vpc, internetFacing: true, securityGroup, ipAddressType: elbv2.IpAddressType.DUAL_STACK });
  alb.addListener('Http', { port: 80, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
  return alb;
}
