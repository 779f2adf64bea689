export { TestSession, provideVestibuleTesting } from './test-session';
export type { TestingOptions } from './test-session';
