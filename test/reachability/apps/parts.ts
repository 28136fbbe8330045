import { App, Stack, StackProps } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { newVpc, TOKYO } from '../../util';

export const ISOLATED: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
export const PUBLIC: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PUBLIC };
export const ZONES = ['ap-northeast-1a', 'ap-northeast-1c'];
export const CERTIFICATE = 'arn:aws:acm:ap-northeast-1:111111111111:certificate/01234567-89ab-cdef-0123-456789abcdef';
export const WEB = ecs.ContainerImage.fromRegistry('httpd');

/** A stack in an environment that is known, with the VPC 10.1.0.0/16 of two public and two isolated subnets. */
export function stackWithVpc(app: App, id = 'Stack', cidr = '10.1.0.0/16', props: StackProps = { env: TOKYO }): { stack: Stack; vpc: ec2.Vpc } {
  const stack = new Stack(app, id, props);
  return { stack, vpc: newVpc(stack, 'Vpc', cidr, props.env?.region ? [`${props.env.region}a`, `${props.env.region}c`] : undefined) };
}

/** Instances of a group with its own security group, which lets everything out as the CDK does by default. */
export function scaledGroup(stack: Stack, vpc: ec2.IVpc, id = 'Group', vpcSubnets: ec2.SubnetSelection = ISOLATED): autoscaling.AutoScalingGroup {
  return new autoscaling.AutoScalingGroup(stack, id, {
    vpc,
    vpcSubnets,
    instanceType: new ec2.InstanceType('t3.micro'),
    machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0', 'us-east-1': 'ami-0123456789abcdef0' }),
    minCapacity: 2,
  });
}

/** A load balancer whose listener admits everybody, which is what the CDK makes of it by default. */
export function publicAlb(stack: Stack, vpc: ec2.IVpc): { alb: elbv2.ApplicationLoadBalancer; listener: elbv2.ApplicationListener } {
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
  return { alb, listener: alb.addListener('Http', { port: 80 }) };
}

export function internalAlb(stack: Stack, vpc: ec2.IVpc): { alb: elbv2.ApplicationLoadBalancer; listener: elbv2.ApplicationListener } {
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
  return { alb, listener: alb.addListener('Http', { port: 80 }) };
}

export function cluster(stack: Stack, vpc: ec2.IVpc): ecs.Cluster {
  return new ecs.Cluster(stack, 'Cluster', { vpc });
}

export function fargateTask(stack: Stack, id = 'Task', containerPort = 8080): ecs.FargateTaskDefinition {
  const task = new ecs.FargateTaskDefinition(stack, id);
  task.addContainer('web', { image: WEB, portMappings: [{ containerPort }] });
  return task;
}

/** A container cluster on instances of an Auto Scaling group. */
export function clusterOnInstances(stack: Stack, vpc: ec2.IVpc): { instances: autoscaling.AutoScalingGroup; onInstances: ecs.Cluster } {
  const onInstances = cluster(stack, vpc);
  const instances = new autoscaling.AutoScalingGroup(stack, 'Instances', {
    vpc, vpcSubnets: ISOLATED, instanceType: new ec2.InstanceType('t3.micro'), machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
  });
  onInstances.addAsgCapacityProvider(new ecs.AsgCapacityProvider(stack, 'Capacity', { autoScalingGroup: instances, enableManagedTerminationProtection: false }));
  // a capacity provider brings no group with it, and load balancers open the groups of the cluster only
  onInstances.connections.addSecurityGroup(...instances.connections.securityGroups);
  return { instances, onInstances };
}
