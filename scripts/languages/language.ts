import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command';
import { appIn } from '../example-app';

export const ROOT = join(__dirname, '..', '..');

export const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** The aws-cdk-lib that the library is built with: all languages are compared with this one. */
export const CDK_VERSION: string = PACKAGE.devDependencies['aws-cdk-lib'];

/** How users of a language get the library and run their apps, in a folder outside the repository. */
export abstract class Language {
  /** Where the users of this language have their apps. */
  protected readonly folder: string;

  /**
   * @param name as in `examples/`
   * @param fence the language of its code blocks
   */
  constructor(public readonly name: string, public readonly fence: string, work: string) {
    this.folder = join(work, name);
    mkdirSync(this.folder, { recursive: true });
  }

  /** What has to be installed first and is not, if anything. */
  public abstract missing(): Promise<string | undefined>;

  /** Installs the package and aws-cdk-lib, into an environment that has nothing else. */
  public abstract install(): Promise<void>;

  /** Writes an app that is no example: the one of the README. */
  public abstract write(app: string, code: string): void;

  /** Runs the tests of this language; returns what they say at the end. */
  public abstract test(): Promise<string>;

  /** Runs an app of this language as the CDK's command line does, and returns the folder of its cloud assembly. */
  public async synthesize(app: string): Promise<string> {
    const folder = join(this.folder, app);
    const outdir = join(folder, 'cdk.out');
    rmSync(outdir, { recursive: true, force: true });
    const { command, env } = appIn(folder, outdir);
    await run(command, { cwd: folder, env: { ...this.environment(), ...env } });
    return outdir;
  }

  /** Of a terminal in which the environment is set up, without what leads to other places. */
  protected environment(): NodeJS.ProcessEnv {
    const { NODE_PATH, NODE_OPTIONS, PYTHONPATH, PYTHONHOME, CLASSPATH, ...rest } = process.env;
    return { ...rest, CDK_VALIDATION: 'false' };
  }

  /** Copies what is in the repository, without what a developer has left there. */
  protected copy(from: string, to: string): void {
    cpSync(join(ROOT, from), join(this.folder, to), {
      recursive: true,
      filter: source => !/[\\/](node_modules|cdk\.out|\.venv|__pycache__|\.pytest_cache|\.mypy_cache|target)$/.test(source),
    });
  }
}
