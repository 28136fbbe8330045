import { PERIODS, quantity, typeCount, typeCounts } from './costs';
import { chain, count, Links, label, missing, place, plain, sortedFindings } from './story';
import { Costs, Finding, Path, Report } from '../contract';

/** How a report is written to a terminal. */
export interface TextOptions {
  /** Whether the terminal shows colours; whoever calls knows about terminals and NO_COLOR. */
  readonly colour: boolean;
  /** @default 100 columns */
  readonly width?: number;
  /** Whether to list what bills, before the line that sums up. @default false */
  readonly costs?: boolean;
}

/** How many things that are missing are named; the other forms of the report have them all. */
const MISSING = 10;

/** A short report for people: what is blocked and how to mend it first, a line that sums it up last. */
export function formatText(report: Report, options: TextOptions): string {
  const page = new Page(options);
  const links = new Links(report);
  const { errors, warnings } = sortedFindings(report);

  for (const finding of errors) { writeFinding(page, 'blocked', finding, links.pathsOf(finding)); }
  for (const path of report.paths.filter(each => each.verdict === 'blocked' && links.findingsOf(each).length === 0)) { writeUnexplained(page, path); }
  for (const finding of warnings) { writeFinding(page, 'warning', finding, links.pathsOf(finding)); }
  writeMissing(page, report);
  writeStale(page, report.stale ?? []);
  if (options.costs) { writeCosts(page, report.costs); }
  writeSummary(page, report, links);
  return page.text;
}

function writeFinding(page: Page, style: keyof typeof SYMBOLS, finding: Finding, paths: Path[]): void {
  page.heading(style, label(finding.code), place(finding));
  page.line(plain(finding.reason));
  page.line(`Fix: ${plain(finding.fix.text)}`, 'strong');
  const [example] = paths;
  if (example) { page.line(`${example.verdict === 'blocked' ? 'Blocks' : 'Concerns'} ${count(paths.length, 'path')}${such(paths)}`, 'quiet'); }
  page.gap();
}

/** Blocked, and no finding says why: shown all the same. */
function writeUnexplained(page: Page, path: Path): void {
  page.heading('blocked', label(path.promise), chain(path));
  for (const check of path.hops.flatMap(hop => hop.checks).filter(({ verdict }) => verdict === 'blocked')) {
    page.line(`${label(check.name)}: ${plain(check.detail)}`);
  }
  page.gap();
}

function writeMissing(page: Page, report: Report): void {
  const groups = missing(report);
  for (const { name, detail, paths } of groups.slice(0, MISSING)) {
    page.heading('unknown', label(name), plain(detail));
    page.line(`Leaves ${count(paths.length, 'path')} open${such(paths)}`, 'quiet');
    page.gap();
  }
  if (groups.length > MISSING) {
    page.heading('unknown', count(groups.length - MISSING, 'more thing'), 'not known; the JSON report and the page name them all');
    page.gap();
  }
}

function writeStale(page: Page, stale: readonly string[]): void {
  if (stale.length === 0) { return; }
  page.heading('warning', 'baseline', `accepts ${count(stale.length, 'finding')} that nothing has any more. Remove from it:`);
  for (const id of stale) { page.line(label(id)); }
  page.gap();
}

function writeCosts(page: Page, { billed, free, notKnown, notes }: Costs): void {
  for (const { per, title } of PERIODS) {
    const costs = billed.filter(cost => cost.per === per);
    if (costs.length === 0) { continue; }
    page.title(title);
    for (const cost of costs) {
      page.line(plain(quantity(cost)));
      if (cost.notes.length > 0) { page.line(`(depends on: ${some(cost.notes)})`, 'quiet'); }
    }
  }
  if (free.length > 0) {
    page.title('Does not bill');
    page.line(typeCounts(free));
  }
  if (notKnown.length + notes.length > 0) {
    page.title('Not known here');
    for (const one of notKnown) { page.line(typeCount(one)); }
    for (const note of notes) { page.line(plain(note)); }
  }
  page.gap();
}

/** The first few of what a quantity depends on; the JSON report and the page have them all. */
function some(notes: readonly string[]): string {
  const more = notes.length > 3 ? `; ${notes.length - 3} more` : '';
  return `${notes.slice(0, 3).map(note => plain(note)).join('; ')}${more}`;
}

function writeSummary(page: Page, report: Report, links: Links): void {
  const { summary, paths } = report;
  const accepted = summary.accepted > 0 ? ` ${count(summary.accepted, 'finding is', 'findings are')} accepted.` : '';
  if (paths.length === 0) {
    page.sum('unknown', `No paths: no listener, name or statement promises one.${accepted}`);
    return;
  }
  const others = (['blocked', 'unknown'] as const).filter(verdict => summary[verdict] > 0).map(verdict => `, ${summary[verdict]} ${verdict}`);
  const isBlocked = paths.some(path => path.verdict === 'blocked' && !links.isAccepted(path));
  const style = isBlocked ? 'blocked' : others.length > 0 ? 'unknown' : 'reachable';
  page.sum(style, `${summary.reachable} of ${count(paths.length, 'path')} reachable${others.join('')}.${accepted}`);
}

function such(paths: readonly Path[]): string {
  return `${paths.length > 1 ? ', such as' : ':'} ${chain(paths[0])}`;
}

type Style = 'blocked' | 'unknown' | 'reachable' | 'warning' | 'strong' | 'quiet';

const SYMBOLS = { blocked: '✗', unknown: '?', reachable: '✓', warning: '!' };

/** What switches each style on and off. */
const CODES: { [style in Style]: [number, number] } = {
  blocked: [31, 39], unknown: [33, 39], reachable: [32, 39], warning: [33, 39], strong: [1, 22], quiet: [2, 22],
};

/** Lines of a terminal, wrapped between words and painted after that, so that no escape counts as text. */
class Page {
  private readonly lines: string[] = [];
  private readonly width: number;

  constructor(private readonly options: TextOptions) {
    this.width = Math.max(options.width || 100, 40);
  }

  public get text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  /** `✗ code  what it is about`, of which symbol and code are painted. */
  public heading(style: keyof typeof SYMBOLS, code: string, about: string): void {
    const [first, ...others] = wrap(`${code}  ${about}`, this.width - 2);
    const head = first.startsWith(code) ? code : first;
    this.lines.push(this.paint('strong', this.paint(style, `${SYMBOLS[style]} ${head}`)) + first.slice(head.length), ...others.map(line => `  ${line}`));
  }

  public title(text: string): void {
    this.lines.push(this.paint('strong', text));
  }

  public line(text: string, style?: Style): void {
    if (text === '') { return; }
    this.lines.push(...wrap(text, this.width - 2).map(line => `  ${style ? this.paint(style, line) : line}`));
  }

  public sum(style: keyof typeof SYMBOLS, text: string): void {
    const [first, ...others] = wrap(text, this.width - 2);
    this.lines.push(this.paint('strong', this.paint(style, `${SYMBOLS[style]} ${first}`)), ...others.map(line => this.paint('strong', `  ${line}`)));
  }

  public gap(): void {
    this.lines.push('');
  }

  private paint(style: Style, text: string): string {
    const [on, off] = CODES[style];
    return this.options.colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }
}

/** Breaks at spaces only: an id or a path stays in one piece, to be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line.trimEnd());
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line];
}
