import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { App, Stack } from 'aws-cdk-lib/core';
import { newInstance, newStack, newVpc, TOKYO } from './util';
import { AlbToPrivateLinkTargets, AnalyzerSource, Backend, InternalAlb, NlbEndpointService, VpcPeering } from '../src';

const PATH = 'AWS::EC2::NetworkInsightsPath';
const ANALYSIS = 'AWS::EC2::NetworkInsightsAnalysis';
const AWS = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000002', 80);

/** A hub with a service of two instances behind a route. */
function hubIn(stack: Stack, provider = stack) {
  const vpc2 = newVpc(provider, 'Vpc2', '10.2.0.0/16');
  const service = new NlbEndpointService(provider, 'Service', { vpc: vpc2, backend: Backend.instances([newInstance(provider, 'A', vpc2), newInstance(provider, 'B', vpc2)], { port: 8080 }) });
  const vpc = newVpc(stack, 'Vpc1');
  const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, internetFacing: true, clients: [ec2.Peer.ipv4('203.0.113.7/32')], routes: { a: { paths: ['/a'], service, priority: 1 } } });
  return { hub, vpc, service };
}

const idsOf = (stack: Stack, type: string) => Object.keys(Template.fromStack(stack).findResources(type));
const source = AnalyzerSource.internetGateway();

test('without it there is nothing of it, and with it everything else is byte for byte what it was', () => {
  const [without, with_] = [newStack(), newStack()];
  hubIn(without);
  hubIn(with_).hub.verifyWithReachabilityAnalyzer('Check', { source });
  const [before, after] = [without, with_].map(stack => Template.fromStack(stack).toJSON());
  expect(JSON.stringify(before)).not.toContain('NetworkInsights');
  const others = ([, { Type }]: [string, { Type: string }]) => !Type.startsWith('AWS::EC2::NetworkInsights');
  expect(Object.fromEntries(Object.entries<{ Type: string }>(after.Resources).filter(others))).toEqual(before.Resources);
});

test('from the internet gateway to each instance, by the port of the listener and that of the instance, through the load balancer', () => {
  const stack = newStack();
  const { hub } = hubIn(stack);
  expect(hub.verifyWithReachabilityAnalyzer('Check', { source })).toHaveLength(2);
  const template = Template.fromStack(stack);
  const [port, answer] = [{ FromPort: 80, ToPort: 80 }, { FromPort: 8080, ToPort: 8080 }];
  for (const instance of idsOf(stack, 'AWS::EC2::Instance')) {
    template.hasResourceProperties(PATH, {
      Source: { Ref: Match.stringLikeRegexp('^Vpc1IGW') }, Destination: { Ref: instance }, Protocol: 'tcp', FilterAtSource: { DestinationPortRange: port }, FilterAtDestination: { DestinationPortRange: answer },
    });
  }
  template.resourceCountIs(PATH, 2);
  template.allResourcesProperties(ANALYSIS, { NetworkInsightsPathId: Match.anyValue(), FilterInArns: [{ Ref: Match.stringLikeRegexp('^HubLoadBalancer') }] });
  const values = Object.values(template.toJSON().Outputs as { [id: string]: any }).map(({ Value }) => Value['Fn::GetAtt']);
  expect(values).toEqual(idsOf(stack, ANALYSIS).map(id => [id, 'NetworkPathFound']));
});

test('an analysis comes after rules, registrations and security group rules', () => {
  const stack = newStack();
  hubIn(stack).hub.verifyWithReachabilityAnalyzer('Check', { source });
  const template = Template.fromStack(stack);
  for (const { DependsOn } of Object.values(template.findResources(ANALYSIS)) as any[]) {
    for (const type of ['AWS::ElasticLoadBalancingV2::ListenerRule', 'Custom::InterfaceEndpointTarget', 'AWS::EC2::SecurityGroupEgress', 'AWS::ElasticLoadBalancingV2::TargetGroup']) {
      expect(DependsOn).toEqual(expect.arrayContaining(idsOf(stack, type)));
    }
    expect(DependsOn).toContainEqual(expect.stringMatching(/^[AB]GroupfromStackServiceSecurityGroup/));
  }
});

test('another run id makes new analyses of the same paths', () => {
  const ids = (runId?: string) => {
    const stack = newStack();
    hubIn(stack).hub.verifyWithReachabilityAnalyzer('Check', { source, runId });
    return [PATH, ANALYSIS].map(type => idsOf(stack, type));
  };
  const [[paths, first], [samePaths, second], [, again]] = [ids(), ids('2'), ids('2')];
  expect(samePaths).toEqual(paths);
  expect(second).not.toEqual(first);
  expect(again).toEqual(second);
});

