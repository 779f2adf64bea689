import { TestBed } from '@angular/core/testing';
import { ServiceSettings, User } from '@vestibule/angular';
import { nameOf } from '../../../spec/dialogs';
import { TestSection } from '../../../spec/section';
import { Factors, MessageCodeTarget } from '../../api/factors';
import { MessageCodes } from './message-codes';
import { Security } from './security';

const START = 'POST /api/account/message-codes';
const CONFIRM = 'POST /api/account/message-codes/confirm';
const SENT = {
  to: '+49 ••• 89',
  expiresAt: '2099-01-01T10:10:00.000Z',
  resendAt: '2020-01-01T10:01:00.000Z',
};
const TARGET: MessageCodeTarget = {
  to: 'a…@corp.example',
  confirmedAt: '2026-11-01T10:00:00.000Z',
  lastUsedAt: null,
};
const FACTORS: Factors = {
  totp: [],
  passkeys: [],
  emailCodes: null,
  smsCodes: null,
  recoveryCodesLeft: 0,
  recoveryCodesAt: null,
};

describe('the codes by message of the account page', () => {
  let page: TestSection<MessageCodes>;
  let changes: number;

  async function open(
    { factors = FACTORS, user = {} }: { factors?: Factors; user?: Partial<User> } = {},
    messageCodes: string[] = ['email', 'sms'],
  ): Promise<void> {
    page = new TestSection(MessageCodes, user, ['user']);
    TestBed.inject(ServiceSettings).apply({ messageCodes });
    page.fixture.componentRef.setInput('factors', factors);
    page.fixture.componentRef.setInput('only', true);
    changes = 0;
    page.fixture.componentInstance.changed.subscribe(() => (changes += 1));
    await page.settle();
  }

  const items = () => page.texts('li');
  const buttons = () => [...page.host.querySelectorAll('button')].map(nameOf);

  async function start(number: string): Promise<void> {
    await page.press('Set up codes by SMS');
    await page.submit('[name=phone-number]', number);
  }

  async function enter(code: string): Promise<void> {
    const field = page.host.querySelector<HTMLInputElement>('[name=code]')!;
    field.value = code;
    field.dispatchEvent(new Event('input'));
    await page.settle();
  }

  afterEach(() => page.remove());

  it('say once that they are less safe, and by which standard', async () => {
    await open();
    expect(page.text().match(/NIST SP 800-63B/g)).toHaveLength(1);
    expect(page.text()).toContain('less safe than a passkey or an authenticator app');
  });

  it('offer only the channels of the service', async () => {
    await open({}, ['sms']);
    expect(buttons()).toEqual(['Set up codes by SMS']);
  });

  it('show the masked address, and can be removed when the service offers them no more', async () => {
    await open({ factors: { ...FACTORS, emailCodes: TARGET } }, []);
    expect(items()).toHaveLength(1);
    expect(items()[0]).toMatch(/^Codes by email ?to a…@corp\.example ?set up on .*2026/);
    expect(page.text('.notice')).toContain('no longer sends codes in this way');
    expect(buttons()).toEqual(['Remove codes by email']);
  });

  it('need a verified address', async () => {
    await open({ user: { emailVerified: false } });
    expect(items()[0]).toContain('Verify your email address');
    expect(buttons()).toEqual(['Set up codes by SMS']);
  });

  it('go to a number in international form that a code has confirmed', async () => {
    await open();
    await start('0151 23456789');
    expect(page.text('#phone-number-error')).toContain('with “+” and the country code');
    expect(document.activeElement).toBe(page.host.querySelector('#phone-number'));
    await page.submit('[name=phone-number]', '+49 151 23456789');
    expect(await page.answer(START, SENT)).toEqual({ channel: 'sms', number: '+4915123456789' });
    expect(page.text('[role=status]')).toBe('');
    expect(page.text()).toContain('A code was sent to +49 ••• 89.');
    const field = page.host.querySelector('[name=code]')!;
    expect(document.activeElement).toBe(field);
    // The focus moves to the field, so its description says where the code is.
    const ids = field.getAttribute('aria-describedby')!.split(' ');
    expect(ids.map((id) => page.text(`#${id}`)).join('')).toContain('A code was sent');
    await enter('12345678');
    expect(await page.answer(CONFIRM, { session: { state: 'signedIn' } })).toEqual({
      code: '12345678',
    });
    expect(page.status()).toBe('Codes by SMS: set up.');
    expect(page.focus()).toBe('Codes by message');
    expect(changes).toBe(1);
  });

  it('can be sent again during the setup', async () => {
    await open();
    await start('+49 151 23456789');
    await page.answer(START, SENT);
    await enter('1234');
    await page.press('Send another code');
    expect(await page.answer(START, SENT)).toEqual({ channel: 'sms', number: '+4915123456789' });
    const field = page.host.querySelector<HTMLInputElement>('[name=code]')!;
    expect(field.value).toBe('');
    expect(document.activeElement).toBe(field);
  });

  it('have no number for an address', async () => {
    await open();
    await page.press('Set up codes by email');
    await page.press('Send a code');
    expect(await page.answer(START, SENT)).toEqual({ channel: 'email' });
  });

  it('show the recovery codes of the first factor before the list is loaded again', async () => {
    await open();
    await page.press('Set up codes by email');
    await page.press('Send a code');
    await page.answer(START, SENT);
    await enter('12345678');
    await page.answer(CONFIRM, {
      session: { state: 'signedIn' },
      recoveryCodes: ['aaaaa-bbbbb-cccc'],
    });
    expect(page.texts('vestibule-recovery-codes code')).toEqual(['aaaaa-bbbbb-cccc']);
    expect(changes).toBe(0);
    page.host.querySelector<HTMLInputElement>('[name=saved]')!.click();
    await page.press('Continue');
    expect(page.text('vestibule-recovery-codes')).toBe('');
    expect(changes).toBe(1);
  });

  it('say that the gateway has not accepted the message yet', async () => {
    await open();
    await start('+49 151 23456789');
    await page.answer(START, { ...SENT, delayed: true });
    expect(page.text()).toContain('The code for +49 ••• 89 is delayed');
    expect(page.text()).not.toContain('was sent');
  });

  it('start again when the setup has ended on the server', async () => {
    await open();
    await start('+49 151 23456789');
    await page.answer(START, SENT);
    await enter('12345678');
    await page.answer(CONFIRM, { code: 'no_pending_enrolment' }, 409);
    expect(page.alert()).toContain('after 10 minutes, or after 5 wrong codes');
    expect(document.activeElement?.getAttribute('role')).toBe('alert');
    const number = page.host.querySelector<HTMLInputElement>('[name=phone-number]');
    expect(number?.value).toBe('+4915123456789');
  });

  it.each([
    [409, 'factor_required', 'Add an authenticator app or a passkey'],
    [404, 'not_found', 'no longer sends codes in this way'],
    [400, 'invalid_request', 'with “+” and the country code'],
    [429, 'too_many_attempts', 'No further code can be sent'],
  ])('say why the setup is refused: %d %s', async (status, code, sentence) => {
    await open();
    await start('+49 151 23456789');
    await page.answer(START, { code }, status);
    expect(page.alert()).toContain(sentence);
  });

  it('return the focus to the button of a cancelled setup', async () => {
    await open();
    await page.press('Set up codes by SMS');
    expect(page.focus()).toBe('Codes by SMS');
    await page.press('Cancel');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Set up codes by SMS');
  });

  it('are removed after the effect was shown', async () => {
    await open({ factors: { ...FACTORS, smsCodes: { ...TARGET, to: '+49 ••• 89' } } });
    expect(buttons()).toEqual([
      'Set up codes by email',
      'Change phone number',
      'Remove codes by SMS',
    ]);
    await page.press('Remove codes by SMS');
    expect(page.text('[role=group]')).toContain('the number is deleted');
    expect(page.text('[role=group]')).toContain('your recovery codes no longer work');
    await page.press('Remove');
    await page.answer('DELETE /api/account/message-codes/sms');
    expect(page.status()).toBe('Codes by SMS: removed.');
    expect(changes).toBe(1);
  });

  it('explain a refused removal', async () => {
    await open({ factors: { ...FACTORS, emailCodes: TARGET } });
    await page.press('Remove codes by email');
    await page.press('Remove');
    await page.answer('DELETE /api/account/message-codes/email', { code: 'factor_required' }, 409);
    expect(page.alert()).toContain('Your account must have a second factor.');
    expect(changes).toBe(0);
  });
});

