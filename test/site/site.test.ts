import { anchorsOf, apiIndex, apiPage, splitReference } from '../../scripts/site/api';
import { deadLinks } from '../../scripts/site/check';
import { resolveLink, rewriteLinks, SiteMap } from '../../scripts/site/links';
import { firstSentence, headings, mapProse, raiseHeadings, slug, splitByHeading } from '../../scripts/site/markdown';
import { apiSidebar, guideSidebar } from '../../scripts/site/sidebar';
import { addTabs, mendJava, mendPython } from '../../scripts/site/tabs';

const fenced = (code: string, language = '') => `\`\`\`${language}\n${code}\n\`\`\`\n`;

describe('a document', () => {
  const README = `# title\nintro\n## One\n${fenced('## not a heading', 'sh')}### Sub\n## Two\nend\n`;

  test('is split by its headings, and not by comments in code', () => {
    expect(splitByHeading(README, 2)).toEqual([
      { title: '', body: '# title\nintro\n' },
      { title: 'One', body: `${fenced('## not a heading', 'sh')}### Sub\n` },
      { title: 'Two', body: 'end\n' },
    ]);
  });

  test('without headings is one part', () => {
    expect(splitByHeading('text\n', 2)).toEqual([{ title: '', body: 'text\n' }]);
  });

  test('has headings outside of code', () => {
    expect(headings(README)).toEqual(['One', 'Sub', 'Two']);
  });

  test('becomes a page with its headings one level up, and its code as it was', () => {
    expect(raiseHeadings(`## One\n### Sub\n${fenced('## comment')}`)).toBe(`# One\n## Sub\n${fenced('## comment')}`);
  });

  test('is changed in its prose only, also where code is part of a list', () => {
    const code = '- a\n\n  ```sh\n  a\n  ```\n';
    expect(mapProse(`${code}a\n`, prose => prose.replace(/a/g, 'b'))).toBe('- b\n\n  ```sh\n  a\n  ```\nb\n');
  });

  test.each([
    ['What it costs, and how far it goes', 'what-it-costs-and-how-far-it-goes'],
    ['`port` of an ALB', 'port-of-an-alb'],
    ['AWS services - behind', 'aws-services---behind'],
  ])('has for the heading %s the anchor that GitHub makes', (title, anchor) => {
    expect(slug(title)).toBe(anchor);
  });

  test('is summed up by its first sentence', () => {
    expect(firstSentence('The hub: one\nALB. More.\n\nStill more.')).toBe('The hub: one ALB.');
    expect(firstSentence('A version such as 2.271 is enough. Yes.')).toBe('A version such as 2.271 is enough.');
  });
});

describe('a link', () => {
  const site: SiteMap = {
    pages: new Map([['README.md', '/'], ['API.md', '/api/typescript/'], ['docs/adr/README.md', '/docs/adr/'], ['docs/mutants.md', '/docs/mutants']]),
    anchors: new Map([['README.md#https', '/guide/put#https'], ['API.md#backend-', '/api/typescript/Backend']]),
    elsewhere: file => `https://example.com/${file}`,
  };

  test.each([
    ['README.md', '#https', '/guide/put#https'],
    ['docs/mutants.md', '../README.md#https', '/guide/put#https'],
    ['docs/mutants.md', '#own', '#own'],
    ['README.md', 'API.md', '/api/typescript/'],
    ['README.md', 'API.md#backend-', '/api/typescript/Backend'],
    ['docs/adr/0014.md', '../mutants.md#why', '/docs/mutants#why'],
    ['README.md', 'docs/adr/README.md', '/docs/adr/'],
    ['examples/a/README.md', '../../test/a.test.ts', 'https://example.com/test/a.test.ts'],
    ['README.md', 'https://aws.amazon.com', 'https://aws.amazon.com'],
  ])('in %s to %s leads to %s', (from, href, to) => {
    expect(resolveLink(from, href, site)).toBe(to);
  });

  test('in code is left alone', () => {
    const code = fenced('[a](API.md)');
    expect(rewriteLinks(`[a](API.md)\n${code}`, 'README.md', site)).toBe(`[a](/api/typescript/)\n${code}`);
  });
});

describe('an example', () => {
  test('stands under tabs in three languages, with the choice shared', () => {
    const tabs = addTabs(`before\n\n${fenced('new A();', 'ts')}\nafter`, code => ({ python: `# ${code}`, java: `// ${code}` }));
    expect(tabs).toBe([
      'before\n', ':::tabs key:language', '== TypeScript', fenced('new A();', 'ts') + '== Python', fenced('# new A();', 'python') + '== Java', fenced('// new A();', 'java') + ':::', '\nafter',
    ].join('\n'));
  });

  test('that is not TypeScript stays as it is', () => {
    expect(addTabs(fenced('npm ci', 'sh'), () => { throw new Error('asked'); })).toBe(fenced('npm ci', 'sh'));
  });

  test('has no hole where the declarations end', () => {
    expect(addTabs(fenced('a', 'ts'), () => ({ python: '# a\n\n\nb', java: 'c' }))).toContain('# a\n\nb');
  });

  test('imports each name once in Python', () => {
    expect(mendPython('from m import A, B, A\nA()')).toBe('from m import A, B\nA()');
  });

  test('names a variable within a text as outside of it in Python', () => {
    expect(mendPython('A(f"{subnet.node.id} to {cidrBlock} in Tokyo", camelCase)')).toBe('A(f"{subnet.node.id} to {cidr_block} in Tokyo", camelCase)');
  });

  test.each([
    ['web.connections.allow(x);', 'web.getConnections().allow(x);'],
    ['a(web.connections.allow(x));', 'a(web.getConnections().allow(x));'],
    ['web.addRoute("a.b.c(");', 'web.addRoute("a.b.c(");'],
    ['Backend.instances(x).a.b();', 'Backend.instances(x).a.b();'],
    ['for (Object subnet : subnets) {', 'for (var subnet : subnets) {'],
    ['// why\n// why\nfoo();', '// why\nfoo();'],
    ['// one\n\n// one\nfoo();', '// one\nfoo();'],
    ['// one\n// two\nfoo();', '// one\n// two\nfoo();'],
  ])('in Java, %j becomes %j', (code, mended) => {
    expect(mendJava(code)).toBe(mended);
  });
});

