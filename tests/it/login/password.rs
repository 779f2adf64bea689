//! Login with user name and password.

mod input;
mod limits;
mod sign_in;
