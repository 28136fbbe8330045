import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { App, Duration, Fn, Stack } from 'aws-cdk-lib/core';
import { InterfaceEndpointTarget } from '../../src';
import { newStack, newVpc, only, openings, resources, TOKYO } from '../util';

const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const REGISTRATION = 'Custom::InterfaceEndpointTarget';

function network() {
  const stack = newStack();
  const vpc = newVpc(stack);
  const endpoint = vpc.addInterfaceEndpoint('Api', {
    service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY,
    open: false,
    securityGroups: [new ec2.SecurityGroup(stack, 'EndpointGroup', { vpc, allowAllOutbound: false })],
  });
  const privateSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
  return { stack, vpc, endpoint, privateSubnets };
}

describe('behind an Application Load Balancer of the plain CDK', () => {
  function withTarget() {
    const { stack, vpc, endpoint, privateSubnets } = network();
    const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', {
      vpc, vpcSubnets: privateSubnets, securityGroup: new ec2.SecurityGroup(stack, 'AlbGroup', { vpc, allowAllOutbound: false }),
    });
    const listener = alb.addListener('Listener', { port: 80, open: false });
    const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint });
    const group = listener.addTargets('Api', { protocol: elbv2.ApplicationProtocol.HTTPS, targets: [target] });
    return { stack, vpc, endpoint, listener, target, group };
  }

  test('the group takes IP targets, and one registration on the port of the service fills it', () => {
    const { stack, target, group } = withTarget();
    expect(only(stack, GROUP).Properties.TargetType).toBe('ip');
    expect(only(stack, REGISTRATION).Properties).toEqual(expect.objectContaining({ Port: 443, TargetGroupArn: { Ref: only(stack, GROUP).id } }));
    expect(stack.resolve(target.registration(group).ref)).toEqual({ Ref: only(stack, REGISTRATION).id });
  });

  test('load balancer and endpoint are opened, before anything is registered', () => {
    const { stack } = withTarget();
    expect(openings(stack)).toEqual([
      expect.stringMatching(/^AlbGroup\w+ to EndpointGroup\w+ 443$/), expect.stringMatching(/^EndpointGroup\w+ from AlbGroup\w+ 443$/),
    ]);
    expect(only(stack, REGISTRATION).DependsOn).toContainEqual(expect.stringMatching(/^EndpointGroupfrom/));
  });

  test('one target fits into several groups, once each', () => {
    const { stack, vpc, target, group } = withTarget();
    group.addTarget(target);
    new elbv2.ApplicationTargetGroup(stack, 'Second', { vpc, port: 80, targets: [target] });
    expect(Object.keys(resources(stack, REGISTRATION))).toHaveLength(2);
  });

  test('the groups carry the id of their stack, by which the function may work on them', () => {
    const { stack } = withTarget();
    expect(only(stack, GROUP).Properties.Tags).toContainEqual({ Key: 'cdk-alb-privatelink:stack', Value: { Ref: 'AWS::StackId' } });
  });

  test('"refresh" is part of the properties, so that another text sends an event', () => {
    const { stack, endpoint, group } = withTarget();
    const other = new InterfaceEndpointTarget(stack, 'Refreshed', { endpoint, port: 8443, refresh: '2' });
    group.addTarget(other);
    expect(Object.values(resources(stack, REGISTRATION)).map(({ Properties }) => [Properties.Port, Properties.Refresh])).toEqual([[443, undefined], [8443, '2']]);
  });
});

describe('behind a Network Load Balancer of the plain CDK', () => {
  test('client IP preservation is off, and both sides are open', () => {
    const { stack, vpc, endpoint, privateSubnets } = network();
    const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', {
      vpc, vpcSubnets: privateSubnets, securityGroups: [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })],
    });
    nlb.addListener('Listener', { port: 443 }).addTargets('Api', { port: 443, targets: [new InterfaceEndpointTarget(stack, 'Target', { endpoint })] });
    expect(only(stack, GROUP).Properties).toEqual(expect.objectContaining({
      TargetType: 'ip', TargetGroupAttributes: [{ Key: 'preserve_client_ip.enabled', Value: 'false' }],
    }));
    expect(openings(stack)).toEqual([
      expect.stringMatching(/^EndpointGroup\w+ from NlbGroup\w+ 443$/), expect.stringMatching(/^NlbGroup\w+ to EndpointGroup\w+ 443$/),
    ]);
  });
});

