//! A MongoDB database that another application filled with Mongoose and connect-mongo (`tests/shared-database`).

use std::{collections::BTreeMap, process::Command};

use bson::{Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use vestibule::{
    secrets,
    store::{Collection, CollectionPrefix, Create, Store, StoreError},
};

use super::{add, signed_in, users};
use crate::harness::{process::Installation, stores::StoreLocation};

const PREFIX: &str = "VESTIBULE_COLLECTION_PREFIX";

/// Fills a new database as another application does.
fn filled_by_another_application() -> StoreLocation {
    let location = StoreLocation::replica_set();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shared-database/fill.mjs");
    let done = Command::new("node").args([script, location.url()]).output().expect("node runs");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "run npm ci in tests/shared-database, or scripts/test: {errors}");
    location
}

/// Reads every collection without `prefix`: options, indexes and the bytes of all documents.
async fn everything_but(prefix: &str, location: &StoreLocation) -> BTreeMap<String, Vec<String>> {
    let database = location.database().await;
    let mut all = BTreeMap::new();
    for name in database.list_collection_names().await.expect("the collections") {
        if !prefix.is_empty() && name.starts_with(prefix) {
            continue;
        }
        let list = doc! { "listCollections": 1, "filter": { "name": &name } };
        let mut parts =
            vec![database.run_command(list).await.unwrap().get_document("cursor").unwrap().to_string()];
        let indexes = database.run_command(doc! { "listIndexes": &name }).await.expect("the indexes");
        parts.push(indexes.get_document("cursor").unwrap().to_string());
        let documents = database.collection::<RawDocumentBuf>(&name);
        let documents = documents.find(doc! {}).sort(doc! { "_id": 1 }).await.unwrap();
        let documents: Vec<RawDocumentBuf> = documents.try_collect().await.unwrap();
        parts.extend(documents.iter().map(|document| format!("{:?}", document.as_bytes())));
        all.insert(name, parts);
    }
    all
}

fn installation(location: &StoreLocation) -> Installation {
    Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", location.url()),
        ("VESTIBULE_SECRET_KEYS", &secrets::new_key()),
    ])
}

#[on_mongo]
async fn database_of_another_application_is_refused_and_unchanged() {
    let location = filled_by_another_application();
    let before = everything_but("", &location).await;
    let home = installation(&location);
    home.write("users.csv", "username\nlinus\n");
    for arguments in [
        ["serve"].as_slice(),
        &["users", "list"],
        &["users", "show", "ada"],
        &["users", "disable", "ada"],
        &["users", "add", "ada", "--generate"],
        &["users", "import", "users.csv"],
        &["users", "import", "users.csv", "--dry-run"],
    ] {
        let done = home.run(arguments).expect_exit(4);
        for part in [
            "`users` has documents",
            "`sessions` has documents",
            "VESTIBULE_COLLECTION_PREFIX",
            "VESTIBULE_DATABASE_URL",
        ] {
            assert!(done.err.contains(part), "{arguments:?}: {}", done.err);
        }
        assert!(!done.err.contains("whether the database is running"), "{}", done.err);
    }
    assert_eq!(everything_but("", &location).await, before);
}

#[on_mongo]
async fn prefix_keeps_documents_of_another_application_untouched() {
    let location = filled_by_another_application();
    let before = everything_but("", &location).await;
    let home = installation(&location).and(PREFIX, "vestibule_");
    let serving = home.serve();
    add(&home, "ada");
    let browser = signed_in(serving.address, "ada").await;
    browser.me().await.expect_status(200);
    assert_eq!(users(&home).len(), 1, "the users of the other application are not listed");
    home.run(&["users", "disable", "ada"]).expect_exit(0);
    // The change feed reads the collections with the prefix.
    crate::harness::eventually(std::time::Duration::from_secs(5), "the session ends", || async {
        browser.me().await.status == 401
    })
    .await;
    drop(serving);
    assert_eq!(everything_but("vestibule_", &location).await, before);
    let names = location.database().await.list_collection_names().await.unwrap();
    for name in Collection::ALL.iter().map(|collection| collection.name()).chain(["vestibule"]) {
        assert!(names.contains(&format!("vestibule_{name}")), "{names:?}");
    }
}

#[on_mongo]
async fn two_prefixes_share_a_database_and_no_document() {
    let location = StoreLocation::replica_set();
    let (one, two) =
        (installation(&location).and(PREFIX, "one_"), installation(&location).and(PREFIX, "two_"));
    for home in [&one, &two] {
        add(home, "ada");
        assert_eq!(users(home).len(), 1);
    }
    add(&one, "linus");
    assert_eq!((users(&one).len(), users(&two).len()), (2, 1));
    one.run(&["users", "disable", "ada"]).expect_exit(0);
    assert_eq!(users(&two)[0]["status"], "active");
}

