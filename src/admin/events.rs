//! Audit events, for administrators.

pub mod export;
pub(crate) mod routes;
