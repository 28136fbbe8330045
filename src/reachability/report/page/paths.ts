import { kind, mark } from './icons';
import { breakable, Html, html } from './markup';
import { Check, Finding, Hop, Node, Path, Report } from '../../contract';
import { conditions, count, label, Links, place, plain } from '../story';

/** Where findings and paths are on the page. Their ids are texts of templates, so they are numbered. */
export class Anchors {
  public readonly links: Links;
  private readonly paths: Map<Path, number>;
  private readonly findings: Map<Finding, number>;
  private readonly byId: Map<string, Finding>;

  constructor(report: Report) {
    this.links = new Links(report);
    this.paths = new Map(report.paths.map((path, index) => [path, index + 1]));
    this.findings = new Map(report.findings.map((finding, index) => [finding, index + 1]));
    this.byId = new Map(report.findings.map(finding => [finding.id, finding]));
  }

  public path(path: Path): string {
    return `path-${this.paths.get(path)}`;
  }

  public finding(finding: Finding): string {
    return `finding-${this.findings.get(finding)}`;
  }

  public findingOf(check: Check): Finding | undefined {
    return check.finding === undefined ? undefined : this.byId.get(check.finding);
  }
}

/** How many pictures are open from the start; of what is reachable only where there is nothing else to look at. */
const OPEN = 25;

const PROMISES = new Map([['expect', 'expected'], ['forbid', 'forbidden']]);

const ORDER = { blocked: 0, unknown: 1, reachable: 2 };

/** A picture of every path, what does not work first. */
export function pathsSection({ paths, summary }: Report, anchors: Anchors): Html {
  if (paths.length === 0) { return html`<section aria-labelledby="paths"><h2 id="paths">Paths</h2><p>No listener, name or statement promises one.</p></section>`; }
  const sorted = [...paths].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
  const choice = (value: string, number: number, word: Html) => html`<label><input type="radio" name="verdict" value="${value}"${
    value === '' && html` checked`}>${word} <span class="number">${number}</span></label>`;
  return html`<section aria-labelledby="paths"><h2 id="paths">Paths</h2>
<form class="tools" id="tools" role="search" hidden>
<fieldset><legend class="heard">Verdict</legend>${choice('', paths.length, html`<span class="mark"><span class="word">all</span></span>`)}${
  (['blocked', 'unknown', 'reachable'] as const).map(verdict => choice(verdict, summary[verdict], mark(verdict)))}</fieldset>
<input type="search" id="search" placeholder="Search names, groups, rules …" aria-label="Search paths and findings" autocomplete="off" spellcheck="false">
<button type="button" id="all">Open all</button>
</form>
<p class="quiet" id="status" role="status"></p>
${sorted.map((path, index) => pathItem(path, index < OPEN && (path.verdict !== 'reachable' || sorted[0].verdict === 'reachable'), anchors))}</section>`;
}

function pathItem(path: Path, isOpen: boolean, anchors: Anchors): Html {
  return html`<details class="path card ${path.verdict}" id="${anchors.path(path)}" data-item="${path.verdict}"${isOpen && html` open`}>
<summary>${mark(path.verdict)}<span class="ends">${breakable(label(path.source.label))} <span aria-hidden="true">→</span><span class="heard">to</span> ${
  breakable(label(path.destination.label))}</span>${anchors.links.isAccepted(path) && html`<span class="tag">accepted</span>`}<span class="tag">${
  PROMISES.get(path.promise) ?? `by ${label(path.promise)}`}</span></summary>
${picture(path)}
${path.hops.map(hop => hopItem(hop, anchors))}</details>
`;
}

/** The stations in the order in which a packet meets them. */
function picture(path: Path): Html {
  const ended = path.hops.findIndex(({ verdict }) => verdict === 'blocked');
  return html`<ol class="picture"><li>${station(path.source, false)}</li>${path.hops.map((hop, index) => html`
<li>${hop.rule && html`<span class="arrow reachable"><span class="line"></span></span><span class="rule"><span class="heard">rule</span> ${
  breakable(conditions(hop.rule))}</span>`}<span class="arrow ${hop.verdict}"><span class="traffic">${label(hop.traffic)}</span><span class="line"></span>${
  hop.verdict === 'reachable' ? html`<span class="heard">reachable</span>` : mark(hop.verdict)}</span>${station(hop.to, ended >= 0 && index >= ended)}</li>`)}</ol>`;
}

function station(node: Node, isBeyond: boolean): Html {
  return html`<span class="station${isBeyond && ' beyond'}">${kind(node)}<b>${breakable(label(node.label))}</b></span>`;
}

/** What was looked at in a hop. There are thousands of these, so that they are of few elements; the style sheet draws the verdicts. */
function hopItem(hop: Hop, anchors: Anchors): Html {
  const decisive = hop.checks.filter(({ verdict }) => verdict === hop.verdict).length;
  const checks = count(hop.checks.length, 'check');
  return html`<details class="hop"${hop.verdict !== 'reachable' && html` open`}><summary class="sign ${hop.verdict}">${label(hop.from.label)} → ${
    label(hop.to.label)} <small>${label(hop.traffic)}, ${hop.verdict === 'reachable' ? checks : `${decisive} of ${checks} ${hop.verdict}`}</small></summary>
${where(hop.to)}<ul>${hop.checks.map(check => html`<li class="sign ${check.verdict}"><b>${label(check.name)}</b> ${plain(check.detail)}${
  link(check, anchors)}</li>`)}</ul></details>
`;
}

/** The construct of a station, if it has one. */
function where(node: Node): Html {
  const hasPlace = node.constructPath !== undefined || node.logicalId !== undefined;
  return html`${hasPlace && html`<p class="place">${breakable(place(node))}</p>`}`;
}

function link(check: Check, anchors: Anchors): Html {
  const finding = anchors.findingOf(check);
  return html`${finding && html` <a href="#${anchors.finding(finding)}">Fix</a>`}`;
}
