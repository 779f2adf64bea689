// Makes an Angular application outside the repository: the sources of angular/projects/sample, the locked packages of one
// Angular version, and the packed library.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const repository = path.resolve(import.meta.dirname, '../../..');
const applications = path.join(repository, 'tests/applications');
const sample = path.join(repository, 'angular/projects/sample/src');
/** Installed packages, one folder for each Angular version. Safe to delete. */
const cache = path.join(repository, '.tools/applications');

/** The packed library, as the service serves it. */
export const tarball = path.join(repository, 'angular/dist/vestibule-angular.tgz');

/** Runs a program of the workspace with the Node.js that its packages contain, if they contain one. */
export async function runIn(folder, program, args, { env = {} } = {}) {
  const bin = path.join(folder, 'node_modules/.bin');
  const options = {
    cwd: folder,
    // A build asks no questions and sends no statistics.
    env: {
      ...process.env,
      CI: 'true',
      NG_CLI_ANALYTICS: 'false',
      PATH: `${bin}:${process.env.PATH}`,
      ...env,
    },
    maxBuffer: 64 * 1024 * 1024,
  };
  try {
    const { stdout, stderr } = await run(program, args, options);
    return stdout + stderr;
  } catch (error) {
    throw new Error(
      `${program} ${args.join(' ')} failed in ${folder}\n${error.stdout ?? ''}${error.stderr ?? error}`,
    );
  }
}

/** Installs locked packages once, and returns their folder. `name` is a folder of tests/applications, for example `angular-22`. */
async function installPackages(name) {
  const locked = path.join(applications, name);
  const files = ['package.json', 'package-lock.json', '.npmrc'];
  const contents = await Promise.all(files.map((file) => readFile(path.join(locked, file))));
  const hash = createHash('sha256').update(Buffer.concat(contents)).digest('hex').slice(0, 16);
  const folder = path.join(cache, `${name}-${hash}`);
  const complete = path.join(folder, '.complete');
  await mkdir(cache, { recursive: true });
  // Test files run at the same time. The first one installs, the others wait.
  const script = `test -f "${complete}" || { rm -rf "${folder}" && mkdir "${folder}" && cd "${folder}" &&
    cp ${files.map((file) => `"${path.join(locked, file)}"`).join(' ')} . &&
    npm ci --prefer-offline --no-fund --no-audit --loglevel=error && touch "${complete}"; }`;
  await run('flock', [`${folder}.lock`, 'bash', '-c', script], { maxBuffer: 64 * 1024 * 1024 }).catch(
    (error) => {
      throw new Error(
        `npm ci failed in tests/applications/${name}\n${error.stdout ?? ''}${error.stderr ?? error}`,
      );
    },
  );
  // Older sets of packages are of no use any more.
  for (const other of await readdir(cache)) {
    if (other.startsWith(`${name}-`) && !other.startsWith(path.basename(folder)))
      await rm(path.join(cache, other), { recursive: true, force: true });
  }
  return folder;
}

/** Makes an empty folder outside the repository that has locked packages, for example those of `angular-22`. */
export async function makeFolder(name) {
  const packages = await installPackages(name);
  const folder = await mkdtemp(path.join(tmpdir(), `vestibule-${name}-`));
  // Hard links: a copy of 40,000 files takes longer than the build. Another file system has no links to this one.
  const modules = path.join(packages, 'node_modules');
  await run('cp', ['-al', modules, folder]).catch(() => run('cp', ['-a', modules, folder]));
  // npm writes this file in place, which would change the cache.
  const list = 'node_modules/.package-lock.json';
  await rm(path.join(folder, list));
  await cp(path.join(packages, list), path.join(folder, list));
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await cp(path.join(packages, file), path.join(folder, file));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Installs the packed library as an adopter does. npm refuses it if its peer dependencies do not fit. */
export async function installLibrary(folder) {
  await runIn(folder, 'npm', [
    'install',
    '--no-save',
    '--strict-peer-deps',
    '--prefer-offline',
    '--loglevel=error',
    tarball,
  ]);
}

/** The compiler options of `ng new`. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    noImplicitOverride: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    // The declarations of the library must be valid without the options of its own workspace.
    skipLibCheck: false,
    isolatedModules: true,
    experimentalDecorators: true,
    importHelpers: true,
    target: 'ES2022',
    module: 'preserve',
    types: [],
  },
  angularCompilerOptions: {
    strictInjectionParameters: true,
    strictInputAccessModifiers: true,
    strictTemplates: true,
  },
  include: ['src/**/*.ts'],
};

/** The workspace of `ng new`, with the styles in a file of their own (`inlineCritical`), which a strict CSP requires. */
function workspaceFile({ zone, ssr, options }) {
  return {
    version: 1,
    cli: { packageManager: 'npm', analytics: false },
    projects: {
      application: {
        projectType: 'application',
        root: '',
        sourceRoot: 'src',
        architect: {
          build: {
            builder: '@angular/build:application',
            options: {
              outputPath: 'dist',
              browser: 'src/main.ts',
              tsConfig: 'tsconfig.json',
              styles: ['src/styles.css'],
              polyfills: zone ? ['zone.js'] : [],
              outputHashing: 'all',
              optimization: { scripts: true, styles: { minify: true, inlineCritical: false }, fonts: false },
              ...ssr,
              ...options,
            },
          },
        },
      },
    },
  };
}

/**
 * Builds the sample application with an Angular version and the packed library.
 *
 * - `zone`: the application uses zone.js.
 * - `ssr`: options of the build for an application that a server renders.
 * - `files`: sources that replace those of the sample, or are added, by their path below `src`; a function gets the text.
 */
export async function buildApplication({ major, zone = false, ssr = {}, files = {} }) {
  const { folder, remove } = await makeFolder(`angular-${major}`);
  try {
    await cp(sample, path.join(folder, 'src'), { recursive: true });
    await installLibrary(folder);
    return { ...(await build(folder, { zone, ssr, files })), folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Writes `files` and the configuration of the workspace, and builds the application in a folder. `options` are of the build. */
export async function build(folder, { zone = false, ssr = {}, files = {}, options: more = {} }) {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, 'src', name);
    const text = typeof content === 'function' ? content(await readFile(file, 'utf8')) : content;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await writeFile(
    path.join(folder, 'angular.json'),
    JSON.stringify(workspaceFile({ zone, ssr, options: more })),
  );
  const options = structuredClone(tsconfig);
  // The server of `ng new --ssr` is a program for Node.js.
  if (ssr.server) options.compilerOptions.types = ['node'];
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(options));
  const output = await runIn(folder, 'ng', ['build']);
  return { browser: path.join(folder, 'dist/browser'), output };
}
