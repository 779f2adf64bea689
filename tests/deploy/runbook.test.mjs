// The commands of the runbook do what it says, against a running service.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import path from 'node:path';
import { makeStore, startService } from '../browser/harness/service.mjs';
import { Browser } from './browser.mjs';
import { read, succeeds } from './tools.mjs';

const PASSWORD = 'correct horse battery';

/** Signs in and returns a function that asks for the user of the session. */
async function signIn(service, username) {
  const browser = new Browser(service.url);
  const answer = await browser.post('/api/auth/login', { username, password: PASSWORD });
  assert.equal(answer.status, 200, await answer.text());
  return () => browser.fetch('/api/auth/me');
}

test('the runbook "Revoke all users" ends the sessions of all users of a running service', async () => {
  const store = await makeStore();
  const service = await startService({ store });
  try {
    await service.seed(['ada', 'linus'].map((username) => ({ username, password: PASSWORD })));
    const sessions = [await signIn(service, 'ada'), await signIn(service, 'linus')];
    for (const me of sessions) assert.equal((await me()).status, 200);

    const [, part] = (await read('deploy/docs/incidents.md')).split('## Revoke all users\n');
    const [, block] = /```sh[^\n]*\n([\s\S]*?)```/.exec(part);
    const bin = path.dirname(process.env.VESTIBULE_BIN);
    const env = { ...store.settings, PATH: `${bin}:${process.env.PATH}` };
    await succeeds('bash', ['-euo', 'pipefail', '-c', block], { cwd: store.folder, env });
    // Another process ended them; the service sees it within a second, and answers later on a slow machine.
    const deadline = Date.now() + 30_000;
    for (const me of sessions) {
      let status;
      do status = (await me()).status;
      while (status !== 401 && Date.now() < deadline);
      assert.equal(status, 401);
    }
  } finally {
    await service.stop();
    await store.remove();
  }
});
