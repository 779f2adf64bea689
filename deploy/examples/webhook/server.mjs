// A receiver of webhooks. It checks the signature, ignores messages that it has processed, and answers at once.
// Run: SECRET=whsec_… PORT=4000 node server.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const key = Buffer.from((process.env.SECRET ?? '').replace(/^whsec_/, ''), 'base64');
if (key.length < 24) throw new Error('SECRET is not the secret of a webhook');
/** Longest difference of the clocks, in seconds. An older message may be one that an attacker has recorded. */
const TOLERANCE = 300;
const BODY_MAX = 64 * 1024;
/** Ids of processed messages. A real receiver keeps them in its database, in the transaction that processes the message. */
const processed = new Set();
const names = new Map();

/** Returns the message, or null if Vestibule has not signed it. */
function verified(headers, body) {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const age = Math.abs(Date.now() / 1000 - Number(timestamp));
  // NaN is not smaller.
  if (!id || !(age <= TOLERANCE)) return null;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  // During a rotation of the secret there are two signatures.
  const isSigned = (headers['webhook-signature'] ?? '').split(' ').some((signature) => {
    const [version, value] = signature.split(/,(.*)/s);
    const given = Buffer.from(value ?? '', 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isSigned ? JSON.parse(body) : null;
}

/** Applies a message. The user is as it was at the delivery, so the order of two messages hardly matters. */
function apply({ type, userId, user }) {
  // A later version sends further types, and `webhook.test` is about no user.
  if (!type.startsWith('user.') || userId === null) return;
  if (user === null || user.status !== 'active') names.delete(userId);
  else names.set(userId, user.displayName ?? user.username);
}

async function read(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const send = (status, body = '') => response.writeHead(status).end(body);
  if (request.method === 'HEAD') return send(204);
  if (request.method === 'GET') return send(200, JSON.stringify(Object.fromEntries(names)));
  // The bytes as they arrived: JSON that was parsed and written again has another signature.
  const body = await read(request);
  if (body === null) return send(413);
  const message = verified(request.headers, body);
  if (message === null) return send(401);
  if (!processed.has(message.id)) {
    apply(message);
    processed.add(message.id);
  }
  send(204);
});
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
