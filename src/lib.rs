//! Vestibule, an OIDC-federating identity service: two ways in, one session.
//!
//! ```text
//!                login/password ────┐
//!   browser                         ├─ Proof ─▶ admission ─▶ Ticket ─▶ session::enter ─▶ cookie ─▶ application
//!                login/federated ───┘               │
//!                                                   └─▶ PendingTicket: login/second_factor (or enrolment) first
//! ```
//!
//! A request flows one way: [`router`] → routes → [`login`] → [`admission`] → [`session`], over [`user`] and [`store`].

pub mod account;
pub mod admin;
pub mod admission;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod http;
pub mod limiter;
pub mod login;
pub mod logout;
pub mod metrics;
pub mod router;
pub mod secrets;
pub mod server;
pub mod session;
pub mod store;
pub mod user;
pub mod web;
