// Checks that VestibuleApi has the types of each route in src/router.rs and src/router/administration.rs.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const router = read('../../src/router.rs') + read('../../src/router/administration.rs');
const types =
  read('../projects/vestibule/src/api-map.ts') + read('../projects/vestibule/src/admin-api-map.ts');

/** Returns the arguments of `.route(`, which starts the text. */
function argumentsOf(text) {
  let depth = 1;
  for (let end = 0; end < text.length; end++) {
    if (text[end] === '(') depth += 1;
    if (text[end] === ')') depth -= 1;
    if (depth === 0) return text.slice(0, end);
  }
  return text;
}

const routes = router
  .split('.route(')
  .slice(1)
  .flatMap((text) => {
    const [, path, handlers] = /^\s*"([^"]+)",([\s\S]*)$/.exec(argumentsOf(text)) ?? [];
    const methods = [...(handlers ?? '').matchAll(/\b(get|post|put|patch|delete)\(/g)];
    return methods.map(([, method]) => `${method.toUpperCase()} ${path}`);
  });
const typed = new Set([...types.matchAll(/^ {2}'([A-Z]+ [^']+)':/gm)].map(([, route]) => route));
const errors = routes.filter((route) => !typed.has(route));

for (const route of errors) console.error(`vestibule: VestibuleApi has no types of ${route}`);
console.log(`vestibule: ${routes.length} routes, ${errors.length} without types`);
if (errors.length > 0 || routes.length < 20) process.exit(1);
