import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { alb, BadInputs, certificates, hub, provider, route } from './attempts';
import { Backend, EndpointPreset, InterfaceEndpointTarget, TargetHealthGate, VpcPeering, VpcPeeringRoutes } from '../../src';
import { newVpc } from '../util';

/** As untyped languages have it: one thing in the place of another. */
const wrong = (value: unknown): any => value;

/** What no compiler refuses in JavaScript and Python: objects of another kind. */
export const KINDS: BadInputs = {
  'a stack for the VPC of an InternalAlb': [stack => alb({ vpc: wrong(stack) })(stack), /Stack\/Web: 'vpc' must be a VPC, got: Stack Stack\./, 'AlbOptions.vpc'],
  'a stack for the VPC of a hub': [stack => hub({ vpc: wrong(stack) })(stack), /Stack\/Hub: 'vpc' must be a VPC, got: Stack Stack\./, 'AlbOptions.vpc'],
  'a stack for the VPC of a service': [stack => provider({ vpc: wrong(stack) })(stack), /Stack\/Service: 'vpc' must be a VPC, got: Stack Stack\./, 'NlbEndpointServiceProps.vpc'],
  'the id of a VPC for the VPC': [alb({ vpc: wrong('vpc-1') }), /'vpc' must be a VPC, got: 'vpc-1'\./, 'AlbOptions.vpc'],
  'a VPC for a client': [
    stack => alb({ clients: [ec2.Peer.anyIpv4(), wrong(newVpc(stack, 'Bar'))] })(stack),
    /'clients\[1\]' must be a peer such as ec2\.Peer\.ipv4\('10\.0\.0\.0\/16'\), a security group, or something that has one, got: Vpc Stack\/Bar\./,
    'AlbOptions.clients',
  ],
  'a VPC for a client of a service': [stack => provider({ clients: [wrong(newVpc(stack, 'Bar'))] })(stack), /'clients\[0\]' must be a peer .*, got: Vpc Stack\/Bar\./, 'NlbEndpointServiceProps.clients'],
  'a block of addresses for a client': [alb({ clients: [wrong('10.0.0.0/16')] }), /'clients\[0\]' must be a peer such as .*, got: '10\.0\.0\.0\/16'\./, 'AlbOptions.clients'],
  'a VPC for a certificate': [stack => alb({ certificates: [certificates[0], wrong(newVpc(stack, 'Bar'))] })(stack), /'certificates\[1\]' must be a certificate, got: Vpc Stack\/Bar\./, 'AlbOptions.certificates'],
  'a VPC for a certificate of a service': [stack => provider({ certificates: [wrong(newVpc(stack, 'Bar'))] })(stack), /'certificates\[0\]' must be a certificate, got: Vpc/, 'EndpointServiceListenerOptions.certificates'],
  'a VPC for a hosted zone': [
    stack => alb({ domainNames: ['alb.home'], domainZone: wrong(newVpc(stack, 'Bar')) })(stack), /'domainZone' must be a hosted zone, got: Vpc Stack\/Bar\./,
    'AlbOptions.domainZone',
  ],
  'a stack for a VPC that resolves the name': [
    stack => alb({ domainNames: ['alb.home'], domainVpcs: [wrong(stack)] })(stack), /'domainVpcs\[0\]' must be a VPC, got: Stack Stack\./,
    'AlbOptions.domainVpcs',
  ],
  'a VPC for the bucket of access logs': [stack => alb({ accessLogs: { bucket: wrong(newVpc(stack, 'Bar')) } })(stack), /'accessLogs\.bucket' must be a bucket, got: Vpc/, 'AlbAccessLogs.bucket'],
  'a load balancer for its listener': [
    stack => hub({ listener: wrong(alb({})(stack)), vpc: newVpc(stack, 'Bar') })(stack), /'listener' must be a listener of an Application Load Balancer, got: InternalAlb Stack\/Web\./,
    'AlbToPrivateLinkTargetsProps.listener',
  ],
  'a VPC for what answers by default': [
    stack => hub({ defaultAction: wrong(newVpc(stack, 'Bar')) })(stack), /'defaultAction' must be an action of a listener such as .*, got: Vpc Stack\/Bar/, 'AlbToPrivateLinkTargetsProps.defaultAction',
  ],
  'a bucket for its preset': [
    stack => route({ preset: wrong(newVpc(stack, 'Bar')) })(stack), /'routes\.a\.preset' must be a preset such as .*, got: Vpc Stack\/Bar/, 'PrivateLinkRouteOptions.preset',
  ],
  'a VPC for the bucket of a preset': [
    stack => EndpointPreset.s3(wrong(newVpc(stack))), /EndpointPreset\.s3\(\): 'bucket' must be a bucket, got: Vpc Stack\/Vpc/, 'EndpointPreset.s3(bucket)',
  ],
  'a VPC for the API of a preset': [
    stack => EndpointPreset.executeApi(wrong(newVpc(stack))), /EndpointPreset\.executeApi\(\): 'api' must be a REST API, got: Vpc Stack\/Vpc/, 'EndpointPreset.executeApi(api)',
  ],
  'a VPC for a service': [stack => route({ service: wrong(newVpc(stack, 'Bar')) })(stack), /'routes\.a\.service' must be an endpoint service, got: Vpc Stack\/Bar\./, 'PrivateLinkTargetOptions.service'],
  'a service for an endpoint': [
    stack => route({ service: undefined, endpoint: wrong(provider({ vpc: newVpc(stack, 'Bar') })(stack)) })(stack),
    /'routes\.a\.endpoint' must be an interface endpoint, got: NlbEndpointService Stack\/Service\./,
    'PrivateLinkTargetOptions.endpoint',
  ],
  'a VPC for an endpoint': [
    stack => new InterfaceEndpointTarget(stack, 'Target', { endpoint: wrong(newVpc(stack)) }), /Stack\/Target: 'endpoint' must be an interface endpoint, got: Vpc Stack\/Vpc\./,
    'InterfaceEndpointTargetProps.endpoint',
  ],
  'a VPC for a target group': [
    stack => new TargetHealthGate(stack, 'Gate', { targetGroups: [wrong(newVpc(stack))] }), /Stack\/Gate: 'targetGroups\[0\]' must be a target group, got: Vpc Stack\/Vpc\./,
    'TargetHealthGateProps.targetGroups',
  ],
  'a VPC for a topic': [
    stack => provider({ connectionNotifications: wrong(newVpc(stack, 'Bar')) })(stack), /'connectionNotifications' must be a topic, got: Vpc Stack\/Bar\./,
    'NlbEndpointServiceProps.connectionNotifications',
  ],
  'a VPC for a zone that verifies': [
    stack => provider({ privateDnsName: 'a.example.com', privateDnsVerificationZone: wrong(newVpc(stack, 'Bar')) })(stack),
    /'privateDnsVerificationZone' must be a hosted zone, got: Vpc Stack\/Bar\./,
    'NlbEndpointServiceProps.privateDnsVerificationZone',
  ],
  'a stack for a peer': [
    stack => new VpcPeering(stack, 'Peering', { vpc: newVpc(stack), peerVpc: wrong(stack) }), /Stack\/Peering: 'peerVpc' must be a VPC, got: Stack Stack\./,
    'VpcPeeringProps.peerVpc',
  ],
  'nothing for a VPC that is peered': [stack => new VpcPeering(stack, 'Peering', wrong({ peerVpc: newVpc(stack) })), /'vpc' must be a VPC, got: undefined\./, 'VpcPeeringProps.vpc'],
  'a stack for a VPC with routes': [
    stack => new VpcPeeringRoutes(stack, 'Routes', { vpc: wrong(stack), peerCidrBlocks: ['10.2.0.0/16'], peeringConnectionId: 'pcx-1' }), /'vpc' must be a VPC, got: Stack Stack\./,
    'VpcPeeringRoutesProps.vpc',
  ],
  'a VPC for an instance': [stack => alb({ backend: Backend.instances([wrong(newVpc(stack, 'Bar'))], { port: 80 }) })(stack), /'instances\[0\]' must be an instance, got: Vpc/, 'Backend.instances(instances)'],
  'a VPC for a function': [stack => alb({ backend: Backend.lambdaFunction(wrong(newVpc(stack, 'Bar'))) })(stack), /'fn' must be a Lambda function, got: Vpc Stack\/Bar\./, 'Backend.lambdaFunction(fn)'],
  'a plain object for a function': [alb({ backend: Backend.lambdaFunction(wrong(Object.create(null))) }), /'fn' must be a Lambda function, got: an object\./, 'Backend.lambdaFunction(fn)'],
};
