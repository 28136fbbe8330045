import * as route53 from 'aws-cdk-lib/aws-route53';
import { Annotations, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { pathsIn } from './identity';
import { isPendingVpc } from './vpc-attributes';

/** Another private zone of the app that a VPC sees beside one of ours. */
interface Neighbour {
  readonly resource: route53.CfnHostedZone;
  readonly name: string;
}

/**
 * Says at synth where a zone that was made for a name collides with other zones of the app. A resolver asks the one zone that has the longest matching name, and
 * looks nowhere else.
 */
export function checkNameSpace(scope: Construct, zone: route53.IHostedZone, name: string): void {
  scope.node.addValidation({
    validate: () => neighbours(zone).flatMap(neighbour => {
      const wider = name.endsWith(`.${neighbour.name}`);
      return neighbour.name === name ? [sameName(name, neighbour)] : wider ? hidden(scope, name, neighbour) : [];
    }),
  });
}

/** Refuses a zone of the app that has no VPC: it is public. VPCs may be added until synth. */
export function requirePrivate(scope: Construct, zone: route53.IHostedZone): void {
  const resource = zone.node.defaultChild;
  if (!(resource instanceof route53.CfnHostedZone)) { return; }
  scope.node.addValidation({
    validate: () => zonesVpcs(resource).length > 0 ? [] : [
      `'domainZone' must be a private zone, got: ${zone.node.path}, which no VPC is associated with, so that it is public and shows private addresses to the world. `
      + 'Give a private zone, or leave it out and one is made; to publish a name on purpose, write its record yourself.',
    ],
  });
}

/** All private zones of the app that a VPC of this zone sees too. */
function neighbours(zone: route53.IHostedZone): Neighbour[] {
  const own = zone.node.defaultChild as route53.CfnHostedZone;
  const seenFrom = new Set(vpcIds(own));
  return zone.node.root.node.findAll()
    .filter((node): node is route53.CfnHostedZone => node instanceof route53.CfnHostedZone && node !== own)
    .filter(resource => vpcIds(resource).some(id => seenFrom.has(id)))
    .flatMap(resource => resource.name === undefined || Token.isUnresolved(resource.name) ? [] : [{ resource, name: plain(resource.name) }]);
}

function vpcIds(zone: route53.CfnHostedZone): string[] {
  return zonesVpcs(zone).map(({ vpcId }) => vpcId).filter(id => !isPendingVpc(id));
}

function zonesVpcs(zone: route53.CfnHostedZone): { vpcId: string }[] {
  return (pathsIn(zone, zone.vpcs) ?? []) as { vpcId: string }[];
}

function sameName(name: string, { resource }: Neighbour): string {
  return `'domainNames' has '${name}', for which ${resource.node.path} is a zone already that the same VPC sees, and Route 53 takes one. `
    + "Give that zone as 'domainZone', or choose another name.";
}

function hidden(scope: Construct, name: string, { resource, name: wider }: Neighbour): string[] {
  const lost = recordNames(resource).filter(record => record === name || record.endsWith(`.${name}`));
  if (lost.length > 0) {
    return [`'domainNames' has '${name}', whose zone hides ${lost.map(record => `'${record}'`).join(', ')} of the wider zone '${wider}' (${resource.node.path}), `
      + `which the same VPC sees. Give the wider zone as 'domainZone', or choose a name that nothing in '${wider}' has.`];
  }
  Annotations.of(scope).addWarningV2('cdk-alb-privatelink:nameShadowsWiderZone',
    `'domainNames' has '${name}', whose zone answers in place of the wider zone '${wider}' (${resource.node.path}) for '${name}' and all names below it, in the VPCs that `
    + "see both. Give the wider zone as 'domainZone' if it is to have such names.");
  return [];
}

/** The names of all records that the app writes into a zone. */
function recordNames(zone: route53.CfnHostedZone): string[] {
  const zoneId = pathsIn(zone, zone.ref);
  return zone.node.root.node.findAll()
    .filter((node): node is route53.CfnRecordSet => node instanceof route53.CfnRecordSet && node.hostedZoneId !== undefined)
    .filter(record => pathsIn(record, record.hostedZoneId) === zoneId)
    .flatMap(record => Token.isUnresolved(record.name) ? [] : [plain(record.name)]);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
