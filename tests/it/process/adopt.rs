//! `vestibule adopt`: the database of a team's own Node.js server (`tests/shared-database/first-application.mjs`) is adopted.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use bson::{Document, RawDocumentBuf, doc};
use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use vestibule::{clock::Clock, secrets};

use crate::harness::{
    browser::Browser, fake_provider::FakeProvider, process::Installation, stores::StoreLocation,
    totp::Authenticator,
};

const SECOND: Duration = Duration::from_secs(1);

/// The server of the team, before Vestibule.
struct FirstApplication {
    process: Child,
    url: String,
    /// Its session cookie.
    cookie: Mutex<String>,
}

impl FirstApplication {
    fn start(location: &StoreLocation) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shared-database/first-application.mjs");
        let mut process = Command::new("node")
            .args([script, location.url()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).expect("run npm ci in tests/shared-database");
        Self { process, url: format!("http://127.0.0.1:{}", ready["port"]), cookie: Mutex::default() }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let cookie = self.cookie.lock().unwrap().clone();
        let request = reqwest::Client::new().post(format!("{}{path}", self.url)).header("cookie", cookie);
        let response = request.json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.status());
        if let Some(cookie) = response.headers().get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            cookie.clone_into(&mut self.cookie.lock().unwrap());
        }
        response.json().await.unwrap()
    }

    async fn add(&self, user: Value) -> String {
        self.post("/api/users", user).await["id"].as_str().unwrap().to_owned()
    }

    /// Signs in there and enrols an authenticator app, as its users do.
    async fn enrol(&self, name: &str, password: &str) -> Authenticator {
        self.post("/api/auth/login", json!({ "username": name, "password": password })).await;
        let uri = self.post("/api/mfa/setup", json!({})).await["otpauth"].as_str().unwrap().to_owned();
        let (_, secret) = uri.split_once("secret=").unwrap();
        let app = Authenticator::of_base32(secret.split('&').next().unwrap());
        self.post("/api/mfa/verify", json!({ "code": app.code(Clock::system().now()) })).await;
        app
    }
}

impl Drop for FirstApplication {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Names, indexes and the bytes of all documents, without what an interrupted adoption has written beside the users.
async fn content(location: &StoreLocation) -> Vec<String> {
    let database = location.database().await;
    let mut names = database.list_collection_names().await.unwrap();
    names.retain(|name| name != "users_adopting");
    names.sort();
    let mut all = Vec::new();
    for name in names {
        let indexes = database.run_command(doc! { "listIndexes": &name }).await.unwrap();
        all.push(format!("{name} {:?}", indexes.get_document("cursor").unwrap().get_array("firstBatch")));
        let documents = database.collection::<RawDocumentBuf>(&name);
        let documents = documents.find(doc! {}).sort(doc! { "_id": 1 }).await.unwrap();
        let documents: Vec<RawDocumentBuf> = documents.try_collect().await.unwrap();
        all.extend(documents.iter().map(|document| format!("{:?}", document.as_bytes())));
    }
    all
}

fn installation(location: &StoreLocation) -> Installation {
    Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", location.url()),
        ("VESTIBULE_SECRET_KEYS", &secrets::new_key()),
    ])
}

fn adopted(home: &Installation, more: &[&str]) -> Value {
    let done = home.run(&[&["adopt", "--json", "--yes"], more].concat()).expect_exit(0);
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}", done.out))
}

#[on_mongo]
async fn user_of_the_first_application_signs_in_with_the_same_password_and_code() {
    let location = StoreLocation::replica_set();
    let application = FirstApplication::start(&location);
    application.add(json!({ "username": "alice", "password": "password123" })).await;
    application.add(json!({ "username": "bob", "password": "bobsecure" })).await;
    let app = application.enrol("alice", "password123").await;
    drop(application);
    let before = content(&location).await;
    let home = installation(&location);

    let planned = adopted(&home, &["--dry-run"]);
    assert_eq!((&planned["users"], &planned["refused"]), (&json!(2), &json!(0)), "{planned}");
    assert_eq!(content(&location).await, before, "a dry run changes nothing");

    let done = adopted(&home, &[]);
    assert_eq!(done["collections"], json!(["users", "sessions"]), "{done}");
    let service = home.serve();
    let bob = Browser::at(service.address);
    bob.sign_in("bob", "bobsecure").await.expect_status(200);
    let alice = Browser::at(service.address);
    let answer = alice.sign_in("alice", "password123").await.expect_status(200).json();
    assert_eq!(answer["session"]["state"], "awaitingSecondFactor", "{answer}");
    // The code that confirmed the app there may still be the one of this step.
    alice.verify(&app.code_of_step(Clock::system().now(), 1)).await.expect_status(200);
    alice.me().await.expect_status(200);
    drop(service);

    let user: Value =
        serde_json::from_str(&home.run(&["users", "show", "alice", "--json"]).expect_exit(0).out).unwrap();
    let stored = location.database().await.collection::<Document>("users");
    let stored = stored.find_one(doc! { "handles": "name:alice" }).await.unwrap().unwrap().to_string();
    assert!(!stored.contains(&data_encoding::BASE32_NOPAD.encode(app.secret())), "the secret is sealed");
    assert!(
        user["events"].to_string().contains("usersAdopted")
            || home.run(&["events"]).out.contains("usersAdopted")
    );
}

