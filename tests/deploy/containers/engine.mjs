// Podman with the images of scripts/lib/containers.sh. Without systemd, podman has no timers for health checks: the tests run them.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, succeeds } from '../tools.mjs';

/** The image that the unmodified Dockerfile made. */
export const IMAGE = process.env.DEPLOY_IMAGE;
if (!IMAGE) throw new Error('DEPLOY_IMAGE is not set: run scripts/test deploy --all');

export const podman = (...args) => succeeds('podman', args);
/** Runs podman, also if it fails, and returns its exit code and output. */
export const tryPodman = (args, options) => run('podman', args, options);
export const inspect = async (name) => JSON.parse(await podman('inspect', name))[0];

/** Waits until a function returns something true, and returns it. */
export async function within(seconds, what, attempt) {
  const end = Date.now() + seconds * 1000;
  for (let last; ; await sleep(250)) {
    try {
      last = await attempt();
      if (last) return last;
    } catch (error) {
      last = error.cause?.code ?? error.message;
    }
    if (Date.now() > end) assert.fail(`${what}: not within ${seconds} seconds, the last answer was ${last}`);
  }
}

/** Waits until an address answers with 200. */
export const answers = (url) => within(300, url, async () => (await fetch(url)).status === 200);

/** Runs the health check of a container, as Docker does. */
export async function isHealthy(name) {
  const { code } = await tryPodman(['healthcheck', 'run', name]);
  return code === 0;
}
