import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { App, Duration, Environment, Fn, Stack } from 'aws-cdk-lib/core';
import type { Endpoint, TargetGroup } from './fakes';
import { failureOf, Scene } from './handler/support';
import { Deployment } from './interface-endpoint-target/deployment';
import { newStack, newVpc, only, Resource, resources, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, IEndpointService, NlbEndpointService, NlbEndpointServiceProps, PrivateLinkRouteOptions } from '../src';

const [RULE, ENDPOINT, REGISTRATION] = ['AWS::ElasticLoadBalancingV2::ListenerRule', 'AWS::EC2::VPCEndpoint', 'Custom::InterfaceEndpointTarget'];
const [ACCEPTANCE, GATE] = ['Custom::EndpointAcceptance', 'Custom::TargetHealthGate'];
const HUB = '222222222222';

function serviceWith(props: Partial<NlbEndpointServiceProps> = {}, stack = newStack('Provider', { env: TOKYO })): NlbEndpointService {
  return new NlbEndpointService(stack, 'Service', { vpc: newVpc(stack), backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }), ...props });
}

const accepting = (account = HUB): Partial<NlbEndpointServiceProps> =>
  ({ acceptanceRequired: true, acceptedAccounts: [account], allowedPrincipals: [new iam.AccountPrincipal(account)] });

