//! The session, its cookie and its lifetime, over HTTP, on both stores.

mod cookies;
mod corrupt_documents;
mod csrf;
mod ending;
mod lifetime;
mod outage;
mod shapes;
