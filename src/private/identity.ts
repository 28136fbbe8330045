import { createHash } from 'node:crypto';
import { Reference, Stack, Tokenization } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

/** An id for the parts that belong to one endpoint service: the same for the same service, whatever else is there, and readable. */
export function idOfService(scope: IConstruct, serviceName: string): string {
  const resolved = Stack.of(scope).resolve(serviceName);
  if (typeof resolved === 'string') { return pascalCase(resolved.split('.').pop()!) + hash(resolved); }

  // two stacks may use one logical id: a reference counts by the path of what it refers to
  const tokens = Tokenization.reverseString(serviceName).tokens;
  const references = tokens.filter(Reference.isReference);
  if (references.length === 0) { return `Service${hash(JSON.stringify(resolved))}`; }
  const identity = references.map(({ target, displayName }) => `${target.node.path}.${displayName}`).join();
  return pascalCase(references[references.length - 1].target.node.scope!.node.id) + hash(identity);
}

/** An id for the parts that belong to one construct made elsewhere. */
export function idOfConstruct(construct: IConstruct): string {
  return pascalCase(construct.node.id) + hash(construct.node.path);
}

function pascalCase(text: string): string {
  return text.split(/[^A-Za-z0-9]+/).map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase();
}
