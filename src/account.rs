//! The own account of a signed-in user.

pub mod identities;
pub(crate) mod routes;
