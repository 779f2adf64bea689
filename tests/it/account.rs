//! Self-service of a signed-in user, over HTTP, on both stores.

mod factors;
mod link;
mod link_refused;
mod me;
mod password;
mod profile;
mod races;
mod unlink;
