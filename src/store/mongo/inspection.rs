//! What a MongoDB database looks like. Only commands that read are sent, and one update that matches no document.

use bson::{Document, doc};
use mongodb::{
    Database,
    error::{ErrorKind, WriteFailure},
};

use super::{
    connection,
    deadline::{DEADLINE, within},
    failure::{Failure, unavailable},
    indexes, marker,
};
use crate::{
    clock::Timestamp,
    store::{
        document::StoreError,
        inspection::{Inspection, Ownership, Server},
        marker::Create,
        migration::Opening,
        prefix::CollectionPrefix,
    },
};

/// Reads what a database looks like.
pub(in crate::store) async fn inspect(
    url: &str,
    prefix: &CollectionPrefix,
) -> Result<Inspection, StoreError> {
    let database = connection::database(url).await?;
    let found = of_database(&database, prefix, url).await;
    database.client().clone().shutdown().immediate(true).await;
    found
}

async fn of_database(
    database: &Database,
    prefix: &CollectionPrefix,
    url: &str,
) -> Result<Inspection, StoreError> {
    let server = server(database, prefix, url).await?;
    let ownership = ownership(database, prefix).await?;
    let is_ours = ownership == Ownership::Ours;
    let mut inspection = Inspection { ownership, server: Some(server), ..Inspection::default() };
    if is_ours {
        inspection.newest_time = marker::newest_time(database, prefix).await?.stored;
        (inspection.missing_indexes, inspection.different_indexes) =
            indexes::compare(database, prefix).await?;
    }
    Ok(inspection)
}

async fn ownership(database: &Database, prefix: &CollectionPrefix) -> Result<Ownership, StoreError> {
    if let Some(product) = marker::other_product(database, prefix).await? {
        return Ok(Ownership::Foreign(format!(
            "the marker in the database `{}` names the product {product:?}",
            database.name()
        )));
    }
    match marker::is_ours(database, prefix, &Opening::Service(Create::Never)).await {
        Ok(true) => Ok(Ownership::Ours),
        Ok(false) => {
            let foreign = marker::foreign_collections(database, prefix).await?;
            if foreign.is_empty() {
                return Ok(Ownership::Nothing);
            }
            let (name, foreign) = (database.name(), foreign.join(", "));
            Ok(Ownership::Foreign(format!(
                "the database `{name}` has collections of another application: {foreign}"
            )))
        }
        Err(StoreError::Unusable(text)) => Ok(Ownership::Unusable(text)),
        Err(error) => Err(error),
    }
}

async fn server(database: &Database, prefix: &CollectionPrefix, url: &str) -> Result<Server, StoreError> {
    let command = |command: Document| async {
        within(DEADLINE, database.run_command(command)).await.map_err(unavailable)
    };
    let hello = command(doc! { "hello": 1 }).await?;
    let build = command(doc! { "buildInfo": 1 }).await?;
    // A router of a sharded cluster has no name of a set.
    let is_router = hello.get_str("msg").is_ok_and(|message| message == "isdbgrid");
    let replica_set = hello.get_str("setName").ok().map(ToOwned::to_owned);
    let replica_set = replica_set.or_else(|| is_router.then(|| "router".to_owned()));
    let time = hello.get_datetime("localTime").ok();
    Ok(Server {
        version: build.get_str("version").unwrap_or_default().to_owned(),
        time: time.map(|time| Timestamp::from_millis(time.timestamp_millis())),
        majority_problem: if replica_set.is_some() { majority_problem(database, prefix).await } else { None },
        replica_set,
        unused_options: unused_options(url),
    })
}

/// Returns why no majority acknowledges writes. An update that matches nothing changes nothing, and the server still waits until a
/// majority has everything before it.
async fn majority_problem(database: &Database, prefix: &CollectionPrefix) -> Option<String> {
    let markers = database.collection::<Document>(&prefix.marker());
    let nothing = markers.update_one(doc! { "_id": "doctor" }, doc! { "$set": { "checked": true } });
    let failure = within(DEADLINE, nothing).await.err()?;
    if !is_majority_failure(&failure) {
        return None;
    }
    let members = members(database).await;
    Some(
        members.unwrap_or_else(|| {
            "a majority of the replica set does not acknowledge writes in time".to_owned()
        }),
    )
}

fn is_majority_failure(failure: &Failure) -> bool {
    match &*failure.kind {
        ErrorKind::Write(WriteFailure::WriteConcernError(_)) => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::TimedOut,
        _ => false,
    }
}

/// Names the members that are down. Needs a permission that the service itself does not need.
async fn members(database: &Database) -> Option<String> {
    let admin = database.client().database("admin");
    let status = within(DEADLINE, admin.run_command(doc! { "replSetGetStatus": 1 })).await.ok()?;
    let members = status.get_array("members").ok()?.iter().filter_map(|member| member.as_document());
    let down: Vec<String> = members
        .filter(|member| {
            member.get("health").is_some_and(|health| !matches!(health.to_string().as_str(), "1" | "1.0"))
        })
        .filter_map(|member| Some(member.get_str("name").ok()?.to_owned()))
        .collect();
    (!down.is_empty()).then(|| {
        format!("a majority of the replica set does not acknowledge writes; down: {}", down.join(", "))
    })
}

/// Returns the options of the URL that [`connection`] overrides with other values.
fn unused_options(url: &str) -> Vec<String> {
    let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let is_unused = |(name, value): &(&str, &str)| match name.to_ascii_lowercase().as_str() {
        "w" => *value != "majority",
        "journal" => *value != "true",
        "readpreference" => *value != "primary",
        "wtimeoutms" | "readpreferencetags" | "maxstalenessseconds" => true,
        _ => false,
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('=')).filter(is_unused);
    pairs.map(|(name, value)| format!("{name}={value}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_the_service_overrides_are_named() {
        for (url, unused) in [
            ("mongodb://h/v", &[][..]),
            ("mongodb://h/v?w=majority&journal=true&replicaSet=rs0", &[]),
            ("mongodb://h/v?readPreference=primary", &[]),
            ("mongodb://h/v?w=1", &["w=1"]),
            ("mongodb://h/v?w=2&journal=false&retryWrites=true", &["w=2", "journal=false"]),
            ("mongodb://h/v?readPreference=secondaryPreferred", &["readPreference=secondaryPreferred"]),
        ] {
            assert_eq!(unused_options(url), unused, "{url}");
        }
    }
}
