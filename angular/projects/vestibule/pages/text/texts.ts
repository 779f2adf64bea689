import type { english } from './en';
import type { moreEnglish } from './en-more';

/** The texts of the sign-in page and the layout. */
export type FirstTexts = typeof english;

/** The texts of all other pages and the dialogs. */
export type MoreTexts = typeof moreEnglish;

/**
 * All texts of the pages and dialogs by key. A text with values or plurals is a function. The English texts are the source:
 * a language with a missing or unknown key does not compile.
 *
 * @example
 * ```ts
 * const GERMAN: Partial<VestibuleTexts> = { 'signIn.title': 'Willkommen' };
 * ```
 */
export type VestibuleTexts = FirstTexts & MoreTexts;

/**
 * The key of a text.
 *
 * @example
 * ```ts
 * const key: TextKey = 'signIn.title';
 * ```
 */
export type TextKey = keyof VestibuleTexts;

/**
 * The values that the text of a key needs.
 *
 * @example
 * ```ts
 * const values: TextArguments<'federated.continueWith'> = ['Okta'];
 * ```
 */
export type TextArguments<K extends TextKey> = VestibuleTexts[K] extends (
  ...values: infer A
) => string
  ? A
  : [];

/**
 * Returns the text of a key in the language in use. It reads a signal, so templates and `computed` follow the language.
 *
 * @example
 * ```ts
 * const labelOf = (translate: Translate, provider: Provider) =>
 *   translate('federated.continueWith', provider.label);
 * ```
 */
export type Translate = <K extends TextKey>(key: K, ...values: TextArguments<K>) => string;

/**
 * A text for later: it is translated when a page shows it, so it follows the language.
 *
 * @example
 * ```ts
 * const message: Message = (text) => text('common.loading');
 * ```
 */
export type Message = (text: Translate) => string;

/**
 * Texts of an application, by language and key.
 *
 * @example
 * ```ts
 * const overrides: TextOverrides = { de: { 'common.cancel': 'Zurück' } };
 * ```
 */
export type TextOverrides = Readonly<Record<string, Partial<VestibuleTexts>>>;
