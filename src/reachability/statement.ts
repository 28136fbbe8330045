import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { Statement } from './contract';
import { ReachabilityStatement } from './reachability-statement';
import { invalid } from '../private/validate';

/** A statement in the words of the templates. */
export function statementOf(scope: IConstruct, { source, destination, port }: ReachabilityStatement): Statement {
  if (port !== undefined && (Token.isUnresolved(port) || !Number.isInteger(port) || port < 1 || port > 65535)) {
    throw invalid(scope, `'port' of a reachability statement must be an integer between 1 and 65535, got: ${Token.isUnresolved(port) ? 'a token' : port}.`);
  }
  return { source: source._bind(scope), destination: destination._bind(scope), port };
}
