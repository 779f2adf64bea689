import {
  ASSERTION,
  FakeAuthenticator,
  LOGIN_OPTIONS,
  credential,
  fakeAuthenticator,
  refusal,
  removeAuthenticator,
  untilAborted,
} from '../../spec/passkeys';
import { Autofill } from './autofill';
import { LoginOptions } from './webauthn';

const MINUTE = 60_000;

describe('passkeys in the list of the user-name field', () => {
  let fake: FakeAuthenticator;
  let options: ReturnType<typeof vi.fn<() => Promise<LoginOptions>>>;
  let chosen: ReturnType<typeof vi.fn<() => Promise<void>>>;
  let autofill: Autofill;

  beforeEach(() => {
    vi.useFakeTimers();
    fake = fakeAuthenticator({ autofill: true });
    options = vi.fn(() => Promise.resolve(LOGIN_OPTIONS as LoginOptions));
    chosen = vi.fn(() => Promise.resolve());
    autofill = new Autofill(options, chosen);
  });

  afterEach(async () => {
    await autofill.pause();
    removeAuthenticator();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

  it('are offered with new options before the old ones expire', async () => {
    autofill.resume();
    await pass(4 * MINUTE - 1);
    expect(options).toHaveBeenCalledTimes(1);
    expect(fake.get).toHaveBeenCalledTimes(1);
    await pass(1);
    expect(options).toHaveBeenCalledTimes(2);
    expect(fake.get).toHaveBeenCalledTimes(2);
  });

  it('are offered once, however often the page asks for it', async () => {
    autofill.resume();
    autofill.resume();
    await pass(0);
    expect(fake.get).toHaveBeenCalledTimes(1);
  });

  it('are not offered after a stop, which waits for the browser', async () => {
    autofill.resume();
    await pass(0);
    const { signal } = fake.get.mock.lastCall![0] as { signal: AbortSignal };
    await autofill.pause();
    expect(signal.aborted).toBe(true);
    await pass(10 * MINUTE);
    expect(fake.get).toHaveBeenCalledTimes(1);
    autofill.resume();
    await pass(0);
    expect(fake.get).toHaveBeenCalledTimes(2);
  });

  it('report the chosen one, and are offered again after a failed sign-in', async () => {
    fake.get.mockImplementationOnce(() => credential(ASSERTION));
    autofill.resume();
    await pass(0);
    expect(chosen).toHaveBeenCalledExactlyOnceWith(LOGIN_OPTIONS, ASSERTION);
    expect(options).toHaveBeenCalledTimes(2);
  });

  it('are offered again after the user cancelled, and not to a browser that refuses at once', async () => {
    fake.get.mockImplementationOnce(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return refusal('NotAllowedError');
    });
    fake.get.mockImplementationOnce(() => refusal('NotAllowedError'));
    autofill.resume();
    await pass(20_000);
    expect(fake.get).toHaveBeenCalledTimes(2);
  });

  it('are not offered if the server refuses the options or the browser the host', async () => {
    options.mockImplementationOnce(() => Promise.reject(new Error('404')));
    autofill.resume();
    await pass(10 * MINUTE);
    expect(fake.get).not.toHaveBeenCalled();
    fake.get.mockImplementation(() => refusal('SecurityError'));
    autofill.resume();
    await pass(10 * MINUTE);
    expect(fake.get).toHaveBeenCalledTimes(1);
  });

  it('need no options while the page is in the background', async () => {
    const state = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    fake.get.mockImplementation(({ signal }) => untilAborted(signal));
    autofill.resume();
    await pass(10 * MINUTE);
    expect(options).not.toHaveBeenCalled();
    state.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await pass(0);
    expect(options).toHaveBeenCalledTimes(1);
  });
});
