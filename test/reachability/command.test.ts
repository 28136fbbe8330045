import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, removeFolders, template } from './load/util';
import * as checker from '../../src/reachability/check';
import { Io, run } from '../../src/reachability/command';
import { Costs, Finding, Report } from '../../src/reachability/contract';

afterEach(() => { jest.restoreAllMocks(); });
afterAll(removeFolders);

const DEAD: Finding = {
  id: 'alb-egress Web/Group alb',
  code: 'alb-egress',
  severity: 'error',
  stack: 'Web',
  logicalId: 'Group',
  reason: 'nothing may leave',
  fix: { text: 'add a rule', patches: [] },
  paths: [],
};
const SLOW: Finding = { ...DEAD, id: 'cross-zone Web/Nlb', code: 'cross-zone', severity: 'warning' };

const NO_COSTS: Costs = { billed: [], free: [], notKnown: [], notes: [] };

function reporting(...findings: Finding[]): jest.SpyInstance {
  const report: Report = { version: '1', summary: { reachable: 0, blocked: 0, unknown: 0, findings: findings.length, accepted: 0 }, paths: [], findings, costs: NO_COSTS };
  return jest.spyOn(checker, 'check').mockReturnValue(report);
}

function command(args: string[], { files = {}, ...io }: Partial<Io> & { files?: { [path: string]: unknown } } = {}) {
  const cwd = folderWith({ 'a.json': template(), 'b.yaml': 'Resources: {}', ...files });
  const out = { stdout: '', stderr: '' };
  const status = run(args, {
    stdout: text => { out.stdout += text; },
    stderr: text => { out.stderr += text; },
    isTTY: false,
    env: {},
    cwd,
    ...io,
  });
  return { status, ...out, read: (file: string) => readFileSync(join(cwd, file), 'utf8'), has: (file: string) => existsSync(join(cwd, file)) };
}

