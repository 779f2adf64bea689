//! The end of an expired session.

use super::record::Session;
use crate::{
    cache::DocumentCache,
    clock::Timestamp,
    store::{Change, DocumentId, StoreError},
    user::EndReason,
};

/// Writes the end of a session whose deadline has passed, so that a clock that is set back does not make it valid again. Other reasons are
/// in the store already.
pub(super) async fn persist(
    sessions: &DocumentCache<Session>,
    id: &DocumentId,
    reason: EndReason,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !matches!(reason, EndReason::Idle | EndReason::MaxAge) {
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
