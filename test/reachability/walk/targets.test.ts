import { ref, resource, Resources } from './two-hosts';
import { check } from '../../../src/reachability/check';
import { Path, Report } from '../../../src/reachability/contract';

const ANY = [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }];
const forward = (...groups: unknown[]) => [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }];
const group = (more: object = {}) => resource('ElasticLoadBalancingV2::TargetGroup', { VpcId: ref('Vpc'), Port: 80, Protocol: 'HTTP', TargetType: 'ip', ...more });

/** An internal load balancer that forwards to one target group. */
function behind(more: Resources): Report {
  return check([{
    stack: 'Net',
    account: '111111111111',
    body: {
      Parameters: { Given: { Type: 'String' } },
      Conditions: { Perhaps: { 'Fn::Equals': [ref('Given'), 'yes'] } },
      Resources: {
        Vpc: resource('EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
        Subnet: resource('EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.0.0.0/24', AvailabilityZone: 'tokyo-1a' }),
        AlbGroup: resource('EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupIngress: ANY, SecurityGroupEgress: ANY }),
        Alb: resource('ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal', Subnets: [ref('Subnet')], SecurityGroups: [ref('AlbGroup')] }),
        Listener: resource('ElasticLoadBalancingV2::Listener', { LoadBalancerArn: ref('Alb'), Port: 80, Protocol: 'HTTP', DefaultActions: forward({ TargetGroupArn: ref('Targets') }) }),
        Targets: group(),
        Cluster: resource('ECS::Cluster'),
        TaskGroup: resource('EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '10.0.0.0/16' }], SecurityGroupEgress: ANY }),
        ...more,
      },
    },
  }]);
}

const walked = ({ paths }: Report): Path[] => paths.filter(({ hops }) => hops.length > 1);
const ends = (report: Report) => walked(report).map(({ destination, verdict, hops }) => `${destination.label} ${hops[hops.length - 1].traffic} ${verdict}`);
const codes = ({ findings }: Report) => findings.map(({ code }) => code).sort();

describe('the tasks of an ECS service', () => {
  const task = (mode: string | undefined, mapping: object) => resource('ECS::TaskDefinition', { NetworkMode: mode, ContainerDefinitions: [{ Name: 'web', PortMappings: [mapping] }] });
  const service = (more: object = {}, port: unknown = 8080) => resource('ECS::Service', {
    Cluster: ref('Cluster'), TaskDefinition: ref('Task'), LoadBalancers: [{ ContainerName: 'web', ContainerPort: port, TargetGroupArn: ref('Targets') }], ...more,
  });
  const own = { NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [ref('Subnet')], SecurityGroups: [ref('TaskGroup')] } } };
  const onInstances: Resources = {
    Targets: group({ TargetType: 'instance' }),
    Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('TaskGroup')], UserData: { 'Fn::Base64': { 'Fn::Sub': 'echo ECS_CLUSTER=${Cluster} >> /etc/ecs/ecs.config' } } } }),
    Instances: resource('AutoScaling::AutoScalingGroup', { VPCZoneIdentifier: [ref('Subnet')], LaunchTemplate: { LaunchTemplateId: ref('Template') } }),
  };

  test('with interfaces of their own are reached at the port of the container', () => {
    expect(ends(behind({ Task: task('awsvpc', { ContainerPort: 8080 }), Service: service(own) }))).toEqual(['Service HTTP 8080 reachable']);
  });
  test('are not reached at a port that the container does not map', () => {
    expect(codes(behind({ Task: task('awsvpc', { ContainerPort: 9090 }), Service: service(own) }))).toContain('ContainerPort');
  });
  test('are not judged by a container that somebody else describes', () => {
    expect(codes(behind({ Service: service({ ...own, TaskDefinition: 'arn:aws:ecs:tokyo-1:111111111111:task-definition/web:1' }) }))).toEqual([]);
  });
  test('on instances in mode host are reached at the port of the container', () => {
    expect(ends(behind({ ...onInstances, Task: task('host', { ContainerPort: 8080 }), Service: service() }))).toEqual(['Instances HTTP 8080 reachable']);
  });
  test('on instances in mode bridge are reached at the port that the instance gives them', () => {
    expect(ends(behind({ ...onInstances, Task: task(undefined, { ContainerPort: 80, HostPort: 8080 }), Service: service({}, 80) }))).toEqual(['Instances HTTP 8080 reachable']);
  });
  test.each([[{ ContainerPort: 8080 }], [{ ContainerPort: 8080, HostPort: 0 }]])('on instances with a port that ECS chooses (%j) need all of these', mapping => {
    expect(ends(behind({ ...onInstances, Task: task('bridge', mapping), Service: service() }))).toEqual([expect.stringMatching(/^Instances HTTP 32768-65535 blocked$/)]);
    const TaskGroup = resource('EC2::SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 32768, ToPort: 65535, CidrIp: '10.0.0.0/16' }], SecurityGroupEgress: ANY });
    expect(ends(behind({ ...onInstances, TaskGroup, Task: task('bridge', mapping), Service: service() }))).toEqual([expect.stringMatching(/ reachable$/)]);
  });
  test('on the instances of a capacity provider are reached there', () => {
    const provided = {
      ...onInstances,
      Template: resource('EC2::LaunchTemplate', { LaunchTemplateData: { SecurityGroupIds: [ref('TaskGroup')] } }),
      Provider: resource('ECS::CapacityProvider', { AutoScalingGroupProvider: { AutoScalingGroupArn: ref('Instances') } }),
      Associations: resource('ECS::ClusterCapacityProviderAssociations', { Cluster: ref('Cluster'), CapacityProviders: [ref('Provider')] }),
    };
    expect(ends(behind({ ...provided, Task: task('host', { ContainerPort: 8080 }), Service: service() }))).toEqual(['Instances HTTP 8080 reachable']);
  });
  test('on instances that nobody here starts are unknown', () => {
    const report = behind({ Targets: group({ TargetType: 'instance' }), Task: task('host', { ContainerPort: 8080 }), Service: service() });
    expect([codes(report), ends(report)]).toEqual([[], ['targets of Targets HTTP unknown']]);
  });
  test('are registered in the group of a blue/green deployment, too', () => {
    const entry = { ContainerName: 'web', ContainerPort: 8080, TargetGroupArn: ref('Targets'), AdvancedConfiguration: { AlternateTargetGroupArn: ref('Green') } };
    const Listener = resource('ElasticLoadBalancingV2::Listener', {
      LoadBalancerArn: ref('Alb'), Port: 80, Protocol: 'HTTP', DefaultActions: forward({ TargetGroupArn: ref('Targets'), Weight: 1 }, { TargetGroupArn: ref('Green'), Weight: 1 }),
    });
    const report = behind({ Listener, Green: group(), Task: task('awsvpc', { ContainerPort: 8080 }), Service: service({ ...own, LoadBalancers: [entry] }) });
    expect([codes(report), report.summary.unknown]).toEqual([[], 0]);
  });
  test('by id in a group for addresses are refused by AWS', () => {
    expect(codes(behind({ ...onInstances, Targets: group({ TargetType: 'ip' }), Task: task('host', { ContainerPort: 8080 }), Service: service() }))).toEqual(['TargetType']);
  });
});

