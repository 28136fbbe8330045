import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { Stack } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { enumOf, flag, healthCheck, list, mostly, port, props, text, Tokens, wildNumber, wildText } from './values';
import { Backend, BackendConfig, InterfaceEndpointTarget } from '../../src';
import { newAutoScalingGroup, newFargateService, newFunction, newInstance } from '../util';

export const SERVICE = 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0000000000000000';

const address = mostly<string>(
  fc.constantFrom('10.1.2.9', '10.1.3.9', '192.168.7.9'), fc.oneof(wildText, fc.constantFrom('300.1.1.1', '2001:db8::1', '10.1.2', '010.1.2.3')));

/** What opens a group: one of the app's, or a block of addresses. */
const connectable = fc.constantFrom('group', 'peer');
const targetType = mostly(fc.constant(elbv2.TargetType.IP), enumOf(elbv2.TargetType));
const own = props<any>({
  port,
  targetsHavePorts: flag,
  targetsId: wildText,
  protocol: enumOf(elbv2.ApplicationProtocol),
  openPorts: fc.constant('some'),
  connectables: list(connectable, 2),
  selfRegistering: flag,
  applicationTargets: fc.constant(['target']),
  networkTargets: fc.constant(['target']),
  healthCheck,
}, { kind: fc.constant('own'), targetType });

export const BACKEND_STRUCTS = ['BackendConfig', 'BackendPortOptions', 'EcsBackendOptions', 'IpAddressesBackendOptions', 'TargetsBackendOptions'];

export const backend = fc.oneof(
  { weight: 2, arbitrary: props<any>({ availabilityZone: text('all', 'ap-northeast-1a'), connectable }, { kind: fc.constant('addresses'), addresses: list(address), port }) },
  { weight: 5, arbitrary: props<any>({}, { kind: fc.constantFrom('instances', 'group', 'function', 'alb', 'endpoint'), port }) },
  {
    weight: 1,
    arbitrary: props<any>({ connectable }, {
      kind: fc.constant('tasks'), containerName: text('web'), containerPort: mostly<number | string>(fc.constant(8080), fc.oneof(port, wildNumber)),
    }),
  },
  { weight: 1, arbitrary: props<any>({ connectables: list(connectable, 2), targetType }, { kind: fc.constant('targets'), port }) },
  { weight: 1, arbitrary: own },
);

/** Functions and endpoints answer an Application Load Balancer only. */
export const networkBackend = mostly(
  backend.filter(given => !['function', 'endpoint'].includes(given.kind) && (given.kind !== 'own' || (given.networkTargets && given.port !== undefined))), backend);

export function backendOf(stack: Stack, tokens: Tokens, vpc: ec2.IVpc, { kind, ...given }: any, id: string): Backend {
  const connectableOf = (one?: string) => one && (one === 'peer'
    ? ec2.Peer.ipv4('10.9.0.0/16')
    : stack.node.tryFindChild('Clients') as ec2.SecurityGroup | undefined ?? new ec2.SecurityGroup(stack, 'Clients', { vpc }));
  const read = {
    ...tokens.read(given),
    connectable: connectableOf(given.connectable),
    connectables: given.connectables?.map(connectableOf),
  };
  switch (kind) {
    case 'addresses': return Backend.ipAddresses(read.addresses, read);
    case 'instances': return Backend.instances([newInstance(stack, `${id}Instance`, vpc)], read);
    case 'group': return Backend.autoScalingGroup(newAutoScalingGroup(stack, `${id}Group`, vpc), read);
    case 'tasks': return Backend.ecsService(newFargateService(stack, `${id}Tasks`, vpc), read);
    case 'function': return Backend.lambdaFunction(newFunction(stack, `${id}Function`));
    case 'alb': return Backend.applicationLoadBalancer(listenerIn(stack, vpc, `${id}Alb`));
    case 'targets': return Backend.networkTargets([new targets.IpTarget('10.1.2.9', 80)], read);
    case 'own': return new OwnBackend(() => ({
      ...read,
      openPorts: read.openPorts && ec2.Port.tcpRange(8000, 8099),
      applicationTargets: read.applicationTargets && [new targets.IpTarget('10.1.2.9', 80)],
      networkTargets: read.networkTargets && [new targets.IpTarget('10.1.2.9', 80)],
    }));
    default: return Backend.applicationTargets([new InterfaceEndpointTarget(stack, `${id}Target`, { endpoint: endpointIn(stack, vpc, `${id}Endpoint`) })], read);
  }
}

class OwnBackend extends Backend {
  constructor(private readonly config: () => BackendConfig) { super(); }

  public bind(): BackendConfig { return this.config(); }
}

/** A listener that answers 404. */
export function listenerIn(stack: Stack, vpc: ec2.IVpc, id: string): elbv2.ApplicationListener {
  const alb = new elbv2.ApplicationLoadBalancer(stack, id, { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  return alb.addListener('Listener', { port: 80, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(404) });
}

export function endpointIn(stack: Stack, vpc: ec2.IVpc, id: string): ec2.IInterfaceVpcEndpoint {
  return stack.node.tryFindChild(id) as ec2.InterfaceVpcEndpoint | undefined
    ?? new ec2.InterfaceVpcEndpoint(stack, id, { vpc, service: new ec2.InterfaceVpcEndpointService(SERVICE, 80), open: false });
}
