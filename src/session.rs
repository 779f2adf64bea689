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
//! The cookie holds a random id, the store its hash: a leaked database opens no session. Every step up gets a new id ([`rotation`]). An end
//! is a mark on the record ([`ending`]), a touch is a compare-and-set: a session that was ended cannot become valid again, whatever
//! races. Who may open a session is decided in [`crate::admission`].
//!
//! # States of a record
//!
//! ```text
//!             open_pending                               open
//!                  │                                      │
//!                  ▼                                      ▼
//!   AwaitingSecondFactor,   ──── step up: ─────────▶  SignedIn ◀───┐ step up or re-authentication:
//!   AwaitingEnrolment or         new record, new id    │  │  └─────┘ new record, new id
//!   AwaitingPasswordChange                             │  │
//!        │        │                                    │  │
//!        │        └─▶ replaced: the id is refused, ◀───┘  │
//!        │            an end follows it to the successor  │
//!        │            (kept one minute)                   │
//!        └─▶ ended: the id is refused with the reason ◀───┘ logout, revocation, deadline, provider
//!            (kept one hour)
//! ```
//!
//! `replaced` and `ended` are never unset. A login that is no step up deletes the record of the session that the browser had.
//!
//! # Races
//!
//! Every row is decided by one write of one document; the loser reads what the winner wrote. Most tests run on both stores, and those
//! about replicas on two of them. `tests/it/architecture.rs` checks that the named tests exist.
//!
//! | A | B | who wins | by which write | test |
//! |---|---|---|---|---|
//! | end | touch | the end | touch is a compare-and-set that refuses an ended record | `end_during_activity_wins` |
//! | end | step up | the end, in either order | `ended` or `replaced` on the old record: B finds `ended`, or A follows `replaced` to the successor | `logout_during_reauthentication_is_final`, `step_up_after_an_end_is_refused_and_leaves_no_session`, `end_of_a_replaced_id_ends_the_session_that_continues_it` |
//! | end | re-authentication at the provider | the end | as above, in the callback | `logout_during_reauthentication_at_provider_is_final` |
//! | step up | step up of the same session | the first | `replaced` is set once | `replaced_id_cannot_step_up_again` |
//! | code | same code, other replica | the first | last used step of the factor, in the user document | `concurrent_use_of_one_code_opens_one_session` |
//! | wrong codes | wrong codes | the limit | `tries` of the record, raised before the check | `parallel_wrong_codes_share_the_limit` |
//! | password change | login | the change | the session carries the user's epoch, which the change raises | `login_during_password_change_leaves_no_session`, `login_that_races_a_password_change_does_not_survive_it` |
//! | password change | password change | the first | compare-and-set on the user, `CurrentSession::update_user` | `concurrent_changes_at_two_replicas_leave_one_password_and_one_session` |
//! | disabled account | enrolment | the disabling | compare-and-set on the user, `CurrentSession::update_user` | `enrolment_during_disable_changes_nothing` |
//! | unlink | federated login | the unlink | the login reads the user after its record exists; the unlink ends the records it finds by tag | `login_during_unlink_leaves_no_session` |
//! | back-channel logout | federated login | the logout | [`upstream_logout`]: written before the records are read, read by the login after its record exists | `upstream_logout_before_the_callback_refuses_the_login`, `upstream_logout_in_the_same_second_wins` |
//! | back-channel logout | second factor, re-authentication | the logout | as end and step up | `upstream_logout_during_the_second_factor_wins`, `upstream_logout_during_reauthentication_wins` |
//! | end on one replica | request on another | the end, within a second | the change feed removes the cached record; without a feed an entry is valid for 0.9 s | `logout_reaches_the_other_replica_within_a_second`, `logout_without_change_stream_is_known_within_a_second` |
//! | end, rotation | open event stream | the stream reports an end within a second; of a replaced id it closes | [`event_streams::follower`]: the change feed, or a read of each session | `events_report_the_end_from_another_replica`, `events_of_a_replaced_id_close_without_an_end` |
//! | late response | newer cookie | the newer cookie | none: `App::retired` names the old id, so its cookie is not sent | `late_response_does_not_set_a_retired_id` |
//! | clock set back | expired session | the expiry | the end of an expired record is written at its next use, the newest time every 15 s | `clock_set_back_revives_no_session`, `clock_set_back_revives_no_session_that_expired_unseen` |

pub mod csrf_token;
mod current;
mod device;
mod ending;
pub mod event_streams;
mod expiry;
pub mod id_token_hint;
pub mod lifetime;
mod limit;
mod listing;
mod record;
mod refusal;
mod rotation;
pub(crate) mod routes;
pub mod upstream_logout;
mod view;

use std::sync::Arc;

pub use self::{
    current::{CurrentSession, SignedIn},
    ending::{delete_all, delete_records, end, end_all, end_by_handle, recently_expired},
    listing::{Listed, count_signed_in, is_signed_in, of_user, valid_sessions},
    record::{ENROLMENT_TIME, Session, State, tag_of_identity, tag_of_upstream_session, tag_of_user},
    refusal::Refusal,
    view::View,
};
use self::{
    device::Browser,
    lifetime::Validity,
    record::{Deadlines, PASSWORD_CHANGE_TIME, SECOND_FACTOR_TIME},
    rotation::Opening,
};
use crate::{
    admission::{Admission, Grant, MissingStep, PendingTicket, Ticket},
    app::App,
    store::Change,
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
        Admission::Pending(pending) => open_pending(app, cookies, client, pending).await,
    }
}

