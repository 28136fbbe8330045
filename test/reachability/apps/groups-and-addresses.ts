import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancing';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CERTIFICATE, cluster, fargateTask, internalAlb, ISOLATED, publicAlb, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newInstance, newVpc } from '../../util';

const WITHOUT_GROUPS = { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': false };

/** What instances and launch templates of L1 take at least. */
const AMI = { imageId: 'ami-0123456789abcdef0', instanceType: 't3.micro' };

/** Who is let in, written in every way that lets in who should come, and nobody else. */
export const groupsAndAddresses: WorkingApps = {
  'rules for the blocks of the load balancer\'s subnets': {
    reaches: ['alb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'Server', vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      for (const subnet of vpc.isolatedSubnets) {
        server.connections.allowFrom(ec2.Peer.ipv4(subnet.ipv4CidrBlock), ec2.Port.tcp(80));
        alb.connections.allowTo(ec2.Peer.ipv4(subnet.ipv4CidrBlock), ec2.Port.tcp(80));
      }
    },
  },
  'everything in the default security group of the VPC': {
    reaches: ['Client > alb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const [subnetId] = vpc.isolatedSubnets.map(subnet => subnet.subnetId);
      const [, server] = ['Client', 'Server'].map(id => new ec2.CfnInstance(stack, id, { ...AMI, subnetId }));
      const alb = new elbv2.CfnLoadBalancer(stack, 'Alb', { scheme: 'internal', subnets: vpc.isolatedSubnets.map(subnet => subnet.subnetId) });
      const group = new elbv2.CfnTargetGroup(stack, 'Targets', { vpcId: vpc.vpcId, port: 80, protocol: 'HTTP', targets: [{ id: server.ref }] });
      new elbv2.CfnListener(stack, 'Listener', { loadBalancerArn: alb.ref, port: 80, protocol: 'HTTP', defaultActions: [{ type: 'forward', targetGroupArn: group.ref }] });
    },
  },
  'a launch template that writes its network interface out': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      const group = new ec2.SecurityGroup(stack, 'ServerGroup', { vpc });
      const template = new ec2.CfnLaunchTemplate(stack, 'Template', {
        launchTemplateData: { ...AMI, networkInterfaces: [{ deviceIndex: 0, groups: [group.securityGroupId] }] },
      });
      const launchTemplate = ec2.LaunchTemplate.fromLaunchTemplateAttributes(stack, 'Imported', { launchTemplateId: template.ref, versionNumber: template.attrLatestVersionNumber });
      const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Targets', { vpc, port: 80, targetType: elbv2.TargetType.INSTANCE });
      listener.addTargetGroups('Web', { targetGroups: [targetGroup] });
      const servers = scaledGroup(stack, vpc).node.defaultChild!;
      Object.assign(servers, {
        launchConfigurationName: undefined,
        launchTemplate: { launchTemplateId: launchTemplate.launchTemplateId, version: template.attrLatestVersionNumber },
        targetGroupArns: [targetGroup.targetGroupArn],
      });
      group.connections.allowFrom(alb, ec2.Port.tcp(80));
    },
  },
  'a group of instances behind two target groups': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [group] });
      alb.addListener('Admin', { port: 9000, protocol: elbv2.ApplicationProtocol.HTTP }).addTargets('Admin', { port: 9001, protocol: elbv2.ApplicationProtocol.HTTP, targets: [group] });
    },
  },
  'a network interface as a target': {
    reaches: ['alb > Interface'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      const group = new ec2.SecurityGroup(stack, 'InterfaceGroup', { vpc });
      const face = new ec2.CfnNetworkInterface(stack, 'Interface', { subnetId: vpc.isolatedSubnets[0].subnetId, groupSet: [group.securityGroupId] });
      listener.addTargets('Web', { port: 80, targets: [new targets.IpTarget(face.attrPrimaryPrivateIpAddress)] });
      alb.connections.allowTo(group, ec2.Port.tcp(80));
    },
  },
  'clients that have IPv6 only': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack } = stackWithVpc(app);
      const vpc = new ec2.Vpc(stack, 'Dual', { ipProtocol: ec2.IpProtocol.DUAL_STACK, natGateways: 1, maxAzs: 2 });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true, ipAddressType: elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.anyIpv6());
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc, 'Group', { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS })] });
    },
  },
  'a public NLB without a group, in front of instances that admit one office only': {
    context: WITHOUT_GROUPS,
    reaches: ['nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      group.connections.allowFrom(ec2.Peer.ipv4('203.0.113.0/24'), ec2.Port.tcp(80));
      group.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80), 'Health checks');
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true }).addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
    },
  },
  'an internal NLB without a group, in front of instances that admit the peered VPC and the health checks only': {
    context: WITHOUT_GROUPS,
    reaches: ['nlb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
      newInstance(stack, 'Client', other).connections.allowTo(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      const server = newInstance(stack, 'Server', vpc);
      const blocks = [other.vpcCidrBlock, ...vpc.isolatedSubnets.map(subnet => subnet.ipv4CidrBlock)];
      for (const block of blocks) { server.connections.allowFrom(ec2.Peer.ipv4(block), ec2.Port.tcp(80)); }
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true })
        .addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      const peering = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: other.vpcId });
      for (const [from, to] of [[vpc, other], [other, vpc]]) {
        from.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(stack, `${from.node.id}${index}`, {
          routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: to.vpcCidrBlock, vpcPeeringConnectionId: peering.ref,
        }));
      }
    },
  },
  'a public load balancer for CloudFront only, by the list that AWS keeps': {
    reaches: ['alb > auto-scaling-group'],
    unknown: [/pl-3b927c52/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.prefixList('pl-3b927c52'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
    },
  },
  'gRPC over HTTPS': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack, 'Task', 50051), vpcSubnets: ISOLATED });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
      alb.addListener('Https', { port: 443, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)] }).addTargets('Grpc', {
        port: 50051, protocol: elbv2.ApplicationProtocol.HTTP, protocolVersion: elbv2.ApplicationProtocolVersion.GRPC, targets: [service],
      });
    },
  },
  'an ALB with HTTPS behind an NLB': {
    reaches: ['nlb > alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'A', vpc);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Https', { port: 443, open: false, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)] });
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      alb.connections.allowTo(server, ec2.Port.tcp(80));
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true, securityGroups });
      nlb.connections.allowFromAnyIpv4(ec2.Port.tcp(443));
      nlb.connections.allowTo(alb, ec2.Port.tcp(443));
      nlb.addListener('Tcp', { port: 443 }).addTargets('Alb', { port: 443, targets: [new targets.AlbListenerTarget(listener)], healthCheck: { protocol: elbv2.Protocol.HTTPS } });
    },
  },
  'a classic load balancer': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const balancer = new elb.LoadBalancer(stack, 'Classic', { vpc, internetFacing: true });
      balancer.addListener({ externalPort: 80 });
      balancer.addTarget(scaledGroup(stack, vpc));
    },
  },
  'a Gateway Load Balancer in front of firewalls': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const firewall = newInstance(stack, 'Firewall', vpc);
      firewall.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.udp(6081));
      firewall.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80), 'Health checks');
      const { subnetIds: subnets } = vpc.selectSubnets(ISOLATED);
      const balancer = new elbv2.CfnLoadBalancer(stack, 'Gateway', { type: 'gateway', subnets });
      const group = new elbv2.CfnTargetGroup(stack, 'Targets', { vpcId: vpc.vpcId, port: 6081, protocol: 'GENEVE', healthCheckPort: '80', healthCheckProtocol: 'TCP', targets: [{ id: firewall.instanceId }] });
      new elbv2.CfnListener(stack, 'Listener', { loadBalancerArn: balancer.ref, defaultActions: [{ type: 'forward', targetGroupArn: group.ref }] });
      const service = new ec2.CfnVPCEndpointService(stack, 'Service', { gatewayLoadBalancerArns: [balancer.ref], acceptanceRequired: false });
      const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
      new ec2.CfnVPCEndpoint(stack, 'Endpoint', {
        vpcEndpointType: 'GatewayLoadBalancer', vpcId: other.vpcId, subnetIds: [other.isolatedSubnets[0].subnetId], serviceName: `com.amazonaws.vpce.${stack.region}.${service.ref}`,
      });
    },
  },
  'a function of elsewhere behind a listener': {
    unknown: [/function:shared/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const shared = lambda.Function.fromFunctionArn(stack, 'Shared', 'arn:aws:lambda:ap-northeast-1:111111111111:function:shared');
      publicAlb(stack, vpc).listener.addTargets('Function', { targets: [new targets.LambdaTarget(shared)] });
    },
  },
  'tasks in network mode bridge on a cluster that exists': {
    unknown: [/Service/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const imported = ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc, securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Nodes', 'sg-0123456789abcdef0')] });
      const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task');
      taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), memoryLimitMiB: 128, portMappings: [{ containerPort: 8080 }] });
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [new ecs.Ec2Service(stack, 'Service', { cluster: imported, taskDefinition })] });
    },
  },
  'a load balancer and its rules in two stacks, of which one knows the other by its exports': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
      const [group] = alb.connections.securityGroups;
      const back = new Stack(app, 'Back', { env: { account: stack.account, region: stack.region } });
      const servers = scaledGroup(back, vpc);
      new ec2.CfnSecurityGroupIngress(back, 'FromAlb', {
        groupId: servers.connections.securityGroups[0].securityGroupId, ipProtocol: 'tcp', fromPort: 80, toPort: 80, sourceSecurityGroupId: group.securityGroupId,
      });
      new ec2.CfnSecurityGroupEgress(back, 'ToServers', {
        groupId: group.securityGroupId, ipProtocol: 'tcp', fromPort: 80, toPort: 80, destinationSecurityGroupId: servers.connections.securityGroups[0].securityGroupId,
      });
      const targetGroup = new elbv2.CfnTargetGroup(back, 'Targets', { vpcId: vpc.vpcId, port: 80, protocol: 'HTTP' });
      Object.assign(servers.node.defaultChild!, { targetGroupArns: [targetGroup.ref] });
      new elbv2.CfnListenerRule(back, 'Rule', {
        listenerArn: listener.listenerArn, priority: 1, conditions: [{ field: 'path-pattern', values: ['/*'] }], actions: [{ type: 'forward', targetGroupArn: targetGroup.ref }],
      });
    },
  },
};
