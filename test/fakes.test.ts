import { DescribeNetworkInterfacesCommand, DescribeVpcEndpointsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand, DeregisterTargetsCommand, DescribeTagsCommand, DescribeTargetGroupsCommand, DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client, RegisterTargetsCommand, RemoveTagsCommand, type TargetDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AwsError, type Context, CustomResource, type Endpoint, FakeAws, type HandlerResponse, INITIAL, Policies, type PolicyDocument, type Statement,
  type TargetGroup,
} from './fakes';

let aws: FakeAws;
let ec2: EC2Client;
let elbv2: ElasticLoadBalancingV2Client;
let endpoint: Endpoint;
let group: TargetGroup;
let realEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  realEnvironment = process.env;
  aws = await FakeAws.start();
  process.env = { ...realEnvironment, ...aws.environment };
  // one attempt, so that each test sees each answer
  ec2 = new EC2Client({ maxAttempts: 1 });
  elbv2 = new ElasticLoadBalancingV2Client({ maxAttempts: 1 });
  const vpc = aws.network.createVpc(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
  endpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
  group = aws.targetGroups.create({ vpc });
});

afterEach(async () => {
  ec2.destroy();
  elbv2.destroy();
  await aws.stop();
  process.env = realEnvironment;
});

const describeInterfaces = (...ids: string[]) => ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }));
const describeEndpoint = async (id: string) => (await ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }))).VpcEndpoints?.[0];
const register = (...Targets: TargetDescription[]) => elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: group.targetGroupArn, Targets }));
const deregister = (...Targets: TargetDescription[]) => elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: group.targetGroupArn, Targets }));
const addTags = (...tags: [string, string][]) => elbv2.send(new AddTagsCommand({
  ResourceArns: [group.targetGroupArn], Tags: tags.map(([Key, Value]) => ({ Key, Value })),
}));
const describeHealth = async (Targets?: TargetDescription[]) =>
  (await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: group.targetGroupArn, Targets }))).TargetHealthDescriptions ?? [];
const states = async () => Object.fromEntries((await describeHealth()).map(({ Target, TargetHealth }) => [Target?.Id, TargetHealth?.State]));
const addresses = () => aws.network.privateIpAddresses(endpoint);
const many = (count: number, shape: (index: number) => string) => Array.from({ length: count }, (_, index) => shape(index));

