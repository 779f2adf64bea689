//! Vestibule: the room between the street and the house. Two doors, one session.
//!
//! ```text
//!                login/local ───────┐
//!   street                          ├─ Proof ─▶ admit ─▶ Ticket ─▶ session::open ─▶ cookie ─▶  house
//!                login/federated ───┘             │
//!                                                 └─▶ login/second_factor (or its set-up) first
//! ```
//!
//! A request flows one way: [`router`] → a door in [`login`] → [`login::admit`] → [`session`], over [`user`] and [`store`].
//! `store` knows no user, `user` knows no I/O, the doors do not know each other, and only `admit` makes what opens a session.

pub mod account;
pub mod admin;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod headers;
pub mod limiter;
pub mod login;
pub mod metrics;
pub mod net;
pub mod portal;
pub mod router;
pub mod secrets;
pub mod serve;
pub mod session;
pub mod store;
pub mod user;
