// The pages of this provider: who would you like to be, and would you like to sign out?
import { people } from './people.mjs';

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

/** Everybody as a button, a field for anybody else, and a way out; and what the application has asked for beside that. */
export function chooser({ client_id: client, prompt, max_age: maxAge }) {
  const buttons = Object.entries(people).map(
    ([login, { about }]) =>
      `<li><button name="login" value="${login}" formnovalidate>${login}</button> <span>${escape(about)}</span></li>`,
  );
  return page(
    'Test provider',
    `<p>Nothing here is secret: be whom you like for <strong>${escape(client)}</strong>.</p>
${asked({ prompt, max_age: maxAge })}
<form method="post" autocomplete="off">
<p><label><input type="checkbox" name="amr" value="pwd mfa otp"> with a second factor (amr: pwd, mfa, otp)</label></p>
<ul>
${buttons.join('\n')}
</ul>
</form>
<form method="post" autocomplete="off">
<p><label>Anybody else <input name="login" required pattern="[a-z0-9.\\-]+" autocapitalize="none"></label>
<button>Sign in</button></p>
</form>
<form method="post"><button name="cancel" value="cancel">Cancel</button></form>`,
  );
}

const asked = (wishes) => {
  const said = Object.entries(wishes).filter(([, value]) => value !== undefined);
  return said.length > 0
    ? `<p>The application asks for ${escape(said.map((wish) => wish.join('=')).join(', '))}.</p>`
    : '';
};

/** The question before somebody is signed out here; `form` is what carries the answer. */
export const signOut = (form) =>
  page(
    'Test provider',
    `<p>Would you like to sign out here, too?</p>
${form}
<p><button form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button form="op.logoutForm">Stay signed in</button></p>`,
  );

/** After it, for who was led here by no application that could be led back to. */
export const signedOut = page('Test provider', '<p>You are signed out here.</p>');

export const expired = page(
  'Test provider',
  '<p>This page is used up: go back to the application and start again.</p>',
);
