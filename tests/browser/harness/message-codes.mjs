// Codes by mail and SMS: what receives them, and the steps of a user on the pages.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { eventually } from './browser.mjs';
import { mailsIn } from './mail.mjs';
import { openSection, on, saveRecoveryCodes } from './pages.mjs';
import { startSmsGateway } from './sms-gateway.mjs';
import { startSmtpServer } from './smtp-server.mjs';

/** Starts a mail server and an SMS gateway, until the tests of the file are over. `settings` are those of the service. */
export async function startChannels() {
  const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-mails-'));
  const mail = await startSmtpServer(folder);
  const gateway = await startSmsGateway();
  after(async () => {
    await Promise.all([mail.stop(), gateway.stop()]);
    await rm(folder, { recursive: true, force: true });
  });
  return {
    settings: {
      VESTIBULE_MESSAGE_CODES: 'email,sms',
      VESTIBULE_MAIL_URL: mail.url,
      VESTIBULE_MAIL_FROM: 'id@corp.example',
      ...gateway.settings,
    },
    gateway,
    /** Waits until a mailbox has this many mails with codes, and returns the code of the last one. */
    async mailCode(to, count = 1) {
      let codes = [];
      await eventually(`${count} codes to ${to}`, async () => {
        const texts = (await mailsIn(folder)).filter((mail) => mail.to.includes(to)).map(({ text }) => text);
        codes = texts.flatMap((text) => /\u2068(\d{8})\u2069/.exec(text)?.[1] ?? []);
        return codes.length >= count;
      });
      return codes[count - 1];
    },
  };
}

/** Returns another code. */
export const wrong = (code) => String((Number(code) + 1) % 100_000_000).padStart(8, '0');

export const button = (page, name) => page.getByRole('button', { name, exact: true });
/** The card of the account page. */
export const card = (page) => page.getByRole('region', { name: 'Codes by message' });
export const numberField = (page) => page.getByLabel('Phone number', { exact: true });

/** Opens the form for a phone number, and sends a code there. */
export async function startSms(page, number) {
  await openSection(page, 'Security');
  await button(page, 'Set up codes by SMS').click();
  await numberField(page).fill(number);
  await button(page, 'Send a code').click();
}

/** Sets up codes by SMS with one text. `isFirst`: the user has no other second factor, so recovery codes come with it. */
export async function setUpSms(page, number, gateway, isFirst = true) {
  await startSms(page, number);
  await finish(page, await gateway.code(number), isFirst);
}

/** Sets up codes by mail with one mail. */
export async function setUpMail(page, user, mailCode, isFirst = true) {
  await openSection(page, 'Security');
  await button(page, 'Set up codes by email').click();
  await button(page, 'Send a code').click();
  await finish(page, await mailCode(user.email), isFirst);
}

async function finish(page, code, isFirst) {
  await on(page).code.pressSequentially(code);
  await button(page, 'Confirm').click();
  if (isFirst) await saveRecoveryCodes(page);
  await card(page).getByText('to ').first().waitFor();
}
