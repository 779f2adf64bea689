//! Responses of the service that belong to no flow.

mod access_refusal;
mod brand;
mod earlier_routes;
mod openapi;
mod portal;
mod prefix;
mod security_headers;
