import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { Deployment } from './deployment';
import { AlbToPrivateLinkTargets, InterfaceEndpointTarget } from '../../src';
import { RECORD_TAG_PREFIX } from '../../src/handler/contract';
import { recordedTargets } from '../../src/handler/record';
import { AwsError, type Endpoint, FakeAws, type Handler, type HandlerResponse, type Subnet, type TargetGroup, type Vpc } from '../fakes';
import { hurry } from '../fakes/hurry';

const BUNDLE = readFileSync(join(__dirname, '../../assets/handler/custom-resources.lambda/index.js'), 'utf8');
/** More often than anything is tried. */
const ALWAYS = 100;

/** The calls of each stage of a life, in their order, looks in a row counted once; the change is one that brings and takes away targets. */
const CREATION = ['DescribeNetworkInterfaces', 'DescribeTags', 'DescribeTargetHealth', 'AddTags', 'RegisterTargets'];
const CHANGE = [
  ...CREATION.slice(0, 4), 'DescribeTags', 'RegisterTargets', 'DescribeStacks', 'DescribeVpcEndpoints', 'DescribeTargetHealth', 'DescribeTags', 'DeregisterTargets', 'DescribeTargetHealth', 'DescribeTags',
  'AddTags', 'RemoveTags',
];
const REMOVAL = ['DescribeTags', 'DescribeTargetHealth', 'DescribeStacks', 'DeregisterTargets', 'DescribeTargetHealth', 'RemoveTags'];

let aws: FakeAws;
let vpc: Vpc;
let deployment: Deployment;
let handler: Handler;
let foreign: [TargetGroup, string][];
let violations: string[];
let logLines: string[];
let realEnvironment: NodeJS.ProcessEnv;

beforeEach(async () => {
  aws = await FakeAws.start();
  realEnvironment = process.env;
  process.env = { ...realEnvironment, ...aws.environment };
  foreign = [];
  violations = [];
  logLines = [];
  hurry();
  watch();
  jest.spyOn(console, 'log').mockImplementation(line => logLines.push(line));
  // what Lambda runs, as if in a new execution environment; only the SDK is shared
  handler = aws.process.load(BUNDLE, require);
  vpc = aws.network.createVpc(['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']);
  deployment = new Deployment(aws, event => handler(event));
});

afterEach(async () => {
  check();
  jest.restoreAllMocks();
  process.env = realEnvironment;
  await aws.stop();
  // of every test: what is true at each moment of each life
  expect(violations).toEqual([]);
  expect(logLines.map(line => typeof JSON.parse(line))).toEqual(logLines.map(() => 'object'));
  expect(aws.faults.pending).toBe(0);
});

/** Looks at the groups before every call, and so after every call but the last. */
function watch(): void {
  const take = aws.faults.take.bind(aws.faults);
  jest.spyOn(aws.faults, 'take').mockImplementation(action => {
    check();
    return take(action);
  });
}

function check(): void {
  const before = `before call ${aws.calls.length}, ${aws.calls.at(-1)?.action}`;
  for (const group of aws.targetGroups.all.values()) {
    const recorded = records(group).flatMap(([, value]) => recordedTargets(value)).map(({ address, port }) => `${address}:${port}`);
    const others = foreign.filter(([groupOfForeign]) => groupOfForeign === group).map(([, target]) => target);
    violations.push(...held(group).filter(target => !others.includes(target) && !recorded.includes(target)).map(target => `${target} unrecorded ${before}`));
    violations.push(...others.filter(target => !held(group).includes(target)).map(target => `${target} of somebody else is gone ${before}`));
  }
}

/** Somebody else registers targets. */
function registerByHand(group: TargetGroup, ...targets: string[]): void {
  for (const target of targets) {
    const [id, port] = target.split(':');
    aws.targetGroups.register(group, [{ id, port: Number(port) }]);
    foreign.push([group, target]);
  }
}

/** What is registered and does not drain, sorted. */
function held(group: TargetGroup): string[] {
  return group.targets.filter(target => target.health.state !== 'draining').map(({ id, port }) => `${id}:${port}`).sort();
}

function targetsOf(endpoint: Endpoint, port = 80): string[] {
  return aws.network.privateIpAddresses(endpoint).map(address => `${address}:${port}`).sort();
}

function records(group: TargetGroup): [string, string][] {
  return [...group.tags].filter(([key]) => key.startsWith(RECORD_TAG_PREFIX));
}

function actions(from = 0): string[] {
  const all = aws.calls.slice(from).map(call => call.action);
  return all.filter((action, index) => action !== 'DescribeTargetHealth' || all[index - 1] !== action);
}

/** The actions that `run` takes. */
async function actionsOf(run: () => Promise<unknown>): Promise<string[]> {
  const before = aws.calls.length;
  await run();
  return actions(before);
}

async function failureOf(run: Promise<unknown>): Promise<string> {
  return run.then(() => { throw new Error('It did not fail'); }, (error: Error) => error.message);
}

interface EndpointDesign {
  readonly endpointId?: string;
  readonly subnets?: Subnet[];
  readonly privateDns?: boolean;
  readonly ipAddressType?: ec2.VpcEndpointIpAddressType;
}

interface GroupDesign {
  readonly groupId?: string;
  readonly protocol?: elbv2.ApplicationProtocol;
  readonly groupIpAddressType?: elbv2.TargetGroupIpAddressType;
  /** A group that the stack does not own. */
  readonly importedGroup?: TargetGroup;
}

