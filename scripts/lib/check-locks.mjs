// Checks the lock files: every package has a checksum and comes from the public registry of its language. A lock file that was
// made behind a mirror, or with a dependency from a git branch, would fail to install on other machines.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n');
const faults = [];

for (const path of tracked.filter((path) => /(^|\/)package-lock\.json$/.test(path))) {
  for (const [name, entry] of Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages)) {
    // The root package and the members of the workspace have neither.
    if (!name.includes('node_modules/') || entry.link) continue;
    if (entry.resolved) faults.push(`${path}: ${name} contains its download URL: ${entry.resolved}`);
    if (!entry.integrity && !entry.inBundle) faults.push(`${path}: ${name} has no checksum`);
  }
}

for (const path of tracked.filter((path) => /(^|\/)Cargo\.lock$/.test(path))) {
  for (const block of readFileSync(path, 'utf8').split('[[package]]').slice(1)) {
    const field = (name) => block.match(new RegExp(`^${name} = "(.*)"$`, 'm'))?.[1];
    // Packages of this repository have no source. cargo writes this URL for the public registry, also when it uses a mirror.
    const source = field('source');
    if (source === undefined) continue;
    if (source !== 'registry+https://github.com/rust-lang/crates.io-index') {
      faults.push(`${path}: ${field('name')} comes from ${source}`);
    }
    if (!field('checksum')) faults.push(`${path}: ${field('name')} has no checksum`);
  }
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error('Create lock files with the public registries: npm install --package-lock-only (its .npmrc omits download URLs), cargo update.');
  process.exit(1);
}
