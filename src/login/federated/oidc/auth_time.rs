//! Rules for an authentication at the provider that must be a new one: `prompt=login`, `max_age` and `auth_time` (OpenID Connect Core
//! §2, §3.1.2.1). No other file decides this.
//!
//! The provider may ignore `prompt=login`, and a user can remove it from the URL. Only `auth_time` in the signed ID token proves that the
//! user authenticated again. Without this check, the next user of a shared browser could act as the user who is still logged in at the
//! provider (ASVS 6.8.4). The table shows what happens and, after the comma, which time counts as the time of the authentication.
//!
//! | login | `prompt=login` sent | no `auth_time` | `auth_time` before the request | `auth_time` since the request |
//! |---|---|---|---|---|
//! | sign-in | no | accepted, no time ¹ | accepted, `auth_time` | accepted, `auth_time` |
//! | sign-in | yes | accepted, no time ¹ | refused | accepted, `auth_time` |
//! | link | no ² | accepted, no time ¹ | accepted, `auth_time` | accepted, `auth_time` |
//! | link | yes | refused | refused | accepted, `auth_time` |
//! | re-authentication | any | refused | refused | accepted, `auth_time` |
//!
//! An `auth_time` that is zero, negative, no number or in the future states no time: it counts as missing.
//!
//! 1. ¹ A login without a time never counts as recent. A provider that supports neither `prompt=login` nor `auth_time` (Google) is the
//!    exception: its logins count from now.
//! 2. ² The provider does not support `prompt=login`.
//!
//! A login that is not recent cannot enrol the first second factor, because the factor would then belong to the next user of the shared
//! browser. [`Assessment::enrolment`] decides what happens instead.

use std::time::Duration;

use super::{claims::Claims, jwt::LEEWAY};
use crate::{clock::Timestamp, config::Preset};

const AUTH_TIME_MISSING: &str = "the provider does not send auth_time";
const AUTH_TIME_TOO_OLD: &str =
    "auth_time is not the time of this login: the provider did not ask the user again";

/// `max_age` of every request. With it, and at some providers (Auth0) only with it, the ID token contains `auth_time`. Never zero: beside
/// `prompt=login` it adds nothing (OpenID Connect Core §3.1.2.1), glewlwyd refuses it, and Canaille asks for the password without end.
pub(super) const ANY_AGE: Duration = Duration::from_hours(365 * 24);

/// Kind of authentication that the authorization request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// The provider may use its session without asking.
    Unchanged,
    /// `prompt=select_account`: the most that a provider without `prompt=login` can do.
    SelectAccount,
    /// `prompt=login`.
    Login,
}

impl Prompt {
    #[must_use]
    pub fn choose(prompt_login: bool, preset: &Preset) -> Self {
        match (prompt_login, preset.supports_prompt_login) {
            (false, _) => Self::Unchanged,
            (true, true) => Self::Login,
            (true, false) => Self::SelectAccount,
        }
    }
}

/// Purpose of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginKind {
    SignIn,
    Link,
    Reauthenticate,
}

/// The authorization request that the response belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Requested {
    pub kind: LoginKind,
    /// `prompt=login` was sent.
    pub prompt_login: bool,
    pub started_at: Timestamp,
}

/// Requirement on `auth_time`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Requirement {
    None,
    /// Compared if it is there.
    IfPresent,
    Required,
}

impl Requested {
    fn requirement(&self) -> Requirement {
        match (self.kind, self.prompt_login) {
            (LoginKind::Reauthenticate, _) | (LoginKind::Link, true) => Requirement::Required,
            (LoginKind::SignIn, true) => Requirement::IfPresent,
            (LoginKind::Link | LoginKind::SignIn, false) => Requirement::None,
        }
    }
}

/// An accepted authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// When the user authenticated at the provider; `None` if the provider does not say.
    pub authenticated_at: Option<Timestamp>,
    has_auth_time: bool,
    can_prompt_login: bool,
}

/// Decision about the enrolment of the first second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolment {
    Allow,
    /// Start over with `prompt=login`.
    RestartWithPromptLogin,
    /// The reason, for the audit event.
    Refuse(&'static str),
}

