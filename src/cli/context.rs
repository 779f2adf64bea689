//! Settings, key ring and store, which most commands need first.

use std::{
    fs::DirBuilder,
    io::ErrorKind,
    os::unix::fs::DirBuilderExt as _,
    path::{self, Path, PathBuf},
};

use super::{failure::Failure, out::Out};
use crate::{
    audit::{Chain, Writer},
    clock::Clock,
    config::{Config, Environment, Report},
    secrets,
    store::{Create, Store, StoreError},
};

/// Reads the settings of this process.
pub(super) fn config() -> Result<Config, Failure> {
    report().map(|(config, _)| config)
}

/// Reads the settings of this process, with their warnings.
pub(super) fn report() -> Result<(Config, Report), Failure> {
    Config::read(&Environment::of_process()).map_err(Failure::Settings)
}

/// Folder of the default database. It is the only folder that a command creates.
const DEFAULT_FOLDER: &str = "data";

/// Opens the store that the settings name.
///
/// With [`Create::Never`] nothing is created: a command in the wrong folder must not leave an empty database there and print an empty
/// list. With [`Create::IfMissing`] the command prints where it creates an embedded database. A new one gets its keys first; keys are
/// never created beside an existing database.
pub(super) async fn store(create: Create) -> Result<(Config, Store), Failure> {
    let config = config()?;
    Store::check_file(config.database.url(), create).await?;
    let new_file = new_database(&config)?.filter(|_| create == Create::IfMissing);
    if new_file.is_some() {
        keys(&config)?;
    }
    let store = Store::open_with(config.database.url(), &config.collection_prefix, create).await?;
    if let Some(file) = new_file {
        Out::error(&format!("created the database {}", file.display()))?;
    }
    Ok((config, store))
}

/// Returns the absolute path of an embedded database that does not exist yet. Its folder must exist, so that a misspelt path creates no
/// folders; the default folder is created.
pub(super) fn new_database(config: &Config) -> Result<Option<PathBuf>, Failure> {
    let Some(file) = config.database.file().filter(|file| !file.exists()) else { return Ok(None) };
    let file = path::absolute(file)?;
    let Some(folder) = file.parent().filter(|folder| !folder.exists()) else { return Ok(Some(file)) };
    let default = path::absolute(Path::new(DEFAULT_FOLDER))?;
    let created = if folder == default {
        DirBuilder::new().mode(0o700).create(folder).or_else(|error| match error.kind() {
            // Another process created it at the same time.
            ErrorKind::AlreadyExists => Ok(()),
            _ => Err(error.to_string()),
        })
    } else {
        Err("the folder does not exist; create it, or change VESTIBULE_DATABASE_URL".to_owned())
    };
    let folder = folder.display();
    created.map_err(|why| StoreError::Unusable(format!("no database can be created in {folder}: {why}")))?;
    Ok(Some(file))
}

/// Loads the key ring.
pub(super) fn keys(config: &Config) -> Result<secrets::Keys, Failure> {
    config.keys.load().map_err(|mistake| Failure::Settings(vec![mistake]))
}

/// Creates the chain of the audit events that a command writes.
pub(super) fn event_chain(config: &Config, store: &Store, clock: &Clock) -> Result<Chain, Failure> {
    Ok(Chain::new(store, &keys(config)?, clock, config.event_retention, Writer::Command))
}

/// Runs a blocking operation (reading a file, a prompt on the terminal) on its own thread, so that Ctrl-C still works.
pub(super) async fn blocking<T: Send + 'static>(
    operation: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(operation).await.map_err(|error| Failure::Failed(error.to_string()))?
}
