import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { EnvironmentProviders, Provider } from '@angular/core';
import { withSignInDialog } from '@vestibule/angular/dialogs';
import { sessionInterceptor } from '../src/session-interceptor';

/** Provides an `HttpClient` whose requests open the dialogs. */
export function provideDialogs(): (Provider | EnvironmentProviders)[] {
  // Without the interceptor of the CSRF token, which sends a request of its own.
  return [
    provideHttpClient(withInterceptors([sessionInterceptor])),
    ...withSignInDialog().providers,
  ];
}

/** Adds what the app uses of modal dialogs to jsdom, which has none. */
export function fakeModalDialogs(): void {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function () {
    if (!this.open) return;
    this.open = false;
    setTimeout(() => this.dispatchEvent(new Event('close')));
  };
}

/** Returns the open dialog. */
export function dialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>('dialog[open]');
}

/** Returns a button by its text, in the open dialog or else on the page. */
export function button(name: string): HTMLButtonElement {
  const all = [...(dialog() ?? document).querySelectorAll('button')];
  const found = all.find((each) => nameOf(each) === name);
  if (!found) throw new Error(`no button "${name}" among ${all.map(nameOf).join(' | ')}`);
  return found;
}

/** Returns the accessible name of a button or link. */
export function nameOf(element: Element): string {
  return element.getAttribute('aria-label') ?? textOf(element);
}

/** Returns the text of an element with single spaces, without the marks that isolate a name or an address. */
export function textOf(element: Element | null | undefined): string {
  return (
    element?.textContent
      .replace(/[\u2060\u2068\u2069]/g, '')
      .replace(/\s+/g, ' ')
      .trim() ?? ''
  );
}

/** The response to a request that needs a recent proof. */
export const FORBIDDEN = { status: 403, statusText: 'Forbidden' };
export function reauthenticationRequired(...methods: string[]): object {
  return { code: 'reauthentication_required', methods, maxAge: 600 };
}