async fn open(app: &App, cookies: &RequestCookies, client: &Client, ticket: Ticket) -> Result<View, Refusal> {
    let now = app.clock.now();
    let grant = Grant::from(ticket);
    let limits = app.config.session.of_login(grant.authentication.remember);
    let (user, is_step_up) = (grant.user, grant.is_step_up);
    let opening = Opening { is_step_up, account: grant.account.clone() };
    let browser = Browser::new(client, &grant);
    let ends_at = grant.authentication.signed_in_at + limits.max;
    let deadlines = Deadlines { expires_at: (now + limits.idle).min(ends_at), ends_at };
    let session = Session::new(State::SignedIn, grant, client, now, deadlines).in_browser(browser.hash());
    let is_login = !(is_step_up && device::continues_signed_in(app, cookies).await?);
    let view = rotation::rotate(app, cookies, session, opening).await?;
    browser.remember(app, cookies, user, is_login).await;
    Ok(view)
}

async fn open_pending(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    pending: PendingTicket,
) -> Result<View, Refusal> {
    let now = app.clock.now();
    let step = pending.missing_step();
    let time = match step {
        MissingStep::Code => SECOND_FACTOR_TIME,
        MissingStep::Enrolment => ENROLMENT_TIME,
        MissingStep::PasswordChange => PASSWORD_CHANGE_TIME,
    };
    let grant = Grant::from(pending);
    let opening = Opening { is_step_up: grant.is_step_up, account: grant.account.clone() };
    let deadlines = Deadlines { expires_at: now + time, ends_at: now + time };
    let session = Session::new(State::awaiting(step), grant, client, now, deadlines);
    rotation::rotate(app, cookies, session, opening).await
}

/// Returns the session of this browser, in any state.
///
/// # Errors
/// [`Refusal::NotSignedIn`] or [`Refusal::Ended`]; or the store failed.
pub async fn check(app: &App, cookies: &RequestCookies) -> Result<CurrentSession, Refusal> {
    check_id(app, cookies.session_id().ok_or(Refusal::NotSignedIn)?).await
}

/// Selects the session of a request that carries several session cookies: the last valid one. Another application of the host may have set
/// one for a longer path (cookie tossing): it must neither lock the user out nor choose the session (session fixation). Browsers send cookies
/// of longer paths first, so ours is the last one.
pub async fn select(app: &App, cookies: &RequestCookies) {
    let ids = cookies.session_ids();
    if ids.len() < 2 {
        return;
    }
    for id in ids {
        if check_id(app, id).await.is_ok() {
            cookies.select_session(*id);
            return;
        }
    }
}

async fn check_id(app: &App, id: &SessionId) -> Result<CurrentSession, Refusal> {
    let session = load(app, id).await?;
    match evaluate(app, id, session.clone()).await {
        // The cache may be older than the session, which another replica may have opened or extended: a session is never refused on
        // cached data alone.
        Err(Refusal::Ended(_)) => {
            app.users.invalidate(&session.user_id.document_id());
            app.sessions.invalidate(&id.document_id());
            let checked = evaluate(app, id, load(app, id).await?).await;
            if let Err(Refusal::Ended(reason)) = checked {
                let (id, policy) = (id.document_id(), app.config.session_policy());
                expiry::persist(&app.sessions, &id, reason, policy, app.clock.now()).await?;
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
    read_again(app, current).await.map(drop)
}

/// Reads a session and its user from the store, without the cache.
///
/// # Errors
/// As for [`check`].
pub async fn read_again(app: &App, current: &CurrentSession) -> Result<CurrentSession, Refusal> {
    app.users.invalidate(&current.user.id.document_id());
    app.sessions.invalidate(&current.id.document_id());
    evaluate(app, &current.id, load(app, &current.id).await?).await
}

/// Returns the session of this browser if it is signed in, after moving its idle deadline if that is due.
///
/// # Errors
/// As for [`check`], and for a session that still lacks a factor.
pub async fn require_signed_in(app: &App, cookies: &RequestCookies) -> Result<SignedIn, Refusal> {
    let current = check_signed_in(app, cookies).await?;
    touch(app, cookies, current).await.map(SignedIn)
}

/// Returns the session of this browser if it is signed in. It is no activity: the idle deadline stays.
///
/// # Errors
/// As for [`require_signed_in`].
pub async fn check_signed_in(app: &App, cookies: &RequestCookies) -> Result<CurrentSession, Refusal> {
    let current = check(app, cookies).await?;
    match current.state {
        State::SignedIn => Ok(current),
        State::AwaitingSecondFactor => Err(Refusal::SecondFactorRequired),
        State::AwaitingEnrolment => Err(Refusal::EnrolmentRequired),
        State::AwaitingPasswordChange => Err(Refusal::PasswordChangeRequired),
    }
}

async fn load(app: &App, id: &SessionId) -> Result<Arc<Session>, Refusal> {
    let session = app.sessions.get(&id.document_id()).await?;
    session.filter(|session| !lifetime::is_purgeable(session, app.clock.now())).ok_or(Refusal::NotSignedIn)
}

async fn evaluate(app: &App, id: &SessionId, session: Arc<Session>) -> Result<CurrentSession, Refusal> {
    let user = app.users.get(&session.user_id.document_id()).await?;
    let user = user.ok_or(Refusal::NotSignedIn)?;
    match lifetime::evaluate(&session, &user, app.config.session_policy(), app.clock.now()) {
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
    let idle = app.config.session.of_login(current.session.authentication.remember).idle;
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
        State::AwaitingSecondFactor | State::AwaitingEnrolment | State::AwaitingPasswordChange => Ok(current),
    }
}
