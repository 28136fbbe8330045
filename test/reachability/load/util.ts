import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TemplateSource } from '../../../src/reachability/contract';

const folders: string[] = [];

/** A folder with files, each a text or what becomes JSON. */
export function folderWith(files: { [path: string]: unknown } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) { rmSync(folder, { recursive: true, force: true }); }
}

/** The manifest of an assembly, of a version far ahead. */
export function manifest(artifacts: { [id: string]: unknown }): unknown {
  return { version: '999.0.0', artifacts };
}

/** What a manifest says of a stack. */
export function stackArtifact(templateFile: string, more: { [key: string]: unknown } = {}): unknown {
  return { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region', properties: { templateFile }, ...more };
}

export function template(resources: { [id: string]: unknown } = {}): { Resources: { [id: string]: unknown } } {
  return { Resources: resources };
}

/** A resource that nests the template of a file. */
export function nesting(file: string): unknown {
  return { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://bucket/x' }, Metadata: { 'aws:asset:path': file } };
}

export function names(sources: TemplateSource[]): string[] {
  return sources.map(source => source.stack);
}
