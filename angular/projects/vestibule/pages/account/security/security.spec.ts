import { TestBed } from '@angular/core/testing';
import { ServiceSettings, User } from '@vestibule/angular';
import { button, dialog, reauthenticationRequired } from '../../../spec/dialogs';
import { TestSection } from '../../../spec/section';
import { Device } from '../../api/devices';
import { Totp } from '../../api/factors';
import {
  ATTESTATION,
  FakeAuthenticator,
  PASSKEY,
  REGISTRATION_OPTIONS,
  fakeAuthenticator,
  refusal,
  removeAuthenticator,
} from '../../../spec/passkeys';
import { Passkey } from '../../api/passkeys';
import { Security } from './security';

const PHONE: Totp = {
  id: 'f1',
  name: 'Phone',
  confirmedAt: '2026-11-01T10:00:00.000Z',
  lastUsedAt: '2026-11-20T10:00:00.000Z',
};
const TABLET: Totp = { ...PHONE, id: 'f2', name: 'Tablet', lastUsedAt: null };
const DEVICE: Device = {
  id: 'd1',
  current: false,
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  firstSeenAt: '2026-11-01T10:00:00.000Z',
  lastSeenAt: '2026-11-20T10:00:00.000Z',
  trustedUntil: '2026-12-20T10:00:00.000Z',
};

