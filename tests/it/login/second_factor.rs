//! Second factor: enrolment of an authenticator app, and codes.

mod enrolment;
mod recovery_codes;
mod stored_apps;
mod verification;
