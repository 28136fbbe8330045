import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import {
  attributes, cidrContains, commandsOf, healthCheckOf, ids, matchesPathPattern, nameTag, pagesOf, Properties, Resource, strings, TemplateModel,
} from './template-model';
import { MultiVpcStack } from '../../examples/typescript/multi-vpc/multi-vpc-stack';
import { CustomResource, FakeAws } from '../fakes';

const ELB = 'AWS::ElasticLoadBalancingV2';
const REGISTRATION = 'Custom::InterfaceEndpointTarget';
const REGION = 'ap-northeast-1';
const ACCOUNT = '123456789012';
const ZONES = ['ap-northeast-1a', 'ap-northeast-1c'];
/** What Lambda runs. */
const BUNDLE = readFileSync(join(__dirname, '../../assets/handler/custom-resources.lambda/index.js'), 'utf8');
/** The article's `var.my_ip`. */
const CLIENT = '198.51.100.4/32';

/** The context that the CDK's command takes from the example's folder. */
const CONTEXT: { [key: string]: unknown } = JSON.parse(readFileSync(join(__dirname, '../../examples/typescript/multi-vpc/cdk.json'), 'utf8')).context;

const app = new App({ context: CONTEXT });
new MultiVpcStack(app, 'MultiVpc', { env: { account: ACCOUNT, region: REGION }, clientCidr: CLIENT });
const assembly = app.synth();
const template = new TemplateModel(assembly.getStackByName('MultiVpc').template);

/** VPC 1, 2 or 3. */
const vpc = (number: number) => template.only('AWS::EC2::VPC', ({ CidrBlock }) => CidrBlock === `10.${number}.0.0/16`);
const publicSubnets = (number: number) => template.subnetsOf(vpc(number)).filter(({ isPublic }) => isPublic).map(({ resource }) => resource);
const privateSubnets = (number: number) => template.subnetsOf(vpc(number)).filter(({ isPublic }) => !isPublic).map(({ resource }) => resource);
const at = (references: unknown[]) => references.map(reference => template.at(reference));

/** The way from a VPC to the package repositories. */
const gatewayEndpoint = (number: number) =>
  template.only('AWS::EC2::VPCEndpoint', ({ VpcId, VpcEndpointType }) => VpcEndpointType === 'Gateway' && template.at(VpcId) === vpc(number));

/** What a request meets first. */
const alb = () => template.only(`${ELB}::LoadBalancer`, ({ Type }) => Type === 'application');
const albListener = () => template.only(`${ELB}::Listener`, ({ LoadBalancerArn }) => template.at(LoadBalancerArn) === alb());
const albSecurityGroup = () => onlyOf(at(alb().props.SecurityGroups));

/** What a request for `/vpc2/` or `/vpc3/` meets one after the other, found by following the references from the rule on. */
function pathTo(number: number) {
  const rule = template.only(`${ELB}::ListenerRule`, props => pathsOf(props).includes(`/vpc${number}/*`));
  const targetGroup = template.at(onlyOf<Properties>(rule.props.Actions).TargetGroupArn);
  const registration = template.only(REGISTRATION, ({ TargetGroupArn }) => template.at(TargetGroupArn) === targetGroup);
  const endpoint = template.at(registration.props.EndpointId);
  const serviceName = template.text(endpoint.props.ServiceName);
  const service = template.only('AWS::EC2::VPCEndpointService', (_props, id) => serviceName === `com.amazonaws.vpce.${REGION}.\${${id}}`);
  const nlb = template.at(onlyOf(service.props.NetworkLoadBalancerArns));
  const listener = template.only(`${ELB}::Listener`, ({ LoadBalancerArn }) => template.at(LoadBalancerArn) === nlb);
  const webTargetGroup = template.at(onlyOf<Properties>(listener.props.DefaultActions).TargetGroupArn);
  const instances = at(webTargetGroup.props.Targets.map(({ Id }: Properties) => Id));
  return {
    rule,
    targetGroup,
    registration,
    endpoint,
    endpointSecurityGroup: template.at(onlyOf(endpoint.props.SecurityGroupIds)),
    service,
    nlb,
    nlbSecurityGroup: template.at(onlyOf(nlb.props.SecurityGroups)),
    listener,
    webTargetGroup,
    instances,
    webSecurityGroup: onlyOf([...new Set(instances.map(({ props }) => template.at(onlyOf(props.SecurityGroupIds))))]),
  };
}

function onlyOf<T>(items: readonly T[]): T {
  expect(items).toHaveLength(1);
  return items[0];
}

function pathsOf({ Conditions }: Properties): string[] {
  return Conditions.flatMap(({ Field, PathPatternConfig }: Properties) => Field === 'path-pattern' ? PathPatternConfig.Values : []);
}

/** All that a client may be answered: through the rules by priority, and behind them by any of the servers. */
function answersTo(path: string): string[] {
  const rules = template.all(`${ELB}::ListenerRule`, ({ ListenerArn }) => template.at(ListenerArn) === albListener());
  const taking = rules.filter(({ props }) => pathsOf(props).some(pattern => matchesPathPattern(pattern, path)));
  const first = taking.sort((a, b) => a.props.Priority - b.props.Priority)[0];
  if (!first) { return [onlyOf<Properties>(albListener().props.DefaultActions).FixedResponseConfig.MessageBody]; }
  return [2, 3].map(pathTo).filter(({ rule }) => rule === first).flatMap(({ instances }) => instances.map(instance => pagesOf(instance)[path]));
}

