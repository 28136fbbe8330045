import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { answers, quoted, run } from './command';
import { CDK_VERSION, Language, ROOT } from './language';
import { pythonSnippets } from './snippets';

/** Where a virtual environment has its commands. */
const BIN = process.platform === 'win32' ? 'Scripts' : 'bin';

/** Reading the CDK's 200 modules takes a minute: its types are unknown here. What is there only with some props, which TypeScript marks with `!`, has no mark in Python. */
const TYPE_CHECKS = `[mypy]
check_untyped_defs = True
disable_error_code = union-attr
[mypy-aws_cdk.*]
follow_imports = skip
ignore_missing_imports = True
[mypy-cdk_alb_privatelink.*]
disallow_subclassing_any = False
`;

export class Python extends Language {
  constructor(work: string) {
    super('python', 'python', work);
  }

  public async missing(): Promise<string | undefined> {
    const script = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';
    return await answers(`python3 -c "${script}"`) ? undefined : 'Python 3.10 or newer as python3, with its module venv';
  }

  public async install(): Promise<void> {
    this.copy('examples/python', '.');
    this.copy('test/languages/python', 'tests');
    const dist = join(ROOT, 'dist', 'python');
    const [wheel] = readdirSync(dist).filter(file => file.endsWith('.whl'));
    // a release that is not there yet, and one that every language has
    writeFileSync(join(this.folder, 'constraints.txt'), `cdk-alb-privatelink @ ${new URL(`file://${join(dist, wheel)}`)}\naws-cdk-lib==${CDK_VERSION}\n`);
    await run('python3 -m venv .venv', { cwd: this.folder });
    const requirements = ['foo-bar', 'multi-vpc', 'two-accounts', 'tests'].map(app => `-r ${quoted(join(app, 'requirements.txt'))}`);
    await run(`python3 -m pip install -q --disable-pip-version-check -c constraints.txt ${requirements.join(' ')}`, { cwd: this.folder, env: this.environment() });
  }

  public write(app: string, code: string): void {
    mkdirSync(join(this.folder, app));
    this.copy('examples/python/foo-bar/cdk.json', join(app, 'cdk.json'));
    writeFileSync(join(this.folder, app, 'app.py'), code);
  }

  public async test(): Promise<string> {
    const output = await run('python3 -m pytest -q', { cwd: join(this.folder, 'tests'), env: this.environment() });
    return `${output.trim().split('\n').pop()!}, and ${await this.checkSnippets()}`;
  }

  /** What a type checker says of the examples of the README and of the docstrings, as jsii translates them. */
  private async checkSnippets(): Promise<string> {
    const folder = join(this.folder, 'snippets');
    mkdirSync(folder);
    const snippets = await pythonSnippets(ROOT);
    snippets.forEach((source, index) => { writeFileSync(join(folder, `snippet_${index}.py`), source); });
    writeFileSync(join(folder, 'mypy.ini'), TYPE_CHECKS);
    await run('python3 -m mypy .', { cwd: folder, env: this.environment() });
    return `${snippets.length} snippets have the right types`;
  }

  protected environment(): NodeJS.ProcessEnv {
    const folder = join(this.folder, '.venv');
    return { ...super.environment(), VIRTUAL_ENV: folder, PATH: `${join(folder, BIN)}${delimiter}${process.env.PATH}` };
  }
}
