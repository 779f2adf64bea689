//! Passkeys (W3C Web Authentication Level 3): as a second factor, and as a whole login without a user name and a password.
//!
//! ```text
//!   options ─▶ challenge, sealed into a ceremony token (5 min, bound to browser or session) ─▶ authenticator
//!   response + token ─▶ ceremony used up ─▶ verified (origin, RP id, challenge, signature, counter) ─▶ one write of the user ─▶ admit
//! ```
//!
//! A login without a password requires that the authenticator verified the user (PIN, fingerprint, face), now and at the registration: then
//! the passkey counts as two factors. As a second factor beside a password it is enough that the user touched it, unless it verified the user
//! at the registration.

mod assertion;
pub mod by_link;
mod ceremony;
pub mod import;
mod model;
pub mod registration;
mod relying_party;
pub(crate) mod routes;
pub mod second_factor;
pub mod sign_in;

pub use self::{assertion::AssertionResponse, ceremony::UsedCeremony, relying_party::RelyingParty};
use super::recent_proof::ProofTooOld;
use crate::{limiter::Limited, session::Refusal, store::StoreError};

/// Longest credential id (W3C Web Authentication §4). The library accepts one byte more.
const CREDENTIAL_ID_BYTES_MAX: usize = 1_023;

/// Why a ceremony fails.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// The settings turn passkeys off, or the host of the public URL is an IP address, for which browsers allow none.
    #[error("passkeys are not available")]
    Unavailable,
    /// The ceremony has expired, was used, or belongs to another browser, session or purpose.
    #[error("the ceremony is over")]
    CeremonyOver,
    /// The response of the authenticator does not verify. The client learns no more.
    #[error("the passkey is not accepted: {0}")]
    Refused(&'static str),
    /// No user has this credential: the browser may forget it.
    #[error("the passkey is unknown")]
    Unknown,
    /// The user of the session has none.
    #[error("the user has no passkey")]
    NoPasskey,
    /// The credential belongs to a user already.
    #[error("the passkey is registered already")]
    Registered,
    /// The settings allow other models of authenticators.
    #[error("the settings do not allow this authenticator")]
    ModelNotAllowed,
    #[error("the user has too many passkeys")]
    TooMany,
    /// The hashing queue is full.
    #[error("the hashing queue is full")]
    Busy,
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}
