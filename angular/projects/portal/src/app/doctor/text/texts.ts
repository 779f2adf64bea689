/** The findings of the page, with the severity of `vestibule doctor`. */
export const SEVERITIES = {
  api_cached: 'error',
  cookie_lost: 'error',
  csrf_refused: 'error',
  forwarded_for_missing: 'warning',
  forwarded_proto_missing: 'warning',
  host_rewritten: 'warning',
  origin_refused: 'error',
  prefix_stripped: 'note',
  proxy_not_trusted: 'warning',
  public_url_elsewhere: 'error',
  scheme_differs: 'error',
  stream_buffered: 'warning',
} as const;

export type Code = keyof typeof SEVERITIES;
export type Severity = (typeof SEVERITIES)[Code];

/** What is wrong, and what to change. */
export interface FindingText {
  readonly problem: string;
  readonly fix: string;
}

/** All texts of the page in one language. */
export interface DoctorTexts {
  readonly title: string;
  readonly intro: string;
  readonly running: string;
  readonly good: string;
  readonly again: string;
  readonly proof: string;
  readonly toProof: string;
  readonly failed: string;
  readonly toChange: string;
  readonly more: string;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly findings: Readonly<Record<Code, FindingText>>;
}