describe('the function', () => {
  function statements(withImportedGroup: boolean): any[] {
    const { stack, vpc, endpoint } = network();
    const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint });
    if (withImportedGroup) {
      elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Imported', {
        targetGroupArn: 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/theirs/0123456789abcdef',
      }).addTarget(target);
    } else {
      new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targets: [target] });
    }
    return Object.entries(resources(stack, 'AWS::IAM::Policy')).filter(([id]) => !id.includes('Framework'))
      .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
  }

  const lookups = {
    Effect: 'Allow',
    Action: [
      'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcEndpoints', 'ec2:DescribeInstances', 'ec2:DescribeInternetGateways', 'ec2:DescribeSubnets',
      'ec2:DescribeVpcs', 'elasticloadbalancing:DescribeTags', 'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth',
    ],
    Resource: '*',
    Condition: { StringEquals: { 'aws:RequestedRegion': { Ref: 'AWS::Region' } } },
  };
  const log = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': [expect.stringMatching(/LogGroup/), 'Arn'] } };
  const ofThisStack = { 'aws:ResourceTag/cdk-alb-privatelink:stack': { Ref: 'AWS::StackId' } };
  const stackStatus = { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } };
  const ownTags = { 'aws:TagKeys': ['cdk-alb-privatelink:targets:*', 'cdk-alb-privatelink:drained:*'] };
  const work = {
    Effect: 'Allow',
    Action: [
      'elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags',
    ],
  };
  const byTag = { ...work, Resource: '*', Condition: { 'StringEquals': ofThisStack, 'ForAllValues:StringLike': ownTags } };

  test('may look up in its Region, work on the groups of its stack, write its own tags and its own log, and nothing else', () => {
    expect(statements(false)).toEqual([log, lookups, stackStatus, byTag]);
  });

  test('is let on an imported group by its ARN, in a policy that goes after the registration', () => {
    const Resource = 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/theirs/0123456789abcdef';
    const theirs = { ...work, Resource, Condition: { 'ForAllValues:StringLike': { 'aws:TagKeys': 'cdk-alb-privatelink:targets:*' } } };
    expect(statements(true)).toHaveLength(5);
    expect(statements(true)).toEqual(expect.arrayContaining([log, lookups, stackStatus, byTag, theirs]));
  });

  test('is one a stack, with the framework\'s beside it, each with a log group of its own', () => {
    const { stack, vpc, endpoint } = network();
    for (const id of ['A', 'B']) {
      new elbv2.ApplicationTargetGroup(stack, `Group${id}`, { vpc, port: 80, targets: [new InterfaceEndpointTarget(stack, `Target${id}`, { endpoint })] });
    }
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    template.resourceCountIs('AWS::Logs::LogGroup', 2);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    template.hasResourceProperties('AWS::Lambda::Function', { Runtime: 'nodejs22.x', Timeout: 840 });
  });

  test('waits for an imported group\'s policy', () => {
    const { stack, endpoint } = network();
    elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Imported', {
      targetGroupArn: 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/theirs/0123456789abcdef',
    }).addTarget(new InterfaceEndpointTarget(stack, 'Target', { endpoint }));
    expect(only(stack, REGISTRATION).DependsOn).toContainEqual(expect.stringMatching(/Policy/));
    expect(only(stack, REGISTRATION).Properties.TargetGroupVpcId).toBeUndefined();
  });
});

test('subnets that are a list known at deployment only are passed on as they are', () => {
  const stack = newStack();
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['a', 'b'],
    vpcCidrBlock: '10.0.0.0/16',
    privateSubnetIds: ['subnet-a', 'subnet-b'],
  });
  const endpoint = vpc.addInterfaceEndpoint('Api', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
  (endpoint.node.defaultChild as ec2.CfnVPCEndpoint).subnetIds = Fn.split(',', Fn.importValue('SubnetIds'));
  new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targets: [new InterfaceEndpointTarget(stack, 'Target', { endpoint })] });
  expect(only(stack, REGISTRATION).Properties.SubnetIds).toEqual({ 'Fn::Split': [',', { 'Fn::ImportValue': 'SubnetIds' }] });
});

