// `ng add @vestibule/angular` in an application of each Angular version: what it writes, that a second run writes nothing,
// and that the application builds.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { installLibrary, makeFolder, runIn } from './harness/workspace.mjs';

const APPLICATION = {
  'src/index.html':
    '<!doctype html><html lang="en"><head><base href="/" /></head><body><app-root></app-root></body></html>',
  'src/main.ts': `import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app';
import { appConfig } from './app/app.config';

void bootstrapApplication(App, appConfig);
`,
  'src/app/app.ts': `import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';

@Component({ selector: 'app-root', imports: [RouterOutlet], template: '<router-outlet />' })
export class App {}
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      target: 'ES2022',
      module: 'preserve',
      experimentalDecorators: true,
      types: [],
    },
    include: ['src/**/*.ts'],
  }),
};

const configOf = (http) => `import { ApplicationConfig } from '@angular/core';
${http.imports}import { provideRouter } from '@angular/router';

export const appConfig: ApplicationConfig = {
  providers: [provideRouter([])${http.provider}],
};
`;
const NO_HTTP = { imports: '', provider: '' };
const HTTP = {
  imports: `import { provideHttpClient, withFetch } from '@angular/common/http';\n`,
  provider: ', provideHttpClient(withFetch())',
};
const INTERCEPTORS = {
  imports: `import { HttpInterceptorFn, provideHttpClient, withInterceptors } from '@angular/common/http';\n`,
  provider:
    ', provideHttpClient(withInterceptors([(request, next) => next(request)] as HttpInterceptorFn[]))',
};
const OWN_LIST = {
  imports: `import { HttpInterceptorFn, provideHttpClient, withInterceptors } from '@angular/common/http';\n`,
  provider: ', provideHttpClient(withInterceptors([logging]))',
};

function workspaceFile(options) {
  const build = { browser: 'src/main.ts', tsConfig: 'tsconfig.json', outputPath: 'dist' };
  const architect = {
    build: { builder: '@angular/build:application', options: build },
    serve: { builder: '@angular/build:dev-server', options: { buildTarget: 'shop:build', ...options } },
  };
  const shop = { projectType: 'application', root: '', sourceRoot: 'src', architect };
  return { version: 1, cli: { analytics: false }, projects: { shop } };
}

async function withApplication(major, { config, serve = {}, files = {} }, use) {
  const { folder, remove } = await makeFolder(`angular-${major}`);
  const write = async (name, content) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  };
  try {
    await installLibrary(folder);
    const all = { ...APPLICATION, ...files, 'src/app/app.config.ts': config };
    for (const [name, content] of Object.entries(all)) await write(name, content);
    await write('angular.json', JSON.stringify(workspaceFile(serve)));
    await use({
      add: () => runIn(folder, 'ng', ['generate', '@vestibule/angular:ng-add']),
      build: () => runIn(folder, 'ng', ['build']),
      read: (name) => readFile(path.join(folder, name), 'utf8'),
    });
  } finally {
    await remove();
  }
}

const FEATURES =
  'provideVestibule(withHostedPages(), withKeepAlive(), withIdleWarning(), withServerEvents())';

// Each application is a build of its own. The older versions are built with `scripts/test applications --all`.
const all = process.env.VESTIBULE_TEST_ALL === '1';

for (const major of all ? [20, 21, 22] : [22]) {
  test(`Angular ${major}: ng add writes providers, interceptors and the proxy once, and the application builds`, async () => {
    await withApplication(major, { config: configOf(NO_HTTP) }, async ({ add, build, read }) => {
      const output = await add();
      assert.match(output, /VESTIBULE_PUBLIC_URL=http:\/\/localhost:4200/);
      const config = await read('src/app/app.config.ts');
      assert.ok(config.includes('provideHttpClient(withInterceptors(vestibuleInterceptors))'), config);
      assert.ok(config.includes(FEATURES), config);
      const proxy = JSON.parse(await read('proxy.conf.json'));
      assert.deepEqual(proxy['/api'], { target: 'http://localhost:3000' });
      const pages = new RegExp(Object.keys(proxy).find((key) => key.startsWith('^')));
      for (const page of ['/login', '/login?returnTo=%2F', '/signed-in', '/reauthenticate'])
        assert.match(page, pages);
      for (const page of ['/links', '/login-help', '/shop/login']) assert.doesNotMatch(page, pages);
      const workspace = JSON.parse(await read('angular.json'));
      assert.equal(workspace.projects.shop.architect.serve.options.proxyConfig, 'proxy.conf.json');
      const files = ['src/app/app.config.ts', 'proxy.conf.json', 'angular.json'];
      const before = await Promise.all(files.map(read));
      await add();
      assert.deepEqual(await Promise.all(files.map(read)), before);
      await build();
    });
  });
}

test('ng add keeps the features and the interceptors of an existing HttpClient', { skip: !all }, async () => {
  await withApplication(22, { config: configOf(HTTP) }, async ({ add, build, read }) => {
    await add();
    const config = await read('src/app/app.config.ts');
    assert.ok(
      config.includes('provideHttpClient(withFetch(), withInterceptors(vestibuleInterceptors))'),
      config,
    );
    assert.equal(config.match(/provideHttpClient\(/g).length, 1);
    await build();
  });
  const config =
    configOf(OWN_LIST) + 'const logging: HttpInterceptorFn = (request, next) => next(request);\n';
  await withApplication(22, { config }, async ({ add, build, read }) => {
    await add();
    const written = await read('src/app/app.config.ts');
    assert.ok(written.includes('withInterceptors([...vestibuleInterceptors, logging])'), written);
    await build();
  });
  await withApplication(22, { config: configOf(INTERCEPTORS) }, async ({ add, build }) => {
    await add();
    await build();
  });
});

test('ng add keeps the proxy of the application, and its own API below /api', async () => {
  const own = { '/api': { target: 'http://localhost:8080' }, '/images': { target: 'http://localhost:9000' } };
  const application = {
    config: configOf(NO_HTTP),
    serve: { proxyConfig: 'config/proxy.json' },
    files: { 'config/proxy.json': JSON.stringify(own) },
  };
  await withApplication(22, application, async ({ add, read }) => {
    await add();
    const proxy = JSON.parse(await read('config/proxy.json'));
    assert.deepEqual(
      { api: proxy['/api'], images: proxy['/images'] },
      { api: own['/api'], images: own['/images'] },
    );
    // The first rule that fits is used.
    const first = (url) =>
      Object.keys(proxy).find((key) =>
        key.startsWith('^') ? new RegExp(key).test(url) : url.startsWith(key),
      );
    assert.equal(proxy[first('/api/auth/session')].target, 'http://localhost:3000');
    assert.equal(proxy[first('/api/account')].target, 'http://localhost:3000');
    assert.equal(proxy[first('/api/orders')].target, 'http://localhost:8080');
    assert.equal(proxy[first('/api/accounts')].target, 'http://localhost:8080');
  });
});

test('ng add changes no proxy that is a program', async () => {
  const application = {
    config: configOf(NO_HTTP),
    serve: { proxyConfig: 'proxy.mjs' },
    files: { 'proxy.mjs': 'export default {};\n' },
  };
  await withApplication(22, application, async ({ add, read }) => {
    assert.match(await add(), /proxy\.mjs cannot be changed/);
    assert.equal(await read('proxy.mjs'), 'export default {};\n');
  });
});
