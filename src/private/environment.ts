import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Account and Region of a resource, as the CDK has them. */
interface Environment {
  readonly account: string;
  readonly region: string;
}

/** In what an environment differs from that of a stack, as far as both are known. */
export function differenceFrom(scope: IConstruct, env: Environment): 'account' | 'region' | undefined {
  const here = Stack.of(scope);
  return (['account', 'region'] as const).find(part => Token.compareStrings(env[part], here[part]) === TokenComparison.DIFFERENT);
}
