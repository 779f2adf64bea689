import {
  Component,
  DOCUMENT,
  Injector,
  afterNextRender,
  computed,
  inject,
  signal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { filter, skip } from 'rxjs';
import { Session } from 'vestibule';
import { Failure, failureOf } from './api/failure';
import { BrandMark } from './ui/brand-mark';
import { FailureBox } from './ui/failure-box';

/** The frame around every page: who is here, the way out, and what the connection is like. */
@Component({
  selector: 'app-root',
  imports: [RouterOutlet, BrandMark, FailureBox],
  templateUrl: './app.html',
  styleUrl: './app.css',
  host: { '(click)': 'follow($event)' },
})
export class App {
  private readonly document = inject(DOCUMENT);
  private readonly injector = inject(Injector);
  private readonly router = inject(Router);
  protected readonly session = inject(Session);

  /** A short word of the page before, e.g. on what was done there. */
  protected readonly said = signal('');
  protected readonly leaving = signal(false);
  protected readonly failure = signal<Failure | null>(null);
  protected readonly name = computed(() => {
    const user = this.session.user();
    return user?.displayName ?? user?.username ?? user?.email ?? '';
  });

  constructor() {
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        skip(1),
        takeUntilDestroyed(),
      )
      .subscribe(() => {
        const state = this.router.currentNavigation()?.extras.state as
          { said?: string } | undefined;
        this.said.set(state?.said ?? '');
        afterNextRender(() => this.focusPage(), { injector: this.injector });
      });
  }

  protected async signOut(): Promise<void> {
    if (this.leaving()) return;
    this.leaving.set(true);
    this.failure.set(null);
    try {
      await this.session.signOut();
    } catch (error) {
      this.failure.set(failureOf(error));
    } finally {
      this.leaving.set(false);
    }
  }

  /**
   * Lets the router follow the plain links of the app: its own link directive would add 4 kB to the first view.
   * What belongs to the server (`/api/…`, as the doors of the providers), a new tab or another site goes its way.
   */
  protected follow(event: MouseEvent): void {
    const link = (event.target as Element).closest('a');
    const plain =
      event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download'))
      return;
    if (link.origin !== this.document.location.origin || link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    void this.router.navigateByUrl(link.pathname + link.search);
  }

  /** A plain fragment link would leave the page: the base address is `/`. */
  protected skipToContent(event: Event): void {
    event.preventDefault();
    this.document.querySelector('main')?.focus();
  }

  /** A new page starts at its heading, or at the one field it is all about. */
  private focusPage(): void {
    const main = this.document.querySelector('main');
    const start =
      main?.querySelector<HTMLElement>('[data-initial-focus]') ?? main?.querySelector('h1');
    start?.focus();
  }
}
