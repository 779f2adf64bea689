//! Login over HTTP, on both stores.

mod devices;
pub(crate) mod federated;
mod passkey;
pub(crate) mod password;
mod password_reset;
pub(crate) mod races;
mod reauthenticate;
mod recent_proof;
mod second_factor;
mod user_lookup;
pub(crate) mod without_passwords;
