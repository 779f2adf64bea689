//! Decides whether a proof opens a session: `Proof ─▶ admit() ─▶ Ticket | PendingTicket`.
//!
//! Pure: the proof carries the user as they were when it was made, the policy is an argument. No other module can make a [`Ticket`] or a
//! [`PendingTicket`], so the question "who can open a session?" has one answer. Only modules under `login/` make a [`Proof`];
//! `tests/it/architecture.rs` checks that.

mod authentication;

pub use self::authentication::{Amr, Authentication, Method, PasskeyMethods, UpstreamSession};
use crate::{
    clock::Timestamp,
    config::Mfa,
    user::{AccountSummary, Status, User, UserId},
};

/// What a login has proven about a user.
pub struct Proof<'a> {
    user: &'a User,
    authentication: Authentication,
    is_step_up: bool,
}

impl<'a> Proof<'a> {
    /// Creates the proof of a password that was just verified.
    pub(crate) fn password(user: &'a User, now: Timestamp) -> Self {
        let authentication = Authentication {
            method: Method::Password,
            amr: vec![Amr::Pwd],
            upstream: None,
            signed_in_at: now,
            authenticated_at: Some(now),
            factor_at: None,
            remember: false,
            is_first_login: user.last_login_at.is_none(),
            from_trusted_device: false,
        };
        Self { user, authentication, is_step_up: false }
    }

    /// Creates the proof of a login at a provider. `authenticated_at` is the provider's `auth_time`, which may be long ago. `amr` becomes
    /// `["mfa"]` if the settings trust the provider's MFA and stays empty otherwise: we did not see the other methods.
    pub(crate) fn federated(
        user: &'a User,
        upstream: UpstreamSession,
        trusted_mfa: bool,
        authenticated_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        let authentication = Authentication {
            method: Method::Federated,
            amr: Amr::of_provider(trusted_mfa).into_iter().collect(),
            upstream: Some(upstream),
            signed_in_at: now,
            authenticated_at,
            factor_at: authenticated_at.filter(|_| trusted_mfa),
            remember: false,
            is_first_login: user.last_login_at.is_none(),
            from_trusted_device: false,
        };
        Self { user, authentication, is_step_up: false }
    }

    /// Creates the proof of a passkey without a password. `methods` are those of the verified assertion; without [`Amr::User`] the
    /// authenticator did not verify the user, and the passkey is one factor alone: no login.
    pub(crate) fn passkey(user: &'a User, methods: PasskeyMethods, now: Timestamp) -> Option<Self> {
        if !methods.user_verified {
            return None;
        }
        let authentication = Authentication {
            method: Method::Passkey,
            amr: methods.amr().collect(),
            upstream: None,
            signed_in_at: now,
            authenticated_at: Some(now),
            factor_at: Some(now),
            remember: false,
            is_first_login: user.last_login_at.is_none(),
            from_trusted_device: false,
        };
        Some(Self { user, authentication, is_step_up: false })
    }

    /// Sets whether the login comes from a device that the user trusts. [`admit`] then requires no second factor.
    #[must_use]
    pub(crate) fn with_device_trust(mut self, is_trusted: bool) -> Self {
        self.authentication.from_trusted_device = is_trusted;
        self
    }

    /// Creates the proof of one more method in a session that exists: a second factor or a re-authentication. The absolute lifetime
    /// keeps its start.
    pub(crate) fn step_up(
        user: &'a User,
        prior: Authentication,
        methods: impl IntoIterator<Item = Amr>,
        now: Timestamp,
    ) -> Self {
        let mut authentication = Authentication { authenticated_at: Some(now), ..prior };
        for method in methods {
            if !authentication.amr.contains(&method) {
                authentication.amr.push(method);
            }
            // A password does not make an old second factor recent.
            if method.is_second_factor() {
                authentication.factor_at = Some(now);
            }
        }
        Self { user, authentication, is_step_up: true }
    }

    /// Creates the proof of a session that continues under a new id, for example after its user has changed a credential in it. Nothing new is
    /// proven: no method is added, and an old authentication does not become recent.
    pub(crate) fn continued(user: &'a User, prior: Authentication) -> Self {
        Self { user, authentication: prior, is_step_up: true }
    }
}

