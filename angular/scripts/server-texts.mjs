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
checkRules();
checkAdvice();
if (failures > 0) process.exit(1);

/** The activity of the account has a sentence for each event of a user. */
function checkEvents() {
  /** Events about no user, or about a user who no longer exists: no user sees them. */
  const unseen = ['eventsAltered', 'keysRotated', 'userDeleted'];
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
