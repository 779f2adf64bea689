//! What is guessed, and the waits that failed guesses cause.

use crate::clock::Timestamp;

/// Kind of the counters of typed names.
pub(super) const TYPED: &str = "typed";
/// The kinds of counters of an account and of its names.
pub(super) const KINDS: [(Guess, &str); 3] =
    [(Guess::Password, "password"), (Guess::Code, "code"), (Guess::Password, TYPED)];

/// The kind of credential that is guessed. Each kind has account counters of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    Password,
    /// A code of an authenticator app.
    Code,
}

impl Guess {
    /// Returns the published name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
        }
    }

    pub(super) fn counter(self, account: &str) -> String {
        format!("{}:{account}", self.as_str())
    }
}

/// A wait of an account: attempts are refused until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub guess: Guess,
    pub failures: u32,
    pub until: Timestamp,
}

/// The failures in a row of an account, and the end of the wait that they caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    pub guess: Guess,
    pub count: u32,
    /// `None`: no attempt is refused.
    pub until: Option<Timestamp>,
}

/// Returns the longest wait of each kind, the longest first. A guess is counted for the account and for the typed name.
#[must_use]
pub fn longest(mut locks: Vec<Lock>) -> Vec<Lock> {
    locks.sort_by_key(|lock| std::cmp::Reverse(lock.until));
    let mut seen = Vec::new();
    locks.retain(|lock| {
        !seen.contains(&lock.guess) && {
            seen.push(lock.guess);
            true
        }
    });
    locks
}
