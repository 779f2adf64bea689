// A browser without pages: it keeps cookies, follows redirects one at a time, and sends the CSRF token.
export class Browser {
  #cookies = new Map();

  constructor(url) {
    this.url = url;
  }

  async fetch(route, { headers = {}, ...options } = {}) {
    const { host, href } = new URL(route, this.url);
    const jar = this.#cookies.get(host) ?? this.#cookies.set(host, new Map()).get(host);
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(href, {
      ...options,
      redirect: 'manual',
      headers: { ...(cookie && { cookie }), ...headers },
    });
    for (const text of response.headers.getSetCookie()) {
      const [name, value] = text.split(';')[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    return response;
  }

  /** Opens a page as a link does. */
  open(route, options = {}) {
    const headers = {
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'none',
      ...options.headers,
    };
    return this.fetch(route, { ...options, headers });
  }

  async post(route, body) {
    await this.fetch('/api/auth/csrf-token');
    const token = this.#cookies.get(new URL(this.url).host).get('XSRF-TOKEN');
    const headers = {
      'content-type': 'application/json',
      origin: new URL(this.url).origin,
      'x-xsrf-token': token,
    };
    return this.fetch(route, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}
