// The users of the console as an administrator finds them.
import { goTo } from './console.mjs';
import { ada, userLike } from './fixture.mjs';

/** More than one page of users. Without passwords they are quick to seed. */
export const members = Array.from({ length: 120 }, (_, n) => ({
  username: `member-${String(n).padStart(3, '0')}`,
  email: `member-${n}@corp.example`,
  displayName: `Member ${n}`,
  roles: n % 10 === 0 ? 'editor' : '',
}));

/** Users with a password. */
export const [grace, linus, edsger, barbara] = ['grace', 'linus', 'edsger', 'barbara'].map((name) =>
  userLike(ada, name, { displayName: `${name} of the tests` }),
);

export const rows = (page) => page.getByRole('table').getByRole('rowheader');
export const names = async (page) =>
  (await rows(page).getByRole('link').allInnerTexts()).map((name) => name.trim());
export const search = (page) => page.getByRole('searchbox', { name: 'Name, user name, address or ID' });
export const act = (page, name) => page.getByRole('button', { name, exact: true });
export const dialog = (page) => page.getByRole('dialog');
export const reason = (page) => dialog(page).getByRole('textbox', { name: 'Reason' });
export const done = (page, text) => page.getByRole('status').filter({ hasText: text }).waitFor();

/** Opens the page of a user through the list. Returns the id. */
export async function openUser(page, username) {
  await goTo(page, `/users?q=${username}`);
  await rows(page).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Profile' }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1);
}

/** Confirms the open dialog with a reason. */
export async function confirm(page, name, text = 'Ticket 4711') {
  await reason(page).fill(text);
  await dialog(page).getByRole('button', { name, exact: true }).click();
}
