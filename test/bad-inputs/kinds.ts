import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { alb, BadInputs, certificates, hub, provider, route } from './attempts';
import { Backend, InterfaceEndpointTarget, TargetHealthGate, VpcPeering, VpcPeeringRoutes } from '../../src';
import { newVpc } from '../util';

/** As untyped languages have it: one thing in the place of another. */
const wrong = (value: unknown): any => value;

/** What no compiler refuses in JavaScript and Python: objects of another kind. */
export const KINDS: BadInputs = {
  'a stack for the VPC of an InternalAlb': [stack => alb({ vpc: wrong(stack) })(stack), /Stack\/Web: 'vpc' must be a VPC, got: Stack Stack\./],
  'a stack for the VPC of a hub': [stack => hub({ vpc: wrong(stack) })(stack), /Stack\/Hub: 'vpc' must be a VPC, got: Stack Stack\./],
  'a stack for the VPC of a service': [stack => provider({ vpc: wrong(stack) })(stack), /Stack\/Service: 'vpc' must be a VPC, got: Stack Stack\./],
  'the id of a VPC for the VPC': [alb({ vpc: wrong('vpc-1') }), /'vpc' must be a VPC, got: 'vpc-1'\./],
  'a VPC for a client': [
    stack => alb({ clients: [ec2.Peer.anyIpv4(), wrong(newVpc(stack, 'Bar'))] })(stack),
    /'clients\[1\]' must be a peer such as ec2\.Peer\.ipv4\('10\.0\.0\.0\/16'\), a security group, or something that has one, got: Vpc Stack\/Bar\./,
  ],
  'a VPC for a client of a service': [stack => provider({ clients: [wrong(newVpc(stack, 'Bar'))] })(stack), /'clients\[0\]' must be a peer .*, got: Vpc Stack\/Bar\./],
  'a block of addresses for a client': [alb({ clients: [wrong('10.0.0.0/16')] }), /'clients\[0\]' must be a peer such as .*, got: '10\.0\.0\.0\/16'\./],
  'a VPC for a certificate': [stack => alb({ certificates: [certificates[0], wrong(newVpc(stack, 'Bar'))] })(stack), /'certificates\[1\]' must be a certificate, got: Vpc Stack\/Bar\./],
  'a VPC for a certificate of a service': [stack => provider({ certificates: [wrong(newVpc(stack, 'Bar'))] })(stack), /'certificates\[0\]' must be a certificate, got: Vpc/],
  'a VPC for a hosted zone': [
    stack => alb({ domainNames: ['alb.home'], domainZone: wrong(newVpc(stack, 'Bar')) })(stack), /'domainZone' must be a hosted zone, got: Vpc Stack\/Bar\./,
  ],
  'a stack for a VPC that resolves the name': [
    stack => alb({ domainNames: ['alb.home'], domainVpcs: [wrong(stack)] })(stack), /'domainVpcs\[0\]' must be a VPC, got: Stack Stack\./,
  ],
  'a VPC for the bucket of access logs': [stack => alb({ accessLogs: { bucket: wrong(newVpc(stack, 'Bar')) } })(stack), /'accessLogs\.bucket' must be a bucket, got: Vpc/],
  'a load balancer for its listener': [
    stack => hub({ listener: wrong(alb({})(stack)), vpc: newVpc(stack, 'Bar') })(stack), /'listener' must be a listener of an Application Load Balancer, got: InternalAlb Stack\/Web\./,
  ],
  'a VPC for a service': [stack => route({ service: wrong(newVpc(stack, 'Bar')) })(stack), /'routes\.a\.service' must be an endpoint service, got: Vpc Stack\/Bar\./],
  'a service for an endpoint': [
    stack => route({ service: undefined, endpoint: wrong(provider({ vpc: newVpc(stack, 'Bar') })(stack)) })(stack),
    /'routes\.a\.endpoint' must be an interface endpoint, got: NlbEndpointService Stack\/Service\./,
  ],
  'a VPC for an endpoint': [
    stack => new InterfaceEndpointTarget(stack, 'Target', { endpoint: wrong(newVpc(stack)) }), /Stack\/Target: 'endpoint' must be an interface endpoint, got: Vpc Stack\/Vpc\./,
  ],
  'a VPC for a target group': [
    stack => new TargetHealthGate(stack, 'Gate', { targetGroups: [wrong(newVpc(stack))] }), /Stack\/Gate: 'targetGroups\[0\]' must be a target group, got: Vpc Stack\/Vpc\./,
  ],
  'a VPC for a topic': [
    stack => provider({ connectionNotifications: wrong(newVpc(stack, 'Bar')) })(stack), /'connectionNotifications' must be a topic, got: Vpc Stack\/Bar\./,
  ],
  'a VPC for a zone that verifies': [
    stack => provider({ privateDnsName: 'a.example.com', privateDnsVerificationZone: wrong(newVpc(stack, 'Bar')) })(stack),
    /'privateDnsVerificationZone' must be a hosted zone, got: Vpc Stack\/Bar\./,
  ],
  'a stack for a peer': [
    stack => new VpcPeering(stack, 'Peering', { vpc: newVpc(stack), peerVpc: wrong(stack) }), /Stack\/Peering: 'peerVpc' must be a VPC, got: Stack Stack\./,
  ],
  'nothing for a VPC that is peered': [stack => new VpcPeering(stack, 'Peering', wrong({ peerVpc: newVpc(stack) })), /'vpc' must be a VPC, got: undefined\./],
  'a stack for a VPC with routes': [
    stack => new VpcPeeringRoutes(stack, 'Routes', { vpc: wrong(stack), peerCidrBlocks: ['10.2.0.0/16'], peeringConnectionId: 'pcx-1' }), /'vpc' must be a VPC, got: Stack Stack\./,
  ],
  'a VPC for an instance': [stack => alb({ backend: Backend.instances([wrong(newVpc(stack, 'Bar'))], { port: 80 }) })(stack), /'instances\[0\]' must be an instance, got: Vpc/],
  'a VPC for a function': [stack => alb({ backend: Backend.lambdaFunction(wrong(newVpc(stack, 'Bar'))) })(stack), /'fn' must be a Lambda function, got: Vpc Stack\/Bar\./],
  'a plain object for a function': [alb({ backend: Backend.lambdaFunction(wrong(Object.create(null))) }), /'fn' must be a Lambda function, got: an object\./],
};
