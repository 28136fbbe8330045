import { CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Construct } from 'constructs';
import { ISOLATED } from '../apps/parts';

/** An instance with its own security group, which lets everything out and nothing in. */
export function web(stack: Stack, vpc: ec2.IVpc, id = 'Web', props: Partial<ec2.InstanceProps> = {}): ec2.Instance {
  return new ec2.Instance(stack, id, {
    vpc,
    vpcSubnets: ISOLATED,
    instanceType: new ec2.InstanceType('t3.micro'),
    machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
    ...props,
  });
}

export function answering(listener: elbv2.ApplicationListener): void {
  listener.addAction('Default', { action: elbv2.ListenerAction.fixedResponse(200) });
}

/** Lets the requests of a listener through to an instance on a port. */
export function forwarding(listener: elbv2.ApplicationListener, instance: ec2.Instance): elbv2.ApplicationTargetGroup {
  instance.connections.allowFrom(listener.loadBalancer, ec2.Port.tcp(8080));
  return listener.addTargets('Targets', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(instance)] });
}

/** A property in the template, whatever the constructs say. */
export function override(construct: Construct, property: string, value: unknown): void {
  (construct.node.defaultChild as CfnResource).addPropertyOverride(property, value);
}
