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

/// Column of the file of refused rows. It says why a row was refused, and a second import ignores it.
pub(in crate::cli::users::import) const REASON: &str = "error";

/// Names of columns that the administrator gave to fields.
#[derive(Clone, Debug, Default)]
pub(in crate::cli::users::import) struct ColumnMap(Vec<(String, Field)>);

impl ColumnMap {
    /// Parses `column=field`.
    ///
    /// # Errors
    /// There is no such field, or the column was given before.
    pub(in crate::cli::users::import) fn parse(texts: &[String]) -> Result<Self, Failure> {
        let mut map = Self::default();
        for text in texts {
            let usage = |what: String| Failure::Usage(format!("--map {}: {what}", quoted(text)));
            // A name of a column may contain the sign, a field does not.
            let (column, name) =
                text.rsplit_once('=').ok_or_else(|| usage("write --map COLUMN=FIELD".to_owned()))?;
            let field =
                by_name(name).ok_or_else(|| usage(format!("no field {}; {}", quoted(name), known())))?;
            let column = trim(column).to_lowercase();
            if column.is_empty() || map.0.iter().any(|(known, _)| *known == column) {
                return Err(usage("the column is empty or given twice".to_owned()));
            }
            map.0.push((column, field));
        }
        Ok(map)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the field of a column, in any case.
    pub(super) fn field(&self, name: &str) -> Option<Field> {
        let name = trim(name);
        let given = || {
            let lower = name.to_lowercase();
            self.0.iter().find(|(column, _)| *column == lower).map(|(_, field)| *field)
        };
        if self.0.is_empty() { by_name(name) } else { given().or_else(|| by_name(name)) }
    }
}

pub(super) fn by_name(name: &str) -> Option<Field> {
    let name = trim(name);
    Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
}

/// Returns whether a column is never read.
pub(super) fn is_ignored(name: &str) -> bool {
    trim(name).eq_ignore_ascii_case(REASON)
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
            assert_eq!(by_name(name), Some(Field::EmailVerified), "{name}");
        }
        for name in ["email verified", "email_verified", "emailVerifed", ""] {
            assert_eq!(by_name(name), None, "{name}");
        }
    }

    #[test]
    fn column_of_the_administrator_is_the_field_that_it_names() {
        let parse = |texts: &[&str]| {
            ColumnMap::parse(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        let map = parse(&["Mail Address=email", "a=b=username"]).expect("fields");
        for (name, field) in [
            ("mail address", Some(Field::Email)),
            ("A=B", Some(Field::Username)),
            ("roles", Some(Field::Roles)),
            ("mail", None),
        ] {
            assert_eq!(map.field(name), field, "{name}");
        }
        for wrong in [&["mail=e-mail"][..], &["mail"], &["=email"], &["a=email", "A=username"]] {
            assert!(matches!(parse(wrong), Err(Failure::Usage(_))), "{wrong:?}");
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
