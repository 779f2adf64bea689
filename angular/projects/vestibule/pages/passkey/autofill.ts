import type { AuthenticationResponse } from './webauthn-json';
import { LoginOptions, PasskeyFailure, getPasskey } from './webauthn';

/** The service accepts a response for five minutes. */
const REFRESH_MS = 240_000;
/** A request that fails sooner was refused by the browser, and not cancelled by the user. */
const REFUSED_MS = 1_000;

/**
 * Offers passkeys in the list of the user-name field for as long as the page is open. Only one request can be open in a page:
 * `pause` stops this one before another one starts.
 */
export class Autofill {
  private current: AbortController | null = null;
  /** Settles when the browser has ended the last request. */
  private request: Promise<unknown> = Promise.resolve();

  /** `chosen` must not reject. */
  constructor(
    private readonly options: () => Promise<LoginOptions>,
    private readonly chosen: (
      options: LoginOptions,
      credential: AuthenticationResponse,
    ) => Promise<void>,
  ) {}

  /** Starts to offer passkeys. */
  resume(): void {
    if (this.current) return;
    const run = (this.current = new AbortController());
    void this.run(run.signal)
      // Without options of the server, the list has no passkeys. The button reports the reason.
      .catch(() => undefined)
      .finally(() => {
        if (this.current === run) this.current = null;
      });
  }

  /** Stops. Resolves when the browser has ended the request. */
  async pause(): Promise<void> {
    this.current?.abort();
    this.current = null;
    await this.request;
  }

  private async run(stopped: AbortSignal): Promise<void> {
    const isStopped = () => stopped.aborted;
    for (;;) {
      await whenVisible();
      if (isStopped()) return;
      const options = await this.options();
      if (isStopped()) return;
      const startedAt = Date.now();
      const found = this.ask(options, stopped);
      this.request = found.catch(() => undefined);
      const credential = await found;
      if (credential === 'aborted') continue;
      if (credential !== 'cancelled') await this.chosen(options, credential);
      // A browser that refuses at once would be asked without end.
      else if (Date.now() - startedAt < REFUSED_MS) return;
    }
  }

  private async ask(
    options: LoginOptions,
    stopped: AbortSignal,
  ): Promise<AuthenticationResponse | 'aborted' | 'cancelled'> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    stopped.addEventListener('abort', abort);
    const timer = setTimeout(abort, REFRESH_MS);
    try {
      return await getPasskey(options.publicKey, { signal: controller.signal, conditional: true });
    } catch (error) {
      const kind = error instanceof PasskeyFailure ? error.kind : null;
      if (kind === 'aborted' || kind === 'cancelled') return kind;
      throw error;
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener('abort', abort);
    }
  }
}

/** A page in the background needs no new options. */
function whenVisible(): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState === 'hidden') return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}
