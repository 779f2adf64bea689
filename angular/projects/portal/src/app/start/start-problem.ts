import { startTexts } from './start-texts';

/**
 * Shows why the application cannot start, instead of the application: the address is wrong (then `address` is the right
 * one), or the browser blocks cookies. It does not use Angular, so that the first view stays in its budget.
 */
export function showStartProblem(window: Window, address: string | null): void {
  const { document, location, navigator } = window;
  const [language, texts] = startTexts(navigator.languages);
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
  const add = (parent: Element, tag: string, text = ''): HTMLElement => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const main = add(document.body, 'main');
  const card = add(main, 'section');
  card.className = 'start-problem';
  const title = address === null ? texts.cookiesTitle : texts.addressTitle;
  document.title = title;
  add(card, 'h1', title);
  const here = location.origin;
  if (address === null) {
    add(card, 'p', texts.cookies(here));
    const reload = add(card, 'button', texts.reload) as HTMLButtonElement;
    reload.type = 'button';
    reload.addEventListener('click', () => location.reload());
  } else {
    const there = new URL(address).origin;
    add(card, 'p', texts.address(here, there));
    const link = add(card, 'a', texts.open(there)) as HTMLAnchorElement;
    link.href = address;
  }
}
