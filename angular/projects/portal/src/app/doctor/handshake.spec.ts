import { Handshake } from './handshake';

const TOKEN = 'a'.repeat(64);

interface Faults {
  readonly cached?: boolean;
  readonly cookieLost?: boolean;
  readonly csrf?: string;
  readonly status?: number;
  readonly cookie?: string;
  readonly findings?: string[];
  readonly origin?: string;
}

/** A browser whose requests a service with these faults answers. */
function browser(faults: Faults = {}): Window & typeof globalThis {
  let count = 0;
  let now = 0;
  let set = '';
  const answer = () => {
    const received = faults.cookieLost ? null : set || null;
    if (!faults.cached || count === 0) set = `value ${count++}`;
    const findings = (faults.findings ?? []).map((code) => ({ code }));
    return {
      cookieSet: set,
      cookieReceived: received,
      origins: ['https://corp.example'],
      findings,
    };
  };
  const stream = () =>
    new ReadableStream({
      start(controller) {
        for (const event of [0, 1, 2, 3, 4]) controller.enqueue(new Uint8Array([event]));
        controller.close();
      },
    });
  const fetch = (url: URL, { method = 'GET' }: RequestInit = {}) => {
    if (url.pathname.endsWith('/stream')) return Promise.resolve(new Response(stream()));
    if (method === 'POST' && faults.csrf !== undefined) {
      return Promise.resolve(Response.json({ reason: faults.csrf }, { status: 403 }));
    }
    return Promise.resolve(Response.json(answer(), { status: faults.status ?? 200 }));
  };
  return {
    fetch,
    performance: { now: () => (now += 150) },
    location: { origin: faults.origin ?? 'https://corp.example' },
    document: {
      baseURI: 'https://corp.example/auth/',
      cookie: faults.cookie ?? `other=1; __Host-XSRF-TOKEN=${TOKEN}`,
    },
  } as unknown as Window & typeof globalThis;
}

describe('the handshake', () => {
  it.each([
    [{}, []],
    [{ status: 403 }, 'proof'],
    [{ status: 401 }, 'proof'],
    [{ status: 503 }, 'failed'],
    [{ status: 404 }, ['public_url_elsewhere']],
    [{ cached: true }, ['api_cached']],
    [{ cookieLost: true }, ['cookie_lost']],
    [{ cookie: 'XSRF-TOKEN=short' }, ['cookie_lost']],
    [{ cookie: `XSRF-TOKEN=${TOKEN}; x=1` }, []],
    [{ csrf: 'origin' }, ['origin_refused']],
    [{ csrf: 'fetchSite' }, ['origin_refused']],
    [{ csrf: 'tokenMissing' }, ['csrf_refused']],
    [{ origin: 'http://corp.example' }, ['origin_refused']],
    [{ findings: ['scheme_differs', 'toString'] }, ['scheme_differs']],
  ])('of %j finds %j', async (faults: Faults, expected) => {
    expect(await new Handshake(browser(faults)).run()).toEqual(expected);
  });

  it('finds a proxy that holds events', async () => {
    const window = browser();
    Object.assign(window.performance, { now: () => 1 });
    expect(await new Handshake(window).run()).toEqual(['stream_buffered']);
  });
});
