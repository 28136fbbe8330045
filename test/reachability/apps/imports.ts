import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { fargateTask, internalAlb, ISOLATED, publicAlb, scaledGroup, stackWithVpc, ZONES } from './parts';
import { WorkingApps } from './working-app';
import { newInstance, TOKYO } from '../../util';

const ALB_ARN = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:loadbalancer/app/shared/0123456789abcdef';
const LISTENER_ARN = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:listener/app/shared/0123456789abcdef/0123456789abcdef';
const TARGET_GROUP_ARN = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/shared/0123456789abcdef';

const LOOKED_UP = 'vpc-provider:account=111111111111:filter.vpc-id=vpc-0123456789abcdef0:region=ap-northeast-1:returnAsymmetricSubnets=true';

function importedVpc(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    vpcCidrBlock: '10.5.0.0/16',
    availabilityZones: ZONES,
    publicSubnetIds: ['subnet-0000000000000000a', 'subnet-0000000000000000b'],
    publicSubnetRouteTableIds: ['rtb-0000000000000000a', 'rtb-0000000000000000b'],
    isolatedSubnetIds: ['subnet-0000000000000000c', 'subnet-0000000000000000d'],
    isolatedSubnetRouteTableIds: ['rtb-0000000000000000c', 'rtb-0000000000000000d'],
  });
}

/** A stack beside resources that exist already. */
export const imports: WorkingApps = {
  'a load balancer and its targets in a VPC given by its attributes': {
    // its route tables and network ACLs are elsewhere
    unknown: [/subnet-0000000000000000|vpc-0123456789abcdef0/],
    build: app => {
      const stack = new Stack(app, 'Stack', { env: TOKYO });
      const vpc = importedVpc(stack);
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'a load balancer and its targets in a VPC that was looked up': {
    context: {
      [LOOKED_UP]: {
        vpcId: 'vpc-0123456789abcdef0',
        vpcCidrBlock: '10.5.0.0/16',
        ownerAccountId: TOKYO.account,
        availabilityZones: [],
        subnetGroups: [{
          name: 'Public', type: 'Public', subnets: ZONES.map((availabilityZone, index) => ({ subnetId: `subnet-0000000000000000${index}`, cidr: `10.5.${index}.0/24`, availabilityZone, routeTableId: `rtb-0000000000000000${index}` })),
        }, {
          name: 'Isolated', type: 'Isolated', subnets: ZONES.map((availabilityZone, index) => ({ subnetId: `subnet-1000000000000000${index}`, cidr: `10.5.1${index}.0/24`, availabilityZone, routeTableId: `rtb-1000000000000000${index}` })),
        }],
      },
    },
    unknown: [/subnet-[01]000000000000000|vpc-0123456789abcdef0/],
    build: app => {
      const stack = new Stack(app, 'Stack', { env: TOKYO });
      const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0' });
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'a VPC that is still to be looked up': {
    unknown: [/s-12345|p-12345|vpc-12345/],
    build: app => {
      const stack = new Stack(app, 'Stack', { env: TOKYO });
      const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { vpcId: 'vpc-0fedcba9876543210' });
      const subnetType = ec2.SubnetType.PRIVATE_WITH_EGRESS;
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc, 'Group', { subnetType })] });
    },
  },
  'an imported security group of the targets': {
    unknown: [/sg-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-0123456789abcdef0', { mutable: false });
      const server = new ec2.Instance(stack, 'Server', {
        vpc, vpcSubnets: ISOLATED, securityGroup, instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
      });
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      alb.connections.allowTo(securityGroup, ec2.Port.tcp(80));
    },
  },
  'an imported security group of the targets, which gets the rule from here': {
    reaches: ['alb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-0123456789abcdef0', { allowAllOutbound: false });
      const server = new ec2.Instance(stack, 'Server', {
        vpc, vpcSubnets: ISOLATED, securityGroup, instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
      });
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      alb.connections.allowTo(securityGroup, ec2.Port.tcp(80));
    },
  },
  'an imported security group of the clients': {
    reaches: ['alb > auto-scaling-group'],
    unknown: [/sg-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.securityGroupId('sg-0123456789abcdef0'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'targets on an imported listener': {
    unknown: [/listener\/app\/shared|loadbalancer\/app\/shared|sg-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
        listenerArn: LISTENER_ARN, securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-0123456789abcdef0', { allowAllOutbound: false }),
      });
      const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Web', { vpc, port: 80, targets: [scaledGroup(stack, vpc)] });
      listener.addTargetGroups('Web', { targetGroups: [targetGroup], priority: 50, conditions: [elbv2.ListenerCondition.pathPatterns(['/web*'])] });
    },
  },
  'a listener on an imported load balancer': {
    unknown: [/loadbalancer\/app\/shared|sg-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(stack, 'Alb', {
        loadBalancerArn: ALB_ARN, securityGroupId: 'sg-0123456789abcdef0', securityGroupAllowsAllOutbound: false, vpc,
      });
      alb.addListener('Http', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP }).addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'an imported target group behind a listener of the app': {
    unknown: [/targetgroup\/shared/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const targetGroup = elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Targets', { targetGroupArn: TARGET_GROUP_ARN });
      internalAlb(stack, vpc).listener.addTargetGroups('Web', { targetGroups: [targetGroup] });
    },
  },
  'a service in a cluster that exists': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const cluster = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc, securityGroups: [] });
      const service = new ecs.FargateService(stack, 'Service', { cluster, taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED });
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [service] });
    },
  },
  'instances of elsewhere by their ids': {
    unknown: [/i-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceIdTarget('i-0123456789abcdef0')] });
      alb.connections.allowTo(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
    },
  },
  'addresses on premises': {
    unknown: [/192\.168\.7\.7/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.IpTarget('192.168.7.7', 80, 'all')] });
      alb.connections.allowTo(ec2.Peer.ipv4('192.168.0.0/16'), ec2.Port.tcp(80));
      vpc.enableVpnGateway({ type: 'ipsec.1', vpnRoutePropagation: [ISOLATED] });
    },
  },
  'a peered VPC that is not in the app': {
    unknown: [/vpc-0fedcba9876543210|10\.8\.1\.9/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      newInstance(stack, 'Client', vpc).connections.allowTo(ec2.Peer.ipv4('10.8.0.0/16'), ec2.Port.tcp(80));
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.IpTarget('10.8.1.9', 80, 'all')] });
      alb.connections.allowTo(ec2.Peer.ipv4('10.8.0.0/16'), ec2.Port.tcp(80));
      const peering = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: 'vpc-0fedcba9876543210' });
      vpc.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(stack, `Route${index}`, {
        routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: '10.8.0.0/16', vpcPeeringConnectionId: peering.ref,
      }));
    },
  },
};
