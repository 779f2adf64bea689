//! MongoDB.

use std::fs;

use mongodb::{
    Database,
    bson::{Document, doc},
};
use vestibule_test_macros::on_mongo;

use super::{
    Row, home,
    mongod::{OldServer, SetWithoutMajority},
    run,
};
use crate::{
    harness::{process::Installation, stores::StoreLocation},
    process::add,
};

const URL: &str = "VESTIBULE_DATABASE_URL";

/// An installation at this location. The database exists only in the second form.
fn at(location: &StoreLocation, options: &str) -> Installation {
    let separator = if location.url().contains('?') { "&" } else { "?" };
    let url = if options.is_empty() {
        location.url().to_owned()
    } else {
        format!("{}{separator}{options}", location.url())
    };
    home(&[(URL, &url), ("VESTIBULE_SECRET_KEYS", &vestibule::secrets::new_key())])
}

async fn created(location: &StoreLocation, options: &str) -> Installation {
    let home = at(location, options);
    tokio::task::spawn_blocking(move || {
        add(&home, "ada");
        home
    })
    .await
    .expect("the database was created")
}

async fn changed<F: Future<Output = ()>>(
    change: impl FnOnce(Database) -> F,
) -> (StoreLocation, Installation) {
    let location = StoreLocation::replica_set();
    let home = created(&location, "").await;
    change(location.database().await).await;
    (location, home)
}

async fn prepared(name: &str, document: Document) -> (StoreLocation, Installation) {
    let location = StoreLocation::replica_set();
    location.database().await.collection(name).insert_one(document).await.expect("written");
    let home = at(&location, "");
    (location, home)
}

fn unreachable() -> Installation {
    home(&[
        (URL, "mongodb://ada:hunter2@127.0.0.1:9/v"),
        ("VESTIBULE_SECRET_KEYS", &vestibule::secrets::new_key()),
    ])
}

/// Returns the library that shifts the clock of one process.
fn faketime() -> String {
    let folders = fs::read_dir("/usr/lib").expect("a folder").map(|folder| folder.expect("a folder").path());
    let library = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|file| file.exists());
    library.expect("libfaketime: install the Debian package faketime").display().to_string()
}

#[on_mongo]
async fn broken_servers_are_named() {
    let (old, ahead) = (StoreLocation::replica_set(), StoreLocation::replica_set());
    let old_server = OldServer::start(&old).await;
    let old_home = created(&old, "").await.and(URL, &old_server.url);
    // The monotonic clock stays right: it decides how long the command waits.
    let ahead_home = created(&ahead, "").await.and("LD_PRELOAD", &faketime()).and("FAKETIME", "+90s");
    let ahead_home = ahead_home.and("DONT_FAKE_MONOTONIC", "1").and("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    let set = SetWithoutMajority::start().await;
    let set_home = home(&[(URL, &set.url), ("VESTIBULE_SECRET_KEYS", &vestibule::secrets::new_key())]);
    let shown = set_home.run(&["doctor"]).out;
    assert!(shown.contains(&format!("does not acknowledge writes; down: {}", set.down)), "{shown}");
    run(vec![
        Row::bad(
            "version without updates",
            old_home,
            1,
            "database_version",
            "update MongoDB at VESTIBULE_DATABASE_URL",
        )
        .keep((old_server, old)),
        Row::bad("clock ahead", ahead_home, 1, "clock_database", "synchronise both clocks").keep(ahead),
        Row::bad(
            "member that is down",
            set_home,
            1,
            "database_majority",
            "start the members of the replica set",
        )
        .keep(set),
    ])
    .await;
}

#[on_mongo]
async fn broken_databases_are_named() {
    let drop_index = async |database: Database, name: &str| {
        database.collection::<Document>("users").drop_index(name).await.expect("dropped");
    };
    let (good, standalone, with_option) =
        (StoreLocation::replica_set(), StoreLocation::standalone(), StoreLocation::replica_set());
    let (good_home, alone_home, option_home) = (
        created(&good, "").await,
        created(&standalone, "").await,
        created(&with_option, "w=1&readPreference=secondary").await,
    );
    let missing = changed(|database| drop_index(database, "handles")).await;
    let different = changed(async |database: Database| {
        drop_index(database.clone(), "purge").await;
        let index =
            doc! { "createIndexes": "users", "indexes": [{ "key": { "purgeAt": 1 }, "name": "purge" }] };
        database.run_command(index).await.expect("created");
    })
    .await;
    let newer = changed(async |database: Database| {
        let markers = database.collection::<Document>("vestibule");
        markers.update_one(doc! {}, doc! { "$set": { "schema": 99 } }).await.expect("written");
    })
    .await;
    let shop = prepared("users", doc! { "name": "a customer of the shop" }).await;
    let marker = prepared("vestibule", doc! { "_id": "vestibule", "product": "another", "schema": 2 }).await;
    let bad = |what, (location, home): (StoreLocation, Installation), exit, code, fix| {
        Row::bad(what, home, exit, code, fix).keep(location)
    };
    run(vec![
        Row::good("replica set", good_home).keep(good),
        bad("standalone server", (standalone, alone_home), 1, "database_standalone", "replicaSet=rs0"),
        bad(
            "other write concern",
            (with_option, option_home),
            1,
            "database_option_unused",
            "w=1, readPreference=secondary from VESTIBULE_DATABASE_URL",
        ),
        bad("missing index", missing, 1, "database_index_missing", "restart the service"),
        bad("index without expiry", different, 1, "database_index_differs", "drop these indexes"),
        bad("newer version", newer, 4, "database_refused", URL),
        bad("collections of a shop", shop, 4, "database_foreign", "VESTIBULE_COLLECTION_PREFIX"),
        bad("marker of another product", marker, 4, "database_foreign", URL),
        Row::bad("unreachable", unreachable(), 4, "database_unreachable", URL),
    ])
    .await;
}
