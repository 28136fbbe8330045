import { aws_elasticloadbalancingv2 as elbv2, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalid, Validate } from './validate';
import { RouteOptions } from '../route-options';

const MAX_VALUES = 5;
const MAX_WILDCARDS = 5;
const MAX_PATTERN_LENGTH = 128;
const ONCE_A_RULE = ['host-header', 'path-pattern', 'http-request-method', 'source-ip'];
const PATH_CHARACTERS = /^[A-Za-z0-9_\-.$/~"'@:+&*?]+$/;
const HOST_NAME = /^[A-Za-z0-9\-.*?]+$/;

/** By what a route takes requests. */
export type RouteConditionsProps = Pick<RouteOptions, 'paths' | 'hosts' | 'conditions'>;

/** The conditions of a route, checked, with what other routes need to know of them. */
export class RouteConditions {
  public readonly pathPatterns: string[];
  public readonly hosts: string[];
  private readonly custom: elbv2.ListenerCondition[];

  constructor(private readonly scope: IConstruct, private readonly routeId: string, private readonly props: RouteConditionsProps) {
    const validate = new Validate(scope);
    for (const prop of ['paths', 'hosts', 'conditions'] as const) {
      validate.notEmpty(`routes.${routeId}.${prop}`, props[prop], 'Leave it out, or say which requests the route takes.');
    }
    if (!props.paths && !props.hosts && !props.conditions) {
      throw this.error("needs at least one of 'paths', 'hosts' and 'conditions', got none. Say which requests the route takes; what no route takes is left to the listener's default");
    }
    this.pathPatterns = [...new Set((props.paths ?? []).flatMap(path => this.patternsOfPath(path)))];
    this.hosts = [...new Set((props.hosts ?? []).map(host => this.checkedHost(host)))];
    this.custom = props.conditions ?? [];
    this.checkQuotas();
    this.checkFields();
  }

  /** As the rule takes them. */
  public render(): elbv2.ListenerCondition[] {
    return [
      ...this.pathPatterns.length > 0 ? [elbv2.ListenerCondition.pathPatterns(this.pathPatterns)] : [],
      ...this.hosts.length > 0 ? [elbv2.ListenerCondition.hostHeaders(this.hosts)] : [],
      ...this.custom,
    ];
  }

  /** How specific the conditions are: the segments of the shallowest path, one more with a host name. */
  public get depth(): number {
    const depths = (this.props.paths ?? ['/']).map(path => path.split('/').filter(segment => segment !== '' && segment !== '*').length);
    return Math.min(...depths) + (this.hosts.length > 0 ? 1 : 0);
  }

  /** Whether one request may meet both; not known, and so false, where conditions are given that are neither paths nor hosts. */
  public overlaps(other: RouteConditions): boolean {
    if (this.custom.length > 0 || other.custom.length > 0) { return false; }
    return anyPair(this.pathPatterns, other.pathPatterns, patternsOverlap)
      && anyPair(lower(this.hosts), lower(other.hosts), patternsOverlap);
  }

  /** Whether each request that meets the other meets this one too. */
  public covers(other: RouteConditions): boolean {
    if (this.custom.length > 0) { return false; }
    return everyCovered(this.pathPatterns, other.pathPatterns) && everyCovered(lower(this.hosts), lower(other.hosts));
  }

  /**
   * The regular expression that takes the prefixes of the paths off the URL, with what is left being put behind a `/`. The load balancer applies it to path and
   * query, and to requests only that met one of the paths, so that it needs no end.
   */
  public stripPrefixRegex(): string {
    const paths = this.props.paths ?? [];
    if (paths.length === 0) { throw this.error("has 'stripPrefix' but no 'paths'. Name the paths whose prefix is to be taken off"); }
    const prefixes = paths.map(path => {
      if (Token.isUnresolved(path) || hasWildcard(path)) {
        throw this.error(`has 'stripPrefix' and the path '${path}', whose prefix is not known. Use paths without wildcards, such as '/orders'`);
      }
      return trimSlash(path);
    });
    for (const outer of prefixes) {
      const inner = prefixes.find(prefix => prefix.startsWith(`${outer}/`));
      if (inner !== undefined) {
        throw this.error(`has 'stripPrefix' and the paths '${outer}' and '${inner}', of which both prefixes fit '${inner}/…'. Make two routes of them`);
      }
    }
    const longestFirst = [...prefixes].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).map(escapeRegex);
    return longestFirst.length === 1 ? `^${longestFirst[0]}/?` : `^(${longestFirst.join('|')})/?`;
  }

  private patternsOfPath(path: string): string[] {
    if (Token.isUnresolved(path)) { return [path]; }
    if (!/^[/*]/.test(path) || !PATH_CHARACTERS.test(path)) {
      throw this.error(`has the path '${path}'. A path begins with '/' and has letters, digits and _-.$/~"'@:+& only, with * and ? as wildcards; `
        + 'ELBv2 compares it with the path of the URL, without the query, minding upper and lower case');
    }
    const patterns = hasWildcard(path) ? [path] : trimSlash(path) === '' ? ['/*'] : [trimSlash(path), `${trimSlash(path)}/*`];
    return patterns.map(pattern => this.checkedLength(pattern));
  }

  private checkedHost(host: string): string {
    if (Token.isUnresolved(host)) { return host; }
    if (!HOST_NAME.test(host) || !/\.[A-Za-z*?]+$/.test(host)) {
      throw this.error(`has the host '${host}'. A host name has letters, digits, - and at least one dot, with * and ? as wildcards, and no port; `
        + "behind its last dot stand letters only, as in '*.example.com'");
    }
    return this.checkedLength(host);
  }

  private checkedLength(pattern: string): string {
    if (pattern.length > MAX_PATTERN_LENGTH) {
      throw this.error(`has the pattern '${pattern.slice(0, 60)}…' with ${pattern.length} characters, and ELBv2 takes ${MAX_PATTERN_LENGTH}. Use a shorter one with a wildcard`);
    }
    return pattern;
  }

  private checkFields(): void {
    const conditions = this.render().map(condition => condition.renderRawCondition());
    const fields = conditions.map(({ field }) => field);
    const twice = ONCE_A_RULE.find(field => fields.indexOf(field) !== fields.lastIndexOf(field));
    if (twice !== undefined) {
      throw this.error(`has two conditions on ${twice}, and a rule takes one. Put all of their values into one condition; paths and host names into 'paths' and 'hosts'`);
    }
    const same = repeated(conditions);
    if (same) { throw this.error(`has the same condition on ${same.field} twice in 'conditions', and a rule takes each one once. Leave one out`); }
    for (const condition of conditions) {
      const value = repeated(valuesIn(condition));
      if (value !== undefined) {
        throw this.error(`has ${JSON.stringify(value)} twice in its condition on ${condition.field}, and a condition takes each value once. Leave one out of 'conditions'`);
      }
    }
  }

  private checkQuotas(): void {
    const values = [...this.pathPatterns, ...this.hosts, ...this.custom.flatMap(condition => valuesIn(condition.renderRawCondition()).map(value => `${value.value ?? value}`))];
    if (values.length > MAX_VALUES) {
      throw this.error(`has ${values.length} condition values (${values.join(', ')}), and a rule takes ${MAX_VALUES}; a path without a wildcard counts twice. `
        + 'Make two routes of it, which share the endpoint, or use a wildcard');
    }
    const wildcards = values.join('').replace(/[^*?]/g, '').length;
    if (wildcards > MAX_WILDCARDS) {
      throw this.error(`has ${wildcards} wildcards (${values.join(', ')}), and a rule takes ${MAX_WILDCARDS}. Make two routes of it, which share the endpoint`);
    }
  }

  private error(message: string): Error {
    return invalid(this.scope, `route '${this.routeId}' ${message}.`);
  }
}

/** Whether some text fits both patterns. */
export function patternsOverlap(a: string, b: string): boolean {
  // most routes of a listener begin differently, and each is compared with each
  const [beginning, other] = [literalBeginning(a), literalBeginning(b)];
  if (!beginning.startsWith(other) && !other.startsWith(beginning)) { return false; }
  if (Token.isUnresolved(a) || Token.isUnresolved(b)) { return a === b; }
  // reach[j]: some text fits both what was read of a and the first j characters of b
  let reach = Array.from({ length: b.length + 1 }, (_, j) => /^\**$/.test(b.slice(0, j)));
  for (const c of a) {
    const next = [c === '*' && reach[0]];
    for (let j = 1; j <= b.length; j++) {
      const d = b[j - 1];
      next[j] = c === '*' || d === '*' ? reach[j] || next[j - 1] : (c === d || c === '?' || d === '?') && reach[j - 1];
    }
    reach = next;
  }
  return reach[b.length];
}

/** Whether each text that fits `inner` fits `outer`; false where that takes more than reading the wildcards of `inner` as ordinary characters. */
export function patternCovers(outer: string, inner: string): boolean {
  if (Token.isUnresolved(outer) || Token.isUnresolved(inner)) { return outer === inner; }
  const regex = [...outer].map(c => c === '*' ? '.*' : c === '?' ? '[^*]' : escapeRegex(c)).join('');
  return new RegExp(`^${regex}$`, 's').test(inner);
}

function everyCovered(outer: string[], inner: string[]): boolean {
  if (outer.length === 0) { return true; }
  return inner.length > 0 && inner.every(pattern => outer.some(candidate => patternCovers(candidate, pattern)));
}

/** No patterns mean that everything fits. */
function anyPair(left: string[], right: string[], test: (a: string, b: string) => boolean): boolean {
  return left.length === 0 || right.length === 0 || left.some(a => right.some(b => test(a, b)));
}

/** The values of a condition: texts, or, of a query string, pairs of key and value. */
function valuesIn(rawCondition: any): any[] {
  return Object.values<any>(rawCondition).flatMap(config => Array.isArray(config?.values) ? config.values : []);
}

/** The first that was there before, by its content. */
function repeated<T>(values: T[]): T | undefined {
  const texts = values.map(textOf);
  return values.find((_, index) => texts.indexOf(texts[index]) !== index);
}

/** The same for the same content, whatever the order of its keys; a token is the same as itself only. */
function textOf(value: any): string {
  if (Array.isArray(value)) { return `[${value.map(textOf)}]`; }
  if (typeof value !== 'object' || value === null) { return JSON.stringify(value); }
  if (Token.isUnresolved(value)) { return Token.asString(value); }
  const keys = Object.keys(value).filter(key => value[key] !== undefined).sort();
  return `{${keys.map(key => `${JSON.stringify(key)}:${textOf(value[key])}`)}}`;
}

function lower(values: string[]): string[] {
  return values.map(value => Token.isUnresolved(value) ? value : value.toLowerCase());
}

function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

function literalBeginning(pattern: string): string {
  return pattern.split(/[*?]/, 1)[0];
}

function trimSlash(path: string): string {
  return path.replace(/\/$/, '');
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
