//! Plans an import: each row becomes the desired user, or the list of its mistakes. Pure.

use std::collections::HashSet;

use secrecy::SecretString;

use super::{password_options::PasswordOptions, report::FieldError};
use crate::{
    cli::users::source::Row,
    login::{
        password::{
            hash::import::{Recognised, recognise},
            policy::AcceptedPassword,
        },
        second_factor::totp,
    },
    provisioning::{DesiredUser, Field, NewPassword},
    user::{self, Email, Username},
};

/// A row after all checks that need no store.
pub(super) struct PlannedRow {
    pub(super) line: u64,
    /// As written, for the report; empty if the row cannot be read.
    pub(super) name: String,
    pub(super) desired: Result<DesiredUser, Vec<FieldError>>,
}

impl PlannedRow {
    /// Returns whether a new user of this row would need a generated password.
    pub(super) fn has_no_password(&self) -> bool {
        self.desired.as_ref().is_ok_and(|desired| desired.password.is_none())
    }
}

/// Plans all rows before any is applied.
pub(super) fn plan(rows: Vec<Row>, options: &PasswordOptions) -> Vec<PlannedRow> {
    let mut seen = HashSet::new();
    rows.into_iter().map(|row| plan_row(&row, options, &mut seen)).collect()
}

fn plan_row(row: &Row, options: &PasswordOptions, seen: &mut HashSet<String>) -> PlannedRow {
    let desired = match row.broken {
        Some(code) => Err(vec![FieldError { field: "row", code }]),
        None => desired_user(row, options).and_then(|desired| require_first(desired, seen)),
    };
    let written = || row.get(Field::Username).unwrap_or_default().to_owned();
    let name = desired.as_ref().map_or_else(|_| written(), |desired| desired.username.to_string());
    PlannedRow { line: row.line, name, desired }
}

/// Refuses a user name or a verified address that an earlier row of the file has, as one or the other: the rows run in parallel, so the
/// winner would be random.
fn require_first(desired: DesiredUser, seen: &mut HashSet<String>) -> Result<DesiredUser, Vec<FieldError>> {
    let verified = desired.email.as_ref().filter(|_| desired.email_verified == Some(true)).map(Email::handle);
    let twice = |field: Field| Err(vec![FieldError { field: field.name(), code: "twice_in_file" }]);
    let names = desired.username.handles();
    if names.iter().any(|handle| seen.contains(handle)) {
        return twice(Field::Username);
    }
    if verified.as_ref().is_some_and(|handle| seen.contains(handle)) {
        return twice(Field::Email);
    }
    seen.extend(names.into_iter().chain(verified));
    Ok(desired)
}

fn desired_user(row: &Row, options: &PasswordOptions) -> Result<DesiredUser, Vec<FieldError>> {
    let mut errors = Vec::new();
    let username = parse(row, Field::Username, &mut errors, |text| {
        text.parse::<Username>().map_err(|invalid| invalid.code())
    });
    let email =
        parse(row, Field::Email, &mut errors, |text| text.parse::<Email>().map_err(|invalid| invalid.code()));
    let email_verified = parse(row, Field::EmailVerified, &mut errors, boolean);
    let display_name = parse(row, Field::DisplayName, &mut errors, user::display_name);
    let roles = parse(row, Field::Roles, &mut errors, roles);
    let context = [row.get(Field::Username), row.get(Field::Email)].into_iter().flatten().collect::<Vec<_>>();
    let password = parse(row, Field::Password, &mut errors, |text| new_password(text, &context, options));
    let totp_secret = parse(row, Field::TotpSecret, &mut errors, totp::import);
    let must_change_password = parse(row, Field::MustChangePassword, &mut errors, boolean);
    if row.get(Field::Username).is_none() {
        errors.push(FieldError { field: Field::Username.name(), code: "required" });
    }
    let Some(username) = username.filter(|_| errors.is_empty()) else { return Err(errors) };
    Ok(DesiredUser {
        username,
        email,
        email_verified,
        display_name,
        roles,
        password,
        totp_secret,
        must_change_password,
    })
}

/// Parses a cell that is not empty, and collects its mistake.
fn parse<T>(
    row: &Row,
    field: Field,
    errors: &mut Vec<FieldError>,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Option<T> {
    match parse(row.get(field)?) {
        Ok(value) => Some(value),
        Err(code) => {
            errors.push(FieldError { field: field.name(), code });
            None
        }
    }
}

fn boolean(text: &str) -> Result<bool, &'static str> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("not_true_or_false"),
    }
}

fn roles(text: &str) -> Result<Vec<String>, &'static str> {
    text.split(';').map(str::trim).filter(|role| !role.is_empty()).map(user::role).collect()
}

