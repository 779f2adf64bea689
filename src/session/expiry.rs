//! The stored end of a session that a deadline or a setting has ended.

use super::record::Session;
use crate::{
    cache::DocumentCache,
    clock::Timestamp,
    config::SessionPolicy,
    store::{Change, DocumentId, StoreError},
    user::EndReason,
};

/// Writes the end of a session whose deadline has passed, or that a password opened in a service without passwords. A clock that is set back,
/// or a setting that is turned on again, then does not make it valid again. Other reasons are in the store already.
pub(super) async fn persist(
    sessions: &DocumentCache<Session>,
    id: &DocumentId,
    reason: EndReason,
    policy: SessionPolicy,
    now: Timestamp,
) -> Result<(), StoreError> {
    let must_write = match reason {
        EndReason::Idle | EndReason::MaxAge => true,
        EndReason::Revoked => !policy.passwords,
        EndReason::SignedOut
        | EndReason::PasswordChanged
        | EndReason::FactorChanged
        | EndReason::UserDisabled
        | EndReason::ProviderLogout => false,
    };
    if !must_write {
        return Ok(());
    }
    sessions
        .update::<_, StoreError>(id, |session| {
            let ended = !session.is_replaced() && session.mark_ended(reason, now);
            Ok(if ended { Change::Write(()) } else { Change::Keep(()) })
        })
        .await?;
    Ok(())
}
