// Checks that the pages have a sentence for each kind of audit event, each rule for passwords and each advice about a password
// that the server sends, and no sentence that it never sends.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const textKeys = (file, prefix) =>
  [...read(`../projects/vestibule/pages/text/en/${file}.ts`).matchAll(/^ {2}'(\w+)\.(\w+)':/gm)]
    .filter(([, first]) => first === prefix)
    .map(([, , rest]) => rest);

/** Returns the strings in the body of a function or an enum. */
const within = (source, head, pattern) => {
  const body = source.split(head)[1]?.split(/\n(?: {4})?\}\n/)[0] ?? '';
  return [...body.matchAll(pattern)].map(([, found]) => found);
};

let failures = 0;
function fail(sentence) {
  console.error(`vestibule: ${sentence}`);
  failures += 1;
}

checkEvents();
checkConsole();
checkFindings();
checkRules();
checkAdvice();
if (failures > 0) process.exit(1);

/** The activity of the account has a sentence for each event of a user. */
function checkEvents() {
  /** Events about no user, or about a user who no longer exists: only the console has texts for them. */
  const [, types] = /export type UnseenType =([^;]*);/.exec(
    read('../projects/portal/src/app/admin/text/audit.ts'),
  );
  const unseen = [...types.matchAll(/'(\w+)'/g)].map(([, type]) => type);
  const source = read('../../src/audit/event/kind.rs');
  const kinds = within(source, 'pub enum EventKind {', /^ {4}([A-Z]\w+),/gm).map(
    (kind) => kind[0].toLowerCase() + kind.slice(1),
  );
  const texts = textKeys('activity', 'event');
  for (const kind of kinds)
    if (!unseen.includes(kind) && !texts.includes(kind) && !texts.includes(`${kind}Failed`))
      fail(`no text 'event.${kind}'`);
  report('kinds of events', kinds, 20);
}

/** The console offers each kind of event as a filter, and has each rule of a decision about a federated login in its languages. */
function checkConsole() {
  const folder = '../projects/portal/src/app/admin';
  const kinds = within(
    read('../../src/audit/event/kind.rs'),
    'pub enum EventKind {',
    /^ {4}([A-Z]\w+),/gm,
  ).map((kind) => kind[0].toLowerCase() + kind.slice(1));
  const offered = read(`${folder}/audit/event-types.ts`);
  for (const kind of kinds)
    if (!offered.includes(`'${kind}'`)) fail(`the audit page does not offer the type ${kind}`);
  const decide = read('../../src/login/federated/account_linking/decide.rs');
  const sentences = [...decide.matchAll(/"([a-z][^"\n]* [^"\n]*)"/g)].map(([, found]) => found);
  for (const language of ['arabic', 'french', 'german', 'spanish']) {
    const texts = read(`${folder}/text/decision/${language}.ts`);
    for (const sentence of sentences)
      if (!texts.includes(`'${sentence}'`) && !texts.includes(`"${sentence}"`))
        fail(`no ${language} text for: ${sentence}`);
  }
  report('rules and advice of decisions', sentences, 25);
}

/** The overview has a text for each finding of the summary, and for each kind of its values. */
function checkFindings() {
  const folder = '../projects/portal/src/app/admin';
  const source = read('../../src/audit/summary/finding.rs');
  const codes = within(source, 'pub const fn as_str(self)', /=> "(\w+)"/g);
  const [, list] = /export const FINDINGS = \[([^\]]*)\]/.exec(read(`${folder}/text/overview.ts`));
  const known = [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code);
  for (const code of codes) if (!known.includes(code)) fail(`no text for the finding ${code}`);
  for (const code of known) if (!codes.includes(code)) fail(`the server never sends ${code}`);
  const kinds = ['pub enum Details {', 'pub enum LeftOut {'].flatMap((head) =>
    within(source, head, /^ {4}([A-Z]\w+) \{/gm).map(
      (kind) => kind[0].toLowerCase() + kind.slice(1),
    ),
  );
  const texts = read(`${folder}/overview/finding-text.ts`);
  for (const kind of kinds)
    if (!texts.includes(`case '${kind}':`)) fail(`no text for the values ${kind} of a finding`);
  const uncounted = within(
    read('../../src/admin/overview/left_out.rs'),
    'pub enum LeftOut {',
    /^ {4}([A-Z]\w+) \{/gm,
  ).map((kind) => kind.toLowerCase());
  const uncountedTexts = read(`${folder}/overview/uncounted-text.ts`);
  for (const kind of uncounted)
    if (!uncountedTexts.includes(`case '${kind}':`))
      fail(`no text for ${kind}, which the overview leaves out`);
  report('kinds of what the overview leaves out', uncounted, 4);
  report('codes of findings and kinds of their values', [...codes, ...kinds], 20);
}

/** The form for a new password has a sentence for each rule that it can break. */
function checkRules() {
  /** Only an administrator gets this one. */
  const unseen = ['made_for_comparison'];
  const policy = read('../../src/login/password/policy.rs');
  const routes = ['password/change', 'password_reset'].map((flow) =>
    read(`../../src/login/${flow}/routes.rs`),
  );
  const codes = new Set([
    ...within(policy, 'pub fn code(&self)', /=> "(\w+)"/g),
    ...routes.flatMap((route) =>
      [...route.matchAll(/password_rejected\("(\w+)"\)/g)].map(([, code]) => code),
    ),
  ]);
  const texts = textKeys('password', 'newPassword');
  for (const code of codes)
    if (!unseen.includes(code) && !texts.includes(code)) fail(`no text 'newPassword.${code}'`);
  // The labels of the form have no underscore.
  for (const text of texts.filter((text) => text.includes('_')))
    if (!codes.has(text)) fail(`the server never sends the rule of 'newPassword.${text}'`);
  report('rules for passwords', [...codes], 7);
}

/** The form has a sentence for each warning and suggestion of zxcvbn. */
function checkAdvice() {
  const source = read('../../src/login/password/strength.rs');
  const codes = new Set(
    ['warning', 'suggestion'].flatMap((kind) => within(source, `fn code_of_${kind}`, /"(\w+)"/g)),
  );
  const texts = textKeys('password', 'strength').filter((text) => !/^\d$/.test(text));
  for (const code of codes) if (!texts.includes(code)) fail(`no text 'strength.${code}'`);
  for (const text of texts)
    if (!codes.has(text)) fail(`the server never sends the advice of 'strength.${text}'`);
  report('pieces of advice about passwords', [...codes], 15);
}

function report(what, found, least) {
  console.log(`vestibule: ${found.length} ${what}`);
  // A changed source would otherwise leave an empty list, which has a text for each of its members.
  if (found.length < least) fail(`expected at least ${least} ${what}`);
}
