//! Sign-out that reaches both sides: at the provider after ours, and here when the provider says so.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    hint,
    provider::{Provider, ProviderFailure},
    token::LogoutNotice,
};
use crate::{
    app::App,
    audit::{self, Event, EventKind},
    clock::Timestamp,
    limiter::Limited,
    login::admit::ProviderSession,
    net::Caller,
    secrets::sha256_hex,
    session::{self, EndReason, Session},
    store::{Collection, Document, DocumentId, StoreError},
    user::{IdentityKey, User},
};

/// Where a browser goes on to sign out at the provider, once the session here is over; none if the provider has no such place.
pub async fn onwards(app: &App, upstream: &ProviderSession) -> Option<String> {
    let provider = app.provider(&upstream.provider)?;
    let id_token = match &upstream.hint {
        Some(key) => hint::take(app, key).await,
        None => None,
    };
    provider.logout_url(id_token.as_ref(), &app.config.public_url.origin).map(String::from)
}

/// Why a logout token ends nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotEnded {
    /// It is not one that counts; for the log.
    #[error("{0}")]
    Refused(String),
    /// Too many of those before this.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// It cannot be verified now.
    #[error("{0}")]
    Unavailable(String),
    /// Not all may have ended.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a provider said, kept as long as it matters: that a token was used, or that sessions ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mark {
    #[serde(rename = "_id")]
    id: String,
    /// When the provider said so, in seconds.
    at: i64,
    /// When we heard it, by our clock.
    #[serde(default = "Timestamp::epoch")]
    heard_at: Timestamp,
    expires_at: Timestamp,
    #[serde(skip)]
    revision: i64,
}

