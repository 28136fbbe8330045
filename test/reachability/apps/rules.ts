import { Duration, SecretValue } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as actions from 'aws-cdk-lib/aws-elasticloadbalancingv2-actions';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CERTIFICATE, internalAlb, ISOLATED, publicAlb, scaledGroup, stackWithVpc } from './parts';
import { WorkingApps } from './working-app';
import { newFunction } from '../../util';

const conditions = elbv2.ListenerCondition;
const NOTHING = elbv2.ListenerAction.fixedResponse(404, { contentType: 'text/plain', messageBody: 'Nothing here' });

/** What listeners and their rules do: paths, hosts, weights, sign-in, answers of their own, functions. */
export const rules: WorkingApps = {
  'rules by path and host, the narrow before the wide': {
    reaches: ['internet > alb > Orders', 'internet > alb > Shop', 'internet > alb > Rest'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = publicAlb(stack, vpc);
      listener.addTargets('Orders', { port: 80, priority: 10, conditions: [conditions.pathPatterns(['/shop/orders', '/shop/orders/*'])], targets: [scaledGroup(stack, vpc, 'OrdersGroup')] });
      listener.addTargets('Shop', { port: 80, priority: 20, conditions: [conditions.pathPatterns(['/shop', '/shop/*'])], targets: [scaledGroup(stack, vpc, 'ShopGroup')] });
      listener.addTargets('Hosts', { port: 80, priority: 30, conditions: [conditions.hostHeaders(['*.example.com'])], targets: [scaledGroup(stack, vpc, 'HostsGroup')] });
      listener.addTargets('Rest', { port: 80, targets: [scaledGroup(stack, vpc, 'RestGroup')] });
    },
  },
  'the same path for two hosts, methods and headers': {
    reaches: ['alb > Get', 'alb > Put'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = internalAlb(stack, vpc);
      listener.addAction('Default', { action: NOTHING });
      const path = conditions.pathPatterns(['/api/*']);
      listener.addTargets('Get', { port: 80, priority: 1, conditions: [path, conditions.httpRequestMethods(['GET'])], targets: [scaledGroup(stack, vpc, 'GetGroup')] });
      listener.addTargets('Put', { port: 80, priority: 2, conditions: [path, conditions.httpRequestMethods(['PUT'])], targets: [scaledGroup(stack, vpc, 'PutGroup')] });
      listener.addTargets('Beta', { port: 80, priority: 3, conditions: [path, conditions.httpHeader('X-Stage', ['beta'])], targets: [scaledGroup(stack, vpc, 'BetaGroup')] });
      listener.addTargets('Query', { port: 80, priority: 4, conditions: [path, conditions.queryStrings([{ key: 'v', value: '2' }])], targets: [scaledGroup(stack, vpc, 'QueryGroup')] });
      listener.addTargets('Near', { port: 80, priority: 5, conditions: [path, conditions.sourceIps(['10.1.0.0/16'])], targets: [scaledGroup(stack, vpc, 'NearGroup')] });
      listener.addTargets('Api', { port: 80, priority: 6, conditions: [path], targets: [scaledGroup(stack, vpc, 'ApiGroup')] });
    },
  },
  'two target groups by weight': {
    reaches: ['internet > alb > Old', 'internet > alb > New'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = publicAlb(stack, vpc);
      const groups = ['Old', 'New'].map(id => new elbv2.ApplicationTargetGroup(stack, `${id}Targets`, { vpc, port: 80, targets: [scaledGroup(stack, vpc, id)] }));
      listener.addAction('Default', {
        action: elbv2.ListenerAction.weightedForward([{ targetGroup: groups[0], weight: 90 }, { targetGroup: groups[1], weight: 10 }], {
          stickinessDuration: Duration.hours(1),
        }),
      });
    },
  },
  'answers of the load balancer itself, and nothing behind it': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = publicAlb(stack, vpc);
      listener.addAction('Default', { action: NOTHING });
      listener.addAction('Moved', { priority: 1, conditions: [conditions.pathPatterns(['/old'])], action: elbv2.ListenerAction.redirect({ path: '/new', permanent: true }) });
    },
  },
  'sign-in with OpenID Connect before the targets': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
      const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Targets', { vpc, port: 80, targets: [scaledGroup(stack, vpc)] });
      alb.addListener('Https', {
        port: 443,
        certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)],
        defaultAction: elbv2.ListenerAction.authenticateOidc({
          authorizationEndpoint: 'https://login.example.com/authorize',
          clientId: 'client',
          clientSecret: SecretValue.secretsManager('oidc'),
          issuer: 'https://login.example.com',
          tokenEndpoint: 'https://login.example.com/token',
          userInfoEndpoint: 'https://login.example.com/user',
          next: elbv2.ListenerAction.forward([targetGroup]),
        }),
      });
    },
  },
  'sign-in with Cognito before the targets of one path': {
    reaches: ['internet > alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, internetFacing: true });
      const listener = alb.addListener('Https', { port: 443, certificates: [elbv2.ListenerCertificate.fromArn(CERTIFICATE)], defaultAction: NOTHING });
      const userPool = new cognito.UserPool(stack, 'Pool');
      listener.addAction('Secured', {
        priority: 1,
        conditions: [conditions.pathPatterns(['/app/*'])],
        action: new actions.AuthenticateCognitoAction({
          userPool,
          userPoolClient: userPool.addClient('Client', { generateSecret: true, oAuth: { callbackUrls: ['https://example.com/oauth2/idpresponse'] } }),
          userPoolDomain: userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'prefix' } }),
          next: elbv2.ListenerAction.forward([new elbv2.ApplicationTargetGroup(stack, 'Targets', { vpc, port: 80, targets: [scaledGroup(stack, vpc)] })]),
        }),
      });
    },
  },
  'a function behind a public listener': {
    reaches: ['internet > alb > function'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      publicAlb(stack, vpc).listener.addTargets('Function', { targets: [new targets.LambdaTarget(newFunction(stack, 'Function'))] });
    },
  },
  'an alias of a function, with health checks': {
    reaches: ['alb > function'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const alias = new lambda.Alias(stack, 'Alias', { aliasName: 'live', version: newFunction(stack, 'Function').currentVersion });
      internalAlb(stack, vpc).listener.addTargets('Function', { targets: [new targets.LambdaTarget(alias)], healthCheck: { enabled: true } });
    },
  },
  'a function in the VPC, which takes no rule to be behind a load balancer': {
    reaches: ['alb > function'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const inVpc = new lambda.Function(stack, 'Function', {
        vpc,
        vpcSubnets: ISOLATED,
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline('exports.handler = async () => ({});'),
      });
      internalAlb(stack, vpc).listener.addTargets('Function', { targets: [new targets.LambdaTarget(inVpc)] });
    },
  },
  'two listeners with rules of the same priorities': {
    reaches: ['alb > A', 'alb > B'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb } = internalAlb(stack, vpc);
      [80, 8080].forEach((port, index) => {
        const id = ['A', 'B'][index];
        const listener = port === 80 ? alb.listeners[0] : alb.addListener(`On${port}`, { port, protocol: elbv2.ApplicationProtocol.HTTP });
        listener.addAction('Default', { action: NOTHING });
        listener.addTargets(id, { port: 80, priority: 1, conditions: [conditions.pathPatterns(['/*'])], targets: [scaledGroup(stack, vpc, `${id}Group`)] });
      });
    },
  },
  'one target group that two rules lead to': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { listener } = internalAlb(stack, vpc);
      const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Targets', { vpc, port: 80, targets: [scaledGroup(stack, vpc)] });
      listener.addTargetGroups('Default', { targetGroups: [targetGroup] });
      listener.addTargetGroups('Path', { priority: 1, conditions: [conditions.pathPatterns(['/path'])], targetGroups: [targetGroup] });
    },
  },
  'ports that rules of security groups name by a range': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const group = scaledGroup(stack, vpc);
      const securityGroup = new ec2.SecurityGroup(stack, 'AlbGroup', { vpc, allowAllOutbound: false });
      securityGroup.addIngressRule(ec2.Peer.ipv4('10.0.0.0/8'), ec2.Port.tcpRange(1, 1024));
      securityGroup.addEgressRule(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.allTraffic());
      group.connections.allowFrom(ec2.Peer.securityGroupId(securityGroup.securityGroupId), ec2.Port.tcpRange(8000, 9000));
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED, securityGroup });
      const targetGroup = new elbv2.CfnTargetGroup(stack, 'Targets', { vpcId: vpc.vpcId, port: 8080, protocol: 'HTTP', targetType: 'instance' });
      (group.node.defaultChild as unknown as { targetGroupArns: string[] }).targetGroupArns = [targetGroup.ref];
      new elbv2.CfnListener(stack, 'Listener', {
        loadBalancerArn: alb.loadBalancerArn, port: 80, protocol: 'HTTP', defaultActions: [{ type: 'forward', targetGroupArn: targetGroup.ref }],
      });
    },
  },
};