/// Checks `auth_time` against the table above.
///
/// # Errors
/// The reason, for the audit event.
pub fn assess(
    claims: &Claims,
    requested: Requested,
    preset: &Preset,
    now: Timestamp,
) -> Result<Assessment, &'static str> {
    let auth_time = claims.auth_time().filter(|at| states_a_time(*at, now));
    let is_of_this_login = |at: i64| at.saturating_add(LEEWAY) >= requested.started_at.as_secs();
    match (requested.requirement(), auth_time) {
        (Requirement::None, _) | (Requirement::IfPresent, None) => {}
        (Requirement::IfPresent | Requirement::Required, Some(at)) if is_of_this_login(at) => {}
        (Requirement::IfPresent | Requirement::Required, Some(_)) => return Err(AUTH_TIME_TOO_OLD),
        (Requirement::Required, None) => return Err(AUTH_TIME_MISSING),
    }
    let from_claim = auth_time.map(|at| Timestamp::from_millis(at.saturating_mul(1000)).min(now));
    let without_auth_time = if preset.supports_prompt_login { None } else { Some(now) };
    Ok(Assessment {
        authenticated_at: from_claim.or(without_auth_time),
        has_auth_time: auth_time.is_some(),
        // Once only: a provider that ignores `prompt=login` would otherwise cause an endless redirect.
        can_prompt_login: preset.supports_prompt_login && !requested.prompt_login,
    })
}

/// Returns whether this `auth_time` states a time. Zero states none (glewlwyd always sends it), and neither does a time that cannot be:
/// before the epoch, or after now.
fn states_a_time(auth_time: i64, now: Timestamp) -> bool {
    (1..=now.as_secs().saturating_add(LEEWAY)).contains(&auth_time)
}

impl Assessment {
    /// Decides whether this login may enrol the first second factor. `recent` is the longest age of a recent authentication.
    #[must_use]
    pub fn enrolment(&self, recent: Duration, now: Timestamp) -> Enrolment {
        match self.authenticated_at {
            Some(at) if now < at + recent => Enrolment::Allow,
            Some(_) | None if self.can_prompt_login => Enrolment::RestartWithPromptLogin,
            Some(_) | None if self.has_auth_time => Enrolment::Refuse(AUTH_TIME_TOO_OLD),
            Some(_) | None => Enrolment::Refuse(AUTH_TIME_MISSING),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::{config::ProviderKind, login::federated::oidc::claims::Userinfo};

    const STARTED: i64 = 10_000;
    const NOW: i64 = 10_030;
    const RECENT: Duration = Duration::from_mins(10);

    fn claims(auth_time: Option<i64>) -> Claims {
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), json!("https://idp.example"));
        claims.insert("sub".to_owned(), json!("grace"));
        claims.extend(auth_time.map(|at| ("auth_time".to_owned(), Value::from(at))));
        Claims::new(claims, Userinfo::NotOffered).expect("claims")
    }

    fn seconds(at: i64) -> Timestamp {
        Timestamp::from_millis(at * 1000)
    }

