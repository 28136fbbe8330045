import * as fs from 'fs';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { Hop, Node, Report, TemplateSource } from '../../../src/reachability/contract';

/** An app that works when it is deployed. */
export interface WorkingApp {
  /**
   * The stations of which each leads to the next without anything in the way: `internet > alb > ecs-service`. A station is its kind, or a part
   * of its construct path or label.
   */
  readonly reaches?: readonly string[];
  /** What the templates do not tell, and so nobody can judge: each must be said, and nothing else. */
  readonly unknown?: readonly RegExp[];
  readonly context?: { readonly [name: string]: unknown };
  readonly build: (app: App) => void;
}

/** Apps by the sentence that says what they are. */
export interface WorkingApps { readonly [sentence: string]: WorkingApp }

/** Every template that an app synthesizes to, with those of its stages and nested stacks. */
export function sourcesOf(app: App): TemplateSource[] {
  return ofAssembly(app.synth());
}

function ofAssembly(assembly: CloudAssembly): TemplateSource[] {
  return [...assembly.stacks.flatMap(ofStack), ...assembly.nestedAssemblies.flatMap(({ nestedAssembly }) => ofAssembly(nestedAssembly))];
}

function ofStack(artifact: CloudFormationStackArtifact): TemplateSource[] {
  const { account, region } = artifact.environment;
  const source: TemplateSource = {
    stack: artifact.hierarchicalId,
    stackName: artifact.stackName,
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
    body: artifact.template,
    file: artifact.templateFullPath,
  };
  return [source, ...nestedIn(source)];
}

function nestedIn(parent: TemplateSource): TemplateSource[] {
  const { Resources: resources = {} } = parent.body as { Resources?: { [id: string]: { Type: string; Metadata?: { [name: string]: string } } } };
  return Object.entries(resources).flatMap(([logicalId, { Type: type, Metadata: metadata = {} }]) => {
    if (type !== 'AWS::CloudFormation::Stack') { return []; }
    const file = path.join(path.dirname(parent.file!), metadata['aws:asset:path']);
    const stack = metadata['aws:cdk:path'].replace(/\.NestedStack\/[^/]*$/, '');
    const source = { ...parent, stack, stackName: undefined, file, body: JSON.parse(fs.readFileSync(file, 'utf8')), nestedIn: { stack: parent.stack, logicalId } };
    return [source, ...nestedIn(source)];
  });
}

/** Whether some path leads through the stations in this order, with nothing in its way from the first to the last. */
export function leads(report: Report, stations: string): boolean {
  const names = stations.split(' > ');
  return report.paths.some(({ hops }) => hops.some((_, start) => follows(hops.slice(start), names)));
}

function follows([first, ...rest]: readonly Hop[], [name, ...names]: readonly string[]): boolean {
  if (!first || !is(first.from, name)) { return false; }
  let left = names;
  for (const { to, verdict } of [first, ...rest]) {
    if (verdict !== 'reachable') { return false; }
    if (is(to, left[0])) { left = left.slice(1); }
    if (left.length === 0) { return true; }
  }
  return false;
}

function is({ kind, label, constructPath }: Node, name: string): boolean {
  return kind === name || label.includes(name) || (constructPath ?? '').split('/').includes(name);
}

/** What a report says of everything that is in the way, or might be, once each. */
export function doubts(report: Report): string[] {
  const checks = report.paths.flatMap(({ hops }) => hops.flatMap(hop => hop.checks.map(check => ({ ...check, hop }))));
  const unknown = checks.filter(({ verdict }) => verdict === 'unknown').map(({ name, detail, hop }) => `${hop.from.label} > ${hop.to.label}: ${name}: ${detail}`);
  return [...new Set(unknown)];
}

/** What must not be said of an app that works: findings, blocked paths, blocked checks. */
export function alarms(report: Report): string[] {
  return [
    ...report.findings.map(({ id, reason, fix }) => `${id}: ${reason} (${fix.text})`),
    ...report.paths.filter(({ verdict }) => verdict === 'blocked').map(({ id, hops }) => `${id} is blocked: ${chain(hops)}`),
  ];
}

/** All paths in a few words, for the message of a test that fails. */
export function outline(report: Report): string[] {
  return report.paths.map(({ promise, verdict, hops }) => `${promise}: ${chain(hops)} (${verdict})`);
}

function chain(hops: readonly Hop[]): string {
  return hops.map(({ from, to, traffic, verdict }, index) => `${index === 0 ? `[${from.kind}] ${from.label}` : ''} --${traffic} ${verdict}--> [${to.kind}] ${to.label}`).join('');
}