/** Names for the security groups, by the place they have in the wiring. */
function groupNames(): Map<Resource, string> {
  return new Map([
    [albSecurityGroup(), 'ALB'],
    ...[2, 3].map(pathTo).flatMap(({ endpointSecurityGroup, nlbSecurityGroup, webSecurityGroup }, index): [Resource, string][] => [
      [endpointSecurityGroup, 'endpoints'], [nlbSecurityGroup, `NLB ${index + 2}`], [webSecurityGroup, `web servers ${index + 2}`],
    ]),
  ]);
}

/** Every rule of every security group as a sentence. */
function ruleSentences(): string[] {
  const names = groupNames();
  const nameOf = (peer: Resource | string) => typeof peer === 'string' ? peer : names.get(peer) ?? peer.id;
  return template.securityRules().map(({ direction, group, protocol, ports, peer }) =>
    `${nameOf(group)}: ${direction} ${protocol} ${ports} ${direction === 'in' ? 'from' : 'to'} ${nameOf(peer)}`);
}

describe('the three VPCs', () => {
  test('there are three, with the address ranges of the article', () => {
    expect(template.all('AWS::EC2::VPC').map(({ props }) => props.CidrBlock).sort()).toEqual(['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16']);
  });

  test.each([1, 2, 3])('VPC %i has a public and a private subnet in each of the zones 1a and 1c', number => {
    const zones = (wanted: boolean) => template.subnetsOf(vpc(number)).filter(({ isPublic }) => isPublic === wanted).map(({ zone }) => zone).sort();
    expect({ public: zones(true), private: zones(false) }).toEqual({ public: ZONES, private: ZONES });
  });

  test.each([1, 2, 3])('the subnets of VPC %i lie in its range and do not overlap', number => {
    const blocks = template.subnetsOf(vpc(number)).map(({ cidrBlock }) => cidrBlock);
    expect(blocks.filter(block => !cidrContains(`10.${number}.0.0/16`, block))).toEqual([]);
    const overlapping = blocks.filter((block, index) => blocks.some((other, position) => position !== index && cidrContains(other, block)));
    expect(overlapping).toEqual([]);
  });

  test.each([1, 2, 3])('the internet gateway that the public subnets of VPC %i lead to is attached to it', number => {
    for (const subnet of publicSubnets(number)) {
      const route = onlyOf(template.routesOf(subnet));
      expect(route.props.DestinationCidrBlock).toBe('0.0.0.0/0');
      const attachment = template.only('AWS::EC2::VPCGatewayAttachment', ({ InternetGatewayId }) =>
        template.at(InternetGatewayId) === template.at(route.props.GatewayId));
      expect(template.at(attachment.props.VpcId)).toBe(vpc(number));
    }
  });

  test('zones are written out, so that no look-up in an account is needed', () => {
    expect(assembly.manifest.missing).toBeUndefined();
  });
});

describe('the load balancer in VPC 1', () => {
  test('is an Application Load Balancer on the internet', () => {
    expect(alb().props).toMatchObject({ Type: 'application', Scheme: 'internet-facing' });
  });

  test('stands in the public subnets of VPC 1', () => {
    expect(ids(at(alb().props.Subnets)).sort()).toEqual(ids(publicSubnets(1)).sort());
  });

  test('is made after the routes to the internet gateway, which AWS asks for', () => {
    expect(alb().dependsOn).toEqual(expect.arrayContaining(publicSubnets(1).flatMap(subnet => ids(template.routesOf(subnet)))));
  });

  test('listens for HTTP on port 80', () => {
    expect(albListener().props).toMatchObject({ Port: 80, Protocol: 'HTTP' });
  });

  test('answers what no path takes itself, with 200 and the plain text "Default route"', () => {
    expect(albListener().props.DefaultActions).toEqual([
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: 'Default route' } },
    ]);
  });

  test('has one security group, in VPC 1', () => {
    expect(template.at(albSecurityGroup().props.VpcId)).toBe(vpc(1));
  });

  test('admits TCP port 80 from the one given address and nothing else', () => {
    expect(ruleSentences().filter(rule => rule.startsWith('ALB: in'))).toEqual([`ALB: in tcp 80 from ${CLIENT}`]);
  });

  test('sees the requests of all paths, so that its log can be the one log', () => {
    expect(template.all(`${ELB}::LoadBalancer`, ({ Type }) => Type === 'application')).toHaveLength(1);
    expect(template.all(`${ELB}::ListenerRule`).map(({ props }) => template.at(props.ListenerArn))).toEqual([albListener(), albListener()]);
  });
});

