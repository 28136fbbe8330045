import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYED_STACKS, newestSection } from '../scripts/changelog';

const section = (version: string, text = `${DEPLOYED_STACKS}\n\nNothing changes.`) => `## ${version}\n\n${text}\n\n`;

describe('a release takes from the changelog', () => {
  test('version and text of the first section', () => {
    expect(newestSection(`# Changelog\n\nWords.\n\n${section('0.2.0')}${section('0.1.0')}`)).toEqual({ version: '0.2.0', notes: '### Deployed stacks\n\nNothing changes.' });
  });

  test('no section without a version', () => {
    expect(() => newestSection(`# Changelog\n\n${section('Unreleased')}`)).toThrow("must be named by the version to release, like '## 0.2.0', got: 'Unreleased'");
    expect(() => newestSection('# Changelog\n')).toThrow("got: 'undefined'");
  });

  test.each([['missing', 'New things.'], ['empty', `${DEPLOYED_STACKS}\n\n### New\n\nThings.`]])('no section in which the part about deployed stacks is %s', (_, text) => {
    expect(() => newestSection(section('0.2.0', text))).toThrow("must say under '### Deployed stacks' what an update does to them");
  });

  test.each(['0.10.0', '0.9.1'])('no version that is older than the one before: 0.9.1 after %s', before => {
    expect(() => newestSection(section('0.9.1') + section(before))).toThrow(`0.9.1 must be newer than ${before}`);
  });

  test('a version after another by number, not by letters', () => expect(newestSection(section('0.10.0') + section('0.9.1')).version).toBe('0.10.0'));
});

test('the changelog of this repository says what an update does to deployed stacks', () => {
  const changelog = readFileSync(join(__dirname, '..', 'CHANGELOG.md'), 'utf8').replace('## Unreleased', '## 999.0.0');
  expect(newestSection(changelog).notes).toContain(DEPLOYED_STACKS);
});
