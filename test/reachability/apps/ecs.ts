import { Duration, Stack } from 'aws-cdk-lib';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { cluster, clusterOnInstances, fargateTask, internalAlb, ISOLATED, publicAlb, stackWithVpc, WEB } from './parts';
import { WorkingApps } from './working-app';

function green(stack: Stack, vpc: ec2.IVpc): elbv2.ApplicationTargetGroup {
  return new elbv2.ApplicationTargetGroup(stack, 'Green', { vpc, port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targetType: elbv2.TargetType.IP });
}

/** ECS services that their authors put behind load balancers themselves. */
export const ecsServices: WorkingApps = {
  'a service added to a listener': {
    reaches: ['internet > alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED });
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [service] });
    },
  },
  'a container of many, chosen by its name and port': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const taskDefinition = fargateTask(stack, 'Task', 8080);
      taskDefinition.addContainer('admin', { image: WEB, portMappings: [{ containerPort: 9000 }, { containerPort: 9001 }] });
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition, vpcSubnets: ISOLATED });
      internalAlb(stack, vpc).listener.addTargets('Admin', {
        port: 80, targets: [service.loadBalancerTarget({ containerName: 'admin', containerPort: 9001 })],
      });
    },
  },
  'targets registered by the service, with health checks on the traffic\'s port': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED });
      service.registerLoadBalancerTargets({
        containerName: 'web',
        newTargetGroupId: 'Web',
        listener: ecs.ListenerConfig.applicationListener(internalAlb(stack, vpc).listener, { port: 8080, healthCheck: { path: '/health', port: 'traffic-port' } }),
      });
    },
  },
  'health checks on a port of their own, which is open too': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const taskDefinition = fargateTask(stack);
      taskDefinition.defaultContainer!.addPortMappings({ containerPort: 8081 });
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition, vpcSubnets: ISOLATED });
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [service], healthCheck: { port: '8081' } });
      alb.connections.allowTo(service, ec2.Port.tcp(8081), 'Health checks');
    },
  },
  'a service without outbound rules of its own': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const securityGroups = [new ec2.SecurityGroup(stack, 'ServiceGroup', { vpc, allowAllOutbound: false })];
      const service = new ecs.FargateService(stack, 'Service', {
        cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED, securityGroups,
      });
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [service] });
    },
  },
  'a service on instances in network mode host': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.HOST });
      taskDefinition.addContainer('web', { image: WEB, memoryLimitMiB: 128, portMappings: [{ containerPort: 8080 }] });
      const service = new ecs.Ec2Service(stack, 'Service', { cluster: clusterOnInstances(stack, vpc).onInstances, taskDefinition });
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 8080, targets: [service] });
    },
  },
  'a service that CodeDeploy moves from one target group to the other': {
    // what is in the second group only CodeDeploy knows
    reaches: ['alb > ecs-service'],
    unknown: [/Green/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = new ecs.FargateService(stack, 'Service', {
        cluster: cluster(stack, vpc),
        taskDefinition: fargateTask(stack),
        vpcSubnets: ISOLATED,
        deploymentController: { type: ecs.DeploymentControllerType.CODE_DEPLOY },
      });
      const { alb, listener } = internalAlb(stack, vpc);
      const blueTargetGroup = listener.addTargets('Blue', { port: 80, targets: [service] });
      const greenTargetGroup = green(stack, vpc);
      const testListener = alb.addListener('Test', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, defaultTargetGroups: [greenTargetGroup] });
      new codedeploy.EcsDeploymentGroup(stack, 'Deployments', {
        service, blueGreenDeploymentConfig: { blueTargetGroup, greenTargetGroup, listener, testListener, terminationWaitTime: Duration.minutes(5) },
      });
    },
  },
  'a service that ECS itself moves from one target group to the other': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = new ecs.FargateService(stack, 'Service', {
        cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED, deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN,
      });
      const { alb, listener } = internalAlb(stack, vpc);
      const blue = new elbv2.ApplicationTargetGroup(stack, 'Blue', { vpc, port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targetType: elbv2.TargetType.IP });
      const alternateTargetGroup = green(stack, vpc);
      listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(404) });
      const rule = new elbv2.ApplicationListenerRule(stack, 'Production', {
        listener,
        priority: 1,
        conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
        action: elbv2.ListenerAction.weightedForward([{ targetGroup: blue, weight: 100 }, { targetGroup: alternateTargetGroup, weight: 0 }]),
      });
      const alternateTarget = new ecs.AlternateTarget('Alternate', { alternateTargetGroup, productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(rule) });
      blue.addTarget(service.loadBalancerTarget({ containerName: 'web', containerPort: 8080, alternateTarget }));
      alb.connections.allowTo(service, ec2.Port.tcp(8080));
    },
  },
};
