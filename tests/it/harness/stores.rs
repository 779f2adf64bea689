//! A new store for every test. Nothing is left behind.

use std::{env, ops::Deref, thread};

use mongodb::{Client, Database, bson::doc};
use tempfile::TempDir;
use uuid::Uuid;
use vestibule::store::{Collection, Store};

use super::cut_proxy::CutProxy;

/// Variable with the URL of the replica set of three.
const REPLICA_SET: &str = "VESTIBULE_TEST_MONGODB";

/// A value that `#[on_every_store]` creates for each of the two tests.
pub(crate) trait OnStore {
    /// Creates the value on SQLite.
    async fn on_sqlite() -> Self;

    /// Creates the value on a replica set.
    async fn on_mongo() -> Self;
}

impl OnStore for StoreLocation {
    async fn on_sqlite() -> Self {
        Self::file()
    }

    async fn on_mongo() -> Self {
        Self::single_member()
    }
}

impl OnStore for TestStore {
    async fn on_sqlite() -> Self {
        Self::sqlite().await
    }

    async fn on_mongo() -> Self {
        Self::open(StoreLocation::replica_set()).await
    }
}

/// Open store with its location. Dropping it deletes both.
pub(crate) struct TestStore {
    store: Store,
    location: StoreLocation,
}

impl TestStore {
    /// Opens a file in its own folder.
    pub(crate) async fn sqlite() -> Self {
        Self::open(StoreLocation::file()).await
    }

    /// Opens a new database on the replica set.
    pub(crate) async fn mongo() -> Self {
        Self::open(StoreLocation::replica_set()).await
    }

    /// Opens a new database on a server without replica set.
    pub(crate) async fn standalone() -> Self {
        Self::open(StoreLocation::standalone()).await
    }

    pub(crate) async fn open(location: StoreLocation) -> Self {
        let store = Store::open(location.url()).await.expect("a fresh store opens");
        Self { store, location }
    }

    /// Opens the same documents again, as another replica does.
    pub(crate) async fn open_again(&self) -> Store {
        Store::open(self.url()).await.expect("the store opens a second time")
    }

    pub(crate) fn url(&self) -> &str {
        self.location.url()
    }

