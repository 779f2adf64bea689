//! Plans an import: each row becomes the desired user, or the list of its mistakes. Pure.

use std::collections::HashSet;

use secrecy::SecretString;

use super::{
    mistake::Mistake, not_carried_over::NotCarriedOver, password_options::PasswordOptions, source::Row,
};
use crate::{
    cli::quoted::quoted,
    login::{
        password::{
            hash::import::{Recognised, recognise},
            policy::AcceptedPassword,
        },
        second_factor::import,
    },
    provisioning::{DesiredUser, Field, NewPassword},
    user::{self, Email, Invalid, Username},
};

/// A row after all checks that need no store.
pub(super) struct PlannedRow {
    pub(super) line: u64,
    pub(super) item: Option<u64>,
    /// Whether the password begins or ends with a blank.
    pub(super) has_blank_around_password: bool,
    /// As written, for the report; empty if the row cannot be read.
    pub(super) name: String,
    pub(super) desired: Result<DesiredUser, Vec<Mistake>>,
    /// Whether another product wrote the row.
    pub(super) is_of_product: bool,
    pub(super) not_carried_over: Vec<NotCarriedOver>,
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
    let desired = match &row.broken {
        Some(mistake) => Err(vec![mistake.clone()]),
        None => desired_user(row, options).and_then(|desired| require_first(desired, seen)),
    };
    let written = || row.get(Field::Username).unwrap_or_default().to_owned();
    let name = desired.as_ref().map_or_else(|_| written(), |desired| desired.username.to_string());
    let is_plain =
        desired.as_ref().is_ok_and(|desired| matches!(desired.password, Some(NewPassword::Plain(_))));
    let has_blank = row.get(Field::Password).is_some_and(|text| text.trim() != text);
    PlannedRow {
        line: row.line,
        item: row.item,
        has_blank_around_password: is_plain && has_blank,
        name,
        desired,
        is_of_product: row.is_of_product,
        not_carried_over: row.not_carried_over.clone(),
    }
}