describe('routing path by path', () => {
  test.each([[2, 100], [3, 200]])('the rule of VPC %i takes its path with priority %i and forwards it', (number, priority) => {
    const { rule } = pathTo(number);
    expect(template.at(rule.props.ListenerArn)).toBe(albListener());
    expect(rule.props.Priority).toBe(priority);
    expect(pathsOf(rule.props)).toContain(`/vpc${number}/*`);
    expect(rule.props.Actions).toEqual([{ Type: 'forward', TargetGroupArn: expect.anything() }]);
  });

  test.each([2, 3])('a request for /vpc%i/ is answered by one of the two servers of that VPC', number => {
    expect(answersTo(`/vpc${number}/`)).toEqual([`<h1>VPC${number} Path - Instance 1</h1>`, `<h1>VPC${number} Path - Instance 2</h1>`]);
  });

  test.each(['/', '/vpc4/', '/vpc', '/vpc20/', '/VPC2/', '/x/vpc2/'])('a request for %s gets the default route', path => {
    expect(answersTo(path)).toEqual(['Default route']);
  });

  test.each([2, 3])('deviates: /vpc%i without the slash at its end is routed too, and nothing beyond', number => {
    expect(pathTo(number).rule.props.Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: [`/vpc${number}`, `/vpc${number}/*`] } },
    ]);
  });

  test.each([2, 3])('the path reaches the servers of VPC %i unchanged: their pages are under it', number => {
    const { rule, instances } = pathTo(number);
    expect(rule.props.Transforms).toBeUndefined();
    for (const instance of instances) { expect(Object.keys(pagesOf(instance))).toEqual(['/', `/vpc${number}/`]); }
  });
});

describe.each([2, 3])('the target group of the load balancer for VPC %i', number => {
  test('takes addresses of VPC 1, with HTTP on port 80', () => {
    const { targetGroup } = pathTo(number);
    expect(targetGroup.props).toMatchObject({ TargetType: 'ip', Protocol: 'HTTP', Port: 80 });
    expect(template.at(targetGroup.props.VpcId)).toBe(vpc(1));
  });

  test('asks for / on the traffic port every 30 s, at most 5 s long, and wants 200; three answers decide', () => {
    expect(healthCheckOf(pathTo(number).targetGroup)).toEqual({
      enabled: true,
      protocol: 'HTTP',
      port: 'traffic-port',
      path: '/',
      matcher: '200',
      interval: 30,
      timeout: 5,
      healthyThreshold: 3,
      unhealthyThreshold: 3,
    });
  });

  test('deviates: drains a target for 30 s, not for the default of 300 s', () => {
    expect(attributes(pathTo(number).targetGroup.props.TargetGroupAttributes)).toMatchObject({ 'deregistration_delay.timeout_seconds': '30' });
  });

  test('has no targets in the template: the addresses are known during the deployment only', () => {
    expect(pathTo(number).targetGroup.props.Targets).toBeUndefined();
  });

  test('gets the addresses of the endpoint in the same deployment, with port 80', () => {
    const { registration, endpoint, targetGroup } = pathTo(number);
    expect(registration.props).toMatchObject({
      EndpointId: { Ref: endpoint.id },
      NetworkInterfaceIds: { 'Fn::GetAtt': [endpoint.id, 'NetworkInterfaceIds'] },
      TargetGroupArn: { Ref: targetGroup.id },
      Port: 80,
    });
    expect(assembly.stacks).toHaveLength(1);
  });

  test('gets no addresses but those of its endpoint', () => {
    const { registration, targetGroup } = pathTo(number);
    expect(template.all(REGISTRATION, ({ TargetGroupArn }) => template.at(TargetGroupArn) === targetGroup)).toEqual([registration]);
  });

  test('has its rule after its targets', () => {
    const { rule, registration } = pathTo(number);
    expect(rule.dependsOn).toContain(registration.id);
  });

  test('registers in zones where the load balancer is, so that no target stays unused', () => {
    const zonesOf = (subnets: unknown[]) => at(subnets).map(({ props }) => props.AvailabilityZone).sort();
    expect(zonesOf(pathTo(number).endpoint.props.SubnetIds)).toEqual(zonesOf(alb().props.Subnets));
  });
});

describe.each([2, 3])('the registration for VPC %i, carried out against a stand-in for EC2 and Elastic Load Balancing', number => {
  let aws: FakeAws;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    aws = await FakeAws.start();
    environment = process.env;
    process.env = { ...environment, ...aws.environment };
    jest.spyOn(console, 'log').mockReturnValue();
  });

  afterAll(async () => {
    process.env = environment;
    jest.restoreAllMocks();
    await aws.stop();
  });

  test('makes exactly the addresses of the endpoint targets on port 80, healthy once the rule is there, and leaves none behind', async () => {
    const { registration, endpoint } = pathTo(number);
    const network = aws.network.createVpc([]);
    const subnets = at(endpoint.props.SubnetIds).map(({ id, props }) =>
      ({ id, subnet: aws.network.createSubnet(network, props.CidrBlock, props.AvailabilityZone) }));
    const made = aws.network.createEndpoint({ subnets: subnets.map(({ subnet }) => subnet) });
    const group = aws.targetGroups.create({ vpc: network, inUse: false });
    group.enabledZones = at(alb().props.Subnets).map(({ props }) => props.AvailabilityZone);

    const values = new Map<string, unknown>([
      [template.text(registration.props.EndpointId), made.vpcEndpointId],
      [template.text(registration.props.NetworkInterfaceIds), aws.network.networkInterfaceIds(made)],
      [template.text(registration.props.TargetGroupArn), group.targetGroupArn],
      [template.text(registration.props.TargetGroupVpcId), network.vpcId],
      ...subnets.map(({ id, subnet }): [string, string] => [`\${${id}}`, subnet.subnetId]),
    ]);
    const resolved = (value: unknown): unknown => Array.isArray(value) ? value.map(resolved) : values.get(template.text(value)) ?? value;
    const { ServiceToken: _token, ServiceTimeout: _timeout, ...props } = registration.props;
    const handler = aws.process.load(BUNDLE, require);
    const resource = new CustomResource({ handler, resourceType: registration.type, logicalResourceId: registration.id });

    await resource.create(Object.fromEntries(Object.entries(props).map(([name, value]) => [name, resolved(value)])));
    expect(aws.targetGroups.registeredIds(group)).toEqual(aws.network.privateIpAddresses(made));
    expect(aws.targetGroups.registeredIds(group)).toHaveLength(2);

    group.inUse = true;
    expect(group.targets.map(target => [target.port, aws.targetGroups.healthOf(group, target).state])).toEqual([[80, 'healthy'], [80, 'healthy']]);

    group.inUse = false;
    await resource.delete();
    expect(aws.targetGroups.registeredIds(group)).toEqual([]);
  });
});

