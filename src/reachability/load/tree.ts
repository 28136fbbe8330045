/** Beyond any template that people or the CDK write; what walks a template later may recurse. */
export const MAX_DEPTH = 200;

export type Tree = { readonly [name: string]: unknown };

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What makes a parsed value unfit for code that recurses, or copies objects key by key; `undefined` if nothing does. */
export function unfit(value: unknown): string | undefined {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) { return TOO_DEEP; }
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) { continue; }
      if (Object.hasOwn(item, '__proto__')) { return 'it has the key `__proto__`, which nothing in a template has'; }
      for (const child of Object.values(item)) { next.push(child); }
    }
    level = next;
  }
  return undefined;
}

export const TOO_DEEP = `it is nested more than ${MAX_DEPTH} levels deep`;
