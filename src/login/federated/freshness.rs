//! How old a proof is that a provider speaks of.

use super::{
    claims::Claims,
    token::LEEWAY,
    transaction::{Purpose, Transaction},
};
use crate::{clock::Timestamp, config::ProviderConfig};

const UNDATED: &str = "the provider does not say auth_time";
const OLD: &str = "the provider did not ask again: auth_time is another time";

/// A provider that was told to ask who somebody is may not have done so, or the one at the screen took the request out of the address:
/// `auth_time` tells (OpenID Connect Core §3.1.2.1). A sign-in without it is let in and counts as an old proof ([`proven_at`]).
///
/// # Errors
/// What is wrong, for the trail.
pub(super) fn check(claims: &Claims, transaction: &Transaction, now: Timestamp) -> Result<(), &'static str> {
    // Whatever the one who began it knew of this rule (a replica of before).
    let proves = matches!(transaction.purpose, Purpose::Reauthenticate(_));
    if !transaction.afresh && !proves {
        return Ok(());
    }
    let begun_at = transaction.begun_at().as_secs();
    match claims.authenticated_at() {
        Some(at) if at.saturating_add(LEEWAY) < begun_at || at > now.as_secs().saturating_add(LEEWAY) => {
            Err(OLD)
        }
        None if transaction.purpose != Purpose::SignIn => Err(UNDATED),
        Some(_) | None => Ok(()),
    }
}

/// When somebody who comes in proved who they are: as the provider says, and long ago if it does not (a passer-by at a screen whose
/// owner is still signed in at the provider proves nothing; ASVS 6.8.4). A provider that cannot be told to ask, and does not say, is
/// taken at its word.
#[must_use]
pub(super) fn proven_at(provider: &ProviderConfig, claims: &Claims, now: Timestamp) -> Timestamp {
    let undated = if provider.kind.preset().supports_prompt_login { Timestamp::epoch() } else { now };
    claims.proven_at(now).unwrap_or(undated)
}

/// Why a proof that is too old is too old.
#[must_use]
pub(super) fn lack(claims: &Claims) -> &'static str {
    if claims.authenticated_at().is_none() { UNDATED } else { OLD }
}