interface Design extends EndpointDesign, GroupDesign {
  readonly targetId?: string;
  readonly importedEndpoint?: Endpoint;
  readonly port?: number;
  readonly refresh?: string;
}

function vpcIn(stack: Stack, of: Vpc): ec2.IVpc {
  return stack.node.tryFindChild(of.vpcId) as ec2.IVpc ?? ec2.Vpc.fromVpcAttributes(stack, of.vpcId, {
    vpcId: of.vpcId,
    availabilityZones: of.subnets.map(subnet => subnet.availabilityZone),
    privateSubnetIds: of.subnets.map(subnet => subnet.subnetId),
  });
}

function endpointIn(stack: Stack, { endpointId = 'Endpoint', subnets = vpc.subnets, privateDns = false, ipAddressType }: EndpointDesign) {
  return new ec2.InterfaceVpcEndpoint(stack, endpointId, {
    vpc: vpcIn(stack, aws.network.vpcs.get(subnets[0].vpcId)!),
    service: new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 80),
    subnets: {
      subnets: subnets.map(({ subnetId, availabilityZone }) =>
        ec2.Subnet.fromSubnetAttributes(stack, `${endpointId}${subnetId}`, { subnetId, availabilityZone })),
    },
    privateDnsEnabled: privateDns,
    ipAddressType,
    open: false,
  });
}

function groupIn(stack: Stack, { groupId = 'Group', protocol = elbv2.ApplicationProtocol.HTTP, groupIpAddressType, importedGroup }: GroupDesign) {
  if (importedGroup) {
    return elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, groupId, { targetGroupArn: importedGroup.targetGroupArn });
  }
  return new elbv2.ApplicationTargetGroup(stack, groupId, {
    vpc: vpcIn(stack, vpc), targetType: elbv2.TargetType.IP, protocol, ipAddressType: groupIpAddressType, deregistrationDelay: Duration.seconds(30),
  });
}

const designs = new Map<string, (stack: Stack) => void>();

/** The same function for the same design, so that it is synthesized once. The stand-ins of all tests have the same ids. */
function once(name: string, options: Design, build: (stack: Stack) => void): (stack: Stack) => void {
  const key = JSON.stringify([name, vpc, options]);
  const known = designs.get(key) ?? build;
  designs.set(key, known);
  return known;
}

/** A stack with one endpoint in one target group. */
function design(options: Design = {}): (stack: Stack) => void {
  return once('design', options, stack => {
    const { targetId = 'Target', importedEndpoint, port, refresh } = options;
    const endpoint = importedEndpoint
      ? ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', { vpcEndpointId: importedEndpoint.vpcEndpointId, port: 80 })
      : endpointIn(stack, options);
    groupIn(stack, options).addTarget(new InterfaceEndpointTarget(stack, targetId, { endpoint, port, refresh }));
  });
}

/** The same stack before and after its registration. */
function withoutRegistration(options: Design = {}): (stack: Stack) => void {
  return once('withoutRegistration', options, stack => {
    endpointIn(stack, options);
    groupIn(stack, options);
  });
}

const NOTHING = () => undefined;

describe('a creation', () => {
  test('registers exactly the addresses of the endpoint, with its port', async () => {
    await deployment.deploy(design({ port: 8080 }));
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint, 8080));
    expect(held(deployment.group)).toHaveLength(3);
  });

  test('takes five API calls', async () => {
    await deployment.deploy(design());
    expect(actions()).toEqual(CREATION);
  });

  test('has the same result in whatever order AWS lists things', async () => {
    await deployment.deploy(design());
    for (let i = 0; i < 10; i++) {
      expect(await actionsOf(() => deployment.registration.redeliver())).not.toContain('DeregisterTargets');
    }
    expect(aws.callsOf('RegisterTargets')).toHaveLength(1);
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });

  test('records what it brings before it brings it', async () => {
    await deployment.deploy(design());
    const [[key, value], ...more] = records(deployment.group);
    expect(more).toEqual([]);
    expect(key).toMatch(/^cdk-alb-privatelink:targets:TargetRegistration\w+-[0-9a-f]{12}:\d{13}$/);
    expect(value).toBe(`${deployment.endpoint.vpcEndpointId}/80 80/${aws.network.privateIpAddresses(deployment.endpoint).join('/')}`);
  });

  test('names no zone for an address in the VPC of the group', async () => {
    await deployment.deploy(design());
    expect(aws.callsOf('RegisterTargets')[0].params.Targets).toEqual([0, 1, 2].map(() => ({ Id: expect.any(String), Port: '80' })));
  });

  test('works while the endpoint waits for its acceptance', async () => {
    const importedEndpoint = aws.network.createEndpoint({ subnets: vpc.subnets, state: 'pendingAcceptance' });
    await deployment.deploy(design({ importedEndpoint }));
    expect(held(deployment.group)).toEqual(targetsOf(importedEndpoint));
  });

  test('registers IPv6 addresses in an IPv6 group', async () => {
    await deployment.deploy(design({
      ipAddressType: ec2.VpcEndpointIpAddressType.DUALSTACK, groupIpAddressType: elbv2.TargetGroupIpAddressType.IPV6,
    }));
    expect(held(deployment.group)).toEqual(deployment.endpoint.networkInterfaces.map(eni => `${eni.ipv6Address}:80`).sort());
    await deployment.registration.delete();
    expect([held(deployment.group), records(deployment.group)]).toEqual([[], []]);
  });

  test('registers an interface of another VPC with zone all, and deregisters it so', async () => {
    const elsewhere = aws.network.createVpc(['10.9.0.0/24', '10.9.1.0/24']);
    await deployment.deploy(design({ subnets: elsewhere.subnets }));
    expect(deployment.group.targets.map(target => target.availabilityZone)).toEqual(['all', 'all']);
    await deployment.registration.delete();
    expect(aws.callsOf('DeregisterTargets')[0].params.Targets).toMatchObject([{ AvailabilityZone: 'all' }, { AvailabilityZone: 'all' }]);
    expect([held(deployment.group), records(deployment.group)]).toEqual([[], []]);
  });
});

