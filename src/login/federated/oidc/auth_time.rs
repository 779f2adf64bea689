//! Whether a login at the provider is a new authentication: `auth_time` (OpenID Connect Core §2, §3.1.2.1).

use super::{claims::Claims, token::LEEWAY};
use crate::{clock::Timestamp, config::ProviderConfig};

const AUTH_TIME_MISSING: &str = "the provider does not send auth_time";
const AUTH_TIME_TOO_OLD: &str =
    "auth_time is not the time of this login: the provider did not ask the user again";

/// What `auth_time` must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// The login did not ask for a new authentication.
    None,
    /// A new authentication was requested; a provider that sends no `auth_time` is accepted, but the login does not count as recent.
    IfPresent,
    /// A new authentication must be proven.
    Required,
}

/// Checks that the user authenticated again if that was requested. The provider may ignore `prompt=login`, and a user can remove it from
/// the URL. Only `auth_time` proves that the user was asked.
///
/// # Errors
/// The failure, for the audit event.
pub fn check(
    claims: &Claims,
    requirement: Requirement,
    started_at: Timestamp,
    now: Timestamp,
) -> Result<(), &'static str> {
    if requirement == Requirement::None {
        return Ok(());
    }
    match claims.authenticated_at() {
        Some(at)
            if at.saturating_add(LEEWAY) < started_at.as_secs()
                || at > now.as_secs().saturating_add(LEEWAY) =>
        {
            Err(AUTH_TIME_TOO_OLD)
        }
        None if requirement == Requirement::Required => Err(AUTH_TIME_MISSING),
        Some(_) | None => Ok(()),
    }
}

/// Returns when the user authenticated at the provider, or `None` if the provider does not say: then the login never counts as recent,
/// because another user may sit at a screen whose owner is still logged in at the provider (ASVS 6.8.4). A provider that supports neither
/// `prompt=login` nor `auth_time` is accepted as it is: the login counts from now.
#[must_use]
pub fn proven_at(provider: &ProviderConfig, claims: &Claims, now: Timestamp) -> Option<Timestamp> {
    let undated = (!provider.kind.preset().supports_prompt_login).then_some(now);
    claims.proven_at(now).or(undated)
}

/// Returns why a login does not count as recent.
#[must_use]
pub fn lack(claims: &Claims) -> &'static str {
    if claims.authenticated_at().is_none() { AUTH_TIME_MISSING } else { AUTH_TIME_TOO_OLD }
}
