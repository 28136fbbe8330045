import { join } from 'node:path';
import type * as yaml from 'yaml';
import { MAX_DEPTH, TOO_DEEP, Tree, isTree } from './tree';

/** More than templates with anchors have, much less than a few lines of aliases to aliases can make. */
const MAX_ALIASED = 100_000;

/** How many levels a parser may stack up: two for each of the value's. */
const MAX_STACK = 2 * MAX_DEPTH;

/** The value of a template in YAML, with the short forms of intrinsic functions (`!Ref`) written out. */
export function parseYaml(text: string): unknown {
  // loaded where there is YAML only
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const lib: typeof yaml = require(join(__dirname, '..', '..', '..', 'assets', 'yaml'));
  const documents = [...compose(lib, text)];
  if (documents.length > 1) { throw new Error('there are several documents in it.'); }
  const [document] = documents;
  const [error] = document.errors;
  if (error) { throw new Error(`${error.message.slice(0, 200)} (${where(text, error.pos[0])})`); }
  return new Reader(lib, text).read(document.contents);
}

/** What is nested too deep is given up while it is read: what comes after recurses, and an overflow in there can end the process. */
function* compose(lib: typeof yaml, text: string): Generator<yaml.Document.Parsed> {
  const parser = new lib.Parser();
  const tokens: yaml.CST.Token[] = [];
  for (const lexeme of new lib.Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_STACK) { throw new Error(TOO_DEEP); }
  }
  tokens.push(...parser.end());
  // every scalar as it is written, keys not compared with each other: both are done here
  const composer = new lib.Composer({ schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false, strict: true });
  yield* composer.compose(tokens, true, text.length);
}

function where(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

interface Anchored {
  readonly value: unknown;
  readonly size: number;
}

class Reader {
  private readonly anchors = new Map<string, Anchored>();
  private size = 0;
  private aliased = 0;

  constructor(private readonly lib: typeof yaml, private readonly text: string) {}

  public read(node: unknown): unknown {
    this.size += 1;
    const { lib } = this;
    if (lib.isAlias(node)) { return this.alias(node); }
    if (!lib.isNode(node)) { return null; }

    const before = this.size;
    const value = this.tagged(node as yaml.Scalar | yaml.YAMLMap | yaml.YAMLSeq);
    if (node.anchor) { this.anchors.set(node.anchor, { value, size: this.size - before + 1 }); }
    return value;
  }

  private alias(node: yaml.Alias): unknown {
    const target = this.anchors.get(node.source);
    if (!target) { throw this.error(node, `the alias *${node.source} stands before the end of what it means, or means nothing`); }
    this.size += target.size;
    this.aliased += target.size;
    if (this.aliased > MAX_ALIASED) { throw this.error(node, 'its aliases repeat too much'); }
    return target.value;
  }

  private tagged(node: yaml.Scalar | yaml.YAMLMap | yaml.YAMLSeq): unknown {
    const { tag } = node;
    const value = this.untagged(node, !tag);
    if (!tag || tag === '!' || /^tag:yaml\.org,2002:(str|map|seq)$/.test(tag)) { return value; }
    if (tag.startsWith('tag:yaml.org,2002:') || !tag.startsWith('!')) { throw this.error(node, `the tag ${tag.replace('tag:yaml.org,2002:', '!!')} is none that templates have`); }
    return intrinsic(tag.slice(1), value);
  }

  private untagged(node: yaml.Scalar | yaml.YAMLMap | yaml.YAMLSeq, mayBeOther: boolean): unknown {
    const { lib } = this;
    if (lib.isMap(node)) { return this.map(node); }
    if (lib.isSeq(node)) { return node.items.map(item => this.read(item)); }
    const text = String((node as yaml.Scalar).value ?? '');
    return mayBeOther && (node.type === undefined || node.type === 'PLAIN') ? plain(text) : text;
  }

  private map(node: yaml.YAMLMap): Tree {
    const own = new Map<string, unknown>();
    const merged: Tree[] = [];
    for (const pair of node.items) {
      if (!this.lib.isScalar(pair.key)) { throw this.error(pair.key ?? node, 'a key is not a text'); }
      const key = String(pair.key.value ?? '');
      const value = this.read(pair.value);
      if (key === '<<' && pair.key.type === 'PLAIN') {
        merged.push(...this.sources(pair.key, value));
      } else if (own.has(key)) {
        throw this.error(pair.key, `the key ${JSON.stringify(key)} is there twice`);
      } else {
        own.set(key, value);
      }
    }
    // the first to have a key wins, and the map itself is before all that it merges
    const entries = [...merged.reverse().flatMap(tree => Object.entries(tree)), ...own];
    return Object.fromEntries(entries);
  }

  private sources(key: unknown, value: unknown): Tree[] {
    const sources = Array.isArray(value) ? value : [value];
    if (!sources.every(isTree)) { throw this.error(key, 'the key << takes maps'); }
    return sources;
  }

  private error(node: unknown, message: string): Error {
    const range = (node as yaml.Node).range;
    return new Error(`${message} (${where(this.text, range?.[0] ?? 0)})`);
  }
}

function intrinsic(name: string, value: unknown): Tree {
  if (name === 'Ref' || name === 'Condition') { return { [name]: value }; }
  if (name === 'GetAtt' && typeof value === 'string' && value.includes('.')) {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

/**
 * What an unquoted text means: booleans as in YAML 1.1, which is CloudFormation's, but numbers only where nothing gets lost.
 * Versions (`1.10`), dates and account ids with leading zeros stay what is written.
 */
function plain(text: string): unknown {
  if (/^(|~|null|Null|NULL)$/.test(text)) { return null; }
  if (/^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)) { return true; }
  if (/^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text)) { return false; }
  return /^-?\d/.test(text) && String(Number(text)) === text ? Number(text) : text;
}
