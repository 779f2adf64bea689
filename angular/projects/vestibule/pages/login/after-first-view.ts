/*
 * The second factor, and passkeys on the sign-in page: in one chunk, which the sign-in page loads after its first view. Each further
 * chunk adds its name to the first view.
 */
export { showPasskeyLogin } from '../passkey/passkey-login';
export { SecondFactor } from './second-factor/second-factor';
