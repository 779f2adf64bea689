/* The pages of the sign-in steps. */
export { accountPage, vestibulePages } from './routes';
export { Providers } from './api/providers';
export type { Provider } from './api/providers';
export { Attempt } from './ui/attempt';
export { FailureBox } from './ui/failure-box';