describe.each([2, 3])('PrivateLink from VPC 1 to VPC %i', number => {
  test('the endpoint service publishes the Network Load Balancer of that VPC', () => {
    const { service, nlb } = pathTo(number);
    expect(service.props.NetworkLoadBalancerArns).toEqual([{ Ref: nlb.id }]);
    expect(new Set(at(nlb.props.Subnets).map(({ props }) => template.at(props.VpcId)))).toEqual(new Set([vpc(number)]));
  });

  test('the endpoint service accepts endpoints without being asked', () => {
    expect(pathTo(number).service.props.AcceptanceRequired).toBe(false);
  });

  test('the endpoint service lets in its own account only', () => {
    expect(template.all('AWS::EC2::VPCEndpointServicePermissions')).toEqual([]);
  });

  test('the endpoint service answers from the moment it is there: its listener comes before it', () => {
    const { service, listener } = pathTo(number);
    expect(service.dependsOn).toContain(listener.id);
  });

  test('the endpoint is an interface endpoint in both private subnets of VPC 1', () => {
    const { endpoint } = pathTo(number);
    expect(endpoint.props.VpcEndpointType).toBe('Interface');
    expect(template.at(endpoint.props.VpcId)).toBe(vpc(1));
    expect(ids(at(endpoint.props.SubnetIds)).sort()).toEqual(ids(privateSubnets(1)).sort());
  });

  test('the endpoint names the service of that VPC in its own Region', () => {
    const { endpoint, service } = pathTo(number);
    expect(template.text(endpoint.props.ServiceName)).toBe(`com.amazonaws.vpce.ap-northeast-1.\${${service.id}}`);
  });

  test('the endpoint has no private DNS', () => {
    expect(pathTo(number).endpoint.props.PrivateDnsEnabled).toBe(false);
  });

  test('the endpoint is in zones where the Network Load Balancer is', () => {
    const { endpoint, nlb } = pathTo(number);
    const zonesOf = (subnets: unknown[]) => at(subnets).map(({ props }) => props.AvailabilityZone).sort();
    expect(zonesOf(endpoint.props.SubnetIds)).toEqual(zonesOf(nlb.props.Subnets));
  });

  test('the security group of the endpoint is in VPC 1, and both endpoints share it', () => {
    expect(template.at(pathTo(number).endpointSecurityGroup.props.VpcId)).toBe(vpc(1));
    expect(pathTo(2).endpointSecurityGroup).toBe(pathTo(3).endpointSecurityGroup);
  });

  test('deviates: the endpoint admits TCP port 80 from the load balancer only, not every protocol', () => {
    expect(ruleSentences().filter(rule => rule.startsWith('endpoints: in'))).toEqual(['endpoints: in tcp 80 from ALB']);
  });
});

describe.each([2, 3])('the Network Load Balancer in VPC %i', number => {
  test('is internal, in both private subnets', () => {
    const { nlb } = pathTo(number);
    expect(nlb.props).toMatchObject({ Type: 'network', Scheme: 'internal' });
    expect(ids(at(nlb.props.Subnets)).sort()).toEqual(ids(privateSubnets(number)).sort());
  });

  test('balances across zones', () => {
    expect(attributes(pathTo(number).nlb.props.LoadBalancerAttributes)).toMatchObject({ 'load_balancing.cross_zone.enabled': 'true' });
  });

  test('listens on TCP port 80 and forwards to the web servers', () => {
    const { listener, webTargetGroup } = pathTo(number);
    expect(listener.props).toMatchObject({ Port: 80, Protocol: 'TCP' });
    expect(listener.props.DefaultActions).toEqual([{ Type: 'forward', TargetGroupArn: { Ref: webTargetGroup.id } }]);
  });

  test('has a target group of instances in its own VPC, with TCP on port 80', () => {
    const { webTargetGroup } = pathTo(number);
    expect(webTargetGroup.props).toMatchObject({ TargetType: 'instance', Protocol: 'TCP', Port: 80 });
    expect(template.at(webTargetGroup.props.VpcId)).toBe(vpc(number));
  });

  test('tries to connect to each instance on port 80 every 30 s; three attempts decide', () => {
    const { webTargetGroup } = pathTo(number);
    expect(healthCheckOf(webTargetGroup)).toMatchObject({ enabled: true, protocol: 'TCP', interval: 30, healthyThreshold: 3, unhealthyThreshold: 3 });
    const { port } = healthCheckOf(webTargetGroup);
    // the article writes 80, which is the traffic port of every target
    const ports = webTargetGroup.props.Targets.map((target: Properties) => port === 'traffic-port' ? target.Port : Number(port));
    expect(ports).toEqual([80, 80]);
  });

  test('has both web servers as its targets, on port 80', () => {
    const { webTargetGroup, instances } = pathTo(number);
    expect(webTargetGroup.props.Targets).toEqual(instances.map(({ id }) => ({ Id: { Ref: id }, Port: 80 })));
    expect(instances.map(nameTag)).toEqual([`web-vpc${number}-1`, `web-vpc${number}-2`]);
  });

  test('deviates: has a security group, which the article takes for impossible and which was, until August 2023', () => {
    expect(template.at(pathTo(number).nlbSecurityGroup.props.VpcId)).toBe(vpc(number));
    expect(pathTo(2).nlbSecurityGroup).not.toBe(pathTo(3).nlbSecurityGroup);
  });

  test('deviates: does not enforce inbound rules on PrivateLink traffic, and says so, because AWS enforces them otherwise', () => {
    expect(pathTo(number).nlb.props.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic).toBe('off');
    expect(ruleSentences().filter(rule => rule.startsWith(`NLB ${number}: in`))).toEqual([]);
  });
});

