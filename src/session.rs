//! ONE SESSION: what a ticket opens, whichever door it came through.
//!
//! ```text
//!   Ticket ──▶ open ──┐            ┌── touch (activity)
//!   Pending ─▶ park ──┴─▶ record ──┼── end (sign-out, and why)
//!                          ▲       └── judge: alive? as what?
//!   cookie ─▶ visit ─▶ check
//! ```
//!
//! The cookie holds a random id, the store its hash: a leaked database opens nothing. Every step up gets a new id, the new
//! record written before the old one goes, so that a failing store leaves the person with the session they had. An end is a mark on
//! the record, a touch a compare-and-set: a session that was ended cannot come back, whatever races. Who may come in is not
//! decided here but in [`crate::login::admit`]; only it makes a [`Ticket`].

pub mod cache;
pub mod csrf;
pub mod guard;
pub mod lifetime;
mod record;
pub(crate) mod routes;
mod view;
pub mod visit;

use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

pub use self::{
    guard::{Live, SignedIn},
    record::{
        EndReason, Method, SecondFactor, Session, SessionId, State, of_identity, of_provider_session, of_user,
    },
    view::View,
};
use self::{
    lifetime::Standing,
    record::{ENROLMENT_TIME, SECOND_FACTOR_TIME},
    visit::{Flight, Visit},
};
use crate::{
    app::App,
    login::{
        admit::{Entry, Pending, ProviderSession, Ticket},
        federated::{hint, logout},
    },
    net::Caller,
    store::{Change, Document, DocumentId, Page, StoreError},
    user::{User, UserId},
};

/// Sessions read at once when many are ended, and ended at once: who has hundreds does not outlast the request that ends them.
const READ_AT_ONCE: usize = 200;
const ENDED_AT_ONCE: usize = 16;

/// Why a request does not get what it asks for.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No session, or one that is long gone.
    #[error("not signed in")]
    NotSignedIn,
    /// There was one.
    #[error("the session ended: {0:?}")]
    Ended(EndReason),
    /// Only the password is proven.
    #[error("second factor required")]
    SecondFactorRequired,
    /// Policy wants a second factor first.
    #[error("enrolment required")]
    EnrolmentRequired,
    /// The identity that was to open it was unlinked meanwhile.
    #[error("the identity was unlinked")]
    Unlinked,
    /// The provider said that they left before it was opened.
    #[error("signed out at the provider")]
    LeftAtProvider,
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens a session for who was let in; the one this browser had goes.
///
/// # Errors
/// [`Refusal::Ended`] if it takes the place of one that was ended meanwhile, [`Refusal::Unlinked`] if what opens it is no way in any
/// more. When the store fails, the browser keeps what it had.
pub async fn open(app: &App, visit: &Visit, caller: &Caller, ticket: Ticket) -> Result<View, Refusal> {
    let now = app.clock.now();
    let limits = app.config.session;
    let ends_at = ticket.since() + limits.max;
    let entry = Entry::from(ticket);
    let continues = entry.continues;
    let expires_at = (now + limits.idle).min(ends_at);
    let session = Session::new(State::SignedIn, entry, caller, now, expires_at, ends_at);
    replace(app, visit, session, continues).await
}

/// Opens a session that can only prove more, for who has proven one thing.
///
/// # Errors
/// As for [`open`].
pub async fn park(app: &App, visit: &Visit, caller: &Caller, pending: Pending) -> Result<View, Refusal> {
    let now = app.clock.now();
    let (state, time) = match pending.wants() {
        SecondFactor::Code => (State::AwaitingSecondFactor, SECOND_FACTOR_TIME),
        SecondFactor::Enrolment => (State::AwaitingEnrolment, ENROLMENT_TIME),
    };
    let entry = Entry::from(pending);
    let continues = entry.continues;
    let session = Session::new(state, entry, caller, now, now + time, now + time);
    replace(app, visit, session, continues).await
}

/// A new id for a new state: whoever knew the old id (session fixation) is left with nothing. The new record comes first, so
/// that a store which fails in between costs nobody both. One that continues another dies with it: an end that came before is
/// found on the old record, and one that comes later finds the new one through it.
async fn replace(app: &App, visit: &Visit, session: Session, continues: bool) -> Result<View, Refusal> {
    let id = SessionId::random();
    let mut session = session.keyed(&id);
    app.store.insert(&mut session).await?;
    let taken_over = take_over(app, visit, &session, &id, continues).await;
    if let Some(old) = visit.presented() {
        // Also when that is refused: it may be because of an end elsewhere, which memory has not heard of.
        app.sessions.invalidate(&old.document_id());
    }
    if let Err(refusal) = taken_over {
        app.store.take::<Session>(&id.document_id()).await?;
        if !continues {
            forget_hint(app, Some(&session)).await;
        }
        return Err(refusal);
    }
    if let Some(old) = visit.presented() {
        app.retired.insert(*old.hash(), ());
    }
    visit.set(id, session.expires_at);
    let state = session.state;
    Ok(View::of(Arc::new(session), state, app.clock.now()))
}

