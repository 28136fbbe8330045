import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { App, CfnResource, Duration, Fn, Stack } from 'aws-cdk-lib/core';
import {
  AlbToPrivateLinkTargets, Backend, InterfaceEndpointTarget, InternalAlb, InternalAlbProps, NlbEndpointService, TargetHealthGate,
  TargetHealthGateProps,
} from '../../src';
import { NO_REQUESTS } from '../../src/handler/contract';
import { newAutoScalingGroup, newFargateService, newInstance, newStack, newVpc, only, Resource, resources, TOKYO } from '../util';

const GATE = 'Custom::TargetHealthGate';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const REGISTRATION = 'Custom::InterfaceEndpointTarget';
const SERVICE = 'AWS::ECS::Service';

const idsOf = (stack: Stack, type: string) => Object.keys(resources(stack, type));
const gatesOf = (stack: Stack) => Object.values(resources(stack, GATE));
/** What the gate of a stack is told of each of its groups. */
const groupsOf = ({ Properties }: Resource): any[] => Object.values(Properties.Groups);

/** A load balancer of the plain CDK with one group of addresses behind a rule. */
function plain(stack = newStack()) {
  const vpc = newVpc(stack);
  const listener = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } })
    .addListener('Listener', { port: 80, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(404) });
  const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targetType: elbv2.TargetType.IP });
  return { stack, vpc, listener, targetGroup };
}

function gate({ stack, targetGroup }: { stack: Stack; targetGroup: elbv2.ITargetGroup }, props: Partial<TargetHealthGateProps> = {}) {
  return new TargetHealthGate(stack, 'Gate', { targetGroups: [targetGroup], ...props });
}

