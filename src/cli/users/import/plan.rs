//! What a row says about a person, or everything that is wrong with it. Pure.

use std::collections::HashSet;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::report::FieldError;
use crate::{
    cli::users::source::{Column, Row},
    login::{
        password::{hash, policy},
        second_factor::totp,
    },
    user::{self, Email, Username},
};

/// A row that was judged.
pub(super) struct Planned {
    pub(super) line: u64,
    /// As written, for the report; empty if it cannot be read.
    pub(super) name: String,
    pub(super) said: Result<Said, Vec<FieldError>>,
}

impl Planned {
    /// Whether a new person of this row would need a password to be made.
    pub(super) fn lacks_password(&self) -> bool {
        self.said.as_ref().is_ok_and(|said| said.password.is_none())
    }
}

/// What is said; None: nothing.
pub(super) struct Said {
    pub(super) username: Username,
    pub(super) email: Option<Email>,
    pub(super) email_verified: Option<bool>,
    pub(super) display_name: Option<String>,
    pub(super) roles: Option<Vec<String>>,
    pub(super) password: Option<SaidPassword>,
    pub(super) totp_secret: Option<Zeroizing<Vec<u8>>>,
    pub(super) must_change: Option<bool>,
}

/// A password as it is brought.
pub(super) enum SaidPassword {
    Plain(SecretString),
    Hash(String),
}

/// Judges every row before any is applied.
pub(super) fn all(rows: Vec<Row>) -> Vec<Planned> {
    let mut seen = HashSet::new();
    rows.into_iter().map(|row| one(&row, &mut seen)).collect()
}

fn one(row: &Row, seen: &mut HashSet<String>) -> Planned {
    let said = match row.broken {
        Some(code) => Err(vec![FieldError { field: "row", code }]),
        None => judge(row).and_then(|said| first_of_its_handles(said, seen)),
    };
    let written = || row.get(Column::Username).unwrap_or_default().to_owned();
    let name = said.as_ref().map_or_else(|_| written(), |said| said.username.to_string());
    Planned { line: row.line, name, said }
}

/// A name or a verified address that an earlier row has: which of the two would win is not left to chance.
fn first_of_its_handles(said: Said, seen: &mut HashSet<String>) -> Result<Said, Vec<FieldError>> {
    let verified = said.email.as_ref().filter(|_| said.email_verified == Some(true)).map(Email::handle);
    let twice = |field| Err(vec![FieldError { field, code: "twice_in_file" }]);
    if !seen.insert(said.username.handle()) {
        twice("username")
    } else if verified.is_some_and(|handle| !seen.insert(handle)) {
        twice("email")
    } else {
        Ok(said)
    }
}

fn judge(row: &Row) -> Result<Said, Vec<FieldError>> {
    let mut errors = Vec::new();
    let username = read(row, Column::Username, &mut errors, str::parse::<Username>);
    let email = read(row, Column::Email, &mut errors, str::parse::<Email>);
    let email_verified = read(row, Column::EmailVerified, &mut errors, truth);
    let display_name = read(row, Column::DisplayName, &mut errors, user::display_name);
    let roles = read(row, Column::Roles, &mut errors, roles);
    let password = read(row, Column::Password, &mut errors, said_password);
    let totp_secret = read(row, Column::TotpSecret, &mut errors, totp::import);
    let must_change = read(row, Column::MustChangePassword, &mut errors, truth);
    if row.get(Column::Username).is_none() {
        errors.push(FieldError { field: Column::Username.name(), code: "required" });
    }
    match username {
        Some(username) if errors.is_empty() => Ok(Said {
            username,
            email,
            email_verified,
            display_name,
            roles,
            password,
            totp_secret,
            must_change,
        }),
        _ => Err(errors),
    }
}

fn read<T>(
    row: &Row,
    column: Column,
    errors: &mut Vec<FieldError>,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Option<T> {
    match parse(row.get(column)?) {
        Ok(value) => Some(value),
        Err(code) => {
            errors.push(FieldError { field: column.name(), code });
            None
        }
    }
}

fn truth(text: &str) -> Result<bool, &'static str> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("not_true_or_false"),
    }
}

fn roles(text: &str) -> Result<Vec<String>, &'static str> {
    text.split(';').map(str::trim).filter(|role| !role.is_empty()).map(user::role).collect()
}

/// A hash in a form we know is taken as it is; one in a form we do not know is never taken for a password.
fn said_password(text: &str) -> Result<SaidPassword, &'static str> {
    if hash::is_known_hash(text) {
        Ok(SaidPassword::Hash(text.to_owned()))
    } else if hash::looks_like_hash(text) {
        Err("unknown_hash")
    } else {
        policy::check(text).map(|()| SaidPassword::Plain(SecretString::from(text)))
    }
}
