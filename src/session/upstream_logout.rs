//! Back-channel logouts of a provider that may arrive before the session that they end.
//!
//! A provider may end its session before the browser has followed the redirect to our callback. The logout is remembered for five
//! minutes, and each session that opens in that time is compared with it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{tag_of_identity, tag_of_upstream_session};
use crate::{
    admission::UpstreamSession,
    app::App,
    clock::Timestamp,
    secrets::sha256_hex,
    store::{Collection, Document, DocumentId, StoreError, Stored},
};

/// Longest time from the ID token to the session; longer than any request takes.
const LOGIN_TIME: Duration = Duration::from_mins(5);

/// A provider logged a user or one of its sessions out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpstreamLogout {
    #[serde(rename = "_id")]
    id: String,
    /// `iat` of the logout token, in seconds.
    at: i64,
    /// When the logout token arrived, by our clock.
    received_at: Timestamp,
    expires_at: Timestamp,
}

impl Document for UpstreamLogout {
    const COLLECTION: Collection = Collection::UpstreamLogouts;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Returns the id of the record about a logout of all sessions with a tag.
fn logout_id(tag: &str) -> String {
    sha256_hex(tag.as_bytes())
}

/// Returns the tag of an identity's sessions for which the provider sent no `sid`.
#[must_use]
pub fn sessions_without_sid(identity_tag: &str) -> String {
    format!("{identity_tag}|withoutSid")
}

/// Remembers that the provider ended the sessions with this tag at `at`, in seconds.
pub async fn record_upstream_logout(app: &App, tag: &str, at: i64) -> Result<(), StoreError> {
    let (id, received_at) = (logout_id(tag), app.clock.now());
    let expires_at = received_at + LOGIN_TIME;
    app.store
        .upsert(&DocumentId::Text(id.clone()), |known: Option<UpstreamLogout>| {
            let at = known.map_or(at, |known| known.at.max(at));
            Ok((Some(UpstreamLogout { id: id.clone(), at, received_at, expires_at }), ()))
        })
        .await
}

/// Returns whether the provider ended this session before it was opened. The caller asks after it has written the record, so that a later
/// logout finds the record.
pub async fn was_logged_out_since(app: &App, upstream: &UpstreamSession) -> Result<bool, StoreError> {
    let UpstreamSession { key, sid, issued_at, started_at, .. } = upstream;
    let all = tag_of_identity(key);
    let this = match sid.as_deref() {
        Some(sid) => tag_of_upstream_session(&key.issuer, sid),
        None => sessions_without_sid(&all),
    };
    for tag in [all, this] {
        let logout = app.store.get::<UpstreamLogout>(&DocumentId::Text(logout_id(&tag))).await?;
        // The provider counts in seconds. Within the same second, a logout counts if it arrived after the browser was redirected.
        let applies = |logout: Stored<UpstreamLogout>| {
            logout.at > *issued_at || logout.at == *issued_at && logout.received_at > *started_at
        };
        if logout.is_some_and(applies) {
            return Ok(true);
        }
    }
    Ok(false)
}
