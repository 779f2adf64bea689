import { isolate } from '@vestibule/angular/console';
import type { ShellTexts } from '../shell';

const english: ShellTexts = {
  title: 'Administration',
  skip: 'Skip the navigation',
  navigation: 'Administration',
  menu: 'Menu',
  sections: {
    overview: 'Overview',
    users: 'Users',
    sessions: 'Sessions',
    audit: 'Audit events',
    providers: 'Providers and settings',
    explain: 'Explain a login',
    webhooks: 'Webhooks',
    mail: 'Mail',
  },
  youMay: 'Your roles allow:',
  permissions: {
    read: 'read everything except secrets',
    users: 'create, change, merge and delete users',
    security: 'reset credentials and end sessions',
    full: 'everything, also acts on other administrators',
  },
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  cancel: 'Cancel',
  oneMoment: 'One moment…',
  firstPage: 'First page',
  previousPage: 'Previous page',
  nextPage: 'Next page',
  pages: 'Pages of the list',
  filters: 'Search and filters',
  clearFilters: 'Clear all filters',
  any: 'Any',
  yes: 'Yes',
  no: 'No',
  none: 'None',
  never: 'Never',
  actions: 'Actions',
  save: 'Save',
  fieldRefused: 'The service does not accept this value. Change it and try again.',
  fieldMissing: 'Fill in this field.',
  reason: 'Reason',
  reasonHelp: 'It is stored in the audit event, for example the number of the support request.',
  reasonMissing: 'Enter a reason.',
  stale:
    'This was changed since it was loaded. Nothing was done. Load the current state, check it and try again.',
  reload: 'Load the current state',
  lastAdministrator:
    'This is the last active administrator. Nothing was done. Give the role “admin” to another user first.',
  impossible: {
    mail_disabled: 'The settings name no mail server. Choose another way.',
    no_verified_address: 'The user has no verified address. Choose another way.',
    mail_queue_full: 'Too many messages wait. Try again later, or choose another way.',
    account_disabled: 'The account is not active. Enable it first.',
    no_login_name: 'The user has neither a user name nor a verified address. Add one first.',
    passwords_disabled: 'This service has no passwords. Choose another way.',
    passkeys_disabled:
      'The settings allow no passkeys, so a link leads to none. The user signs in through a provider.',
    second_factor_exists:
      'The user has a second factor, and a link must not avoid it. Reset the second factors first.',
  },
  missingPermission: (permission) =>
    `Your roles do not allow this. You need a role that allows to: ${permission}.`,
  typeToConfirm: (phrase) => `To confirm, type ${isolate(phrase)}`,
  typedWrong: (phrase) => `Type exactly ${isolate(phrase)}, or cancel.`,
};

export default english;
