//! Codes by mail and SMS as a second factor, off by default.
//!
//! ```text
//!   send ─▶ limits (account, recipient, network, day) ─▶ code, stored as a keyed hash of this session ─▶ mail queue | SMS gateway
//!   code ─▶ compare-and-set: used once, five tries, ten minutes ─▶ one write of the user ─▶ admit
//! ```
//!
//! NIST SP 800-63B-4 §3.1.3.3 restricts such codes: an attacker can get a phone number or read a mailbox, and can ask for the code on a page
//! that looks like ours. So they are a fallback. An administrator needs another factor, too ([`User::lacks_strong_factor`]), and a code by
//! mail is none beside a password that was set with a link of a mail ([`User::password_was_set_by_link`]).
//!
//! [`User::lacks_strong_factor`]: crate::user::User::lacks_strong_factor
//! [`User::password_was_set_by_link`]: crate::user::User::password_was_set_by_link

mod document;
pub(crate) mod routes;
mod sending;
mod set_up;
mod verification;

pub(super) use self::verification::{accept, read_digits};
pub use self::{
    document::MessageCode,
    sending::{Sent, send_code},
    set_up::{NewChannel, confirm, remove, start},
};
