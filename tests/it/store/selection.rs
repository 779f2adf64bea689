//! Selections: filters, order and pages are the same on both backends.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use vestibule::{
    clock::Timestamp,
    store::{Collection, Condition, Cursor, Document, DocumentId, Id, Order, Selection, Store},
};

use crate::harness::stores::TestStore;

const START: Timestamp = Timestamp::from_millis(1_795_341_600_123);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: Id,
    username: Option<String>,
    email: Option<String>,
    roles: Vec<String>,
    links: Vec<Link>,
    created_at: Timestamp,
    last_login_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Link {
    provider: String,
    roles: Vec<String>,
}

impl Document for Entry {
    const COLLECTION: Collection = Collection::Users;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }
}

fn entry(number: u128, username: Option<&str>) -> Entry {
    let minutes = u64::try_from(number).expect("a small number");
    Entry {
        id: Id::from_bytes(number.to_be_bytes()),
        username: username.map(str::to_owned),
        email: None,
        roles: Vec::new(),
        links: Vec::new(),
        created_at: START + Duration::from_mins(minutes),
        last_login_at: None,
    }
}

fn order(text: &str) -> Order {
    Order::parse(Collection::Users, text).expect("a sort field")
}

fn everything() -> Condition {
    Condition::All(Vec::new())
}

/// Reads all pages of a selection; each cursor goes through its text, as in a URL.
async fn all(store: &Store, condition: &Condition, order: Order, limit: usize) -> Vec<Entry> {
    let (mut entries, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let selection = Selection { condition: condition.clone(), order, after, limit };
        let page = store.select::<Entry>(&selection).await.expect("the store answers");
        assert!(page.documents.len() <= limit && page.unreadable.is_empty());
        entries.extend(page.documents.into_iter().map(|stored| stored.document));
        let Some(next) = page.next else { return entries };
        let text = next.to_text(order);
        after = Some(Cursor::parse(&text, Collection::Users, order).expect("a cursor"));
        pages += 1;
        assert!(pages < 100, "the last page was not reached");
    }
}

async fn names(store: &Store, condition: Condition) -> Vec<String> {
    let entries = all(store, &condition, order("username"), 10).await;
    let names: Vec<_> = entries.into_iter().filter_map(|entry| entry.username).collect();
    let count = store.count_of::<Entry>(&condition).await.expect("the store answers");
    assert_eq!(count, names.len() as u64, "{condition:?}");
    names
}

#[on_every_store]
async fn pages_of_every_order_contain_each_document_once(store: TestStore) {
    let texts = [None, Some("bob"), Some("Ada"), Some("ada"), None, Some("Zoe"), Some("bob"), Some("äbc")];
    for (number, text) in (0..).zip(texts) {
        let minutes = u64::try_from(number / 2).expect("a small number");
        let mut entry = entry(number, text);
        entry.email = text.map(|text| format!("{text}@corp.example"));
        entry.last_login_at = (number % 3 > 0).then(|| START - Duration::from_mins(minutes));
        store.insert(entry).await.expect("inserted");
    }
    let time = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    for name in ["username", "email", "createdAt", "lastLoginAt"] {
        for limit in [1, 2, 3, 8, 100] {
            let ascending = all(&store, &everything(), order(name), limit).await;
            let key = |entry: &Entry| match name {
                "username" => (entry.username.as_ref().map(|name| name.to_lowercase()), None),
                "email" => (entry.email.as_ref().map(|name| name.to_lowercase()), None),
                "createdAt" => (None, time(Some(entry.created_at))),
                _ => (None, time(entry.last_login_at)),
            };
            assert_eq!(ascending.len(), 8, "{name} {limit}");
            // The place of a letter that is not ASCII depends on the backend.
            let ascii: Vec<_> = ascending
                .iter()
                .filter(|entry| entry.username.as_deref() != Some("äbc"))
                .map(|entry| (key(entry), entry.id))
                .collect();
            assert!(ascii.is_sorted(), "{name} {limit}: {ascii:?}");
            let mut descending = all(&store, &everything(), order(&format!("-{name}")), limit).await;
            descending.reverse();
            assert_eq!(descending, ascending, "{name} {limit}");
        }
    }
    let by_id = all(&store, &everything(), Order { field: None, descending: true }, 3).await;
    assert!(by_id.is_sorted_by(|newer, older| newer.id > older.id) && by_id.len() == 8);
}

