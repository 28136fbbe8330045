import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as aliases from 'aws-cdk-lib/aws-route53-targets';
import { Defects } from './defect';
import { answering, override, web } from './parts';
import { internalAlb, PUBLIC, publicAlb, stackWithVpc } from '../apps/parts';

/** A client and a load balancer that lets it in. */
function asked(app: App): { stack: Stack; vpc: ec2.Vpc; alb: elbv2.ApplicationLoadBalancer } {
  const { stack, vpc } = stackWithVpc(app);
  const { alb, listener } = internalAlb(stack, vpc);
  answering(listener);
  web(stack, vpc, 'Client').connections.allowTo(alb, ec2.Port.tcp(80));
  return { stack, vpc, alb };
}

export const statements: Defects = {
  'somebody reaches what a statement forbids': {
    finds: ['ForbiddenPath Stack/Web'],
    says: /Take away what lets it in: Stack\/Web\/InstanceSecurityGroup.*from/,
    options: named => ({ forbid: [{ source: { kind: 'workload', resource: named('Stack/Client') }, destination: { kind: 'workload', resource: named('Stack/Web') }, port: 22 }] }),
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const client = web(stack, vpc, 'Client');
      const instance = web(stack, vpc);
      if (!mended) { instance.connections.allowFrom(client, ec2.Port.tcp(22)); }
    },
  },
  'nothing leads to a name that a statement expects': {
    finds: ['NoPath Stack/Zone'],
    says: /Add a record web\.corp\.internal that leads to a load balancer/,
    byHand: true,
    options: named => ({ expect: [{ source: { kind: 'workload', resource: named('Stack/Client') }, destination: { kind: 'name', name: 'web.corp.internal' } }] }),
    build: (app, mended) => {
      const { stack, vpc, alb } = asked(app);
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'corp.internal' });
      if (mended) { new route53.ARecord(stack, 'Record', { zone, recordName: 'web', target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) }); }
    },
  },
  'nothing listens on a port that a statement expects': {
    finds: ['NoPath Stack/Alb'],
    says: /Add a listener or an endpoint for it/,
    byHand: true,
    options: named => ({ expect: [{ source: { kind: 'workload', resource: named('Stack/Client') }, destination: { kind: 'load-balancer', resource: named('Stack/Alb') }, port: 81 }] }),
    build: (app, mended) => {
      const { alb } = asked(app);
      if (mended) { answering(alb.addListener('Another', { port: 81, protocol: elbv2.ApplicationProtocol.HTTP })); }
    },
  },
  'a statement expects the internet at an instance without a public address': {
    finds: ['NoPublicAddress Stack/Web'],
    says: /Put a load balancer in front of it, or give it a public address/,
    byHand: true,
    options: named => ({ expect: [{ source: { kind: 'internet' }, destination: { kind: 'workload', resource: named('Stack/Web') }, port: 80 }] }),
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const instance = web(stack, vpc, 'Web', { vpcSubnets: PUBLIC });
      instance.connections.allowFromAnyIpv4(ec2.Port.tcp(80));
      for (const subnet of vpc.publicSubnets) { override(subnet, 'MapPublicIpOnLaunch', false); }
      if (mended) { new ec2.CfnEIP(stack, 'Address', { instanceId: instance.instanceId }); }
    },
  },
  'a statement expects the internet at an internal load balancer': {
    finds: ['InternalLoadBalancer Stack/Alb'],
    says: /Make the load balancer internet-facing/,
    byHand: true,
    options: named => ({ expect: [{ source: { kind: 'internet' }, destination: { kind: 'load-balancer', resource: named('Stack/Alb') }, port: 80 }] }),
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = mended ? publicAlb(stack, vpc) : { listener: new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: PUBLIC }).addListener('Http', { port: 80 }) };
      answering(listener);
    },
  },
};

