//! OpenID Connect Back-Channel Logout 1.0: a provider ends sessions here with a signed logout token.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    admission::UpstreamSession,
    app::App,
    audit::EventKind,
    clock::Timestamp,
    limiter::Limited,
    login::federated::oidc::{failure::ProviderFailure, logout_token::LogoutToken, provider::Provider},
    secrets::sha256_hex,
    session::{self, Session, upstream_logout},
    store::{Collection, Document, DocumentId, StoreError},
    user::{EndReason, IdentityKey, User},
    web::client::Client,
};

/// Reason why a logout token ends no session.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogoutTokenError {
    /// The token is not valid; the cause is for the log.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The token cannot be validated now, because the provider's keys cannot be loaded.
    #[error("{0}")]
    Unavailable(String),
    /// The store failed: some sessions may not be ended.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A logout token that was used (`jti`), kept until it would be refused for its age.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsedLogoutToken {
    #[serde(rename = "_id")]
    id: String,
    expires_at: Timestamp,
}

impl UsedLogoutToken {
    fn new(provider: &Provider, token: &LogoutToken) -> Self {
        let LogoutToken { id, issuer, stale_at, .. } = token;
        let name = format!("{}|{issuer}|{id}", provider.config.client_id);
        let id = sha256_hex(name.as_bytes());
        Self { id, expires_at: *stale_at }
    }
}

impl Document for UsedLogoutToken {
    const COLLECTION: Collection = Collection::UsedLogoutTokens;

    fn id(&self) -> DocumentId {
        DocumentId::Text(self.id.clone())
    }

    fn purge_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }
}

/// Ends the sessions that a logout token names (OpenID Connect Back-Channel Logout 1.0 §2.7): with `sid` one session at the provider, with
/// `sub` alone all sessions of that identity. Succeeds also if no session matches.
pub(super) async fn handle_logout_token(
    app: &App,
    client: &Client,
    provider: &Arc<Provider>,
    text: Option<&str>,
) -> Result<(), LogoutTokenError> {
    let now = app.clock.system_time();
    // Any client can send a token with a made-up `kid`, which makes this service fetch the key set. A network that has sent many invalid
    // tokens causes no request. Its tokens with a known key are still accepted: a client of the same network must not prevent logouts.
    let may_fetch_keys = match app.limiter.check_logout_tokens(&client.networks()).await {
        Ok(()) => true,
        Err(Limited::Wait(..) | Limited::Busy) => false,
        Err(limited @ Limited::Store(_)) => return Err(limited.into()),
    };
    let validated = match text {
        Some(text) => provider.validated_logout_token(text, may_fetch_keys, now).await,
        None => Err(ProviderFailure::Invalid("no logout_token".to_owned())),
    };
    let token = match validated {
        Ok(token) => token,
        Err(failure @ (ProviderFailure::Unavailable(_) | ProviderFailure::RateLimited)) => {
            return Err(LogoutTokenError::Unavailable(failure.to_string()));
        }
        Err(failure @ (ProviderFailure::Refused(_) | ProviderFailure::Invalid(_))) => {
            return refuse(app, client, failure.to_string()).await;
        }
    };
    let used = UsedLogoutToken::new(provider, &token);
    if app.store.get::<UsedLogoutToken>(&used.id()).await?.is_some() {
        return refuse(app, client, "jti was used before".to_owned()).await;
    }
    end_sessions(app, client, provider, &token).await?;
    // After the sessions ended: if the store fails in between, the provider's next attempt must not count as a replay.
    match app.store.insert(used).await {
        Err(StoreError::Taken { .. }) => refuse(app, client, "jti was used before".to_owned()).await,
        inserted => Ok(inserted.map(drop)?),
    }
}

/// Counts an invalid token for its network: a network that sends many is rate-limited.
async fn refuse(app: &App, client: &Client, cause: String) -> Result<(), LogoutTokenError> {
    app.limiter.count_invalid_logout_token(&client.networks()).await?;
    Err(LogoutTokenError::Refused(cause))
}

async fn end_sessions(
    app: &App,
    client: &Client,
    provider: &Provider,
    token: &LogoutToken,
) -> Result<(), StoreError> {
    let key = token.subject.clone().map(|subject| IdentityKey { issuer: token.issuer.clone(), subject });
    let ended = match (&token.sid, &key) {
        (Some(sid), _) => end_upstream_session(app, token, sid, key.as_ref()).await?,
        (None, Some(key)) => end_identity(app, token, key).await?,
        // The validation refuses a token without both.
        (None, None) => Vec::new(),
    };
    let user = match (ended.first(), &key) {
        (Some(session), _) => Some(session.user_id),
        (None, Some(key)) => match app.store.find::<User>(&key.handle()).await {
            // The sessions have ended. The user is only for the audit event.
            Err(StoreError::Corrupt { .. }) => None,
            found => found?.map(|user| user.id),
        },
        (None, None) => None,
    };
    let audit = app.audit(client).about(user).by_provider(&provider.config.name);
    audit.success(EventKind::ProviderLogout).details(format!("{} sessions", ended.len())).record().await;
    Ok(())
}

/// Ends the sessions that belong to one session at the provider. With `sub`, a session here for which the provider sent no `sid` may belong
/// to it, so it ends too.
async fn end_upstream_session(
    app: &App,
    token: &LogoutToken,
    sid: &str,
    key: Option<&IdentityKey>,
) -> Result<Vec<Session>, StoreError> {
    let tag = session::tag_of_upstream_session(&token.issuer, sid);
    upstream_logout::record_upstream_logout(app, &tag, token.issued_at).await?;
    let has_sid =
        |upstream: &UpstreamSession| belongs_to(upstream, token, key) && upstream.sid.as_deref() == Some(sid);
    let mut ended = end_all(app, &tag, has_sid).await?;
    if let Some(key) = key {
        let tag = session::tag_of_identity(key);
        let recorded = upstream_logout::sessions_without_sid(&tag);
        upstream_logout::record_upstream_logout(app, &recorded, token.issued_at).await?;
        let without_sid =
            |upstream: &UpstreamSession| belongs_to(upstream, token, Some(key)) && upstream.sid.is_none();
        ended.extend(end_all(app, &tag, without_sid).await?);
    }
    Ok(ended)
}

/// Ends all sessions of an identity.
async fn end_identity(app: &App, token: &LogoutToken, key: &IdentityKey) -> Result<Vec<Session>, StoreError> {
    let tag = session::tag_of_identity(key);
    upstream_logout::record_upstream_logout(app, &tag, token.issued_at).await?;
    end_all(app, &tag, |upstream| belongs_to(upstream, token, Some(key))).await
}

/// Returns whether an upstream session is of the issuer and, if the token names it, of the subject. A `sid` together with the `sub` of another
/// user ends nothing.
fn belongs_to(upstream: &UpstreamSession, token: &LogoutToken, key: Option<&IdentityKey>) -> bool {
    upstream.key.issuer == token.issuer && key.is_none_or(|key| upstream.key == *key)
}

async fn end_all(
    app: &App,
    tag: &str,
    ends: impl Fn(&UpstreamSession) -> bool + Send + Sync,
) -> Result<Vec<Session>, StoreError> {
    let ends = |session: &Session| session.upstream().is_some_and(&ends);
    session::end_all(app, tag, EndReason::ProviderLogout, ends).await
}
