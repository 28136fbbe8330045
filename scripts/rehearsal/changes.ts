import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, Stack, Tags } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { REGION } from './emulator';
import {
  AlbToPrivateLinkTargets, AlbToPrivateLinkTargetsProps, Backend, InternalAlbProps, NlbEndpointService, NlbEndpointServiceProps,
  PrivateLinkRouteOptions,
} from 'cdk-alb-privatelink';

/** What is different from the example: other props of its constructs, and what is added in the end. */
export interface Change {
  readonly internalAlb?: (stack: Stack) => Partial<InternalAlbProps>;
  readonly service?: (stack: Stack, props: NlbEndpointServiceProps) => Partial<NlbEndpointServiceProps>;
  readonly hub?: (stack: Stack, props: AlbToPrivateLinkTargetsProps) => Partial<AlbToPrivateLinkTargetsProps>;
  readonly finish?: (stack: Stack) => void;
}

/** The name of the change that an app makes, in its context. */
export const CHANGE = 'rehearsal:change';

type Route = Partial<PrivateLinkRouteOptions>;

const waitForHealthy = Duration.minutes(1);

/** By their names, in the order of their deployment. */
const FOO_BAR: { readonly [name: string]: Change } = {
  'other-port': { internalAlb: stack => ({ backend: instances(stack, ['web1', 'web2'], 9090), waitForHealthy }) },
  'other-instance': { internalAlb: stack => ({ backend: Backend.instances([existing(stack, 'web1'), web3(stack)], { port: 9090 }), waitForHealthy }) },
};

/** By their names, in the order of their deployment. */
const MULTI_VPC: { readonly [name: string]: Change } = {
  'zone-added': inThreeZones(['a', 'c', 'd']),
  'zone-removed': inThreeZones(['a', 'd']),
  'split-100-0': inThreeZones(['a', 'd'], stack => [divided(stack, 100, 0), {}]),
  'split-90-10': inThreeZones(['a', 'd'], stack => [divided(stack, 90, 10), {}]),
  'split-0-100': inThreeZones(['a', 'd'], stack => [divided(stack, 0, 100), {}]),
  'awaited': inThreeZones(['a', 'd'], stack => [toAskingService(stack), {}]),
  'moved': {
    ...inThreeZones(['a', 'd'], stack => [toOtherService(stack, 80), { port: 8081 }]),
    finish: stack => existing<NlbEndpointService>(stack, 'Service3').addListener('Other', { port: 8081, backend: servers(stack, 3) }),
  },
  'moved-again': inThreeZones(['a', 'd'], stack => [toOtherService(stack, 8080), toOwnEndpoint(stack, 'Service3')]),
  'replaced': inThreeZones(['a', 'd'], stack => [toOtherService(stack, 8080), toOwnEndpoint(stack, 'Service2')]),
  'refused': {
    ...inThreeZones(['a'], stack => [toOtherService(stack, 80), toOwnEndpoint(stack, 'Service3')]),
    finish: addSecondListenerOnPort80,
  },
};

export const CHANGES = { 'foo-bar': FOO_BAR, 'multi-vpc': MULTI_VPC };

/** The change that the app around a construct makes. */
export function changeIn(scope: Construct): Change {
  return { ...FOO_BAR, ...MULTI_VPC }[scope.node.getContext(CHANGE)];
}

/** Load balancers in a third zone too, from the first change on: zones of a service can be added, and never removed while it has endpoints. */
function inThreeZones(endpointZones: string[], routes: (stack: Stack) => [Route, Route] = () => [{}, {}]): Change {
  return {
    service: (stack, { vpc }) => ({ vpcSubnets: privateSubnets(stack, vpc, ['a', 'c', 'd']) }),
    hub: (stack, { vpc, routes: given }) => {
      const [vpc2, vpc3] = routes(stack);
      return {
        waitForHealthy,
        repairInterval: Duration.hours(1),
        vpcSubnets: { subnets: [...vpc.publicSubnets, thirdPublicSubnet(stack, vpc)] },
        endpointSubnets: privateSubnets(stack, vpc, endpointZones),
        routes: { vpc2: { ...given!.vpc2, ...vpc2 }, vpc3: { ...given!.vpc3, ...vpc3 } },
      };
    },
  };
}

/** Between the service that the route has, and another one. */
function divided(stack: Stack, ...weights: [number, number]): Route {
  const services = [existing<NlbEndpointService>(stack, 'Service2'), toOtherService(stack, 80).service];
  return { service: undefined, split: services.map((service, index) => ({ service, weight: weights[index] })) };
}

