import { Code, SEVERITIES } from './text/texts';

/** Each event is sent 150 ms after the one before it: five of them take 600 ms. */
const BUFFERED_WITHIN_MS = 300;
const CSRF_COOKIE = /(?:^|;\s*)(?:__Host-)?XSRF-TOKEN=([\w-]{64})(?=;|$)/;

/** What the service received. */
interface Answer {
  readonly cookieSet: string;
  readonly cookieReceived: string | null;
  readonly origins: readonly string[];
  readonly findings: readonly { readonly code: string }[];
}

/** The codes of what is wrong; `proof` if the second factor is too old. */
export type Outcome = readonly Code[] | 'proof' | 'failed';

/** Does what a browser does at a login: cookies and CSRF token must come back, and events must not be held. */
export class Handshake {
  private readonly found = new Set<Code>();

  constructor(private readonly window: Window & typeof globalThis) {}

  async run(): Promise<Outcome> {
    const response = await this.request('request');
    if (response.status === 401 || response.status === 403) return 'proof';
    const first = await answerOf(response);
    if (!first) return response.status < 500 ? ['public_url_elsewhere'] : 'failed';
    for (const { code } of first.findings) {
      if (Object.hasOwn(SEVERITIES, code)) this.found.add(code as Code);
    }
    if (!first.origins.includes(this.window.location.origin)) this.found.add('origin_refused');
    await this.second(first);
    await this.csrf();
    if ((await this.isBuffered()) && (await this.isBuffered())) this.found.add('stream_buffered');
    const order = Object.keys(SEVERITIES) as Code[];
    return order.filter((code) => this.found.has(code));
  }

  private request(path: string, init: RequestInit = {}): Promise<Response> {
    // Relative to the base of the document, which has the path of the public URL.
    const url = new URL(`api/admin/doctor/${path}`, this.window.document.baseURI);
    return this.window.fetch(url, { credentials: 'same-origin', ...init });
  }

  private async second(first: Answer): Promise<void> {
    const second = await answerOf(await this.request('request'));
    // Each answer of the service has another value.
    if (second?.cookieSet === first.cookieSet) this.found.add('api_cached');
    else if (second?.cookieReceived !== first.cookieSet) this.found.add('cookie_lost');
  }

  private async csrf(): Promise<void> {
    const token = CSRF_COOKIE.exec(this.window.document.cookie)?.[1];
    if (token === undefined) {
      this.found.add('cookie_lost');
      return;
    }
    const headers = { 'Content-Type': 'application/json', 'X-XSRF-TOKEN': token };
    const response = await this.request('request', { method: 'POST', headers, body: '{}' });
    if (response.ok) return;
    const { reason } = ((await response.json().catch(() => null)) ?? {}) as { reason?: string };
    this.found.add(
      reason === 'origin' || reason === 'fetchSite' ? 'origin_refused' : 'csrf_refused',
    );
  }

  private async isBuffered(): Promise<boolean> {
    const reader = (await this.request('stream')).body?.getReader();
    let [first, last] = [0, 0];
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return last - first < BUFFERED_WITHIN_MS;
      last = this.window.performance.now();
      first ||= last;
    }
  }
}

async function answerOf(response: Response): Promise<Answer | null> {
  if (!response.ok) return null;
  return (await response.json().catch(() => null)) as Answer | null;
}
