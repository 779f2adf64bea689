//! `vestibule backup`

use std::path::PathBuf;

use clap::Args;

use super::{context::store, failure::Failure, out::Out};
use crate::{config::KeySource, store::Create};

/// Write a copy of the SQLite database to a new file, also while the service runs.
///
/// The copy is one state of the database. It is checked, and only its owner can read it. A MongoDB database is copied with mongodump.
#[derive(Args)]
pub(super) struct Backup {
    /// The new file.
    file: PathBuf,
}

impl Backup {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (config, store) = store(Create::Never).await?;
        if config.database.file().is_none() {
            return Err(Failure::Failed(
                "this command copies SQLite files; use `mongodump --oplog` for MongoDB, see deploy/docs/backup.md"
                    .to_owned(),
            ));
        }
        let bytes = store.backup(&self.file).await?;
        store.close().await;
        Out::line(&format!("wrote {bytes} bytes to {}", self.file.display()))?;
        let keys = match &config.keys {
            KeySource::Beside(keys) => keys.display().to_string(),
            KeySource::Given(_) => "VESTIBULE_SECRET_KEYS".to_owned(),
        };
        // The copy is complete: a closed stderr must not turn this into a failure.
        drop(Out::error(&format!("the keys are not in it: keep a copy of {keys} in another place")));
        Ok(())
    }
}
