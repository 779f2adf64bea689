import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { ServiceSettings } from '@vestibule/angular';
import { button, textOf } from '../../../spec/dialogs';
import {
  ASSERTION,
  FakeAuthenticator,
  LOGIN_OPTIONS,
  fakeAuthenticator,
  refusal,
  removeAuthenticator,
} from '../../../spec/passkeys';
import { SecondFactor } from './second-factor';

describe('the second factor page', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<SecondFactor>;
  let page: HTMLElement;
  let field: HTMLInputElement;

  beforeEach(async () => {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ state: 'awaitingSecondFactor' }),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    fixture = TestBed.createComponent(SecondFactor);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await fixture.whenStable();
    field = page.querySelector('input')!;
  });

  afterEach(() => page.remove());

  async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    TestBed.tick();
  }

  async function enter(text: string): Promise<void> {
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await settle();
  }

  async function type(text: string): Promise<void> {
    for (let length = 1; length <= text.length; length++) await enter(text.slice(0, length));
  }

  async function submit(): Promise<void> {
    page.querySelector<HTMLButtonElement>('button[type=submit]')!.click();
    await settle();
  }

  it('has one field that phones and password managers can fill', () => {
    expect(page.querySelectorAll('input')).toHaveLength(1);
    expect(field.inputMode).toBe('numeric');
    expect(field.autocomplete).toBe('one-time-code');
    expect(field.labels?.[0]?.textContent).toBe('6-digit code');
  });

  it.each(['123456', '123 456', ' 123456 '])(
    'sends %j when it is pasted or filled in by the device',
    async (text) => {
      await enter(text);
      expect(http.expectOne('/api/mfa/verify').request.body).toEqual({ code: '123456' });
    },
  );

  it('does not send a typed code before the button is pressed', async () => {
    await type('123 456');
    http.expectNone('/api/mfa/verify');
    await submit();
    expect(http.expectOne('/api/mfa/verify').request.body).toEqual({ code: '123456' });
  });

  it('applies the session of the response', async () => {
    await enter('123456');
    http.expectOne('/api/mfa/verify').flush({ mfaEnabled: true, session: { state: 'signedIn' } });
    await settle();
    expect(TestBed.inject(TestSession).signedIn()).toBe(true);
  });

  it('reports a wrong code and focuses the empty field', async () => {
    await enter('000000');
    http
      .expectOne('/api/mfa/verify')
      .flush({ code: 'code_invalid' }, { status: 400, statusText: 'Bad Request' });
    await settle();
    expect(page.querySelector('[role=alert]')?.textContent).toContain('This code is wrong');
    expect(field.value).toBe('');
    expect(document.activeElement).toBe(field);
  });

  it('does not send an incomplete code', async () => {
    await type('12345');
    await submit();
    http.expectNone('/api/mfa/verify');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
  });

  it('names the account', async () => {
    TestBed.inject(TestSession).account.set({ username: 'ada', displayName: 'Ada Lovelace' });
    await settle();
    expect(textOf(page.querySelector('.account'))).toBe('Account: ada');
  });

  it('offers no other method to a user who has none', () => {
    expect(page.textContent).not.toContain('Use a recovery code');
  });

  it('starts with the method that was used last and offers the other one', async () => {
    TestBed.inject(TestSession).methods.set(['recoveryCode', 'totp', 'carrierPigeon']);
    await settle();
    expect(field.labels?.[0]?.textContent).toBe('Recovery code');
    const others = [...page.querySelectorAll('.other-way')].map(textOf);
    expect(others).toEqual(['Use the authenticator app']);
  });

  describe('with recovery codes', () => {
    beforeEach(async () => {
      TestBed.inject(TestSession).methods.set(['totp', 'recoveryCode']);
      await settle();
      await type('12');
      button('Use a recovery code').click();
      await settle();
    });

    async function send(code = 'aaaaa-bbbbb-cccc'): Promise<void> {
      await enter(code);
      await submit();
    }

    async function accept(): Promise<void> {
      const session = { state: 'signedIn' };
      http.expectOne('/api/mfa/verify').flush({ mfaEnabled: true, session });
      await settle();
    }

    async function report(recoveryCodesLeft: number): Promise<void> {
      http.expectOne('/api/account/factors').flush({ totp: [], recoveryCodesLeft });
      await settle();
    }

    it('focuses the empty field of the other method', () => {
      expect(field.value).toBe('');
      expect(document.activeElement).toBe(field);
      expect(field.autocomplete).toBe('off');
      expect(field.inputMode).toBe('text');
    });

    it.each(['aaaaa-bbbbb-cccc', ' AAAAA BBBBB CCCC ', 'aaaaa–bbbbb–cccc'])(
      'sends %j without hyphens and spaces',
      async (text) => {
        await send(text);
        const { request } = http.expectOne('/api/mfa/verify');
        expect((request.body as { code: string }).code.toLowerCase()).toBe('aaaaabbbbbcccc');
      },
    );

    it('does not send a pasted code before the button is pressed: a code works once', async () => {
      await enter('aaaaa-bbbbb-cccc');
      http.expectNone('/api/mfa/verify');
    });

    it('does not send a part of a code', async () => {
      await send('aaaaa-bbbbb');
      http.expectNone('/api/mfa/verify');
      expect(textOf(page.querySelector('vestibule-code-field .field-error'))).toContain(
        '14 letters and digits',
      );
    });

    it('continues if many codes are left', async () => {
      await send();
      await accept();
      await report(4);
      expect(TestBed.inject(TestSession).signedIn()).toBe(true);
    });

    it('continues if the number of codes cannot be read', async () => {
      await send();
      await accept();
      http
        .expectOne('/api/account/factors')
        .flush({ code: 'timeout' }, { status: 504, statusText: 'Gateway Timeout' });
      await settle();
      expect(TestBed.inject(TestSession).signedIn()).toBe(true);
    });

    it.each([
      [3, 'You have 3 recovery codes left.'],
      [1, 'You have one recovery code left.'],
      [0, 'You have used your last recovery code.'],
    ])('says that only %s codes are left', async (left, sentence) => {
      await send();
      await accept();
      await report(left);
      expect(page.textContent).toContain(sentence);
      expect(document.activeElement).toBe(page.querySelector('h1'));
      expect(TestBed.inject(TestSession).signedIn()).toBe(false);
      button('Later').click();
      expect(TestBed.inject(TestSession).signedIn()).toBe(true);
    });

    it('creates new codes and continues after they are saved', async () => {
      await send();
      await accept();
      await report(2);
      button('Create new codes').click();
      await settle();
      http.expectOne('/api/account/recovery-codes').flush({ recoveryCodes: ['a-b', 'c-d'] });
      await settle();
      expect([...page.querySelectorAll('code')].map(textOf)).toEqual(['a-b', 'c-d']);
      page.querySelector<HTMLInputElement>('[name=saved]')!.click();
      button('Continue').click();
      await settle();
      expect(TestBed.inject(TestSession).signedIn()).toBe(true);
    });

    it('forgets the wait of the other method, which the server counts apart', async () => {
      button('Use the authenticator app').click();
      await settle();
      await enter('123456');
      http
        .expectOne('/api/mfa/verify')
        .flush(
          { code: 'too_many_attempts', retryAfter: 42 },
          { status: 429, statusText: 'Too Many Requests' },
        );
      await settle();
      button('Use a recovery code').click();
      await settle();
      expect(page.querySelector('[role=alert]')).toBeNull();
      await send();
      http.expectOne('/api/mfa/verify');
    });
  });

  describe('after too many attempts', () => {
    beforeEach(async () => {
      vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'setInterval', 'clearInterval'] });
      field.value = '123456';
      field.dispatchEvent(new Event('input'));
      await pass(0);
      http
        .expectOne('/api/mfa/verify')
        .flush(
          { code: 'too_many_attempts', retryAfter: 42 },
          { status: 429, statusText: 'Too Many Requests' },
        );
      await pass(0);
    });

    afterEach(() => vi.useRealTimers());

    async function pass(milliseconds: number): Promise<void> {
      await vi.advanceTimersByTimeAsync(milliseconds);
      TestBed.tick();
    }

    it('sends nothing until the time is over, and says when', async () => {
      const send = page.querySelector<HTMLButtonElement>('button[type=submit]')!;
      const alert = page.querySelector('[role=alert]')!;
      expect(alert.textContent).toContain('Try again in 42 sec.');
      expect(send.getAttribute('aria-disabled')).toBe('true');
      await pass(41_000);
      expect(alert.textContent).toContain('Try again in 1 sec.');
      field.value = '123456';
      field.dispatchEvent(new Event('input'));
      send.click();
      await pass(0);
      http.expectNone('/api/mfa/verify');
      await pass(1_000);
      expect(send.getAttribute('aria-disabled')).toBeNull();
      expect(alert.textContent).toContain('You can try again now.');
      send.click();
      await pass(0);
      http.expectOne('/api/mfa/verify');
    });
  });

  it('trusts the device only if the service offers it and the user wants it', async () => {
    expect(page.querySelector('[name=trustDevice]')).toBeNull();
    TestBed.inject(ServiceSettings).apply({ trustDays: 30 });
    await settle();
    const trust = page.querySelector<HTMLInputElement>('[name=trustDevice]')!;
    expect(textOf(trust.labels?.[0])).toBe('Trust this device for 30 days');
    expect(trust.checked).toBe(false);
    trust.click();
    await enter('123456');
    const { request } = http.expectOne('/api/mfa/verify');
    expect(request.body).toEqual({ code: '123456', trustDevice: true });
  });

  it('signs out on Cancel', async () => {
    const signOut = vi.spyOn(TestBed.inject(TestSession), 'signOut');
    [...page.querySelectorAll('button')]
      .find((button) => button.textContent.trim() === 'Cancel')!
      .click();
    await settle();
    expect(signOut).toHaveBeenCalledTimes(1);
  });

  describe('with a passkey', () => {
    let fake: FakeAuthenticator;

    beforeEach(() => (fake = fakeAuthenticator()));
    afterEach(() => removeAuthenticator());

    async function offer(...methods: string[]): Promise<void> {
      TestBed.inject(TestSession).methods.set(methods);
      // What the browser can do is read with the settings.
      TestBed.inject(ServiceSettings).apply({ passkeys: true });
      await settle();
    }

    async function press(name: string): Promise<void> {
      button(name).click();
      await settle();
    }

    async function respond(url: string, body: object, status = 200): Promise<unknown> {
      const found = http.expectOne(url);
      found.flush(body, { status, statusText: 'x' });
      await settle();
      await settle();
      return found.request.body;
    }

    const others = () => [...page.querySelectorAll('.other-way')].map(textOf);

    it('asks for it first if it was used last, and only after a click', async () => {
      await offer('passkey', 'totp', 'recoveryCode');
      http.expectNone('/api/mfa/passkey/options');
      expect(page.querySelector('form')).toBeNull();
      expect(others()).toEqual(['Use the authenticator app', 'Use a recovery code']);
      await press('Use your passkey');
      await respond('/api/mfa/passkey/options', LOGIN_OPTIONS);
      const body = await respond('/api/mfa/passkey/verify', {
        mfaEnabled: true,
        session: { state: 'signedIn' },
      });
      expect(body).toEqual({ ceremony: 'ceremony-1', credential: ASSERTION });
      expect(TestBed.inject(TestSession).signedIn()).toBe(true);
    });

    it('trusts the device if the user wants it', async () => {
      TestBed.inject(ServiceSettings).apply({ trustDays: 30 });
      await offer('passkey');
      page.querySelector<HTMLInputElement>('[name=trustDevice]')!.click();
      await press('Use your passkey');
      await respond('/api/mfa/passkey/options', LOGIN_OPTIONS);
      const { request } = http.expectOne('/api/mfa/passkey/verify');
      expect(request.body).toMatchObject({ trustDevice: true });
    });

    it('asks at once if the user has chosen it on this page', async () => {
      await offer('totp', 'passkey');
      expect(page.querySelector('form')).not.toBeNull();
      await press('Use a passkey');
      await respond('/api/mfa/passkey/options', LOGIN_OPTIONS);
      expect(fake.get).toHaveBeenCalledTimes(1);
      expect(others()).toEqual(['Use the authenticator app']);
    });

    it('keeps the other methods and Cancel after the user cancelled', async () => {
      fake.get.mockImplementation(() => refusal('NotAllowedError'));
      await offer('passkey', 'totp');
      await press('Use your passkey');
      await respond('/api/mfa/passkey/options', LOGIN_OPTIONS);
      expect(page.querySelector('[role=alert]')).toBeNull();
      expect(textOf(page)).toContain('No passkey was used');
      await press('Use the authenticator app');
      expect(document.activeElement).toBe(page.querySelector('input[name=code]'));
      const signOut = vi.spyOn(TestBed.inject(TestSession), 'signOut');
      await press('Cancel');
      expect(signOut).toHaveBeenCalledTimes(1);
    });

    it('says why the server refuses it', async () => {
      await offer('passkey');
      await press('Use your passkey');
      await respond('/api/mfa/passkey/options', LOGIN_OPTIONS);
      await respond('/api/mfa/passkey/verify', { code: 'passkey_invalid' }, 400);
      expect(textOf(page.querySelector('[role=alert]'))).toContain('The passkey was not accepted');
    });

    it('offers the other methods only in a browser without passkeys', async () => {
      removeAuthenticator();
      await offer('passkey', 'totp');
      expect(page.querySelector('form')).not.toBeNull();
      expect(others()).toEqual([]);
    });

    it('explains a browser that cannot use the only method, and still offers Cancel', async () => {
      removeAuthenticator();
      await offer('passkey');
      expect(textOf(page)).toContain('This browser cannot use passkeys');
      expect(button('Cancel')).toBeTruthy();
    });
  });
});
