import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { ComponentFixture, TestBed } from '@angular/core/testing';
import { TestSession, provideVestibuleTesting } from '@vestibule/angular/testing';
import { button, nameOf, textOf } from '../../../spec/dialogs';
import { SecondFactor } from './second-factor';

const SEND = '/api/mfa/message/send';
const MINUTE = 60_000;

describe('a code by message on the second factor page', () => {
  let http: HttpTestingController;
  let fixture: ComponentFixture<SecondFactor>;
  let page: HTMLElement;

  beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }));

  afterEach(() => {
    vi.useRealTimers();
    page.remove();
  });

  async function open(...methods: string[]): Promise<void> {
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideVestibuleTesting({ state: 'awaitingSecondFactor' }),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    TestBed.inject(TestSession).methods.set(methods);
    fixture = TestBed.createComponent(SecondFactor);
    page = fixture.nativeElement as HTMLElement;
    document.body.append(page);
    await settle();
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setTimeout(resolve));
      TestBed.tick();
    }
  }

  async function press(name: string): Promise<void> {
    button(name).click();
    await settle();
  }

  const field = () => page.querySelector<HTMLInputElement>('input');
  const alert = () => textOf(page.querySelector('[role=alert]'));
  const resend = () => button('Send another code');

  /** Responds with a code that is valid for 10 minutes. `clock`: how far the server's clock is ahead. */
  function sent(clock = 0, to = 'g…@corp.example'): void {
    const now = Date.now() + clock;
    const iso = (time: number) => new Date(time).toISOString();
    http.expectOne(SEND).flush(
      { to, expiresAt: iso(now + 10 * MINUTE), resendAt: iso(now + MINUTE) },
      // A time of HTTP has no milliseconds.
      { headers: { Date: new Date(now).toUTCString() } },
    );
  }

  async function request(clock = 0): Promise<void> {
    await press('Send a code');
    sent(clock);
    await settle();
  }

  async function enter(text: string): Promise<void> {
    field()!.value = text;
    field()!.dispatchEvent(new Event('input'));
    await settle();
  }

  async function refuse(body: object, status = 400): Promise<void> {
    http.expectOne('/api/mfa/verify').flush(body, { status, statusText: 'x' });
    await settle();
  }

  it('is sent only after the user has asked for it', async () => {
    await open('emailCode');
    http.expectNone(SEND);
    expect(field()).toBeNull();
    expect(page.textContent).toContain('Have a code sent to the email address of your account');
    const names = [...page.querySelectorAll('button')].map(nameOf);
    expect(names).toEqual(['Send a code', 'I already have a code', 'Cancel']);
    await press('Send a code');
    expect(http.expectOne(SEND).request.body).toEqual({ channel: 'email' });
  });

  it('has one field of 8 digits that phones can fill, and says where the code is', async () => {
    await open('smsCode');
    await request();
    expect(textOf(page.querySelector('vestibule-send-code [role=status]'))).toContain(
      'g…@corp.example',
    );
    expect(field()?.inputMode).toBe('numeric');
    expect(field()?.autocomplete).toBe('one-time-code');
    expect(textOf(field()?.labels?.[0])).toBe('8-digit code');
    expect(document.activeElement).toBe(field());
    expect(page.querySelectorAll('input')).toHaveLength(1);
    expect([...page.querySelectorAll('button')].map(nameOf)).toContain('Cancel');
  });

  it('is sent to the server when it is pasted', async () => {
    await open('emailCode');
    await request();
    await enter('1234 5678');
    expect(http.expectOne('/api/mfa/verify').request.body).toEqual({ code: '12345678' });
  });

  it('must have 8 digits', async () => {
    await open('emailCode');
    await request();
    await enter('123456');
    await press('Continue');
    http.expectNone('/api/mfa/verify');
    expect(textOf(page.querySelector('vestibule-code-field .field-error'))).toBe(
      'Enter the 8 digits of the code.',
    );
  });

  it.each([0, 3 * 60 * MINUTE, -3 * 60 * MINUTE])(
    'can be sent again after a minute, whatever the clock of this machine: %d ms',
    async (clock) => {
      await open('emailCode');
      await request(clock);
      expect(page.textContent).toMatch(/possible in (60|61) sec/);
      await press('Send another code');
      http.expectNone(SEND);
      expect(resend().getAttribute('aria-disabled')).toBe('true');
      vi.advanceTimersByTime(61_000);
      await settle();
      expect(page.textContent).not.toContain('possible in');
      expect(resend().getAttribute('aria-disabled')).toBeNull();
      await enter('1');
      await press('Send another code');
      sent();
      await settle();
      expect(field()?.value).toBe('');
      expect(document.activeElement).toBe(field());
    },
  );

  it('is wrong: the user can check it or have another one sent', async () => {
    await open('emailCode');
    await request();
    await enter('00000000');
    await refuse({ code: 'code_invalid', attemptsLeft: 2 });
    expect(alert()).toMatch(/^This code is wrong or no longer valid\..*You have 2 more attempts\./);
    expect(alert()).not.toContain('wait for the next one');
    expect(document.activeElement).toBe(field());
  });

  it('has expired after 10 minutes', async () => {
    await open('emailCode');
    await request();
    vi.advanceTimersByTime(10 * MINUTE + 1_000);
    await enter('12345678');
    await refuse({ code: 'code_invalid' });
    expect(alert()).toBe('This code has expired. Have another one sent.');
  });

  it('is refused after too many attempts, with the time to wait', async () => {
    await open('emailCode');
    await request();
    await enter('12345678');
    await refuse({ code: 'too_many_attempts', retryAfter: 42 }, 429);
    expect(alert()).toContain('Try again in 42 sec.');
  });

  it('was sent before a reload of the page', async () => {
    await open('emailCode');
    await press('I already have a code');
    http.expectNone(SEND);
    await enter('12345678');
    expect(http.expectOne('/api/mfa/verify').request.body).toEqual({ code: '12345678' });
  });

  it.each([
    [429, { code: 'too_many_attempts', retryAfter: 90 }, 'No further code can be sent'],
    [404, { code: 'not_found' }, 'no longer sends codes in this way'],
    [503, { code: 'store_unavailable' }, 'temporarily unavailable'],
  ])('says why none was sent: %d', async (status, body, sentence) => {
    await open('emailCode');
    await press('Send a code');
    http.expectOne(SEND).flush(body, { status, statusText: 'x' });
    await settle();
    expect(alert()).toContain(sentence);
    expect(field()).toBeNull();
    button('I already have a code');
  });

  it('is an alternative to the app, and stays known when the user changes the method', async () => {
    await open('totp', 'emailCode', 'smsCode');
    const others = () => [...page.querySelectorAll('.other-way')].map(textOf);
    expect(others()).toEqual(['Use a code by email', 'Use a code by SMS']);
    await press('Use a code by email');
    expect(document.activeElement).toBe(button('Send a code'));
    await request();
    await press('Use a code by SMS');
    expect(field()).toBeNull();
    await press('Use the authenticator app');
    expect(textOf(field()?.labels?.[0])).toBe('6-digit code');
    await press('Use a code by email');
    expect(textOf(field()?.labels?.[0])).toBe('8-digit code');
    expect(textOf(page.querySelector('vestibule-send-code [role=status]'))).toContain(
      'g…@corp.example',
    );
  });

  it('belongs to its channel if the user changes the method before the response', async () => {
    await open('emailCode', 'smsCode');
    await press('Send a code');
    await press('Use a code by SMS');
    sent();
    await settle();
    expect(field()).toBeNull();
    await press('Use a code by email');
    expect(field()).not.toBeNull();
  });

  it('signs the user in', async () => {
    await open('emailCode');
    await request();
    await enter('12345678');
    http.expectOne('/api/mfa/verify').flush({ mfaEnabled: true, session: { state: 'signedIn' } });
    await settle();
    expect(TestBed.inject(TestSession).signedIn()).toBe(true);
  });
});
