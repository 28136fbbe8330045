import { aws_elasticloadbalancingv2 as elbv2, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { RouteConditions } from './route-conditions';
import { invalid } from './validate';
import { RouteOptions } from '../route-options';

type Transform = elbv2.CfnListenerRule.TransformProperty;

/** What a rule changes in a request before it is sent on. */
export function routeTransforms(
  scope: IConstruct, routeId: string, conditions: RouteConditions, { stripPrefix, hostHeader }: RouteOptions,
): Transform[] | undefined {
  const transforms: Transform[] = [];
  if (stripPrefix) {
    transforms.push({ type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: conditions.stripPrefixRegex(), replace: '/' }] } });
  }
  if (hostHeader !== undefined) {
    if (!Token.isUnresolved(hostHeader) && !/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(hostHeader)) {
      throw invalid(scope, `route '${routeId}' has the 'hostHeader' '${hostHeader}'. Give one host name, without wildcards, such as 'orders.example.com'.`);
    }
    transforms.push({ type: 'host-header-rewrite', hostHeaderRewriteConfig: { rewrites: [{ regex: '^.*', replace: hostHeader }] } });
  }
  return transforms.length > 0 ? transforms : undefined;
}
