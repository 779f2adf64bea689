//! Responses of the service that belong to no flow.

mod access_refusal;
mod portal;
mod security_headers;
