//! The session, its cookie and everything around it, over HTTP, on both stores.

mod cookies;
mod csrf;
mod ending;
mod headers;
mod lifetime;
mod outage;
mod pages;
mod poison;
mod shapes;
