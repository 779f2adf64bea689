//! What is guessed, and the waits that failed guesses cause.

use std::time::Duration;

use super::Networks;
use crate::clock::Timestamp;

/// Kind of the counters of typed names.
pub(super) const TYPED: &str = "typed";
/// Kind of the counters of notices about logins.
pub(super) const LOGIN_NOTICE: &str = "loginNotice";
/// Start of the account of a known device: see [`device_account`].
const DEVICE: &str = "device:";
/// The first wait after failures with a secret.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const HOUR: Duration = Duration::from_hours(1);
/// The kinds of counters of an account and of its names.
pub(super) const KINDS: [(Guess, &str); 6] = [
    (Guess::Password, Guess::Password.as_str()),
    (Guess::Code, Guess::Code.as_str()),
    (Guess::MessageCode, Guess::MessageCode.as_str()),
    (Guess::RecoveryCode, Guess::RecoveryCode.as_str()),
    (Guess::Reset, Guess::Reset.as_str()),
    (Guess::Password, TYPED),
];

/// The kind of secret that is guessed. Each kind has account counters of its own; a re-authentication counts for the kind that it checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    Password,
    /// A code of an authenticator app.
    Code,
    /// A code by mail or SMS.
    MessageCode,
    RecoveryCode,
    /// A token of a mail, and a request for such a mail.
    Reset,
    /// The key of a pending link.
    Link,
    /// A response of a passkey. It cannot be guessed: the limit bounds the work of the check.
    Passkey,
}

impl Guess {
    /// Returns the published name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::MessageCode => "messageCode",
            Self::RecoveryCode => "recoveryCode",
            Self::Reset => "reset",
            Self::Link => "link",
            Self::Passkey => "passkey",
        }
    }

    pub(super) fn counter(self, account: &str) -> String {
        format!("{}:{account}", self.as_str())
    }
}

/// Where a guess comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A browser in which the user of the account has signed in. Its guesses are counted for [`device_account`] alone: the failures of
    /// other clients, in its network or elsewhere, do not make it wait.
    KnownDevice(String),
    /// Any other client.
    Other(Networks),
}

/// Returns the account under which the guesses of a known device of a user are counted. `hash` is the hash of its cookie.
#[must_use]
pub fn device_account(user: &str, hash: &str) -> String {
    format!("{DEVICE}{hash}:{user}")
}

/// Returns the user of an account that is a known device.
#[must_use]
pub fn user_of_device(account: &str) -> Option<&str> {
    account.strip_prefix(DEVICE)?.rsplit_once(':').map(|(_, user)| user)
}

/// Returns whether a counter is one of a known device.
pub(super) fn is_of_device(counter: &str) -> bool {
    counter.split_once(':').is_some_and(|(_, account)| account.starts_with(DEVICE))
}

/// How many failures in a row of one counter cause which wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Failures without a wait.
    pub(super) free: u32,
    /// The first wait. It doubles with each further failure, up to an hour.
    pub(super) first_wait: Duration,
    /// From this number on, one attempt a day.
    pub(super) daily: u32,
}

impl Allowance {
    /// Returns the allowance of a counter. NIST SP 800-63B-4 §3.2.2 allows at most 100 consecutive failures: an attacker without a device of
    /// the user and with two stolen device cookies together reaches 100 before all that is left is one attempt a day.
    pub(super) fn of(counter: &str) -> Self {
        match counter.split_once(':') {
            // Each one is a mail to the user: three, then one each hour.
            Some((kind, _)) if kind == Guess::Reset.as_str() => Self { free: 3, first_wait: HOUR, daily: 20 },
            // Never one a day only: a user whose browser forgets its cookies must learn of each new attacker.
            Some((LOGIN_NOTICE, _)) => Self { free: 10, first_wait: FIRST_WAIT, daily: u32::MAX },
            Some(_) | None if is_of_device(counter) => Self { free: 10, first_wait: FIRST_WAIT, daily: 20 },
            Some(_) | None => Self { free: 10, first_wait: FIRST_WAIT, daily: 60 },
        }
    }
}

/// A wait of an account: attempts are refused until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub guess: Guess,
    pub failures: u32,
    pub until: Timestamp,
    /// Whether a known device must wait. Otherwise every client but the known devices must.
    pub of_device: bool,
}

/// The failures in a row of an account, and the end of the wait that they caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    pub guess: Guess,
    pub count: u32,
    /// `None`: no attempt is refused.
    pub until: Option<Timestamp>,
    /// As [`Lock::of_device`].
    pub of_device: bool,
}

/// Returns the longest wait of each kind, of the known devices and of other clients, the longest first. A guess is counted for the account
/// and for the typed name.
#[must_use]
pub fn longest(mut locks: Vec<Lock>) -> Vec<Lock> {
    locks.sort_by_key(|lock| std::cmp::Reverse(lock.until));
    let mut seen = Vec::new();
    locks.retain(|lock| {
        let kind = (lock.guess, lock.of_device);
        !seen.contains(&kind) && {
            seen.push(kind);
            true
        }
    });
    locks
}
