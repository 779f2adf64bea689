//! Connecting to a database, with the options that the store depends on.

use std::time::Duration;

use mongodb::{
    Client, Database,
    options::{Acknowledgment, ClientOptions, ReadPreference, SelectionCriteria, WriteConcern},
};

use super::{
    abandoned,
    deadline::{DEADLINE, within},
    failure::unavailable,
};
use crate::store::document::StoreError;

/// The default database name, and the application name in the server's log.
const NAME: &str = "vestibule";
/// How long the server waits for a majority. Shorter than our own deadline, so that the error names the cause.
const MAJORITY_TIMEOUT: Duration = Duration::from_millis(4500);
/// The limit for finding a primary, and for connecting to it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// With the driver's default of 10, requests wait for a connection while the server is idle.
const MAX_CONNECTIONS: u32 = 64;

pub(super) async fn database(url: &str) -> Result<Database, StoreError> {
    let options = within(DEADLINE, ClientOptions::parse(url)).await.map_err(|error| {
        // The driver's message quotes the part that it could not parse, which may be a part of the password.
        if url.contains('@') {
            StoreError::unavailable(
                "its URL cannot be parsed, or its host cannot be resolved (percent-encode the password)",
            )
        } else {
            unavailable(error)
        }
    })?;
    let name = options.default_database.clone().unwrap_or_else(|| NAME.to_owned());
    let client = Client::with_options(with_required(options)).map_err(unavailable)?;
    Ok(client.database(&name))
}

/// Fills in defaults that the URL may override, and sets what the store's contract requires: majority writes in the journal, and
/// reads from the primary.
fn with_required(mut options: ClientOptions) -> ClientOptions {
    options.driver_info = Some(abandoned::driver_info());
    options.app_name.get_or_insert_with(|| NAME.to_owned());
    options.connect_timeout.get_or_insert(CONNECT_TIMEOUT);
    options.server_selection_timeout.get_or_insert(CONNECT_TIMEOUT);
    options.max_pool_size.get_or_insert(MAX_CONNECTIONS);
    options.write_concern = Some(
        WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(MAJORITY_TIMEOUT).build(),
    );
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    options
}
