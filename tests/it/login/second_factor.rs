//! Second factor: enrolment of an authenticator app, and codes.

mod enrolment;
mod stored_apps;
mod verification;
