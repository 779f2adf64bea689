// Starts the OpenID provider for tests and for `scripts/start --demo`, and says on stdout, in one line of JSON, where it is:
// {"issuer","clientId","clientSecret","clients":{"basic":{"clientId","clientSecret"},"post":…,"es256":…,"public":…}}.
//
//   node start.mjs [--port N] [--redirect URI]… [--backchannel URI]
//
// --port         the port of 127.0.0.1 to listen on; any free one, if not given
// --redirect     one more redirect URI; those of this machine, on whatever port, fit anyway
// --backchannel  where logout tokens go; the service of `scripts/start --demo`, if not given
//
// Everybody may sign in as anybody here. It listens on this machine only and keeps nothing.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// stdout is for the one line; what the library has to say goes to stderr.
console.info = console.error;
console.log = console.error;
const { makeProvider } = await import('./provider.mjs');

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    redirect: { type: 'string', multiple: true, default: [] },
    backchannel: { type: 'string', default: 'http://localhost:3000/api/auth/backchannel-logout/demo' },
  },
});

const server = createServer();
server.on('error', (error) => {
  console.error(`The test provider cannot listen on port ${values.port}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { clients, handle } = makeProvider(issuer, {
    redirects: values.redirect,
    backchannel: values.backchannel,
  });
  server.on('request', handle);
  const told = Object.entries(clients).map(([name, client]) => [
    name,
    { clientId: client.client_id, clientSecret: client.client_secret ?? null },
  ]);
  const [[, basic]] = told;
  process.stdout.write(`${JSON.stringify({ issuer, ...basic, clients: Object.fromEntries(told) })}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0));
