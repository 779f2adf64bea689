//! Compare-and-set of one user document.

use crate::{
    app::App,
    store::{Change, StoreError},
    user::{User, UserId},
};

/// A user that was written.
pub(super) struct Written {
    /// `None` for a new user.
    pub(super) before: Option<Box<User>>,
    pub(super) after: Box<User>,
}

/// Changes a user. `change` checks again what the decision rests on and returns `false` if it no longer holds. Then nothing is written and
/// the result is `None`.
pub(super) async fn update_user(
    app: &App,
    user: UserId,
    change: impl Fn(&mut User) -> bool + Send + Sync,
) -> Result<Option<Written>, StoreError> {
    let id = user.document_id();
    let updated = app
        .users
        .update::<_, StoreError>(&id, |user| {
            let before = Box::new(user.clone());
            Ok(if change(user) { Change::Write(Some(before)) } else { Change::Keep(None) })
        })
        .await?;
    Ok(updated.and_then(|(after, before)| {
        before.map(|before| Written { before: Some(before), after: Box::new(after.into_document()) })
    }))
}
