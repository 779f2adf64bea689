//! Why a request is refused for its session.

use crate::{administrators::Attempt, store::StoreError, user::EndReason};

/// Reason why a session does not allow a request.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no session, or it ended so long ago that its record is gone.
    #[error("not signed in")]
    NotSignedIn,
    #[error("the session ended: {0:?}")]
    Ended(EndReason),
    /// Only the first factor is proven.
    #[error("second factor required")]
    SecondFactorRequired,
    /// The policy requires a second factor and the user has none.
    #[error("enrolment required")]
    EnrolmentRequired,
    /// The user must replace the password.
    #[error("password change required")]
    PasswordChangeRequired,
    /// The identity of this login was unlinked before the session opened.
    #[error("the identity was unlinked")]
    Unlinked,
    /// The provider logged the user out before the session opened.
    #[error("logged out at the provider")]
    LoggedOutUpstream,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl<E: From<Refusal>> From<Refusal> for Attempt<E> {
    fn from(refusal: Refusal) -> Self {
        Self::Failed(refusal.into())
    }
}
