import { execFileSync, execSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appIn } from '../example-app';

/** By `example/Stack`. */
export type Templates = { [stack: string]: any };

/** A folder in which the examples of a version and a version of the library, not necessarily the same, meet. */
export class Workplace {
  readonly library: string;

  constructor(private readonly folder: string, packageName: string) {
    rmSync(folder, { recursive: true, force: true });
    this.library = join(folder, 'node_modules', packageName);
    mkdirSync(dirname(this.library), { recursive: true });
  }

  /** The examples as they were at `ref`. */
  addExamples(root: string, ref: string): this {
    const archive = join(this.folder, 'examples.tar');
    execFileSync('git', ['archive', '--output', archive, ref, 'examples/typescript'], { cwd: root });
    execFileSync('tar', ['-x', '-f', archive, '-C', this.folder]);
    return this;
  }

  /** The library from a package, or from the folder in which it was compiled. */
  addLibrary(from: { tarball: string } | { folder: string }): this {
    if ('folder' in from) {
      symlinkSync(from.folder, this.library, 'junction');
    } else {
      mkdirSync(this.library);
      execFileSync('tar', ['-x', '-z', '-f', from.tarball, '-C', this.library, '--strip-components=1']);
    }
    return this;
  }

  synthesize(): Templates {
    const examples = join(this.folder, 'examples', 'typescript');
    const names = readdirSync(examples).filter(name => existsSync(join(examples, name, 'cdk.json')));
    return Object.assign({}, ...names.map(name => this.synthesizeExample(name, join(examples, name))));
  }

  private synthesizeExample(name: string, cwd: string): Templates {
    const outdir = join(this.folder, 'cdk.out', name);
    const { command, env } = appIn(cwd, outdir);
    try {
      execSync(command, { cwd, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
    } catch (error) {
      throw new Error(`${name} does not synthesize with the library in ${this.library}:\n${(error as { stderr?: Buffer }).stderr}`);
    }
    const suffix = '.template.json';
    return Object.fromEntries(readdirSync(outdir)
      .filter(file => file.endsWith(suffix))
      .map(file => [`${name}/${file.slice(0, -suffix.length)}`, JSON.parse(readFileSync(join(outdir, file), 'utf8'))]));
  }
}
