import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolation } from 'aws-cdk-lib';
import { applyBaseline, failing, readBaseline } from './baseline';
import type { Finding, Report, TemplateSource } from './contract';
import type * as Engine from './engine';
import { ReachabilityStatement } from './reachability-statement';
import { statementOf } from './statement';
import { version } from './version';

/** What a finding does to the synthesis. */
export enum ReachabilityMode {
  /** It is reported, and the synthesis goes on: for a first look at an app that grew without the checks. */
  WARN = 'warn',

  /** It is reported as an error, and the synthesis fails. */
  FAIL = 'fail',
}

/** Properties of `ReachabilityChecks`. */
export interface ReachabilityChecksProps {
  /**
   * Whether a dead path fails the synthesis. What works in part, or for now, is a warning in both modes.
   *
   * @default ReachabilityMode.FAIL
   */
  readonly mode?: ReachabilityMode;

  /**
   * Paths that must be there. One that is blocked is a finding. One that cannot be known from the templates is not: it stands in the report as unknown.
   *
   * @default - the paths that the templates promise
   */
  readonly expect?: ReachabilityStatement[];

  /**
   * Paths that must not be there. One that is certainly open is a finding.
   *
   * @default - none
   */
  readonly forbid?: ReachabilityStatement[];

  /**
   * A JSON file of findings that are accepted as they are today, made with `cdk-alb-privatelink check --write-baseline FILE`. Findings that it lists fail nothing. The path is that of the process, usually the app's folder.
   *
   * @default - no finding is accepted
   */
  readonly baselineFile?: string;

  /**
   * Where to write the report as JSON (its schema ships with the package). Outside of the cloud assembly.
   *
   * @default - it is not written
   */
  readonly jsonFile?: string;

  /**
   * Where to write the report as a page with a picture of each path: one file, without any network access. Outside of the cloud assembly.
   *
   * @default - it is not written
   */
  readonly htmlFile?: string;
}

/**
 * Walks every path that the synthesized templates of an app promise, hop by hop, before anything is deployed: security groups of both sides, routes both ways, network ACLs, zones, listeners, rules,
 * target groups, health checks, PrivateLink, private names.
 *
 * It is a policy validation plugin for any CDK app; it reads templates and knows nothing of the constructs of this library. A path is reachable; or blocked, with the hop, the reason and the fix; or unknown, with
 * what the templates do not tell (an import, a parameter, a target that somebody else registers). Only what is certainly blocked is a finding.
 *
 * A finding can be acknowledged on the construct, or on anything above it: `Validations.of(construct).acknowledge({ id: 'cdk-alb-privatelink::SecurityGroupIngress', reason: '…' })`.
 *
 * It makes no call to AWS, and costs some milliseconds a stack. While look-ups of VPCs, groups or load balancers are pending (`Vpc.fromLookup` at the first synthesis) it says nothing. Findings come when the app is synthesized; a stage is checked with all its stacks together.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
 *
 * @example
 * declare const app: App;
 *
 * Validations.of(app).addPlugins(new ReachabilityChecks());
 */
export class ReachabilityChecks implements IPolicyValidationPlugin {
  /** The name before the code of a finding when it is acknowledged. */
  public readonly name = 'cdk-alb-privatelink';

  /** The version of this library. */
  public readonly version?: string = version();

  /** Nothing: the CDK takes it for its analytics only. It is there because an interface of the CDK has it, which type checkers of Python compare member by member. */
  public readonly ruleIds?: string[] = undefined;

  /**
   * @param props what a dead path does, and which paths there must be besides
   */
  constructor(private readonly props: ReachabilityChecksProps = {}) {}

  /**
   * Called by the CDK when the app is synthesized.
   *
   * @param context the templates
   * @returns what was found
   */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    // the CDK knows only now what it has to look up, and synthesizes again with the answers
    if (isPending(context)) { return { success: true, violations: [], metadata: { pending: 'look-ups' } }; }
    // half of the files of the package, which an app without the checks need not load
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { check, formatHtml, formatJson, loadStacks }: typeof Engine = require('./engine');
    const scope = context.appConstruct;
    const { mode = ReachabilityMode.FAIL, expect = [], forbid = [], jsonFile, htmlFile } = this.props;
    const sources = loadStacks(context.stackTemplates);
    const walked = check(sources, { expect: expect.map(one => statementOf(scope, one)), forbid: forbid.map(one => statementOf(scope, one)) });
    const report = this.accepted(walked);
    for (const [prop, file, text] of [['jsonFile', jsonFile, formatJson], ['htmlFile', htmlFile, formatHtml]] as const) {
      if (file !== undefined) { writeFileSync(outside(prop, file, context), text(report)); }
    }
    const fails = mode === ReachabilityMode.FAIL && failing(report).length > 0;
    return { success: !fails, violations: violations(report, sources, mode) };
  }

  private accepted(report: Report): Report {
    const { baselineFile } = this.props;
    if (baselineFile === undefined) { return report; }
    if (!existsSync(baselineFile)) {
      throw new Error(`'baselineFile' is '${baselineFile}', which is not there (from ${basename(process.cwd())}). Make it with: npx cdk-alb-privatelink check cdk.out --write-baseline ${baselineFile}`);
    }
    return applyBaseline(report, readBaseline(readFileSync(baselineFile, 'utf8')));
  }
}

/** Look-ups whose stand-ins would be taken for the network: the same VPC, group or listener for any that is asked for. */
const NETWORK = /^(vpc-provider|load-balancer|load-balancer-listener|security-group|endpoint-service-availability-zones|cc-api-provider)$/;

/** Whether values of look-ups are still missing, and others stand in their place. */
function isPending({ stackTemplates }: IPolicyValidationContext): boolean {
  const folders = new Set(stackTemplates.map(({ templatePath }) => dirname(templatePath)));
  return [...folders].some(folder => {
    const manifest = join(folder, 'manifest.json');
    const missing: { provider?: string }[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).missing ?? [] : [];
    return missing.some(({ provider }) => NETWORK.test(provider ?? ''));
  });
}

/** The CDK lets no plugin change a file of the assembly, and at the next synthesis a report in it would be one. */
function outside(prop: string, file: string, { stackTemplates }: IPolicyValidationContext): string {
  const folder = stackTemplates.map(({ templatePath }) => dirname(templatePath)).find(one => !relative(one, resolve(file)).startsWith('..'));
  if (folder !== undefined) {
    throw new Error(`'${prop}' is '${file}', which is in the cloud assembly, and the CDK lets no plugin change that. Write it beside the folder, such as '${basename(folder)}.${prop === 'jsonFile' ? 'json' : 'html'}'.`);
  }
  return file;
}

/** Findings as the CDK reports them: with the construct, and the place in the user's code. */
function violations({ findings }: Report, sources: readonly TemplateSource[], mode: ReachabilityMode): PolicyViolation[] {
  const fileOf = (stack: string) => sources.find(source => source.stack === stack)?.file;
  const placeOf = ({ stack, logicalId, location }: Finding) => (
    { resourceLogicalId: logicalId, templatePath: fileOf(stack), locations: location === undefined ? [] : [location] });
  return findings.filter(finding => !finding.accepted).map(finding => ({
    ruleName: finding.code,
    description: finding.reason,
    fix: finding.fix.text,
    severity: mode === ReachabilityMode.FAIL ? finding.severity : 'warning',
    ruleMetadata: { paths: `${finding.paths.length}` },
    violatingResources: [placeOf(finding)],
  }));
}
