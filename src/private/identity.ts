import { createHash } from 'node:crypto';
import { DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, StringConcat, Tokenization } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

/** An id for the parts that belong to one endpoint service: the same for the same service, whatever else is there, and readable. */
export function idOfService(scope: IConstruct, serviceName: string): string {
  const resolver = new PathResolver();
  const identity = JSON.stringify(Tokenization.resolve(serviceName, { scope, resolver, preparing: false }));
  const readable = resolver.lastReferenced?.node.scope?.node.id ?? identity.split('.').pop()!;
  return pascalCase(readable) + hash(identity);
}

/** An id for the parts that belong to one construct made elsewhere. */
export function idOfConstruct(construct: IConstruct): string {
  return pascalCase(construct.node.id) + hash(construct.node.path);
}

/** Resolves references to the paths of what they refer to: logical ids may be the same in two stacks. */
class PathResolver extends DefaultTokenResolver {
  public lastReferenced?: IConstruct;

  constructor() {
    super(new StringConcat());
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): any {
    if (!Reference.isReference(token)) { return super.resolveToken(token, context, postProcessor); }
    this.lastReferenced = token.target;
    return `${token.target.node.path}.${token.displayName}`;
  }
}

function pascalCase(text: string): string {
  return text.split(/[^A-Za-z0-9]+/).map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('').slice(0, 60);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}
