const HEADING = '## Your first stack';

/** The app of the README's section on the first stack in a language. */
export function firstStack(readme: string, fence: string): string {
  const section = readme.slice(readme.indexOf(`\n${HEADING}\n`) + 1).split(/^## /m)[1] ?? '';
  const [block, ...more] = [...section.matchAll(new RegExp(`^\`\`\`${fence}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code);
  if (!block || more.length > 0) { throw new Error(`README.md needs one block of \`\`\`${fence} under "${HEADING}", has ${block ? more.length + 1 : 0}.`); }
  return block;
}
