// The one address of an application and its Vestibule: a reverse proxy that sends the paths of the service to the service,
// those of the own API to the own API, and all others to the application.
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, request as startRequest } from 'node:http';
import path from 'node:path';

/** The paths of the service: its API, its pages and their files. */
const SERVICE =
  /^\/(?:api|vestibule|\.well-known)\/|^\/(?:login|second-factor|mfa-setup|link|reauthenticate|change-password|forgot-password|reset-password|confirm-email|cancel-email|not-me|signed-in|account)(?:$|[/?])/;

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.map': 'application/json',
};

/**
 * Starts the proxy on a port. `application` is a folder with a built application, or the URL of the server that renders it.
 * `changeIndex` changes index.html for each response; `headers` are added to it. `base` is the path of the application, and
 * `changeScript` changes its scripts.
 */
export async function startFront({
  port,
  service,
  ordersApi,
  application,
  changeIndex = (html) => html,
  headers = () => ({}),
  base = '/',
  changeScript = null,
}) {
  const isFolder = path.isAbsolute(application);
  const requests = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url });
    if (request.url.startsWith('/orders-api/')) forward(ordersApi, request, response);
    else if (SERVICE.test(request.url)) forward(service, request, response);
    else if (isFolder)
      sendFile(request, response).catch((error) => response.writeHead(500).end(String(error)));
    else forward(application, request, response);
  });

  async function sendFile(request, response) {
    const { pathname } = new URL(request.url, 'http://application');
    if (!pathname.startsWith(base)) {
      response.writeHead(404).end();
      return;
    }
    const file = path.join(
      application,
      path.normalize(decodeURIComponent(`/${pathname.slice(base.length)}`)),
    );
    const exists =
      file.startsWith(application) &&
      (await stat(file).then(
        (found) => found.isFile(),
        () => false,
      ));
    if (exists && !file.endsWith('.html')) {
      response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
      if (changeScript && file.endsWith('.js')) response.end(changeScript(await readFile(file, 'utf8')));
      else createReadStream(file).pipe(response);
      return;
    }
    if (!exists && path.extname(file)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such file.');
      return;
    }
    // Every other path is a page of the application. A build with prerendered pages has a file for some of them.
    const rendered = path.join(file, 'index.html');
    const page = exists
      ? file
      : (await stat(rendered).then(
            () => true,
            () => false,
          ))
        ? rendered
        : path.join(application, 'index.html');
    const nonce = Math.random().toString(36).slice(2);
    const html = changeIndex(await readFile(page, 'utf8'), nonce);
    response.writeHead(200, {
      'content-type': types['.html'],
      'cache-control': 'no-cache',
      ...headers(nonce),
    });
    response.end(html);
  }

  await new Promise((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done));
  return {
    url: `http://localhost:${port}`,
    /** All requests so far: `{ method, url }`. */
    requests,
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

/** Sends a request to another server without a change, and its response back. */
function forward(target, request, response) {
  const { method, url, headers } = request;
  const onward = startRequest(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
  });
  // A closed tab must end its event stream at the service, too.
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
