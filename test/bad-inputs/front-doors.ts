import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { App, Duration, Fn, Lazy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { alb, albListener, albRoute, atSynth, backend, BadInputs, behindNlb, certificates, hub } from './attempts';
import { AlbToPrivateLinkTargets, Backend, BackendConfig } from '../../src';
import { newStack, newVpc, TOKYO } from '../util';

const FUNCTION_ARN = 'arn:aws:lambda:ap-northeast-1:111111111111:function:fn';

class Portless extends Backend {
  public bind(_scope: Construct): BackendConfig {
    return { targetType: elbv2.TargetType.IP, applicationTargets: [] };
  }
}

function fn(stack: Stack): lambda.IFunction {
  return lambda.Function.fromFunctionAttributes(stack, 'Fn', { functionArn: FUNCTION_ARN, sameEnvironment: true });
}

/** Load balancers that clients reach. */
export const FRONT_DOORS: BadInputs = {
  // who may connect, and where
  'internetFacing without clients': [hub({ internetFacing: true }), /Stack\/Hub: 'internetFacing' needs 'clients', got none.*Name who may connect/, 'AlbToPrivateLinkTargetsProps.internetFacing', 'AlbOptions.clients'],
  'no clients in a VPC imported without its block': [
    stack => new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'] }),
    }),
    /'clients' is missing, and its default, the CIDR block of Stack\/Vpc, is not known.*Name who may connect/,
    'AlbOptions.clients',
  ],
  'an idle timeout longer than PrivateLink\'s': [hub({ idleTimeout: Duration.seconds(351) }), /'idleTimeout' must be between 1 and 350 whole seconds, got: 351 s\. PrivateLink drops/, 'AlbOptions.idleTimeout'],
  'an idle timeout of no time': [hub({ idleTimeout: Duration.seconds(0) }), /'idleTimeout' must be between 1 and 350/, 'AlbOptions.idleTimeout'],
  'an idle timeout of minutes that are not known': [
    alb({ idleTimeout: Duration.minutes(Lazy.number({ produce: () => 1 })) }), /Stack\/Web: 'idleTimeout' must be given in seconds where it is a token, got: minutes\. Use Duration\.seconds/,
    'AlbOptions.idleTimeout',
  ],
  'a listener port that is none': [hub({ port: 65536 }), /'port' must be an integer between 1 and 65535, got: 65536/, 'AlbOptions.port'],
  'one zone only': [
    stack => { const vpc = newVpc(stack); return new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, vpcSubnets: { subnets: [vpc.isolatedSubnets[0]] } }); },
    /'vpcSubnets' must span at least two zones, got: .*Select subnets of another zone too/,
    'AlbOptions.vpcSubnets',
  ],
  'a listener and props that shape a load balancer': [
    stack => hub({ listener: albListener(stack), internetFacing: true, clients: [], idleTimeout: Duration.seconds(60) })(stack),
    /'listener' is given, and with it 'internetFacing', 'clients', 'idleTimeout', which shape a load balancer.*Leave them out/,
    'AlbToPrivateLinkTargetsProps.listener', 'AlbToPrivateLinkTargetsProps.internetFacing', 'AlbOptions.clients', 'AlbOptions.idleTimeout',
  ],
  'an access log bucket with a KMS key': [
    stack => hub({ accessLogs: { bucket: new s3.Bucket(stack, 'Logs', { encryptionKey: new kms.Key(stack, 'Key') }) } })(stack),
    /'accessLogs.bucket' must be encrypted with keys of S3 \(SSE-S3\), got: Stack\/Logs.*give another bucket/,
    'AlbAccessLogs.bucket',
  ],
  'an access log prefix of AWS\'s own': [hub({ accessLogs: { prefix: 'x/AWSLogs' } }), /'accessLogs.prefix' must neither contain 'AWSLogs' nor begin or end with '\/', got: 'x\/AWSLogs'/, 'AlbAccessLogs.prefix'],
  'an access log prefix with a slash at its beginning': [hub({ accessLogs: { prefix: '/x' } }), /nor begin or end with '\/', got: '\/x'/, 'AlbAccessLogs.prefix'],
  'an access log prefix with a slash at its end': [hub({ accessLogs: { prefix: 'x/' } }), /nor begin or end with '\/', got: 'x\/'/, 'AlbAccessLogs.prefix'],
  'a list of subnets whose length is not known': [
    stack => new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        vpcCidrBlock: '10.0.0.0/16',
        availabilityZones: ['a'],
        privateSubnetIds: Fn.split(',', Fn.importValue('Subnets')),
      }),
    }),
    /'vpcSubnets' must span at least two zones, got: a list of subnets whose length is known at deployment only\. Say how many there are/,
    'AlbOptions.vpcSubnets',
  ],
  'the listener of another VPC': [
    stack => hub({ listener: albListener(stack) })(stack), /'vpc' must be the VPC of the listener's load balancer, Stack\/AlbVpc, got: Stack\/Vpc/,
    'AlbOptions.vpc',
  ],
  'an access log bucket with a key of AWS': [
    stack => hub({ accessLogs: { bucket: new s3.Bucket(stack, 'Logs', { encryption: s3.BucketEncryption.KMS_MANAGED }) } })(stack), /must be encrypted with keys of S3/,
    'AlbAccessLogs.bucket',
  ],

  'an idle timeout longer than ELBv2 keeps': [alb({ idleTimeout: Duration.seconds(4001) }), /Stack\/Web: 'idleTimeout' must be between 1 and 4000 whole seconds, got: 4001 s/, 'AlbOptions.idleTimeout'],
  'a listener port that is a token': [alb({ port: Lazy.number({ produce: () => 80 }) }), /'port' must be a number that is known at synth, got a token.*the listener/, 'AlbOptions.port'],
  'a listener, and names and certificates': [
    stack => hub({ listener: albListener(stack), certificates, domainNames: ['hub.home'] })(stack),
    /'listener' is given, and with it 'certificates', 'domainNames', which shape a load balancer/,
    'AlbToPrivateLinkTargetsProps.listener', 'AlbOptions.certificates', 'AlbOptions.domainNames',
  ],
  'the zones of a load balancer that somebody else made': [
    stack => { const listener = albListener(stack); return hub({ vpc: listener.loadBalancer.vpc, listener })(stack).zones; }, /'zones' is not known: the hub was given a 'listener'/,
    'AlbToPrivateLinkTargets.zones',
  ],
  'the URL of a load balancer that somebody else made': [
    stack => { const listener = albListener(stack); return hub({ vpc: listener.loadBalancer.vpc, listener })(stack).url; },
    /'url' is not known: the hub was given a 'listener'\. Ask the construct that made the listener/,
    'AlbToPrivateLinkTargets.url',
  ],

  'a load balancer without public IPv4 addresses that is not public': [
    alb({ ipAddressType: elbv2.IpAddressType.DUAL_STACK_WITHOUT_PUBLIC_IPV4 }),
    /Stack\/Web: 'ipAddressType' is dualstack-without-public-ipv4, which takes a load balancer that faces the internet\. Use IPV4 or DUAL_STACK/, 'AlbOptions.ipAddressType',
  ],
  'a web ACL for CloudFront': [
    alb({ webAclArn: 'arn:aws:wafv2:us-east-1:111111111111:global/webacl/acl/0' }), /'webAclArn' must be the ARN of a regional web ACL of AWS WAF, such as .*, got: 'arn:.*global/, 'AlbOptions.webAclArn',
  ],
  'a web ACL without a name': [hub({ webAclArn: '' }), /'webAclArn' must be the ARN of a regional web ACL of AWS WAF, such as .*, got: ''/, 'AlbOptions.webAclArn'],
  'subnets that the VPC does not have': [
    alb({ vpcSubnets: { subnetGroupName: 'Web' } }), /Stack\/Web: 'vpcSubnets' must select subnets of Stack\/Vpc, got: \{.*"subnetGroupName":"Web".*\}\. .*Public/, 'AlbOptions.vpcSubnets',
  ],

  // HTTPS
  'no certificate for HTTPS': [alb({ certificates: [] }), /'certificates' must name at least one, got an empty list\. Give HTTPS a certificate/, 'AlbOptions.certificates'],
  'a redirect to HTTPS without a certificate': [alb({ redirectHttp: true }), /'redirectHttp' is for HTTPS and needs 'certificates', got none\. Give the listener a certificate, or leave/, 'AlbOptions.redirectHttp'],
  'a TLS policy without a certificate': [alb({ sslPolicy: elbv2.SslPolicy.TLS13_13 }), /'sslPolicy' is for HTTPS and needs 'certificates', got none/, 'AlbOptions.sslPolicy'],
  'HTTPS on the port of the redirect': [alb({ certificates, port: 80 }), /'port' is 80, on which the redirect to HTTPS listens\. Choose another port, 443 by default, or set 'redirectHttp' to false/, 'AlbOptions.port'],

  // what answers
  'gRPC behind plain HTTP': [
    alb({ protocolVersion: elbv2.ApplicationProtocolVersion.GRPC }), /Stack\/Web: 'protocolVersion' is GRPC, which takes an HTTPS listener.*give the listener 'certificates'/,
    'AlbTargetGroupOptions.protocolVersion',
  ],
  'HTTP/2 on a route behind plain HTTP': [
    albRoute({ protocolVersion: elbv2.ApplicationProtocolVersion.HTTP2 }), /Stack\/Web: 'routes\.a\.protocolVersion' is HTTP2, which takes an HTTPS listener/,
    'AlbTargetGroupOptions.protocolVersion',
  ],
  'a backend that drains for more than an hour': [
    alb({ deregistrationDelay: Duration.seconds(3601) }), /Stack\/Web: 'deregistrationDelay' must be between 0 and 3600 whole seconds, got: 3601 s/,
    'AlbTargetGroupOptions.deregistrationDelay',
  ],
  'a route that drains for more than an hour': [albRoute({ deregistrationDelay: Duration.hours(2) }), /'routes\.a\.deregistrationDelay' must be between 0 and 3600 whole seconds/, 'AlbTargetGroupOptions.deregistrationDelay'],
  'a health check of a load balancer without a slash': [alb({ healthCheck: { path: 'health' } }), /'healthCheck\.path' must begin with '\/'/, 'AlbTargetGroupOptions.healthCheck'],
  'a protocol and a delay for a function': [
    stack => alb({
      backend: Backend.lambdaFunction(fn(stack)),
      protocol: elbv2.ApplicationProtocol.HTTP,
      deregistrationDelay: Duration.seconds(5),
    })(stack),
    /'protocol', 'deregistrationDelay' must not be set for a Lambda function, which is invoked without a connection\. Leave it out/,
    'AlbTargetGroupOptions.protocol', 'AlbTargetGroupOptions.deregistrationDelay',
  ],
  'the port of a function, on a route': [
    stack => albRoute({
      backend: Backend.lambdaFunction(fn(stack)),
      protocolVersion: elbv2.ApplicationProtocolVersion.HTTP1,
      healthCheck: { port: '80' },
    })(stack),
    /'routes\.a\.protocolVersion', 'routes\.a\.healthCheck\.port' must not be set for a Lambda function/,
    'AlbTargetGroupOptions.protocolVersion', 'AlbTargetGroupOptions.healthCheck',
  ],
  'a function that is checked as often as it may take': [
    stack => alb({ backend: Backend.lambdaFunction(fn(stack)), healthCheck: { interval: Duration.seconds(20) } })(stack),
    /'healthCheck\.timeout' must be shorter than 'healthCheck\.interval' \(20 s\), got: 30 s/,
    'AlbTargetGroupOptions.healthCheck',
  ],
  'a function of another Region': [
    stack => {
      const far = lambda.Function.fromFunctionArn(newStack('Far', {}, stack.node.root as App), 'Fn', FUNCTION_ARN.replace('ap-northeast-1', 'eu-west-1'));
      alb({ backend: Backend.lambdaFunction(far) })(newStack('Here', { env: TOKYO }, stack.node.root as App));
    },
    /Here\/Web: 'fn' is Far\/Fn, which is in the region eu-west-1, and the load balancer is in ap-northeast-1\. Elastic Load Balancing invokes functions of its own account and Region/,
    'Backend.lambdaFunction(fn)',
  ],
  'HTTP codes for gRPC': [
    alb({ certificates, protocolVersion: elbv2.ApplicationProtocolVersion.GRPC, healthCheck: { healthyHttpCodes: '200' } }),
    /'healthCheck\.healthyHttpCodes' must not be set for targets that speak gRPC\. Leave it out; 'healthyGrpcCodes' goes with/,
    'AlbTargetGroupOptions.healthCheck',
  ],
  'gRPC codes that are none': [
    alb({ certificates, protocolVersion: elbv2.ApplicationProtocolVersion.GRPC, healthCheck: { healthyGrpcCodes: '0-100' } }),
    /'healthCheck\.healthyGrpcCodes' must be codes between 0 and 99 such as '0', '0,12' or '0-12', got: '0-100'/,
    'AlbTargetGroupOptions.healthCheck',
  ],
  'how to speak to a backend that is not there': [
    alb({ backend: undefined, healthCheck: { path: '/' }, protocol: elbv2.ApplicationProtocol.HTTP }), /'protocol', 'healthCheck' needs a 'backend', got none\. Give the load balancer one, or set it on the routes/,
    'AlbTargetGroupOptions.protocol', 'AlbTargetGroupOptions.healthCheck', 'InternalAlbProps.backend',
  ],
  'a backend without a port': [
    alb({ backend: new Portless() }), /'backend' \(target type 'ip'\) names no 'port', on which its targets answer\. Return one from bind\(\)/,
    'BackendConfig.port',
  ],
  'all addresses of an imported VPC over IPv6': [
    stack => alb({
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1', vpcCidrBlock: '10.1.0.0/16', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
      }),
      ipAddressType: elbv2.IpAddressType.DUAL_STACK,
    })(stack),
    /'clients' is missing, and its default, all addresses of Stack\/Vpc, is not known: the IPv6 block of an imported VPC is not\. Name who may connect/,
    'AlbOptions.clients',
  ],
  'a listener that keeps connections for longer than PrivateLink': [
    atSynth(stack => {
      const web = alb({ idleTimeout: Duration.seconds(400) })(stack);
      new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: web.loadBalancer.vpc!, listener: web.listener });
    }),
    /the idle timeout of Stack\/Web\/LoadBalancer must be at most 350 s behind routes over PrivateLink, which drops connections that are idle for longer, got: 400 s/,
    'AlbToPrivateLinkTargetsProps.listener',
  ],
  'an ALB behind an ALB': [
    stack => alb({ backend: Backend.applicationLoadBalancer(albListener(stack)) })(stack),
    /'backend' \(target type 'alb'\) does not fit behind an Application Load Balancer.*NlbEndpointService/,
    'InternalAlbProps.backend',
  ],
  'a backend of a user without targets': [
    alb({ backend: new class extends Backend { public bind() { return { targetType: elbv2.TargetType.IP, port: 80 }; } }() }),
    /'backend' \(target type 'ip'\) does not fit behind an Application Load Balancer: it has no 'applicationTargets'/,
    'BackendConfig.applicationTargets',
  ],
  'a backend of a user without targets, behind an NLB': [
    behindNlb(() => new class extends Backend { public bind() { return { targetType: elbv2.TargetType.IP, port: 80 }; } }()),
    /'backend' \(target type 'ip'\) does not fit behind a Network Load Balancer: it has no 'networkTargets'/,
    'BackendConfig.networkTargets',
  ],
  'a backend of a user without a port, behind an NLB': [
    behindNlb(() => new class extends Backend { public bind() { return { targetType: elbv2.TargetType.IP, networkTargets: [] }; } }()),
    /'backend' \(target type 'ip'\) does not fit behind a Network Load Balancer: it has no 'port'/,
    'BackendConfig.port',
  ],
  'the target group of a load balancer without a backend': [
    stack => alb({ backend: undefined })(stack).targetGroup, /'targetGroup' is not there: the load balancer was made without a 'backend'\. Give it one/,
    'InternalAlb.targetGroup',
  ],
  'one route id twice': [
    stack => {
      const web = alb({})(stack);
      web.addRoute('a', { backend, paths: ['/a'], priority: 1 });
      web.addRoute('a', { backend, paths: ['/b'], priority: 2 });
    },
    /Stack\/Web: route 'a' exists already\. Choose another id/,
    'InternalAlb.addRoute(id)',
  ],
  'a hundred routes beside a backend': [
    stack => {
      const web = alb({})(stack);
      for (let n = 1; n <= 100; n++) { web.addRoute(`r${n}`, { backend, paths: [`/r${n}`], priority: n }); }
    },
    /a load balancer takes 100 target groups, and so this one 99 for its routes; got 100\. Make a second load balancer/,
    'InternalAlb.addRoute(id)',
  ],
};
