// A client of an application behind a proxy, with cookies and without a browser: each header of a request is chosen by the test.
import assert from 'node:assert/strict';
import https from 'node:https';
import { password } from '../../browser/harness/fixture.mjs';
import { Authenticator } from '../../browser/harness/totp.mjs';

export const HOST = 'app.corp.example';
export const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export const navigation = {
  accept: 'text/html,application/xhtml+xml',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};
export const script = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
export const socket = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** Sends a request through a proxy on this machine. `address` is where the proxy listens, `from` the address of the client. */
export function ask(
  port,
  { method = 'GET', path = '/orders?x=1&y=a%26b', headers = {}, body, agent, host = HOST, ...rest },
) {
  const { protocol = https, address = '127.0.0.1', from } = rest;
  const options = {
    method,
    agent,
    host: address,
    port,
    path,
    localAddress: from,
    servername: host,
    rejectUnauthorized: false,
    headers: { host: `${host}:${port}`, ...headers, ...(body && { 'content-length': body.length }) },
  };
  return new Promise((done, fail) => {
    const request = protocol.request(options, (response) => {
      let text = '';
      const finish = () =>
        done({
          status: response.statusCode,
          headers: response.headers,
          body: text,
          reused: request.reusedSocket,
        });
      response.setEncoding('utf8');
      response.on('data', (data) => {
        text += data;
        // A stream does not end.
        if (response.headers['content-type'] === 'text/event-stream') {
          finish();
          request.destroy();
        }
      });
      response.on('end', finish);
    });
    request.on('upgrade', (response, stream) => {
      stream.destroy();
      done({ status: response.statusCode, headers: response.headers, body: '' });
    });
    request.on('error', fail);
    request.setTimeout(60_000, () => request.destroy(new Error('no answer in 60 s')));
    request.end(body);
  });
}

/** A client with cookies. */
export class Visitor {
  cookies = new Map();

  /** `port` and the members of `way` are those of {@link ask}. */
  constructor(port, way = {}) {
    this.port = port;
    this.way = way;
  }

  get cookie() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get token() {
    return this.cookies.get('__Host-XSRF-TOKEN');
  }

  /** Sends a request of a script to the application. */
  request({ headers, ...more } = {}) {
    return ask(this.port, { ...this.way, ...more, headers: { ...script, ...headers, cookie: this.cookie } });
  }

  /** Sends a request to the service, and keeps its cookies. */
  async call(method, path, body) {
    const headers = body && { 'content-type': 'application/json', 'x-xsrf-token': this.token };
    const answer = await this.request({ method, path, headers, body: body && JSON.stringify(body) });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    assert.equal(answer.status, 200, answer.body);
    return JSON.parse(answer.body);
  }

  async signIn(username) {
    await this.call('GET', '/api/auth/csrf-token');
    return this.call('POST', '/api/auth/login', { username, password });
  }

  /** `apps` has one authenticator app for each user: a service accepts each code of a user once. */
  async signInWithCode(username, apps) {
    await this.signIn(username);
    apps[username] ??= new Authenticator(SECRET);
    await this.call('POST', '/api/mfa/verify', { code: await apps[username].code() });
  }

  async signOut() {
    await this.call('POST', '/api/auth/logout', {});
  }
}
