//! Where the doors meet: `Proof ─▶ admit() ─▶ Ticket`.
//!
//! Pure: the proof carries the person as they were when it was made, the policy is an argument. No other module can make a
//! [`Ticket`] or a [`Pending`], so "who can sign somebody in?" has one answer.

use crate::{
    clock::Timestamp,
    config::Mfa,
    session::{Method, SecondFactor},
    user::{Status, User, UserId},
};

/// What a door has proven about a person.
pub struct Proof<'a> {
    user: &'a User,
    method: Method,
    amr: Vec<String>,
    since: Timestamp,
    now: Timestamp,
}

impl<'a> Proof<'a> {
    /// The password of this person, just now.
    pub(super) fn password(user: &'a User, now: Timestamp) -> Self {
        Self { user, method: Method::Password, amr: vec!["pwd".to_owned()], since: now, now }
    }

    /// A code of this person's authenticator app, on top of what was proven before. `since` is when the sign-in began to count.
    pub(super) fn code(
        user: &'a User,
        method: Method,
        before: &[String],
        since: Timestamp,
        now: Timestamp,
    ) -> Self {
        let mut amr = before.to_vec();
        if !amr.iter().any(|known| known == "otp") {
            amr.push("otp".to_owned());
        }
        Self { user, method, amr, since, now }
    }

    fn has_second_factor(&self) -> bool {
        self.amr.iter().any(|amr| amr == "otp")
    }
}

/// What both a ticket and a pending entry carry into the session.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) user: UserId,
    pub(crate) epoch: i64,
    pub(crate) method: Method,
    pub(crate) amr: Vec<String>,
    pub(crate) since: Timestamp,
    pub(crate) proven_at: Timestamp,
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
    let Proof { user, method, amr, since, now } = proof;
    if user.status != Status::Active {
        return Err(Disabled);
    }
    let entry = Entry { user: user.id, epoch: user.session_epoch, method, amr, since, proven_at: now };
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
            secret: keys.seal(user.id, "totp", b"x"),
            confirmed_at: now,
            last_step: 0,
        });
        user
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
    fn a_disabled_person_does_not_come_in_through_any_door() {
        let now = Timestamp::from_millis(0);
        let mut user = person(true);
        user.status = Status::Disabled;
        assert!(admit(Proof::password(&user, now), Mfa::Optional).is_err());
        assert!(
            admit(Proof::code(&user, Method::Password, &["pwd".to_owned()], now, now), Mfa::Optional)
                .is_err()
        );
    }
}