async fn take_over(
    app: &App,
    visit: &Visit,
    session: &Session,
    id: &SessionId,
    continues: bool,
) -> Result<(), Refusal> {
    if let Some(upstream) = &session.upstream {
        if !continues && !is_linked(app, session.user_id, upstream).await? {
            return Err(Refusal::Unlinked);
        }
        if logout::overtook(app, upstream).await? {
            return Err(Refusal::LeftAtProvider);
        }
    }
    let old = visit.presented();
    if continues {
        let old = go_on_as(app, old.ok_or(Refusal::NotSignedIn)?, id).await?;
        // A new proof at the provider brought a newer one.
        if hint_of(&old) != hint_of(session) {
            forget_hint(app, Some(&old)).await;
        }
        return Ok(());
    }
    if let Some(old) = old {
        let old = app.store.take::<Session>(&old.document_id()).await?;
        forget_hint(app, old.as_ref()).await;
        if session.upstream.is_none() && old.is_some_and(|old| old.upstream.is_some()) {
            visit.fly(Flight::Left);
        }
    }
    Ok(())
}

/// One compare-and-set decides between this and an end: either the end is found here, or the successor there.
async fn go_on_as(app: &App, old: &SessionId, new: &SessionId) -> Result<Session, Refusal> {
    let now = app.clock.now();
    let gone_on = app
        .store
        .update::<Session, (), Refusal>(&old.document_id(), |session| {
            session.go_on_as(new, now).map(Change::Write)
        })
        .await?;
    gone_on.map(|(old, ())| old).ok_or(Refusal::NotSignedIn)
}

/// A session that nobody signs out of any more needs no ID token for that.
async fn forget_hint(app: &App, session: Option<&Session>) {
    if let Some(key) = session.and_then(hint_of) {
        hint::take(app, key).await;
    }
}

fn hint_of(session: &Session) -> Option<&str> {
    session.upstream.as_ref()?.hint.as_deref()
}

/// Whether the identity that opens a session is still its person's. Asked when the record is there: an unlinking that came before is
/// seen here, and one that comes after finds the record ([`end_all`]).
async fn is_linked(app: &App, user: UserId, upstream: &ProviderSession) -> Result<bool, StoreError> {
    let user = app.store.get::<User>(&user.document_id()).await?;
    Ok(user.is_some_and(|user| user.identities.iter().any(|known| known.key == upstream.key)))
}

/// Ends a session; the record keeps the reason for an hour, without power. Whatever writes it later loses the race. Returns the
/// session if it was alive until now.
///
/// # Errors
/// When the store fails: then it is not ended, and the caller must not say so.
pub async fn end(app: &App, id: &SessionId, reason: EndReason) -> Result<Option<Session>, StoreError> {
    let ended = end_one(app, id.document_id(), reason, &|_| true).await?;
    app.retired.insert(*id.hash(), ());
    Ok(ended)
}

/// A session that ran out, as long as it is remembered why: its browser may not have been told.
///
/// # Errors
/// When the store fails.
pub async fn lapsed(app: &App, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let session = app.store.get::<Session>(&id.document_id()).await?;
    let ran_out = |session: &Session| match session.ended {
        Some(end) => matches!(end.reason, EndReason::Idle | EndReason::MaxAge),
        None => lifetime::over(session, app.clock.now()).is_some(),
    };
    Ok(session.filter(|session| !session.is_replaced() && ran_out(session)))
}

/// Also one that goes on under another id meanwhile, if that is chosen too.
async fn end_one(
    app: &App,
    key: DocumentId,
    reason: EndReason,
    chosen: &(impl Fn(&Session) -> bool + Sync),
) -> Result<Option<Session>, StoreError> {
    let now = app.clock.now();
    let mut next = Some(key);
    while let Some(key) = next {
        let ended = app
            .store
            .update::<Session, _, StoreError>(&key, |session| {
                let over = session.is_replaced() || !chosen(session) || !session.end(reason, now);
                Ok(if over { Change::Keep(false) } else { Change::Write(true) })
            })
            .await?;
        app.sessions.invalidate(&key);
        match ended {
            Some((session, true)) => return Ok(Some(session)),
            ended => next = ended.and_then(|(session, _)| session.successor()),
        }
    }
    Ok(None)
}

/// Ends every session that is listed by this tag and chosen; how many were alive.
///
/// # Errors
/// When the store fails: then some may not be ended, and the caller must not say so.
pub async fn end_all(
    app: &App,
    tag: &str,
    reason: EndReason,
    chosen: impl Fn(&Session) -> bool + Sync,
) -> Result<Vec<Session>, StoreError> {
    let mut ended = Vec::new();
    let mut after: Option<DocumentId> = None;
    loop {
        let page = Page { tag: Some(tag), after: after.clone(), newest_first: false, limit: READ_AT_ONCE };
        let page = app.store.page::<Session>(page).await?;
        let alive = page.iter().filter(|session| session.ended.is_none());
        let ends: Vec<_> = alive.map(|session| end_listed(app, session.id(), reason, &chosen)).collect();
        let mut ends = stream::iter(ends).buffered(ENDED_AT_ONCE);
        while let Some(session) = ends.try_next().await? {
            ended.extend(session);
        }
        after = page.last().map(Document::id);
        if page.len() < READ_AT_ONCE {
            return Ok(ended);
        }
    }
}

