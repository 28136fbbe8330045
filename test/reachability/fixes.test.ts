import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Defect, namedIn, synthesize } from './fixes/defect';
import { loadBalancers } from './fixes/load-balancers';
import { names } from './fixes/names';
import { privateLink } from './fixes/private-link';
import { routing } from './fixes/routing';
import { security } from './fixes/security';
import { statements } from './fixes/statements';
import { mend } from './mutants/mend';
import { check } from '../../src/reachability/check';
import { Report, TemplateSource } from '../../src/reachability/contract';

const defects = Object.entries({ ...security, ...routing, ...loadBalancers, ...privateLink, ...names, ...statements });

function report(defect: Defect, sources: readonly TemplateSource[]): Report {
  return check(sources, defect.options?.(namedIn(sources)));
}

function found({ findings }: Report): string[] {
  return findings.map(({ code, constructPath }) => `${code} ${constructPath}`).sort();
}

function stopped({ paths, findings }: Report): string[] {
  return [...findings.map(({ id }) => id), ...paths.filter(({ verdict }) => verdict !== 'reachable').map(({ id, hops }) => `${id}: ${hops.flatMap(hop => hop.checks).find(({ verdict }) => verdict !== 'reachable')?.detail}`)];
}

describe.each(defects)('%s', (_, defect) => {
  const sources = synthesize(defect, false);
  const before = report(defect, sources);

  test('is found, and nothing else', () => {
    expect(found(before)).toEqual([...defect.finds].sort());
  });

  test('has a fix that says what to do', () => {
    const texts = before.findings.map(({ fix }) => fix.text);
    expect(texts.filter(text => !(defect.says ?? /./).test(text))).toEqual([]);
    expect(before.findings.filter(({ fix }) => (fix.patches.length === 0) !== (defect.byHand ?? false))).toEqual([]);
  });

  test('is mended by what the fix says', () => {
    expect(stopped(report(defect, synthesize(defect, true)))).toEqual([]);
  });

  if (!defect.byHand) {
    test('is mended by the patches as they are printed', () => {
      expect(stopped(mend(sources, before, all => report(defect, all)))).toEqual([]);
    });
  }
});

test('each code that the checker knows has a defect here', () => {
  const folder = join(__dirname, '../../src/reachability');
  const text = (readdirSync(folder, { recursive: true }) as string[]).filter(name => name.endsWith('.ts')).map(name => readFileSync(join(folder, name), 'utf8')).join('\n');
  const codes = [...text.matchAll(/\bcode: ([^,;\n]+)[,;]/g)].flatMap(([, value]) => [...value.matchAll(/'([A-Z][A-Za-z]+)'/g)].map(match => match[1]));
  const shown = defects.flatMap(([, { finds }]) => finds.map(one => one.split(' ')[0]));
  expect([...new Set(codes)].filter(code => !shown.includes(code)).sort()).toEqual([]);
});
