import { listenForInput, listenForVisible, listenForResume } from './activity';

function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('signs of a person', () => {
  it.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])('count: %s', (sign) => {
    const act = vi.fn();
    const stop = listenForInput(window, act);
    document.body.dispatchEvent(new Event(sign, { bubbles: true }));
    expect(act).toHaveBeenCalledTimes(1);
    stop();
    document.body.dispatchEvent(new Event(sign, { bubbles: true }));
    expect(act).toHaveBeenCalledTimes(1);
  });

  it('do not include a page that scrolls itself', () => {
    const act = vi.fn();
    const stop = listenForInput(window, act);
    document.dispatchEvent(new Event('scroll'));
    expect(act).not.toHaveBeenCalled();
    stop();
  });
});

describe('waking', () => {
  let wake: ReturnType<typeof vi.fn<(away: number) => void>>;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    show('visible');
    wake = vi.fn();
    stop = listenForResume(window, wake);
  });

  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('is coming back to the tab, and says how long it was hidden', () => {
    show('hidden');
    vi.setSystemTime(Date.now() + 60_000);
    show('visible');
    expect(wake).toHaveBeenCalledExactlyOnceWith(60_000);
  });

  it('is a clock that jumped while the page was in sight', () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(2_000);
    expect(wake).toHaveBeenCalledExactlyOnceWith(3_602_000);
  });

  it('is not time passing', () => {
    vi.advanceTimersByTime(600_000);
    expect(wake).not.toHaveBeenCalled();
  });

  it('is a page out of the back-forward cache, from before who knows what', () => {
    const event = new Event('pageshow') as PageTransitionEvent;
    Object.defineProperty(event, 'persisted', { value: true });
    window.dispatchEvent(event);
    expect(wake).toHaveBeenCalledExactlyOnceWith(Infinity);
  });

  it('is being online again', () => {
    window.dispatchEvent(new Event('online'));
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it('is one thing, and a person looking at the page another', () => {
    const act = vi.fn();
    const end = listenForVisible(document, act);
    show('hidden');
    expect(act).not.toHaveBeenCalled();
    show('visible');
    expect(act).toHaveBeenCalledTimes(1);
    end();
  });
});
