//! Logout: RP-initiated, and back-channel logout by the provider.

mod backchannel;
pub(crate) mod logout_tokens;
mod return_target;
mod rp_initiated;
pub(crate) mod upstream;
