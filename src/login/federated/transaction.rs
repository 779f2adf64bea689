//! A sign-in that is on its way: kept by us, bound to the browser that began, used once, ten minutes at most.
//!
//! `state` is `id ‖ secret`: the id finds the document, the secret (of which only the hash is kept) shows that this answer
//! belongs to it. The browser's own random key is in a cookie; its hash is in the document, so a `state` that is carried to
//! another browser is worth nothing (login CSRF, stolen callback).

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::{
    clock::Timestamp,
    secrets::{random, sha256_hex},
    store::{Collection, Document, DocumentId, Id, Page, Store, StoreError, id_type},
    web::{browser_key::BrowserKey, return_path::ReturnPath},
};

id_type! {
    TransactionId
}

/// How long a sign-in may be on its way.
pub const LIFETIME: Duration = Duration::from_mins(10);
/// Open transactions of one browser.
const PER_BROWSER: usize = 10;
/// Open transactions of one client network.
const PER_NETWORK: usize = 5_000;
/// One start in so many looks at the network's total, which means reading all of them.
const LOOK_EVERY: u8 = 64;
/// So many of those that are too many are read at a time.
const BATCH: usize = 100;
const SECRET: usize = 32;

/// What somebody goes to a provider for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "what", content = "session")]
pub enum Purpose {
    /// To come in.
    #[default]
    SignIn,
    /// To link an identity to the account that is signed in, in the session of this hash (hex).
    Link(String),
    /// To prove again who they are, in the session of this hash (hex).
    Reauthenticate(String),
}

/// One sign-in on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// Text in JSON, a native UUID in MongoDB, in order of creation: the same form as a person's.
    #[serde(rename = "_id")]
    id: TransactionId,
    secret_hash: String,
    browser_hash: String,
    network: String,
    /// What it is for.
    #[serde(default)]
    pub purpose: Purpose,
    /// Whether the provider was told to ask who they are.
    #[serde(default)]
    pub prompt_login: bool,
    /// Which provider was asked.
    pub provider: String,
    /// Whose answer is expected.
    pub issuer: String,
    /// What the ID token must repeat.
    pub nonce: String,
    /// RFC 7636 code verifier.
    pub verifier: String,
    /// Where the person wanted to go.
    pub return_to: ReturnPath,
    expires_at: Timestamp,
}

impl Transaction {
    /// When it began.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.expires_at - LIFETIME
    }
}

impl Document for Transaction {
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

/// What a new transaction is about.
pub struct NewTransaction<'a> {
    /// What for.
    pub purpose: Purpose,
    /// Whether the provider is told to ask who they are.
    pub prompt_login: bool,
    /// Which provider.
    pub provider: &'a str,
    /// Its issuer.
    pub issuer: &'a str,
    /// Sent along, to come back in the ID token.
    pub nonce: String,
    /// RFC 7636 code verifier.
    pub verifier: String,
    /// Where the person wants to go.
    pub return_to: ReturnPath,
    /// Who is asking.
    pub browser: &'a BrowserKey,
    /// From where.
    pub network: String,
}

/// Keeps a transaction and gives its `state`. The oldest of this browser go first, so that nobody grows the store without end.
///
/// # Errors
/// When the store fails.
pub async fn create(store: &Store, begin: NewTransaction<'_>, now: Timestamp) -> Result<String, StoreError> {
    let secret = random::<SECRET>();
    let transaction = Transaction {
        id: TransactionId::new(now),
        secret_hash: hash(&secret),
        browser_hash: hash(begin.browser.as_str().as_bytes()),
        network: begin.network,
        purpose: begin.purpose,
        prompt_login: begin.prompt_login,
        provider: begin.provider.to_owned(),
        issuer: begin.issuer.to_owned(),
        nonce: begin.nonce,
        verifier: begin.verifier,
        return_to: begin.return_to,
        expires_at: now + LIFETIME,
    };
    let [browser, network] = [0, 1].map(|at| transaction.tags().swap_remove(at));
    trim(store, &browser, PER_BROWSER).await?;
    if random::<1>()[0].is_multiple_of(LOOK_EVERY) {
        trim(store, &network, PER_NETWORK).await?;
    }
    let transaction = store.insert(transaction).await?;
    Ok(URL_SAFE_NO_PAD.encode([transaction.id.0.as_bytes().as_slice(), &secret].concat()))
}

/// Leaves room for one more under this tag; the newest stay, and however many came at once, the oldest are not forgotten.
async fn trim(store: &Store, tag: &str, most: usize) -> Result<(), StoreError> {
    let newest = Page { tag: Some(tag), after: None, newest_first: true, limit: most - 1 };
    let Some(last) = store.page::<Transaction>(newest).await?.get(most - 2).map(|last| last.id()) else {
        return Ok(());
    };
    loop {
        let beyond = Page { tag: Some(tag), after: Some(last.clone()), newest_first: true, limit: BATCH };
        let old = store.page::<Transaction>(beyond).await?;
        for old in &old {
            store.take::<Transaction>(&old.id.document_id()).await?;
        }
        if old.len() < BATCH {
            return Ok(());
        }
    }
}

/// The transaction of this `state`, if it is this browser's and this provider's and in time; gone from now on whatever comes of
/// it, so that an answer is used once.
///
/// # Errors
/// When the store fails.
pub async fn take(
    store: &Store,
    state: &str,
    provider: &str,
    browser: Option<&BrowserKey>,
    now: Timestamp,
) -> Result<Option<Transaction>, StoreError> {
    let Some((id, secret)) = parts(state) else { return Ok(None) };
    let taken = store.take::<Transaction>(&id.document_id()).await?;
    Ok(taken.filter(|transaction| {
        let same = |ours: &str, theirs: &str| bool::from(ours.as_bytes().ct_eq(theirs.as_bytes()));
        let of_browser = browser
            .is_some_and(|browser| same(&transaction.browser_hash, &hash(browser.as_str().as_bytes())));
        let of_state = same(&transaction.secret_hash, &hash(&secret));
        of_browser && of_state && transaction.provider == provider && now < transaction.expires_at
    }))
}

fn parts(state: &str) -> Option<(TransactionId, Vec<u8>)> {
    let bytes = URL_SAFE_NO_PAD.decode(state).ok()?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    (secret.len() == SECRET).then(|| (TransactionId(Id::from_bytes(*id)), secret.to_vec()))
}

fn hash(bytes: &[u8]) -> String {
    sha256_hex(bytes)
}
