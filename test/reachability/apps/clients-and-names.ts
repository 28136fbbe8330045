import { Fn } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as accelerator from 'aws-cdk-lib/aws-globalaccelerator';
import * as accelerated from 'aws-cdk-lib/aws-globalaccelerator-endpoints';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as aliases from 'aws-cdk-lib/aws-route53-targets';
import { internalAlb, ISOLATED, publicAlb, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newInstance, newVpc } from '../../util';

/** Who asks load balancers, and under which name. */
export const clientsAndNames: WorkingApps = {
  'a client that the load balancer admits by its security group': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const client = newInstance(stack, 'Client', vpc);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      client.connections.allowTo(alb, ec2.Port.tcp(80));
    },
  },
  'clients of the VPC that the load balancer admits by their addresses': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'a prefix list of the app that names the clients': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const list = new ec2.PrefixList(stack, 'Clients', { entries: [{ cidr: '10.1.0.0/17' }, { cidr: '10.1.128.0/17' }] });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.prefixList(list.prefixListId));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'a function in the VPC that asks an internal load balancer': {
    reaches: ['function > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const client = new lambda.Function(stack, 'Client', {
        vpc,
        vpcSubnets: ISOLATED,
        allowAllOutbound: false,
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline('exports.handler = async () => ({});'),
        environment: { URL: `http://${alb.loadBalancerDnsName}` },
      });
      client.connections.allowTo(alb, ec2.Port.tcp(80));
    },
  },
  'two services behind one load balancer each, of which one asks the other': {
    reaches: ['internet > Front > Web', 'Web > Back > Api'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const [web, api] = [scaledGroup(stack, vpc, 'Web'), scaledGroup(stack, vpc, 'Api')];
      const front = new elbv2.ApplicationLoadBalancer(stack, 'Front', { vpc, internetFacing: true });
      front.addListener('Http', { port: 80 }).addTargets('WebTargets', { port: 80, targets: [web] });
      const back = new elbv2.ApplicationLoadBalancer(stack, 'Back', { vpc, vpcSubnets: ISOLATED });
      back.addListener('Http', { port: 80, open: false }).addTargets('ApiTargets', { port: 80, targets: [api] });
      back.connections.allowFrom(web, ec2.Port.tcp(80));
    },
  },
  'a private zone with an alias to an internal load balancer': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'corp.internal' });
      new route53.ARecord(stack, 'Record', { zone, recordName: 'web', target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) });
      new route53.CnameRecord(stack, 'Other', { zone, recordName: 'www', domainName: 'web.corp.internal' });
    },
  },
  'a private zone seen by a second VPC, which a peering joins': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.9.0.0/16', vpc.availabilityZones);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/8'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const peering = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: other.vpcId });
      for (const [from, to] of [[vpc, other], [other, vpc]]) {
        from.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(stack, `${from.node.id}${index}`, {
          routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: to.vpcCidrBlock, vpcPeeringConnectionId: peering.ref,
        }));
      }
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'web.internal' });
      zone.addVpc(other);
      new route53.ARecord(stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) });
    },
  },
  'one name in a public and in a private zone': {
    reaches: ['internet > Public > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const [open, inside] = [true, false].map(internetFacing => {
        const alb = new elbv2.ApplicationLoadBalancer(stack, internetFacing ? 'Public' : 'Private', { vpc, internetFacing, vpcSubnets: internetFacing ? undefined : ISOLATED });
        alb.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
        return alb;
      });
      const zones = [new route53.PublicHostedZone(stack, 'PublicZone', { zoneName: 'example.com' }), new route53.PrivateHostedZone(stack, 'PrivateZone', { zoneName: 'example.com', vpc })];
      zones.forEach((zone, index) => new route53.ARecord(stack, `Record${index}`, {
        zone, recordName: 'web', target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget([open, inside][index])),
      }));
    },
  },
  'a load balancer with IPv6 beside IPv4': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const block = new ec2.CfnVPCCidrBlock(stack, 'Ipv6', { vpcId: vpc.vpcId, amazonProvidedIpv6CidrBlock: true });
      vpc.publicSubnets.forEach((subnet, index) => {
        const resource = subnet.node.defaultChild as ec2.CfnSubnet;
        resource.ipv6CidrBlock = Fn.select(index, Fn.cidr(Fn.select(0, vpc.vpcIpv6CidrBlocks), 256, '64'));
        resource.addDependency(block);
        new ec2.CfnRoute(stack, `Ipv6Route${index}`, { routeTableId: subnet.routeTable.routeTableId, destinationIpv6CidrBlock: '::/0', gatewayId: vpc.internetGatewayId! });
      });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true, ipAddressType: elbv2.IpAddressType.DUAL_STACK });
      alb.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'a VPC with both protocols by the CDK': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack } = stackWithVpc(app);
      const vpc = new ec2.Vpc(stack, 'Dual', { ipProtocol: ec2.IpProtocol.DUAL_STACK, natGateways: 1, maxAzs: 2 });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true, ipAddressType: elbv2.IpAddressType.DUAL_STACK });
      alb.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc, 'Group', { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS })] });
    },
  },
  'CloudFront in front of an internal load balancer': {
    // the interfaces of CloudFront are in the load balancer's own VPC
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const origin = origins.VpcOrigin.withApplicationLoadBalancer(alb, { protocolPolicy: cloudfront.OriginProtocolPolicy.HTTP_ONLY });
      new cloudfront.Distribution(stack, 'Distribution', { defaultBehavior: { origin } });
    },
  },
  'Global Accelerator in front of a public load balancer': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = publicAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      new accelerator.Accelerator(stack, 'Accelerator').addListener('Listener', { portRanges: [{ fromPort: 80 }] })
        .addEndpointGroup('Endpoints', { endpoints: [new accelerated.ApplicationLoadBalancerEndpoint(alb)] });
    },
  },
};
