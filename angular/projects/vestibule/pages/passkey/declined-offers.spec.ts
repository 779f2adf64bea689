import { hasDeclined, rememberDeclined } from './declined-offers';

const DAY = 86_400_000;
const ADA = { username: 'ada', displayName: 'Ada Lovelace' };

describe('a declined passkey', () => {
  beforeEach(() => {
    localStorage.clear();
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('is remembered for this user for 180 days', async () => {
    expect(await hasDeclined(ADA)).toBe(false);
    await rememberDeclined(ADA);
    expect(await hasDeclined(ADA)).toBe(true);
    expect(await hasDeclined({ ...ADA, username: 'grace' })).toBe(false);
    expect(await hasDeclined(null)).toBe(false);
    vi.setSystemTime(Date.now() + 180 * DAY - 1);
    expect(await hasDeclined(ADA)).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    expect(await hasDeclined(ADA)).toBe(false);
  });

  it('does not name the user on a shared device', async () => {
    await rememberDeclined(ADA);
    const stored = localStorage.getItem('vestibule.declined-passkey');
    expect(stored).toBeTruthy();
    expect(stored).not.toMatch(/ada|lovelace/i);
  });

  it.each(['{', 'null', '7'])('is not read from a damaged entry: %s', async (text) => {
    localStorage.setItem('vestibule.declined-passkey', text);
    expect(await hasDeclined(ADA)).toBe(false);
    await rememberDeclined(ADA);
    expect(await hasDeclined(ADA)).toBe(true);
  });

  it('asks again if the browser allows no storage', async () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('blocked');
    });
    await rememberDeclined(ADA);
    expect(await hasDeclined(ADA)).toBe(false);
  });
});