impl Document for Mark {
    const COLLECTION: Collection = Collection::Hints;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
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

/// How long a sign-in may be on its way from the token to the session; longer than any request takes.
const ON_ITS_WAY: Duration = Duration::from_mins(5);

/// Under which it is marked that a provider ended what is listed by a tag, for sign-ins that are on their way.
fn left_id(tag: &str) -> String {
    format!("left:{}", sha256_hex(tag.as_bytes()))
}

/// Those of an identity that the provider gave no name (`sid`).
fn nameless_of(identity: &str) -> String {
    format!("{identity}|nameless")
}

async fn note_left(app: &App, tag: &str, at: i64) -> Result<(), StoreError> {
    let (id, heard_at) = (left_id(tag), app.clock.now());
    let expires_at = heard_at + ON_ITS_WAY;
    app.store
        .upsert(&DocumentId::Text(id.clone()), |left: Option<Mark>| {
            let at = left.map_or(at, |left| left.at.max(at));
            Ok((Some(Mark { id: id.clone(), at, heard_at, expires_at, revision: 0 }), ()))
        })
        .await
}

/// Whether the provider ended this session before it was opened: its word went faster than the browser. Asked when the record is there,
/// so that a logout which comes later finds it.
///
/// # Errors
/// When the store fails.
pub async fn overtook(app: &App, upstream: &ProviderSession) -> Result<bool, StoreError> {
    let ProviderSession { key, sid, issued_at, begun_at, .. } = upstream;
    let all = session::of_identity(key);
    let this = match sid.as_deref() {
        Some(sid) => session::of_provider_session(&key.issuer, sid),
        None => nameless_of(&all),
    };
    for tag in [all, this] {
        let left = app.store.get::<Mark>(&DocumentId::Text(left_id(&tag))).await?;
        // The provider counts in seconds: of one second, it is what we heard while the browser was on its way.
        let overtook =
            |left: Mark| left.at > *issued_at || left.at == *issued_at && left.heard_at > *begun_at;
        if left.is_some_and(overtook) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends the sessions that a logout token names (OpenID Connect Back-Channel Logout 1.0 §2.7): `sid` one session at the provider,
/// `sub` alone all that were opened through that identity. 200 also when there is none.
///
/// # Errors
/// [`NotEnded`]
pub async fn at_the_providers_wish(
    app: &App,
    caller: &Caller,
    provider: &Arc<Provider>,
    token: Option<&str>,
) -> Result<(), NotEnded> {
    let now = app.clock.now();
    let verified = match token {
        Some(token) => provider.logout_notice(token, now).await,
        None => Err(ProviderFailure::Invalid("no logout_token".to_owned())),
    };
    let notice = match verified {
        Ok(notice) => notice,
        Err(ProviderFailure::Unavailable(cause)) => return Err(NotEnded::Unavailable(cause)),
        Err(failure) => return refuse(app, caller, failure.to_string()).await,
    };
    let used = used(provider, &notice);
    if app.store.get::<Mark>(&used.id()).await?.is_some() {
        return refuse(app, caller, "used before (jti)".to_owned()).await;
    }
    end(app, caller, provider, &notice).await?;
    // After the sessions ended, so that a store which fails in between does not make the provider's next try a replay.
    match app.store.insert(&mut { used }).await {
        Err(StoreError::Taken { .. }) => refuse(app, caller, "used before (jti)".to_owned()).await,
        inserted => Ok(inserted?),
    }
}

/// Counted for the network it came from: whoever sends many is not listened to.
async fn refuse(app: &App, caller: &Caller, cause: String) -> Result<(), NotEnded> {
    app.limiter.count_anomaly(&caller.network()).await?;
    Err(NotEnded::Refused(cause))
}

/// Under which a token is marked as used, until it would be refused for its age.
fn used(provider: &Provider, notice: &LogoutNotice) -> Mark {
    let LogoutNotice { id, issuer, issued_at, stale_at, .. } = notice;
    let name = format!("{}|{issuer}|{id}", provider.config.client_id);
    let id = format!("jti:{}", sha256_hex(name.as_bytes()));
    Mark { id, at: *issued_at, heard_at: Timestamp::epoch(), expires_at: *stale_at, revision: 0 }
}

async fn end(
    app: &App,
    caller: &Caller,
    provider: &Provider,
    notice: &LogoutNotice,
) -> Result<(), StoreError> {
    let LogoutNotice { issuer, subject, sid, issued_at, .. } = notice;
    let key = subject.clone().map(|subject| IdentityKey { issuer: issuer.clone(), subject });
    // A sid with somebody else's sub ends nothing, and one that a session no longer belongs to does not end it.
    let of_person = |upstream: &ProviderSession| {
        upstream.key.issuer == *issuer && key.as_ref().is_none_or(|key| upstream.key == *key)
    };
    let named = |session: &Session| {
        session
            .upstream
            .as_ref()
            .is_some_and(|upstream| of_person(upstream) && (sid.is_none() || upstream.sid == *sid))
    };
    let nameless = |session: &Session| {
        session.upstream.as_ref().is_some_and(|upstream| of_person(upstream) && upstream.sid.is_none())
    };
    let reason = EndReason::ProviderLogout;
    let mut ended = Vec::new();
    if let Some(sid) = sid {
        let tag = session::of_provider_session(issuer, sid);
        note_left(app, &tag, *issued_at).await?;
        ended.extend(session::end_all(app, &tag, reason, named).await?);
    }
    if let Some(key) = &key {
        let tag = session::of_identity(key);
        if sid.is_some() {
            // Also those that the provider gave no name: it cannot mean others.
            note_left(app, &nameless_of(&tag), *issued_at).await?;
            ended.extend(session::end_all(app, &tag, reason, nameless).await?);
        } else {
            note_left(app, &tag, *issued_at).await?;
            ended.extend(session::end_all(app, &tag, reason, named).await?);
        }
    }
    let person = match (&key, ended.first()) {
        (_, Some(session)) => Some(session.user_id),
        (Some(key), None) => app.store.find::<User>(&key.handle()).await?.map(|user| user.id),
        (None, None) => None,
    };
    let event = Event::success(EventKind::ProviderLogout, app.clock.now()).by(&provider.config.name);
    let event = person.into_iter().fold(event, Event::about).details(format!("{} sessions", ended.len()));
    audit::record(&app.store, event.from(caller.ip, caller.request_id.as_str())).await;
    Ok(())
}
