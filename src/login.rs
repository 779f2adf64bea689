//! Ways to prove who a user is.
//!
//! ```text
//!   password ──────┐
//!   passkey ───────┤
//!   federated ─────┼─ Proof ─▶ admission ─▶ Ticket | PendingTicket ─▶ session::enter
//!   second_factor ─┘
//!        ▲
//!   reauthenticate (in a session that exists)
//! ```
//!
//! A link in a mail ([`mail_link`]) proves no user: [`password_reset`] opens no session.
//!
//! The kinds of login do not know each other. Only [`crate::admission`] decides what a proof allows.

pub mod federated;
pub mod mail_link;
pub mod origin;
pub mod passkey;
pub mod password;
pub mod password_reset;
pub mod reauthenticate;
pub mod recent_proof;
pub mod second_factor;
pub mod sign_in_methods;
pub mod trusted_device;
pub mod user_lookup;
