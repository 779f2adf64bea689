//! The last step of a migration: no service writes, and source and target become equal.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    super::failure::Failure,
    copy::Copier,
    plan::{Plan, is_complete},
    types::with_type,
};
use crate::store::{Collection, Migration, MigrationState, StoreError};

/// When the last step is given up, and the source is opened again. The stated limit is ten seconds; one is left for the last write.
const PAUSE_LIMIT: Duration = Duration::from_secs(9);
/// Wait after the seal of an embedded source, until no service answers from memory. Its writes end with the seal.
const SETTLE_SQLITE: Duration = Duration::from_millis(1500);
/// Wait after the seal of a MongoDB source: one second until every replica has seen it, and the time limit of an operation.
const SETTLE_MONGO: Duration = Duration::from_millis(6500);
/// Documents that expire sooner are not counted: both stores delete them on their own.
const EXPIRY_MARGIN: Duration = Duration::from_mins(3);
/// Collections that are counted at the same time.
const CONCURRENT: usize = 2;

/// Seals the source, copies the last changes and completes the target. Returns the length of the pause and the number of documents of each
/// collection. After a failure the source is still sealed.
pub(super) async fn pause(
    plan: &Plan,
    copier: &mut Copier<'_>,
) -> Result<(Duration, Vec<(&'static str, u64)>), Failure> {
    let began = Instant::now();
    // A request that was cancelled may have taken changes that were not copied then: this process cannot try again.
    let counted = tokio::time::timeout(PAUSE_LIMIT, last_changes(plan, copier, began)).await;
    let counts = match counted {
        Ok(counts) if began.elapsed() < PAUSE_LIMIT => counts?,
        Ok(Err(failure)) => return Err(failure),
        Ok(Ok(_)) | Err(_) => {
            return Err(Failure::Failed(
                "the last step takes longer than 10 s; run the command again at a time with fewer requests, or stop the service for it"
                    .to_owned(),
            ));
        }
    };
    // The record must be the one of this process. Another process that continues has replaced it before it opens the source again.
    let complete = Migration { state: MigrationState::Complete, ..copier.claim.clone() };
    copier.is_completing = true;
    if !copier.target.set_migration(Some(&copier.claim), Some(&complete)).await? {
        return Err(Failure::Failed(
            "another process has changed the target; run the command again".to_owned(),
        ));
    }
    Ok((began.elapsed(), counts))
}

/// Seals the source, and makes source and target equal.
async fn last_changes(
    plan: &Plan,
    copier: &mut Copier<'_>,
    began: Instant,
) -> Result<Vec<(&'static str, u64)>, Failure> {
    let settle = if plan.from.file().is_some() { SETTLE_SQLITE } else { SETTLE_MONGO };
    copier.lease.set_state(MigrationState::Sealed).await?;
    while began.elapsed() < settle {
        tokio::time::sleep(Duration::from_millis(100)).await;
        copier.catch_up().await?;
    }
    while copier.catch_up().await? > 0 {}
    let counts = counts(copier).await?;
    copier.source.synchronize(&copier.clock).await?;
    copier.target.synchronize(&copier.clock).await?;
    copier.lease.check()?;
    Ok(counts)
}

/// Returns whether the target is not complete, and cannot become so. A request of this process to complete it may still be on its way if its
/// answer was lost: it does not match the new record.
pub(super) async fn withdraw(copier: &Copier<'_>) -> Result<bool, StoreError> {
    if !copier.is_completing {
        return Ok(true);
    }
    let withdrawn = Migration { beat: copier.claim.beat + 1, ..copier.claim.clone() };
    if copier.target.set_migration(Some(&copier.claim), Some(&withdrawn)).await? {
        return Ok(true);
    }
    is_complete(&copier.target).await.map(|is_complete| !is_complete)
}

/// Compares the number of documents of each collection, and checks the indexes of the target.
async fn counts(copier: &Copier<'_>) -> Result<Vec<(&'static str, u64)>, Failure> {
    let until = copier.clock.certain() + EXPIRY_MARGIN;
    let (source, target) = (&copier.source, &copier.target);
    let counted = stream::iter(Collection::ALL).map(|&collection| async move {
        let both = with_type!(collection, D => tokio::try_join!(source.copied::<D>(until), target.copied::<D>(until)));
        both.map(|(source, target)| (collection, source, target))
    });
    let counted: Vec<_> = counted.buffered(CONCURRENT).try_collect().await?;
    let mut counts = Vec::new();
    for (collection, source, target) in counted {
        let name = collection.name();
        let left = copier.unreadable.keys().filter(|(of, _)| *of == name).count();
        let expected = source.documents..=source.documents + u64::try_from(left).unwrap_or_default();
        if !expected.contains(&(target.documents + u64::try_from(left).unwrap_or_default())) {
            return Err(Failure::Failed(format!(
                "{name} has {} documents in the source and {} in the target; run the command again",
                source.documents, target.documents
            )));
        }
        if !target.missing_indexes.is_empty() {
            return Err(Failure::Failed(format!(
                "{name}: the target has no index {}; run the command again",
                target.missing_indexes.join(", ")
            )));
        }
        counts.push((name, target.documents));
    }
    Ok(counts)
}
