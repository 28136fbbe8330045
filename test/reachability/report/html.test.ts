import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import * as fc from 'fast-check';
import { anyReport, HOSTILE } from './arbitrary';
import { BILL, fooBar, hop, hub, mixed, node, path, report, webIsClosed } from './fixtures';
import { applyBaseline } from '../../../src/reachability/baseline';
import { Report, Verdict } from '../../../src/reachability/contract';
import { formatHtml } from '../../../src/reachability/report/html';
import { DARK, LIGHT, Palette } from '../../../src/reachability/report/page/style';

/** What stands in an element of the page that has no other of its kind in it. */
const inside = (page: string, tag: string) => new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`).exec(page)![1];
/** The page without its style and its script, which no template reaches. */
const body = (page: string) => page.replace(inside(page, 'style'), '').replace(inside(page, 'script'), '');
/** What people read of a part of the page. */
const words = (markup: string) => markup.replace(/<wbr>/g, '').replace(/<[^>]*>/g, ' ').replace(/&gt;/g, '>').replace(/\s+/g, ' ');
const all = (page: string, pattern: RegExp) => [...page.matchAll(pattern)].map(match => match[1]);
/** The paths of the page as they follow each other: verdict, whether open, markup. */
const items = (page: string) => [...body(page).matchAll(/<details class="path card (\w+)" id="[^"]*" data-item="\w+"( open)?>([^]*?)<\/details>\n(?=<details class="path|<\/section>)/g)]
  .map(([, verdict, open, markup]) => ({ verdict, isOpen: !!open, markup }));

const TAGS = new Set(['html', 'head', 'meta', 'title', 'link', 'style', 'body', 'svg', 'symbol', 'path', 'use', 'header', 'h1', 'h2', 'h3', 'nav', 'a', 'button', 'main',
  'ul', 'ol', 'li', 'span', 'small', 'section', 'article', 'code', 'p', 'div', 'b', 'details', 'summary', 'pre', 'form', 'fieldset', 'legend', 'label', 'input', 'wbr',
  'footer', 'script']);
const VOID = new Set(['meta', 'link', 'input', 'wbr']);
const ATTRIBUTES = new Set(['lang', 'charset', 'http-equiv', 'content', 'name', 'rel', 'href', 'id', 'class', 'hidden', 'type', 'viewBox', 'd', 'aria-hidden', 'aria-label',
  'aria-labelledby', 'role', 'data-item', 'data-text', 'data-copy', 'tabindex', 'title', 'value', 'checked', 'open', 'placeholder', 'autocomplete', 'spellcheck']);

/** What in a page is no markup of ours: a tag or an attribute that we never write, or one that is not closed. */
function foreign(page: string): string[] {
  const wrong: string[] = [];
  const open: string[] = [];
  const rest = body(page).replace('<!DOCTYPE html>', '').replace(/<(\/?)([a-z0-9]+)((?: [A-Za-z-]+(?:="[^"<>]*")?)*)(\/?)>/g, (tag, end, name, attributes, isSelfClosed) => {
    if (!TAGS.has(name)) { wrong.push(tag); }
    for (const [, attribute, value = ''] of attributes.matchAll(/ ([A-Za-z-]+)(?:="([^"]*)")?/g)) {
      if (!ATTRIBUTES.has(attribute) || (attribute === 'href' && !/^(#[a-z0-9-]+|data:,)$/.test(value))) { wrong.push(tag); }
    }
    if (end) {
      if (open.pop() !== name) { wrong.push(`unexpected ${tag}`); }
    } else if (!isSelfClosed && !VOID.has(name)) {
      open.push(name);
    }
    return '';
  });
  if (/[<>]/.test(rest)) { wrong.push(`bare ${/.{0,40}[<>].{0,40}/.exec(rest)![0]}`); }
  return [...wrong, ...open.map(name => `open ${name}`)];
}

describe('the page', () => {
  const page = formatHtml(mixed());

  test('needs nothing else', () => {
    expect(page).not.toMatch(/https?:|@import|url\(/);
    expect(all(page, /<(script|link|img|iframe)\b/g)).toEqual(['link', 'script']);
    expect(page).toContain('<link rel="icon" href="data:,">');
  });

  test('runs and takes its own script and style only', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1].replace(/&#39;/g, "'");
    const hash = (tag: string) => `'sha256-${createHash('sha256').update(inside(page, tag)).digest('base64')}'`;
    expect(policy).toBe(`default-src 'none'; img-src data:; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'`);
  });

  test('has its policy before anything that it speaks of', () => {
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(Math.min(page.indexOf('<style'), page.indexOf('<script'), page.indexOf('<link')));
  });

  test('has a script that a browser can read', () => {
    expect(() => new Script(inside(page, 'script'))).not.toThrow();
    expect(inside(page, 'script')).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval/);
  });

  test('is titled as the caller says', () => {
    expect(formatHtml(mixed(), { title: 'Foo & <bar>' })).toContain('<title>Foo &amp; &lt;bar&gt;</title>');
    expect(page).toContain('<h1>Reachability</h1>');
  });

  test('is well-formed', () => {
    expect(foreign(page)).toEqual([]);
  });

  test('has each id once, and something behind each link and label', () => {
    const ids = all(page, / id="([^"]*)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([...all(page, / href="#([^"]*)"/g), ...all(page, / aria-labelledby="([^"]*)"/g)]));
  });

  test('hides what works by the script only until it runs', () => {
    for (const tag of page.match(/<(button|form)[^>]*>/g)!.filter(each => !each.includes('id="all"'))) { expect(tag).toMatch(/ hidden>$/); }
  });

  test('is the same for the same report', () => {
    expect(formatHtml(mixed())).toBe(page);
  });

  test('says of nothing that it is nothing', () => {
    const empty = formatHtml(report([], []));
    expect(words(empty)).toContain('No listener, name or statement promises one.');
    expect(empty).not.toMatch(/<h2 id="(findings|missing)"/);
  });
});

