//! Everything that is stored about the signed-in user, without secrets.

pub(crate) mod routes;

use std::{collections::BTreeMap, net::IpAddr};

use serde::Serialize;

use super::{
    activity::{self, ActivityItem},
    sessions::{self, SessionView},
};
use crate::{
    app::App,
    audit::{EventId, EventKind},
    clock::Timestamp,
    limiter::Limited,
    login::recent_proof::{ProofTooOld, require_recent},
    session::{self, CurrentSession, Refusal},
    store::StoreError,
    user::{
        Creator, Device, DeviceId, Email, FactorId, Identity, MessageCodes, Passkey, Status, Totp,
        UnlinkedIdentity, User, UserId, Username, roles::roles_of,
    },
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
pub async fn export(app: &App, client: &Client, current: &CurrentSession) -> Result<Export, ExportError> {
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    app.limiter.count_export(&current.user.id.to_string()).await?;
    let id = current.user.id;
    let user = app.users.get_uncached(&id.document_id()).await?.ok_or(Refusal::NotSignedIn)?;
    let (events, has_more_events) = events(app, current).await?;
    let exported = Export {
        exported_at: app.clock.now(),
        user: exported_user(app, &user),
        sessions: sessions::list(app, current).await?,
        events,
        has_more_events,
    };
    app.audit(client).about(id).by_user(id).success(EventKind::DataExported).record().await;
    Ok(exported)
}

async fn events(app: &App, current: &CurrentSession) -> Result<(Vec<ActivityItem>, bool), StoreError> {
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
#[expect(clippy::too_many_lines, reason = "one list, one entry for each field")]
fn exported_user(app: &App, user: &User) -> ExportedUser {
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
        passkeys,
        message_codes,
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
    ExportedUser {
        id: *id,
        username: username.clone(),
        email: email.clone(),
        email_verified: *email_verified,
        pending_email: pending_email.as_ref().map(|pending| pending.email.clone()),
        previous_emails: previous_emails.iter().map(|previous| previous.email.clone()).collect(),
        display_name: display_name.clone(),
        picture: picture.clone(),
        locale: locale.clone(),
        roles: roles_of(user, &app.config.providers),
        status: *status,
        initial_password_expires_at: *initial_password_expires_at,
        password_changed_at: password.as_ref().map(|password| password.changed_at),
        totp: totp.iter().map(ExportedApp::of).collect(),
        passkeys: passkeys.clone(),
        message_codes: message_codes.clone(),
        recovery_codes_left: recovery_codes.as_ref().map_or(0, |codes| codes.hashes.len()),
        identities: identities.iter().map(ExportedIdentity::of).collect(),
        unlinked_identities: unlinked_identities.iter().map(ExportedUnlinked::of).collect(),
        created_by: *created_by,
        field_sources: field_sources.clone(),
        created_at: *created_at,
        updated_at: *updated_at,
        last_login_at: *last_login_at,
        devices: devices.iter().map(ExportedDevice::of).collect(),
        deletion_at: *deletion_at,
        former_ids: former_ids.clone(),
    }
}

/// Everything that is stored about a user, without secrets.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    exported_at: Timestamp,
    user: ExportedUser,
    sessions: Vec<SessionView>,
    /// Audit events about the user, the newest first.
    events: Vec<ActivityItem>,
    /// Whether there are older events than these.
    has_more_events: bool,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedUser {
    id: UserId,
    username: Option<Username>,
    email: Option<Email>,
    email_verified: bool,
    pending_email: Option<Email>,
    previous_emails: Vec<Email>,
    display_name: Option<String>,
    picture: Option<String>,
    locale: Option<String>,
    roles: Vec<String>,
    status: Status,
    initial_password_expires_at: Option<Timestamp>,
    password_changed_at: Option<Timestamp>,
    totp: Vec<ExportedApp>,
    passkeys: Vec<Passkey>,
    message_codes: MessageCodes,
    recovery_codes_left: usize,
    identities: Vec<ExportedIdentity>,
    unlinked_identities: Vec<ExportedUnlinked>,
    created_by: Creator,
    /// The provider that wrote a field, by the name of the field.
    field_sources: BTreeMap<String, String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    last_login_at: Option<Timestamp>,
    devices: Vec<ExportedDevice>,
    deletion_at: Option<Timestamp>,
    /// Ids of users that were merged into this one.
    former_ids: Vec<UserId>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedApp {
    id: FactorId,
    name: String,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl ExportedApp {
    fn of(Totp { id, name, secret: _, confirmed_at, last_used_at, last_step: _ }: &Totp) -> Self {
        Self { id: *id, name: name.clone(), confirmed_at: *confirmed_at, last_used_at: *last_used_at }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedIdentity {
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    roles: Vec<String>,
    linked_at: Timestamp,
    last_login_at: Option<Timestamp>,
}

impl ExportedIdentity {
    fn of(identity: &Identity) -> Self {
        let Identity { key, provider, email, roles, linked_at, last_login_at } = identity.clone();
        Self { provider, issuer: key.issuer, subject: key.subject, email, roles, linked_at, last_login_at }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedUnlinked {
    issuer: String,
    subject: String,
    unlinked_at: Timestamp,
}

impl ExportedUnlinked {
    fn of(unlinked: &UnlinkedIdentity) -> Self {
        let UnlinkedIdentity { key, unlinked_at } = unlinked.clone();
        Self { issuer: key.issuer, subject: key.subject, unlinked_at }
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedDevice {
    id: DeviceId,
    user_agent: Option<String>,
    ip: Option<IpAddr>,
    first_seen_at: Timestamp,
    last_seen_at: Timestamp,
    trusted_until: Option<Timestamp>,
}

impl ExportedDevice {
    fn of(device: &Device) -> Self {
        let Device { id, hash: _, user_agent, ip, first_seen_at, last_seen_at, trusted_until } =
            device.clone();
        Self { id, user_agent, ip, first_seen_at, last_seen_at, trusted_until }
    }
}
