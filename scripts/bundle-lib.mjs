// what an app loads is one file, and what only the checks need another: Node.js takes longer to find hundreds of modules than to run them, see docs/adr/0020
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

const ENGINE = resolve('lib/reachability/engine.js');
const posix = path => path.replaceAll('\\', '/');

/** What is not ours is required once, not once in each file that names it. */
const once = {
  name: 'once',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, namespace }) => {
      if (kind === 'entry-point') { return undefined; }
      return namespace === 'once' ? { path, external: true } : { path, namespace: 'once' };
    });
    onLoad({ filter: /./, namespace: 'once' }, ({ path }) => ({ contents: `module.exports = require('${path}');`, resolveDir: '.' }));
  },
};

/** Files find what lies beside them from where they were, and leave their comments to the types. */
const inPlace = bundle => ({
  name: 'in-place',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/].*\.js$/ }, ({ path }) => {
      const { outputText } = ts.transpileModule(readFileSync(path, 'utf8'), {
        fileName: path, compilerOptions: { allowJs: true, removeComments: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
      });
      return { contents: outputText.replaceAll('__dirname', `(__dirname + '/${posix(relative(dirname(bundle), dirname(path)))}')`) };
    });
  },
});

/** Loaded when there is something to check. */
const engineApart = bundle => ({
  name: 'engine-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/engine$/ }, ({ path, resolveDir }) => resolve(resolveDir, `${path}.js`) === ENGINE
      ? { path: `./${posix(relative(dirname(bundle), ENGINE))}`, external: true } : undefined);
  },
});

for (const bundle of [resolve('lib/index.js'), ENGINE]) {
  if (readFileSync(bundle, 'utf8').includes('__commonJS')) { throw new Error(`${bundle} is a bundle already: compile first`); }
  // modules of Node.js that import by name look for the names in the text
  const names = Object.keys(createRequire(import.meta.url)(bundle));
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [bundle], outfile: bundle, allowOverwrite: true, write: false, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning',
    plugins: [once, inPlace(bundle), engineApart(bundle)],
    footer: { js: `0 && (module.exports = { ${names.join(', ')} });` },
  });
  // esbuild gives a class that names itself a second name within, by which it would go in messages
  const renamed = [...text.matchAll(/\b(\w+) = class _\1\b/g)].map(([, name]) => name);
  writeFileSync(bundle, renamed.reduce((code, name) => code.replace(new RegExp(`\\b_${name}\\b`, 'g'), name), text));
}
