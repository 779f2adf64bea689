//! Values of one HTTP request. This layer knows no [`crate::app::App`] and no flow: `http/` fills the values in, handlers use them.

pub mod addresses;
pub(crate) mod answer;
pub mod asked_request;
pub mod body;
pub mod browser_key;
pub mod client;
pub mod cookies;
pub mod csv;
pub mod device_key;
mod forwarded;
pub(crate) mod html;
pub(crate) mod identity_headers;
pub mod navigation;
pub(crate) mod outgoing_error;
pub mod provider_name;
pub mod proxies;
pub mod received_request;
pub mod redirect;
pub mod request_id;
pub mod return_target;
pub(crate) mod security_headers;
pub mod session_id;
