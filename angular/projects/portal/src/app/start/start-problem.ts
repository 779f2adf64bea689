/**
 * Shows why the application cannot start, instead of the application: the address is wrong (then `address` is the right
 * one), or the browser blocks cookies. It does not use Angular, so that the first view stays in its budget.
 */
export function showStartProblem({ document, location }: Window, address: string | null): void {
  const add = (parent: Element, tag: string, text = ''): HTMLElement => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const main = add(document.body, 'main');
  const card = add(main, 'section');
  card.className = 'start-problem';
  const title = address === null ? 'Cookies are blocked' : 'Wrong address';
  document.title = title;
  add(card, 'h1', title);
  const here = location.origin;
  if (address === null) {
    add(
      card,
      'p',
      `Your browser blocks the cookies of ${here}. You cannot sign in without them. Allow cookies for this address, then reload the page.`,
    );
    const reload = add(card, 'button', 'Reload') as HTMLButtonElement;
    reload.type = 'button';
    reload.addEventListener('click', () => location.reload());
  } else {
    const there = new URL(address).origin;
    add(card, 'p', `This page is open at ${here}. You can sign in only at ${there}.`);
    const link = add(card, 'a', `Open ${there} instead`) as HTMLAnchorElement;
    link.href = address;
  }
}
