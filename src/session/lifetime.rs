//! Validity and lifetime of a session: pure decisions over the record, its user, the policy and the time.

use std::time::Duration;

use super::record::{Session, State};
use crate::{
    clock::Timestamp,
    config::Mfa,
    store::Document as _,
    user::{EndReason, Status, User},
};

/// Whether a session is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    Valid(State),
    Invalid(EndReason),
}

/// Evaluates a session against the present state of its user, for every request. A factor or a policy that was added later also counts
/// for older sessions: a session that never proved a second factor must not survive its introduction.
#[must_use]
pub fn evaluate(session: &Session, user: &User, mfa: Mfa, now: Timestamp) -> Validity {
    match end_reason(session, now).or_else(|| revoked_by_user_state(session, user)) {
        Some(reason) => Validity::Invalid(reason),
        None => Validity::Valid(effective_state(session, user, mfa)),
    }
}

/// Returns why the user's present state makes the session invalid, whatever its record says. Every write that follows from a session
/// checks this again inside its compare-and-set, so that a login that races a password change or a disabled account does not survive it.
#[must_use]
pub fn revoked_by_user_state(session: &Session, user: &User) -> Option<EndReason> {
    if user.status != Status::Active {
        Some(EndReason::UserDisabled)
    } else if session.session_epoch != user.session_epoch {
        Some(user.sessions_ended_because.unwrap_or(EndReason::Revoked))
    } else {
        None
    }
}

fn effective_state(session: &Session, user: &User, mfa: Mfa) -> State {
    match session.state {
        State::AwaitingSecondFactor => State::AwaitingSecondFactor,
        State::AwaitingEnrolment | State::SignedIn => {
            if session.authentication.has_second_factor() {
                State::SignedIn
            } else if user.has_second_factor() {
                State::AwaitingSecondFactor
            } else if mfa == Mfa::Required {
                State::AwaitingEnrolment
            } else {
                State::SignedIn
            }
        }
    }
}

/// Returns why the record alone makes the session invalid. Deadlines are compared here; the deletion by the store comes much later.
#[must_use]
pub fn end_reason(session: &Session, now: Timestamp) -> Option<EndReason> {
    match session.ended {
        Some(end) => Some(end.reason),
        None if now >= session.ends_at => Some(EndReason::MaxAge),
        None if now >= session.expires_at => Some(EndReason::Idle),
        None => None,
    }
}

/// Returns whether the record counts as deleted: another one replaced it, or its retention has passed and the store has not deleted it
/// yet.
#[must_use]
pub fn is_purgeable(session: &Session, now: Timestamp) -> bool {
    session.is_replaced() || session.purge_at().is_some_and(|at| now >= at)
}

/// Returns whether activity moves the idle deadline: at most once per tenth of the idle time.
#[must_use]
pub fn touch_is_due(session: &Session, idle: Duration, now: Timestamp) -> bool {
    now >= session.last_seen_at + idle / 10
}
