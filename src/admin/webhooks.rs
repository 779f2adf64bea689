//! Webhooks, as administrators see them.

pub(crate) mod routes;