describe('DescribeNetworkInterfaces', () => {
  test('answers the interfaces of an endpoint by their ids', async () => {
    const [first] = endpoint.networkInterfaces;
    const { NetworkInterfaces } = await describeInterfaces(first.networkInterfaceId);
    expect(NetworkInterfaces).toEqual([expect.objectContaining({
      NetworkInterfaceId: first.networkInterfaceId,
      PrivateIpAddress: expect.stringMatching(/^10\.0\.0\.\d+$/),
      PrivateIpAddresses: [{ PrivateIpAddress: first.privateIpAddress, Primary: true }],
      SubnetId: first.subnet.subnetId,
      VpcId: endpoint.vpcId,
      AvailabilityZone: 'ap-northeast-1a',
      InterfaceType: 'vpc_endpoint',
      RequesterManaged: true,
    })]);
    expect(NetworkInterfaces?.[0].Ipv6Addresses).toEqual([]);
  });

  test('answers IPv6 addresses of an endpoint that has them', async () => {
    const dualstack = aws.network.createEndpoint({ ipAddressType: 'dualstack' });
    const { NetworkInterfaces } = await describeInterfaces(...aws.network.networkInterfaceIds(dualstack));
    expect(NetworkInterfaces).toHaveLength(2);
    NetworkInterfaces?.forEach(eni => expect(eni.Ipv6Addresses?.[0].Ipv6Address).toMatch(/^2001:db8:0:[0-9a-f]+:/));

    const ipv6 = aws.network.createEndpoint({ ipAddressType: 'ipv6' });
    const answer = await describeInterfaces(...aws.network.networkInterfaceIds(ipv6));
    expect(answer.NetworkInterfaces?.map(eni => eni.PrivateIpAddress)).toEqual([undefined, undefined]);
  });

  test('answers in an order that changes, the same under the same seed', async () => {
    const ids = aws.network.networkInterfaceIds(endpoint);
    const orders = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { NetworkInterfaces } = await describeInterfaces(...ids);
      orders.add((NetworkInterfaces ?? []).map(eni => eni.NetworkInterfaceId).join());
    }
    expect(orders.size).toBeGreaterThan(1);

    const [one, other, twin] = await Promise.all([5, 6, 5].map(seed => FakeAws.start({ seed })));
    const interfaceIds = (fake: FakeAws) => fake.network.networkInterfaceIds(fake.network.createEndpoint());
    const idsOfOne = interfaceIds(one);
    expect(interfaceIds(twin)).toEqual(idsOfOne);
    expect(interfaceIds(other)).not.toEqual(idsOfOne);
    await Promise.all([one, other, twin].map(fake => fake.stop()));
  });

  test('names the interfaces that do not exist, and answers none of those that do', async () => {
    const [id] = aws.network.networkInterfaceIds(endpoint);
    const gone = ['eni-00000000000000001', 'eni-00000000000000002'];
    await expect(describeInterfaces(id, ...gone)).rejects.toMatchObject({
      name: 'InvalidNetworkInterfaceID.NotFound',
      message: `The networkInterface IDs '${gone.join(', ')}' do not exist`,
      $metadata: { httpStatusCode: 400 },
    });
    await expect(describeInterfaces(gone[0])).rejects.toThrow("The networkInterface ID 'eni-00000000000000001' does not exist");
  });

  test('refuses malformed ids', async () => {
    await expect(describeInterfaces('vpce-1')).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceId.Malformed' });
  });

  test.each([
    ['vpc-id', () => endpoint.vpcId, 3],
    ['subnet-id', () => endpoint.networkInterfaces[1].subnet.subnetId, 1],
    ['network-interface-id', () => endpoint.networkInterfaces[1].networkInterfaceId, 1],
    ['availability-zone', () => 'ap-northeast-1?', 3],
    ['interface-type', () => 'vpc_endpoint', 3],
    ['description', () => `*${endpoint.vpcEndpointId}`, 3],
    ['private-ip-address', () => endpoint.networkInterfaces[2].privateIpAddress!, 1],
    ['addresses.private-ip-address', () => endpoint.networkInterfaces[2].privateIpAddress!, 1],
    ['ipv6-addresses.ipv6-address', () => '2001:db8::1', 0],
    ['vpc-id', () => 'vpc-00000000000000000', 0],
  ])('filters by %s', async (name, value, count) => {
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: name, Values: [value()] }] }));
    expect(NetworkInterfaces).toHaveLength(count);
  });

  test('wants every filter to match, with any of its values', async () => {
    const [first, second] = endpoint.networkInterfaces;
    const subnets = { Name: 'subnet-id', Values: [first.subnet.subnetId, second.subnet.subnetId] };
    const address = { Name: 'private-ip-address', Values: [first.privateIpAddress!] };
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [subnets, address] }));
    expect(NetworkInterfaces?.map(eni => eni.NetworkInterfaceId)).toEqual([first.networkInterfaceId]);
  });

  test('refuses a filter that it does not know', async () => {
    await expect(ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-endpoint-id', Values: ['x'] }] })))
      .rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('pages through a list without losing or repeating an interface', async () => {
    for (let i = 0; i < 9; i++) {
      aws.network.createNetworkInterface(endpoint.networkInterfaces[0].subnet);
    }
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    let NextToken: string | undefined;
    do {
      const page = await ec2.send(new DescribeNetworkInterfacesCommand({ MaxResults: 5, NextToken }));
      sizes.push(page.NetworkInterfaces!.length);
      page.NetworkInterfaces!.forEach(eni => ids.add(eni.NetworkInterfaceId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(sizes).toEqual([5, 5, 2]);
    expect(ids.size).toBe(12);
  });

  test('refuses pages of a wrong size, unknown tokens, and pages of named interfaces', async () => {
    const send = (input: DescribeNetworkInterfacesCommand['input']) => ec2.send(new DescribeNetworkInterfacesCommand(input));
    await expect(send({ MaxResults: 4 })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send({ NextToken: 'stale' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send({ MaxResults: 5, NetworkInterfaceIds: aws.network.networkInterfaceIds(endpoint) }))
      .rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });
});

describe('DescribeVpcEndpoints', () => {
  test('answers an endpoint with its interfaces and subnets', async () => {
    const answer = await describeEndpoint(endpoint.vpcEndpointId);
    expect(answer).toMatchObject({
      VpcEndpointId: endpoint.vpcEndpointId,
      VpcEndpointType: 'Interface',
      VpcId: endpoint.vpcId,
      State: 'available',
      ServiceName: endpoint.serviceName,
      PrivateDnsEnabled: false,
      IpAddressType: 'ipv4',
    });
    expect(new Set(answer?.NetworkInterfaceIds)).toEqual(new Set(endpoint.networkInterfaces.map(eni => eni.networkInterfaceId)));
    expect(new Set(answer?.SubnetIds)).toEqual(new Set(endpoint.networkInterfaces.map(eni => eni.subnet.subnetId)));
  });

  test.each([
    ['vpc-endpoint-id', () => endpoint.vpcEndpointId],
    ['vpc-id', () => endpoint.vpcId],
    ['service-name', () => endpoint.serviceName],
    ['vpc-endpoint-state', () => 'available'],
  ])('filters by %s', async (name, value) => {
    aws.network.createEndpoint({ state: 'pendingAcceptance' });
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters: [{ Name: name, Values: [value()] }] }));
    expect(VpcEndpoints?.map(({ VpcEndpointId }) => VpcEndpointId)).toEqual([endpoint.vpcEndpointId]);
  });

  test('shows interfaces of an endpoint that waits for its acceptance', async () => {
    const pending = aws.network.createEndpoint({ state: 'pendingAcceptance' });
    expect(await describeEndpoint(pending.vpcEndpointId)).toMatchObject({ State: 'pendingAcceptance', NetworkInterfaceIds: { length: 2 } });
  });

  test('refuses unknown and malformed ids, and an unknown filter', async () => {
    await expect(describeEndpoint('vpce-00000000000000000')).rejects.toMatchObject({
      name: 'InvalidVpcEndpointId.NotFound', message: "The Vpc Endpoint Id 'vpce-00000000000000000' does not exist",
    });
    await expect(ec2.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: ['vpce-00000000000000000', 'vpce-00000000000000001'] })))
      .rejects.toThrow("The Vpc Endpoint Ids 'vpce-00000000000000000, vpce-00000000000000001' do not exist");
    await expect(describeEndpoint('eni-1')).rejects.toMatchObject({ name: 'InvalidVpcEndpointId.Malformed' });
    await expect(ec2.send(new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'color', Values: ['x'] }] })))
      .rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('the life of an endpoint', () => {
  test('an added subnet brings an interface, a removed one takes it away, the others stay', async () => {
    const [, second, third] = endpoint.networkInterfaces;
    aws.network.removeSubnet(endpoint, endpoint.networkInterfaces[0].subnet);
    expect(endpoint.networkInterfaces).toEqual([second, third]);
    const vpc = aws.network.vpcs.get(endpoint.vpcId)!;
    aws.network.addSubnet(endpoint, aws.network.createSubnet(vpc, '10.0.9.0/28', 'ap-northeast-1a'));
    expect(endpoint.networkInterfaces.map(eni => eni.privateIpAddress?.replace(/\d+$/, ''))).toEqual(['10.0.1.', '10.0.2.', '10.0.9.']);
    expect(() => aws.network.removeSubnet(endpoint, vpc.subnets[0])).toThrow('has no network interface in subnet-');
  });

  test('two subnets of one zone are refused', () => {
    const vpc = aws.network.vpcs.get(endpoint.vpcId)!;
    const twin = aws.network.createSubnet(vpc, '10.0.9.0/28', 'ap-northeast-1a');
    expect(() => aws.network.addSubnet(endpoint, twin)).toThrow(expect.objectContaining({ code: 'DuplicateSubnetsInSameZone' }));
  });

  test('private DNS changes ids and addresses under the same endpoint id', async () => {
    const ids = aws.network.networkInterfaceIds(endpoint);
    const before = addresses();
    aws.network.setPrivateDnsEnabled(endpoint, true);
    expect(await describeEndpoint(endpoint.vpcEndpointId)).toMatchObject({ PrivateDnsEnabled: true, NetworkInterfaceIds: { length: 3 } });
    expect(addresses().filter(address => before.includes(address))).toEqual([]);
    await expect(describeInterfaces(...ids)).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound' });
  });

  test('a deleted endpoint is gone with its interfaces, and its addresses can go to others', async () => {
    const [{ subnet, networkInterfaceId, privateIpAddress }] = endpoint.networkInterfaces;
    aws.network.deleteEndpoint(endpoint);
    await expect(describeEndpoint(endpoint.vpcEndpointId)).rejects.toMatchObject({ name: 'InvalidVpcEndpointId.NotFound' });
    await expect(describeInterfaces(networkInterfaceId)).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound' });
    const other = aws.network.createNetworkInterface(subnet, privateIpAddress);
    const { NetworkInterfaces } = await describeInterfaces(other.networkInterfaceId);
    expect(NetworkInterfaces?.[0]).toMatchObject({ PrivateIpAddress: privateIpAddress, InterfaceType: 'interface' });
  });

  test('addresses lie in their subnet, differ, and leave out those that AWS keeps', () => {
    const [subnet] = aws.network.createVpc(['10.7.0.16/28']).subnets;
    const given = many(11, () => aws.network.createNetworkInterface(subnet).privateIpAddress!);
    expect(given.sort()).toEqual(many(11, index => `10.7.0.${index + 20}`));
    expect(() => aws.network.createNetworkInterface(subnet)).toThrow('No free address in 10.7.0.16/28');
  });
});