describe('the sums', () => {
  test('count the paths of each verdict', () => {
    expect(words(inside(formatHtml(hub()), 'ul'))).toBe(' 2 of 5 paths blocked 2 of 5 paths unknown 1 of 5 paths reachable ');
  });

  test('are quiet where there are none', () => {
    expect(all(inside(formatHtml(fooBar(false)), 'ul'), /<li class="(\w+)"/g)).toEqual(['none', 'none', 'reachable']);
  });
});

describe('a finding', () => {
  const page = body(formatHtml(fooBar()));
  const card = inside(page, 'article');

  test('says what, where, why and what to do', () => {
    const text = words(card);
    expect(text).toContain('error ingress-closed FooBar/web2/InstanceSecurityGroup/Resource');
    expect(text).toContain('does not admit TCP 8080 from the load balancer Web');
    expect(text).toContain('Fix Add to FooBar/web2/InstanceSecurityGroup an ingress rule for TCP 8080 from FooBar/Web/SecurityGroup.');
  });

  test('leads to the paths that it blocks, and their checks lead back', () => {
    expect(words(card)).toContain('Blocks 1 path: client → web2');
    expect(card).toContain('href="#path-2"');
    expect(items(formatHtml(fooBar()))[0].markup).toContain('<a href="#finding-1">Fix</a>');
    expect(page).toContain('<article class="card blocked" id="finding-1"');
  });

  test('has its patch as JSON to copy', () => {
    const patch = all(card, /<pre[^>]*>([^]*?)<\/pre>/g)[0].replace(/&quot;/g, '"').replace(/&#39;/g, "'");
    expect(JSON.parse(patch)).toEqual(webIsClosed().fix.patches[0].merge);
    expect(words(card)).toContain('CloudFormation patch of FooBar');
  });

  test('has the id that a baseline lists', () => {
    expect(words(card)).toContain(webIsClosed().id.replace(/"/g, '&quot;'));
  });

  test('names twenty of its paths', () => {
    const paths = Array.from({ length: 25 }, (_, index) => ({ ...fooBar().paths[1], id: `p${index}` }));
    const many = inside(formatHtml(report(paths, [{ ...webIsClosed(), paths: paths.map(({ id }) => id) }])), 'article');
    expect(many.match(/href="#path-/g)).toHaveLength(20);
    expect(words(many)).toContain('and 5 more');
  });

  test('that is a warning says so and does not claim to block', () => {
    const warning = all(formatHtml(hub()), /(<article class="card warning"[^]*?<\/article>)/g)[0];
    expect(words(warning)).toContain('warning zone-without-target');
    expect(words(warning)).toContain('Concerns 1 path');
  });

  test('that is accepted is folded away, and its path is marked', () => {
    const text = formatHtml(mixed());
    expect(words(text)).toContain('Accepted by the baseline: 1');
    expect(words(items(text)[0].markup)).toContain('accepted by name');
    expect(text.indexOf('ingress-closed')).toBeGreaterThan(text.indexOf('Accepted by the baseline'));
  });

  test('that is gone is to be removed from the baseline', () => {
    const text = words(formatHtml(applyBaseline(fooBar(false), { version: '1', accepted: [{ id: 'gone Stack/Id' }] })));
    expect(text).toContain('The baseline accepts 1 finding that nothing has any more Remove from it: gone Stack/Id');
  });
});

test('what is missing is named once, with the paths that it leaves open', () => {
  const text = words(formatHtml(hub()));
  expect(text).toContain('target Vpc4/Legacy has no targets in the templates: something else registers them Leaves 1 path open: internet → targets of Legacy');
});

describe('the picture of a path', () => {
  const picture = (given: Report, index = 0) => inside(items(formatHtml(given))[index].markup, 'ol');

  test('has the stations in their order, with the traffic and the rule between them', () => {
    expect(words(picture(fooBar()))).toBe(' Instance client DNS reachable Name alb.home TCP 80 reachable Application Load Balancer Web '
      + 'rule default action TCP 8080 blocked Instance web2 ');
  });

  test('leads through PrivateLink', () => {
    expect(words(picture(hub()))).toBe(' Internet internet HTTP 80 reachable Application Load Balancer Hub/Alb rule /vpc2, /vpc2/* TCP 80 reachable '
      + 'Interface endpoint Endpoint of Vpc2 TCP 80 reachable Endpoint service Vpc2 service TCP 80 reachable Network Load Balancer Vpc2/Nlb '
      + 'TCP 80 blocked Instance web1 ');
  });

  test('shows what is beyond the hop that blocks', () => {
    expect(all(picture(fooBar()), /class="station( beyond)?"/g)).toEqual([undefined, undefined, undefined, ' beyond']);
  });

  test('says each verdict in words', () => {
    for (const [index, verdict] of (['blocked', 'blocked', 'unknown', 'unknown', 'reachable'] as Verdict[]).entries()) {
      expect(words(picture(hub(), index))).toContain(verdict);
    }
  });

  test('of a path without hops has its source', () => {
    expect(words(picture(report([{ ...fooBar().paths[0], hops: [] }], [])))).toBe(' Instance client ');
  });
});

describe('paths', () => {
  test('come with what is blocked first, what is reachable last', () => {
    expect(items(formatHtml(mixed())).map(({ verdict }) => verdict)).toEqual(['blocked', 'blocked', 'blocked', 'unknown', 'unknown', 'reachable', 'reachable']);
  });

  test('are open unless they are reachable', () => {
    expect(items(formatHtml(mixed())).map(({ isOpen }) => isOpen)).toEqual([true, true, true, true, true, false, false]);
  });

  test('are open if all are reachable', () => {
    expect(items(formatHtml(fooBar(false))).map(({ isOpen }) => isOpen)).toEqual([true, true]);
  });

  test('are not open without end', () => {
    const paths = Array.from({ length: 40 }, (_, index) => ({ ...fooBar().paths[1], id: `p${index}` }));
    expect(items(formatHtml(report(paths, []))).filter(({ isOpen }) => isOpen)).toHaveLength(25);
  });

  test('have the checks of each hop below, open where they are needed', () => {
    const [{ markup }] = items(formatHtml(fooBar()));
    expect(all(markup, /<details class="hop"( open)?>/g)).toEqual([undefined, undefined, ' open']);
    expect(words(markup)).toContain('Web → web2 TCP 8080, 1 of 4 checks blocked FooBar/web2/Resource zone ap-northeast-1a and ap-northeast-1c are enabled');
    expect(all(markup, /<li class="sign (\w+)"><b>security group ingress/g)).toEqual(['reachable', 'blocked']);
  });

  test('without a construct name none', () => {
    const plain = path('p', 'expect', [hop(node('cidr', '10.0.0.0/8'), node('address', '10.1.1.1'), 'TCP 443', [])]);
    const [{ markup }] = items(formatHtml(report([plain], [])));
    expect(markup).not.toContain('class="place"');
    expect(words(markup)).toContain('expected');
  });

  test.each([['listener', 'by listener'], ['forbid', 'forbidden'], ['__proto__', 'by __proto__']])('promised by %s are %s', (promise, said) => {
    expect(formatHtml(report([{ ...fooBar().paths[0], promise }], []))).toContain(`<span class="tag">${said}</span>`);
  });

  test('may be a thousand', () => {
    const paths = Array.from({ length: 200 }).flatMap((_, index) => hub().paths.map(each => ({ ...each, id: `${each.id} ${index}` })));
    const start = performance.now();
    const page = formatHtml(report(paths, hub().findings));
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(page.length).toBeLessThan(6_000_000);
    expect(all(page, /(class="path card)/g)).toHaveLength(1000);
  });
});

describe('texts of templates', () => {
  test.each(HOSTILE)('%j stay texts wherever they are', text => {
    const hostile = JSON.parse(JSON.stringify(mixed()), (name, value) =>
      typeof value === 'string' && !['kind', 'verdict', 'severity', 'version'].includes(name) ? `${value}${text}` : value);
    const page = formatHtml({ ...hostile, stale: [text] }, { title: text });
    expect(foreign(page)).toEqual([]);
  });

  test('stay texts in any report', () => {
    fc.assert(fc.property(anyReport, fc.string({ unit: 'binary' }), (given, title) => {
      const page = formatHtml(given, { title });
      expect(foreign(page)).toEqual([]);
      expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    }), { seed: 7, numRuns: 300 });
  });

  test('keep their meaning in a patch that is copied', () => {
    const merge = { Resources: { '\u202eevil\u{e0001}': { Type: '</pre>\u2028\u0000"\'&lt;\ud800' } } };
    const page = formatHtml(report([], [{ ...webIsClosed(), fix: { text: '', patches: [{ stack: 'S', merge }] } }]));
    const copied = inside(page, 'pre').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
    expect(JSON.parse(copied)).toEqual(merge);
    expect(copied).not.toMatch(/\u202e|\u2028/);
  });

  test('of endless length are clipped', () => {
    const label = 'x'.repeat(1_000_000);
    const long = path('p', 'listener', Array.from({ length: 100 }, () => hop(node('alb', label, label), node('nlb', label), label, [])));
    expect(formatHtml(report([long], [])).length).toBeLessThan(500_000);
  });
});

describe.each<[string, Palette]>([['light', LIGHT], ['dark', DARK]])('the %s colours', (_, palette) => {
  const luminance = (colour: string) => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const contrast = (one: string, other: string) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const grounds = ['page', 'card', 'inset', 'blockedGround', 'unknownGround', 'reachableGround'] as const;
  const verdicts = ['blocked', 'unknown', 'reachable'] as const;

  test.each([...grounds.flatMap(ground => [['text', ground], ['quiet', ground]] as const),
    ...verdicts.flatMap(verdict => [[verdict, 'page'], [verdict, 'card'], [verdict, 'inset'], [verdict, `${verdict}Ground`]] as const),
    ['link', 'page'], ['link', 'card'], ['link', 'inset']] as [keyof Palette, keyof Palette][])('show %s on %s clearly enough to read', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['page', 'card', 'inset'] as const)('show edges of stations and controls on %s', ground => {
    expect(contrast(palette.edge, palette[ground])).toBeGreaterThanOrEqual(3);
  });
});

describe('what bills', () => {
  const page = formatHtml(report([], [], BILL));

  test('has a part of its own, with what each quantity depends on and where it comes from', () => {
    const part = words(page.slice(page.indexOf('<h2 id="costs"'), page.indexOf('</main>'))).trim();
    expect(part).toContain('By the hour interface endpoint-zones: 4 1 resource Hub/a/Endpoint public IPv4 addresses: at least 2 (depends on: it grows; b; c; the fourth) 1 resource Hub/Alb');
    expect(part).toContain('Does not bill 4 to 5 resources of 2 types AWS::EC2::VPC 3 to 4 AWS::EC2::Subnet Not known here 2 AWS::New::Thing what the macro');
    expect(part).not.toContain('By the month');
  });

  test('is well-formed, needs nothing else and can be jumped to', () => {
    expect(foreign(page)).toEqual([]);
    expect(page).not.toMatch(/https?:/);
    expect(inside(page, 'nav')).toContain('<a href="#costs">what bills</a>');
  });

  test('is left out where nothing is made', () => {
    expect(formatHtml(report([], []))).not.toContain('costs');
  });
});
