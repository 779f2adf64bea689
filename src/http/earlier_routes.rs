//! Routes of the client API before `/api/auth/`. They are refused, also for GET: a client that reads only the status would treat a page with
//! status 200 as an extended session or a valid token.
//!
//! They are not aliases of the present routes on purpose. They changed state in a GET request, knew no CSRF token, and enrolled an
//! authenticator app in a session without a second factor.

use axum::http::Method;

/// Path, whether the path is a page for GET, and what replaces the route.
const ROUTES: [(&str, bool, &str); 8] = [
    ("/login", true, "Send POST /api/auth/login: this route belongs to an earlier client API."),
    ("/logout", true, "Send POST /api/auth/logout: this route belongs to an earlier client API."),
    ("/mfa", false, "Send POST /api/mfa/verify: this route belongs to an earlier client API."),
    ("/keep-alive", false, "Send POST /api/auth/keep-alive: this route belongs to an earlier client API."),
    ("/profile", false, "Send GET /api/auth/me: this route belongs to an earlier client API."),
    ("/csrf-token", false, "Send GET /api/auth/csrf-token: this route belongs to an earlier client API."),
    ("/api/setup-mfa", false, "Send POST /api/mfa/setup: this route belongs to an earlier client API."),
    ("/api/verify-mfa", false, "Send POST /api/mfa/verify: this route belongs to an earlier client API."),
];

/// Returns what a client must send in place of this request.
pub(super) fn replacement(method: &Method, path: &str) -> Option<&'static str> {
    let (_, is_page, advice) = ROUTES.into_iter().find(|(route, ..)| *route == path)?;
    let opens_page = is_page && matches!(*method, Method::GET | Method::HEAD);
    (!opens_page).then_some(advice)
}
