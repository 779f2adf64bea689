// Who can sign in at this provider, and what it says of them.

/** Name of the claim with roles, as providers put it that allow custom claims under a name of one's own only. */
export const rolesClaim = 'https://app.example/roles';

/** Login name → what is shown beside it, and the claims. */
export const people = {
  grace: {
    about: 'verified address, group staff',
    claims: {
      email: 'grace@corp.example',
      email_verified: true,
      name: 'Grace Hopper',
      picture: 'https://corp.example/people/grace.png',
      locale: 'en-GB',
      groups: ['staff'],
      [rolesClaim]: ['editor'],
    },
  },
  linus: {
    about: 'verified address',
    claims: {
      email: 'linus@corp.example',
      email_verified: true,
      name: 'Linus at Corp',
      groups: ['staff', 'kernel'],
    },
  },
  mallory: {
    about: 'claims the address of linus, unverified',
    claims: { email: 'linus@corp.example', email_verified: false, name: 'Mallory' },
  },
  bob: { about: 'no address', claims: { name: 'Bob' } },
  eve: {
    about: 'says "true" as text of an unverified address',
    claims: { email: 'linus@corp.example', email_verified: 'true', name: 'Eve' },
  },
};

const shown = (login) => login[0].toUpperCase() + login.slice(1);

/** What this provider says of the person with this login; whoever is not listed has a verified address at example.org. */
export function claimsOf(login) {
  const { claims } = people[login] ?? {
    claims: { email: `${login}@example.org`, email_verified: true, name: shown(login) },
  };
  return { sub: login, preferred_username: login, ...claims };
}
