//! The session: what a [`Ticket`] opens, the same for every kind of login.
//!
//! ```text
//!   Ticket ────────▶ open ─────────┐                ┌── touch (activity)
//!                                  ├─ rotation ─▶ record ── ending (logout, revocation, deadlines)
//!   PendingTicket ─▶ open_pending ─┘                └── lifetime::evaluate: valid? in which state?
//!                                                         ▲
//!                                   cookie ─▶ check ──────┘
//! ```
//!
//! The cookie holds a random id, the store its hash: a leaked database opens nothing. Every step up gets a new id ([`rotation`]). An end
//! is a mark on the record ([`ending`]), a touch is a compare-and-set: a session that was ended cannot become valid again, whatever
//! races. Who may open a session is decided in [`crate::admission`].

pub mod csrf_token;
mod current;
mod ending;
pub mod id_token_hint;
pub mod lifetime;
mod record;
mod refusal;
mod rotation;
pub(crate) mod routes;
pub mod upstream_logout;
mod view;

use std::sync::Arc;

pub use self::{
    current::{CurrentSession, SignedIn},
    ending::{end, end_all, recently_expired},
    record::{Session, State, tag_of_identity, tag_of_upstream_session, tag_of_user},
    refusal::Refusal,
    view::View,
};
use self::{
    lifetime::Validity,
    record::{Deadlines, ENROLMENT_TIME, SECOND_FACTOR_TIME},
};
use crate::{
    admission::{Admission, Grant, MissingFactor, PendingTicket, Ticket},
    app::App,
    store::Change,
    user::EndReason,
    web::{client::Client, cookies::RequestCookies, session_id::SessionId},
};

/// Opens the session that an admission allows. It replaces the session of this browser.
///
/// # Errors
/// [`Refusal::Ended`] if the session that it continues has ended, [`Refusal::Unlinked`] and [`Refusal::LoggedOutUpstream`] if its
/// identity or its session at the provider is no longer valid. After every error the browser keeps the session it had.
pub async fn enter(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    admission: Admission,
) -> Result<View, Refusal> {
    match admission {
        Admission::Granted(ticket) => open(app, cookies, client, ticket).await,
        Admission::SecondFactor(pending) => open_pending(app, cookies, client, pending).await,
    }
}

async fn open(app: &App, cookies: &RequestCookies, client: &Client, ticket: Ticket) -> Result<View, Refusal> {
    let now = app.clock.now();
    let limits = app.config.session;
    let grant = Grant::from(ticket);
    let is_step_up = grant.is_step_up;
    let ends_at = grant.authentication.signed_in_at + limits.max;
    let deadlines = Deadlines { expires_at: (now + limits.idle).min(ends_at), ends_at };
    let session = Session::new(State::SignedIn, grant, client, now, deadlines);
    rotation::rotate(app, cookies, session, is_step_up).await
}

async fn open_pending(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    pending: PendingTicket,
) -> Result<View, Refusal> {
    let now = app.clock.now();
    let (state, time) = match pending.missing_factor() {
        MissingFactor::Code => (State::AwaitingSecondFactor, SECOND_FACTOR_TIME),
        MissingFactor::Enrolment => (State::AwaitingEnrolment, ENROLMENT_TIME),
    };
    let grant = Grant::from(pending);
    let is_step_up = grant.is_step_up;
    let deadlines = Deadlines { expires_at: now + time, ends_at: now + time };
    let session = Session::new(state, grant, client, now, deadlines);
    rotation::rotate(app, cookies, session, is_step_up).await
}

/// Returns the session of this browser, in any state.
///
/// # Errors
/// [`Refusal::NotSignedIn`] or [`Refusal::Ended`]; or the store failed.
pub async fn check(app: &App, cookies: &RequestCookies) -> Result<CurrentSession, Refusal> {
    let id = cookies.session_id().ok_or(Refusal::NotSignedIn)?;
    let session = load(app, id).await?;
    match evaluate(app, id, session.clone()).await {
        // The cache may be older than the session, which another replica may have opened or extended: a session is never refused on
        // cached data alone.
        Err(Refusal::Ended(_)) => {
            app.users.invalidate(&session.user_id.document_id());
            app.sessions.invalidate(&id.document_id());
            let checked = evaluate(app, id, load(app, id).await?).await;
            if let Err(Refusal::Ended(reason @ (EndReason::Idle | EndReason::MaxAge))) = checked {
                ending::persist_expiry(app, id, reason).await?;
            }
            checked
        }
        checked => checked,
    }
}

