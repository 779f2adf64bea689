//! ID tokens that are kept for the logout at the provider, which may ask for one (`id_token_hint`, OpenID Connect RP-Initiated Logout
//! 1.0 §2).
//!
//! Sealed, stored apart from the session, read once. The only response that contains one is the redirect of the logout, to the provider
//! that issued it.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::record::Session;
use crate::{
    app::App,
    clock::Timestamp,
    secrets::{Keys, Sealed, SealedField, hex, random},
    store::{Change, Collection, Document, DocumentId, Page, Store, StoreError},
    user::UserId,
};

/// The field name that the token is sealed for.
const FIELD: SealedField = SealedField::IdTokenHint;
/// Longest token that is stored, in bytes: a longer one does not fit into a URL that all servers accept.
const TOKEN_MAX: usize = 6 * 1024;
/// Tokens per read of the store.
const PAGE: usize = 200;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IdTokenHint {
    #[serde(rename = "_id")]
    key: String,
    user_id: UserId,
    id_token: Sealed,
    expires_at: Timestamp,
}

impl Document for IdTokenHint {
    const COLLECTION: Collection = Collection::IdTokenHints;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.key.clone())
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Stores an ID token for as long as a session can last, and returns its key; `None` if the token is too long.
pub async fn store(app: &App, user: UserId, id_token: &SecretString) -> Result<Option<String>, StoreError> {
    let token = id_token.expose_secret();
    if token.len() > TOKEN_MAX {
        return Ok(None);
    }
    let key = hex(&random::<16>());
    let stored = IdTokenHint {
        key: key.clone(),
        user_id: user,
        id_token: app.keys.seal(&user, FIELD, token.as_bytes()),
        expires_at: app.clock.now() + app.config.session.longest(),
    };
    app.store.insert(stored).await?;
    Ok(Some(key))
}

/// Seals with the newest key all stored ID tokens that older keys have sealed; returns how many. One that cannot be opened stays: its logout at the provider
/// works without it.
pub async fn reseal_all(store: &Store, keys: &Keys) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = Page { tag: None, after, newest_first: false, limit: PAGE };
        let page = store.scan::<IdTokenHint>(page).await?;
        for stored in &page.documents {
            let written = store
                .update::<IdTokenHint, bool, StoreError>(&stored.id(), |stored| {
                    let resealed = keys.reseal(&stored.user_id, FIELD, &stored.id_token);
                    let Ok(Some(sealed)) = resealed else { return Ok(Change::Keep(false)) };
                    stored.id_token = sealed;
                    Ok(Change::Write(true))
                })
                .await?;
            count += usize::from(written.is_some_and(|(_, is_written)| is_written));
        }
        match page.next {
            Some(last) => after = Some(last),
            None => return Ok(count),
        }
    }
}

/// Deletes and returns an ID token. If the store fails, the provider is asked to log out without `id_token_hint`; the logout here is not affected.
pub async fn take(app: &App, key: &str) -> Option<SecretString> {
    let stored = app.store.take::<IdTokenHint>(&DocumentId::Text(key.to_owned())).await.ok()??;
    let bytes = app.keys.open(&stored.user_id, FIELD, &stored.id_token).ok()?;
    String::from_utf8(bytes.to_vec()).ok().map(SecretString::from)
}

/// Deletes the stored ID token of a session that can no longer be used for a logout at the provider.
pub(super) async fn delete_of(app: &App, session: Option<&Session>) {
    if let Some(key) = session.and_then(Session::id_token_hint) {
        take(app, key).await;
    }
}