describe.each([2, 3])('the web servers in VPC %i', number => {
  test('are two t3.micro', () => {
    expect(pathTo(number).instances.map(({ props }) => props.InstanceType)).toEqual(['t3.micro', 't3.micro']);
  });

  test('are spread over both private subnets of their VPC', () => {
    expect(ids(pathTo(number).instances.map(({ props }) => template.at(props.SubnetId)))).toEqual(ids(privateSubnets(number)));
  });

  test('run the newest Amazon Linux 2023 for x86_64, not the minimal one, that AWS names in a public parameter', () => {
    for (const { props } of pathTo(number).instances) {
      const parameter = template.parameters[props.ImageId.Ref];
      expect(parameter.Type).toBe('AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>');
      expect(parameter.Default).toMatch(/^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-kernel-[^/]*-x86_64$/);
    }
  });

  test('install Apache and start it, now and after every restart', () => {
    for (const instance of pathTo(number).instances) {
      const commands = commandsOf(instance);
      expect(commands[0]).toBe('#!/bin/bash');
      expect(commands).toEqual(expect.arrayContaining(['dnf update -y', 'dnf install -y httpd', 'systemctl enable --now httpd']));
      expect(commands.indexOf('dnf install -y httpd')).toBeLessThan(commands.indexOf('systemctl enable --now httpd'));
    }
  });

  test('say on their pages which server of which VPC answered', () => {
    expect(pathTo(number).instances.map(pagesOf)).toEqual([1, 2].map(instance => ({
      '/': `<h1>This is a web server in VPC${number} - Instance ${instance}</h1>`,
      [`/vpc${number}/`]: `<h1>VPC${number} Path - Instance ${instance}</h1>`,
    })));
  });

  test('make the folder of a page before the page', () => {
    for (const instance of pathTo(number).instances) {
      const commands = commandsOf(instance);
      const page = commands.findIndex(command => command.endsWith(`> /var/www/html/vpc${number}/index.html`));
      expect(commands.slice(0, page)).toContain(`mkdir -p /var/www/html/vpc${number}`);
    }
  });

  test('deviates: Apache starts when its pages are there, so that no health check and no client meets an empty server', () => {
    for (const instance of pathTo(number).instances) { expect(commandsOf(instance).at(-1)).toBe('systemctl enable --now httpd'); }
  });

  test('deviates: Apache keeps connections longer than the load balancer, so that none is closed under a request', () => {
    const idleTimeout = Number(attributes(alb().props.LoadBalancerAttributes)['idle_timeout.timeout_seconds'] ?? 60);
    for (const instance of pathTo(number).instances) {
      const setting = commandsOf(instance).map(command => /^echo "KeepAliveTimeout (\d+)" > \/etc\/httpd\/conf\.d\/.*\.conf$/.exec(command)?.[1]);
      expect(Number(setting.find(value => value !== undefined))).toBeGreaterThan(idleTimeout);
    }
  });

  test('deviates: their metadata is read with tokens only (IMDSv2)', () => {
    for (const { props } of pathTo(number).instances) {
      const { LaunchTemplateName, LaunchTemplateId } = props.LaunchTemplate ?? {};
      const launchTemplate = template.resources.find(({ id, props: { LaunchTemplateName: name } }) =>
        id === LaunchTemplateId?.Ref || (name !== undefined && name === LaunchTemplateName));
      expect((props.MetadataOptions ?? launchTemplate?.props.LaunchTemplateData.MetadataOptions).HttpTokens).toBe('required');
    }
  });

  test('have one security group in their VPC', () => {
    expect(template.at(pathTo(number).webSecurityGroup.props.VpcId)).toBe(vpc(number));
  });

  test('deviates: admit TCP port 80 from the group of their Network Load Balancer, not from their whole VPC', () => {
    const admitting = ruleSentences().filter(rule => rule.startsWith(`web servers ${number}: in`));
    expect(admitting).toEqual([`web servers ${number}: in tcp 80 from NLB ${number}`]);
  });

  test('are reached from within their VPC only: what their group admits stands there, and VPC 1 is not admitted', () => {
    const { webSecurityGroup } = pathTo(number);
    const admitted = template.securityRules().filter(({ direction, group }) => direction === 'in' && group === webSecurityGroup);
    const places = admitted.map(({ peer }) => typeof peer === 'string' ? peer : template.at(peer.props.VpcId));
    expect(places).toEqual([vpc(number)]);
  });

  test('have no public address', () => {
    for (const { props } of pathTo(number).instances) {
      expect(props.NetworkInterfaces).toBeUndefined();
      expect(template.at(props.SubnetId).props.MapPublicIpOnLaunch).toBe(false);
    }
    expect(template.all('AWS::EC2::EIP')).toEqual([]);
  });

  test('deviates: reach the package repositories through a gateway endpoint for S3, without a NAT gateway', () => {
    const gateway = gatewayEndpoint(number);
    expect(template.text(gateway.props.ServiceName)).toBe('com.amazonaws.${AWS::Region}.s3');
    const tables = ids(at(gateway.props.RouteTableIds));
    for (const { props } of pathTo(number).instances) { expect(tables).toContain(template.routeTableOf(template.at(props.SubnetId)).id); }
  });

  // their user data runs once: packages that cannot be had at the first boot are never installed
  test('boot after their way to the package repositories is there', () => {
    const gateway = gatewayEndpoint(number);
    for (const { dependsOn } of pathTo(number).instances) { expect(dependsOn).toContain(gateway.id); }
  });
});

