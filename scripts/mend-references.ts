/* What jsii-docgen and jsii-rosetta get wrong in the references for Python and Java is mended after they have written them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mendJava, mendPython } from './site/tabs';

function mend(language: string, change: (code: string) => string, more: (markdown: string) => string = markdown => markdown): void {
  const file = join(__dirname, '..', 'docs', 'api', `${language}.md`);
  const fences = new RegExp(`(?<=^\`\`\`${language}\\n)[\\s\\S]*?(?=^\`\`\`$)`, 'gm');
  writeFileSync(file, more(readFileSync(file, 'utf8').replace(fences, change)));
}

// the type of the keys of a map is missing
mend('python', mendPython, markdown => markdown.replace(/typing\.Mapping\[(?!str, )/g, 'typing.Mapping[str, '));
mend('java', mendJava);