#[on_every_store]
async fn condition_selects_by_fields_of_the_documents(store: TestStore) {
    let roles = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let link = |provider: &str, names: &[&str]| Link { provider: provider.to_owned(), roles: roles(names) };
    for entry in [
        Entry { roles: roles(&["admin", "reader"]), ..entry(1, Some("ada")) },
        Entry { links: vec![link("idp", &[]), link("corp", &["admin"])], ..entry(2, Some("grace")) },
        Entry {
            links: vec![link("corp", &["reader"])],
            email: Some("Jürgen.100%_x@corp.example".to_owned()),
            ..entry(3, Some("linus"))
        },
        Entry { last_login_at: Some(START), ..entry(4, Some("Admin")) },
    ] {
        store.insert(entry).await.expect("inserted");
    }
    let equals = |path, text: &str| Condition::Equals(path, text.to_owned());
    let contains = |path, text: &str| Condition::Contains(path, text.to_owned());
    let not = |condition| Condition::Not(Box::new(condition));
    for (condition, expected) in [
        (everything(), &["ada", "Admin", "grace", "linus"][..]),
        (Condition::Any(Vec::new()), &[]),
        (equals("username", "ada"), &["ada"]),
        (equals("username", "ADA"), &[]),
        (equals("username", "admin"), &[]),
        (equals("username", ".*"), &[]),
        (equals("roles[]", "admin"), &["ada"]),
        (equals("roles[]", "adm"), &[]),
        (equals("links[].provider", "corp"), &["grace", "linus"]),
        (equals("links[].roles[]", "admin"), &["grace"]),
        (
            Condition::Any(vec![equals("roles[]", "admin"), equals("links[].roles[]", "admin")]),
            &["ada", "grace"],
        ),
        (Condition::All(vec![equals("links[].provider", "corp"), contains("username", "US")]), &["linus"]),
        (not(equals("links[].provider", "corp")), &["ada", "Admin"]),
        (not(equals("email", "x")), &["ada", "Admin", "grace", "linus"]),
        (contains("email", "JÜRGEN.100%_"), &["linus"]),
        (contains("email", "jürgen.1%"), &[]),
        (contains("email", "jxrgen"), &[]),
        (contains("username", "d"), &["ada", "Admin"]),
        (contains("username", "\0"), &[]),
        (equals("username", "ada\0"), &[]),
        (Condition::Present("links"), &["grace", "linus"]),
        (not(Condition::Present("links")), &["ada", "Admin"]),
        (Condition::Present("lastLoginAt"), &["Admin"]),
        (Condition::Id(vec![entry(2, None).id(), entry(9, None).id()]), &["grace"]),
        (Condition::Id(Vec::new()), &[]),
        (not(Condition::Id(vec![entry(2, None).id()])), &["ada", "Admin", "linus"]),
    ] {
        assert_eq!(names(&store, condition.clone()).await, expected, "{condition:?}");
    }
}

#[on_every_store]
async fn page_is_stable_while_documents_are_inserted(store: TestStore) {
    for number in 0..6 {
        store.insert(entry(number * 2, Some(&format!("user{number}")))).await.expect("inserted");
    }
    let order = order("username");
    let selection = |after| Selection { condition: everything(), order, after, limit: 3 };
    let first = store.select::<Entry>(&selection(None)).await.expect("a page");
    for name in ["a", "user00", "z"] {
        store.insert(entry(100 + name.len() as u128 * 7, Some(name))).await.ok();
    }
    let second = store.select::<Entry>(&selection(first.next)).await.expect("a page");
    let names: Vec<_> = second.documents.iter().map(|entry| entry.username.clone().unwrap()).collect();
    assert_eq!(names, ["user3", "user4", "user5"]);
}

#[on_every_store]
async fn unreadable_document_hides_no_other_one(store: TestStore) {
    for number in 0..6 {
        store.insert(entry(number, Some(&format!("user{number}")))).await.expect("inserted");
    }
    store.location().corrupt("users", "user1", "roles", &json!("x")).await;
    store.location().corrupt("users", "user4", "username", &json!(7)).await;
    for order in [order("username"), order("-createdAt"), Order::default()] {
        let (mut names, mut unreadable, mut after) = (Vec::new(), 0, None);
        loop {
            let selection = Selection { condition: everything(), order, after, limit: 2 };
            let page = store.select::<Entry>(&selection).await.expect("a page");
            names.extend(page.documents.iter().filter_map(|entry| entry.username.clone()));
            unreadable += page.unreadable.len();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        names.sort();
        assert_eq!(names, ["user0", "user2", "user3", "user5"]);
        // A document whose sort value has another type is in no page of MongoDB.
        assert!((1..=2).contains(&unreadable), "{unreadable}");
    }
}
