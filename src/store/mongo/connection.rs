//! From an address to a database, and what is asked of every connection.

use std::time::Duration;

use mongodb::{
    Client, Database,
    options::{Acknowledgment, ClientOptions, ReadPreference, SelectionCriteria, WriteConcern},
};

use super::{DEADLINE, in_time, unavailable};
use crate::store::StoreError;

/// The database if the address names none, and the name under which the server's log knows us.
const NAME: &str = "vestibule";
/// How long the server waits for the others: a little less than we wait for it, so that it says so itself.
const MAJORITY: Duration = Duration::from_millis(4500);
/// How long to look for a primary, and to connect to it.
const CONNECT: Duration = Duration::from_secs(3);
/// The driver's own ten would make requests queue for a connection while the server is idle.
const CONNECTIONS: u32 = 64;

pub(super) async fn database(url: &str) -> Result<Database, StoreError> {
    let options = in_time(DEADLINE, ClientOptions::parse(url)).await.map_err(|error| {
        // The driver's sentence quotes what it could not read, which may be a piece of the password.
        if url.contains('@') {
            let help = "its address cannot be read, or not be looked up (a password must be percent-encoded)";
            StoreError::Unavailable(help.to_owned())
        } else {
            unavailable(error)
        }
    })?;
    let name = options.default_database.clone().unwrap_or_else(|| NAME.to_owned());
    let client = Client::with_options(complete(options)).map_err(unavailable)?;
    Ok(client.database(&name))
}

/// What the address may decide stays; what the contract rests on does not: a write counts when a majority has it in its
/// journal, and a read asks the server that knows of it.
fn complete(mut options: ClientOptions) -> ClientOptions {
    options.app_name.get_or_insert_with(|| NAME.to_owned());
    options.connect_timeout.get_or_insert(CONNECT);
    options.server_selection_timeout.get_or_insert(CONNECT);
    options.max_pool_size.get_or_insert(CONNECTIONS);
    options.write_concern =
        Some(WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(MAJORITY).build());
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    options
}
