//! The account of the signed-in user.

pub mod activity;
pub mod deletion;
pub mod devices;
pub mod email;
pub mod export;
pub mod identities;
pub mod not_me;
pub mod profile;
pub(crate) mod routes;
pub mod sessions;
