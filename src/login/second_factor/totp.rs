//! Time-based one-time passwords: RFC 6238 with SHA-1, 6 digits, 30 s and one step of drift in each direction, as every authenticator app
//! supports them. The check returns the time step of a code, so that the caller can accept each code once.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qrcode::{QrCode, render::svg};
use serde::Serialize;
use totp_rs::Builder;
use zeroize::Zeroizing;

use crate::{
    clock::Timestamp,
    config::Config,
    secrets::{self, SealedField},
    user::{Email, User, Username},
};

/// Field name with which an active secret is sealed.
pub const ACTIVE: SealedField = SealedField::Totp;
/// Field name with which a pending secret is sealed.
pub const PENDING: SealedField = SealedField::PendingTotp;

/// 160 bits, as RFC 4226 recommends.
const SECRET: usize = 20;
pub(super) const DIGITS: usize = 6;
pub(super) const STEP: u64 = 30;
const DRIFT: u16 = 1;
/// Steps before and after now in which a wrong code shows that a clock is wrong: ten minutes.
const SKEW: u16 = 20;
/// Width and height of the QR code, in CSS pixels.
const QR_SIZE: u32 = 224;
/// Longest account name that an authenticator app shows, in characters.
const ACCOUNT_MAX: usize = 64;

/// Secret of a new authenticator app in the forms that apps read. It is shown once; the response is confidential.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Enrolment {
    qr: String,
    otpauth_uri: String,
    #[serde(rename = "secret")]
    base32: String,
    expires_at: Timestamp,
    #[serde(skip)]
    bytes: Zeroizing<[u8; SECRET]>,
}

impl Enrolment {
    pub(super) fn secret(&self) -> &[u8] {
        &*self.bytes
    }
}

/// Creates a secret for a user.
///
/// # Panics
/// Never: the account name has a maximum length, so that every URI fits into a QR code.
#[must_use]
pub fn enrol(user: &User, config: &Config, expires_at: Timestamp) -> Enrolment {
    let bytes = Zeroizing::new(secrets::random::<SECRET>());
    let Config { brand, public_url, .. } = config;
    // Several services on one machine have one host; a host in production is a name that users know.
    let unnamed = if public_url.https { public_url.host.as_str() } else { "Vestibule" };
    let issuer = brand.name.as_deref().unwrap_or(unnamed);
    let account = user.username.as_ref().map(Username::as_str).or(user.email.as_ref().map(Email::as_str));
    // A user name of 254 Chinese letters has 2,286 bytes in a URI, which is more than a QR code holds.
    let account: String = account.unwrap_or("account").replace(':', " ").chars().take(ACCOUNT_MAX).collect();
    let generator = builder(&*bytes)
        .with_issuer(Some(issuer.replace(':', " ")))
        .with_account_name(account)
        .build_noncompliant();
    let otpauth_uri = generator.to_url().expect("the account name is set and has no colon");
    let code = QrCode::new(&otpauth_uri).expect("a URI of a few hundred characters fits a QR code");
    let image = code.render::<svg::Color<'_>>().min_dimensions(QR_SIZE, QR_SIZE).build();
    Enrolment {
        qr: format!("data:image/svg+xml;base64,{}", STANDARD.encode(image)),
        base32: data_encoding::BASE32_NOPAD.encode(&*bytes),
        otpauth_uri,
        expires_at,
        bytes,
    }
}

/// Returns the time step of a code if it is at most one step from now. Spaces in the code are ignored.
#[must_use]
pub fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.as_secs()).ok()?;
    builder(secret).build_noncompliant().check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
}

/// Returns by how many seconds the clock of an app is ahead of ours (negative: behind), if the code is not one of now but of ten minutes
/// before or after.
///
/// The answer says that the code is valid at another time. For a code of a *later* step it would be a help to guess: an attacker could wait
/// and use the code then. So it is published about a pending enrolment, whose secret its session has seen, and about an active app only
/// for an earlier step, in a known device.
#[must_use]
pub fn clock_skew_of(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.as_secs()).ok()?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = builder(secret).with_skew(SKEW).build_noncompliant().check(&digits, seconds)?;
    let steps = i64::try_from(step).ok()? - i64::try_from(seconds / STEP).ok()?;
    let skew = steps * i64::try_from(STEP).ok()?;
    (steps.abs() > i64::from(DRIFT)).then_some(skew)
}

fn builder(secret: &[u8]) -> Builder {
    Builder::new().with_secret(secret).with_digits(6).with_step_duration(STEP).with_skew(DRIFT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_match_rfc_6238() {
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            let now = Timestamp::from_millis(seconds * 1000);
            assert_eq!(step_of(secret, code, now), Some(seconds / 30), "{seconds}");
        }
        assert_eq!(step_of(secret, " 287 082 ", Timestamp::from_millis(59_000)), Some(1));
    }

    #[test]
    fn one_step_of_drift_is_accepted_and_two_are_not() {
        let secret = b"12345678901234567890";
        let at = |seconds: i64| step_of(secret, "287082", Timestamp::from_millis(seconds * 1000));
        assert_eq!([at(29), at(30), at(59), at(60), at(89)], [Some(1); 5]);
        assert_eq!(at(90), None);
        let later = |seconds: i64| step_of(secret, "081804", Timestamp::from_millis(seconds * 1000));
        assert_eq!(later(1_111_111_109 - 90), None);
    }

    #[test]
    fn code_of_another_time_shows_how_wrong_the_clock_is() {
        let secret = b"12345678901234567890";
        // The code of step 1, from second 30.
        let skew = |seconds: i64| clock_skew_of(secret, " 287 082", Timestamp::from_millis(seconds * 1000));
        for (seconds, expected) in [
            (30, None),
            (0, None),
            (89, None),
            (90, Some(-60)),
            (629, Some(-570)),
            (659, Some(-600)),
            (660, None),
        ] {
            assert_eq!(skew(seconds), expected, "{seconds}");
        }
        let later = |seconds: i64| clock_skew_of(secret, "081804", Timestamp::from_millis(seconds * 1000));
        assert_eq!(later(1_111_111_109 - 120), Some(120));
        assert_eq!(later(1_111_111_109 - 700), None);
        assert_eq!(clock_skew_of(secret, "no code", Timestamp::from_millis(59_000)), None);
    }

    #[test]
    fn text_that_is_not_a_code_is_rejected() {
        let now = Timestamp::from_millis(59_000);
        for code in ["", "28708", "2870820", "28708a", "２８７０８２", "+87082", "-87082"] {
            assert_eq!(step_of(b"12345678901234567890", code, now), None, "{code}");
        }
    }
}
