import { realpathSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { TemplateSource } from '../contract';
import { StackArtifact, hasManifest, isAssembly, readAssembly } from './assembly';
import { LoadError, quietly } from './error';
import { isFolder, readText } from './files';
import { NestedStacks, Surroundings } from './nested';
import { parse } from './parse';
import { Tree, isTree } from './tree';

export { LoadError } from './error';

const EXPECTED = 'expected a CloudFormation template (JSON or YAML), or the folder of a cloud assembly (`cdk.out`).';

/** What a validation plugin is told of a stack. */
export interface StackTemplate {
  readonly stackConstructPath: string;
  readonly templatePath: string;
  readonly accountId?: string;
  readonly region?: string;
}

/**
 * The templates of cloud assemblies and the templates in files, with those of nested stacks.
 *
 * @throws LoadError when one of the paths cannot be read, or is neither
 */
export function loadPaths(paths: readonly string[], cwd = process.cwd()): TemplateSource[] {
  const loader = new Loader();
  for (const given of paths) {
    const path = resolve(cwd, given);
    if (isFolder(path)) {
      loader.folder(path, given);
    } else {
      loader.file(path, given);
    }
  }
  return loader.sources;
}

/**
 * The templates of the stacks that a validation plugin is given, with those of nested stacks.
 *
 * @throws LoadError when one of them cannot be read
 */
export function loadStacks(stackTemplates: readonly StackTemplate[]): TemplateSource[] {
  const loader = new Loader();
  for (const { stackConstructPath: stack, templatePath: file, accountId: account, region } of stackTemplates) {
    const artifact = loader.artifactOf(file);
    loader.add({ stack, stackName: artifact?.stackName, account, region, body: loader.body(file), file }, artifact ?? alone(file));
  }
  return loader.sources;
}

/** A template that no assembly describes. */
function alone(file: string): Surroundings {
  const folder = dirname(file);
  return { folder, root: folder, metadata: () => ({}) };
}

/** Construct paths by logical id, of what is in a stack itself and not in one that is nested in it. */
function constructPaths(metadata: Tree, stack: string, stacks: readonly string[]): { [logicalId: string]: string } {
  const inner = stacks.filter(other => other.startsWith(`${stack}/`));
  const paths: [string, string][] = [];
  for (const [path, entries] of Object.entries(metadata)) {
    if (!path.startsWith(`/${stack}/`) || inner.some(other => path.startsWith(`/${other}/`)) || !Array.isArray(entries)) { continue; }
    const logicalId = entries.find(entry => isTree(entry) && entry.type === 'aws:cdk:logicalId');
    if (isTree(logicalId) && typeof logicalId.data === 'string') { paths.push([logicalId.data, path.slice(1)]); }
  }
  return Object.fromEntries(paths);
}

class Loader {
  public readonly sources: TemplateSource[] = [];
  private readonly nested = new NestedStacks(name => this.unique(name));
  private readonly names = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly assemblies = new Map<string, StackArtifact[]>();

  public folder(path: string, given: string): void {
    if (!hasManifest(path)) { throw new LoadError(given, `it is a folder without \`manifest.json\`; ${EXPECTED} Templates are given one by one.`); }
    const artifacts = readAssembly(path);
    if (artifacts.length === 0) { throw new LoadError(given, `it is a cloud assembly without stacks; ${EXPECTED}`); }
    for (const artifact of artifacts) { this.artifact(artifact, given); }
  }

  public file(path: string, given: string): void {
    const artifact = this.artifactOf(path);
    if (artifact) { return this.artifact(artifact, given); }
    const body = this.body(path);
    if (!isTree(body) || !isTree(body.Resources)) { throw new LoadError(given, `it has no \`Resources\`; ${EXPECTED}`); }
    if (this.isNew(path, '')) { this.add({ stack: this.unique(basename(path), given), body, file: path }, alone(path)); }
  }

  public add(source: TemplateSource, around: Surroundings): void {
    this.names.add(source.stack);
    const family = [source, ...this.nested.of(source, around)];
    const metadata = around.metadata();
    const stacks = family.map(({ stack }) => stack);
    this.sources.push(...family.map(one => ({ ...one, constructPaths: constructPaths(metadata, one.stack, stacks) })));
  }

  /** What the assembly around a template, if it is in one, says of it. */
  public artifactOf(file: string): StackArtifact | undefined {
    const folder = dirname(file);
    if (!this.assemblies.has(folder)) { this.assemblies.set(folder, isAssembly(folder) ? quietly(() => readAssembly(folder)) ?? [] : []); }
    return this.assemblies.get(folder)!.find(artifact => artifact.file === resolve(file));
  }

  /** The CDK writes a stack without resources without `Resources`. */
  public body(file: string): unknown {
    const body = parse(file, readText(file));
    if (isTree(body)) { return body; }
    throw new LoadError(file, 'it is not a map; expected a CloudFormation template.');
  }

  private artifact({ constructPath, stackName, account, region, file, ...around }: StackArtifact, given: string): void {
    if (!this.isNew(file, constructPath)) { return; }
    const stack = this.unique(constructPath, posix.join(given, constructPath));
    this.add({ stack, stackName, account, region, body: this.body(file), file }, around);
  }

  /** The same template may be given twice, or in an assembly and by itself. */
  private isNew(file: string, constructPath: string): boolean {
    const key = `${realpathSync(file)}\n${constructPath}`;
    return !this.seen.has(key) && this.seen.add(key).size > 0;
  }

  /** The first of the names that nothing else has. */
  private unique(...names: string[]): string {
    const last = names[names.length - 1];
    let name = names.find(candidate => !this.names.has(candidate));
    for (let number = 2; name === undefined; number += 1) {
      const numbered = `${last} (${number})`;
      name = this.names.has(numbered) ? undefined : numbered;
    }
    this.names.add(name);
    return name;
  }
}
