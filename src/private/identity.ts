import { createHash } from 'node:crypto';
import {
  CfnResource, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stage, StringConcat, Tokenization,
} from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { IEndpointService } from '../endpoint-service';

/**
 * An id for what belongs to the bearer of a name, an id or an address: the same for the same thing, whatever else is there, and readable.
 */
export function idOfValue(scope: IConstruct, value: string): string {
  const references = new ReferenceFinder();
  const name = resolvedPaths(scope, value, references);
  const [first] = references.found;
  // what is referred to counts by its path, because logical ids may be the same in two stacks, and alone, because a Region may become known later
  return first
    ? pascalCase(first.target.node.scope!.node.id) + shortHash(references.found.map(pathOf).join())
    : pascalCase(name.split('.').pop()!) + shortHash(name);
}

/** An id for the parts that belong to one construct made elsewhere. */
export function idOfConstruct(construct: IConstruct): string {
  return pascalCase(construct.node.id) + shortHash(pathBelowStage(construct));
}

/** What a message calls a service. */
export function readableName(service: IEndpointService): string {
  return Construct.isConstruct(service) ? service.node.path : service.name;
}

/** A value in which references stand as paths: the same for the same thing, in whichever stack it is read. */
export function pathsIn(scope: IConstruct, value: unknown, resolver = new ReferenceFinder()): unknown {
  return Tokenization.resolve(value, { scope, resolver, preparing: false });
}

/** The same as text. */
export function resolvedPaths(scope: IConstruct, value: unknown, resolver?: ReferenceFinder): string {
  return JSON.stringify(pathsIn(scope, value, resolver));
}

class ReferenceFinder extends DefaultTokenResolver {
  public readonly found: Reference[] = [];

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (!Reference.isReference(token)) { return super.resolveToken(token, context, postProcessor); }
    this.found.push(token);
    return pathOf(token);
  }
}

function pathOf({ target, displayName }: Reference): string {
  return `${pathBelowStage(target)}.${displayName}`;
}

function pascalCase(text: string): string {
  return text.split(/[^A-Za-z0-9]+/).map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('').slice(0, 60);
}

/** The path as it is in every stage of a pipeline. */
export function pathBelowStage(construct: IConstruct): string {
  return construct.node.path.slice(Stage.of(construct)!.node.path.length).replace(/^\//, '');
}

/**
 * All resources of a class that the app makes in the same stage, in whichever stack. Other stages have their own copies of everything, under the same paths below
 * the stage.
 */
export function resourcesOfStage<T extends CfnResource>(scope: IConstruct, type: new (...args: any[]) => T): T[] {
  const stage = Stage.of(scope)!;
  return stage.node.findAll().filter((node): node is T => node instanceof type && Stage.of(node) === stage);
}

/** Eight hexadecimal digits that stand for a text in an id. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}
