import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { BACKENDS } from './api-address';
import { csrfInterceptor } from './csrf';
import { DEFAULT_OPTIONS, VESTIBULE_OPTIONS } from './options';

const FAILED = [{ code: 'csrf_failed' }, { status: 403, statusText: 'Forbidden' }] as const;

describe('csrfInterceptor', () => {
  let client: HttpClient;
  let http: HttpTestingController;

  function start(apiBase = '/api', backends: readonly string[] = []): void {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([csrfInterceptor])),
        provideHttpClientTesting(),
        { provide: VESTIBULE_OPTIONS, useValue: { ...DEFAULT_OPTIONS, apiBase } },
        { provide: BACKENDS, useValue: backends },
      ],
    });
    client = TestBed.inject(HttpClient);
    http = TestBed.inject(HttpTestingController);
  }

  const tick = () => new Promise((resolve) => setTimeout(resolve));
  const tokenOf = (url: string) => {
    const request = http.expectOne(url);
    return { request, token: request.request.headers.get('X-XSRF-TOKEN') };
  };

  beforeEach(() => (document.cookie = 'XSRF-TOKEN=from-cookie'));

  afterEach(() => {
    http.verify();
    document.cookie = 'XSRF-TOKEN=; Max-Age=0';
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'adds the token to a %s request to the API',
    (method) => {
      start();
      client.request(method, '/api/things', { body: {} }).subscribe();
      expect(tokenOf('/api/things').token).toBe('from-cookie');
    },
  );

  it("adds the token to unsafe requests to the application's own APIs", () => {
    start('/api', ['/orders', 'https://api.corp.example']);
    for (const url of ['/orders/7', 'https://api.corp.example/orders']) {
      client.post(url, {}).subscribe();
      expect(tokenOf(url).token).toBe('from-cookie');
      client.get(url).subscribe();
      expect(tokenOf(url).token).toBeNull();
    }
    // Angular itself adds the cookie to requests to paths of this origin.
    for (const url of ['https://api.corp.example.evil/orders', 'https://corp.example/orders']) {
      client.post(url, {}).subscribe();
      expect(tokenOf(url).token).toBeNull();
    }
  });

  it('adds no token to a GET request', () => {
    start();
    client.get('/api/things').subscribe();
    expect(tokenOf('/api/things').token).toBeNull();
  });

  it.each([
    'https://other.example/api/things',
    '//other.example/api/x',
    'https://localhost.evil/api/',
  ])('adds no token to a request to %s', (url) => {
    start();
    client.post(url, {}).subscribe();
    expect(tokenOf(url).token).toBeNull();
  });

  it('requests a token when there is no cookie', async () => {
    document.cookie = 'XSRF-TOKEN=; Max-Age=0';
    start();
    client.post('/api/things', {}).subscribe();
    http.expectOne('/api/auth/csrf-token').flush({ csrfToken: 'requested' });
    await tick();
    expect(tokenOf('/api/things').token).toBe('requested');
  });

  it('requests one token for an API of another origin, and keeps it', async () => {
    start('https://id.corp.example/api');
    client.post('https://id.corp.example/api/one', {}).subscribe();
    client.post('https://id.corp.example/api/two', {}).subscribe();
    http.expectOne('https://id.corp.example/api/auth/csrf-token').flush({ csrfToken: 'requested' });
    await tick();
    const one = tokenOf('https://id.corp.example/api/one');
    expect(one.token).toBe('requested');
    expect(tokenOf('https://id.corp.example/api/two').token).toBe('requested');
    one.request.flush({});
    client.post('https://id.corp.example/api/three', {}).subscribe();
    expect(tokenOf('https://id.corp.example/api/three').token).toBe('requested');
  });

  it('requests a new token after the session ID has changed', async () => {
    start('https://id.corp.example/api');
    client.post('https://id.corp.example/api/auth/login', {}).subscribe();
    http.expectOne('https://id.corp.example/api/auth/csrf-token').flush({ csrfToken: 'before' });
    await tick();
    http.expectOne('https://id.corp.example/api/auth/login').flush({});
    client.post('https://id.corp.example/api/things', {}).subscribe();
    http.expectOne('https://id.corp.example/api/auth/csrf-token').flush({ csrfToken: 'after' });
    await tick();
    expect(tokenOf('https://id.corp.example/api/things').token).toBe('after');
  });

  const OURS = 'A-z_0'.repeat(13).slice(0, 64);

  /** Sets the text of `document.cookie`, as a browser shows it. */
  function showCookies(text: string): void {
    vi.spyOn(document, 'cookie', 'get').mockReturnValue(text);
  }

  afterEach(() => vi.restoreAllMocks());

  it.each([
    [`XSRF-TOKEN=${OURS}`, OURS],
    [`a=b; XSRF-TOKEN=foreign; XSRF-TOKEN=${OURS}`, OURS],
    [`XSRF-TOKEN=${OURS}; XSRF-TOKEN=foreign`, OURS],
    [`XSRF-TOKEN=%E0%A4%A; XSRF-TOKEN=${OURS}`, OURS],
    [`XSRF-TOKEN=${'B'.repeat(64)}; XSRF-TOKEN=${OURS}`, OURS],
    [`XSRF-TOKEN=foreign; __Host-XSRF-TOKEN=${OURS}`, OURS],
    [`__Host-XSRF-TOKEN=${OURS}; XSRF-TOKEN=${'B'.repeat(64)}`, OURS],
    ['XSRF-TOKEN=%E0%A4%A', '%E0%A4%A'],
    ['XSRF-TOKEN="a=b"', '"a=b"'],
    [`xXSRF-TOKEN=${OURS}; XSRF-TOKEN2=${OURS}; XSRF-TOKEN=last`, 'last'],
  ])('takes the token that can be ours from the cookies %s', (cookies, expected) => {
    start();
    showCookies(cookies);
    client.post('/api/things', {}).subscribe();
    expect(tokenOf('/api/things').token).toBe(expected);
  });

  it('requests the token once while the cookie is another application’s', async () => {
    start();
    showCookies('XSRF-TOKEN=%E0%A4%A');
    client.post('/api/one', {}).subscribe();
    http.expectOne('/api/one').flush(...FAILED);
    http.expectOne('/api/auth/csrf-token').flush({ csrfToken: 'requested' });
    await tick();
    expect(tokenOf('/api/one').token).toBe('requested');
    client.post('/api/two', {}).subscribe();
    expect(tokenOf('/api/two').token).toBe('requested');
    // A new cookie may be ours, for example after a sign-in in another tab.
    showCookies(`XSRF-TOKEN=%E0%A4%A; XSRF-TOKEN=${OURS}`);
    client.post('/api/three', {}).subscribe();
    expect(tokenOf('/api/three').token).toBe(OURS);
  });

  it.each(['origin', 'fetchSite'])('does not retry when the rule is %s', async (reason) => {
    start();
    const failures: unknown[] = [];
    client.post('/api/things', {}).subscribe({ error: (error: unknown) => failures.push(error) });
    http
      .expectOne('/api/things')
      .flush({ code: 'csrf_failed', reason }, { status: 403, statusText: 'Forbidden' });
    await tick();
    expect(failures).toHaveLength(1);
  });

  it('replaces the token that Angular’s own XSRF protection adds', () => {
    start();
    showCookies(`XSRF-TOKEN=foreign; XSRF-TOKEN=${OURS}`);
    // Angular reads the first cookie of the name, and adds it to requests to an API of the application.
    client.post('/own/things', {}).subscribe();
    expect(tokenOf('/own/things').token).toBe('foreign');
    client.post('/api/things', {}).subscribe();
    expect(tokenOf('/api/things').token).toBe(OURS);
  });

  it('retries once with a new token after csrf_failed', async () => {
    start();
    const answers: unknown[] = [];
    client.post('/api/things', { a: 1 }).subscribe((answer) => answers.push(answer));
    http.expectOne('/api/things').flush(...FAILED);
    http.expectOne('/api/auth/csrf-token').flush({ csrfToken: 'new' });
    await tick();
    const retry = tokenOf('/api/things');
    expect(retry.token).toBe('new');
    expect(retry.request.request.body).toEqual({ a: 1 });
    retry.request.flush({ done: true });
    expect(answers).toEqual([{ done: true }]);
  });

  it('fails when the retry fails', async () => {
    start();
    const failures: unknown[] = [];
    client.post('/api/things', {}).subscribe({ error: (error: unknown) => failures.push(error) });
    http.expectOne('/api/things').flush(...FAILED);
    http.expectOne('/api/auth/csrf-token').flush({ csrfToken: 'new' });
    await tick();
    http.expectOne('/api/things').flush(...FAILED);
    await tick();
    expect(failures).toHaveLength(1);
  });

  it('does not retry after another error', async () => {
    start();
    const failures: unknown[] = [];
    client.post('/api/things', {}).subscribe({ error: (error: unknown) => failures.push(error) });
    http
      .expectOne('/api/things')
      .flush({ code: 'forbidden' }, { status: 403, statusText: 'Forbidden' });
    await tick();
    expect(failures).toHaveLength(1);
  });
});
