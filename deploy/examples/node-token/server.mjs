// An API behind a proxy that passes on the header X-Vestibule-Token. It checks the token itself and sends no request for a user.
// Run: VESTIBULE_URL=http://localhost:3000 AUDIENCE=https://api.example.org PORT=4000 node server.mjs
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

const vestibule = process.env.VESTIBULE_URL ?? 'http://localhost:3000';
const issuer = process.env.ISSUER ?? vestibule;
const audience = process.env.AUDIENCE;
const keys = new Map();
let loadedAt = 0;

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Returns the public key. An unknown one is looked up at most every ten seconds: a client can invent key ids. */
async function keyOf(kid) {
  if (!keys.has(kid) && Date.now() - loadedAt > 10_000) {
    loadedAt = Date.now();
    const set = await (await fetch(`${vestibule}/.well-known/jwks.json`)).json();
    keys.clear();
    for (const jwk of set.keys) keys.set(jwk.kid, createPublicKey({ key: jwk, format: 'jwk' }));
  }
  return keys.get(kid);
}

/** Returns the claims of a valid token, or null. */
async function claimsOf(token = '') {
  try {
    const [head, body, signature] = token.split('.');
    const { alg, kid } = decode(head);
    const key = alg === 'EdDSA' && (await keyOf(kid));
    if (!key || !verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')))
      return null;
    const claims = decode(body);
    const now = Date.now() / 1000;
    const isOurs = claims.iss === issuer && claims.aud === audience;
    return isOurs && claims.exp > now - 5 && claims.iat < now + 5 ? claims : null;
  } catch {
    return null;
  }
}

const server = createServer(async (request, response) => {
  const send = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const claims = await claimsOf(request.headers['x-vestibule-token']);
  if (!claims) return send(401, { code: 'not_signed_in' });
  const isReport = new URL(request.url, 'http://api').pathname === '/api/reports';
  if (isReport && !claims.roles.some((role) => ['admin', 'auditor'].includes(role)))
    return send(403, { code: 'forbidden' });
  send(200, { user: claims.sub });
});
server.listen(process.env.PORT ?? 4000, '127.0.0.1');
