/** jsdom has no modal dialogs: this is what of them the app relies on. */
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

/** The one on the screen. */
export function dialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>('dialog[open]');
}

/** A button by what it says, in the dialog on the screen, else on the page. */
export function button(name: string): HTMLButtonElement {
  const all = [...(dialog() ?? document).querySelectorAll('button')];
  const found = all.find((each) => words(each) === name);
  if (!found) throw new Error(`no button "${name}" among ${all.map(words).join(' | ')}`);
  return found;
}

/** The text of an element as it is read. */
export function words(element: Element | null | undefined): string {
  return element?.textContent.replace(/\s+/g, ' ').trim() ?? '';
}

/** The answer to a request that needs a fresh proof. */
export const WANTS_PROOF = { status: 403, statusText: 'Forbidden' };
export function wantsProof(...methods: string[]): object {
  return { code: 'reauthentication_required', methods, maxAge: 600 };
}
