import { Component, inject } from '@angular/core';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { ServiceSettings, Session, User } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import {
  FORBIDDEN,
  button,
  dialog,
  fakeModalDialogs,
  nameOf,
  provideDialogs,
  reauthenticationRequired,
  textOf,
} from '../../../spec/dialogs';
import { Identity } from '../../api/identities';
import { Provider } from '../../api/providers';
import { ExternalNavigation } from '../../ui/external-navigation';
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
  selector: 'vestibule-page',
  imports: [SignInMethods],
  template: `
    @if (session.user(); as user) {
      <vestibule-sign-in-methods [user]="user" />
    }
  `,
})
class Page {
  protected readonly session = inject(Session);
}

describe('the sign-in methods', () => {
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
        provideDialogs(),
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

  /** Responds to the deletion of Okta. */
  async function answer(body: object = {}, status = 200): Promise<void> {
    http
      .expectOne({ method: 'DELETE', url: '/api/account/identities/aWQ-1' })
      .flush(body, { status, statusText: 'x' });
    await settle();
  }

  const buttons = () => [...page.querySelectorAll('button')].map(nameOf);
  const confirmation = () => page.querySelector('[role=group]');
  const statusMessage = () => textOf(page.querySelector('[role=status] .notice'));
  const items = () => [...page.querySelectorAll('vestibule-sign-in-methods > ul > li')].map(textOf);

  afterEach(() => {
    (harness.fixture.nativeElement as HTMLElement).remove();
    TestBed.inject(TestSession).end(null);
  });

  it('lists the password and the linked identities', async () => {
    await open({ identities: [OKTA, AUTH0] });
    const [password, okta, auth0] = items();
    expect(password).toContain('Password');
    expect(okta).toMatch(
      /^Okta ?as grace@corp.example ?linked on .*2026.* ?last used on .*2026.* Unlink$/,
    );
    expect(auth0).toMatch(/^Auth0 ?linked on .*2026.* ?not used to sign in yet Unlink$/);
    expect(buttons()).toEqual(['Unlink Okta', 'Unlink Auth0']);
  });

  it('lists no password for a federated user', async () => {
    await open({ user: { authProvider: 'okta', username: null, emailVerified: false } });
    expect(items()).toHaveLength(1);
    expect(items()[0]).toMatch(/^Okta/);
  });

  it('offers another attempt when the list could not be loaded', async () => {
    await open({ status: 503 });
    expect(textOf(page.querySelector('[role=alert]'))).toContain('temporarily unavailable');
    expect(items()).toHaveLength(1);
    await press('Try again');
    http.expectOne('/api/account/identities').flush({ identities: [OKTA] });
    await settle();
    expect(items()).toHaveLength(2);
  });

  describe('when unlinking', () => {
    it('explains the effect first, and Cancel changes nothing', async () => {
      await open();
      await press('Unlink Okta');
      expect(document.activeElement).toBe(confirmation());
      expect(textOf(confirmation())).toMatch(
        /^Unlink Okta\? You can then no longer sign in to this account at Okta as grace@corp.example\./,
      );
      http.expectNone('/api/account/identities/aWQ-1');
      await press('Cancel');
      expect(confirmation()).toBeNull();
      expect(document.activeElement).toBe(button('Unlink Okta'));
    });

    it('cancels with Escape', async () => {
      await open();
      await press('Unlink Okta');
      confirmation()!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
      await settle();
      expect(confirmation()).toBeNull();
    });

    it('removes the identity, reports it, and offers to link it again', async () => {
      await open();
      const reload = vi.spyOn(TestBed.inject(TestSession), 'reloadUser');
      await press('Unlink Okta');
      await press('Unlink');
      await answer();
      expect(statusMessage()).toBe('Okta is unlinked. You can no longer sign in with it.');
      expect(textOf(document.activeElement)).toBe('Sign-in methods');
      expect(buttons()).toEqual(['Link Okta', 'Link Auth0']);
      expect(reload).toHaveBeenCalledTimes(1);
    });

    it('asks for re-authentication if the server requires it and then continues', async () => {
      await open();
      await press('Unlink Okta');
      await press('Unlink');
      await answer(reauthenticationRequired('password'), 403);
      await vi.waitUntil(dialog, { timeout: 20_000 });
      const field = dialog()!.querySelector<HTMLInputElement>('#vestibule-password')!;
      field.value = 'correct horse';
      field.dispatchEvent(new Event('input'));
      await press('Continue');
      http.expectOne('/api/auth/reauthenticate').flush({ session: { state: 'signedIn' } });
      await settle();
      await answer();
      expect(statusMessage()).toContain('Okta is unlinked.');
    });

    it('changes nothing when the user cancels the re-authentication', async () => {
      await open();
      await press('Unlink Okta');
      await press('Unlink');
      await answer(reauthenticationRequired('password'), 403);
      await vi.waitUntil(dialog, { timeout: 20_000 });
      await press('Cancel');
      expect(confirmation()).not.toBeNull();
      expect(page.querySelector('[role=alert]')).toBeNull();
      expect(buttons()).toContain('Unlink');
    });

    it('does not offer to unlink the only sign-in method', async () => {
      await open({ user: { authProvider: 'okta' } });
      await press('Unlink Okta');
      expect(textOf(confirmation())).toMatch(
        /^Okta is your only sign-in method, so you cannot unlink it\./,
      );
      await press('Close');
      expect(confirmation()).toBeNull();
    });

    it('offers no password of a service without passwords', async () => {
      await open();
      TestBed.inject(ServiceSettings).apply({ passwords: false });
      await settle();
      expect(page.textContent).not.toContain('Change password');
      expect(page.textContent).not.toContain('Set a password');
    });

    it('advises a passkey in a service without passwords', async () => {
      await open({ user: { authProvider: 'okta' } });
      TestBed.inject(ServiceSettings).apply({ passwords: false });
      await settle();
      await press('Unlink Okta');
      expect(textOf(confirmation())).toContain('Add a passkey or link another provider first.');
    });

    it('explains the refusal of the server to unlink the only sign-in method', async () => {
      await open({ user: { authProvider: 'okta' }, identities: [OKTA, AUTH0] });
      await press('Unlink Okta');
      await press('Unlink');
      await answer({ code: 'last_way_in' }, 409);
      expect(textOf(page.querySelector('[role=alert]'))).toContain(
        'Set up another sign-in method first',
      );
    });

    it('reports an identity that another tab has unlinked', async () => {
      await open();
      await press('Unlink Okta');
      await press('Unlink');
      await answer({ code: 'not_found' }, 404);
      http.expectOne('/api/account/identities').flush({ identities: [] });
      await settle();
      expect(statusMessage()).toBe('This provider was already unlinked.');
      expect(buttons()).toEqual(['Link Okta', 'Link Auth0']);
    });
  });

  describe('when linking', () => {
    it('offers the other providers and marks an unavailable one', async () => {
      await open({ providers: [...PROVIDERS, provider('corp', 'Corp', false)] });
      expect(buttons()).toEqual(['Unlink Okta', 'Link Auth0', 'Link Corp']);
      expect(button('Link Auth0').disabled).toBe(false);
      expect(button('Link Corp').disabled).toBe(true);
      expect(textOf(page.querySelector('vestibule-link-provider'))).toContain(
        'Corp cannot be reached.',
      );
    });

    it('polls an unavailable provider and keeps the focus', async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      try {
        const corp = provider('corp', 'Corp', false);
        await open({ providers: [...PROVIDERS, corp] });
        button('Link Auth0').focus();
        const focused = document.activeElement;
        for (const available of [false, true]) {
          vi.advanceTimersByTime(10_000);
          http
            .expectOne('/api/auth/providers')
            .flush({ providers: [...PROVIDERS, { ...corp, available }] });
          await settle();
          expect(button('Link Corp').disabled).toBe(!available);
          expect(document.activeElement).toBe(focused);
        }
        vi.advanceTimersByTime(60_000);
        http.expectNone('/api/auth/providers');
      } finally {
        vi.useRealTimers();
      }
    });

    it('navigates to the provider, with a return parameter in the return path', async () => {
      await open({ url: '/?tab=devices' });
      await press('Link Auth0');
      const request = http.expectOne('/api/account/identities/auth0');
      expect(request.request.body).toEqual({ returnTo: '/?tab=devices&linked=auth0' });
      request.flush({ redirect: 'https://auth0.example/authorize' });
      await settle();
      expect(externalNavigate).toHaveBeenCalledExactlyOnceWith('https://auth0.example/authorize');
    });

    it('asks for re-authentication if the server requires it, also at another provider', async () => {
      await open();
      await press('Link Auth0');
      http
        .expectOne('/api/account/identities/auth0')
        .flush(reauthenticationRequired('provider:okta'), FORBIDDEN);
      await vi.waitUntil(dialog, { timeout: 20_000 });
      button('Continue with Okta');
    });

    it.each([
      [404, { code: 'not_found' }, 'does not exist'],
      [503, { code: 'provider_unavailable', retryAfter: 30 }, 'cannot be reached'],
    ])('reports why a link could not be started: %d', async (status, body, sentence) => {
      await open();
      await press('Link Auth0');
      http.expectOne('/api/account/identities/auth0').flush(body, { status, statusText: 'x' });
      await settle();
      expect(textOf(page.querySelector('[role=alert]'))).toContain(sentence);
      expect(externalNavigate).not.toHaveBeenCalled();
    });
  });

  describe('after the return from a provider', () => {
    const initialFocus = () => page.querySelector('[data-initial-focus]');

    it('reports the linked provider, starts there, and removes the parameter from the URL', async () => {
      await open({ url: '/?tab=devices&linked=okta' });
      expect(initialFocus()).toBe(page.querySelector('h2'));
      expect(statusMessage()).toBe('Okta is linked. You can now sign in with it.');
      expect(TestBed.inject(Router).url).toBe('/?tab=devices');
    });

    it('reports no link that does not exist, whatever the URL contains', async () => {
      await open({ url: '/?linked=auth0' });
      expect(statusMessage()).toBe('');
      expect(TestBed.inject(Router).url).toBe('/');
    });
  });
});
