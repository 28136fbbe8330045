import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { App, Stack } from 'aws-cdk-lib/core';
import {
  AlbToPrivateLinkTargets, AlbToPrivateLinkTargetsProps, Backend, InternalAlb, InternalAlbProps, InternalAlbRouteOptions, NlbEndpointService,
  NlbEndpointServiceProps, PrivateLinkRouteOptions,
} from '../../src';
import { newVpc } from '../util';

export type Attempt = (stack: Stack) => unknown;

/**
 * What is given; what the error says: what was given, what is allowed, what to do; and of which props or parameters this is, as `Struct.prop` or
 * `Class.method(parameter)`.
 */
export type BadInputs = { [given: string]: [attempt: Attempt, message: RegExp, ...about: [string, ...string[]]] };

/** What is found only when all of the app is there. */
export const atSynth = (attempt: Attempt): Attempt => stack => {
  attempt(stack);
  (stack.node.root as App).synth();
};

export const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001', 80);
export const backend = Backend.ipAddresses(['10.1.2.9'], { port: 80 });
export const certificates = [elbv2.ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111111111111:certificate/0')];

export const hub = (props: Partial<AlbToPrivateLinkTargetsProps>) => (stack: Stack) => new AlbToPrivateLinkTargets(stack, 'Hub', { ...props, vpc: props.vpc ?? newVpc(stack) });
export const routes = (all: { [id: string]: PrivateLinkRouteOptions }) => hub({ routes: all });
export const route = (options: PrivateLinkRouteOptions) => routes({ a: { service, paths: ['/a'], priority: 1, ...options } });
export const health = (healthCheck: elbv2.HealthCheck) => route({ healthCheck });

export const provider = (props: Partial<NlbEndpointServiceProps>) => (stack: Stack) =>
  new NlbEndpointService(stack, 'Service', { backend, ...props, vpc: props.vpc ?? newVpc(stack) });
export const behindNlb = (make: (stack: Stack) => Backend): Attempt => stack => provider({ backend: make(stack) })(stack);

export const alb = (props: Partial<InternalAlbProps>) => (stack: Stack) => new InternalAlb(stack, 'Web', { backend, ...props, vpc: props.vpc ?? newVpc(stack) });
export const albRoute = (options: Partial<InternalAlbRouteOptions>): Attempt => stack =>
  alb({})(stack).addRoute('a', { backend, paths: ['/a'], priority: 1, ...options });

export function albListener(stack: Stack, protocol = elbv2.ApplicationProtocol.HTTP): elbv2.ApplicationListener {
  const vpc = newVpc(stack, 'AlbVpc');
  const loadBalancer = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  return loadBalancer.addListener('Listener', { protocol, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(404), certificates: [] });
}