describe('the physical id', () => {
  test('stays the same through every change within a group', async () => {
    await deployment.deploy(design());
    const id = deployment.registration.physicalResourceId;
    await deployment.deploy(design({ port: 8080, subnets: vpc.subnets.slice(1), endpointId: 'Other', refresh: '1' }));
    expect(deployment.registration.physicalResourceId).toBe(id);
    expect(deployment.eventTypes).toEqual(['Create', 'Update']);
  });

  test('is another one in another group and for another registration', async () => {
    await deployment.deploy(stack => {
      const endpoint = endpointIn(stack, {});
      const [one, other] = ['Group1', 'Group2'].map(groupId => groupIn(stack, { groupId }));
      const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint });
      one.addTarget(target);
      other.addTarget(target);
      one.addTarget(new InterfaceEndpointTarget(stack, 'Twin', { endpoint }));
    });
    const ids = ['TargetRegistrationStackGroup1', 'TargetRegistrationStackGroup2', 'TwinRegistration']
      .map(prefix => deployment.registrationOf(prefix).physicalResourceId);
    expect(new Set(ids).size).toBe(3);
  });

  test('of a deletion is the one that CloudFormation names, also for what was never made', async () => {
    await deployment.deploy(design());
    const event = { ...deployment.registration.events[0], RequestType: 'Delete', PhysicalResourceId: 'Stack-Registration-1A2B3C4D5E6F7' };
    const response = await handler({ ...event, LogicalResourceId: 'NeverMade' } as CloudFormationCustomResourceEvent) as HandlerResponse;
    expect(response.PhysicalResourceId).toBe('Stack-Registration-1A2B3C4D5E6F7');
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });
});

describe('an update', () => {
  test('adds the address of a subnet that was added', async () => {
    await deployment.deploy(design({ subnets: vpc.subnets.slice(0, 2) }));
    await deployment.deploy(design());
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
    expect(held(deployment.group)).toHaveLength(3);
  });

  test('takes away the address of a subnet that was removed', async () => {
    await deployment.deploy(design());
    await deployment.deploy(design({ subnets: vpc.subnets.slice(1) }));
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
    expect(held(deployment.group)).toHaveLength(2);
  });

  test('follows an endpoint whose interfaces are all replaced under the same id', async () => {
    await deployment.deploy(design());
    const { vpcEndpointId } = deployment.endpoint;
    const old = targetsOf(deployment.endpoint);
    await deployment.deploy(design({ privateDns: true }));
    expect(deployment.endpoint.vpcEndpointId).toBe(vpcEndpointId);
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
    expect(held(deployment.group).filter(target => old.includes(target))).toEqual([]);
  });

  test('registers what is new before it takes away what is old', async () => {
    await deployment.deploy(design());
    expect(await actionsOf(() => deployment.deploy(design({ privateDns: true })))).toEqual(CHANGE);
  });

  test('moves to a new endpoint before the old one goes', async () => {
    await deployment.deploy(design());
    await deployment.update(design({ endpointId: 'Replacement' }));
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpointOf('Replacement')));
    await deployment.cleanUp();
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });

  test('moves all addresses to another port', async () => {
    await deployment.deploy(design({ port: 80 }));
    await deployment.deploy(design({ port: 8080 }));
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint, 8080));
  });

  test('of the protocol replaces the group, and the clean-up deletes the registration in the old one', async () => {
    await deployment.deploy(design());
    const old = deployment.group;
    await deployment.update(design({ protocol: elbv2.ApplicationProtocol.HTTPS }));
    expect(deployment.group).not.toBe(old);
    expect([held(old), held(deployment.group)]).toEqual([targetsOf(deployment.endpoint), targetsOf(deployment.endpoint)]);
    await deployment.cleanUp();
    expect(deployment.eventTypes).toEqual(['Create', 'Update', 'Delete']);
    expect([held(old), records(old), held(deployment.group)]).toEqual([[], [], targetsOf(deployment.endpoint)]);
  });

  test('with another refresh looks an imported endpoint up again', async () => {
    const importedEndpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
    await deployment.deploy(design({ importedEndpoint, refresh: '1' }));
    expect(held(deployment.group)).toEqual(targetsOf(importedEndpoint));
    aws.network.setPrivateDnsEnabled(importedEndpoint, true);
    aws.network.removeSubnet(importedEndpoint, vpc.subnets[0]);
    await deployment.deploy(design({ importedEndpoint, refresh: '2' }));
    expect(held(deployment.group)).toEqual(targetsOf(importedEndpoint));
    expect(deployment.eventTypes).toEqual(['Create', 'Update']);
  });

  test('brings back a target that somebody deregistered', async () => {
    await deployment.deploy(design({ refresh: '1' }));
    aws.targetGroups.deregister(deployment.group, [{ id: deployment.endpoint.networkInterfaces[0].privateIpAddress!, port: 80 }]);
    await deployment.deploy(design({ refresh: '2' }));
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });

  test('without a change of the endpoint or the port sends no event', async () => {
    await deployment.deploy(design());
    await deployment.deploy(stack => {
      design()(stack);
      (stack.node.findChild('Group') as elbv2.ApplicationTargetGroup).configureHealthCheck({ path: '/health' });
    });
    expect(deployment.eventTypes).toEqual(['Create']);
  });

  test('back and forth ends where it began', async () => {
    await deployment.deploy(design());
    await deployment.deploy(design({ port: 8080, subnets: vpc.subnets.slice(1) }));
    await deployment.deploy(design());
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });

  test('that is rolled back to interfaces that are gone takes those that the endpoint has', async () => {
    await deployment.deploy(design());
    await deployment.deploy(design({ privateDns: true }));
    aws.network.setPrivateDnsEnabled(deployment.endpoint, false);
    await deployment.registration.rollback();
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });
});

