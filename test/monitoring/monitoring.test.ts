import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as sns from 'aws-cdk-lib/aws-sns';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import {
  AlbToPrivateLinkTargets, AlbToPrivateLinkTargetsProps, Backend, InternalAlb, Monitoring, NlbEndpointService, PrivateLinkRouteOptions,
} from '../../src';
import { newFunction, newStack, newVpc, only, Resource, resources, TOKYO } from '../util';

const ALARM = 'AWS::CloudWatch::Alarm';
const DASHBOARD = 'AWS::CloudWatch::Dashboard';

const serviceNamed = (n: number) => new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-${n.toString(16).padStart(17, '0')}`, 80);
const shop = { paths: ['/shop'], service: serviceNamed(1), priority: 100 };

type Routes = { [id: string]: PrivateLinkRouteOptions };

function hubIn(stack: Stack, routes: Routes = { shop }, props: Partial<AlbToPrivateLinkTargetsProps> = {}): AlbToPrivateLinkTargets {
  return new AlbToPrivateLinkTargets(stack, 'Hub', { ...props, vpc: props.vpc ?? newVpc(stack), routes });
}

function serviceIn(stack: Stack): NlbEndpointService {
  return new NlbEndpointService(stack, 'Service', { vpc: newVpc(stack, 'Vpc2', '10.2.0.0/16'), backend: Backend.ipAddresses(['10.2.0.9'], { port: 80 }) });
}

/** The alarms of a stack by the ends of their logical ids, without hashes. */
function alarmsOf(stack: Stack): { [name: string]: any } {
  const named = Object.entries(resources(stack, ALARM)).map(([id, { Properties }]) => [id.replace(/^Monitoring|[0-9A-F]{8}$/g, ''), Properties] as const);
  return Object.fromEntries(named);
}

const dimensionsOf = (metric: any): { [name: string]: unknown } => Object.fromEntries(metric.Dimensions.map(({ Name, Value }: any) => [Name, Value]));
const metricsOf = ({ Metrics }: any) => Metrics.filter((each: any) => each.MetricStat)
  .map(({ Id, MetricStat: { Metric, Stat } }: any) => [Id, Metric.Namespace, Metric.MetricName, Stat]);

/** The dashboard with a text of its own in place of each token. */
function dashboardOf(stack: Stack): { widgets: any[]; bytes: number } {
  const { DashboardBody } = only(stack, DASHBOARD).Properties;
  const body: string = DashboardBody['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : 'x'.repeat(60)).join('');
  return { widgets: JSON.parse(body).widgets, bytes: body.length };
}

const linesOf = (widgets: any[], title: string): string[] => widgets.filter(({ properties }) => properties.title === title)
  .flatMap(({ properties }) => properties.metrics.map((metric: any[]) => metric.at(-1).label));

function monitored(routes?: Routes, props?: Partial<AlbToPrivateLinkTargetsProps>, options?: Parameters<Monitoring['monitorHub']>[1]) {
  const stack = newStack();
  const hub = hubIn(stack, routes, props);
  const monitoring = new Monitoring(stack, 'Monitoring');
  monitoring.monitorHub(hub, options);
  // not before somebody asks: what is synthesized takes no more routes
  return { stack, hub, monitoring, get alarms() { return alarmsOf(stack); } };
}

describe('a hub that is watched', () => {
  test('has four alarms for a route with a service of its own, two for the load balancer and one for the function', () => {
    const { alarms } = monitored();
    expect(Object.keys(alarms).map(id => id.replace(/^Hub[0-9A-F]{8}/, '')).sort()).toEqual([
      'Function', 'LoadBalancerErrors', 'RejectedConnections', 'RoutesshopEndpoint', 'RoutesshopLatency', 'RoutesshopServerErrors', 'RoutesshopUnhealthyHosts',
    ]);
  });

  test('is otherwise byte for byte what it is without', () => {
    const without = newStack();
    hubIn(without);
    const { stack } = monitored();
    const others = ([, { Type }]: [string, Resource]) => Type !== ALARM && Type !== DASHBOARD;
    expect(Object.fromEntries(Object.entries(resources(stack)).filter(others))).toEqual(resources(without));
    expect(resources(without, ALARM)).toEqual({});
  });

  test('is watched under the names that AWS publishes its metrics by', () => {
    const { stack, hub, alarms } = monitored();
    const find = (end: string) => alarms[Object.keys(alarms).find(id => id.endsWith(end))!];
    const LoadBalancer = stack.resolve(hub.loadBalancer.loadBalancerFullName);
    const TargetGroup = stack.resolve(hub.routes.shop.targetGroup.targetGroupFullName);
    expect([find('UnhealthyHosts').Namespace, find('UnhealthyHosts').MetricName, find('UnhealthyHosts').Statistic, find('UnhealthyHosts').Period])
      .toEqual(['AWS/ApplicationELB', 'UnHealthyHostCount', 'Maximum', 60]);
    expect(dimensionsOf(find('UnhealthyHosts'))).toEqual({ LoadBalancer, TargetGroup });
    expect(find('Latency')).toMatchObject({ MetricName: 'TargetResponseTime', ExtendedStatistic: 'p99', Threshold: 1, EvaluateLowSampleCountPercentile: 'ignore' });
    expect(dimensionsOf(find('Latency'))).toEqual({ LoadBalancer, TargetGroup });
    expect(metricsOf(find('ServerErrors'))).toEqual([
      ['e1', 'AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', 'Sum'], ['requests', 'AWS/ApplicationELB', 'RequestCount', 'Sum'],
    ]);
    expect(find('RejectedConnections')).toMatchObject({ MetricName: 'RejectedConnectionCount', Statistic: 'Sum' });
    expect(dimensionsOf(find('RejectedConnections'))).toEqual({ LoadBalancer });
    expect(find('LoadBalancerErrors')).toMatchObject({ MetricName: 'HTTPCode_ELB_5XX_Count', DatapointsToAlarm: 2, EvaluationPeriods: 3 });
    expect(find('Function')).toMatchObject({ Namespace: 'AWS/Lambda', MetricName: 'Errors', Threshold: 1 });
    expect(dimensionsOf(find('Function'))).toEqual({ FunctionName: { Ref: expect.stringMatching(/^CdkAlbPrivatelinkRegistrarFunction/) } });
  });

  test('has one alarm for what PrivateLink tells of an endpoint, which goes off in silence too', () => {
    const { stack, hub, alarms } = monitored({ shop, beta: { ...shop, paths: ['/beta'], priority: 200 } });
    const endpoints = Object.entries(alarms).filter(([id]) => id.endsWith('Endpoint'));
    expect(endpoints).toHaveLength(1);
    const [[, alarm]] = endpoints;
    expect(alarm).toMatchObject({ TreatMissingData: 'breaching', EvaluationPeriods: 3, DatapointsToAlarm: 3, Threshold: 1 });
    expect(metricsOf(alarm)).toEqual([
      ['dropped', 'AWS/PrivateLinkEndpoints', 'PacketsDropped', 'Sum'],
      ['resets', 'AWS/PrivateLinkEndpoints', 'RstPacketsReceived', 'Sum'],
      ['connections', 'AWS/PrivateLinkEndpoints', 'ActiveConnections', 'Maximum'],
    ]);
    expect(alarm.Metrics[0].Expression).toBe('IF(FILL(dropped, 0) >= 10 OR FILL(resets, 0) >= 100 OR FILL(connections, 0) < 1, 1, 0)');
    expect(dimensionsOf(alarm.Metrics[1].MetricStat.Metric)).toEqual({
      'Endpoint Type': 'Interface',
      'Service Name': 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-00000000000000001',
      'VPC Endpoint Id': stack.resolve(hub.routes.shop.endpoint.vpcEndpointId),
      'VPC Id': { Ref: expect.stringMatching(/^Vpc/) },
    });
  });

  test('is not ill while nothing happens, and not by an error now and then', () => {
    const { alarms } = monitored();
    expect(Object.entries(alarms).filter(([, { TreatMissingData }]) => TreatMissingData !== 'notBreaching').map(([id]) => id)).toEqual([expect.stringMatching(/Endpoint$/)]);
    const [errors] = Object.entries(alarms).filter(([id]) => id.endsWith('ServerErrors')).map(([, alarm]) => alarm);
    expect(errors.Metrics[0].Expression).toBe('IF(FILL(e1, 0) >= 5, 100 * (FILL(e1, 0)) / requests, 0)');
    expect(errors).toMatchObject({ Threshold: 1, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  });

  test('takes other thresholds', () => {
    const { alarms } = monitored(undefined, undefined, {
      unhealthyHosts: 2,
      serverErrorPercent: 2.5,
      latency: Duration.millis(250),
      rejectedConnections: 3,
      loadBalancerErrors: 4,
      packetsDropped: 5,
      resets: 6,
    });
    const thresholds = Object.fromEntries(Object.entries(alarms).map(([id, { Threshold }]) => [id.replace(/^Hub[0-9A-F]{8}(Routesshop)?/, ''), Threshold]));
    expect(thresholds).toEqual({
      Function: 1, Endpoint: 1, UnhealthyHosts: 2, ServerErrors: 2.5, Latency: 0.25, RejectedConnections: 3, LoadBalancerErrors: 4,
    });
    const [endpoint] = Object.entries(alarms).filter(([id]) => id.endsWith('Endpoint')).map(([, alarm]) => alarm);
    expect(endpoint.Metrics[0].Expression).toContain('FILL(dropped, 0) >= 5 OR FILL(resets, 0) >= 6');
  });

  test('is watched with the routes that come later, and with each part of a split', () => {
    const { stack, hub, monitoring } = monitored();
    const before = monitoring.alarms.length;
    hub.addRoute('late', { paths: ['/late'], priority: 200, split: [{ service: serviceNamed(2), weight: 1 }, { service: serviceNamed(1), weight: 1 }] });
    // the endpoint of the second part is watched already
    expect(monitoring.alarms).toHaveLength(before + 7);
    const ids = Object.keys(alarmsOf(stack));
    expect(ids.filter(id => /Routeslate(Part2)?(UnhealthyHosts|ServerErrors|Latency|Endpoint)$/.test(id))).toHaveLength(7);
    expect(linesOf(dashboardOf(stack).widgets, 'Unhealthy targets')).toEqual(['shop', 'late, part 1', 'late, part 2']);
  });

  test('on a listener that was given is watched without the load balancer, which is somebody else\'s', () => {
    const stack = newStack();
    const web = new InternalAlb(stack, 'Web', { vpc: newVpc(stack, 'Vpc2') });
    const hub = hubIn(stack, { shop }, { vpc: (web as any).vpc, listener: web.listener });
    new Monitoring(stack, 'Monitoring').monitorHub(hub);
    const alarms = alarmsOf(stack);
    expect(Object.keys(alarms).filter(id => /LoadBalancer|Rejected/.test(id))).toEqual([]);
    const [unhealthy] = Object.entries(alarms).filter(([id]) => id.endsWith('UnhealthyHosts')).map(([, alarm]) => alarm);
    expect(dimensionsOf(unhealthy).LoadBalancer).toEqual(stack.resolve(web.loadBalancer.loadBalancerFullName));
  });

  test.each([
    ['app/web/50dc6c495c0c9188', 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2'],
  ])('on an imported listener is watched by the name in its ARN, %s', (name, listenerArn) => {
    const stack = newStack();
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(stack, 'Listener', {
      listenerArn, securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0', { allowAllOutbound: false }),
    });
    new Monitoring(stack, 'Monitoring').monitorHub(hubIn(stack, { shop }, { listener }));
    const [unhealthy] = Object.entries(alarmsOf(stack)).filter(([id]) => id.endsWith('UnhealthyHosts')).map(([, alarm]) => alarm);
    expect(dimensionsOf(unhealthy).LoadBalancer).toBe(name);
  });

  test('has no alarm for an imported endpoint and for one of another Region, whose metrics have no name, and says so', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Given', { vpcEndpointId: 'vpce-0123456789abcdef0', port: 80 });
    const far = NlbEndpointService.fromEndpointServiceAttributes(stack, 'Far', { endpointServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-00000000000000009' });
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ['ap-northeast-1a', 'ap-northeast-1c']);
    const hub = hubIn(stack, { given: { paths: ['/given'], endpoint, priority: 1 }, far: { paths: ['/far'], service: far, priority: 2 } }, { vpc });
    new Monitoring(stack, 'Monitoring').monitorHub(hub);
    expect(Object.keys(alarmsOf(stack)).filter(id => id.endsWith('Endpoint'))).toEqual([]);
    expect(Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('has no metrics that could be named'))).toHaveLength(2);
  });

  test('with a repair has its alarm among the others', () => {
    const topicStack = newStack();
    const topic = new sns.Topic(topicStack, 'Topic');
    const monitoring = new Monitoring(topicStack, 'Monitoring', { topic });
    const hub = hubIn(topicStack, { shop }, { repairInterval: Duration.minutes(15) });
    monitoring.monitorHub(hub);
    expect(monitoring.alarms).toContain(hub.repairAlarm);
    expect(monitoring.alarms.filter(alarm => alarm === hub.repairAlarm)).toHaveLength(1);
    expect(Object.values(resources(topicStack, ALARM)).map(({ Properties }) => Properties.AlarmActions)).toEqual(
      Array(8).fill([{ Ref: only(topicStack, 'AWS::SNS::Topic').id }]));
  });
});

describe('an internal load balancer that is watched', () => {
  test('has alarms for its backend, for its routes, and for itself', () => {
    const stack = newStack();
    const web = new InternalAlb(stack, 'Web', { vpc: newVpc(stack), backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }) });
    const monitoring = new Monitoring(stack, 'Monitoring');
    monitoring.monitorInternalAlb(web);
    web.addRoute('api', { paths: ['/api'], priority: 1, backend: Backend.ipAddresses(['10.1.2.10'], { port: 80 }) });
    expect(Object.keys(alarmsOf(stack)).map(id => id.replace(/^Web[0-9A-F]{8}/, '')).sort()).toEqual([
      'BackendLatency', 'BackendServerErrors', 'BackendUnhealthyHosts', 'LoadBalancerErrors', 'RejectedConnections', 'RoutesapiLatency', 'RoutesapiServerErrors', 'RoutesapiUnhealthyHosts',
    ]);
  });

  test('watches functions by what they failed, because nothing else is published of them', () => {
    const stack = newStack();
    const web = new InternalAlb(stack, 'Web', { vpc: newVpc(stack), backend: Backend.lambdaFunction(newFunction(stack, 'Hello')) });
    new Monitoring(stack, 'Monitoring').monitorInternalAlb(web);
    const alarms = Object.entries(alarmsOf(stack)).filter(([id]) => /Backend/.test(id));
    expect(alarms.map(([id]) => id)).toEqual([expect.stringMatching(/BackendServerErrors$/)]);
    const [[, alarm]] = alarms;
    expect(metricsOf(alarm).map(([, , name]: string[]) => name)).toEqual(['HTTPCode_Target_5XX_Count', 'LambdaUserError', 'LambdaInternalError', 'RequestCount']);
  });
});

describe('an endpoint service that is watched', () => {
  test('has alarms for each of its listeners, its load balancer and its consumers', () => {
    const stack = newStack();
    const service = serviceIn(stack);
    const monitoring = new Monitoring(stack, 'Monitoring');
    monitoring.monitorEndpointService(service, { resets: 7 });
    service.addListener('Admin', { port: 8443, backend: Backend.ipAddresses(['10.2.0.10'], { port: 8443 }) });
    const alarms = Object.fromEntries(Object.entries(alarmsOf(stack)).map(([id, alarm]) => [id.replace(/^Service[0-9A-F]{8}/, ''), alarm]));
    expect(Object.keys(alarms).sort()).toEqual(['PortAllocationErrors', 'RejectedFlows', 'Resets', 'UnhealthyHosts80', 'UnhealthyHosts8443'].sort());
    const LoadBalancer = stack.resolve(service.loadBalancer.loadBalancerFullName);
    expect(alarms.PortAllocationErrors).toMatchObject({ Namespace: 'AWS/NetworkELB', MetricName: 'PortAllocationErrorCount', Statistic: 'Sum' });
    expect(dimensionsOf(alarms.RejectedFlows)).toEqual({ LoadBalancer });
    expect(dimensionsOf(alarms.UnhealthyHosts80)).toEqual({ LoadBalancer, TargetGroup: stack.resolve(service.targetGroup.targetGroupFullName) });
    expect(alarms.Resets).toMatchObject({ Namespace: 'AWS/PrivateLinkServices', MetricName: 'RstPacketsSent', Threshold: 7 });
    expect(dimensionsOf(alarms.Resets)).toEqual({ 'Service Id': stack.resolve(service.endpointServiceId) });
    expect(linesOf(dashboardOf(stack).widgets, 'Endpoints, connections, and resets in 5 minutes')).toEqual(['endpoints', 'connections', 'resets']);
  });
});

describe('in a stack of its own', () => {
  function twoStacks(repairInterval?: Duration) {
    const app = new App();
    const stack = newStack('Hub', { env: TOKYO }, app);
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ['ap-northeast-1a', 'ap-northeast-1c']);
    const provider = newStack('Provider', { env: TOKYO }, app);
    const service = new NlbEndpointService(provider, 'Service', {
      vpc: newVpc(provider, 'Vpc', '10.2.0.0/16', ['ap-northeast-1a', 'ap-northeast-1c']), backend: Backend.ipAddresses(['10.2.0.9'], { port: 80 }),
    });
    const hub = hubIn(stack, { shop: { ...shop, service } }, { vpc, repairInterval });
    const own = newStack('Own', { env: TOKYO }, app);
    const monitoring = new Monitoring(own, 'Monitoring', { topic: new sns.Topic(own, 'Topic') });
    monitoring.monitorHub(hub);
    monitoring.monitorEndpointService(service);
    return { app, stack, provider, own };
  }

  test('it refers to what it watches weakly, so that nothing of it is held', () => {
    const { own, stack, provider } = twoStacks();
    const text = JSON.stringify(Template.fromStack(own).toJSON());
    expect(text).not.toContain('Fn::ImportValue');
    expect(text).toContain('Fn::GetStackOutput');
    // the hub holds the service, as without monitoring
    const exported = (of: Stack) => Object.values(Template.fromStack(of).toJSON().Outputs ?? {}).filter((output: any) => output.Export);
    expect([exported(stack).length, exported(provider).length]).toEqual([0, 1]);
  });

  test('it has an alarm of its own for repairs, of the same metric, and leaves the hub\'s stack without the topic', () => {
    const { own, stack } = twoStacks(Duration.minutes(15));
    const [id] = Object.keys(alarmsOf(own)).filter(each => each.startsWith('Repairs'));
    expect(alarmsOf(own)[id]).toMatchObject({ Namespace: 'cdk-alb-privatelink', MetricName: 'Repairs of Hub' });
    expect(only(stack, ALARM).Properties.AlarmActions).toBeUndefined();
  });

  test('it watches the function of each stack once, whatever number of hubs', () => {
    const app = new App();
    const monitoring = new Monitoring(newStack('Own', {}, app), 'Monitoring');
    const stacks = ['A', 'B'].map(id => newStack(id, {}, app));
    for (const stack of stacks) {
      monitoring.monitorHub(hubIn(stack));
      monitoring.monitorHub(new AlbToPrivateLinkTargets(stack, 'Hub2', { vpc: newVpc(stack, 'Second'), routes: { shop } }));
    }
    expect(Object.keys(alarmsOf(Stack.of(monitoring))).filter(id => id.startsWith('Function'))).toHaveLength(2);
  });

  test('has room for a hub of a hundred routes with services of their own', () => {
    const app = new App();
    const routes = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`route${n}`, { paths: [`/r${n}`], service: serviceNamed(n + 1), priority: n + 1 }]));
    const monitoring = new Monitoring(newStack('Own', {}, app), 'Monitoring');
    monitoring.monitorHub(hubIn(newStack('Hub', {}, app), routes));
    const own = Stack.of(monitoring);
    expect(Object.keys(resources(own)).length).toBeLessThan(410);
    expect(Object.keys(resources(own, ALARM))).toHaveLength(403);
    const { widgets, bytes } = dashboardOf(own);
    expect(widgets.length).toBeLessThanOrEqual(500);
    const lines = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
    expect(Math.max(...lines)).toBe(100);
    expect(lines.reduce((sum, each) => sum + each)).toBe(602);
    expect(bytes).toBeLessThan(1_000_000);
    expect(JSON.stringify(Template.fromStack(own).toJSON()).length).toBeLessThan(1_000_000);
  });
});

describe('the dashboard', () => {
  test('is one that is given, or none', () => {
    const stack = newStack();
    const dashboard = new cloudwatch.Dashboard(stack, 'Given');
    const monitoring = new Monitoring(stack, 'Monitoring', { dashboard });
    monitoring.monitorHub(hubIn(stack));
    expect(monitoring.dashboard).toBe(dashboard);
    expect(linesOf(dashboardOf(stack).widgets, 'Unhealthy targets')).toEqual(['shop']);
    const other = newStack();
    const without = new Monitoring(other, 'Monitoring', { createDashboard: false });
    without.monitorHub(hubIn(other));
    expect(without.dashboard).toBeUndefined();
    expect(resources(other, DASHBOARD)).toEqual({});
    expect(without.alarms).toHaveLength(7);
  });

  test('has a heading for each construct, a line for each route by its id, and the thresholds', () => {
    const { stack } = monitored();
    const { widgets } = dashboardOf(stack);
    expect(widgets.filter(({ type }) => type === 'text').map(({ properties }) => properties.markdown)).toEqual(['# Stack/Hub', '# The load balancer', '# Its endpoints']);
    expect(linesOf(widgets, 'Packets dropped by PrivateLink, in 5 minutes')).toEqual(['shop']);
    const [latency] = widgets.filter(({ properties }) => /^Response time/.test(properties.title));
    expect(latency.properties.annotations.horizontal).toEqual([expect.objectContaining({ value: 1 })]);
  });
});

test('whoever is told is told when it begins and when it is over', () => {
  const stack = newStack();
  const topic = new sns.Topic(stack, 'Topic');
  new Monitoring(stack, 'Monitoring', { topic }).monitorEndpointService(serviceIn(stack));
  const action = [{ Ref: only(stack, 'AWS::SNS::Topic').id }];
  for (const alarm of Object.values(alarmsOf(stack))) { expect(alarm).toMatchObject({ AlarmActions: action, OKActions: action }); }
});
