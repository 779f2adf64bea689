//! Source and target of a migration, and its end without a result.

use super::{
    super::{context::config, failure::Failure, out::Out},
    lease::{Lease, is_of_source},
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
            Some(found) => {
                let state = if found.state == MigrationState::Moved { "was moved" } else { "is being moved" };
                return Err(Failure::Failed(format!(
                    "this database {state} to {}; continue with that target, or give up with `--to` of that target and --abandon",
                    found.peer
                )));
            }
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

    fn record_of_target(&self, record: &Migration) -> Migration {
        let peer = self.from.place();
        Migration { state: MigrationState::Incomplete, peer, owner: String::new(), beat: 0, ..record.clone() }
    }

    pub(super) async fn check_target(&self) -> Result<(), StoreError> {
        let record = self.record_of_target(&self.record);
        Store::check_target(self.to.url(), &self.config.collection_prefix, record).await
    }

    pub(super) async fn open_target(&self, record: &Migration) -> Result<Store, StoreError> {
        let record = self.record_of_target(record);
        Store::open_target(self.to.url(), &self.config.collection_prefix, record).await
    }

    /// Deletes the target and opens the source for services.
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
        let target = self.open_target(&lease.record().await).await?;
        if is_complete(&target).await? {
            return Err(refusal());
        }
        // The target first: after a kill in between, the source can still be reopened.
        target.delete().await?;
        lease.reopen(false).await?;
        self.source.stop_capture().await?;
        self.source.close().await;
        Ok(Out::line(&format!("the migration to {} was given up; services use the source", self.to.place()))?)
    }
}

/// Returns whether services may use the target.
pub(super) async fn is_complete(target: &Store) -> Result<bool, Failure> {
    Ok(target.migration().await?.is_some_and(|record| record.state == MigrationState::Complete))
}