/// What [`admit`] allows: the content of both kinds of ticket.
#[derive(Clone, Debug)]
pub struct Grant {
    pub(crate) user: UserId,
    pub(crate) session_epoch: i64,
    pub(crate) authentication: Authentication,
    /// Whether the new session continues the current one. Then it must not outlive the end of that one.
    pub(crate) is_step_up: bool,
    pub(crate) account: AccountSummary,
    /// The user trusts the browser until this time.
    pub(crate) device_trusted_until: Option<Timestamp>,
}

/// Permission to open a session. Its field is private: only [`admit`] makes one.
#[derive(Debug)]
pub struct Ticket(Grant);

impl From<Ticket> for Grant {
    fn from(ticket: Ticket) -> Self {
        ticket.0
    }
}

/// Permission to open a session that can only take the missing step.
#[derive(Debug)]
pub struct PendingTicket {
    grant: Grant,
    missing_step: MissingStep,
}

impl PendingTicket {
    #[must_use]
    pub fn missing_step(&self) -> MissingStep {
        self.missing_step
    }
}

impl From<PendingTicket> for Grant {
    fn from(pending: PendingTicket) -> Self {
        pending.grant
    }
}

/// What the user must still do before the session is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingStep {
    /// Prove the second factor that they have.
    Code,
    /// Enrol a first one, because the policy requires it, or one that is more than a code by message.
    Enrolment,
    /// Replace a password that must be changed.
    PasswordChange,
}

/// Result of [`admit`].
#[derive(Debug)]
pub enum Admission {
    Granted(Ticket),
    Pending(PendingTicket),
}

impl Admission {
    /// Returns the published names of the methods by which the user has authenticated.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> {
        let (Self::Granted(Ticket(grant)) | Self::Pending(PendingTicket { grant, .. })) = self;
        grant.authentication.amr.iter().map(|method| method.as_str())
    }

    /// Sets until when the user trusts this browser: see [`crate::user::Device::trusted_until`]. It has no effect on a session that lacks a
    /// factor.
    #[must_use]
    pub fn trusting_device(mut self, until: Option<Timestamp>) -> Self {
        let (Self::Granted(Ticket(grant)) | Self::Pending(PendingTicket { grant, .. })) = &mut self;
        grant.device_trusted_until = until;
        self
    }

    /// Returns what the user must still do before the session is signed in.
    #[must_use]
    pub fn missing_step(&self) -> Option<MissingStep> {
        match self {
            Self::Granted(_) => None,
            Self::Pending(pending) => Some(pending.missing_step()),
        }
    }

    /// Sets whether the user asked to stay signed in on this device. Every session that continues this login keeps it.
    #[must_use]
    pub fn remembered(mut self, remember: bool) -> Self {
        let (Self::Granted(Ticket(grant)) | Self::Pending(PendingTicket { grant, .. })) = &mut self;
        grant.authentication.remember = remember;
        self
    }
}

/// The user is not active: an administrator disabled the account, or it is quarantined.
#[derive(Debug, thiserror::Error)]
#[error("the account is disabled")]
pub struct Disabled;

/// Decides what a proof allows. Every kind of login calls it, so that no kind of login bypasses the second factor.
///
/// # Errors
/// [`Disabled`] for every kind of login of a user who is not active.
pub fn admit(proof: Proof<'_>, policy: Mfa) -> Result<Admission, Disabled> {
    let Proof { user, authentication, is_step_up } = proof;
    if user.status != Status::Active {
        return Err(Disabled);
    }
    let missing_step = missing_step(user, &authentication, authentication.from_trusted_device, policy);
    let grant = Grant {
        user: user.id,
        session_epoch: user.session_epoch,
        authentication,
        is_step_up,
        account: AccountSummary::of(user),
        device_trusted_until: None,
    };
    Ok(match missing_step {
        None => Admission::Granted(Ticket(grant)),
        Some(missing_step) => Admission::Pending(PendingTicket { grant, missing_step }),
    })
}

