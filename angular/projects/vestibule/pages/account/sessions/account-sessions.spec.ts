import { TestSection } from '../../../spec/section';
import { AccountSession } from '../../api/sessions';
import { AccountSessions } from './account-sessions';

const OTHER: AccountSession = {
  id: 's1',
  current: false,
  method: 'federated',
  amr: ['fed', 'otp', 'mfa'],
  provider: 'okta',
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/26.1 Safari/604.1',
  ip: '192.0.2.17',
  createdAt: '2026-11-22T08:00:00.000Z',
  lastSeenAt: '2026-11-22T09:00:00.000Z',
  endsAt: '2026-11-22T20:00:00.000Z',
};
const OWN: AccountSession = {
  ...OTHER,
  id: 's2',
  current: true,
  method: 'password',
  amr: ['pwd'],
  provider: null,
  userAgent: null,
  ip: null,
  lastSeenAt: '2026-11-22T08:30:00.000Z',
};
const OKTA = {
  provider: 'okta',
  label: 'Corp Okta',
  email: null,
  linkedAt: '2026-11-20T09:00:00.000Z',
  lastLoginAt: null,
};

describe('the sessions', () => {
  let page: TestSection<AccountSessions>;

  const list = (sessions: AccountSession[]) =>
    page.answer('GET /api/account/sessions', { sessions });
  const items = () => page.texts('vestibule-session-item');

  beforeEach(async () => {
    page = new TestSection(AccountSessions, { identities: [OKTA] });
    await page.settle();
  });

  afterEach(() => page.remove());

  it('start with this one, and say where and how each was opened', async () => {
    await list([OTHER, OWN]);
    expect(items()[0]).toMatch(
      /^Unknown device this session ?Signed in with: Password ?Last active/,
    );
    expect(items()[1]).toMatch(
      /^Safari on iPhone ?Signed in with: Corp Okta, then authenticator app ?Network address: 192\.0\.2\.17/,
    );
    expect(items()[0]).not.toContain('null');
    // This session is ended by a sign-out.
    expect(page.texts('vestibule-session-item button')).toEqual(['End']);
  });

  it('are ended one at a time, also if one has ended in between', async () => {
    for (const [body, status] of [
      [{ ended: 1 }, 200] as const,
      [{ code: 'not_found' }, 404] as const,
    ]) {
      if (status === 200) await list([OTHER, OWN]);
      await page.press('End Safari on iPhone');
      expect(page.text('[role=group]')).toContain('That browser must sign in again.');
      await page.press('End');
      await page.answer('DELETE /api/account/sessions/s1', body, status);
      await list(status === 200 ? [OTHER, OWN] : [OWN]);
      expect(page.status()).toBe('The session in Safari on iPhone has ended.');
      expect(page.focus()).toBe('Where you are signed in');
    }
    expect(items()).toHaveLength(1);
    expect(page.texts('button')).toEqual(['Refresh the list']);
  });

  it('are all ended but this one after a confirmation', async () => {
    await list([OTHER, { ...OTHER, id: 's3' }, OWN]);
    await page.press('End all other sessions');
    expect(page.text('[role=group]')).toContain('End the 2 other sessions?');
    await page.press('End all other sessions');
    await page.answer('DELETE /api/account/sessions', { ended: 2 });
    await list([OWN]);
    expect(page.status()).toBe('2 other sessions have ended.');
  });

  it('are loaded again when the user returns to the tab, and never by a timer', async () => {
    await list([OWN]);
    document.dispatchEvent(new Event('visibilitychange'));
    await list([OTHER, OWN]);
    expect(items()).toHaveLength(2);
    // Each request is activity: a timer, or a reaction to `extended`, would keep the session of an absent user open.
    vi.useFakeTimers();
    vi.advanceTimersByTime(3_600_000);
    vi.useRealTimers();
    page.session.events.next({ type: 'extended', expiresAt: new Date() });
    page.http.expectNone('/api/account/sessions');
  });
});