describe('a deletion', () => {
  test('takes away the targets and the record, and nothing else of the group', async () => {
    await deployment.deploy(design());
    const { group } = deployment;
    group.tags.set('owner', 'somebody else');
    const tags = [...group.tags.keys()].filter(key => !key.startsWith(RECORD_TAG_PREFIX));
    await deployment.deploy(withoutRegistration());
    expect([held(group), [...group.tags.keys()]]).toEqual([[], tags]);
    expect(group.tags.size).toBe(2);
  });

  test('of what was never made changes nothing', async () => {
    await deployment.deploy(design());
    registerByHand(deployment.group, '10.0.0.200:80');
    const event = { ...deployment.registration.events[0], RequestType: 'Delete', PhysicalResourceId: 'x', LogicalResourceId: 'NeverMade' };
    expect(await actionsOf(async () => handler(event as CloudFormationCustomResourceEvent))).toEqual(['DescribeTags', 'DescribeTargetHealth']);
    expect(held(deployment.group)).toEqual([...targetsOf(deployment.endpoint), '10.0.0.200:80'].sort());
  });

  test('succeeds when the group is gone', async () => {
    await deployment.deploy(design());
    aws.targetGroups.all.clear();
    await deployment.registration.delete();
    expect(aws.calls.at(-1)?.error).toBe('TargetGroupNotFound');
  });

  test.each(['DeregisterTargets', 'RemoveTags'])('succeeds when the group goes with its tags, and so the permission, just before %s', async action => {
    await deployment.deploy(design());
    aws.faults.meanwhile(action, () => aws.targetGroups.all.clear());
    await deployment.registration.delete();
    expect(aws.callsOf(action).at(-1)?.error).toBe('AccessDenied');
  });

  test.each(REMOVAL.filter(action => action !== 'DescribeStacks'))('fails without the permission for %s in a group that exists', async action => {
    await deployment.deploy(design());
    aws.faults.deny(action, ALWAYS);
    await expect(deployment.registration.delete()).rejects.toThrow('AccessDenied');
    aws.faults.clear();
    await deployment.registration.delete();
    expect([held(deployment.group), records(deployment.group)]).toEqual([[], []]);
  });

  test('needs nothing of the endpoint, which may be gone', async () => {
    await deployment.deploy(design());
    aws.network.deleteEndpoint(deployment.endpoint);
    const calls = await actionsOf(() => deployment.registration.delete());
    expect(calls.filter(action => action !== 'DescribeTargetHealth')).toEqual(REMOVAL.filter(action => action !== 'DescribeTargetHealth'));
    expect([held(deployment.group), records(deployment.group)]).toEqual([[], []]);
  });

  test('leaves what drains to drain', async () => {
    await deployment.deploy(design());
    aws.targetGroups.deregister(deployment.group, deployment.group.targets);
    await deployment.registration.delete();
    expect(aws.callsOf('DeregisterTargets')).toEqual([]);
    expect(records(deployment.group)).toEqual([]);
  });
});

