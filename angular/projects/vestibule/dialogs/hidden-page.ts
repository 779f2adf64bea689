/** Attribute of the elements that stay visible while the page is hidden. */
export const DIALOG_ATTRIBUTE = 'data-vestibule-dialog';

/**
 * `display: none` removes the page from the screen, the accessibility tree, find-in-page and printing, and keeps its
 * elements with their state. The rule also covers elements that the page adds later. The repeated `:not(#_)` gives it
 * precedence over rules of the page that contain IDs. `visibility` hides text directly in `body`.
 */
const HIDE = `
  body { visibility: hidden !important; }
  body > [${DIALOG_ATTRIBUTE}] { visibility: visible !important; }
  body > :not([${DIALOG_ATTRIBUTE}]):not(#_):not(#_):not(#_) { display: none !important; }
`;

/**
 * Hides the page of a session that has ended, so that other users of the screen cannot read it. Returns a function that
 * shows the page again, with its scroll position and its focus.
 */
export function hidePage(document: Document): () => void {
  const window = document.defaultView;
  const focused = document.activeElement;
  const [x, y] = [window?.scrollX ?? 0, window?.scrollY ?? 0];
  // A constructed style sheet needs no nonce: a content security policy does not apply to it.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(HIDE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    window?.scrollTo({ left: x, top: y, behavior: 'instant' });
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  };
}
