import { problemOf } from '@vestibule/angular';
import type { ShellTexts } from '../text/shell';

/** Returns why an act does not fit the user or the settings, from the first error of a field that has such a sentence. */
export function impossibleText({ impossible }: ShellTexts, error: unknown): string | null {
  const codes = problemOf(error)?.errors?.map(({ code }) => code) ?? [];
  const known = codes.find((code) => Object.hasOwn(impossible, code));
  return known === undefined ? null : (impossible[known] ?? null);
}
