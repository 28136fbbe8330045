import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import { Acceptance, AROUND, LIBRARY } from './accepted-nag';
import { GALLERY, appOf } from './gallery';

const ACCEPTED = [...LIBRARY, ...AROUND];
const PAGE = readFileSync(join(__dirname, '..', 'docs', 'cdk-nag.md'), 'utf8');

interface Finding {
  readonly rule: string;
  readonly path: string;
}

function findingsOf(app: App): Finding[] {
  jest.spyOn(console, 'error').mockImplementation();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app), new HIPAASecurityChecks(app));
  try {
    app.synth();
  } catch (error) {
    if ((error as Error).name !== 'ValidationFailed' && !`${error}`.startsWith('ValidationFailed')) { throw error; }
  }
  const file = join(app.outdir, 'validation-report.json');
  const { pluginReports }: { pluginReports: any[] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { pluginReports: [] };
  return pluginReports.flatMap(report => report.violations).flatMap(violation =>
    (violation.violatingConstructs ?? violation.violatingResources)
      .map((construct: any) => ({ rule: violation.ruleName, path: construct.constructPath })));
}

const matcher = (pattern: string) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\?/g, '.').replace(/\*/g, '.*')}$`);
const covers = (at: string, path: string) => matcher(at).test(path);
const accepts = (acceptance: Acceptance, { rule, path }: Finding) => acceptance.rules.includes(rule) && acceptance.at.some(at => covers(at, path));
const found = new Map<string, Finding[]>();

beforeAll(() => Object.keys(GALLERY).forEach(name => found.set(name, findingsOf(appOf(name).app))), 120_000);

test.each(Object.keys(GALLERY))('cdk-nag finds nothing in %s but what is accepted with a reason', name => {
  const news = found.get(name)!.filter(finding => !ACCEPTED.some(acceptance => accepts(acceptance, finding)));
  expect(news.map(({ rule, path }) => `${rule} at ${path}`)).toEqual([]);
});

test('every rule and every place of an acceptance is still found by cdk-nag', () => {
  const all = [...found.values()].flat();
  const stale = ACCEPTED.flatMap(acceptance => {
    const mine = all.filter(finding => accepts(acceptance, finding));
    return [
      ...acceptance.rules.filter(rule => !mine.some(finding => finding.rule === rule)),
      ...acceptance.at.filter(at => !mine.some(({ path }) => covers(at, path))),
    ];
  });
  expect(stale).toEqual([]);
});

test('users of cdk-nag read the same table', () => {
  const row = ({ rules, at, reason }: Acceptance) => `| ${rules.map(rule => `\`${rule}\``).join('<br>')} | ${at.map(path => `\`${path}\``).join('<br>')} | ${reason} |`;
  expect(PAGE.split('\n').filter(line => line.startsWith('| `'))).toEqual(LIBRARY.map(row));
});