test('the address type of the target group is told, so that IPv6 addresses are registered in IPv6 groups', () => {
  const { stack, vpc, endpoint } = network();
  new elbv2.ApplicationTargetGroup(stack, 'Group', {
    vpc, port: 80, ipAddressType: elbv2.TargetGroupIpAddressType.IPV6, targets: [new InterfaceEndpointTarget(stack, 'Target', { endpoint })],
  });
  expect(only(stack, REGISTRATION).Properties.IpAddressType).toBe('ipv6');
});

test('a target made in the endpoint\'s stack registers in the stack of the target group, without a circle', () => {
  const app = new App();
  const [networkStack, back, front] = ['Network', 'Back', 'Front'].map(id => newStack(id, { env: TOKYO }, app));
  const vpc = newVpc(networkStack);
  const endpoint = new ec2.InterfaceVpcEndpoint(back, 'Endpoint', { vpc, service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
  const target = new InterfaceEndpointTarget(back, 'Target', { endpoint });
  const alb = new elbv2.ApplicationLoadBalancer(front, 'Alb', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  const group = new elbv2.ApplicationTargetGroup(front, 'Group', { vpc, port: 80, targets: [target] });
  alb.addListener('Listener', { port: 80, open: false, defaultTargetGroups: [group] });
  app.synth();
  expect(Object.keys(resources(front, REGISTRATION))).toHaveLength(1);
  expect(Object.keys(resources(back, REGISTRATION))).toHaveLength(0);
  expect(back.dependencies).not.toContain(front);
});

test('a group to which the target was not added has no registration', () => {
  const { stack, vpc, endpoint } = network();
  const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint });
  const group = new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targetType: elbv2.TargetType.IP });
  expect(() => target.registration(group)).toThrow("Stack/Target: 'targetGroup' is Stack/Group, to which this target was not added. Add it with addTarget() first.");
});

test('a health check on another port is opened too, on either kind of load balancer', () => {
  const { stack, vpc, endpoint, privateSubnets } = network();
  const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint });
  const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', {
    vpc, vpcSubnets: privateSubnets, securityGroups: [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })],
  });
  nlb.addListener('Listener', { port: 443 }).addTargets('Api', { port: 443, targets: [target], healthCheck: { port: '8443' } });
  const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', {
    vpc, vpcSubnets: privateSubnets, securityGroup: new ec2.SecurityGroup(stack, 'AlbGroup', { vpc, allowAllOutbound: false }),
  });
  alb.addListener('Listener', { port: 80, open: false }).addTargets('Api', { port: 443, targets: [target], healthCheck: { port: '9443' } });
  expect(openings(stack).filter(line => line.startsWith('EndpointGroup')).map(line => line.replace(/(Group)\w+/g, '$1'))).toEqual([
    'EndpointGroup from AlbGroup 443', 'EndpointGroup from AlbGroup 9443', 'EndpointGroup from NlbGroup 443', 'EndpointGroup from NlbGroup 8443',
  ]);
});

test('a Network Load Balancer without security groups is warned of', () => {
  const { stack, vpc, endpoint, privateSubnets } = network();
  new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, vpcSubnets: privateSubnets }).addListener('Listener', { port: 443 })
    .addTargets('Api', { port: 443, targets: [new InterfaceEndpointTarget(stack, 'Target', { endpoint })] });
  Annotations.fromStack(stack).hasWarning('/Stack/Target', Match.stringLikeRegexp('no security group is known of Stack/Nlb.*securityGroupUnknown'));
});

test('a listener in one stack, target group and endpoint in another: the openings are the listener\'s', () => {
  const app = new App();
  const [networkStack, back, front] = ['Network', 'Back', 'Front'].map(id => newStack(id, { env: TOKYO }, app));
  const vpc = newVpc(networkStack);
  const endpoint = new ec2.InterfaceVpcEndpoint(back, 'Endpoint', { vpc, service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, open: false });
  const group = new elbv2.NetworkTargetGroup(back, 'Group', { vpc, port: 443, targets: [new InterfaceEndpointTarget(back, 'Target', { endpoint })] });
  const nlb = new elbv2.NetworkLoadBalancer(front, 'Nlb', {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroups: [new ec2.SecurityGroup(front, 'NlbGroup', { vpc, allowAllOutbound: false })],
  });
  nlb.addListener('Listener', { port: 443, defaultTargetGroups: [group] });
  expect(() => app.synth()).not.toThrow();
  expect(openings(front).map(line => line.split(' ').pop())).toEqual(['443', '443']);
});

