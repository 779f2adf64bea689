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
  testOf: (provider) => `Test the connection: ${provider}`,
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
};

export default english;
