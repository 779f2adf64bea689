import { pluralIn } from '@vestibule/angular/console';
import type { ProvidersTexts } from '../providers';

const plural = pluralIn('en');

const english: ProvidersTexts = {
  title: 'Providers and settings',
  intro: 'The providers that users can sign in with, and the settings that the service uses.',
  none: 'No provider is set up. VESTIBULE_PROVIDERS names the providers.',
  available: 'Available',
  unavailable: 'Not available',
  name: 'Name',
  kind: 'Kind',
  issuer: 'Issuer',
  redirectUri: 'Redirect URI, to register at the provider',
  problem: 'Last error',
  settings: 'Settings',
  settingsOf: (provider) => `Settings of ${provider}`,
  setting: 'Setting',
  value: 'Value',
  origin: 'From',
  secret: 'secret, not shown',
  notSet: 'not set',
  origins: { environment: 'environment', file: 'file', default: 'default' },
  allSettings: 'All settings of the service',
  allSettingsHelp: 'As “vestibule check --json” prints them. Secrets are never shown.',
  test: 'Test the connection',
  testOf: (provider) => `Test the connection to ${provider}`,
  testing: 'Testing…',
  testHelp: 'The service requests the documents of the provider. No user signs in.',
  checks: 'Checks',
  outcomes: { ok: 'OK', warning: 'Warning', failed: 'Failed' },
  names: {
    discovery: 'Discovery document',
    issuer: 'Issuer',
    keys: 'Signing keys',
    algorithms: 'Algorithms',
    clock: 'Clock',
    token_endpoint: 'Token endpoint and client secret',
    redirect_uri: 'Redirect URI',
  },
  explainLogin: 'Explain a login with claims that you enter',
  toChange: 'What to change',
  mayNotTest: 'Only the role admin may run the tests.',
  millis: (count) => `${count} ms`,
  allGood: 'All checks passed.',
  notGood: (failed) =>
    plural(failed, { one: '# check needs attention.', other: '# checks need attention.' }),
  testLogin: 'Test a login',
  testLoginOf: (provider) => `Test a login with ${provider}`,
  testLoginHelp:
    'You sign in at the provider in a new tab. No session is opened and no user is changed. This page then shows what came back.',
  waiting: (until) => `Sign in at the provider in the new tab. The test waits until ${until}.`,
  maybeClosed:
    'The tab seems to be closed. If you closed it, cancel the test or open the tab again. Some providers only look closed: the result still appears here.',
  blocked: 'The browser blocked the new tab.',
  openTab: 'Open the provider in a new tab',
  cancel: 'Cancel the test',
  expired: 'The test has expired. No result came back. Start it again.',
  failedLogin: 'The test login failed.',
  finished: 'The test login is complete.',
  result: 'Result of the test login',
  noChange:
    'No session was opened and no user was changed. A real login with these claims does this:',
  claimsBack: 'Claims that came back',
};

export default english;
