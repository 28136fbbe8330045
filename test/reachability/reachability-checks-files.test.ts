import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib/core';
import { checked, codes, connected, EGRESS, folder, INGRESS, newApp, PlainStack, removeFolders, synth } from './plain-app';
import { errorsOf } from './report/schema';
import { ReachabilityChecks, ReachabilityMode } from '../../src';
import { Report } from '../../src/reachability/contract';

afterAll(removeFolders);

describe('a baseline', () => {
  function baselineOf(ids: string[]): string {
    const file = join(folder(), 'baseline.json');
    writeFileSync(file, JSON.stringify({ version: '1', accepted: ids.map(id => ({ id })) }));
    return file;
  }

  /** The ids of what is found in the plain stack. */
  function idsOfPlain(): string[] {
    const app = newApp();
    new PlainStack(app);
    const jsonFile = join(folder(), 'report.json');
    checked(app, { jsonFile });
    return (JSON.parse(readFileSync(jsonFile, 'utf8')) as Report).findings.map(({ id }) => id);
  }

  test('that lists all findings lets the synthesis pass, and reports none', () => {
    const baselineFile = baselineOf(idsOfPlain());
    const app = newApp();
    new PlainStack(app);
    expect(checked(app, { baselineFile })).toMatchObject({ failure: undefined, violations: [], printed: '' });
  });

  test('that lists one finding leaves the other', () => {
    const baselineFile = baselineOf(idsOfPlain().slice(0, 1));
    const app = newApp();
    new PlainStack(app);
    const synthesis = checked(app, { baselineFile });
    expect(codes(synthesis)).toHaveLength(1);
    expect(synthesis.failure).toBeDefined();
  });

  test('that lists what nobody finds any more does no harm', () => {
    const baselineFile = baselineOf(idsOfPlain());
    const app = newApp();
    connected(new PlainStack(app).parts);
    expect(checked(app, { baselineFile })).toMatchObject({ failure: undefined, violations: [] });
  });

  test('is told to the JSON report, which says what is accepted and what is stale', () => {
    const ids = idsOfPlain();
    const baselineFile = baselineOf([...ids, 'Route Gone/Table']);
    const jsonFile = join(folder(), 'report.json');
    const app = newApp();
    new PlainStack(app);
    checked(app, { baselineFile, jsonFile });
    const report: Report = JSON.parse(readFileSync(jsonFile, 'utf8'));
    expect(report.summary).toMatchObject({ findings: 2, accepted: 2, blocked: 1 });
    expect(report.stale).toEqual(['Route Gone/Table']);
  });

  test('that is not there fails with how to make it', () => {
    const app = newApp();
    connected(new PlainStack(app).parts);
    const { failure } = checked(app, { baselineFile: 'no-such-baseline.json' });
    expect(failure).toMatch(/'baselineFile' is 'no-such-baseline.json', which is not there.*Make it with: npx cdk-alb-privatelink check cdk.out --write-baseline no-such-baseline.json/s);
  });

  test.each([
    ['is no JSON', '{', /A baseline must be JSON/],
    ['is of another version', '{ "version": "2", "accepted": [] }', /'version' must be '1', got: '2'/],
    ['lists what is no finding', '{ "version": "1", "accepted": [1] }', /'accepted\[0\]' must be an object with an 'id'/],
  ])('that %s fails with what it should be', (_, text, message) => {
    const baselineFile = join(folder(), 'baseline.json');
    writeFileSync(baselineFile, text);
    const app = newApp();
    connected(new PlainStack(app).parts);
    expect(checked(app, { baselineFile }).failure).toMatch(message);
  });
});

describe('the report', () => {
  test('is written as JSON of its schema', () => {
    const jsonFile = join(folder(), 'report.json');
    const app = newApp();
    new PlainStack(app);
    checked(app, { jsonFile });
    const report: Report = JSON.parse(readFileSync(jsonFile, 'utf8'));
    expect(errorsOf(report)).toEqual([]);
    expect(report.findings.map(({ code }) => code).sort()).toEqual([EGRESS, INGRESS]);
  });

  test('is written as a page', () => {
    const htmlFile = join(folder(), 'report.html');
    const app = newApp();
    new PlainStack(app);
    checked(app, { htmlFile });
    const page = readFileSync(htmlFile, 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('Plain/Alb');
  });

  test('is written where nothing is wrong, too', () => {
    const jsonFile = join(folder(), 'report.json');
    const app = newApp();
    connected(new PlainStack(app).parts);
    checked(app, { jsonFile });
    expect(JSON.parse(readFileSync(jsonFile, 'utf8')).summary).toMatchObject({ reachable: 1, blocked: 0, findings: 0 });
  });

  test('into a folder that is not there fails with its path', () => {
    const app = newApp();
    connected(new PlainStack(app).parts);
    const jsonFile = join(folder(), 'none', 'report.json');
    expect(checked(app, { jsonFile }).failure).toContain(jsonFile);
  });

  test.each(['jsonFile', 'htmlFile'])('is not written into the assembly, which the CDK lets no plugin change: %s', prop => {
    const outdir = folder();
    const app = new App({ outdir, analyticsReporting: false });
    new PlainStack(app);
    const { failure } = checked(app, { mode: ReachabilityMode.WARN, [prop]: join(outdir, 'reachability') });
    expect(failure).toContain(`'${prop}' is '${join(outdir, 'reachability')}', which is in the cloud assembly`);
    expect(failure).toContain('Write it beside the folder');
  });

  test('is not written unless somebody asks for it, and nothing else in the assembly changes', () => {
    const files = (withPlugin: boolean) => {
      const app = newApp();
      new PlainStack(app);
      if (withPlugin) { Validations.of(app).addPlugins(new ReachabilityChecks({ mode: ReachabilityMode.WARN })); }
      const { outdir } = synth(app);
      const names = readdirSync(outdir).filter(name => name !== 'validation-report.json');
      return names.map(name => [name, readFileSync(join(outdir, name), 'utf8')]);
    };
    const [withPlugin, without] = [true, false].map(files);
    expect(withPlugin).toEqual(without);
  });
});
