import { Location } from '@angular/common';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { ServiceSettings } from '@vestibule/angular';
import { TestSession, TestingOptions, provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, textOf } from '../../spec/dialogs';
import { vestibulePages } from '../routes';

const PASSWORD = 'seven lanterns over the harbour';
const INVALID = { status: 400, statusText: 'Bad Request' };

describe('the pages of links and passwords', () => {
  let harness: RouterTestingHarness;
  let http: HttpTestingController;
  let page: HTMLElement;
  let session: TestSession;
  let router: Router;

  async function open(url: string, options: TestingOptions = {}, mail = true): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([
          ...vestibulePages(),
          { path: 'reports', children: [] },
          { path: '', pathMatch: 'full', children: [] },
        ]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(options),
      ],
    });
    TestBed.inject(ServiceSettings).apply({ mail, minPasswordLength: 15 });
    http = TestBed.inject(HttpTestingController);
    session = TestBed.inject(TestSession);
    router = TestBed.inject(Router);
    harness = await RouterTestingHarness.create(url);
    page = harness.routeNativeElement!;
    document.body.append(harness.fixture.nativeElement as HTMLElement);
    await settle();
  }

  afterEach(() => {
    (harness.fixture.nativeElement as HTMLElement).remove();
    vi.restoreAllMocks();
  });

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve));
  }

  async function press(name: string): Promise<void> {
    button(name).click();
    await settle();
  }

  function fill(selector: string, value: string): HTMLInputElement {
    const field = page.querySelector<HTMLInputElement>(selector)!;
    field.value = value;
    field.dispatchEvent(new Event('input'));
    return field;
  }

  const heading = () => textOf(page.querySelector('h1'));
  const alerts = () => [...page.querySelectorAll('[role=alert]')].map(textOf).join(' ').trim();
  const linkTo = (name: string) =>
    [...page.querySelectorAll('a')].find((each) => textOf(each) === name)?.getAttribute('href');

  describe('of a forgotten password', () => {
    it('requests a link and does not say whether an account has the address', async () => {
      await open('/forgot-password?returnTo=%2Freports');
      fill('input', ' ada@corp.example ');
      await press('Send the link');
      const request = http.expectOne('/api/auth/password/forgot');
      expect(request.request.body).toEqual({ email: 'ada@corp.example' });
      request.flush({}, { status: 202, statusText: 'Accepted' });
      await settle();
      expect(heading()).toBe('Check your email');
      expect(document.activeElement).toBe(page.querySelector('h1'));
      expect(textOf(page)).toContain('If an account has the address ada@corp.example');
      expect(linkTo('Back to sign-in')).toBe('/login?returnTo=%2Freports');
    });

    it.each(['', 'ada', 'ada@', '@corp.example'])('refuses %j without a request', async (text) => {
      await open('/forgot-password');
      const field = fill('input', text);
      await press('Send the link');
      http.expectNone('/api/auth/password/forgot');
      expect(field.getAttribute('aria-invalid')).toBe('true');
      expect(document.activeElement).toBe(field);
    });

    it('counts down after too many requests', async () => {
      await open('/forgot-password');
      fill('input', 'ada@corp.example');
      await press('Send the link');
      http
        .expectOne('/api/auth/password/forgot')
        .flush(
          { code: 'too_many_attempts', retryAfter: 42 },
          { status: 429, statusText: 'Too Many Requests' },
        );
      await settle();
      expect(alerts()).toContain('Try again in 42 sec.');
      await press('Send the link');
      http.expectNone('/api/auth/password/forgot');
    });

    it('says that the service sends no mail', async () => {
      await open('/forgot-password', {}, false);
      expect(page.querySelector('input')).toBeNull();
      expect(page.textContent).toContain('Ask your administrator for a new password.');
    });

    it('drops a return target of another origin', async () => {
      await open('/forgot-password?returnTo=https%3A%2F%2Fevil.example');
      expect(linkTo('Back to sign-in')).toBe('/login');
    });
  });

  describe('of a reset link', () => {
    it('takes the token out of the address at once', async () => {
      await open('/reset-password#token=abc');
      expect(router.url).toBe('/reset-password');
      expect(TestBed.inject(Location).path(true)).toBe('/reset-password');
      expect(JSON.stringify(history.state)).not.toContain('abc');
    });

    it('sets the new password and leads to the sign-in page', async () => {
      await open('/reset-password#token=abc');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      const request = http.expectOne('/api/auth/password/reset');
      expect(request.request.body).toEqual({ token: 'abc', newPassword: PASSWORD });
      request.flush({});
      await settle();
      expect(heading()).toBe('Your password was changed');
      expect(linkTo('Go to sign-in')).toBe('/login');
      expect(page.querySelector('input')).toBeNull();
    });

    it('says what to do if it has expired', async () => {
      await open('/reset-password#token=abc');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      http.expectOne('/api/auth/password/reset').flush({ code: 'token_invalid' }, INVALID);
      await settle();
      expect(heading()).toBe('This link no longer works');
      expect(document.activeElement).toBe(page.querySelector('h1'));
      expect(linkTo('Request a new link')).toBe('/forgot-password');
    });

    it('starts again with a second link in the same tab', async () => {
      await open('/reset-password#token=abc');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      http.expectOne('/api/auth/password/reset').flush({ code: 'token_invalid' }, INVALID);
      await settle();
      await router.navigateByUrl('/reset-password#token=second');
      await settle();
      expect(router.url).toBe('/reset-password');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      const { request } = http.expectOne('/api/auth/password/reset');
      expect(request.body).toEqual({ token: 'second', newPassword: PASSWORD });
    });

    it('without a token says that it is not complete', async () => {
      await open('/reset-password');
      expect(heading()).toBe('This link is not complete');
      expect(page.querySelector('input')).toBeNull();
    });

    it('is of no use on the page of another link', async () => {
      await open('/reset-password#token=abc');
      await router.navigateByUrl('/cancel-email');
      await settle();
      page = harness.routeNativeElement!;
      expect(heading()).toBe('This link is not complete');
    });
  });

  describe('of a new password', () => {
    it('states the minimum before the user types', async () => {
      await open('/reset-password#token=abc');
      const field = page.querySelector<HTMLInputElement>('[name=new-password]')!;
      expect(field.autocomplete).toBe('new-password');
      const described = field.getAttribute('aria-describedby')!.split(' ');
      const help = described.map((id) => textOf(page.querySelector(`#${id}`))).join(' ');
      expect(help).toContain('Use at least 15 characters.');
    });

    it('shows and hides the password, and hides it before it is sent', async () => {
      await open('/reset-password#token=abc');
      const field = fill('[name=new-password]', PASSWORD);
      await press('Show password');
      expect(field.type).toBe('text');
      await press('Save the new password');
      expect(field.type).toBe('password');
      http.expectOne('/api/auth/password/reset');
    });

    it.each([
      ['too_short', 'too short. Use at least 15 characters'],
      ['too_long', 'too long'],
      ['common', 'attackers try it first'],
      ['breached', 'stolen passwords'],
      ['contains_context', 'contains your name'],
      ['a_rule_of_a_newer_server', 'This password cannot be used.'],
    ])(
      'explains the refusal %s and keeps the password for a correction',
      async (code, sentence) => {
        await open('/reset-password#token=abc');
        const field = fill('[name=new-password]', 'password');
        await press('Save the new password');
        http
          .expectOne('/api/auth/password/reset')
          .flush({ code: 'password_rejected', errors: [{ field: 'newPassword', code }] }, INVALID);
        await settle();
        expect(alerts()).toContain(sentence);
        expect(field.value).toBe('password');
        expect(field.getAttribute('aria-invalid')).toBe('true');
        expect(document.activeElement).toBe(field);
        fill('[name=new-password]', PASSWORD);
        await settle();
        expect(alerts()).toBe('');
      },
    );

    it('shows the advice of the server after a pause, for the last input only', async () => {
      await open('/reset-password#token=abc');
      vi.useFakeTimers();
      try {
        fill('[name=new-password]', 'correct');
        TestBed.tick();
        await vi.advanceTimersByTimeAsync(400);
        fill('[name=new-password]', 'correct horse');
        TestBed.tick();
        await vi.advanceTimersByTimeAsync(500);
        const request = http.expectOne('/api/auth/password/strength');
        expect(request.request.body).toEqual({ password: 'correct horse', token: 'abc' });
        const code = 'too_short';
        request.flush({ score: 1, accepted: false, code, warning: null, suggestions: [] });
        await vi.advanceTimersByTimeAsync(0);
        TestBed.tick();
        const advice = textOf(page.querySelector('vestibule-strength-advice [role=status]'));
        expect(advice).toBe(
          'Strength: weak. This password is too short. Use at least 15 characters.',
        );
      } finally {
        vi.useRealTimers();
      }
    });

    it('says each piece of advice once, and skips codes without a text', async () => {
      await open('/reset-password#token=abc');
      vi.useFakeTimers();
      try {
        fill('[name=new-password]', 'lighthouse lighthouse');
        TestBed.tick();
        await vi.advanceTimersByTimeAsync(500);
        http.expectOne('/api/auth/password/strength').flush({
          score: 2,
          accepted: true,
          code: null,
          warning: 'repetition',
          suggestions: ['add_words', 'add_words', 'a_newer_one'],
        });
        await vi.advanceTimersByTimeAsync(0);
        TestBed.tick();
        const advice = textOf(page.querySelector('vestibule-strength-advice [role=status]'));
        expect(advice).toBe(
          'Strength: medium. Repetitions are easy to guess. Add one or two uncommon words.',
        );
      } finally {
        vi.useRealTimers();
      }
    });
  });

  describe('of a password change', () => {
    it('asks a signed-in user for the current password', async () => {
      await open('/change-password?returnTo=%2Freports', { user: {} });
      const hidden = page.querySelector<HTMLInputElement>('[autocomplete=username]')!;
      expect([hidden.value, hidden.hidden]).toEqual(['ada', true]);
      fill('[name=current-password]', 'old password');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      const request = http.expectOne('/api/account/password');
      expect(request.request.body).toEqual({
        currentPassword: 'old password',
        newPassword: PASSWORD,
      });
      request.flush({ session: { state: 'signedIn' } });
      await settle();
      expect(heading()).toBe('Your password was changed');
      await press('Continue');
      expect(router.url).toBe('/reports');
    });

    it('reports a wrong current password and focuses its empty field', async () => {
      await open('/change-password', { user: {} });
      const field = fill('[name=current-password]', 'old password');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      http.expectOne('/api/account/password').flush({ code: 'password_wrong' }, INVALID);
      await settle();
      expect(alerts()).toContain('The current password is wrong.');
      expect(field.value).toBe('');
      expect(document.activeElement).toBe(field);
    });

    it('sends no form with an empty field', async () => {
      await open('/change-password', { user: {} });
      await press('Save the new password');
      http.expectNone('/api/account/password');
      expect(document.activeElement).toBe(page.querySelector('[name=current-password]'));
      expect(page.textContent).toContain('Enter your current password.');
      expect(page.textContent).toContain('Enter a new password.');
    });

    it('that completes a sign-in does not ask for the current password', async () => {
      await open('/change-password?returnTo=%2Freports', { state: 'awaitingPasswordChange' });
      expect(page.querySelector('[name=current-password]')).toBeNull();
      expect(page.textContent).toContain('Your account needs a new password');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      const request = http.expectOne('/api/account/password');
      expect(request.request.body).toEqual({ newPassword: PASSWORD });
      request.flush({ session: { state: 'signedIn' } });
      await settle();
      expect(session.signedIn()).toBe(true);
      await press('Continue');
      expect(router.url).toBe('/reports');
    });

    it('that completes a sign-in can only be left by signing out', async () => {
      await open('/change-password', { state: 'awaitingPasswordChange' });
      const signOut = vi.spyOn(session, 'signOut');
      await press('Cancel');
      expect(signOut).toHaveBeenCalledTimes(1);
      expect(router.url).toBe('/change-password');
    });

    it('lets a user of a provider set a password without a current one', async () => {
      await open('/change-password', { user: { authProvider: 'okta' } });
      expect(heading()).toBe('Set a password');
      fill('[name=new-password]', PASSWORD);
      await press('Save the new password');
      const request = http.expectOne('/api/account/password');
      expect(request.request.body).toEqual({ newPassword: PASSWORD });
    });

    it('says that an account without a name to sign in with has no password', async () => {
      const user = { authProvider: 'okta', username: null, emailVerified: false };
      await open('/change-password', { user });
      expect(page.querySelector('input')).toBeNull();
      expect(page.textContent).toContain('Your account has no password.');
    });
  });

  describe.each([
    [
      'confirm-email',
      '/api/auth/email/confirm',
      'Confirm the address',
      'Your email address is confirmed',
    ],
    ['cancel-email', '/api/auth/email/cancel', 'Cancel the change', 'The change is cancelled'],
    ['not-me', '/api/account/not-me', 'Secure my account', 'Your account is secured'],
  ])('of the link %s', (path, url, action, title) => {
    it('sends nothing before the user presses the button: scanners open each link', async () => {
      await open(`/${path}#token=abc`);
      http.expectNone(url);
      expect(router.url).toBe(`/${path}`);
      await press(action);
      const request = http.expectOne(url);
      expect(request.request.body).toEqual({ token: 'abc' });
      request.flush({});
      await settle();
      expect(heading()).toBe(title);
      expect(document.activeElement).toBe(page.querySelector('h1'));
    });

    it('says what to do if it has expired', async () => {
      await open(`/${path}#token=abc`);
      await press(action);
      http.expectOne(url).flush({ code: 'token_invalid' }, INVALID);
      await settle();
      expect(heading()).toBe('This link no longer works');
      expect(linkTo('Go to sign-in')).toBe('/login');
    });

    it('can be sent again after an outage', async () => {
      await open(`/${path}#token=abc`);
      await press(action);
      http.expectOne(url).error(new ProgressEvent('error'));
      await settle();
      expect(alerts()).toContain('The server cannot be reached.');
      await press(action);
      http.expectOne(url).flush({});
    });

    it('without a token says that it is not complete', async () => {
      await open(`/${path}`);
      expect(heading()).toBe('This link is not complete');
      expect(page.querySelector('button')).toBeNull();
    });
  });

  it('secure the account of a signed-in user without a link', async () => {
    await open('/not-me', { user: {} });
    const refresh = vi.spyOn(session, 'refresh');
    await press('Secure my account');
    const request = http.expectOne('/api/account/not-me');
    expect(request.request.body).toEqual({});
    request.flush({});
    await settle();
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(linkTo('Set a new password by email')).toBe('/forgot-password');
  });
});
