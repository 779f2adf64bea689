// The pages of this provider: login and logout.
import { users } from './users.mjs';

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto; padding: 0 1rem; }
  button { font: inherit; padding: 0.4rem 0.8rem; }
  ul { list-style: none; padding: 0; }
  li { display: flex; gap: 1rem; align-items: baseline; margin: 0.5rem 0; }
  li button { min-width: 6rem; }
  input { font: inherit; padding: 0.35rem; }
</style>
<main>
<h1>${title}</h1>
${body}
</main>
</html>
`;

/** Returns the login page: a button for each user, a field for any other name, and Cancel. It shows `prompt` and `max_age`. */
export function loginPage({ client_id: client, prompt, max_age: maxAge }) {
  const buttons = Object.entries(users).map(
    ([login, { description }]) =>
      `<li><button name="login" value="${login}" formnovalidate>${login}</button> <span>${escape(description)}</span></li>`,
  );
  return page(
    'Test provider',
    `<p>Choose a user for <strong>${escape(client)}</strong>. No password is needed.</p>
${requested({ prompt, max_age: maxAge })}
<form method="post" autocomplete="off">
<p><label><input type="checkbox" name="amr" value="pwd mfa otp"> with a second factor (amr: pwd, mfa, otp)</label></p>
<ul>
${buttons.join('\n')}
</ul>
</form>
<form method="post" autocomplete="off">
<p><label>Other user <input name="login" required pattern="[a-z0-9.\\-]+" autocapitalize="none"></label>
<button>Sign in</button></p>
</form>
<form method="post"><button name="cancel" value="cancel">Cancel</button></form>`,
  );
}

const requested = (params) => {
  const present = Object.entries(params).filter(([, value]) => value !== undefined);
  return present.length > 0
    ? `<p>Requested: ${escape(present.map((param) => param.join('=')).join(', '))}</p>`
    : '';
};

/** Returns the logout page. `form` is the form of the library that carries the answer. */
export const logoutPage = (form) =>
  page(
    'Test provider',
    `<p>Do you also want to sign out here?</p>
${form}
<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm">Stay signed in</button></p>`,
  );

/** The page after a logout that no application started. */
export const loggedOutPage = page('Test provider', '<p>You are signed out.</p>');

export const expiredPage = page(
  'Test provider',
  '<p>This page has expired. Go back to the application and start again.</p>',
);
