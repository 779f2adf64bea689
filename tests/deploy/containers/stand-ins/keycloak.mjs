// In place of Keycloak: the OpenID provider of the tests, under the issuer and with the client of the realm file that
// deploy/compose.yaml mounts. A wrong path, variable or secret in those files stops it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { makeProvider } from './provider/provider.mjs';

const FILE = '/opt/keycloak/data/import/vestibule-realm.json';
if (process.argv[2] !== 'start-dev' || process.argv[3] !== '--import-realm')
  throw new Error('not asked to import a realm');

function variable(_, name) {
  const value = process.env[name];
  if (!value) throw new Error(`${FILE} names ${name}, which is not set`);
  return value;
}

const realm = JSON.parse(readFileSync(FILE, 'utf8').replace(/\$\{(\w+)\}/g, variable));
const [client] = realm.clients;
const path = `/realms/${realm.realm}`;
const { handle } = makeProvider(`${process.env.KC_HOSTNAME}${path}`, {
  redirects: client.redirectUris,
  backchannel: client.attributes['backchannel.logout.url'],
  secret: client.secret,
  exact: true,
});
const { host } = new URL(process.env.KC_HOSTNAME);
const server = createServer((request, response) => {
  // With KC_HOSTNAME, Keycloak names this host in its metadata, whichever host was asked.
  request.headers.host = host;
  // Below its path, the provider sees its own routes and the full URL.
  request.originalUrl = request.url;
  if (request.url.startsWith(`${path}/`)) request.url = request.url.slice(path.length);
  handle(request, response);
});
server.listen(8080, '0.0.0.0', () => console.log('listening'));
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
