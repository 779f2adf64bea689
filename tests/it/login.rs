//! Login over HTTP, on both stores.

pub(crate) mod federated;
mod password;
mod races;
mod reauthenticate;
mod recent_proof;
mod second_factor;
