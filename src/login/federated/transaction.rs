//! The login transaction: what a callback must match. It is stored here, bound to the browser, used once and valid for ten minutes. A used
//! one is kept until then, without its secrets: the callback of a restored or repeated page still says where the user wanted to go.
//!
//! `state` is `id ‖ secret`. The id finds the document. The secret, of which only the hash is stored, proves that the callback belongs to it.
//! The browser's random key is in a cookie and its hash in the document: a `state` is invalid in another browser (login CSRF, stolen
//! callback).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::oidc::auth_time::LoginKind;
use crate::{
    clock::{Clock, Timestamp},
    secrets::{random, sha256_hex},
    store::{Change, Collection, Document, DocumentId, Id, Page, Store, StoreError, id_type},
    web::{browser_key::BrowserKey, cookies::LOGIN_TIME, return_target::StoredTarget},
};

id_type! {
    TransactionId
}

/// Maximum number of open transactions of one browser.
const BROWSER_MAX: usize = 10;
/// Maximum number of open transactions of one client network.
const NETWORK_MAX: usize = 5_000;
/// Number of starts, out of 256, that enforce the limit of their network. Only a few do, because counting reads the index entries of all
/// transactions of the network. They are chosen at random, so a network with many starts is checked often, and replicas need no shared counter.
const NETWORK_CHECKS_OF_256: u8 = 4;
/// Old transactions are read in batches of this size.
const BATCH: usize = 100;
const SECRET_BYTES: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "session")]
pub enum Purpose {
    SignIn,
    /// Link an identity to the user of this session (hash of the id, hex).
    Link(String),
    /// Re-authenticate in this session (hash of the id, hex).
    Reauthenticate(String),
    /// A test login that an administrator started in this session (hash of the id, hex). It ends in a report, never in a session.
    Test(String),
}

impl Purpose {
    #[must_use]
    pub fn kind(&self) -> LoginKind {
        match self {
            // A test has the rules of the login that it tests.
            Self::SignIn | Self::Test(_) => LoginKind::SignIn,
            Self::Link(_) => LoginKind::Link,
            Self::Reauthenticate(_) => LoginKind::Reauthenticate,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "stored members")]
pub struct Transaction {
    /// In order of creation: [`trim`] depends on it.
    #[serde(rename = "_id")]
    id: TransactionId,
    secret_hash: String,
    browser_hash: String,
    network: String,
    pub purpose: Purpose,
    /// `prompt=login` was sent.
    pub prompt_login: bool,
    pub provider: String,
    pub issuer: String,
    pub nonce: String,
    /// PKCE code verifier (RFC 7636).
    pub verifier: String,
    pub return_to: StoredTarget,
    /// A callback started this login again. It must not do so a second time (redirect loop).
    #[serde(default)]
    pub is_retry: bool,
    /// The user wants to stay signed in on this device.
    #[serde(default)]
    pub remember: bool,
    #[serde(default)]
    used: bool,
    /// The report of a test login, in JSON. It is deleted together with the transaction.
    #[serde(default)]
    report: Option<String>,
    pub started_at: Timestamp,
    expires_at: Timestamp,
}

/// The transaction that a callback belongs to.
#[derive(Debug)]
pub enum Taken {
    /// Used by this callback.
    Open(Transaction),
    /// It was used before, or it has expired.
    Stale(Transaction),
    /// It belongs to another browser or provider. The response may be that of an attacker.
    Foreign,
}

fn browser_tag(browser_hash: &str) -> String {
    format!("browser:{browser_hash}")
}

fn network_tag(network: &str) -> String {
    format!("network:{network}")
}

impl Transaction {
    #[must_use]
    pub fn id(&self) -> TransactionId {
        self.id
    }

    /// Marks the transaction as used, and removes what only its callback needs.
    fn mark_used(&mut self) {
        self.used = true;
        self.nonce.clear();
        self.verifier.clear();
    }
}

impl Document for Transaction {
    const COLLECTION: Collection = Collection::LoginTransactions;

    fn id(&self) -> DocumentId {
        self.id.document_id()
    }