/// Checks a session against the store, without the cache: before a step that cannot be undone.
///
/// # Errors
/// As for [`check`].
pub async fn check_against_store(app: &App, current: &CurrentSession) -> Result<(), Refusal> {
    app.users.invalidate(&current.user.id.document_id());
    app.sessions.invalidate(&current.id.document_id());
    evaluate(app, &current.id, load(app, &current.id).await?).await.map(drop)
}

/// Returns the session of this browser if it is signed in, after moving its idle deadline if that is due.
///
/// # Errors
/// As for [`check`], and for a session that still lacks a factor.
pub async fn require_signed_in(app: &App, cookies: &RequestCookies) -> Result<SignedIn, Refusal> {
    let current = check(app, cookies).await?;
    match current.state {
        State::SignedIn => touch(app, cookies, current).await.map(SignedIn),
        State::AwaitingSecondFactor => Err(Refusal::SecondFactorRequired),
        State::AwaitingEnrolment => Err(Refusal::EnrolmentRequired),
    }
}

async fn load(app: &App, id: &SessionId) -> Result<Arc<Session>, Refusal> {
    let session = app.sessions.get(&id.document_id()).await?;
    session.filter(|session| !lifetime::is_purgeable(session, app.clock.now())).ok_or(Refusal::NotSignedIn)
}

async fn evaluate(app: &App, id: &SessionId, session: Arc<Session>) -> Result<CurrentSession, Refusal> {
    let user = app.users.get(&session.user_id.document_id()).await?;
    let user = user.ok_or(Refusal::NotSignedIn)?;
    match lifetime::evaluate(&session, &user, app.config.mfa, app.clock.now()) {
        Validity::Valid(state) => Ok(CurrentSession { id: *id, session, user, state }),
        Validity::Invalid(reason) => Err(Refusal::Ended(reason)),
    }
}

/// Moves the idle deadline, at most once per tenth of the idle time, and sends the cookie again when it did. A conditional update of a
/// valid record, never an upsert: a touch that races an end loses and reports it.
async fn touch(
    app: &App,
    cookies: &RequestCookies,
    mut current: CurrentSession,
) -> Result<CurrentSession, Refusal> {
    let now = app.clock.now();
    let idle = app.config.session.idle;
    if !lifetime::touch_is_due(&current.session, idle, now) {
        return Ok(current);
    }
    let key = current.id.document_id();
    let touched = app
        .sessions
        .update(&key, |session| {
            if session.is_replaced() {
                return Err(Refusal::NotSignedIn);
            }
            if let Some(reason) = lifetime::end_reason(session, now) {
                return Err(Refusal::Ended(reason));
            }
            if !lifetime::touch_is_due(session, idle, now) {
                return Ok(Change::Keep(()));
            }
            session.last_seen_at = now;
            session.expires_at = (now + idle).min(session.ends_at);
            Ok(Change::Write(()))
        })
        .await?;
    let (session, ()) = touched.ok_or(Refusal::NotSignedIn)?;
    cookies.set_session(current.id, session.expires_at);
    current.session = Arc::new(session.into_document());
    Ok(current)
}

/// Moves the idle deadline of a session that is signed in; a pending session keeps its deadline.
///
/// # Errors
/// [`Refusal::Ended`] if the session ended after it was checked; or the store failed.
pub async fn touch_if_signed_in(
    app: &App,
    cookies: &RequestCookies,
    current: CurrentSession,
) -> Result<CurrentSession, Refusal> {
    match current.state {
        State::SignedIn => touch(app, cookies, current).await,
        State::AwaitingSecondFactor | State::AwaitingEnrolment => Ok(current),
    }
}
