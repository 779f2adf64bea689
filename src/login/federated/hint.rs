//! ID tokens that are kept for the sign-out at the provider, which may ask for one (`id_token_hint`).
//!
//! Sealed, away from the session, read once: no answer carries one but the redirect of the sign-out, to the provider that made it.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    clock::Timestamp,
    secrets::{Sealed, hex, random},
    store::{Collection, Document, DocumentId, StoreError},
    user::UserId,
};

/// What it is sealed for.
const PURPOSE: &str = "hint";
/// A longer token would not fit into a URL that everybody takes, in bytes.
const TOKEN_MAX: usize = 6 * 1024;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hint {
    #[serde(rename = "_id")]
    key: String,
    user_id: UserId,
    id_token: Sealed,
    expires_at: Timestamp,
    #[serde(skip)]
    revision: i64,
}

impl Document for Hint {
    const COLLECTION: Collection = Collection::Hints;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.key.clone())
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn set_revision(&mut self, revision: i64) {
        self.revision = revision;
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Keeps it as long as a session may last; what it is found by.
///
/// # Errors
/// When the store fails.
pub async fn keep(app: &App, user: UserId, id_token: &SecretString) -> Result<Option<String>, StoreError> {
    let token = id_token.expose_secret();
    if token.len() > TOKEN_MAX {
        return Ok(None);
    }
    let key = hex(&random::<16>());
    let mut hint = Hint {
        key: key.clone(),
        user_id: user,
        id_token: app.keys.seal(&user, PURPOSE, token.as_bytes()),
        expires_at: app.clock.now() + app.config.session.max,
        revision: 0,
    };
    app.store.insert(&mut hint).await?;
    Ok(Some(key))
}

/// Takes it out. A store that fails costs the sign-out at the provider its comfort, not the sign-out here.
pub async fn take(app: &App, key: &str) -> Option<SecretString> {
    let hint = app.store.take::<Hint>(&DocumentId::Text(key.to_owned())).await.ok()??;
    let bytes = app.keys.open(&hint.user_id, PURPOSE, &hint.id_token).ok()?;
    String::from_utf8(bytes.to_vec()).ok().map(SecretString::from)
}
