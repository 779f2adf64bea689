//! Where the doors meet: `Proof ─▶ admit() ─▶ Ticket`.
//!
//! Pure: the proof carries the person as they were when it was made, the policy is an argument. No other module can make a
//! [`Ticket`] or a [`Pending`], so "who can sign somebody in?" has one answer.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    config::Mfa,
    session::{Method, SecondFactor},
    user::{IdentityKey, Status, User, UserId},
};

/// What a door has proven about a person.
pub struct Proof<'a> {
    user: &'a User,
    method: Method,
    amr: Vec<String>,
    provider: Option<ProviderSession>,
    since: Timestamp,
    proven_at: Timestamp,
    factor_at: Option<Timestamp>,
    continues: bool,
}

impl<'a> Proof<'a> {
    /// The password of this person, just now.
    pub(super) fn password(user: &'a User, now: Timestamp) -> Self {
        let amr = vec!["pwd".to_owned()];
        let method = Method::Password;
        Self {
            user,
            method,
            amr,
            provider: None,
            since: now,
            proven_at: now,
            factor_at: None,
            continues: false,
        }
    }

    /// One more method (RFC 8176), on top of what this session was opened with: a code, or a proof given again. The sign-in began
    /// to count at `since`: proving again never moves the absolute deadline.
    pub(super) fn on_top(
        user: &'a User,
        before: Before,
        more: Option<&str>,
        since: Timestamp,
        now: Timestamp,
    ) -> Self {
        let Before { method, mut amr, provider, factor_at } = before;
        // An old second factor does not become a new one by a password.
        let factor_at = more.filter(|more| is_factor(more)).map_or(factor_at, |_| Some(now));
        amr.extend(more.filter(|more| !amr.iter().any(|known| known == more)).map(ToOwned::to_owned));
        Self { user, method, amr, provider, since, proven_at: now, factor_at, continues: true }
    }

    /// What a provider has proven, at `proven_at`: a provider that remembers people does not ask them each time. Its own factors count only where the settings trust them for it: then `mfa` is among what was
    /// proven, and nothing else that the provider says of its methods, which we have not seen.
    pub(super) fn federated(
        user: &'a User,
        provider: ProviderSession,
        trusted_mfa: bool,
        proven_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        let amr = if trusted_mfa { vec![MFA.to_owned()] } else { Vec::new() };
        let factor_at = trusted_mfa.then_some(proven_at);
        let provider = Some(provider);
        let method = Method::Federated;
        Self { user, method, amr, provider, since: now, proven_at, factor_at, continues: false }
    }

    fn has_second_factor(&self) -> bool {
        is_second_factor(&self.amr)
    }
}

/// What a session was opened with, before a code came on top.
pub struct Before {
    pub(crate) method: Method,
    pub(crate) amr: Vec<String>,
    pub(crate) provider: Option<ProviderSession>,
    pub(crate) factor_at: Option<Timestamp>,
}

/// RFC 8176: several factors, at a provider that is trusted with them.
pub(super) const MFA: &str = "mfa";

/// Whether two factors are among what was proven.
#[must_use]
pub fn is_second_factor(amr: &[String]) -> bool {
    amr.iter().any(|amr| is_factor(amr))
}

fn is_factor(amr: &str) -> bool {
    amr == "otp" || amr == MFA
}

/// Through which provider a session was opened, and who and which session that is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderSession {
    pub(crate) provider: String,
    #[serde(flatten)]
    pub(crate) key: IdentityKey,
    pub(crate) sid: Option<String>,
    /// When the provider said so, in seconds: a logout of after that has ended it.
    #[serde(default)]
    pub(crate) issued_at: i64,
    /// When the browser set out for it, by our clock.
    #[serde(default = "Timestamp::epoch")]
    pub(crate) begun_at: Timestamp,
    /// Where the ID token is kept for the sign-out at the provider, sealed.
    pub(crate) hint: Option<String>,
}

/// What both a ticket and a pending entry carry into the session.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) user: UserId,
    pub(crate) epoch: i64,
    pub(crate) method: Method,
    pub(crate) amr: Vec<String>,
    pub(crate) provider: Option<ProviderSession>,
    pub(crate) since: Timestamp,
    pub(crate) proven_at: Timestamp,
    pub(crate) factor_at: Option<Timestamp>,
    /// Whether it takes the place of a session that is alive, and must not outlive its end.
    pub(crate) continues: bool,
}

/// Permission to open a session. Its fields are private: only [`admit`] makes one.
#[derive(Debug)]
pub struct Ticket {
    entry: Entry,
}

impl Ticket {
    /// When the sign-in began to count: the absolute deadline is measured from here.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.entry.since
    }
}

