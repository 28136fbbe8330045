import { Mutant } from './generator';
import { mend } from './mend';
import { idsIn, Stations } from './stations';
import { check, CheckOptions } from '../../../src/reachability/check';
import { Finding, Hop, Node, Path, Report, Statement, TemplateSource } from '../../../src/reachability/contract';

export interface Judgement {
  readonly mutant: Mutant;
  /**
   * `killed`: something is found, where it was cut, and the patches of the fixes open every path again. `decided`: the same, but a fix is somebody's decision, and it
   * names the place. `survived`: nothing is found, every path is as it was. `open`: nothing is found, and a path is not known any more, or not promised.
   * `wrong`: what is found is of another place, or does not mend it.
   */
  readonly outcome: 'killed' | 'decided' | 'survived' | 'open' | 'wrong';
  readonly detail: string;
}

/** What nobody but the author can bring back: who the clients are, which group something has, what a name stood for. */
const DECISIONS = ['NobodyAdmitted', 'NoListener', 'NoPath', 'NoSecurityGroup', 'MissingResource'];

/** Holds what the checker says of a mutant against what it says of the whole. */
export class Judge {
  public readonly stations: Stations;
  private readonly open: string[];

  private readonly report: Report;

  constructor(public readonly sources: readonly TemplateSource[], private readonly options: CheckOptions) {
    this.report = check(sources, options);
    this.stations = new Stations(sources);
    this.open = [...new Set(this.report.paths.filter(({ verdict }) => verdict === 'reachable').map(keyOf))];
  }

  public judge(mutant: Mutant): Judgement {
    const [expect, forbid] = [this.options.expect, this.options.forbid].map(statements => statements?.filter(one => !speaksOf(one, mutant)));
    const again = (sources: readonly TemplateSource[]) => check(sources, { expect, forbid });
    const report = again(mutant.sources);
    const lost = this.lost(report);
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    const answer = (outcome: Judgement['outcome'], detail: string): Judgement => ({ mutant, outcome, detail });
    if (lost.length === 0 && errors.length === 0) { return answer('survived', 'every path is still reachable'); }
    if (errors.length === 0) { return answer('open', this.unknown(lost, report)); }
    const words = errors.map(({ code, reason, fix }) => `${code}: ${reason} Fix: ${fix.text}`).join('\n      ');
    const astray = this.astray(mutant, report);
    if (astray.length > 0) { return answer('wrong', `blocked at ${astray.map(hop => `${hop.from.label} -> ${hop.to.label}`).join(', ')}: ${words}`); }
    const misplaced = this.misplaced(mutant, errors);
    if (misplaced.length > 0) { return answer('wrong', `place ${misplaced.map(({ id }) => id).join(', ')}: ${words}`); }
    const mended = mend(mutant.sources, report, again);
    const still = this.lost(mended);
    if (still.length === 0) { return answer('killed', words); }
    const left = mended.findings.filter(({ severity }) => severity === 'error');
    return answer(left.length > 0 && left.every(({ code }) => DECISIONS.includes(code)) ? 'decided' : 'wrong', `not mended: ${still.join('; ')}: ${words}`);
  }

  /** Whether a path leads over a resource, or over what it serves. */
  public serves(logicalId: string): boolean {
    const served = this.stations.servedBy(logicalId);
    return this.report.paths.some(({ hops }) => hops.some(hop => touches(hop, served)));
  }

  /** Whether somebody outside of all VPCs gets to what a resource serves. */
  public fromOutside(logicalId: string): boolean {
    const served = this.stations.servedBy(logicalId);
    return this.report.paths.some(({ source, hops: [first] }) => ['internet', 'cidr'].includes(source.kind) && touches(first, served));
  }

  private unknown(lost: readonly string[], report: Report): string {
    const gone = lost.filter(key => report.paths.every(path => keyOf(path) !== key));
    const unknown = report.paths.flatMap(path => path.hops.flatMap(hop => hop.checks)).find(({ verdict }) => verdict === 'unknown');
    return [gone.length > 0 && `not promised any more: ${gone.join('; ')}`, unknown?.detail].filter(part => part).join('; ');
  }

  /** Hops that are blocked and have nothing to do with what is missing. */
  private astray({ logicalId }: Mutant, report: Report): Hop[] {
    const served = this.stations.servedBy(logicalId);
    return report.paths.flatMap(({ source, hops }) => hops
      // what comes after a name has been resolved is sent by who asked
      .map(hop => hop.from.kind === 'name' ? { ...hop, from: source } : hop)
      .filter(hop => hop.verdict === 'blocked' && !touches(hop, served) && !promisesOnly(hop) && ![hop.from, hop.to].some(({ label }) => label.includes(`'${logicalId}'`))));
  }

  private misplaced({ logicalId, type }: Mutant, errors: readonly Finding[]): Finding[] {
    const places = this.stations.placesOf(logicalId);
    // a rule is missed where the group is, whatever else the finding speaks of
    const ids = (finding: Finding) => /^AWS::EC2::SecurityGroup(In|E)gress$/.test(type) ? [finding.logicalId] : idsOf(finding);
    return errors.filter(finding => finding.code !== 'NoPath' && !ids(finding).some(id => places.has(id))
      && !(finding.code === 'MissingResource' && finding.reason.includes(`'${logicalId}'`)));
  }

  /** Paths that were reachable and are not, or are no more. */
  private lost(report: Report): string[] {
    return this.open.filter(key => {
      const same = report.paths.filter(path => keyOf(path) === key);
      return same.length === 0 || same.some(({ verdict }) => verdict !== 'reachable');
    });
  }
}

/** What a statement expects, and nothing leads there. */
function promisesOnly({ checks }: Hop): boolean {
  return checks.some(({ name }) => name === 'expect');
}

function speaksOf({ source, destination }: Statement, { stack, logicalId, path }: Mutant): boolean {
  const named = [source, destination].flatMap(end => 'resource' in end ? [end.resource] : []);
  return path.length === 0 && named.some(one => one.stack === stack && one.logicalId === logicalId);
}

function touches({ from, to }: Hop, ids: ReadonlySet<string>): boolean {
  return [from, to].some(({ logicalId }) => logicalId !== undefined && ids.has(logicalId));
}

function idsOf({ id, logicalId, fix }: Finding): string[] {
  const patched = fix.patches.flatMap(({ merge }) => [...Object.keys((merge.Resources ?? {}) as object), ...idsIn(merge)]);
  return [logicalId, ...[...id.matchAll(/\/([A-Za-z0-9]+)/g)].map(match => match[1]), ...patched];
}

function keyOf({ promise, source, destination }: Path): string {
  return `${promise} ${nameOf(source)} > ${nameOf(destination)}`;
}

function nameOf({ logicalId, label }: Node): string {
  return logicalId ?? label;
}
