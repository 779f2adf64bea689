// The users of this provider and their claims.

/** Name of the claim with roles. Some providers allow custom claims only under a namespaced name. */
export const rolesClaim = 'https://app.example/roles';

/** Login name → description on the login page, and claims. */
export const users = {
  grace: {
    description: 'verified address, group staff',
    claims: {
      email: 'grace@corp.example',
      email_verified: true,
      name: 'Grace Hopper',
      picture: 'https://corp.example/users/grace.png',
      locale: 'en-GB',
      groups: ['staff'],
      [rolesClaim]: ['editor'],
    },
  },
  linus: {
    description: 'verified address',
    claims: {
      email: 'linus@corp.example',
      email_verified: true,
      name: 'Linus at Corp',
      groups: ['staff', 'kernel'],
    },
  },
  mallory: {
    description: 'claims the address of linus, unverified',
    claims: { email: 'linus@corp.example', email_verified: false, name: 'Mallory' },
  },
  bob: { description: 'no address', claims: { name: 'Bob' } },
  eve: {
    description: 'unverified address, email_verified is the text "true"',
    claims: { email: 'linus@corp.example', email_verified: 'true', name: 'Eve' },
  },
};

const displayName = (login) => login[0].toUpperCase() + login.slice(1);

/** Returns the claims of a login. A login that is not listed has a verified address at example.org. */
export function claimsOf(login) {
  const { claims } = users[login] ?? {
    claims: { email: `${login}@example.org`, email_verified: true, name: displayName(login) },
  };
  return { sub: login, preferred_username: login, ...claims };
}
