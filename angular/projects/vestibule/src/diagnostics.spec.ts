import {
  HttpClient,
  HttpErrorResponse,
  HttpInterceptorFn,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { throwError } from 'rxjs';
import { FakeTabChannel, sessionView } from '../spec/fakes';
import { reported } from './diagnostics';
import { DEFAULT_OPTIONS, VESTIBULE_OPTIONS } from './options';
import { vestibuleInterceptors } from './provide';
import { Session } from './session';
import { TabChannel } from './tab-channel';

describe('In development, the console', () => {
  let http: HttpTestingController;
  let session: Session;
  let messages: string[];
  let bases = 0;

  /** Each test has an address of its own, because each message is written once. */
  function start(base = '/api', interceptors = vestibuleInterceptors): string {
    const apiBase = `${base}${(bases += 1)}`;
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors(interceptors)),
        provideHttpClientTesting(),
        { provide: VESTIBULE_OPTIONS, useValue: { ...DEFAULT_OPTIONS, apiBase } },
        { provide: TabChannel, useValue: new FakeTabChannel() },
        Session,
      ],
    });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(Session);
    return apiBase;
  }

  async function settle(): Promise<void> {
    TestBed.tick();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }

  beforeEach(() => {
    messages = [];
    reported.clear();
    document.cookie = 'XSRF-TOKEN=token';
    vi.spyOn(console, 'error').mockImplementation((text: string) => void messages.push(text));
  });

  afterEach(() => vi.restoreAllMocks());

  it.each([
    [404, '/api', 'Compare apiBase'],
    [401, '/api', 'without a session'],
    [504, '/api', 'Start the service'],
    [0, '/api', 'Start the service'],
    [0, 'https://id.corp.example/api', `VESTIBULE_ALLOWED_ORIGINS=${location.origin}`],
  ])('explains an answer %d of %s once', async (status, base, remedy) => {
    const apiBase = start(base);
    for (let round = 0; round < 2; round++) {
      const refreshed = session.refresh().catch(() => undefined);
      const request = http.expectOne(`${apiBase}/auth/session`);
      if (status === 0) request.error(new ProgressEvent('error'));
      else
        request.flush('<!doctype html>', {
          status: status === 200 ? 200 : status,
          statusText: 'x',
        });
      await refreshed;
      for (const more of http.match(`${apiBase}/auth/session`))
        more.flush(sessionView('anonymous'));
      await settle();
    }
    expect(messages.length).toBe(1);
    expect(messages[0]).toContain(remedy);
  });

  it('explains a page instead of JSON', async () => {
    // The testing backend cannot fail to parse.
    const unreadable: HttpInterceptorFn = () =>
      throwError(() => new HttpErrorResponse({ status: 200, error: new SyntaxError() }));
    start('/api', [...vestibuleInterceptors, unreadable]);
    await session.refresh().catch(() => undefined);
    expect(messages).toEqual([expect.stringContaining('proxy.conf.json')]);
  });

  it('explains that the interceptors are missing', async () => {
    const apiBase = start('/api', []);
    const refreshed = session.refresh();
    http.expectOne(`${apiBase}/auth/session`).flush(sessionView('anonymous'));
    await refreshed;
    expect(messages).toEqual([expect.stringContaining('withInterceptors(vestibuleInterceptors)')]);
  });

  it('explains a refused origin', () => {
    const apiBase = start();
    TestBed.inject(HttpClient)
      .post(`${apiBase}/auth/keep-alive`, {})
      .subscribe({ error: () => undefined });
    http
      .expectOne(`${apiBase}/auth/keep-alive`)
      .flush(
        { code: 'csrf_failed', reason: 'origin', expected: 'https://id.corp.example' },
        { status: 403, statusText: 'Forbidden' },
      );
    expect(messages).toEqual([expect.stringContaining('public URL is https://id.corp.example')]);
  });

  it('explains a cookie that the browser did not store', async () => {
    const apiBase = start();
    session.apply(sessionView('signedIn'));
    await settle();
    const refreshed = session.refresh();
    http.expectOne(`${apiBase}/auth/session`).flush(sessionView('anonymous'));
    await settle();
    for (const me of http.match(`${apiBase}/auth/me`)) {
      me.flush({ code: 'not_signed_in' }, { status: 401, statusText: 'Unauthorized' });
    }
    await settle();
    for (const more of http.match(`${apiBase}/auth/session`)) more.flush(sessionView('anonymous'));
    await refreshed;
    expect(messages).toEqual([expect.stringContaining('did not store the cookie')]);
  });

  it('stays empty when all is well', async () => {
    const apiBase = start();
    const refreshed = session.refresh();
    http.expectOne(`${apiBase}/auth/session`).flush(sessionView('anonymous'));
    await refreshed;
    expect(messages).toEqual([]);
  });
});
