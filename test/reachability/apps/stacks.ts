import { App, NestedStack, Stack, StackProps, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as aliases from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { fargateTask, internalAlb, ISOLATED, publicAlb, scaledGroup, stackWithVpc, ZONES } from './parts';
import { WorkingApp, WorkingApps } from './working-app';
import { newFargateService, newVpc, TOKYO } from '../../util';

const VIRGINIA = { account: TOKYO.account, region: 'us-east-1' };

/** Network, load balancer and service in a stack each, as many teams have it. */
function layers(scope: Construct, props: StackProps = { env: TOKYO }): void {
  const network = new Stack(scope, 'Network', props);
  const vpc = newVpc(network, 'Vpc', '10.1.0.0/16', ZONES);
  const front = new Stack(scope, 'Front', props);
  const alb = new elbv2.ApplicationLoadBalancer(front, 'Alb', { vpc, vpcSubnets: ISOLATED });
  const listener = alb.addListener('Http', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) });
  const web = new Stack(scope, 'Web', props);
  const service = newFargateService(web, 'Service', vpc);
  const targetGroup = new elbv2.ApplicationTargetGroup(web, 'Targets', { vpc, port: 80, targets: [service] });
  new elbv2.ApplicationListenerRule(web, 'Rule', {
    listener, priority: 10, conditions: [elbv2.ListenerCondition.pathPatterns(['/web*'])], action: elbv2.ListenerAction.forward([targetGroup]),
  });
}

function references(strength: string): WorkingApp {
  return { context: { '@aws-cdk/core:defaultCrossStackReferences': strength }, reaches: ['alb > ecs-service'], build: app => layers(app) };
}

function crossRegion(app: App): void {
  const { stack, vpc } = stackWithVpc(app, 'Origin');
  const { alb, listener } = publicAlb(stack, vpc);
  listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
  const edge = new Stack(app, 'Edge', { env: VIRGINIA, crossRegionReferences: true });
  const zone = new route53.PublicHostedZone(edge, 'Zone', { zoneName: 'example.com' });
  new route53.CnameRecord(edge, 'Record', { zone, recordName: 'web', domainName: alb.loadBalancerDnsName });
}

/** Apps of several stacks, accounts, Regions and stages. */
export const stacks: WorkingApps = {
  'three stacks with references that hold': references('strong'),
  'three stacks with references that do not hold': references('weak'),
  'three stacks with references that do both': references('both'),
  'three stacks without an environment': { reaches: ['alb > ecs-service'], build: app => layers(app, {}) },
  'two stages of the same stacks, with the same addresses': {
    reaches: ['Dev/Front/Alb > Dev/Web/Service', 'Prod/Front/Alb > Prod/Web/Service'],
    build: app => ['Dev', 'Prod'].forEach(id => layers(new Stage(app, id, { env: TOKYO }))),
  },
  'two stages in two accounts': {
    reaches: ['Dev/Front/Alb > Dev/Web/Service', 'Prod/Front/Alb > Prod/Web/Service'],
    build: app => {
      layers(new Stage(app, 'Dev'), { env: TOKYO });
      layers(new Stage(app, 'Prod'), { env: { ...TOKYO, account: '222222222222' } });
    },
  },
  'a service that is not in the stack of its load balancer, and gets its rules there': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Front');
      const { alb } = internalAlb(stack, vpc);
      const back = new Stack(app, 'Back', { env: TOKYO });
      const cluster = new ecs.Cluster(back, 'Cluster', { vpc });
      const service = new ecs.FargateService(back, 'Service', { cluster, taskDefinition: fargateTask(back), vpcSubnets: ISOLATED });
      const targetGroup = new elbv2.ApplicationTargetGroup(back, 'Targets', { vpc, port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targetType: elbv2.TargetType.IP });
      service.attachToApplicationTargetGroup(targetGroup);
      service.connections.allowFrom(alb, ec2.Port.tcp(8080));
      new elbv2.ApplicationListener(back, 'Listener', { loadBalancer: alb, port: 8081, protocol: elbv2.ApplicationProtocol.HTTP, defaultTargetGroups: [targetGroup] });
      alb.listeners[0].addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
    },
  },
  'nested stacks, which get what they need as parameters': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const stack = new Stack(app, 'Stack', { env: TOKYO });
      const vpc = newVpc(new NestedStack(stack, 'Network'), 'Vpc', '10.1.0.0/16', ZONES);
      const { listener } = internalAlb(new NestedStack(stack, 'Front'), vpc);
      const web = new NestedStack(stack, 'Web');
      const cluster = new ecs.Cluster(web, 'Cluster', { vpc });
      const service = new ecs.FargateService(web, 'Service', { cluster, taskDefinition: fargateTask(web), vpcSubnets: ISOLATED });
      const targetGroup = new elbv2.ApplicationTargetGroup(web, 'Targets', { vpc, port: 80, targets: [service] });
      new elbv2.ApplicationListenerRule(web, 'Rule', {
        listener, priority: 10, conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])], action: elbv2.ListenerAction.forward([targetGroup]),
      });
      listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
    },
  },
  'a nested stack in a nested stack': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const outer = new NestedStack(new Stack(app, 'Stack', { env: TOKYO }), 'Outer');
      const vpc = newVpc(outer, 'Vpc', '10.1.0.0/16', ZONES);
      const inner = new NestedStack(outer, 'Inner');
      internalAlb(inner, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(inner, vpc)] });
    },
  },
  'a name in another Region': { reaches: ['internet > alb > auto-scaling-group'], build: crossRegion },
  'two VPCs of two stacks with a peering in a third': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const [near, far] = [stackWithVpc(app, 'Near', '10.1.0.0/16'), stackWithVpc(app, 'Far', '10.2.0.0/16')];
      const alb = new elbv2.ApplicationLoadBalancer(near.stack, 'Alb', { vpc: near.vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.2.0.0/16'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(near.stack, near.vpc)] });
      scaledGroup(far.stack, far.vpc, 'Client');
      const middle = new Stack(app, 'Middle', { env: TOKYO });
      const peering = new ec2.CfnVPCPeeringConnection(middle, 'Peering', { vpcId: near.vpc.vpcId, peerVpcId: far.vpc.vpcId });
      for (const [from, to] of [[near.vpc, far.vpc], [far.vpc, near.vpc]]) {
        from.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(middle, `${Stack.of(from).node.id}${index}`, {
          routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: to.vpcCidrBlock, vpcPeeringConnectionId: peering.ref,
        }));
      }
      new route53.PrivateHostedZone(middle, 'Zone', { zoneName: 'web.internal', vpc: near.vpc }).addVpc(far.vpc);
      new route53.ARecord(middle, 'Record', {
        zone: middle.node.findChild('Zone') as route53.PrivateHostedZone, target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)),
      });
    },
  },
};
