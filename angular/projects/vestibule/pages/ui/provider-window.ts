import {
  Component,
  DOCUMENT,
  DestroyRef,
  NgZone,
  computed,
  inject,
  input,
  model,
  signal,
} from '@angular/core';
import { Providers } from '../api/providers';
import { TEXT } from '../text/text-loader';
import { Attempt } from './attempt';
import { Each } from './each';
import { FailureBox } from './failure-box';
import { ProviderIcon } from './provider-icon';

const POLL_MS = 1_000;
const FEATURES = 'popup,width=520,height=700';

interface ListedProvider {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
}

/**
 * Buttons that open the sign-in of a provider in a window of its own, so that this page stays. The result comes from the
 * server, never from a message of the window: any page can be open there.
 */
@Component({
  selector: 'vestibule-provider-window',
  imports: [Each, FailureBox, ProviderIcon],
  templateUrl: './provider-window.html',
  styleUrl: './separator.css',
})
export class ProviderWindow {
  private readonly document = inject(DOCUMENT);
  private readonly providersApi = inject(Providers);
  private readonly zone = inject(NgZone);

  readonly names = input.required<readonly string[]>();
  /** Whether another method is above this one. */
  readonly separated = input(false);
  /** Returns the URL at which the sign-in of a provider starts. */
  readonly start = input.required<(name: string) => Promise<string>>();
  /** Asks the server for the result. */
  readonly poll = input.required<() => Promise<void>>();
  /** Whether a window is open. */
  readonly waiting = model(false);

  protected readonly text = inject(TEXT);
  protected readonly attempt = new Attempt();
  /** The browser blocked the window: the user opens this URL in a tab. */
  protected readonly blocked = signal<string | null>(null);
  protected readonly chosen = signal<ListedProvider | null>(null);
  /** The providers with their labels; if the list cannot be loaded, with their names. */
  protected readonly providers = computed<readonly ListedProvider[]>(() => {
    const known = this.providersApi.list();
    if (!known && !this.providersApi.failed()) return [];
    return this.names().map((name) => {
      const provider = known?.find((each) => each.name === name);
      return { name, label: provider?.label ?? name, kind: provider?.kind ?? '' };
    });
  });

  private polling = false;
  private popup: Window | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    if (!this.providersApi.list()) void this.providersApi.load();
    inject(DestroyRef).onDestroy(() => this.closeWindow());
  }

  protected async open(provider: ListedProvider): Promise<void> {
    this.stop();
    this.chosen.set(provider);
    // Browsers allow a new window only during the click, so it opens before the URL is known.
    const popup = this.document.defaultView?.open('about:blank', '_blank', FEATURES) ?? null;
    await this.attempt.run(async () => {
      const url = await this.start()(provider.name);
      if (popup) this.follow(popup, url);
      else this.blocked.set(url);
      this.watch();
    });
    if (this.attempt.failure()) popup?.close();
  }

  /** Closes the window and offers the methods again. */
  protected stop(): void {
    this.closeWindow();
    this.waiting.set(false);
    this.blocked.set(null);
  }

  private closeWindow(): void {
    clearInterval(this.timer);
    this.popup?.close();
    this.popup = null;
  }

  private follow(popup: Window, url: string): void {
    // The pages of the provider must not navigate this page.
    popup.opener = null;
    popup.location.replace(url);
    this.popup = popup;
    this.waiting.set(true);
  }

  private async pollOnce(): Promise<void> {
    // A provider can hide its window from this page, which then looks closed. The polls continue.
    if (this.popup?.closed) this.waiting.set(false);
    if (this.polling) return;
    this.polling = true;
    await this.poll()().catch(() => undefined);
    this.polling = false;
  }

  private watch(): void {
    // A timer in the zone would start a change detection of the whole application each time.
    this.zone.runOutsideAngular(() => {
      this.timer = setInterval(() => void this.pollOnce(), POLL_MS);
    });
  }
}