describe('a gate', () => {
  test('is one custom resource on the function of the stack, which waits five minutes for one healthy target in each group', () => {
    const made = plain();
    gate(made);
    expect(only(made.stack, GATE).Properties).toMatchObject({ TimeoutSeconds: 300, ServiceTimeout: '960' });
    expect(only(made.stack, GATE).Properties).not.toHaveProperty('AllTargets');
    expect(groupsOf(only(made.stack, GATE))).toEqual([{ TargetGroupArn: { Ref: only(made.stack, GROUP).id }, HealthCheck: expect.any(String) }]);
  });

  test('takes another time-out, and asks for all targets where it should', () => {
    const made = plain();
    gate(made, { timeout: Duration.minutes(12), allTargets: true });
    expect(only(made.stack, GATE).Properties).toMatchObject({ TimeoutSeconds: 720, AllTargets: true });
  });

  test('comes after the rule, the listener, the registration and the backends of its groups, also those that are made later', () => {
    const made = plain();
    const { stack, vpc, listener, targetGroup } = made;
    gate(made);
    listener.addTargetGroups('Route', { priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/a'])], targetGroups: [targetGroup] });
    targetGroup.addTarget(new InterfaceEndpointTarget(stack, 'Target', {
      endpoint: vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false }),
    }));
    targetGroup.addTarget(newFargateService(stack, 'Service', vpc).loadBalancerTarget({ containerName: 'web' }));
    listener.loadBalancer.addListener('Second', { port: 8080, open: false, defaultTargetGroups: [targetGroup] });
    const { DependsOn } = only(stack, GATE);
    const needed = [...idsOf(stack, RULE), ...idsOf(stack, REGISTRATION), ...idsOf(stack, SERVICE), idsOf(stack, LISTENER).find(id => id.startsWith('AlbSecond'))];
    expect(needed).toHaveLength(4);
    expect(DependsOn).toEqual(expect.arrayContaining(needed));
    expect(DependsOn).not.toContainEqual(expect.stringMatching(/^AlbListener(?!.*Rule)/));
  });

  test('comes after an Auto Scaling group that fills its group', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const backend = Backend.autoScalingGroup(newAutoScalingGroup(stack, 'Web', vpc), { port: 80 });
    new InternalAlb(stack, 'Alb', { vpc, backend, waitForHealthy: Duration.minutes(5) });
    expect(only(stack, GATE).DependsOn).toEqual(expect.arrayContaining(idsOf(stack, 'AWS::AutoScaling::AutoScalingGroup')));
  });

  test('has nothing to do with what belongs to other groups', () => {
    const made = plain();
    const { stack, vpc, listener } = made;
    gate(made);
    const other = new elbv2.ApplicationTargetGroup(stack, 'Other', { vpc, port: 80, targetType: elbv2.TargetType.IP });
    listener.addTargetGroups('Route', { priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/a'])], targetGroups: [other] });
    expect(only(stack, GATE).DependsOn ?? []).toEqual([]);
  });

  test('stands behind the other gates of the stack, so that few functions run at once', () => {
    const made = plain();
    const gates = ['First', 'Second', 'Third'].map(id => new TargetHealthGate(made.stack, id, { targetGroups: [made.targetGroup] }));
    const ids = gates.map(each => made.stack.resolve((each.node.findChild('Resource').node.defaultChild as CfnResource).logicalId));
    const found = resources(made.stack, GATE);
    expect(ids.map(id => (found[id].DependsOn ?? []).filter(other => ids.includes(other)))).toEqual([[], [ids[0]], [ids[1]]]);
  });

  test('of an imported group knows its ARN alone', () => {
    const stack = newStack();
    const targetGroupArn = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/theirs/0123456789abcdef';
    gate({ stack, targetGroup: elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Theirs', { targetGroupArn }) });
    expect(groupsOf(only(stack, GATE))).toEqual([{ TargetGroupArn: targetGroupArn }]);
  });

  test('of a group of another stack knows its ARN alone, and its stack is deployed after the other', () => {
    const app = new App();
    const made = plain(newStack('One', { env: TOKYO }, app));
    const other = newStack('Other', { env: TOKYO }, app);
    gate({ stack: other, targetGroup: made.targetGroup });
    app.synth();
    expect(groupsOf(only(other, GATE))).toEqual([{ TargetGroupArn: { 'Fn::ImportValue': expect.any(String) } }]);
    expect(other.dependencies).toEqual([made.stack]);
  });
});

describe('a group decides when', () => {
  type Change = (made: ReturnType<typeof plain>) => void;
  const route: Change = ({ listener, targetGroup }) => listener.addTargetGroups('Route', {
    priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/a'])], targetGroups: [targetGroup],
  });
  const entry = (...changes: Change[]) => {
    const made = plain();
    gate(made);
    route(made);
    changes.forEach(change => change(made));
    return groupsOf(only(made.stack, GATE))[0];
  };
  const ruleOf = ({ stack }: { stack: Stack }) => stack.node.findAll().find(node => node instanceof elbv2.CfnListenerRule) as elbv2.CfnListenerRule;

  test.each<[string, Change]>([
    ['its health check has changed', ({ targetGroup }) => targetGroup.configureHealthCheck({ path: '/health' })],
    ['the health check has another matcher', ({ targetGroup }) => targetGroup.configureHealthCheck({ healthyHttpCodes: '204' })],
    ['a target has come', ({ targetGroup, vpc, stack }) => targetGroup.addTarget(new InterfaceEndpointTarget(stack, 'Target', {
      endpoint: vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false }),
    }))],
    ['an address was added', ({ targetGroup }) => targetGroup.addTarget(new (class implements elbv2.IApplicationLoadBalancerTarget {
      attachToApplicationTargetGroup() { return { targetType: elbv2.TargetType.IP, targetJson: { id: '10.1.2.9' } }; }
    })())],
    ['its rule has changed', made => { ruleOf(made).conditions = [{ field: 'path-pattern', pathPatternConfig: { values: ['/b'] } }]; }],
    ['its rule rewrites', made => { ruleOf(made).transforms = [{ type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: '^/a', replace: '/' }] } }]; }],
    ['another listener leads to it', ({ listener, targetGroup }) => {
      listener.loadBalancer.addListener('Second', { port: 8080, open: false, defaultTargetGroups: [targetGroup] });
    }],
  ])('%s', (_, change) => {
    expect(entry(change)).not.toEqual(entry());
  });

  test('its weight has changed, and no longer by its rules when the last weight is 0', () => {
    const weighted = (weight: number) => entry(({ stack, targetGroup }) => {
      const rule = ruleOf({ stack });
      rule.actions = [{ type: 'forward', forwardConfig: { targetGroups: [{ targetGroupArn: targetGroup.targetGroupArn, weight }] } }];
    }).Rules;
    expect(new Set([weighted(10), weighted(20), weighted(0)]).size).toBe(3);
    expect(weighted(0)).toBe(NO_REQUESTS);
    const alsoElsewhere = entry(made => {
      ruleOf(made).actions = [{ type: 'forward', forwardConfig: { targetGroups: [{ targetGroupArn: made.targetGroup.targetGroupArn, weight: 0 }] } }];
      made.listener.loadBalancer.addListener('Second', { port: 8080, open: false, defaultTargetGroups: [made.targetGroup] });
    }).Rules;
    expect(alsoElsewhere).not.toBe(NO_REQUESTS);
  });

  test('its rule has changed, where only the deployment knows what the rule does', () => {
    const conditional = (weight: number) => entry(({ stack, targetGroup }) => {
      ruleOf({ stack }).actions = Fn.conditionIf('IsOpen',
        [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroup.targetGroupArn, Weight: weight }] } }], [{ Type: 'fixed-response' }]);
    }).Rules;
    expect(conditional(0)).toEqual(expect.any(String));
    expect(conditional(0)).not.toBe(NO_REQUESTS);
    expect(conditional(0)).not.toBe(conditional(1));
  });

  test.each<[string, Change]>([
    ['another group has come', ({ stack, vpc }) => { new elbv2.ApplicationTargetGroup(stack, 'Other', { vpc, port: 80 }); }],
    ['a delay has changed, which no target notices', ({ targetGroup }) => targetGroup.setAttribute('deregistration_delay.timeout_seconds', '10')],
  ])('not when %s', (_, change) => {
    expect(entry(change)).toEqual(entry());
  });

  test('another set of addresses is registered, by what the registration answers, and names the endpoint', () => {
    const made = plain();
    gate(made);
    const endpoint = made.vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
    made.targetGroup.addTarget(new InterfaceEndpointTarget(made.stack, 'Target', { endpoint }));
    expect(groupsOf(only(made.stack, GATE))[0]).toMatchObject({
      EndpointIds: [made.stack.resolve(endpoint.vpcEndpointId)],
      Targets: { Registered: [{ 'Fn::GetAtt': [only(made.stack, REGISTRATION).id, 'Targets'] }] },
    });
  });
});

