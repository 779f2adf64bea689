import { Component, inject } from '@angular/core';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { Session, User } from 'vestibule';
import { TestSession, provideVestibuleTesting } from 'vestibule/testing';
import {
  WANTS_PROOF,
  button,
  dialog,
  fakeModalDialogs,
  wantsProof,
  words,
} from '../../../spec/dialogs';
import { Identity } from '../api/identities';
import { Provider } from '../api/providers';
import { ExternalNavigation } from '../ui/external-navigation';
import { SignInMethods } from './sign-in-methods';

const OKTA: Identity = {
  id: 'aWQ-1',
  provider: 'okta',
  label: 'Okta',
  email: 'grace@corp.example',
  linkedAt: '2026-11-20T09:00:00.000Z',
  lastLoginAt: '2026-11-22T10:00:00.000Z',
};
const AUTH0: Identity = {
  ...OKTA,
  id: 'aWQ-2',
  provider: 'auth0',
  label: 'Auth0',
  email: null,
  lastLoginAt: null,
};
const provider = (name: string, label: string, available = true): Provider => ({
  name,
  label,
  kind: name,
  available,
  loginUrl: `/api/auth/login/${name}`,
});
const PROVIDERS = [provider('okta', 'Okta'), provider('auth0', 'Auth0')];

@Component({
  selector: 'app-page',
  imports: [SignInMethods],
  template: `
    @if (session.user(); as user) {
      <app-sign-in-methods [user]="user" />
    }
  `,
})
class Page {
  protected readonly session = inject(Session);
}

