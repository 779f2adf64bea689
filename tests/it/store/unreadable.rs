//! Documents that cannot be read hide no other document.

use std::collections::BTreeSet;

use bson::{Bson, doc};
use rusqlite::{Connection, params};
use vestibule::store::{Change, DocumentId, Page, StoreError};

use super::{Note, TestCounter, TestSession};
use crate::harness::stores::{StoreLocation, TestStore};

/// Differences that another program, another version or a damaged disk makes. Each is the BSON and the SQLite form.
fn damages() -> Vec<(&'static str, bson::Document, &'static str)> {
    let set = |name: &str, value: Bson| doc! { "$set": { name: value } };
    vec![
        ("wrong type", set("count", Bson::String("x".to_owned())), "json_set(body, '$.count', 'x')"),
        ("missing member", doc! { "$unset": { "text": 1 } }, "json_remove(body, '$.text')"),
        ("null", set("topics", Bson::Null), "json_set(body, '$.topics', NULL)"),
        ("decimal", set("count", Bson::Decimal128("1.5".parse().unwrap())), "json_set(body, '$.count', 1.5)"),
        ("undefined", set("text", Bson::Undefined), "json_set(body, '$.text', json('[]'))"),
        (
            "regular expression",
            set(
                "text",
                Bson::RegularExpression(bson::Regex {
                    pattern: "a".try_into().unwrap(),
                    options: "".try_into().unwrap(),
                }),
            ),
            "'{\"text\"'",
        ),
        ("wrong date", set("writtenAt", Bson::Int32(7)), "json_set(body, '$.writtenAt', 7)"),
        (
            "far date",
            set("writtenAt", Bson::String("9999".to_owned())),
            "json_set(body, '$.writtenAt', '9999-99')",
        ),
        ("wrong revision", set("revision", Bson::String("1".to_owned())), "''"),
        (
            "3 MiB",
            set("text", Bson::String("x".repeat(3 << 20))),
            "json_set(body, '$.text', hex(zeroblob(1572864)))",
        ),
        (
            "3 MiB in an unknown member",
            set("x", Bson::String("x".repeat(3 << 20))),
            "json_set(body, '$.x', hex(zeroblob(1572864)))",
        ),
        (
            "invalid text",
            set(
                "text",
                Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![0xff] }),
            ),
            "CAST(x'ff' AS TEXT)",
        ),
        ("deep", set("names", deep(90)), "'{\"text\":' || replace(hex(zeroblob(500)), '0', '[')"),
    ]
}

fn deep(levels: usize) -> Bson {
    (0..levels).fold(Bson::Null, |inner, _| Bson::Array(vec![inner]))
}

/// Damages the note with this number.
async fn damage(location: &StoreLocation, number: u128, (name, update, sql): &(&str, bson::Document, &str)) {
    if location.url().starts_with("sqlite:") {
        let file = Connection::open(location.name()).unwrap();
        let changed =
            file.execute(&format!("UPDATE users SET body = {sql} WHERE id = ?1"), [number.to_be_bytes()]);
        assert_eq!(changed.unwrap(), 1, "{name}");
    } else {
        let users = location.database().await.collection::<bson::Document>("users");
        let id = bson::Uuid::from_bytes(number.to_be_bytes());
        assert_eq!(
            users.update_one(doc! { "_id": id }, update.clone()).await.unwrap().matched_count,
            1,
            "{name}"
        );
    }
}

