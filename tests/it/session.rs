//! The session, its cookie and its lifetime, over HTTP, on both stores.

mod clock;
mod cookies;
mod corrupt_documents;
mod csrf;
pub(crate) mod ending;
mod events;
mod lifetime;
mod limit;
mod remember;
mod shapes;
