//! The federated door: any OpenID Connect provider, by authorization code with PKCE, state and nonce.
//!
//! ```text
//!   GET /api/auth/login/okta ─▶ start: transaction kept, bound to this browser ─▶ provider
//!   GET /api/auth/callback/okta ◀──────────────────────────────────────────────┘
//!        │ callback: transaction taken, `iss` compared, code exchanged, tokens verified
//!        ▼
//!      claims ─▶ matching (pure: whose identity is this?) ─▶ merge (one compare-and-set) ─▶ Proof
//!                     └─▶ link: prove the account first, then confirm
//!
//!   the same way, begun in a session that is open: to link an identity to it, to prove again who one is
//!   logout: on to the provider when a session ended here, and the end of sessions when the provider says so
//! ```
//!
//! Every refusal is a redirect to `/login?error=CODE`; nothing a provider sends is echoed. No token leaves this module: what a
//! browser gets is the session that `admit` allows.

pub mod account_linking;
pub mod callback;
pub mod identity_view;
pub mod oidc;
pub mod providers;
pub(crate) mod routes;
pub mod start;
pub mod transaction;
