//! Backup and restore of both stores, and `users end-sessions --all`.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Instant};

use bson::{RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use rustix::process::Signal;
use vestibule::{clock::Clock, secrets};

use super::{add, signed_in};
use crate::harness::{
    browser::Browser, holds_within, process::Installation, stores::StoreLocation, totp::Authenticator,
    users::PASSWORD,
};

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const SOON: std::time::Duration = std::time::Duration::from_secs(1);

fn installation(location: &StoreLocation, keys: &str) -> Installation {
    Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", location.url()),
        ("VESTIBULE_SECRET_KEYS", keys),
        ("VESTIBULE_HASH_THREADS", "1"),
    ])
}

/// Copies the store to a new place while the service runs: with our command, or all collections as the tools of MongoDB do.
async fn back_up(home: &Installation, location: &StoreLocation) -> StoreLocation {
    if location.url().starts_with("sqlite:") {
        let copy = StoreLocation::file();
        home.run(&["backup", copy.name()]).expect_exit(0);
        return copy;
    }
    let copy = StoreLocation::replica_set();
    let (from, to) = (location.database().await, copy.database().await);
    for name in from.list_collection_names().await.expect("the collections") {
        let documents = from.collection::<RawDocumentBuf>(&name).find(doc! {}).await.expect("the documents");
        let documents: Vec<RawDocumentBuf> = documents.try_collect().await.expect("the documents");
        if !documents.is_empty() {
            to.collection::<RawDocumentBuf>(&name).insert_many(documents).await.expect("written");
        }
    }
    copy
}

#[on_every_store]
async fn restored_backup_has_users_sessions_and_keys(location: StoreLocation) {
    let keys = secrets::new_key().to_string();
    let home = installation(&location, &keys);
    add(&home, "ada");
    let hash = bcrypt::hash(PASSWORD, 4).expect("a hash");
    home.write("users.csv", format!("username,password,totpSecret\nlinus,{hash},{SECRET}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    let serving = home.serve();
    let (kept, leaving) = (signed_in(serving.address, "ada").await, signed_in(serving.address, "ada").await);
    let left = leaving.session().expect("a cookie");
    let copy = back_up(&home, &location).await;
    leaving.sign_out().await.expect_status(200);
    serving.signal(Signal::TERM);
    assert!(serving.ends_within(std::time::Duration::from_secs(15)).success());

    let restored = installation(&copy, &keys);
    let serving = restored.serve();
    let linus = signed_in(serving.address, "linus").await;
    linus.verify(&Authenticator::of_base32(SECRET).code(Clock::system().now())).await.expect_status(200);
    let at = |cookie: &str| {
        let browser = Browser::at(serving.address);
        browser.put_cookie("vestibule-3000", cookie);
        browser
    };
    let kept = at(&kept.session().expect("a cookie"));
    kept.me().await.expect_status(200);
    // The end of this session happened after the backup. The documents say so, and name the command.
    let ended = at(&left);
    ended.me().await.expect_status(200);

    restored.run(&["users", "end-sessions", "--all"]).expect_exit(0);
    let done = Instant::now();
    for browser in [&kept, &ended, &linus] {
        holds_within(SOON, done, "the session ends", || async { browser.me().await.status == 401 }).await;
        assert_eq!(browser.me().await.reason(), "revoked");
    }
    signed_in(serving.address, "ada").await.me().await.expect_status(200);
    restored.run(&["events", "verify"]).expect_exit(0);
}

#[on_every_store]
async fn end_of_all_sessions_is_effective_in_every_replica_within_a_second(location: StoreLocation) {
    let home = installation(&location, &secrets::new_key());
    for name in ["ada", "grace"] {
        add(&home, name);
    }
    let replicas = [home.serve(), home.serve()];
    let mut browsers = Vec::new();
    for replica in &replicas {
        for name in ["ada", "grace"] {
            browsers.push(signed_in(replica.address, name).await);
        }
    }
    let done = home.run(&["users", "end-sessions", "--all", "--json"]).expect_exit(0);
    let at = Instant::now();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&done.out).expect("JSON")["users"], 2);
    for browser in &browsers {
        holds_within(SOON, at, "the session ends", || async { browser.me().await.status == 401 }).await;
    }
}

#[test]
fn backup_is_private_and_replaces_no_file() {
    let home = Installation::new();
    add(&home, "ada");
    let done = home.run(&["backup", "copy.db"]).expect_exit(0);
    assert!(done.err.contains("the keys are not in it"), "{done:?}");
    let mode = fs::metadata(home.path("copy.db")).expect("the copy").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(home.path("copy.db")).expect("the copy");
    let refused = home.run(&["backup", "copy.db"]).expect_exit(4);
    assert!(refused.err.contains("the file exists"), "{refused:?}");
    assert_eq!(fs::read(home.path("copy.db")).expect("the copy"), before);
    home.run(&["backup", "missing/copy.db"]).expect_exit(4);
    // SQLite would write a database in memory.
    home.run(&["backup", ":memory:"]).expect_exit(0);
    assert!(fs::metadata(home.path(":memory:")).expect("the copy").len() > 0);
    home.run(&["users", "end-sessions"]).expect_exit(2);
    home.run(&["users", "end-sessions", "ada", "--all"]).expect_exit(2);
}

#[test]
fn killed_backup_leaves_no_file_that_looks_like_one() {
    let home = Installation::new();
    add(&home, "ada");
    // So much that a copy takes a while.
    let file = rusqlite::Connection::open(home.path("data/vestibule.db")).expect("the file");
    file.execute_batch(
        "CREATE TABLE filler (bytes BLOB);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO filler SELECT randomblob(20000) FROM n;",
    )
    .expect("written");
    drop(file);
    let mut command = home.command(&["backup", "copy.db"]).spawn().expect("it starts");
    let until = Instant::now() + std::time::Duration::from_mins(1);
    while !home.path("copy.db.partial").exists() {
        assert!(Instant::now() < until, "the copy is written under another name first");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    command.kill().expect("a child");
    command.wait().expect("the process ends");
    if home.path("copy.db").exists() {
        // The kill came too late.
        let copy = rusqlite::Connection::open(home.path("copy.db")).expect("the copy");
        let verdict = copy.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
        assert_eq!(verdict.as_deref(), Ok("ok"));
        return;
    }
    let refused = home.run(&["backup", "copy.db"]).expect_exit(4);
    assert!(refused.err.contains("copy.db.partial exists"), "{refused:?}");
    fs::remove_file(home.path("copy.db.partial")).expect("deleted");
    home.run(&["backup", "copy.db"]).expect_exit(0);
    assert!(!home.path("copy.db.partial").exists());
}

#[on_every_store]
async fn failure_for_one_user_does_not_keep_the_sessions_of_others(location: StoreLocation) {
    let home = installation(&location, &secrets::new_key());
    for name in ["ada", "grace", "linus"] {
        add(&home, name);
    }
    let serving = home.serve();
    let (grace, linus) =
        (signed_in(serving.address, "grace").await, signed_in(serving.address, "linus").await);
    // Her name is the name of another user now, so her document cannot be written.
    location.corrupt("users", "\"ada\"", "username", &"linus".into()).await;
    let done = home.run(&["users", "end-sessions", "--all", "--json"]).expect_exit(1);
    let done: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!((&done["users"], done["failed"].as_array().map(Vec::len)), (&2.into(), Some(1)), "{done}");
    for browser in [grace, linus] {
        let has_ended = || async { browser.me().await.status == 401 };
        crate::harness::eventually(std::time::Duration::from_secs(30), "the session ends", has_ended).await;
    }
}
