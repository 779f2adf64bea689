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
  const found = all.find((each) => textOf(each) === name);
  if (!found) throw new Error(`no button "${name}" among ${all.map(textOf).join(' | ')}`);
  return found;
}

/** Returns the text of an element with single spaces. */
export function textOf(element: Element | null | undefined): string {
  return element?.textContent.replace(/\s+/g, ' ').trim() ?? '';
}

/** The response to a request that needs a recent proof. */
export const FORBIDDEN = { status: 403, statusText: 'Forbidden' };
export function reauthenticationRequired(...methods: string[]): object {
  return { code: 'reauthentication_required', methods, maxAge: 600 };
}
