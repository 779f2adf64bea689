//! Change of a user.

use super::{Credentials, DesiredUser, Field, Mode, Provisioning, ProvisioningError, credentials::Changed};
use crate::{audit::EventKind, clock::Timestamp, store::Change, user::User};

impl Provisioning<'_> {
    /// Returns the fields that an update would change.
    ///
    /// # Errors
    /// The hashing threads failed, or a sealed secret cannot be opened.
    pub async fn differences(
        &self,
        found: &User,
        desired: &DesiredUser,
        credentials: &Credentials<'_>,
    ) -> Result<Vec<Field>, ProvisioningError> {
        let now = self.clock.now();
        let new = credentials.changed(found, desired, Mode::DryRun, now).await?;
        Ok(apply(&mut found.clone(), desired, &new, now))
    }

    /// Returns whether an update would remove an administrator. Always `false` if the last one is not protected.
    #[must_use]
    pub fn removes_administrator(&self, found: &User, desired: &DesiredUser) -> bool {
        self.administrators.is_some_and(|administrators| {
            let mut after = found.clone();
            // Credentials make no administrator, and a comparison of passwords takes long.
            apply(&mut after, desired, &Changed { password: None, totp: None }, self.clock.now());
            administrators.includes(found) && !administrators.includes(&after)
        })
    }

    /// Changes the fields that are given and differ; returns the user and these fields. A new password or a new factor ends all sessions.
    ///
    /// # Errors
    /// [`ProvisioningError::Taken`] if another user has the verified address, [`ProvisioningError::NotFound`] if the user was deleted, and
    /// as for every change.
    pub async fn update(
        &self,
        found: User,
        desired: &DesiredUser,
        credentials: &Credentials<'_>,
    ) -> Result<(User, Vec<Field>), ProvisioningError> {
        let now = self.clock.now();
        let new = credentials.changed(&found, desired, self.mode, now).await?;
        let mut user = found.clone();
        let fields = apply(&mut user, desired, &new, now);
        if fields.is_empty() {
            // A repeated import costs no more than its look-up.
            return Ok((found, fields));
        }
        let mut fields = fields;
        let written = self
            .write(found.id, |user| {
                fields = apply(user, desired, &new, now);
                Ok(if fields.is_empty() { Change::Keep(()) } else { Change::Write(()) })
            })
            .await?;
        let user = written.after.into_document();
        if written.is_changed && self.mode == Mode::Write {
            let names: Vec<_> = fields.iter().map(|field| field.name()).collect();
            let audit = self.audit.clone().about(user.id);
            audit.success(EventKind::UserUpdated).details(names.join(", ")).record().await;
        }
        Ok((user, fields))
    }
}