describe('accepted accounts', () => {
  const stack = Stack.of(serviceWith({ ...accepting(), acceptedAccounts: [HUB, TOKYO.account, HUB] }));
  const part = (type: string): [string, Resource] => Object.entries(resources(stack, type)).find(([id]) => id.startsWith('ServiceAcceptor'))!;

  test('get a function that knows the service and the accounts, each once', () => {
    const [, { Properties }] = part('AWS::Lambda::Function');
    expect(Properties.Environment.Variables).toEqual({ SERVICE_ID: { Ref: only(stack, 'AWS::EC2::VPCEndpointService').id }, ACCEPTED_ACCOUNTS: `${HUB},${TOKYO.account}` });
    expect([Properties.Handler, Properties.Runtime, Properties.Timeout]).toEqual(['index.handler', 'nodejs22.x', 60]);
  });

  test('are looked for every minute, by a rule that alone may run the function', () => {
    const [ruleId, { Properties }] = part('AWS::Events::Rule');
    const [functionId] = part('AWS::Lambda::Function');
    expect([Properties.ScheduleExpression, Properties.State]).toEqual(['rate(1 minute)', undefined]);
    expect(Properties.Targets).toEqual([{ Id: 'Function', Arn: { 'Fn::GetAtt': [functionId, 'Arn'] } }]);
    expect(only(stack, 'AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction', FunctionName: { 'Fn::GetAtt': [functionId, 'Arn'] }, Principal: 'events.amazonaws.com', SourceArn: { 'Fn::GetAtt': [ruleId, 'Arn'] },
    });
  });

  test('are not looked for twice when a run fails', () => {
    expect(only(stack, 'AWS::Lambda::EventInvokeConfig').Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });

  test('take three permissions: to write the log, to look, and to accept at this service', () => {
    const [, { Properties }] = part('AWS::IAM::Policy');
    const logGroup = { 'Fn::GetAtt': [part('AWS::Logs::LogGroup')[0], 'Arn'] };
    expect(Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: logGroup },
      { Effect: 'Allow', Action: 'ec2:DescribeVpcEndpointConnections', Resource: '*', Condition: { StringEquals: { 'aws:RequestedRegion': TOKYO.region } } },
      {
        Effect: 'Allow',
        Action: 'ec2:AcceptVpcEndpointConnections',
        Resource: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ec2:${TOKYO.region}:${TOKYO.account}:vpc-endpoint-service/`, { Ref: only(stack, 'AWS::EC2::VPCEndpointService').id }]] },
      },
    ]);
    expect(part('AWS::IAM::Role')[1].Properties.ManagedPolicyArns).toBeUndefined();
    expect(part('AWS::Lambda::Function')[1].Properties.Role).toEqual({ 'Fn::GetAtt': [part('AWS::IAM::Role')[0], 'Arn'] });
  });

  test('have a function that can be watched', () => {
    const service = serviceWith(accepting());
    const alarm = service.acceptor!.metricErrors().createAlarm(service, 'NotAccepted', { threshold: 1, evaluationPeriods: 5 });
    expect(Stack.of(alarm)).toBe(Stack.of(service));
    expect(serviceWith().acceptor).toBeUndefined();
  });

  test('add what is theirs, and change nothing else', () => {
    const without = resources(Stack.of(serviceWith({ acceptanceRequired: true, allowedPrincipals: [new iam.AccountPrincipal(HUB)] })));
    const added = Object.entries(resources(Stack.of(serviceWith(accepting())))).filter(([id]) => !id.startsWith('ServiceAcceptor'));
    expect(Object.fromEntries(added)).toEqual(without);
    expect(Object.values(without).map(({ Type }) => Type).filter(type => /Lambda|Events|IAM|Logs/.test(type))).toEqual([]);
  });

  test('may be that of wherever the app is deployed', () => {
    const agnostic = newStack();
    const { acceptor } = serviceWith({ acceptanceRequired: true, acceptedAccounts: [agnostic.account] }, agnostic);
    expect(Object.values(resources(agnostic, 'AWS::Lambda::Function'))[0].Properties.Environment.Variables.ACCEPTED_ACCOUNTS).toEqual({ Ref: 'AWS::AccountId' });
    expect(acceptor).toBeDefined();
  });

  test.each<[string, Partial<NlbEndpointServiceProps>]>([
    ['their own account', { acceptedAccounts: [TOKYO.account] }],
    ['an account', { acceptedAccounts: [HUB], allowedPrincipals: [new iam.AccountPrincipal(HUB)] }],
    ['a role of it', { acceptedAccounts: [HUB], allowedPrincipals: [new iam.ArnPrincipal(`arn:aws:iam::${HUB}:role/deployer`)] }],
    ['everybody', { acceptedAccounts: [HUB], allowedPrincipals: [new iam.ArnPrincipal('*')] }],
    ['an ARN that is known at deployment only', { acceptedAccounts: [HUB], allowedPrincipals: [new iam.ArnPrincipal(Fn.importValue('Role'))] }],
  ])('are found to be allowed by %s', (_, props) => {
    const { node } = serviceWith({ acceptanceRequired: true, ...props });
    expect(() => (node.root as App).synth()).not.toThrow();
  });

  test('may be allowed later', () => {
    const service = serviceWith({ acceptanceRequired: true, acceptedAccounts: [HUB] });
    service.allowPrincipal(new iam.AccountPrincipal(HUB));
    expect(() => (service.node.root as App).synth()).not.toThrow();
  });
});

describe('an endpoint at a service that asks', () => {
  const endpointServiceName = 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0';

  function hubOf(service: (stack: Stack) => IEndpointService, env?: Environment, app = new App()): Stack {
    const stack = newStack('Hub', { env }, app);
    const routes = {
      a: { paths: ['/a'], priority: 1, service: service(stack) },
      b: { paths: ['/b'], priority: 2, service: service(stack) },
    };
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes });
    return stack;
  }

  const imported = (name: string, acceptanceRequired?: boolean) => (stack: Stack) =>
    (stack.node.tryFindChild('Imported') as NlbEndpointService | undefined)
      ?? NlbEndpointService.fromEndpointServiceAttributes(stack, 'Imported', { endpointServiceName: name, acceptanceRequired });

  /** The value of each output with a command. */
  const commands = (stack: Stack): unknown[] => Object.values(Template.fromStack(stack).toJSON().Outputs ?? {})
    .map((output: any) => output.Value).filter(value => JSON.stringify(value).includes('accept-vpc-endpoint-connections'));

  const isWarned = (stack: Stack) => Annotations.fromStack(stack).findWarning('/Hub/Hub', Match.stringLikeRegexp('acceptanceRequired')).length > 0;

  test('has one output with the whole command, which the warning names', () => {
    const stack = hubOf(imported(endpointServiceName, true), TOKYO);
    expect(commands(stack)).toEqual([{
      'Fn::Join': ['', [
        'aws ec2 accept-vpc-endpoint-connections --region ap-northeast-1 --service-id vpce-svc-0123456789abcdef0 --vpc-endpoint-ids ', { Ref: only(stack, ENDPOINT).id },
      ]],
    }]);
    const [id] = Object.keys(Template.fromStack(stack).toJSON().Outputs).filter(name => name.includes('AcceptCommand'));
    expect(id).toMatch(/^Hub\w+AcceptCommand/);
    Annotations.fromStack(stack).hasWarning('/Hub/Hub', Match.stringLikeRegexp('as its output Hub/Hub/\\w+/AcceptCommand'));
  });

  test('of another Region is accepted there', () => {
    const stack = hubOf(imported(endpointServiceName, true), { ...TOKYO, region: 'eu-west-1' });
    expect(JSON.stringify(commands(stack))).toContain('--region ap-northeast-1 ');
    expect(JSON.stringify(commands(hubOf(imported(endpointServiceName, true))))).toContain('--region ",{"Ref":"AWS::Region"}," --service-id vpce-svc-0123456789abcdef0 ');
  });

  test('whose name is known at deployment only gets the id out of it, in any partition', () => {
    const stack = hubOf(imported(Fn.importValue('Name'), true), TOKYO);
    expect(JSON.stringify(commands(stack))).toContain('--service-id vpce-svc-",{"Fn::Select":[1,{"Fn::Split":[".vpce-svc-",{"Fn::ImportValue":"Name"}]}]}');
  });

  test('of the same app has the id of the service, by the reference that is there anyway', () => {
    const app = new App();
    const provider = newStack('Provider', { env: TOKYO }, app);
    const service = serviceWith({ acceptanceRequired: true }, provider);
    const stack = hubOf(() => service, TOKYO, app);
    expect(JSON.stringify(commands(stack))).toMatch(/--service-id ",\{"Fn::ImportValue":"Provider:ExportsOutputRefServiceEndpointService\w+"\}/);
    expect(Object.keys(Template.fromStack(provider).toJSON().Outputs)).toHaveLength(1);
  });

  test('has neither output nor warning where acceptance is not required, or not known to be', () => {
    for (const acceptanceRequired of [false, undefined]) {
      const stack = hubOf(imported(endpointServiceName, acceptanceRequired), TOKYO);
      expect([commands(stack), isWarned(stack)]).toEqual([[], false]);
    }
  });

  test.each<[string, boolean, Environment | undefined, Environment | undefined, string | undefined]>([
    ['its acceptor accepts the account of the hub', false, TOKYO, TOKYO, TOKYO.account],
    ['both go wherever the app is deployed', false, undefined, undefined, undefined],
    ['its acceptor accepts another account', true, TOKYO, TOKYO, HUB],
    ['the account of the hub is not known', true, TOKYO, { region: TOKYO.region }, TOKYO.account],
  ])('when %s (output and warning: %s)', (_, isTold, env, hubEnv, account) => {
    const app = new App();
    const provider = newStack('Provider', { env }, app);
    const accepted = account ?? provider.account;
    const service = serviceWith(accepting(accepted), provider);
    const stack = newStack('Hub', { env: hubEnv }, app);
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes: { a: { paths: ['/a'], priority: 1, service } } });
    expect([commands(stack).length > 0, isWarned(stack)]).toEqual([isTold, isTold]);
  });
});

const [one, two] = ['1', '2'].map(digit => new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-0000000000000000${digit}`, 80));

describe('a route that awaits the acceptance', () => {
  function stackWith(routes: { [id: string]: PrivateLinkRouteOptions }, props: { waitForHealthy?: Duration } = {}, stack = newStack()): Stack {
    new AlbToPrivateLinkTargets(stack, 'Hub', { vpc: newVpc(stack), routes, ...props });
    return stack;
  }
  const a = (options: PrivateLinkRouteOptions): { [id: string]: PrivateLinkRouteOptions } => ({ a: { paths: ['/a'], priority: 1, ...options } });

  test('has a rule that comes after it, beside its registration', () => {
    const stack = stackWith(a({ service: one, awaitAcceptance: true }));
    const { id, Properties } = only(stack, ACCEPTANCE);
    expect(Properties).toEqual({ ServiceToken: expect.anything(), ServiceTimeout: '960', EndpointId: { Ref: only(stack, ENDPOINT).id } });
    expect(only(stack, RULE).DependsOn).toEqual(expect.arrayContaining([id, only(stack, REGISTRATION).id]));
    expect(only(stack, REGISTRATION).DependsOn).not.toContain(id);
  });

  test('shares the wait with others of its endpoint; those that do not wait go live before', () => {
    const stack = stackWith({ ...a({ service: one, awaitAcceptance: true }), b: { paths: ['/b'], priority: 2, service: one, awaitAcceptance: true }, c: { paths: ['/c'], priority: 3, service: one } });
    const { id } = only(stack, ACCEPTANCE);
    expect(Object.values(resources(stack, RULE)).map(({ DependsOn }) => DependsOn!.includes(id))).toEqual([true, true, false]);
  });

  test('waits for each endpoint of its split, or for those of the parts that say so', () => {
    const split = (first?: boolean) => [{ service: one, weight: 1, awaitAcceptance: first }, { service: two, weight: 1 }];
    expect(Object.keys(resources(stackWith(a({ split: split(), awaitAcceptance: true })), ACCEPTANCE))).toHaveLength(2);
    expect(Object.keys(resources(stackWith(a({ split: split(false), awaitAcceptance: true })), ACCEPTANCE))).toHaveLength(1);
    const stack = stackWith(a({ split: split(true) }));
    const endpointOfPart = Object.entries(resources(stack, ENDPOINT)).find(([, { Properties }]) => Properties.ServiceName === one.name)![0];
    expect(only(stack, ACCEPTANCE).Properties.EndpointId).toEqual({ Ref: endpointOfPart });
    expect(only(stack, RULE).DependsOn).toContain(only(stack, ACCEPTANCE).id);
  });

  test('waits for an endpoint that exists, too', () => {
    const stack = newStack();
    const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Given', { vpcEndpointId: 'vpce-0123456789abcdef0', port: 80 });
    stackWith(a({ endpoint, awaitAcceptance: true }), {}, stack);
    expect(only(stack, ACCEPTANCE).Properties.EndpointId).toBe('vpce-0123456789abcdef0');
  });

  test('is healthy after it was accepted: the gate comes last', () => {
    const stack = stackWith(a({ service: one, awaitAcceptance: true }), { waitForHealthy: Duration.minutes(5) });
    expect(only(stack, GATE).DependsOn).toContain(only(stack, RULE).id);
  });

  test('changes nothing where it does not', () => {
    const without = resources(stackWith(a({ service: one })));
    expect(resources(stackWith(a({ service: one, awaitAcceptance: false })))).toEqual(without);
    expect(Object.values(without).filter(({ Type }) => Type === ACCEPTANCE)).toEqual([]);
    const others = Object.fromEntries(
      Object.entries(resources(stackWith(a({ service: one, awaitAcceptance: true })))).filter(([, { Type }]) => Type !== ACCEPTANCE));
    const undepended = (all: { [id: string]: Resource }) => Object.fromEntries(
      Object.entries(all).map(([id, resource]) => [id, resource.Type === RULE ? { ...resource, DependsOn: [] } : resource]));
    expect(undepended(others)).toEqual(undepended(without));
  });

  test('holds no more executions than a new account has: it stands in line', () => {
    const many = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`r${n}`, {
      paths: [`/r${n}`], priority: n + 1, awaitAcceptance: true, service: new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-0000000000000001${n}`, 80),
    }]));
    const found = resources(stackWith(many));
    const inLine = Object.entries(found).filter(([, { Type }]) => [ACCEPTANCE, REGISTRATION, 'Custom::InterfaceEndpointDrain'].includes(Type)).map(([id]) => id);
    const before = inLine.filter(id => (found[id].DependsOn ?? []).some(other => inLine.includes(other)));
    expect(before.length).toBeGreaterThanOrEqual(inLine.length - 4);
  });
});

describe('a deployment', () => {
  let scene: Scene;
  let deployment: Deployment;
  /** What a new endpoint of the second service is. */
  let stateOfTwo: Endpoint['state'];

  beforeEach(() => {
    scene = new Scene();
    deployment = new Deployment(scene.aws, scene.handler);
    stateOfTwo = 'pendingAcceptance';
    const { network } = scene.aws;
    const create = network.createEndpoint.bind(network);
    jest.spyOn(network, 'createEndpoint').mockImplementation(props => create({ ...props, state: props?.serviceName === two.name ? stateOfTwo : 'available' }));
  });

  afterEach(() => scene.finish());

  const design = (service: ec2.InterfaceVpcEndpointService, awaitAcceptance = true) => (stack: Stack): void => {
    const { vpcId, subnets } = scene.vpc;
    new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId, vpcCidrBlock: '10.0.0.0/16', availabilityZones: subnets.map(subnet => subnet.availabilityZone), privateSubnetIds: subnets.map(subnet => subnet.subnetId),
      }),
      routes: { a: { paths: ['/a'], priority: 1, service, awaitAcceptance } },
      waitForHealthy: Duration.minutes(5),
    });
  };

  const endpointOfTwo = () => [...scene.aws.network.endpoints.values()].find(({ serviceName }) => serviceName === two.name)!;
  const served = (): TargetGroup[] => deployment.weights.map(([group]) => group);

  test('moves a route to a service that asks when its endpoint is accepted, and not before', async () => {
    await deployment.deploy(design(one));
    const [old] = served();
    const seen: TargetGroup[][] = [];
    scene.aws.clock.at(299_000, () => { seen.push(served()); });
    scene.aws.clock.at(300_000, () => { endpointOfTwo().state = 'available'; });
    await deployment.deploy(design(two));
    expect(seen).toEqual([[old]]);
    expect(served()).toEqual([deployment.group]);
    expect(deployment.group).not.toBe(old);
    expect(deployment.group.targets.some(({ health }) => health.state === 'healthy')).toBe(true);
  });

  test.each<Endpoint['state']>(['pendingAcceptance', 'rejected'])('leaves the route with the first service when the endpoint of the second stays %s, and rolls back', async state => {
    await deployment.deploy(design(one));
    const [old] = served();
    stateOfTwo = state;
    expect(await failureOf(deployment.update(design(two)))).toContain(`is ${state}, so that its routes were not changed`);
    expect(served()).toEqual([old]);
    scene.setStatus('UPDATE_ROLLBACK_IN_PROGRESS');
    await deployment.deploy(design(one));
    expect(served()).toEqual([old]);
    expect(old.targets.some(({ health }) => health.state === 'healthy')).toBe(true);
  });

  test('without waiting moves the route to an endpoint that nobody has accepted', async () => {
    await deployment.deploy(design(one, false));
    const [old] = served();
    await deployment.deploy(design(two, false));
    expect(served()).not.toContain(old);
    expect(endpointOfTwo().state).toBe('pendingAcceptance');
  });
});
