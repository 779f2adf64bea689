// Packs the library. The service serves the tarball as /vestibule/angular.tgz, so that library and service always fit.
// npm writes the same bytes for the same files: it sets each time in the archive to a constant.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = fileURLToPath(new URL('..', import.meta.url));
const library = join(workspace, 'dist/vestibule');
const targets = [
  join(workspace, 'dist/vestibule-angular.tgz'),
  join(workspace, 'dist/portal/browser/vestibule/angular.tgz'),
];

for (const name of ['LICENSE', 'CHANGELOG.md']) {
  copyFileSync(join(workspace, '..', name), join(library, name));
}
const folder = mkdtempSync(join(tmpdir(), 'vestibule-pack.'));
try {
  const answer = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, library], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { filename } = Object.values(JSON.parse(answer))[0];
  const tarball = join(folder, filename.replace('@', '').replace('/', '-'));
  for (const target of targets) {
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(tarball, target);
  }
  const { name, version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
  console.log(`${name} ${version}: ${statSync(tarball).size} bytes packed`);
} finally {
  rmSync(folder, { recursive: true });
}
