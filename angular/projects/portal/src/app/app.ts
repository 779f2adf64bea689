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
import { Attempt, FailureBox } from '@vestibule/angular/pages';

/** The layout of every page: header with sign-out, status message, and the page itself. */
@Component({
  selector: 'app-root',
  imports: [RouterOutlet, FailureBox],
  templateUrl: './app.html',
  styleUrl: './app.css',
  host: { '(click)': 'handleLinkClick($event)' },
})
export class App {
  private readonly document = inject(DOCUMENT);
  private readonly injector = inject(Injector);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  /** A message of the previous page, for example that a provider was linked. */
  protected readonly statusMessage = signal('');
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
      // On the first page the focus stays where the browser put it.
      if (!isFirst) this.showPage();
      isFirst = false;
    });
    inject(DestroyRef).onDestroy(() => events.unsubscribe());
  }

  private showPage(): void {
    const state = this.router.currentNavigation()?.extras.state as
      { statusMessage?: string } | undefined;
    this.statusMessage.set(state?.statusMessage ?? '');
    afterNextRender(() => this.focusPage(), { injector: this.injector });
  }

  protected async signOut(): Promise<void> {
    await this.signingOut.run(() => this.session.signOut());
  }

  /**
   * Navigates with the router when the user clicks a plain link to a page of the app. RouterLink would add 2.1 kB to the
   * first view. The browser handles links to the server (`/api/…`), other sites and new tabs.
   */
  protected handleLinkClick(event: MouseEvent): void {
    const link = (event.target as Element).closest('a');
    const plain =
      event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download'))
      return;
    if (link.origin !== this.document.location.origin || link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    void this.router.navigateByUrl(link.pathname + link.search);
  }

  /** Focuses the content. The browser would resolve a fragment link against `<base href="/">` and leave the page. */
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
