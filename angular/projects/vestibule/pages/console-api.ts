/*
 * Parts of the pages for the console of the portal. They are not published. A list of their own keeps them out of the first
 * script: the bundler puts each file of `public-api.ts` that any page uses into it.
 */
export { eventText } from './account/activity/event-text';
export { injectApiUrl } from './api/api-url';
export { failureOf } from './api/failure';
export type { Failure } from './api/failure';
export type { AccountSession } from './api/sessions';
export { authenticationText } from './text/authentication';
export { isolate } from './text/isolate';
export { pluralIn } from './text/plural';
export { CopyButton } from './ui/copy-button';
export { Each } from './ui/each';
export { FocusWhen } from './ui/focus-when';
export { deviceText } from './ui/user-agent';
