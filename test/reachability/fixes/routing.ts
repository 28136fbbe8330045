import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Defects } from './defect';
import { answering, web } from './parts';
import { newVpc, TOKYO } from '../../util';
import { internalAlb, ISOLATED, PUBLIC, publicAlb, stackWithVpc, ZONES } from '../apps/parts';

interface Side { readonly from: ec2.Vpc; readonly to: ec2.Vpc }

/** An instance in one VPC that asks a load balancer in another, over a peering connection. */
function peered(app: App, routes: (vpc: ec2.Vpc, other: ec2.Vpc) => Side[], cidr = '10.2.0.0/16'): void {
  const { stack, vpc } = stackWithVpc(app);
  const other = newVpc(stack, 'Other', cidr, ZONES);
  const { alb, listener } = internalAlb(stack, vpc);
  answering(listener);
  const client = web(stack, other, 'Client');
  client.connections.allowTo(alb, ec2.Port.tcp(80));
  const peering = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: other.vpcId });
  for (const { from, to } of routes(vpc, other)) {
    from.isolatedSubnets.forEach(({ routeTable }, index) => new ec2.CfnRoute(stack, `${from.node.id}${index}`, {
      routeTableId: routeTable.routeTableId, destinationCidrBlock: to.vpcCidrBlock, vpcPeeringConnectionId: peering.ref,
    }));
  }
}

const BOTH = (vpc: ec2.Vpc, other: ec2.Vpc): Side[] => [{ from: vpc, to: other }, { from: other, to: vpc }];

export const routing: Defects = {
  'the answers over a peering connection have no route': {
    finds: ['Route Stack/Vpc/PrivateSubnet1/RouteTable', 'Route Stack/Vpc/PrivateSubnet2/RouteTable'],
    says: /Add a route to Stack\/Vpc\/PrivateSubnet\d\/RouteTable: 10\.2\.0\.0\/16 over the peering connection Stack\/Peering/,
    build: (app, mended) => peered(app, (vpc, other) => BOTH(vpc, other).slice(mended ? 0 : 1)),
  },
  'the requests over a peering connection have no route': {
    finds: ['Route Stack/Other/PrivateSubnet1/RouteTable'],
    says: /Add a route to Stack\/Other\/PrivateSubnet1\/RouteTable: 10\.1\.0\.0\/16 over the peering connection Stack\/Peering/,
    build: (app, mended) => peered(app, (vpc, other) => BOTH(vpc, other).slice(0, mended ? 2 : 1)),
  },
  'two VPCs with the same addresses are peered': {
    finds: ['OverlappingCidr Stack/Peering'],
    says: /Give one of the VPCs another address block/,
    byHand: true,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', mended ? '10.2.0.0/16' : '10.1.0.0/16', ZONES);
      new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: other.vpcId });
    },
  },
  'a load balancer for the internet is in private subnets': {
    finds: ['RouteToInternet Stack/Vpc/PrivateSubnet1/Subnet', 'RouteToInternet Stack/Vpc/PrivateSubnet2/Subnet'],
    says: /Put Stack\/Alb into the public subnets Stack\/Vpc\/PublicSubnet1\/Subnet, Stack\/Vpc\/PublicSubnet2\/Subnet/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true, vpcSubnets: mended ? PUBLIC : ISOLATED });
      answering(alb.addListener('Http', { port: 80 }));
    },
  },
  'a VPC has an internet gateway, and no route to it': {
    finds: ['RouteToInternet Stack/Vpc/PrivateSubnet1/Subnet', 'RouteToInternet Stack/Vpc/PrivateSubnet2/Subnet'],
    says: /Add a route to Stack\/Vpc\/PrivateSubnet\d\/RouteTable: 0\.0\.0\.0\/0 over the internet gateway of Stack\/Vpc/,
    build: (app, mended) => {
      const stack = new Stack(app, 'Stack', { env: TOKYO });
      const subnetConfiguration = [{ name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }];
      const vpc = new ec2.Vpc(stack, 'Vpc', { ipAddresses: ec2.IpAddresses.cidr('10.1.0.0/16'), availabilityZones: ZONES, subnetConfiguration });
      const gateway = new ec2.CfnInternetGateway(stack, 'Gateway');
      new ec2.CfnVPCGatewayAttachment(stack, 'Attachment', { vpcId: vpc.vpcId, internetGatewayId: gateway.ref });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true, vpcSubnets: ISOLATED });
      answering(alb.addListener('Http', { port: 80 }));
      for (const { routeTable, node } of mended ? vpc.isolatedSubnets : []) {
        new ec2.CfnRoute(stack, `${node.id}Default`, { routeTableId: routeTable.routeTableId, destinationCidrBlock: '0.0.0.0/0', gatewayId: gateway.ref });
      }
    },
  },
  'an internet gateway is not attached': {
    finds: ['InternetGatewayNotAttached Stack/Vpc'],
    says: /Attach the internet gateway to Stack\/Vpc/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const elsewhere = new ec2.CfnVPC(stack, 'Elsewhere', { cidrBlock: '10.9.0.0/16' });
      if (!mended) { (vpc.node.findChild('VPCGW') as ec2.CfnVPCGatewayAttachment).vpcId = elsewhere.ref; }
      answering(publicAlb(stack, vpc).listener);
    },
  },
  'a network ACL does not let the requests in': {
    finds: ['NetworkAcl Stack/Acl'],
    says: /Add an inbound entry to the network ACL Stack\/Acl: number 100, allow TCP 80-80 from 0\.0\.0\.0\/0/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const acl = new ec2.NetworkAcl(stack, 'Acl', { vpc, subnetSelection: PUBLIC });
      acl.addEntry('Out', { ruleNumber: 100, cidr: ec2.AclCidr.anyIpv4(), traffic: ec2.AclTraffic.allTraffic(), direction: ec2.TrafficDirection.EGRESS });
      if (mended) { acl.addEntry('In', { ruleNumber: 100, cidr: ec2.AclCidr.anyIpv4(), traffic: ec2.AclTraffic.tcpPort(80) }); }
      answering(publicAlb(stack, vpc).listener);
    },
  },
  'a network ACL does not let the answers out': {
    finds: ['NetworkAcl Stack/Acl'],
    says: /Add an outbound entry to the network ACL Stack\/Acl: number 100, allow TCP 1024-65535 to 0\.0\.0\.0\/0/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const acl = new ec2.NetworkAcl(stack, 'Acl', { vpc, subnetSelection: PUBLIC });
      acl.addEntry('In', { ruleNumber: 100, cidr: ec2.AclCidr.anyIpv4(), traffic: ec2.AclTraffic.tcpPort(80) });
      if (mended) { acl.addEntry('Out', { ruleNumber: 100, cidr: ec2.AclCidr.anyIpv4(), traffic: ec2.AclTraffic.tcpPortRange(1024, 65535), direction: ec2.TrafficDirection.EGRESS }); }
      answering(publicAlb(stack, vpc).listener);
    },
  },
};
