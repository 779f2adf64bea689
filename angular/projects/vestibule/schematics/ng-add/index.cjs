// `ng add @vestibule/angular`: adds the providers, the interceptors and the proxy of `ng serve`. A second run changes
// nothing. The schematics of Angular are part of each workspace, so this package does not depend on them.
const { SchematicsException, chain } = require('@angular-devkit/schematics');
const { addRootProvider, readWorkspace, updateWorkspace } = require('@schematics/angular/utility');
const { addInterceptors } = require('./interceptors.cjs');
const { addProxy } = require('./proxy.cjs');

const PACKAGE = '@vestibule/angular';
const FEATURES = ['withHostedPages', 'withKeepAlive', 'withIdleWarning', 'withServerEvents'];

exports.ngAdd = (options) => async (tree, context) => {
  const workspace = await readWorkspace(tree);
  const name = projectName(workspace, options.project);
  const project = workspace.projects.get(name);
  return chain([
    interceptors(name, project),
    session(name, project),
    proxy(name, options.service ?? 'http://localhost:3000'),
    () => context.logger.info(RECIPE),
  ]);
};

function projectName(workspace, wanted) {
  const applications = [...workspace.projects]
    .filter(([, project]) => project.extensions.projectType === 'application')
    .map(([name]) => name);
  if (wanted !== undefined && applications.includes(wanted)) return wanted;
  if (applications.length === 1) return applications[0];
  throw new SchematicsException(
    `ng add ${PACKAGE}: name the application with --project; this workspace has ${applications.join(', ') || 'none'}.`,
  );
}

/** Source files of the application, without tests. */
function sources(tree, project) {
  const files = [];
  tree.getDir(project.sourceRoot ?? `${project.root}/src`).visit((path) => {
    if (path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.includes('/node_modules/')) {
      files.push(path);
    }
  });
  return files;
}

const contains = (tree, project, text) =>
  sources(tree, project).some((path) => tree.readText(path).includes(text));

function interceptors(name, project) {
  return (tree) => {
    if (contains(tree, project, 'vestibuleInterceptors')) return tree;
    const existing = sources(tree, project).find((path) =>
      /\bprovideHttpClient\s*\(/.test(tree.readText(path)),
    );
    if (existing) {
      addInterceptors(tree, existing);
      return tree;
    }
    return addRootProvider(name, ({ code, external }) => {
      const http = '@angular/common/http';
      return code`${external('provideHttpClient', http)}(${external('withInterceptors', http)}(${external('vestibuleInterceptors', PACKAGE)}))`;
    });
  };
}

function session(name, project) {
  return (tree) => {
    if (contains(tree, project, 'provideVestibule(')) return tree;
    return addRootProvider(name, ({ code, external }) => {
      const [pages, keepAlive, warning, events] = FEATURES.map((each) => external(each, PACKAGE));
      return code`${external('provideVestibule', PACKAGE)}(${pages}(), ${keepAlive}(), ${warning}(), ${events}())`;
    });
  };
}

function proxy(name, service) {
  return async (tree, context) => {
    const workspace = await readWorkspace(tree);
    const project = workspace.projects.get(name);
    const options = project.targets.get('serve')?.options ?? {};
    const folder = project.root === '' ? '' : `${project.root}/`;
    const path = options.proxyConfig ?? `${folder}proxy.conf.json`;
    if (!path.endsWith('.json') || !addProxy(tree, path, service)) {
      context.logger.warn(
        `${path} cannot be changed: add the paths of the service to it yourself.`,
      );
      return;
    }
    return updateWorkspace((changed) => {
      const serve = changed.projects.get(name).targets.get('serve');
      if (serve) serve.options = { ...serve.options, proxyConfig: path };
    });
  };
}

const RECIPE = `
Vestibule was added. To run it with \`ng serve\`, start the service with the address of the development server:

  VESTIBULE_PUBLIC_URL=http://localhost:4200 vestibule serve

Protect a route with a guard: { path: 'reports', canActivate: [signedInGuard], … }
`;
