//! Self-service of a signed-in user, over HTTP, on both stores.

mod email;
mod factors;
mod link;
mod link_refused;
mod me;
mod not_me;
mod password;
mod profile;
mod races;
mod unlink;
