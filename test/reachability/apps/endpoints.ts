import { aws_elasticloadbalancingv2_targets as targets, Fn, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { CERTIFICATE, internalAlb, ISOLATED, scaledGroup, stackWithVpc } from './parts';
import { WorkingApp, WorkingApps } from './working-app';
import { newInstance, newVpc, TOKYO } from '../../util';

const OTHER = { account: '222222222222', region: TOKYO.region };

/** The addresses of an endpoint, in the way that is common where CloudFormation does not tell them. */
function addressesOf(stack: Stack, endpoint: ec2.InterfaceVpcEndpoint, count: number): string[] {
  const lookup = new AwsCustomResource(stack, 'Addresses', {
    onUpdate: {
      service: 'EC2',
      action: 'describeNetworkInterfaces',
      parameters: { NetworkInterfaceIds: endpoint.vpcEndpointNetworkInterfaceIds },
      physicalResourceId: PhysicalResourceId.of('addresses'),
      outputPaths: Array.from({ length: count }, (_, index) => `NetworkInterfaces.${index}.PrivateIpAddress`),
    },
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
    installLatestAwsSdk: false,
  });
  return Array.from({ length: count }, (_, index) => lookup.getResponseField(`NetworkInterfaces.${index}.PrivateIpAddress`));
}

/** An NLB with a security group that admits nobody, because what comes by PrivateLink is not held to it, and a service on it. */
function published(stack: Stack, vpc: ec2.Vpc, options: Partial<ec2.VpcEndpointServiceProps> = {}): ec2.VpcEndpointService {
  const group = scaledGroup(stack, vpc);
  const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
  const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', {
    vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
  });
  nlb.connections.allowTo(group, ec2.Port.tcp(80));
  nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
  return new ec2.VpcEndpointService(stack, 'Service', { vpcEndpointServiceLoadBalancers: [nlb], acceptanceRequired: false, ...options });
}

/** A client in a VPC and the endpoint of a service in it. */
function consumer(stack: Stack, vpc: ec2.IVpc, name: string, id = 'Endpoint'): ec2.InterfaceVpcEndpoint {
  const client = newInstance(stack, `${id}Client`, vpc);
  const service = new ec2.InterfaceVpcEndpointService(name, 80);
  const endpoint = new ec2.InterfaceVpcEndpoint(stack, id, { vpc, service, subnets: ISOLATED, open: false });
  client.connections.allowTo(endpoint, ec2.Port.tcp(80));
  return endpoint;
}

function privateApi(name: string, target: (endpoint: ec2.InterfaceVpcEndpoint, stack: Stack) => string[]): WorkingApp {
  return {
    reaches: ['alb > endpoint'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const endpoint = new ec2.InterfaceVpcEndpoint(stack, name, { vpc, service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, subnets: ISOLATED });
      const policy = new iam.PolicyDocument({
        statements: [new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] })],
      });
      new apigateway.RestApi(stack, 'Api', { policy, endpointConfiguration: { types: [apigateway.EndpointType.PRIVATE], vpcEndpoints: [endpoint] } }).root.addMethod('GET');
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      alb.addListener('Https', { port: 443, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)] }).addTargets('Api', {
        port: 443,
        targets: target(endpoint, stack).map(address => new targets.IpTarget(address)),
        healthCheck: { protocol: elbv2.Protocol.HTTPS, healthyHttpCodes: '403' },
      });
      alb.connections.allowTo(endpoint, ec2.Port.tcp(443));
    },
  };
}