describe('RegisterTargets and DeregisterTargets', () => {
  test('a registered target takes the port of the group and the zone of its subnet', async () => {
    const [id] = addresses();
    await register({ Id: id });
    expect(await describeHealth()).toEqual([
      { Target: { Id: id, Port: 80, AvailabilityZone: 'ap-northeast-1a' }, HealthCheckPort: '80', TargetHealth: { State: 'healthy' } },
    ]);
  });

  test('registering twice changes nothing, another port is another target', async () => {
    const [id] = addresses();
    await register({ Id: id }, { Id: id });
    await register({ Id: id, Port: 80 });
    await register({ Id: id, Port: 8080 });
    expect(group.targets.map(target => target.port)).toEqual([80, 8080]);
  });

  test('deregistering matches the port, and what is not registered is passed over', async () => {
    const [id, other] = addresses();
    await register({ Id: id, Port: 8080 });
    await deregister({ Id: id }, { Id: other });
    expect(await states()).toEqual({ [id]: 'healthy' });
    await deregister({ Id: id, Port: 8080 });
    expect(await states()).toEqual({ [id]: 'draining' });
  });

  test('a draining target can be registered again, and is gone at the end of the delay otherwise', async () => {
    const [first, second] = addresses();
    await register({ Id: first }, { Id: second });
    await deregister({ Id: first }, { Id: second });
    await register({ Id: first });
    expect(await states()).toEqual({ [first]: 'healthy', [second]: 'draining' });
    expect(aws.targetGroups.registeredIds(group)).toEqual([first]);
    aws.targetGroups.finishDraining(group);
    expect(await states()).toEqual({ [first]: 'healthy' });
  });

  test('a draining target is refused if the test wants that reading of the documents', async () => {
    const [id] = addresses();
    await register({ Id: id });
    await deregister({ Id: id });
    aws.targetGroups.acceptDraining = false;
    await expect(register({ Id: id })).rejects.toMatchObject({ name: 'InvalidTargetException' });
    aws.targetGroups.finishDraining(group);
    await register({ Id: id });
    expect(await states()).toEqual({ [id]: 'healthy' });
  });

  test('a target of a group that is not in use goes without draining', async () => {
    group.inUse = false;
    await register({ Id: addresses()[0] });
    await deregister({ Id: addresses()[0] });
    expect(group.targets).toEqual([]);
  });

  test.each<[string, TargetDescription, string, string]>([
    ['an address outside the VPC without a zone', { Id: '10.9.0.1' }, 'ValidationError',
      "The Availability Zone is required for IP address '10.9.0.1' because it is not in the VPC"],
    ['an address inside the VPC with another zone', { Id: '10.0.0.9', AvailabilityZone: 'all' }, 'ValidationError',
      "The IP address '10.0.0.9' is within the VPC, and cannot have its Availability Zone overridden to 'all' from 'ap-northeast-1a'"],
    ['a public address', { Id: '8.8.8.8', AvailabilityZone: 'all' }, 'InvalidTargetException', "The IP address '8.8.8.8' is neither"],
    ['an address of the other family', { Id: '2001:db8::1' }, 'ValidationError', 'not a valid IPv4 address'],
    ['an instance id', { Id: 'i-0123456789abcdef0' }, 'ValidationError', 'not a valid IPv4 address'],
    ['a port that does not exist', { Id: '10.0.0.9', Port: 65536 }, 'ValidationError', "Port '65536' must be between '1' and '65535'"],
  ])('%s is refused, and no other target of the call is registered', async (_, target, name, message) => {
    await expect(register({ Id: addresses()[0] }, target)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(group.targets).toEqual([]);
  });

  test('an address outside the VPC is accepted for all zones', async () => {
    await register({ Id: '10.9.0.1', AvailabilityZone: 'all' });
    expect(await describeHealth()).toMatchObject([{ Target: { Id: '10.9.0.1', AvailabilityZone: 'all' }, TargetHealth: { State: 'healthy' } }]);
  });

  test('an IPv6 group takes IPv6 addresses', async () => {
    const vpc = aws.network.createVpc();
    const { networkInterfaces: [eni] } = aws.network.createEndpoint({ subnets: vpc.subnets, ipAddressType: 'ipv6' });
    group = aws.targetGroups.create({ vpc, ipAddressType: 'ipv6' });
    await register({ Id: eni.ipv6Address });
    expect(await states()).toEqual({ [eni.ipv6Address!]: 'healthy' });
    await expect(register({ Id: '10.0.0.9' })).rejects.toThrow('not a valid IPv6 address');
  });

  test('a group takes a thousand targets and no more', async () => {
    aws.targetGroups.register(group, Array.from({ length: 1000 }, (_, index) => ({ id: '10.0.0.9', port: index + 1 })));
    await expect(register({ Id: '10.0.0.9', Port: 1001 })).rejects.toMatchObject({ name: 'TooManyTargetsException' });
    await register({ Id: '10.0.0.9', Port: 1 });
  });

  test('a group that is gone or was never named is refused', async () => {
    aws.targetGroups.delete(aws.targetGroups.create({ vpc: aws.network.createVpc(), inUse: false }));
    expect(() => aws.targetGroups.delete(group)).toThrow(expect.objectContaining({ code: 'ResourceInUse' }));
    group.inUse = false;
    aws.targetGroups.delete(group);
    await expect(register({ Id: '10.0.0.9' })).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    await expect(deregister({ Id: '10.0.0.9' })).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    await expect(elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: 'group', Targets: [{ Id: '10.0.0.9' }] })))
      .rejects.toMatchObject({ name: 'ValidationError', message: "'group' is not a valid target group ARN" });
    await expect(elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: undefined, Targets: [{ Id: '10.0.0.9' }] })))
      .rejects.toThrow("'TargetGroupArn' must be specified");
  });

  test('an empty list of targets is refused', async () => {
    await expect(register()).rejects.toMatchObject({ name: 'ValidationError', message: "'Targets' must be specified" });
  });
});

