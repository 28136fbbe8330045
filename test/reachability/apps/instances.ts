import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { CERTIFICATE, internalAlb, ISOLATED, publicAlb, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newAutoScalingGroup, newInstance } from '../../util';

/** Instances, groups of them and addresses behind Application Load Balancers. */
export const instances: WorkingApps = {
  'an Auto Scaling group behind a public ALB, scaled by its requests': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [group] });
      group.scaleOnRequestCount('Requests', { targetRequestsPerMinute: 60 });
    },
  },
  'an Auto Scaling group with a launch configuration': {
    context: { '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig': false },
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'an Auto Scaling group made of a launch template': {
    context: { '@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig': true },
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 8080, targets: [newAutoScalingGroup(stack, 'Group', vpc)] });
    },
  },
  'an Auto Scaling group of mixed instances': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const launchTemplate = new ec2.LaunchTemplate(stack, 'Template', {
        machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
        securityGroup: new ec2.SecurityGroup(stack, 'Group', { vpc }),
      });
      const mixedInstancesPolicy = { launchTemplate, launchTemplateOverrides: [{ instanceType: new ec2.InstanceType('t3.micro') }, { instanceType: new ec2.InstanceType('t3a.micro') }] };
      const group = new autoscaling.AutoScalingGroup(stack, 'Mixed', { vpc, vpcSubnets: ISOLATED, mixedInstancesPolicy });
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [group] });
      alb.connections.allowTo(launchTemplate, ec2.Port.tcp(80));
    },
  },
  'an Auto Scaling group with health checks on another port': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [group], healthCheck: { port: '9000' } });
      alb.connections.allowTo(group, ec2.Port.tcp(9000));
    },
  },
  'instances that a load balancer may reach': {
    reaches: ['alb > A', 'alb > B'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const servers = [newInstance(stack, 'A', vpc), newInstance(stack, 'B', vpc)];
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: servers.map(server => new targets.InstanceTarget(server)) });
      servers.forEach(server => alb.connections.allowTo(server, ec2.Port.tcp(8080)));
    },
  },
  'an instance on a port of its own': {
    reaches: ['alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'A', vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server, 8088)] });
      alb.connections.allowTo(server, ec2.Port.tcp(8088));
    },
  },
  'an instance that is a target by its id, with rules of address blocks': {
    reaches: ['alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'A', vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceIdTarget(server.instanceId)] });
      for (const { connections } of [alb, server]) { connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80)); }
      alb.connections.allowTo(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
    },
  },
  'an instance that is a target by its private address': {
    reaches: ['alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'A', vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.IpTarget(server.instancePrivateIp, 80)] });
      alb.connections.allowTo(server, ec2.Port.tcp(80));
    },
  },
  'an instance that shares one security group with its load balancer': {
    reaches: ['alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const securityGroup = new ec2.SecurityGroup(stack, 'Shared', { vpc });
      securityGroup.connections.allowInternally(ec2.Port.tcp(80));
      const server = newInstance(stack, 'A', vpc);
      server.addSecurityGroup(securityGroup);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED, securityGroup });
      alb.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
    },
  },
  'an instance whose network interface is written out': {
    reaches: ['alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      const group = new ec2.SecurityGroup(stack, 'ServerGroup', { vpc });
      group.connections.allowFrom(alb, ec2.Port.tcp(80));
      const instance = new ec2.CfnInstance(stack, 'A', {
        imageId: 'ami-0123456789abcdef0',
        instanceType: 't3.micro',
        networkInterfaces: [{ deviceIndex: '0', subnetId: vpc.isolatedSubnets[0].subnetId, groupSet: [group.securityGroupId] }],
      });
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceIdTarget(instance.ref)] });
    },
  },
  'an instance with a network interface that is a resource': {
    reaches: ['alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      const group = new ec2.SecurityGroup(stack, 'ServerGroup', { vpc });
      group.connections.allowFrom(alb, ec2.Port.tcp(80));
      const face = new ec2.CfnNetworkInterface(stack, 'Interface', { subnetId: vpc.isolatedSubnets[0].subnetId, groupSet: [group.securityGroupId] });
      const instance = new ec2.CfnInstance(stack, 'A', {
        imageId: 'ami-0123456789abcdef0', instanceType: 't3.micro', networkInterfaces: [{ deviceIndex: '0', networkInterfaceId: face.ref }],
      });
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceIdTarget(instance.ref)] });
    },
  },
  'two instances by literal addresses': {
    reaches: ['alb > Server0', 'alb > Server1'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      const server = new ec2.SecurityGroup(stack, 'ServerGroup', { vpc });
      server.connections.allowFrom(alb, ec2.Port.tcp(80));
      ['10.1.2.9', '10.1.3.9'].forEach((privateIpAddress, index) => new ec2.CfnInstance(stack, `Server${index}`, {
        imageId: 'ami-0123456789abcdef0',
        instanceType: 't3.micro',
        subnetId: vpc.isolatedSubnets[index].subnetId,
        privateIpAddress,
        securityGroupIds: [server.securityGroupId],
      }));
      listener.addTargets('Web', { port: 80, targets: [new targets.IpTarget('10.1.2.9'), new targets.IpTarget('10.1.3.9')] });
    },
  },
  'instances behind a listener with HTTPS, which speak HTTPS too': {
    reaches: ['internet > alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'A', vpc);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
      alb.addRedirect();
      alb.addListener('Https', { port: 443, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)] })
        .addTargets('Web', { port: 443, targets: [new targets.InstanceTarget(server)], healthCheck: { protocol: elbv2.Protocol.HTTPS } });
      alb.connections.allowTo(server, ec2.Port.tcp(443));
    },
  },
  'a load balancer that admits the addresses of an office only': {
    reaches: ['203.0.113.0/24 > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('203.0.113.0/24'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
};