describe('the exit status', () => {
  test.each([
    ['0 when nothing is found', [], [], 0],
    ['0 when there are only warnings', [SLOW], [], 0],
    ['1 when something is blocked', [SLOW, DEAD], [], 1],
    ['1 with mode fail', [DEAD], ['--mode', 'fail'], 1],
    ['0 with mode warn', [DEAD], ['--mode', 'warn'], 0],
  ])('is %s', (_, findings, options, status) => {
    reporting(...findings);
    expect(command(['check', 'a.json', ...options])).toMatchObject({ status, stderr: '' });
  });

  test.each([
    ['without a command', [], 'a command is missing: check'],
    ['with another command', ['deploy', 'a.json'], "there is no command 'deploy', only: check"],
    ['without a path', ['check'], 'a PATH is missing'],
    ['with an unknown option', ['check', 'a.json', '--strict'], "Unknown option '--strict'"],
    ['with an option that lacks its file', ['check', 'a.json', '--json'], '--json'],
    ['with an unknown mode', ['check', 'a.json', '--mode', 'strict'], "'--mode' must be fail or warn, got: strict"],
  ])('is 2 %s, with a word on help', (_, args, message) => {
    const { status, stdout, stderr } = command(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`cdk-alb-privatelink: ${message}`.slice(0, message.startsWith('--') ? 20 : undefined));
    expect(stderr).toContain(message);
    expect(stderr).toContain("Try 'cdk-alb-privatelink --help'.");
  });

  test.each([
    ['a file that is not there', ['gone.json'], 'gone.json: it cannot be read (ENOENT)'],
    ['a folder of something else', ['.'], 'expected a CloudFormation template (JSON or YAML), or the folder of a cloud assembly'],
    ['a text', ['text.txt'], 'text.txt: it is not a map'],
    ['a baseline that is not there', ['a.json', '--baseline', 'gone.json'], 'gone.json: '],
    ['a baseline that is none', ['a.json', '--baseline', 'a.json'], 'a.json: The baseline must have'],
    ['a file that cannot be written', ['a.json', '--json', 'no/folder.json'], 'folder.json: it cannot be written (ENOENT).'],
  ])('is 2 for %s, with one line that names it', (_, args, message) => {
    const { status, stdout, stderr } = command(['check', ...args], { files: { 'text.txt': 'Hello' } });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('what nobody has expected', () => {
  beforeEach(() => { jest.spyOn(checker, 'check').mockImplementation(() => { throw new TypeError('x is not a function\n\u001b[31m'); }); });

  test('ends in one line, without a stack trace and without what a terminal would obey', () => {
    expect(command(['check', 'a.json'])).toMatchObject({ status: 2, stdout: '', stderr: 'cdk-alb-privatelink: x is not a function \\u{1b}[31m\n' });
  });

  test('has a stack trace for who asks for it', () => {
    expect(command(['check', 'a.json'], { env: { DEBUG: '1' } }).stderr).toContain('    at ');
  });
});

describe('what is checked', () => {
  test('is all that the paths hold, together', () => {
    const check = reporting();
    command(['check', 'a.json', 'b.yaml']);
    expect(check).toHaveBeenCalledTimes(1);
    expect(check.mock.calls[0][0].map(({ stack }: { stack: string }) => stack)).toEqual(['a.json', 'b.yaml']);
  });
});

describe('the report', () => {
  test('is printed', () => {
    reporting(DEAD);
    expect(command(['check', 'a.json']).stdout).toContain('nothing may leave');
  });

  test('is written for tools and as a page, also when the command fails', () => {
    reporting(DEAD);
    const { read, status } = command(['check', 'a.json', '--json', 'report.json', '--html', 'report.html']);
    expect(status).toBe(1);
    expect(JSON.parse(read('report.json')).findings).toEqual([DEAD]);
    expect(read('report.html')).toMatch(/^<!doctype html>/i);
  });

  test.each([
    ['in a terminal', { isTTY: true }, [], true],
    ['in a pipe', { isTTY: false }, [], false],
    ['with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, [], false],
    ['with NO_COLOR empty', { isTTY: true, env: { NO_COLOR: '' } }, [], true],
    ['in a terminal that can do nothing', { isTTY: true, env: { TERM: 'dumb' } }, [], false],
    ['with --no-colour', { isTTY: true }, ['--no-colour'], false],
    ['with --no-color', { isTTY: true }, ['--no-color'], false],
  ])('has colours only where they are seen: %s', (_, io, options, coloured) => {
    reporting(DEAD);
    expect(command(['check', 'a.json', ...options], io).stdout.includes('\u001b[')).toBe(coloured);
  });
});

describe('a baseline', () => {
  const accepting = (...ids: string[]) => ({ version: '1', accepted: ids.map(id => ({ id, reason: 'since always' })) });

  test('accepts what is in it, and nothing else', () => {
    reporting(DEAD, { ...DEAD, id: 'another' });
    expect(command(['check', 'a.json', '--baseline', 'b.json'], { files: { 'b.json': accepting(DEAD.id) } }).status).toBe(1);
    expect(command(['check', 'a.json', '--baseline', 'b.json'], { files: { 'b.json': accepting(DEAD.id, 'another') } }).status).toBe(0);
  });

  test('that is written accepts what is found today', () => {
    reporting(DEAD, SLOW);
    const { status, read } = command(['check', 'a.json', '--write-baseline', 'b.json']);
    expect(status).toBe(0);
    expect(JSON.parse(read('b.json'))).toEqual({ version: '1', accepted: [{ id: DEAD.id }, { id: SLOW.id }] });
  });

  test('that is written anew keeps its reasons, and loses what is mended', () => {
    reporting(DEAD);
    const { read } = command(['check', 'a.json', '--write-baseline', 'b.json'], { files: { 'b.json': accepting(DEAD.id, 'mended') } });
    expect(JSON.parse(read('b.json'))).toEqual(accepting(DEAD.id));
  });

  test('does not overwrite a file that is none', () => {
    reporting(DEAD);
    const { status, read } = command(['check', 'a.json', '--write-baseline', 'a.json']);
    expect(status).toBe(2);
    expect(JSON.parse(read('a.json'))).toEqual(template());
  });

  test('is not written when the templates cannot be read', () => {
    expect(command(['check', 'gone.json', '--write-baseline', 'b.json']).has('b.json')).toBe(false);
  });
});

describe('help', () => {
  test.each([[['--help']], [['-h']], [['check', '--help']]])('is printed for %j, and names every option', args => {
    const { status, stdout } = command(args);
    expect(status).toBe(0);
    for (const option of ['check PATH...', '--mode', '--baseline', '--write-baseline', '--json', '--html', '--no-colour', '--version']) { expect(stdout).toContain(option); }
    expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(140);
  });

  test('--version tells the version of the package', () => {
    expect(command(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the executable', () => {
  const root = join(__dirname, '..', '..');
  const main = join(root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).bin['cdk-alb-privatelink']);
  const execute = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: folderWith({ 'b.yaml': 'Resources: {}' }) });

  test('runs the command', () => {
    expect(readFileSync(main, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(execute('check', 'b.yaml')).toMatchObject({ status: 0, stderr: '' });
    expect(execute('check', 'gone.yaml')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('ENOENT') });
  });

  test('needs neither the CDK nor anything else beside the package: Python has it without', () => {
    const probe = join(folderWith(), 'probe.js');
    writeFileSync(probe, `
      process.argv = [process.argv[0], 'main', 'check', ${JSON.stringify(join(folderWith({ 'b.yaml': 'Resources: {}' }), 'b.yaml'))}];
      require(${JSON.stringify(main)});
      process.stderr.write(Object.keys(require.cache).filter(file => file.includes('node_modules')).join('\\n'));
    `);
    expect(spawnSync(process.execPath, [probe], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what bills', () => {
  const nat = { 'nat.json': { Resources: { Nat: { Type: 'AWS::EC2::NatGateway', Properties: { ConnectivityType: 'private' } } } } };

  test('is printed with --costs', () => {
    expect(command(['check', 'nat.json', '--costs'], { files: nat }).stdout).toContain('By the hour\n  NAT gateways: 1\n');
  });

  test('is in the files always, and not in the terminal', () => {
    const { stdout, read } = command(['check', 'nat.json', '--json', 'r.json', '--html', 'r.html'], { files: nat });
    expect(stdout).not.toContain('NAT');
    expect(JSON.parse(read('r.json')).costs.billed[0]).toEqual({
      what: 'NAT gateways', per: 'hour', atLeast: 1, atMost: 1, notes: [], page: 'https://aws.amazon.com/vpc/pricing/', parts: [{ stack: 'nat.json', logicalId: 'Nat', atLeast: 1, atMost: 1 }],
    });
    expect(read('r.html')).toContain('NAT gateways: 1');
  });
});
