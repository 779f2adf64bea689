// Holds the lock files to what they promise: every package has a checksum, and comes from the public registry of its language.
// A lock file made behind a mirror, or with a dependency from a branch somewhere, is caught here and not on somebody's machine.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' }).split('\n');
const faults = [];

for (const path of tracked.filter((path) => /(^|\/)package-lock\.json$/.test(path))) {
  for (const [name, entry] of Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages)) {
    // The package itself, and the members of its workspace, have neither.
    if (!name.includes('node_modules/') || entry.link) continue;
    if (entry.resolved) faults.push(`${path}: ${name} names where it was downloaded: ${entry.resolved}`);
    if (!entry.integrity && !entry.inBundle) faults.push(`${path}: ${name} has no checksum`);
  }
}

for (const path of tracked.filter((path) => /(^|\/)Cargo\.lock$/.test(path))) {
  for (const block of readFileSync(path, 'utf8').split('[[package]]').slice(1)) {
    const field = (name) => block.match(new RegExp(`^${name} = "(.*)"$`, 'm'))?.[1];
    // Packages of this repository have no source. What cargo calls the public registry is this, whatever mirror it used.
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
  console.error('Lock files are made with the public registries: npm install --package-lock-only (the .npmrc beside it keeps addresses out); cargo update.');
  process.exit(1);
}
