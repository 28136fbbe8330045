import { isDeepStrictEqual } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import { ACCEPTANCE_TYPE, HEALTH_GATE_TYPE, REGISTRATION_TYPE } from '../../src/handler/contract';
import {
  ACCOUNT, CustomResource, type Endpoint, type EndpointIpAddressType, type FakeAws, type Handler, type PolicyDocument, type Properties, REGION,
  type Subnet, type TargetGroup,
} from '../fakes';

/** A change of any of these replaces the resource; everything else that the tests change is changed in place. */
const REPLACING: Readonly<Record<string, string[]>> = {
  'AWS::EC2::VPCEndpoint': ['ServiceName', 'VpcId', 'VpcEndpointType'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['Port', 'Protocol', 'ProtocolVersion', 'VpcId', 'TargetType', 'IpAddressType', 'Name'],
};

interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
}
type Resources = Record<string, Resource>;

/** A physical resource and the resolved properties it has. */
interface Physical<T> {
  readonly resource: T;
  properties: Properties;
}

/** A forward action of a listener rule. */
interface Forward {
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: { readonly TargetGroups: { readonly TargetGroupArn: string; readonly Weight: number }[] };
}

/**
 * Deploys a stack as CloudFormation would, as far as endpoints, target groups, registrations, rules, gates and the permissions of their function go. Everything comes from the
 * synthesized template: what the construct does not write, the handler does not get.
 */
export class Deployment {
  private readonly endpoints = new Map<string, Physical<Endpoint>>();
  private readonly groups = new Map<string, Physical<TargetGroup>>();
  private readonly registrations = new Map<string, CustomResource>();
  private readonly acceptances = new Map<string, CustomResource>();
  private readonly gates = new Map<string, CustomResource>();
  /** What the rules send to each group; nothing where the stack has no rules. */
  private readonly sent = new Map<TargetGroup, number>();
  private readonly networkInterfaceIds = new Map<Endpoint, string[]>();
  private policies = new Map<string, PolicyDocument>();
  private replaced: (() => void)[] = [];
  private template: Resources = {};
  private stackId = '';

  constructor(private readonly aws: FakeAws, private readonly handler: Handler) {}

  /** An update with the clean-up phase at its end. */
  async deploy(build: (stack: Stack) => void): Promise<void> {
    await this.update(build);
    await this.cleanUp();
  }

  /** Everything up to the clean-up phase: what is replaced or removed still exists. */
  async update(build: (stack: Stack) => void): Promise<void> {
    this.stackId = await stackIdOfEvents();
    this.template = synthesize(build);
    this.each('AWS::EC2::VPCEndpoint', (id, properties) => this.putEndpoint(id, properties));
    this.each('AWS::ElasticLoadBalancingV2::TargetGroup', (id, properties) => this.putGroup(id, properties));
    // policies that are no longer in the template hold until the clean-up phase
    this.policies = new Map([...this.policies, ...this.policiesOfFunction()]);
    this.aws.usePolicies(...this.policies.values());
    await this.send(REGISTRATION_TYPE, this.registrations);
    await this.send(ACCEPTANCE_TYPE, this.acceptances);
    this.putRules();
    await this.send(HEALTH_GATE_TYPE, this.gates);
  }

  async cleanUp(): Promise<void> {
    for (const [id, registration] of [...this.registrations]) {
      await registration.cleanUp();
      if (!(id in this.template)) {
        await registration.delete();
        this.registrations.delete(id);
      }
    }
    for (const [id, acceptance] of [...this.acceptances].filter(([present]) => !(present in this.template))) {
      await acceptance.delete();
      this.acceptances.delete(id);
    }
    this.policies = new Map([...this.policies].filter(([id]) => id in this.template));
    // without policies the stand-in allows everything
    this.aws.usePolicies(...this.policies.size > 0 ? this.policies.values() : [{ Statement: [] }]);
    this.replaced.splice(0).forEach(remove => remove());
    removeMissing(this.endpoints, this.template, endpoint => this.aws.network.deleteEndpoint(endpoint));
    removeMissing(this.groups, this.template, group => this.deleteGroup(group));
  }

  get endpoint(): Endpoint { return only(this.endpoints).resource; }

  get group(): TargetGroup { return only(this.groups).resource; }

  get registration(): CustomResource { return only(this.registrations); }

  /** The resource whose logical id begins so. */
  groupOf(prefix: string): TargetGroup { return startingWith(this.groups, prefix).resource; }

  endpointOf(prefix: string): Endpoint { return startingWith(this.endpoints, prefix).resource; }

  registrationOf(prefix: string): CustomResource { return startingWith(this.registrations, prefix); }

