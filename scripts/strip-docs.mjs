// docstrings are read in the types, in .jsii and in the references; a third of the compiled code would be these again
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

for (const entry of readdirSync('lib', { recursive: true }).filter(name => name.endsWith('.js'))) {
  const file = join('lib', entry);
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const docs = new Map();
  const visit = node => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) {
      if (text.startsWith('/**', pos)) { docs.set(pos, end); }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let stripped = text;
  for (const [pos, end] of [...docs].sort(([one], [other]) => other - one)) {
    const begin = stripped.lastIndexOf('\n', pos) + 1;
    const isAlone = stripped.slice(begin, pos).trim() === '' && /^[ \t]*\n/.test(stripped.slice(end));
    stripped = isAlone ? stripped.slice(0, begin) + stripped.slice(stripped.indexOf('\n', end) + 1) : stripped.slice(0, pos) + stripped.slice(end);
  }
  writeFileSync(file, stripped);
}
