//! OpenID Connect Back-Channel Logout 1.0: a provider ends sessions here with a signed logout token.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    admission::UpstreamSession,
    app::App,
    audit::EventKind,
    clock::Timestamp,
    limiter::Limited,
    login::federated::oidc::{
        provider::{Provider, ProviderFailure},
        token::LogoutToken,
    },
    secrets::sha256_hex,
    session::{self, Session, upstream_logout},
    store::{Collection, Document, DocumentId, StoreError},
    user::{EndReason, IdentityKey, User},
    web::client::Client,
};

/// Why a logout token ends no session.
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
struct UsedLogoutToken {
    #[serde(rename = "_id")]
    id: String,
    expires_at: Timestamp,
}

impl UsedLogoutToken {
    fn new(provider: &Provider, notice: &LogoutToken) -> Self {
        let LogoutToken { id, issuer, stale_at, .. } = notice;
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
///
/// # Errors
/// [`LogoutTokenError`]
pub(super) async fn handle_logout_token(
    app: &App,
    client: &Client,
    provider: &Arc<Provider>,
    token: Option<&str>,
) -> Result<(), LogoutTokenError> {
    let now = app.clock.now();
    let validated = match token {
        Some(token) => provider.validated_logout_token(token, now).await,
        None => Err(ProviderFailure::Invalid("no logout_token".to_owned())),
    };
    let notice = match validated {
        Ok(notice) => notice,
        Err(ProviderFailure::Unavailable(cause)) => return Err(LogoutTokenError::Unavailable(cause)),
        Err(failure @ (ProviderFailure::Refused(_) | ProviderFailure::Invalid(_))) => {
            return refuse(app, client, failure.to_string()).await;
        }
    };
    let used = UsedLogoutToken::new(provider, &notice);
    if app.store.get::<UsedLogoutToken>(&used.id()).await?.is_some() {
        return refuse(app, client, "jti was used before".to_owned()).await;
    }
    end_sessions(app, client, provider, &notice).await?;
    // After the sessions ended: if the store fails in between, the provider's next attempt must not count as a replay.
    match app.store.insert(used).await {
        Err(StoreError::Taken { .. }) => refuse(app, client, "jti was used before".to_owned()).await,
        inserted => Ok(inserted.map(drop)?),
    }
}

/// Counts an invalid token for its network: a network that sends many is rate-limited.
async fn refuse(app: &App, client: &Client, cause: String) -> Result<(), LogoutTokenError> {
    app.limiter.count_anomaly(&client.network()).await?;
    Err(LogoutTokenError::Refused(cause))
}

async fn end_sessions(
    app: &App,
    client: &Client,
    provider: &Provider,
    notice: &LogoutToken,
) -> Result<(), StoreError> {
    let LogoutToken { issuer, subject, sid, issued_at, .. } = notice;
    let key = subject.clone().map(|subject| IdentityKey { issuer: issuer.clone(), subject });
    // A `sid` together with the `sub` of another user ends nothing.
    let belongs = |upstream: &UpstreamSession| {
        upstream.key.issuer == *issuer && key.as_ref().is_none_or(|key| upstream.key == *key)
    };
    let named = |session: &Session| {
        session
            .upstream()
            .is_some_and(|upstream| belongs(upstream) && (sid.is_none() || upstream.sid == *sid))
    };
    let without_sid = |session: &Session| {
        session.upstream().is_some_and(|upstream| belongs(upstream) && upstream.sid.is_none())
    };
    let reason = EndReason::ProviderLogout;
    let mut ended = Vec::new();
    if let Some(sid) = sid {
        let tag = session::tag_of_upstream_session(issuer, sid);
        upstream_logout::record_upstream_logout(app, &tag, *issued_at).await?;
        ended.extend(session::end_all(app, &tag, reason, named).await?);
    }
    if let Some(key) = &key {
        let tag = session::tag_of_identity(key);
        if sid.is_some() {
            // The token names one session at the provider. A session here without a `sid` may be that one, so it ends too.
            let recorded = upstream_logout::sessions_without_sid(&tag);
            upstream_logout::record_upstream_logout(app, &recorded, *issued_at).await?;
            ended.extend(session::end_all(app, &tag, reason, without_sid).await?);
        } else {
            upstream_logout::record_upstream_logout(app, &tag, *issued_at).await?;
            ended.extend(session::end_all(app, &tag, reason, named).await?);
        }
    }
    let user = match (&key, ended.first()) {
        (_, Some(session)) => Some(session.user_id),
        (Some(key), None) => app.store.find::<User>(&key.handle()).await?.map(|user| user.id),
        (None, None) => None,
    };
    let audit = app.audit(client).about(user).by_provider(&provider.config.name);
    audit.success(EventKind::ProviderLogout).details(format!("{} sessions", ended.len())).record().await;
    Ok(())
}
