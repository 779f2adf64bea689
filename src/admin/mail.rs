//! The mail queue, for administrators.

pub(crate) mod routes;
