//! TWO DOORS: ways to prove who one is, and the one place where it is decided who comes in.
//!
//! ```text
//!   local ─────────┐
//!   federated ─────┼─ Proof ─▶ admit ─▶ Ticket ─▶ session::open
//!   second_factor ─┘             └────▶ Pending ─▶ session::park
//!        ▲
//!   reauthenticate (again, in a session that is open)
//! ```
//!
//! A door proves something and knows nothing of sessions; the doors do not know each other. [`admit`] alone makes what opens
//! a session.

pub mod admit;
pub mod federated;
pub mod local;
pub mod reauthenticate;
pub mod second_factor;