describe('health on both levels', () => {
  const open = (from: string, to: string) => [`${from}: out tcp 80 to ${to}`, `${to}: in tcp 80 from ${from}`];

  test.each([2, 3])('requests and checks of the load balancer reach the endpoint to VPC %i on port 80', number => {
    const { registration, targetGroup } = pathTo(number);
    expect(registration.props.Port).toBe(80);
    expect(healthCheckOf(targetGroup).port).toBe('traffic-port');
    expect(ruleSentences()).toEqual(expect.arrayContaining(open('ALB', 'endpoints')));
  });

  test.each([2, 3])('connections and checks of the Network Load Balancer reach the servers of VPC %i on port 80', number => {
    expect(ruleSentences()).toEqual(expect.arrayContaining(open(`NLB ${number}`, `web servers ${number}`)));
  });

  test.each([2, 3])('every server of VPC %i has the page that the load balancer checks through all of it', number => {
    const { targetGroup, instances } = pathTo(number);
    for (const instance of instances) { expect(pagesOf(instance)).toHaveProperty([healthCheckOf(targetGroup).path]); }
  });
});

describe('security groups', () => {
  const stopper = 'out icmp 252-87 to 255.255.255.255/32';
  const expected: [rule: string, reason: string][] = [
    [`ALB: in tcp 80 from ${CLIENT}`, 'the one address that may reach the load balancer'],
    ['ALB: out tcp 80 to endpoints', 'requests and health checks'],
    [`ALB: ${stopper}`, 'matches nothing; without an outbound rule of its own EC2 would let everything out'],
    ['endpoints: in tcp 80 from ALB', 'requests and health checks'],
    [`endpoints: ${stopper}`, 'an endpoint opens no connections'],
    ['NLB 2: out tcp 80 to web servers 2', 'connections and health checks'],
    [`NLB 2: ${stopper}`, 'as for the load balancer in VPC 1'],
    ['NLB 3: out tcp 80 to web servers 3', 'connections and health checks'],
    [`NLB 3: ${stopper}`, 'as for the load balancer in VPC 1'],
    ['web servers 2: in tcp 80 from NLB 2', 'behind PrivateLink the client of a server is the Network Load Balancer'],
    ['web servers 2: out all all to 0.0.0.0/0', 'packages; the routes lead to S3 and nowhere else'],
    ['web servers 3: in tcp 80 from NLB 3', 'behind PrivateLink the client of a server is the Network Load Balancer'],
    ['web servers 3: out all all to 0.0.0.0/0', 'packages; the routes lead to S3 and nowhere else'],
  ];

  test('have these rules and no others', () => {
    expect(ruleSentences().sort()).toEqual(expected.map(([rule]) => rule).sort());
  });

  test('are these six and no others', () => {
    expect(new Set(groupNames().keys())).toEqual(new Set(template.all('AWS::EC2::SecurityGroup')));
    expect(groupNames().size).toBe(6);
  });

  test.each(['ALB', 'endpoints', 'NLB 2', 'NLB 3'])('deviates: %s lets out only what is needed, not everything to everywhere', group => {
    expect(ruleSentences().filter(rule => rule.startsWith(`${group}: out`) && rule.includes('/0'))).toEqual([]);
  });

  test('deviates: the descriptions say which part a group belongs to, in the words of the constructs', () => {
    expect([...groupNames().keys()].map(({ props }) => props.GroupDescription).sort()).toEqual([
      'Application Load Balancer of MultiVpc/Hub',
      'Interface endpoints of MultiVpc/Hub',
      'Network Load Balancer of MultiVpc/Service2',
      'Network Load Balancer of MultiVpc/Service3',
      'Web servers in VPC2',
      'Web servers in VPC3',
    ]);
  });
});

