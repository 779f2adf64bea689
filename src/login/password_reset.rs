//! Forgotten password.
//!
//! ```text
//!   request (address) ─▶ 202, always ─▶ afterwards: user with this verified address? ─▶ mail with a link, or with the other ways to sign in
//!   redeem (token, new password) ─▶ policy ─▶ token used up ─▶ password set, all sessions ended
//! ```
//!
//! The answer to a request is the same after the same time for every address: the work begins after the answer (user enumeration, ASVS
//! 6.3.8). A reset opens no session, and the next login still needs the second factor (ASVS 6.4.3): mail is no factor.

pub mod redeem;
pub mod request;
pub(crate) mod routes;
