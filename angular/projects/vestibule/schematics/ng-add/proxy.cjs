// Adds the paths of the service to the proxy of the development server.
const PAGES =
  'login|second-factor|mfa-setup|link|reauthenticate|change-password|forgot-password|reset-password|confirm-email|cancel-email|not-me|signed-in';

/**
 * Paths in the order of their rules: the first rule that fits is used. Pages are whole segments, so that a page `/links`
 * of the application stays its own.
 */
const rules = (target, ownApi) => ({
  ...(ownApi ? { '^/api/(auth|mfa|account)(/|$)': { target } } : { '/api': { target } }),
  [`^/(${PAGES})([/?;]|$)`]: { target },
  '/vestibule/': { target },
});

/** Adds the rules to the JSON file of a proxy. Returns whether the file can be changed. */
exports.addProxy = (tree, path, target) => {
  const text = tree.exists(path) ? tree.readText(path) : '{}';
  let existing;
  try {
    existing = JSON.parse(text);
  } catch {
    return false;
  }
  // Angular accepts a list with `context`, too.
  if (Array.isArray(existing) || typeof existing !== 'object' || existing === null) return false;
  const added = rules(target, '/api' in existing && existing['/api'].target !== target);
  const missing = Object.keys(added).filter((key) => !(key in existing));
  if (missing.length === 0) return true;
  const content = `${JSON.stringify({ ...added, ...existing }, null, 2)}\n`;
  if (tree.exists(path)) tree.overwrite(path, content);
  else tree.create(path, content);
  return true;
};