async fn end_listed(
    app: &App,
    key: DocumentId,
    reason: EndReason,
    chosen: &(impl Fn(&Session) -> bool + Sync),
) -> Result<Option<Session>, StoreError> {
    let ended = end_one(app, key, reason, chosen).await?;
    forget_hint(app, ended.as_ref()).await;
    Ok(ended)
}

/// Who the cookie of this browser is, and what they may do.
///
/// # Errors
/// [`Refusal::NotSignedIn`] or [`Refusal::Ended`]; or the store's.
pub async fn check(app: &App, visit: &Visit) -> Result<Live, Refusal> {
    let id = visit.presented().ok_or(Refusal::NotSignedIn)?;
    let session = known(app, id).await?;
    match judge(app, id, session.clone()).await {
        // What is in memory may be older than the session, opened or extended elsewhere: nobody is turned away on memory alone.
        Err(Refusal::Ended(_)) => {
            app.users.invalidate(&session.user_id.document_id());
            app.sessions.invalidate(&id.document_id());
            let judged = judge(app, id, known(app, id).await?).await;
            if let Err(Refusal::Ended(reason @ (EndReason::Idle | EndReason::MaxAge))) = judged {
                keep_ended(app, id, reason).await?;
            }
            judged
        }
        judged => judged,
    }
}

/// Judges a session anew by what the store says, not by memory: before a step that cannot be taken back.
///
/// # Errors
/// As for [`check`].
pub async fn recheck(app: &App, live: &Live) -> Result<(), Refusal> {
    app.users.invalidate(&live.user.id.document_id());
    app.sessions.invalidate(&live.id.document_id());
    judge(app, &live.id, known(app, &live.id).await?).await.map(drop)
}

/// Writes down that a deadline has passed, so that a clock which is set back does not bring the session back.
async fn keep_ended(app: &App, id: &SessionId, reason: EndReason) -> Result<(), StoreError> {
    let now = app.clock.now();
    app.store
        .update::<Session, (), StoreError>(&id.document_id(), |session| {
            let ended = !session.is_replaced() && session.mark_ended(reason, now);
            Ok(if ended { Change::Write(()) } else { Change::Keep(()) })
        })
        .await?;
    app.sessions.invalidate(&id.document_id());
    Ok(())
}

async fn known(app: &App, id: &SessionId) -> Result<Arc<Session>, Refusal> {
    let session = app.sessions.get(&app.store, &id.document_id()).await?;
    session.filter(|session| !lifetime::is_forgotten(session, app.clock.now())).ok_or(Refusal::NotSignedIn)
}

async fn judge(app: &App, id: &SessionId, session: Arc<Session>) -> Result<Live, Refusal> {
    let user = app.users.get(&app.store, &session.user_id.document_id()).await?;
    let user = user.ok_or(Refusal::NotSignedIn)?;
    match lifetime::judge(&session, &user, app.config.mfa, app.clock.now()) {
        Standing::Alive(state) => Ok(Live { id: *id, session, user, state }),
        Standing::Dead(reason) => Err(Refusal::Ended(reason)),
    }
}

/// Moves the idle deadline, at most once per tenth of the idle time, and re-sends the cookie when it did. A conditional update of
/// a live record, never an upsert: a touch that races an end loses and says so.
///
/// # Errors
/// [`Refusal::Ended`] when the session ended in the meantime; or the store's.
async fn touch(app: &App, visit: &Visit, mut live: Live) -> Result<Live, Refusal> {
    let now = app.clock.now();
    let idle = app.config.session.idle;
    if !lifetime::touch_is_due(&live.session, idle, now) {
        return Ok(live);
    }
    let key = live.id.document_id();
    let touched = app
        .store
        .update::<Session, _, Refusal>(&key, |session| {
            if session.is_replaced() {
                return Err(Refusal::NotSignedIn);
            }
            if let Some(reason) = lifetime::over(session, now) {
                return Err(Refusal::Ended(reason));
            }
            if !lifetime::touch_is_due(session, idle, now) {
                return Ok(Change::Keep(()));
            }
            session.last_seen_at = now;
            session.expires_at = (now + idle).min(session.ends_at);
            Ok(Change::Write(()))
        })
        .await;
    app.sessions.invalidate(&key);
    let (session, ()) = touched?.ok_or(Refusal::NotSignedIn)?;
    visit.set(live.id, session.expires_at);
    live.session = Arc::new(session);
    Ok(live)
}

/// Activity of a session that may not be signed in yet: only one that is moves its deadline.
///
/// # Errors
/// As for any touch.
pub async fn touch_if_signed_in(app: &App, visit: &Visit, live: Live) -> Result<Live, Refusal> {
    if live.state == State::SignedIn { touch(app, visit, live).await } else { Ok(live) }
}
