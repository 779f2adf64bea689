import { TestBed } from '@angular/core/testing';
import { TestSection } from '../../../spec/section';
import { AccountEvent } from '../../api/account-events';
import { TEXT } from '../../text/text-loader';
import { AccountActivity } from './account-activity';
import { canBeReported, eventText } from './event-text';

const event = (type: string, more: Partial<AccountEvent> = {}): AccountEvent => ({
  id: type,
  at: '2026-11-22T08:00:00.000Z',
  type,
  outcome: 'success',
  reason: null,
  ip: null,
  userAgent: null,
  details: null,
  ...more,
});
const failed = (type: string, reason: string, details: unknown = null) =>
  event(type, { outcome: 'failure', reason, details });

describe('the sentence of an event', () => {
  it.each([
    [event('passwordSignIn'), 'Correct password entered at a sign-in'],
    [
      failed('passwordSignIn', 'wrong_password'),
      'Sign-in with the password refused: wrong password',
    ],
    [failed('secondFactor', 'code_invalid'), 'Second factor refused: wrong code'],
    [event('federatedSignIn', { details: { provider: 'okta' } }), 'Sign-in with Corp Okta'],
    [event('federatedSignIn'), 'Sign-in at a provider'],
    [
      event('factorRemoved', { details: { name: 'Phone' } }),
      'Passkey or authenticator app removed: Phone',
    ],
    [event('passkeyAdded', { details: { name: 'Laptop' } }), 'Passkey added: Laptop'],
    [
      failed('passkeySignIn', 'counter_not_higher'),
      'Sign-in with a passkey refused: the passkey may have been copied',
    ],
    [failed('messageCodeSent', 'too_many_attempts'), 'Code by message not sent: too many attempts'],
    [
      failed('identityLinked', 'identity_in_use', { provider: 'okta' }),
      'Link to Corp Okta refused: another account uses this identity',
    ],
    [event('reauthentication', { details: { provider: 'okta' } }), 'Sign-in confirmed again'],
    [event('userUpdated', { details: 'displayName' }), 'Profile changed'],
    [event('invented'), 'Other event: invented'],
    [failed('invented', 'invented'), 'Refused: invented'],
    [failed('passwordSignIn', 'toString'), 'Sign-in with the password refused'],
  ])('%#: %j', (value, sentence) => {
    const text = eventText(TestBed.inject(TEXT), value, (name) =>
      name === 'okta' ? 'Corp Okta' : name,
    );
    expect(text.replace(/[\u2068\u2069]/g, '')).toBe(sentence);
  });

  it.each([
    [event('passwordSignIn'), true],
    [event('emailChanged'), true],
    [event('passkeyAdded'), true],
    [event('messageCodeSent'), true],
    [failed('passwordSignIn', 'wrong_password'), false],
    [event('userDisabled'), false],
    [event('signOut'), false],
  ])('%#: a user can report only own actions that changed something', (value, expected) =>
    expect(canBeReported(value)).toBe(expected),
  );
});

describe('the activity', () => {
  let page: TestSection<AccountActivity>;

  async function open(items: AccountEvent[], nextCursor: string | null = null): Promise<void> {
    page = new TestSection(AccountActivity);
    await page.settle();
    await page.answer('GET /api/account/events', { items, nextCursor });
  }

  const items = () => page.texts('vestibule-activity-item');

  afterEach(() => page.remove());

  it('shows time, device and network of each event', async () => {
    await open([
      event('signOut', { ip: '192.0.2.17', userAgent: 'curl/8.16.0' }),
      event('userCreated'),
    ]);
    expect(items()[0]).toMatch(/^Signed out.*2026.*curl ?Network address: 192\.0\.2\.17$/);
    expect(items()[1]).toMatch(/^Account created.*2026[^a-z]*$/);
    expect(page.text()).not.toContain('Show older activity');
  });

  it('says that nothing is recorded', async () => {
    await open([]);
    expect(page.text()).toContain('Nothing is recorded yet.');
  });

  it('adds older events until there are no more', async () => {
    await open([event('signOut')], 'c1');
    await page.press('Show older activity');
    const older = page.http.expectOne(({ params }) => params.get('cursor') === 'c1');
    expect(older.request.params.get('limit')).toBe('20');
    older.flush({ items: [event('userUpdated'), event('userCreated')], nextCursor: null });
    await page.settle();
    expect(items()).toHaveLength(3);
    expect(page.text('section > p[role=status]')).toBe('2 more entries are shown.');
    expect(page.texts('button')).not.toContain('Show older activity');
    expect(page.focus()).toBe('2 more entries are shown.');
  });

  it('explains "this was not me", reports it and asks the server for the session', async () => {
    await open([event('passwordSignIn')]);
    const refresh = vi.spyOn(page.session, 'refresh');
    const [report] = [...page.host.querySelectorAll('button')];
    expect(report?.getAttribute('aria-label')).toMatch(/^This was not me: Correct password.*2026/);
    report?.click();
    await page.settle();
    expect(page.text('[role=group]')).toContain('All your sessions end, this one too.');
    page.http.expectNone('/api/account/not-me');
    await page.press('This was not me');
    expect(await page.answer('POST /api/account/not-me')).toEqual({});
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});
