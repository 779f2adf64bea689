//! Audit events, for administrators.

mod export;
pub mod places;
pub(crate) mod routes;
mod stream;
