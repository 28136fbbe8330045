import { posix } from 'node:path';

/** The links within a built site that lead nowhere; `pages` are its files, `base` the path that they are served under. */
export function deadLinks(pages: ReadonlyMap<string, string>, base: string): string[] {
  const ids = new Map([...pages].map(([page, html]) => [page, new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id))]));
  const dead = new Set<string>();
  for (const [page, html] of pages) {
    for (const [, href] of html.matchAll(/<a\b[^>]*? href="([^"]*)"/g)) {
      if (/^[a-z]+:/i.test(href)) { continue; }
      const [path, hash] = href.replace(/&amp;/g, '&').split('#');
      const there = ids.get(path === '' ? page : fileOf(posix.resolve('/', base, posix.dirname(page), path), base));
      if (!there || (hash && !there.has(decodeURIComponent(hash)))) { dead.add(`${page}: ${href}`); }
    }
  }
  return [...dead];

  /** What a server answers with: the index of a folder. */
  function fileOf(path: string, root: string): string {
    const file = posix.relative(root, path);
    return pages.has(file) ? file : posix.join(file, 'index.html');
  }
}
