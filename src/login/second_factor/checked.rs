//! The result of the check of a typed code.

use crate::{admission::Amr, metrics, user::User};

/// An accepted code.
pub(super) struct Accepted {
    pub(super) user: User,
    /// What was proven.
    pub(super) amr: Amr,
}

/// Why a code is not accepted. The client gets the same answer for both: the answer must not say that a stolen code was correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusedCode {
    /// Also a correct code of an earlier time step than the newest used one: it may be unused, if the clock of the app is ahead. And a
    /// recovery code that was used before: its use removes it.
    Wrong,
    /// The code is correct, and it is the newest one that was used. An attacker may have seen it, or the user sent it twice.
    Replayed,
}

/// The result of a check that could be done.
pub(super) type Checked = Result<Accepted, RefusedCode>;

impl RefusedCode {
    /// Counts the refusal, and returns its reason for the audit event.
    pub(super) fn reason(self) -> &'static str {
        let (reason, label) = match self {
            Self::Wrong => ("code_invalid", "wrong"),
            Self::Replayed => ("code_replayed", "replayed"),
        };
        metrics::count_refused_code(label);
        reason
    }
}
