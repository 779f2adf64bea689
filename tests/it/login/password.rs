//! Login with user name and password.

mod input;
mod limits;
pub(crate) mod sign_in;
