//! How long a session lives and what it is worth: pure decisions over the record, the person and the time.

use std::time::Duration;

use super::record::{EndReason, Session, State};
use crate::{
    clock::Timestamp,
    config::Mfa,
    store::Document as _,
    user::{Status, User},
};

/// What a session is, judged now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May do what this state may do.
    Alive(State),
    /// May do nothing.
    Dead(EndReason),
}

/// Judges a session against the present state of its person, at every request: a factor or a policy that came later counts for
/// sessions that were there before (a session that never proved a second factor must not outlive its introduction).
#[must_use]
pub fn judge(session: &Session, user: &User, mfa: Mfa, now: Timestamp) -> Standing {
    match over(session, now).or_else(|| shut_out(session, user)) {
        Some(reason) => Standing::Dead(reason),
        None => Standing::Alive(worth(session, user, mfa)),
    }
}

/// Why this person's present state has made the session dead, whatever its record says. Asked again inside every write that follows
/// from a session, so that a sign-in which races a password change or a lock-out cannot survive it.
#[must_use]
pub fn shut_out(session: &Session, user: &User) -> Option<EndReason> {
    if user.status != Status::Active {
        Some(EndReason::UserDisabled)
    } else if session.session_epoch != user.session_epoch {
        Some(user.sessions_ended_because.unwrap_or(EndReason::Revoked))
    } else {
        None
    }
}

fn worth(session: &Session, user: &User, mfa: Mfa) -> State {
    match session.state {
        State::AwaitingSecondFactor => State::AwaitingSecondFactor,
        _ if session.has_second_factor() => State::SignedIn,
        _ if user.mfa_enabled() => State::AwaitingSecondFactor,
        _ if mfa == Mfa::Required => State::AwaitingEnrolment,
        _ => State::SignedIn,
    }
}

/// Why the record alone says that the session is over. Deadlines are judged here, not by the store's sweep.
#[must_use]
pub fn over(session: &Session, now: Timestamp) -> Option<EndReason> {
    match session.ended {
        Some(end) => Some(end.reason),
        None if now >= session.ends_at => Some(EndReason::MaxAge),
        None if now >= session.expires_at => Some(EndReason::Idle),
        None => None,
    }
}

/// Whether the record is as good as gone: another one took its place, or it is older than any reason is told and the store's sweep
/// merely has not come by yet.
#[must_use]
pub fn is_forgotten(session: &Session, now: Timestamp) -> bool {
    session.is_replaced() || session.purge_at().is_some_and(|at| now >= at)
}

/// Whether activity moves the idle deadline: at most once per tenth of the idle time.
#[must_use]
pub fn touch_is_due(session: &Session, idle: Duration, now: Timestamp) -> bool {
    now >= session.last_seen_at + idle / 10
}
