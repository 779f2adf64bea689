//! The audit events in the database, as an attacker with write access reads and changes them.

use mongodb::bson::{self, doc};
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use crate::harness::stores::StoreLocation;

/// One stored document of `events` or `event_chains`.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    Row { id: Vec<u8>, revision: i64, purge_at: Option<i64>, body: String },
    Document(bson::Document),
}

pub(crate) async fn read(location: &StoreLocation, collection: &str) -> Vec<Stored> {
    let mut stored = if location.url().starts_with("sqlite:") {
        let file = Connection::open(location.name()).expect("the file");
        let mut rows = file
            .prepare(&format!("SELECT id, revision, purge_at, body FROM {collection}"))
            .expect("the table");
        let rows = rows.query_map([], |row| {
            let (id, revision) = (row.get(0)?, row.get(1)?);
            Ok(Stored::Row { id, revision, purge_at: row.get(2)?, body: row.get(3)? })
        });
        rows.expect("its rows").map(|row| row.expect("a row")).collect()
    } else {
        let documents = location.database().await.collection::<bson::Document>(collection);
        let mut found = documents.find(doc! {}).await.expect("the collection");
        let mut stored = Vec::new();
        while found.advance().await.expect("the next document") {
            stored.push(Stored::Document(found.deserialize_current().expect("a document")));
        }
        stored
    };
    stored.sort_by_key(Stored::place);
    stored
}

/// Replaces all documents of a collection.
pub(crate) async fn write(location: &StoreLocation, collection: &str, stored: &[Stored]) {
    if location.url().starts_with("sqlite:") {
        let file = Connection::open(location.name()).expect("the file");
        file.execute(&format!("DELETE FROM {collection}"), []).expect("the table");
        for row in stored {
            let Stored::Row { id, revision, purge_at, body } = row else { panic!("a row") };
            let insert =
                format!("INSERT INTO {collection} (id, revision, purge_at, body) VALUES (?1, ?2, ?3, ?4)");
            file.execute(&insert, (id, revision, purge_at, body)).expect("a row");
        }
    } else {
        let documents = location.database().await.collection::<bson::Document>(collection);
        documents.delete_many(doc! {}).await.expect("deleted");
        for document in stored {
            let Stored::Document(document) = document else { panic!("a document") };
            documents.insert_one(document).await.expect("inserted");
        }
    }
}

fn uuid_of(place: &bson::Document) -> Option<Vec<u8>> {
    match place.get("chain") {
        Some(bson::Bson::Binary(binary)) => Some(binary.bytes.clone()),
        _ => None,
    }
}

impl Stored {
    /// Returns chain and position, to sort by them. The id of a head is that of its chain.
    pub(crate) fn place(&self) -> (Uuid, u64) {
        match self {
            Self::Row { .. } => {
                let json = self.json();
                let place = &json["chain"]["place"];
                let chain = place["chain"].as_str().and_then(|chain| chain.parse().ok());
                (chain.unwrap_or_else(|| self.id()), place["position"].as_u64().unwrap_or_default())
            }
            Self::Document(document) => {
                let place = document.get_document("chain").and_then(|chain| chain.get_document("place")).ok();
                let chain = place.and_then(uuid_of);
                let chain = chain.and_then(|bytes| Uuid::from_slice(&bytes).ok());
                let position = place.and_then(|place| place.get_i64("position").ok());
                (
                    chain.unwrap_or_else(|| self.id()),
                    position.and_then(|position| u64::try_from(position).ok()).unwrap_or_default(),
                )
            }
        }
    }

    pub(crate) fn json(&self) -> Value {
        match self {
            Self::Row { body, .. } => serde_json::from_str(body).expect("JSON"),
            Self::Document(document) => {
                bson::deserialize_from_document::<Value>(document.clone()).expect("JSON")
            }
        }
    }

    /// Sets a member, for example `outcome`, or removes it.
    pub(crate) fn set(&mut self, member: &str, value: Option<&Value>) {
        match self {
            Self::Row { body, .. } => {
                let mut json: Value = serde_json::from_str(body).expect("JSON");
                let members = json.as_object_mut().expect("an object");
                match value {
                    Some(value) => drop(members.insert(member.to_owned(), value.clone())),
                    None => drop(members.remove(member)),
                }
                *body = json.to_string();
            }
            Self::Document(document) => match value {
                Some(value) => drop(document.insert(member, bson::serialize_to_bson(value).expect("BSON"))),
                None => drop(document.remove(member)),
            },
        }
    }

    /// Gives the document the id of another one, or a new one.
    pub(crate) fn set_id(&mut self, new: Uuid) {
        match self {
            Self::Row { id, .. } => *id = new.as_bytes().to_vec(),
            Self::Document(document) => {
                document.insert("_id", bson::Uuid::from_bytes(*new.as_bytes()));
                return;
            }
        }
        self.set("_id", Some(&new.to_string().into()));
    }

    pub(crate) fn id(&self) -> Uuid {
        match self {
            Self::Row { id, .. } => Uuid::from_slice(id).expect("a UUID"),
            Self::Document(document) => {
                let bson::Bson::Binary(id) = document.get("_id").expect("an id") else { panic!("a UUID") };
                Uuid::from_slice(&id.bytes).expect("a UUID")
            }
        }
    }

    pub(crate) fn is_expired(&self, now: i64) -> bool {
        match self {
            Self::Row { purge_at, .. } => purge_at.is_some_and(|at| at <= now),
            Self::Document(document) => {
                document.get_datetime("purgeAt").is_ok_and(|at| at.timestamp_millis() <= now)
            }
        }
    }
}
