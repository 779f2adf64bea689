import { Location } from '@angular/common';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { ServiceSettings } from '@vestibule/angular';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { SignIn } from './sign-in';

describe('the sign-in page', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<unknown>;
  let page: HTMLElement;

  async function open(url = '/login'): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([{ path: 'login', component: SignIn }]),
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting(),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    const harness = await RouterTestingHarness.create();
    fixture = harness.fixture;
    document.body.append(harness.fixture.nativeElement as HTMLElement);
    await harness.navigateByUrl(url);
    page = harness.routeNativeElement!;
    await fixture.whenStable();
  }

  const field = (name: string) =>
    [...page.querySelectorAll('label')].find((label) => label.textContent.includes(name))!
      .control as HTMLInputElement;

  function type(name: string, text: string): void {
    field(name).value = text;
    field(name).dispatchEvent(new Event('input'));
  }

  async function submit(): Promise<void> {
    page.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
    await settle();
  }

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  async function signIn(status: number, body: object | string | null): Promise<void> {
    type('User name', 'ada');
    type('Password', 'correct horse');
    await submit();
    const request = http.expectOne('/api/auth/login');
    expect(request.request.body).toEqual({ username: 'ada', password: 'correct horse' });
    if (status === 200) request.flush(body);
    else if (status === 0) request.error(new ProgressEvent('error'));
    else request.flush(body, { status, statusText: 'failed' });
    await settle();
  }

  const alert = () => page.querySelector<HTMLElement>('[role=alert]');

  it('reports the sign-out once, and removes it from the address', async () => {
    await open('/login?reason=signed_out&returnTo=%2Freports');
    expect(page.querySelector('[role=status]')?.textContent).toBe('You have signed out.');
    expect(TestBed.inject(Location).path()).toBe('/login?returnTo=%2Freports');
  });

  it('has one form with labels and fields for password managers', async () => {
    await open();
    expect(page.querySelectorAll('form')).toHaveLength(1);
    expect(field('User name').autocomplete).toBe('username webauthn');
    expect(field('User name').type).toBe('text');
    expect(field('Password').autocomplete).toBe('current-password');
    expect(field('Password').type).toBe('password');
    expect(page.querySelector('h1')?.textContent).toBe('Sign in');
  });

  it('applies the session of the response', async () => {
    await open();
    const session = { state: 'awaitingSecondFactor' };
    await signIn(200, { needMfa: true, needEnrolment: false, methods: ['totp'], session });
    expect(TestBed.inject(TestSession).state()).toBe('awaitingSecondFactor');
    expect(alert()).toBeNull();
  });

  it('shows one text for a wrong name or password, keeps the name, and focuses the password', async () => {
    await open();
    await signIn(401, { code: 'invalid_credentials' });
    expect(alert()?.textContent).toContain('The user name or the password is wrong.');
    expect(document.activeElement).toBe(field('Password'));
    expect(field('User name').value).toBe('ada');
    expect(field('Password').value).toBe('');
  });

  it.each([
    [0, null],
    [502, '<html></html>'],
    [503, { code: 'store_unavailable' }],
  ])('reports an outage (%d) and keeps the password', async (status, body) => {
    await open();
    await signIn(status, body);
    expect(alert()?.textContent).not.toContain('password is wrong');
    expect(alert()?.textContent).toMatch(/cannot be reached|temporarily unavailable/);
    expect(field('Password').value).toBe('correct horse');
  });

  it.each([
    [429, 'too_many_attempts'],
    [503, 'busy'],
  ])('shows the waiting time after %d', async (status, code) => {
    await open();
    await signIn(status, { code, retryAfter: 42 });
    expect(alert()?.textContent).toContain('Try again in 42 sec.');
  });

  it('checks the form when it is sent and focuses the first empty field', async () => {
    await open();
    const button = page.querySelector<HTMLButtonElement>('button[type=submit]')!;
    expect(button.disabled).toBe(false);
    expect(page.textContent).not.toContain('Enter your');
    type('User name', 'ada');
    await submit();
    http.expectNone('/api/auth/login');
    expect(document.activeElement).toBe(field('Password'));
    expect(field('Password').getAttribute('aria-invalid')).toBe('true');
    const described = field('Password').getAttribute('aria-describedby')!.split(' ');
    expect(described.map((id) => document.getElementById(id)?.textContent.trim())).toContain(
      'Enter your password.',
    );
  });

  it('sends one request when the button is pressed twice', async () => {
    await open();
    type('User name', 'ada');
    type('Password', 'correct horse');
    await submit();
    await submit();
    http.expectOne('/api/auth/login');
  });

  it('stays busy until the user has left the page', async () => {
    await open();
    await signIn(200, { session: { state: 'awaitingSecondFactor' } });
    expect(page.querySelector('button[type=submit]')?.textContent.trim()).toBe('Signing in…');
    await submit();
    http.expectNone('/api/auth/login');
  });

  it('can be sent again after a failed navigation', async () => {
    await open();
    await signIn(200, { session: { state: 'awaitingSecondFactor' } });
    const router = TestBed.inject(Router);
    router.resetConfig([
      { path: 'gone', loadComponent: () => Promise.reject(new Error('offline')) },
    ]);
    await router.navigateByUrl('/gone').catch(() => undefined);
    await settle();
    expect(page.querySelector('button[type=submit]')?.textContent.trim()).toBe('Sign in');
  });

  it('focuses the first empty field', async () => {
    await open();
    expect(document.activeElement).toBe(field('User name'));
  });

  it('offers to stay signed in only if the operator allows it', async () => {
    await open();
    expect(page.querySelector('input[type=checkbox]')).toBeNull();
    TestBed.inject(ServiceSettings).apply({ remember: 2_592_000 });
    await settle();
    const box = field('Keep me signed in on this device');
    expect(box.checked).toBe(false);
    box.click();
    type('User name', 'ada');
    type('Password', 'correct horse');
    await submit();
    expect(http.expectOne('/api/auth/login').request.body).toEqual({
      username: 'ada',
      password: 'correct horse',
      remember: true,
    });
  });

  it('shows the password and hides it before the form is sent', async () => {
    await open();
    const button = page.querySelector<HTMLButtonElement>('button[aria-pressed]')!;
    expect(button.textContent.trim()).toBe('Show password');
    button.click();
    await settle();
    expect(field('Password').type).toBe('text');
    expect(button.getAttribute('aria-pressed')).toBe('true');
    // A label that changed too would say the opposite.
    expect(button.textContent.trim()).toBe('Show password');
    type('User name', 'ada');
    type('Password', 'correct horse');
    await submit();
    expect(field('Password').type).toBe('password');
  });

  it('warns about Caps Lock in the password field', async () => {
    await open();
    field('Password').dispatchEvent(new KeyboardEvent('keydown', { modifierCapsLock: true }));
    await settle();
    expect(page.textContent).toContain('Caps Lock is on.');
    field('Password').dispatchEvent(new Event('blur'));
    await settle();
    expect(page.textContent).not.toContain('Caps Lock is on.');
  });

  it.each([
    ['idle', 'because of inactivity'],
    ['max_age', 'maximum length'],
    ['revoked', 'ended from another device'],
    ['password_changed', 'password was changed'],
    ['factor_changed', 'How you sign in was changed'],
    ['user_disabled', 'disabled'],
    ['signed_out', 'You have signed out.'],
    ['provider_logout', 'Your sign-in provider signed you out'],
    ['sign_in_expired', 'took too long'],
  ])('shows why the session ended: %s', async (reason, text) => {
    await open(`/login?reason=${reason}`);
    expect(page.querySelector('.notice')?.textContent).toContain(text);
  });

  it.each(['/login?state=abc', '/login?state='])(
    'ignores the state parameter of a logout at a provider: %s',
    async (url) => {
      await open(url);
      expect(page.querySelectorAll('form')).toHaveLength(1);
      expect(page.querySelector('h1')?.textContent).toBe('Sign in');
      expect(alert()).toBeNull();
      expect(TestBed.inject(Router).url).toBe(url);
    },
  );

  it('shows no text of the URL', async () => {
    await open('/login?reason=Call%20us%20at%20555');
    expect(page.querySelector('.notice')).toBeNull();
    expect(page.textContent).not.toContain('555');
  });
});