describe('the security section', () => {
  let page: TestSection<Security>;

  async function open(
    settings: { messageCodes?: string[]; passwords?: boolean },
    factors: Partial<Factors> = {},
    user: Partial<User> = {},
  ): Promise<void> {
    page = new TestSection(Security, user, ['user']);
    TestBed.inject(ServiceSettings).apply(settings);
    await page.settle();
    await page.answer('GET /api/account/devices', { devices: [], trustDays: null });
    await page.answer('GET /api/account/identities', { identities: [] });
    await page.answer('GET /api/auth/providers', { providers: [] });
    await page.answer('GET /api/account/factors', { ...FACTORS, ...factors });
  }

  afterEach(() => page.remove());

  it.each([
    [[], {}, false],
    [['email'], {}, true],
    [[], { emailCodes: TARGET }, true],
    [[], { smsCodes: TARGET }, true],
  ])(
    'has codes by message only if they are offered or set up: %j %j',
    async (messageCodes, factors, shown) => {
      await open({ messageCodes }, factors);
      expect(page.host.querySelector('#message-codes') !== null).toBe(shown);
    },
  );

  it('has recovery codes beside codes by message', async () => {
    await open({}, { emailCodes: TARGET, recoveryCodesLeft: 8 });
    expect(page.text()).toContain('8 codes are left.');
  });

  it('has no password if the service has none', async () => {
    await open({ passwords: false });
    expect(page.text('[aria-labelledby="sign-in-methods"]')).not.toContain('Password');
    expect(page.text('[aria-labelledby="authenticators"]')).not.toContain('password');
  });

  it('does not offer to set a password if the service has none', async () => {
    await open({ passwords: false }, {}, { authProvider: 'okta' });
    expect(page.text()).not.toContain('Set a password');
  });
});