  /** The groups to which requests are sent, with their weights. */
  get weights(): [TargetGroup, number][] { return [...this.sent].filter(([, weight]) => weight > 0); }

  get eventTypes(): string[] {
    return [...this.registrations.values()].flatMap(registration => registration.events.map(event => event.RequestType));
  }

  private async send(type: string, resources: Map<string, CustomResource>): Promise<void> {
    for (const [id, { Properties }] of this.ofType(type)) {
      const properties = this.resolve(Properties) as Properties;
      const existing = resources.get(id);
      if (existing?.physicalResourceId) {
        await existing.update(properties);
      } else {
        const made = existing ?? new CustomResource({ handler: this.handler, logicalResourceId: id, resourceType: type });
        resources.set(id, made);
        await made.create(properties);
      }
    }
  }

  /** All at once, and after the targets and the acceptance of their endpoints, which a rule comes after. */
  private putRules(): void {
    const rules = this.ofType('AWS::ElasticLoadBalancingV2::ListenerRule');
    if (rules.length === 0) { return; }
    const before = [...this.sent.keys()];
    this.sent.clear();
    for (const [, { Properties }] of rules) {
      for (const { TargetGroupArn, ForwardConfig } of this.resolve(Properties.Actions) as Forward[]) {
        for (const { TargetGroupArn: arn, Weight } of ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: TargetGroupArn!, Weight: 1 }]) {
          this.sent.set(this.aws.targetGroups.all.get(arn)!, Weight);
        }
      }
    }
    this.sent.forEach((_, group) => { group.inUse = true; });
    before.filter(group => !this.sent.has(group)).forEach(group => { group.inUse = false; });
  }

  private putEndpoint(id: string, properties: Properties): void {
    const existing = this.endpoints.get(id);
    if (existing && isDeepStrictEqual(existing.properties, properties)) { return; }
    const subnets = (properties.SubnetIds as string[]).map(subnetId => this.subnet(subnetId));
    const privateDnsEnabled = properties.PrivateDnsEnabled === true;
    let endpoint = existing?.resource;
    if (!existing || !endpoint || isReplaced('AWS::EC2::VPCEndpoint', existing.properties, properties)) {
      if (endpoint) { this.replaced.push(() => this.aws.network.deleteEndpoint(existing!.resource)); }
      endpoint = this.aws.network.createEndpoint({
        subnets,
        privateDnsEnabled,
        ipAddressType: properties.IpAddressType as EndpointIpAddressType | undefined,
        serviceName: properties.ServiceName as string,
      });
    } else {
      const present = endpoint.networkInterfaces.map(networkInterface => networkInterface.subnet);
      present.filter(subnet => !subnets.includes(subnet)).forEach(subnet => this.aws.network.removeSubnet(endpoint!, subnet));
      subnets.filter(subnet => !present.includes(subnet)).forEach(subnet => this.aws.network.addSubnet(endpoint!, subnet));
      if (endpoint.privateDnsEnabled !== privateDnsEnabled) { this.aws.network.setPrivateDnsEnabled(endpoint, privateDnsEnabled); }
    }
    this.networkInterfaceIds.set(endpoint, this.aws.network.networkInterfaceIds(endpoint));
    this.endpoints.set(id, { resource: endpoint, properties });
  }

  private putGroup(id: string, properties: Properties): void {
    const existing = this.groups.get(id);
    const tags = Object.fromEntries((properties.Tags as { Key: string; Value: string }[] | undefined ?? []).map(({ Key, Value }) => [Key, Value]));
    if (existing && !isReplaced('AWS::ElasticLoadBalancingV2::TargetGroup', existing.properties, properties)) {
      // tags that are not in the template, such as the records, stay
      Object.entries(tags).forEach(([key, value]) => existing.resource.tags.set(key, value));
      existing.properties = properties;
      return;
    }
    if (existing) { this.replaced.push(() => this.deleteGroup(existing.resource)); }
    const resource = this.aws.targetGroups.create({
      vpc: this.aws.network.vpcs.get(properties.VpcId as string)!,
      port: properties.Port as number,
      protocol: properties.Protocol as string,
      ipAddressType: properties.IpAddressType as 'ipv4' | 'ipv6' | undefined,
      tags,
      inUse: this.ofType('AWS::ElasticLoadBalancingV2::ListenerRule').length === 0,
    });
    for (const { Key, Value } of properties.TargetGroupAttributes as { Key: string; Value: string }[] | undefined ?? []) {
      resource.attributes.set(Key, Value);
    }
    this.groups.set(id, { resource, properties });
  }

  /** After the rule that used it. */
  private deleteGroup(group: TargetGroup): void {
    group.inUse = false;
    this.aws.targetGroups.delete(group);
  }

  private subnet(subnetId: string): Subnet {
    return [...this.aws.network.vpcs.values()].flatMap(vpc => vpc.subnets).find(subnet => subnet.subnetId === subnetId)!;
  }

  /** The policies of the role of the function behind the framework's function that the registrations name. */
  private policiesOfFunction(): [string, PolicyDocument][] {
    const [registration] = this.ofType(REGISTRATION_TYPE);
    if (!registration) { return []; }
    const framework = this.template[attributed(registration[1].Properties.ServiceToken)];
    const { Variables } = framework.Properties.Environment as { Variables: Properties };
    const fn = this.template[attributed(Variables.USER_ON_EVENT_FUNCTION_ARN)];
    const role = attributed(fn.Properties.Role);
    return this.ofType('AWS::IAM::Policy')
      .filter(([, { Properties }]) => (Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === role))
      .map(([id, { Properties }]) => [id, this.resolve(Properties.PolicyDocument) as PolicyDocument]);
  }

  private each(type: string, put: (id: string, properties: Properties) => void): void {
    this.ofType(type).forEach(([id, { Properties }]) => put(id, this.resolve(Properties) as Properties));
  }

  private ofType(type: string): [string, Resource][] {
    return Object.entries(this.template).filter(([, resource]) => resource.Type === type);
  }

  private resolve(value: unknown): unknown {
    if (Array.isArray(value)) { return value.map(element => this.resolve(element)); }
    if (typeof value !== 'object' || value === null) { return value; }
    const [[name, argument], ...others] = Object.entries(value).length > 0 ? Object.entries(value) : [['', undefined]];
    if (others.length === 0 && name === 'Ref') { return this.ref(argument as string); }
    if (others.length === 0 && name === 'Fn::GetAtt') { return this.attribute(...argument as [string, string]); }
    if (others.length === 0 && name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(part => this.resolve(part)).join(separator);
    }
    if (others.length === 0 && name.startsWith('Fn::')) { throw new Error(`${name} is not implemented`); }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, this.resolve(child)]));
  }

  private ref(id: string): string {
    const pseudo: Record<string, string> = {
      'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::StackId': this.stackId, 'AWS::URLSuffix': 'amazonaws.com',
    };
    return pseudo[id] ?? this.endpoints.get(id)?.resource.vpcEndpointId ?? this.groups.get(id)?.resource.targetGroupArn ?? id;
  }

  private attribute(id: string, name: string): string | string[] {
    const endpoint = this.endpoints.get(id)?.resource;
    if (endpoint && name === 'NetworkInterfaceIds') { return this.networkInterfaceIds.get(endpoint)!; }
    const registration = this.registrations.get(id);
    if (registration && name in registration.data) { return `${registration.data[name]}`; }
    if (name === 'Arn') { return `arn:aws:service:${REGION}:${ACCOUNT}:${id}`; }
    return `${id}.${name}`;
  }
}

