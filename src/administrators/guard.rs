//! The guard of a write that may remove an administrator.
//!
//! ```text
//!   let mut guard = administrators.guard();
//!   loop {
//!       let result = compare-and-set { …; guard.permit(before, revision, after)?; … };    NotReserved the first time
//!       if let Some(done) = guard.settle(result, now).await? { break done }              reserves, or releases
//!   }
//! ```

use super::{Administrators, LastAdministrator, Preview, Reservation};
use crate::{
    clock::Timestamp,
    store::{StoreError, Stored},
    user::{User, UserId},
};

/// Attempts to remove an administrator while others change the user.
const ATTEMPTS: usize = 10;

/// Protects the last administrator in one write.
pub struct Guard<'a> {
    /// `None`: the last administrator is not protected.
    administrators: Option<Administrators<'a>>,
    reservation: Option<Reservation>,
    attempts: usize,
    /// Of a dry run: nothing is reserved or written.
    preview: Option<&'a Preview>,
}

/// Why an attempt wrote nothing.
#[derive(Debug)]
pub enum Attempt<E> {
    /// The write removes an administrator, and this revision is not reserved.
    NotReserved(UserId, i64),
    Failed(E),
}

impl<E: From<StoreError>> From<StoreError> for Attempt<E> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl<'a> Administrators<'a> {
    /// Returns the guard of one write.
    #[must_use]
    pub fn guard(&self) -> Guard<'a> {
        Guard::of(Some(*self))
    }
}

impl<'a> Guard<'a> {
    /// Returns the guard of one write. Without administrators, it permits every write.
    #[must_use]
    pub fn of(administrators: Option<Administrators<'a>>) -> Self {
        Self { administrators, reservation: None, attempts: 0, preview: None }
    }

    /// Only counts, for an attempt of a dry run: it writes nothing.
    #[must_use]
    pub fn previewing(self, preview: Option<&'a Preview>) -> Self {
        Self { preview, ..self }
    }

    /// Permits a write that replaces this revision of a user by `after`: the users that the same write changes. It must fail if the stored
    /// user has another revision.
    ///
    /// # Errors
    /// [`Attempt::NotReserved`] for [`Self::settle`].
    pub fn permit<E>(&self, before: &Stored<User>, after: &[&User]) -> Result<(), Attempt<E>> {
        let Some(administrators) = &self.administrators else { return Ok(()) };
        let is_removed = administrators.includes(&before.document)
            && !after.iter().any(|user| administrators.includes(user));
        let is_reserved = self
            .reservation
            .as_ref()
            .is_some_and(|own| own.user == before.id && own.revision == before.revision);
        if is_removed && !is_reserved {
            return Err(Attempt::NotReserved(before.id, before.revision));
        }
        Ok(())
    }

    /// Ends an attempt. `None`: the removal is reserved now; the caller tries again.
    ///
    /// # Errors
    /// [`LastAdministrator`] if no other administrator would be left, and the error of the attempt.
    pub async fn settle<T, E>(
        &mut self,
        attempt: Result<T, Attempt<E>>,
        now: Timestamp,
    ) -> Result<Option<T>, E>
    where
        E: From<StoreError> + From<LastAdministrator>,
    {
        let reservation = self.reservation.take().filter(|_| self.preview.is_none());
        if let (Some(administrators), Some(reservation)) = (&self.administrators, reservation) {
            // The write is done or refused already. An entry that stays is removed by a later act.
            if let Err(error) = administrators.release(&reservation).await {
                tracing::warn!(%error, user = %reservation.user, "could not release the change of an administrator");
            }
        }
        let (user, revision) = match attempt {
            Ok(done) => return Ok(Some(done)),
            Err(Attempt::Failed(error)) => return Err(error),
            Err(Attempt::NotReserved(user, revision)) => (user, revision),
        };
        self.attempts += 1;
        match &self.administrators {
            Some(administrators) if self.attempts < ATTEMPTS => {
                let reservation = Reservation { user, revision, at: now };
                match self.preview {
                    Some(preview) => preview.require_other::<E>(administrators, user).await?,
                    None => administrators.reserve::<E>(&reservation).await?,
                }
                self.reservation = Some(reservation);
                Ok(None)
            }
            Some(_) | None => {
                Err(StoreError::Unavailable("too many requests change this user".to_owned()).into())
            }
        }
    }
}
