//! Responses of the service that belong to no flow.

mod portal;
mod security_headers;
