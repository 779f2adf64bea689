//! Settings, key ring and store, which most commands need first.

use super::failure::Failure;
use crate::{
    config::{Config, Environment, Report},
    secrets,
    store::{Create, Store},
};

/// Reads the settings of this process.
pub(super) fn config() -> Result<Config, Failure> {
    report().map(|(config, _)| config)
}

/// Reads the settings of this process, with their warnings.
pub(super) fn report() -> Result<(Config, Report), Failure> {
    Config::read(&Environment::of_process()).map_err(Failure::Settings)
}

/// Opens the store that the settings name. A new embedded database gets its keys first; keys are never created beside an existing
/// database.
pub(super) async fn store() -> Result<(Config, Store), Failure> {
    let config = config()?;
    Store::check_file(config.database.url(), Create::IfMissing).await?;
    if config.database.file().is_some_and(|file| !file.exists()) {
        keys(&config)?;
    }
    let store = Store::open_with(config.database.url(), &config.collection_prefix, Create::IfMissing).await?;
    Ok((config, store))
}

/// Loads the key ring.
pub(super) fn keys(config: &Config) -> Result<secrets::Keys, Failure> {
    config.keys.load().map_err(|mistake| Failure::Settings(vec![mistake]))
}

/// Runs a blocking operation (reading a file, a prompt on the terminal) on its own thread, so that Ctrl-C still works.
pub(super) async fn blocking<T: Send + 'static>(
    operation: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(operation).await.map_err(|error| Failure::Failed(error.to_string()))?
}
