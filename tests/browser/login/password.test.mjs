// Password login.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertAccessible, eventually, phone } from '../harness/browser.mjs';
import { ada, createFixture, userLike } from '../harness/fixture.mjs';
import { fillSignIn, on, signIn, waitForDashboard, waitForSignInPage } from '../harness/pages.mjs';

const grace = userLike(ada, 'grace', { displayName: 'Grace Hopper' });
const fixture = createFixture({ users: [ada, grace] });

fixture.test('a user can sign in with the password', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, ada);
  assert.match(await page.locator('main').innerText(), /Ada Lovelace/);
});

fixture.test('a user can sign in with a verified address', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await signIn(page, { ...ada, username: ada.email });
});

fixture.test('password managers find user name and password in one form', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  const { userName, password } = on(page);
  assert.match(await userName.getAttribute('autocomplete'), /\busername\b/);
  assert.equal(await password.getAttribute('autocomplete'), 'current-password');
  assert.equal(await password.getAttribute('type'), 'password');
  const sameForm = await password.evaluate(
    (field) => field.form !== null && field.form.querySelector('[autocomplete~="username"]') !== null,
  );
  assert.ok(sameForm, 'one <form> holds both');
});

fixture.test(
  'a wrong password keeps the user name, announces the error and focuses the password',
  async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.goto('/login');
    await fillSignIn(page, { ...ada, password: 'not hers at all' });
    await on(page).alert.waitFor();
    assert.equal(await on(page).userName.inputValue(), ada.username);
    const focused = await on(page).password.evaluate((field) => field === document.activeElement);
    assert.ok(focused, 'the focus is on the password field');
    assert.equal(await on(page).password.inputValue(), '');
    await assertAccessible(page, 'the sign-in page with an error');
    // The user can type again at once.
    await page.keyboard.type(ada.password);
    await page.keyboard.press('Enter');
    await waitForDashboard(page);
  },
);

fixture.test('the sign-in page focuses the first empty field', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await on(page).userName.waitFor();
  await page.keyboard.type(ada.username);
  assert.equal(await on(page).userName.inputValue(), ada.username);
});

fixture.test('a second press while the page changes sends no second login', async ({ newBrowser }) => {
  const { page, requests } = await newBrowser();
  await page.goto('/login');
  await on(page).userName.waitFor();
  // The next page needs this file: it comes late.
  await page.route('**/*dashboard*.js', async (route) => {
    await sleep(1_000);
    await route.continue();
  });
  await on(page).userName.fill(ada.username);
  await on(page).password.fill(ada.password);
  await page.evaluate(() => {
    setInterval(() => document.querySelector('form button[type=submit]')?.click(), 20);
  });
  await waitForDashboard(page);
  assert.equal(requests('POST', '/api/auth/login').length, 1);
});

fixture.test('the button for the password changes its state and not its name', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  const show = page.getByRole('button', { name: 'Show password', exact: true });
  await on(page).password.fill('secret');
  for (const [pressed, type] of [
    ['true', 'text'],
    ['false', 'password'],
  ]) {
    await show.click();
    await eventually('the state changes', async () => (await show.getAttribute('aria-pressed')) === pressed);
    assert.equal(await on(page).password.getAttribute('type'), type);
  }
});

fixture.test('a wrong password and an unknown name show the same text', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  const answers = [];
  for (const username of [ada.username, 'unknown-name']) {
    await page.goto('/login');
    await fillSignIn(page, { username, password: 'not hers at all' });
    answers.push(await on(page).alert.innerText());
  }
  assert.equal(answers[0], answers[1]);
});

fixture.test('sign-in and sign-out work with the keyboard alone', async ({ newBrowser }) => {
  const { page } = await newBrowser();
  await page.goto('/login');
  await on(page).userName.waitFor();
  const tabTo = async (locator) => {
    for (let presses = 0; presses < 15; presses++) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail('not reached with the Tab key');
  };
  await tabTo(on(page).userName);
  await page.keyboard.type(ada.username);
  await tabTo(on(page).password);
  await page.keyboard.type(ada.password);
  await page.keyboard.press('Enter');
  await waitForDashboard(page);
  await tabTo(on(page).signOut);
  await page.keyboard.press('Enter');
  await waitForSignInPage(page);
});

fixture.test(
  'after too many wrong passwords the page counts down to the next attempt',
  async ({ newBrowser, service }) => {
    const { page, context } = await newBrowser();
    await page.goto('/login');
    await on(page).userName.waitFor();
    const csrf = await (await context.request.get('/api/auth/csrf-token')).json();
    const guess = () =>
      context.request.post('/api/auth/login', {
        headers: { 'x-xsrf-token': csrf.csrfToken, origin: service.url },
        data: { username: grace.username, password: 'a guess' },
      });
    for (let tries = 0; tries < 10; tries++)
      assert.equal((await guess()).status(), 401, `guess ${tries + 1}`);

    await fillSignIn(page, grace);
    const { alert } = on(page);
    await alert.waitFor();
    const seconds = async () => Number((await alert.innerText()).match(/again in (\d+) s/i)?.[1]);
    const before = Date.now();
    const first = await seconds();
    assert.ok(first > 10 && first <= 30, `it says ${await alert.innerText()}`);
    let later;
    await eventually('it counts down', async () => (later = await seconds()) < first);
    const elapsed = Math.ceil((Date.now() - before) / 1000);
    assert.ok(later >= first - elapsed - 1, `${first} s became ${later} s in ${elapsed} s`);
    await page.setViewportSize(phone);
    await assertAccessible(page, 'the sign-in page that counts down');
    assert.equal(await on(page).userName.inputValue(), grace.username);
  },
);