describe('the security section', () => {
  let page: TestSection<Security>;

  async function open({
    totp = [PHONE, TABLET],
    passkeys = [],
    left = 8,
    devices = [DEVICE],
    trustDays = 30,
    user = {},
  }: {
    totp?: Totp[];
    passkeys?: Passkey[];
    left?: number;
    devices?: Device[];
    trustDays?: number | null;
    user?: Partial<User>;
  } = {}): Promise<void> {
    page = new TestSection(Security, user, ['user']);
    await page.settle();
    await page.answer('GET /api/account/devices', { devices, trustDays });
    await page.answer('GET /api/account/identities', { identities: [] });
    await page.answer('GET /api/auth/providers', { providers: [] });
    expect(page.host.querySelector<HTMLElement>('.cards')!.hidden).toBe(true);
    await factors(totp, left, passkeys);
    expect(page.host.querySelector<HTMLElement>('.cards')!.hidden).toBe(false);
  }

  function factors(
    totp: Totp[],
    recoveryCodesLeft = 8,
    passkeys: Passkey[] = [],
  ): Promise<unknown> {
    const recoveryCodesAt = recoveryCodesLeft > 0 ? '2026-11-01T10:00:00.000Z' : null;
    return page.answer('GET /api/account/factors', {
      totp,
      passkeys,
      recoveryCodesLeft,
      recoveryCodesAt,
    });
  }

  const apps = () => page.texts('vestibule-authenticator');
  const card = (name: string) => page.text(`[aria-labelledby="${name}"]`);

  afterEach(() => page.remove());

  it('links to the pages that change the password and add an app, and back', async () => {
    await open();
    const links = [...page.host.querySelectorAll('a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual(['/change-password?returnTo=%2F', '/mfa-setup?returnTo=%2F']);
  });

  it('lists the apps with the last use', async () => {
    await open();
    expect(apps()[0]).toMatch(/^Phone ?added on .*2026.* ?last used on .*2026/);
    expect(apps()[1]).toMatch(/^Tablet ?added on .*2026.* ?not used to sign in yet/);
    expect(card('authenticators')).toContain('Add an authenticator app');
  });

  it('explains what an app does if there is none, and shows no recovery codes', async () => {
    await open({ totp: [], left: 0 });
    expect(card('authenticators')).toContain('protects your account if your password is stolen');
    expect(page.host.querySelector('#recovery-codes')).toBeNull();
  });

  it('does not speak of a password to a federated user', async () => {
    await open({ totp: [], left: 0, user: { authProvider: 'okta' } });
    expect(card('authenticators')).toContain('each sign-in at a provider also needs its code');
    expect(page.text()).not.toContain('Change password');
    expect(card('sign-in-methods')).toContain('Set a password');
  });

  it('renames an app and moves the focus to the heading', async () => {
    await open();
    await page.press('Rename Tablet');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Name of the app');
    await page.submit('[name=factor-name]', ' Tablet at home ');
    expect(await page.answer('PATCH /api/account/factors/f2')).toEqual({ name: 'Tablet at home' });
    await factors([PHONE, { ...TABLET, name: 'Tablet at home' }]);
    expect(apps()[1]).toMatch(/^Tablet at home/);
    expect(page.status()).toBe('The app is now called Tablet at home.');
    expect(page.focus()).toBe('Authenticator apps');
  });

  it('removes an app after the effect was shown and the proof was given', async () => {
    await open();
    await page.press('Remove Tablet');
    expect(page.text('[role=group]')).toContain('You then use your other second factor.');
    await page.press('Remove');
    await page.answer('DELETE /api/account/factors/f2', reauthenticationRequired('totp'), 403);
    await vi.waitUntil(dialog, { timeout: 20_000 });
    const code = dialog()!.querySelector('input')!;
    code.value = '123456';
    code.dispatchEvent(new Event('input'));
    await page.settle();
    await page.answer('POST /api/auth/reauthenticate', { session: { state: 'signedIn' } });
    await page.answer('DELETE /api/account/factors/f2');
    await factors([PHONE]);
    expect(apps()).toHaveLength(1);
    expect(page.status()).toBe('Tablet is removed.');
    expect(page.focus()).toBe('Authenticator apps');
  });

  it('says what the removal of the only app means, and why it is refused', async () => {
    await open({ totp: [PHONE] });
    await page.press('Remove Phone');
    expect(page.text('[role=group]')).toContain('no code protects your account');
    await page.press('Remove');
    await page.answer('DELETE /api/account/factors/f1', { code: 'factor_required' }, 409);
    expect(page.alert()).toContain('Your account must have a second factor. Set up another one');
    expect(apps()).toHaveLength(1);
  });

  it.each([
    [4, false],
    [3, true],
    [0, true],
  ])('warns if few recovery codes are left: %d', async (left, warns) => {
    await open({ left });
    expect(card('recovery-codes').includes('Create new ones')).toBe(warns);
  });

  it('shows new recovery codes once', async () => {
    await open({ left: 1 });
    expect(card('recovery-codes')).toContain('One code is left.');
    await page.press('Create new codes');
    expect(page.text('[role=group]')).toContain('Your old ones no longer work.');
    await page.press('Create new codes');
    const codes = Array.from({ length: 10 }, (_, n) => `abcde-fghij-klm${n}`);
    await page.answer('POST /api/account/recovery-codes', { recoveryCodes: codes });
    expect(page.texts('vestibule-recovery-codes code')).toEqual(codes);
    page.host.querySelector<HTMLInputElement>('[name=saved]')!.click();
    await page.press('Continue');
    await factors([PHONE, TABLET], 10);
    expect(page.text()).not.toContain(codes[0]);
    expect(card('recovery-codes')).toContain('10 codes are left.');
    expect(page.focus()).toBe('Recovery codes');
  });

  it('lists the devices with their trust, and forgets one', async () => {
    await open();
    expect(card('devices')).toContain('second factor for 30 days');
    expect(card('devices')).toMatch(/Firefox on Linux ?last sign-in on .*trusted until .*2026/);
    await page.press('Forget Firefox on Linux');
    await page.press('Forget');
    await page.answer('DELETE /api/account/devices/d1');
    await page.answer('GET /api/account/devices', { devices: [], trustDays: 30 });
    expect(page.text('vestibule-device-list')).toBe('');
  });

  it('offers another attempt when something could not be loaded', async () => {
    page = new TestSection(Security, {}, ['user']);
    await page.settle();
    await page.answer('GET /api/account/factors', { code: 'store_unavailable' }, 503);
    await page.answer('GET /api/account/devices', { devices: [], trustDays: null });
    await page.answer('GET /api/account/identities', { identities: [] });
    await page.answer('GET /api/auth/providers', { providers: [] });
    expect(page.alert()).toContain('temporarily unavailable');
    button('Try again').click();
    await factors([PHONE]);
    expect(apps()).toHaveLength(1);
  });

  describe('with passkeys', () => {
    const KEY: Passkey = {
      ...PASSKEY,
      id: 'p2',
      name: 'Security key',
      lastUsedAt: null,
      synced: false,
      signsInAlone: false,
      credentialId: 'key-2',
    };
    let fake: FakeAuthenticator;

    beforeEach(() => (fake = fakeAuthenticator()));
    afterEach(() => removeAuthenticator());

    const rows = () => page.texts('vestibule-passkey-row');

    it('lists them with their use, and where they are', async () => {
      await open({ passkeys: [PASSKEY, KEY] });
      expect(rows()[0]).toMatch(
        /^Laptop ?added on .*2026.* ?last used on .*2026.* ?synced: on all devices.* ?signs you in without a password/,
      );
      expect(rows()[1]).toMatch(
        /^Security key ?added on .* ?not used to sign in yet ?on one device or security key only ?only as a second factor/,
      );
    });

    it('adds one, with the proof that the server requires, and shows the recovery codes', async () => {
      await open({ totp: [], left: 0 });
      expect(card('passkeys')).toContain('None. With a passkey');
      await page.press('Add a passkey');
      await page.answer('POST /api/account/passkeys/options', REGISTRATION_OPTIONS);
      const body = await page.answer('POST /api/account/passkeys', {
        passkey: PASSKEY,
        needPasswordChange: false,
        recoveryCodes: ['a-b', 'c-d'],
        session: { state: 'signedIn' },
      });
      expect(body).toEqual({ ceremony: 'ceremony-2', credential: ATTESTATION });
      expect(page.status()).toBe('Laptop is added.');
      expect(page.focus()).toBe('Passkeys');
      expect(page.texts('vestibule-recovery-codes code')).toEqual(['a-b', 'c-d']);
      page.host.querySelector<HTMLInputElement>('[name=saved]')!.click();
      await page.press('Continue');
      await factors([], 10, [PASSKEY]);
      await page.answer('GET /api/account/devices', { devices: [], trustDays: null });
      expect(rows()).toHaveLength(1);
      expect(card('recovery-codes')).toContain('10 codes are left.');
    });

    it('asks for a recent proof before the options', async () => {
      await open({ passkeys: [PASSKEY] });
      await page.press('Add a passkey');
      await page.answer(
        'POST /api/account/passkeys/options',
        reauthenticationRequired('totp'),
        403,
      );
      await vi.waitUntil(dialog, { timeout: 20_000 });
      button('Cancel').click();
      await page.settle();
      expect(page.alert()).toBe('');
      expect(fake.create).not.toHaveBeenCalled();
    });

    it.each([
      ['InvalidStateError', 'This device already has a passkey'],
      ['SecurityError', 'do not work at this address'],
    ])('says why none could be created: %s', async (name, sentence) => {
      fake.create.mockImplementation(() => refusal(name));
      await open({ passkeys: [PASSKEY] });
      await page.press('Add a passkey');
      await page.answer('POST /api/account/passkeys/options', REGISTRATION_OPTIONS);
      expect(page.alert()).toContain(sentence);
    });

    it('says that the user cancelled, without an alert', async () => {
      fake.create.mockImplementation(() => refusal('NotAllowedError'));
      await open({ passkeys: [PASSKEY] });
      await page.press('Add a passkey');
      await page.answer('POST /api/account/passkeys/options', REGISTRATION_OPTIONS);
      expect(page.alert()).toBe('');
      expect(card('passkeys')).toContain('No passkey was used');
    });

    it('renames one', async () => {
      await open({ passkeys: [PASSKEY, KEY] });
      await page.press('Rename Security key');
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Name of the passkey');
      await page.submit('[name=factor-name]', ' Blue key ');
      expect(await page.answer('PATCH /api/account/factors/p2')).toEqual({ name: 'Blue key' });
      await factors([PHONE], 8, [PASSKEY, { ...KEY, name: 'Blue key' }]);
      expect(page.status()).toBe('The passkey is now called Blue key.');
      expect(fake.accepted).not.toHaveBeenCalled();
    });

    it('removes one after the effect was shown, and reports the rest to the password manager', async () => {
      await open({ passkeys: [PASSKEY, KEY] });
      await page.press('Remove Security key');
      expect(page.text('[role=group]')).toContain('Delete it from your device');
      await page.press('Remove');
      await page.answer('DELETE /api/account/factors/p2');
      await factors([PHONE], 8, [PASSKEY]);
      expect(page.status()).toBe('Security key is removed.');
      expect(fake.accepted).toHaveBeenCalledExactlyOnceWith({
        rpId: 'localhost',
        userId: 'AZAAAAAAcACAAAAAAAAAAQ',
        allAcceptedCredentialIds: ['key-1'],
      });
    });

    it('says what the removal of the only factor means, and why it is refused', async () => {
      await open({ totp: [], passkeys: [PASSKEY] });
      await page.press('Remove Laptop');
      expect(page.text('[role=group]')).toContain(
        'your other sign-in method alone opens your account',
      );
      await page.press('Remove');
      await page.answer('DELETE /api/account/factors/p1', { code: 'last_way_in' }, 409);
      expect(page.alert()).toContain('This is your only sign-in method, so it cannot be removed.');
    });

    describe('in a service without passwords', () => {
      const noPasswords = async () => {
        TestBed.inject(ServiceSettings).apply({ passwords: false });
        await page.settle();
      };
      const hasCodes = () => page.host.querySelector('#recovery-codes') !== null;

      it('cannot be removed if it is the only sign-in method, and a second one is advised', async () => {
        await open({ totp: [], passkeys: [PASSKEY, KEY], left: 0 });
        await noPasswords();
        expect(card('passkeys')).toContain('Add a second one');
        expect(hasCodes()).toBe(false);
        await page.press('Remove Laptop');
        expect(page.text('[role=group]')).toMatch(/your only sign-in method.*Close$/);
        await page.press('Close');
        await page.press('Remove Security key');
        expect(page.text('[role=group]')).toContain('Delete it from your device');
      });

      it('can be removed beside another one or a provider', async () => {
        const second = { ...KEY, signsInAlone: true };
        await open({ totp: [], passkeys: [PASSKEY, second], left: 2 });
        await noPasswords();
        expect(card('passkeys')).not.toContain('Add a second one');
        expect(hasCodes()).toBe(true);
        page.remove();
        TestBed.resetTestingModule();
        const identities: User['identities'] = [
          {
            provider: 'okta',
            label: 'Okta',
            email: null,
            linkedAt: PASSKEY.createdAt,
            lastLoginAt: null,
          },
        ];
        await open({
          totp: [],
          passkeys: [PASSKEY],
          left: 0,
          user: { authProvider: 'okta', identities },
        });
        await noPasswords();
        expect(card('passkeys')).not.toContain('Add a second one');
        expect(hasCodes()).toBe(true);
      });

      it('is not created by a device that does not verify its user', async () => {
        fake.create.mockImplementation(() => refusal('NotAllowedError'));
        await open({ totp: [], passkeys: [PASSKEY] });
        await noPasswords();
        await page.press('Add a passkey');
        await page.answer('POST /api/account/passkeys/options', REGISTRATION_OPTIONS);
        expect(card('passkeys')).toContain('the device cannot check who uses it');
      });
    });

    it('does not say that an app is the only factor beside a passkey', async () => {
      await open({ totp: [PHONE], passkeys: [PASSKEY] });
      await page.press('Remove Phone');
      expect(page.text('[role=group]')).toContain('You then use your other second factor.');
    });

    it('has no button in a browser that cannot create one', async () => {
      removeAuthenticator();
      await open({ passkeys: [PASSKEY] });
      expect(card('passkeys')).toContain('This browser cannot use passkeys');
      expect(card('passkeys')).not.toContain('Add a passkey');
    });
  });
});
