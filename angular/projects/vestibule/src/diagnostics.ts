import { HttpContext, HttpContextToken, HttpErrorResponse } from '@angular/common/http';
import { Problem } from './problem';

/* Explains misconfiguration in development. Callers check `ngDevMode`, so production bundles contain none of this. */

/** Set by the interceptor, to see that it is in use. */
export const SEEN_BY_INTERCEPTOR = /* @__PURE__ */ new HttpContextToken(() => false);

/** Messages that were written. Exported for the tests, which share one page. */
export const reported = new Set<string>();

/** Writes each message once: a page repeats its requests. */
function report(message: string): void {
  if (reported.has(message)) return;
  reported.add(message);
  console.error(`Vestibule: ${message}`);
}

/** Explains the answer to the first request of the library, which needs no session and so must succeed. */
export function explainSessionFailure(error: unknown, url: string, page: Location): void {
  if (!(error instanceof HttpErrorResponse)) return;
  const { status } = error;
  const origin = new URL(url, page.href).origin;
  if (status >= 200 && status < 300) {
    report(
      `${url} answered with a page instead of JSON. The development server does not pass it to the service: add a proxy.conf.json with "/api" and name it as "proxyConfig" in angular.json, or run \`ng add @vestibule/angular\`.`,
    );
  } else if (status === 404) {
    report(
      `${url} is unknown to ${origin} (404). Compare apiBase in withOptions({ apiBase }) with the address of the service, or add its path to proxy.conf.json.`,
    );
  } else if (status === 401 || status === 403) {
    report(
      `${url} answered ${status}, but the service answers it without a session. A proxy or another application protects this path: exclude it there.`,
    );
  } else if (status === 0 && origin !== page.origin) {
    report(
      `${url} cannot be read from this page. Start the service with VESTIBULE_ALLOWED_ORIGINS=${page.origin}, and check that ${origin} is reachable.`,
    );
  } else if (status === 0 || status === 500 || status === 502 || status === 504) {
    report(
      `${url} cannot be reached. Start the service, and compare its address with "target" in proxy.conf.json.`,
    );
  }
}

/** Explains that requests of the library lack the interceptors. */
export function explainMissingInterceptors(context: HttpContext): void {
  if (context.get(SEEN_BY_INTERCEPTOR)) return;
  report(
    'the HttpClient of this application does not use the interceptors, so requests carry neither the session nor the CSRF token. Provide it with provideHttpClient(withInterceptors(vestibuleInterceptors)).',
  );
}

/** Explains a refused CSRF check that no new token can repair. */
export function explainRefusedOrigin(problem: Problem, page: Location): void {
  report(
    `the service refuses requests from ${page.origin}${problem.expected ? `, because its public URL is ${problem.expected}` : ''}. Start it with VESTIBULE_PUBLIC_URL=${page.origin} for \`ng serve\` with a proxy, or with VESTIBULE_ALLOWED_ORIGINS=${page.origin} for an application at an origin of its own.`,
  );
}

/** Explains that the browser has not kept the cookie of a successful sign-in. */
export function explainMissingCookie(page: Location): void {
  report(
    `the sign-in succeeded, but the next request carried no session. The browser did not store the cookie: open the application at the public URL of the service or on the same site, with https or on localhost. This page is ${page.origin}.`,
  );
}

/** Explains a navigation that a guard has stopped: the user may open neither the page nor the page for forbidden users. */
export function explainForbiddenPath(path: string): void {
  console.error(
    `Vestibule: the user may not open forbiddenPath "${path}". Set a page for all signed-in users: withOptions({ forbiddenPath }).`,
  );
}
