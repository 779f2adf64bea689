//! The session for the application's own servers and for proxies: `GET /api/auth/verify` and `/.well-known/jwks.json`.
//!
//! ```text
//!   browser ─▶ proxy or server of the application ─ cookie ─▶ verify ─▶ 200, identity headers, identity token
//!                        │                                     └──────▶ 401, 403, or 303 to the login page
//!                        └─ identity ─▶ application
//! ```
//!
//! The answer comes from memory: sessions and users are cached, and nothing is written. It extends no session and sets no cookie, because a
//! proxy asks for every image of a page.

mod identity_token;
pub(crate) mod routes;
