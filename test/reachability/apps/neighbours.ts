import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as opensearch from 'aws-cdk-lib/aws-opensearchservice';
import * as rds from 'aws-cdk-lib/aws-rds';
import { CERTIFICATE, internalAlb, ISOLATED, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newFargateService, newInstance } from '../../util';

/** Databases, caches and the like beside the load balancers. */
export const neighbours: WorkingApps = {
  'a database and what asks it': {
    reaches: ['alb > ecs-service'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = newFargateService(stack, 'Service', vpc);
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [service] });
      const database = new rds.DatabaseInstance(stack, 'Database', { vpc, vpcSubnets: ISOLATED, engine: rds.DatabaseInstanceEngine.POSTGRES });
      database.connections.allowDefaultPortFrom(service);
      const aurora = new rds.DatabaseCluster(stack, 'Aurora', {
        vpc, vpcSubnets: ISOLATED, engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }), writer: rds.ClusterInstance.serverlessV2('writer'),
      });
      aurora.connections.allowDefaultPortFrom(service);
      aurora.connections.allowDefaultPortFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock));
    },
  },
  'a cache and a search domain': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [group] });
      const cacheGroup = new ec2.SecurityGroup(stack, 'CacheGroup', { vpc, allowAllOutbound: false });
      cacheGroup.connections.allowFrom(group, ec2.Port.tcp(6379));
      const { subnetIds } = vpc.selectSubnets(ISOLATED);
      const subnets = new elasticache.CfnSubnetGroup(stack, 'CacheSubnets', { description: 'Cache', subnetIds });
      new elasticache.CfnReplicationGroup(stack, 'Cache', {
        replicationGroupDescription: 'Cache', engine: 'redis', cacheNodeType: 'cache.t3.micro', numCacheClusters: 2, cacheSubnetGroupName: subnets.ref, securityGroupIds: [cacheGroup.securityGroupId],
      });
      const domain = new opensearch.Domain(stack, 'Search', {
        version: opensearch.EngineVersion.OPENSEARCH_2_11,
        vpc,
        vpcSubnets: [{ subnets: [vpc.isolatedSubnets[0]] }],
        capacity: { dataNodes: 1, multiAzWithStandbyEnabled: false },
      });
      domain.connections.allowFrom(group, ec2.Port.tcp(443));
    },
  },
  'a file system that instances mount': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const files = new efs.FileSystem(stack, 'Files', { vpc, vpcSubnets: ISOLATED });
      files.connections.allowDefaultPortFrom(newInstance(stack, 'Client', vpc));
    },
  },
  'a function that asks a database through its proxy': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const database = new rds.DatabaseInstance(stack, 'Database', { vpc, vpcSubnets: ISOLATED, engine: rds.DatabaseInstanceEngine.POSTGRES });
      const proxy = database.addProxy('Proxy', { vpc, secrets: [database.secret!], securityGroups: [new ec2.SecurityGroup(stack, 'ProxyGroup', { vpc })] });
      const asks = new lambda.Function(stack, 'Asks', {
        vpc, vpcSubnets: ISOLATED, runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({});'),
      });
      proxy.connections.allowFrom(asks, ec2.Port.tcp(5432));
    },
  },
  'a Kubernetes cluster beside a load balancer of the app': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const control = new ec2.SecurityGroup(stack, 'ControlPlane', { vpc });
      new eks.CfnCluster(stack, 'Cluster', {
        roleArn: 'arn:aws:iam::111111111111:role/Cluster', resourcesVpcConfig: { subnetIds: vpc.selectSubnets(ISOLATED).subnetIds, securityGroupIds: [control.securityGroupId] },
      });
      const nodes = scaledGroup(stack, vpc, 'Nodes');
      control.connections.allowFrom(nodes, ec2.Port.tcp(443));
      nodes.connections.allowFrom(control, ec2.Port.tcpRange(1025, 65535));
      internalAlb(stack, vpc).listener.addTargets('Web', { port: 30080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [nodes] });
    },
  },
  'a client VPN into the VPC': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const vpn = vpc.addClientVpnEndpoint('Vpn', {
        cidr: '10.100.0.0/16', serverCertificateArn: CERTIFICATE, clientCertificateArn: CERTIFICATE, logging: false, vpcSubnets: ISOLATED,
      });
      alb.connections.allowFrom(vpn, ec2.Port.tcp(80));
    },
  },
  'a bastion that reaches instances': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const bastion = new ec2.BastionHostLinux(stack, 'Bastion', { vpc, subnetSelection: { subnetType: ec2.SubnetType.PUBLIC } });
      bastion.allowSshAccessFrom(ec2.Peer.ipv4('203.0.113.0/24'));
      newInstance(stack, 'Server', vpc).connections.allowFrom(bastion, ec2.Port.tcp(22));
    },
  },
};
