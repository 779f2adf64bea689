// The own API of the sample application (angular/projects/sample): a small server behind Vestibule.
//
//   VESTIBULE_URL=http://localhost:3000 PORT=4000 node server.mjs
//
// It has no session of its own. For each request it asks Vestibule, with the cookie of the browser, who the user is.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const json = 'application/json';

/**
 * Starts the API. `vestibule` is the address at which this server reaches the service. `maxAge` is the number of seconds
 * after which deleting an order requires a new proof of the user.
 */
export async function startOrdersApi({ vestibule, port = 0, maxAge = 600 }) {
  const orders = [];
  let lastId = 0;

  /** Asks Vestibule about the user of a request. Returns its answer as it is, if the user is not signed in. */
  async function verify(request) {
    const { cookie, origin, 'x-xsrf-token': token } = request.headers;
    const headers = Object.entries({
      cookie,
      origin,
      'x-xsrf-token': token,
      // Vestibule then checks the CSRF token and the origin of an unsafe request, too.
      'x-forwarded-method': request.method,
    }).filter(([, value]) => value !== undefined);
    const response = await fetch(`${vestibule}/api/auth/verify`, { headers: Object.fromEntries(headers) });
    if (!response.ok) return { refused: { status: response.status, body: await response.text() } };
    return response.json();
  }

  const routes = {
    'GET /orders-api/orders': ({ user }) => [
      200,
      orders.filter(({ orderedBy }) => orderedBy === user.username),
    ],
    'GET /orders-api/all-orders': ({ user }) => (isAdmin(user) ? [200, orders] : forbidden()),
    'POST /orders-api/orders': ({ user, body }) => {
      const { item, quantity, note } = body ?? {};
      if (typeof item !== 'string' || !Number.isInteger(quantity) || quantity < 1)
        return problem(400, 'invalid_order');
      const order = { id: ++lastId, item, quantity, note: String(note ?? ''), orderedBy: user.username };
      orders.push(order);
      return [201, order];
    },
    'DELETE /orders-api/orders/ID': ({ user, session, id }) => {
      if (!isAdmin(user)) return forbidden();
      if (ageOf(session) > maxAge) return proofRequired(maxAge);
      const at = orders.findIndex((order) => order.id === id);
      if (at < 0) return problem(404, 'not_found');
      orders.splice(at, 1);
      return [200, {}];
    },
  };

  async function respond(request) {
    const { pathname } = new URL(request.url, 'http://orders');
    const [, path, id] = pathname.match(/^(.*?\/orders)(?:\/(\d+))?$/) ?? [null, pathname];
    const route = routes[`${request.method} ${path}${id === undefined ? '' : '/ID'}`];
    if (!route) return problem(404, 'not_found');
    const body = await readJson(request);
    const { refused, user, session } = await verify(request);
    if (refused) return [refused.status, refused.body];
    return route({ user, session, body, id: Number(id) });
  }

  const server = createServer((request, response) => {
    respond(request)
      .catch((error) => problem(502, 'vestibule_unavailable', String(error)))
      .then(([status, body, headers = {}]) => {
        response.writeHead(status, { 'content-type': json, 'cache-control': 'no-store', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

const isAdmin = (user) => user.roles.includes('admin');
const ageOf = (session) => (Date.now() - Date.parse(session.authenticatedAt)) / 1000;
const problem = (status, code, detail) => [status, { code, status, detail }];
const forbidden = () => problem(403, 'forbidden');

/** RFC 9470: the session is valid, but the user must authenticate again. */
function proofRequired(maxAge) {
  const [status, body] = problem(401, 'insufficient_user_authentication');
  return [
    status,
    body,
    { 'www-authenticate': `Bearer error="insufficient_user_authentication", max_age="${maxAge}"` },
  ];
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 65_536) throw new Error('the body is larger than 64 KiB');
  }
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { VESTIBULE_URL: vestibule = 'http://localhost:3000', PORT: port = 4000 } = process.env;
  const { url } = await startOrdersApi({ vestibule, port: Number(port) });
  console.log(`orders API on ${url}, Vestibule on ${vestibule}`);
}
