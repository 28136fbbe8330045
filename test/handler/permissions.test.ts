import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Duration } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import { failureOf, held, targetsOf } from './support';
import { DrainScene, properties as drainProperties } from './support-drain';
import { properties as gateProperties } from './support-health-gate';
import { AlbToPrivateLinkTargets, Backend, InterfaceEndpointTarget, NlbEndpointService } from '../../src';
import { ACCEPTANCE_TYPE, DRAIN_TYPE, HEALTH_GATE_TYPE, PRIVATE_DNS_TYPE, REGISTRATION_TYPE, STACK_TAG } from '../../src/handler/contract';
import { ACCOUNT, type EndpointService, type PolicyDocument, REGION, STACK_ID, type Subnet, type TargetGroup } from '../fakes';
import { newStack, newVpc, resources as resourcesOf } from '../util';

/** AWS lists them as needed for registering targets; the function never calls them, nor what writes its log. */
const FOR_OTHERS = ['DescribeInstances', 'DescribeInternetGateways', 'DescribeSubnets', 'DescribeVpcs', 'CreateLogStream', 'PutLogEvents'];

const ANOTHER_STACK = STACK_ID.replace('stack/Stack/51', 'stack/Another/52');

let scene: DrainScene;
/** Of the stack. */
let own: TargetGroup;
/** Of nobody who lets the stack work on it. */
let foreign: TargetGroup;
/** Of another stack, which gave it to this one. */
let imported: TargetGroup;
let service: EndpointService;
let foreignService: EndpointService;
let policies: PolicyDocument[];

