//! Upgrade and rollback: a program opens the store of an earlier one, and refuses the store of a newer one.

use std::fs;

use bson::{Document, doc};
use futures_util::TryStreamExt as _;
use serde_json::Value;
use vestibule::secrets;

use super::{add, users};
use crate::harness::{
    browser::Browser, process::Installation, service::Service, stores::StoreLocation, totp::Authenticator,
    users::PASSWORD,
};

fn installation(location: &StoreLocation) -> Installation {
    Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", location.url()),
        ("VESTIBULE_SECRET_KEYS", &secrets::new_key()),
    ])
}

/// Writes the schema version of another release into the store.
async fn set_schema(location: &StoreLocation, schema: i64) {
    if location.url().starts_with("sqlite:") {
        let file = rusqlite::Connection::open(location.name()).expect("the file");
        file.pragma_update(None, "user_version", schema).expect("written");
        // Everything is in the main file, so that the test can compare it.
        file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("written");
    } else {
        let markers = location.database().await.collection::<Document>("vestibule");
        let done = markers.update_one(doc! {}, doc! { "$set": { "schema": schema } }).await.expect("written");
        assert_eq!(done.matched_count, 1);
    }
}

/// Returns everything that is in the store.
async fn content(location: &StoreLocation) -> Vec<String> {
    if location.url().starts_with("sqlite:") {
        return vec![format!("{:?}", fs::read(location.name()).expect("the file"))];
    }
    let database = location.database().await;
    let mut names = database.list_collection_names().await.expect("the collections");
    names.sort();
    let mut content = Vec::new();
    for name in names {
        let documents = database.collection::<Document>(&name).find(doc! {}).await.expect("the documents");
        let documents: Vec<Document> = documents.try_collect().await.expect("the documents");
        content.push(format!("{name} {documents:?}"));
    }
    content
}

// An older program would misread the documents of a newer one, and write them without members that it does not know.
#[on_every_store]
async fn store_of_a_newer_release_is_refused_and_not_changed(location: StoreLocation) {
    let home = installation(&location);
    add(&home, "ada");
    // 1002 is the version of a store that a migration has closed. Without its record, another program has written it.
    for schema in [3, 4, 1002, 1003] {
        set_schema(&location, schema).await;
        let before = content(&location).await;
        let commands: [&[&str]; 5] = [
            &["serve"],
            &["users", "list"],
            &["users", "end-sessions", "--all"],
            &["migrate", "--to", "sqlite:copy.db"],
            &["events", "verify"],
        ];
        for arguments in commands {
            let refused = home.run(arguments).expect_exit(4);
            for part in [
                format!("a newer version wrote it (schema {schema}, supported 2)"),
                "start the newer program again, or restore the backup that was made before the upgrade"
                    .to_owned(),
            ] {
                assert!(refused.err.contains(&part), "{arguments:?}: {refused:?}");
            }
        }
        assert_eq!(content(&location).await, before, "schema {schema}");
        assert!(!home.path("copy.db").exists());
    }
    set_schema(&location, 2).await;
    assert_eq!(users(&home).len(), 1, "the newer program is not needed any more");
}

/// What an earlier version has written to both stores: `ada` and `linus` with their sessions. `linus` has an authenticator app.
fn earlier() -> Value {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/store-2.json");
    serde_json::from_str(&fs::read_to_string(fixture).expect("a text")).expect("JSON")
}

/// Writes the store of the earlier version, and returns the cookies of its sessions.
async fn restore(location: &StoreLocation, earlier: &Value) -> Value {
    if location.url().starts_with("sqlite:") {
        let file = rusqlite::Connection::open(location.name()).expect("a file");
        for statement in earlier["sqlite"]["statements"].as_array().expect("statements") {
            file.execute_batch(statement.as_str().expect("SQL")).expect("written");
        }
        return earlier["sqlite"]["sessions"].clone();
    }
    let database = location.database().await;
    for (name, documents) in earlier["mongodb"]["collections"].as_object().expect("collections") {
        let documents: Vec<Document> = serde_json::from_value(documents.clone()).expect("extended JSON");
        database.collection::<Document>(name).insert_many(documents).await.expect("written");
    }
    earlier["mongodb"]["sessions"].clone()
}

// The long form with two programs is `scripts/faults upgrade`.
#[on_every_store]
async fn store_of_an_earlier_release_keeps_its_users_and_sessions(location: StoreLocation) {
    let earlier = earlier();
    let sessions = restore(&location, &earlier).await;
    let keys = earlier["keys"].as_str().expect("keys");
    let service = Service::with_settings(&location, &[("VESTIBULE_SECRET_KEYS", keys)]).await;
    let at = |name: &str| {
        let browser = Browser::at(service.address);
        browser.put_cookie("vestibule-3000", sessions[name].as_str().expect("a cookie"));
        browser
    };
    for name in ["ada", "linus"] {
        let me = at(name).me().await.expect_status(200);
        assert_eq!(me.json()["username"], name);
    }
    assert_eq!(at("ended").me().await.expect_problem(401, "session_ended").reason(), "signed_out");
    let again = Browser::at(service.address);
    again.sign_in("linus", PASSWORD).await.expect_status(200);
    let app = Authenticator::of_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
    again.verify(&app.code(service.clock.now())).await.expect_status(200);
    at("ada").sign_out().await.expect_status(200);
    let verified = Installation::beside(&service).run(&["events", "verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}
