//! Explanations of federated logins, for administrators.

pub(crate) mod routes;
