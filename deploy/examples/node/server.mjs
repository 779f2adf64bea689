// An API with Node.js alone. Run: VESTIBULE_URL=http://localhost:3000 PORT=4000 node server.mjs
import { createServer } from 'node:http';

const vestibule = process.env.VESTIBULE_URL ?? 'http://localhost:3000';
const forwarded = ['cookie', 'origin', 'sec-fetch-site', 'x-xsrf-token'];
const rolesOf = { '/api/orders': null, '/api/reports': 'admin,auditor' };

/** Asks Vestibule who sent a request, and whether the user has one of the roles. */
function verify({ method, headers }, role) {
  const sent = forwarded.filter((name) => headers[name]).map((name) => [name, headers[name]]);
  const query = role ? `?role=${encodeURIComponent(role)}` : '';
  return fetch(`${vestibule}/api/auth/verify${query}`, {
    headers: { ...Object.fromEntries(sent), 'x-forwarded-method': method },
  });
}

const server = createServer(async (request, response) => {
  const send = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const { pathname } = new URL(request.url, 'http://api');
  if (!(pathname in rolesOf)) return send(404, { code: 'not_found' });
  try {
    const answer = await verify(request, rolesOf[pathname]);
    const body = await answer.json();
    send(answer.status, answer.ok ? { user: body.user.username } : body);
  } catch {
    send(503, { code: 'vestibule_unavailable' });
  }
});
server.listen(process.env.PORT ?? 4000, '127.0.0.1');