// In each case a collection of our name belongs to another application.
#[on_mongo]
async fn collection_of_another_application_stops_the_start() {
    for (setup, expected) in [
        (doc! { "insert": "counters", "documents": [{ "seq": 1 }] }, "`counters` has documents"),
        (
            doc! { "createIndexes": "events", "indexes": [{ "key": { "a": 1 }, "name": "a_1" }] },
            "`events` has indexes",
        ),
        (doc! { "create": "users", "viewOn": "members", "pipeline": [] }, "`users` is a view"),
        (doc! { "create": "sessions", "timeseries": { "timeField": "at" } }, "`sessions` is a time series"),
        (doc! { "create": "events", "capped": true, "size": 4096 }, "`events` was created with options"),
        (
            doc! { "create": "pending_links", "collation": { "locale": "de", "strength": 2 } },
            "`pending_links` was created with options",
        ),
        (doc! { "insert": "vestibule", "documents": [{ "seat": 1 }] }, "`vestibule` has documents"),
    ] {
        let location = StoreLocation::replica_set();
        let database = location.database().await;
        database.run_command(setup.clone()).await.expect("the other application writes");
        let before = database.list_collection_names().await.unwrap().len();
        let refusal = Store::open(location.url()).await.expect_err("the start stops").to_string();
        assert!(refusal.contains(expected), "{refusal}");
        let after = database.list_collection_names().await.unwrap().len();
        assert_eq!(after, before, "nothing was created: {setup}");
    }
}

#[on_mongo]
async fn database_with_other_names_or_an_empty_collection_is_used() {
    for setup in [
        doc! { "insert": "orders", "documents": [{ "seq": 1 }] },
        doc! { "insert": "Users", "documents": [{ "name": "ada" }] },
        doc! { "create": "users" },
    ] {
        let location = StoreLocation::replica_set();
        location.database().await.run_command(setup.clone()).await.expect("the other application writes");
        Store::open(location.url()).await.unwrap_or_else(|error| panic!("{setup}: {error}"));
        Store::open(location.url()).await.unwrap_or_else(|error| panic!("again, {setup}: {error}"));
    }
}

#[on_mongo]
async fn marker_of_another_product_or_version_is_refused() {
    let marker = |change: Document| {
        let mut marker = doc! { "_id": "vestibule", "product": "vestibule", "schema": 2 };
        marker.extend(change);
        marker
    };
    for (change, expected) in [
        (doc! {}, None),
        (doc! { "schema": 2.0 }, None),
        (doc! { "schema": 2_i64, "fromTheFuture": true }, None),
        (doc! { "schema": 3 }, Some("a newer version")),
        (doc! { "schema": 1 }, Some("an older version")),
        (doc! { "schema": "2" }, Some("no schema version")),
        (doc! { "schema": 2.5 }, Some("no schema version")),
        (doc! { "product": "portal" }, Some("another product")),
        (doc! { "product": 7 }, Some("another product")),
    ] {
        let location = StoreLocation::replica_set();
        let database = location.database().await;
        database.collection::<Document>("vestibule").insert_one(marker(change.clone())).await.unwrap();
        let opened = Store::open(location.url()).await;
        match expected {
            None => drop(opened.unwrap_or_else(|error| panic!("{change}: {error}"))),
            Some(expected) => {
                let refusal = opened.expect_err("it is refused").to_string();
                assert!(refusal.contains(expected), "{change}: {refusal}");
                assert_eq!(
                    database.list_collection_names().await.unwrap(),
                    ["vestibule"],
                    "nothing was created"
                );
            }
        }
    }
}

#[on_mongo]
async fn command_that_only_reads_writes_no_marker() {
    let location = StoreLocation::replica_set();
    let refusal = Store::open_with(location.url(), &CollectionPrefix::default(), Create::Never).await;
    let refusal = refusal.expect_err("there is no database").to_string();
    assert!(refusal.contains("contains no data of Vestibule"), "{refusal}");
    assert!(location.database().await.list_collection_names().await.unwrap().is_empty());
    Store::open(location.url()).await.expect("a new database");
    Store::open_with(location.url(), &CollectionPrefix::default(), Create::Never)
        .await
        .expect("a database of ours");
}

#[on_mongo]
async fn database_of_the_server_is_refused() {
    let location = StoreLocation::replica_set();
    for name in ["admin", "local", "config"] {
        let url = location.url().replace(location.name(), name);
        let refusal = Store::open(&url).await.expect_err(name);
        assert!(matches!(&refusal, StoreError::Unusable(text) if text.contains(name)), "{refusal}");
    }
}
