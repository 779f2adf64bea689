// Rewrites the built portal, so that the first view needs few requests: each request of a chain costs a round trip.
// 1. The entry script and its static imports become one file; the small chunks that further pages share become another, and
//    those that only pages of the console share a third one.
// 2. The icon is in index.html, and index.html preloads the chunks of the first view that only a dynamic import names: the English texts.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

/** The texts of the first view, which only a dynamic import names. */
const PRELOADED = /^en-[\w-]{8}\.js$/;

/** The routes of the console. */
const CONSOLE = /^admin-routes-/;

const root = new URL('../dist/portal/browser/', import.meta.url).pathname;
const indexFile = join(root, 'index.html');
const index = readFileSync(indexFile, 'utf8');
const entryUrl = /<script src="([^"]+\.js)"/.exec(index)?.[1];
if (!entryUrl) throw new Error('index.html names no entry script');
const entry = join(root, entryUrl);
const folder = dirname(entry);

const built = readdirSync(folder).filter((name) => name.endsWith('.js'));
const first = staticClosure(entry);
for (const texts of built.filter((name) => PRELOADED.test(name))) {
  const file = join(folder, texts);
  for (const id of staticClosure(file)) if (id !== file) first.add(id);
}
const outsideConsole = allLoaded(entry, (name) => !CONSOLE.test(name));
const isShared = (id) => basename(id).startsWith('chunk-');
const bundle = await rolldown({ input: entry });
const { output } = await bundle.generate({
  // The names of the chunks are short again after they are merged.
  minify: true,
  entryFileNames: 'start-[hash].js',
  chunkFileNames: ({ name }) => `${name.replace(/-[\w-]{8}$/, '')}-[hash].js`,
  codeSplitting: {
    groups: [
      { name: 'main', test: (id) => first.has(id), priority: 2 },
      { name: 'shared', test: (id) => isShared(id) && outsideConsole.has(id), priority: 1 },
      { name: 'console', test: (id) => isShared(id) && !outsideConsole.has(id), priority: 1 },
    ],
  },
});
await bundle.close();

for (const name of built) rmSync(join(folder, name));
const main =
  output.find(({ fileName }) => fileName.startsWith('main-')) ??
  output.find(({ isEntry }) => isEntry);
for (const chunk of output) {
  // Beside a first chunk, the entry of the bundler only repeats its names: index.html loads the first chunk itself.
  if (!chunk.isEntry || chunk === main)
    writeFileSync(join(folder, chunk.fileName), chunk.code.replaceAll('/* @__PURE__ */ ', ''));
}
const preloads = output.map(({ fileName }) => fileName).filter((name) => PRELOADED.test(name));
const urlOf = (name) => entryUrl.replace(/[^/]+$/, name);
const links = preloads.map((name) => `<link rel="modulepreload" href="${urlOf(name)}">`);
const page = index
  // The chunks that these links name are in the first file now.
  .replaceAll(/<link rel="modulepreload"[^>]*>/g, '')
  .replace(entryUrl, urlOf(main.fileName))
  // The icon in the page saves a request.
  .replace(/(<link rel="icon" href=")([^"]+\.svg)"/, (_, start, url) => `${start}${dataUrl(url)}"`)
  .replace('</head>', `${links.join('')}</head>`);
// The page is sent without compression, because the service fills it in.
writeFileSync(indexFile, page.replaceAll(/\n\s+/g, '\n'));

function dataUrl(url) {
  const svg = readFileSync(join(root, url), 'utf8').trim().replaceAll('"', "'");
  return `data:image/svg+xml,${svg.replace(/[%#<>]/g, encodeURIComponent)}`;
}

/** Returns the file and every file that it imports statically: `import("./x.js")` loads another view. */
function staticClosure(file) {
  return closure(file, /(?:from|import)\s*"\.\/([^"]+)"/g);
}

/** Returns the file and every file that it can load, without those that are left out. */
function allLoaded(file, isWanted) {
  return closure(file, /(?:from\s*|import\s*\(?)[`"]\.\/([^`"]+)[`"]/g, isWanted);
}

function closure(file, pattern, isWanted = () => true) {
  const found = new Set();
  const queue = [file];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const [, name] of readFileSync(next, 'utf8').matchAll(pattern))
      if (isWanted(name)) queue.push(join(folder, name));
  }
  return found;
}
