//! Validity and lifetime of a session: pure decisions over the record, its user, the policy and the time.

use std::time::Duration;

use super::record::{Session, State};
use crate::{
    admission::{Method, missing_step},
    clock::Timestamp,
    config::SessionPolicy,
    store::Document as _,
    user::{EndReason, Status, User},
};

/// How far the clocks of two replicas can differ. The newest time reaches every replica, except a time that is wrong by more than this.
const FUTURE: Duration = Duration::from_hours(24);

/// Whether a session is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    Valid(State),
    Invalid(EndReason),
}

/// Evaluates a session against the present state of its user, for every request. A factor or a policy that was added later also counts
/// for older sessions: a session that never proved a second factor must not outlive that policy. The same holds for a password that must
/// be changed: its session may belong to an attacker who knows the password.
#[must_use]
pub fn evaluate(session: &Session, user: &User, policy: SessionPolicy, now: Timestamp) -> Validity {
    let reason = end_reason(session, now)
        .or_else(|| revoked_by_user_state(session, user))
        .or_else(|| revoked_by_settings(session, policy));
    match reason {
        Some(reason) => Validity::Invalid(reason),
        None => Validity::Valid(effective_state(session, user, policy, now)),
    }
}

/// Returns why the settings make the session invalid. Attack: a password that was stolen before passwords were turned off opened a session
/// for months (`VESTIBULE_REMEMBER`).
pub(super) fn revoked_by_settings(session: &Session, policy: SessionPolicy) -> Option<EndReason> {
    match session.authentication.method {
        Method::Password if !policy.passwords => Some(EndReason::Revoked),
        Method::Password | Method::Federated | Method::Passkey => None,
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

fn effective_state(session: &Session, user: &User, policy: SessionPolicy, now: Timestamp) -> State {
    // At each request: a session that was opened by trust in a device needs the factor as soon as the trust ends.
    let trusts_device = session.authentication.from_trusted_device
        && session.device.as_deref().is_some_and(|device| user.trusts_device(device, now));
    match session.state {
        State::AwaitingSecondFactor => State::AwaitingSecondFactor,
        State::AwaitingEnrolment | State::AwaitingPasswordChange | State::SignedIn => {
            missing_step(user, &session.authentication, trusts_device, policy.mfa)
                .map_or(State::SignedIn, State::awaiting)
        }
    }
}

/// Returns why the record alone makes the session invalid. Deadlines are compared here; the deletion by the store comes much later.
#[must_use]
pub fn end_reason(session: &Session, now: Timestamp) -> Option<EndReason> {
    match session.ended {
        Some(end) => Some(end.reason),
        // Opened or extended while the clock was wrong: its deadlines would be reached in months.
        None if session.last_seen_at > now + FUTURE => Some(EndReason::MaxAge),
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

impl Session {
    /// Ends the session if it is valid; returns whether it was.
    pub(super) fn end(&mut self, reason: EndReason, now: Timestamp) -> bool {
        end_reason(self, now).is_none() && self.mark_ended(reason, now)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::{
        admission::{Amr, Authentication, Grant, Method},
        config::Mfa,
        secrets::{self, SealedField},
        session::record::Deadlines,
        user::{AccountSummary, Password, Totp, UserId},
        web::{client::Client, request_id::RequestId},
    };

    const IDLE: Duration = Duration::from_mins(10);
    const MAX: Duration = Duration::from_hours(12);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn policy(mfa: Mfa) -> SessionPolicy {
        SessionPolicy { mfa, passwords: true }
    }

    fn user() -> User {
        User::new(UserId::new(at(0)), at(0))
    }

    fn user_with_app() -> User {
        let mut user = user();
        let keys = secrets::Keys::parse(&secrets::new_key()).expect("a key");
        user.totp = vec![Totp::unused(keys.seal(&user.id, SealedField::Totp, b"x"), at(0))];
        user
    }

    /// A session that opened at second 0.
    fn session(user: &User, state: State, amr: &[Amr]) -> Session {
        let authentication = Authentication {
            method: Method::Password,
            amr: amr.to_vec(),
            upstream: None,
            signed_in_at: at(0),
            authenticated_at: Some(at(0)),
            factor_at: None,
            remember: false,
            is_first_login: false,
            from_trusted_device: false,
        };
        let grant = Grant {
            user: user.id,
            session_epoch: user.session_epoch,
            authentication,
            is_step_up: false,
            account: AccountSummary::of(user),
            device_trusted_until: None,
        };
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
        let deadlines = Deadlines { expires_at: at(0) + IDLE, ends_at: at(0) + MAX };
        Session::new(state, grant, &client, at(0), deadlines)
    }

    #[test]
    fn deadlines_end_a_session_at_their_second() {
        let user = user();
        for (now, last_seen, expected) in [
            (599, 0, None),
            (600, 0, Some(EndReason::Idle)),
            (43_199, 43_000, None),
            (43_200, 43_000, Some(EndReason::MaxAge)),
            (50_000, 0, Some(EndReason::MaxAge)),
        ] {
            let mut session = session(&user, State::SignedIn, &[Amr::Pwd]);
            session.last_seen_at = at(last_seen);
            session.expires_at = (at(last_seen) + IDLE).min(session.ends_at);
            assert_eq!(end_reason(&session, at(now)), expected, "second {now}, last seen {last_seen}");
        }
    }

    #[test]
    fn session_from_the_future_is_invalid() {
        let day = 86_400;
        for (last_seen, expected) in [(0, None), (day, None), (day + 1, Some(EndReason::MaxAge))] {
            let mut session = session(&user(), State::SignedIn, &[Amr::Pwd]);
            (session.last_seen_at, session.expires_at) = (at(last_seen), at(last_seen) + IDLE);
            session.ends_at = at(last_seen) + MAX;
            assert_eq!(end_reason(&session, at(0)), expected, "{last_seen}");
        }
    }

    #[test]
    fn end_mark_decides_before_the_deadlines_and_is_never_overwritten() {
        let user = user();
        let mut session = session(&user, State::SignedIn, &[Amr::Pwd]);
        assert!(session.end(EndReason::SignedOut, at(10)));
        assert!(!session.end(EndReason::Revoked, at(20)));
        assert_eq!(end_reason(&session, at(50_000)), Some(EndReason::SignedOut));
    }

    #[test]
    fn activity_moves_the_deadline_once_per_tenth_of_the_idle_time() {
        let session = session(&user(), State::SignedIn, &[Amr::Pwd]);
        assert!(!touch_is_due(&session, IDLE, at(59)));
        assert!(touch_is_due(&session, IDLE, at(60)));
    }

    #[test]
    fn present_state_of_the_user_ends_the_session() {
        let user = user();
        let session = session(&user, State::SignedIn, &[Amr::Pwd]);
        let changed = |change: fn(&mut User)| {
            let mut user = user.clone();
            change(&mut user);
            evaluate(&session, &user, policy(Mfa::Optional), at(1))
        };
        assert_eq!(changed(|_| {}), Validity::Valid(State::SignedIn));
        assert_eq!(
            changed(|user| user.status = Status::Disabled),
            Validity::Invalid(EndReason::UserDisabled)
        );
        assert_eq!(
            changed(|user| user.status = Status::Quarantined),
            Validity::Invalid(EndReason::UserDisabled)
        );
        assert_eq!(
            changed(|user| user.end_sessions(EndReason::PasswordChanged)),
            Validity::Invalid(EndReason::PasswordChanged)
        );
        assert_eq!(changed(|user| user.session_epoch += 1), Validity::Invalid(EndReason::Revoked));
    }

    #[test]
    fn factors_and_policy_decide_the_effective_state() {
        use State::{AwaitingEnrolment, AwaitingSecondFactor, SignedIn};
        let pwd: &[Amr] = &[Amr::Pwd];
        let otp: &[Amr] = &[Amr::Pwd, Amr::Otp];
        for (has_app, stored, amr, mfa, expected) in [
            (false, SignedIn, pwd, Mfa::Optional, SignedIn),
            // The policy or the factor came after the session.
            (false, SignedIn, pwd, Mfa::Required, AwaitingEnrolment),
            (true, SignedIn, pwd, Mfa::Optional, AwaitingSecondFactor),
            (true, SignedIn, otp, Mfa::Required, SignedIn),
            (true, SignedIn, &[Amr::Mfa], Mfa::Required, SignedIn),
            // A session that awaits its second factor leaves this state only by a step up.
            (false, AwaitingSecondFactor, pwd, Mfa::Optional, AwaitingSecondFactor),
            (false, AwaitingEnrolment, pwd, Mfa::Required, AwaitingEnrolment),
            (true, AwaitingEnrolment, pwd, Mfa::Required, AwaitingSecondFactor),
        ] {
            let user = if has_app { user_with_app() } else { user() };
            let session = session(&user, stored, amr);
            assert_eq!(
                evaluate(&session, &user, policy(mfa), at(1)),
                Validity::Valid(expected),
                "app: {has_app}, stored: {stored:?}, amr: {amr:?}, policy: {mfa:?}"
            );
        }
    }

    // An administrator may demand the change after the session was opened.
    #[test]
    fn password_that_must_be_changed_decides_the_effective_state() {
        use State::{AwaitingEnrolment, AwaitingPasswordChange, AwaitingSecondFactor, SignedIn};
        let pwd: &[Amr] = &[Amr::Pwd];
        let otp: &[Amr] = &[Amr::Pwd, Amr::Otp];
        for (must_change, method, has_app, stored, amr, mfa, expected) in [
            (true, Method::Password, false, SignedIn, pwd, Mfa::Optional, AwaitingPasswordChange),
            (true, Method::Password, true, SignedIn, otp, Mfa::Required, AwaitingPasswordChange),
            (true, Method::Password, true, SignedIn, pwd, Mfa::Optional, AwaitingSecondFactor),
            (true, Method::Password, false, SignedIn, pwd, Mfa::Required, AwaitingEnrolment),
            (true, Method::Password, true, AwaitingSecondFactor, pwd, Mfa::Optional, AwaitingSecondFactor),
            (
                true,
                Method::Password,
                false,
                AwaitingPasswordChange,
                pwd,
                Mfa::Optional,
                AwaitingPasswordChange,
            ),
            (false, Method::Password, false, AwaitingPasswordChange, pwd, Mfa::Optional, SignedIn),
            // A factor that was added in another session is missing here.
            (true, Method::Password, true, AwaitingPasswordChange, pwd, Mfa::Optional, AwaitingSecondFactor),
            (true, Method::Federated, false, SignedIn, &[], Mfa::Optional, SignedIn),
            (true, Method::Federated, false, SignedIn, &[Amr::Mfa], Mfa::Required, SignedIn),
        ] {
            let mut user = if has_app { user_with_app() } else { user() };
            user.password = Some(Password { must_change, ..Password::new(String::new(), at(0)) });
            let mut session = session(&user, stored, amr);
            session.authentication.method = method;
            assert_eq!(
                evaluate(&session, &user, policy(mfa), at(1)),
                Validity::Valid(expected),
                "must change: {must_change}, {method:?}, app: {has_app}, {stored:?}, {amr:?}, {mfa:?}"
            );
        }
    }

    // With every kind of session: only one that a password opened depends on the setting.
    #[test]
    fn session_of_a_password_is_invalid_in_a_service_without_passwords() {
        let user = user();
        for (method, passwords, expected) in [
            (Method::Password, true, Validity::Valid(State::SignedIn)),
            (Method::Password, false, Validity::Invalid(EndReason::Revoked)),
            (Method::Federated, false, Validity::Valid(State::SignedIn)),
            (Method::Passkey, false, Validity::Valid(State::SignedIn)),
        ] {
            let mut session = session(&user, State::SignedIn, &[Amr::Pwd]);
            session.authentication.method = method;
            let policy = SessionPolicy { mfa: Mfa::Optional, passwords };
            assert_eq!(evaluate(&session, &user, policy, at(1)), expected, "{method:?} {passwords}");
        }
    }

    #[test]
    fn record_is_kept_one_hour_after_its_end() {
        let mut session = session(&user(), State::SignedIn, &[Amr::Pwd]);
        assert!(session.end(EndReason::SignedOut, at(10)));
        assert!(!is_purgeable(&session, at(3_609)));
        assert!(is_purgeable(&session, at(3_610)));
    }
}
