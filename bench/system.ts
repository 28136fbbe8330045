/** What both sides build on, so that only what they do differently is compared: teams with a VPC and web servers, a hub with a VPC. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';

export const ENV = { account: '111111111111', region: 'ap-northeast-1' };

/** Who may use the load balancer of a hub. */
export const CLIENTS = ec2.Peer.ipv4('10.0.0.0/16');

export const HEALTH_CHECK: elbv2.HealthCheck = { path: '/', interval: Duration.seconds(30), timeout: Duration.seconds(5), healthyThresholdCount: 3, unhealthyThresholdCount: 3 };

/** As many services as a stack has room for. */
const SERVICES_OF_A_STACK = 20;

export interface TeamProps {
  readonly cidr: string;
  readonly services: number;
}

export interface HubProps {
  readonly services: ec2.IInterfaceVpcEndpointService[];
}

/** The one way or the other to build the same. */
export interface Side {
  readonly Team: new (scope: Construct, id: string, props: TeamProps) => Stack & { readonly services: ec2.IInterfaceVpcEndpointService[] };
  readonly Hub: new (scope: Construct, id: string, props: HubProps) => Stack;
}

export function newApp(outdir?: string): App {
  // without the limit of resources, which one side goes beyond
  return new App({ outdir, context: { '@aws-cdk/core:stackResourceLimit': 0, 'aws:cdk:enable-path-metadata': true }, analyticsReporting: false });
}

/** A hub with so many routes, each to a service of its own with two instances. */
export function buildSystem(app: Construct, { Team, Hub }: Side, routes: number): Stack {
  const teams = Array.from({ length: Math.ceil(routes / SERVICES_OF_A_STACK) }, (_, n) => new Team(app, `Team${n}`, {
    cidr: `10.${n + 1}.0.0/16`,
    services: Math.min(SERVICES_OF_A_STACK, routes - n * SERVICES_OF_A_STACK),
  }));
  return new Hub(app, 'Hub', { services: teams.flatMap(({ services }) => services) });
}

/** A hub alone, whose services are of somebody else. */
export function buildHub(app: App, { Hub }: Side, routes: number): Stack {
  const services = Array.from({ length: routes }, (_, n) => new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.${ENV.region}.vpce-svc-${n.toString(16).padStart(17, '0')}`, 80));
  return new Hub(app, 'Hub', { services });
}

export function newVpc(stack: Stack, cidr: string): ec2.Vpc {
  return new ec2.Vpc(stack, 'Vpc', {
    ipAddresses: ec2.IpAddresses.cidr(cidr),
    availabilityZones: ['ap-northeast-1a', 'ap-northeast-1c'],
    natGateways: 0,
    subnetConfiguration: [{ name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
  });
}

/** Two web servers, one in each zone. */
export function newWebServers(vpc: ec2.Vpc, service: number): ec2.Instance[] {
  return vpc.isolatedSubnets.map((subnet, zone) => new ec2.Instance(Stack.of(vpc), `Web${service}-${zone}`, {
    vpc,
    vpcSubnets: { subnets: [subnet] },
    instanceType: new ec2.InstanceType('t3.micro'),
    machineImage: ec2.MachineImage.genericLinux({ [ENV.region]: 'ami-0123456789abcdef0' }),
  }));
}
