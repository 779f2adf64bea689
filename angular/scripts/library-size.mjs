// Prints what each feature of the library adds to an application: minified, compressed with gzip, without Angular and
// RxJS. Chunks that are loaded later are counted apart. Fails if a budget is exceeded.
import { build } from 'esbuild';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const library = join(workspace, 'dist/vestibule');
// The optimizer of the Angular CLI: without it, esbuild keeps each class. The package does not export it.
const tools = join(workspace, 'node_modules/@angular/build/src');
const { JavaScriptTransformer } = await import(
  join(tools, 'tools/javascript-transformer/javascript-transformer.js')
);
const { initializeHash } = await import(join(tools, 'utils/hash.js'));
await initializeHash();
const transformer = new JavaScriptTransformer({ sourcemap: false, advancedOptimizations: true });

const CORE = ['Session', 'signedInGuard', 'roleGuard', 'vestibuleInterceptors', 'provideVestibule'];
/** Names to import, and the budget in bytes. With `above`, the budget is for what they add to those names. */
const FEATURES = [
  { feature: 'session, guards and interceptors', names: CORE, budget: 10_240 },
  { feature: 'withOptions', names: ['withOptions'], above: CORE, budget: 150 },
  { feature: 'withBackends', names: ['withBackends'], above: CORE, budget: 100 },
  { feature: 'withHostedPages', names: ['withHostedPages'], above: CORE, budget: 1_100 },
  { feature: 'VestibuleIf', names: ['VestibuleIf'], above: CORE, budget: 700 },
  { feature: 'withKeepAlive', names: ['withKeepAlive'], above: CORE, budget: 900 },
  { feature: 'withIdleWarning', names: ['withIdleWarning'], above: CORE, budget: 400 },
  { feature: 'withServerEvents', names: ['withServerEvents'], above: CORE, budget: 900 },
  { feature: 'returnPath', names: ['returnPath'], budget: 500 },
  { feature: 'problemOf', names: ['problemOf'], budget: 500 },
  { feature: 'isEndReason', names: ['isEndReason'], budget: 300 },
  { feature: 'pingInterval', names: ['pingInterval'], budget: 200 },
  { feature: 'KeepAlive', names: ['KeepAlive'], budget: 700 },
  { feature: 'PROBLEM_CODES', names: ['PROBLEM_CODES'], budget: 900 },
  {
    feature: 'provideVestibuleServer, in a browser',
    names: ['provideVestibuleServer'],
    budget: 200,
  },
];

const linked = {
  name: 'angular-optimizer',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /dist\/vestibule\/.*\.mjs$/ }, async ({ path }) => ({
      contents: await transformer.transformFile(path, {
        sideEffects: () => Promise.resolve(false),
      }),
    }));
  },
};

/** Returns the compressed bytes of an application that uses the names, and of its later chunks. */
async function measure(names) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${names.join(', ')} } from './fesm2022/vestibule-angular.mjs';
        globalThis.used = [${names.join(', ')}];`,
      resolveDir: library,
    },
    plugins: [linked],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: 'out',
    write: false,
    external: ['@angular/*', 'rxjs', 'rxjs/*', 'tslib'],
    define: {
      ngDevMode: 'false',
      ngServerMode: 'false',
      ngJitMode: 'false',
      ngI18nClosureMode: 'false',
    },
    legalComments: 'none',
  });
  const entry = outputFiles.find(({ path }) => path.endsWith('stdin.js'));
  const now = new Set([entry]);
  // Static imports only: `import("./x.js")` is loaded later.
  for (const file of now) {
    for (const [, name] of file.text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
      now.add(outputFiles.find(({ path }) => path.endsWith(name)));
    }
  }
  // The bundler of an application resolves the imports of Angular: no bytes of them remain.
  const code = ({ text }) => text.replace(/import[^;]*from"(@angular|rxjs|tslib)[^"]*";/g, '');
  const size = (files) =>
    files.reduce((sum, file) => sum + gzipSync(code(file), { level: 9 }).length, 0);
  return { first: size([...now]), later: size(outputFiles.filter((file) => !now.has(file))) };
}

let exceeded = 0;
try {
  for (const { feature, names, above = [], budget } of FEATURES) {
    const base = above.length > 0 ? await measure(above) : { first: 0, later: 0 };
    const all = await measure([...above, ...names]);
    const first = all.first - base.first;
    const later = all.later - base.later;
    const note = later > 0 ? `, later ${later}` : '';
    console.log(`${String(first).padStart(7)}  ${feature} (budget ${budget}${note})`);
    if (first > budget) {
      exceeded += 1;
      console.error(`${feature}: ${first - budget} bytes over the budget`);
    }
  }
} finally {
  await transformer.close();
}
if (exceeded > 0) process.exit(1);
