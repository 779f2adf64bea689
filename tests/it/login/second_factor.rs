//! Second factor: enrolment of an authenticator app, and codes.

mod clock_skew;
mod enrolment;
mod message_codes;
mod recovery_codes;
mod stored_apps;
mod trusted_device;
mod verification;
