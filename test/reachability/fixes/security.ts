import { App, Fn } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Defects } from './defect';
import { answering, web } from './parts';
import { newVpc } from '../../util';
import { internalAlb, ISOLATED, publicAlb, stackWithVpc, ZONES } from '../apps/parts';

const HTTP = ec2.Port.tcp(8080);

function plain(app: App): { alb: elbv2.ApplicationLoadBalancer; instance: ec2.Instance; vpc: ec2.Vpc } {
  const { stack, vpc } = stackWithVpc(app);
  const { alb, listener } = publicAlb(stack, vpc);
  const instance = web(stack, vpc);
  listener.addTargets('Targets', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(instance)] });
  return { alb, instance, vpc };
}

export const security: Defects = {
  'an ALB with an instance as its target, as people write it, has no rule between the two': {
    finds: ['SecurityGroupEgress Stack/Alb/SecurityGroup', 'SecurityGroupIngress Stack/Web/InstanceSecurityGroup'],
    says: /connections\.allow(From|To)\(…, ec2\.Port\.tcp\(8080\)\)/,
    build: (app, mended) => {
      const { alb, instance } = plain(app);
      if (mended) { instance.connections.allowFrom(alb, HTTP); }
    },
  },
  'a target does not admit its load balancer': {
    finds: ['SecurityGroupIngress Stack/Web/InstanceSecurityGroup'],
    says: /connections\.allowFrom\(…, ec2\.Port\.tcp\(8080\)\)/,
    build: (app, mended) => {
      const { alb, instance } = plain(app);
      alb.connections.allowToAnyIpv4(HTTP);
      if (mended) { instance.connections.allowFrom(alb, HTTP); }
    },
  },
  'a load balancer does not let anything out to its target': {
    finds: ['SecurityGroupEgress Stack/Alb/SecurityGroup'],
    says: /connections\.allowTo\(…, ec2\.Port\.tcp\(8080\)\)/,
    build: (app, mended) => {
      const { alb, instance, vpc } = plain(app);
      instance.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), HTTP);
      if (mended) { alb.connections.allowTo(instance, HTTP); }
    },
  },
  'the health check goes to a port that is closed': {
    finds: ['SecurityGroupEgress Stack/Alb/SecurityGroup', 'SecurityGroupIngress Stack/Web/InstanceSecurityGroup'],
    says: /ec2\.Port\.tcp\(9000\)/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = publicAlb(stack, vpc);
      const instance = web(stack, vpc);
      listener.addTargets('Targets', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(instance)], healthCheck: { port: '9000' } });
      instance.connections.allowFrom(alb, HTTP);
      if (mended) { instance.connections.allowFrom(alb, ec2.Port.tcp(9000)); }
    },
  },
  'nobody may connect to an internal load balancer': {
    finds: ['NobodyAdmitted Stack/Alb/SecurityGroup'],
    says: /Name who may connect to Stack\/Alb.*10\.1\.0\.0\/16/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      answering(listener);
      if (mended) { listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock)); }
    },
  },
  'nobody may connect to a load balancer in the internet': {
    finds: ['NobodyAdmitted Stack/Alb/SecurityGroup'],
    says: /Name who may connect to Stack\/Alb/,
    byHand: true,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const listener = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true }).addListener('Http', { port: 80, open: false });
      answering(listener);
      if (mended) { listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('198.51.100.0/24')); }
    },
  },
  'a rule names a group that is not there': {
    finds: ['MissingResource Stack/Rule'],
    says: /Add 'Gone'/,
    byHand: true,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      answering(listener);
      const clients = new ec2.SecurityGroup(stack, 'Clients', { vpc });
      web(stack, vpc, 'Client', { securityGroup: clients });
      new ec2.CfnSecurityGroupIngress(stack, 'Rule', {
        groupId: alb.connections.securityGroups[0].securityGroupId,
        ipProtocol: 'tcp',
        fromPort: 80,
        toPort: 80,
        sourceSecurityGroupId: mended ? clients.securityGroupId : Fn.ref('Gone'),
      });
    },
  },
  'an instance has a group of another VPC': {
    finds: ['SecurityGroupVpc Stack/Group'],
    says: /Make the group in Stack\/Vpc/,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.2.0.0/16', ZONES);
      web(stack, vpc, 'Web', { securityGroup: new ec2.SecurityGroup(stack, 'Group', { vpc: mended ? vpc : other }) });
    },
  },
  'an instance has no security group of its own': {
    finds: ['NoSecurityGroup Stack/Web'],
    says: /Give Stack\/Web a security group \('SecurityGroupIds'\)/,
    byHand: true,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = publicAlb(stack, vpc);
      const securityGroup = new ec2.SecurityGroup(stack, 'Group', { vpc });
      alb.connections.allowToAnyIpv4(HTTP);
      securityGroup.connections.allowFrom(alb, HTTP);
      const instance = new ec2.CfnInstance(stack, 'Web', {
        imageId: 'ami-0123456789abcdef0', subnetId: vpc.isolatedSubnets[0].subnetId, securityGroupIds: mended ? [securityGroup.securityGroupId] : undefined,
      });
      listener.addTargets('Targets', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceIdTarget(instance.ref)] });
    },
  },
};