/// Refuses a user name or a verified address that an earlier row of the file has, as one or the other: the rows run in parallel, so the
/// winner would be random.
fn require_first(desired: DesiredUser, seen: &mut HashSet<String>) -> Result<DesiredUser, Vec<Mistake>> {
    let verified = desired.email.as_ref().filter(|_| desired.email_verified == Some(true)).map(Email::handle);
    let twice = |field: Field| {
        let value = match field {
            Field::Email => desired.email.as_ref().map(Email::as_str).unwrap_or_default(),
            _ => desired.username.as_str(),
        };
        let text =
            format!("{} {}: an earlier row has the same; remove one of them", field.name(), quoted(value));
        Err(vec![Mistake::of_cell(field, "twice_in_file", text)])
    };
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

fn desired_user(row: &Row, options: &PasswordOptions) -> Result<DesiredUser, Vec<Mistake>> {
    let mut errors = Vec::new();
    let username = parse(row, Field::Username, &mut errors, |text| {
        text.parse::<Username>().map_err(|error| invalid(&error))
    });
    let email =
        parse(row, Field::Email, &mut errors, |text| text.parse::<Email>().map_err(|error| invalid(&error)));
    let email_verified = parse(row, Field::EmailVerified, &mut errors, boolean);
    let display_name = parse(row, Field::DisplayName, &mut errors, |text| {
        user::display_name(text).map_err(display_name_rule)
    });
    let roles = parse(row, Field::Roles, &mut errors, roles);
    let context = [row.get(Field::Username), row.get(Field::Email), row.get(Field::DisplayName)];
    let context = context.into_iter().flatten().collect::<Vec<_>>();
    let password = parse(row, Field::Password, &mut errors, |text| new_password(text, &context, options));
    // A user who had no password in another product gets none: a generated one would be a new way in.
    let password = password.or_else(|| row.is_of_product.then_some(NewPassword::NotUsable));
    let totp_secret = parse(row, Field::TotpSecret, &mut errors, |text| {
        import::secret(text).map_err(|error| Rule::new(error.code(), error.to_string()))
    });
    let must_change_password = parse(row, Field::MustChangePassword, &mut errors, boolean);
    if row.get(Field::Username).is_none() {
        errors.push(Mistake::of_cell(
            Field::Username,
            "required",
            "username: the cell is empty; write the user name",
        ));
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

/// The rule that a cell breaks, and its code.
struct Rule {
    code: &'static str,
    text: String,
}

impl Rule {
    fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// Parses a cell that is not empty, and collects its mistake.
fn parse<T>(
    row: &Row,
    field: Field,
    errors: &mut Vec<Mistake>,
    parse: impl Fn(&str) -> Result<T, Rule>,
) -> Option<T> {
    let cell = row.get(field)?;
    match parse(cell) {
        Ok(value) => Some(value),
        Err(Rule { code, text }) => {
            let name = field.name();
            let text = match shown(row, field, cell) {
                Some(value) => format!("{name} {value}: {text}"),
                None => format!("{name}: {text}"),
            };
            errors.push(Mistake::of_cell(field, code, text));
            None
        }
    }
}

/// Returns a cell for a message, or `None` for a secret: also for one that stands in the wrong column.
fn shown(row: &Row, field: Field, cell: &str) -> Option<String> {
    let is_secret = match field {
        Field::Password | Field::TotpSecret => true,
        Field::Username
        | Field::Email
        | Field::EmailVerified
        | Field::DisplayName
        | Field::Roles
        | Field::MustChangePassword => {
            let is_in = |secret| row.get(secret).is_some_and(|secret| secret.contains(cell));
            !matches!(recognise(cell, None), Ok(Recognised::Text | Recognised::NoPassword))
                || is_in(Field::Password)
                || is_in(Field::TotpSecret)
        }
    };
    (!is_secret).then(|| quoted(cell))
}

fn invalid(invalid: &Invalid) -> Rule {
    Rule::new(invalid.code(), invalid.to_string())
}

fn display_name_rule(code: &'static str) -> Rule {
    let text = match code {
        "too_long" => "the name is longer than 128 characters",
        _ => "the name contains an invisible character or one that changes the text direction; remove it",
    };
    Rule::new(code, text)
}

fn boolean(text: &str) -> Result<bool, Rule> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(Rule::new("not_true_or_false", "write true or false"))
    }
}

fn roles(text: &str) -> Result<Vec<String>, Rule> {
    let roles = text.split(';').map(str::trim).filter(|role| !role.is_empty());
    let rule = |role| {
        format!(
            "the role {} is not 1 to 64 of a-z A-Z 0-9 . _ : -; separate roles with a semicolon",
            quoted(role)
        )
    };
    roles.map(|role| user::role(role).map_err(|code| Rule::new(code, rule(role)))).collect()
}

/// Accepts a hash of a supported scheme. Any other text that was made for comparison is refused, not used as a password: an attacker with
/// a copy of the database that it comes from could sign in with it.
fn new_password(text: &str, context: &[&str], options: &PasswordOptions) -> Result<NewPassword, Rule> {
    let secret = || SecretString::from(text);
    let accepted = if options.are_plain {
        AcceptedPassword::stated(&options.policy, secret(), context)
    } else {
        let recognised = recognise(text, options.firebase.as_ref());
        match recognised.map_err(|error| Rule::new(error.code(), error.to_string()))? {
            Recognised::Hash(hash) => return Ok(NewPassword::Hash(hash)),
            Recognised::NoPassword => return Ok(NewPassword::NotUsable),
            Recognised::Text => AcceptedPassword::new(&options.policy, secret(), context),
        }
    };
    accepted.map(NewPassword::Plain).map_err(|refused| Rule::new(refused.code(), refused.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "correct horse";
    const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";

    fn row(cells: &[(Field, &str)]) -> Row {
        Row::of(cells)
    }

    fn plan_of(rows: Vec<Row>) -> Vec<PlannedRow> {
        plan(rows, &PasswordOptions::of_tests())
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
            (&[(F::Username, "ada"), (F::Password, "password123")], &[("password", "common")]),
            (&[(F::Username, "ada"), (F::Password, "ada123456")], &[("password", "contains_context")]),
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
            verified("mallory", "BOB@corp.example"),
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
        let broken = Row::broken(3, Mistake::of_row("not_utf8", ""));
        assert_eq!(mistakes(&plan_of(vec![broken])[0]), [("row", "not_utf8")]);
    }
}
