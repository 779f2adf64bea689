//! The account of the signed-in user.

pub mod devices;
pub mod email;
pub mod identities;
pub mod not_me;
pub mod profile;
pub(crate) mod routes;
