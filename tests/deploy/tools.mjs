// Runs the checkers that scripts/lib/deploy.sh installs, and reads YAML with one of their packages.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const deploy = path.join(root, 'deploy');
const tools = process.env.DEPLOY_TOOLS;
if (!tools) throw new Error('DEPLOY_TOOLS is not set: run scripts/test deploy');

/** Runs a program and returns its exit code and output. */
export function run(program, args, { input, ...options } = {}) {
  return new Promise((done, fail) => {
    const child = execFile(
      program,
      args,
      { cwd: root, maxBuffer: 64 << 20, ...options },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') fail(error);
        else done({ code: error?.code ?? 0, stdout, stderr, output: `${stdout}${stderr}` });
      },
    );
    // A program that ends before it has read everything says why in its output.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Runs a program that must succeed, and returns its stdout. */
export async function succeeds(program, args, options) {
  const { code, stdout, output } = await run(program, args, options);
  assert.equal(code, 0, `${program} ${args.join(' ')} ended with ${code}\n${output}`);
  return stdout;
}

const python = { env: { ...process.env, PYTHONPATH: tools } };

/** Runs a Python program of the checkers. */
export const checker = (args, options) => run('python3', args, { ...python, ...options });
export const checkerSucceeds = (args, options) => succeeds('python3', args, { ...python, ...options });
/** Path of a program of the checkers. */
export const tool = (name) => path.join(tools, 'bin', name);

const TO_JSON =
  'import sys, json, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout, default=str)';

/** Returns the documents of a YAML text. */
export async function parseYaml(text) {
  return JSON.parse(await checkerSucceeds(['-c', TO_JSON], { input: text }));
}

export const readYaml = async (file) => parseYaml(await readFile(path.join(root, file), 'utf8'));
export const read = (file) => readFile(path.join(root, file), 'utf8');

/** Runs `vestibule check` with these settings only, and returns its report. A mistake in them fails. */
export async function checkSettings(settings, cwd) {
  const env = { PATH: process.env.PATH, ...settings };
  return JSON.parse(await succeeds(process.env.VESTIBULE_BIN, ['check', '--json'], { env, cwd }));
}
