import { Mutant } from './generator';
import { mend } from './mend';
import { idsIn, Stations } from './stations';
import { check } from '../../../src/reachability/check';
import { Finding, Hop, Node, Path, Report, TemplateSource } from '../../../src/reachability/contract';

export interface Judgement {
  readonly mutant: Mutant;
  /** `killed`: a path is stopped, where it was cut, and the fix opens it again. `named`: the same, but the fix is to bring back what others name. */
  readonly outcome: 'killed' | 'named' | 'survived' | 'open' | 'wrong';
  readonly detail: string;
}

/** Holds what the checker says of a mutant against what it says of the whole. */
export class Judge {
  private readonly stations: Stations;
  private readonly open: string[];

  constructor(sources: readonly TemplateSource[], report: Report = check(sources)) {
    this.stations = new Stations(sources);
    this.open = report.paths.filter(({ verdict }) => verdict === 'reachable').map(keyOf);
  }

  public judge(mutant: Mutant): Judgement {
    const report = check(mutant.sources);
    const lost = this.lost(report);
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    const answer = (outcome: Judgement['outcome'], detail: string): Judgement => ({ mutant, outcome, detail });
    const stopped = lost.filter(key => report.paths.some(path => keyOf(path) === key && path.verdict === 'blocked'));
    if (lost.length === 0 && errors.length === 0) { return answer('survived', 'every path is still reachable'); }
    if (errors.length === 0) {
      const gone = lost.filter(key => report.paths.every(path => keyOf(path) !== key));
      const unknown = report.paths.flatMap(path => path.hops.flatMap(hop => hop.checks)).find(({ verdict }) => verdict === 'unknown');
      return answer('open', `${gone.length > 0 ? `gone: ${gone.join('; ')}; ` : ''}${unknown ? unknown.detail : ''}`);
    }
    const served = this.stations.servedBy(mutant.logicalId);
    const astray = report.paths.flatMap(path => path.hops).filter(hop => hop.verdict === 'blocked' && !touches(hop, served));
    const places = this.stations.placesOf(mutant.logicalId);
    const misplaced = errors.filter(finding => !idsOf(finding).some(id => places.has(id)) && !names(finding, mutant.logicalId));
    const words = errors.map(({ code, reason, fix }) => `${code}: ${reason} Fix: ${fix.text}`).join('\n      ');
    if (astray.length > 0) { return answer('wrong', `blocked at ${astray.map(hop => `${hop.from.label} -> ${hop.to.label}`).join(', ')}: ${words}`); }
    if (misplaced.length > 0) { return answer('wrong', `place ${misplaced.map(({ id }) => id).join(', ')}: ${words}`); }
    const still = this.lost(mend(mutant.sources, report));
    if (still.length === 0) { return answer('killed', words); }
    if (errors.every(finding => finding.fix.patches.length === 0 && (DECISIONS.includes(finding.code) || names(finding, mutant.logicalId)))) { return answer('named', words); }
    return answer('wrong', `${stopped.length} stopped, not mended: ${still.join('; ')}: ${words}`);
  }

  /** Paths that were reachable and are not, or are no more. */
  private lost(report: Report): string[] {
    return [...new Set(this.open)].filter(key => {
      const same = report.paths.filter(path => keyOf(path) === key);
      return same.length === 0 || same.some(({ verdict }) => verdict !== 'reachable');
    });
  }
}

/** What nobody but the author can bring back: who the clients are, what a listener does, what a name stood for. */
const DECISIONS = ['NobodyAdmitted', 'NoListener'];

/** A fix that speaks of what is missing, by its name. */
function names({ code, reason }: Finding, id: string): boolean {
  return code === 'MissingResource' && reason.includes(`'${id}'`);
}

function touches({ from, to }: Hop, ids: ReadonlySet<string>): boolean {
  return [from, to].some(({ logicalId }) => logicalId !== undefined && ids.has(logicalId));
}

function idsOf({ id, logicalId, fix }: Finding): string[] {
  return [logicalId, ...[...id.matchAll(/\/([A-Za-z0-9]+)/g)].map(match => match[1]), ...fix.patches.flatMap(({ merge }) => [...Object.keys((merge.Resources ?? {}) as object), ...idsIn(merge)])];
}

function keyOf({ promise, source, destination }: Path): string {
  return `${promise} ${nameOf(source)} > ${nameOf(destination)}`;
}

function nameOf({ logicalId, label }: Node): string {
  return logicalId ?? label;
}
