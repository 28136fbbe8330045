import { Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { internalAlb, ISOLATED, PUBLIC, publicAlb, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newInstance, newVpc } from '../../util';

/** Routes of both VPCs of a peering or an attachment, from all isolated subnets. */
function routes(stack: Stack, from: ec2.Vpc, destinationCidrBlock: string, target: Partial<ec2.CfnRouteProps>): ec2.CfnRoute[] {
  return from.isolatedSubnets.map((subnet, index) => new ec2.CfnRoute(stack, `${from.node.id}Route${index}`, { routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock, ...target }));
}

/** A load balancer that admits another VPC, and a client there that asks it. */
function twoVpcs(stack: Stack, vpc: ec2.Vpc): ec2.Vpc {
  const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
  newInstance(stack, 'Client', other).connections.allowTo(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
  const listener = alb.addListener('Http', { port: 80, open: false });
  listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4(other.vpcCidrBlock));
  listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
  return other;
}

/** Entries that let requests in to a port and the answers out, and the other way round towards the targets. */
function guard(vpc: ec2.Vpc, subnets: ec2.SubnetSelection, port: number): void {
  const acl = new ec2.NetworkAcl(vpc, `Acl${port}`, { vpc, subnetSelection: subnets });
  const [from, to] = [ec2.TrafficDirection.INGRESS, ec2.TrafficDirection.EGRESS];
  const [all, [requests, answers]] = [ec2.AclCidr.anyIpv4(), [ec2.AclTraffic.tcpPort(port), ec2.AclTraffic.tcpPortRange(1024, 65535)]];
  acl.addEntry('RequestsIn', { cidr: all, ruleNumber: 100, traffic: requests, direction: from });
  acl.addEntry('RequestsOut', { cidr: all, ruleNumber: 100, traffic: requests, direction: to });
  acl.addEntry('AnswersIn', { cidr: all, ruleNumber: 200, traffic: answers, direction: from });
  acl.addEntry('AnswersOut', { cidr: all, ruleNumber: 200, traffic: answers, direction: to });
}

/** What lies between subnets and VPCs. */
export const routing: WorkingApps = {
  'a peering with routes on both sides': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = twoVpcs(stack, vpc);
      const vpcPeeringConnectionId = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: other.vpcId, peerVpcId: vpc.vpcId }).ref;
      routes(stack, vpc, other.vpcCidrBlock, { vpcPeeringConnectionId });
      routes(stack, other, vpc.vpcCidrBlock, { vpcPeeringConnectionId });
    },
  },
  'a peering with routes to single subnets, and rules that name a group of the other VPC': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
      const client = newInstance(stack, 'Client', other);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      client.connections.allowTo(alb, ec2.Port.tcp(80));
      const peering = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: other.vpcId, peerVpcId: vpc.vpcId });
      for (const [from, to] of [[vpc, other], [other, vpc]]) {
        from.isolatedSubnets.forEach((subnet, index) => to.isolatedSubnets.forEach((target, place) => new ec2.CfnRoute(stack, `${from.node.id}${index}${place}`, {
          routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: target.ipv4CidrBlock, vpcPeeringConnectionId: peering.ref,
        })));
      }
    },
  },
  'targets by address in a peered VPC': {
    reaches: ['alb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
      const server = newInstance(stack, 'Server', other);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.IpTarget(server.instancePrivateIp, 80, 'all')] });
      alb.connections.allowTo(ec2.Peer.ipv4(other.vpcCidrBlock), ec2.Port.tcp(80));
      server.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      const vpcPeeringConnectionId = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: other.vpcId }).ref;
      routes(stack, vpc, other.vpcCidrBlock, { vpcPeeringConnectionId });
      routes(stack, other, vpc.vpcCidrBlock, { vpcPeeringConnectionId });
    },
  },
  'a Transit Gateway that associates and propagates by default': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = twoVpcs(stack, vpc);
      const gateway = new ec2.CfnTransitGateway(stack, 'Gateway', { defaultRouteTableAssociation: 'enable', defaultRouteTablePropagation: 'enable' });
      for (const [from, to] of [[vpc, other], [other, vpc]]) {
        const { subnetIds } = from.selectSubnets(ISOLATED);
        const attachment = new ec2.CfnTransitGatewayAttachment(stack, `${from.node.id}Attachment`, { transitGatewayId: gateway.ref, vpcId: from.vpcId, subnetIds });
        routes(stack, from, to.vpcCidrBlock, { transitGatewayId: gateway.ref }).forEach(route => route.addDependency(attachment));
      }
    },
  },
  'a Transit Gateway with a route table of its own': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = twoVpcs(stack, vpc);
      const gateway = new ec2.CfnTransitGateway(stack, 'Gateway', { defaultRouteTableAssociation: 'disable', defaultRouteTablePropagation: 'disable' });
      const table = new ec2.CfnTransitGatewayRouteTable(stack, 'Table', { transitGatewayId: gateway.ref });
      for (const from of [vpc, other]) {
        const { subnetIds } = from.selectSubnets(ISOLATED);
        const attachment = new ec2.CfnTransitGatewayVpcAttachment(stack, `${from.node.id}Attachment`, { transitGatewayId: gateway.ref, vpcId: from.vpcId, subnetIds });
        const ids = { transitGatewayAttachmentId: attachment.attrId, transitGatewayRouteTableId: table.ref };
        new ec2.CfnTransitGatewayRouteTableAssociation(stack, `${from.node.id}Association`, ids);
        new ec2.CfnTransitGatewayRoute(stack, `${from.node.id}Back`, { ...ids, destinationCidrBlock: from === vpc ? '10.1.0.0/16' : '10.2.0.0/16' });
        routes(stack, from, '10.0.0.0/8', { transitGatewayId: gateway.ref }).forEach(route => route.addDependency(attachment));
      }
    },
  },
  'network ACLs that admit the answers too': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      guard(vpc, PUBLIC, 80);
      new ec2.NetworkAcl(stack, 'Inside', { vpc, subnetSelection: ISOLATED });
      const inside = stack.node.findChild('Inside') as ec2.NetworkAcl;
      inside.addEntry('Refused', { cidr: ec2.AclCidr.ipv4('10.66.0.0/16'), ruleNumber: 50, traffic: ec2.AclTraffic.allTraffic(), ruleAction: ec2.Action.DENY });
      inside.addEntry('In', { cidr: ec2.AclCidr.ipv4(vpc.vpcCidrBlock), ruleNumber: 100, traffic: ec2.AclTraffic.tcpPort(80) });
      inside.addEntry('Out', {
        cidr: ec2.AclCidr.ipv4(vpc.vpcCidrBlock),
        ruleNumber: 100,
        traffic: ec2.AclTraffic.tcpPortRange(1024, 65535),
        direction: ec2.TrafficDirection.EGRESS,
      });
    },
  },
  'network ACLs in front of a client and a load balancer in different subnets': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: PUBLIC });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      newInstance(stack, 'Client', vpc).connections.allowTo(alb, ec2.Port.tcp(80));
      guard(vpc, PUBLIC, 80);
    },
  },
  'a VPC with a NAT gateway and three kinds of subnets': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack } = stackWithVpc(app);
      const vpc = new ec2.Vpc(stack, 'Full', {
        ipAddresses: ec2.IpAddresses.cidr('10.7.0.0/16'),
        maxAzs: 3,
        natGateways: 1,
        subnetConfiguration: [
          { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
          { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
          { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        ],
      });
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc, 'Group', { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS })] });
    },
  },
  'a VPC written out, whose private subnets are on the main route table': {
    reaches: ['internet > alb > A'],
    build: app => {
      const { stack } = stackWithVpc(app);
      const vpc = new ec2.CfnVPC(stack, 'Plain', { cidrBlock: '10.6.0.0/16' });
      const gateway = new ec2.CfnInternetGateway(stack, 'Gateway');
      const attachment = new ec2.CfnVPCGatewayAttachment(stack, 'Attachment', { vpcId: vpc.ref, internetGatewayId: gateway.ref });
      const table = new ec2.CfnRouteTable(stack, 'Table', { vpcId: vpc.ref });
      new ec2.CfnRoute(stack, 'Route', { routeTableId: table.ref, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.ref }).addDependency(attachment);
      const subnet = (index: number) => new ec2.CfnSubnet(stack, `Subnet${index}`, {
        vpcId: vpc.ref, cidrBlock: Fn.select(index, Fn.cidr(vpc.attrCidrBlock, 6, '8')), availabilityZone: Fn.select(index % 2, Fn.getAzs()),
      });
      const [open, closed] = [[0, 1].map(subnet), [2, 3].map(subnet)];
      open.forEach((one, index) => new ec2.CfnSubnetRouteTableAssociation(stack, `Association${index}`, { routeTableId: table.ref, subnetId: one.ref }));
      const albGroup = new ec2.CfnSecurityGroup(stack, 'AlbGroup', {
        groupDescription: 'Load balancer', vpcId: vpc.ref, securityGroupIngress: [{ ipProtocol: 'tcp', fromPort: 80, toPort: 80, cidrIp: '0.0.0.0/0' }],
      });
      const serverGroup = new ec2.CfnSecurityGroup(stack, 'ServerGroup', {
        groupDescription: 'Server', vpcId: vpc.ref, securityGroupIngress: [{ ipProtocol: '6', fromPort: 80, toPort: 80, sourceSecurityGroupId: albGroup.attrGroupId }],
      });
      const alb = new elbv2.CfnLoadBalancer(stack, 'Alb', { subnets: open.map(one => one.ref), securityGroups: [albGroup.ref] });
      const server = new ec2.CfnInstance(stack, 'A', { imageId: 'ami-0123456789abcdef0', instanceType: 't3.micro', subnetId: closed[0].ref, securityGroupIds: [serverGroup.attrGroupId] });
      const targetGroup = new elbv2.CfnTargetGroup(stack, 'Targets', { vpcId: vpc.ref, port: 80, protocol: 'HTTP', targets: [{ id: server.ref }] });
      new elbv2.CfnListener(stack, 'Listener', {
        loadBalancerArn: alb.ref, port: 80, protocol: 'HTTP', defaultActions: [{ type: 'forward', forwardConfig: { targetGroups: [{ targetGroupArn: targetGroup.ref, weight: 1 }] } }],
      }).addDependency(attachment);
    },
  },
  'a client in a second address block of the VPC': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const block = new ec2.CfnVPCCidrBlock(stack, 'Second', { vpcId: vpc.vpcId, cidrBlock: '100.64.0.0/16' });
      const subnet = new ec2.PrivateSubnet(stack, 'Far', { vpcId: vpc.vpcId, cidrBlock: '100.64.1.0/24', availabilityZone: vpc.availabilityZones[0] });
      subnet.node.addDependency(block);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('100.64.0.0/16'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc, 'Group', { subnets: [subnet] })] });
    },
  },
};
