//! Logout: of this browser, on to the provider, and from the provider (back channel). The end of a session itself is in
//! [`crate::session`]; logout is independent of how the session was opened.

mod backchannel;
pub(crate) mod routes;
mod rp_initiated;
