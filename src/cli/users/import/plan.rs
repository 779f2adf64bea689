//! Plans an import: each row becomes the desired user, or the list of its mistakes. Pure.

mod cell;
mod transferred;

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    ops::Range,
};

use secrecy::SecretString;

use self::cell::{Rule, parse};
use super::{
    mistake::Mistake, not_carried_over::NotCarriedOver, password_options::PasswordOptions, source::Row,
};
use crate::{
    cli::quoted::quoted,
    config::Issuer,
    login::{
        password::{
            hash::import::{Recognised, recognise},
            policy::AcceptedPassword,
        },
        second_factor::import,
    },
    provisioning::{DesiredUser, Field, NewPassword, Transferred, TransferredPasskey},
    user::{self, Email, Invalid, Status, UserId, Username},
};

/// A row after all checks that need no store.
pub(super) struct PlannedRow {
    pub(super) line: u64,
    pub(super) item: Option<u64>,
    /// Where the row is in the file.
    pub(super) raw: Range<usize>,
    /// Whether the password begins or ends with a blank.
    pub(super) has_blank_around_password: bool,
    /// As written, for the report; empty if the row cannot be read.
    pub(super) name: String,
    pub(super) desired: Result<DesiredUser, Vec<Mistake>>,
    pub(super) not_carried_over: Vec<NotCarriedOver>,
}

impl PlannedRow {
    /// Returns whether a new user of this row would need a generated password.
    pub(super) fn has_no_password(&self) -> bool {
        self.desired.as_ref().is_ok_and(needs_password)
    }

    /// Refuses the row if an earlier row of the file has its user name, its id, one of its identities or its verified address: the rows run in
    /// parallel, so the winner would be random. Returns whether the row is refused for that.
    pub(super) fn require_first(&mut self, seen: &mut Seen) -> bool {
        let mistake = self.desired.as_ref().ok().and_then(|desired| repeated(desired, seen));
        let is_repeated = mistake.is_some();
        if let Some(mistake) = mistake {
            self.desired = Err(vec![mistake]);
            self.has_blank_around_password = false;
        }
        is_repeated
    }
}

/// Returns whether a new user would get a generated password. A user with a linked identity signs in there, a user with a passkey
/// signs in with it, a user without a user name could not use a password, and a quarantined account has no credentials: it may be an attacker's.
pub(super) fn needs_password(desired: &DesiredUser) -> bool {
    let Transferred { identities, status, passkeys, .. } = &desired.transferred;
    desired.password.is_none()
        && desired.username.is_some()
        && identities.is_empty()
        && !passkeys.iter().flatten().any(TransferredPasskey::signs_in_alone)
        && *status != Some(Status::Quarantined)
}

/// What a plan depends on beside the rows.
pub(super) struct PlanOptions {
    pub(super) passwords: PasswordOptions,
    /// The issuers of the settings, with the names of their providers.
    pub(super) providers: Vec<(Issuer, String)>,
    /// Whether identities are linked that the user has unlinked.
    pub(super) may_relink: bool,
}

/// What earlier rows of a file name, as hashes: a large file has millions of names.
#[derive(Default)]
pub(super) struct Seen {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl Seen {
    fn has(&self, handle: &str) -> bool {
        self.hashes.contains(&self.hasher.hash_one(handle))
    }

