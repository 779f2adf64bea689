//! The local door and the second factor, over HTTP, on both stores.

mod enrolment;
mod input;
mod limits;
mod overtaken;
mod password;
mod second_factor;
