import { App } from 'aws-cdk-lib';
import { CheckOptions } from '../../../src/reachability/check';
import { TemplateSource, Named } from '../../../src/reachability/contract';
import { sourcesOf } from '../apps/working-app';

/** An app with something wrong in it. */
export interface Defect {
  /** The codes of what is found, each with the construct path of its place. */
  readonly finds: readonly string[];
  /** Builds the app; where `mended` is true with what the fix says carried out. */
  readonly build: (app: App, mended: boolean) => void;
  /** What the fix says that somebody does, or decides. */
  readonly says?: RegExp;
  /** It has to be decided by somebody, or is of no use as a patch: no patch is printed. */
  readonly byHand?: boolean;
  /** Statements, of resources by their construct paths. */
  readonly options?: (named: (constructPath: string) => Named) => CheckOptions;
}

/** Apps by the sentence that says what is wrong. */
export interface Defects { readonly [sentence: string]: Defect }

export function synthesize({ build }: Defect, mended: boolean): TemplateSource[] {
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true }, analyticsReporting: false });
  build(app, mended);
  return sourcesOf(app);
}

/** The resource that a construct path leads to. */
export function namedIn(sources: readonly TemplateSource[]): (constructPath: string) => Named {
  return path => {
    for (const { stack, body } of sources) {
      const { Resources: resources = {} } = body as { Resources?: { [id: string]: { Metadata?: { [name: string]: string } } } };
      const found = Object.entries(resources).find(([, { Metadata: metadata }]) => metadata?.['aws:cdk:path']?.replace(/\/(Resource|Default)$/, '') === path);
      if (found) { return { stack, logicalId: found[0] }; }
    }
    throw new Error(`No resource at '${path}'`);
  };
}
