//! The operations, grouped as in the router.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod login;
pub(crate) mod message_codes;
pub(crate) mod passkey;
pub(crate) mod users;
