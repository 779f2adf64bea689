//! OpenID Connect client: discovery, authorization requests, token exchange, token validation, claims. It knows no user document, no
//! session and no store; `tests/it/architecture.rs` checks that.

pub mod auth_time;
pub mod claims;
pub mod provider;
pub mod token;
