import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { CERTIFICATE, cluster, fargateTask, internalAlb, ISOLATED, PUBLIC, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newInstance } from '../../util';

const WITH_GROUPS = { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': true };
const WITHOUT_GROUPS = { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': false };

/** What Network Load Balancers let through: with and without security groups, with the client's address and without. */
export const networkLoadBalancers: WorkingApps = {
  'an Auto Scaling group behind a public NLB without a group, open to the clients': {
    context: WITHOUT_GROUPS,
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      group.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true })
        .addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
    },
  },
  'an Auto Scaling group behind an NLB whose group the CDK makes': {
    context: WITH_GROUPS,
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true });
      nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 8080, targets: [group] });
      nlb.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
      nlb.connections.allowTo(group, ec2.Port.tcp(8080));
    },
  },
  'an NLB with a group of its own, which lets everything out': {
    reaches: ['nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const securityGroup = new ec2.SecurityGroup(stack, 'NlbGroup', { vpc });
      securityGroup.addIngressRule(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      group.connections.allowFrom(securityGroup, ec2.Port.tcp(80));
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups: [securityGroup] })
        .addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
    },
  },
  'an NLB without a group in front of instances that hide nobody\'s address, told not to': {
    context: WITHOUT_GROUPS,
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      group.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true })
        .addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group], preserveClientIp: false });
    },
  },
  'tasks by address that see the clients\' addresses and admit them': {
    context: WITHOUT_GROUPS,
    reaches: ['internet > nlb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED });
      service.connections.allowFromAnyIpv4(ec2.Port.tcp(8080));
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true })
        .addListener('Tcp', { port: 80 }).addTargets('Web', { port: 8080, targets: [service], preserveClientIp: true });
    },
  },
  'TLS that ends at the NLB': {
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true, securityGroups });
      nlb.connections.allowFromAnyIpv4(ec2.Port.tcp(443));
      nlb.connections.allowTo(group, ec2.Port.tcp(80));
      nlb.addListener('Tls', { port: 443, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)] })
        .addTargets('Web', { port: 80, protocol: elbv2.Protocol.TCP, targets: [group] });
    },
  },
  'TLS that is made anew behind the NLB': {
    context: WITHOUT_GROUPS,
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      group.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(443));
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true })
        .addListener('Tls', { port: 443, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)] })
        .addTargets('Web', { port: 443, protocol: elbv2.Protocol.TLS, targets: [group], preserveClientIp: false });
    },
  },
  'UDP with health checks over TCP': {
    context: WITHOUT_GROUPS,
    reaches: ['internet > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      group.connections.allowFromAnyIpv4(ec2.Port.udp(514));
      group.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(8080));
      new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true })
        .addListener('Syslog', { port: 514, protocol: elbv2.Protocol.UDP })
        .addTargets('Logs', { port: 514, protocol: elbv2.Protocol.UDP, targets: [group], healthCheck: { port: '8080', protocol: elbv2.Protocol.TCP } });
    },
  },
  'TCP and UDP on one port': {
    reaches: ['nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups });
      for (const port of [ec2.Port.tcp(53), ec2.Port.udp(53)]) {
        nlb.connections.allowFrom(ec2.Peer.ipv4('10.0.0.0/8'), port);
        nlb.connections.allowTo(group, port);
      }
      nlb.addListener('Dns', { port: 53, protocol: elbv2.Protocol.TCP_UDP })
        .addTargets('Resolvers', { port: 53, protocol: elbv2.Protocol.TCP_UDP, targets: [group] });
    },
  },
  'an ALB behind an NLB': {
    reaches: ['nlb > alb > A'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'A', vpc);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      alb.connections.allowTo(server, ec2.Port.tcp(80));
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true, securityGroups });
      nlb.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
      nlb.connections.allowTo(alb, ec2.Port.tcp(80));
      nlb.addListener('Tcp', { port: 80 })
        .addTargets('Alb', { port: 80, targets: [new targets.AlbListenerTarget(listener)], healthCheck: { protocol: elbv2.Protocol.HTTP } });
    },
  },
  'an NLB that clients of its own VPC name by their security group': {
    context: WITH_GROUPS,
    reaches: ['Client > nlb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const [client, server] = [newInstance(stack, 'Client', vpc), newInstance(stack, 'Server', vpc)];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true });
      client.connections.allowTo(nlb, ec2.Port.tcp(5432));
      nlb.connections.allowTo(server, ec2.Port.tcp(5432));
      nlb.addListener('Db', { port: 5432 }).addTargets('Db', { port: 5432, targets: [new targets.InstanceTarget(server)] });
    },
  },
  'a public NLB with fixed addresses in front of an instance in each zone': {
    context: WITHOUT_GROUPS,
    reaches: ['internet > nlb > Server0', 'internet > nlb > Server1'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const subnetMappings = vpc.selectSubnets(PUBLIC).subnets.map((subnet, index) => (
        { subnet, allocationId: new ec2.CfnEIP(stack, `Address${index}`, { domain: 'vpc' }).attrAllocationId }));
      const listener = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, subnetMappings }).addListener('Tcp', { port: 80 });
      const group = new ec2.SecurityGroup(stack, 'ServerGroup', { vpc });
      group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80));
      const servers = vpc.isolatedSubnets.map((subnet, index) => new ec2.Instance(stack, `Server${index}`, {
        vpc,
        vpcSubnets: { subnets: [subnet] },
        instanceType: new ec2.InstanceType('t3.micro'),
        machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
        securityGroup: group,
      }));
      listener.addTargets('Web', { port: 80, targets: servers.map(server => new targets.InstanceTarget(server)) });
    },
  },
};
