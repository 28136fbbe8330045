import { posix } from 'node:path';
import { mapProse } from './markdown';

/** Where things of the repository are on the site. */
export interface SiteMap {
  /** Pages by the file that they come from. */
  readonly pages: ReadonlyMap<string, string>;
  /** Pages by file and anchor, for files that become several pages. */
  readonly anchors: ReadonlyMap<string, string>;
  /** The address of a file that is not on the site; throws when there is no such file. */
  readonly elsewhere: (file: string) => string;
}

/** The address on the site of what a link in a file of the repository leads to. */
export function resolveLink(from: string, href: string, site: SiteMap): string {
  if (/^[a-z]+:/i.test(href)) { return href; }
  const [path, hash] = href.split('#');
  const file = path === '' ? from : posix.join(posix.dirname(from), path);
  const anchor = hash && site.anchors.get(`${file}#${hash}`);
  if (anchor) { return anchor; }
  if (path === '') { return href; }
  const page = site.pages.get(file);
  const suffix = hash ? `#${hash}` : '';
  return `${page ?? site.elsewhere(file)}${suffix}`;
}

/** Makes the links of a file of the repository lead to the pages of the site. */
export function rewriteLinks(markdown: string, from: string, site: SiteMap): string {
  return mapProse(markdown, prose => prose.replace(/\]\(([^)\s]+)\)/g, (_, href) => `](${resolveLink(from, href, site)})`));
}
