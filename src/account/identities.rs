//! Identities of the signed-in user: link another one, unlink one.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    administrators::{Attempt, LastAdministrator},
    app::App,
    audit::EventKind,
    limiter::Limited,
    login::{
        federated::{
            account_linking::decision_trace,
            start::{AuthorizationRequest, StartError},
            transaction::Purpose,
        },
        recent_proof::{ProofTooOld, require_recent},
        sign_in_methods::has_sign_in_method,
    },
    mail::Notice,
    notices,
    secrets::sha256,
    session::{self, CurrentSession, Refusal},
    store::{Change, StoreError, Stored},
    user::{EndReason, IdentityKey, User},
    web::{client::Client, provider_name::ProviderName, return_target::ReturnTarget},
};

/// Returns the id of an identity in the API: a hash, because issuer and subject are not published.
#[must_use]
pub fn public_id(key: &IdentityKey) -> String {
    URL_SAFE_NO_PAD.encode(&sha256(key.to_string().as_bytes())[..16])
}

/// Why an identity is not linked or unlinked.
#[derive(Debug, thiserror::Error)]
pub enum IdentityChangeError {
    #[error("the user has no such identity")]
    Unknown,
    #[error("it is the last sign-in method of the user")]
    LastSignInMethod,
    #[error(transparent)]
    LastAdministrator(#[from] LastAdministrator),
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Provider(#[from] StartError),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Returns the authorization request for linking an identity at a provider. It is bound to this session: a callback in another session
/// links nothing.
pub fn link(
    app: &App,
    current: &CurrentSession,
    provider: &ProviderName,
    return_to: ReturnTarget,
) -> Result<AuthorizationRequest, IdentityChangeError> {
    app.providers.get(provider.as_str()).ok_or(StartError::Unknown)?;
    require_recent(app, current)?;
    let purpose = Purpose::Link(current.id_hash_hex());
    // With `prompt=login`: the session at the provider may belong to another user of a shared browser.
    Ok(AuthorizationRequest::new(purpose, true, return_to))
}

/// Unlinks an identity on purpose. A later login with it does not open this account unless the user links it again. The other sessions
/// that were opened through it end.
pub async fn unlink(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    identity: &str,
) -> Result<(), IdentityChangeError> {
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    // A script with a session could link and unlink without end, with an audit event each.
    app.limiter.count_unlink(&current.user.id.to_string()).await?;
    // The store may have failed after an earlier unlinking, before all sessions had ended: a repeated request ends the rest.
    let unlinked = &current.user.unlinked_identities;
    if let Some(unlinked) = unlinked.iter().find(|unlinked| public_id(&unlinked.key) == identity) {
        end_other_sessions(app, current, &unlinked.key).await?;
    }
    let (after, (key, before)) = write_without(app, current, identity).await?;
    let audit = app.audit(client).about(after.id).by_user(after.id);
    let changes = decision_trace::changes(&before, &after);
    audit.success(EventKind::IdentityUnlinked).details(changes).record().await;
    let provider =
        before.identities.iter().find(|identity| identity.key == key).map(|identity| &identity.provider);
    let provider = provider.map(|name| app.providers.label(name).to_owned()).unwrap_or_default();
    notices::send(app, client, &after, Notice::IdentityUnlinked { provider }).await;
    Ok(end_other_sessions(app, current, &key).await?)
}

/// Writes the user without an identity; returns the user, the key of the identity and the user before. The identity may have the role of
/// the last administrator.
async fn write_without(
    app: &App,
    current: &CurrentSession,
    identity: &str,
) -> Result<(Stored<User>, (IdentityKey, Box<Stored<User>>)), IdentityChangeError> {
    let mut guard = app.administrators().guard();
    loop {
        let attempt = current
            .update_stored_user::<_, Attempt<IdentityChangeError>>(&app.users, |user| {
                let before = Box::new(user.clone());
                let key = remove(app, user, identity).map_err(Attempt::Failed)?;
                guard.permit(&before, &[user])?;
                Ok(Change::Write((key, before)))
            })
            .await;
        if let Some(written) = guard.settle(attempt, app.clock.now()).await? {
            return Ok(written);
        }
    }
}

/// Removes an identity from the user, unless it is the last sign-in method: the user would be locked out.
fn remove(app: &App, user: &mut User, identity: &str) -> Result<IdentityKey, IdentityChangeError> {
    let mut keys = user.identities.iter().map(|known| &known.key);
    let key = keys.find(|key| public_id(key) == identity).cloned().ok_or(IdentityChangeError::Unknown)?;
    user.unlink_identity(&key, app.clock.now());
    if !has_sign_in_method(app, user) {
        return Err(IdentityChangeError::LastSignInMethod);
    }
    Ok(key)
}

/// Ends the other sessions of the user that were opened through an identity. An attacker who controls the identity at the provider must
/// not keep a session.
async fn end_other_sessions(
    app: &App,
    current: &CurrentSession,
    key: &IdentityKey,
) -> Result<(), StoreError> {
    let others = |session: &session::Session| session.user_id == current.user.id && !session.is(&current.id);
    session::end_all(app, &session::tag_of_identity(key), EndReason::Revoked, others).await.map(drop)
}
