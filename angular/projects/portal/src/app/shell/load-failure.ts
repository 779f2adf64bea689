import { DOCUMENT, Injectable, inject, signal } from '@angular/core';
import { Location } from '@angular/common';
import { NavigationError } from '@angular/router';

/** Marks the entry in the history of a page that was reloaded once. */
const RELOADED = 'vestibuleReloaded';

/**
 * Recovers from a page whose code cannot be loaded: after a deployment the file of the earlier build is missing, and
 * offline there is no file at all. The page is reloaded once by itself. If that does not help, the user gets a message.
 */
@Injectable({ providedIn: 'root' })
export class LoadFailure {
  private readonly document = inject(DOCUMENT);
  private readonly window = this.document.defaultView ?? window;
  private readonly location = inject(Location);

  /** The address of the page that could not be loaded. */
  readonly address = signal<string | null>(null);
  /** Whether another attempt of the user found no server. */
  readonly unreachable = signal(false);

  async handle({ url }: NavigationError): Promise<void> {
    const address = this.location.prepareExternalUrl(url);
    // The mark is in the history, not in the storage, which a browser may block. The next successful navigation removes
    // it, so a later deployment gets its reload, and a file that stays missing causes no loop.
    const reloaded = (this.window.history.state as Record<string, unknown> | null)?.[RELOADED];
    if (reloaded === true || !(await this.isReachable())) this.address.set(address);
    else this.load(address);
  }

  /** Loads the page again, after the user asked for it. */
  async retry(): Promise<void> {
    const address = this.address();
    if (address === null) return;
    this.unreachable.set(false);
    if (await this.isReachable()) this.load(address);
    else this.unreachable.set(true);
  }

  private load(address: string): void {
    const { history, location } = this.window;
    history.replaceState({ [RELOADED]: true }, '', address);
    location.reload();
  }

  /** Without a server, a reload would replace this page by an error page of the browser. */
  private async isReachable(): Promise<boolean> {
    try {
      return (await this.window.fetch(this.document.baseURI, { cache: 'no-store' })).ok;
    } catch {
      return false;
    }
  }
}
