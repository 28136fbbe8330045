// what an app loads is one file, and what only the checks need another: Node.js takes longer to find hundreds of modules than to run them, see docs/adr/0020
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

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

/** Files find what lies beside them from where they were. */
const inPlace = bundle => ({
  name: 'in-place',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('__dirname', `(__dirname + '/${posix(relative(dirname(bundle), dirname(path)))}')`),
    }));
  },
});

/** Loaded when there is something to check. */
const engineApart = bundle => ({
  name: 'engine-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/engine$/ }, ({ path, resolveDir }) => resolve(resolveDir, `${path}.js`) === ENGINE && bundle !== ENGINE
      ? { path: `./${posix(relative(dirname(bundle), ENGINE))}`, external: true } : undefined);
  },
});

for (const bundle of [resolve('lib/index.js'), ENGINE]) {
  // modules of Node.js that import by name look for the names in the text
  const names = Object.keys(createRequire(import.meta.url)(bundle));
  await build({
    entryPoints: [bundle], outfile: bundle, allowOverwrite: true, bundle: true, platform: 'node', target: 'node20', logLevel: 'warning',
    plugins: [once, inPlace(bundle), engineApart(bundle)],
    footer: { js: `0 && (module.exports = { ${names.join(', ')} });` },
  });
}
