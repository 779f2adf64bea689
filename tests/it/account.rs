//! Self-service of a signed-in user, over HTTP, on both stores.

mod activity;
mod deletion;
mod email;
mod export;
mod factors;
mod link;
mod link_refused;
mod me;
mod not_me;
mod password;
mod profile;
mod races;
mod sessions;
mod unlink;