describe('the ways to sign in', () => {
  let http: HttpTestingController;
  let harness: RouterTestingHarness;
  let page: HTMLElement;
  let externalNavigate: ReturnType<typeof vi.fn>;

  async function open({
    user = {},
    identities = [OKTA],
    providers = PROVIDERS,
    url = '/',
    status = 200,
  }: {
    user?: Partial<User>;
    identities?: Identity[];
    providers?: Provider[];
    url?: string;
    status?: number;
  } = {}): Promise<void> {
    fakeModalDialogs();
    externalNavigate = vi.fn();
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: '', pathMatch: 'full', component: Page }]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ user }),
        { provide: ExternalNavigation, useValue: { go: externalNavigate } },
      ],
    });
    http = TestBed.inject(HttpTestingController);
    harness = await RouterTestingHarness.create(url);
    page = harness.routeNativeElement!;
    document.body.append(harness.fixture.nativeElement as HTMLElement);
    const list = http.expectOne('/api/account/identities');
    if (status === 200) list.flush({ identities });
    else list.flush({ code: 'store_unavailable' }, { status, statusText: 'x' });
    http.expectOne('/api/auth/providers').flush({ providers });
    await settle();
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      await harness.fixture.whenStable();
    }
  }

  async function press(name: string): Promise<void> {
    button(name).click();
    await settle();
  }

  /** Answers the deletion of Okta. */
  async function answer(body: object = {}, status = 200): Promise<void> {
    http
      .expectOne({ method: 'DELETE', url: '/api/account/identities/aWQ-1' })
      .flush(body, { status, statusText: 'x' });
    await settle();
  }

  const buttons = () => [...page.querySelectorAll('button')].map(words);
  const question = () => page.querySelector('[role=group]');
  const said = () => words(page.querySelector('[role=status] .notice'));
  const items = () => [...page.querySelectorAll('app-sign-in-methods > ul > li')].map(words);

  afterEach(() => {
    (harness.fixture.nativeElement as HTMLElement).remove();
    TestBed.inject(TestSession).end(null);
  });

  it('are the password, the providers with who one is there, and the authenticator app', async () => {
    await open({ identities: [OKTA, AUTH0] });
    const [password, okta, auth0, app] = items();
    expect(password).toContain('Password');
    expect(okta).toMatch(
      /^Okta ?as grace@corp.example ?connected since .*2026.* ?last used on .*2026.* Disconnect Okta$/,
    );
    expect(auth0).toMatch(
      /^Auth0 ?connected since .*2026.* ?not used to sign in yet Disconnect Auth0$/,
    );
    expect(app).toMatch(/^Authenticator app off.*Set up authenticator app$/);
    expect(page.querySelector('a')?.getAttribute('href')).toBe('/mfa-setup');
    expect(buttons()).toEqual(['Disconnect Okta', 'Disconnect Auth0']);
  });

  it('hold no password where there is none', async () => {
    await open({ user: { authProvider: 'okta', mfaEnabled: true } });
    expect(items()[0]).toMatch(/^Okta/);
    expect(items().at(-1)).toMatch(/^Authenticator app on.*Replace authenticator app$/);
  });

  it('can be asked for again', async () => {
    await open({ status: 503 });
    expect(words(page.querySelector('[role=alert]'))).toContain('interrupted');
    expect(items()).toHaveLength(2);
    await press('Try again');
    http.expectOne('/api/account/identities').flush({ identities: [OKTA] });
    await settle();
    expect(items()).toHaveLength(3);
  });

  describe('to disconnect', () => {
    it('say first what will happen, and can be kept', async () => {
      await open();
      await press('Disconnect Okta');
      expect(document.activeElement).toBe(question());
      expect(words(question())).toMatch(
        /^Disconnect Okta\? Whoever signs in there as grace@corp.example does not reach this account any more/,
      );
      http.expectNone('/api/account/identities/aWQ-1');
      await press('Keep it');
      expect(question()).toBeNull();
      expect(document.activeElement).toBe(button('Disconnect Okta'));
    });

    it('are kept with Escape too', async () => {
      await open();
      await press('Disconnect Okta');
      question()!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
      await settle();
      expect(question()).toBeNull();
    });

    it('are gone, which is said, and can be connected again', async () => {
      await open();
      const reload = vi.spyOn(TestBed.inject(TestSession), 'reloadUser');
      await press('Disconnect Okta');
      await press('Disconnect');
      await answer();
      expect(said()).toBe('Okta is disconnected. It does not open your account any more.');
      expect(words(document.activeElement)).toBe('Ways to sign in');
      expect(buttons()).toEqual(['Connect Okta', 'Connect Auth0']);
      expect(reload).toHaveBeenCalledTimes(1);
    });

    it('ask for a fresh proof where the server does, and go on by themselves', async () => {
      await open();
      await press('Disconnect Okta');
      await press('Disconnect');
      await answer(wantsProof('password'), 403);
      await vi.waitUntil(dialog, { timeout: 20_000 });
      const field = dialog()!.querySelector<HTMLInputElement>('#reauthentication-password')!;
      field.value = 'correct horse';
      field.dispatchEvent(new Event('input'));
      await press('Continue');
      http.expectOne('/api/auth/reauthenticate').flush({ session: { state: 'signedIn' } });
      await settle();
      await answer();
      expect(said()).toContain('Okta is disconnected.');
    });

    it('stay as they are when the proof is not given', async () => {
      await open();
      await press('Disconnect Okta');
      await press('Disconnect');
      await answer(wantsProof('password'), 403);
      await vi.waitUntil(dialog, { timeout: 20_000 });
      await press('Cancel');
      expect(question()).not.toBeNull();
      expect(page.querySelector('[role=alert]')).toBeNull();
      expect(buttons()).toContain('Disconnect');
    });

    it('are not offered where nobody could get in any more', async () => {
      await open({ user: { authProvider: 'okta' } });
      await press('Disconnect Okta');
      expect(words(question())).toMatch(/^Okta is the only way into your account, so it stays\./);
      await press('Close');
      expect(question()).toBeNull();
    });

    it('explain kindly that the server knows it to be the last way in', async () => {
      await open({ user: { authProvider: 'okta' }, identities: [OKTA, AUTH0] });
      await press('Disconnect Okta');
      await press('Disconnect');
      await answer({ code: 'last_way_in' }, 409);
      expect(words(page.querySelector('[role=alert]'))).toContain(
        'Set up another way to sign in first',
      );
    });

    it('were disconnected in another tab', async () => {
      await open();
      await press('Disconnect Okta');
      await press('Disconnect');
      await answer({ code: 'not_found' }, 404);
      http.expectOne('/api/account/identities').flush({ identities: [] });
      await settle();
      expect(said()).toBe('That was disconnected already.');
      expect(buttons()).toEqual(['Connect Okta', 'Connect Auth0']);
    });
  });

  describe('to connect', () => {
    it('are the other providers; one that is down says so', async () => {
      await open({ providers: [...PROVIDERS, provider('corp', 'Corp', false)] });
      expect(buttons()).toEqual(['Disconnect Okta', 'Connect Auth0', 'Connect Corp']);
      expect(button('Connect Auth0').disabled).toBe(false);
      expect(button('Connect Corp').disabled).toBe(true);
      expect(words(page.querySelector('app-link-provider'))).toContain(
        'Corp cannot be reached right now.',
      );
    });

    it('that are down are tried again until they are back, with the keyboard left where it is', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      try {
        const corp = provider('corp', 'Corp', false);
        await open({ providers: [...PROVIDERS, corp] });
        button('Connect Auth0').focus();
        const focused = document.activeElement;
        for (const available of [false, true]) {
          vi.advanceTimersByTime(10_000);
          http
            .expectOne('/api/auth/providers')
            .flush({ providers: [...PROVIDERS, { ...corp, available }] });
          await settle();
          expect(button('Connect Corp').disabled).toBe(!available);
          expect(document.activeElement).toBe(focused);
        }
        vi.advanceTimersByTime(60_000);
        http.expectNone('/api/auth/providers');
      } finally {
        vi.useRealTimers();
      }
    });

    it('lead to the provider, and back with a mark', async () => {
      await open({ url: '/?tab=devices' });
      await press('Connect Auth0');
      const request = http.expectOne('/api/account/identities/auth0');
      expect(request.request.body).toEqual({ returnTo: '/?tab=devices&linked=auth0' });
      request.flush({ redirect: 'https://auth0.example/authorize' });
      await settle();
      expect(externalNavigate).toHaveBeenCalledExactlyOnceWith('https://auth0.example/authorize');
    });

    it('ask for a fresh proof where the server does, also through another provider', async () => {
      await open();
      await press('Connect Auth0');
      http
        .expectOne('/api/account/identities/auth0')
        .flush(wantsProof('provider:okta'), WANTS_PROOF);
      await vi.waitUntil(dialog, { timeout: 20_000 });
      await press('Continue with Okta');
      const request = http.expectOne('/api/auth/reauthenticate/okta');
      expect(request.request.body).toEqual({ returnTo: '/?link=auth0&reauthenticated=1' });
    });

    it.each([
      [404, { code: 'not_found' }, 'does not exist'],
      [503, { code: 'provider_unavailable', retryAfter: 30 }, 'cannot be reached right now'],
    ])('say why not: %d', async (status, body, sentence) => {
      await open();
      await press('Connect Auth0');
      http.expectOne('/api/account/identities/auth0').flush(body, { status, statusText: 'x' });
      await settle();
      expect(words(page.querySelector('[role=alert]'))).toContain(sentence);
      expect(externalNavigate).not.toHaveBeenCalled();
    });
  });

  describe('after the way back', () => {
    const start = () => page.querySelector('[data-initial-focus]');

    it('say what was connected, begin there, and tidy the address', async () => {
      await open({ url: '/?tab=devices&linked=okta' });
      expect(start()).toBe(page.querySelector('h2'));
      expect(said()).toBe('Okta is connected. It opens your account now.');
      expect(TestBed.inject(Router).url).toBe('/?tab=devices');
    });

    it('say nothing that is not so, whatever is in the address', async () => {
      await open({ url: '/?linked=auth0' });
      expect(said()).toBe('');
      expect(TestBed.inject(Router).url).toBe('/');
    });

    it('put the question again that a proof was needed for, and do nothing alone', async () => {
      await open({ url: '/?unlink=aWQ-1&reauthenticated=1' });
      expect(said()).toContain('Confirmed. Go on');
      expect(start()).toBe(question());
      expect(TestBed.inject(Router).url).toBe('/');
      http.expectNone('/api/account/identities/aWQ-1');
    });

    it('begin at what was to be connected, and do nothing alone', async () => {
      await open({ url: '/?link=auth0&reauthenticated=1' });
      expect(said()).toContain('Confirmed. Go on');
      expect(start()).toBe(button('Connect Auth0'));
      http.expectNone('/api/account/identities/auth0');
    });
  });
});
