import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { App, Stack } from 'aws-cdk-lib/core';
import { ReachabilityDestination, ReachabilitySource, ReachabilityStatement } from '../../../src';
import { check } from '../../../src/reachability/check';
import { Patch, Path, Report, TemplateSource, Verdict } from '../../../src/reachability/contract';
import { statementOf } from '../../../src/reachability/statement';
import { newInstance, newVpc, TOKYO } from '../../util';
import { sourcesOf } from '../apps/working-app';

export const ISOLATED: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
export const PUBLIC: ec2.SubnetSelection = { subnetType: ec2.SubnetType.PUBLIC };
export const ZONES = ['ap-northeast-1a', 'ap-northeast-1c'];

export interface Said { readonly expect?: ReachabilityStatement[]; readonly forbid?: ReachabilityStatement[] }

export function newApp(): App {
  return new App({ context: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true }, analyticsReporting: false });
}

/** What an app says of statements. */
export function saying(app: App, said: Said): Report {
  return checkSources(app, sourcesOf(app), said);
}

function checkSources(app: App, sources: TemplateSource[], { expect = [], forbid = [] }: Said): Report {
  return check(sources, { expect: expect.map(one => statementOf(app, one)), forbid: forbid.map(one => statementOf(app, one)) });
}

/** The paths of statements, and not those that the templates promise by themselves. */
export function stated(report: Report, promise: 'expect' | 'forbid'): Path[] {
  return report.paths.filter(path => path.promise === promise);
}

/** The worst verdict of the paths of `expect` statements; `none` where there is no path. */
export function expected(app: App, source: ReachabilitySource, destination: ReachabilityDestination, port?: number): Verdict | 'none' {
  return worst(stated(saying(app, { expect: [{ source, destination, port }] }), 'expect'));
}

function worst(paths: readonly Path[]): Verdict | 'none' {
  const verdicts = paths.map(({ verdict }) => verdict);
  return (['blocked', 'unknown', 'reachable'] as const).find(verdict => verdicts.includes(verdict)) ?? 'none';
}

/** What becomes of a `forbid` statement. */
export function forbidden(app: App, source: ReachabilitySource, destination: ReachabilityDestination, port?: number): 'violated' | 'kept' | 'unknown' {
  const report = saying(app, { forbid: [{ source, destination, port }] });
  if (violations(report) > 0) { return 'violated'; }
  return stated(report, 'forbid').some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'kept';
}

export function violations({ findings }: Report): number {
  return findings.filter(({ code }) => code === 'ForbiddenPath').length;
}

/** What stops the paths of `expect` statements. */
export function codesOf({ findings, paths }: Report): string[] {
  const own = new Set(paths.filter(path => path.promise === 'expect').map(({ id }) => id));
  return [...new Set(findings.filter(finding => finding.paths.some(id => own.has(id))).map(({ code }) => code))].sort();
}

/** The report before and after the fixes of all forbidden paths were made in the templates, one after the other. */
export function afterFixes(app: App, said: Said): { readonly before: Report; readonly after: Report } {
  let sources = sourcesOf(app);
  const before = checkSources(app, sources, said);
  let after = before;
  for (let round = violations(before); round > 0 && violations(after) > 0; round--) {
    sources = patched(sources, after.findings.find(({ code }) => code === 'ForbiddenPath')!.fix.patches);
    after = checkSources(app, sources, said);
  }
  return { before, after };
}

export function patched(sources: readonly TemplateSource[], patches: readonly Patch[]): TemplateSource[] {
  return sources.map(source =>
    patches.filter(({ stack }) => stack === source.stack).reduce((one, { merge }) => ({ ...one, body: merged(one.body, merge) }), source));
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) { return patch; }
  const result: { [name: string]: unknown } = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) { delete result[name]; } else { result[name] = merged(result[name], value); }
  }
  return result;
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Two VPCs with a peering connection and routes both ways; in foo an internal load balancer in front of an instance, in bar an instance. */
export class TwoVpcs {
  public readonly app = newApp();
  public readonly stack = new Stack(this.app, 'Net', { env: TOKYO });
  public readonly foo = newVpc(this.stack, 'Foo', '10.1.0.0/16', ZONES);
  public readonly bar = newVpc(this.stack, 'Bar', '10.2.0.0/16', ZONES);
  public readonly web = newInstance(this.stack, 'Web', this.foo);
  /** In bar. */
  public readonly client = newInstance(this.stack, 'Client', this.bar);
  public readonly albGroup = new ec2.SecurityGroup(this.stack, 'AlbGroup', { vpc: this.foo, allowAllOutbound: false });
  public readonly alb = new elbv2.ApplicationLoadBalancer(this.stack, 'Alb', { vpc: this.foo, vpcSubnets: ISOLATED, securityGroup: this.albGroup });

  constructor() {
    this.alb.addListener('Http', { port: 80, open: false })
      .addTargets('Web', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(this.web)] });
    this.alb.connections.allowTo(this.web, ec2.Port.tcp(8080));
    this.client.connections.allowTo(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.tcp(80));
  }

  /** A peering connection, with routes in the isolated subnets of both. */
  public peer(): this {
    const connection = new ec2.CfnVPCPeeringConnection(this.stack, 'Peering', { vpcId: this.foo.vpcId, peerVpcId: this.bar.vpcId });
    for (const [vpc, other] of [[this.foo, this.bar], [this.bar, this.foo]]) {
      for (const [index, { routeTable }] of vpc.isolatedSubnets.entries()) {
        new ec2.CfnRoute(vpc, `ToPeer${index}`, {
          routeTableId: routeTable.routeTableId, destinationCidrBlock: other.vpcCidrBlock, vpcPeeringConnectionId: connection.ref,
        });
      }
    }
    return this;
  }

  /** Lets a peer in at port 80 of the load balancer. */
  public admit(...peers: ec2.IPeer[]): this {
    for (const peer of peers) { this.albGroup.addIngressRule(peer, ec2.Port.tcp(80)); }
    return this;
  }
}

/** An internet-facing load balancer in front of an instance, open to everybody. */
export class PublicSite {
  public readonly app = newApp();
  public readonly stack = new Stack(this.app, 'Site', { env: TOKYO });
  public readonly vpc = newVpc(this.stack, 'Vpc', '10.1.0.0/16', ZONES);
  public readonly web = newInstance(this.stack, 'Web', this.vpc);
  public readonly group = new ec2.SecurityGroup(this.stack, 'AlbGroup', { vpc: this.vpc, allowAllOutbound: false });
  public readonly alb = new elbv2.ApplicationLoadBalancer(this.stack, 'Alb', { vpc: this.vpc, internetFacing: true, securityGroup: this.group });

  constructor(...peers: ec2.IPeer[]) {
    this.alb.addListener('Http', { port: 80, open: false })
      .addTargets('Web', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(this.web)] });
    this.alb.connections.allowTo(this.web, ec2.Port.tcp(8080));
    for (const peer of peers) { this.group.addIngressRule(peer, ec2.Port.tcp(80)); }
  }
}

export const { internet, cidr, vpc: ofVpc, workload: from } = ReachabilitySource;
export const { loadBalancer, endpointService, name, workload: to } = ReachabilityDestination;
