// An SMS gateway: checks signatures (Standard Webhooks 1.0), and sends one text for each id.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { eventually } from './browser.mjs';

const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/**
 * Starts the gateway. `behave` sets what it does from now on: the status of its answers, or `'hang'` for none. `settings` are those of
 * the service.
 */
export async function startSmsGateway() {
  let behaviour = 204;
  const requests = [];
  const texts = new Map();
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (request.headers['webhook-signature'] !== signatureOf(request.headers, body)) {
      response.writeHead(401).end();
      return;
    }
    const message = JSON.parse(body);
    requests.push(message);
    if (behaviour === 'hang') return;
    if (behaviour < 300) texts.set(message.id, message);
    response.writeHead(behaviour).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));

  return {
    settings: {
      VESTIBULE_SMS_URL: `http://127.0.0.1:${server.address().port}/messages`,
      VESTIBULE_SMS_KEY: `whsec_${SECRET}`,
    },
    behave: (next) => (behaviour = next),
    /** Returns the requests about a number, each attempt of a message. */
    requestsTo: (number) => requests.filter(({ to }) => to === number),
    /** Waits until a phone has this many texts, and returns the code of the last one. */
    async code(number, count = 1) {
      const of = () => [...texts.values()].filter(({ to }) => to === number);
      await eventually(`${count} texts to ${number}`, () => of().length >= count);
      // By this line, a browser fills in the code on pages of this host only.
      return /^@localhost #(\d{8})$/.exec(of()[count - 1].text.split('\n').at(-1))[1];
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function signatureOf(headers, body) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', Buffer.from(SECRET, 'base64')).update(signed).digest('base64')}`;
}
