//! The deletion of an account by its user. Some days pass until it happens, in which the user can change this.

use std::time::Duration;

use super::{EndReason, Status, User, normalise};
use crate::clock::Timestamp;

/// The time between the request and the deletion.
pub const DELETION_TIME: Duration = Duration::from_hours(7 * 24);

impl User {
    /// Returns the text that the user types to confirm the deletion: the user name or, without one, the address.
    #[must_use]
    pub fn deletion_phrase(&self) -> &str {
        let name = self.username.as_ref().map(super::Username::as_str);
        name.or(self.email.as_ref().map(super::Email::as_str)).unwrap_or_default()
    }

    /// Returns whether a typed text is [`Self::deletion_phrase`], in any spelling.
    #[must_use]
    pub fn is_deletion_phrase(&self, typed: &str) -> bool {
        normalise::fold(typed.trim()) == normalise::fold(self.deletion_phrase())
    }

    /// Sets the time of the deletion and returns it. A repeated request keeps the first time.
    pub fn request_deletion(&mut self, now: Timestamp) -> Timestamp {
        *self.deletion_at.get_or_insert(now + DELETION_TIME)
    }

    /// Cancels the deletion; returns `false` if none was requested.
    pub fn cancel_deletion(&mut self) -> bool {
        self.deletion_at.take().is_some()
    }

    /// Begins the deletion if its time has come: from this write on, no sign-in is possible and the user cannot cancel it. Returns whether
    /// it begins, or began before.
    pub fn begin_deletion(&mut self, now: Timestamp) -> bool {
        if self.deletion_at.is_none_or(|at| now < at) {
            return false;
        }
        // Not `set_status`: an administrator who disables the account cancels the deletion with it.
        self.status = Status::Disabled;
        self.end_sessions(EndReason::UserDisabled);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::UserId;

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_millis(0) + Duration::from_hours(hours)
    }

    #[test]
    fn deletion_happens_seven_days_after_the_first_request() {
        let mut ada = User::new(UserId::new(at(0)), at(0));
        assert!(!ada.begin_deletion(at(1000)) && !ada.cancel_deletion(), "not requested");
        assert_eq!((ada.request_deletion(at(0)), ada.request_deletion(at(5))), (at(168), at(168)));
        assert!(!ada.begin_deletion(at(167)) && ada.status == Status::Active);
        assert!(ada.cancel_deletion() && !ada.begin_deletion(at(168)));
        assert_eq!(ada.request_deletion(at(10)), at(178));
        assert!(ada.begin_deletion(at(178)));
        assert_eq!((ada.status, ada.session_epoch), (Status::Disabled, 1));
    }

    #[test]
    fn phrase_is_the_user_name_or_without_one_the_address() {
        let mut user = User::new(UserId::new(at(0)), at(0));
        user.email = Some("ada@corp.example".parse().expect("an address"));
        assert!(user.is_deletion_phrase(" Ada@corp.example ") && !user.is_deletion_phrase(""));
        user.username = Some("Ada".parse().expect("a name"));
        assert!(user.is_deletion_phrase("ada") && !user.is_deletion_phrase("ada@corp.example"));
    }

    // An administrator who examines an account must find it again.
    #[test]
    fn disabled_account_is_not_deleted() {
        for status in [Status::Disabled, Status::Quarantined] {
            let mut ada = User::new(UserId::new(at(0)), at(0));
            ada.request_deletion(at(0));
            ada.set_status(status, at(1));
            assert!(!ada.begin_deletion(at(1000)), "{status:?}");
        }
    }
}
