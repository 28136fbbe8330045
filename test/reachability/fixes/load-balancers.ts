import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Defects } from './defect';
import { answering, forwarding, override, web } from './parts';
import { newFunction, newVpc, TOKYO } from '../../util';
import { CERTIFICATE, cluster, fargateTask, ISOLATED, publicAlb, stackWithVpc, ZONES } from '../apps/parts';

const EVERYTHING = { open: true, defaultAction: elbv2.ListenerAction.fixedResponse(404) };

/** An ALB in front of an instance, with all that it takes. */
function working(app: App): {
  stack: Stack; vpc: ec2.Vpc; listener: elbv2.ApplicationListener; instance: ec2.Instance; group: elbv2.ApplicationTargetGroup;
} {
  const { stack, vpc } = stackWithVpc(app);
  const { listener } = publicAlb(stack, vpc);
  const instance = web(stack, vpc);
  return { stack, vpc, listener, instance, group: forwarding(listener, instance) };
}

/** An NLB in front of an ALB that answers. */
function chained(app: App, alb: elbv2.BaseApplicationListenerProps, props: Partial<elbv2.NetworkTargetGroupProps>, port = 80): void {
  const { stack, vpc } = stackWithVpc(app);
  const web_ = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
  const listener = web_.addListener('Listener', { ...EVERYTHING, ...alb });
  const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true, securityGroups: [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc })] });
  nlb.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
  const group = new elbv2.NetworkTargetGroup(stack, 'Group', { vpc, port, targets: [new targets.AlbListenerTarget(listener)], ...props });
  if (port !== listener.port) { override(group, 'Targets.0.Port', port); }
  nlb.addListener('Tcp', { port: 80, defaultTargetGroups: [group] });
}

function rules(app: App, first: { priority: number; path: string }, second: { priority: number; path: string }): void {
  const { listener } = working(app);
  for (const [id, { priority, path }] of Object.entries({ First: first, Second: second })) {
    listener.addAction(id, { priority, conditions: [elbv2.ListenerCondition.pathPatterns([path])], action: elbv2.ListenerAction.fixedResponse(200) });
  }
}

