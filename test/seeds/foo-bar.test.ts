import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import {
  attributes, cidrContains, filesOf, healthCheckOf, ids, nameTag, Properties, Resource, scriptOf, SecurityRule, strings, TemplateModel,
} from './template-model';
import { FooBarStack } from '../../examples/typescript/foo-bar/foo-bar-stack';

const ELB = 'AWS::ElasticLoadBalancingV2';
/** That of the load balancer's name in the article. */
const REGION = 'ap-northeast-1';
const ACCOUNT = '123456789012';
const ZONES = ['ap-northeast-1a', 'ap-northeast-1c'];
const EVERYWHERE = '0.0.0.0/0';

/** The page that the article's client gets, with the spelling of the article. */
const page = (server: string) => `<html>
  <head>
    <title>Welcom to ${server}</title>
  </head>
  <body>
    Hello World
  </body>
</html>
`;

/** The context that the CDK's command takes from the example's folder. */
const CONTEXT: { [key: string]: unknown } = JSON.parse(readFileSync(join(__dirname, '../../examples/typescript/foo-bar/cdk.json'), 'utf8')).context;

const app = new App({ context: CONTEXT });
new FooBarStack(app, 'FooBar', { env: { account: ACCOUNT, region: REGION } });
const assembly = app.synth();
const artifact = assembly.getStackByName('FooBar');
const template = new TemplateModel(artifact.template);

type VpcName = 'foo' | 'bar';
const VPCS: VpcName[] = ['foo', 'bar'];

const at = (references: unknown[]) => references.map(reference => template.at(reference));
const isFoo = ({ CidrBlock }: Properties) => CidrBlock === '10.2.0.0/16';
const vpc = (name: VpcName) => template.only('AWS::EC2::VPC', props => isFoo(props) === (name === 'foo'));
const subnetsOf = (name: VpcName, wanted: 'public' | 'private') =>
  template.subnetsOf(vpc(name)).filter(({ isPublic }) => isPublic === (wanted === 'public')).map(({ resource }) => resource);
const publicSubnets = (name: VpcName) => subnetsOf(name, 'public');
const privateSubnets = (name: VpcName) => subnetsOf(name, 'private');
const tablesOf = (subnets: Resource[]) => subnets.map(subnet => template.routeTableOf(subnet));

/** What a request meets one after the other, found by following the references from the listener on. */
const alb = () => template.only(`${ELB}::LoadBalancer`);
const albSecurityGroup = () => onlyOf(at(alb().props.SecurityGroups));
const listener = () => template.only(`${ELB}::Listener`, ({ LoadBalancerArn }) => template.at(LoadBalancerArn) === alb());
const targetGroup = () => template.at(onlyOf<Properties>(listener().props.DefaultActions).TargetGroupArn);
const servers = () => at(targetGroup().props.Targets.map(({ Id }: Properties) => Id));

/** The other instances, by the place they have. */
const instanceIn = (subnets: Resource[]) => template.only('AWS::EC2::Instance', ({ SubnetId }) => subnets.includes(template.at(SubnetId)));
const client = () => instanceIn(privateSubnets('bar'));
const bastion = (name: VpcName) => instanceIn(publicSubnets(name));
const groupOf = (instance: Resource) => template.at(onlyOf(instance.props.SecurityGroupIds));

const connection = () => template.only('AWS::EC2::VPCPeeringConnection');
const routesFrom = (name: VpcName) => privateSubnets(name).flatMap(subnet => template.routesOf(subnet));
const zone = () => template.only('AWS::Route53::HostedZone');
const record = () => template.only('AWS::Route53::RecordSet');

const INSTANCES: [name: string, instance: () => Resource][] = [
  ['web1', () => servers()[0]],
  ['web2', () => servers()[1]],
  ['client', client],
  ['foo-bastion', () => bastion('foo')],
  ['bar-bastion', () => bastion('bar')],
];

function onlyOf<T>(items: readonly T[]): T {
  expect(items).toHaveLength(1);
  return items[0];
}

/** Names for security groups and what else a rule may name, by the place they have in the wiring. */
function ruleNames(): Map<Resource, string> {
  return new Map([
    [albSecurityGroup(), 'ALB'],
    ...INSTANCES.map(([name, instance]): [Resource, string] => [groupOf(instance()), name]),
    ...VPCS.map((name): [Resource, string] => [vpc(name), `VPC ${name}`]),
  ]);
}

/** Every rule of every security group as a sentence. */
function ruleSentences(): string[] {
  const names = ruleNames();
  const nameOf = (peer: Resource | string) => typeof peer === 'string' ? peer : names.get(peer) ?? peer.id;
  return template.securityRules().map(({ direction, group, protocol, ports, peer }) =>
    `${nameOf(group)}: ${direction} ${protocol} ${ports} ${direction === 'in' ? 'from' : 'to'} ${nameOf(peer)}`);
}

