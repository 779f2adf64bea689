import { listenForInput, listenForResume, listenForVisible } from './activity';

function setVisibility(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('listenForInput', () => {
  it.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])(
    'reports %s until it is stopped',
    (name) => {
      const onInput = vi.fn();
      const stop = listenForInput(window, onInput);
      document.body.dispatchEvent(new Event(name, { bubbles: true }));
      expect(onInput).toHaveBeenCalledTimes(1);
      stop();
      document.body.dispatchEvent(new Event(name, { bubbles: true }));
      expect(onInput).toHaveBeenCalledTimes(1);
    },
  );

  it('ignores scroll events, which scripts cause too', () => {
    const onInput = vi.fn();
    const stop = listenForInput(window, onInput);
    document.dispatchEvent(new Event('scroll'));
    expect(onInput).not.toHaveBeenCalled();
    stop();
  });
});

describe('listenForVisible', () => {
  it('reports only that the page becomes visible', () => {
    const onVisible = vi.fn();
    const stop = listenForVisible(document, onVisible);
    setVisibility('hidden');
    expect(onVisible).not.toHaveBeenCalled();
    setVisibility('visible');
    expect(onVisible).toHaveBeenCalledTimes(1);
    stop();
    vi.restoreAllMocks();
  });
});

describe('listenForResume', () => {
  let onResume: ReturnType<typeof vi.fn<(absence: number) => void>>;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    setVisibility('visible');
    onResume = vi.fn();
    stop = listenForResume(window, onResume);
  });

  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('reports how long the page was hidden', () => {
    setVisibility('hidden');
    vi.setSystemTime(Date.now() + 60_000);
    setVisibility('visible');
    expect(onResume).toHaveBeenCalledExactlyOnceWith(60_000);
  });

  it('reports how long the device slept while the page was visible', () => {
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(2_000);
    expect(onResume).toHaveBeenCalledExactlyOnceWith(3_602_000);
  });

  it('reports nothing while time passes normally', () => {
    vi.advanceTimersByTime(600_000);
    expect(onResume).not.toHaveBeenCalled();
  });

  it('reports a page from the back-forward cache as infinitely old', () => {
    const event = new Event('pageshow') as PageTransitionEvent;
    Object.defineProperty(event, 'persisted', { value: true });
    window.dispatchEvent(event);
    expect(onResume).toHaveBeenCalledExactlyOnceWith(Infinity);
  });

  it('reports that the browser is online again', () => {
    window.dispatchEvent(new Event('online'));
    expect(onResume).toHaveBeenCalledTimes(1);
  });
});
