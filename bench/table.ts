/** Tables in Markdown, which read well in a terminal too. */

/** A number of so many digits, with commas. */
export function number(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** How the one compares with the other. */
export function ratio(ours: number, theirs: number): string {
  if (theirs === 0) { return ''; }
  const value = ours / theirs;
  return number(value, value < 0.1 ? 3 : 2);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, 3, ...rows.map(row => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])).join(' | ')} |`;
  return [line(head), `|${widths.map((width, column) => column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`).join('|')}|`, ...rows.map(line)].join('\n');
}

/** A row with the ratio of the library to the other at its end. */
export function compared(what: string, ours: number, theirs: number, unit = '', digits = 0): string[] {
  const show = (value: number) => `${number(value, digits)}${unit && ` ${unit}`}`;
  return [what, show(ours), show(theirs), ratio(ours, theirs)];
}

const ROW = /^\| ([^|\n]+?) +\|(.*\|)? +([\d.]+) \|$/gm;

/** What stands in the first and, where it is a ratio, in the last column of the tables in a text. */
export function ratiosIn(text: string): Map<string, string> {
  return new Map([...text.matchAll(ROW)].map(([, what, , value]) => [what, value]));
}

/** A text whose tables quote ratios of a page, as the page has them. */
export function quoting(text: string, page: string): string {
  const ratios = ratiosIn(page);
  return text.replace(ROW, (row, what, between) => between === undefined && ratios.has(what)
    ? row.replace(/ [\d. ]+ \|$/, last => `${ratios.get(what)} |`.padStart(last.length))
    : row);
}
