// Starts the OpenID provider for tests and for `scripts/start --demo`. Prints one line of JSON when it listens:
// {"issuer","clientId","clientSecret","clients":{"basic":{"clientId","clientSecret"},"post":…,"es256":…,"public":…}}.
//
//   node start.mjs [--port N] [--redirect URI]… [--backchannel URI] [--remember]
//
// --port         port of 127.0.0.1; default: a free one
// --redirect     another redirect URI; loopback URIs are allowed on every port
// --backchannel  URI for logout tokens; default: the service of `scripts/start --demo`
// --remember     a user who has signed in is not asked again
//
// Any user can sign in without a password. It listens on the loopback address only and stores nothing.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

// stdout carries only that line; the library logs to stderr.
console.info = console.error;
console.log = console.error;
const { makeProvider } = await import('./provider.mjs');

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    redirect: { type: 'string', multiple: true, default: [] },
    remember: { type: 'boolean', default: false },
    backchannel: { type: 'string', default: 'http://localhost:3000/api/auth/backchannel-logout/demo' },
  },
});

const server = createServer();
server.on('error', (error) => {
  console.error(`the test provider cannot listen on port ${values.port}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { clients, handle } = makeProvider(issuer, {
    redirects: values.redirect,
    backchannel: values.backchannel,
    remember: values.remember,
  });
  server.on('request', handle);
  const credentials = Object.entries(clients).map(([name, client]) => [
    name,
    { clientId: client.client_id, clientSecret: client.client_secret ?? null },
  ]);
  const [[, basic]] = credentials;
  process.stdout.write(`${JSON.stringify({ issuer, ...basic, clients: Object.fromEntries(credentials) })}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0));
