//! Ownership of a MongoDB database: the marker document, and the refusal of collections that are not ours.
//!
//! ```text
//!   marker? ──yes──▶ product, schema ──▶ open
//!      │no
//!      ▼
//!   collections of our names that hold something? ──yes──▶ marker now? ──no──▶ refuse: nothing was written
//!      │no                                                    │yes: another replica created it ──▶ open
//!      ▼
//!   insert the marker (one of several replicas wins) ──▶ open
//! ```

use bson::{Bson, DateTime, Document, doc};
use mongodb::Database;

use super::{
    deadline::{DEADLINE, within},
    failure::{is_duplicate, unavailable},
    migration,
};
use crate::{
    clock::Timestamp,
    store::{
        collection::Collection,
        document::StoreError,
        marker::{Create, NewestTime, PRODUCT, check_schema},
        migration::{Opening, RECORD, schema_of},
        prefix::CollectionPrefix,
    },
};

/// Member of the marker.
const NEWEST_TIME: &str = "newestTime";
/// Databases of the server itself.
const SYSTEM_DATABASES: [&str; 3] = ["admin", "local", "config"];

/// Makes sure that the collections with this prefix are ours, before anything else is created.
pub(super) async fn claim(
    database: &Database,
    prefix: &CollectionPrefix,
    opening: &Opening,
) -> Result<(), StoreError> {
    if SYSTEM_DATABASES.contains(&database.name()) {
        return Err(StoreError::Unusable(format!(
            "the database `{}` belongs to the MongoDB server; name another database in VESTIBULE_DATABASE_URL",
            database.name()
        )));
    }
    if is_claimed(database, prefix, opening).await? {
        return Ok(());
    }
    match opening.create() {
        Create::IfMissing => insert(database, prefix, opening).await,
        Create::Never => Err(StoreError::Unusable(format!(
            "the database `{}` contains no data of Vestibule{}; check VESTIBULE_DATABASE_URL and VESTIBULE_COLLECTION_PREFIX, or \
             create it with `vestibule serve`",
            database.name(),
            if prefix.is_empty() { "" } else { " with this prefix" },
        ))),
    }
}

/// Checks the database without a change. Returns whether it has our marker; without it, none of our collections exists.
pub(super) async fn is_claimed(
    database: &Database,
    prefix: &CollectionPrefix,
    opening: &Opening,
) -> Result<bool, StoreError> {
    if is_ours(database, prefix, opening).await? {
        return Ok(true);
    }
    let foreign = foreign_collections(database, prefix).await?;
    // Another replica may have created marker and collections after the first look.
    if foreign.is_empty() || is_ours(database, prefix, opening).await? {
        return Ok(!foreign.is_empty());
    }
    Err(refusal(database, prefix, &foreign))
}

fn refusal(database: &Database, prefix: &CollectionPrefix, foreign: &[String]) -> StoreError {
    let another = if prefix.is_empty() { "a" } else { "another" };
    StoreError::Unusable(format!(
        "the database `{}` has collections of another application: {}. Nothing was changed. Name another database in \
         VESTIBULE_DATABASE_URL, or set {another} VESTIBULE_COLLECTION_PREFIX, such as vestibule_",
        database.name(),
        foreign.join(", "),
    ))
}

/// Returns the product in a marker that is not ours.
pub(super) async fn other_product(
    database: &Database,
    prefix: &CollectionPrefix,
) -> Result<Option<String>, StoreError> {
    let markers = database.collection::<Document>(&prefix.marker());
    let found = within(DEADLINE, markers.find_one(doc! { "_id": PRODUCT })).await.map_err(unavailable)?;
    let product = found.map(|marker| marker.get_str("product").unwrap_or_default().to_owned());
    Ok(product.filter(|product| product != PRODUCT))
}

/// Reads the marker, with the record of a migration. Returns `false` if there is none.
pub(super) async fn is_ours(
    database: &Database,
    prefix: &CollectionPrefix,
    opening: &Opening,
) -> Result<bool, StoreError> {
    let markers = database.collection::<Document>(&prefix.marker());
    let found = within(DEADLINE, markers.find_one(doc! { "_id": PRODUCT })).await.map_err(unavailable)?;
    let Some(marker) = found else { return Ok(false) };
    if !marker.get_str("product").is_ok_and(|product| product == PRODUCT) {
        return Err(StoreError::Unusable(format!(
            "the marker in the collection `{}` names another product; use another database or another VESTIBULE_COLLECTION_PREFIX",
            prefix.marker()
        )));
    }
    let schema = marker.get("schema").and_then(|schema| match schema {
        Bson::Int64(schema) => Some(*schema),
        // The MongoDB shell writes numbers as Double or Int32.
        Bson::Int32(schema) => Some(i64::from(*schema)),
        Bson::Double(schema) => schema.to_string().parse().ok(),
        _ => None,
    });
    let schema = schema.ok_or_else(|| {
        StoreError::Unusable(format!(
            "the marker in the collection `{}` has no schema version; restore the collection from a backup",
            prefix.marker()
        ))
    })?;
    check_schema(schema)?;
    opening.check(schema, migration::of_marker(&marker)?.as_ref()).map(|()| true)
}

