//! The table "Sizing" of `deploy/docs/production.md`: bytes on disk of one document, and memory of a user who is signed in.
//!
//! `scripts/test timing sizes --nocapture` prints the figures.

use std::{collections::BTreeMap, io::Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{StreamExt as _, stream};
use mongodb::bson::{Bson, doc};
use serde_json::{Value, json};
use uuid::Uuid;
use vestibule::{
    audit::{Event, EventKind},
    secrets,
    session::Session,
    store::{Document, Store},
    user::{User, UserId},
    web::session_id::SessionId,
};

use crate::{
    documents,
    harness::{
        browser::Browser,
        federated::{events, set_verified_email},
        process::Installation,
        service::Service,
        stores::StoreLocation,
        users::{PASSWORD, create_user_with, stored_user},
    },
};

/// Documents of each kind. Enough that pages of the database which are partly empty do not matter.
const COPIES: usize = 4000;
/// Sessions that are used before the first measurement, so that connections and buffers exist.
const WARM_UP: usize = 200;
/// Largest difference between a figure of the document and the measured one.
const TOLERANCE: f64 = 0.25;
const DOCUMENT: &str = "deploy/docs/production.md";
const USER_AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// Returns the bytes of the database, with its indexes and before compression.
async fn size(location: &StoreLocation) -> f64 {
    if location.url().starts_with("sqlite:") {
        let file = rusqlite::Connection::open(location.name()).expect("the file");
        let pragma =
            |name| file.pragma_query_value(None, name, |row| row.get::<_, f64>(0)).expect("a number");
        return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
    }
    let database = location.database().await;
    // The size of an index is known after a checkpoint.
    database.client().database("admin").run_command(doc! { "fsync": 1 }).await.expect("a checkpoint");
    let sizes = database.run_command(doc! { "dbStats": 1 }).await.expect("the sizes");
    let bytes = |name| match sizes.get(name) {
        Some(Bson::Double(bytes)) => *bytes,
        Some(Bson::Int32(bytes)) => f64::from(*bytes),
        #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
        Some(Bson::Int64(bytes)) => *bytes as f64,
        other => panic!("{name} is {other:?}"),
    };
    bytes("dataSize") + bytes("indexSize")
}

/// Inserts documents and returns the bytes that each needs.
async fn bytes_of_each<D: Document>(location: &StoreLocation, store: &Store, documents: Vec<D>) -> f64 {
    let before = size(location).await;
    let mut inserts = stream::iter(documents).map(|document| store.insert(document)).buffer_unordered(32);
    while let Some(inserted) = inserts.next().await {
        inserted.expect("a new document");
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let each = (size(location).await - before) / COPIES as f64;
    each
}

/// Returns a copy of a document with these members replaced.
fn copy<D: Document>(document: &D, members: &[(&str, Value)]) -> D {
    let mut json = serde_json::to_value(document).expect("JSON");
    for (name, value) in members {
        json[*name] = value.clone();
    }
    serde_json::from_value(json).expect("a document")
}

/// Fills the store and returns the bytes of each kind of document, and the cookies of the sessions.
async fn fill(location: &StoreLocation, service: &Service) -> (BTreeMap<&'static str, f64>, Vec<String>) {
    let ada = create_user_with(service, "ada", |user| set_verified_email(user, "ada@corp.example")).await;
    let browser = Browser::of(service).with_header("user-agent", USER_AGENT);
    browser.sign_in("ada", PASSWORD).await.expect_status(200);
    let ada = stored_user(service, &ada).await;
    let session = service.session(&browser.session().expect("a session")).await.expect("a record").document;
    let event: Event =
        events(service).await.into_iter().find(|event| event.kind == EventKind::PasswordSignIn).expect("it");

    let now = service.clock.now();
    let ids: Vec<UserId> = (0..COPIES).map(|_| UserId::new(now)).collect();
    let users = ids.iter().enumerate().map(|(number, id)| {
        let mut user = ada.clone();
        user.id = *id;
        user.username = Some(format!("ada-{number:05}").parse().expect("a user name"));
        set_verified_email(&mut user, &format!("ada-{number:05}@corp.example"));
        user
    });
    let users: Vec<User> = users.collect();
    let cookies: Vec<String> =
        (0..COPIES).map(|_| URL_SAFE_NO_PAD.encode(Uuid::new_v4().as_bytes())).collect();
    let sessions = ids.iter().zip(&cookies).map(|(id, cookie)| {
        let key: SessionId = cookie.parse().expect("a cookie");
        copy(&session, &[("_id", json!(secrets::hex(key.hash()))), ("userId", json!(id))])
    });
    let sessions: Vec<Session> = sessions.collect();
    let events: Vec<Event> = ids
        .iter()
        .map(|id| copy(&event, &[("_id", json!(UserId::new(now))), ("userId", json!(id))]))
        .collect();
    let store = &service.app.store;
    let sizes = BTreeMap::from([
        ("user", bytes_of_each(location, store, users).await),
        ("session", bytes_of_each(location, store, sessions).await),
        ("audit event", bytes_of_each(location, store, events).await),
    ]);
    (sizes, cookies)
}

/// Returns the bytes that a service in its own process needs for one user with one session.
async fn memory_of_each(home: &Installation, cookies: &[String]) -> f64 {
    let service = home.serve();
    let browser = Browser::at(service.address);
    let ask = async |cookie: &String| {
        browser.put_cookie("vestibule-3000", cookie);
        browser.me().await.expect_status(200);
    };
    let (first, others) = cookies.split_at(WARM_UP);
    for cookie in first {
        ask(cookie).await;
    }
    let before = service.memory();
    for cookie in others {
        ask(cookie).await;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand KiB")]
    let each = (service.memory() - before) as f64 * 1024.0 / others.len() as f64;
    each
}

/// Compares the figures with a column of the document. They are in KB.
fn assert_documented(column: usize, measured: &BTreeMap<&'static str, f64>) {
    let text = documents::text_of(DOCUMENT);
    let rows = documents::rows(&text, "Sizing");
    let mut wrong = Vec::new();
    for (name, bytes) in measured {
        let kilobytes = bytes / 1000.0;
        drop(writeln!(std::io::stdout(), "{name:<12} {kilobytes:.2} KB"));
        let row = rows.iter().find(|row| row[0] == format!("`{name}`"));
        let figure = row.and_then(|row| row[column].strip_suffix(" KB")?.parse::<f64>().ok());
        if !figure.is_some_and(|figure| (figure / kilobytes - 1.0).abs() < TOLERANCE) {
            wrong.push(format!("`{name}`: measured {kilobytes:.2} KB, {DOCUMENT} has {figure:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[on_every_store]
async fn sizes_in_the_document_are_the_measured_ones(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let (mut sizes, cookies) = fill(&location, &service).await;
    let is_file = location.url().starts_with("sqlite:");
    if is_file {
        let home = Installation::beside(&service).and("VESTIBULE_LISTEN", "127.0.0.1:0");
        service.stop().await;
        sizes.insert("memory", memory_of_each(&home, &cookies).await);
    }
    assert_documented(if is_file { 1 } else { 2 }, &sizes);
}
