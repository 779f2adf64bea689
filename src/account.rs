//! The account of the signed-in user.

pub mod identities;
pub mod profile;
pub(crate) mod routes;
