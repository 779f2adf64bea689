//! Authenticator app.

use totp_rs::Builder;
use vestibule::clock::Timestamp;

/// Length of a time step, in seconds.
const STEP: i64 = 30;

/// The secret in an authenticator app.
#[derive(Clone, Debug)]
pub(crate) struct Authenticator(Vec<u8>);

impl Authenticator {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self(secret.to_vec())
    }

    /// Reads the secret as the enrolment shows it.
    pub(crate) fn of_base32(secret: &str) -> Self {
        Self(data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).expect("base32 without padding"))
    }

    pub(crate) fn secret(&self) -> &[u8] {
        &self.0
    }

    /// Returns the code at this time.
    pub(crate) fn code(&self, now: Timestamp) -> String {
        self.code_of_step(now, 0)
    }

    /// Returns the code some steps later or earlier.
    pub(crate) fn code_of_step(&self, now: Timestamp, steps: i64) -> String {
        let seconds = u64::try_from(now.as_secs() + steps * STEP).expect("after 1970");
        let app = Builder::new().with_secret(self.0.as_slice()).with_digits(6).with_step_duration(30);
        app.build_noncompliant().generate(seconds).to_string()
    }

    /// Returns a code that is wrong now and in all nearby steps.
    pub(crate) fn wrong_code(&self, now: Timestamp) -> String {
        let right: Vec<String> = (-3..=3).map(|steps| self.code_of_step(now, steps)).collect();
        let mut codes = (0..).map(|number| format!("{number:06}"));
        codes.find(|code| !right.contains(code)).expect("most codes are wrong")
    }
}