describe('targets of somebody else', () => {
  test('stay through creation, updates and deletion, also beside ours and on another port of the same address', async () => {
    await deployment.deploy(withoutRegistration());
    const { endpoint, group } = deployment;
    const [address] = aws.network.privateIpAddresses(endpoint);
    const others = ['10.0.0.200:80', `${address}:9090`];
    registerByHand(group, ...others);
    group.tags.set('owner', 'somebody else');

    await deployment.deploy(design());
    expect(held(group)).toEqual([...targetsOf(endpoint), ...others].sort());
    await deployment.deploy(design({ port: 8080, subnets: vpc.subnets.slice(1) }));
    expect(held(group)).toEqual([...targetsOf(endpoint, 8080), ...others].sort());
    await deployment.deploy(design({ privateDns: true }));
    expect(held(group)).toEqual([...targetsOf(endpoint), ...others].sort());
    await deployment.deploy(withoutRegistration());
    expect(held(group)).toEqual([...others].sort());
    expect(group.tags.get('owner')).toBe('somebody else');
  });

  test('stay where they have exactly our address and port', async () => {
    await deployment.deploy(withoutRegistration());
    const { endpoint, group } = deployment;
    const [byHand] = targetsOf(endpoint);
    registerByHand(group, byHand);
    await deployment.deploy(design());
    expect(held(group)).toEqual(targetsOf(endpoint));
    await deployment.deploy(design({ port: 8080 }));
    expect(held(group)).toEqual([...targetsOf(endpoint, 8080), byHand].sort());
    await deployment.deploy(design());
    await deployment.deploy(withoutRegistration());
    expect(held(group)).toEqual([byHand]);
  });

  test('registered later are left alone too', async () => {
    await deployment.deploy(design());
    registerByHand(deployment.group, '10.0.1.200:80');
    await deployment.deploy(design({ privateDns: true }));
    await deployment.registration.delete();
    expect(held(deployment.group)).toEqual(['10.0.1.200:80']);
  });
});

describe('registrations that share', () => {
  const twoEndpoints = (...endpointIds: string[]) => (stack: Stack) => {
    const group = groupIn(stack, {});
    for (const endpointId of endpointIds) {
      group.addTarget(new InterfaceEndpointTarget(stack, `${endpointId}Target`, { endpoint: endpointIn(stack, { endpointId }) }));
    }
  };

  test('a group keep apart what is whose', async () => {
    await deployment.deploy(twoEndpoints('One', 'Two'));
    const [one, two] = ['One', 'Two'].map(id => targetsOf(deployment.endpointOf(id)));
    expect(held(deployment.group)).toEqual([...one, ...two].sort());
    await deployment.deploy(twoEndpoints('Two'));
    expect(held(deployment.group)).toEqual(two);
    expect(records(deployment.group)).toHaveLength(1);
  });

  test('an endpoint and a group, as a renamed construct does, never leave the group without the addresses', async () => {
    await deployment.deploy(design());
    expect(await actionsOf(() => deployment.deploy(design({ targetId: 'Renamed' })))).not.toContain('DeregisterTargets');
    expect(deployment.eventTypes).toEqual(['Create']);
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
    await deployment.registration.delete();
    expect([held(deployment.group), records(deployment.group)]).toEqual([[], []]);
  });

  test('a logical id in two stacks and a group are two', async () => {
    const importedGroup = aws.targetGroups.create({ vpc });
    await deployment.deploy(design({ importedGroup }));
    const [event] = deployment.registration.events;
    const twin = { ...event, StackId: event.StackId.replace('/Stack/', '/Twin/') };
    await handler(twin);
    expect(records(importedGroup)).toHaveLength(2);
    await deployment.registration.delete();
    expect(held(importedGroup)).toEqual(targetsOf(deployment.endpoint));
    await handler({ ...twin, RequestType: 'Delete', PhysicalResourceId: 'x' } as CloudFormationCustomResourceEvent);
    expect([held(importedGroup), records(importedGroup)]).toEqual([[], []]);
  });

  test('an endpoint serve each group for itself', async () => {
    const groups = (...groupIds: string[]) => (stack: Stack) => {
      const target = new InterfaceEndpointTarget(stack, 'Target', { endpoint: endpointIn(stack, {}) });
      groupIds.forEach(groupId => groupIn(stack, { groupId }).addTarget(target));
    };
    await deployment.deploy(groups('Group1', 'Group2', 'Group3'));
    const expected = targetsOf(deployment.endpoint);
    expect(['Group1', 'Group2', 'Group3'].map(id => held(deployment.groupOf(id)))).toEqual([expected, expected, expected]);
    const removed = deployment.groupOf('Group2');
    await deployment.deploy(groups('Group1', 'Group3'));
    expect([held(removed), ...['Group1', 'Group3'].map(id => held(deployment.groupOf(id)))]).toEqual([[], expected, expected]);
  });
});

