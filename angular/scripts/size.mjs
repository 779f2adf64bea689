// Prints the bytes that the first view of /login transfers, compressed with brotli: index.html and every file that it names,
// with all static imports. Fails if the sum is above the budget, which leaves bytes for the answers of the API.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUDGET = 89_700;
const folder = fileURLToPath(new URL('../dist/portal/browser/', import.meta.url));
const index = readFileSync(join(folder, 'index.html'), 'utf8');

const files = new Set(['index.html']);
const queue = [...index.matchAll(/(?:src|href)="([^":]+\.(?:js|css|svg))"/g)].map((m) => m[1]);
if (!queue.some((name) => name.endsWith('.js')))
  throw new Error('index.html names no script: run `npm run build:portal` first');
for (let name = queue.pop(); name; name = queue.pop()) {
  if (files.has(name)) continue;
  files.add(name);
  if (!name.endsWith('.js')) continue;
  const source = readFileSync(join(folder, name), 'utf8');
  // Static imports only: `import("./x.js")` loads another view.
  for (const [, next] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
    queue.push(name.replace(/[^/]*$/, next));
  }
}

let total = 0;
for (const name of files) {
  const path = join(folder, name);
  const size = statSync(existsSync(`${path}.br`) ? `${path}.br` : path).size;
  total += size;
  console.log(`${String(size).padStart(7)}  ${name}`);
}
console.log(`${String(total).padStart(7)}  first view of /login (budget ${BUDGET})`);
if (total > BUDGET) {
  console.error(`first view of /login: ${total - BUDGET} bytes over the budget`);
  process.exit(1);
}
