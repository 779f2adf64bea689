// The certified `oidc-provider` with everything this product has to do with: clients of every kind, PKCE for all of them,
// people with good and bad claims, and a page on which everybody may be anybody.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider, interactionPolicy } from 'oidc-provider';
import { chooser, expired, signOut, signedOut } from './pages.mjs';
import { claimsOf, rolesClaim } from './people.mjs';

const scopes = 'openid email profile';
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
const CALLBACK = /^\/api\/auth\/callback\/[a-z0-9-]+$/;

const key = (kid, alg, ...how) => ({
  ...generateKeyPairSync(...how).privateKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

/** Clients by what is special about them; `basic` is the ordinary one. */
function clientsFor({ redirects, backchannel }) {
  // What RFC 6749 §2.3.1 wants encoded in a Basic header is in every secret: a client that forgets it is refused.
  const secret = () => `%3A+/:${randomBytes(24).toString('base64')}`;
  const common = {
    redirect_uris: ['http://localhost:3000/api/auth/callback/demo', ...redirects],
    post_logout_redirect_uris: ['http://localhost:3000/login'],
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

// A session here would sign the next person in without a question: every sign-in asks who it is.
function alwaysAsk() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const asked = (ctx) => (ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT);
  policy.get('login').checks.add(new Check('who_is_it', 'everybody may be anybody', 'login_required', asked));
  return policy;
}

/** Who signs in has agreed to everything. */
async function grantEverything(ctx) {
  const { client, session, provider } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(`${scopes} offline_access`);
  await grant.save();
  return grant;
}

/** Loopback redirect URIs fit on every port, because tests listen on free ones (RFC 8252 §7.3 has the same rule). */
function allowEveryPort(Client) {
  const exact = {
    login: Client.prototype.redirectUriAllowed,
    logout: Client.prototype.postLogoutRedirectUriAllowed,
  };
  const ofThisMachine = (uri) => URL.canParse(uri) && LOOPBACK.test(new URL(uri).origin);
  Client.prototype.redirectUriAllowed = function redirectUriAllowed(uri) {
    return exact.login.call(this, uri) || (ofThisMachine(uri) && CALLBACK.test(new URL(uri).pathname));
  };
  Client.prototype.postLogoutRedirectUriAllowed = function postLogoutRedirectUriAllowed(uri) {
    return exact.logout.call(this, uri) || ofThisMachine(uri);
  };
}

/**
 * Who came back to a service on another port of this machine is signed out there: a test has a port of its own, and this
 * provider was told of one.
 */
function followToEveryPort(provider) {
  const cameBackTo = new Map();
  provider.on('authorization.success', ({ oidc: { client, params, session } }) => {
    if (CALLBACK.test(new URL(params.redirect_uri).pathname)) {
      cameBackTo.set(session.sidFor(client.clientId), params.redirect_uri);
    }
  });
  const { Client } = provider;
  const told = Client.prototype.backchannelLogout;
  Client.prototype.backchannelLogout = function backchannelLogout(sub, sid) {
    const back = cameBackTo.get(sid)?.replace('/callback/', '/backchannel-logout/');
    const there = back ? Object.create(this, { backchannelLogoutUri: { value: back } }) : this;
    return told.call(there, sub, sid);
  };
}

function showIn(ctx, html) {
  ctx.type = 'html';
  ctx.body = html;
}

/** A provider of this issuer: its clients, and what answers its requests. */
export function makeProvider(issuer, options) {
  const clients = clientsFor(options);
  const provider = new Provider(issuer, {
    clients: Object.values(clients),
    claims: {
      openid: ['sub', 'sid', 'auth_time', 'acr', 'amr'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'picture', 'locale', 'groups', rolesClaim],
    },
    // Claims are in the ID token as well, as Auth0 has it; a thin ID token is told by the lying provider.
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => showIn(ctx, signOut(form)),
        postLogoutSuccessSource: (ctx) => showIn(ctx, signedOut),
      },
      backchannelLogout: { enabled: true },
    },
    // Back-channel logout goes to this machine, which the library takes for an attack and would not connect to; and a loaded
    // machine may take longer to answer than the two and a half seconds after which it gives up.
    fetch: (url, { dispatcher, signal, ...options }) => fetch(url, options),
    interactions: { policy: alwaysAsk(), url: (_, interaction) => `/interaction/${interaction.uid}` },
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
  allowEveryPort(provider.Client);
  followToEveryPort(provider);
  const answer = provider.callback();
  return {
    clients,
    handle(request, response) {
      if (request.url.startsWith('/interaction/')) interact(provider, request, response);
      else answer(request, response);
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
    if (request.method !== 'POST') return show(200, chooser(params));
    const form = new URLSearchParams(await text(request));
    await provider.interactionFinished(request, response, outcome(form), { mergeWithLastSubmission: false });
  } catch (error) {
    if (error.name !== 'SessionNotFound') console.error(error);
    show(400, expired);
  }
}

/** What the form says: a login, maybe with `amr` (by blanks) and `acr`; or anything else, which is a no. */
function outcome(form) {
  const login = form.get('login');
  if (!/^[a-z0-9.-]{1,64}$/.test(login ?? '')) {
    return { error: 'access_denied', error_description: 'Whoever it was said no.' };
  }
  const amr = form.get('amr')?.split(' ').filter(Boolean);
  return { login: { accountId: login, amr: amr?.length ? amr : ['pwd'], acr: form.get('acr') ?? undefined } };
}

async function text(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