/// Returns what this user must still do after this authentication. The factor comes first: a client that knows only the password must not
/// choose a new one.
///
/// `trusts_device` says that the login came from a device that the user still trusts. It takes the place of a factor that the user has, and
/// not of the enrolment of another one. Attack: a client at the device of an administrator who has only codes by message would otherwise set
/// up a passkey of its own with the password alone.
#[must_use]
pub fn missing_step(
    user: &User,
    authentication: &Authentication,
    trusts_device: bool,
    policy: Mfa,
) -> Option<MissingStep> {
    let has_trust = trusts_device && user.has_second_factor() && !user.lacks_strong_factor();
    if !authentication.has_second_factor() && !has_trust {
        if user.has_second_factor() {
            return Some(MissingStep::Code);
        }
        if policy == Mfa::Required {
            return Some(MissingStep::Enrolment);
        }
    }
    // The code was correct. It is not enough for an administrator.
    if user.lacks_strong_factor() && !authentication.has_strong_factor() {
        return Some(MissingStep::Enrolment);
    }
    match authentication.method {
        Method::Password if user.must_change_password() => Some(MissingStep::PasswordChange),
        // These logins do not use the password.
        Method::Password | Method::Federated | Method::Passkey => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        secrets::{self, SealedField},
        user::{CodeChannel, IdentityKey, Password, Totp},
    };

    fn user(with_factor: bool) -> User {
        let now = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(now), now);
        let keys = secrets::Keys::parse(&secrets::new_key()).expect("a key");
        if with_factor {
            user.totp.push(Totp::unused(keys.seal(&user.id, SealedField::Totp, b"x"), now));
        }
        user
    }

    // Trust replaces the code of a user who has a factor. It never replaces an enrolment, and it is no proof.
    #[test]
    fn trusted_device_replaces_only_the_code() {
        let now = Timestamp::from_millis(0);
        for (with_factor, is_trusted, policy, expected) in [
            (true, false, Mfa::Optional, Some(MissingStep::Code)),
            (true, true, Mfa::Optional, None),
            (true, true, Mfa::Required, None),
            (false, true, Mfa::Optional, None),
            (false, true, Mfa::Required, Some(MissingStep::Enrolment)),
        ] {
            let user = user(with_factor);
            for proof in
                [Proof::password(&user, now), Proof::federated(&user, upstream(), false, Some(now), now)]
            {
                let admission = admit(proof.with_device_trust(is_trusted), policy).expect("active");
                assert_eq!(admission.missing_step(), expected, "{with_factor} {is_trusted} {policy:?}");
                let (Admission::Granted(Ticket(grant)) | Admission::Pending(PendingTicket { grant, .. })) =
                    admission;
                assert!(
                    !grant.authentication.has_second_factor() && grant.authentication.factor_at.is_none()
                );
            }
        }
    }

    fn upstream() -> UpstreamSession {
        UpstreamSession {
            provider: "idp".to_owned(),
            key: IdentityKey { issuer: "https://idp.example".to_owned(), subject: "1".to_owned() },
            sid: None,
            issued_at: 0,
            started_at: Timestamp::from_millis(0),
            id_token_hint: None,
        }
    }

    fn missing_step(proof: Proof<'_>, policy: Mfa) -> Option<MissingStep> {
        admit(proof, policy).expect("the user is active").missing_step()
    }

    #[test]
    fn password_alone_is_enough_only_where_no_second_factor_is_due() {
        let now = Timestamp::from_millis(0);
        for (with_factor, policy, expected) in [
            (false, Mfa::Optional, None),
            (false, Mfa::Required, Some(MissingStep::Enrolment)),
            (true, Mfa::Optional, Some(MissingStep::Code)),
            (true, Mfa::Required, Some(MissingStep::Code)),
        ] {
            let user = user(with_factor);
            assert_eq!(missing_step(Proof::password(&user, now), policy), expected);
        }
    }

    #[test]
    fn federated_login_does_not_bypass_the_second_factor() {
        let now = Timestamp::from_millis(0);
        for (with_factor, trusted_mfa, policy, expected) in [
            (false, false, Mfa::Optional, None),
            (false, false, Mfa::Required, Some(MissingStep::Enrolment)),
            (true, false, Mfa::Optional, Some(MissingStep::Code)),
            (true, true, Mfa::Required, None),
        ] {
            let user = user(with_factor);
            let proof = Proof::federated(&user, upstream(), trusted_mfa, Some(now), now);
            assert_eq!(missing_step(proof, policy), expected);
        }
    }

    // The factor comes first: a client that knows only the password must not choose a new one.
    #[test]
    fn password_that_must_be_changed_is_missing_after_the_factor_and_only_for_password_logins() {
        let now = Timestamp::from_millis(0);
        for (with_factor, policy, before, after) in [
            (false, Mfa::Optional, MissingStep::PasswordChange, MissingStep::PasswordChange),
            (false, Mfa::Required, MissingStep::Enrolment, MissingStep::PasswordChange),
            (true, Mfa::Optional, MissingStep::Code, MissingStep::PasswordChange),
        ] {
            let mut user = user(with_factor);
            user.password = Some(Password { must_change: true, ..Password::new(String::new(), now) });
            let proof = Proof::password(&user, now);
            let prior = proof.authentication.clone();
            assert_eq!(missing_step(proof, policy), Some(before), "{with_factor} {policy:?}");
            let proven = Proof::step_up(&user, prior, Some(Amr::Otp), now);
            assert_eq!(missing_step(proven, policy), Some(after), "{with_factor} {policy:?}");
            let federated = Proof::federated(&user, upstream(), true, Some(now), now);
            assert_eq!(missing_step(federated, policy), None, "{with_factor} {policy:?}");
        }
    }

    #[test]
    fn mfa_of_the_provider_counts_from_its_auth_time_and_only_if_it_is_trusted() {
        let (auth_time, now) = (Timestamp::from_millis(0), Timestamp::from_millis(60_000));
        let user = user(false);
        for (trusted_mfa, authenticated_at, expected) in
            [(true, Some(auth_time), Some(auth_time)), (true, None, None), (false, Some(auth_time), None)]
        {
            let proof = Proof::federated(&user, upstream(), trusted_mfa, authenticated_at, now);
            assert_eq!(proof.authentication.factor_at, expected, "trusted: {trusted_mfa}");
        }
    }

    #[test]
    fn step_up_keeps_the_start_of_the_session_and_the_age_of_the_factor() {
        let (start, later) = (Timestamp::from_millis(0), Timestamp::from_millis(60_000));
        let user = user(true);
        let prior =
            Proof::step_up(&user, Proof::password(&user, start).authentication, Some(Amr::Otp), start);
        let proof = Proof::step_up(&user, prior.authentication, Some(Amr::Pwd), later);
        assert_eq!(proof.authentication.amr, [Amr::Pwd, Amr::Otp]);
        assert_eq!(proof.authentication.signed_in_at, start);
        assert_eq!(proof.authentication.authenticated_at, Some(later));
        assert_eq!(proof.authentication.factor_at, Some(start));
    }

    // A replica of an earlier version wrote it.
    #[test]
    fn stored_authentication_without_the_choice_is_not_remembered() {
        let user = user(false);
        let mut stored =
            serde_json::to_value(Proof::password(&user, Timestamp::epoch()).authentication).expect("JSON");
        assert_eq!(stored.as_object_mut().expect("an object").remove("remember"), Some(false.into()));
        let read: Authentication = serde_json::from_value(stored).expect("an authentication");
        assert!(!read.remember);
    }

    #[test]
    fn remembered_login_is_remembered_after_a_step_up() {
        let now = Timestamp::from_millis(0);
        let user = user(true);
        for remember in [false, true] {
            let admission = admit(Proof::password(&user, now), Mfa::Optional).expect("active");
            let Admission::Pending(pending) = admission.remembered(remember) else { panic!("no factor yet") };
            let prior = Grant::from(pending).authentication;
            let proof = Proof::step_up(&user, prior, Some(Amr::Otp), now);
            let Admission::Granted(ticket) = admit(proof, Mfa::Optional).expect("active") else {
                panic!("a factor")
            };
            assert_eq!(Grant::from(ticket).authentication.remember, remember);
        }
    }

    fn with_message_codes(is_administrator: bool) -> User {
        let mut user = user(false);
        let now = Timestamp::epoch();
        user.message_codes.email = Some(CodeChannel { confirmed_at: now, last_used_at: None });
        user.roles = if is_administrator { vec!["admin".to_owned()] } else { Vec::new() };
        user
    }

    // Codes by message are restricted (NIST SP 800-63B-4 §3.1.3.3): an attacker with the mailbox must not become an administrator.
    #[test]
    fn administrator_with_only_message_codes_must_enrol_after_the_code() {
        let now = Timestamp::epoch();
        for (is_administrator, methods, expected) in [
            (true, vec![], Some(MissingStep::Code)),
            (true, vec![Amr::Email], Some(MissingStep::Enrolment)),
            (true, vec![Amr::Sms], Some(MissingStep::Enrolment)),
            (true, vec![Amr::Recovery], Some(MissingStep::Enrolment)),
            (true, vec![Amr::Email, Amr::Hwk], None),
            (true, vec![Amr::Email, Amr::Otp], None),
            (false, vec![], Some(MissingStep::Code)),
            (false, vec![Amr::Email], None),
        ] {
            for policy in [Mfa::Optional, Mfa::Required] {
                let user = with_message_codes(is_administrator);
                let prior = Proof::password(&user, now).authentication;
                let proof = if methods.is_empty() {
                    Proof::password(&user, now)
                } else {
                    Proof::step_up(&user, prior, methods.clone(), now)
                };
                assert_eq!(
                    missing_step(proof, policy),
                    expected,
                    "{is_administrator} {methods:?} {policy:?}"
                );
            }
        }
        // With a factor that is more than a code, nothing is missing after a code.
        let mut user = with_message_codes(true);
        user.totp = self::user(true).totp;
        let prior = Proof::password(&user, now).authentication;
        assert_eq!(missing_step(Proof::step_up(&user, prior, [Amr::Email], now), Mfa::Required), None);
    }

    // Otherwise a client at the device, with the password alone, would set up a factor of its own.
    #[test]
    fn trusted_device_of_an_administrator_with_only_message_codes_does_not_replace_the_code() {
        let now = Timestamp::epoch();
        for (is_administrator, expected) in [(true, Some(MissingStep::Code)), (false, None)] {
            let user = with_message_codes(is_administrator);
            let proof = Proof::password(&user, now).with_device_trust(true);
            assert_eq!(missing_step(proof, Mfa::Optional), expected, "{is_administrator}");
        }
    }

    #[test]
    fn passkey_that_verified_the_user_is_two_factors_and_another_one_is_no_login() {
        let now = Timestamp::epoch();
        let mut user = user(true);
        user.password = Some(Password { must_change: true, ..Password::new(String::new(), now) });
        for device_bound in [false, true] {
            let methods = PasskeyMethods { device_bound, user_verified: false };
            assert!(Proof::passkey(&user, methods, now).is_none());
            let methods = PasskeyMethods { device_bound, user_verified: true };
            let proof = Proof::passkey(&user, methods, now).expect("a login");
            let amr = proof.authentication.amr.clone();
            assert_eq!(amr, [if device_bound { Amr::Hwk } else { Amr::Swk }, Amr::User]);
            assert_eq!(proof.authentication.factor_at, Some(now));
            assert_eq!(missing_step(proof, Mfa::Required), None);
        }
    }

    #[test]
    fn disabled_user_is_refused_by_every_kind_of_login() {
        let now = Timestamp::from_millis(0);
        let mut user = user(true);
        user.status = Status::Disabled;
        let prior = Proof::password(&user, now).authentication;
        assert!(admit(Proof::password(&user, now), Mfa::Optional).is_err());
        assert!(admit(Proof::federated(&user, upstream(), true, Some(now), now), Mfa::Optional).is_err());
        assert!(admit(Proof::step_up(&user, prior, Some(Amr::Otp), now), Mfa::Optional).is_err());
        let methods = PasskeyMethods { device_bound: true, user_verified: true };
        let proof = Proof::passkey(&user, methods, now).expect("a login");
        assert!(admit(proof, Mfa::Optional).is_err());
    }
}
