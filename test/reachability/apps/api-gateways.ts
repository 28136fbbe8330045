import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { cluster, fargateTask, ISOLATED, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';

const WITHOUT_GROUPS = { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': false };

/** API Gateway in front of load balancers in a VPC. */
export const apiGateways: WorkingApps = {
  'a REST API to an NLB without a group': {
    context: WITHOUT_GROUPS,
    reaches: ['nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      group.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true });
      nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
      const vpcLink = new apigateway.VpcLink(stack, 'Link', { targets: [nlb] });
      new apigateway.RestApi(stack, 'Api').root.addMethod('ANY', new apigateway.Integration({
        type: apigateway.IntegrationType.HTTP_PROXY, integrationHttpMethod: 'ANY', uri: `http://${nlb.loadBalancerDnsName}`, options: { vpcLink },
      }));
    },
  },
  'a REST API to an NLB whose group is not enforced on PrivateLink': {
    reaches: ['nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', {
        vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
      });
      nlb.connections.allowTo(group, ec2.Port.tcp(80));
      nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
      new apigateway.VpcLink(stack, 'Link', { targets: [nlb] });
    },
  },
  'an HTTP API to the listener of an ALB, through a link with a group': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const linkGroup = new ec2.SecurityGroup(stack, 'LinkGroup', { vpc, allowAllOutbound: false });
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      linkGroup.connections.allowTo(alb, ec2.Port.tcp(80));
      const vpcLink = new apigatewayv2.VpcLink(stack, 'Link', { vpc, subnets: ISOLATED, securityGroups: [linkGroup] });
      new apigatewayv2.HttpApi(stack, 'Api', { defaultIntegration: new integrations.HttpAlbIntegration('Alb', listener, { vpcLink }) });
    },
  },
  'an HTTP API to the listener of an NLB': {
    reaches: ['nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const linkGroup = new ec2.SecurityGroup(stack, 'LinkGroup', { vpc });
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups });
      nlb.connections.allowFrom(linkGroup, ec2.Port.tcp(80));
      nlb.connections.allowTo(group, ec2.Port.tcp(80));
      const listener = nlb.addListener('Tcp', { port: 80 });
      listener.addTargets('Web', { port: 80, targets: [group] });
      const vpcLink = new apigatewayv2.VpcLink(stack, 'Link', { vpc, subnets: ISOLATED, securityGroups: [linkGroup] });
      new apigatewayv2.HttpApi(stack, 'Api', { defaultIntegration: new integrations.HttpNlbIntegration('Nlb', listener, { vpcLink }) });
    },
  },
  'an HTTP API to tasks that Cloud Map knows': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const linkGroup = new ec2.SecurityGroup(stack, 'LinkGroup', { vpc });
      const tasks = cluster(stack, vpc);
      tasks.addDefaultCloudMapNamespace({ name: 'tasks.internal' });
      const service = new ecs.FargateService(stack, 'Service', { cluster: tasks, taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED, cloudMapOptions: { name: 'web' } });
      service.connections.allowFrom(linkGroup, ec2.Port.tcp(8080));
      const vpcLink = new apigatewayv2.VpcLink(stack, 'Link', { vpc, subnets: ISOLATED, securityGroups: [linkGroup] });
      new apigatewayv2.HttpApi(stack, 'Api', { defaultIntegration: new integrations.HttpServiceDiscoveryIntegration('Web', service.cloudMapService!, { vpcLink }) });
    },
  },
};