/// Accepts a hash of a supported scheme. Any other text that was made for comparison is refused, not used as a password: an attacker with
/// a copy of the database that it comes from could sign in with it.
fn new_password(
    text: &str,
    context: &[&str],
    options: &PasswordOptions,
) -> Result<NewPassword, &'static str> {
    let secret = || SecretString::from(text);
    let accepted = if options.are_plain {
        AcceptedPassword::stated(secret(), context)
    } else {
        match recognise(text, options.firebase.as_ref()).map_err(|error| error.code())? {
            Recognised::Hash(hash) => return Ok(NewPassword::Hash(hash)),
            Recognised::NoPassword => return Ok(NewPassword::NotUsable),
            Recognised::Text => AcceptedPassword::new(secret(), context),
        }
    };
    accepted.map(NewPassword::Plain).map_err(|refused| refused.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse";
    const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";

    fn row(cells: &[(Field, &str)]) -> Row {
        let cells = cells.iter().map(|(field, cell)| (*field, (*cell).to_owned()));
        Row { line: 2, cells: cells.collect(), broken: None }
    }

    fn plan_of(rows: Vec<Row>) -> Vec<PlannedRow> {
        plan(rows, &PasswordOptions::default())
    }

    fn mistakes(planned: &PlannedRow) -> Vec<(&'static str, &'static str)> {
        let errors = planned.desired.as_ref().err();
        errors.into_iter().flatten().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn row_is_planned_or_all_its_mistakes_are_reported() {
        use Field as F;
        for (cells, expected) in [
            (&[(F::Username, "ada"), (F::Password, PASSWORD)][..], &[][..]),
            (&[(F::Username, "ada"), (F::Email, "")], &[]),
            (&[(F::Password, PASSWORD)], &[("username", "required")]),
            (&[(F::Username, "a\u{200b}b")], &[("username", "invalid")]),
            (&[(F::Username, "ada"), (F::Password, "short")], &[("password", "too_short")]),
            (&[(F::Username, "ada"), (F::Password, "password123")], &[("password", "too_common")]),
            (&[(F::Username, "ada"), (F::Password, "ada123456")], &[("password", "too_common")]),
            (&[(F::Username, "ada"), (F::Password, "$scrypt$ln=16$abc")], &[("password", "unknown_hash")]),
            (&[(F::Username, "ada"), (F::Password, BCRYPT)], &[]),
            (&[(F::Username, "ada"), (F::Roles, "reader; writer;")], &[]),
            (&[(F::Username, "ada"), (F::Roles, "a b")], &[("roles", "invalid")]),
            (&[(F::Username, "ada"), (F::TotpSecret, "JBSWY3DP")], &[("totpSecret", "too_short")]),
            (
                &[(F::Username, "ada"), (F::EmailVerified, "yes"), (F::MustChangePassword, "1")],
                &[("emailVerified", "not_true_or_false"), ("mustChangePassword", "not_true_or_false")],
            ),
        ] {
            let planned = plan_of(vec![row(cells)]);
            assert_eq!(mistakes(&planned[0]), expected, "{cells:?}");
        }
    }

    #[test]
    fn hash_is_kept_and_any_other_text_is_a_password() {
        let planned = plan_of(vec![row(&[(Field::Username, "ada"), (Field::Password, BCRYPT)])]);
        let desired = planned[0].desired.as_ref().expect("a user");
        assert!(matches!(&desired.password, Some(NewPassword::Hash(hash)) if hash.to_string() == BCRYPT));
        let planned = plan_of(vec![row(&[(Field::Username, "ada"), (Field::Password, PASSWORD)])]);
        let desired = planned[0].desired.as_ref().expect("a user");
        assert!(matches!(desired.password, Some(NewPassword::Plain(_))));
        assert!(plan_of(vec![row(&[(Field::Username, "ada")])])[0].has_no_password());
    }

    #[test]
    fn second_row_with_the_same_name_or_verified_address_is_refused() {
        use Field as F;
        let verified =
            |name, email| row(&[(F::Username, name), (F::Email, email), (F::EmailVerified, "true")]);
        let unverified = |name, email| row(&[(F::Username, name), (F::Email, email)]);
        let planned = plan_of(vec![
            verified("ada", "a@corp.example"),
            unverified("ADA", "b@corp.example"),
            verified("grace", "A@Corp.example"),
            unverified("linus", "a@corp.example"),
            unverified("a@corp.example", ""),
            unverified("bob@corp.example", "bob@corp.example"),
            verified("thief", "BOB@corp.example"),
        ]);
        let found: Vec<_> = planned.iter().map(mistakes).collect();
        assert_eq!(
            found,
            [
                vec![],
                vec![("username", "twice_in_file")],
                vec![("email", "twice_in_file")],
                vec![],
                vec![("username", "twice_in_file")],
                vec![],
                vec![("email", "twice_in_file")],
            ]
        );
    }

    #[test]
    fn unreadable_row_is_refused_as_a_whole() {
        let broken = Row { line: 3, broken: Some("not_utf8"), ..Row::default() };
        assert_eq!(mistakes(&plan_of(vec![broken])[0]), [("row", "not_utf8")]);
    }
}
