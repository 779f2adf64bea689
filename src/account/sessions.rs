//! The sessions of the signed-in user: list them, end one, end all others (ASVS 7.5.2).

pub(crate) mod routes;

use std::net::IpAddr;

use serde::Serialize;

use crate::{
    admission::{Amr, Method},
    app::App,
    audit::EventKind,
    clock::Timestamp,
    session::{self, CurrentSession, Listed, Refusal, State},
    store::StoreError,
    user::{DeviceId, EndReason, User},
    web::{client::Client, session_id::SessionId},
};

/// More than a user can have: see `session/limit.rs`.
const SESSIONS: usize = 400;

/// A session as its owner sees it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionRecord")]
pub struct SessionView {
    id: String,
    current: bool,
    method: Method,
    amr: Vec<Amr>,
    provider: Option<String>,
    user_agent: Option<String>,
    ip: IpAddr,
    /// The known device of the session. `null` if the user has forgotten it.
    device_id: Option<DeviceId>,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    ends_at: Timestamp,
}

impl SessionView {
    /// Describes a session of a user; `current` is the session of the request.
    pub(crate) fn of(session: session::Session, user: &User, current: &SessionId) -> Self {
        let device = user.devices.iter().find(|device| session.device.as_ref() == Some(&device.hash));
        Self {
            id: session.handle(),
            current: session.is(current),
            method: session.authentication.method,
            provider: session.upstream().map(|upstream| upstream.provider.clone()),
            amr: session.authentication.amr,
            user_agent: session.user_agent,
            ip: session.ip,
            device_id: device.map(|device| device.id),
            created_at: session.authentication.signed_in_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            ends_at: session.ends_at,
        }
    }
}

/// Why no session was ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionEndError {
    #[error("the user has no such session")]
    Unknown,
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Returns the sessions of the user that are signed in: this one first, then by their last activity.
///
/// # Errors
/// The store failed.
pub async fn list(app: &App, current: &CurrentSession) -> Result<Vec<SessionView>, StoreError> {
    let now = app.clock.now();
    let listed =
        session::of_user(&app.store, &current.user, app.config.session_policy(), now, SESSIONS).await?;
    let is_signed_in = |listed: &Listed| listed.validity == Ok(State::SignedIn);
    let mut sessions: Vec<_> = listed.into_iter().filter(is_signed_in).map(|listed| listed.session).collect();
    sessions.sort_by_key(|session| (!session.is(&current.id), std::cmp::Reverse(session.last_seen_at)));
    Ok(sessions.into_iter().map(|session| SessionView::of(session, &current.user, &current.id)).collect())
}

/// Ends one session of the user, on all replicas.
///
/// # Errors
/// [`SessionEndError::Unknown`] also for the session of another user, and for one that has ended.
pub async fn end_one(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    handle: &str,
) -> Result<usize, SessionEndError> {
    session::check_against_store(app, current).await?;
    let ended = session::end_by_handle(app, current.user.id, handle, EndReason::Revoked).await?;
    ended.ok_or(SessionEndError::Unknown)?;
    record(app, client, current, 1).await;
    Ok(1)
}

/// Ends all other sessions of the user, also those that lack a factor. Returns how many were valid.
///
/// # Errors
/// The store failed: some sessions may not be ended, and a repeated request ends the rest.
pub async fn end_others(
    app: &App,
    client: &Client,
    current: &CurrentSession,
) -> Result<usize, SessionEndError> {
    session::check_against_store(app, current).await?;
    let ended = end_all_but_this(app, current).await?;
    if ended > 0 {
        record(app, client, current, ended).await;
    }
    Ok(ended)
}

pub(super) async fn end_all_but_this(app: &App, current: &CurrentSession) -> Result<usize, StoreError> {
    let tag = session::tag_of_user(current.user.id);
    let others = |session: &session::Session| !session.is(&current.id);
    Ok(session::end_all(app, &tag, EndReason::Revoked, others).await?.len())
}

async fn record(app: &App, client: &Client, current: &CurrentSession, ended: usize) {
    let audit = app.audit(client).about(current.user.id).by_user(current.user.id);
    let details = serde_json::json!({ "sessions": ended });
    audit.success(EventKind::SessionEnded).details(details).record().await;
}
