import { Injectable, inject } from '@angular/core';
import {
  ActivatedRouteSnapshot,
  Route,
  Router,
  RouterStateSnapshot,
  UrlSegment,
} from '@angular/router';

/** What the router passes to a guard: the route of `canActivate` and `canActivateChild`, or of `canMatch`. */
export type GuardedRoute = ActivatedRouteSnapshot | Route;
export type GuardedTarget = RouterStateSnapshot | UrlSegment[];

/**
 * Records which routes a guard of the library has run for. So a page counts as guarded also if the guard is inside of
 * another function. When a session ends, only guarded pages are left.
 */
@Injectable({ providedIn: 'root' })
export class GuardedPages {
  readonly #router = inject(Router);
  readonly #routes = new WeakSet<Route>();
  #latest: { readonly navigation: number; readonly url: string } | null = null;

  /** Records a run and returns the URL that the user wants to open. */
  record(route: GuardedRoute, target: GuardedTarget): string {
    const config = route instanceof ActivatedRouteSnapshot ? route.routeConfig : route;
    if (config) this.#routes.add(config);
    const navigation = this.#router.currentNavigation();
    const url =
      target instanceof RouterStateSnapshot
        ? target.url
        : this.#router.serializeUrl(navigation?.extractedUrl ?? this.#router.parseUrl('/'));
    if (navigation) this.#latest = { navigation: navigation.id, url };
    return url;
  }

  /** Whether the current page has a guard of the library. */
  currentIsGuarded(): boolean {
    let route: ActivatedRouteSnapshot | null = this.#router.routerState.snapshot.root;
    const queue = [route];
    while ((route = queue.pop() ?? null)) {
      if (route.routeConfig && this.#routes.has(route.routeConfig)) return true;
      queue.push(...route.children);
    }
    return false;
  }

  /** Returns the URL of the guarded page that the router is opening now. */
  opening(): string | null {
    const navigation = this.#router.currentNavigation();
    return navigation && navigation.id === this.#latest?.navigation ? this.#latest.url : null;
  }
}
