/** A value of a form-encoded request: `Targets.member.1.Id=…` arrives as `{ Targets: [{ Id: … }] }`. */
export type Param = string | Param[] | Params;
export interface Params { [name: string]: Param }

/** What an action answers, in the element names of the wire; lists become `<item>` or `<member>`. */
export type Xml = string | number | boolean | undefined | Xml[] | XmlStructure;
export interface XmlStructure { [element: string]: Xml }

/** An error that AWS would answer. */
export class AwsError extends Error {
  constructor(readonly code: string, message: string, readonly status = 400) {
    super(message);
    this.name = code;
  }
}

/** One action of a service. */
export interface Action {
  /** The ARNs that IAM checks the request against; absent for actions that know no resource-level permission. */
  readonly resources?: (params: Params) => string[];
  /** What the action answers when it cannot (yet) see what was asked for, where that is an error. */
  readonly notFound: (params: Params) => AwsError | undefined;
  /** Leaves the last `omit` entries out of an answer, as an answer does that is not consistent yet. */
  readonly shorten?: (answer: XmlStructure, omit: number) => XmlStructure;
  /** With a limit answers no more entries than that, the others on further pages. */
  readonly run: (params: Params, limit?: number) => XmlStructure;
}

/** One service: its actions, and how it wraps answers and errors. */
export interface Service {
  /** The prefix of its actions in IAM. */
  readonly name: 'ec2' | 'elasticloadbalancing' | 'cloudformation';
  /** The version of its API; requests for the two services differ in it. */
  readonly version: string;
  readonly actions: { readonly [name: string]: Action };
  readonly throttling: AwsError;
  readonly accessDenied: (message: string) => AwsError;
  readonly answerXml: (action: string, answer: XmlStructure, requestId: string) => string;
  readonly errorXml: (error: AwsError, requestId: string) => string;
}

export function parseParams(form: URLSearchParams): Params {
  const root: Params = {};
  for (const [name, value] of form) {
    const path = name.split('.').filter(segment => segment !== 'member');
    const last = path.pop()!;
    let node = root;
    for (const segment of path) {
      node = (node[segment] ??= {}) as Params;
    }
    node[last] = value;
  }
  delete root.Action;
  delete root.Version;
  return numberedToLists(root) as Params;
}

function numberedToLists(value: Param): Param {
  if (typeof value === 'string') { return value; }
  const entries = Object.entries(value).map(([name, child]) => [name, numberedToLists(child)] as const);
  return entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name))
    ? entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child)
    : Object.fromEntries(entries);
}

export function text(params: Params, name: string): string | undefined {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The query protocol sends an empty list as an empty string, so everything but a list counts as empty. */
export function texts(params: Params, name: string): string[] {
  const value = params[name];
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

export function structures(params: Params, name: string): Params[] {
  const value = params[name];
  return Array.isArray(value) ? value.filter((item): item is Params => typeof item === 'object' && !Array.isArray(item)) : [];
}

export function renderXml(value: Xml, listElement: 'item' | 'member'): string {
  if (Array.isArray(value)) {
    return value.map(item => `<${listElement}>${renderXml(item, listElement)}</${listElement}>`).join('');
  }
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .map(([name, child]) => `<${name}>${renderXml(child, listElement)}</${name}>`)
      .join('');
  }
  return String(value ?? '').replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`);
}

/** Matches with the wildcards `*` and `?`, as IAM and EC2's filters have them. */
export function matchesWildcards(pattern: string, value: string, flags = ''): boolean {
  if (flags === '' && !/[*?]/.test(pattern)) { return pattern === value; }
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(value);
}
