import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answers, quoted, run } from './command';
import { CDK_VERSION, Language, PACKAGE, ROOT } from './language';
import { javaSnippets } from './snippets';

/** Holds what Maven has downloaded; filled by `package:java` too. */
const REPOSITORY = join(ROOT, '.cache', 'm2');
const COORDINATES = ['io', 'github', 'cdkalbprivatelink', 'cdk-alb-privatelink'];

export class Java extends Language {
  constructor(work: string) {
    super('java', 'java', work);
  }

  public async missing(): Promise<string | undefined> {
    // what an older compiler refuses
    return await answers('javac --release 17 --version') && await answers('mvn --version') ? undefined : 'a JDK of version 17 or newer, and Maven 3.8 or newer';
  }

  public async install(): Promise<void> {
    this.copy('examples/java', '.');
    this.copy('test/languages/java', 'tests');
    mkdirSync(join(this.folder, '.mvn'));
    const { version } = PACKAGE;
    const settings = { 'maven.repo.local': REPOSITORY, 'cdk.version': CDK_VERSION, 'cdk-alb-privatelink.version': version };
    writeFileSync(join(this.folder, '.mvn', 'maven.config'), ['-B', ...Object.entries(settings).map(([name, value]) => `-D${name}=${value}`), ''].join('\n'));
    // a version once downloaded is never downloaded again
    rmSync(join(REPOSITORY, ...COORDINATES), { recursive: true, force: true });
    const artifact = join(ROOT, 'dist', 'java', ...COORDINATES, version, `${COORDINATES[3]}-${version}`);
    await this.maven(this.folder, `org.apache.maven.plugins:maven-install-plugin:3.1.1:install-file -Dfile=${quoted(`${artifact}.jar`)} -DpomFile=${quoted(`${artifact}.pom`)}`);
  }

  public write(app: string, code: string): void {
    const name = /public (?:final )?class (\w+)/.exec(code)![1];
    const source = join(this.folder, app, 'src', 'main', 'java', `${name}.java`);
    mkdirSync(dirname(source), { recursive: true });
    writeFileSync(source, code);
    this.copy('examples/java/foo-bar/cdk.json', join(app, 'cdk.json'));
    const pom = readFileSync(join(ROOT, 'examples', 'java', 'foo-bar', 'pom.xml'), 'utf8');
    writeFileSync(join(this.folder, app, 'pom.xml'), pom.replace(/(?<=<exec.mainClass>)[^<]*/, name));
  }

  public async test(): Promise<string> {
    const count = await this.addSnippets();
    const output = await this.maven(join(this.folder, 'tests'), 'test');
    return `${/^.*(Tests run:.*)$/m.exec(output.slice(output.indexOf('Results:')))![1]}, and ${count} snippets compile`;
  }

  /** The examples of the README and of the docstrings, as jsii translates them, are compiled with the tests. */
  private async addSnippets(): Promise<number> {
    const nameOf = (index: number) => `Snippet${index}`;
    const snippets = await javaSnippets(ROOT, nameOf);
    snippets.forEach((source, index) => { writeFileSync(join(this.folder, 'tests', 'src', 'test', 'java', `${nameOf(index)}.java`), source); });
    return snippets.length;
  }

  private maven(cwd: string, goal: string): Promise<string> {
    return run(`mvn ${goal}`, { cwd, env: this.environment() });
  }
}
