import { aws_route53 as route53, Annotations, Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { pathsIn, resolvedPaths, resourcesOfStage } from './identity';
import { isPendingVpc } from './vpc-attributes';

/** A private zone of the app. */
interface Zone {
  readonly resource: route53.CfnHostedZone;
  readonly name: string;
}

/** A record that the app writes. */
interface Entry {
  readonly node: IConstruct;
  readonly name: string;
  readonly type: string;
}

/**
 * Says at synth, when all zones and records are there, where a name of ours collides with others of the app. A resolver asks the one zone that has the longest
 * matching name, and looks nowhere else.
 */
export function checkNameSpace(scope: Construct, zone: route53.IHostedZone, name: string, made: boolean): void {
  const resource = zone.node.defaultChild;
  if (!(resource instanceof route53.CfnHostedZone)) { return; }
  scope.node.addValidation({
    validate: () => {
      const others = neighbours(resource).filter(other => !isOurs(scope, other.resource));
      return [
        ...sameRecord(scope, name, resource),
        ...others.flatMap(other => made ? checkMade(scope, name, other) : checkGiven(name, plain(resource.name ?? ''), other)),
      ];
    },
  });
}

/** Refuses a zone of the app that has no VPC: it is public. VPCs may be added until synth. */
export function requirePrivate(scope: Construct, zone: route53.IHostedZone): void {
  const resource = zone.node.defaultChild;
  if (!(resource instanceof route53.CfnHostedZone)) { return; }
  scope.node.addValidation({
    validate: () => vpcIds(resource)?.length === 0 ? [
      `'domainZone' must be a private zone, got: ${zone.node.path}, which no VPC is associated with, so that it is public and shows private addresses to the world. `
      + 'Give a private zone, or leave it out and one is made; to publish a name on purpose, write its record yourself.',
    ] : [],
  });
}

/** All private zones of the app that a VPC of this zone sees too. */
function neighbours(own: route53.CfnHostedZone): Zone[] {
  const seenFrom = new Set(vpcIds(own)?.filter(id => !isPendingVpc(id)));
  return resourcesOfStage(own, route53.CfnHostedZone)
    .filter(resource => resource !== own && vpcIds(resource)?.some(id => seenFrom.has(id)))
    .flatMap(resource => resource.name === undefined || Token.isUnresolved(resource.name) ? [] : [{ resource, name: plain(resource.name) }]);
}

/** The VPCs of a zone, as text that is the same for the same VPC; nothing where only the deployment knows them. */
function vpcIds(zone: route53.CfnHostedZone): string[] | undefined {
  const vpcs = pathsIn(zone, zone.vpcs) ?? [];
  return Array.isArray(vpcs) ? vpcs.map(({ vpcId }) => typeof vpcId === 'string' ? vpcId : JSON.stringify(vpcId)) : undefined;
}

/** Zones of one load balancer that lie one in another are meant so. */
function isOurs(scope: Construct, resource: IConstruct): boolean {
  return resource.node.scopes.includes(scope);
}

/** A zone that was made for a name. */
function checkMade(scope: Construct, name: string, other: Zone): string[] {
  if (other.name === name) {
    return [`'domainNames' has '${name}', for which ${other.resource.node.path} is a zone already that the same VPC sees, and Route 53 takes one. `
      + "Give that zone as 'domainZone', or choose another name."];
  }
  if (!name.endsWith(`.${other.name}`)) { return []; }
  const lost = recordsOf(other.resource).map(record => record.name).filter(record => record === name || record.endsWith(`.${name}`));
  if (lost.length > 0) {
    return [`'domainNames' has '${name}', whose zone hides ${lost.map(record => `'${record}'`).join(', ')} of the wider zone '${other.name}' `
      + `(${other.resource.node.path}), which the same VPC sees. Give the wider zone as 'domainZone', or choose a name that nothing in '${other.name}' has.`];
  }
  Annotations.of(scope).addWarningV2('cdk-alb-privatelink:nameShadowsWiderZone',
    `'domainNames' has '${name}', whose zone answers in place of the wider zone '${other.name}' (${other.resource.node.path}) for '${name}' and all names below it, `
    + "in the VPCs that see both. Give the wider zone as 'domainZone' if it is to have such names.");
  return [];
}

/** A zone that was given, in which another one may hide the name. */
function checkGiven(name: string, zoneName: string, other: Zone): string[] {
  const hides = (name === other.name || name.endsWith(`.${other.name}`)) && other.name.length > zoneName.length;
  return hides
    ? [`'domainNames' has '${name}' in the zone '${zoneName}', and the same VPC sees the narrower zone '${other.name}' (${other.resource.node.path}), which hides it. `
      + "Give the narrower zone as 'domainZone', or choose another name."]
    : [];
}

/** Another record of the name in its zone. */
function sameRecord(scope: Construct, name: string, zone: route53.CfnHostedZone): string[] {
  return recordsOf(zone)
    .filter(record => record.name === name && ['A', 'AAAA', 'CNAME'].includes(record.type) && !isOurs(scope, record.node))
    .map(record => `'domainNames' has '${name}', for which ${record.node.node.path} is a record already (${record.type}) in the same zone, and Route 53 takes one. Choose another name.`);
}

/** All records that the app writes into a zone. */
function recordsOf(zone: route53.CfnHostedZone): Entry[] {
  const zoneId = resolvedPaths(zone, zone.ref);
  const isIn = (node: IConstruct, id: string | undefined, zoneName: string | undefined) =>
    id !== undefined ? resolvedPaths(node, id) === zoneId : zoneName !== undefined && plain(zoneName) === plain(zone.name ?? '');
  const single = resourcesOfStage(zone, route53.CfnRecordSet).filter(record => isIn(record, record.hostedZoneId, record.hostedZoneName))
    .map(record => ({ node: record, name: record.name, type: record.type }));
  const groups = resourcesOfStage(zone, route53.CfnRecordSetGroup).filter(group => isIn(group, group.hostedZoneId, group.hostedZoneName));
  const grouped = groups.flatMap(group => {
    const records = pathsIn(group, group.recordSets);
    return Array.isArray(records) ? records.map(({ name, type }) => ({ node: group, name: `${name}`, type: `${type}` })) : [];
  });
  return [...single, ...grouped].filter(({ name }) => !Token.isUnresolved(name)).map(entry => ({ ...entry, name: plain(entry.name) }));
}

/** A name as it is compared: names mind neither upper and lower case nor a dot at their end. */
export function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