test('a security group that must not be changed is not changed from another stack either', () => {
  const app = new App();
  const [networkStack, back, front] = ['Network', 'Back', 'Front'].map(id => newStack(id, { env: TOKYO }, app));
  const vpc = newVpc(networkStack);
  const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(back, 'Endpoint', {
    vpcEndpointId: 'vpce-0123456789abcdef0',
    port: 443,
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(back, 'Theirs', 'sg-0123456789abcdef0', { mutable: false })],
  });
  const alb = new elbv2.ApplicationLoadBalancer(front, 'Alb', {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroup: new ec2.SecurityGroup(front, 'AlbGroup', { vpc, allowAllOutbound: false }),
  });
  alb.addListener('Listener', { port: 80, open: false }).addTargets('Api', { port: 443, targets: [new InterfaceEndpointTarget(front, 'Target', { endpoint })] });
  expect(openings(front)).toEqual([expect.stringMatching(/^AlbGroup\w+ to sg-0123456789abcdef0 443$/)]);
});

describe('the repair', () => {
  function repaired(...intervals: (Duration | undefined)[]) {
    const { stack, vpc, endpoint } = network();
    const targets = intervals.map((repairInterval, index) => new InterfaceEndpointTarget(stack, `Target${index}`, { endpoint, port: 80 + index, repairInterval }));
    new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, port: 80, targets });
    return { stack, targets };
  }
  const typesOf = (stack: Stack) => Object.values(resources(stack)).map(({ Type }) => Type);

  test('is off by default, and leaves nothing in the template', () => {
    const { stack, targets } = repaired(undefined);
    expect(typesOf(stack).filter(type => /Events|CloudWatch|MetricFilter|Lambda::Permission/.test(type))).toEqual([]);
    expect(JSON.stringify(resources(stack))).not.toContain('ListStackResources');
    expect(targets[0].repairAlarm).toBeUndefined();
  });

  test('sends the function what to do, as often as the shortest interval says, once a stack', () => {
    const { stack, targets } = repaired(Duration.hours(1), undefined, Duration.minutes(15));
    const { Properties, id } = only(stack, 'AWS::Events::Rule');
    expect(Properties.ScheduleExpression).toBe('rate(15 minutes)');
    const [{ Arn, Input }] = Properties.Targets;
    const fn = Object.keys(resources(stack, 'AWS::Lambda::Function')).find(key => !key.includes('framework'))!;
    expect(Arn).toEqual({ 'Fn::GetAtt': [fn, 'Arn'] });
    expect(Input).toEqual({ 'Fn::Join': ['', ['{"RequestType":"Repair","StackId":"', { Ref: 'AWS::StackId' }, '"}']] });
    expect(only(stack, 'AWS::Lambda::Permission').Properties).toMatchObject({
      Principal: 'events.amazonaws.com', FunctionName: { 'Fn::GetAtt': [fn, 'Arn'] }, SourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
    });
    expect(targets[0].repairAlarm).toBe(targets[2].repairAlarm);
  });

  test('counts what the log says of it, and an alarm goes off at the first', () => {
    const { stack, targets } = repaired(Duration.minutes(5));
    expect(only(stack, 'AWS::Logs::MetricFilter').Properties).toMatchObject({
      FilterPattern: '?"targets repaired" ?"repair failed" ?"Task timed out"',
      LogGroupName: { Ref: expect.stringMatching(/^CdkAlbPrivatelinkRegistrarLogGroup/) },
      MetricTransformations: [{ MetricNamespace: 'cdk-alb-privatelink', MetricValue: '1' }],
    });
    const { id, Properties } = only(stack, 'AWS::CloudWatch::Alarm');
    expect(Properties).toMatchObject({ Threshold: 1, Statistic: 'Sum', ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' });
    expect(stack.resolve(targets[0].repairAlarm!.alarmName)).toEqual({ Ref: id });
  });

  test('may list the resources of its stack', () => {
    const statements = Object.values(resources(repaired(Duration.minutes(5)).stack, 'AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements).toContainEqual({ Effect: 'Allow', Action: 'cloudformation:ListStackResources', Resource: { Ref: 'AWS::StackId' } });
  });
});
