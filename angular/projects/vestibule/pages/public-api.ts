/* The pages of the sign-in steps. */
export { pageComponents } from './page-components';
export { accountPage, vestibulePages } from './routes';
/* For `@vestibule/angular/dialogs` only. */
export { loadDialogs as ɵloadDialogs } from './login/load-dialogs';
export { Providers } from './api/providers';
export type { Provider } from './api/providers';
export { Attempt } from './ui/attempt';
export { FailureBox } from './ui/failure-box';
export { Format } from './text/format';
export { provideDocumentLanguage } from './text/document-language';
export { PageTitle, pageTitle } from './text/page-title';
export { TEXT, provideVestibuleTexts, textGuard } from './text/text-loader';
export type {
  Message,
  TextArguments,
  TextKey,
  TextOverrides,
  Translate,
  VestibuleTexts,
} from './text/texts';
export { SignIn } from './login/sign-in';
export { Preferences } from './account/profile/preferences';
export { Theme } from './account/profile/theme';
export type { ThemeName } from './account/profile/theme';
export { VestibuleRoot } from './ui/vestibule-root';