export const loadBalancers: Defects = {
  'an ALB forwards to a target group with a protocol of an NLB': {
    finds: ['Protocol Stack/Alb/Http/TargetsGroup'],
    says: /Set the protocol of Stack\/Alb\/Http\/TargetsGroup to HTTP/,
    build: (app, mended) => override(working(app).group, 'Protocol', mended ? 'HTTP' : 'TCP'),
  },
  'a target group has no protocol': {
    finds: ['Protocol Stack/Alb/Http/TargetsGroup'],
    says: /Set the protocol of Stack\/Alb\/Http\/TargetsGroup to HTTP/,
    build: (app, mended) => override(working(app).group, 'Protocol', mended ? 'HTTP' : undefined),
  },
  'a load balancer with a listener for TCP is of no type': {
    finds: ['LoadBalancerType Stack/Nlb'],
    says: /Set the type of Stack\/Nlb to network/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const instance = web(stack, vpc);
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true, crossZoneEnabled: true, securityGroups: [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc })] });
      nlb.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
      instance.connections.allowFrom(nlb, ec2.Port.tcp(8080));
      nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 8080, targets: [new targets.InstanceTarget(instance)] });
      override(nlb, 'Type', mended ? 'network' : undefined);
    },
  },
  'a target group is in another VPC than its load balancer': {
    finds: ['TargetGroupVpc Stack/Alb/Http/TargetsGroup'],
    says: /Make the target group in Stack\/Vpc/,
    build: (app, mended) => {
      const { stack, vpc, group } = working(app);
      override(group, 'VpcId', (mended ? vpc : newVpc(stack, 'Other', '10.2.0.0/16', ZONES)).vpcId);
    },
  },
  'an instance is registered by its id in a target group for addresses': {
    finds: ['TargetType Stack/Alb/Http/TargetsGroup'],
    says: /Set the target type of Stack\/Alb\/Http\/TargetsGroup to instance/,
    build: (app, mended) => override(working(app).group, 'TargetType', mended ? 'instance' : 'ip'),
  },
  'no rule forwards to a target group': {
    finds: ['TargetGroupUnused Stack/Spare'],
    says: /Add a rule that forwards to it/,
    byHand: true,
    build: (app, mended) => {
      const { stack, vpc, instance, listener } = working(app);
      const spare = new elbv2.ApplicationTargetGroup(stack, 'Spare', { vpc, port: 8080, targets: [new targets.InstanceTarget(instance)] });
      if (mended) { listener.addTargetGroups('Spare', { targetGroups: [spare], priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/spare'])] }); }
    },
  },
  'two rules have one priority': {
    finds: ['DuplicatePriority Stack/Alb/Http/SecondRule'],
    says: /another priority, such as 11/,
    build: (app, mended) => rules(app, { priority: 10, path: '/a' }, { priority: mended ? 11 : 10, path: '/b' }),
  },
  'an earlier rule takes all that a rule is for': {
    finds: ['RuleNeverReached Stack/Alb/Http/SecondRule'],
    says: /Give Stack\/Alb\/Http\/SecondRule a priority before 10, such as 9/,
    build: (app, mended) => rules(app, { priority: 10, path: '/a/*' }, { priority: mended ? 9 : 20, path: '/a/b' }),
  },
  'nothing lets the load balancer invoke a function': {
    finds: ['LambdaPermission Stack/Function'],
    says: /fn\.grantInvoke\(new iam\.ServicePrincipal\('elasticloadbalancing\.amazonaws\.com'\)\)/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const fn = newFunction(stack, 'Function');
      const group = new elbv2.CfnTargetGroup(stack, 'Group', { targetType: 'lambda', targets: [{ id: fn.functionArn }] });
      const { listener } = publicAlb(stack, vpc);
      answering(listener);
      override(listener, 'DefaultActions', [{ Type: 'forward', TargetGroupArn: stack.resolve(group.ref) }]);
      if (mended) { fn.grantInvoke(new iam.ServicePrincipal('elasticloadbalancing.amazonaws.com')); }
    },
  },
  'a target is in a zone that its load balancer is not in': {
    finds: ['TargetZone Stack/Alb'],
    says: /Give Stack\/Alb a subnet in the zone ap-northeast-1d/,
    build: (app, mended) => {
      const stack = new Stack(app, 'Stack', { env: TOKYO });
      const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', [...ZONES, 'ap-northeast-1d']);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true, vpcSubnets: { subnets: vpc.publicSubnets.slice(0, mended ? 3 : 2) } });
      forwarding(alb.addListener('Http', { port: 80 }), web(stack, vpc, 'Web', { vpcSubnets: { subnets: [vpc.isolatedSubnets[2]] } }));
    },
  },
  'a service registers a port that its container does not map': {
    finds: ['ContainerPort Stack/Service/Service'],
    says: /Name a container and a port that Stack\/Task maps/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = publicAlb(stack, vpc);
      const service = new ecs.FargateService(stack, 'Service', { cluster: cluster(stack, vpc), taskDefinition: fargateTask(stack), vpcSubnets: ISOLATED });
      listener.addTargets('Tasks', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [service] });
      (service.node.findChild('Service') as ecs.CfnService).addPropertyOverride('LoadBalancers.0.ContainerPort', mended ? 8080 : 9090);
      if (!mended) { service.connections.allowFrom(listener.loadBalancer, ec2.Port.tcp(9090)); }
    },
  },
  'the health check of a target group speaks HTTP to a listener with HTTPS': {
    finds: ['HealthCheckProtocol Stack/Group'],
    says: /Set the health check protocol of Stack\/Group to HTTPS/,
    build: (app, mended) => {
      const protocol = mended ? elbv2.Protocol.HTTPS : elbv2.Protocol.HTTP;
      chained(app, { port: 443, certificates: [{ certificateArn: CERTIFICATE }] }, { healthCheck: { protocol } }, 443);
    },
  },
  'a target group sends to a port where its load balancer does not listen': {
    finds: ['NoListener Stack/Group'],
    says: /Use port 80 in Stack\/Group, or add a listener on port 81 to Stack\/Alb/,
    build: (app, mended) => chained(app, { port: 80 }, { healthCheck: { protocol: elbv2.Protocol.HTTP } }, mended ? 80 : 81),
  },
};
