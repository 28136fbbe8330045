import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..');

/** What `jsii` says of the public API; `npx projen compile` makes it. */
export const ASSEMBLY = join(ROOT, '.jsii');

export interface Documented {
  readonly docs?: { readonly summary?: string; readonly default?: string; readonly returns?: string };
}

export interface Typed {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly union?: unknown;
  readonly collection?: { readonly kind: string; readonly elementtype: Typed };
}

export interface Member extends Documented {
  readonly name: string;
}

export interface Parameter extends Member {
  readonly type: Typed;
  readonly optional?: boolean;
  readonly variadic?: boolean;
}

export interface Property extends Parameter {
  readonly immutable?: boolean;
  readonly static?: boolean;
  readonly const?: boolean;
}

export interface Method extends Member {
  readonly parameters?: Parameter[];
  readonly returns?: { readonly type: Typed; readonly optional?: boolean };
  readonly async?: boolean;
  readonly abstract?: boolean;
  readonly static?: boolean;
}

export interface Type extends Member {
  readonly fqn: string;
  readonly kind?: string;
  readonly base?: string;
  readonly interfaces?: string[];
  readonly datatype?: boolean;
  readonly properties?: Property[];
  readonly methods?: Method[];
  readonly members?: Member[];
  readonly initializer?: { readonly parameters?: Parameter[] };
}

export const types: Type[] = Object.values(JSON.parse(readFileSync(ASSEMBLY, 'utf8')).types);

/** A type without lists and maps around it. */
export function leaf(type: Typed): Typed {
  return type.collection ? leaf(type.collection.elementtype) : type;
}

const byName = new Map(types.map(type => [type.fqn, type]));

/** A struct of ours, of which a type is made. */
function structIn(type: Typed): Type | undefined {
  const found = byName.get(leaf(type).fqn ?? '');
  return found?.datatype ? found : undefined;
}

/** Scope and id of a construct, which are the CDK's to check. */
function isPlace({ name, type }: Parameter, method?: Method): boolean {
  return type.fqn?.startsWith('constructs.') === true && name === 'scope' || name === 'id' && (method === undefined || method.static === true);
}

/**
 * All that a user can give: each prop of a struct as `Struct.prop`, where the struct can be given, be it in a list or in another one; and each parameter that is no
 * struct of ours as `Class.method(parameter)`. Structs of the CDK are one value.
 */
export function given(): string[] {
  const found = new Set<string>();
  const structs = new Set<Type>();
  const visit = (struct: Type | undefined) => {
    if (struct === undefined || structs.has(struct)) { return; }
    structs.add(struct);
    for (const parent of struct.interfaces ?? []) { visit(byName.get(parent)); }
    for (const property of struct.properties ?? []) {
      found.add(`${struct.name}.${property.name}`);
      visit(structIn(property.type));
    }
  };
  for (const type of types) {
    for (const { parameters = [], method } of [{ parameters: type.initializer?.parameters, method: undefined },
      ...(type.methods ?? []).map(each => ({ parameters: each.parameters, method: each }))]) {
      for (const parameter of parameters) {
        if (structIn(parameter.type)) {
          visit(structIn(parameter.type));
        } else if (!isPlace(parameter, method)) {
          found.add(method ? `${type.name}.${method.name}(${parameter.name})` : `new ${type.name}(${parameter.name})`);
        }
      }
      // what a user of an open class returns
      if (method?.abstract) { visit(structIn(method.returns!.type)); }
    }
  }
  return [...found].sort();
}

/** The members of classes that answer with an error where they have nothing to give. */
export function readable(): string[] {
  return types.filter(type => type.kind === 'class').flatMap(type => (type.properties ?? []).map(property => `${type.name}.${property.name}`));
}
