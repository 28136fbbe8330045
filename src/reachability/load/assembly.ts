import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LoadError, quietly } from './error';
import { inside, isFile, readText } from './files';
import { parseJson } from './parse';
import { Tree, isTree } from './tree';

const MANIFEST = 'manifest.json';

/** A stack as a cloud assembly describes it. */
export interface StackArtifact {
  readonly constructPath: string;
  readonly stackName: string;
  readonly account?: string;
  readonly region?: string;
  /** The path of its template. */
  readonly file: string;
  /** The folder of its assembly: what is named in it, is named from there. */
  readonly folder: string;
  /** The folder of the outermost assembly. */
  readonly root: string;
  /** What the assembly tells of the constructs of the stack, by their paths. */
  readonly metadata: () => Tree;
}

export function hasManifest(folder: string): boolean {
  return isFile(join(folder, MANIFEST));
}

/** Whether the folder is that of a cloud assembly. */
export function isAssembly(folder: string): boolean {
  return quietly(() => readManifest(folder)) !== undefined;
}

/** The stacks of an assembly, with those of its stages. Of the manifest only what is needed is looked at, whatever its version. */
export function readAssembly(folder: string): StackArtifact[] {
  return [...stacks(folder, rootOf(folder), new Set())];
}

function* stacks(folder: string, root: string, seen: Set<string>): Generator<StackArtifact> {
  const real = realpathSync(folder);
  if (seen.has(real)) { return; }
  seen.add(real);
  const manifest = join(folder, MANIFEST);
  const artifacts = readManifest(folder);
  if (!artifacts) { throw new LoadError(manifest, 'it has no `artifacts`; expected the manifest of a cloud assembly.'); }

  for (const [id, artifact] of Object.entries(artifacts)) {
    if (!isTree(artifact)) { continue; }
    const properties = isTree(artifact.properties) ? artifact.properties : {};
    if (artifact.type === 'cdk:cloud-assembly') {
      yield* stacks(named(manifest, root, properties.directoryName, `the directory of '${id}'`), root, seen);
    } else if (artifact.type === 'aws:cloudformation:stack') {
      yield {
        constructPath: text(artifact.displayName) ?? id,
        stackName: text(properties.stackName) ?? id,
        ...environment(artifact.environment),
        file: named(manifest, root, properties.templateFile, `the template of '${id}'`),
        folder,
        root,
        metadata: () => metadata(artifact, folder, root),
      };
    }
  }
}

/** The artifacts of the manifest in a folder. */
function readManifest(folder: string): Tree | undefined {
  const file = join(folder, MANIFEST);
  const manifest = parseJson(file, readText(file));
  return isTree(manifest) && isTree(manifest.artifacts) ? manifest.artifacts : undefined;
}

function named(manifest: string, root: string, name: unknown, what: string): string {
  const path = inside(root, dirname(manifest), name);
  if (path) { return path; }
  throw new LoadError(manifest, `${what}, ${JSON.stringify(name)}, is not there, or not inside the assembly. Synthesize it again, or give the folder of the whole assembly.`);
}

/** Stages may share what the outermost assembly holds. */
function rootOf(folder: string): string {
  const parent = dirname(resolve(folder));
  return parent !== resolve(folder) && isAssembly(parent) ? rootOf(parent) : resolve(folder);
}

function environment(value: unknown): Pick<StackArtifact, 'account' | 'region'> {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(String(value)) ?? [];
  return {
    ...account && account !== 'unknown-account' ? { account } : {},
    ...region && region !== 'unknown-region' ? { region } : {},
  };
}

function metadata(artifact: Tree, folder: string, root: string): Tree {
  const own = isTree(artifact.metadata) ? artifact.metadata : {};
  const file = inside(root, folder, artifact.additionalMetadataFile);
  const more = file && quietly(() => parseJson(file, readText(file)));
  return isTree(more) ? { ...own, ...more } : own;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
