// The page /vestibule/admin/overview: what to look at first, and the figures of the last days.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe } from 'node:test';
import { administrator, checkConsolePage, openConsole } from '../harness/console.mjs';
import { ada, createFixture } from '../harness/fixture.mjs';
import { fillSignIn, on } from '../harness/pages.mjs';

const root = administrator('root');
const linguist = administrator('linguist');
const reader = administrator('reader');

describe('the overview', () => {
  const fixture = createFixture({ users: [root, linguist, reader, ada] });

  fixture.test('says what to look at first, and has each chart as table and file', async ({ newBrowser }) => {
    const visitor = await newBrowser();
    await visitor.page.goto('/login');
    await fillSignIn(visitor.page, { username: 'ada', password: 'a wrong password' });
    await on(visitor.page).alert.waitFor();
    const { page } = await newBrowser();
    await openConsole(page, root, '');
    assert.equal(await on(page).heading.innerText(), 'Overview');
    const ready = () => page.locator('.chart').first().waitFor();
    await ready();
    const finding = page
      .getByRole('listitem')
      .filter({ hasText: 'A new or changed user is an administrator' });
    await finding.first().waitFor();
    assert.match(await finding.first().innerText(), /User: \S+\. Created or changed: .*\. By: \S+\./);
    const chart = page.getByRole('region', { name: 'Logins per day' });
    const image = await chart.getByRole('img').getAttribute('aria-label');
    assert.match(image, /^Logins per day\. Succeeded: \d+\. Refused: 1$/);
    await chart.getByText('Show as a table').click();
    const today = chart.getByRole('table').locator('tbody').getByRole('row').first();
    assert.match(await today.innerText(), /\t1$/);
    const downloading = page.waitForEvent('download');
    await chart.getByRole('link', { name: 'Download CSV: Logins per day' }).click();
    const file = await readFile(await (await downloading).path(), 'utf8');
    assert.match(file, /^day,success,failure\r?\n/);
    await page.getByLabel('Period').selectOption('7');
    await page.waitForURL(/days=7/);
    await checkConsolePage(page, 'console-overview', ready);
  });

  fixture.test('says what to look at first in each language', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await openConsole(page, linguist, '');
    for (const [language, title, sentence] of [
      ['en', 'A new or changed user is an administrator', /User: .* Created or changed: .* By: /],
      ['de', 'Ein neuer oder geänderter Benutzer ist Administrator', /Benutzer: .* Angelegt oder geändert: /],
      ['fr', 'Un utilisateur nouveau ou modifié est administrateur', /Utilisateur : .* Créé ou modifié : /],
      ['es', 'Un usuario nuevo o cambiado es administrador', /Usuario: .* Creado o cambiado: /],
      ['ar', 'مستخدم جديد أو معدَّل أصبح مسؤولًا', /المستخدم: .* وقت الإنشاء أو التعديل: /],
    ]) {
      await page.evaluate((name) => localStorage.setItem('vestibule.language', name), language);
      await page.reload();
      const finding = page.getByRole('listitem').filter({ hasText: title }).first();
      await finding.waitFor();
      assert.match(await finding.innerText(), sentence);
      // A sentence that stays in English has its language.
      assert.equal(await page.locator('main [lang=en]').count(), 0, language);
    }
  });

  fixture.test('says in the language of the page what the figures leave out', async ({ newBrowser }) => {
    const { page } = await newBrowser();
    await page.route('**/api/admin/overview?*', async (route) => {
      const figures = await (await route.fetch()).json();
      // A newer server leaves out something that has no text here.
      const incomplete = ['only the newest 50000 users were counted', 'no lock was counted'];
      const leftOut = [{ kind: 'users', counted: 50_000 }, { kind: 'locks' }];
      await route.fulfill({ json: { ...figures, complete: false, incomplete, leftOut } });
    });
    await openConsole(page, reader, '');
    await page.evaluate(() => localStorage.setItem('vestibule.language', 'de'));
    await page.reload();
    const notes = page.locator('.notice').getByRole('listitem');
    await notes.first().waitFor();
    assert.deepEqual(await notes.allInnerTexts(), [
      'Nur die neuesten Benutzer wurden gezählt. Anzahl: 50.000.',
      'no lock was counted',
    ]);
    assert.deepEqual(await page.locator('main li[lang=en]').allInnerTexts(), ['no lock was counted']);
  });
});
