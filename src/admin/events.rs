//! Audit events, for administrators.

pub(crate) mod routes;
