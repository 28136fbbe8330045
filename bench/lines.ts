import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

/** The lines between the braces of each class of a file of this folder that hold more than space and comments. */
export function linesOfClasses(file: string): { [name: string]: number } {
  const source = ts.createSourceFile(file, readFileSync(join(__dirname, file), 'utf8'), ts.ScriptTarget.ES2022, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const counts: { [name: string]: number } = {};
  source.forEachChild(node => {
    if (!ts.isClassDeclaration(node)) { return; }
    const lines = new Set<number>();
    const visit = (child: ts.Node): void => {
      if (child.getChildCount(source) === 0 && child.getWidth(source) > 0) { lines.add(lineOf(child.getStart(source))); }
      child.getChildren(source).forEach(visit);
    };
    node.members.forEach(visit);
    counts[node.name!.text] = lines.size;
  });
  return counts;
}
