import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Duration, Lazy, NestedStack, Stack } from 'aws-cdk-lib/core';
import { alb, atSynth, BadInputs, hub, provider, route, service } from './attempts';
import { Backend, InterfaceEndpointTarget, InternalAlb, TargetHealthGate, TargetHealthGateProps } from '../../src';
import { newFargateService, newStack, newVpc, TOKYO } from '../util';

const gate = (props: Partial<TargetHealthGateProps>) => (stack: Stack) => new TargetHealthGate(stack, 'Gate', {
  targetGroups: [new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc: newVpc(stack), port: 80 })], ...props,
});

const zone = (stack: Stack, zoneName = 'example.com') => new route53.PublicHostedZone(stack, 'Zone', { zoneName });

function endpointIn(stack: Stack, delay: Duration): void {
  const vpc = newVpc(stack);
  const endpoint = vpc.addInterfaceEndpoint('E', { service, open: false });
  new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, deregistrationDelay: delay, targets: [new InterfaceEndpointTarget(stack, 'T', { endpoint })] });
}

/** What waits for health, looks after targets, and proves names. */
export const HEALTH: BadInputs = {
  'a gate that waits no time': [gate({ timeout: Duration.seconds(9) }), /Stack\/Gate: 'timeout' must be between 10 and 720 whole seconds, got: 9 s\. A Lambda function waits/, 'TargetHealthGateProps.timeout'],
  'a gate that waits longer than a function can': [gate({ timeout: Duration.seconds(721) }), /'timeout' must be between 10 and 720 whole seconds, got: 721 s/, 'TargetHealthGateProps.timeout'],
  'a gate without a group': [atSynth(gate({ targetGroups: [] })), /Stack\/Gate: 'targetGroups' must name at least one, got none\. Name the target groups that must be healthy/, 'TargetHealthGateProps.targetGroups'],
  'tasks that are deployed after the gate that waits for them': [
    stack => {
      const first = newStack('First', { env: TOKYO });
      const vpc = newVpc(first);
      const made = alb({ vpc, backend: undefined, waitForHealthy: Duration.minutes(5) })(first);
      const { targetGroup } = made.addRoute('a', { paths: ['/a'], priority: 1, backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }) });
      const later = new Stack(first.node.root, 'Later', { env: TOKYO });
      newFargateService(later, 'Tasks', vpc).attachToApplicationTargetGroup(targetGroup);
      atSynth(() => stack)(first);
    },
    /First\/Web\/HealthGate: 'targetGroups' has First\/Web\/aTargetGroup, which Later\/Tasks\/Service fills, and its stack is deployed after First, which waits here.*never be\. Put the gate into that stack/,
    'AlbOptions.waitForHealthy',
  ],
  'a rule that is deployed after the gate that waits for its group': [
    stack => {
      const first = newStack('First', { env: TOKYO });
      const vpc = newVpc(first);
      const { listener } = alb({ vpc })(first);
      const targetGroup = new elbv2.ApplicationTargetGroup(first, 'Group', { vpc, port: 80, targetType: elbv2.TargetType.IP });
      new TargetHealthGate(first, 'Gate', { targetGroups: [targetGroup] });
      new elbv2.ApplicationListenerRule(new Stack(first.node.root, 'Later', { env: TOKYO }), 'Rule', {
        listener, priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/a'])], targetGroups: [targetGroup],
      });
      atSynth(() => stack)(first);
    },
    /First\/Gate: 'targetGroups' has First\/Group, to which Later\/Rule\/Resource alone leads, and its stack is deployed after First, which waits here/,
    'TargetHealthGateProps.targetGroups',
  ],
  'tasks around the nested stack whose gate waits for them': [
    atSynth(stack => {
      const vpc = newVpc(stack);
      const nested = new NestedStack(stack, 'Nested');
      const made = new InternalAlb(nested, 'Web', { vpc, waitForHealthy: Duration.minutes(5) });
      const { targetGroup } = made.addRoute('a', { paths: ['/a'], priority: 1, backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }) });
      newFargateService(stack, 'Tasks', vpc).attachToApplicationTargetGroup(targetGroup);
    }),
    /Stack\/Nested\/Web\/HealthGate: 'targetGroups' has Stack\/Nested\/Web\/aTargetGroup, which Stack\/Tasks\/Service fills, and its stack is deployed after Stack\/Nested/,
    'AlbOptions.waitForHealthy',
  ],
  'a load balancer that waits too long': [alb({ waitForHealthy: Duration.minutes(13) }), /Stack\/Web: 'waitForHealthy' must be between 10 and 720 whole seconds, got: 780 s/, 'AlbOptions.waitForHealthy'],
  'a hub that waits too long': [hub({ waitForHealthy: Duration.minutes(13) }), /Stack\/Hub: 'waitForHealthy' must be between 10 and 720 whole seconds, got: 780 s/, 'AlbOptions.waitForHealthy'],
  'a service that waits too long': [provider({ waitForHealthy: Duration.minutes(13) }), /Stack\/Service: 'waitForHealthy' must be between 10 and 720 whole seconds, got: 780 s/, 'NlbEndpointServiceProps.waitForHealthy'],
  'a delay of a known group for which no deployment can wait': [
    atSynth(stack => endpointIn(stack, Duration.minutes(10))), /the deregistration delay of Stack\/Group must be at most 420 s behind interface endpoints, got: 600 s/,
    'InterfaceEndpointTarget.attachToApplicationTargetGroup(targetGroup)',
  ],
  'a deregistration delay for which no deployment can wait': [
    route({ deregistrationDelay: Duration.seconds(421) }),
    /'routes.a.deregistrationDelay' must be between 0 and 420 whole seconds, got: 421 s\. A deployment waits so long/,
    'PrivateLinkTargetOptions.deregistrationDelay',
  ],
  'a repair without rest': [hub({ repairInterval: Duration.minutes(4) }), /Stack\/Hub: 'repairInterval' must be between 5 and 1440 whole minutes, got: 4 min/, 'AlbToPrivateLinkTargetsProps.repairInterval'],
  'a repair every two days': [hub({ repairInterval: Duration.days(2) }), /'repairInterval' must be between 5 and 1440 whole minutes, got: 2880 min/, 'AlbToPrivateLinkTargetsProps.repairInterval'],
  'a repair every five and a half minutes': [hub({ repairInterval: Duration.seconds(330) }), /'repairInterval' must be between 5 and 1440 whole minutes, got: 5\.5 min/, 'AlbToPrivateLinkTargetsProps.repairInterval'],
  'a repair at a time that is not known': [
    hub({ repairInterval: Duration.minutes(Lazy.number({ produce: () => 5 })) }), /'repairInterval' must be between 5 and 1440 whole minutes, got: a token/,
    'AlbToPrivateLinkTargetsProps.repairInterval',
  ],
  'a repair of a target without rest': [
    stack => new InterfaceEndpointTarget(stack, 'T', { endpoint: newVpc(stack).addInterfaceEndpoint('E', { service }), repairInterval: Duration.minutes(4) }),
    /Stack\/T: 'repairInterval' must be between 5 and 1440 whole minutes, got: 4 min/, 'InterfaceEndpointTargetProps.repairInterval',
  ],
  'a VPC that must be healthy, added later': [
    stack => gate({})(stack).addTargetGroup(newVpc(stack, 'Bar') as any), /Stack\/Gate: 'targetGroup' must be a target group, got: Vpc Stack\/Bar/, 'TargetHealthGate.addTargetGroup(targetGroup)',
  ],
  'a private DNS name of one label': [provider({ privateDnsName: 'api' }), /Stack\/Service.*: 'privateDnsName' must be a domain name of at least two labels, such as 'api\.example\.com', got: 'api'/, 'NlbEndpointServiceProps.privateDnsName'],
  'a private DNS name that is a URL': [provider({ privateDnsName: 'https://api.example.com' }), /'privateDnsName' must be a domain name.*got: 'https:\/\/api\.example\.com'/, 'NlbEndpointServiceProps.privateDnsName'],
  'a private DNS name with a label of 64 characters': [provider({ privateDnsName: `${'a'.repeat(64)}.example.com` }), /'privateDnsName' must be a domain name/, 'NlbEndpointServiceProps.privateDnsName'],
  'a zone without a private DNS name': [
    stack => provider({ privateDnsVerificationZone: zone(stack) })(stack), /Stack\/Service: 'privateDnsVerificationZone' needs a 'privateDnsName', got none/,
    'NlbEndpointServiceProps.privateDnsVerificationZone',
  ],
  'a zone of another domain': [
    stack => provider({ privateDnsName: 'api.myexample.com', privateDnsVerificationZone: zone(stack) })(stack),
    /'privateDnsName' must be in 'privateDnsVerificationZone' \(example\.com\), got: 'api\.myexample\.com'\. Give the public zone of its domain/,
    'NlbEndpointServiceProps.privateDnsName', 'NlbEndpointServiceProps.privateDnsVerificationZone',
  ],
  'a zone that was imported by its id alone': [
    stack => provider({
      privateDnsName: 'api.example.com', privateDnsVerificationZone: route53.PublicHostedZone.fromPublicHostedZoneId(stack, 'Zone', 'Z0123456789'),
    })(stack),
    /'privateDnsVerificationZone' must know its name, and Stack\/Zone was imported by its id alone\. Import it with its 'zoneName'/,
    'NlbEndpointServiceProps.privateDnsVerificationZone',
  ],
  'a zone of another account': [
    stack => provider({
      privateDnsName: 'api.example.com', privateDnsVerificationZone: zone(newStack('Dns', { env: { account: '222222222222', region: 'eu-west-1' } })),
    })(newStack('Provider', { env: TOKYO }, stack.node.root as any)),
    /'privateDnsVerificationZone' must be of the service's account, got: Dns\/Zone in 222222222222\. Leave it out, and make the record over there from the outputs/,
    'NlbEndpointServiceProps.privateDnsVerificationZone',
  ],
};
