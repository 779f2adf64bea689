//! A password hash in the form in which it is stored: one text that names its scheme and its parameters.

use std::fmt;

use super::{
    refusal::HashError,
    scheme::{
        argon2::Argon2,
        bcrypt::{Bcrypt, Input},
        firebase::Firebase,
        pbkdf2::Pbkdf2,
        scrypt::Scrypt,
    },
    workspace::Workspace,
};
use crate::config::HashParameters;

/// Hash of a supported scheme with accepted parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredHash(pub(super) Scheme);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// It is much larger than the others.
    Argon2(Box<Argon2>),
    Bcrypt(Bcrypt),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
    Firebase(Firebase),
}

impl StoredHash {
    /// Parses a stored text. `None`: no scheme that is stored starts like this.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, HashError>> {
        let (_, id) = text.split_once('$').filter(|(before, _)| before.is_empty())?;
        let (id, _) = id.split_once('$')?;
        let scheme = match id {
            "argon2id" | "argon2i" | "argon2d" => Argon2::parse(text).map(Box::new).map(Scheme::Argon2),
            "2" | "2a" | "2b" | "2x" | "2y" => Bcrypt::parse(text, Input::Password).map(Scheme::Bcrypt),
            "bcrypt-sha256" | "django-bcrypt-sha256" => Bcrypt::parse_prehashed(text).map(Scheme::Bcrypt),
            "scrypt" => Scrypt::parse(text).map(Scheme::Scrypt),
            "firebase-scrypt" => Firebase::parse(text).map(Scheme::Firebase),
            id if id.starts_with("pbkdf2") => Pbkdf2::parse(text).map(Scheme::Pbkdf2),
            _ => return None,
        };
        Some(scheme.map(Self))
    }

    pub(super) fn verify(&self, password: &str, workspace: &mut Workspace) -> bool {
        match &self.0 {
            Scheme::Argon2(hash) => hash.verify(password, workspace),
            Scheme::Bcrypt(hash) => hash.verify(password),
            Scheme::Pbkdf2(hash) => hash.verify(password),
            Scheme::Scrypt(hash) => hash.verify(password),
            Scheme::Firebase(hash) => hash.verify(password),
        }
    }

    /// Returns whether the hash is as strong as a new one with these parameters.
    pub(super) fn is_current(&self, new: HashParameters) -> bool {
        match &self.0 {
            Scheme::Argon2(hash) => hash.is_current(new),
            Scheme::Bcrypt(_) | Scheme::Pbkdf2(_) | Scheme::Scrypt(_) | Scheme::Firebase(_) => false,
        }
    }
}

impl fmt::Display for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Scheme::Argon2(hash) => hash.fmt(f),
            Scheme::Bcrypt(hash) => hash.fmt(f),
            Scheme::Pbkdf2(hash) => hash.fmt(f),
            Scheme::Scrypt(hash) => hash.fmt(f),
            Scheme::Firebase(hash) => hash.fmt(f),
        }
    }
}
