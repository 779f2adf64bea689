// Moves the built files of the portal into the folder `vestibule`, where index.html looks for them (`deployUrl`): a proxy can distinguish
// `/vestibule/…` from the files of an application at the same origin. The Angular CLI writes index.html beside the files.
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../dist/portal/browser/', import.meta.url).pathname;
const folder = join(root, 'vestibule');
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(root)) {
  if (!['index.html', 'vestibule'].includes(name)) renameSync(join(root, name), join(folder, name));
}
