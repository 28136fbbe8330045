import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { App, Stack, StackProps, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ReachabilityChecks, ReachabilityChecksProps } from '../../src';
import { newInstance, newVpc, TOKYO } from '../util';

export const EGRESS = 'SecurityGroupEgress';
export const INGRESS = 'SecurityGroupIngress';

const folders: string[] = [];

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'checks-'));
  folders.push(path);
  return path;
}

export function removeFolders(): void {
  for (const path of folders.splice(0)) { rmSync(path, { recursive: true, force: true }); }
}

export interface Plain { readonly vpc: ec2.Vpc; readonly alb: elbv2.ApplicationLoadBalancer; readonly instance: ec2.Instance }

/** A load balancer in front of an instance, as people write it: no rule lets the one reach the other. */
export function plain(scope: Construct, stack = scope as Stack): Plain {
  const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ['ap-northeast-1a', 'ap-northeast-1c']);
  const instance = newInstance(stack, 'Web', vpc);
  const alb = new elbv2.ApplicationLoadBalancer(scope, 'Alb', { vpc, internetFacing: true });
  alb.addListener('Http', { port: 80 }).addTargets('Web', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(instance, 8080)] });
  return { vpc, alb, instance };
}

export function connected({ alb, instance }: Plain): void {
  alb.connections.allowTo(instance, ec2.Port.tcp(8080));
}

export class PlainStack extends Stack {
  public readonly parts: Plain;

  constructor(scope: Construct, id = 'Plain', props: StackProps = { env: TOKYO }) {
    super(scope, id, props);
    this.parts = plain(this);
  }
}

export interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly suggestedFix: string;
  readonly severity: string;
  readonly ruleMetadata: { readonly paths: string };
  readonly violatingConstructs: {
    readonly constructPath: string;
    readonly stackTraces?: string[];
    readonly cloudFormationResource: { readonly templatePath: string; readonly logicalId: string; readonly propertyPaths?: string[] };
  }[];
}

export interface Synthesis {
  /** What it fails with. */
  readonly failure?: string;
  /** What it prints. */
  readonly printed: string;
  readonly violations: Violation[];
  readonly suppressed: { ruleName: string }[];
  readonly conclusion?: string;
  readonly outdir: string;
}

export function newApp(context: { [name: string]: unknown } = {}): App {
  return new App({ outdir: folder(), context, analyticsReporting: false });
}

export function synth(app: App): Synthesis {
  const printed: string[] = [];
  const spy = jest.spyOn(console, 'error').mockImplementation((...args) => { printed.push(args.join(' ')); });
  const exitCode = process.exitCode;
  let failure: string | undefined;
  try {
    app.synth();
  } catch (error) {
    failure = (error as Error).message;
  } finally {
    spy.mockRestore();
    process.exitCode = exitCode;
  }
  const file = join(app.outdir, 'validation-report.json');
  const { pluginReports = [] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const own = pluginReports.find((one: any) => one.pluginName === 'cdk-alb-privatelink') ?? {};
  return {
    failure,
    printed: printed.join('\n'),
    outdir: app.outdir,
    conclusion: own.conclusion,
    violations: own.violations ?? [],
    suppressed: own.suppressedViolations ?? [],
  };
}

/** Checks an app and synthesizes it. */
export function checked(app: App, props?: ReachabilityChecksProps): Synthesis {
  Validations.of(app).addPlugins(props ? new ReachabilityChecks(props) : new ReachabilityChecks());
  return synth(app);
}

export function codes({ violations }: Synthesis): string[] {
  return violations.map(({ ruleName, severity }) => `${severity} ${ruleName}`);
}

/** Targets that nothing forwards to: a warning. */
export function idle({ instance, vpc }: Plain): elbv2.ApplicationTargetGroup {
  return new elbv2.ApplicationTargetGroup(Stack.of(vpc), 'Idle', { vpc, port: 80, targets: [new targets.InstanceTarget(instance)] });
}
