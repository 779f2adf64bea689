// Leaving a session that came through the provider: over here first, then there, and back at the sign-in page.
import assert from 'node:assert/strict';
import { ada, open } from '../harness/house.mjs';
import { dashboard, on, signIn, signInPage } from '../harness/pages.mjs';
import { askedFor, beAtProvider, idp, signOutAtProvider } from '../harness/provider.mjs';

const house = open({ people: [ada], federated: true });

async function comeIn(page, login) {
  await page.goto('/login');
  await on(page).door(idp.label).click();
  await beAtProvider(page, login);
  await dashboard(page);
}

const state = async ({ context }) => (await (await context.request.get('/api/auth/session')).json()).state;

house.test('it goes to the provider and comes back to the ordinary sign-in page', async ({ visit }) => {
  const visitor = await visit();
  const { page, cookie } = visitor;
  await comeIn(page, 'agnes');
  await on(page).signOut.click();
  await page.waitForURL((url) => url.pathname.startsWith('/session/end'));
  assert.equal(await state(visitor), 'anonymous', 'over here before anything is asked there');
  assert.equal(await cookie('vestibule'), undefined);
  await signOutAtProvider(page);
  await signInPage(page);
  assert.equal(await on(page).alert.count(), 0);
  await on(page).heading.filter({ hasText: 'Sign in' }).waitFor();
  assert.equal(await state(visitor), 'anonymous');
});

house.test('the next sign-in there asks who it is, and the one after it as usual', async ({ visit }) => {
  const { page } = await visit();
  await comeIn(page, 'beryl');
  await on(page).signOut.click();
  await signOutAtProvider(page, 'Stay signed in');
  await signInPage(page);
  await on(page).door(idp.label).click();
  assert.match(await askedFor(page), /prompt=login/);
  await beAtProvider(page, 'beryl');
  await dashboard(page);
  await page.context().clearCookies({ name: 'vestibule' });
  await page.goto('/login');
  await on(page).door(idp.label).click();
  assert.doesNotMatch(await askedFor(page), /prompt/);
});

house.test('the other tabs leave at once, and stay in the house', async ({ visit }) => {
  const { page, newTab } = await visit();
  await comeIn(page, 'clara');
  const other = await newTab();
  await other.goto('/');
  await dashboard(other);
  await on(page).signOut.click();
  await signInPage(other);
  await other.getByText('You have signed out.').waitFor();
  await signOutAtProvider(page);
  await signInPage(page);
});

house.test('what a provider adds to the way back means nothing', async ({ visit }) => {
  const { page } = await visit();
  await page.goto('/login?state=%3Cb%3E555');
  await signInPage(page);
  assert.doesNotMatch(await page.locator('body').innerHTML(), /555/);
  await signIn(page, ada);
});

house.test('a session that came through the local door ends here alone', async ({ visit }) => {
  const { page, requests } = await visit();
  await signIn(page, ada);
  await on(page).signOut.click();
  await signInPage(page);
  await page.getByText('You have signed out.').waitFor();
  assert.equal(requests('GET').filter(({ path }) => path.startsWith('/session/end')).length, 0);
});
