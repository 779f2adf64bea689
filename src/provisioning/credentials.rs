//! Credentials that an administrator sets: hashed or sealed before they are written.

use super::{DesiredUser, Mode, NewPassword, ProvisioningError};
use crate::{
    clock::Timestamp,
    login::{
        password::{
            hash::StoredHash,
            hasher::{Hasher, PasswordCheck},
        },
        second_factor::totp,
    },
    secrets::{Keys, sha256_hex},
    user::{Password, Totp, User},
};

/// Hashes and seals credentials.
pub struct Credentials<'a> {
    pub hasher: &'a Hasher,
    pub keys: &'a Keys,
}

/// Credentials to write. `None`: not given, or equal to the present one.
pub(super) struct Changed {
    pub(super) password: Option<Password>,
    /// All authenticator apps.
    pub(super) totp: Option<Vec<Totp>>,
}

impl Credentials<'_> {
    /// Returns the credentials that are given and differ from those of the user. A repeated import writes nothing and ends no session.
    pub(super) async fn changed(
        &self,
        user: &User,
        desired: &DesiredUser,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Changed, ProvisioningError> {
        let password = match &desired.password {
            Some(new) if !self.is_current(user.password.as_ref(), new).await? => {
                let must_change = desired.must_change_password.unwrap_or(false);
                self.password(new, must_change, mode, now).await?
            }
            Some(_) | None => None,
        };
        Ok(Changed { password, totp: self.changed_totp(user, desired, now)? })
    }

    async fn password(
        &self,
        new: &NewPassword,
        must_change: bool,
        mode: Mode,
        now: Timestamp,
    ) -> Result<Option<Password>, ProvisioningError> {
        let (hash, imported) = match (new, mode) {
            (NewPassword::NotUsable, Mode::Write | Mode::DryRun) => return Ok(None),
            (NewPassword::Hash(hash), Mode::Write | Mode::DryRun) => {
                (hash.to_string(), Some(fingerprint(hash)))
            }
            // A hash takes 15 ms, and a dry run discards it.
            (NewPassword::Generated(hash), Mode::Write | Mode::DryRun) => (hash.clone(), None),
            (NewPassword::Plain(_), Mode::DryRun) => (String::new(), None),
            (NewPassword::Plain(password), Mode::Write) => {
                (self.hasher.hash(password.secret().clone()).await.ok_or(ProvisioningError::Hashing)?, None)
            }
        };
        Ok(Some(Password { must_change, imported, ..Password::new(hash, now) }))
    }

    /// Returns whether the user already has this password. An imported hash is compared with the imported one, also after a login has
    /// replaced it by a stronger hash.
    async fn is_current(
        &self,
        present: Option<&Password>,
        new: &NewPassword,
    ) -> Result<bool, ProvisioningError> {
        let Some(present) = present else { return Ok(false) };
        match new {
            NewPassword::Hash(hash) => {
                Ok(present.hash == hash.to_string() || present.imported.as_ref() == Some(&fingerprint(hash)))
            }
            // The password of an existing user stays.
            NewPassword::NotUsable => Ok(true),
            NewPassword::Generated(hash) => Ok(present.hash == *hash),
            NewPassword::Plain(password) => {
                let check = PasswordCheck::new(Some(&present.hash), password.secret().clone(), false);
                let result = self.hasher.check(check).await.ok_or(ProvisioningError::Hashing)?;
                Ok(result.is_correct)
            }
        }
    }

    /// Returns the apps that replace the present ones, or `None` if the user has them already. One secret (`totpSecret`) is a list of one app,
    /// and the user may have enrolled more since.
    fn changed_totp(
        &self,
        user: &User,
        desired: &DesiredUser,
        now: Timestamp,
    ) -> Result<Option<Vec<Totp>>, ProvisioningError> {
        let mut present = Vec::new();
        for app in
            user.totp.iter().filter(|_| desired.totp_secret.is_some() || desired.transferred.totp.is_some())
        {
            present.push(self.keys.open(&user.id, totp::ACTIVE, &app.secret)?);
        }
        let has = |secret: &[u8]| present.iter().any(|present| present.as_slice() == secret);
        if let Some(apps) = &desired.transferred.totp {
            let is_new = apps.iter().any(|app| !has(&app.secret));
            return Ok(is_new.then(|| apps.iter().map(|app| app.seal(user.id, self.keys, now)).collect()));
        }
        let new = desired.totp_secret.as_ref().filter(|secret| !has(secret));
        Ok(new.map(|secret| vec![Totp::unused(self.keys.seal(&user.id, totp::ACTIVE, secret), now)]))
    }
}

fn fingerprint(hash: &StoredHash) -> String {
    sha256_hex(hash.to_string().as_bytes())
}
