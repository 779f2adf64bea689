// Checks that the activity of the account has a sentence for each kind of audit event in src/audit/event.rs.
import { readFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const [, body] = /pub enum EventKind \{([\s\S]*?)\n\}/.exec(read('../../src/audit/event.rs')) ?? [];
const kinds = [...(body ?? '').matchAll(/^ {4}([A-Z]\w+),/gm)].map(
  ([, kind]) => kind[0].toLowerCase() + kind.slice(1),
);
/** Events about no user, or about a user who no longer exists: no user sees them. */
const UNSEEN = ['eventsAltered', 'keysRotated', 'userDeleted'];

const texts = read('../projects/vestibule/pages/text/en/activity.ts');
const missing = kinds.filter(
  (kind) => !UNSEEN.includes(kind) && !new RegExp(`'event\\.${kind}(Failed)?':`).test(texts),
);
for (const kind of missing) console.error(`vestibule: no text 'event.${kind}'`);
console.log(`vestibule: ${kinds.length} kinds of events, ${missing.length} without a text`);
if (missing.length > 0 || kinds.length < 20) process.exit(1);
