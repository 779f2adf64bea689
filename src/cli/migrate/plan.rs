//! Source and target of a migration, and its end without a result.

use std::path::Path;

use super::{
    super::{context::config, failure::Failure, out::Out},
    lease::{Lease, Seal, is_elsewhere, is_of_source},
    places::Places,
};
use crate::{
    config::{Config, Database},
    secrets,
    store::{Migration, MigrationState, Store, StoreError},
};

/// Source, target, and what the record of the source says about them.
pub(super) struct Plan {
    pub(super) config: Config,
    pub(super) from: Database,
    pub(super) to: Database,
    pub(super) source: Store,
    /// The record of the source: of an interrupted migration, or a new one.
    pub(super) record: Migration,
    pub(super) is_new: bool,
}

impl Plan {
    pub(super) async fn new(places: &Places) -> Result<Self, Failure> {
        let config = config()?;
        let (from, to) = places.read(&config)?;
        let source = Store::open_source(from.url(), &config.collection_prefix).await?;
        let found = source.migration().await?.filter(is_of_source);
        let is_new = found.is_none();
        let record = match found {
            Some(found) if found.peer == to.place() => found,
            Some(found) => return Err(is_elsewhere(&found)),
            None => Migration {
                id: secrets::hex(&secrets::random::<16>()),
                state: MigrationState::Copying,
                peer: to.place(),
                owner: String::new(),
                beat: 0,
            },
        };
        Ok(Self { config, from, to, source, record, is_new })
    }

    /// Returns the record of the target, with the owner of the source.
    pub(super) fn record_of_target(&self, record: &Migration) -> Migration {
        Migration { state: MigrationState::Incomplete, peer: self.from.place(), beat: 0, ..record.clone() }
    }

    pub(super) async fn check_target(&self) -> Result<(), StoreError> {
        let file = self.to.file().map(std::path::absolute).transpose().map_err(|error| {
            StoreError::Unusable(format!("the path of the target cannot be resolved: {error}"))
        })?;
        // A misspelt path creates no folders.
        if let Some(folder) = file.as_deref().and_then(Path::parent).filter(|folder| !folder.is_dir()) {
            return Err(StoreError::Unusable(format!(
                "no database can be created in {}: the folder does not exist; create it, or name another target",
                folder.display()
            )));
        }
        let record = self.record_of_target(&self.record);
        Store::check_target(self.to.url(), &self.config.collection_prefix, record).await
    }

    pub(super) async fn open_target(&self, record: &Migration) -> Result<Store, StoreError> {
        let record = self.record_of_target(record);
        Store::open_target(self.to.url(), &self.config.collection_prefix, record).await
    }

    /// Deletes the target and opens the source for services. A target that does not answer stays as it is, if it cannot be complete.
    pub(super) async fn abandon(&self) -> Result<(), Failure> {
        if self.is_new {
            return Err(Failure::Failed("no migration of this database is in progress".to_owned()));
        }
        let refusal = || {
            Failure::Failed(format!(
                "the migration is complete, and {} may be in use; move the data back with `vestibule migrate` instead",
                self.to.place()
            ))
        };
        if self.record.state == MigrationState::Moved {
            return Err(refusal());
        }
        let lease = Lease::take(&self.source, &self.record).await?;
        let deleted = self.delete_target(&lease).await;
        let is_sealed = lease.record().await.state == MigrationState::Sealed;
        match deleted {
            Ok(true) => {}
            Ok(false) => {
                lease.release(Seal::Keep).await?;
                return Err(refusal());
            }
            // While the source is open, no target is complete. A sealed one may belong to a target that is in use.
            Err(error) if !is_sealed => drop(Out::error(&format!(
                "the target was not deleted: {error}; delete it before you use it for a new migration"
            ))),
            Err(error) => {
                lease.release(Seal::Keep).await?;
                return Err(error.into());
            }
        }
        lease.reopen(false).await?;
        self.source.close().await;
        Ok(Out::line(&format!("the migration to {} was given up; services use the source", self.to.place()))?)
    }

    /// Returns `false` if the target is complete.
    async fn delete_target(&self, lease: &Lease) -> Result<bool, StoreError> {
        let target = self.open_target(&lease.record().await).await?;
        if is_complete(&target).await? {
            return Ok(false);
        }
        // Before the source is opened: after a kill in between, the command can be repeated.
        target.delete().await?;
        Ok(true)
    }
}

/// Returns whether services may use the target.
pub(super) async fn is_complete(target: &Store) -> Result<bool, StoreError> {
    Ok(target.migration().await?.is_some_and(|record| record.state == MigrationState::Complete))
}
