import { Location } from '@angular/common';
import {
  Component,
  DOCUMENT,
  DestroyRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  signal,
} from '@angular/core';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { Session } from '@vestibule/angular';
import { Attempt, FailureBox, TEXT, VestibuleRoot } from '@vestibule/angular/pages';
import { Brand } from './shell/brand';
import { Footer } from './shell/footer';
import { LoadFailed } from './shell/load-failed';
import { LoadFailure } from './shell/load-failure';
import { isOwnPage } from './shell/own-pages';

/** The layout of every page: header with sign-out, status message, the page itself, and the footer. */
@Component({
  selector: 'app-root',
  hostDirectives: [VestibuleRoot],
  imports: [RouterOutlet, FailureBox, Footer, LoadFailed],
  templateUrl: './app.html',
  styleUrl: './app.css',
  host: { '(click)': 'handleLinkClick($event)' },
})
export class App {
  private readonly document = inject(DOCUMENT);
  private readonly injector = inject(Injector);
  private readonly location = inject(Location);
  private readonly router = inject(Router);
  protected readonly brand = inject(Brand);
  protected readonly loadFailure = inject(LoadFailure);
  protected readonly session = inject(Session);
  protected readonly text = inject(TEXT);

  protected readonly homeUrl = this.location.prepareExternalUrl('/');
  /** A message of the previous page, for example that a provider was linked. The account page shows it itself. */
  protected readonly status = signal<{ readonly message: string; readonly good: boolean } | null>(
    null,
  );
  private readonly url = signal('');
  /** The account page shows the name of the user, and each page shows it once. */
  protected readonly onAccountPage = computed(() => ['', '/', '/account'].includes(this.url()));
  protected readonly signingOut = new Attempt();
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.displayName ?? user?.username ?? user?.email ?? '';
  });

  constructor() {
    // Operators of RxJS would add 0.1 kB to the first view.
    let isFirst = true;
    const events = this.router.events.subscribe((event) => {
      if (!(event instanceof NavigationEnd)) return;
      this.url.set(event.urlAfterRedirects.replace(/[?#].*$/, ''));
      // On the first page the focus stays where the browser put it.
      if (!isFirst) this.showPage();
      isFirst = false;
    });
    inject(DestroyRef).onDestroy(() => events.unsubscribe());
  }

  private showPage(): void {
    const state = this.router.currentNavigation()?.extras.state as
      { statusMessage?: string; statusGood?: boolean; keepFocus?: boolean } | undefined;
    const message = this.onAccountPage() ? undefined : state?.statusMessage;
    this.status.set(message ? { message, good: state?.statusGood === true } : null);
    // A list that writes its filters into the URL stays the same page.
    if (!state?.keepFocus) afterNextRender(() => this.focusPage(), { injector: this.injector });
  }

  protected async signOut(): Promise<void> {
    await this.signingOut.run(() => this.session.signOut());
  }

  /**
   * Navigates with the router when the user clicks a plain link to a page of the portal. RouterLink would add 2.1 kB to
   * the first view. The browser handles all other links: to the server, to other applications and sites, and new tabs.
   */
  protected handleLinkClick(event: MouseEvent): void {
    const link = (event.target as Element).closest('a');
    const plain =
      event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download'))
      return;
    const url = this.location.normalize(link.pathname + link.search);
    const isHere =
      link.origin === this.document.location.origin &&
      this.location.prepareExternalUrl(url) === link.pathname + link.search;
    if (!isHere || !isOwnPage(this.router.config, url)) return;
    event.preventDefault();
    void this.router.navigateByUrl(url || '/');
  }

  /** Focuses the content. The browser would resolve a fragment link against the base href and leave the page. */
  protected skipToContent(event: Event): void {
    event.preventDefault();
    this.document.querySelector('main')?.focus();
  }

  /** Focuses the element that a page marks with `data-initial-focus`, or else its heading. */
  private focusPage(): void {
    const main = this.document.querySelector('main');
    const start =
      main?.querySelector<HTMLElement>('[data-initial-focus]') ?? main?.querySelector('h1');
    start?.focus();
  }
}