    pub(crate) fn location(&self) -> &StoreLocation {
        &self.location
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Place for documents, before a store is opened there.
pub(crate) struct StoreLocation {
    url: String,
    /// Deletes the file when dropped. Databases are dropped on the server.
    directory: Option<TempDir>,
    name: String,
}

impl StoreLocation {
    pub(crate) fn file() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let name = directory.path().join("vestibule.db").display().to_string();
        Self { url: format!("sqlite:{name}"), directory: Some(directory), name }
    }

    pub(crate) fn replica_set() -> Self {
        Self::on_server(REPLICA_SET)
    }

    /// Replica set with a single member, for tests that are not about the store. It needs a quarter of the CPU time.
    fn single_member() -> Self {
        let single = "VESTIBULE_TEST_MONGODB_SINGLE";
        Self::on_server(if env::var_os(single).is_some() { single } else { REPLICA_SET })
    }

    pub(crate) fn standalone() -> Self {
        Self::on_server("VESTIBULE_TEST_MONGODB_STANDALONE")
    }

    fn on_server(variable: &str) -> Self {
        let name = format!("test-{}", Uuid::new_v4().simple());
        Self { url: with_database(&server(variable), &name), directory: None, name }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Path of the file, or name of the database.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Opens the database with the driver, as an operator does.
    pub(crate) async fn database(&self) -> Database {
        let client = Client::with_uri_str(&self.url).await.expect("the server's address");
        client.database(&self.name)
    }

    /// Writes a JSON value into a member of all documents that contain this text.
    pub(crate) async fn corrupt(
        &self,
        collection: &str,
        text: &str,
        member: &str,
        value: &serde_json::Value,
    ) {
        if self.directory.is_some() {
            let file = rusqlite::Connection::open(&self.name).expect("the file");
            let update = format!(
                "UPDATE {collection} SET body = json_set(body, '$.{member}', json(?1)) WHERE instr(body, ?2)"
            );
            let changed = file.execute(&update, [&value.to_string(), text]).expect("the table");
            assert_ne!(changed, 0, "nothing has {text} in it");
        } else {
            let documents = self.database().await.collection::<mongodb::bson::Document>(collection);
            let mut found = documents.find(doc! {}).await.expect("the collection");
            let mut changed = 0;
            while found.advance().await.expect("the next document") {
                let document = found.deserialize_current().expect("a document");
                if format!("{document:?}").contains(text) {
                    let value = mongodb::bson::serialize_to_bson(value).expect("a value");
                    let id = doc! { "_id": document.get("_id") };
                    documents.update_one(id, doc! { "$set": { member: value } }).await.expect("written");
                    changed += 1;
                }
            }
            assert_ne!(changed, 0, "nothing has {text} in it");
        }
    }

    /// Changes all documents that contain this text, as raw JSON. Dates and ids of MongoDB are extended JSON.
    pub(crate) async fn rewrite(
        &self,
        collection: &str,
        text: &str,
        change: impl Fn(&mut serde_json::Map<String, serde_json::Value>),
    ) {
        let mut changed = 0;
        if self.directory.is_some() {
            let file = rusqlite::Connection::open(&self.name).expect("the file");
            let mut rows = file.prepare(&format!("SELECT id, body FROM {collection}")).expect("the table");
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("its rows");
            let rows: Vec<(Vec<u8>, String)> = rows.collect::<Result<_, _>>().expect("the rows");
            for (id, body) in rows.into_iter().filter(|(_, body)| body.contains(text)) {
                let mut document = serde_json::from_str(&body).expect("a JSON object");
                change(&mut document);
                let update = format!("UPDATE {collection} SET body = ?1 WHERE id = ?2");
                let body = serde_json::to_string(&document).expect("JSON");
                changed += file.execute(&update, rusqlite::params![body, id]).expect("written");
            }
        } else {
            let documents = self.database().await.collection::<mongodb::bson::Document>(collection);
            let mut found = documents.find(doc! {}).await.expect("the collection");
            while found.advance().await.expect("the next document") {
                let document = found.deserialize_current().expect("a document");
                if format!("{document:?}").contains(text) {
                    let id = doc! { "_id": document.get("_id") };
                    let raw = serde_json::to_value(document).expect("JSON");
                    let mut raw = raw.as_object().expect("an object").clone();
                    change(&mut raw);
                    let document =
                        serde_json::from_value::<mongodb::bson::Document>(raw.into()).expect("a document");
                    documents.replace_one(id, document).await.expect("written");
                    changed += 1;
                }
            }
        }
        assert_ne!(changed, 0, "nothing has {text} in it");
    }

    /// Returns all documents as text, as an attacker reads them.
    pub(crate) async fn all_documents(&self) -> String {
        let mut everything = String::new();
        for collection in Collection::ALL.iter().map(|collection| collection.name()) {
            if self.directory.is_some() {
                let file = rusqlite::Connection::open(&self.name).expect("the file");
                let mut rows = file.prepare(&format!("SELECT body FROM {collection}")).expect("the table");
                let bodies = rows.query_map([], |row| row.get::<_, String>(0)).expect("its rows");
                bodies.for_each(|body| everything += &body.expect("a text"));
            } else {
                let documents = self.database().await.collection::<mongodb::bson::Document>(collection);
                let mut found = documents.find(doc! {}).await.expect("the collection");
                while found.advance().await.expect("the next document") {
                    let document = found.deserialize_current().expect("a document");
                    everything.push_str(&document.to_string());
                }
            }
        }
        everything
    }

    /// Starts a proxy in front of the primary, and returns the URL through it.
    pub(crate) async fn behind_cut_proxy(&self) -> (CutProxy, String) {
        let hello =
            self.database().await.run_command(doc! { "hello": 1 }).await.expect("the primary answers");
        let proxy = CutProxy::to(hello.get_str("me").expect("its address").to_owned()).await;
        let url = format!("mongodb://{}/{}?directConnection=true", proxy.address(), self.name);
        (proxy, url)
    }
}

impl Drop for StoreLocation {
    /// Runs after failed tests as well. Uses its own thread and runtime, because the runtime of the test may be
    /// shutting down.
    #[expect(clippy::print_stderr, reason = "a failed cleanup is printed, but fails no test")]
    fn drop(&mut self) {
        if self.directory.is_some() {
            return;
        }
        let url = self.url.clone();
        let cleaner = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let client = Client::with_uri_str(&url).await?;
                let database = client.default_database().expect("the database is in its address");
                database.drop().await
            })
        });
        if let Ok(Err(error)) = cleaner.join() {
            eprintln!("a test database is left behind: {error}");
        }
    }
}

/// Returns the URL in an environment variable, or fails the test.
pub(crate) fn server(variable: &str) -> String {
    let address = env::var_os(variable).and_then(|address| address.into_string().ok());
    address.unwrap_or_else(|| panic!("start the replica set with ./scripts/test, or set {variable}"))
}

/// Returns the URL of a database on a server.
pub(crate) fn with_database(server: &str, name: &str) -> String {
    let (hosts, options) = server.split_once('?').unwrap_or((server, ""));
    let hosts = hosts.trim_end_matches('/');
    if options.is_empty() { format!("{hosts}/{name}") } else { format!("{hosts}/{name}?{options}") }
}
