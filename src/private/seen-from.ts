import { IResolvable, Reference, ReferenceStrength, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * A value of a construct as another stack may read it: by weak references. Strong ones are exports in use, which cannot change: a load balancer, a target group or an endpoint could
 * not be replaced while another stack knows it.
 */
export function seenFrom(scope: IConstruct, owner: IConstruct, value: string): string {
  // nested stacks and what they are nested in are deployed together, and know each other's values
  const isDeployedTogether = nestedIn(scope).pop() === nestedIn(owner).pop();
  if (isDeployedTogether || !Token.isUnresolved(value)) { return value; }
  const parts = Tokenization.reverseString(value).mapTokens({ mapToken: token => Reference.isReference(token) ? weak(token) : token });
  return parts.join({ join: (left, right) => `${left ?? ''}${right ?? ''}` });
}

/** The stack of a construct and those that it is nested in, from within. A stack that merely stands in the scope of another is none of them. */
export function nestedIn(scope: IConstruct): Stack[] {
  const stacks: Stack[] = [];
  for (let stack: Stack | undefined = Stack.of(scope); stack; stack = stack.nestedStackParent) { stacks.push(stack); }
  return stacks;
}

function weak(reference: IResolvable): IResolvable {
  return Tokenization.reverse(Stack.consumeReference(Token.asString(reference), ReferenceStrength.WEAK))!;
}
