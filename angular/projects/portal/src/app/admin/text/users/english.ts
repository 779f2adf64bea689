import { pluralIn } from '@vestibule/angular/console';
import type { UsersTexts } from '../users';

const plural = pluralIn('en');

const english: UsersTexts = {
  title: 'Users',
  create: 'Create a user',
  search: 'Name, user name, address or ID',
  status: 'Status',
  statuses: { active: 'Active', disabled: 'Disabled', quarantined: 'Quarantined' },
  provider: 'Provider',
  role: 'Role',
  secondFactor: 'Second factor',
  locked: 'Locked',
  order: 'Order',
  orders: {
    username: ['User name, A to Z', 'User name, Z to A'],
    email: ['Address, A to Z', 'Address, Z to A'],
    createdAt: ['Oldest account first', 'Newest account first'],
    lastLoginAt: ['Longest without sign-in first', 'Latest sign-in first'],
  },
  count: (count) => plural(count, { one: 'One user', other: '# users' }),
  countOfPage: (count) =>
    plural(count, { one: 'One user on this page', other: '# users on this page' }),
  noUsers: 'No user matches. Change or clear the filters.',
  caption: 'Users that match the filters',
  user: 'User',
  methods: 'Sign-in methods',
  password: 'Password',
  roles: 'Roles',
  lastLogin: 'Last sign-in',
  lockedUntil: (time) => `Locked until ${time}`,
  deletedAt: (time) => `Will be deleted on ${time}`,
  secondFactorOn: 'On',
  secondFactorOff: 'Off',
  factors: {
    passkey: 'Passkey',
    totp: 'App',
    smsCode: 'SMS',
    emailCode: 'Email',
    recoveryCode: 'Recovery codes',
  },
};

export default english;