function toOtherService(stack: Stack, port: number): Route {
  const vpc = existing<ec2.IVpc>(stack, 'Vpc3');
  const service = new NlbEndpointService(stack, 'OtherService', { vpc, port, backend: servers(stack, 3), vpcSubnets: privateSubnets(stack, vpc, ['a', 'c', 'd']) });
  Tags.of(service.loadBalancer).add('Name', 'nlb-other');
  return { service };
}

/** Its endpoint is accepted by its function, for which the route waits. */
function toAskingService(stack: Stack): Route {
  const vpc = existing<ec2.IVpc>(stack, 'Vpc3');
  const service = new NlbEndpointService(stack, 'AskingService', {
    vpc, backend: servers(stack, 3), vpcSubnets: privateSubnets(stack, vpc, ['a', 'c', 'd']), acceptanceRequired: true, acceptedAccounts: [stack.account],
  });
  Tags.of(service.loadBalancer).add('Name', 'nlb-asking');
  return { service, awaitAcceptance: true };
}

/** An endpoint that the hub did not make is replaced under its own logical id when its service changes. */
function toOwnEndpoint(stack: Stack, serviceId: string): Route {
  const vpc = existing<ec2.IVpc>(stack, 'Vpc1');
  const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'OwnEndpoint', {
    vpc,
    service: existing<NlbEndpointService>(stack, serviceId),
    subnets: privateSubnets(stack, vpc, ['a', 'd']),
    open: false,
    privateDnsEnabled: false,
  });
  return { service: undefined, endpoint };
}

/** Is refused when everything else is done. */
function addSecondListenerOnPort80(stack: Stack): void {
  const { loadBalancer, routes } = existing<AlbToPrivateLinkTargets>(stack, 'Hub');
  const listener = new elbv2.CfnListener(stack, 'Refused', {
    loadBalancerArn: loadBalancer.loadBalancerArn,
    port: 80,
    protocol: 'HTTP',
    defaultActions: [{ type: 'fixed-response', fixedResponseConfig: { statusCode: '404' } }],
  });
  listener.node.addDependency(...Object.values(routes).map(({ rule }) => rule));
}

function existing<T>(stack: Stack, id: string): T {
  return stack.node.findChild(id) as Construct as T;
}

function instances(stack: Stack, ids: string[], port: number): Backend {
  return Backend.instances(ids.map(id => existing<ec2.Instance>(stack, id)), { port });
}

function servers(stack: Stack, number: number): Backend {
  return instances(stack, [`Web${number}1`, `Web${number}2`], 80);
}

function web3(stack: Stack): ec2.Instance {
  const vpc = existing<ec2.IVpc>(stack, 'Foo');
  const instance = new ec2.Instance(stack, 'web3', {
    vpc,
    vpcSubnets: { subnets: [vpc.isolatedSubnets[1]] },
    instanceType: ec2.InstanceType.of(ec2.InstanceClass.T3, ec2.InstanceSize.MICRO),
    machineImage: ec2.MachineImage.latestAmazonLinux2023(),
    allowAllOutbound: false,
  });
  Tags.of(instance).add('Name', 'web3');
  return instance;
}

function privateSubnets(stack: Stack, vpc: ec2.IVpc, zones: string[]): ec2.SubnetSelection {
  const subnets = [...vpc.isolatedSubnets, thirdSubnet(stack, vpc, 'Private', 5)];
  return { subnets: subnets.filter(({ availabilityZone }) => zones.some(zone => availabilityZone === `${REGION}${zone}`)) };
}

function thirdPublicSubnet(stack: Stack, vpc: ec2.IVpc): ec2.Subnet {
  const subnet = thirdSubnet(stack, vpc, 'Public', 4);
  subnet.addDefaultInternetRoute((vpc as ec2.Vpc).internetGatewayId!, vpc.internetConnectivityEstablished);
  return subnet;
}

/** Beside those of the example, whose address blocks would move if the VPC had a third zone. */
function thirdSubnet(stack: Stack, vpc: ec2.IVpc, kind: string, block: number): ec2.Subnet {
  const id = `${vpc.node.id}${kind}Subnet3`;
  return stack.node.tryFindChild(id) as ec2.Subnet | undefined ?? new ec2.Subnet(stack, id, {
    vpcId: vpc.vpcId,
    availabilityZone: `${REGION}d`,
    cidrBlock: `10.${vpc.node.id.slice(-1)}.${block}.0/24`,
  });
}
