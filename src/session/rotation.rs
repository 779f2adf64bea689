//! Rotation: a session gets a new id at every login and every step up.
//!
//! A new id for a new state: a client that knew the old id (session fixation) is left with nothing. The new record is written before the
//! old one is retired, so that a store that fails in between never costs the user both.

use std::sync::Arc;

use super::{id_token_hint, record::Session, refusal::Refusal, upstream_logout, view::View};
use crate::{
    admission::UpstreamSession,
    app::App,
    store::{Change, StoreError},
    user::{User, UserId},
    web::{
        cookies::{CookieChange, RequestCookies},
        session_id::SessionId,
    },
};

/// Writes `session` under a new id and retires the session of this browser.
pub(super) async fn rotate(
    app: &App,
    cookies: &RequestCookies,
    session: Session,
    is_step_up: bool,
) -> Result<View, Refusal> {
    let id = SessionId::random();
    let mut session = session.with_id(&id);
    app.store.insert(&mut session).await?;
    let retired = retire_previous(app, cookies, &session, &id, is_step_up).await;
    if let Some(old) = cookies.session_id() {
        // Also after a refusal: its cause may be an end on another replica, of which the cache does not know yet.
        app.sessions.invalidate(&old.document_id());
    }
    if let Err(refusal) = retired {
        app.store.take::<Session>(&id.document_id()).await?;
        if !is_step_up {
            delete_id_token(app, Some(&session)).await;
        }
        return Err(refusal);
    }
    if let Some(old) = cookies.session_id() {
        app.retired.insert(*old.hash(), ());
    }
    cookies.set_session(id, session.expires_at);
    let state = session.state;
    Ok(View::of(Arc::new(session), state, app.clock.now()))
}

async fn retire_previous(
    app: &App,
    cookies: &RequestCookies,
    session: &Session,
    id: &SessionId,
    is_step_up: bool,
) -> Result<(), Refusal> {
    if let Some(upstream) = session.upstream() {
        if !is_step_up && !is_linked(app, session.user_id, upstream).await? {
            return Err(Refusal::Unlinked);
        }
        if upstream_logout::was_logged_out_since(app, upstream).await? {
            return Err(Refusal::LoggedOutUpstream);
        }
    }
    let old = cookies.session_id();
    if is_step_up {
        let old = mark_replaced(app, old.ok_or(Refusal::NotSignedIn)?, id).await?;
        // A re-authentication at the provider stored a newer ID token.
        if old.id_token_hint() != session.id_token_hint() {
            delete_id_token(app, Some(&old)).await;
        }
        return Ok(());
    }
    if let Some(old) = old {
        let old = app.store.take::<Session>(&old.document_id()).await?;
        delete_id_token(app, old.as_ref()).await;
        if session.upstream().is_none() && old.is_some_and(|old| old.upstream().is_some()) {
            cookies.queue(CookieChange::SetPromptLogin);
        }
    }
    Ok(())
}

/// One compare-and-set decides between the rotation and an end: either the end is found here, or the end finds the successor.
async fn mark_replaced(app: &App, old: &SessionId, new: &SessionId) -> Result<Session, Refusal> {
    let now = app.clock.now();
    let marked = app
        .store
        .update::<Session, (), Refusal>(&old.document_id(), |session| {
            session.mark_replaced_by(new, now).map(Change::Write)
        })
        .await?;
    marked.map(|(old, ())| old).ok_or(Refusal::NotSignedIn)
}

/// Deletes the stored ID token of a session that can no longer be used for a logout at the provider.
pub(super) async fn delete_id_token(app: &App, session: Option<&Session>) {
    if let Some(key) = session.and_then(Session::id_token_hint) {
        id_token_hint::take(app, key).await;
    }
}

/// Returns whether the identity that opens the session is still linked to its user. It reads the user after the record was written: an
/// unlinking before that is seen here, a later one finds the record ([`super::end_all`]).
async fn is_linked(app: &App, user: UserId, upstream: &UpstreamSession) -> Result<bool, StoreError> {
    let user = app.store.get::<User>(&user.document_id()).await?;
    Ok(user.is_some_and(|user| user.identities.iter().any(|identity| identity.key == upstream.key)))
}