/** Endpoints of AWS and of services of one's own. */
export const endpoints: WorkingApps = {
  'gateway and interface endpoints that instances use': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
      vpc.addGatewayEndpoint('DynamoDb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
      const queue = vpc.addInterfaceEndpoint('Sqs', { service: ec2.InterfaceVpcEndpointAwsService.SQS, subnets: ISOLATED, open: false });
      vpc.addInterfaceEndpoint('Logs', { service: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS, subnets: ISOLATED });
      newInstance(stack, 'Client', vpc).connections.allowTo(queue, ec2.Port.tcp(443));
    },
  },
  'a private API behind a load balancer, by addresses that a custom resource looks up': privateApi('Endpoint', (endpoint, stack) => addressesOf(stack, endpoint, 2)),
  'a private API behind a load balancer, by the one address looked up for each interface': privateApi('Endpoint', (endpoint, stack) => [0, 1].map(index => {
    const lookup = new AwsCustomResource(stack, `Address${index}`, {
      onCreate: {
        service: 'EC2',
        action: 'describeNetworkInterfaces',
        parameters: { NetworkInterfaceIds: [Fn.select(index, endpoint.vpcEndpointNetworkInterfaceIds)] },
        physicalResourceId: PhysicalResourceId.of(`address${index}`),
      },
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: AwsCustomResourcePolicy.ANY_RESOURCE }),
      installLatestAwsSdk: false,
    });
    return lookup.getResponseField('NetworkInterfaces.0.PrivateIpAddress');
  })),
  'a service and its endpoint in another VPC of the same stack': {
    reaches: ['endpoint > nlb > auto-scaling-group', 'EndpointClient > endpoint'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      consumer(stack, newVpc(stack, 'Consumer', '10.1.0.0/16', vpc.availabilityZones), published(stack, vpc).vpcEndpointServiceName);
    },
  },
  'a service and its endpoint in another stack': {
    reaches: ['endpoint > nlb > auto-scaling-group'],
    build: app => {
      const provider = stackWithVpc(app, 'Provider');
      const { stack, vpc } = stackWithVpc(app, 'Consumer', '10.2.0.0/16');
      consumer(stack, vpc, published(provider.stack, provider.vpc).vpcEndpointServiceName);
    },
  },
  'a service that admits another account, and an endpoint there by its name': {
    reaches: ['nlb > auto-scaling-group'],
    unknown: [/vpce-svc-0123456789abcdef0/, /the consumers of Provider\/Service/],
    build: app => {
      const provider = stackWithVpc(app, 'Provider');
      published(provider.stack, provider.vpc, { allowedPrincipals: [new iam.AccountPrincipal(OTHER.account)] });
      const { stack, vpc } = stackWithVpc(app, 'Consumer', '10.2.0.0/16', { env: OTHER });
      consumer(stack, vpc, 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0');
    },
  },
  'a service whose NLB has no group, and whose targets admit the NLB\'s addresses': {
    context: { '@aws-cdk/aws-elasticloadbalancingv2:networkLoadBalancerWithSecurityGroupByDefault': false },
    reaches: ['endpoint > nlb > Server'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const server = newInstance(stack, 'Server', vpc);
      server.connections.allowFrom(ec2.Peer.ipv4(vpc.vpcCidrBlock), ec2.Port.tcp(80));
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true });
      nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [new targets.InstanceTarget(server)] });
      const service = new ec2.VpcEndpointService(stack, 'Service', { vpcEndpointServiceLoadBalancers: [nlb], acceptanceRequired: false });
      consumer(stack, newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones), service.vpcEndpointServiceName);
    },
  },
  'a service whose NLB holds what comes by PrivateLink to its group, which admits the consumers': {
    reaches: ['endpoint > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups });
      nlb.connections.allowFrom(ec2.Peer.ipv4('10.2.0.0/16'), ec2.Port.tcp(80));
      nlb.connections.allowTo(group, ec2.Port.tcp(80));
      nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
      const service = new ec2.VpcEndpointService(stack, 'Service', { vpcEndpointServiceLoadBalancers: [nlb], acceptanceRequired: false });
      consumer(stack, newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones), service.vpcEndpointServiceName);
    },
  },
  'endpoints of one service in two VPCs with the same addresses': {
    reaches: ['First > nlb', 'Second > nlb'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const name = published(stack, vpc).vpcEndpointServiceName;
      for (const id of ['First', 'Second']) {
        consumer(stack, newVpc(stack, `${id}Vpc`, '10.1.0.0/16', vpc.availabilityZones), name, id);
      }
    },
  },
  'an internal ALB that is published through an NLB': {
    reaches: ['endpoint > nlb > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
      const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', {
        vpc, vpcSubnets: ISOLATED, crossZoneEnabled: true, securityGroups, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
      });
      nlb.connections.allowTo(alb, ec2.Port.tcp(80));
      nlb.addListener('Tcp', { port: 80 }).addTargets('Alb', { port: 80, targets: [new targets.AlbListenerTarget(listener)], healthCheck: { protocol: elbv2.Protocol.HTTP } });
      const service = new ec2.VpcEndpointService(stack, 'Service', { vpcEndpointServiceLoadBalancers: [nlb], acceptanceRequired: false });
      consumer(stack, newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones), service.vpcEndpointServiceName);
    },
  },
};
