import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { tabsMarkdownPlugin } from 'vitepress-plugin-tabs';
import { LANGUAGES } from '../../scripts/site/api';
import { slug } from '../../scripts/site/markdown';

const { name, description, homepage } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const sidebar = JSON.parse(readFileSync(new URL('../pages/sidebar.json', import.meta.url), 'utf8'));

export default defineConfig({
  title: name,
  description,
  // where GitHub serves the pages of a repository
  base: process.env.SITE_BASE ?? `/${name}/`,
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.cache/vitepress',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  vite: { build: { chunkSizeWarningLimit: 2000 } }, // the index of the search, which loads when somebody searches
  markdown: {
    anchor: { slugify: slug },
    config: md => { md.use(tabsMarkdownPlugin); },
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/', activeMatch: '^/(index|guide/|$)' },
      {
        text: 'API reference',
        activeMatch: '^/api/',
        items: Object.entries(LANGUAGES).map(([language, text]) => ({ text, link: `/api/${language}/` })),
      },
    ],
    sidebar,
    outline: { level: [2, 3] },
    socialLinks: [{ icon: 'github', link: homepage }],
    search: {
      provider: 'local',
      options: {
        _render(src, env, md) {
          const html = md.render(src, env);
          const language = /^api\/(\w+)\/(?!index)/.exec(env.relativePath)?.[1];
          // every type has a page in each language: the search shows which
          return language ? html.replace(/(<h1[^>]*>)([^<]*)/, `$1${LANGUAGES[language as keyof typeof LANGUAGES]}: $2`) : html;
        },
        miniSearch: {
          searchOptions: {
            // the guide before the rest, and of the reference the language whose tab was chosen last
            boostDocument: (id: string) => {
              const language = /\/api\/(\w+)\//.exec(id)?.[1];
              if (!language) { return id.includes('/docs/') ? 0.5 : 2; }
              const chosen = /"language":"(\w+)"/.exec(localStorage.getItem('vitepress:tabsSharedState') ?? '')?.[1] ?? 'TypeScript';
              return chosen.toLowerCase() === language ? 1 : 0.3;
            },
          },
        },
      },
    },
  },
});
