//! Logout of this browser, then at the provider, and logout that the provider starts (back channel). The end of a session itself is in
//! [`crate::session`]; logout is independent of how the session was opened.

pub(crate) mod backchannel;
pub(crate) mod continuation;
mod return_state;
pub(crate) mod routes;
mod rp_initiated;