describe('Name tags', () => {
  const expected: [name: string, what: string, resource: () => Resource | Resource[]][] = [
    ['vpc-1-alb', 'VPC 1', () => vpc(1)],
    ['vpc-2-nlb', 'VPC 2', () => vpc(2)],
    ['vpc-3-nlb', 'VPC 3', () => vpc(3)],
    ['main-alb', 'the load balancer', alb],
    ['alb-sg', 'its security group', albSecurityGroup],
    ['vpc-endpoint-sg', 'the security group of the endpoints', () => [2, 3].map(number => pathTo(number).endpointSecurityGroup)],
    ...[2, 3].flatMap((number): [string, string, () => Resource | Resource[]][] => [
      [`vpc${number}-target-group`, `the load balancer's target group for VPC ${number}`, () => pathTo(number).targetGroup],
      [`nlb-endpoint-to-vpc${number}`, `the endpoint to VPC ${number}`, () => pathTo(number).endpoint],
      [`nlb-endpoint-service-vpc${number}`, `the endpoint service of VPC ${number}`, () => pathTo(number).service],
      [`nlb-vpc-${number}`, `the Network Load Balancer of VPC ${number}`, () => pathTo(number).nlb],
      [`web-tg-vpc-${number}`, `the target group of the web servers of VPC ${number}`, () => pathTo(number).webTargetGroup],
      [`web-sg-vpc${number}`, `the security group of the web servers of VPC ${number}`, () => pathTo(number).webSecurityGroup],
      [`web-vpc${number}-1`, `the first web server of VPC ${number}`, () => pathTo(number).instances[0]],
      [`web-vpc${number}-2`, `the second web server of VPC ${number}`, () => pathTo(number).instances[1]],
    ]),
  ];

  test.each(expected)('%s is the name of %s', (name, _what, resource) => {
    for (const tagged of [resource()].flat()) { expect(nameTag(tagged)).toBe(name); }
  });
});

describe('outputs', () => {
  const dnsName = ({ id }: Resource) => `\${${id}.DNSName}`;
  const expected: [name: string, description: string, value: () => string][] = [
    ['AlbDnsName', 'The DNS name of the ALB', () => dnsName(alb())],
    ['Vpc1Id', 'VPC1 ID', () => `\${${vpc(1).id}}`],
    ['Vpc2Id', 'VPC2 ID', () => `\${${vpc(2).id}}`],
    ['Vpc3Id', 'VPC3 ID', () => `\${${vpc(3).id}}`],
    ['Nlb1DnsName', 'The DNS name of the NLB in VPC2', () => dnsName(pathTo(2).nlb)],
    ['Nlb2DnsName', 'The DNS name of the NLB in VPC3', () => dnsName(pathTo(3).nlb)],
    ['VpcEndpointService1Name', 'VPC Endpoint Service Name for VPC2', () => template.text(pathTo(2).endpoint.props.ServiceName)],
    ['VpcEndpointService2Name', 'VPC Endpoint Service Name for VPC3', () => template.text(pathTo(3).endpoint.props.ServiceName)],
  ];

  test.each(expected)('%s is described as "%s" and has that value', (name, description, value) => {
    expect(template.outputs[name]).toEqual({ Description: description, Value: expect.anything() });
    expect(template.text(template.outputs[name].Value)).toBe(value());
  });

  test('are these eight and no others', () => {
    expect(Object.keys(template.outputs).sort()).toEqual(expected.map(([name]) => name).sort());
  });
});

describe('what is not there', () => {
  test('no load balancer, listener, rule, target group, endpoint, service or registration beyond those of the two paths', () => {
    const paths = [2, 3].map(pathTo);
    const sorted = (...resources: Resource[]) => ids(resources).sort();
    expect(sorted(...template.all(`${ELB}::LoadBalancer`))).toEqual(sorted(alb(), ...paths.map(({ nlb }) => nlb)));
    expect(sorted(...template.all(`${ELB}::Listener`))).toEqual(sorted(albListener(), ...paths.map(({ listener }) => listener)));
    expect(sorted(...template.all(`${ELB}::ListenerRule`))).toEqual(sorted(...paths.map(({ rule }) => rule)));
    expect(sorted(...template.all(`${ELB}::TargetGroup`)))
      .toEqual(sorted(...paths.flatMap(({ targetGroup, webTargetGroup }) => [targetGroup, webTargetGroup])));
    expect(sorted(...template.all('AWS::EC2::VPCEndpoint', ({ VpcEndpointType }) => VpcEndpointType !== 'Gateway')))
      .toEqual(sorted(...paths.map(({ endpoint }) => endpoint)));
    expect(sorted(...template.all('AWS::EC2::VPCEndpointService'))).toEqual(sorted(...paths.map(({ service }) => service)));
    expect(sorted(...template.all(REGISTRATION))).toEqual(sorted(...paths.map(({ registration }) => registration)));
    expect(sorted(...template.all('AWS::EC2::Instance'))).toEqual(sorted(...paths.flatMap(({ instances }) => instances)));
  });

  test('no way between the VPCs but PrivateLink, and none to the internet but the internet gateways: no peering, transit gateway or NAT', () => {
    const network = new Set(template.resources.map(({ type }) => type).filter(type => type.startsWith('AWS::EC2::')));
    network.delete('AWS::EC2::LaunchTemplate');
    expect([...network].sort()).toEqual([
      'AWS::EC2::Instance', 'AWS::EC2::InternetGateway', 'AWS::EC2::Route', 'AWS::EC2::RouteTable', 'AWS::EC2::SecurityGroup',
      'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::Subnet', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPC',
      'AWS::EC2::VPCEndpoint', 'AWS::EC2::VPCEndpointService', 'AWS::EC2::VPCGatewayAttachment',
    ]);
    const targets = template.all('AWS::EC2::Route').map(({ props: { RouteTableId: _table, DestinationCidrBlock: _block, ...target } }) => target);
    expect(targets.map(target => [Object.keys(target), template.at(Object.values(target)[0]).type]))
      .toEqual(Array(6).fill([['GatewayId'], 'AWS::EC2::InternetGateway']));
  });

  test.each([1, 2, 3])('no route at all in the private subnets of VPC %i, but for what the gateway endpoint adds', number => {
    expect(privateSubnets(number).flatMap(subnet => template.routesOf(subnet))).toEqual([]);
  });

  test('no 0.0.0.0/0 and no ::/0 but in routes to internet gateways and in what the web servers may call', () => {
    const everywhere = strings(template.json.Resources).filter(({ text }) => text === '0.0.0.0/0' || text === '::/0').map(({ path }) => path);
    const allowed = [
      ...[1, 2, 3].flatMap(publicSubnets).flatMap(subnet => template.routesOf(subnet)).map(({ id }) => [id, 'Properties', 'DestinationCidrBlock']),
      ...[2, 3].map(number => [pathTo(number).webSecurityGroup.id, 'Properties', 'SecurityGroupEgress', '0', 'CidrIp']),
    ];
    expect(everywhere.map(path => path.join('.')).sort()).toEqual(allowed.map(path => path.join('.')).sort());
  });

  test('no parameter that has to be filled in', () => {
    expect(Object.entries(template.parameters).filter(([, { Default }]) => Default === undefined)).toEqual([]);
  });

  const physicalNames = () => template.resources.flatMap(({ id, props }) =>
    ['Name', 'GroupName', 'RoleName', 'FunctionName', 'LogGroupName', 'InstanceProfileName', 'LaunchTemplateName']
      .filter(name => props[name] !== undefined).map(name => `${id}.${name}`));

  test('deviates: no physical name, which would keep a resource from being replaced and the stack from being made twice', () => {
    expect(physicalNames()).toEqual([]);
  });
});

