import * as fc from 'fast-check';
import { anyReport } from './report/arbitrary';
import { fooBar, hub, webIsClosed } from './report/fixtures';
import { applyBaseline, Baseline, failing, readBaseline, writeBaseline } from '../../src/reachability/baseline';

const accepting = (...ids: string[]): Baseline => ({ version: '1', accepted: ids.map(id => ({ id })) });

describe('reading', () => {
  test('gives what is accepted, with the reasons', () => {
    expect(readBaseline('{ "version": "1", "accepted": [{ "id": "a", "reason": "moves in May" }, { "id": "b" }] }'))
      .toEqual({ version: '1', accepted: [{ id: 'a', reason: 'moves in May' }, { id: 'b' }] });
  });

  test('takes a file that begins with a byte order mark', () => {
    expect(readBaseline('\uFEFF{ "version": "1", "accepted": [] }').accepted).toEqual([]);
  });

  test.each([
    ['', "A baseline must be JSON, got: '' ("],
    ['{ "version": "1", }', "A baseline must be JSON, got: '{ \"version\": \"1\", }' ("],
    ['[]', 'A baseline must be an object, got: a list.'],
    ['null', 'A baseline must be an object, got: null.'],
    ['{ "accepted": [] }', "'version' must be '1', got: nothing."],
    ['{ "version": 1, "accepted": [] }', "'version' must be '1', got: a number"],
    ['{ "version": "2", "accepted": [] }', "'version' must be '1', got: '2'. Write the baseline anew, or update what reads it."],
    ['{ "version": "1" }', "'accepted' must be a list, got: nothing."],
    ['{ "version": "1", "accepted": {} }', "'accepted' must be a list, got: an object."],
    ['{ "version": "1", "accepted": [], "ignored": [] }', "The baseline must have 'version' and 'accepted' only, got: 'ignored'."],
    ['{ "version": "1", "accepted": ["a"] }', "'accepted[0]' must be an object with an 'id', got: 'a'."],
    ['{ "version": "1", "accepted": [{ "id": "a" }, {}] }', "'id' of 'accepted[1]' must be the id of a finding, got: nothing."],
    ['{ "version": "1", "accepted": [{ "id": "" }] }', "'id' of 'accepted[0]' must be the id of a finding, got: ''."],
    ['{ "version": "1", "accepted": [{ "id": "a", "reason": 5 }] }', "'reason' of 'accepted[0]' must be a text, got: a number"],
    ['{ "version": "1", "accepted": [{ "id": "a", "reasons": "" }] }', "'accepted[0]' must have 'id' and 'reason' only, got: 'reasons'. Remove it or correct its name."],
  ])('%s says what is wrong with it', (text, message) => {
    expect(() => readBaseline(text)).toThrow(message);
  });

  test('shows the beginning of a long file only', () => {
    expect(() => readBaseline('x'.repeat(10_000_000))).toThrow(new RegExp('got: \'x{80}…\''));
  });

  test('of any text gives a baseline or an error of a moderate length', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map(json => `{ "version": "1", "accepted": ${json} }`)), text => {
      try {
        expect(Array.isArray(readBaseline(text).accepted)).toBe(true);
      } catch (error) {
        expect((error as Error).message).toMatch(/, got: /);
        expect((error as Error).message.length).toBeLessThan(600);
      }
    }), { seed: 7, numRuns: 500 });
  });
});

describe('applying', () => {
  const [{ id }] = fooBar().findings;

  test('accepts the findings that it lists and no others', () => {
    const [warning, error] = hub().findings;
    const { findings } = applyBaseline(hub(), accepting(error.id));
    expect(findings).toEqual([warning, { ...error, accepted: true }]);
  });

  test('counts what is accepted', () => {
    expect(applyBaseline(fooBar(), accepting(id)).summary).toEqual({ ...fooBar().summary, accepted: 1 });
  });

  test('leaves the verdicts of paths as they are', () => {
    expect(applyBaseline(fooBar(), accepting(id)).paths).toEqual(fooBar().paths);
  });

  test('tells which entries nothing has any more', () => {
    expect(applyBaseline(fooBar(), accepting('z', id, 'a', 'a')).stale).toEqual(['a', 'z']);
  });

  test('does not change the report that it is given', () => {
    const report = fooBar();
    applyBaseline(report, accepting(id));
    expect(report).toEqual(fooBar());
  });

  test('keeps what was accepted before', () => {
    expect(applyBaseline(applyBaseline(fooBar(), accepting(id)), accepting()).summary.accepted).toBe(1);
  });
});

describe('a build', () => {
  test('fails for errors', () => {
    expect(failing(fooBar())).toEqual(fooBar().findings);
  });

  test('does not fail for warnings', () => {
    expect(failing(hub()).map(({ code }) => code)).toEqual(['network-acl-return']);
  });

  test('does not fail for what is accepted', () => {
    expect(failing(applyBaseline(fooBar(), accepting(fooBar().findings[0].id)))).toEqual([]);
  });
});

describe('writing', () => {
  test('lists errors and warnings, sorted by their ids', () => {
    const ids = hub().findings.map(({ id }) => id).sort();
    expect(readBaseline(writeBaseline(hub())).accepted).toEqual(ids.map(id => ({ id })));
  });

  test('lists an id once, however many findings have it', () => {
    const [finding] = fooBar().findings;
    expect(readBaseline(writeBaseline({ ...fooBar(), findings: [finding, finding] })).accepted).toEqual([{ id: finding.id }]);
  });

  test('is the same in whatever order the findings are', () => {
    const report = hub();
    expect(writeBaseline({ ...report, findings: [...report.findings].reverse() })).toBe(writeBaseline(report));
  });

  test('keeps the reasons of an earlier baseline and drops what is gone', () => {
    const { id } = webIsClosed();
    const earlier: Baseline = { version: '1', accepted: [{ id, reason: 'moves in May' }, { id: 'gone', reason: 'old' }] };
    expect(readBaseline(writeBaseline(fooBar(), earlier)).accepted).toEqual([{ id, reason: 'moves in May' }]);
  });

  test('is one entry a few lines, for readable changes', () => {
    expect(writeBaseline(fooBar())).toBe(`{\n  "version": "1",\n  "accepted": [\n    {\n      "id": "${webIsClosed().id}"\n    }\n  ]\n}\n`);
  });

  test('accepts all of what it was written from, whatever the ids are', () => {
    fc.assert(fc.property(anyReport, report => {
      const baseline = readBaseline(writeBaseline(report));
      const applied = applyBaseline(report, baseline);
      expect(failing(applied)).toEqual([]);
      expect(applied.summary.accepted).toBe(report.findings.length);
      expect(applied.stale).toEqual([]);
      expect(writeBaseline(applied, baseline)).toBe(writeBaseline(report));
    }), { seed: 7, numRuns: 200 });
  });
});
