import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { alb, atSynth, Attempt, BadInputs, hub, provider, route } from './attempts';
import { AnalyzerSource, HubMonitoringOptions, Monitoring, MonitoringProps } from '../../src';
import { newStack, TOKYO } from '../util';

const monitoring = (props: MonitoringProps): Attempt => stack => new Monitoring(stack, 'Monitoring', props);
const hubWith = (options: HubMonitoringOptions): Attempt => stack => new Monitoring(stack, 'Monitoring').monitorHub(hub({})(stack), options);

/** What is watched, and from when on it is ill. */
export const MONITORING: BadInputs = {
  'a dashboard, and that one be made': [
    stack => monitoring({ dashboard: new cloudwatch.Dashboard(stack, 'D'), createDashboard: true })(stack),
    /Stack\/Monitoring: 'createDashboard' is true and a 'dashboard' is given, got both\. Leave one of them out/,
    'MonitoringProps.createDashboard',
  ],
  'a stack for a topic': [stack => monitoring({ topic: stack as any })(stack), /'topic' must be a topic, got: Stack Stack/, 'MonitoringProps.topic'],
  'a stack for a dashboard': [stack => monitoring({ dashboard: stack as any })(stack), /'dashboard' must be a dashboard, got: Stack Stack/, 'MonitoringProps.dashboard'],
  'no unhealthy host': [hubWith({ unhealthyHosts: 0 }), /'unhealthyHosts' must be an integer between 1 and 1000, got: 0/, 'AlbMonitoringOptions.unhealthyHosts'],
  'a share of nothing': [hubWith({ serverErrorPercent: 0 }), /'serverErrorPercent' must be between 0 and 100, and more than 0, got: 0/, 'AlbMonitoringOptions.serverErrorPercent'],
  'a share of more than all': [hubWith({ serverErrorPercent: 101 }), /'serverErrorPercent' must be between 0 and 100, and more than 0, got: 101/, 'AlbMonitoringOptions.serverErrorPercent'],
  'a latency of nothing': [hubWith({ latency: Duration.millis(0) }), /'latency' must be between 1 and 3600000 ms, got: 0 ms/, 'AlbMonitoringOptions.latency'],
  'no rejected connection': [hubWith({ rejectedConnections: 0 }), /'rejectedConnections' must be an integer between 1 and 1000000, got: 0/, 'AlbMonitoringOptions.rejectedConnections'],
  'half an error': [hubWith({ loadBalancerErrors: 0.5 }), /'loadBalancerErrors' must be an integer between 1 and 1000000, got: 0\.5/, 'AlbMonitoringOptions.loadBalancerErrors'],
  'no packet dropped': [hubWith({ packetsDropped: 0 }), /'packetsDropped' must be an integer between 1 and 1000000, got: 0/, 'HubMonitoringOptions.packetsDropped'],
  'less than no reset': [hubWith({ resets: -1 }), /'resets' must be an integer between 1 and 1000000, got: -1/, 'HubMonitoringOptions.resets'],
  ...Object.fromEntries((['portAllocationErrors', 'rejectedFlows', 'resets'] as const).map(prop => [`no value of ${prop} of a service`, [
    (stack: Stack) => new Monitoring(stack, 'Monitoring').monitorEndpointService(provider({})(stack), { [prop]: 0 }),
    new RegExp(`'${prop}' must be an integer between 1 and 1000000, got: 0`),
    `EndpointServiceMonitoringOptions.${prop}`,
  ] as BadInputs[string]])),
  'no unhealthy host of a service': [
    stack => new Monitoring(stack, 'Monitoring').monitorEndpointService(provider({})(stack), { unhealthyHosts: 0 }),
    /'unhealthyHosts' must be an integer between 1 and 1000, got: 0/,
    'EndpointServiceMonitoringOptions.unhealthyHosts',
  ],
  'a load balancer watched as a hub': [
    stack => new Monitoring(stack, 'Monitoring').monitorHub(alb({})(stack) as any),
    /'hub' must be a construct of this library that can be watched so, got: Stack\/Web\. Hubs, internal load balancers and endpoint services each have a method/,
    'Monitoring.monitorHub(hub)',
  ],
  'a hub watched as a load balancer': [
    stack => new Monitoring(stack, 'Monitoring').monitorInternalAlb(hub({})(stack) as any),
    /'alb' must be a construct of this library that can be watched so, got: Stack\/Hub/,
    'Monitoring.monitorInternalAlb(alb)',
  ],
  'nothing watched as a service': [stack => new Monitoring(stack, 'Monitoring').monitorEndpointService(undefined as any), /'service' must be a construct .* got: undefined/, 'Monitoring.monitorEndpointService(service)'],
  'a hub watched twice': [
    stack => {
      const watched = hub({})(stack);
      const twice = new Monitoring(stack, 'Monitoring');
      [1, 2].forEach(() => twice.monitorHub(watched));
    },
    /'hub' is watched already: Stack\/Hub\. Leave the second call out/,
    'Monitoring.monitorHub(hub)',
  ],
  'a hub of another Region': [
    stack => {
      const app = stack.node.root as App;
      const far = newStack('Far', { env: { ...TOKYO, region: 'eu-west-1' } }, app);
      new Monitoring(newStack('Here', { env: TOKYO }, app), 'Monitoring').monitorHub(hub({})(far));
    },
    /Here\/Monitoring: 'hub' must be of the Region of its alarms, got: Far\/Hub, which is of another\. Make a Monitoring in a stack of that environment/,
    'Monitoring.monitorHub(hub)',
  ],
  'a dashboard of more than 2,500 metrics': [
    atSynth(stack => {
      const watching = new Monitoring(stack, 'Monitoring');
      const watched = route({})(stack);
      watching.monitorHub(watched);
      // as many as no stack has room for
      for (let n = 0; n < 2_500; n++) { (watching as any).graphs.all[0].line(new cloudwatch.Metric({ namespace: 'N', metricName: `M${n}` }), 'l'); }
    }),
    /Stack\/Monitoring: a dashboard takes 2500 metrics and a graph 500, got: 2508 and 2501\. Make another Monitoring/,
    'Monitoring.monitorHub(hub)',
  ],

  // what Reachability Analyzer is asked
  'a text for a source': [
    stack => alb({})(stack).verifyWithReachabilityAnalyzer('V', { source: 'igw-0123456789abcdef0' as any }),
    /Stack\/Web\/V: 'source' must be an AnalyzerSource, such as AnalyzerSource\.internetGateway\(\), got: igw-0123456789abcdef0/,
    'ReachabilityAnalyzerOptions.source',
  ],
  'a stack for an instance': [
    stack => alb({})(stack).verifyWithReachabilityAnalyzer('V', { source: AnalyzerSource.instance(stack as any) }),
    /Stack\/Web\/V: 'source' must be an instance, got: Stack Stack/,
    'ReachabilityAnalyzerOptions.source',
  ],
  'the internet gateway of a VPC that was imported': [
    stack => alb({ vpc: importedVpc(stack) })(stack).verifyWithReachabilityAnalyzer('V', { source: AnalyzerSource.internetGateway() }),
    /Stack\/Web\/V: 'source' is the internet gateway of Stack\/V, which is not known: the VPC must be one of the app that has one\. Give AnalyzerSource\.internetGateway\(\) its id/,
    'AnalyzerSource.internetGateway(internetGatewayId)',
  ],
};

function importedVpc(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'V', {
    vpcId: 'vpc-0123456789abcdef0', vpcCidrBlock: '10.1.0.0/16', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
}
