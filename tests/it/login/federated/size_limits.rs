//! Starting a login is free. The store keeps at most 5,000 open transactions per client network, and deletes the
//! oldest first. (Ten per browser: see `callback`.)

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use vestibule::{
    clock::{Clock, Timestamp},
    login::federated::transaction::{self, NewTransaction, Purpose, Taken},
    store::{Collection, Document, DocumentId, Page, Store, Stored},
    user::UserId,
    web::{browser_key::BrowserKey, cookies::LOGIN_TIME, return_target::ReturnOrigins},
};

use crate::harness::stores::TestStore;

/// Open transactions per client network.
const PER_NETWORK: usize = 5_000;
/// Transactions that start before a cleanup.
const STARTS: usize = PER_NETWORK + 300;
/// One start in 64 runs the cleanup. With this many starts, none of them doing so is as unlikely as guessing a session
/// id.
const MORE_STARTS_MAX: usize = 6_000;
const NETWORK: &str = "192.0.2.7";
const NOW: Timestamp = Timestamp::from_millis(2_093_508_000_000);

/// Stored transaction.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    #[serde(rename = "_id")]
    id: UserId,
    secret_hash: String,
    browser_hash: String,
    network: String,
    purpose: Purpose,
    prompt_login: bool,
    provider: String,
    issuer: String,
    nonce: String,
    verifier: String,
    return_to: String,
    started_at: Timestamp,
    expires_at: Timestamp,
}

impl Document for Kept {
    const COLLECTION: Collection = Collection::LoginTransactions;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        vec![format!("browser:{}", self.browser_hash), format!("network:{}", self.network)]
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// One millisecond later for each number.
fn at(number: usize) -> Timestamp {
    NOW + Duration::from_millis(u64::try_from(number).expect("a small number"))
}

async fn keep(store: &Store, number: usize) {
    let kept = Kept {
        id: UserId::new(at(number)),
        secret_hash: "secret".to_owned(),
        browser_hash: format!("of browser {number}"),
        network: NETWORK.to_owned(),
        purpose: Purpose::SignIn,
        prompt_login: false,
        provider: "fake".to_owned(),
        issuer: "http://127.0.0.1:9".to_owned(),
        nonce: "nonce".to_owned(),
        verifier: "verifier".to_owned(),
        return_to: "/".to_owned(),
        started_at: at(number),
        expires_at: at(number) + LOGIN_TIME,
    };
    store.insert(kept).await.expect("kept");
}

/// Starts a transaction. Returns the browser and the `state`.
async fn begin(store: &Store, network: &str, number: usize) -> (BrowserKey, String) {
    let browser = BrowserKey::random();
    let begin = NewTransaction {
        purpose: Purpose::SignIn,
        prompt_login: false,
        provider: "fake",
        issuer: "http://127.0.0.1:9",
        nonce: "nonce".to_owned(),
        verifier: "verifier".to_owned(),
        return_to: ReturnOrigins::new("http://localhost:3000", "", &[]).start_page().to_stored(),
        is_retry: false,
        remember: false,
        browser: &browser,
        network: network.to_owned(),
    };
    let created =
        transaction::create(store, begin, &Clock::manual(at(number))).await.expect("the store answers");
    (browser, created.state)
}

async fn is_open(store: &Store, (browser, state): &(BrowserKey, String)) -> bool {
    let taken = transaction::take(store, state, "fake", std::slice::from_ref(browser), at(STARTS)).await;
    matches!(taken.expect("the store answers"), Some(Taken::Open(_)))
}

/// Returns the transactions of the network, oldest first.
async fn open(store: &Store, limit: usize) -> Vec<Stored<Kept>> {
    let tag = format!("network:{NETWORK}");
    let page = Page { tag: Some(&tag), after: None, newest_first: false, limit };
    store.page(page).await.expect("the store answers")
}

#[on_every_store]
async fn transactions_per_network_are_limited(store: TestStore) {
    let neighbour = begin(&store, "192.0.2.8", 0).await;
    let first = begin(&store, NETWORK, 1).await;
    let flooded: &Store = &store;
    stream::iter(2..STARTS).for_each_concurrent(64, |number| keep(flooded, number)).await;
    let oldest = open(&store, 1).await[0].id;
    let mut last = None;
    for number in STARTS..STARTS + MORE_STARTS_MAX {
        last = Some(begin(&store, NETWORK, number).await);
        if open(&store, 1).await[0].id != oldest {
            break;
        }
    }
    let open = open(&store, 2 * STARTS).await;
    assert_eq!(open.len(), PER_NETWORK, "the limit holds for concurrent starts too");
    assert!(open.is_sorted_by_key(|kept| kept.expires_at));
    assert!(!is_open(&store, &first).await, "the oldest was deleted");
    assert!(is_open(&store, &last.expect("one at least")).await, "the newest is stored");
    assert!(is_open(&store, &neighbour).await, "a transaction of another network is not deleted");
}
