/* The README that goes to PyPI and into the jar is the one in .jsii, where links have no repository to be relative to, as they have on npm and GitHub. */
import { readFileSync, writeFileSync } from 'node:fs';

const assembly = JSON.parse(readFileSync('.jsii', 'utf8'));
const { homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
assembly.readme.markdown = assembly.readme.markdown.replace(/(?<=\]\()(?![a-z]+:|#)/g, `${homepage}/blob/main/`);
writeFileSync('.jsii', JSON.stringify(assembly, undefined, 2));