/** A value of the template, as CloudFormation would have it. */
function deployed(value: any): any {
  if (Array.isArray(value)) { return value.map(deployed); }
  if (typeof value !== 'object' || value === null) { return value; }
  if (value.Ref === 'AWS::StackId') { return STACK_ID; }
  if (value.Ref === 'AWS::Partition') { return 'aws'; }
  if (/^ServiceEndpointService/.test(value.Ref)) { return service.serviceId; }
  if (value['Fn::Join']) { return deployed(value['Fn::Join'][1]).join(value['Fn::Join'][0]); }
  if (/LogGroup/.test(value['Fn::GetAtt']?.[0])) { return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:function:*`; }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, deployed(one)]));
}

/** The policies of the function in a stack that has everything for which it takes a permission. */
function synthesized(): PolicyDocument[] {
  const stack = newStack('Stack', { env: { account: ACCOUNT, region: REGION } });
  const vpc = newVpc(stack);
  const published = new NlbEndpointService(stack, 'Service', {
    vpc,
    backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }),
    privateDnsName: 'api.example.com',
    privateDnsVerificationZone: route53.PublicHostedZone.fromPublicHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z0', zoneName: 'example.com' }),
  });
  const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, repairInterval: Duration.minutes(15), routes: { one: { paths: ['/one'], service: published, priority: 1 } } });
  const group = elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Imported', { targetGroupArn: imported.targetGroupArn });
  new InterfaceEndpointTarget(stack, 'Target', { endpoint: hub.routes.one.endpoint! }).attachToApplicationTargetGroup(group);
  return Object.values(resourcesOf(stack, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith('CdkAlbPrivatelinkRegistrarRole')))
    .map(({ Properties }) => deployed(Properties.PolicyDocument));
}

beforeEach(async () => {
  scene = new DrainScene();
  own = scene.group({ name: 'own' });
  own.tags.set(STACK_TAG, STACK_ID);
  imported = scene.group({ name: 'imported' });
  foreign = scene.group({ name: 'foreign' });
  foreign.tags.set(STACK_TAG, ANOTHER_STACK);
  // as the function there has done it
  const { physicalResourceId } = await scene.register(scene.endpoint, foreign, { id: 'Forged' });
  const resources = [{ logicalResourceId: 'Forged', physicalResourceId, resourceType: REGISTRATION_TYPE }];
  scene.aws.stacks.create({ stackId: ANOTHER_STACK, status: 'UPDATE_COMPLETE', resources });
  service = scene.aws.endpointServices.create({ privateDnsName: 'api.example.com' });
  foreignService = scene.aws.endpointServices.create({ privateDnsName: 'www.example.com' });
  policies = synthesized();
  scene.aws.usePolicies(...policies);
});

afterEach(() => scene.finish());

function verificationOf({ serviceId, privateDnsName, recordValue }: EndpointService) {
  return { ServiceId: serviceId, PrivateDnsName: privateDnsName, Proof: recordValue };
}

/** Each custom resource is made, changed and deleted, and what somebody took out is repaired. */
async function live(): Promise<void> {
  const registrations = await Promise.all([own, imported].map((group, index) => scene.register(scene.endpoint, group, { id: `Registration${index}` })));
  await scene.gate.create(drainProperties({ api: { subnets: scene.vpc.subnets, groups: [own] } }));
  const gate = scene.resource(HEALTH_GATE_TYPE, 'Healthy');
  await gate.create(gateProperties([own]));
  await scene.resource(ACCEPTANCE_TYPE, 'Acceptance').create({ EndpointId: scene.endpoint.vpcEndpointId });
  await scene.resource(PRIVATE_DNS_TYPE, 'Verification').create(verificationOf(service));

  await scene.loseA([own]);
  for (const [index, group] of [own, imported].entries()) {
    const SubnetIds = scene.vpc.subnets.slice(1).map(({ subnetId }) => subnetId);
    await registrations[index].update({ ...scene.registrationOf(scene.endpoint, group), SubnetIds });
  }
  scene.aws.stacks.find(STACK_ID)!.resources.push(...registrations.map(({ logicalResourceId, physicalResourceId, resourceType }) => (
    { logicalResourceId, physicalResourceId, resourceType })));
  scene.setStatus('UPDATE_COMPLETE');
  scene.aws.targetGroups.deregister(own, [{ id: held(own)[0].split(':')[0], port: 80 }]);
  await scene.invoke({ RequestType: 'Repair', StackId: STACK_ID });
  expect(held(own)).toEqual(targetsOf(scene.endpoint));

  // the route goes, and with it the rule that leads to the group
  scene.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  own.inUse = false;
  for (const made of [gate, ...registrations, scene.gate]) { await made.delete(); }
  expect([held(own), held(imported)]).toEqual([[], []]);
}

describe('the permissions of the template', () => {
  test('are all that the function takes, and it takes all of them', async () => {
    const calls = await scene.callsOf(live);
    const allowed = policies.flatMap(({ Statement }) => [Statement].flat()).flatMap(({ Action }) => Action).map(action => action.split(':')[1]);
    expect([...new Set(calls), ...FOR_OTHERS].sort()).toEqual([...new Set(allowed)].sort());
  });
});

/** Sends an event that CloudFormation never sent. */
const forge = async (event: object) => scene.invoke({ LogicalResourceId: 'Forged', StackId: STACK_ID, RequestId: '1', ...event });

/** What is not the stack's. */
const others = () => ({ targets: held(foreign), tags: [...foreign.tags], verification: foreignService.verification });

describe('an event that somebody forged', () => {
  const registration = () => {
    const other = scene.aws.network.createEndpoint({ subnets: scene.vpc.subnets });
    return { ResourceType: REGISTRATION_TYPE, ResourceProperties: scene.registrationOf(other, foreign) };
  };
  const drainOf = (subnets: Subnet[]) => ({ ResourceType: DRAIN_TYPE, ResourceProperties: drainProperties({ api: { subnets, groups: [foreign] } }) });

  test.each<[string, () => object]>([
    ['registers addresses', () => ({ RequestType: 'Create', ...registration() })],
    ['replaces addresses', () => {
      const { ResourceProperties } = registration();
      return { RequestType: 'Update', PhysicalResourceId: `x@${foreign.targetGroupArn}`, OldResourceProperties: ResourceProperties, ...registration() };
    }],
    ['registers addresses in the name of that stack', () => ({ RequestType: 'Create', ...registration(), StackId: ANOTHER_STACK })],
    ['takes addresses out', () => ({ RequestType: 'Delete', PhysicalResourceId: `x@${foreign.targetGroupArn}`, ...registration() })],
    ['drains addresses', () => ({
      RequestType: 'Update', PhysicalResourceId: 'x', ...drainOf(scene.vpc.subnets.slice(1)), OldResourceProperties: drainOf(scene.vpc.subnets).ResourceProperties,
    })],
  ])('does not touch the group of another stack, where it %s', async (_, event) => {
    const before = others();
    expect(before.targets).toHaveLength(3);
    await forge(event()).catch(() => undefined);
    expect(others()).toEqual(before);
    expect(scene.lines.join('\n')).toContain('AccessDenied');
  });

  test('does not verify the name of another service', async () => {
    expect(await failureOf(forge({ RequestType: 'Create', ResourceType: PRIVATE_DNS_TYPE, ResourceProperties: verificationOf(foreignService) }))).toContain('UnauthorizedOperation');
    expect(foreignService.verification).toBe('pendingVerification');
  });

  test('does not have another stack repaired', async () => {
    const calls = await scene.callsOf(() => forge({ RequestType: 'Repair', StackId: ANOTHER_STACK }));
    expect(calls).not.toContain('ListStackResources');
  });

  test('with anything at all in it ends, and changes nothing that is not of the stack', async () => {
    const { ResourceProperties } = registration();
    const verification = { ResourceType: PRIVATE_DNS_TYPE, ResourceProperties: verificationOf(foreignService) };
    const drained = drainOf(scene.vpc.subnets.slice(1));
    const gate = { ResourceType: HEALTH_GATE_TYPE, ResourceProperties: gateProperties([foreign]) };
    const acceptance = { ResourceType: ACCEPTANCE_TYPE, ResourceProperties: { EndpointId: scene.endpoint.vpcEndpointId } };
    const value = fc.oneof(
      fc.constantFrom(foreign.targetGroupArn, own.targetGroupArn, scene.endpoint.vpcEndpointId, foreignService.serviceId, '443', '', null), fc.anything().map(json),
    );
    const event = fc.record({
      RequestType: fc.constantFrom('Create', 'Update', 'Delete'),
      StackId: fc.constantFrom(STACK_ID, STACK_ID, ANOTHER_STACK),
      PhysicalResourceId: fc.constantFrom(`x@${foreign.targetGroupArn}`, `x@${own.targetGroupArn}`, ''),
      of: fc.constantFrom(registration(), verification, drained, gate, acceptance),
      // what is not as the constructs would have it
      wild: fc.dictionary(fc.constantFrom(...Object.keys(ResourceProperties), 'Endpoints', 'Groups', 'ServiceId', 'TimeoutSeconds'), value, { maxKeys: 2 }),
      OldResourceProperties: fc.oneof(fc.constantFrom(ResourceProperties, drainOf(scene.vpc.subnets).ResourceProperties), value),
    });
    await fc.assert(fc.asyncProperty(event, async ({ of, wild, ...rest }) => {
      const before = others();
      await forge({ ...rest, ...of, ResourceProperties: { ...of.ResourceProperties, ...wild } }).catch(error => { expect(error.message).not.toBe(''); });
      expect(others()).toEqual(before);
    }), { numRuns: 200, seed: 1 });
    // nonsense alone would try nothing
    const denied = new Set(scene.lines.flatMap(line => /not authorized to perform: (\w+:\w+)/.exec(line)?.[1] ?? []));
    expect([...denied].sort()).toEqual([
      'cloudformation:DescribeStacks', 'ec2:StartVpcEndpointServicePrivateDnsVerification', 'elasticloadbalancing:AddTags', 'elasticloadbalancing:DeregisterTargets',
    ]);
  });
});

/** As an event arrives. */
const json = (value: unknown) => JSON.parse(JSON.stringify(value ?? {}, (_, one) => typeof one === 'bigint' ? `${one}` : one) ?? '{}');
