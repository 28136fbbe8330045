import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Lazy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { alb, albListener, albRoute, Attempt, BadInputs, behindNlb } from './attempts';
import { Backend, BackendConfig } from '../../src';
import { newFargateService, newInstance, newVpc } from '../util';

/** As untyped languages have it: one thing in the place of another. */
const wrong = (value: unknown): any => value;

const target = new targets.IpTarget('10.1.2.9', 80);

/** A backend of a user behind an Application Load Balancer. */
const own = (config: Partial<BackendConfig>): Attempt => stack => {
  class Own extends Backend {
    public bind(_scope: Construct): BackendConfig {
      return { targetType: elbv2.TargetType.IP, port: 80, applicationTargets: [target], ...config };
    }
  }
  alb({ backend: new Own() })(stack);
};

const withStack = (make: (stack: Stack) => Backend): Attempt => stack => alb({ backend: make(stack) })(stack);

/** What stands behind load balancers, from the factories and of users. */
export const BACKENDS: BadInputs = {
  'the port of a backend of a user': [own({ port: 65536 }), /Stack\/Web: 'port' must be an integer between 1 and 65535, got: 65536\. It is the port of the backend/, 'BackendConfig.port'],
  'a VPC for a group to open': [
    stack => own({ connectables: [wrong(newVpc(stack, 'Bar'))] })(stack), /Stack\/Web: 'connectables\[0\]' must be a peer such as .*, got: Vpc Stack\/Bar/, 'BackendConfig.connectables',
  ],
  'a number for the ports to open': [own({ openPorts: wrong(80) }), /'openPorts' must be ports such as ec2\.Port\.tcp\(80\), got: 80/, 'BackendConfig.openPorts'],
  'an id of targets that is a token': [own({ targetsId: Lazy.string({ produce: () => 'x' }) }), /'targetsId' must be a text that is known at synth, got a token.*logical id/, 'BackendConfig.targetsId'],
  'load balancers as targets of an Application Load Balancer': [
    own({ targetType: elbv2.TargetType.ALB }), /'targetType' must be one of 'instance', 'ip', 'lambda' behind an Application Load Balancer, got: 'alb'/, 'BackendConfig.targetType',
  ],
  'functions as targets of a Network Load Balancer': [
    behindNlb(() => Backend.networkTargets([target], { port: 80, targetType: elbv2.TargetType.LAMBDA })),
    /'targetType' must be one of 'instance', 'ip', 'alb' behind a Network Load Balancer, got: 'lambda'/, 'TargetsBackendOptions.targetType',
  ],
  'targets of another type than that of a backend': [
    own({ targetType: elbv2.TargetType.INSTANCE }),
    /Stack\/Web: 'targetType' of the backend must be that of all its targets, got: 'instance' and targets of another type \(.*'ip'.*\)\. Set it to that/, 'BackendConfig.targetType',
  ],
  'targets of another type behind a Network Load Balancer': [
    behindNlb(() => Backend.networkTargets([target], { port: 80, targetType: elbv2.TargetType.INSTANCE })),
    /'targetType' of the backend must be that of all its targets, got: 'instance' and/, 'TargetsBackendOptions.targetType',
  ],
  'a health check of a backend of a user': [own({ healthCheck: { path: 'health' } }), /'healthCheck\.path' must begin with '\/'.*got: 'health'/, 'BackendConfig.healthCheck'],
  'a VPC for what target objects stand for': [
    stack => withStack(() => Backend.applicationTargets([target], { port: 80, connectables: [wrong(newVpc(stack, 'Bar'))] }))(stack),
    /'connectables\[0\]' must be a peer/, 'TargetsBackendOptions.connectables',
  ],
  'a VPC for what stands behind addresses': [
    withStack(stack => Backend.ipAddresses(['10.1.2.9'], { port: 80, connectable: wrong(newVpc(stack, 'Bar')) })), /'connectable' must be a peer .*, got: Vpc Stack\/Bar/,
    'IpAddressesBackendOptions.connectable',
  ],
  'one address twice': [
    withStack(() => Backend.ipAddresses(['10.1.2.9', '10.1.2.9'], { port: 80 })), /'addresses' must name each one once, got '10\.1\.2\.9' twice\. Leave one out/, 'Backend.ipAddresses(addresses)',
  ],
  'one instance twice': [
    withStack(stack => { const web = newInstance(stack, 'I', newVpc(stack, 'V')); return Backend.instances([web, web], { port: 80 }); }),
    /'instances' must name each one once, got Stack\/I twice/, 'Backend.instances(instances)',
  ],
  'a zone that is none': [
    withStack(() => Backend.ipAddresses(['10.1.2.9'], { port: 80, availabilityZone: 'ALL' })), /'availabilityZone' must be 'all' or the name of a zone such as 'eu-west-1a', got: 'ALL'/,
    'IpAddressesBackendOptions.availabilityZone',
  ],
  'a VPC for an Auto Scaling group': [
    withStack(stack => Backend.autoScalingGroup(wrong(newVpc(stack, 'Bar')), { port: 80 })), /'group' must be an Auto Scaling group that is made in the app, got: Vpc Stack\/Bar/,
    'Backend.autoScalingGroup(group)',
  ],
  'an imported ECS service': [
    withStack(stack => {
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: newVpc(stack, 'Bar') });
      const imported = ecs.FargateService.fromFargateServiceAttributes(stack, 'Imported', { cluster, serviceName: 'orders' });
      return Backend.ecsService(wrong(imported), { containerName: 'web', containerPort: 80 });
    }),
    /'service' must be an ECS service that is made in the app, got: \w+ Stack\/Imported/, 'Backend.ecsService(service)',
  ],
  'a VPC for what an ECS service runs on': [
    stack => {
      const vpc = newVpc(stack);
      alb({ vpc, backend: Backend.ecsService(newFargateService(stack, 'Tasks', vpc), { containerName: 'web', containerPort: 8080, connectable: wrong(vpc) }) })(stack);
    },
    /'connectable' must be a peer .*, got: Vpc Stack\/Vpc/, 'EcsBackendOptions.connectable',
  ],
  'an ALB behind a route of an ALB': [
    stack => albRoute({ backend: Backend.applicationLoadBalancer(albListener(stack)) })(stack), /'backend' \(target type 'alb'\) does not fit behind an Application Load Balancer/,
    'InternalAlbRouteOptions.backend',
  ],
  'a peer for the listener of a Network Load Balancer\'s backend': [
    behindNlb(() => Backend.applicationLoadBalancer(wrong(ec2.Peer.anyIpv4()))), /'listener' must be a listener of an Application Load Balancer, got: AnyIPv4/, 'Backend.applicationLoadBalancer(listener)',
  ],
};
