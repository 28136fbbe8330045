/** An example in the other languages. */
export interface Translation {
  readonly python: string;
  readonly java: string;
}

/** What jsii-rosetta gets wrong in Python: an import names a struct as often as it is used, and names within a text stay in camel case. */
export function mendPython(code: string): string {
  return code
    .replace(/^from (\S+) import (.*)$/gm, (_, module, names) => `from ${module} import ${[...new Set(names.split(', '))].join(', ')}`)
    .replace(/\bf"[^"\n]*"/g, text => text.replace(/\{\w+\}/g, name => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)));
}

/**
 * What jsii-rosetta gets wrong in Java: a property on the way to a method is not read by its getter, the elements that a loop
 * goes through are objects without a type, and a comment before a builder comes twice.
 */
export function mendJava(code: string): string {
  return code
    .replace(/(?<![\w."])([a-z]\w*)\.([a-z])(\w*)(?=\.[a-z]\w*\()/g, (_, object, initial, name) => `${object}.get${initial.toUpperCase()}${name}()`)
    .replace(/for \(Object (?=\w+ : )/g, 'for (var ')
    .replace(/^([ \t]*\/\/.*)\n(?:[ \t]*\n)?\1$/gm, '$1');
}

/** Puts each example in TypeScript under tabs with its translations, of which the reader's choice is kept. */
export function addTabs(markdown: string, translate: (code: string) => Translation): string {
  return markdown.replace(/^```ts\n([\s\S]*?)^```$/gm, (_, code: string) => {
    const { python, java } = translate(code.trimEnd());
    const tab = (title: string, language: string, source: string) => `== ${title}\n\`\`\`${language}\n${source.trimEnd()}\n\`\`\``;
    const tidy = (source: string) => source.replace(/\n{3,}/g, '\n\n');
    return [':::tabs key:language', tab('TypeScript', 'ts', code), tab('Python', 'python', tidy(mendPython(python))), tab('Java', 'java', tidy(mendJava(java))), ':::'].join('\n');
  });
}
