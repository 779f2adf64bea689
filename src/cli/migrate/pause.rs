//! The last step of a migration: no service writes, and source and target become equal.

use std::time::{Duration, Instant};

use super::{super::failure::Failure, copy::Copier, plan::Plan, types::with_type};
use crate::{
    clock::Clock,
    store::{Collection, Migration, MigrationState},
};

/// When the source is opened again, and the last step is repeated. The stated limit is ten seconds; one is left for the last write.
const PAUSE_LIMIT: Duration = Duration::from_secs(9);
/// Wait after the seal of an embedded source, until no service answers from memory. Its writes end with the seal.
const SETTLE_SQLITE: Duration = Duration::from_millis(1500);
/// Wait after the seal of a MongoDB source: one second until every replica has seen it, and the time limit of an operation.
const SETTLE_MONGO: Duration = Duration::from_millis(6500);
/// Documents that expire sooner are not counted: both stores delete them on their own.
const EXPIRY_MARGIN: Duration = Duration::from_mins(3);

/// Seals the source, copies the last changes and completes the target. Returns the length of the pause and the number of documents of each
/// collection, or `None` if the time was too short: then the source is open again.
pub(super) async fn pause(
    plan: &Plan,
    copier: &mut Copier,
) -> Result<Option<(Duration, Vec<(&'static str, u64)>)>, Failure> {
    let began = Instant::now();
    let settle = if plan.from.file().is_some() { SETTLE_SQLITE } else { SETTLE_MONGO };
    copier.lease.set_state(MigrationState::Sealed).await?;
    while began.elapsed() < settle {
        tokio::time::sleep(Duration::from_millis(100)).await;
        copier.catch_up().await?;
    }
    while copier.catch_up().await? > 0 && began.elapsed() < PAUSE_LIMIT {}
    let counts = counts(copier).await?;
    let clock = Clock::system();
    copier.source.synchronize(&clock).await?;
    copier.target.synchronize(&clock).await?;
    copier.lease.check()?;
    if began.elapsed() >= PAUSE_LIMIT {
        copier.lease.reopen(true).await?;
        return Ok(None);
    }
    let incomplete = copier.target.migration().await?;
    let complete = incomplete.clone().map(|record| Migration { state: MigrationState::Complete, ..record });
    if !copier.target.set_migration(incomplete.as_ref(), complete.as_ref()).await? {
        return Err(Failure::Failed(
            "another process has changed the target; run the command again".to_owned(),
        ));
    }
    Ok(Some((began.elapsed(), counts)))
}

/// Compares the number of documents of each collection, and checks the indexes of the target.
async fn counts(copier: &Copier) -> Result<Vec<(&'static str, u64)>, Failure> {
    let until = Clock::system().system_time() + EXPIRY_MARGIN;
    let mut counts = Vec::new();
    for &collection in Collection::ALL {
        let name = collection.name();
        let (source, target) = with_type!(collection, D => {
            (copier.source.copied::<D>(until).await?, copier.target.copied::<D>(until).await?)
        });
        let left = copier.unreadable.keys().filter(|(of, _)| *of == name).count();
        let expected = source.documents..=source.documents + u64::try_from(left).unwrap_or_default();
        if !expected.contains(&(target.documents + u64::try_from(left).unwrap_or_default())) {
            return Err(Failure::Failed(format!(
                "{name} has {} documents in the source and {} in the target; the source is in use again. Run the command again",
                source.documents, target.documents
            )));
        }
        if !target.missing_indexes.is_empty() {
            return Err(Failure::Failed(format!(
                "{name}: the target has no index {}; the source is in use again. Run the command again",
                target.missing_indexes.join(", ")
            )));
        }
        counts.push((name, target.documents));
    }
    Ok(counts)
}