describe('gates that stand behind each other', () => {
  const waitForHealthy = Duration.minutes(5);
  const nlb = (stack: Stack, id: string) => new NlbEndpointService(stack, id, {
    vpc: newVpc(stack, `${id}Vpc`), backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }), waitForHealthy,
  });

  test('give way to a user who deploys one only when the other is healthy', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const front = newFargateService(stack, 'Front', vpc);
    new InternalAlb(stack, 'Alb', { vpc, backend: Backend.ecsService(front, { containerName: 'web', containerPort: 8080 }), waitForHealthy });
    front.node.addDependency(nlb(stack, 'Back'));
    // a circle would be an error here
    const [ofBack, ofFront] = ['Back', 'Alb'].map(prefix => Object.entries(resources(stack, GATE)).find(([id]) => id.startsWith(prefix))!);
    expect(ofBack[1].DependsOn).not.toContain(ofFront[0]);
  });

  test('give way to a rule that waits for the service behind it', () => {
    const stack = newStack();
    const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), waitForHealthy });
    const service = nlb(stack, 'Service');
    hub.addRoute('a', { paths: ['/a'], service, priority: 1 }).rule.node.addDependency(service);
    expect(gatesOf(stack)).toHaveLength(2);
  });
});

describe('"waitForHealthy"', () => {
  const waitForHealthy = Duration.minutes(10);

  function newAlb(props: Partial<InternalAlbProps> = {}, stack = newStack()) {
    const vpc = newVpc(stack);
    return { stack, vpc, alb: new InternalAlb(stack, 'Alb', { vpc, backend: Backend.ipAddresses(['10.1.2.9'], { port: 80 }), ...props }) };
  }

  test('is off by default, and leaves nothing in the template', () => {
    const { stack } = newAlb();
    expect(Object.values(resources(stack)).filter(({ Type }) => /Custom|Lambda/.test(Type))).toEqual([]);
  });

  test('waits for nobody where there is nothing to wait for', () => {
    expect(gatesOf(newAlb({ waitForHealthy, backend: undefined }).stack)).toEqual([]);
  });

  test('of an InternalAlb waits for its backend and the backends of its routes', () => {
    const { stack, alb } = newAlb({ waitForHealthy });
    alb.addRoute('a', { paths: ['/a'], backend: Backend.ipAddresses(['10.1.2.10'], { port: 80 }), priority: 1 });
    expect(groupsOf(only(stack, GATE)).map(({ TargetGroupArn }) => TargetGroupArn.Ref).sort()).toEqual(idsOf(stack, GROUP).sort());
    expect(only(stack, GATE).Properties.TimeoutSeconds).toBe(600);
    expect(only(stack, GATE).DependsOn).toEqual(expect.arrayContaining([...idsOf(stack, LISTENER), ...idsOf(stack, RULE)]));
  });

  test('of an NlbEndpointService waits for each of its listeners', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const service = new NlbEndpointService(stack, 'Service', { vpc, backend: Backend.instances([newInstance(stack, 'Web', vpc)], { port: 80 }), waitForHealthy });
    service.addListener('Admin', { port: 81, backend: Backend.ipAddresses(['10.1.2.9'], { port: 81 }) });
    expect(groupsOf(only(stack, GATE)).map(({ TargetGroupArn }) => TargetGroupArn.Ref).sort()).toEqual(idsOf(stack, GROUP).sort());
    expect(only(stack, GATE).DependsOn).toEqual(expect.arrayContaining(idsOf(stack, LISTENER)));
  });

  test('of a hub waits for its routes, after the load balancer and the tasks behind the service of the same stack', () => {
    const stack = newStack();
    const vpc2 = newVpc(stack, 'Vpc2', '10.2.0.0/16');
    const backend = Backend.ecsService(newFargateService(stack, 'Web', vpc2), { containerName: 'web', containerPort: 8080 });
    const service = new NlbEndpointService(stack, 'Service', { vpc: vpc2, backend, waitForHealthy });
    const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), waitForHealthy });
    hub.addRoute('a', { paths: ['/a'], service, priority: 1 });
    hub.addRoute('b', { paths: ['/b'], service, priority: 2 });
    const [ofHub, ofService] = ['HubHealthGate', 'ServiceHealthGate'].map(prefix => Object.entries(resources(stack, GATE)).find(([id]) => id.startsWith(prefix))![1]);
    expect(groupsOf(ofHub)).toHaveLength(2);
    expect(groupsOf(ofService)).toHaveLength(1);
    expect(ofHub.DependsOn).toEqual(expect.arrayContaining([...idsOf(stack, RULE), ...idsOf(stack, REGISTRATION), ...idsOf(stack, SERVICE)]));
  });

  test('of a hub waits for its groups in the order that makes no circle, also when the service comes later than the hub', () => {
    const stack = newStack();
    const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), waitForHealthy });
    const vpc2 = newVpc(stack, 'Vpc2', '10.2.0.0/16');
    hub.addRoute('a', {
      paths: ['/a'],
      priority: 1,
      service: new NlbEndpointService(stack, 'Service', { vpc: vpc2, backend: Backend.ipAddresses(['10.2.2.9'], { port: 80 }), waitForHealthy }),
    });
    expect(gatesOf(stack)).toHaveLength(2);
  });

  test('of a team\'s routes on the platform\'s listener waits for these', () => {
    const app = new App();
    const platform = newStack('Platform', { env: TOKYO }, app);
    const { vpc, alb } = newAlb({}, platform);
    const team = newStack('Team', { env: TOKYO }, app);
    const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 80);
    new AlbToPrivateLinkTargets(team, 'Routes', { vpc, listener: alb.listener, routes: { a: { paths: ['/a'], service, priority: 1 } }, waitForHealthy });
    app.synth();
    expect(groupsOf(only(team, GATE))).toHaveLength(1);
    expect(only(team, GATE).DependsOn).toEqual(expect.arrayContaining(idsOf(team, RULE)));
    expect(gatesOf(platform)).toEqual([]);
  });
});