/// Writes the marker. If several replicas start at the same time, one of them writes it.
async fn insert(database: &Database, prefix: &CollectionPrefix, opening: &Opening) -> Result<(), StoreError> {
    let markers = database.collection::<Document>(&prefix.marker());
    let target = match opening {
        Opening::Target(target) => Some(target),
        Opening::Service(_) | Opening::Source => None,
    };
    let mut marker = doc! { "_id": PRODUCT, "product": PRODUCT, "schema": schema_of(target) };
    if let Some(target) = target {
        // With the marker: no service can start on a target in between.
        marker.insert(RECORD, migration::to_bson(target)?);
    }
    match within(DEADLINE, markers.insert_one(marker)).await {
        Ok(_) => Ok(()),
        Err(failure) if is_duplicate(&failure) => is_ours(database, prefix, opening).await.map(drop),
        Err(failure) => Err(unavailable(failure)),
    }
}

/// Reads the newest time from the marker, and the clock of the server, which also deletes expired documents.
pub(super) async fn newest_time(
    database: &Database,
    prefix: &CollectionPrefix,
) -> Result<NewestTime, StoreError> {
    let markers = database.collection::<Document>(&prefix.marker());
    let (found, hello) = tokio::try_join!(
        within(DEADLINE, markers.find_one(doc! { "_id": PRODUCT })),
        within(DEADLINE, database.run_command(doc! { "hello": 1 })),
    )
    .map_err(unavailable)?;
    let time = |document: &Document, name| {
        let date = document.get_datetime(name).ok()?;
        Some(Timestamp::from_millis(date.timestamp_millis()))
    };
    let stored = found.and_then(|marker| time(&marker, NEWEST_TIME));
    Ok(NewestTime { stored, server: time(&hello, "localTime") })
}

/// Writes the newest time, unless a newer one is there.
pub(super) async fn raise_newest_time(
    database: &Database,
    prefix: &CollectionPrefix,
    time: Timestamp,
) -> Result<(), StoreError> {
    let markers = database.collection::<Document>(&prefix.marker());
    let raise = doc! { "$max": { NEWEST_TIME: DateTime::from_millis(time.as_millis()) } };
    within(DEADLINE, markers.update_one(doc! { "_id": PRODUCT }, raise)).await.map(drop).map_err(unavailable)
}

/// Returns the collections of our names that hold something, each with the reason. An empty collection without options and indexes is
/// not one of them.
pub(super) async fn foreign_collections(
    database: &Database,
    prefix: &CollectionPrefix,
) -> Result<Vec<String>, StoreError> {
    let mut names: Vec<String> = Collection::ALL.iter().map(|collection| prefix.name(*collection)).collect();
    names.push(prefix.marker());
    let list = doc! { "listCollections": 1, "filter": { "name": { "$in": &names } } };
    let listed = first_batch(database, list).await?;
    let mut foreign = Vec::new();
    for name in names {
        if let Some(found) = listed.iter().find(|found| has_name(found, &name))
            && let Some(why) = use_by_others(database, &name, found).await?
        {
            foreign.push(format!("`{name}` {why}"));
        }
    }
    Ok(foreign)
}

async fn use_by_others(
    database: &Database,
    name: &str,
    listed: &Document,
) -> Result<Option<&'static str>, StoreError> {
    match listed.get_str("type") {
        Ok("view") => return Ok(Some("is a view")),
        Ok("timeseries") => return Ok(Some("is a time series")),
        _ => {}
    }
    if listed.get_document("options").is_ok_and(|options| !options.is_empty()) {
        return Ok(Some("was created with options (capped, validator or collation)"));
    }
    let documents = database.collection::<Document>(name);
    let any = within(DEADLINE, documents.find_one(doc! {}).projection(doc! { "_id": 1 })).await;
    if any.map_err(unavailable)?.is_some() {
        return Ok(Some("has documents"));
    }
    let indexes = first_batch(database, doc! { "listIndexes": name }).await?;
    let has_index = indexes.iter().any(|index| !has_name(index, "_id_"));
    Ok(has_index.then_some("has indexes"))
}

pub(super) fn has_name(listed: &Document, name: &str) -> bool {
    listed.get_str("name").is_ok_and(|found| found == name)
}

/// Runs a command that lists things, which fit into one answer.
pub(super) async fn first_batch(database: &Database, command: Document) -> Result<Vec<Document>, StoreError> {
    let answer = within(DEADLINE, database.run_command(command)).await.map_err(unavailable)?;
    let batch = answer.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    let batch =
        batch.map_err(|error| StoreError::unavailable(format!("an answer cannot be read: {error}")))?;
    Ok(batch.iter().filter_map(|listed| listed.as_document().cloned()).collect())
}
