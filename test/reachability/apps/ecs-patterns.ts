import { Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { CERTIFICATE, cluster, clusterOnInstances, ISOLATED, stackWithVpc, WEB } from './parts';
import { WorkingApps } from './working-app';

/** The load-balanced services of `aws-ecs-patterns`. */
export const ecsPatterns: WorkingApps = {
  'a public service on Fargate in a VPC of its own': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      new patterns.ApplicationLoadBalancedFargateService(new Stack(app, 'Stack'), 'Web', { taskImageOptions: { image: WEB } });
    },
  },
  'an internal service on Fargate, on a port other than the listener\'s': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
        vpc, publicLoadBalancer: false, taskSubnets: ISOLATED, taskImageOptions: { image: WEB, containerPort: 8080 },
      });
    },
  },
  'a public service on Fargate with HTTPS and a redirect to it': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
        vpc,
        taskSubnets: ISOLATED,
        taskImageOptions: { image: WEB },
        certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE),
        protocol: elbv2.ApplicationProtocol.HTTPS,
        redirectHTTP: true,
      });
    },
  },
  'a public service on Fargate under a name in a public zone': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const domainZone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
      new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
        vpc,
        taskSubnets: ISOLATED,
        taskImageOptions: { image: WEB },
        certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE),
        domainName: 'web.example.com',
        domainZone,
      });
    },
  },
  'a service on Fargate whose target group speaks HTTPS': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const web = new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
        vpc,
        taskSubnets: ISOLATED,
        taskImageOptions: { image: WEB, containerPort: 8443 },
        certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE),
        targetProtocol: elbv2.ApplicationProtocol.HTTPS,
      });
      web.targetGroup.configureHealthCheck({ path: '/health', protocol: elbv2.Protocol.HTTPS });
    },
  },
  'a service on instances with dynamic host ports': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new patterns.ApplicationLoadBalancedEc2Service(stack, 'Web', {
        cluster: clusterOnInstances(stack, vpc).onInstances, memoryLimitMiB: 256, taskImageOptions: { image: WEB },
      });
    },
  },
  'a service on instances with a fixed host port': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task');
      taskDefinition.addContainer('web', { image: WEB, memoryLimitMiB: 128, portMappings: [{ containerPort: 8080, hostPort: 80 }] });
      new patterns.ApplicationLoadBalancedEc2Service(stack, 'Web', { cluster: clusterOnInstances(stack, vpc).onInstances, taskDefinition });
    },
  },
  'a service on instances whose tasks have network interfaces': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.AWS_VPC });
      taskDefinition.addContainer('web', { image: WEB, memoryLimitMiB: 128, portMappings: [{ containerPort: 8080 }] });
      new patterns.ApplicationLoadBalancedEc2Service(stack, 'Web', { cluster: clusterOnInstances(stack, vpc).onInstances, taskDefinition });
    },
  },
  'a service on Fargate behind a public NLB without a security group': {
    reaches: ['internet > nlb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const web = new patterns.NetworkLoadBalancedFargateService(stack, 'Web', {
        vpc, taskSubnets: ISOLATED, listenerPort: 80, taskImageOptions: { image: WEB, containerPort: 8080 },
      });
      // the clients' addresses do not come through to targets by address
      web.service.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(8080));
    },
  },
  'a service on Fargate behind an NLB with a security group': {
    context: { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': true },
    reaches: ['internet > nlb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const web = new patterns.NetworkLoadBalancedFargateService(stack, 'Web', {
        vpc, taskSubnets: ISOLATED, listenerPort: 80, taskImageOptions: { image: WEB, containerPort: 8080 },
      });
      web.loadBalancer.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
      web.loadBalancer.connections.allowTo(web.service, ec2.Port.tcp(8080));
    },
  },
  'a service on instances behind a public NLB, which lets the clients\' addresses through': {
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { onInstances, instances } = clusterOnInstances(stack, vpc);
      new patterns.NetworkLoadBalancedEc2Service(stack, 'Web', { cluster: onInstances, memoryLimitMiB: 256, taskImageOptions: { image: WEB } });
      instances.connections.allowFromAnyIpv4(ec2.Port.tcpRange(32768, 65535));
    },
  },
  'a service on Fargate with two target groups': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new patterns.ApplicationMultipleTargetGroupsFargateService(stack, 'Web', {
        cluster: cluster(stack, vpc),
        taskImageOptions: { image: WEB, containerPorts: [8080, 9090] },
        targetGroups: [{ containerPort: 8080 }, { containerPort: 9090, pathPattern: '/admin*', priority: 10 }],
      });
    },
  },
  'a service on instances with two load balancers': {
    reaches: ['internet > Public > auto-scaling-group', 'Private > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new patterns.ApplicationMultipleTargetGroupsEc2Service(stack, 'Web', {
        cluster: clusterOnInstances(stack, vpc).onInstances,
        memoryLimitMiB: 256,
        taskImageOptions: { image: WEB, containerPorts: [8080, 9090] },
        loadBalancers: [
          { name: 'Public', listeners: [{ name: 'PublicListener' }] },
          { name: 'Private', publicLoadBalancer: false, listeners: [{ name: 'PrivateListener' }] },
        ],
        targetGroups: [{ containerPort: 8080, listener: 'PublicListener' }, { containerPort: 9090, listener: 'PrivateListener' }],
      });
    },
  },
  'a service on Fargate with two target groups of an NLB': {
    reaches: ['internet > nlb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const web = new patterns.NetworkMultipleTargetGroupsFargateService(stack, 'Web', {
        cluster: cluster(stack, vpc),
        taskImageOptions: { image: WEB, containerPorts: [8080, 9090] },
        loadBalancers: [{ name: 'Nlb', listeners: [{ name: 'A', port: 80 }, { name: 'B', port: 81 }] }],
        targetGroups: [{ containerPort: 8080, listener: 'A' }, { containerPort: 9090, listener: 'B' }],
      });
      web.service.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(8080));
      web.service.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(9090));
    },
  },
  'a service that reads a queue, with no load balancer at all': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new patterns.QueueProcessingFargateService(stack, 'Worker', { cluster: cluster(stack, vpc), image: WEB });
    },
  },
};
