//! Everything that is stored about the signed-in user, without secrets.

pub(crate) mod routes;

use serde_json::{Value, json};

use super::{activity, sessions};
use crate::{
    app::App,
    audit::{EventId, EventKind},
    limiter::Limited,
    login::recent_proof::{ProofTooOld, require_recent},
    session::{self, CurrentSession, Refusal},
    store::StoreError,
    user::{Device, Identity, Totp, UnlinkedIdentity, User, roles::roles_of},
    web::client::Client,
};

/// Newest events in an export. A request must finish before its deadline.
const EVENTS_MAX: usize = 5000;
/// Events per read of the store.
const PAGE: usize = 200;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Returns the data of the user. It requires a recent proof: an attacker with an open session must not get all data at once.
///
/// # Errors
/// [`ExportError`].
pub async fn export(app: &App, client: &Client, current: &CurrentSession) -> Result<Value, ExportError> {
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    app.limiter.count_export(&current.user.id.to_string()).await?;
    let id = current.user.id;
    let user = app.users.get_uncached(&id.document_id()).await?.ok_or(Refusal::NotSignedIn)?;
    let (events, has_more_events) = events(app, current).await?;
    let exported = json!({
        "exportedAt": app.clock.now(),
        "user": user_json(app, &user),
        "sessions": sessions::list(app, current).await?,
        "events": events,
        "hasMoreEvents": has_more_events,
    });
    app.audit(client).about(id).by_user(id).success(EventKind::DataExported).record().await;
    Ok(exported)
}

async fn events(
    app: &App,
    current: &CurrentSession,
) -> Result<(Vec<activity::ActivityItem>, bool), StoreError> {
    let (mut events, mut cursor) = (Vec::new(), None::<EventId>);
    loop {
        let page = activity::page(&app.store, current.user.id, cursor, PAGE).await?;
        events.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() || events.len() >= EVENTS_MAX {
            return Ok((events, cursor.is_some()));
        }
    }
}

/// Describes the user document.
///
/// It destructures the user without `..`: a new field does not compile until it is in the export, or is listed here as a secret.
fn user_json(app: &App, user: &User) -> Value {
    let User {
        id,
        username,
        email,
        email_verified,
        pending_email,
        previous_emails,
        display_name,
        picture,
        locale,
        roles: _,
        status,
        password,
        initial_password_expires_at,
        totp,
        // Sealed, and not in use yet.
        pending_totp: _,
        recovery_codes,
        identities,
        unlinked_identities,
        created_by,
        field_sources,
        // Counters of the sessions, which are listed on their own.
        session_epoch: _,
        sessions_ended_because: _,
        continuing_session: _,
        created_at,
        updated_at,
        last_login_at,
        devices,
        deletion_at,
        former_ids,
    } = user;
    json!({
        "id": id,
        "username": username,
        "email": email,
        "emailVerified": email_verified,
        "pendingEmail": pending_email.as_ref().map(|pending| &pending.email),
        "previousEmails": previous_emails.iter().map(|previous| &previous.email).collect::<Vec<_>>(),
        "displayName": display_name,
        "picture": picture,
        "locale": locale,
        "roles": roles_of(user, &app.config.providers),
        "status": status,
        "initialPasswordExpiresAt": initial_password_expires_at,
        "passwordChangedAt": password.as_ref().map(|password| password.changed_at),
        "totp": totp.iter().map(totp_json).collect::<Vec<_>>(),
        "recoveryCodesLeft": recovery_codes.as_ref().map_or(0, |codes| codes.hashes.len()),
        "identities": identities.iter().map(identity_json).collect::<Vec<_>>(),
        "unlinkedIdentities": unlinked_identities.iter().map(unlinked_json).collect::<Vec<_>>(),
        "createdBy": created_by,
        "fieldSources": field_sources,
        "createdAt": created_at,
        "updatedAt": updated_at,
        "lastLoginAt": last_login_at,
        "devices": devices.iter().map(device_json).collect::<Vec<_>>(),
        "deletionAt": deletion_at,
        "formerIds": former_ids,
    })
}

fn totp_json(Totp { id, name, secret: _, confirmed_at, last_used_at, last_step: _ }: &Totp) -> Value {
    json!({ "id": id, "name": name, "confirmedAt": confirmed_at, "lastUsedAt": last_used_at })
}

fn identity_json(identity: &Identity) -> Value {
    let Identity { key, provider, email, roles, linked_at, last_login_at } = identity;
    json!({
        "provider": provider, "issuer": key.issuer, "subject": key.subject, "email": email, "roles": roles,
        "linkedAt": linked_at, "lastLoginAt": last_login_at,
    })
}

fn unlinked_json(UnlinkedIdentity { key, unlinked_at }: &UnlinkedIdentity) -> Value {
    json!({ "issuer": key.issuer, "subject": key.subject, "unlinkedAt": unlinked_at })
}

fn device_json(device: &Device) -> Value {
    let Device { id, hash: _, user_agent, ip, first_seen_at, last_seen_at, trusted_until } = device;
    json!({
        "id": id, "userAgent": user_agent, "ip": ip, "firstSeenAt": first_seen_at, "lastSeenAt": last_seen_at,
        "trustedUntil": trusted_until,
    })
}
