/* Writes the pages of the site from the README, the documents, the examples and the references; `npm run site` builds it from them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LanguageTablet, TargetLanguage } from 'jsii-rosetta';
import { anchorsOf, apiIndex, apiPage, ApiType, Language, LANGUAGES, pageOf, splitReference } from './site/api';
import { rewriteLinks, SiteMap } from './site/links';
import { headings, raiseHeadings, Section, slug, splitByHeading } from './site/markdown';
import { apiSidebar, guideSidebar, Titled } from './site/sidebar';
import { addTabs, Translation } from './site/tabs';

const ROOT = join(__dirname, '..');
const PAGES = join(ROOT, 'site', 'pages');
const REFERENCES: { [language in Language]: string } = { typescript: 'API.md', python: 'docs/api/python.md', java: 'docs/api/java.md' };

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const REPOSITORY: string = JSON.parse(read('package.json')).homepage;

function write(page: string, content: string): void {
  const file = join(PAGES, page.endsWith('/') ? `${page}index.md` : `${page}.md`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Without headings there is nothing to list beside a page, and its pictures and code take the room. */
const withRoom = (content: string) => (/^## /m.test(content) ? content : `---\naside: false\n---\n\n${content}`);

/** The page of a document of the repository. */
const documentPage = (file: string) => `/${file.replace(/README\.md$/, '').replace(/\.md$/, '')}`;

const documentTitle = (file: string) => /^# (.*)$/m.exec(read(file))?.[1] ?? file;

function documents(): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', 'docs/*.md', 'examples/*.md'];
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\n');
  return files.filter(file => file && existsSync(join(ROOT, file)) && !Object.values(REFERENCES).includes(file)).sort();
}

/** Where each part of the README is, by its anchor on GitHub. */
function guideAnchors(sections: readonly Section[]): Map<string, string> {
  const anchors = new Map<string, string>();
  for (const { title, body } of sections) {
    anchors.set(`README.md#${slug(title)}`, `/guide/${slug(title)}`);
    for (const heading of headings(body)) {
      const key = `README.md#${slug(heading)}`;
      if (anchors.has(key)) { throw new Error(`The README has two headings '${heading}'`); }
      anchors.set(key, `/guide/${slug(title)}#${slug(heading)}`);
    }
  }
  return anchors;
}

function elsewhere(file: string): string {
  const path = join(ROOT, file);
  if (!existsSync(path)) { throw new Error(`A link leads to ${file}, which is not there`); }
  if (file.endsWith('.svg')) {
    // a picture is no page, and comes along
    const copy = join(PAGES, 'public', file);
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(path, copy);
    return `/${file}`;
  }
  return `${REPOSITORY}/${statSync(path).isDirectory() ? 'tree' : 'blob'}/main/${file}`;
}

async function translator(): Promise<(code: string) => Translation> {
  const tablet = await LanguageTablet.fromFile(join(ROOT, '.jsii.tabl.json'));
  const all = tablet.snippetKeys.map(key => tablet.tryGetSnippet(key)!);
  const snippets = new Map(all.map(snippet => [snippet.originalSource.source.trimEnd(), snippet]));
  return code => {
    const snippet = snippets.get(code);
    if (!snippet) { throw new Error(`jsii-rosetta has no translation of:\n${code}`); }
    return { python: snippet.get(TargetLanguage.PYTHON)!.source, java: snippet.get(TargetLanguage.JAVA)!.source };
  };
}

async function main(): Promise<void> {
  rmSync(PAGES, { recursive: true, force: true });
  const files = documents();
  const references = new Map<Language, ApiType[]>();
  for (const [language, file] of Object.entries(REFERENCES)) { references.set(language as Language, splitReference(read(file))); }
  const [intro, ...sections] = splitByHeading(read('README.md'), 2);
  const site: SiteMap = {
    pages: new Map([
      ['README.md', '/'],
      ...Object.entries(REFERENCES).map(([language, file]): [string, string] => [file, `/api/${language}/`]),
      ...files.map((file): [string, string] => [file, documentPage(file)]),
    ]),
    anchors: new Map([
      ...guideAnchors(sections),
      // GitHub's anchor of a heading that ends with an empty link
      ...references.get('typescript')!.map(({ name }): [string, string] => [`API.md#${slug(name)}-`, pageOf('typescript', name)]),
    ]),
    elsewhere,
  };
  const translate = await translator();

  const guide: Titled[] = [{ title: 'Introduction', page: '/' }];
  const writeGuide = (page: string, content: string) => write(page, withRoom(rewriteLinks(addTabs(content, translate), 'README.md', site)));
  writeGuide('/', intro.body);
  for (const { title, body } of sections) {
    const page = `/guide/${slug(title)}`;
    guide.push({ title, page });
    writeGuide(page, raiseHeadings(`## ${title}\n${body}`));
  }

  for (const file of files) { write(documentPage(file), rewriteLinks(read(file), file, site)); }

  const names = new Set([...references.values()].flat().map(({ name }) => name));
  for (const [language, types] of references) {
    if (types.length !== names.size) { throw new Error(`The reference for ${LANGUAGES[language]} lacks types that others have`); }
    const anchors = anchorsOf(types, language);
    write(`/api/${language}/`, apiIndex(types, language));
    for (const type of types) { write(pageOf(language, type.name), apiPage(type, language, anchors)); }
  }

  const titled = (selected: string[]): Titled[] => selected.map(file => ({ title: documentTitle(file), page: documentPage(file) }));
  const isDecision = (file: string) => file.startsWith('docs/adr/');
  const sidebar = {
    ...Object.fromEntries([...references].map(([language, types]) => [`/api/${language}/`, apiSidebar(types, language)])),
    '/': guideSidebar(guide,
      titled(files.filter(file => file.startsWith('examples/'))),
      titled(files.filter(file => isDecision(file) && !file.endsWith('README.md'))),
      titled(files.filter(file => file.startsWith('docs/') && !isDecision(file)))),
  };
  writeFileSync(join(PAGES, 'sidebar.json'), JSON.stringify(sidebar, undefined, 2));
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
