import { Check, Finding, Fix, Hop, Node, Path, Verdict } from '../contract';
import { HandedOut } from '../model/handed-out';
import { Resource } from '../template/stacks';
import { Unknown } from '../template/values';

/** Something that stops a path, before it is known which paths. */
export interface Draft {
  readonly code: string;
  readonly severity?: 'error' | 'warning';
  readonly place: Resource;
  /** What tells two findings of one resource apart. */
  readonly detail?: string;
  readonly location?: string;
  readonly reason: string;
  readonly fix: Fix;
}

/** What was found on the way. */
export class Trace {
  private readonly drafts = new Map<string, Draft>();
  private readonly general = new Set<string>();
  private readonly walked = new Map<string, Path>();

  constructor(private readonly handedOut?: HandedOut) {}

  public pass(name: string, detail: string): Check {
    return { name, verdict: 'reachable', detail };
  }

  public unknown(name: string, what: Unknown | string): Check {
    return { name, verdict: 'unknown', detail: `Not in the templates: ${typeof what === 'string' ? what : what.what}` };
  }

  /** A check that stops the path; or, where a macro or something else out of sight may still add what is missing, one that does not tell. */
  public blocked(name: string, draft: Draft): Check {
    const hidden = draft.place.stack.rewritten ?? this.handedOut?.of(draft.place);
    if (hidden) { return this.unknown(name, hidden); }
    return { name, verdict: 'blocked', detail: draft.reason, finding: this.idOf(draft) };
  }

  /** A finding that is not about one path. */
  public find(draft: Draft): void {
    if (!draft.place.stack.rewritten) { this.general.add(this.idOf(draft)); }
  }

  public path(source: Node, destination: Node, promise: string, hops: readonly Hop[]): Path {
    const id = [promise, ...hops.map(one => idOfNode(one.from)), idOfNode(destination), hops.map(({ traffic, rule }) => `${traffic}${rule ? `(${rule})` : ''}`).join(' ')].join(' > ');
    const path: Path = { id, source, destination, promise, verdict: verdictOf(hops), hops };
    const found = this.walked.get(id);
    if (!found) { this.walked.set(id, path); }
    return found ?? path;
  }

  public get paths(): Path[] { return [...this.walked.values()]; }

  /** What stops the paths that were walked. */
  public findings(): Finding[] {
    const paths = new Map<string, Set<string>>([...this.general].map(id => [id, new Set<string>()]));
    for (const path of this.walked.values()) {
      for (const id of path.hops.flatMap(one => one.checks.map(check => check.finding))) {
        if (id === undefined) { continue; }
        const list = paths.get(id);
        if (list) { list.add(path.id); } else { paths.set(id, new Set([path.id])); }
      }
    }
    return [...paths].map(([id, blocked]) => this.finding(id, this.drafts.get(id)!, [...blocked]))
      .sort((a, b) => order(a.severity, b.severity) || b.paths.length - a.paths.length || (a.id < b.id ? -1 : 1));
  }

  private finding(id: string, draft: Draft, paths: string[]): Finding {
    const { place, code, location, reason, fix } = draft;
    return {
      id, code, severity: draft.severity ?? 'error', stack: place.stack.name, logicalId: place.logicalId, constructPath: place.constructPath, location, reason, fix, paths,
    };
  }

  private idOf(draft: Draft): string {
    const id = [draft.code, draft.place.key, draft.detail].filter(part => part).join(' ');
    if (!this.drafts.has(id)) { this.drafts.set(id, draft); }
    return id;
  }
}

export function hop(from: Node, to: Node, traffic: string, checks: readonly Check[], rule?: string): Hop {
  return { from, to, traffic, rule, verdict: worst(checks.map(check => check.verdict)), checks };
}

export function verdictOf(hops: readonly Hop[]): Verdict {
  return worst(hops.map(one => one.verdict));
}

export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.includes('blocked') ? 'blocked' : verdicts.includes('unknown') ? 'unknown' : 'reachable';
}

function idOfNode(node: Node): string {
  return node.logicalId ? `${node.stack}/${node.logicalId}` : `${node.kind} ${node.label}`;
}

function order(a: string, b: string): number {
  return a === b ? 0 : a === 'error' ? -1 : 1;
}
