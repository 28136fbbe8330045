/** A part of a document that starts with a heading. */
export interface Section {
  readonly title: string;
  readonly body: string;
}

const FENCE = /^([ \t]*)(`{3,})[^\n]*\n(?:[\s\S]*?\n)?\1\2[ \t]*$/gm;

/** Changes the prose of a document and leaves blocks of code alone. */
export function mapProse(markdown: string, change: (prose: string) => string): string {
  let rest = 0;
  let out = '';
  for (const match of markdown.matchAll(FENCE)) {
    out += change(markdown.slice(rest, match.index)) + match[0];
    rest = match.index + match[0].length;
  }
  return out + change(markdown.slice(rest));
}

/** Splits a document by its headings of one level; the text before the first of them comes without a title. */
export function splitByHeading(markdown: string, level: number): Section[] {
  const mark = '#'.repeat(level);
  // what looks like a heading within code is a comment, mostly
  const code = new Set([...markdown.matchAll(FENCE)].flatMap(({ index, 0: block }) => [...block.matchAll(/^/gm)].map(line => index + line.index)));
  const starts = [...markdown.matchAll(new RegExp(`^${mark} (.*)$`, 'gm'))].filter(({ index }) => !code.has(index));
  const first = { title: '', body: markdown.slice(0, starts[0]?.index) };
  return [first, ...starts.map((start, n) => ({
    title: start[1].trim(),
    body: markdown.slice(start.index + start[0].length + 1, starts[n + 1]?.index),
  }))];
}

/** All headings of a document, of the second level and below. */
export function headings(markdown: string): string[] {
  const found: string[] = [];
  mapProse(markdown, prose => {
    found.push(...[...prose.matchAll(/^#{2,} (.*)$/gm)].map(([, title]) => title.trim()));
    return prose;
  });
  return found;
}

/** Makes each heading one level more important, for a section that becomes a page. */
export const raiseHeadings = (markdown: string) => mapProse(markdown, prose => prose.replace(/^#(#+ )/gm, '$1'));

/** The anchor of a heading as GitHub makes it, so that links work there and here. */
export const slug = (title: string) => title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');

/** The first sentence of a text. */
export const firstSentence = (text: string) => /^.*?\.(?=\s|$)/.exec(text.trim().split('\n\n')[0].replace(/\n/g, ' '))?.[0] ?? '';