describe('a function', () => {
  const fn = { Fn: resource('Lambda::Function', {}), Targets: resource('ElasticLoadBalancingV2::TargetGroup', { TargetType: 'lambda', Targets: [{ Id: { 'Fn::GetAtt': ['Fn', 'Arn'] } }] }) };
  const permission = (properties: object) => resource('Lambda::Permission', { Action: 'lambda:InvokeFunction', FunctionName: ref('Fn'), Principal: 'elasticloadbalancing.amazonaws.com', ...properties });
  test('that the load balancer may invoke is reached', () => { expect(ends(behind({ ...fn, Permission: permission({}) }))).toEqual(['Fn invocation reachable']); });
  test('that nobody lets it invoke is not', () => { expect(codes(behind(fn))).toEqual(['LambdaPermission']); });
  test('that somebody else may invoke is not', () => { expect(codes(behind({ ...fn, Permission: permission({ Principal: 'apigateway.amazonaws.com' }) }))).toEqual(['LambdaPermission']); });
  test.each([[{ Principal: ref('Given') }], [{ FunctionName: ref('Given') }]])('with a permission of %j is not judged', properties => { expect(ends(behind({ ...fn, Permission: permission(properties) }))).toEqual(['Fn invocation unknown']); });
  test('that is made elsewhere is not judged', () => {
    const Targets = resource('ElasticLoadBalancingV2::TargetGroup', { TargetType: 'lambda', Targets: [{ Id: 'arn:aws:lambda:tokyo-1:111111111111:function:fn' }] });
    expect(ends(behind({ Targets }))).toEqual([expect.stringMatching(/ invocation unknown$/)]);
  });
});