    fn tags(&self) -> Vec<String> {
        vec![browser_tag(&self.browser_hash), network_tag(&self.network)]
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Content of a new transaction.
pub struct NewTransaction<'a> {
    pub purpose: Purpose,
    pub prompt_login: bool,
    pub provider: &'a str,
    pub issuer: &'a str,
    pub nonce: String,
    pub verifier: String,
    pub return_to: StoredTarget,
    pub is_retry: bool,
    pub remember: bool,
    pub browser: &'a BrowserKey,
    pub network: String,
}

/// A new transaction.
#[derive(Debug)]
pub struct Created {
    pub id: TransactionId,
    pub state: String,
    pub expires_at: Timestamp,
}

/// Stores a transaction. The oldest transactions of the browser are deleted first: a start needs no authentication,
/// so what it leaves in the store must be bounded.
pub async fn create(store: &Store, new: NewTransaction<'_>, clock: &Clock) -> Result<Created, StoreError> {
    let now = clock.now();
    let secret = random::<SECRET_BYTES>();
    let transaction = Transaction {
        id: TransactionId::new(now),
        secret_hash: sha256_hex(&secret),
        browser_hash: hash_of(new.browser),
        network: new.network,
        purpose: new.purpose,
        prompt_login: new.prompt_login,
        provider: new.provider.to_owned(),
        issuer: new.issuer.to_owned(),
        nonce: new.nonce,
        verifier: new.verifier,
        return_to: new.return_to,
        is_retry: new.is_retry,
        remember: new.remember,
        used: false,
        report: None,
        // Compared with times of the provider.
        started_at: clock.system_time(),
        expires_at: now + LOGIN_TIME,
    };
    trim(store, &browser_tag(&transaction.browser_hash), BROWSER_MAX).await?;
    if random::<1>()[0] < NETWORK_CHECKS_OF_256 {
        trim(store, &network_tag(&transaction.network), NETWORK_MAX).await?;
    }
    let state = URL_SAFE_NO_PAD.encode([transaction.id.0.as_bytes().as_slice(), &secret].concat());
    let created = Created { id: transaction.id, state, expires_at: transaction.expires_at };
    store.insert(transaction).await?;
    Ok(created)
}

/// Deletes the oldest transactions with a tag, so that a new one fits into `max`.
async fn trim(store: &Store, tag: &str, max: usize) -> Result<(), StoreError> {
    let Some(oldest_kept) = store.newest_id::<Transaction>(tag, max - 2).await? else { return Ok(()) };
    loop {
        let older =
            Page { tag: Some(tag), after: Some(oldest_kept.clone()), newest_first: true, limit: BATCH };
        let older = store.scan::<Transaction>(older).await?;
        for id in older.ids() {
            store.take::<Transaction>(&id).await?;
        }
        if older.next.is_none() {
            return Ok(());
        }
    }
}

/// Finds the transaction of `state`, and marks it as used if it belongs to this browser: a callback can be used once. A callback of another
/// browser changes nothing, so that a link scanner cannot use up a login.
pub async fn take(
    store: &Store,
    state: &str,
    provider: &str,
    browsers: &[BrowserKey],
    now: Timestamp,
) -> Result<Option<Taken>, StoreError> {
    let Some((id, secret)) = parse_state(state) else { return Ok(None) };
    let Some(mut stored) = store.get_expendable::<Transaction>(&id.document_id()).await? else {
        return Ok(None);
    };
    let transaction = stored.document.clone();
    let has_expired = now >= transaction.expires_at;
    let is_of_browser = browsers.iter().any(|browser| is_equal(&transaction.browser_hash, &hash_of(browser)))
        && is_equal(&transaction.secret_hash, &sha256_hex(&secret));
    if !is_of_browser {
        // The cookie of this browser may have expired, too.
        return Ok((!has_expired).then_some(Taken::Foreign));
    }
    let is_first = if transaction.used {
        false
    } else {
        stored.document.mark_used();
        // Compare-and-set: of several callbacks at the same time, one uses the transaction.
        store.replace(&mut stored).await?
    };
    // At another provider, the response may be that of a mix-up attack: the transaction is used, but not completed.
    Ok(Some(if transaction.provider != provider {
        Taken::Foreign
    } else if is_first && !has_expired {
        Taken::Open(transaction)
    } else {
        Taken::Stale(transaction)
    }))
}

/// Stores the report of a test login. The first report stays.
pub async fn store_report(store: &Store, id: TransactionId, report: &str) -> Result<(), StoreError> {
    let add_report = |transaction: &mut Transaction| {
        if transaction.report.is_some() {
            return Ok::<_, StoreError>(Change::Keep(()));
        }
        transaction.report = Some(report.to_owned());
        Ok(Change::Write(()))
    };
    store.update(&id.document_id(), add_report).await.map(drop)
}

/// Progress of a test login.
#[derive(Debug)]
pub enum TestProgress {
    Waiting,
    /// The report, in JSON.
    Finished(String),
}

/// Returns the test login of a provider that this session started (hash of the id, hex), until it expires.
///
/// The report contains the claims of the user who signed in at the provider. Another administrator, and a later session of the same one, get
/// nothing: only the session that started the test is bound to the browser in which the user signed in.
pub async fn find_test(
    store: &Store,
    id: TransactionId,
    provider: &str,
    session: &str,
    now: Timestamp,
) -> Result<Option<TestProgress>, StoreError> {
    let Some(stored) = store.get_expendable::<Transaction>(&id.document_id()).await? else { return Ok(None) };
    let transaction = stored.into_document();
    let is_own = match &transaction.purpose {
        Purpose::Test(starter) => is_equal(starter, session),
        Purpose::SignIn | Purpose::Link(_) | Purpose::Reauthenticate(_) => false,
    };
    // The store deletes expired documents some time later.
    if !is_own || transaction.provider != provider || now >= transaction.expires_at {
        return Ok(None);
    }
    Ok(Some(transaction.report.map_or(TestProgress::Waiting, TestProgress::Finished)))
}

fn parse_state(state: &str) -> Option<(TransactionId, Vec<u8>)> {
    let bytes = URL_SAFE_NO_PAD.decode(state).ok()?;
    let (id, secret) = bytes.split_first_chunk::<16>()?;
    (secret.len() == SECRET_BYTES).then(|| (TransactionId(Id::from_bytes(*id)), secret.to_vec()))
}

/// Compares in constant time.
fn is_equal(stored: &str, computed: &str) -> bool {
    stored.as_bytes().ct_eq(computed.as_bytes()).into()
}

fn hash_of(browser: &BrowserKey) -> String {
    sha256_hex(browser.as_str().as_bytes())
}