const templates = new WeakMap<(stack: Stack) => void, Resources>();

/** Once for each design, because it takes most of the time of a test. */
function synthesize(build: (stack: Stack) => void): Resources {
  const known = templates.get(build);
  if (known) { return known; }
  const stack = new Stack(new App({ context: { [DISABLE_ASSET_STAGING_CONTEXT]: true } }), 'Stack');
  build(stack);
  const resources = Template.fromStack(stack).toJSON().Resources as Resources | undefined ?? {};
  templates.set(build, resources);
  return resources;
}

/** The stack whose events the stand-in sends. */
async function stackIdOfEvents(): Promise<string> {
  let stackId = '';
  await new CustomResource({ handler: async event => { stackId = event.StackId; } }).create({});
  return stackId;
}

function attributed(value: unknown): string {
  return (value as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0];
}

function isReplaced(type: string, before: Properties, after: Properties): boolean {
  return REPLACING[type].some(name => !isDeepStrictEqual(before[name], after[name]));
}

function removeMissing<T>(resources: Map<string, Physical<T>>, template: Resources, remove: (resource: T) => void): void {
  for (const [id, { resource }] of [...resources].filter(([present]) => !(present in template))) {
    remove(resource);
    resources.delete(id);
  }
}

function only<T>(resources: Map<string, T>): T {
  if (resources.size !== 1) { throw new Error(`There is not exactly one: ${[...resources.keys()].join(', ')}`); }
  return [...resources.values()][0];
}

function startingWith<T>(resources: Map<string, T>, prefix: string): T {
  const found = [...resources].filter(([id]) => id.startsWith(prefix));
  return only(new Map(found));
}
