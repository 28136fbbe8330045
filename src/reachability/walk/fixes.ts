import { Fix, Patch } from '../contract';
import { Traffic, describe } from './traffic';
import { contains } from '../model/address';
import { Party } from '../model/parties';
import { Direction, SecurityGroup } from '../model/security-groups';
import { jsonOf } from '../template/json';
import { Resource, Stack } from '../template/stacks';
import { Reference, Value } from '../template/values';

export const NO_PATCH: Patch[] = [];

/** How a template refers to something: within itself, by an export of the other stack, or literally. */
export interface Referred { readonly expression: unknown; readonly patches: Patch[] }

export function refer(into: Stack, value: Value): Referred | undefined {
  if (typeof value === 'string') { return { expression: value, patches: [] }; }
  if (!(value instanceof Reference)) { return undefined; }
  const { resource, attribute } = value;
  const expression = attribute === 'Ref' ? { Ref: resource.logicalId } : { 'Fn::GetAtt': [resource.logicalId, attribute] };
  if (resource.stack === into) { return { expression, patches: [] }; }
  const { source } = resource.stack;
  if (source.account !== into.source.account || source.region !== into.source.region || source.nestedIn || into.source.nestedIn) { return undefined; }
  const output = alphanumeric(`Export${resource.logicalId}${attribute}`);
  const name = `${source.stackName ?? source.stack}:${output}`;
  return {
    expression: { 'Fn::ImportValue': name },
    patches: [{ stack: resource.stack.name, merge: { Outputs: { [output]: { Value: expression, Export: { Name: name } } } } }],
  };
}

/** A resource more. */
export function addition(stack: Stack, logicalId: string, type: string, properties: { readonly [name: string]: unknown }): Patch {
  return { stack: stack.name, merge: { Resources: { [alphanumeric(logicalId)]: { Type: type, Properties: properties } } } };
}

/** Other properties of a resource. */
export function change(resource: Resource, properties: { readonly [name: string]: unknown }): Patch {
  const whole = Object.entries(properties).map(([name, value]) => [name, instead(resource.written(name), value)]);
  return { stack: resource.stack.name, merge: { Resources: { [resource.logicalId]: { Properties: Object.fromEntries(whole) } } } };
}

/** One value instead of another: a merge patch keeps the members of an object that it does not name. */
function instead(old: unknown, value: unknown): unknown {
  const isObject = (one: unknown): one is { [name: string]: unknown } => typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isObject(old) || !isObject(value)) { return value; }
  const gone = Object.keys(old).filter(name => !(name in value)).map(name => [name, null]);
  return Object.fromEntries([...gone, ...Object.entries(value).map(([name, inner]) => [name, instead(old[name], inner)])]);
}

/** A rule that lets traffic through a group, towards or from another party. */
export function allow(direction: Direction, group: SecurityGroup, other: Party, traffic: Traffic, byGroup: boolean): Fix {
  const peer = byGroup ? other.groups.find(one => !one.elsewhere || typeof one.value === 'string') : undefined;
  const [near] = other.places.flatMap(place => place.address ?? place.subnet.range ?? []);
  const block = (other.addresses?.[0] ?? near ?? other.vpc?.ranges[0])?.text;
  const around = near && other.vpc?.ranges.find(range => contains(range, near));
  const whole = other.addresses?.[0]?.text ?? around?.text ?? near?.text ?? block;
  const named = peer ? `the security group ${peer.label}` : whole ?? other.node.label;
  const [kind, word, method] = direction === 'ingress' ? ['inbound', 'from', 'allowFrom'] : ['outbound', 'to', 'allowTo'];
  const port = traffic.ports instanceof Object && 'from' in traffic.ports ? traffic.ports : undefined;
  const text = `Add an ${kind} rule to the security group ${group.label}: ${describe(traffic)} ${word} ${named}. `
    + `In the CDK: 'connections.${method}(…, ${cdkPort(traffic)})' of what holds the group.`;
  const stacks = [group.resource?.stack, peer?.resource?.stack].filter((stack): stack is Stack => stack !== undefined);
  if (!port || stacks.length === 0 || (!peer && !whole)) { return { text, patches: [] }; }
  const stack = stacks.find(one => stacks.every(another => one === another || dependsOn(one, another))) ?? stacks[0];
  const own = refer(stack, group.value);
  const theirs = peer ? refer(stack, peer.value) : { expression: whole, patches: [] };
  if (!own || !theirs) { return { text, patches: [] }; }
  const end = direction === 'ingress' ? 'Source' : 'Destination';
  const rule = {
    GroupId: own.expression,
    IpProtocol: traffic.protocol,
    FromPort: port.from,
    ToPort: port.to,
    ...(peer ? { [`${end}SecurityGroupId`]: theirs.expression } : { CidrIp: theirs.expression }),
  };
  const id = `Allow${direction}${traffic.protocol}${port.from}${peer?.resource?.logicalId ?? whole}On${group.resource?.logicalId ?? ''}`;
  const type = direction === 'ingress' ? 'AWS::EC2::SecurityGroupIngress' : 'AWS::EC2::SecurityGroupEgress';
  return { text, patches: [addition(stack, id, type, rule), ...own.patches, ...theirs.patches] };
}

/** Whether a stack reads something of another. */
function dependsOn(stack: Stack, other: Stack): boolean {
  return other.exports().some(([name]) => jsonOf(stack.source.body).includes(JSON.stringify(name)));
}

function cdkPort({ protocol, ports }: Traffic): string {
  if (!('from' in ports)) { return 'ec2.Port.allTraffic()'; }
  return ports.from === ports.to ? `ec2.Port.${protocol}(${ports.from})` : `ec2.Port.${protocol}Range(${ports.from}, ${ports.to})`;
}

export function alphanumeric(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').slice(0, 200);
}
