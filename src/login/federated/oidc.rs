//! OpenID Connect client. It knows no user document, no session and no store; `tests/it/architecture.rs` checks that.
//!
//! ```text
//!   provider ── discovery, health, signing keys ── metadata, keys, http
//!      ├── authorization   the URL to which the browser is sent
//!      ├── exchange        code ─▶ tokens ─▶ verified claims ── id_token, userinfo, claims
//!      ├── logout_token    back-channel logout
//!      └── end_session     the URL for the logout at the provider
//!   diagnosis ─── what is wrong with the provider, for `vestibule doctor` and administrators
//!   auth_time ── whether an authentication counts as a new one
//!   jws, jwk ─── signatures and keys · jwt: checks of claims that all signed tokens share
//!   json ─────── documents of the provider, of which one member may be malformed
//! ```

pub mod auth_time;
mod authorization;
mod back_channel;
mod claim_path;
pub mod claims;
pub mod diagnosis;
mod end_session;
pub mod exchange;
pub mod failure;
mod hidden_values;
mod http;
mod id_token;
mod json;
mod jwk;
mod jws;
pub mod jwt;
mod keys;
pub mod logout_token;
mod metadata;
pub mod provider;
#[cfg(test)]
mod signing_keys;
mod token_response;
mod userinfo;