describe('DescribeTargetHealth', () => {
  test('targets are not in use until a listener uses their group', async () => {
    group.inUse = false;
    await register({ Id: addresses()[0] });
    expect((await describeHealth())[0].TargetHealth).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
    group.inUse = true;
    expect((await describeHealth())[0].TargetHealth).toEqual({ State: 'healthy' });
  });

  test('a target in a zone that the load balancer does not have is not in use', async () => {
    group.enabledZones = ['ap-northeast-1c'];
    await register({ Id: addresses()[0] });
    expect((await describeHealth())[0].TargetHealth).toMatchObject({
      Reason: 'Target.NotInUse', Description: expect.stringContaining('not enabled'),
    });
  });

  test('a target is initial until the test makes it healthy, and draining whatever the test says', async () => {
    group.healthOnRegistration = INITIAL;
    const [first, second, third] = addresses();
    await register({ Id: first }, { Id: second }, { Id: third });
    expect((await describeHealth())[0].TargetHealth).toMatchObject({ State: 'initial', Reason: 'Elb.RegistrationInProgress' });
    await deregister({ Id: third });
    aws.targetGroups.setHealth(group, { state: 'healthy' }, first);
    expect(await states()).toEqual({ [first]: 'healthy', [second]: 'initial', [third]: 'draining' });
    aws.targetGroups.setHealth(group, { state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' });
    expect(await states()).toEqual({ [first]: 'unhealthy', [second]: 'unhealthy', [third]: 'draining' });
  });

  test('answers for the targets asked for only, also for one that is not registered', async () => {
    await register(...addresses().map(Id => ({ Id })));
    const [id] = addresses();
    expect(await describeHealth([{ Id: id, Port: 81 }])).toMatchObject([{
      Target: { Id: id, Port: 81 }, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' },
    }]);
    expect(await describeHealth([{ Id: id }])).toMatchObject([{ Target: { Id: id, Port: 80 }, TargetHealth: { State: 'healthy' } }]);
  });
});

describe('DescribeTargetGroups', () => {
  test('answers groups by their ARNs', async () => {
    aws.targetGroups.create({ vpc: aws.network.createVpc(), name: 'other' });
    const { TargetGroups } = await elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [group.targetGroupArn] }));
    expect(TargetGroups).toEqual([expect.objectContaining({
      TargetGroupArn: expect.stringMatching(/^arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup\/group\/[0-9a-f]{16}$/),
      TargetGroupName: 'group',
      TargetType: 'ip',
      Port: 80,
      Protocol: 'HTTP',
      VpcId: endpoint.vpcId,
      IpAddressType: 'ipv4',
    })]);
  });

  test('pages with a marker without losing or repeating a group', async () => {
    many(4, index => aws.targetGroups.create({ vpc: aws.network.createVpc(), name: `group${index}` }).targetGroupArn);
    const names: (string | undefined)[] = [];
    let Marker: string | undefined;
    let pages = 0;
    do {
      const page = await elbv2.send(new DescribeTargetGroupsCommand({ PageSize: 2, Marker }));
      names.push(...page.TargetGroups!.map(({ TargetGroupName }) => TargetGroupName));
      Marker = page.NextMarker;
      pages++;
    } while (Marker);
    expect(pages).toBe(3);
    expect(names.sort()).toEqual(['group', 'group0', 'group1', 'group2', 'group3']);
  });

  test('refuses unknown groups, unknown markers, wrong page sizes and more than 20 groups', async () => {
    const send = (input: DescribeTargetGroupsCommand['input']) => elbv2.send(new DescribeTargetGroupsCommand(input));
    const gone = group.targetGroupArn.replace(/\w{16}$/, '0'.repeat(16));
    await expect(send({ TargetGroupArns: [gone] })).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    await expect(send({ Marker: 'stale' })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(send({ PageSize: 401 })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(send({ TargetGroupArns: many(21, () => group.targetGroupArn) })).rejects.toThrow("more than '20' target groups");
  });
});

describe('tags', () => {
  const describeTags = async () => {
    const { TagDescriptions } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [group.targetGroupArn] }));
    return Object.fromEntries(TagDescriptions![0].Tags!.map(({ Key, Value }) => [Key, Value]));
  };

  test('are added, overwritten, described and removed', async () => {
    group.tags.set('aws:cloudformation:stack-name', 'Stack');
    await addTags(['owner', 'first'], ['a key', 'ünï +-=._:/@ 1'], ['empty', '']);
    await addTags(['owner', 'second']);
    expect(await describeTags()).toEqual({
      'aws:cloudformation:stack-name': 'Stack', 'owner': 'second', 'a key': 'ünï +-=._:/@ 1', 'empty': '',
    });
    await elbv2.send(new RemoveTagsCommand({ ResourceArns: [group.targetGroupArn], TagKeys: ['owner', 'unknown'] }));
    expect(Object.keys(await describeTags())).not.toContain('owner');
  });

  test('number at most 50, those of AWS itself and overwritten ones not counted', async () => {
    group.tags.set('aws:cloudformation:stack-name', 'Stack');
    await addTags(...many(50, index => `key${index}`).map((key): [string, string] => [key, 'x']));
    await addTags(['key0', 'y']);
    await expect(addTags(['one too many', 'x'])).rejects.toMatchObject({ name: 'TooManyTagsException' });
    expect(group.tags.size).toBe(51);
  });

  test.each<[string, [string, string][], string]>([
    ['a key of 129 characters', [['k'.repeat(129), 'v']], 'ValidationError'],
    ['an empty key', [['', 'v']], 'ValidationError'],
    ['a value of 257 characters', [['k', 'v'.repeat(257)]], 'ValidationError'],
    ['a comma in a value', [['k', '10.0.0.1,10.0.1.1']], 'ValidationError'],
    ['a brace in a key, and a good tag with it', [['good', 'v'], ['{k}', 'v']], 'ValidationError'],
    ['a key that begins with aws:', [['aws:k', 'v']], 'ValidationError'],
    ['a key given twice', [['k', 'v'], ['k', 'w']], 'DuplicateTagKeysException'],
    ['no tag', [], 'ValidationError'],
  ])('refuse %s', async (_, tags, name) => {
    await expect(addTags(...tags)).rejects.toMatchObject({ name });
    expect(group.tags.size).toBe(0);
  });

  test('take keys of 128 and values of 256 characters', async () => {
    await addTags(['k'.repeat(128), 'v'.repeat(256)]);
    expect(await describeTags()).toEqual({ ['k'.repeat(128)]: 'v'.repeat(256) });
  });

  test('of AWS itself cannot be removed, and those of a group that is gone cannot be read', async () => {
    const ResourceArns = [group.targetGroupArn];
    await expect(elbv2.send(new RemoveTagsCommand({ ResourceArns, TagKeys: ['aws:k'] }))).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(elbv2.send(new DescribeTagsCommand({ ResourceArns: [] }))).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(elbv2.send(new RemoveTagsCommand({ ResourceArns: [], TagKeys: ['k'] }))).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(elbv2.send(new DescribeTagsCommand({ ResourceArns: many(21, () => group.targetGroupArn) }))).rejects.toThrow("more than '20'");
    group.inUse = false;
    aws.targetGroups.delete(group);
    await expect(describeTags()).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
    await expect(addTags(['k', 'v'])).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' });
  });
});