test('deviates: the load balancer drops header fields with invalid names', () => {
  expect(attributes(alb().props.LoadBalancerAttributes)).toMatchObject({ 'routing.http.drop_invalid_header_fields.enabled': 'true' });
});

/** With another DNS name, service name or address than before. */
describe('pins the logical ids, because under a changed one CloudFormation replaces what users have deployed', () => {
  test('of what both paths share', () => {
    expect(ids([alb(), albSecurityGroup(), albListener(), pathTo(2).endpointSecurityGroup])).toEqual([
      'HubLoadBalancerB1A057FF', 'HubSecurityGroup4AF83037', 'HubListener190017F1', 'HubEndpointSecurityGroupD8B9D730',
    ]);
  });

  const pinned = {
    2: {
      rule: 'HubRule100052CBF5B',
      targetGroup: 'HubService2A7671785TargetGroup06A4ACBA',
      registration: 'HubService2A7671785RegistrationC15A1597',
      endpoint: 'HubService2A7671785Endpoint9E731C34',
      service: 'Service2EndpointService7CFD2AF3',
      nlbSecurityGroup: 'Service2SecurityGroup0BEEFA6E',
      nlb: 'Service2LoadBalancer8FEB0D93',
      listener: 'Service2Listener8056F932BE',
      webTargetGroup: 'Service2TargetGroup57B67FD4',
      webSecurityGroup: 'WebSecurityGroup2A3B5DA46',
    },
    3: {
      rule: 'HubRule200CE049215',
      targetGroup: 'HubService3EC56B030TargetGroup4214481E',
      registration: 'HubService3EC56B030Registration9991D5BA',
      endpoint: 'HubService3EC56B030Endpoint43E8EF46',
      service: 'Service3EndpointService4E586BCC',
      nlbSecurityGroup: 'Service3SecurityGroup6FC866C4',
      nlb: 'Service3LoadBalancer82DE8FD1',
      listener: 'Service3Listener802BF85236',
      webTargetGroup: 'Service3TargetGroup573B5628',
      webSecurityGroup: 'WebSecurityGroup39D5D5752',
    },
  };

  test.each([2, 3] as const)('of the path to VPC %i', number => {
    const { instances: _instances, endpointSecurityGroup: _shared, ...path } = pathTo(number);
    expect(Object.fromEntries(Object.entries(path).map(([name, { id }]) => [name, id]))).toEqual(pinned[number]);
  });
});

describe('the app', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'multi-vpc-'));
    environment = process.env;
  });

  afterEach(() => {
    process.env = environment;
    rmSync(folder, { recursive: true });
  });

  /** Runs it as the CDK's command does. */
  function run(context: { [key: string]: unknown }): void {
    process.env = { ...environment, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_DEFAULT_ACCOUNT: ACCOUNT };
    jest.isolateModules(() => { jest.requireActual('../../examples/typescript/multi-vpc/app'); });
  }

  test('asks for the address that may reach the load balancer, and says how to give it', () => {
    const { clientCidr: _given, ...context } = CONTEXT;
    expect(() => run(context)).toThrow(/^Say who may reach the load balancer: .*-c clientCidr=203\.0\.113\.7\/32/);
  });

  test('builds for the given address the stack that is tested here', () => {
    run({ ...CONTEXT, clientCidr: CLIENT });
    expect(JSON.parse(readFileSync(join(folder, 'MultiVpc.template.json'), 'utf8'))).toEqual(template.json);
  });

  test('has no address of anybody written down: the one in cdk.json, if any, is reserved for documentation', () => {
    expect(cidrContains('203.0.113.0/24', `${CONTEXT.clientCidr ?? '203.0.113.7/32'}`)).toBe(true);
  });
});
