import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoted, run } from './command';
import { CDK_VERSION, Language, ROOT } from './language';

export class TypeScript extends Language {
  constructor(work: string) {
    super('typescript', 'tsx', work); // `ts` is what jsii translates on its way to PyPI
  }

  public async missing(): Promise<undefined> {
    return undefined;
  }

  public async install(): Promise<void> {
    this.copy('examples/typescript', '.');
    this.copy('examples/typescript/foo-bar/package.json', 'package.json');
    const dist = join(ROOT, 'dist', 'js');
    const [tarball] = readdirSync(dist).filter(file => file.endsWith('.tgz'));
    await run(`npm install --no-package-lock --no-audit --no-fund aws-cdk-lib@${CDK_VERSION} ${quoted(join(dist, tarball))}`, { cwd: this.folder });
  }

  public write(app: string, code: string): void {
    mkdirSync(join(this.folder, app));
    this.copy('examples/typescript/foo-bar/tsconfig.json', join(app, 'tsconfig.json'));
    this.copy('examples/typescript/foo-bar/cdk.json', join(app, 'cdk.json'));
    writeFileSync(join(this.folder, app, 'app.ts'), code);
  }

  /** The compiler's opinion of an app, which running it does not ask for. */
  public async synthesize(app: string): Promise<string> {
    await run('npx tsc -p .', { cwd: join(this.folder, app), env: this.environment() });
    return super.synthesize(app);
  }

  public async test(): Promise<string> {
    return '(those of the repository)';
  }
}
