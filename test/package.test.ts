import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What `npm publish` would send. */
const [tarball]: { size: number; files: { path: string; mode: number }[] }[] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], shell: process.platform === 'win32' }),
);
const files = tarball.files.map(({ path }) => path).sort();

/** The files that these ones name in `pattern`, the files that those name, and so on. */
function reachableFrom(entries: string[], extension: string, pattern: RegExp): string[] {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) { return; }
    seen.add(file);
    for (const [, name] of readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)) {
      const target = posix.join(dirname(file), name);
      visit([`${target}${extension}`, `${target}/index${extension}`].find(one => existsSync(join(ROOT, one))) ?? target);
    }
  };
  entries.forEach(visit);
  return [...seen].sort();
}

/** What a file requires of the package itself. */
const RELATIVE = /require\(["'](\.[^"']+)["']\)/g;

describe('the npm package', () => {
  test('has these files, and of lib what the public API and the command need', () => {
    expect(files.filter(file => !file.startsWith('lib/'))).toEqual([
      '.jsii',
      'LICENSE',
      'README.md',
      'assets/handler/acceptor.lambda/index.js',
      'assets/handler/custom-resources.lambda/index.js',
      'assets/yaml/LICENSE',
      'assets/yaml/index.js',
      'package.json',
      'schema/reachability-report.schema.json',
    ]);
  });

  test('has the compiled files that something in it requires, and no others', () => {
    const required = reachableFrom([PACKAGE.main, PACKAGE.bin['cdk-alb-privatelink']], '.js', RELATIVE);
    expect(files.filter(file => /^lib\/.*\.js$/.test(file))).toEqual(required);
  });

  test('has the types that the public ones mention, and no others', () => {
    const mentioned = reachableFrom([PACKAGE.types], '.d.ts', /(?:from |import\()'(\.[^']+)'/g);
    expect(files.filter(file => file.endsWith('.d.ts'))).toEqual(mentioned);
  });

  test('is loaded as one file, and what checks paths as another when there is something to check', () => {
    const script = 'require("./lib"); console.log(JSON.stringify(Object.keys(require.cache)))';
    const loaded: string[] = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }));
    expect(loaded.filter(file => file.startsWith(join(ROOT, 'lib')))).toEqual([join(ROOT, 'lib', 'index.js')]);
  });

  test('has names that modules of ECMAScript can import', () => {
    const classes = Object.values<{ kind: string; name: string }>(JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8')).types).filter(({ kind }) => kind !== 'interface').map(({ name }) => name);
    const script = `import { ${classes.join(', ')} } from './lib/index.js'; console.log([${classes.join(', ')}].filter(one => one !== undefined).length);`;
    const count = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' });
    expect(Number(count)).toBe(classes.length);
  });

  test('calls its classes by their names, and has no docstrings beside those in the types', () => {
    const index = join(ROOT, PACKAGE.main);
    // of a class with a static method of that name it is the method
    const named = Object.entries<{ name: unknown }>(jest.requireActual(index)).filter(([, one]) => typeof one === 'function' && typeof one.name === 'string');
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(([name, one]) => one.name !== name).map(([name]) => name)).toEqual([]);
    expect(readFileSync(index, 'utf8')).not.toContain('/**');
  });

  test('has a command that can be run, also where the CDK is not installed', () => {
    const { mode } = tarball.files.find(({ path }) => path === PACKAGE.bin['cdk-alb-privatelink'])!;
    expect(mode.toString(8)).toBe('755');
    expect(readFileSync(join(ROOT, PACKAGE.bin['cdk-alb-privatelink']), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const required = reachableFrom([PACKAGE.bin['cdk-alb-privatelink']], '.js', RELATIVE).flatMap(file => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/require\(["']([^."'][^"']*)["']\)/g)]);
    expect(required.map(([, name]) => name).filter(name => !name.startsWith('node:'))).toEqual([]);
  });

  test('has a README whose links lead somewhere on PyPI too', () => {
    const { readme } = JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8'));
    const links = [...readme.markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
    expect(links).toContain(`${PACKAGE.homepage}/blob/main/API.md`);
    expect(links.filter(link => !/^(https:|#)/.test(link))).toEqual([]);
  });

  test('is no larger than 350 kB', () => {
    expect(tarball.size).toBeLessThanOrEqual(350_000);
  });

  test('has the license of what others wrote beside each file that has it in it', () => {
    const tasks: { [name: string]: { steps?: { exec?: string; execArgs?: string[] }[] } } = JSON.parse(readFileSync(join(ROOT, '.projen', 'tasks.json'), 'utf8')).tasks;
    const bundles = Object.values(tasks).flatMap(({ steps = [] }) => steps.map(({ exec, execArgs }) => execArgs ?? exec?.split(' ') ?? []))
      .filter(words => words[0] === 'esbuild' && !words.includes('--watch'))
      .map(([, , entry, ...options]) => {
        const values = (name: string) => options.filter(option => option.startsWith(`--${name}`)).map(option => option.slice(name.length + 3));
        return { entry, file: values('outfile')[0], external: values('external') };
      });
    expect(bundles.map(({ file }) => file).sort()).toEqual(files.filter(file => /^assets\/.*\.js$/.test(file)));
    const others = bundles.map(({ entry, file, external }) => {
      const { metafile } = buildSync({ absWorkingDir: ROOT, entryPoints: [entry], bundle: true, platform: 'node', external, write: false, metafile: true, outfile: file });
      return { file, packages: new Set(Object.keys(metafile.inputs).flatMap(input => input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [])) };
    }).filter(({ packages }) => packages.size > 0);
    expect(others).toEqual([{ file: 'assets/yaml/index.js', packages: new Set(['yaml']) }]);
    for (const { file, packages: [name] } of others) {
      const license = readFileSync(join(ROOT, dirname(file), 'LICENSE'), 'utf8');
      expect(license).toBe(readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8'));
      expect(JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).license).toBe('ISC');
      expect(license).toMatch(/^Copyright .*Permission to use, copy, modify, and\/or distribute this software/s);
    }
  });

  test('brings no dependencies but the peers of every CDK app', () => {
    expect([PACKAGE.dependencies, PACKAGE.bundledDependencies, PACKAGE.optionalDependencies]).toEqual([undefined, undefined, undefined]);
    expect(Object.keys(PACKAGE.peerDependencies).sort()).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test('runs nothing when it is installed', () => {
    expect(Object.keys(PACKAGE.scripts).filter(name => /^(pre|post)?(install|prepare)/.test(name))).toEqual([]);
  });
});