describe('an address', () => {
  const at = (Id: unknown, more: object = {}) => ({ Targets: group({ Port: 8080, Targets: [{ Id }], ...more }) });
  test('in a subnet of the app has a way, and who has it is not known', () => { expect(ends(behind(at('10.0.0.9')))).toEqual(['10.0.0.9 HTTP 8080 unknown']); });
  test('of an instance is that instance', () => {
    const Web = resource('EC2::Instance', { SubnetId: ref('Subnet'), PrivateIpAddress: '10.0.0.9', SecurityGroupIds: [ref('TaskGroup')] });
    expect(ends(behind({ Web, ...at('10.0.0.9') }))).toEqual(['Web HTTP 8080 reachable']);
    expect(ends(behind({ Web, ...at({ 'Fn::GetAtt': ['Web', 'PrivateIp'] }) }))).toEqual(['Web HTTP 8080 reachable']);
  });
  test.each([['192.168.0.9'], [ref('Given')], ['i-0123456789abcdef0']])('that nobody knows (%j) is not judged', Id => { const report = behind(at(Id)); expect([codes(report), report.summary.unknown]).toEqual([[], 1]); });
});

describe('the health check', () => {
  const Web = resource('EC2::Instance', { SubnetId: ref('Subnet'), SecurityGroupIds: [ref('TaskGroup')] });
  const of = (more: object) => behind({ Web, Targets: group({ TargetType: 'instance', Port: 8080, Targets: [{ Id: ref('Web') }], ...more }) });
  test('at the port of the traffic gets through with it', () => { expect(codes(of({ HealthCheckPort: 'traffic-port' }))).toEqual([]); });
  test('at the same port by number does, too', () => { expect(codes(of({ HealthCheckPort: '8080' }))).toEqual([]); });
  test('at a port that is closed makes a dead target', () => { expect(codes(of({ HealthCheckPort: '9000' }))).toEqual(['SecurityGroupIngress']); });
  test('at a port by parameter is not judged', () => { const report = of({ HealthCheckPort: ref('Given') }); expect([codes(report), report.summary.unknown]).toEqual([[], 1]); });
});

describe('a rule', () => {
  const rule = (Priority: unknown, values: string[], more: object = {}) => resource('ElasticLoadBalancingV2::ListenerRule', {
    ListenerArn: ref('Listener'), Priority, Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: values } }], Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }], ...more,
  });
  const with_ = (...rules: unknown[]) => codes(behind({ Targets: group(), ...Object.fromEntries(rules.map((one, index) => [`Rule${index}`, one])) }));
  test('of its own priority and paths is reached', () => { expect(with_(rule(1, ['/a']), rule(2, ['/b']))).toEqual([]); });
  test('of the priority of another is refused by AWS', () => { expect(with_(rule(1, ['/a']), rule('1', ['/b']))).toContain('DuplicatePriority'); });
  test('behind one for all of its paths is never reached', () => { expect(with_(rule(1, ['/a*', '/b']), rule(2, ['/a/*', '/b']))).toEqual(['RuleNeverReached']); });
  test('behind one for some of its paths is reached', () => { expect(with_(rule(1, ['/a*']), rule(2, ['/a/*', '/b']))).toEqual([]); });
  test('before one for more paths is reached', () => { expect(with_(rule(2, ['/*']), rule(1, ['/a']))).toEqual([]); });
  test('behind one that also asks for a host is reached', () => {
    const Conditions = [{ Field: 'path-pattern', Values: ['/*'] }, { Field: 'host-header', Values: ['a.example.com'] }];
    expect(with_(rule(1, [], { Conditions }), rule(2, ['/a']))).toEqual([]);
  });
  test('for a host in other letters is never reached behind one for the host', () => {
    const host = (name: string) => ({ Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [name] } }] });
    expect(with_(rule(1, [], host('*.Example.com')), rule(2, [], host('a.example.COM')))).toEqual(['RuleNeverReached']);
  });
  test.each<[string, object]>([
    ['a pattern by parameter', { Conditions: [{ Field: 'path-pattern', Values: [ref('Given')] }] }], ['a regular expression', { Conditions: [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/.*'] } }] }],
    ['a header', { Conditions: [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X', Values: ['*'] } }] }], ['a query', { Conditions: [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: '*' }] } }] }],
  ])('behind one with %s is reached', (_, properties) => { expect(with_(rule(1, [], properties), rule(2, ['/a']))).toEqual([]); });
  test('that may be there covers nothing', () => { expect(with_({ ...rule(1, ['/*']), Condition: 'Perhaps' }, rule(2, ['/a']))).toEqual([]); });
});
