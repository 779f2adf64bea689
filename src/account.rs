//! The account of the signed-in user.

pub mod identities;
pub(crate) mod routes;