/// Applies the given fields that differ; returns them.
fn apply(user: &mut User, desired: &DesiredUser, new: &Changed, now: Timestamp) -> Vec<Field> {
    let mut fields = desired.transferred.apply(user, desired.username.as_ref(), now);
    if let Some(email) = desired.email.as_ref().filter(|email| user.email.as_ref() != Some(*email)) {
        user.set_email_as_administrator(email.clone());
        fields.push(Field::Email);
    }
    if let Some(verified) = desired.email_verified.filter(|verified| *verified != user.email_verified) {
        user.set_email_verified_as_administrator(verified);
        fields.push(Field::EmailVerified);
    }
    if let Some(name) = desired.display_name.as_ref().filter(|name| user.display_name.as_ref() != Some(*name))
    {
        user.set_display_name_as_administrator(name.clone());
        fields.push(Field::DisplayName);
    }
    if let Some(roles) = desired.roles.as_ref().filter(|roles| **roles != user.roles) {
        user.roles.clone_from(roles);
        fields.push(Field::Roles);
    }
    if let Some(password) = &new.password {
        user.set_password(password.clone());
        fields.push(Field::Password);
    }
    let known = user.passkeys.clone();
    if let Some(apps) = &new.totp {
        user.replace_second_factors(apps.clone(), now);
        user.recovery_codes.clone_from(&desired.transferred.recovery_codes);
        fields.push(if desired.transferred.totp.is_some() { Field::Totp } else { Field::TotpSecret });
    }
    fields.extend(desired.transferred.apply_factors(user, &known, now));
    if desired.must_change_password.is_some_and(|must_change| user.set_must_change_password(must_change)) {
        fields.push(Field::MustChangePassword);
    }
    if !fields.is_empty() {
        user.updated_at = now;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provisioning::Transferred;
    use crate::provisioning::TransferredPasskey;
    use crate::user::{CodeChannel, Creator, Email, EndReason, MessageCodes, Password, PhoneChannel, UserId};

    const NOW: Timestamp = Timestamp::from_millis(60_000);

    fn user() -> User {
        let created = Timestamp::from_millis(0);
        let mut user = User::new(UserId::new(created), created);
        user.username = Some("ada".parse().expect("a name"));
        user.email = Some("ada@corp.example".parse().expect("an address"));
        user.email_verified = true;
        user.created_by = Creator::User;
        for field in ["email", "displayName"] {
            user.field_sources.insert(field.to_owned(), "idp".to_owned());
        }
        user.password = Some(password("old"));
        user
    }

    fn password(hash: &str) -> Password {
        Password::new(hash.to_owned(), NOW)
    }

    fn nothing() -> DesiredUser {
        DesiredUser {
            username: "ada".parse().ok(),
            email: None,
            email_verified: None,
            display_name: None,
            roles: None,
            password: None,
            totp_secret: None,
            must_change_password: None,
            transferred: Transferred::default(),
        }
    }

    fn email(text: &str) -> Email {
        text.parse().expect("an address")
    }

    #[test]
    fn only_given_fields_that_differ_change() {
        use Field as F;
        for (desired, expected) in [
            (nothing(), &[][..]),
            (DesiredUser { email: Some(email("ada@corp.example")), ..nothing() }, &[]),
            (DesiredUser { email: Some(email("ada@new.example")), ..nothing() }, &[F::Email]),
            (DesiredUser { email_verified: Some(true), ..nothing() }, &[]),
            (DesiredUser { email_verified: Some(false), ..nothing() }, &[F::EmailVerified]),
            (DesiredUser { display_name: Some("Ada".to_owned()), ..nothing() }, &[F::DisplayName]),
            (DesiredUser { roles: Some(Vec::new()), ..nothing() }, &[]),
            (DesiredUser { roles: Some(vec!["reader".to_owned()]), ..nothing() }, &[F::Roles]),
            (DesiredUser { must_change_password: Some(false), ..nothing() }, &[]),
            (DesiredUser { must_change_password: Some(true), ..nothing() }, &[F::MustChangePassword]),
            (
                DesiredUser {
                    email: Some(email("ada@new.example")),
                    email_verified: Some(true),
                    ..nothing()
                },
                &[F::Email, F::EmailVerified],
            ),
        ] {
            let mut user = user();
            let before = (user.updated_at, user.session_epoch);
            let fields = apply(&mut user, &desired, &Changed { password: None, totp: None }, NOW);
            assert_eq!(fields, expected);
            let updated_at = if expected.is_empty() { before.0 } else { NOW };
            assert_eq!((user.updated_at, user.session_epoch), (updated_at, before.1), "{expected:?}");
        }
    }

    #[test]
    fn new_password_ends_the_sessions() {
        let mut user = user();
        let new = Changed { password: Some(password("new")), totp: None };
        assert_eq!(apply(&mut user, &nothing(), &new, NOW), [Field::Password]);
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::PasswordChanged)));
    }

    #[test]
    fn new_address_is_not_verified_and_comes_from_the_administrator() {
        let mut user = user();
        let new = Changed { password: None, totp: None };
        apply(&mut user, &DesiredUser { email: Some(email("ADA@corp.example")), ..nothing() }, &new, NOW);
        assert!(user.email_verified, "the same address in other letters");
        apply(&mut user, &DesiredUser { email: Some(email("ada@new.example")), ..nothing() }, &new, NOW);
        assert!(!user.email_verified);
        assert_eq!(user.created_by, Creator::Administrator);
        assert!(!user.field_sources.contains_key("email") && user.field_sources.contains_key("displayName"));
    }

    fn passkey(credential_id: &str, counter: u32) -> TransferredPasskey {
        TransferredPasskey {
            id: None,
            name: None,
            created_at: None,
            credential_id: credential_id.to_owned(),
            public_key: "key".to_owned(),
            counter,
            transports: Vec::new(),
            user_verified: true,
            discoverable: None,
            backup_eligible: false,
            backed_up: false,
            aaguid: None,
            last_used_at: None,
        }
    }

    fn factors(passkeys: Option<&[(&str, u32)]>, message_codes: Option<MessageCodes>) -> DesiredUser {
        let of = |all: &[(&str, u32)]| all.iter().map(|(id, counter)| passkey(id, *counter)).collect();
        let transferred = Transferred { passkeys: passkeys.map(of), message_codes, ..Transferred::default() };
        DesiredUser { transferred, ..nothing() }
    }

    fn phone(number: &str) -> MessageCodes {
        let sms = PhoneChannel { number: number.to_owned(), confirmed_at: NOW, last_used_at: None };
        MessageCodes { email: None, sms: Some(sms) }
    }

    // Attack: with the older counter of a file, the copy of an authenticator would be accepted again.
    #[test]
    fn passkeys_of_a_row_replace_those_of_the_user_and_no_counter_goes_back() {
        let unchanged = Changed { password: None, totp: None };
        let mut user = user();
        user.passkeys = vec![passkey("own", 9).passkey(None, NOW), passkey("other", 1).passkey(None, NOW)];
        // Each of them is known: the user may have changed the name and the order since.
        for known in [&[("own", 3)][..], &[("other", 1), ("own", 3)], &[]] {
            let fields = apply(&mut user, &factors(Some(known), None), &unchanged, NOW);
            assert_eq!((fields, user.passkeys.len(), user.session_epoch), (vec![], 2, 0), "{known:?}");
        }
        let new = factors(Some(&[("own", 3), ("new", 2)]), None);
        assert_eq!(apply(&mut user, &new, &unchanged, NOW), [Field::Passkeys]);
        let found: Vec<_> =
            user.passkeys.iter().map(|passkey| (passkey.credential_id.as_str(), passkey.counter)).collect();
        assert_eq!(found, [("own", 9), ("new", 2)]);
        assert_eq!((user.session_epoch, user.sessions_ended_because), (1, Some(EndReason::FactorChanged)));
        // A new app replaces every factor: passkeys stay only if the row has them.
        let new_app = Changed { password: None, totp: Some(Vec::new()) };
        apply(&mut user, &factors(Some(&[("own", 3)]), None), &new_app, NOW);
        let found: Vec<_> = user.passkeys.iter().map(|passkey| passkey.counter).collect();
        assert_eq!(found, [9]);
        apply(&mut user, &nothing(), &new_app, NOW);
        assert!(user.passkeys.is_empty());
    }

    #[test]
    fn codes_by_message_of_a_row_change_only_if_they_go_to_another_place() {
        let unchanged = Changed { password: None, totp: None };
        let email = || Some(CodeChannel { confirmed_at: NOW, last_used_at: None });
        let (one, two) = (phone("+4915112345678"), phone("+4915187654321"));
        for (present, given, is_changed) in [
            (MessageCodes::default(), Some(one.clone()), true),
            (one.clone(), Some(one.clone()), false),
            (one.clone(), Some(two), true),
            (one.clone(), Some(MessageCodes { email: email(), ..one.clone() }), true),
            (MessageCodes { email: email(), ..one.clone() }, Some(one.clone()), false),
            (one.clone(), Some(MessageCodes::default()), false),
            (one.clone(), None, false),
        ] {
            let mut user = user();
            user.message_codes = present.clone();
            let fields = apply(&mut user, &factors(None, given.clone()), &unchanged, NOW);
            let expected = if is_changed { vec![Field::MessageCodes] } else { Vec::new() };
            assert_eq!(fields, expected, "{present:?} {given:?}");
            assert_eq!(user.session_epoch, i64::from(is_changed), "{present:?} {given:?}");
        }
    }
}
