//! Vestibule, an OIDC-federating identity service for teams with an Angular application: two ways in, one session.
//!
//! ```text
//!                login/password ────┐
//!   browser                         ├─ Proof ─▶ admission ─▶ Ticket ─▶ session::enter ─▶ cookie ─▶ application
//!                login/federated ───┘               │
//!                                                   └─▶ PendingTicket: login/second_factor (or enrolment) first
//! ```
//!
//! # Where to find what
//!
//! | question | file |
//! |---|---|
//! | Which paths exist, and who may use them? | [`router`] |
//! | What does the description of the API say, and where does it come from? | `http/openapi.rs` |
//! | Where is it decided who gets a session? | [`admission`]: only `admit` makes a `Ticket` |
//! | Where is an ID token validated? | `login/federated/oidc/id_token.rs` (claims), `jwt.rs` (form and times), `keys.rs` (signature) |
//! | Where is it decided whose account an identity belongs to? | [`login::federated::account_linking`] |
//! | Where does a session get a new id? | `session/rotation.rs` |
//! | Where does a session end? | `session/ending.rs` (marks a record), `session/lifetime.rs` (deadlines, and the state of the user) |
//! | What do servers of the application and proxies ask? | [`verify`] |
//! | Which rules belong to a user, and who applies them? | [`user`] (pure), [`provisioning`] (rule, write, audit event) |
//! | Which spans leave the service, and what may be in them? | [`trace`]; they leave through [`trace_export`] |
//! | What does `vestibule doctor` check? | [`doctor`]; the codes are in [`finding`] |
//! | How are texts compared, and which user does a typed text name? | `user/normalise.rs`, `login/user_lookup.rs` |
//! | How do I add a setting, a route, a document, an error code, a page text? | `.github/CONTRIBUTING.md` |
//!
//! # Layers
//!
//! Imports point down. `tests/it/architecture.rs` reads the imports of all files and fails on an import that points up and on every
//! import cycle between files. The exception is `app`: it builds one value of each service and may import the files that define them.
//!
//! ```text
//!   cli, server, router          process, listener, list of paths
//!   http                         layers, extractors, the built Angular application, the description of the API
//!   */routes.rs                  one file of handlers per feature: parse, call one flow function, render
//!   account, admin, doctor, provisioning, logout, verify
//!   login                        password, federated, second factor, re-authentication
//!   session                      open, check, touch, rotate, end
//!   notices                      security notices about a flow, by mail
//!   app                          settings and services, built once; decides nothing
//!   admission                    Proof ─▶ admit ─▶ Ticket | PendingTicket (pure)
//!   audit, mail, sms, link_token, trace_export, administrators
//!   user, config                 documents and settings (pure)
//!   web                          values of one request: client, cookies, body, addresses, return target
//!   error, finding               published codes, problems; findings about a set-up
//!   limiter, metrics
//!   cache                        sessions and users in memory; its writes invalidate
//!   store                        whole documents, compare-and-set, change feed; SQLite and MongoDB
//!   secrets, clock               randomness, keys and time: the only sources of them
//!   trace                        spans of requests, off by default
//!   log                          one line per event, bounded and printable; a log that cannot be written stops nothing
//! ```
//!
//! # Flows
//!
//! - **Password login**: `login/password/routes` → `login::password::sign_in` (rate limit, hashing queue, one answer for every failure) →
//!   `Proof::password` → `admit` → `session::enter`.
//! - **Federated login**: `login/federated/routes` → `start` (transaction, redirect) … `callback` (transaction used once, code exchanged,
//!   token validated) → `account_linking` (decision, one write) → `Proof::federated` → `admit` → `session::enter`.
//! - **Second factor and re-authentication**: in a session that exists → `Proof::step_up` → `admit` → `session::enter` with a new id.
//! - **Every request with a session**: `http::layers` (CSRF) → `session::require_signed_in` (record and user from the cache, evaluated by
//!   `session::lifetime`) → handler.
//! - **End of a session**: a logout here or from the provider (back channel) marks the record in `session/ending.rs`. A changed password or
//!   a disabled user raises the epoch in the user document; `session/lifetime.rs` compares it at every request.
//!
//! The races between these flows, and who wins, are in [`session`].

pub mod account;
pub mod admin;
pub mod administrators;
pub mod admission;
pub mod app;
pub mod audit;
pub mod background;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod error;
pub mod finding;
pub mod http;
mod invisible;
pub mod lease;
pub mod limiter;
pub mod link_token;
pub mod log;
pub mod login;
pub mod logout;
pub mod mail;
pub mod metrics;
pub mod notices;
pub mod provisioning;
pub mod router;
mod schema;
pub mod secrets;
pub mod server;
pub mod session;
pub mod sms;
pub mod store;
pub mod trace;
pub mod trace_export;
pub mod user;
pub mod verify;
pub mod web;
pub mod webhook;
