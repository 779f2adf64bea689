/**
 * Texts of the dialog and of the notice.
 *
 * @example
 * ```ts
 * const text: Partial<IdleWarningText> = {
 *   stay: 'Angemeldet bleiben',
 *   timeLeft: (seconds) => `Noch ${seconds} Sekunden`,
 * };
 * provideVestibule(withIdleWarning({ text }));
 * ```
 */
export interface IdleWarningText {
  readonly title: string;
  readonly explanation: string;
  /** For example "42 seconds left". */
  readonly timeLeft: (seconds: number) => string;
  readonly stay: string;
  readonly signOut: string;
  readonly failed: string;
  readonly noticeLabel: string;
  /** `time` has the format of the browser's language. */
  readonly endsAt: (time: string) => string;
  readonly dismiss: string;
}

/**
 * Options of `withIdleWarning`.
 *
 * @example
 * ```ts
 * const options: IdleWarningOptions = { seconds: 120, text: { stay: 'Keep me signed in' } };
 * provideVestibule(withIdleWarning(options));
 * ```
 */
export interface IdleWarningOptions {
  /** Seconds before the idle deadline at which the dialog opens; at most a third of the idle time. Default: 60. */
  readonly seconds?: number;
  /** Seconds before the absolute deadline at which the notice appears; at most half of the idle time. Default: 300. */
  readonly noticeSeconds?: number;
  /** Texts that replace those of the language of the document (`<html lang>`): English, German, French, Spanish or Arabic. */
  readonly text?: Partial<IdleWarningText>;
}