    fn assessed(
        kind: LoginKind,
        prompt_login: bool,
        provider: ProviderKind,
        auth_time: Option<i64>,
    ) -> Result<Assessment, &'static str> {
        let requested = Requested { kind, prompt_login, started_at: seconds(STARTED) };
        assess(&claims(auth_time), requested, provider.preset(), seconds(NOW))
    }

    #[test]
    fn the_table() {
        use LoginKind::{Link, Reauthenticate, SignIn};
        const OLD: Option<i64> = Some(STARTED - LEEWAY - 1);
        const SKEWED: Option<i64> = Some(STARTED - LEEWAY);
        const NEW: Option<i64> = Some(STARTED + 10);
        const SKEWED_NOW: Option<i64> = Some(NOW + LEEWAY);
        let (missing, too_old) = (Err(AUTH_TIME_MISSING), Err(AUTH_TIME_TOO_OLD));
        for (kind, prompt_login, auth_time, expected) in [
            (SignIn, false, None, Ok(None)),
            (SignIn, false, OLD, Ok(OLD)),
            (SignIn, false, NEW, Ok(NEW)),
            (SignIn, false, SKEWED_NOW, Ok(Some(NOW))),
            (SignIn, true, None, Ok(None)),
            (SignIn, true, OLD, too_old),
            (SignIn, true, SKEWED, Ok(SKEWED)),
            (SignIn, true, NEW, Ok(NEW)),
            (Link, false, None, Ok(None)),
            (Link, false, OLD, Ok(OLD)),
            (Link, false, NEW, Ok(NEW)),
            (Link, true, None, missing),
            (Link, true, OLD, too_old),
            (Link, true, NEW, Ok(NEW)),
            (Reauthenticate, false, None, missing),
            (Reauthenticate, false, OLD, too_old),
            (Reauthenticate, true, None, missing),
            (Reauthenticate, true, OLD, too_old),
            (Reauthenticate, true, NEW, Ok(NEW)),
            (Reauthenticate, true, SKEWED_NOW, Ok(Some(NOW))),
        ] {
            let dated = assessed(kind, prompt_login, ProviderKind::Oidc, auth_time)
                .map(|found| found.authenticated_at);
            let row = format!("{kind:?} prompt_login={prompt_login} auth_time={auth_time:?}");
            assert_eq!(dated, expected.map(|at: Option<i64>| at.map(seconds)), "{row}");
        }
    }

    #[test]
    fn an_auth_time_that_states_no_time_counts_as_missing() {
        use LoginKind::{Link, Reauthenticate, SignIn};
        for (kind, prompt_login) in
            [(SignIn, false), (SignIn, true), (Link, false), (Link, true), (Reauthenticate, true)]
        {
            let missing = assessed(kind, prompt_login, ProviderKind::Oidc, None);
            for auth_time in [0, -1, i64::MIN, NOW + LEEWAY + 1, i64::MAX] {
                let found = assessed(kind, prompt_login, ProviderKind::Oidc, Some(auth_time));
                assert_eq!(found, missing, "{kind:?} prompt_login={prompt_login} auth_time={auth_time}");
            }
        }
    }

    #[test]
    fn a_provider_without_prompt_login_counts_from_now_unless_it_sends_auth_time() {
        for (auth_time, expected) in [(None, seconds(NOW)), (Some(5_000), seconds(5_000))] {
            let found =
                assessed(LoginKind::SignIn, false, ProviderKind::Google, auth_time).expect("accepted");
            assert_eq!(found.authenticated_at, Some(expected));
        }
        assert!(assessed(LoginKind::Reauthenticate, false, ProviderKind::Google, None).is_err());
    }

    #[test]
    fn enrolment_needs_a_recent_authentication_and_restarts_once() {
        let old = Some(STARTED - 3_600);
        for (prompt_login, provider, auth_time, expected) in [
            (false, ProviderKind::Oidc, Some(STARTED), Enrolment::Allow),
            (false, ProviderKind::Oidc, old, Enrolment::RestartWithPromptLogin),
            (false, ProviderKind::Oidc, None, Enrolment::RestartWithPromptLogin),
            (true, ProviderKind::Oidc, None, Enrolment::Refuse(AUTH_TIME_MISSING)),
            (false, ProviderKind::Google, None, Enrolment::Allow),
            (false, ProviderKind::Google, old, Enrolment::Refuse(AUTH_TIME_TOO_OLD)),
        ] {
            let found = assessed(LoginKind::SignIn, prompt_login, provider, auth_time).expect("accepted");
            assert_eq!(found.enrolment(RECENT, seconds(NOW)), expected, "{provider:?} {auth_time:?}");
        }
    }

    #[test]
    fn prompt_login_is_sent_only_where_the_provider_supports_it() {
        for (prompt_login, provider, prompt) in [
            (false, ProviderKind::Oidc, Prompt::Unchanged),
            (true, ProviderKind::Oidc, Prompt::Login),
            (false, ProviderKind::Google, Prompt::Unchanged),
            (true, ProviderKind::Google, Prompt::SelectAccount),
        ] {
            assert_eq!(Prompt::choose(prompt_login, provider.preset()), prompt);
        }
    }
}
