import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Lazy, Stack } from 'aws-cdk-lib/core';
import { alb, albListener, atSynth, backend, BadInputs, behindNlb, provider, route, service } from './attempts';
import { Backend, InterfaceEndpointTarget, NlbEndpointService, NlbEndpointServiceProps } from '../../src';
import { newInstance, newVpc, TOKYO } from '../util';

/** Props of a service in front of an Application Load Balancer. */
function besideAlb(stack: Stack): Pick<NlbEndpointServiceProps, 'vpc' | 'backend'> {
  const listener = albListener(stack);
  return { vpc: listener.loadBalancer.vpc!, backend: Backend.applicationLoadBalancer(listener) };
}

/** What is published, and what stands behind. */
export const SERVICES: BadInputs = {
  // endpoint services
  'port 0 of a service': [provider({ port: 0 }), /Stack\/Service: 'port' must be an integer between 1 and 65535, got: 0/, 'EndpointServiceListenerOptions.port'],
  'everybody, without a word on acceptance': [
    provider({ allowedPrincipals: [new iam.ArnPrincipal('*')] }), /'allowedPrincipals' contains '\*', which lets every AWS account connect, and 'acceptanceRequired' is not set\. Name the principals/,
    'NlbEndpointServiceProps.allowedPrincipals', 'NlbEndpointServiceProps.acceptanceRequired',
  ],
  'everybody added later': [
    stack => (provider({})(stack) as NlbEndpointService).allowPrincipal(new iam.ArnPrincipal('*')), /'acceptanceRequired' is not set/,
    'NlbEndpointService.allowPrincipal(principal)',
  ],
  'accepted accounts, without acceptance': [
    provider({ acceptedAccounts: ['111122223333'] }), /Stack\/Service: 'acceptedAccounts' needs 'acceptanceRequired' to be true, got: nothing\. Set it to true, or leave 'acceptedAccounts' out/,
    'NlbEndpointServiceProps.acceptedAccounts',
  ],
  'accepted accounts, with acceptance turned off': [provider({ acceptedAccounts: ['111122223333'], acceptanceRequired: false }), /'acceptanceRequired' to be true, got: false/, 'NlbEndpointServiceProps.acceptedAccounts'],
  'no accepted account': [provider({ acceptedAccounts: [], acceptanceRequired: true }), /'acceptedAccounts' must name at least one.*Leave it out to accept each endpoint by hand/, 'NlbEndpointServiceProps.acceptedAccounts'],
  'an accepted account that is an ARN': [
    provider({ acceptedAccounts: ['arn:aws:iam::111122223333:root'], acceptanceRequired: true }), /'acceptedAccounts' must be account numbers of 12 digits, got: 'arn:aws:iam::111122223333:root'\. Give the number as a string/,
    'NlbEndpointServiceProps.acceptedAccounts',
  ],
  'more accepted accounts than a function knows': [
    provider({ acceptedAccounts: Array.from({ length: 251 }, (_, n) => `${111122220000 + n}`), acceptanceRequired: true }), /'acceptedAccounts' takes up to 250 accounts, got: 251\. Make a second service/,
    'NlbEndpointServiceProps.acceptedAccounts',
  ],
  'an accepted account that is not allowed': [
    atSynth(stack => provider({
      acceptedAccounts: ['111122223333', '444455556666'],
      acceptanceRequired: true,
      allowedPrincipals: [new iam.AccountPrincipal('111122223333'), new iam.ArnPrincipal('arn:aws:iam::777788889999:role/444455556666')],
    })(new Stack(stack.node.root, 'Own', { env: TOKYO }))),
    /Own\/Service\] 'acceptedAccounts' has 444455556666, which is not allowed to make endpoints\. Add new iam\.AccountPrincipal\('444455556666'\) to 'allowedPrincipals', or take/,
    'NlbEndpointServiceProps.acceptedAccounts',
  ],
  'a service port that is a token': [provider({ port: Lazy.number({ produce: () => 80 }) }), /'port' must be a number that is known at synth, got a token.*the listener/, 'EndpointServiceListenerOptions.port'],
  'a route port that is a token': [route({ port: Lazy.number({ produce: () => 80 }) }), /'routes.a.port' must be a number that is known at synth/, 'PrivateLinkTargetOptions.port'],
  'one listener id twice': [
    stack => {
      const made = provider({})(stack) as NlbEndpointService;
      made.addListener('B', { backend, port: 81 });
      made.addListener('B', { backend, port: 82 });
    },
    /listener 'B' exists already\. Choose another id/,
    'NlbEndpointService.addListener(id)',
  ],
  'a listener without an id': [
    stack => provider({})(stack).addListener('', { backend, port: 81 }), /the 'id' of addListener\(\) must be a text that is known at synth, got an empty one\. Name what is added/,
    'NlbEndpointService.addListener(id)',
  ],
  'one Region twice': [provider({ allowedRegions: ['eu-west-1', 'eu-west-1'] }), /'allowedRegions' must name each one once, got 'eu-west-1' twice/, 'NlbEndpointServiceProps.allowedRegions'],
  'one address type twice': [
    provider({ supportedIpAddressTypes: [ec2.IpAddressType.IPV4, ec2.IpAddressType.IPV4] }), /'supportedIpAddressTypes' must name each one once, got 'ipv4' twice/,
    'NlbEndpointServiceProps.supportedIpAddressTypes',
  ],
  'no client of a service': [provider({ clients: [] }), /'clients' must name at least one.*leave 'clients' out to let in whoever has an endpoint/, 'NlbEndpointServiceProps.clients'],
  'no Region of a service': [provider({ allowedRegions: [] }), /'allowedRegions' must name at least one/, 'NlbEndpointServiceProps.allowedRegions'],
  'no address type of a service': [provider({ supportedIpAddressTypes: [] }), /'supportedIpAddressTypes' must name at least one/, 'NlbEndpointServiceProps.supportedIpAddressTypes'],
  'no certificate for TLS': [provider({ certificates: [] }), /'certificates' must name at least one/, 'EndpointServiceListenerOptions.certificates'],
  'one port twice': [stack => (provider({})(stack) as NlbEndpointService).addListener('B', { backend, port: 80 }), /'port' must differ from that of every other listener.*got: 80/, 'EndpointServiceListenerOptions.port'],
  'the proxy protocol in front of an ALB': [
    stack => provider({ ...besideAlb(stack), proxyProtocolV2: true })(stack), /'proxyProtocolV2' must not be set in front of an Application Load Balancer/,
    'EndpointServiceListenerOptions.proxyProtocolV2',
  ],
  'TLS in front of an ALB': [
    stack => provider({
      ...besideAlb(stack),
      certificates: [elbv2.ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111111111111:certificate/0')],
    })(stack),
    /'certificates' must not be set in front of an Application Load Balancer, which takes TCP only\. Give the certificates to the ALB's listener/,
    'EndpointServiceListenerOptions.certificates',
  ],
  'a service name that is none': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: 'vpce-svc-0123' }),
    /'endpointServiceName' must look like 'com\.amazonaws\.vpce\.eu-west-1\.vpce-svc-0123456789abcdef0', got: 'vpce-svc-0123'/,
    'EndpointServiceAttributes.endpointServiceName',
  ],
  'a port of an imported service that is none': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: service.name, port: 70_000 }), /'port' must be an integer between 1 and 65535, got: 70000/,
    'EndpointServiceAttributes.port',
  ],
  'no zone of an imported service': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: service.name, availabilityZones: [] }), /'availabilityZones' must name at least one/,
    'EndpointServiceAttributes.availabilityZones',
  ],

  'a Region of another service': [
    stack => NlbEndpointService.fromEndpointServiceAttributes(stack, 'S', { endpointServiceName: service.name, region: 'eu-west-1' }),
    /'region' must be that of 'endpointServiceName', ap-northeast-1, got: 'eu-west-1'\. Leave it out/, 'EndpointServiceAttributes.region',
  ],
  'a Region that is none': [provider({ allowedRegions: ['Tokyo'] }), /'allowedRegions' has 'Tokyo', which is no Region\. Name Regions as AWS does/, 'NlbEndpointServiceProps.allowedRegions'],
  'a principal that is none': [
    provider({ allowedPrincipals: [new iam.ArnPrincipal('222222222222')] }), /'allowedPrincipals' has '222222222222', which is no ARN of an account, role or user\. Give one/,
    'NlbEndpointServiceProps.allowedPrincipals', 'NlbEndpointService.allowPrincipal(principal)',
  ],
  'no subnet of a service': [
    provider({ vpcSubnets: { availabilityZones: ['x'] } }), /'vpcSubnets' must select at least one subnet of Stack\/Vpc, got none\. Select those/, 'NlbEndpointServiceProps.vpcSubnets',
  ],

  // backends
  'an ALB of another VPC': [
    stack => provider({ vpc: newVpc(stack), backend: Backend.applicationLoadBalancer(albListener(stack)) })(stack),
    /Stack\/Service: the 'listener' of Backend\.applicationLoadBalancer\(\) belongs to Stack\/Alb, which stands in Stack\/AlbVpc, and the Network Load Balancer stands in Stack\/Vpc\. Put both into one VPC/,
    'Backend.applicationLoadBalancer(listener)',
  ],
  'no application target': [stack => alb({ backend: Backend.applicationTargets([], { port: 80 }) })(stack), /'applicationTargets' must name at least one/, 'Backend.applicationTargets(applicationTargets)'],
  'containers of which no security group is known': [
    behindNlb(stack => {
      const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task', { networkMode: ecs.NetworkMode.BRIDGE });
      taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), memoryLimitMiB: 128, portMappings: [{ containerPort: 80 }] });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: newVpc(stack, 'V') });
      return Backend.ecsService(new ecs.Ec2Service(stack, 'E', { cluster, taskDefinition, minHealthyPercent: 100 }), { containerName: 'web', containerPort: 80 });
    }),
    /no security group is known of Stack\/E, so that nothing would reach it: in network mode 'bridge' it is that of the instances\. Give .* as 'connectable'/,
    'EcsBackendOptions.connectable',
  ],
  'no instance': [behindNlb(() => Backend.instances([], { port: 80 })), /'instances' must name at least one/, 'Backend.instances(instances)'],
  'no address': [behindNlb(() => Backend.ipAddresses([], { port: 80 })), /'addresses' must name at least one/, 'Backend.ipAddresses(addresses)'],
  'an address of IPv6': [behindNlb(() => Backend.ipAddresses(['2001:db8::1'], { port: 80 })), /Stack\/Service: 'addresses' has '2001:db8::1', which is no IPv4 address/, 'Backend.ipAddresses(addresses)'],
  'an address that is none': [behindNlb(() => Backend.ipAddresses(['10.0.0.300'], { port: 80 })), /'addresses' has '10\.0\.0\.300'/, 'Backend.ipAddresses(addresses)'],
  'no target': [behindNlb(() => Backend.networkTargets([], { port: 80 })), /'networkTargets' must name at least one/, 'Backend.networkTargets(networkTargets)'],
  'a backend port that is none': [behindNlb(stack => Backend.instances([newInstance(stack, 'I', newVpc(stack, 'V'))], { port: -1 })), /'port' must be an integer between 1 and 65535, got: -1\. It is the port that Backend.instances\(\) was given/, 'BackendPortOptions.port'],
  'a container that the task does not have': [
    behindNlb(stack => {
      const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task');
      taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), portMappings: [{ containerPort: 80 }] });
      const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: newVpc(stack, 'V') });
      return Backend.ecsService(new ecs.FargateService(stack, 'F', { cluster, taskDefinition, minHealthyPercent: 100 }), { containerName: 'web', containerPort: 8080 });
    }),
    /'containerName' is 'web' and 'containerPort' 8080, for which Stack\/Task has no TCP port mapping/,
    'EcsBackendOptions.containerName', 'EcsBackendOptions.containerPort',
  ],
  'a function behind a Network Load Balancer': [
    behindNlb(stack => Backend.lambdaFunction(lambda.Function.fromFunctionArn(stack, 'Fn', 'arn:aws:lambda:ap-northeast-1:111111111111:function:fn'))),
    /'backend' \(target type 'lambda'\) does not fit behind a Network Load Balancer.*Backend\.applicationLoadBalancer\(\)/,
    'EndpointServiceListenerOptions.backend',
  ],
  'application targets behind a Network Load Balancer': [
    behindNlb(() => Backend.applicationTargets([{ attachToApplicationTargetGroup: () => ({ targetType: elbv2.TargetType.IP }) }], { port: 80 })), /does not fit behind a Network Load Balancer/,
    'EndpointServiceListenerOptions.backend',
  ],

  // endpoint targets
  'the registration in a group that a target is not in': [
    stack => {
      const vpc = newVpc(stack);
      const target = new InterfaceEndpointTarget(stack, 'T', { endpoint: vpc.addInterfaceEndpoint('E', { service }) });
      target.registration(new elbv2.ApplicationTargetGroup(stack, 'G', { vpc, port: 80 }));
    },
    /Stack\/T: 'targetGroup' is Stack\/G, to which this target was not added\. Add it with addTarget\(\) first/,
    'InterfaceEndpointTarget.registration(targetGroup)',
  ],
  'more imported target groups than policies fit the role': [
    stack => {
      const endpoint = newVpc(stack).addInterfaceEndpoint('E', { service });
      for (let n = 0; n < 19; n++) {
        elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, `G${n}`, { targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/g/${n}` })
          .addTarget(new InterfaceEndpointTarget(stack, `T${n}`, { endpoint }));
      }
    },
    /Stack\/T18\/\w+: the policies for imported target groups and verified services of a stack fit one role up to 18; got one more\. Put it into another stack/,
    'InterfaceEndpointTarget.attachToApplicationTargetGroup(targetGroup)',
  ],
  'a target port that is none': [
    stack => new InterfaceEndpointTarget(stack, 'T', { port: 0, endpoint: newVpc(stack).addInterfaceEndpoint('E', { service }) }), /Stack\/T: 'port' must be an integer between 1 and 65535, got: 0/,
    'InterfaceEndpointTargetProps.port',
  ],
  'no port, of an endpoint without one': [
    stack => {
      const endpoint = newVpc(stack).addInterfaceEndpoint('E', { service });
      const withoutPort = Object.create(endpoint, { connections: { value: new ec2.Connections() } });
      return new InterfaceEndpointTarget(stack, 'T', { endpoint: withoutPort });
    },
    /'port' is missing, and Stack\/Vpc\/E has no default port\. Set 'port' to the port of its service/,
    'InterfaceEndpointTargetProps.port',
  ],
};
