import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_route53 as route53, aws_route53_targets as targets, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { differenceFrom } from './environment';
import { resolvedPaths } from './identity';
import { checkNameSpace, plain, requirePrivate } from './name-space';
import { invalid, Validate } from './validate';
import { AlbOptions } from '../alb-options';

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

interface PrivateNamesProps extends Pick<AlbOptions, 'vpc' | 'domainNames' | 'domainZone' | 'domainVpcs' | 'ipAddressType'> {
  readonly internetFacing?: boolean;
}

/** The names of a load balancer, and the zones that have them. */
export interface PrivateNames {
  readonly names: string[];
  readonly zones: route53.IHostedZone[];
}

/** Gives a load balancer its names. What is made is named by them, so that a name comes and goes without touching the others. */
export function privateNames(scope: Construct, loadBalancer: elbv2.ApplicationLoadBalancer, props: PrivateNamesProps): PrivateNames {
  const names = checkedNames(scope, props);
  const families = isDualstack(props.ipAddressType) ? [route53.RecordType.A, route53.RecordType.AAAA] : [route53.RecordType.A];
  const zones = names.map(name => {
    const zone = props.domainZone ?? zoneOf(scope, name, props);
    checkNameSpace(scope, zone, name, props.domainZone === undefined);
    const target = route53.RecordTarget.fromAlias(new targets.LoadBalancerTarget(loadBalancer, { evaluateTargetHealth: false }));
    for (const recordType of families) {
      new route53.RecordSet(scope, `${name} ${recordType}`, { zone, recordName: `${name}.`, recordType, target });
    }
    return zone;
  });
  return { names, zones: [...new Set(zones)] };
}

export function isDualstack(ipAddressType: elbv2.IpAddressType | undefined): boolean {
  return ipAddressType !== undefined && ipAddressType !== elbv2.IpAddressType.IPV4;
}

/** A zone that answers for nothing but the name and what is below it. */
function zoneOf(scope: Construct, name: string, { vpc, domainVpcs = [] }: PrivateNamesProps): route53.PrivateHostedZone {
  const zone = new route53.PrivateHostedZone(scope, `${name} Zone`, { zoneName: name, vpc });
  const others = new Map(domainVpcs.map(other => [resolvedPaths(scope, other.vpcId), other]));
  others.delete(resolvedPaths(scope, vpc.vpcId));
  for (const other of others.values()) { zone.addVpc(other); }
  return zone;
}

function checkedNames(scope: Construct, props: PrivateNamesProps): string[] {
  const { domainNames, domainZone, domainVpcs } = props;
  const validate = new Validate(scope);
  validate.notEmpty('domainNames', domainNames, "Name the load balancer, or leave 'domainNames' out.");
  validate.notEmpty('domainVpcs', domainVpcs, "Name the VPCs that see the zones besides the load balancer's, or leave 'domainVpcs' out.");
  if (!domainNames) {
    const needless = domainZone ? 'domainZone' : domainVpcs ? 'domainVpcs' : undefined;
    if (needless) { throw invalid(scope, `'${needless}' needs 'domainNames', got none. Name the load balancer, such as 'alb.home', or leave '${needless}' out.`); }
    return [];
  }
  const names = domainNames.map(name => checkedName(scope, name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) { throw invalid(scope, `'domainNames' has '${twice}' twice. Name it once.`); }
  if (domainZone) {
    checkGivenZone(scope, names, domainZone, props);
  } else {
    const wide = names.find(name => !name.includes('.'));
    if (wide !== undefined) {
      throw invalid(scope, `'domainNames' has '${wide}', for which a zone would be made that hides every name that ends in '.${wide}'. Use a name with a dot, `
        + `such as 'alb.${wide}'; or, if that is meant, make the zone yourself and give it as 'domainZone'.`);
    }
    checkVpc(scope, 'vpc', props.vpc);
    domainVpcs?.forEach(vpc => checkVpc(scope, 'domainVpcs', vpc));
  }
  return names;
}

function checkedName(scope: Construct, given: string): string {
  if (Token.isUnresolved(given)) {
    throw invalid(scope, "'domainNames' has a token. Give a name that is known at synth: it is part of logical ids.");
  }
  const name = plain(given);
  if (name.length > 253 || !name.split('.').every(label => LABEL.test(label))) {
    throw invalid(scope, `'domainNames' has '${given.slice(0, 80)}'. A name has labels of at most 63 letters, digits and - with dots between them, `
      + "such as 'alb.home'; no wildcard, port or path.");
  }
  return name;
}

function checkGivenZone(scope: Construct, names: string[], zone: route53.IHostedZone, { domainVpcs, internetFacing }: PrivateNamesProps): void {
  if (domainVpcs) {
    throw invalid(scope, `'domainVpcs' is for zones that are made here, and 'domainZone' is given, ${zone.node.path}. Leave 'domainVpcs' out, `
      + "and associate the VPCs where the zone is made, with 'zone.addVpc(…)'.");
  }
  if (!internetFacing) { requirePrivate(scope, zone); }
  const zoneName = zoneNameOf(zone);
  if (zoneName === undefined) { return; }
  const outside = names.find(name => name !== zoneName && !name.endsWith(`.${zoneName}`));
  if (outside !== undefined) {
    throw invalid(scope, `'domainNames' has '${outside}', which the zone '${zoneName}' of 'domainZone' does not contain. Use a name that ends in '.${zoneName}', `
      + 'give another zone, or leave it out and one is made.');
  }
}

/** Nothing where it is a token, or where the zone was imported by its id only. */
export function zoneNameOf(zone: route53.IHostedZone): string | undefined {
  try {
    return Token.isUnresolved(zone.zoneName) ? undefined : plain(zone.zoneName);
  } catch {
    return undefined;
  }
}

/** What Route 53 asks of a VPC that is to see a private zone, as far as it is known. */
function checkVpc(scope: Construct, prop: string, vpc: ec2.IVpc): void {
  if (vpc instanceof ec2.Vpc && !(vpc.dnsSupportEnabled && vpc.dnsHostnamesEnabled)) {
    const missing = [vpc.dnsSupportEnabled ? [] : 'enableDnsSupport', vpc.dnsHostnamesEnabled ? [] : 'enableDnsHostnames'].flat().map(name => `'${name}'`).join(' and ');
    throw invalid(scope, `'${prop}' has ${vpc.node.path}, in which ${missing} is off, so that it sees no private zone. Turn it on, as it is by default.`);
  }
  if (differenceFrom(scope, vpc.env) === 'account') {
    throw invalid(scope, `'${prop}' has ${vpc.node.path} of account ${vpc.env.account}, and CloudFormation associates VPCs of the account of its stack only. Leave the VPC out and `
      + "associate it afterwards with 'aws route53 create-vpc-association-authorization' and 'associate-vpc-with-hosted-zone', or give a zone of that account as 'domainZone'.");
  }
}
