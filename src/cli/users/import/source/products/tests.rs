//! Every fixture of `tests/fixtures/exports`, as rows. Secrets are not shown: the tests of the process sign in with them.

use std::fmt::Write as _;

use proptest::{prelude::*, sample::select};

use super::*;
use crate::{
    cli::users::import::{
        not_carried_over::Kind,
        source::{ColumnMap, Format, Row, Source},
    },
    login::password::hash::FirebaseProject,
    provisioning::Field,
};

const GOOGLE: &str = "https://accounts.google.com";
const ISSUER: &str = "https://corp.op.example/";

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/exports/", $name)).as_slice()
    };
}

const FILES: [(Product, &[u8]); 10] = [
    (Product::Auth0, fixture!("auth0-users.ndjson")),
    (Product::Auth0, fixture!("auth0-hashes.ndjson")),
    (Product::Auth0, fixture!("auth0-bulk.json")),
    (Product::Keycloak, fixture!("keycloak-realm.json")),
    (Product::Firebase, fixture!("firebase.json")),
    (Product::Firebase, fixture!("firebase.csv")),
    (Product::Django, fixture!("django.json")),
    (Product::Django, fixture!("django.csv")),
    (Product::Mongoose, fixture!("mongoose.ndjson")),
    (Product::Mongoose, fixture!("mongoose-canonical.json")),
];

fn options() -> ProductOptions {
    let key = String::from_utf8_lossy(fixture!("firebase-signer-key.txt"));
    let firebase = FirebaseProject::new(&key, "Bw==", 8, 14).expect("a project");
    let options = ProductOptions::of_tests(ISSUER, &[GOOGLE], &["editor=app:editor", "/staff/london=london"]);
    ProductOptions { firebase: Some(firebase), ..options }
}

fn read(file: &[u8], options: &ProductOptions) -> Export {
    let product = detect(file).expect("an export");
    super::read(product, file, options).unwrap_or_else(|failure| panic!("{failure:?}"))
}

/// Returns rows as text.
fn shown(export: &Export) -> String {
    let mut text = String::new();
    for row in &export.rows {
        write!(text, "line {}", row.line).expect("a text");
        if let Some(broken) = &row.broken {
            write!(text, " broken: {}", broken.text).expect("a text");
        }
        for field in Field::ALL {
            if let Some(cell) = row.get(field) {
                let cell = if matches!(field, Field::Password | Field::TotpSecret) { "…" } else { cell };
                write!(text, " {}={cell}", field.name()).expect("a text");
            }
        }
        for left in &row.not_carried_over {
            write!(text, "\n  {:?}: {}", left.kind, left.text).expect("a text");
        }
        text.push('\n');
    }
    for note in &export.notes {
        writeln!(text, "{note}").expect("a text");
    }
    text
}

fn leaves(row: &Row, kind: Kind) -> bool {
    row.not_carried_over.iter().any(|left| left.kind == kind)
}

#[test]
fn product_is_detected_by_the_content() {
    for (product, file) in FILES {
        assert_eq!(detect(file), Some(product), "{}", String::from_utf8_lossy(&file[..60]));
    }
    for file in [
        "",
        "username,email\nada,\n",
        "username,password,is_active\nada,x,t\n",
        "[]",
        "{}",
        "[{\"username\":\"ada\",\"email\":\"a@corp.example\"}]",
        "{\"username\":\"ada\",\"user_name\":\"x\"}\n",
        "{\"users\":[{\"username\":\"ada\",\"password\":\"x\"}]}",
        "[1,2]",
    ] {
        assert_eq!(detect(file.as_bytes()), None, "{file}");
    }
}

