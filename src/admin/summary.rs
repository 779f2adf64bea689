//! The summary of the audit events, for administrators.

pub(crate) mod routes;