describe('the permissions', () => {
  const hub = (...routes: string[]) => (stack: Stack) => {
    new AlbToPrivateLinkTargets(stack, 'Hub', {
      vpc: vpcIn(stack, vpc),
      clients: [ec2.Peer.ipv4('10.0.0.0/8')],
      routes: Object.fromEntries(routes.map((name, index) => [name, {
        paths: [`/${name}`],
        service: new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcde0${name.length}`, 80),
        priority: index + 1,
      }])),
    });
  };

  test('of a hub are enough for each of its routes, and for the removal of one after the policy was updated', async () => {
    await deployment.deploy(hub('cart', 'users'));
    const groups = [...aws.targetGroups.all.values()];
    expect(groups.map(group => held(group).length)).toEqual([3, 3]);
    await deployment.deploy(hub('cart'));
    expect(groups.filter(group => group !== deployment.group).map(held)).toEqual([[]]);
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
    await deployment.deploy(NOTHING);
    expect(aws.calls.map(call => call.error)).not.toContain('AccessDenied');
  });

  test('go no further than the groups of the stack', async () => {
    await deployment.deploy(design());
    const other = aws.targetGroups.create({ vpc, name: 'other', tags: { 'cdk-alb-privatelink:stack': 'another stack' } });
    const [{ ResourceProperties, ...event }] = deployment.registration.events;
    const elsewhere = { ...event, ResourceProperties: { ...ResourceProperties, TargetGroupArn: other.targetGroupArn } };
    await expect(handler(elsewhere as CloudFormationCustomResourceEvent)).rejects.toThrow('AccessDenied');
    expect([held(other), records(other)]).toEqual([[], []]);
  });

  test('for an imported group are for that group only', async () => {
    const importedGroup = aws.targetGroups.create({ vpc });
    const other = aws.targetGroups.create({ vpc, name: 'other' });
    await deployment.deploy(design({ importedGroup }));
    expect(held(importedGroup)).toEqual(targetsOf(deployment.endpoint));
    const [{ ResourceProperties, ...event }] = deployment.registration.events;
    const elsewhere = { ...event, ResourceProperties: { ...ResourceProperties, TargetGroupArn: other.targetGroupArn } };
    await expect(handler(elsewhere as CloudFormationCustomResourceEvent)).rejects.toThrow('AccessDenied');
    expect([held(other), records(other)]).toEqual([[], []]);
    await deployment.deploy(NOTHING);
    expect([held(importedGroup), records(importedGroup)]).toEqual([[], []]);
  });

  test('for an imported group hold until its targets are gone, when another one takes its place', async () => {
    const [old, replacement] = ['old', 'replacement'].map(name => aws.targetGroups.create({ vpc, name }));
    await deployment.deploy(design({ importedGroup: old }));
    await deployment.deploy(design({ importedGroup: replacement }));
    expect([held(old), records(old)]).toEqual([[], []]);
    expect(held(replacement)).toEqual(targetsOf(deployment.endpoint));
  });

  test('of an imported group that knows nothing of its VPC are enough to find it out', async () => {
    const importedGroup = aws.targetGroups.create({ vpc });
    const importedEndpoint = aws.network.createEndpoint({ subnets: aws.network.createVpc(['10.9.0.0/24']).subnets });
    await deployment.deploy(design({ importedGroup, importedEndpoint }));
    expect(importedGroup.targets).toMatchObject([{ availabilityZone: 'all' }]);
  });

  test.each(CREATION)('for %s may take a while to hold', async action => {
    aws.faults.deny(action, 5);
    await deployment.deploy(design());
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });
});

describe('what AWS does', () => {
  test('events come twice', async () => {
    const twice = () => deployment.registration.redeliver();
    await deployment.deploy(design());
    expect(await actionsOf(twice)).toEqual([...CREATION.slice(0, 4), 'RemoveTags']);
    await deployment.deploy(design({ port: 8080, subnets: vpc.subnets.slice(1) }));
    expect(await actionsOf(twice)).toEqual([...CREATION.slice(0, 4), 'RemoveTags']);
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint, 8080));
    await deployment.registration.delete();
    expect(await actionsOf(twice)).toEqual(REMOVAL.slice(0, 2));
    expect([held(deployment.group), records(deployment.group)]).toEqual([[], []]);
  });

  test('two deliveries of an event overlap', async () => {
    await deployment.deploy(design());
    await deployment.deploy(design({ privateDns: true }));
    const { endpoint, group, registration } = deployment;
    aws.targetGroups.deregister(group, group.targets);
    aws.targetGroups.finishDraining(group);
    await Promise.all([registration.redeliver(), registration.redeliver()]);
    expect(held(group)).toEqual(targetsOf(endpoint));
    await registration.delete();
    await Promise.all([registration.redeliver(), registration.redeliver()]);
    expect([held(group), records(group)]).toEqual([[], []]);
  });

  test.each([
    ['hides interfaces', () => aws.faults.notFound('DescribeNetworkInterfaces', 5)],
    ['shows fewer interfaces than there are', () => aws.faults.shorten('DescribeNetworkInterfaces', 1, 5)],
    ['shows no interface', () => aws.faults.shorten('DescribeNetworkInterfaces', 3)],
  ])('EC2 %s for a while', async (_, fault) => {
    fault();
    await deployment.deploy(design());
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });

  test.each([
    ['hides an endpoint', () => aws.faults.notFound('DescribeVpcEndpoints', 5)],
    ['shows fewer interfaces of an endpoint than it has', () => aws.faults.shorten('DescribeVpcEndpoints', 1, 5)],
    ['shows no interface of an endpoint', () => aws.faults.shorten('DescribeVpcEndpoints', 3)],
  ])('EC2 %s for a while', async (_, fault) => {
    const importedEndpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
    fault();
    await deployment.deploy(design({ importedEndpoint }));
    expect(held(deployment.group)).toEqual(targetsOf(importedEndpoint));
  });

  test('calls are throttled', async () => {
    const [importedEndpoint, importedGroup] = [aws.network.createEndpoint({ subnets: vpc.subnets }), aws.targetGroups.create({ vpc })];
    ['DescribeVpcEndpoints', 'DescribeTargetGroups', ...CREATION].forEach(action => aws.faults.throttle(action, 4));
    await deployment.deploy(design({ importedEndpoint, importedGroup }));
    expect(held(importedGroup)).toEqual(targetsOf(importedEndpoint));
    new Set(REMOVAL).forEach(action => aws.faults.throttle(action, 4));
    await deployment.registration.delete();
    expect([held(importedGroup), records(importedGroup)]).toEqual([[], []]);
  });

  test('the service fails and connections break', async () => {
    CREATION.forEach(action => {
      aws.faults.serverError(action);
      aws.faults.resetConnection(action);
      aws.faults.resetConnection(action, 1, 'beforeAnswer');
    });
    await deployment.deploy(design());
    expect(held(deployment.group)).toEqual(targetsOf(deployment.endpoint));
  });
});

describe('a failure', () => {
  test('names endpoint, port, target group and reason', async () => {
    aws.faults.notFound('DescribeNetworkInterfaces', ALWAYS);
    const message = await failureOf(deployment.deploy(design({ port: 8080 })));
    aws.faults.clear();
    expect(message).toContain(`endpoint ${deployment.endpoint.vpcEndpointId} on port 8080`);
    expect(message).toContain(`target group ${deployment.group.targetGroupArn}`);
    expect(message).toContain('EC2 shows 0 of its 3 network interfaces');
    expect(message).toContain(deployment.endpoint.networkInterfaces[0].networkInterfaceId);
  });

  test('for an endpoint that does not exist says so', async () => {
    const importedEndpoint = aws.network.createEndpoint({ subnets: vpc.subnets });
    aws.network.deleteEndpoint(importedEndpoint);
    await expect(deployment.deploy(design({ importedEndpoint }))).rejects.toThrow('has no network interfaces');
  });

  test('for an endpoint without addresses of the type of the group says which are missing', async () => {
    await expect(deployment.deploy(design({ groupIpAddressType: elbv2.TargetGroupIpAddressType.IPV6 }))).rejects.toThrow('with an IPv6 address');
    expect(records(deployment.group)).toEqual([]);
  });

  test('has at most 1,500 bytes, and the log has the rest', async () => {
    const reason = 'ü'.repeat(3000);
    aws.faults.fail('RegisterTargets', new AwsError('OperationNotPermitted', reason));
    const message = await failureOf(deployment.deploy(design()));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1500);
    expect(Buffer.byteLength(message)).toBeGreaterThan(1400);
    expect(message).toContain(deployment.group.targetGroupArn);
    expect(message).not.toContain('\uFFFD');
    expect(message).toContain("the rest is in the function's log");
    expect(logLines.some(line => line.includes(reason))).toBe(true);
  });

  test('of a deletion says what could not be removed', async () => {
    await deployment.deploy(design());
    aws.faults.fail('DeregisterTargets', new AwsError('OperationNotPermitted', 'Not today'));
    const message = await failureOf(deployment.registration.delete());
    expect(message).toContain('Cannot remove');
    expect(message).toContain('Not today');
    expect(message).toContain(deployment.endpoint.vpcEndpointId);
  });
});

const REFUSED = new AwsError('OperationNotPermitted', 'No');
const CRASHES: [string, (action: string) => void][] = [
  ['before it takes effect', action => aws.faults.fail(action, REFUSED)],
  ['after it took effect', action => aws.faults.resetConnection(action, 8, 'beforeAnswer')],
];
/** A change goes on without knowing the state of the stack or of the endpoint. */
const crashesOf = (calls: string[]) => calls.filter(action => !['DescribeStacks', 'DescribeVpcEndpoints'].includes(action)).flatMap((action, index, sequence) => {
  const earlier = sequence.slice(0, index).filter(other => other === action).length;
  const name = `${action}${earlier > 0 ? ` no. ${earlier + 1}` : ''}`;
  return CRASHES.map(([when, crash]): [string, string, () => void] => [name, when, () => {
    if (earlier > 0) { aws.faults.pass(action, earlier); }
    crash(action);
  }]);
});

describe('a creation that fails', () => {
  test.each(crashesOf(CREATION))('in %s %s takes back what it brought', async (_, __, crash) => {
    await deployment.deploy(withoutRegistration());
    const [byHand] = targetsOf(deployment.endpoint);
    registerByHand(deployment.group, byHand, '10.0.0.200:80');
    crash();
    await expect(deployment.deploy(design())).rejects.toThrow('Cannot register');
    expect(held(deployment.group)).toEqual([byHand, '10.0.0.200:80'].sort());
    expect(records(deployment.group)).toEqual([]);
    await deployment.deploy(design());
    expect(held(deployment.group)).toEqual([...targetsOf(deployment.endpoint), '10.0.0.200:80'].sort());
  });

  test('and cannot take it back says why it failed first', async () => {
    aws.faults.fail('RegisterTargets', new AwsError('OperationNotPermitted', 'The first reason'));
    aws.faults.fail('RemoveTags', new AwsError('OperationNotPermitted', 'The second reason'));
    await expect(deployment.deploy(design())).rejects.toThrow('The first reason');
    expect(logLines.some(line => line.includes('The second reason'))).toBe(true);
  });
});

describe('an update that fails', () => {
  const before = () => design({ subnets: vpc.subnets.slice(0, 3) });
  const after = (options: Design = {}) => design({ subnets: vpc.subnets.slice(1), ...options });

  beforeEach(() => {
    aws.network.createSubnet(vpc, '10.0.3.0/24', 'ap-northeast-1d');
  });

  test('makes the calls that fail below', async () => {
    await deployment.deploy(before());
    expect(await actionsOf(() => deployment.deploy(after()))).toEqual(CHANGE);
  });

  test.each(crashesOf(CHANGE))('in %s %s is completed by its repetition', async (_, __, crash) => {
    await deployment.deploy(before());
    registerByHand(deployment.group, '10.0.0.200:80', '10.0.2.200:80');
    crash();
    await expect(deployment.update(after())).rejects.toThrow('Cannot register');
    await deployment.registration.redeliver();
    expect(held(deployment.group)).toEqual([...targetsOf(deployment.endpoint), '10.0.0.200:80', '10.0.2.200:80'].sort());
    await deployment.registration.delete();
    expect(held(deployment.group)).toEqual(['10.0.0.200:80', '10.0.2.200:80']);
    expect(records(deployment.group)).toEqual([]);
  });

  test.each(crashesOf(CHANGE))('in %s %s is rolled back to exactly what was', async (_, __, crash) => {
    await deployment.deploy(before());
    registerByHand(deployment.group, '10.0.0.200:80');
    crash();
    await expect(deployment.update(after())).rejects.toThrow('Cannot register');
    await deployment.deploy(before());
    expect(held(deployment.group)).toEqual([...targetsOf(deployment.endpoint), '10.0.0.200:80'].sort());
  });

  test('keeps the old targets while there are no new ones', async () => {
    await deployment.deploy(before());
    const old = held(deployment.group);
    aws.faults.fail('RegisterTargets', REFUSED);
    await expect(deployment.update(after({ port: 8080 }))).rejects.toThrow('Cannot register');
    expect(held(deployment.group)).toEqual(old);
  });

  test.each(crashesOf(CREATION))('in another group in %s %s leaves nothing there', async (_, __, crash) => {
    const [old, replacement] = ['old', 'new'].map(name => aws.targetGroups.create({ vpc, name }));
    await deployment.deploy(design({ importedGroup: old }));
    registerByHand(replacement, '10.0.0.200:80');
    crash();
    await expect(deployment.update(design({ importedGroup: replacement }))).rejects.toThrow('Cannot register');
    expect([held(old), held(replacement), records(replacement)]).toEqual([targetsOf(deployment.endpoint), ['10.0.0.200:80'], []]);
  });

  test('in the group that it is rolled back to leaves the targets there', async () => {
    await deployment.deploy(design());
    const old = deployment.group;
    await deployment.update(design({ protocol: elbv2.ApplicationProtocol.HTTPS }));
    aws.faults.fail('DescribeNetworkInterfaces', REFUSED);
    await expect(deployment.registration.rollback()).rejects.toThrow('Cannot register');
    expect(held(old)).toEqual(targetsOf(deployment.endpoint));
  });
});

describe('a deletion that fails', () => {
  test.each(crashesOf(REMOVAL))('in %s %s is completed by its repetition', async (_, __, crash) => {
    await deployment.deploy(design());
    registerByHand(deployment.group, '10.0.0.200:80');
    crash();
    await expect(deployment.registration.delete()).rejects.toThrow('Cannot remove');
    await deployment.registration.redeliver();
    expect(held(deployment.group)).toEqual(['10.0.0.200:80']);
    expect(records(deployment.group)).toEqual([]);
  });
});

describe('a record of several tags', () => {
  const ipv6 = (options: Design = {}): Design => ({
    ipAddressType: ec2.VpcEndpointIpAddressType.IPV6,
    groupIpAddressType: elbv2.TargetGroupIpAddressType.IPV6,
    subnets: vpc.subnets,
    ...options,
  });
  const expected = () => deployment.endpoint.networkInterfaces.map(eni => `${eni.ipv6Address}:80`).sort();

  beforeEach(() => {
    aws.network.createSubnet(vpc, '10.0.3.0/24', 'ap-northeast-1d');
  });

  test('holds both sides of a change, and is one tag again afterwards', async () => {
    await deployment.deploy(design(ipv6()));
    expect(await actionsOf(() => deployment.deploy(design(ipv6({ privateDns: true }))))).toEqual(CHANGE);
    expect(held(deployment.group)).toEqual(expected());
    expect(records(deployment.group)).toHaveLength(1);
  });

  test.each(crashesOf(CHANGE))('survives a crash in %s %s', async (_, __, crash) => {
    await deployment.deploy(design(ipv6()));
    crash();
    await expect(deployment.update(design(ipv6({ privateDns: true })))).rejects.toThrow('Cannot register');
    await deployment.registration.redeliver();
    expect(held(deployment.group)).toEqual(expected());
    expect(records(deployment.group)).toHaveLength(1);
  });

  test('that has more tags than it needs loses none of its targets', async () => {
    await deployment.deploy(design());
    const { endpoint, group, registration } = deployment;
    const [[key]] = records(group);
    const [first, ...rest] = aws.network.privateIpAddresses(endpoint);
    group.tags.set(key, `80/${first}`);
    group.tags.set(`${key}:1`, `80/${rest.join('/')}`);
    await registration.redeliver();
    expect(records(group).map(([, value]) => value)).toEqual([`${endpoint.vpcEndpointId}/80 80/${[first, ...rest].join('/')}`]);
    await registration.delete();
    expect(held(group)).toEqual([]);
  });
});

test('every decision is in the log', async () => {
  await deployment.deploy(design());
  expect(logLines.map(line => JSON.parse(line) as object)).toEqual([{
    decision: 'plan',
    resource: expect.stringContaining('TargetRegistration'),
    group: deployment.group.targetGroupArn,
    register: expect.arrayContaining(targetsOf(deployment.endpoint)),
    deregister: [],
  }]);
});