#[test]
fn profiles_and_hashes_of_auth0_are_one_user() {
    let files = [fixture!("auth0-users.ndjson"), fixture!("auth0-hashes.ndjson")].concat();
    insta::assert_snapshot!(shown(&read(&files, &options())), @r#"
    line 1 username=ada@corp.example email=ada@corp.example emailVerified=true displayName=Ada Lovelace roles=app:editor password=… picture=https://s.gravatar.com/avatar/0.png createdAt=2021-03-05T16:34:59.502Z identities=[{"issuer":"https://corp.op.example/","subject":"auth0|60425dc43519d90068f82973"}]
      SecondFactors: the export has no secrets of the factors at "guardian"
      Attributes: app_metadata: "plan"
      Attributes: user_metadata: "roles", "theme"
      Roles: no --role-map for "admin"
    line 2 username=grace@gmail.example email=grace@gmail.example emailVerified=true displayName=Grace Hopper locale=en picture=https://lh3.example/a.jpg createdAt=2022-01-05T16:34:59.502Z identities=[{"issuer":"https://corp.op.example/","subject":"google-oauth2|108204268033311374519"},{"issuer":"https://accounts.google.com","subject":"108204268033311374519"}]
      Identities: identity at "github": no configured provider has its issuer
    line 3 username=mallory@corp.example email=mallory@corp.example password=… status=disabled createdAt=2021-03-05T16:34:59.502Z identities=[{"issuer":"https://corp.op.example/","subject":"auth0|60425dc43519d90068f82974"}]
    "#);
}

#[test]
fn bulk_import_of_auth0_is_read() {
    insta::assert_snapshot!(shown(&read(fixture!("auth0-bulk.json"), &options())), @r#"
    line 2 username=bcrypt email=bcrypt@corp.example password=…
    line 13 username=argon2 email=argon2@corp.example password=…
    line 25 username=pbkdf2 email=pbkdf2@corp.example password=…
    line 37 username=scrypt email=scrypt@corp.example password=…
    line 60 username=md5 email=md5@corp.example
      Password: the user has no password here: a hash of "md5" cannot be checked here
    line 77 username=app@corp.example email=app@corp.example emailVerified=true displayName=Ap Pet roles=app:editor password=… totpSecret=… identities=[{"issuer":"https://corp.op.example/","subject":"auth0|app1"}]
      SecondFactors: the factors "phone"
      SecondFactors: the factors "email"
      Roles: no --role-map for "group:staff"
    "#);
}

#[test]
fn realm_of_keycloak_is_read() {
    insta::assert_snapshot!(shown(&read(fixture!("keycloak-realm.json"), &options())), @r#"
    line 9 username=ada email=ada@corp.example emailVerified=true displayName=Ada Test roles=app:editor;london password=… totpSecret=… locale=de createdAt=2023-11-14T22:13:20.001Z identities=[{"issuer":"https://corp.op.example/","subject":"0f7b6c1e-0000-4000-8000-000000000001"},{"issuer":"https://accounts.google.com","subject":"108204268033311374519"}]
      Attributes: the attributes "department"
      Roles: no --role-map for "admin", "client:wiki:writer"
    line 72 username=sha256 email=sha256@corp.example displayName=Sha256 Test password=… mustChangePassword=true createdAt=2023-11-14T22:13:20.002Z identities=[{"issuer":"https://corp.op.example/","subject":"0f7b6c1e-0000-4000-8000-000000000002"}]
      RequiredActions: the required action "VERIFY_EMAIL"
      TotpSecret: authenticator app: digits 8 is not supported; Vestibule uses 6
    line 110 username=argon email=argon@corp.example displayName=Argon Test password=… createdAt=2023-11-14T22:13:20.003Z identities=[{"issuer":"https://corp.op.example/","subject":"0f7b6c1e-0000-4000-8000-000000000003"}]
      SecondFactors: the passkey "Key" (webauthn): its authenticator names the user by the id of Keycloak; the user registers a new one
      SecondFactors: the passkey "Laptop" (webauthn-passwordless): its authenticator names the user by the id of Keycloak; the user registers a new one
      TotpSecret: authenticator app: algorithm HmacSHA256 is not supported; Vestibule uses SHA1
    line 161 username=old email=old@corp.example displayName=Old Test password=… totpSecret=… createdAt=2023-11-14T22:13:20.004Z identities=[{"issuer":"https://corp.op.example/","subject":"0f7b6c1e-0000-4000-8000-000000000004"}]
    line 202 username=off email=off@corp.example displayName=Off Test password=… status=disabled createdAt=2023-11-14T22:13:20.005Z identities=[{"issuer":"https://corp.op.example/","subject":"0f7b6c1e-0000-4000-8000-000000000005"}]
      Identities: identity at "corp-ad": no configured provider has its issuer
    1 left out: service accounts of clients are no users
    "#);
}

#[test]
fn both_files_of_firebase_are_read() {
    insta::assert_snapshot!(shown(&read(fixture!("firebase.json"), &options())), @r#"
    line 3 username=ada@corp.example email=ada@corp.example emailVerified=true displayName=Ada Lovelace roles=app:editor password=… picture=https://lh3.example/a.jpg createdAt=2020-09-13T12:26:40Z identities=[{"issuer":"https://corp.op.example/","subject":"Xy7uid0000000000000000000001"},{"issuer":"https://accounts.google.com","subject":"108204268033311374519"}]
      Phone: the phone number
      SecondFactors: the second factor SMS
      Attributes: the custom claims "plan"
      Roles: no --role-map for "admin"
      Identities: identity at "github.com": no configured provider has its issuer
    line 39 username=off@corp.example email=off@corp.example password=… status=disabled createdAt=2020-09-13T12:26:40Z identities=[{"issuer":"https://corp.op.example/","subject":"Xy7uid0000000000000000000002"}]
    "#);
    insta::assert_snapshot!(shown(&read(fixture!("firebase.csv"), &options())), @r#"
    line 1 username=ada@corp.example email=ada@corp.example emailVerified=true displayName=Ada Lovelace roles=app:editor password=… picture=https://lh3.example/a.jpg createdAt=2020-09-13T12:26:40Z identities=[{"issuer":"https://corp.op.example/","subject":"Xy7uid0000000000000000000001"},{"issuer":"https://accounts.google.com","subject":"108204268033311374519"}]
      Phone: the phone number
      Attributes: the custom claims "plan"
      Roles: no --role-map for "admin"
      Identities: identity at "github.com": no configured provider has its issuer
    line 2 username=off@corp.example email=off@corp.example password=… status=disabled createdAt=2020-09-13T12:26:40Z identities=[{"issuer":"https://corp.op.example/","subject":"Xy7uid0000000000000000000002"}]
    "#);
}

#[test]
fn fixture_and_table_of_django_are_read() {
    insta::assert_snapshot!(shown(&read(fixture!("django.json"), &options())), @r#"
    line 2 username=ada email=ada@corp.example displayName=Ada Lovelace password=… totpSecret=… createdAt=2020-01-31T10:00:00Z
      Roles: no --role-map for "group:editors", "is_staff", "is_superuser", "permission:24"
    line 24 username=off password=… status=disabled createdAt=2020-01-31T10:00:00Z
    line 42 username=sha1 email=sha1@corp.example createdAt=2020-01-31T10:00:00Z
      TotpSecret: authenticator app: its enrolment was not confirmed
      Password: the user has no password here: a hash of the scheme sha1 cannot be checked here
    line 60 username=none email=none@corp.example createdAt=2020-01-31T10:00:00Z
    "#);
    insta::assert_snapshot!(shown(&read(fixture!("django.csv"), &options())), @r#"
    line 2 username=ada email=ada@corp.example displayName=Ada Lovelace password=… createdAt=2020-01-31T10:00:00+00:00
      Roles: no --role-map for "is_staff", "is_superuser"
    line 3 username=off password=… status=disabled createdAt=2020-01-31T10:00:00+00:00
    line 4 username=sha1 email=sha1@corp.example createdAt=2020-01-31T10:00:00+00:00
      Password: the user has no password here: a hash of the scheme sha1 cannot be checked here
    line 5 username=none email=none@corp.example createdAt=2020-01-31T10:00:00+00:00
    "#);
}

#[test]
fn both_forms_of_extended_json_are_one_collection() {
    let relaxed = shown(&read(fixture!("mongoose.ndjson"), &options()));
    insta::assert_snapshot!(relaxed, @r#"
    line 1 username=ada email=ada@corp.example emailVerified=true displayName=Ada Lovelace password=… totpSecret=… createdAt=2024-01-31T10:00:00Z
      Phone: the phone number
      Roles: no --role-map for "admin"
    line 2 username=grace@gmail.example email=grace@gmail.example displayName=Grace roles=app:editor createdAt=2024-01-31T10:00:00Z identities=[{"issuer":"https://accounts.google.com","subject":"108204268033311374519"}]
      Attributes: the fields "settings"
      Roles: no --role-map for "user"
    line 3 username=linus@corp.example email=linus@corp.example password=… status=disabled createdAt=2024-01-31T10:00:00Z identities=[{"issuer":"https://corp.op.example/","subject":"auth0|60425dc43519d90068f82975"}]
      TotpSecret: authenticator app: its enrolment was not confirmed
    "#);
    let lines = |text: &str| {
        text.split('\n')
            .map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').to_owned())
            .collect::<Vec<_>>()
    };
    let without_line = |text: &str| lines(&text.replace("line ", ""));
    assert_eq!(
        without_line(&shown(&read(fixture!("mongoose-canonical.json"), &options()))),
        without_line(&relaxed)
    );
}

// Their `admin` is not ours: without a map, a role of another product gives nothing (privilege escalation).
#[test]
fn role_without_a_map_gives_nothing() {
    for (_, file) in FILES {
        let none = ProductOptions::of_tests(ISSUER, &[], &[]);
        for row in read(file, &none).rows {
            assert_eq!(row.get(Field::Roles), None, "{}", row.summary());
        }
        let other =
            ProductOptions::of_tests(ISSUER, &[], &["Admin=admin", "administrator=admin", "owner=admin"]);
        for row in read(file, &other).rows {
            assert_eq!(row.get(Field::Roles), None, "{}", row.summary());
        }
    }
    let mapped = ProductOptions::of_tests(ISSUER, &[], &["admin=admin"]);
    let rows = read(fixture!("keycloak-realm.json"), &mapped).rows;
    assert_eq!(rows[0].get(Field::Roles), Some("admin"));
    assert!(leaves(&rows[0], Kind::Roles), "the other roles are listed");
}

// Users can write their own `user_metadata`: a role from there would be a role for every user (privilege escalation).
#[test]
fn role_that_users_can_write_themselves_is_no_role() {
    let options = ProductOptions::of_tests(ISSUER, &[], &["owner=admin"]);
    for row in read(fixture!("auth0-users.ndjson"), &options).rows {
        assert_eq!(row.get(Field::Roles), None, "{}", row.summary());
    }
}

// A wrongly verified address opens the account to the user who owns it elsewhere, and the account of the attacker to the victim.
#[test]
fn address_is_verified_only_with_the_option() {
    let trusts = |trusts_verified_emails| ProductOptions { trusts_verified_emails, ..options() };
    for (_, file) in FILES {
        let rows = read(file, &trusts(false)).rows;
        assert!(rows.iter().all(|row| row.get(Field::EmailVerified).is_none()));
        let trusted = read(file, &trusts(true)).rows;
        for (row, trusted) in rows.iter().zip(&trusted) {
            let is_verified = trusted.get(Field::EmailVerified) == Some("true");
            assert_eq!(leaves(row, Kind::EmailVerified), is_verified, "{}", row.summary());
        }
    }
    let text = br#"{"user_id":"auth0|1","email":"a@corp.example","email_verified":"true"}"#;
    assert_eq!(read(text, &trusts(true)).rows[0].get(Field::EmailVerified), None, "a text is not true");
}

// A text that was made for comparison must not become a password: an attacker with a copy of the database could sign in with it.
#[test]
fn text_that_is_no_known_hash_never_becomes_a_password() {
    for hash in [
        "hunter2hunter2",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "sha1$salt$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
        "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
    ] {
        let file = serde_json::json!([
            { "user_id": "auth0|1", "email": "a@corp.example", "password_hash": hash },
            { "user_id": "auth0|2", "email": "a@corp.example", "custom_password_hash": { "algorithm": "bcrypt", "hash": { "value": hash } } },
        ]);
        let mongoose = serde_json::json!([{ "_id": { "$oid": "65ba1b60f0c0ffee01234561" }, "email": "a@corp.example", "password": hash }]);
        let keycloak = serde_json::json!({ "users": [{ "username": "ada", "enabled": true, "credentials": [{ "type": "password", "value": hash }] }] });
        let django = serde_json::json!([{ "model": "auth.user", "pk": 1, "fields": { "username": "ada", "password": hash, "last_login": null, "is_active": true } }]);
        let firebase = serde_json::json!({ "users": [{ "localId": "1", "email": "a@corp.example", "passwordHash": hash, "salt": "c2FsdA==" }] });
        for file in [file, mongoose, keycloak, django, firebase] {
            for row in read(file.to_string().as_bytes(), &options()).rows {
                assert!(row.get(Field::Password).is_none() && leaves(&row, Kind::Password), "{file}");
                let texts: String = row.not_carried_over.iter().map(|left| left.text.as_str()).collect();
                assert!(!texts.contains(hash), "{texts}");
            }
        }
    }
}

#[test]
fn file_of_several_realms_or_without_users_is_refused() {
    for file in [r#"[{"realm":"a","users":[]},{"realm":"b","users":[]}]"#, r#"{"realm":"a","enabled":true}"#]
    {
        let found = super::read(Product::Keycloak, file.as_bytes(), &options());
        assert!(matches!(found, Err(Failure::Usage(text)) if text.contains("kc.sh export")), "{file}");
    }
}

/// Pieces of exports.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\\"",
    "\n",
    "null",
    "true",
    "false",
    "0",
    "1e999",
    "-1",
    "\"$oid\"",
    "\"$date\"",
    "\"$numberLong\"",
    "\"_id\"",
    "\"user_id\"",
    "\"localId\"",
    "\"credentials\"",
    "\"secretData\"",
    "\"type\"",
    "\"otp\"",
    "\"password\"",
    "\"fields\"",
    "\"model\"",
    "\"auth.user\"",
    "\"identities\"",
    "\"mfa_factors\"",
    "\"totp\"",
    "\"secret\"",
    "\"custom_password_hash\"",
    "\"scrypt\"",
    "\"cost\"",
    "\"9223372036854775807\"",
    "\"\\u0000\"",
    "ä",
    "\u{202e}",
];
const FORMATS: [Option<Format>; 6] = [
    None,
    Some(Format::Auth0),
    Some(Format::Keycloak),
    Some(Format::Firebase),
    Some(Format::Django),
    Some(Format::Mongoose),
];

/// Reads a file, and checks that no message could control a terminal.
fn check(bytes: &[u8], format: Option<Format>) -> Result<(), TestCaseError> {
    let source = Source::of(bytes.to_vec(), format, None, ColumnMap::default(), &options());
    let rows = source.as_ref().ok().and_then(|source| source.rows().ok());
    let rows: Vec<Row> = rows.into_iter().flatten().filter_map(Result::ok).collect();
    for left in rows.iter().flat_map(|row| &row.not_carried_over) {
        prop_assert!(!left.text.chars().any(char::is_control), "{}", left.text);
        prop_assert!(left.text.len() < 2000, "{}", left.text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: ProptestConfig::default().cases.max(512), ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), format in select(&FORMATS[..])) {
        check(&bytes, format)?;
    }

    #[test]
    fn any_mixture_of_pieces_is_read_without_panic(pieces in prop::collection::vec(select(&PIECES[..]), 0..60), format in select(&FORMATS[..])) {
        check(pieces.concat().as_bytes(), format)?;
    }

    #[test]
    fn export_with_changes_is_read_without_panic(
        file in 0..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), select(&PIECES[..]), any::<bool>()), 1..8),
        format in select(&FORMATS[..]),
    ) {
        let mut bytes = FILES[file].1.to_vec();
        for (at, piece, is_removed) in changes {
            let at = at.index(bytes.len());
            let until = if is_removed { (at + piece.len()).min(bytes.len()) } else { at };
            bytes.splice(at..until, piece.bytes());
        }
        check(&bytes, format)?;
    }
}