/** The systemd service that an instance runs, by section. */
function serviceOf(instance: Resource): { [section: string]: { [key: string]: string } } {
  const [, unit] = onlyOf(Object.entries(filesOf(instance)).filter(([path]) => path.startsWith('/etc/systemd/system/')));
  return Object.fromEntries(unit.split(/^(?=\[)/m).map(section => {
    const [title, ...lines] = section.trim().split('\n');
    return [title.slice(1, -1), Object.fromEntries(lines.map(line => line.split(/=(.*)/)))];
  }));
}

/** An address in a subnet, behind a security group. */
interface Host {
  readonly name: string;
  readonly subnet: Resource;
  readonly group: Resource;
}

/** Names, routes and security groups of a template, as requests meet them. */
class Network {
  constructor(private readonly model: TemplateModel) {}

  public hosts(): Host[] {
    const instances = this.model.all('AWS::EC2::Instance').map(instance => this.hostOf(instance));
    return [...this.model.all(`${ELB}::LoadBalancer`).flatMap(loadBalancer => this.nodesOf(loadBalancer)), ...instances];
  }

  public host(id: string): Host {
    return this.hostOf(this.model.at({ Ref: id }));
  }

  /** Everything that keeps one host from connecting to a port of another, and the answers from coming back. */
  public obstacles(from: Host, to: Host, port: number): string[] {
    const found = {
      [`outbound rules of ${from.name}`]: this.passes('out', from, to, port),
      [`routes of ${from.name}`]: this.leadsTo(from, to),
      [`inbound rules of ${to.name}`]: this.passes('in', to, from, port),
      [`routes of ${to.name}`]: this.leadsTo(to, from),
    };
    return Object.entries(found).filter(([, passes]) => !passes).map(([obstacle]) => obstacle);
  }

  /** Everything that may answer a request, whichever node of the load balancer and whichever target it meets; and everything that may fail. */
  public answersTo(url: string, from: Host): string[] {
    const [, name, port = '80', path = '/'] = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
    const loadBalancer = this.lookUp(name, this.vpcOf(from));
    if (!loadBalancer) { return [`no such name: ${name}`]; }
    return unique(this.nodesOf(loadBalancer).flatMap(node =>
      this.failure(from, node, Number(port)) ?? this.answersOf(loadBalancer, node, Number(port), path)));
  }

  private answersOf(loadBalancer: Resource, node: Host, port: number, path: string): string[] {
    const listening = this.model.all(`${ELB}::Listener`, props => this.model.tryAt(props.LoadBalancerArn) === loadBalancer && props.Port === port)[0];
    const group = this.model.tryAt(listening?.props.DefaultActions[0].TargetGroupArn);
    if (!group) { return [`nothing answers on port ${port}`]; }
    return group.props.Targets.flatMap((target: Properties) => {
      const instance = this.model.at(target.Id);
      return this.failure(node, this.hostOf(instance), target.Port) ?? this.served(instance, target.Port, path);
    });
  }

  private failure(from: Host, to: Host, port: number): string | undefined {
    const obstacles = this.obstacles(from, to, port);
    return obstacles.length > 0 ? `no way for ${from.name} to ${to.name}: ${obstacles.join(', ')}` : undefined;
  }

  /** What Python's server sends for a path. */
  private served(instance: Resource, port: number, path: string): string {
    const { ExecStart, WorkingDirectory } = serviceOf(instance).Service;
    if (ExecStart !== `/usr/bin/python3 -m http.server ${port}`) { return `refused on port ${port}`; }
    return filesOf(instance)[`${WorkingDirectory}${path.replace(/\/$/, '/index.html')}`] ?? '404';
  }

  /** What a name is in a VPC: a VPC asks the narrowest private zone that it sees, and then nobody else. */
  private lookUp(name: string, from: Resource): Resource | undefined {
    const seen = this.model.all('AWS::Route53::HostedZone', ({ VPCs }) => (VPCs ?? []).some(({ VPCId }: Properties) => this.model.tryAt(VPCId) === from));
    const [narrowest] = seen.filter(({ props }) => `.${name}.`.endsWith(`.${props.Name}`)).sort((a, b) => b.props.Name.length - a.props.Name.length);
    const dnsNames = this.model.all(`${ELB}::LoadBalancer`);
    if (!narrowest) { return dnsNames.find(({ id }) => name === `\${${id}.DNSName}`); }
    const [found] = this.model.all('AWS::Route53::RecordSet', ({ HostedZoneId, Name, Type }) =>
      this.model.tryAt(HostedZoneId) === narrowest && Name === `${name}.` && Type === 'A');
    if (!found?.props.AliasTarget) { return undefined; }
    const { DNSName, HostedZoneId } = found.props.AliasTarget;
    return dnsNames.find(({ id }) => this.model.text(DNSName) === `dualstack.\${${id}.DNSName}` && this.model.text(HostedZoneId) === `\${${id}.CanonicalHostedZoneID}`);
  }

  private hostOf(instance: Resource): Host {
    const name = INSTANCES.find(([, known]) => known().id === instance.id)?.[0] ?? instance.id;
    return { name, subnet: this.model.at(instance.props.SubnetId), group: this.model.at(onlyOf(instance.props.SecurityGroupIds)) };
  }

  /** A load balancer connects, and is connected to, in each of its subnets. */
  private nodesOf({ props }: Resource): Host[] {
    const group = this.model.at(onlyOf(props.SecurityGroups));
    return props.Subnets.map((reference: unknown) => {
      const subnet = this.model.at(reference);
      return { name: `ALB in ${subnet.props.CidrBlock}`, subnet, group };
    });
  }

  private vpcOf({ subnet }: Host): Resource {
    return this.model.at(subnet.props.VpcId);
  }

  private passes(direction: SecurityRule['direction'], { group }: Host, other: Host, port: number): boolean {
    return this.model.securityRules().some(rule =>
      rule.direction === direction && rule.group === group && ['tcp', 'all'].includes(rule.protocol) && covers(rule.ports, port) && this.names(rule.peer, other));
  }

  private names(peer: Resource | string, { group, subnet }: Host): boolean {
    if (typeof peer !== 'string' && peer.type === 'AWS::EC2::SecurityGroup') { return peer === group; }
    return cidrContains(typeof peer === 'string' ? peer : peer.props.CidrBlock, subnet.props.CidrBlock);
  }

  /** Whether the most specific route leads to the VPC of the other host. */
  private leadsTo(from: Host, to: Host): boolean {
    const [own, other] = [this.vpcOf(from), this.vpcOf(to)];
    if (own === other) { return true; }
    const matching = this.model.routesOf(from.subnet).filter(({ props }) => cidrContains(props.DestinationCidrBlock, to.subnet.props.CidrBlock));
    const prefix = ({ props }: Resource) => Number(props.DestinationCidrBlock.split('/')[1]);
    const taken = matching.sort((a, b) => prefix(b) - prefix(a))[0];
    const peering = this.model.tryAt(taken?.props.VpcPeeringConnectionId);
    const joined = [peering?.props.VpcId, peering?.props.PeerVpcId].map(reference => this.model.tryAt(reference));
    return joined.includes(own) && joined.includes(other);
  }
}

function covers(ports: string, port: number): boolean {
  const [first, last = first] = ports.split('-').map(Number);
  return ports === 'all' || (first <= port && port <= last);
}

function unique<T>(items: T[]): T[] {
  return [...new Set(items)];
}

/** The template as it would be if somebody had forgotten something. */
function without(id: string): TemplateModel {
  const { [id]: _forgotten, ...Resources } = template.json.Resources;
  return new TemplateModel({ ...template.json, Resources });
}

const network = new Network(template);
const host = (instance: Resource) => network.host(instance.id);

describe('the VPCs foo and bar', () => {
  test('are two, foo with the address range of the article', () => {
    expect(template.all('AWS::EC2::VPC').map(({ props }) => props.CidrBlock).sort()).toEqual(['10.2.0.0/16', '10.3.0.0/16']);
  });

  test('do not overlap, without which they could not be peered', () => {
    const [first, second] = VPCS.map(name => vpc(name).props.CidrBlock);
    expect([cidrContains(first, second), cidrContains(second, first)]).toEqual([false, false]);
  });

  test.each(VPCS)('%s has a public and a private subnet in each of two zones', name => {
    const zones = (subnets: Resource[]) => subnets.map(({ props }) => props.AvailabilityZone).sort();
    expect({ public: zones(publicSubnets(name)), private: zones(privateSubnets(name)) }).toEqual({ public: ZONES, private: ZONES });
  });

  test.each(VPCS)('the subnets of %s lie in its range and do not overlap', name => {
    const blocks = template.subnetsOf(vpc(name)).map(({ cidrBlock }) => cidrBlock);
    expect(blocks.filter(block => !cidrContains(vpc(name).props.CidrBlock, block))).toEqual([]);
    expect(blocks.filter((block, index) => blocks.some((other, position) => position !== index && cidrContains(other, block)))).toEqual([]);
  });

  test('the private subnets of foo have the addresses from which the health checks of the article come', () => {
    expect(privateSubnets('foo').map(({ props }) => props.CidrBlock)).toEqual(['10.2.1.0/24', '10.2.2.0/24']);
  });

  test.each(VPCS)('the internet gateway that the public subnets of %s lead to is attached to it', name => {
    for (const subnet of publicSubnets(name)) {
      const { props } = onlyOf(template.routesOf(subnet));
      const attachment = template.only('AWS::EC2::VPCGatewayAttachment', ({ InternetGatewayId }) => template.at(InternetGatewayId) === template.at(props.GatewayId));
      expect(template.at(attachment.props.VpcId)).toBe(vpc(name));
      expect(props.DestinationCidrBlock).toBe(EVERYWHERE);
    }
  });

  test.each(VPCS)('%s has DNS support and DNS hostnames, without which it sees no private zone', name => {
    expect(vpc(name).props).toMatchObject({ EnableDnsSupport: true, EnableDnsHostnames: true });
  });

  test('are in the Region of the article, whose zones are written out, so that no look-up in an account is needed', () => {
    expect(artifact.environment.region).toBe(REGION);
    expect(assembly.manifest.missing).toBeUndefined();
  });
});

describe('the web servers', () => {
  test('are two t3.micro in the private subnets of foo, one in each', () => {
    expect(servers().map(({ props }) => props.InstanceType)).toEqual(['t3.micro', 't3.micro']);
    expect(ids(servers().map(({ props }) => template.at(props.SubnetId)))).toEqual(ids(privateSubnets('foo')));
  });

  test('serve the page of the article, in which each says which one it is', () => {
    expect(servers().map(server => filesOf(server)['/srv/www/index.html'])).toEqual([page('web1'), page('web2')]);
  });

  test.each([0, 1])('serve a page of 103 bytes, as the article measured it (server %i)', index => {
    expect(Buffer.byteLength(filesOf(servers()[index])['/srv/www/index.html'])).toBe(103);
  });

  test('deviates: serve port 8080 with the http.server of Python 3, not with SimpleHTTPServer of Python 2', () => {
    for (const server of servers()) { expect(serviceOf(server).Service.ExecStart).toBe('/usr/bin/python3 -m http.server 8080'); }
  });

  test('serve the folder with the page and nothing else', () => {
    for (const server of servers()) {
      const folder = serviceOf(server).Service.WorkingDirectory;
      expect(Object.keys(filesOf(server)).filter(path => path.startsWith(`${folder}/`))).toEqual([join(folder, 'index.html')]);
    }
  });

  test('deviates: run as a service, which comes back after an error and after a restart, not in a shell', () => {
    for (const server of servers()) {
      const { Service, Install } = serviceOf(server);
      expect({ ...Service, ...Install }).toMatchObject({ Restart: 'always', WantedBy: 'multi-user.target' });
      const unit = onlyOf(Object.keys(filesOf(server)).filter(path => dirname(path) === '/etc/systemd/system'));
      expect(scriptOf(server).at(-1)).toBe(`systemctl enable --now ${basename(unit, '.service')}`);
    }
  });

  test('deviates: run as a user that can change nothing, not as whoever started them', () => {
    for (const server of servers()) { expect(serviceOf(server).Service).toMatchObject({ DynamicUser: 'yes' }); }
  });

  test('start when the network and the page are there', () => {
    for (const server of servers()) {
      expect(serviceOf(server).Unit).toMatchObject({ After: 'network-online.target', Wants: 'network-online.target' });
    }
  });

  test('do at their first boot what the article does by hand, and download nothing, because they could not', () => {
    for (const server of servers()) {
      expect(scriptOf(server)).toEqual([
        '#!/bin/bash', 'mkdir -p /srv/www', 'cat > /srv/www/index.html', 'cat > /etc/systemd/system/www.service', 'systemctl enable --now www',
      ]);
    }
  });

  test('admit TCP port 8080 from the load balancer and 22 from the bastion of foo, and nothing else', () => {
    for (const name of ['web1', 'web2']) {
      expect(ruleSentences().filter(rule => rule.startsWith(`${name}: in`)).sort()).toEqual([`${name}: in tcp 22 from foo-bastion`, `${name}: in tcp 8080 from ALB`]);
    }
  });
});

describe('the client', () => {
  test('is an instance in a private subnet of bar', () => {
    expect(ids(privateSubnets('bar'))).toContain(template.at(client().props.SubnetId).id);
    expect(ids(servers())).not.toContain(client().id);
  });

  test('runs nothing of its own: curl comes with the image', () => {
    expect(scriptOf(client())).toEqual(['#!/bin/bash']);
  });

  test('is reached on port 22 from the bastion of bar, and opens connections to port 80 in foo only', () => {
    expect(ruleSentences().filter(rule => rule.startsWith('client:'))).toEqual(['client: out tcp 80 to VPC foo', 'client: in tcp 22 from bar-bastion']);
  });
});

describe.each(VPCS)('the bastion of %s', name => {
  const rules = (direction: string) => ruleSentences().filter(rule => rule.startsWith(`${name}-bastion: ${direction}`)).sort();

  test('is an instance in a public subnet, with a public address', () => {
    const { props } = bastion(name);
    expect(ids(publicSubnets(name))).toContain(template.at(props.SubnetId).id);
    expect(template.at(props.SubnetId).props.MapPublicIpOnLaunch).toBe(true);
    expect(props.NetworkInterfaces).toBeUndefined();
  });

  test('deviates: admits nobody, not even for SSH', () => {
    expect(rules('in')).toEqual([]);
  });

  test('deviates: has the permissions for Session Manager, which leads to it', () => {
    const profile = template.at(bastion(name).props.IamInstanceProfile);
    const role = template.at(onlyOf(profile.props.Roles));
    expect(role.props.ManagedPolicyArns.map((arn: unknown) => template.text(arn))).toEqual(['arn:${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore']);
    expect(role.props.Policies).toBeUndefined();
    expect(onlyOf<Properties>(role.props.AssumeRolePolicyDocument.Statement)).toEqual({
      Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' },
    });
  });

  test('leads to the instances in the private subnets of its own VPC, and to Session Manager', () => {
    const own = { foo: ['web1', 'web2'], bar: ['client'] }[name];
    expect(rules('out')).toEqual([`${name}-bastion: out tcp 443 to ${EVERYWHERE}`, ...own.map(instance => `${name}-bastion: out tcp 22 to ${instance}`)].sort());
  });

  test('starts when its subnet leads to the internet, where Session Manager is', () => {
    const route = onlyOf(template.routesOf(template.at(bastion(name).props.SubnetId)));
    expect(bastion(name).dependsOn).toContain(route.id);
  });
});

describe('all instances', () => {
  test('are these five', () => {
    expect(ids(INSTANCES.map(([, instance]) => instance())).sort()).toEqual(ids(template.all('AWS::EC2::Instance')).sort());
  });

  test.each(INSTANCES)('%s runs the newest Amazon Linux 2023 for x86_64, not the minimal one, that AWS names in a public parameter', (_name, instance) => {
    const parameter = template.parameters[instance().props.ImageId.Ref];
    expect(parameter.Type).toBe('AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>');
    expect(parameter.Default).toMatch(/^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-kernel-[^/]*-x86_64$/);
  });

  test.each(INSTANCES)('deviates: the metadata of %s is read with tokens only (IMDSv2)', (_name, instance) => {
    expect(instance().props.MetadataOptions).toMatchObject({ HttpTokens: 'required' });
  });

  test.each(INSTANCES)('deviates: %s has no key pair', (_name, instance) => {
    expect(instance().props.KeyName).toBeUndefined();
  });

  test.each(INSTANCES.slice(0, 3))('%s has no public address and no permissions', (_name, instance) => {
    const { props } = instance();
    expect(props.NetworkInterfaces).toBeUndefined();
    expect(template.at(props.SubnetId).props.MapPublicIpOnLaunch).toBe(false);
    const role = template.at(onlyOf(template.at(props.IamInstanceProfile).props.Roles));
    expect(Object.keys(role.props).sort()).toEqual(['AssumeRolePolicyDocument', 'Tags']);
  });

  test.each(INSTANCES)('%s has one security group of its own, in its VPC', (_name, instance) => {
    expect(template.at(groupOf(instance()).props.VpcId)).toBe(template.at(template.at(instance().props.SubnetId).props.VpcId));
    expect(template.all('AWS::EC2::Instance').filter(other => groupOf(other) === groupOf(instance()))).toHaveLength(1);
  });
});

describe('the load balancer', () => {
  test('is an internal Application Load Balancer', () => {
    expect(alb().props).toMatchObject({ Type: 'application', Scheme: 'internal' });
  });

  test('stands in the private subnets of foo, which have the addresses that the article shows', () => {
    expect(ids(at(alb().props.Subnets)).sort()).toEqual(ids(privateSubnets('foo')).sort());
    expect(at(alb().props.Subnets).map(({ props }) => props.CidrBlock)).toEqual(['10.2.1.0/24', '10.2.2.0/24']);
  });

  test('has one security group, in foo', () => {
    expect(template.at(albSecurityGroup().props.VpcId)).toBe(vpc('foo'));
  });

  test('listens for HTTP on port 80 and nowhere else', () => {
    expect(template.all(`${ELB}::Listener`)).toEqual([listener()]);
    expect(listener().props).toMatchObject({ Port: 80, Protocol: 'HTTP' });
  });

  test('forwards everything to the one target group', () => {
    expect(listener().props.DefaultActions).toEqual([{ Type: 'forward', TargetGroupArn: { Ref: template.only(`${ELB}::TargetGroup`).id } }]);
    expect(template.all(`${ELB}::ListenerRule`)).toEqual([]);
  });

  test('deviates: admits HTTP from the addresses of bar and nothing else; the article does not say from where', () => {
    expect(ruleSentences().filter(rule => rule.startsWith('ALB: in'))).toEqual(['ALB: in tcp 80 from VPC bar']);
  });

  test('deviates: drops header fields with invalid names', () => {
    expect(attributes(alb().props.LoadBalancerAttributes)).toMatchObject({ 'routing.http.drop_invalid_header_fields.enabled': 'true' });
  });
});

describe('the target group', () => {
  test('takes instances of foo, with HTTP on port 8080', () => {
    expect(targetGroup().props).toMatchObject({ TargetType: 'instance', Protocol: 'HTTP', Port: 8080 });
    expect(template.at(targetGroup().props.VpcId)).toBe(vpc('foo'));
  });

  // the article reads up what stopping does to a private address
  test('has both web servers on port 8080, by their ids, so that their addresses do not matter', () => {
    expect(servers()).toHaveLength(2);
    expect(targetGroup().props.Targets).toEqual(servers().map(({ id }) => ({ Id: { Ref: id }, Port: 8080 })));
  });

  test('asks for / on the traffic port every 30 s, as the article shows, at most 5 s long, and wants 200', () => {
    expect(healthCheckOf(targetGroup())).toMatchObject({ enabled: true, protocol: 'HTTP', port: 'traffic-port', path: '/', matcher: '200', interval: 30, timeout: 5 });
  });

  test('deviates: three answers decide in both directions, not five and two, which are the defaults', () => {
    expect(healthCheckOf(targetGroup())).toMatchObject({ healthyThreshold: 3, unhealthyThreshold: 3 });
  });

  test('deviates: drains a target for 30 s, not for the default of 300 s', () => {
    expect(attributes(targetGroup().props.TargetGroupAttributes)).toMatchObject({ 'deregistration_delay.timeout_seconds': '30' });
  });

  test('checks reach both servers from both zones, and find a page', () => {
    const nodes = network.hosts().filter(({ group }) => group === albSecurityGroup());
    expect(nodes.map(({ subnet }) => subnet.props.AvailabilityZone).sort()).toEqual(ZONES);
    for (const server of servers()) {
      expect(nodes.flatMap(node => network.obstacles(node, host(server), 8080))).toEqual([]);
      const folder = serviceOf(server).Service.WorkingDirectory;
      expect(filesOf(server)).toHaveProperty([`${folder}${healthCheckOf(targetGroup()).path}index.html`]);
    }
  });
});

describe('the name alb.home', () => {
  test('has a private zone, seen from exactly foo and bar', () => {
    expect(zone().props.VPCs.map(({ VPCId }: Properties) => template.at(VPCId))).toEqual([vpc('foo'), vpc('bar')]);
    expect(zone().props.VPCs.map(({ VPCRegion }: Properties) => VPCRegion)).toEqual([REGION, REGION]);
  });

  // the article points to the rules for zones whose names overlap
  test('has a zone that hides no other name, and no zone overlaps with it', () => {
    expect(template.all('AWS::Route53::HostedZone').map(({ props }) => props.Name)).toEqual(['alb.home.']);
  });

  test('deviates: is the apex of its zone, an alias of the load balancer', () => {
    expect(template.at(record().props.HostedZoneId)).toBe(zone());
    expect(record().props).toMatchObject({ Name: zone().props.Name, Type: 'A' });
    expect(template.text(record().props.AliasTarget.DNSName)).toBe(`dualstack.\${${alb().id}.DNSName}`);
    expect(template.text(record().props.AliasTarget.HostedZoneId)).toBe(`\${${alb().id}.CanonicalHostedZoneID}`);
  });

  test('stays while no server is healthy, so that the load balancer can say so', () => {
    expect(record().props.AliasTarget.EvaluateTargetHealth).toBe(false);
  });
});

describe('deviates: the peering of foo and bar, of which the article says nothing', () => {
  test('is one connection between the two, in one account and Region, which therefore accepts itself', () => {
    const { Tags: _tags, ...props } = connection().props;
    expect(props).toEqual({ VpcId: { Ref: vpc('foo').id }, PeerVpcId: { Ref: vpc('bar').id } });
  });

  test.each([['foo', 'bar'], ['bar', 'foo']] as const)('each private subnet of %s leads to the addresses of %s, and nowhere else', (name, other) => {
    for (const subnet of privateSubnets(name)) {
      const { RouteTableId: _table, ...props } = onlyOf(template.routesOf(subnet)).props;
      expect(props).toEqual({ DestinationCidrBlock: vpc(other).props.CidrBlock, VpcPeeringConnectionId: { 'Fn::GetAtt': [connection().id, 'Id'] } });
    }
  });

  test('has a route in each of the four tables once', () => {
    const tables = template.all('AWS::EC2::Route', ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId !== undefined).map(({ props }) => template.at(props.RouteTableId));
    expect(ids(tables).sort()).toEqual(ids(unique(tablesOf([...privateSubnets('foo'), ...privateSubnets('bar')]))).sort());
    expect(tables).toHaveLength(4);
  });

  test.each(VPCS)('has no route in the public subnets of %s, whose tables are not those of the private ones', name => {
    for (const subnet of publicSubnets(name)) {
      expect(template.routesOf(subnet).map(({ props: { DestinationCidrBlock, GatewayId } }) => [DestinationCidrBlock, template.at(GatewayId).type]))
        .toEqual([[EVERYWHERE, 'AWS::EC2::InternetGateway']]);
    }
    expect(tablesOf(publicSubnets(name)).filter(table => tablesOf(privateSubnets(name)).includes(table))).toEqual([]);
  });
});

describe('a request', () => {
  const pages = [page('web1'), page('web2')];
  const byDnsName = () => `http://\${${alb().id}.DNSName}`;

  test('of the client to http://alb.home is answered by one of the two servers, whichever zone it meets', () => {
    expect(network.answersTo('http://alb.home', host(client()))).toEqual(pages);
  });

  test("of the client to the load balancer's own name is answered by the same", () => {
    expect(network.answersTo(byDnsName(), host(client()))).toEqual(pages);
  });

  test('goes where the output says', () => {
    expect(network.answersTo(template.text(template.outputs.Url.Value), host(client()))).toEqual(pages);
  });

  test('for another page, on another port and to another name is not answered so', () => {
    const answersTo = (url: string) => network.answersTo(url, host(client()));
    expect(answersTo('http://alb.home/other.html')).toEqual(['404']);
    expect(answersTo('http://alb.home:8080/')).toEqual(['10.2.1.0/24', '10.2.2.0/24'].map(block =>
      `no way for client to ALB in ${block}: outbound rules of client, inbound rules of ALB in ${block}`));
    for (const name of ['home', 'www.alb.home', 'calb.home', 'alb.homes']) { expect(answersTo(`http://${name}`)).toEqual([`no such name: ${name}`]); }
  });

  test.each(['foo-bastion', 'bar-bastion', 'web1', 'web2'])('of %s does not get through', name => {
    const [from] = network.hosts().filter(candidate => candidate.name === name);
    const answers = network.answersTo('http://alb.home', from);
    expect(answers).toHaveLength(2);
    for (const answer of answers) { expect(answer).toMatch(new RegExp(`^no way for ${name} to ALB in `)); }
  });

  describe('goes there and back over links each of which is needed', () => {
    const ruleBetween = (type: 'Ingress' | 'Egress', group: Resource, peer: Resource) => template.only(`AWS::EC2::SecurityGroup${type}`, props =>
      template.at(props.GroupId) === group && template.at(props.SourceSecurityGroupId ?? props.DestinationSecurityGroupId) === peer);
    const links: [link: string, resource: () => Resource, expected: RegExp][] = [
      ['the name', record, /^no such name: alb\.home$/],
      ['the zone', zone, /^no such name: alb\.home$/],
      ['the peering', connection, /^no way for client to ALB in .*: routes of client, routes of ALB/],
      ['the route of the client', () => onlyOf(template.routesOf(template.at(client().props.SubnetId))), /^no way for client to ALB in .*: routes of client$/],
      ['the route back from the first zone', () => routesFrom('foo')[0], /^no way for client to ALB in 10\.2\.1\.0\/24: routes of ALB in 10\.2\.1\.0\/24$/],
      ['the route back from the second zone', () => routesFrom('foo')[1], /^no way for client to ALB in 10\.2\.2\.0\/24: routes of ALB in 10\.2\.2\.0\/24$/],
      ['the listener', listener, /^nothing answers on port 80$/],
      ['the way out to web1', () => ruleBetween('Egress', albSecurityGroup(), groupOf(servers()[0])), /^no way for ALB in .* to web1: outbound rules of ALB/],
      ['the way out to web2', () => ruleBetween('Egress', albSecurityGroup(), groupOf(servers()[1])), /^no way for ALB in .* to web2: outbound rules of ALB/],
      ['the way into web1', () => ruleBetween('Ingress', groupOf(servers()[0]), albSecurityGroup()), /^no way for ALB in .* to web1: inbound rules of web1$/],
      ['the way into web2', () => ruleBetween('Ingress', groupOf(servers()[1]), albSecurityGroup()), /^no way for ALB in .* to web2: inbound rules of web2$/],
    ];

    test.each(links)('without %s it fails, at that link', (_link, resource, expected) => {
      const broken = new Network(without(resource().id));
      const answers = broken.answersTo('http://alb.home', broken.host(client().id));
      expect(answers).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
    });
  });
});

describe('connections', () => {
  test('are possible between these, in the subnets and on the ports where they are needed, and between no others', () => {
    const named = template.securityRules().flatMap(({ ports }) => ports.split('-')).map(Number).filter(port => port > 0);
    const ports = unique([22, 80, 443, 8080, ...named]);
    const hosts = network.hosts();
    const possible = hosts.flatMap(from => hosts.filter(to => to !== from).flatMap(to =>
      ports.filter(port => network.obstacles(from, to, port).length === 0).map(port => `${from.name} -> ${to.name}:${port}`)));
    const nodes = ['ALB in 10.2.1.0/24', 'ALB in 10.2.2.0/24'];
    expect(possible.sort()).toEqual([
      ...nodes.flatMap(node => [`client -> ${node}:80`, `${node} -> web1:8080`, `${node} -> web2:8080`]),
      'foo-bastion -> web1:22', 'foo-bastion -> web2:22', 'bar-bastion -> client:22',
    ].sort());
  });

  test('to a web server over HTTP come from the load balancer only', () => {
    const from = template.securityRules().filter(({ direction, group, ports }) =>
      direction === 'in' && servers().map(groupOf).includes(group) && covers(ports, 8080)).map(({ peer }) => peer);
    expect(from).toEqual([albSecurityGroup(), albSecurityGroup()]);
  });
});

describe('security groups', () => {
  const stopper = (lastPort: number) => `out icmp 252-${lastPort} to 255.255.255.255/32`;
  const expected: [rule: string, reason: string][] = [
    ['ALB: in tcp 80 from VPC bar', 'where the client is'],
    ['ALB: out tcp 8080 to web1', 'requests and health checks'],
    ['ALB: out tcp 8080 to web2', 'requests and health checks'],
    [`ALB: ${stopper(87)}`, 'matches nothing; without an outbound rule of its own EC2 would let everything out'],
    ['web1: in tcp 8080 from ALB', 'requests and health checks'],
    ['web1: in tcp 22 from foo-bastion', 'to look after it'],
    [`web1: ${stopper(86)}`, 'a server opens no connections; answers need no rule'],
    ['web2: in tcp 8080 from ALB', 'requests and health checks'],
    ['web2: in tcp 22 from foo-bastion', 'to look after it'],
    [`web2: ${stopper(86)}`, 'as for the first'],
    ['client: in tcp 22 from bar-bastion', 'to try it out'],
    ['client: out tcp 80 to VPC foo', 'the load balancer, in whichever subnet'],
    [`foo-bastion: out tcp 443 to ${EVERYWHERE}`, 'Session Manager, whose addresses are not fixed'],
    ['foo-bastion: out tcp 22 to web1', 'to look after it'],
    ['foo-bastion: out tcp 22 to web2', 'to look after it'],
    [`bar-bastion: out tcp 443 to ${EVERYWHERE}`, 'Session Manager, whose addresses are not fixed'],
    ['bar-bastion: out tcp 22 to client', 'to try it out'],
  ];

  test('deviates: have these rules and no others, so that everything goes out only where it must', () => {
    expect(ruleSentences().sort()).toEqual(expected.map(([rule]) => rule).sort());
  });

  test('are these six and no others', () => {
    const groups = [...ruleNames().keys()].filter(({ type }) => type === 'AWS::EC2::SecurityGroup');
    expect(new Set(groups)).toEqual(new Set(template.all('AWS::EC2::SecurityGroup')));
    expect(groups).toHaveLength(6);
  });

  test('where a VPC stands in a rule, its address block is meant', () => {
    const vpcIds = ids(template.all('AWS::EC2::VPC'));
    const attributePaths = strings(template.json.Resources).filter(({ path, text }) => path.at(-2) === 'Fn::GetAtt' && path.at(-1) === '0' && vpcIds.includes(text));
    const read = attributePaths.map(({ path }) => path.slice(0, -1).reduce((value, name) => value[name], template.json.Resources)[1]);
    expect(read).toEqual(['CidrBlock', 'CidrBlock']);
  });

  test('admit nobody from outside: only groups of the stack, and the load balancer the addresses of bar', () => {
    const peers = template.securityRules().filter(({ direction }) => direction === 'in').map(({ peer }) => peer);
    expect(peers.filter(peer => typeof peer === 'string')).toEqual([]);
    expect(peers.filter(peer => typeof peer !== 'string' && peer.type !== 'AWS::EC2::SecurityGroup')).toEqual([vpc('bar')]);
  });
});

describe('Name tags', () => {
  const expected: [name: string, what: string, resource: () => Resource | Resource[]][] = [
    ...VPCS.map((name): [string, string, () => Resource] => [name, `VPC ${name}`, () => vpc(name)]),
    ['foo-internal-alb', 'the load balancer', alb],
    ...INSTANCES.map(([name, instance]): [string, string, () => Resource[]] => [name, 'an instance and its security group', () => [instance(), groupOf(instance())]]),
  ];

  test.each(expected)('deviates: %s is the name of %s in a tag, not a physical one', (name, _what, resource) => {
    for (const tagged of [resource()].flat()) { expect(nameTag(tagged)).toBe(name); }
  });
});

describe('outputs', () => {
  const expected: [name: string, description: string, value: () => string][] = [
    ['Url', 'Where clients find the web servers', () => 'http://alb.home'],
    ['AlbDnsName', 'The DNS name of the ALB', () => `\${${alb().id}.DNSName}`],
    ['ClientId', 'The client in VPC bar', () => `\${${client().id}}`],
    ['ClientAddress', 'The private address of the client', () => `\${${client().id}.PrivateIp}`],
    ['FooBastionId', 'The bastion in VPC foo', () => `\${${bastion('foo').id}}`],
    ['BarBastionId', 'The bastion in VPC bar', () => `\${${bastion('bar').id}}`],
  ];

  test.each(expected)('%s is described as "%s" and has that value', (name, description, value) => {
    expect(template.outputs[name]).toEqual({ Description: description, Value: expect.anything() });
    expect(template.text(template.outputs[name].Value)).toBe(value());
  });

  test('are these six and no others', () => {
    expect(Object.keys(template.outputs).sort()).toEqual(expected.map(([name]) => name).sort());
  });
});

describe('what is not there', () => {
  test('anything but this: no NAT gateway, address, endpoint, key pair, network ACL, second way between the VPCs, function or policy', () => {
    const counts: { [type: string]: number } = {};
    for (const { type } of template.resources) { counts[type] = (counts[type] ?? 0) + 1; }
    expect(counts).toEqual({
      'AWS::EC2::VPC': 2,
      'AWS::EC2::Subnet': 8,
      'AWS::EC2::RouteTable': 8,
      'AWS::EC2::SubnetRouteTableAssociation': 8,
      'AWS::EC2::InternetGateway': 2,
      'AWS::EC2::VPCGatewayAttachment': 2,
      'AWS::EC2::VPCPeeringConnection': 1,
      // to the internet from four public subnets, and to the other VPC from four private ones
      'AWS::EC2::Route': 8,
      'AWS::EC2::Instance': 5,
      'AWS::EC2::SecurityGroup': 6,
      // both sides of: load balancer to two servers, bastions to three instances
      'AWS::EC2::SecurityGroupIngress': 5,
      'AWS::EC2::SecurityGroupEgress': 5,
      'AWS::IAM::Role': 5,
      'AWS::IAM::InstanceProfile': 5,
      [`${ELB}::LoadBalancer`]: 1,
      [`${ELB}::Listener`]: 1,
      [`${ELB}::TargetGroup`]: 1,
      'AWS::Route53::HostedZone': 1,
      'AWS::Route53::RecordSet': 1,
    });
  });

  test.each(VPCS)('a way from the private subnets of %s to the internet, or from there', name => {
    const targets = routesFrom(name).map(({ props: { RouteTableId: _table, DestinationCidrBlock: _block, ...target } }) => Object.keys(target));
    expect(targets).toEqual([['VpcPeeringConnectionId'], ['VpcPeeringConnectionId']]);
  });

  test('0.0.0.0/0 or ::/0 but in routes to internet gateways and in what the bastions may call', () => {
    const everywhere = strings(template.json.Resources).filter(({ text }) => text === EVERYWHERE || text === '::/0').map(({ path }) => path);
    const allowed = VPCS.flatMap(name => [
      ...publicSubnets(name).flatMap(subnet => template.routesOf(subnet)).map(({ id }) => [id, 'Properties', 'DestinationCidrBlock']),
      [groupOf(bastion(name)).id, 'Properties', 'SecurityGroupEgress', '0', 'CidrIp'],
    ]);
    expect(everywhere.map(path => path.join('.')).sort()).toEqual(allowed.map(path => path.join('.')).sort());
  });

  test('a parameter that has to be filled in', () => {
    expect(Object.entries(template.parameters).filter(([, { Default }]) => Default === undefined)).toEqual([]);
  });

  test('deviates: a physical name, which would keep a resource from being replaced and the stack from being made twice', () => {
    const physicalNames = template.resources.filter(({ type }) => !type.startsWith('AWS::Route53::')).flatMap(({ id, props }) =>
      ['Name', 'GroupName', 'RoleName', 'InstanceProfileName', 'PrivateIpAddress'].filter(name => props[name] !== undefined).map(name => `${id}.${name}`));
    expect(physicalNames).toEqual([]);
  });

  test('a warning at synth', () => {
    expect(artifact.messages.map(({ entry }) => entry.data)).toEqual([]);
  });
});

/** With another id, address or DNS name than before. */
describe('pins the logical ids, because under a changed one CloudFormation replaces what users have deployed', () => {
  test('of the load balancer, its name and what stands behind it', () => {
    expect(ids([alb(), albSecurityGroup(), listener(), targetGroup(), zone(), record()])).toEqual([
      'WebLoadBalancer8E8983B1', 'WebSecurityGroupF444D504', 'WebListenerAEEC7462', 'WebTargetGroupFE6444AE', 'WebalbhomeZone21F42963', 'WebalbhomeA1F8AEE5E',
    ]);
  });

  test('of the VPCs and what joins them', () => {
    expect(ids([...VPCS.map(vpc), connection(), ...routesFrom('foo'), ...routesFrom('bar')])).toEqual([
      'FooDFE0DD70',
      'BarA6AB415C',
      'FooBarConnectionCCC40829',
      'FooBarRoutesPrivateSubnet1227FB5D4To1030016834EED5D',
      'FooBarRoutesPrivateSubnet2FB5E4F8FTo1030016CB46C739',
      'FooBarPeerRoutesPrivateSubnet103310C78To1020016D48035B6',
      'FooBarPeerRoutesPrivateSubnet25938EB20To10200162B389ABB',
    ]);
  });

  const pinned: { [name: string]: [instance: string, securityGroup: string] } = {
    'web1': ['web1F1E86AD8', 'web1InstanceSecurityGroup719F1BAC'],
    'web2': ['web21D08B09E', 'web2InstanceSecurityGroupB0438EE6'],
    'client': ['client5ABE7B08', 'clientInstanceSecurityGroup7A2267F4'],
    'foo-bastion': ['foobastion2E0B6AB4', 'foobastionInstanceSecurityGroupF9CD2413'],
    'bar-bastion': ['barbastion848B95AA', 'barbastionInstanceSecurityGroup34E0C058'],
  };

  test.each(INSTANCES)('of %s and its security group', (name, instance) => {
    expect(ids([instance(), groupOf(instance())])).toEqual(pinned[name]);
  });
});

describe('the app', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'foo-bar-'));
    environment = process.env;
  });

  afterEach(() => {
    process.env = environment;
    rmSync(folder, { recursive: true });
  });

  /** Runs it as the CDK's command does, which names an account only when it has credentials. */
  function run(account?: string): unknown {
    const { CDK_DEFAULT_ACCOUNT: _inherited, ...others } = environment;
    process.env = { ...others, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(CONTEXT), ...account && { CDK_DEFAULT_ACCOUNT: account } };
    jest.isolateModules(() => { jest.requireActual('../../examples/typescript/foo-bar/app'); });
    return JSON.parse(readFileSync(join(folder, 'FooBar.template.json'), 'utf8'));
  }

  test('builds the stack that is tested here', () => {
    expect(run(ACCOUNT)).toEqual(template.json);
  });

  test('builds the same without an account, and looks nothing up in one', () => {
    expect(run()).toEqual(template.json);
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).missing).toBeUndefined();
  });

  test('is the only stack, so that one deployment makes everything', () => {
    expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['FooBar']);
  });
});
