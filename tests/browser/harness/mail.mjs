// Mails of a service with `VESTIBULE_MAIL_URL=file:FOLDER`.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { eventually } from './browser.mjs';

/** Returns the mails in a folder, the oldest first: recipient, subject and the decoded text part. */
export async function mailsIn(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
  const sources = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return sources.map(parse);
}

/** Waits for a mail to an address whose subject matches, and returns the last one. */
export async function waitForMail(folder, to, subject) {
  let found;
  await eventually(`a mail to ${to} about ${subject}`, async () => {
    found = (await mailsIn(folder)).findLast((mail) => mail.to.includes(to) && subject.test(mail.subject));
    return found !== undefined;
  });
  return found;
}

/** Returns the link of a mail to a page of the service. */
export function linkOf(mail, page) {
  const link = mail.text.match(/https?:\/\/\S+/g)?.find((url) => new URL(url).pathname.endsWith(page));
  if (!link) throw new Error(`no link to ${page} in\n${mail.text}`);
  return link;
}

function parse(source) {
  const { headers, body } = partOf(source);
  const text = textOf(headers, body) ?? '';
  return { to: headers.to ?? '', subject: decodeWords(headers.subject ?? ''), text };
}

function partOf(source) {
  const text = source.replaceAll('\r\n', '\n');
  const end = text.indexOf('\n\n');
  const lines = text
    .slice(0, end)
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { headers, body: text.slice(end + 2) };
}

/** Returns the first plain text, of this part or of one inside it. */
function textOf(headers, body) {
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary) {
    const parts = body.split(`--${boundary}`).slice(1, -1);
    for (const part of parts.map((source) => partOf(source.replace(/^\r?\n/, '')))) {
      const text = textOf(part.headers, part.body);
      if (text !== undefined) return text;
    }
    return undefined;
  }
  return type.startsWith('text/plain') ? decode(body, headers['content-transfer-encoding'] ?? '') : undefined;
}

function decode(body, encoding) {
  if (encoding.toLowerCase() === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding.toLowerCase() !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll(/=\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Decodes the encoded words of a header (RFC 2047). */
function decodeWords(header) {
  return header
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, word) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decode(word.replaceAll('_', ' '), 'quoted-printable'),
    );
}