#[on_mongo]
async fn undo_gives_the_database_back_byte_for_byte() {
    let location = StoreLocation::replica_set();
    let application = FirstApplication::start(&location);
    application.add(json!({ "username": "alice", "password": "password123" })).await;
    application.post("/api/auth/login", json!({ "username": "alice", "password": "password123" })).await;
    drop(application);
    let before = content(&location).await;
    let home = installation(&location);
    adopted(&home, &[]);
    let service = home.serve();
    Browser::at(service.address).sign_in("alice", "password123").await.expect_status(200);
    // A service that runs must not write to the collections of the other application.
    home.run(&["adopt", "--undo", "--yes"]).expect_exit(0);
    // Longer than the second for which one look at the marker allows operations.
    let undone = Instant::now();
    while undone.elapsed() < Duration::from_millis(1500) {
        let refused = Browser::at(service.address).sign_in("alice", "password123").await;
        assert_eq!(refused.status, 503, "{}", refused.text);
    }
    drop(service);
    assert_eq!(content(&location).await, before);
    // The other application runs again, and its users sign in there.
    let application = FirstApplication::start(&location);
    application.post("/api/auth/login", json!({ "username": "alice", "password": "password123" })).await;
}

#[on_mongo]
async fn finish_deletes_the_kept_collections_and_ends_the_undo() {
    let location = StoreLocation::replica_set();
    let application = FirstApplication::start(&location);
    application.add(json!({ "username": "alice", "password": "password123" })).await;
    drop(application);
    let home = installation(&location);
    adopted(&home, &[]);
    home.run(&["adopt", "--finish", "--yes"]).expect_exit(0);
    let names = location.database().await.list_collection_names().await.unwrap();
    assert!(names.iter().all(|name| !name.contains("adopt")), "{names:?}");
    home.run(&["adopt", "--undo", "--yes"]).expect_exit(1);
    home.run(&["users", "show", "alice"]).expect_exit(0);
}

#[on_mongo]
async fn names_that_are_equal_here_are_listed_and_nothing_is_changed() {
    let location = StoreLocation::replica_set();
    let application = FirstApplication::start(&location);
    let first = application.add(json!({ "username": "Ada", "password": "password123" })).await;
    let second = application.add(json!({ "username": "ada", "password": "password456" })).await;
    application.add(json!({ "username": "linus", "password": "password123" })).await;
    drop(application);
    let before = content(&location).await;
    let home = installation(&location);
    let done = home.run(&["adopt", "--yes"]).expect_exit(1);
    for part in [first.as_str(), &second, "\"Ada\"", "\"ada\""] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    assert_eq!(content(&location).await, before);

    let done = adopted(&home, &["--leave-out-refused"]);
    assert_eq!((&done["users"], &done["refused"]), (&json!(1), &json!(2)), "{done}");
    home.run(&["users", "show", "linus"]).expect_exit(0);
    home.run(&["users", "show", "ada"]).expect_exit(1);
}

#[on_mongo]
async fn user_of_a_provider_gets_the_identity_and_is_found_at_the_first_login() {
    let provider = FakeProvider::start("auth0").await;
    let location = StoreLocation::replica_set();
    let application = FirstApplication::start(&location);
    application.add(json!({ "username": "auth0|grace", "authProvider": "auth0" })).await;
    application.add(json!({ "username": "linus", "password": "password123" })).await;
    drop(application);
    let home = installation(&location)
        .and("VESTIBULE_PROVIDERS", "auth0")
        .and("VESTIBULE_PROVIDER_AUTH0_ISSUER", provider.issuer())
        .and("VESTIBULE_PROVIDER_AUTH0_CLIENT_ID", "client");
    adopted(&home, &[]);
    let shown = home.run(&["users", "show", "auth0|grace", "--json"]).expect_exit(0).out;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["identities"][0]["subject"], "auth0|grace", "{shown}");
    assert_eq!(shown["identities"][0]["issuer"], provider.issuer(), "{shown}");
}

#[on_mongo]
async fn role_of_the_first_application_gives_no_role_without_a_map() {
    let location = StoreLocation::replica_set();
    let application = FirstApplication::start(&location);
    application.add(json!({ "username": "mallory", "password": "password123" })).await;
    drop(application);
    let users = location.database().await.collection::<Document>("users");
    users.update_many(doc! {}, doc! { "$set": { "role": "admin" } }).await.unwrap();
    let home = installation(&location);
    let planned = adopted(&home, &["--dry-run", "--role-map", "admin=reader"]);
    assert_eq!(planned["results"][0]["username"], "mallory", "{planned}");
    adopted(&home, &[]);
    let shown = home.run(&["users", "show", "mallory", "--json"]).expect_exit(0).out;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["roles"], json!([]), "{shown}");
}

// A kill between any two steps leaves a database that no service opens, and that is continued or given back.
#[on_mongo]
async fn killed_adoption_is_continued_or_given_back() {
    for (round, undo) in [(1, false), (2, true), (3, false), (4, true), (5, false)] {
        let location = StoreLocation::replica_set();
        let application = FirstApplication::start(&location);
        application.add(json!({ "username": "alice", "password": "password123" })).await;
        drop(application);
        let before = content(&location).await;
        let home = installation(&location);
        let mut child = home.command(&["adopt", "--yes"]).spawn().unwrap();
        // The commands of an adoption take about half a second; a kill hits another one in each round.
        tokio::time::sleep(SECOND / 10 * round).await;
        child.kill().unwrap();
        child.wait().unwrap();
        if undo {
            // Killed before the first step, there is nothing to undo.
            let done = home.run(&["adopt", "--undo", "--yes"]);
            assert!(matches!(done.code, Some(0 | 1)), "{}", done.err);
            assert_eq!(content(&location).await, before, "round {round}");
        } else {
            home.run(&["adopt", "--yes"]).expect_exit(0);
            home.run(&["users", "show", "alice"]).expect_exit(0);
            let service = home.serve();
            Browser::at(service.address).sign_in("alice", "password123").await.expect_status(200);
        }
    }
}
