//! Names of columns and members.

use super::text::trim;
use crate::{
    cli::{failure::Failure, quoted::quoted},
    provisioning::Field,
};

/// Names that other systems use.
const OTHER_NAMES: [(&str, Field); 36] = [
    ("benutzer", Field::Username),
    ("benutzername", Field::Username),
    ("login", Field::Username),
    ("loginname", Field::Username),
    ("name", Field::Username),
    ("samaccountname", Field::Username),
    ("uid", Field::Username),
    ("user", Field::Username),
    ("userid", Field::Username),
    ("userprincipalname", Field::Username),
    ("emailaddress", Field::Email),
    ("mail", Field::Email),
    ("mailaddress", Field::Email),
    ("confirmed", Field::EmailVerified),
    ("emailconfirmed", Field::EmailVerified),
    ("verified", Field::EmailVerified),
    ("anzeigename", Field::DisplayName),
    ("fullname", Field::DisplayName),
    ("groups", Field::Roles),
    ("hash", Field::Password),
    ("kennwort", Field::Password),
    ("passwordhash", Field::Password),
    ("passwd", Field::Password),
    ("pwd", Field::Password),
    ("mfasecret", Field::TotpSecret),
    ("otpsecret", Field::TotpSecret),
    ("iss", Field::Issuer),
    ("sub", Field::Subject),
    ("language", Field::Locale),
    ("lang", Field::Locale),
    ("avatar", Field::Picture),
    ("pictureurl", Field::Picture),
    ("created", Field::CreatedAt),
    ("lastlogin", Field::LastLoginAt),
    ("backupcodes", Field::RecoveryCodes),
    ("state", Field::Status),
];

/// The columns that can name a user.
const NAMING: [Field; 4] = [Field::Username, Field::Id, Field::Identities, Field::Subject];

/// Returns the field of a column, in any case.
pub(super) fn field(name: &str) -> Option<Field> {
    let name = trim(name);
    Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
}

/// Returns the failure for columns that no field has. A file is refused as a whole, so that no misspelt column is lost silently.
pub(super) fn unknown(line: u64, names: &[&str]) -> Failure {
    let list: Vec<String> = names
        .iter()
        .map(|name| match suggestion(name) {
            Some(field) => format!("{} (did you mean `{}`?)", quoted(name), field.name()),
            None => quoted(name),
        })
        .collect();
    let noun = if list.len() == 1 { "column" } else { "columns" };
    Failure::Usage(format!("line {line}: unknown {noun} {}; {}", list.join(", "), known()))
}

/// Returns whether one of these columns can name a user.
pub(super) fn can_name(columns: &[Option<Field>]) -> bool {
    NAMING.iter().any(|field| columns.contains(&Some(*field)))
}

/// Returns the list of all columns.
pub(super) fn known() -> String {
    let names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    format!("the columns are {}", names.join(", "))
}

/// Returns the field that a name probably means.
pub(super) fn suggestion(name: &str) -> Option<Field> {
    let key: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let lower = |field: Field| field.name().to_ascii_lowercase();
    let same = Field::ALL.into_iter().find(|field| lower(*field) == key);
    let other = || OTHER_NAMES.iter().find(|(name, _)| *name == key).map(|(_, field)| *field);
    let similar = || {
        let distances =
            Field::ALL.into_iter().map(|field| (strsim::osa_distance(&lower(field), &key), field));
        // Two typing mistakes in a name of more than five letters, one in a shorter one.
        let (distance, field) = distances.min_by_key(|(distance, _)| *distance)?;
        (distance <= if key.chars().count() > 5 { 2 } else { 1 }).then_some(field)
    };
    same.or_else(other).or_else(similar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_name_is_accepted_in_any_case() {
        for name in ["emailVerified", "EMAILVERIFIED", " emailverified ", "\u{feff}emailVerified"] {
            assert_eq!(field(name), Some(Field::EmailVerified), "{name}");
        }
        for name in ["email verified", "email_verified", "emailVerifed", ""] {
            assert_eq!(field(name), None, "{name}");
        }
    }

    #[test]
    fn unknown_column_gets_a_suggestion() {
        for (name, field) in [
            ("User Name", Field::Username),
            ("email_verified", Field::EmailVerified),
            ("E-Mail", Field::Email),
            ("passwort", Field::Password),
            ("rols", Field::Roles),
            ("display name", Field::DisplayName),
            ("sAMAccountName", Field::Username),
            ("must-change-password", Field::MustChangePassword),
            ("TOTP secret", Field::TotpSecret),
        ] {
            assert_eq!(suggestion(name), Some(field), "{name}");
        }
        for name in ["department", "x", "", "telephone"] {
            assert_eq!(suggestion(name), None, "{name}");
        }
        let Failure::Usage(text) = unknown(1, &["\u{1b}[2J", "mail"]) else { panic!("a usage failure") };
        assert!(!text.contains('\u{1b}') && text.contains("did you mean `email`?"), "{text}");
    }
}