describe('the reference', () => {
  const anchor = (id: string) => `<a name="x" id="lib.${id}"></a>`.replace('lib', 'cdk-alb-privatelink');
  const MARKDOWN = `# API Reference ${anchor('api')}

## Structs ${anchor('Structs')}

### Foo ${anchor('Foo')}

- *Implements:* IThing

What it is: a thing. More.

#### Properties ${anchor('Foo.Properties')}

| **Name** | **Type** | **Description** |
| --- | --- | --- |
| <code><a href="#cdk-alb-privatelink.Foo.bar">bar</a></code> | <code>java.util.List<software.amazon.ec2.IVpc></code> | See a.b.C. |

---

##### \`bar\`<sup>Required</sup> ${anchor('Foo.bar')}

- *Type:* java.util.List<<a href="#cdk-alb-privatelink.Kind">Kind</a>>

## Enums ${anchor('Enums')}

### Kind ${anchor('Kind')}
`;
  const types = splitReference(MARKDOWN);
  const page = apiPage(types[0], 'java', anchorsOf(types, 'java'));

  test('is split into types, each with its kind', () => {
    expect(types.map(({ kind, name }) => [kind, name])).toEqual([['Props and other structs', 'Foo'], ['Enums', 'Kind']]);
  });

  test('has a page for each, that leads to the same one in the other languages', () => {
    expect(page).toMatch(/^# Foo\n/);
    expect(page).toContain('[TypeScript](/api/typescript/Foo) [Python](/api/python/Foo) **Java**');
  });

  test('keeps the anchors', () => {
    expect(page).toContain('## Properties {#cdk-alb-privatelink.Foo.Properties}');
    expect(page).toContain('### `bar` <Badge type="warning" text="required" /> {#cdk-alb-privatelink.Foo.bar}');
    expect(page).not.toContain('<a ');
  });

  test('leads from page to page, and says the brackets of a type as they are', () => {
    expect(page).toContain('- *Type:* java.util.List&lt;[Kind](/api/java/Kind)&gt;');
    expect(page).toContain('| <code>[bar](/api/java/Foo#cdk-alb-privatelink.Foo.bar)</code> | <code>List&lt;IVpc&gt;</code> | See a.b.C. |');
  });

  test('with a link to what is not there is refused', () => {
    expect(() => apiPage({ kind: 'Classes', name: 'Foo', body: '<a href="#gone">Gone</a>' }, 'python', new Map())).toThrow('Python links to gone');
  });

  test('has a list of what there is', () => {
    expect(apiIndex(types, 'python')).toContain('## Props and other structs\n\n| type | |\n|---|---|\n| [Foo](/api/python/Foo) | What it is: a thing. |');
  });

  test('has a sidebar by kind', () => {
    expect(apiSidebar(types, 'java').map(({ text, items }) => [text, items?.map(item => item.link)])).toEqual([
      ['Overview', undefined], ['Props and other structs', ['/api/java/Foo']], ['Enums', ['/api/java/Kind']],
    ]);
  });
});

test('the guide is in the sidebar in its order, and decisions are folded away', () => {
  const [guide, , background] = guideSidebar([{ title: 'B', page: '/b' }, { title: '`A`', page: '/a' }], [], [{ title: 'D', page: '/d' }], []);
  expect(guide.items).toEqual([{ text: 'B', link: '/b' }, { text: 'A', link: '/a' }]);
  expect(background.items).toEqual([{ text: 'Decisions', link: '/docs/adr/', collapsed: true, items: [{ text: 'D', link: '/d' }] }]);
});

describe('a site with the pages a and b/index', () => {
  const dead = (link: string) => deadLinks(new Map([['a.html', `<h1 id="top"><a class="x" href="${link}">`], ['b/index.html', '<h2 id="there">']]), '/base/');

  test.each(['#top', '/base/b/', '/base/b/#there', '/base/a.html#top', './b/index.html', 'https://example.com/x'])('has what %s leads to', link => {
    expect(dead(link)).toEqual([]);
  });

  test.each(['#gone', '/base/b/#gone', '/base/c.html', '/b/', './c.html'])('has nothing that %s leads to', link => {
    expect(dead(link)).toEqual([`a.html: ${link}`]);
  });
});
