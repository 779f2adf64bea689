//! Login over HTTP, on both stores.

pub(crate) mod federated;
pub(crate) mod password;
pub(crate) mod races;
mod reauthenticate;
mod recent_proof;
mod second_factor;
mod user_lookup;
