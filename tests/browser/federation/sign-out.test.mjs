// Leaving a session that came through the provider: over here first, then there, and back at the sign-in page; or there
// first, of which the provider tells the service.
import assert from 'node:assert/strict';
import { assertAccessible, picture } from '../harness/browser.mjs';
import { ada, open } from '../harness/house.mjs';
import { dashboard, on, signIn, signInPage } from '../harness/pages.mjs';
import {
  askedFor,
  beAtProvider,
  idp,
  leaveProvider,
  providerOf,
  signOutAtProvider,
} from '../harness/provider.mjs';

// So that whoever moves is heard of after five seconds.
const house = open({ people: [ada], federated: true, settings: { VESTIBULE_SESSION_IDLE: '30s' } });

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

house.test('who signs out at the provider is told so here by the next sign of life', async ({ visit }) => {
  const visitor = await visit();
  const { page, newTab } = visitor;
  await page.goto('/login?returnTo=%2F%3Ftab%3Ddevices');
  await on(page).door(idp.label).click();
  const provider = await providerOf(page);
  await beAtProvider(page, 'doris');
  await dashboard(page);
  const elsewhere = await newTab();
  await leaveProvider(elsewhere, provider);
  assert.equal(await state(visitor), 'anonymous', 'it is over before the page knows of it');
  await dashboard(page);
  const said = page.getByText('You were signed out by your sign-in provider.');
  for (let n = 0; n < 40 && !(await said.isVisible()); n++) {
    await page.mouse.move(100 + n * 10, 200);
    await page.waitForTimeout(250);
  }
  await signInPage(page);
  await said.waitFor();
  assert.equal(new URL(page.url()).searchParams.get('reason'), 'provider_logout');
  assert.doesNotMatch(await page.locator('body').innerText(), /doris/i, 'nothing of the account is left');
  await assertAccessible(page, 'the sign-in page after a logout at the provider');
  await picture(page, 'login-after-provider-logout-desktop-light');
  await on(page).door(idp.label).click();
  await beAtProvider(page, 'doris');
  await dashboard(page);
  assert.equal(new URL(page.url()).search, '?tab=devices', 'back where they were');
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
