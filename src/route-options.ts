import { aws_elasticloadbalancingv2 as elbv2 } from 'aws-cdk-lib';

/** Which requests a route takes, and how it sends them on. */
export interface RouteOptions {
  /**
   * The paths of the route. A path without a wildcard means itself and everything below it: `/vpc2` is `/vpc2` and `/vpc2/*`. A pattern with `*` or `?` is taken as
   * it is. Patterns see the path without the query, mind upper and lower case, and have at most 128 characters. A rule takes five values and five wildcards in
   * all, and a path without a wildcard is two values.
   *
   * @default - every path
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
   */
  readonly paths?: string[];

  /**
   * The host names of the route, with `*` and `?` as wildcards, at least one dot and at most 128 characters; upper and lower case are the same. They count among the five
   * values of a rule.
   *
   * @default - every host name
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#host-conditions
   */
  readonly hosts?: string[];

  /**
   * Further conditions, all of which must hold: headers, methods, query strings, source addresses. One for each field; their values count among the five of a rule. Paths
   * and host names belong into `paths` and `hosts`.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
   */
  readonly conditions?: elbv2.ListenerCondition[];

  /**
   * The place of the rule among those of the listener, 1 (first) to 50,000, known at synth, which no other rule of the listener may have. It is the identity of the rule: routes can swap priorities in place, while with another
   * number the rule is made anew and the old one deleted afterwards. On a listener that was made elsewhere it is required.
   *
   * @default - derived from the route's id, deeper paths before shallower ones
   */
  readonly priority?: number;

  /**
   * Whether the path of the route is taken off before the request is sent on: `/vpc2/cart` arrives as `/cart`. What answers is not told the prefix; redirects, cookies
   * and absolute links of the application must know it. Only for paths without wildcards.
   *
   * @default false - the path is forwarded unchanged
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
   */
  readonly stripPrefix?: boolean;

  /**
   * The Host header with which requests are sent on: one host name, without wildcards.
   *
   * @default - the client's; in a hub that of the preset, if there is one
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
   */
  readonly hostHeader?: string;
}
