import { Finding, Hop, Path, Report, Verdict } from '../contract';

/** Texts of templates are clipped, so that one of them cannot fill a report. */
const LABEL = 300;
const SENTENCE = 2000;

/** What one thing that is missing leaves open. */
export interface Missing {
  readonly name: string;
  readonly detail: string;
  readonly paths: readonly Path[];
}

/** One line of text that shows control characters and what turns the direction of text, instead of obeying them. */
export function plain(text: string, max = SENTENCE): string {
  const short = text.length > max ? `${text.slice(0, max)}…` : text;
  return short.replace(/\s+/g, ' ').trim().replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The name of something in a template. */
export function label(text: string): string {
  return plain(text, LABEL) || '(no name)';
}

/** `1 path`, `2 paths`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** Where a finding is. */
export function place({ constructPath, stack, logicalId }: { constructPath?: string; stack?: string; logicalId?: string }): string {
  return label(constructPath ?? [stack, logicalId].filter(part => part !== undefined).join('/'));
}

/** The port of what travels, if it has one. */
function port({ traffic }: Hop): string {
  const match = /\b(\d{1,5}(?:-\d{1,5})?)$/.exec(traffic);
  return match ? ` :${match[1]}` : '';
}

/** The conditions of a rule without its number. */
export function conditions(rule: string): string {
  return label(rule.replace(/^rule \d+: */, ''));
}

const ARROWS: { [verdict in Verdict]: string } = { reachable: '>', blocked: '✗', unknown: '?' };

/** A path in one line; `✗` and `?` stand where it does not or may not go on. */
export function chain(path: Path): string {
  const stations = path.hops.map(hop => `${hop.rule ? ` > ${conditions(hop.rule)}` : ''} ${ARROWS[hop.verdict]} ${label(hop.to.label)}${port(hop)}`);
  return stations.length > 0 ? label(path.source.label) + stations.join('') : `${label(path.source.label)} > ${label(path.destination.label)}`;
}

/** What would have to be known for the unknown paths, most wanted first. */
export function missing({ paths }: Report): Missing[] {
  const groups = new Map<string, { name: string; detail: string; paths: Set<Path> }>();
  for (const path of paths) {
    if (path.verdict !== 'unknown') { continue; }
    const checks = path.hops.flatMap(hop => hop.checks).filter(check => check.verdict === 'unknown');
    for (const { name, detail } of checks.length > 0 ? checks : [{ name: 'path', detail: 'what is missing is not said' }]) {
      const key = JSON.stringify([name, detail]);
      const group = groups.get(key) ?? { name, detail, paths: new Set() };
      groups.set(key, group);
      group.paths.add(path);
    }
  }
  return [...groups.values()].map(group => ({ ...group, paths: [...group.paths] })).sort((a, b) => b.paths.length - a.paths.length);
}

/** The findings by what they call for; those that stop most paths come first. */
export function sortedFindings({ findings }: Report): { errors: Finding[]; warnings: Finding[]; accepted: Finding[] } {
  const sorted = [...findings].sort((a, b) => b.paths.length - a.paths.length);
  const open = sorted.filter(finding => !finding.accepted);
  return {
    errors: open.filter(({ severity }) => severity === 'error'),
    warnings: open.filter(({ severity }) => severity === 'warning'),
    accepted: sorted.filter(finding => finding.accepted),
  };
}

/** Which paths a finding speaks of, and which findings speak of a path. */
export class Links {
  private readonly byId: Map<string, Path>;
  private readonly byPath = new Map<Path, Finding[]>();

  constructor(report: Report) {
    this.byId = new Map(report.paths.map(path => [path.id, path]));
    for (const finding of report.findings) {
      for (const path of this.pathsOf(finding)) { this.byPath.set(path, [...this.findingsOf(path), finding]); }
    }
  }

  public pathsOf(finding: Finding): Path[] {
    return [...new Set(finding.paths)].flatMap(id => this.byId.get(id) ?? []);
  }

  public findingsOf(path: Path): readonly Finding[] {
    return this.byPath.get(path) ?? [];
  }

  /** Whether everything that blocks a path is accepted. */
  public isAccepted(path: Path): boolean {
    const errors = this.findingsOf(path).filter(({ severity }) => severity === 'error');
    return path.verdict === 'blocked' && errors.length > 0 && errors.every(finding => finding.accepted);
  }
}
