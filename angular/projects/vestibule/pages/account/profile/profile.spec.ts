import { TestBed } from '@angular/core/testing';
import { ServiceSettings, User } from '@vestibule/angular';
import { TestSection } from '../../../spec/section';
import { Profile } from './profile';

const OKTA = {
  provider: 'okta',
  label: 'Okta',
  email: 'ada@corp.example',
  linkedAt: '2026-11-20T09:00:00.000Z',
  lastLoginAt: null,
};

describe('the profile', () => {
  let page: TestSection<Profile>;

  async function open(user: Partial<User> = {}, mail = true): Promise<void> {
    page = new TestSection(Profile, user, ['user']);
    TestBed.inject(ServiceSettings).apply({ mail });
    vi.spyOn(page.session, 'reloadUser').mockImplementation(() => {
      page.fixture.componentRef.setInput('user', page.session.user());
      return Promise.resolve();
    });
    await page.settle();
  }

  const email = () => page.text('vestibule-email-address');

  afterEach(() => page.remove());

  it('changes the name, and an empty one becomes none', async () => {
    await open();
    for (const [typed, sent] of [
      [' Ada King ', 'Ada King'],
      [' ', null],
    ]) {
      await page.press('Change name');
      expect((document.activeElement as HTMLInputElement).value).toBe('Ada Lovelace');
      await page.submit('[name=name]', typed!);
      expect(await page.answer('PATCH /api/account')).toEqual({ displayName: sent });
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Change name');
    }
  });

  it('names the provider that wrote a field, and does not load the picture', async () => {
    await open({
      identities: [OKTA],
      picture: 'https://img.example/ada.png',
      fieldSources: {
        displayName: 'provider:okta',
        email: 'local',
        picture: 'provider:okta',
        locale: 'provider:entra',
      },
    });
    expect(page.text('vestibule-edit-name + .detail')).toMatch(/^from Okta\. A name that you save/);
    expect(email()).not.toContain('from');
    expect(page.text('dl')).toMatch(/Open picture ?from Okta/);
    expect(page.text('#preferences ~ .detail')).toContain('The language comes from entra.');
    expect(page.host.querySelector('img')).toBeNull();
    expect(page.host.querySelector('dl a')?.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('names no provider for a field that the user or an administrator wrote', async () => {
    await open({
      identities: [OKTA],
      fieldSources: { displayName: 'local', email: 'provider:okta', picture: null, locale: null },
    });
    expect(email()).toContain('from Okta');
    expect(page.text('vestibule-edit-name + .detail')).toBe('');
    expect(page.host.querySelector('#preferences ~ .detail')).toBeNull();
  });

  it('sends a link to a new address, and shows it until it is confirmed', async () => {
    await open();
    await page.press('Change email address');
    expect(page.text('#email-help')).toContain('changes when you open the link');
    await page.submit('#new-email', 'nonsense');
    expect(page.text('#email-error')).toContain('for example name@example.org');
    expect(document.activeElement?.id).toBe('new-email');
    await page.submit('#new-email', ' ada@new.example ');
    page.session.signIn({ pendingEmail: 'ada@new.example' });
    expect(await page.answer('POST /api/account/email')).toEqual({ email: 'ada@new.example' });
    expect(page.status()).toContain('A link was sent to ada@new.example.');
    expect(email()).toContain('ada@new.example is not confirmed yet.');
    await page.press('Send again');
    expect(await page.answer('POST /api/account/email')).toEqual({ email: 'ada@new.example' });
    await page.press('Cancel the change');
    page.session.signIn();
    await page.answer('DELETE /api/account/email');
    expect(email()).not.toContain('ada@new.example');
    expect(page.status()).toBe('The address stays as it is.');
  });

  it.each([
    ['invalid', 'for example name@example.org'],
    ['unchanged', 'already your verified address'],
  ])('says at the field why the server refuses the address: %s', async (code, sentence) => {
    await open();
    await page.press('Change email address');
    await page.submit('#new-email', 'ada@corp.example');
    const errors = [{ field: 'email', code }];
    await page.answer('POST /api/account/email', { code: 'invalid_request', errors }, 400);
    expect(page.text('#email-error')).toContain(sentence);
    expect(document.activeElement?.id).toBe('new-email');
    expect(page.alert()).toBe('');
  });

  it('keeps the form when the server refuses the address', async () => {
    await open();
    await page.press('Change email address');
    await page.submit('#new-email', 'ada@new.example');
    await page.answer(
      'POST /api/account/email',
      { code: 'too_many_attempts', retryAfter: 60 },
      429,
    );
    expect(page.alert()).toContain('Too many attempts');
    expect(page.host.querySelector<HTMLInputElement>('#new-email')!.value).toBe('ada@new.example');
  });

  it('sends a link that verifies the present address', async () => {
    await open({ emailVerified: false });
    await page.press('Verify');
    await page.answer('POST /api/account/email/verify');
    expect(page.status()).toContain('Open it to verify the address.');
  });

  it('offers nothing that needs mail if the service sends none', async () => {
    await open({ emailVerified: false }, false);
    expect(page.texts('vestibule-email-address button')).toEqual([]);
  });
});