describe('IAM', () => {
  const allow = (statement: Partial<Statement>): PolicyDocument => ({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...statement }],
  });
  const allows = (statement: Partial<Statement>, context: Context = {}, resource = '*') =>
    new Policies([allow(statement)]).allow('elasticloadbalancing:AddTags', resource, context);

  test('without a permission each service answers its own error', async () => {
    aws.usePolicies(allow({ Action: 'logs:*' }));
    await expect(describeInterfaces()).rejects.toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
    await expect(register({ Id: addresses()[0] })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`not authorized to perform: elasticloadbalancing:RegisterTargets on resource: ${group.targetGroupArn}`),
      $metadata: { httpStatusCode: 403 },
    });
    aws.usePolicies();
    await register({ Id: addresses()[0] });
  });

  test('a permission limited to a tag ends with the tag, and with the group', async () => {
    aws.usePolicies(allow({
      Action: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
      Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } },
    }));
    await expect(register({ Id: addresses()[0] })).rejects.toMatchObject({ name: 'AccessDenied' });
    group.tags.set('owner', 'us');
    await register({ Id: addresses()[0] });
    group.inUse = false;
    aws.targetGroups.delete(group);
    await expect(deregister({ Id: addresses()[0] })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a permission for one group does not reach another', async () => {
    aws.usePolicies(allow({ Action: 'elasticloadbalancing:Register*', Resource: group.targetGroupArn }));
    await register({ Id: addresses()[0] });
    group = aws.targetGroups.create({ vpc: aws.network.createVpc() });
    await expect(register({ Id: '10.0.0.9' })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('describing knows no permission for a single resource', async () => {
    aws.usePolicies(allow({ Resource: group.targetGroupArn }));
    await expect(describeHealth()).rejects.toMatchObject({ name: 'AccessDenied', message: expect.not.stringContaining('on resource') });
    await expect(elbv2.send(new DescribeTagsCommand({ ResourceArns: [group.targetGroupArn] }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(elbv2.send(new DescribeTargetGroupsCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await addTags(['k', 'v']);
  });

  test('the keys of added and removed tags can be limited', async () => {
    aws.usePolicies(allow({ Condition: { 'ForAllValues:StringLike': { 'aws:TagKeys': 'cdk-*' } } }));
    await addTags(['cdk-a', 'v'], ['cdk-b', 'v']);
    await expect(addTags(['cdk-a', 'v'], ['other', 'v'])).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(elbv2.send(new RemoveTagsCommand({ ResourceArns: [group.targetGroupArn], TagKeys: ['other'] })))
      .rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('the values of added tags can be limited', async () => {
    aws.usePolicies(allow({ Condition: { StringEquals: { 'aws:RequestTag/k': 'v' } } }));
    await addTags(['k', 'v']);
    await expect(addTags(['k', 'w'])).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each(['aws:RequestedRegion', 'ec2:Region'])('requests can be limited by %s', async key => {
    aws.usePolicies(allow({ Condition: { StringEquals: { [key]: 'ap-northeast-1' } } }));
    await describeInterfaces();
    aws.usePolicies(allow({ Condition: { StringEquals: { [key]: 'eu-west-1' } } }));
    await expect(describeInterfaces()).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
  });

  test('an explicit Deny wins over any Allow', async () => {
    aws.usePolicies(allow({}), allow({ Effect: 'Deny', Action: 'elasticloadbalancing:*Targets' }));
    await describeInterfaces();
    await expect(register({ Id: addresses()[0] })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('all conditions must hold, each with any of its values', () => {
    const Condition = { StringEquals: { a: ['1', '2'], b: '3' } };
    expect(allows({ Condition }, { a: '2', b: '3' })).toBe(true);
    expect(allows({ Condition }, { a: '2', b: '4' })).toBe(false);
    expect(allows({ Condition }, { a: '2' })).toBe(false);
  });

  test('an absent key holds with ForAllValues and IfExists, and fails otherwise', () => {
    expect(allows({ Condition: { 'ForAllValues:StringEquals': { a: '1' } } })).toBe(true);
    expect(allows({ Condition: { StringEqualsIfExists: { a: '1' } } })).toBe(true);
    expect(allows({ Condition: { StringEqualsIfExists: { a: '1' } } }, { a: '2' })).toBe(false);
    expect(allows({ Condition: { 'ForAnyValue:StringEquals': { a: '1' } } })).toBe(false);
    expect(allows({ Condition: { 'ForAnyValue:StringEquals': { a: '1' } } }, { a: ['1', '2'] })).toBe(true);
    expect(allows({ Condition: { 'ForAllValues:StringEquals': { a: '1' } } }, { a: ['1', '2'] })).toBe(false);
    expect(allows({ Condition: { Null: { a: 'false' } } })).toBe(false);
    expect(allows({ Condition: { Null: { a: 'false' } } }, { a: '1' })).toBe(true);
  });

  test('names of actions and condition keys disregard case, values do not', () => {
    const statement = { Action: 'ElasticLoadBalancing:addtags', Condition: { StringEquals: { 'AWS:ResourceTag/k': 'v' } } };
    expect(allows(statement, { 'aws:ResourceTag/k': 'v' })).toBe(true);
    expect(allows({ Condition: { StringEquals: { k: 'v' } } }, { k: 'V' })).toBe(false);
  });

  test('a wildcard in an ARN does not span its parts', () => {
    const resource = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/g/0';
    expect(allows({ Resource: 'arn:*:elasticloadbalancing:*:123456789012:targetgroup/*' }, {}, resource)).toBe(true);
    expect(allows({ Resource: 'arn:aws:*:targetgroup/g/0' }, {}, resource)).toBe(false);
    expect(allows({ Condition: { ArnLike: { a: 'arn:aws:*:*:*:targetgroup/?/0' } } }, { a: resource })).toBe(true);
    expect(allows({ Condition: { StringLike: { a: 'arn:*g/0' } } }, { a: resource })).toBe(true);
  });

  test('what cannot be evaluated is refused rather than skipped', () => {
    const unresolved = { Ref: 'Group' } as unknown as string;
    const expiring = allow({ Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } } });
    expect(() => aws.usePolicies(expiring)).toThrow("'DateLessThan' is not implemented");
    expect(() => aws.usePolicies(allow({ NotAction: 'ec2:*' } as Partial<Statement>))).toThrow("'NotAction' is not implemented");
    expect(() => aws.usePolicies(allow({ Resource: unresolved }))).toThrow('must be resolved to plain strings');
    expect(() => aws.usePolicies(allow({ Resource: 'arn:${AWS::Partition}:x' }))).toThrow('must be resolved to plain strings');
  });
});

describe('faults', () => {
  test('throttle with the code of each service, as often as asked', async () => {
    aws.faults.throttle('DescribeNetworkInterfaces', 2);
    aws.faults.throttle('RegisterTargets');
    await expect(describeInterfaces()).rejects.toMatchObject({ name: 'RequestLimitExceeded', $metadata: { httpStatusCode: 503 } });
    await expect(describeInterfaces()).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    await describeInterfaces();
    expect(aws.faults.pending).toBe(1);
    await expect(register({ Id: addresses()[0] })).rejects.toMatchObject({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
    expect(aws.faults.pending).toBe(0);
  });

  test('are retried by the SDK, which makes them calls of their own', async () => {
    const patient = new EC2Client({ maxAttempts: 4 });
    aws.faults.serverError('DescribeVpcEndpoints');
    aws.faults.resetConnection('DescribeVpcEndpoints');
    aws.faults.throttle('DescribeVpcEndpoints');
    await patient.send(new DescribeVpcEndpointsCommand({}));
    expect(aws.calls.map(call => call.error)).toEqual(['InternalError', 'ConnectionReset', 'RequestLimitExceeded', undefined]);
    patient.destroy();
  });

  test('answer that nothing is there although it is', async () => {
    const [id] = aws.network.networkInterfaceIds(endpoint);
    aws.faults.notFound('DescribeNetworkInterfaces');
    aws.faults.notFound('DescribeVpcEndpoints');
    ['DescribeTargetHealth', 'DescribeTags', 'DescribeTargetGroups', 'AddTags', 'RegisterTargets'].forEach(action => aws.faults.notFound(action));
    await expect(describeInterfaces(id)).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound', message: expect.stringContaining(id) });
    await expect(describeEndpoint(endpoint.vpcEndpointId)).rejects.toMatchObject({ name: 'InvalidVpcEndpointId.NotFound' });
    const gone = { name: 'TargetGroupNotFoundException', message: `Target groups '${group.targetGroupArn}' not found` };
    const ResourceArns = [group.targetGroupArn];
    await expect(describeHealth()).rejects.toMatchObject(gone);
    await expect(elbv2.send(new DescribeTagsCommand({ ResourceArns }))).rejects.toMatchObject(gone);
    await expect(elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: ResourceArns }))).rejects.toMatchObject(gone);
    await expect(addTags(['k', 'v'])).rejects.toMatchObject(gone);
    await expect(register({ Id: addresses()[0] })).rejects.toMatchObject(gone);
    expect((await describeInterfaces(id)).NetworkInterfaces).toHaveLength(1);
  });

  test('shorten a list', async () => {
    await register(...addresses().map(Id => ({ Id })));
    aws.faults.shorten('DescribeNetworkInterfaces', 1);
    aws.faults.shorten('DescribeVpcEndpoints', 2);
    aws.faults.shorten('DescribeTargetHealth', 5);
    expect((await describeInterfaces(...aws.network.networkInterfaceIds(endpoint))).NetworkInterfaces).toHaveLength(2);
    expect((await describeEndpoint(endpoint.vpcEndpointId))?.NetworkInterfaceIds).toHaveLength(1);
    expect(await describeHealth()).toHaveLength(0);
    expect(await describeHealth()).toHaveLength(3);
    aws.faults.shorten('RegisterTargets', 1);
    await expect(register({ Id: addresses()[0] })).rejects.toThrow('The answer of RegisterTargets has no list to shorten');
  });

  test('break the connection before or after the call took effect', async () => {
    const [first, second] = addresses();
    aws.faults.resetConnection('RegisterTargets');
    aws.faults.resetConnection('RegisterTargets', 1, 'beforeAnswer');
    await expect(register({ Id: first })).rejects.toThrow('socket hang up');
    expect(group.targets).toEqual([]);
    await expect(register({ Id: second })).rejects.toThrow('socket hang up');
    expect(aws.targetGroups.registeredIds(group)).toEqual([second]);
    expect(aws.calls.map(call => call.error)).toEqual(['ConnectionReset', 'ConnectionReset']);
  });

  test('delay an answer, and let changes happen in between', async () => {
    aws.faults.delay('DescribeNetworkInterfaces', 50);
    aws.faults.meanwhile('DescribeNetworkInterfaces', () => aws.network.deleteEndpoint(endpoint));
    const begin = Date.now();
    const ids = aws.network.networkInterfaceIds(endpoint);
    await describeInterfaces(...ids);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(45);
    await expect(describeInterfaces(...ids)).rejects.toMatchObject({ name: 'InvalidNetworkInterfaceID.NotFound' });
  });

  test('refuse what the policies allow, fail with any error, let calls through first, and are forgotten when cleared', async () => {
    aws.faults.pass('AddTags');
    aws.faults.deny('AddTags');
    aws.faults.fail('AddTags', new AwsError('OperationNotPermitted', 'No & <never>'));
    aws.faults.throttle('AddTags', 9);
    await addTags(['k', 'v']);
    await expect(addTags(['k', 'v'])).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(addTags(['k', 'v'])).rejects.toMatchObject({ name: 'OperationNotPermittedException', message: 'No & <never>' });
    aws.faults.clear();
    await addTags(['k', 'v']);
  });
});

describe('the log of calls', () => {
  test('has every call in order, with parameters and error code', async () => {
    await register({ Id: '10.0.0.9', Port: 8080 });
    await expect(describeInterfaces('eni-00000000000000001')).rejects.toThrow();
    expect(aws.calls).toEqual([
      {
        service: 'elasticloadbalancing',
        action: 'RegisterTargets',
        time: expect.any(Number),
        params: { TargetGroupArn: group.targetGroupArn, Targets: [{ Id: '10.0.0.9', Port: '8080' }] },
      },
      {
        service: 'ec2',
        action: 'DescribeNetworkInterfaces',
        time: expect.any(Number),
        params: { NetworkInterfaceId: ['eni-00000000000000001'] },
        error: 'InvalidNetworkInterfaceID.NotFound',
      },
    ]);
    expect(aws.callsOf('RegisterTargets', 'AddTags')).toEqual([aws.calls[0]]);
  });

  test('keeps ten and more list entries in order', async () => {
    const targets = many(12, index => `10.0.0.${index + 4}`);
    await register(...targets.map(Id => ({ Id })));
    expect(aws.calls[0].params.Targets).toEqual(targets.map(Id => ({ Id })));
  });
});

describe('the server', () => {
  test('refuses actions and services that it does not know', async () => {
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' });
    const answer = await fetch(aws.environment.AWS_ENDPOINT_URL, { method: 'POST', body: 'Action=ListUsers&Version=2010-05-08' });
    expect([answer.status, await answer.text()]).toEqual([400, 'no service has version 2010-05-08']);
  });

  test('tells of its own defects in a way that the SDK does not retry', async () => {
    aws.faults.meanwhile('DescribeVpcEndpoints', () => { throw new TypeError('oops'); });
    await expect(describeEndpoint(endpoint.vpcEndpointId)).rejects.toMatchObject({
      name: 'DefectOfTheFake', message: expect.stringContaining('oops'),
    });
    expect(aws.calls).toHaveLength(1);
  });
});

describe('a custom resource', () => {
  let resource: CustomResource;
  let answers: (HandlerResponse | Error | undefined)[];
  const types = () => resource.events.map(event => event.RequestType);

  beforeEach(() => {
    answers = [];
    resource = new CustomResource({
      handler: async () => {
        const answer = answers.shift();
        if (answer instanceof Error) { throw answer; }
        return answer;
      },
    });
  });

  test('is created with strings for scalars, without what has no value, and keeps id and data', async () => {
    answers = [{ PhysicalResourceId: 'one', Data: { Count: 2 } }];
    await resource.create({ Port: 80, Wait: true, Ids: ['b', 1], Nested: { A: 1, B: undefined }, None: undefined });
    expect(resource.events[0]).toMatchObject({
      RequestType: 'Create',
      StackId: expect.stringMatching(/^arn:aws:cloudformation:ap-northeast-1:123456789012:stack\/Stack\/[0-9a-f-]{36}$/),
      LogicalResourceId: 'Resource',
      ResourceType: 'Custom::Resource',
    });
    expect(resource.events[0].ResourceProperties).toEqual({
      ServiceToken: expect.stringContaining('arn:aws:lambda:'), Port: '80', Wait: 'true', Ids: ['b', '1'], Nested: { A: '1' },
    });
    expect([resource.physicalResourceId, resource.data]).toEqual(['one', { Count: 2 }]);
    await expect(resource.create({})).rejects.toThrow('The resource exists');
  });

  test('gets the request id for its physical id if the handler names none, and keeps it', async () => {
    await resource.create({ A: 1 });
    expect(resource.physicalResourceId).toBe(resource.events[0].RequestId);
    await resource.update({ A: 2 });
    await resource.delete();
    expect(resource.events[2]).toMatchObject({ PhysicalResourceId: resource.events[0].RequestId });
    expect(await resource.delete()).toBe(false);
  });

  test('gets no event while its resolved properties are the same', async () => {
    await resource.create({ A: 1, B: [1, 2] });
    expect(await resource.update({ B: ['1', '2'], A: '1' })).toBe(false);
    expect(await resource.rollback()).toBe(false);
    expect(await resource.update({ A: 1, B: [2, 1] })).toBe(true);
    expect(types()).toEqual(['Create', 'Update']);
    expect(resource.events[1]).toMatchObject({ ResourceProperties: { B: ['2', '1'] }, OldResourceProperties: { B: ['1', '2'] } });
  });

  test('leaves nothing to delete after a failed Create', async () => {
    answers = [new Error('no')];
    await expect(resource.create({ A: 1 })).rejects.toThrow('no');
    expect(await resource.delete()).toBe(false);
    await expect(resource.update({ A: 2 })).rejects.toThrow('The resource does not exist');
    expect(types()).toEqual(['Create']);
  });

  test('with another physical id is replaced, and the old one deleted with the old properties in the clean-up only', async () => {
    answers = [{ PhysicalResourceId: 'one' }, { PhysicalResourceId: 'two' }];
    await resource.create({ A: 1 });
    await resource.update({ A: 2 });
    expect(types()).toEqual(['Create', 'Update']);
    await resource.cleanUp();
    await resource.cleanUp();
    expect(types()).toEqual(['Create', 'Update', 'Delete']);
    expect(resource.events[2]).toMatchObject({ PhysicalResourceId: 'one', ResourceProperties: { A: '1' } });
    expect(resource.physicalResourceId).toBe('two');
  });

  test('after a failed update is updated back to the old properties', async () => {
    answers = [{ PhysicalResourceId: 'one' }, new Error('no')];
    await resource.create({ A: 1 });
    await expect(resource.update({ A: 2 })).rejects.toThrow('no');
    expect(await resource.rollback()).toBe(true);
    expect(resource.events[2]).toMatchObject({
      RequestType: 'Update', PhysicalResourceId: 'one', ResourceProperties: { A: '1' }, OldResourceProperties: { A: '2' },
    });
    expect(await resource.rollback()).toBe(false);
    expect(await resource.update({ A: 1 })).toBe(false);
  });

  test('after a failure elsewhere is updated back, and the replacement is deleted instead of the original', async () => {
    answers = [{ PhysicalResourceId: 'one' }, { PhysicalResourceId: 'two' }, { PhysicalResourceId: 'one' }];
    await resource.create({ A: 1 });
    await resource.update({ A: 2 });
    await resource.rollback();
    await resource.cleanUp();
    expect(resource.events.slice(2)).toMatchObject([
      { RequestType: 'Update', PhysicalResourceId: 'two', ResourceProperties: { A: '1' }, OldResourceProperties: { A: '2' } },
      { RequestType: 'Delete', PhysicalResourceId: 'two', ResourceProperties: { A: '2' } },
    ]);
    expect(resource.physicalResourceId).toBe('one');
  });

  test('can get the same event twice', async () => {
    await expect(resource.redeliver()).rejects.toThrow('No event was sent yet');
    const seen: string[] = [];
    resource = new CustomResource({ handler: async event => { seen.push(JSON.stringify(event)); } });
    await resource.create({ A: 1 });
    await resource.redeliver();
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe(seen[0]);
  });

  test('must not change its id on Delete, nor answer more than 4096 bytes', async () => {
    answers = [{ PhysicalResourceId: 'one', Data: { Text: 'x'.repeat(4096) } }, { PhysicalResourceId: 'one' }, { PhysicalResourceId: 'two' }];
    await expect(resource.create({})).rejects.toThrow('Response object is too long.');
    await resource.create({});
    await expect(resource.delete()).rejects.toThrow('cannot change the physical resource ID from "one" to "two"');
  });
});
