//! Providers, for administrators.

pub(crate) mod routes;
