//! The settings in effect, for administrators.

pub(crate) mod routes;
