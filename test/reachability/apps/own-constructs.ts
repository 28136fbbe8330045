import { Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CERTIFICATE, ISOLATED, stackWithVpc, ZONES } from './parts';
import { WorkingApps } from './working-app';
import { FooBarStack } from '../../../examples/typescript/foo-bar/foo-bar-stack';
import { MultiVpcStack } from '../../../examples/typescript/multi-vpc/multi-vpc-stack';
import { AlbToPrivateLinkTargets, Backend, InterfaceEndpointTarget, InternalAlb, NlbEndpointService, VpcPeering } from '../../../src';
import { newAutoScalingGroup, newBridgeService, newFargateService, newFunction, newInstance, newVpc, TOKYO } from '../../util';

/** What the constructs of this library make. */
export const ownConstructs: WorkingApps = {
  'the example foo-bar': {
    reaches: ['client > alb > web1', 'client > alb > web2'],
    build: app => {
      new FooBarStack(app, 'FooBar', { env: TOKYO });
    },
  },
  'the example multi-vpc': {
    reaches: ['203.0.113.7/32 > alb > endpoint > nlb > Web21', '203.0.113.7/32 > alb > endpoint > nlb > Web32'],
    build: app => {
      new MultiVpcStack(app, 'MultiVpc', { env: TOKYO, clientCidr: '203.0.113.7/32' });
    },
  },
  'an InternalAlb in front of every kind of backend': {
    reaches: ['alb > Instance', 'alb > Scaled', 'alb > Service', 'alb > Bridge', 'alb > function'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const bridge = newBridgeService(stack, 'Bridge', vpc);
      const web = new InternalAlb(stack, 'Web', { vpc, vpcSubnets: ISOLATED, backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }) });
      const backends = {
        scaled: Backend.autoScalingGroup(newAutoScalingGroup(stack, 'Scaled', vpc), { port: 8080 }),
        service: Backend.ecsService(newFargateService(stack, 'Service', vpc), { containerName: 'web', containerPort: 8080 }),
        bridge: Backend.ecsService(bridge.service, { containerName: 'web', containerPort: 8080, connectable: bridge.group }),
        fn: Backend.lambdaFunction(newFunction(stack, 'Function')),
      };
      Object.entries(backends).forEach(([id, backend], index) => web.addRoute(id, { paths: [`/${id}`], backend, priority: 10 * (index + 1) }));
    },
  },
  'an InternalAlb with HTTPS, a redirect and two names': {
    reaches: ['alb > Instance'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      new InternalAlb(stack, 'Web', {
        vpc,
        vpcSubnets: ISOLATED,
        backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }),
        certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE)],
        domainNames: ['web.corp.example.com', 'shop.corp.example.com'],
      });
    },
  },
  'an InternalAlb for clients beyond a Transit Gateway': {
    reaches: ['alb > Instance'],
    unknown: [/172\.16\.0\.0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const gateway = new ec2.CfnTransitGateway(stack, 'Gateway', {});
      new InternalAlb(stack, 'Web', {
        vpc, vpcSubnets: ISOLATED, backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }), clients: [ec2.Peer.ipv4('172.16.0.0/12')],
      });
      const attachment = new ec2.CfnTransitGatewayAttachment(stack, 'Attachment', { transitGatewayId: gateway.ref, vpcId: vpc.vpcId, subnetIds: vpc.selectSubnets(ISOLATED).subnetIds });
      vpc.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(stack, `Back${index}`, {
        routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: '172.16.0.0/12', transitGatewayId: gateway.ref,
      }).addDependency(attachment));
    },
  },
  'a client group of another VPC, peered by VpcPeering': {
    reaches: ['Client > alb > Instance'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
      newInstance(stack, 'Client', other).connections.allowTo(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      new InternalAlb(stack, 'Web', {
        vpc,
        vpcSubnets: ISOLATED,
        backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }),
        clients: [ec2.Peer.ipv4(other.vpcCidrBlock)],
        domainNames: ['web.home'],
        domainVpcs: [other],
      });
      new VpcPeering(stack, 'Peering', { vpc, peerVpc: other, vpcSubnets: ISOLATED, peerVpcSubnets: ISOLATED });
    },
  },
  'a hub and two services in three stacks': {
    reaches: ['alb > endpoint > nlb > ecs-service', 'alb > endpoint > nlb > auto-scaling-group'],
    build: app => {
      const [shop, orders] = [stackWithVpc(app, 'Shop', '10.2.0.0/16'), stackWithVpc(app, 'Orders', '10.2.0.0/16')];
      const services = [
        new NlbEndpointService(shop.stack, 'Published', {
          vpc: shop.vpc, vpcSubnets: ISOLATED, backend: Backend.ecsService(newFargateService(shop.stack, 'Service', shop.vpc), { containerName: 'web', containerPort: 8080 }),
        }),
        new NlbEndpointService(orders.stack, 'Published', {
          vpc: orders.vpc, vpcSubnets: ISOLATED, backend: Backend.autoScalingGroup(newAutoScalingGroup(orders.stack, 'Group', orders.vpc), { port: 8080 }), port: 8080,
        }),
      ];
      const { stack, vpc } = stackWithVpc(app, 'Platform', '10.1.0.0/16');
      new AlbToPrivateLinkTargets(stack, 'Hub', {
        vpc,
        vpcSubnets: ISOLATED,
        routes: { shop: { paths: ['/shop'], service: services[0], priority: 100 }, orders: { paths: ['/orders'], service: services[1], priority: 200 } },
      });
    },
  },
  'an InternalAlb that is published, and a hub that leads to it': {
    reaches: ['alb > endpoint > nlb > Web > Instance'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Provider', '10.2.0.0/16');
      const web = new InternalAlb(stack, 'Web', { vpc, vpcSubnets: ISOLATED, backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }), clients: [] });
      const service = new NlbEndpointService(stack, 'Published', { vpc, vpcSubnets: ISOLATED, backend: Backend.applicationLoadBalancer(web.listener) });
      const platform = stackWithVpc(app, 'Platform');
      new AlbToPrivateLinkTargets(platform.stack, 'Hub', { vpc: platform.vpc, vpcSubnets: ISOLATED, routes: { web: { paths: ['/web'], service, priority: 100 } } });
    },
  },
  'a service that is published to the clients of one address block': {
    reaches: ['alb > endpoint > nlb > Instance'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Provider', '10.2.0.0/16');
      const service = new NlbEndpointService(stack, 'Published', {
        vpc, vpcSubnets: ISOLATED, backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }), clients: [ec2.Peer.ipv4('10.1.0.0/16')],
      });
      const platform = stackWithVpc(app, 'Platform');
      new AlbToPrivateLinkTargets(platform.stack, 'Hub', { vpc: platform.vpc, vpcSubnets: ISOLATED, routes: { web: { paths: ['/web'], service, priority: 100 } } });
    },
  },
  'a service of another account by its name': {
    reaches: ['alb > endpoint'],
    unknown: [/vpce-svc-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Orders', {
        endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', availabilityZones: ZONES,
      });
      new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, vpcSubnets: ISOLATED, routes: { orders: { paths: ['/orders'], service, priority: 100 } } });
    },
  },
  'a service that admits the account of the hub': {
    reaches: ['alb > endpoint > nlb > Instance'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Provider', '10.2.0.0/16', { env: { ...TOKYO, account: '222222222222' } });
      const service = new NlbEndpointService(stack, 'Published', {
        vpc,
        vpcSubnets: ISOLATED,
        backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }),
        allowedPrincipals: [new iam.AccountPrincipal(TOKYO.account), new iam.ArnPrincipal('arn:aws:iam::333333333333:role/Other')],
      });
      const platform = stackWithVpc(app, 'Platform', '10.1.0.0/16', { env: TOKYO, crossRegionReferences: true });
      new AlbToPrivateLinkTargets(platform.stack, 'Hub', { vpc: platform.vpc, vpcSubnets: ISOLATED, routes: { web: { paths: ['/web'], service, priority: 100 } } });
    },
  },
  'an endpoint of AWS behind any listener': {
    reaches: ['alb > endpoint'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const endpoint = vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false, subnets: ISOLATED });
      alb.addListener('Http', { port: 80 }).addTargets('Api', {
        protocol: elbv2.ApplicationProtocol.HTTPS,
        healthCheck: { protocol: elbv2.Protocol.HTTPS, healthyHttpCodes: '403' },
        targets: [new InterfaceEndpointTarget(stack, 'ApiTarget', { endpoint })],
      });
    },
  },
  'a team\'s routes on the listener of the platform': {
    reaches: ['alb > endpoint > nlb > Instance'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Provider', '10.2.0.0/16');
      const service = new NlbEndpointService(stack, 'Published', { vpc, vpcSubnets: ISOLATED, backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }) });
      const platform = stackWithVpc(app, 'Platform');
      const hub = new AlbToPrivateLinkTargets(platform.stack, 'Hub', { vpc: platform.vpc, vpcSubnets: ISOLATED });
      const team = new Stack(app, 'Team', { env: TOKYO });
      new AlbToPrivateLinkTargets(team, 'Routes', {
        vpc: platform.vpc, listener: hub.listener, routes: { orders: { paths: ['/orders'], service, priority: 300 } },
      });
    },
  },
};