test('from a client in a peered VPC to the instances of an internal load balancer, after the peering', () => {
  const stack = newStack();
  const [foo, bar] = [newVpc(stack, 'Foo'), newVpc(stack, 'Bar', '10.3.0.0/16')];
  const web = new InternalAlb(stack, 'Web', { vpc: foo, backend: Backend.instances([newInstance(stack, 'A', foo)], { port: 8080 }), clients: [ec2.Peer.ipv4('10.3.0.0/16')] });
  const peering = new VpcPeering(stack, 'Peering', { vpc: foo, peerVpc: bar });
  web.verifyWithReachabilityAnalyzer('Check', { source: AnalyzerSource.instance(newInstance(stack, 'Client', bar)), after: [peering] });
  const template = Template.fromStack(stack);
  template.hasResourceProperties(PATH, { Source: { Ref: Match.stringLikeRegexp('^Client') }, Destination: { Ref: Match.stringLikeRegexp('^A') } });
  template.hasResource(ANALYSIS, { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Peering')]) });
});

test('instances of another stack can still be replaced', () => {
  const app = new App();
  const [provider, stack] = [newStack('Provider', { env: TOKYO }, app), newStack('Hub', { env: TOKYO }, app)];
  hubIn(stack, provider).hub.verifyWithReachabilityAnalyzer('Check', { source });
  const destinations = Object.values(Template.fromStack(stack).findResources(PATH)).map(({ Properties }) => JSON.stringify(Properties.Destination));
  expect(destinations).toHaveLength(2);
  for (const destination of destinations) { expect(destination).toContain('Fn::GetStackOutput'); }
});

test('a service of somebody else is analyzed up to its endpoint, with a warning', () => {
  const stack = newStack();
  const { hub } = hubIn(stack);
  hub.addRoute('b', { paths: ['/b'], service: AWS, priority: 2 });
  hub.verifyWithReachabilityAnalyzer('Check', { source: AnalyzerSource.resource('eni-1') });
  Template.fromStack(stack).hasResourceProperties(PATH, { Source: 'eni-1', Destination: { Ref: Match.stringLikeRegexp('Endpoint') }, FilterAtDestination: Match.absent() });
  Annotations.fromStack(stack).hasWarning('/Stack/Hub', Match.stringLikeRegexp("route 'b' is analyzed up to its endpoint.*analyzedToTheEndpoint"));
});

describe('is refused', () => {
  const addresses = (stack: Stack) => new InternalAlb(stack, 'Web', { vpc: newVpc(stack), backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }) });

  test('where no path can be analyzed', () => {
    expect(() => addresses(newStack()).verifyWithReachabilityAnalyzer('Check', { source })).toThrow(/Stack\/Web\/Check: no path can be analyzed: 'backend' behind the load balancer/);
  });

  test('where nobody knows the internet gateway', () => {
    const stack = newStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'V', { vpcId: 'vpc-1', vpcCidrBlock: '10.0.0.0/16', availabilityZones: ['a', 'b'], isolatedSubnetIds: ['subnet-1', 'subnet-2'] });
    const web = new InternalAlb(stack, 'Web', { vpc, backend: Backend.ipAddresses(['10.0.2.9'], { port: 80 }) });
    expect(() => web.verifyWithReachabilityAnalyzer('Check', { source })).toThrow(/'source' is the internet gateway of Stack\/V, which is not known/);
  });

  test('before the last route', () => {
    const stack = newStack();
    const { hub } = hubIn(stack);
    hub.verifyWithReachabilityAnalyzer('Check', { source });
    hub.addRoute('b', { paths: ['/b'], service: AWS, priority: 2 });
    expect(() => Template.fromStack(stack)).toThrow(/called before the last route was added/);
  });
});

test('beside it, a back end without instances is named in a warning', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const web = new InternalAlb(stack, 'Web', { vpc, backend: Backend.instances([newInstance(stack, 'A', vpc)], { port: 80 }) });
  web.addRoute('far', { paths: ['/far'], priority: 1, backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }) });
  web.verifyWithReachabilityAnalyzer('Check', { source: AnalyzerSource.resource('eni-1') });
  Annotations.fromStack(stack).hasWarning('/Stack/Web', Match.stringLikeRegexp("no path to route 'far' is analyzed.*pathNotAnalyzed"));
});
