import { ApiType, Language, pageOf } from './api';

/** What VitePress takes as an entry of a sidebar. */
export interface SidebarItem {
  readonly text: string;
  readonly link?: string;
  readonly items?: SidebarItem[];
  readonly collapsed?: boolean;
}

/** A page that has a title. */
export interface Titled {
  readonly title: string;
  readonly page: string;
}

const items = (pages: readonly Titled[]): SidebarItem[] => pages.map(({ title, page }) => ({ text: title.replace(/`/g, ''), link: page }));

/** The sidebar of everything but the reference: the guide as it is read, the examples, and what else is documented. */
export function guideSidebar(
  guide: readonly Titled[], examples: readonly Titled[], decisions: readonly Titled[], more: readonly Titled[],
): SidebarItem[] {
  return [
    { text: 'Guide', items: items(guide) },
    { text: 'Examples', items: items(examples) },
    { text: 'Background', items: [...items(more), { text: 'Decisions', link: '/docs/adr/', collapsed: true, items: items(decisions) }] },
  ];
}

/** The types of one language by their kind. */
export function apiSidebar(types: readonly ApiType[], language: Language): SidebarItem[] {
  const kinds = [...new Set(types.map(({ kind }) => kind))];
  return [
    { text: 'Overview', link: `/api/${language}/` },
    ...kinds.map(kind => ({
      text: kind,
      collapsed: false,
      items: types.filter(type => type.kind === kind).map(({ name }) => ({ text: name, link: pageOf(language, name) })),
    })),
  ];
}
