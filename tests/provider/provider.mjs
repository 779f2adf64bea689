// The certified `oidc-provider` with what the tests need: clients of each kind, PKCE for all of them, users with good and
// bad claims, and a login page without passwords.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider, interactionPolicy } from 'oidc-provider';
import { expiredPage, loggedOutPage, loginPage, logoutPage } from './pages.mjs';
import { claimsOf, rolesClaim } from './users.mjs';

const scopes = 'openid email profile';
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
const CALLBACK = /^\/api\/auth\/callback\/[a-z0-9-]+$/;

const key = (kid, alg, ...how) => ({
  ...generateKeyPairSync(...how).privateKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

/** Returns the login page of the service that has this callback. */
const loginPageOf = (callback) => callback.replace(/\/api\/auth\/callback\/.*$/, '/login');

/** Returns the clients by their special property; `basic` is the default. */
function clientsFor({ redirects, backchannel, secret: given }) {
  // Each secret has characters that RFC 6749 §2.3.1 requires to be encoded in a Basic header. A client that does not
  // encode them is refused.
  const secret = () => given ?? `%3A+/:${randomBytes(24).toString('base64')}`;
  const common = {
    redirect_uris: ['http://localhost:3000/api/auth/callback/demo', ...redirects],
    post_logout_redirect_uris: ['http://localhost:3000/login', ...redirects.map(loginPageOf)],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    backchannel_logout_uri: backchannel,
    backchannel_logout_session_required: true,
  };
  return {
    basic: {
      client_id: 'vestibule',
      client_secret: secret(),
      token_endpoint_auth_method: 'client_secret_basic',
      ...common,
    },
    post: {
      client_id: 'vestibule-post',
      client_secret: secret(),
      token_endpoint_auth_method: 'client_secret_post',
      ...common,
    },
    es256: {
      client_id: 'vestibule-es256',
      client_secret: secret(),
      id_token_signed_response_alg: 'ES256',
      ...common,
    },
    public: { client_id: 'vestibule-public', token_endpoint_auth_method: 'none', ...common },
  };
}

// A session at this provider would sign in the next test user without a prompt, so each login shows the login page.
function alwaysPrompt() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const prompted = (ctx) => (ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT);
  policy
    .get('login')
    .checks.add(new Check('always_prompt', 'the user chooses a login name', 'login_required', prompted));
  return policy;
}

/** Grants all scopes without a consent page. */
async function grantEverything(ctx) {
  const { client, session, provider } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(`${scopes} offline_access`);
  await grant.save();
  return grant;
}

/** Allows loopback redirect URIs on every port, because tests listen on free ports (RFC 8252 §7.3 has the same rule). */
function allowEveryPort(Client) {
  const exact = {
    login: Client.prototype.redirectUriAllowed,
    logout: Client.prototype.postLogoutRedirectUriAllowed,
  };
  const isLoopback = (uri) => URL.canParse(uri) && LOOPBACK.test(new URL(uri).origin);
  Client.prototype.redirectUriAllowed = function redirectUriAllowed(uri) {
    return exact.login.call(this, uri) || (isLoopback(uri) && CALLBACK.test(new URL(uri).pathname));
  };
  Client.prototype.postLogoutRedirectUriAllowed = function postLogoutRedirectUriAllowed(uri) {
    return exact.logout.call(this, uri) || isLoopback(uri);
  };
}

/**
 * Sends the logout token of a session to the port that the login came from. Each test service has its own port, and the
 * registration of a client has only one URI.
 */
function sendLogoutTokensToLoginPort(provider) {
  const redirectUris = new Map();
  provider.on('authorization.success', ({ oidc: { client, params, session } }) => {
    if (CALLBACK.test(new URL(params.redirect_uri).pathname)) {
      redirectUris.set(session.sidFor(client.clientId), params.redirect_uri);
    }
  });
  const { Client } = provider;
  const send = Client.prototype.backchannelLogout;
  Client.prototype.backchannelLogout = function backchannelLogout(sub, sid) {
    const uri = redirectUris.get(sid)?.replace('/callback/', '/backchannel-logout/');
    const client = uri ? Object.create(this, { backchannelLogoutUri: { value: uri } }) : this;
    return send.call(client, sub, sid);
  };
}

function respondWith(ctx, html) {
  ctx.type = 'html';
  ctx.body = html;
}

/** Returns the provider of this issuer: its clients and its request handler. With `exact`, only the registered URIs are used. */
export function makeProvider(issuer, options) {
  const clients = clientsFor(options);
  const provider = new Provider(issuer, {
    clients: Object.values(clients),
    claims: {
      openid: ['sub', 'sid', 'auth_time', 'acr', 'amr'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'picture', 'locale', 'groups', rolesClaim],
    },
    // Puts claims into the ID token as well, as Auth0 does. The fake provider of the Rust tests covers the other case.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => respondWith(ctx, logoutPage(form)),
        postLogoutSuccessSource: (ctx) => respondWith(ctx, loggedOutPage),
      },
      backchannelLogout: { enabled: true },
    },
    // The library refuses loopback addresses (SSRF protection), but here back-channel logout goes to one. Its timeout of
    // 2.5 s is also too short for a loaded machine.
    fetch: (url, { dispatcher, signal, ...options }) => fetch(url, options),
    interactions: {
      policy: options.remember ? interactionPolicy.base() : alwaysPrompt(),
      url: (_, interaction) => `/interaction/${interaction.uid}`,
    },
    loadExistingGrant: grantEverything,
    findAccount: (_, accountId) => ({ accountId, claims: async () => claimsOf(accountId) }),
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    jwks: {
      keys: [
        key('rsa-1', 'RS256', 'rsa', { modulusLength: 2048 }),
        key('ec-1', 'ES256', 'ec', { namedCurve: 'P-256' }),
      ],
    },
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 300,
      Interaction: 600,
      Session: 3600,
    },
  });
  if (!options.exact) {
    allowEveryPort(provider.Client);
    sendLogoutTokensToLoginPort(provider);
  }
  const handle = provider.callback();
  return {
    clients,
    handle(request, response) {
      if (request.url.startsWith('/interaction/')) interact(provider, request, response);
      else handle(request, response);
    },
  };
}

async function interact(provider, request, response) {
  const show = (status, html) =>
    response
      .writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(html);
  try {
    const { params } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') return show(200, loginPage(params));
    const form = new URLSearchParams(await text(request));
    await provider.interactionFinished(request, response, outcome(form), { mergeWithLastSubmission: false });
  } catch (error) {
    if (error.name !== 'SessionNotFound') console.error(error);
    show(400, expiredPage);
  }
}

/** Returns the result of the form: a login with optional `amr` (separated by spaces) and `acr`; otherwise `access_denied`. */
function outcome(form) {
  const login = form.get('login');
  if (!/^[a-z0-9.-]{1,64}$/.test(login ?? '')) {
    return { error: 'access_denied', error_description: 'The user cancelled.' };
  }
  const amr = form.get('amr')?.split(' ').filter(Boolean);
  return { login: { accountId: login, amr: amr?.length ? amr : ['pwd'], acr: form.get('acr') ?? undefined } };
}

async function text(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