#[on_every_store]
async fn page_skips_and_reports_what_cannot_be_read(store: TestStore) {
    let damages = damages();
    let count = 3 * damages.len() as u128;
    for number in 0..count {
        store.insert(Note::numbered(number).about("all").named(&format!("n{number}"))).await.unwrap();
    }
    for (index, damaged) in damages.iter().enumerate() {
        damage(store.location(), 3 * index as u128 + 1, damaged).await;
    }
    for (tag, newest_first, limit) in [
        (None, false, 1),
        (None, true, 2),
        (None, false, 5),
        (Some("topic:all"), true, 1),
        (Some("topic:all"), false, 100),
    ] {
        let (mut read, mut unreadable, mut after) = (BTreeSet::new(), BTreeSet::new(), None);
        loop {
            let page = store.scan::<Note>(Page { tag, after, newest_first, limit }).await.unwrap();
            assert!(page.ids().count() <= limit);
            read.extend(page.documents.iter().map(|note| note.text.clone()));
            for found in page.unreadable {
                assert!(!found.cause.is_empty() && found.cause.len() < 1000, "{found:?}");
                assert_eq!(found.document_id.map(|id| id.to_string()), Some(found.id.clone()));
                unreadable.insert(found.id);
            }
            match page.next {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        let expected: BTreeSet<_> =
            (0..count).filter(|number| number % 3 != 1).map(|number| number.to_string()).collect();
        assert_eq!(read, expected, "{tag:?} {newest_first} {limit}");
        assert_eq!(unreadable.len(), damages.len(), "{unreadable:?}");
    }
    // A decision that must not miss a document is refused.
    let strict = store.page::<Note>(Page { tag: Some("topic:all"), limit: 100, ..Page::default() }).await;
    assert!(matches!(strict, Err(StoreError::Corrupt { .. })), "{strict:?}");
    for (index, (name, ..)) in damages.iter().enumerate() {
        let number = 3 * index as u128 + 1;
        for read in [
            store.get::<Note>(&Note::numbered(number).id.document_id()).await,
            store.find(&format!("name:n{number}")).await,
        ] {
            assert!(
                matches!(&read, Err(StoreError::Corrupt { id, .. }) if *id == Note::numbered(number).id.to_string()),
                "{name}: {read:?}"
            );
        }
        let change = |_: &mut Note| Ok::<_, StoreError>(Change::Write(()));
        assert!(store.update(&Note::numbered(number).id.document_id(), change).await.is_err(), "{name}");
        store
            .get::<Note>(&Note::numbered(number - 1).id.document_id())
            .await
            .unwrap()
            .expect("the neighbour");
    }
}

#[on_every_store]
async fn ids_of_another_type_are_reported_and_skipped(store: TestStore) {
    for number in 0..5 {
        store.insert(Note::numbered(number)).await.unwrap();
    }
    let location = store.location();
    if location.url().starts_with("sqlite:") {
        let file = Connection::open(location.name()).unwrap();
        for id in ["7", "'text'", "x'0102'", "zeroblob(32)", "1.5"] {
            let insert =
                format!("INSERT INTO users (id, revision, purge_at, body) VALUES ({id}, 1, 1000, '{{}}')");
            file.execute(&insert, []).unwrap();
        }
        file.execute("INSERT INTO changes (collection, id) VALUES ('users', 7)", params![]).unwrap();
    } else {
        let users = location.database().await.collection::<bson::Document>("users");
        let ids = [
            Bson::ObjectId(bson::oid::ObjectId::new()),
            Bson::Int32(7),
            Bson::String("text".to_owned()),
            Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::Generic, bytes: vec![1, 2] }),
            Bson::Document(doc! { "a": 1 }),
        ];
        users.insert_many(ids.map(|id| doc! { "_id": id, "name": "mongoose" })).await.unwrap();
    }
    for newest_first in [false, true] {
        let (mut read, mut foreign, mut after) = (0, 0, None);
        loop {
            let page = store.scan::<Note>(Page { tag: None, after, newest_first, limit: 2 }).await.unwrap();
            read += page.documents.len();
            foreign += page.unreadable.iter().filter(|found| found.document_id.is_none()).count();
            match page.next {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        assert_eq!((read, foreign), (5, 5), "{newest_first}");
    }
    // The change feed continues.
    crate::harness::eventually(std::time::Duration::from_secs(5), "the feed is in sync", || async {
        store
            .watch()
            .synced_until()
            .is_some_and(|moment| moment.elapsed() < std::time::Duration::from_secs(1))
    })
    .await;
}

#[on_every_store]
async fn taken_document_that_cannot_be_read_is_deleted(store: TestStore) {
    for damaged in damages() {
        store.insert(Note::numbered(1).named("ada").about("x")).await.unwrap();
        damage(store.location(), 1, &damaged).await;
        let id = Note::numbered(1).id.document_id();
        assert_eq!(store.take::<Note>(&id).await.unwrap(), None, "{}", damaged.0);
        assert_eq!(store.get::<Note>(&id).await.unwrap(), None, "{}", damaged.0);
    }
}

// Counters and marks are written this way: one that cannot be read must not refuse its users for good.
#[on_every_store]
async fn upsert_replaces_a_document_that_cannot_be_read(store: TestStore) {
    store.insert(TestCounter::new("c")).await.unwrap();
    store.location().corrupt("counters", "c", "count", &serde_json::json!("many")).await;
    let id = DocumentId::Text("c".to_owned());
    let set = |current: Option<TestCounter>| {
        assert!(current.is_none());
        Ok::<_, StoreError>((Some(TestCounter { name: "c".to_owned(), count: 7 }), ()))
    };
    store.upsert(&id, set).await.unwrap();
    assert_eq!(store.get::<TestCounter>(&id).await.unwrap().unwrap().count, 7);
}

#[on_every_store]
async fn document_that_would_be_unreadable_is_not_written(store: TestStore) {
    let huge = Note::new(&"x".repeat(3 << 20));
    let refused = store.insert(huge.clone()).await.unwrap_err();
    assert!(matches!(&refused, StoreError::Corrupt { cause, .. } if cause.contains("larger")), "{refused}");
    let mut small = store.insert(Note { text: String::new(), ..huge }).await.unwrap();
    small.text = "x".repeat(3 << 20);
    store.replace(&mut small).await.expect_err("too large");
    store.insert(TestSession::new(1)).await.expect("other documents are written");
}
