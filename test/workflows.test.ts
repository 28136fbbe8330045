import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Job {
  readonly permissions: { [scope: string]: string };
  readonly environment?: string;
  readonly uses?: string;
  readonly steps?: { uses?: string; run?: string }[];
}

const FOLDER = join(__dirname, '..', '.github', 'workflows');
const workflows = readdirSync(FOLDER).map(file => ({ file, jobs: parse(readFileSync(join(FOLDER, file), 'utf8')).jobs as { [name: string]: Job } }));
const release = Object.entries(workflows.find(({ file }) => file === 'release.yml')!.jobs);
const approved = release.filter(([, job]) => job.environment === 'release');

test.each(workflows)('the actions of $file are named by a digest, or by a version that cannot be moved', ({ jobs }) => {
  const actions = Object.values(jobs).flatMap(({ steps }) => (steps ?? []).flatMap(({ uses }) => uses ?? []));
  expect(actions.filter(uses => !/@([0-9a-f]{40}|v\d+\.\d+\.\d+)$/.test(uses))).toEqual([]);
});

test('only what makes the GitHub release may write to the repository', () => {
  const writing = workflows.flatMap(({ file, jobs }) => Object.entries(jobs).filter(([, job]) => job.permissions.contents === 'write').map(([name]) => `${file} ${name}`));
  expect(writing).toEqual(['release.yml release_github']);
});

describe('the jobs that publish', () => {
  test('are those that were approved, one for each registry', () => {
    expect(approved.map(([name]) => name).sort()).toEqual(['release_github', 'release_maven', 'release_npm', 'release_pypi']);
  });

  test('run nothing of the repository or of its dependencies: they send what they were handed', () => {
    const commands = approved.flatMap(([, { steps }]) => steps!.flatMap(({ uses, run }) => uses?.split('@')[0] ?? run!.split('\n')[0]));
    expect([...new Set(commands)].sort()).toEqual([
      'actions/download-artifact',
      'actions/setup-java',
      'actions/setup-node',
      'actions/setup-python',
      'cd dist && setfacl --restore=permissions-backup.acl',
      expect.stringMatching(/^npx '-p' 'publib@\d+\.\d+\.\d+' 'publib-maven'$/),
      expect.stringMatching(/^npx '-p' 'publib@\d+\.\d+\.\d+' 'publib-npm'$/),
      expect.stringMatching(/^npx '-p' 'publib@\d+\.\d+\.\d+' 'publib-pypi'$/),
      'tag=$(cat "$RELEASE_TAG_FILE") &&',
    ]);
  });

  test('are the only ones with secrets', () => {
    const secretive = release.filter(([, job]) => JSON.stringify(job).includes('secrets.')).map(([name]) => name).sort();
    expect(secretive).toEqual(['release_github', 'release_maven']);
  });
});
