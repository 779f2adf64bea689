//! The session of the current request.

use std::sync::Arc;

use super::{
    lifetime,
    record::{Session, State},
    refusal::Refusal,
};
use crate::{
    cache::DocumentCache,
    secrets,
    store::{Change, StoreError, Stored},
    user::User,
    web::session_id::SessionId,
};

/// A session that is valid in any state; checked in this request.
#[derive(Clone, Debug)]
pub struct CurrentSession {
    pub id: SessionId,
    pub session: Arc<Session>,
    pub user: Arc<User>,
    /// The effective state: the user's factors and the policy may have changed since the record was written.
    pub state: State,
}

impl CurrentSession {
    /// Changes the user of the session. The session is checked against the version that is written: a session that a password change, a
    /// disabled account or a new factor has ended writes nothing, whatever the cache says. `change` may run several times.
    ///
    /// # Errors
    /// Any error of `change`, [`Refusal::Ended`], and [`Refusal::NotSignedIn`] if the user was deleted.
    pub async fn update_user<R, E>(
        &self,
        users: &DocumentCache<User>,
        mut change: impl FnMut(&mut User) -> Result<Change<R>, E> + Send,
    ) -> Result<(Stored<User>, R), E>
    where
        E: From<StoreError> + From<Refusal> + Send,
        R: Send,
    {
        self.update_stored_user(users, |user| change(&mut user.document)).await
    }

    /// Changes the user as [`Self::update_user`] does. `change` sees the revision that it replaces.
    ///
    /// # Errors
    /// As for [`Self::update_user`].
    pub async fn update_stored_user<R, E>(
        &self,
        users: &DocumentCache<User>,
        mut change: impl FnMut(&mut Stored<User>) -> Result<Change<R>, E> + Send,
    ) -> Result<(Stored<User>, R), E>
    where
        E: From<StoreError> + From<Refusal> + Send,
        R: Send,
    {
        let written = users
            .update_stored(&self.user.id.document_id(), |user| {
                self.ensure_valid_for(user)?;
                change(user)
            })
            .await?;
        written.ok_or_else(|| Refusal::NotSignedIn.into())
    }

    /// Checks the session against this version of its user.
    ///
    /// # Errors
    /// [`Refusal::Ended`].
    pub fn ensure_valid_for(&self, user: &User) -> Result<(), Refusal> {
        lifetime::revoked_by_user_state(&self.session, user)
            .map_or(Ok(()), |reason| Err(Refusal::Ended(reason)))
    }

    /// Checks that no factor is missing: the session is signed in, or it only awaits a new password.
    ///
    /// # Errors
    /// [`Refusal::SecondFactorRequired`] and [`Refusal::EnrolmentRequired`].
    pub fn require_factors(&self) -> Result<(), Refusal> {
        match self.state {
            State::AwaitingSecondFactor => Err(Refusal::SecondFactorRequired),
            State::AwaitingEnrolment => Err(Refusal::EnrolmentRequired),
            State::AwaitingPasswordChange | State::SignedIn => Ok(()),
        }
    }

    /// Returns the hash of the session id in hex. A login transaction that starts in a session is bound to it.
    #[must_use]
    pub fn id_hash_hex(&self) -> String {
        secrets::hex(self.id.hash())
    }
}

/// A session in the state `signedIn`. Only [`crate::session::require_signed_in`] makes one, after it has moved the idle deadline if
/// that was due: a handler with this parameter cannot be reached without a session.
#[derive(Clone, Debug)]
pub struct SignedIn(pub(crate) CurrentSession);
