//! The HTTP parts that need [`crate::app::App`]: extractors, layers and the built Angular application. Only the router imports them.

mod access_refusal;
pub(crate) mod cors;
mod csrf;
mod earlier_routes;
mod extract;
pub(crate) mod layers;
pub(crate) mod openapi;
pub(crate) mod portal;
pub(crate) mod request_span;
