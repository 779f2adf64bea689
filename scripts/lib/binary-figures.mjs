// Prints size, start and idle memory of a binary of the service, each with its limit. Fails if one is above it. Run by
// `scripts/bench binary`.
//
//   node binary-figures.mjs BINARY [ROUNDS]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const [file, rounds = '9'] = process.argv.slice(2);
const binary = resolve(file);
const folder = mkdtempSync(join(tmpdir(), 'vestibule-figures.'));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds until a process without any work ends: what the machine needs for a process. */
async function bareProcess() {
  const began = performance.now();
  await once(spawn(binary, ['--version'], { stdio: 'ignore' }), 'exit');
  return performance.now() - began;
}

/** Milliseconds until the service accepts requests, and its resident memory in MiB two seconds later. */
async function start(database) {
  const began = performance.now();
  const service = spawn(binary, ['serve'], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      VESTIBULE_DATABASE_URL: `sqlite:${database}`,
      VESTIBULE_LISTEN: '127.0.0.1:0',
      VESTIBULE_LOG: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(service, 'exit');
  let ready;
  for await (const line of createInterface({ input: service.stdout })) {
    if (line.startsWith('listening on')) {
      ready = performance.now() - began;
      break;
    }
  }
  if (ready === undefined) throw new Error('the service ended before it listened; its message is above');
  await pause(2000);
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  service.kill('SIGTERM');
  await ended;
  return { ready, memory: Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) / 1024 };
}

/** Removes a file from the memory of the kernel: the next start reads it from the disk, as after a boot. */
const forget = (file) => execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none']);

/** Prints one figure, and returns whether it is within its limit. */
function report(what, figure, unit, limit) {
  const isWithin = limit === undefined || figure <= limit;
  const goal = limit === undefined ? '' : `≤ ${limit} ${unit}${isWithin ? '' : '   ABOVE THE LIMIT'}`;
  console.log(`${what.padEnd(52)} ${`${figure.toFixed(1)} ${unit}`.padStart(10)}   ${goal}`.trimEnd());
  return isWithin;
}

try {
  const database = join(folder, 'service.db');
  const first = await start(database);
  forget(binary);
  const fromDisk = await start(database);
  const starts = [];
  const bare = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    bare.push(await bareProcess());
    starts.push(await start(database));
  }
  const within = [
    // 1 MB is 1,000,000 bytes, 1 MiB is 1,048,576 bytes.
    report('size', statSync(binary).size / 1e6, 'MB', 25),
    // Other programs on the machine only add time.
    report('start until requests are accepted', Math.min(...starts.map((one) => one.ready)), 'ms', 50),
    report('idle memory (resident)', median(starts.map((one) => one.memory)), 'MiB', 25),
    report(`the same start, median of ${rounds}`, median(starts.map((one) => one.ready)), 'ms'),
    report('the same start, with a new database', first.ready, 'ms'),
    report('the same start, binary read from the disk', fromDisk.ready, 'ms'),
    report('for comparison: a process that prints its version', Math.min(...bare), 'ms'),
  ];
  if (within.includes(false)) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