    fn add(&mut self, handles: impl IntoIterator<Item = String>) {
        let Self { hashes, hasher } = self;
        hashes.extend(handles.into_iter().map(|handle| hasher.hash_one(handle)));
    }
}

#[cfg(test)]
pub(super) fn plan(rows: &[Row], options: &PlanOptions) -> Vec<PlannedRow> {
    let mut seen = Seen::default();
    let mut planned: Vec<_> = rows.iter().map(|row| plan_row(row, options)).collect();
    for row in &mut planned {
        row.require_first(&mut seen);
    }
    planned
}

/// Plans a row, without regard to the other rows of its file.
pub(super) fn plan_row(row: &Row, options: &PlanOptions) -> PlannedRow {
    let desired = match &row.broken {
        Some(mistake) => Err(vec![mistake.clone()]),
        None => desired_user(row, options),
    };
    let written = [Field::Username, Field::Id, Field::Subject].into_iter().find_map(|field| row.get(field));
    let name = written.unwrap_or_default().to_owned();
    let is_plain =
        desired.as_ref().is_ok_and(|desired| matches!(desired.password, Some(NewPassword::Plain(_))));
    let has_blank = row.get(Field::Password).is_some_and(|text| text.trim() != text);
    PlannedRow {
        line: row.line,
        item: row.item,
        raw: row.raw.clone(),
        has_blank_around_password: is_plain && has_blank,
        name,
        desired,
        not_carried_over: row.not_carried_over.clone(),
    }
}

/// Returns the mistake of a user name, an id, an identity, a passkey or a verified address that an earlier row of the file has.
fn repeated(desired: &DesiredUser, seen: &mut Seen) -> Option<Mistake> {
    let names = desired.username.as_ref().map(Username::handles).unwrap_or_default();
    let id = desired.transferred.id.map(UserId::handle);
    let former: Vec<_> = desired.transferred.former_ids.iter().copied().map(UserId::handle).collect();
    let email = desired.email.as_ref().filter(|_| desired.email_verified == Some(true)).map(Email::handle);
    let identities: Vec<_> =
        desired.transferred.identities.iter().map(|identity| identity.key().handle()).collect();
    let passkeys: Vec<_> = desired.transferred.passkey_handles().collect();
    let is_seen = |handles: &[String]| handles.iter().any(|handle| seen.has(handle));
    let twice = if is_seen(&names) {
        Some((Field::Username, desired.username.as_ref().map(Username::to_string)))
    } else if is_seen(id.as_slice()) {
        Some((Field::Id, desired.transferred.id.map(|id| id.to_string())))
    } else if is_seen(&former) {
        let twice = desired.transferred.former_ids.iter().find(|id| seen.has(&id.handle()));
        Some((Field::FormerIds, twice.map(UserId::to_string)))
    } else if is_seen(email.as_slice()) {
        Some((Field::Email, desired.email.as_ref().map(|email| email.as_str().to_owned())))
    } else if is_seen(&passkeys) {
        Some((Field::Passkeys, None))
    } else {
        let identity = desired.transferred.identities.iter().find(|known| seen.has(&known.key().handle()));
        identity.map(|identity| (Field::Subject, Some(identity.subject.clone())))
    };
    if let Some((field, value)) = twice {
        let value = value.map_or_else(|| "of this user".to_owned(), |value| quoted(&value));
        let text = format!("{} {value}: an earlier row has the same; remove one of them", field.name());
        return Some(Mistake::of_cell(field, "twice_in_file", text));
    }
    seen.add(names.into_iter().chain(id).chain(former).chain(email).chain(identities).chain(passkeys));
    None
}

fn desired_user(row: &Row, options: &PlanOptions) -> Result<DesiredUser, Vec<Mistake>> {
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
    let password =
        parse(row, Field::Password, &mut errors, |text| new_password(text, &context, &options.passwords));
    // A user who had no password in another product gets none: a generated one would be a new sign-in method.
    let password = password.or_else(|| row.is_of_product.then_some(NewPassword::NotUsable));
    let totp_secret = parse(row, Field::TotpSecret, &mut errors, |text| {
        import::secret(text).map_err(|error| Rule::new(error.code(), error.to_string()))
    });
    let must_change_password = parse(row, Field::MustChangePassword, &mut errors, boolean);
    let transferred = transferred::read(row, (options.providers.as_slice(), options.may_relink), &mut errors);
    let names = [Field::Username, Field::Id, Field::Subject, Field::Identities];
    if names.iter().all(|field| row.get(*field).is_none()) {
        errors.push(Mistake::of_cell(
            Field::Username,
            "required",
            "username: the cell is empty; write the user name",
        ));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(DesiredUser {
        username,
        email,
        email_verified,
        display_name,
        roles,
        password,
        totp_secret,
        must_change_password,
        transferred,
    })
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
impl PlanOptions {
    /// The rules where a second factor is required and one provider is set.
    pub(super) fn of_tests() -> Self {
        let issuer = Issuer::new("https://idp.example", Vec::new()).expect("an issuer");
        Self {
            passwords: PasswordOptions::of_tests(),
            providers: vec![(issuer, "idp".to_owned())],
            may_relink: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL_CODES: &str = r#"{"email":{"confirmedAt":"2026-01-31T09:00:00Z"}}"#;

    const PASSWORD: &str = "correct horse";
    const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuu5LIIvS9KkfV1AnClWi0tv6BGfS5s0b.";

    fn row(cells: &[(Field, &str)]) -> Row {
        Row::of(cells)
    }

    fn plan_of(rows: &[Row]) -> Vec<PlannedRow> {
        plan(rows, &PlanOptions::of_tests())
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
            let planned = plan_of(&[row(cells)]);
            assert_eq!(mistakes(&planned[0]), expected, "{cells:?}");
        }
    }

    #[test]
    fn hash_is_kept_and_any_other_text_is_a_password() {
        let planned = plan_of(&[row(&[(Field::Username, "ada"), (Field::Password, BCRYPT)])]);
        let desired = planned[0].desired.as_ref().expect("a user");
        assert!(matches!(&desired.password, Some(NewPassword::Hash(hash)) if hash.to_string() == BCRYPT));
        let planned = plan_of(&[row(&[(Field::Username, "ada"), (Field::Password, PASSWORD)])]);
        let desired = planned[0].desired.as_ref().expect("a user");
        assert!(matches!(desired.password, Some(NewPassword::Plain(_))));
        assert!(plan_of(&[row(&[(Field::Username, "ada")])])[0].has_no_password());
    }

    #[test]
    fn second_row_with_the_same_name_or_verified_address_is_refused() {
        use Field as F;
        let verified =
            |name, email| row(&[(F::Username, name), (F::Email, email), (F::EmailVerified, "true")]);
        let unverified = |name, email| row(&[(F::Username, name), (F::Email, email)]);
        let planned = plan_of(&[
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
    fn row_needs_a_name_an_id_or_an_identity() {
        use Field as F;
        let id = "0199a0a0-0000-7000-8000-000000000001";
        for (cells, expected) in [
            (&[(F::Id, id)][..], &[][..]),
            (&[(F::Issuer, "https://idp.example"), (F::Subject, "7")], &[]),
            (
                &[(
                    F::Identities,
                    r#"[{"issuer":"https://other.example","subject":"7","provider":"other"}]"#,
                )],
                &[],
            ),
            (&[(F::Email, "a@corp.example")], &[("username", "required")]),
            (&[(F::Issuer, "https://idp.example")], &[("subject", "required"), ("username", "required")]),
            (&[(F::Subject, "7")], &[("issuer", "required")]),
            // A slash too many would never match a login.
            (&[(F::Issuer, "https://idp.example/"), (F::Subject, "7")], &[("issuer", "unknown_issuer")]),
            (&[(F::Id, "7")], &[("id", "invalid")]),
            (&[(F::Username, "ada"), (F::Status, "Disabled")], &[]),
            (&[(F::Username, "ada"), (F::Status, "locked")], &[("status", "invalid")]),
            (&[(F::Username, "ada"), (F::CreatedAt, "yesterday")], &[("createdAt", "invalid")]),
            (&[(F::Username, "ada"), (F::Picture, "http://corp.example/a")], &[("picture", "invalid")]),
            (&[(F::Username, "ada"), (F::Totp, r#"[{"secret":"JBSWY3DP"}]"#)], &[("totp", "too_short")]),
            (&[(F::Username, "ada"), (F::Totp, "[{}]")], &[("totp", "invalid")]),
            (&[(F::Username, "ada"), (F::RecoveryCodes, "{}")], &[("recoveryCodes", "invalid")]),
            (
                &[
                    (F::Username, "ada"),
                    (F::MessageCodes, r#"{"sms":{"number":"0151","confirmedAt":"2026-01-31T09:00:00Z"}}"#),
                ],
                &[("messageCodes", "invalid")],
            ),
            (
                &[(F::Username, "ada"), (F::MessageCodes, r#"{"sms":{"number":"+4915112345678"}}"#)],
                &[("messageCodes", "invalid")],
            ),
            (&[(F::Username, "ada"), (F::MessageCodes, r#"{"fax":{}}"#)], &[("messageCodes", "invalid")]),
            (
                &[
                    (F::Username, "ada"),
                    (
                        F::MessageCodes,
                        r#"{"sms":{"number":"+4915112345678","confirmedAt":"2026-01-31T09:00:00Z"}}"#,
                    ),
                ],
                &[],
            ),
        ] {
            let planned = plan_of(&[row(cells)]);
            assert_eq!(mistakes(&planned[0]), expected, "{cells:?}");
        }
    }

    // Otherwise a link that verifies the address later would make it a second factor that its user has not confirmed.
    #[test]
    fn codes_by_mail_need_a_verified_address() {
        for (verified, expected) in [
            (None, &[("messageCodes", "no_verified_address")][..]),
            (Some("false"), &[("messageCodes", "no_verified_address")]),
            (Some("TRUE"), &[]),
        ] {
            let mut cells = vec![
                (Field::Username, "ada"),
                (Field::Email, "ada@corp.example"),
                (Field::MessageCodes, MAIL_CODES),
            ];
            cells.extend(verified.map(|text| (Field::EmailVerified, text)));
            assert_eq!(mistakes(&plan_of(&[row(&cells)])[0]), expected, "{verified:?}");
        }
    }

    #[test]
    fn second_row_with_the_same_id_or_identity_is_refused() {
        use Field as F;
        let id = "0199a0a0-0000-7000-8000-000000000001";
        let of = |name, subject| {
            row(&[(F::Username, name), (F::Issuer, "https://idp.example"), (F::Subject, subject)])
        };
        let planned = plan_of(&[
            of("ada", "1"),
            of("bob", "1"),
            row(&[(F::Username, "eve"), (F::Id, id)]),
            row(&[(F::Id, id)]),
            // A user name in the form of an id has the key of the id.
            row(&[(F::Username, id)]),
        ]);
        let found: Vec<_> = planned.iter().map(mistakes).collect();
        let twice = |field| vec![(field, "twice_in_file")];
        assert_eq!(found, [vec![], twice("subject"), vec![], twice("id"), twice("username")]);
    }

    #[test]
    fn message_about_a_structured_member_contains_no_secret() {
        let secret = r#"[{"secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","step":1}]"#;
        let planned = plan_of(&[row(&[(Field::Username, "ada"), (Field::Totp, secret)])]);
        let errors = planned[0].desired.as_ref().err().expect("a mistake");
        assert!(errors.iter().all(|error| !error.text.contains("JBSW")), "{errors:?}");
    }

    #[test]
    fn unreadable_row_is_refused_as_a_whole() {
        let broken = Row::broken(3, Mistake::of_row("not_utf8", ""));
        assert_eq!(mistakes(&plan_of(&[broken])[0]), [("row", "not_utf8")]);
    }
}
