//! Second factors of a user.

use super::User;

/// Kind of second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// An authenticator app.
    Totp,
}

impl Factor {
    /// Returns the published name, as in `methods` of the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
        }
    }
}

impl User {
    /// Returns the active second factors. An enrolment that is not confirmed is not one.
    #[must_use]
    pub fn factors(&self) -> Vec<Factor> {
        self.totp.iter().map(|_| Factor::Totp).collect()
    }

    /// Returns whether a sign-in needs a second factor (`mfaEnabled` in the API).
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        !self.factors().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        secrets::{Keys, new_key},
        user::{PendingTotp, Totp, UserId},
    };

    #[test]
    fn only_a_confirmed_app_is_a_factor() {
        let now = Timestamp::from_millis(0);
        let sealed = || Keys::parse(&new_key()).expect("a key").seal(&"ada", "field", b"secret");
        let mut user = User::new(UserId::new(now), now);
        assert_eq!(user.factors(), []);
        user.pending_totp =
            Some(PendingTotp { secret: sealed(), expires_at: now, begun_by: String::new(), tries: 0 });
        assert!(!user.has_second_factor());
        user.totp = Some(Totp { secret: sealed(), confirmed_at: now, last_step: 0 });
        assert_eq!(user.factors(), [Factor::Totp]);
        assert!(user.has_second_factor());
    }
}