impl From<Ticket> for Entry {
    fn from(ticket: Ticket) -> Self {
        ticket.entry
    }
}

/// Permission to prove more, and nothing else.
#[derive(Debug)]
pub struct Pending {
    entry: Entry,
    wants: SecondFactor,
}

impl Pending {
    /// What is missing.
    #[must_use]
    pub fn wants(&self) -> SecondFactor {
        self.wants
    }
}

impl From<Pending> for Entry {
    fn from(pending: Pending) -> Self {
        pending.entry
    }
}

/// What a proof is worth.
#[derive(Debug)]
pub enum Admission {
    /// Come in.
    Granted(Ticket),
    /// Prove more first.
    SecondFactor(Pending),
}

/// Shut out by an administrator.
#[derive(Debug, thiserror::Error)]
#[error("the account is disabled")]
pub struct Disabled;

/// Decides what a proof is worth. Every door goes through here, so that no door is a way around the second factor.
///
/// # Errors
/// [`Disabled`] people do not come in through any door.
pub fn admit(proof: Proof<'_>, policy: Mfa) -> Result<Admission, Disabled> {
    let has_second_factor = proof.has_second_factor();
    let Proof { user, method, amr, provider, since, proven_at, factor_at, continues } = proof;
    if user.status != Status::Active {
        return Err(Disabled);
    }
    let epoch = user.session_epoch;
    let entry = Entry { user: user.id, epoch, method, amr, provider, since, proven_at, factor_at, continues };
    Ok(if has_second_factor {
        Admission::Granted(Ticket { entry })
    } else if user.mfa_enabled() {
        Admission::SecondFactor(Pending { entry, wants: SecondFactor::Code })
    } else if policy == Mfa::Required {
        Admission::SecondFactor(Pending { entry, wants: SecondFactor::Enrolment })
    } else {
        Admission::Granted(Ticket { entry })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{secrets, user::Totp};

    fn person(with_factor: bool) -> User {
        let now = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(now), now);
        let keys = secrets::Keys::parse(&secrets::new_key()).expect("a key");
        user.totp = with_factor.then(|| Totp {
            secret: keys.seal(&user.id, "totp", b"x"),
            confirmed_at: now,
            last_step: 0,
        });
        user
    }

    fn at_the_provider() -> ProviderSession {
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "1".to_owned() };
        ProviderSession {
            provider: "idp".to_owned(),
            key,
            sid: None,
            issued_at: 0,
            begun_at: Timestamp::epoch(),
            hint: None,
        }
    }

    #[test]
    fn a_password_alone_opens_only_where_no_second_factor_is_due() {
        let now = Timestamp::from_millis(0);
        let wants = |with_factor, policy| match admit(Proof::password(&person(with_factor), now), policy)
            .expect("active")
        {
            Admission::Granted(_) => None,
            Admission::SecondFactor(pending) => Some(pending.wants()),
        };
        assert_eq!(wants(false, Mfa::Optional), None);
        assert_eq!(wants(false, Mfa::Required), Some(SecondFactor::Enrolment));
        assert_eq!(wants(true, Mfa::Optional), Some(SecondFactor::Code));
        assert_eq!(wants(true, Mfa::Required), Some(SecondFactor::Code));
    }

    #[test]
    fn no_door_is_a_way_around_the_second_factor() {
        let now = Timestamp::from_millis(0);
        let wants = |with_factor, trusted, policy| {
            let user = person(with_factor);
            match admit(Proof::federated(&user, at_the_provider(), trusted, now, now), policy)
                .expect("active")
            {
                Admission::Granted(_) => None,
                Admission::SecondFactor(pending) => Some(pending.wants()),
            }
        };
        assert_eq!(wants(false, false, Mfa::Optional), None);
        assert_eq!(wants(false, false, Mfa::Required), Some(SecondFactor::Enrolment));
        assert_eq!(wants(true, false, Mfa::Optional), Some(SecondFactor::Code));
        assert_eq!(wants(true, true, Mfa::Required), None, "the provider's factors are trusted");
    }

    #[test]
    fn a_disabled_person_does_not_come_in_through_any_door() {
        let now = Timestamp::from_millis(0);
        let mut user = person(true);
        user.status = Status::Disabled;
        let before =
            Before { method: Method::Password, amr: vec!["pwd".to_owned()], provider: None, factor_at: None };
        assert!(admit(Proof::password(&user, now), Mfa::Optional).is_err());
        assert!(admit(Proof::federated(&user, at_the_provider(), true, now, now), Mfa::Optional).is_err());
        assert!(admit(Proof::on_top(&user, before, Some("otp"), now, now), Mfa::Optional).is_err());
    }
}
