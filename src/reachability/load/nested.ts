import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TemplateSource } from '../contract';
import { LoadError, quietly } from './error';
import { inside, isFile, readText } from './files';
import { parse, parseJson } from './parse';
import { Tree, isTree } from './tree';

/** As many as an account may have of all stacks; templates that nest each other several times make more with few files. */
const MAX_NESTED = 2_000;

/** Where the templates of nested stacks are looked for. */
export interface Surroundings {
  readonly folder: string;
  readonly root: string;
  readonly metadata: () => Tree;
}

/** Finds the templates of the stacks that are nested in others. What is not found, or no template, is left out. */
export class NestedStacks {
  private readonly assets = new Map<string, Map<string, string>>();
  private readonly bodies = new Map<string, unknown>();
  private count = 0;

  /** @param unique - gives a name back, or another where it is taken */
  constructor(private readonly unique: (name: string) => string) {}

  public of(parent: TemplateSource, around: Surroundings, ancestors: readonly string[] = []): TemplateSource[] {
    if (!parent.file) { return []; }
    const chain = [...ancestors, parent.file];
    const found: TemplateSource[] = [];
    for (const [logicalId, resource] of Object.entries(resourcesOf(parent.body))) {
      if (!isTree(resource) || resource.Type !== 'AWS::CloudFormation::Stack') { continue; }
      const file = this.template(parent.file, resource, around);
      if (!file || chain.includes(file)) { continue; }
      const body = this.body(file);
      if (!body) { continue; }
      this.count += 1;
      if (this.count > MAX_NESTED) { throw new LoadError(parent.file, `more than ${MAX_NESTED} stacks are nested in it, more than an account may have.`); }
      const { account, region } = parent;
      const stack = this.unique(constructPath(parent.stack, logicalId, resource, around.metadata));
      const source = { stack, ...account ? { account } : {}, ...region ? { region } : {}, body, nestedIn: { stack: parent.stack, logicalId }, file };
      found.push(source, ...this.of(source, around, chain));
    }
    return found;
  }

  private template(parent: string, resource: Tree, { folder, root }: Surroundings): string | undefined {
    const metadata = isTree(resource.Metadata) ? resource.Metadata : {};
    const url = isTree(resource.Properties) ? resource.Properties.TemplateURL : undefined;
    const paths = [
      inside(root, folder, metadata['aws:asset:path']),
      ...[...this.assetsIn(folder)].filter(([name]) => texts(url).some(text => text.includes(name))).map(([, path]) => inside(root, folder, path)),
      // as in templates for `aws cloudformation package`
      typeof url === 'string' ? inside(root, dirname(parent), url) : undefined,
    ];
    return paths.find(path => path !== undefined && isFile(path));
  }

  /** The files that are uploaded for the stacks of a folder, by what stands in their URLs. */
  private assetsIn(folder: string): Map<string, string> {
    const known = this.assets.get(folder);
    if (known) { return known; }
    const assets = new Map<string, string>();
    this.assets.set(folder, assets);
    for (const name of readdirSync(folder).filter(entry => entry.endsWith('.assets.json'))) {
      const manifest = quietly(() => parseJson(name, readText(join(folder, name))));
      const files = isTree(manifest) && isTree(manifest.files) ? manifest.files : {};
      for (const [hash, file] of Object.entries(files)) {
        if (hash.length >= 16 && isTree(file) && isTree(file.source) && typeof file.source.path === 'string') { assets.set(hash, file.source.path); }
      }
    }
    return assets;
  }

  private body(file: string): unknown {
    if (!this.bodies.has(file)) {
      const body = quietly(() => parse(file, readText(file)));
      this.bodies.set(file, isTree(body) ? body : undefined);
    }
    return this.bodies.get(file);
  }
}

function resourcesOf(body: unknown): Tree {
  return isTree(body) && isTree(body.Resources) ? body.Resources : {};
}

/** All texts anywhere in a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') { return [value]; }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** The construct path of a nested stack, from the path of the resource that makes it: `Web/Inner.NestedStack/Inner.NestedStackResource` is `Web/Inner`. */
function constructPath(parent: string, logicalId: string, resource: Tree, metadata: () => Tree): string {
  const written = isTree(resource.Metadata) ? resource.Metadata['aws:cdk:path'] : undefined;
  const path = typeof written === 'string' ? written : pathInMetadata(parent, logicalId, metadata());
  const nested = path && /^(.*\/)?([^/]+)\.NestedStack\/\2\.NestedStackResource$/.exec(path);
  const own = nested ? `${nested[1] ?? ''}${nested[2]}` : path;
  return own?.startsWith(`${parent}/`) ? own : `${parent}/${logicalId}`;
}

/** Without path metadata in the templates, the assembly tells the same. */
function pathInMetadata(parent: string, logicalId: string, metadata: Tree): string | undefined {
  for (const [path, entries] of Object.entries(metadata)) {
    if (!path.startsWith(`/${parent}/`) || !Array.isArray(entries)) { continue; }
    if (entries.some(entry => isTree(entry) && entry.type === 'aws:cdk:logicalId' && entry.data === logicalId)) { return path.slice(1); }
  }
  return undefined;
}
