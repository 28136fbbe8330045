import { firstSentence, mapProse, splitByHeading } from './markdown';

export const LANGUAGES = { typescript: 'TypeScript', python: 'Python', java: 'Java' } as const;
export type Language = keyof typeof LANGUAGES;

/** A type of the library, as jsii-docgen describes it in one language. */
export interface ApiType {
  readonly kind: string;
  readonly name: string;
  readonly body: string;
}

/** How the reference calls what jsii-docgen calls otherwise. */
const KINDS: { [kind: string]: string } = { Structs: 'Props and other structs', Protocols: 'Interfaces' };

const ANCHOR = /\s*<a name="[^"]*" id="([^"]*)"><\/a>/;

const plain = (title: string) => title.replace(ANCHOR, '').trim();

/** Takes the reference of one language apart. */
export function splitReference(markdown: string): ApiType[] {
  return splitByHeading(markdown, 2).slice(1).flatMap(section => {
    const kind = plain(section.title);
    return splitByHeading(section.body, 3).slice(1).map(({ title, body }) => ({ kind: KINDS[kind] ?? kind, name: plain(title), body }));
  });
}

/** Where each anchor of the reference is. */
export function anchorsOf(types: readonly ApiType[], language: Language): Map<string, string> {
  const pages = new Map(types.map(({ name }) => [`cdk-alb-privatelink.${name}`, pageOf(language, name)]));
  for (const { name, body } of types) {
    for (const [, id] of body.matchAll(/<a name="[^"]*" id="([^"]*)">/g)) { pages.set(id, `${pageOf(language, name)}#${id}`); }
  }
  return pages;
}

export const pageOf = (language: Language, name: string) => `/api/${language}/${name}`;

/** The page of a type: jsii-docgen's text with headings, links and anchors as the site has them. */
export function apiPage({ name, body }: ApiType, language: Language, anchors: ReadonlyMap<string, string>): string {
  const text = mapProse(body, prose => prose
    .replace(/^##(#+) (.*)$/gm, (_, level, title) => heading(level, title))
    // jsii-docgen separates with rules what headings separate already
    .replace(/^---$\n/gm, '')
    .replace(/<a href="#([^"]+)">(.*?)<\/a>/g, (_, id, label) => {
      const page = anchors.get(id);
      if (!page) { throw new Error(`The reference for ${LANGUAGES[language]} links to ${id}, which is not there`); }
      return `[${label}](${page})`;
    })
    // in tables the last word of a type is enough; where a property is described, it has all of them
    .replace(/^(\| <code>.*?<\/code> \| <code>)(.*?)(?=<\/code>)/gm, (_, cell, type) => cell + escapeGenerics(withoutPackages(type)))
    .replace(/^- \*Type:\* (.*)$/gm, (_, type) => `- *Type:* ${escapeGenerics(type)}`));
  return [`# ${name}`, languageLinks(language, name), text.trim(), ''].join('\n\n');
}

function heading(level: string, title: string): string {
  const [, id] = ANCHOR.exec(title) ?? [];
  const badge = /<sup>Required<\/sup>/.test(title) ? ' <Badge type="warning" text="required" />' : '';
  const text = plain(title).replace(/<sup>.*?<\/sup>/g, '');
  return `${level} ${text}${badge}${id ? ` {#${id}}` : ''}`;
}

const withoutPackages = (type: string) => type.replace(/(?<![\w/."#-])(?:[a-z][\w-]*\.)+(?=[A-Z])/g, '');

/** The brackets of List<String> are not the beginning of an element. */
const escapeGenerics = (type: string) => type.replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** The way to the same page in the other languages. */
export function languageLinks(language: Language, name: string): string {
  const links = Object.entries(LANGUAGES).map(([id, title]) => id === language ? `**${title}**` : `[${title}](${pageOf(id as Language, name)})`);
  return `<div class="languages">\n\n${links.join(' ')}\n\n</div>`;
}

/** All types of a language, by kind, with what they are for. */
export function apiIndex(types: readonly ApiType[], language: Language): string {
  const kinds = [...new Set(types.map(({ kind }) => kind))].map(kind => {
    const rows = types.filter(type => type.kind === kind).map(({ name, body }) => `| [${name}](${pageOf(language, name)}) | ${summary(body)} |`);
    return [`## ${kind}`, `| type | |\n|---|---|\n${rows.join('\n')}`].join('\n\n');
  });
  return [`# API reference: ${LANGUAGES[language]}`, languageLinks(language, ''), ...kinds, ''].join('\n\n');
}

/** The first sentence that is not a remark of jsii-docgen's. */
function summary(body: string): string {
  const paragraph = body.trim().split('\n\n').find(text => !/^(- \*|\*|#)/.test(text.trim())) ?? '';
  return firstSentence(paragraph).replace(/\|/g, '\\|');
}
