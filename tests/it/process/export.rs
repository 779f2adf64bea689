//! `users export`, and the import of its files, with the real binary on both stores.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use age::secrecy::ExposeSecret as _;
use mongodb::bson::doc;
use rusqlite::Connection;
use serde_json::Value;
use vestibule::{
    clock::Timestamp,
    secrets::new_key,
    store::{Change, StoreError},
    user::{
        Creator, Identity, IdentityKey, Passkey, RecoveryCodes, Status, Totp, UnlinkedIdentity, User, UserId,
    },
};

use super::{add, users};
use crate::harness::{
    browser::Browser,
    factors::{Enrolled, enrolled_user},
    passkey::{self, user_with_passkey},
    process::Installation,
    service::Service,
    stored_factors::{self, NUMBER, PUBLIC_KEY, message_codes},
    stores::StoreLocation,
    users::{PASSWORD, create_user, create_user_with, password, stored_user},
};

/// Number of users of [`all_users`].
const ALL_USERS: usize = 12;

/// Key pair of an operator; the secret key is in a file.
struct Operator {
    identity: age::x25519::Identity,
    folder: tempfile::TempDir,
}

impl Operator {
    fn new() -> Self {
        let (identity, folder) = (age::x25519::Identity::generate(), tempfile::TempDir::new().unwrap());
        let text = format!("# created for a test\n{}\n", identity.to_string().expose_secret());
        fs::write(folder.path().join("identity"), text).unwrap();
        Self { identity, folder }
    }

    fn file(&self) -> String {
        self.folder.path().join("identity").display().to_string()
    }

    fn open(&self, file: &Path) -> String {
        let text = age::decrypt(&self.identity, &fs::read(file).unwrap()).expect("sealed to this operator");
        String::from_utf8(text).unwrap()
    }

    /// Exports with secrets, and returns the text of the file.
    fn export(&self, home: &Installation, file: &str, more: &[&str]) -> String {
        let recipient = self.identity.to_public().to_string();
        let all = ["users", "export", "--with-secrets", "--recipient", &recipient, "--output", file];
        home.run(&[&all, more].concat()).expect_exit(0);
        self.open(&home.path(file))
    }
}

fn identity(issuer: &str, subject: &str, at: Timestamp) -> Identity {
    Identity {
        key: IdentityKey { issuer: issuer.to_owned(), subject: subject.to_owned() },
        provider: "idp".to_owned(),
        email: Some("grace@idp.example".to_owned()),
        roles: vec!["admin".to_owned()],
        linked_at: at,
        last_login_at: Some(at),
    }
}

/// Creates users with every kind of member, and returns the one with an app and recovery codes.
async fn all_users(service: &Service) -> Enrolled {
    let now = service.clock.now();
    let ada = enrolled_user(service, "ada").await;
    let bcrypt = bcrypt::hash(PASSWORD, 4).unwrap();
    create_user_with(service, "bob", |user| user.password = Some(password(service, bcrypt))).await;
    create_user_with(service, "federated", |user| {
        (user.username, user.password) = (None, None);
        user.created_by = Creator::Provider;
        user.identities.push(identity("https://idp.example", "of \"grace\", ü;\u{1f980}|", now));
        user.identities.push(identity("https://other.example", "7", now));
        user.picture = Some("https://idp.example/a?b=c,d".to_owned());
        user.field_sources.insert("displayName".to_owned(), "idp".to_owned());
    })
    .await;
    create_user_with(service, "disabled", |user| user.status = Status::Disabled).await;
    create_user_with(service, "quarantined", |user| {
        (user.status, user.password, user.created_by) = (Status::Quarantined, None, Creator::User);
        user.email = "ada@corp.example".parse().ok();
    })
    .await;
    create_user_with(service, "merged", |user| {
        user.former_ids = vec![UserId::new(now), UserId::new(now)];
        user.roles = vec!["reader".to_owned(), "app:admin".to_owned()];
    })
    .await;
    create_user_with(service, "unlinked", |user| {
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "8".to_owned() };
        user.unlinked_identities.push(UnlinkedIdentity { key, unlinked_at: now });
    })
    .await;
    create_user_with(service, "zoë", |user| {
        user.display_name = Some("=\"Zoë\" می\u{200c}خواهم, 👩\u{200d}🚀; 木".to_owned());
        (user.email, user.email_verified) = ("Zoë@Bücher.example".parse().ok(), true);
        user.locale = Some("zh-Hant-TW".to_owned());
    })
    .await;
    create_user_with(service, "leaving", |user| {
        user.deletion_at = Some(now + std::time::Duration::from_hours(100));
        user.initial_password_expires_at = user.deletion_at;
        let password = user.password.as_mut().expect("a password");
        (password.must_change, password.reported) = (true, true);
    })
    .await;
    create_user_with(service, "invited", |user| user.password = None).await;
    users_with_passkeys_and_message_codes(service).await;
    ada
}

async fn users_with_passkeys_and_message_codes(service: &Service) {
    let now = service.clock.now();
    create_user_with(service, "walter", |user| {
        user.password = None;
        let security_key = Passkey {
            transports: vec!["usb".to_owned(), "smart-card".to_owned()],
            discoverable: None,
            user_verified: false,
            backup_eligible: false,
            backed_up: false,
            aaguid: None,
            last_used_at: None,
            ..stored_factors::passkey("c2VjdXJpdHkga2V5", now)
        };
        user.passkeys = vec![stored_factors::passkey("cGhvbmU", now), security_key];
        user.recovery_codes = Some(RecoveryCodes {
            salt: "$argon2id$v=19$m=8,t=1,p=1$salt".to_owned(),
            hashes: vec!["hash-beside-passkeys".to_owned()],
            created_at: now,
            last_used_at: None,
        });
    })
    .await;
    create_user_with(service, "sally", |user| {
        user.email = Some("sally@corp.example".parse().expect("an address"));
        user.email_verified = true;
        user.message_codes = message_codes(now);
    })
    .await;
}

/// Returns an empty store of the same kind.
fn another(location: &StoreLocation) -> StoreLocation {
    if location.url().starts_with("sqlite:") { StoreLocation::file() } else { StoreLocation::replica_set() }
}

/// Returns an installation on this store that has other keys.
fn installation(location: &StoreLocation) -> Installation {
    let keys = new_key();
    Installation::with_settings(&[
        ("VESTIBULE_DATABASE_URL", location.url()),
        ("VESTIBULE_SECRET_KEYS", &keys),
    ])
}

#[on_every_store]
async fn import_of_an_export_into_an_empty_store_exports_the_same_bytes(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    all_users(&service).await;
    let (home, operator) = (Installation::beside(&service), Operator::new());
    for format in ["ndjson", "json", "csv"] {
        let text = operator.export(&home, &format!("{format}.age"), &["--format", format]);
        let parts = ["formerIds", "recoveryCodes", "$2b$04$", "$argon2id$", "deletionAt", "quarantined"];
        let factors = [PUBLIC_KEY, "cGhvbmU", "smart-card", "hash-beside-passkeys", NUMBER];
        for part in parts.into_iter().chain(factors) {
            assert!(text.contains(part), "{format}: {part}");
        }
        let place = another(&location);
        let other = installation(&place);
        let file = home.path(&format!("{format}.age")).display().to_string();
        let imported = other.run(&["users", "import", &file, "--identity", &operator.file()]).expect_exit(0);
        assert!(
            imported.out.ends_with(&format!(
                "{ALL_USERS} rows: {ALL_USERS} created, 0 updated, 0 unchanged, 0 refused\n"
            )),
            "{}",
            imported.out
        );
        assert_eq!(operator.export(&other, "again.age", &["--format", format]), text, "{format}");
        // Neither does a second import change a byte.
        other.run(&["users", "import", &file, "--identity", &operator.file()]).expect_exit(0);
        assert_eq!(operator.export(&other, "third.age", &["--format", format]), text, "{format}");
    }
}

#[on_every_store]
async fn export_without_secrets_contains_none_and_is_imported_with_the_same_bytes(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let Enrolled { user, app, .. } = all_users(&service).await;
    let home = Installation::beside(&service);
    let stored = stored_user(&service, &user).await;
    let codes = stored.recovery_codes.expect("recovery codes");
    for format in ["ndjson", "json", "csv"] {
        let text = home.run(&["users", "export", "--format", format]).expect_exit(0).out;
        assert_eq!(text.matches("createdBy").count(), ALL_USERS, "{format}");
        let app = data_encoding::BASE32_NOPAD.encode(app.secret());
        let hash = stored.password.as_ref().expect("a password").hash.as_str();
        let secrets = [hash, "$argon2", "$2b$", &app, &codes.salt, "hashes", "totp", "password"];
        let factors = [PUBLIC_KEY, "cGhvbmU", "passkeys", NUMBER, "messageCodes"];
        for secret in secrets.into_iter().chain(factors).chain(codes.hashes.iter().map(String::as_str)) {
            assert!(!text.contains(secret), "{format}: {secret}");
        }
        for passwords in [&["--no-passwords"][..], &[]] {
            let place = another(&location);
            let other = installation(&place);
            let name = format!("users.{format}");
            other.write(&name, &text);
            other.run(&[&["users", "import", name.as_str()], passwords].concat()).expect_exit(0);
            let again = other.run(&["users", "export", "--format", format]).expect_exit(0).out;
            assert_eq!(again, text, "{format} {passwords:?}");
        }
    }
}

#[on_every_store]
async fn user_of_an_export_signs_in_with_the_same_password_and_codes(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let ada = all_users(&service).await;
    let mut phone = passkey::Passkey::synced();
    let (petra, _) = user_with_passkey(&service, "petra", &mut phone).await;
    let (home, operator) = (Installation::beside(&service), Operator::new());
    operator.export(&home, "users.age", &[]);
    let place = another(&location);
    let keys = new_key();
    let moved = Service::with_system_clock(&place, &[("VESTIBULE_SECRET_KEYS", &keys)]).await;
    let file = home.path("users.age").display().to_string();
    let import = ["users", "import", file.as_str(), "--identity", &operator.file()];
    Installation::beside(&moved).run(&import).expect_exit(0);

    // The code of the enrolment stays used.
    let next = ada.app.code_of_step(moved.clock.now(), 1);
    for code in [&*next, &ada.codes[0]] {
        let browser = Browser::of(&moved);
        browser.sign_in("ada", PASSWORD).await.expect_status(200);
        let factor = if code == next { "totp" } else { "recovery" };
        browser.verify(code).await.expect_status(200);
        assert_eq!(browser.me().await.json()["id"], ada.user.id.to_string(), "{factor}");
    }
    Browser::of(&moved).sign_in("bob", PASSWORD).await.expect_status(200);
    Browser::of(&moved).sign_in("disabled", PASSWORD).await.expect_status(401);
    let browser = Browser::of(&moved);
    passkey::sign_in(&browser, &mut phone).await.expect_status(200);
    assert_eq!(browser.me().await.json()["id"], petra.id.to_string());
    let of_codes = Browser::of(&moved).sign_in("sally", PASSWORD).await.expect_status(200).json();
    assert_eq!(of_codes["needMfa"], true, "codes by message are a factor there, too");
}

#[test]
fn sealed_file_is_opened_as_a_whole_or_nothing_is_imported() {
    let (home, operator, third) = (Installation::new(), Operator::new(), Operator::new());
    add(&home, "ada");
    operator.export(&home, "users.age", &[]);
    let sealed = fs::read(home.path("users.age")).unwrap();
    let other = Installation::new();
    other.write("users.age", &sealed);
    let import = |file: &str, identity: &str| other.run(&["users", "import", file, "--identity", identity]);

    let refused = import("users.age", &third.file()).expect_exit(2);
    assert!(refused.err.contains("other keys") && refused.err.contains("age-keygen -y"), "{}", refused.err);
    let refused = other.run(&["users", "import", "users.age"]).expect_exit(2);
    assert!(refused.err.contains("--identity"), "{}", refused.err);
    let last = sealed.len() - 1;
    for at in [0, sealed.len() / 2, last - 20, last] {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        other.write("changed.age", &changed);
        let refused = import("changed.age", &operator.file()).expect_exit(2);
        assert!(!refused.err.contains("AGE-SECRET-KEY") && !refused.err.contains("ada"), "{}", refused.err);
    }
    other.write("cut.age", &sealed[..last]);
    assert!(import("cut.age", &operator.file()).expect_exit(2).err.contains("not complete"));
    // A plain file in the place of the sealed one.
    other.write("plain.ndjson", "{\"username\":\"eve\"}\n");
    assert!(import("plain.ndjson", &operator.file()).expect_exit(2).err.contains("not sealed"));
    assert!(!other.path("data").exists(), "no database was created");

    import("users.age", &operator.file()).expect_exit(0);
    assert_eq!(users(&other).len(), 1);
}

#[test]
fn secrets_need_a_recipient_and_files_are_private_and_not_overwritten() {
    let (home, operator) = (Installation::new(), Operator::new());
    add(&home, "ada");
    let refused = home.run(&["users", "export", "--with-secrets"]).expect_exit(2);
    assert!(refused.out.is_empty() && refused.err.contains("--recipient"), "{refused:?}");
    let secret = operator.identity.to_string().expose_secret().to_owned();
    let refused = home.run(&["users", "export", "--with-secrets", "--recipient", &secret]).expect_exit(2);
    assert!(refused.err.contains("secret key") && !refused.err.contains(&secret[20..]), "{}", refused.err);

    home.run(&["users", "export", "--output", "users.ndjson"]).expect_exit(0);
    let mode = fs::metadata(home.path("users.ndjson")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    home.write("users.ndjson", "mine");
    let refused = home.run(&["users", "export", "--output", "users.ndjson"]).expect_exit(1);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(fs::read_to_string(home.path("users.ndjson")).unwrap(), "mine");
    home.run(&["users", "export", "--output", "users.ndjson", "--force"]).expect_exit(0);
    assert!(fs::read_to_string(home.path("users.ndjson")).unwrap().contains("\"username\":\"ada\""));
    assert!(!home.path("users.ndjson.partial").exists());

    home.write("recipients", format!("# operators\n{}\n", operator.identity.to_public()));
    let sealed =
        ["users", "export", "--with-secrets", "--recipients-file", "recipients", "--output", "a.age"];
    home.run(&sealed).expect_exit(0);
    assert!(operator.open(&home.path("a.age")).contains("$argon2id$"));
}

// The lines of a terminal are kept and shared.
#[test]
fn export_with_secrets_is_not_written_to_a_terminal() {
    let (home, operator) = (Installation::new(), Operator::new());
    add(&home, "ada");
    let key = operator.identity.to_public().to_string();
    let sealed = ["users", "export", "--with-secrets", "--recipient", &key];
    let refused = home.run_on_terminal(&sealed).expect_exit(2);
    assert!(refused.out.is_empty() && refused.err.contains("not written to a terminal"), "{refused:?}");
    let events = home.run(&["events", "--type", "usersExported", "--json"]).expect_exit(0).out;
    assert!(!events.contains("usersExported"), "{events}");
    home.run_on_terminal(&[&sealed[..], &["--output", "a.age"]].concat()).expect_exit(0);
    assert!(operator.open(&home.path("a.age")).contains("$argon2id$"));
    // This export has no secret.
    let shown = home.run_on_terminal(&["users", "export"]).expect_exit(0).out;
    assert!(shown.contains("\"username\":\"ada\"") && !shown.contains("$argon2id$"), "{shown}");
}

/// Lets the database refuse new audit events, or accept them again.
async fn set_events_are_refused(location: &StoreLocation, are_refused: bool) {
    if location.url().starts_with("sqlite:") {
        let sql = if are_refused {
            "CREATE TRIGGER refused BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no event is stored'); END"
        } else {
            "DROP TRIGGER refused"
        };
        Connection::open(location.name()).unwrap().execute_batch(sql).unwrap();
    } else {
        let rule = if are_refused {
            doc! { "refused": { "$exists": true } }
        } else {
            doc! {}
        };
        let change = doc! { "collMod": "events", "validator": rule };
        location.database().await.run_command(change).await.unwrap();
    }
}

// Users must not be taken away without an audit event.
#[on_every_store]
async fn export_whose_audit_event_cannot_be_stored_does_not_happen(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    create_user(&service, "ada").await;
    let home = Installation::beside(&service);
    set_events_are_refused(&location, true).await;
    for output in ["-", "users.ndjson"] {
        let refused = home.run(&["users", "export", "--output", output]);
        assert!(refused.code.is_some_and(|code| code != 0) && refused.out.is_empty(), "{refused:?}");
        let why = "nothing was exported, because the audit event cannot be stored";
        assert!(refused.err.contains(why), "{refused:?}");
        assert_eq!(fs::read_dir(home.folder()).unwrap().count(), 0, "no file is left");
    }
    set_events_are_refused(&location, false).await;
    home.run(&["users", "export", "--output", "users.ndjson"]).expect_exit(0);
    assert!(home.path("users.ndjson").exists());
}

#[on_every_store]
async fn export_is_audited_with_its_reason_and_its_recipients(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    create_user(&service, "ada").await;
    let (home, operator) = (Installation::beside(&service), Operator::new());
    operator.export(&home, "users.age", &["--reason", "ticket 17"]);
    home.run(&["users", "export", "--with-secrets"]).expect_exit(2);
    home.run(&["users", "export"]).expect_exit(0);
    let events = home.run(&["events", "--type", "usersExported", "--json"]).expect_exit(0).out;
    let key = operator.identity.to_public().to_string();
    for part in
        ["ticket 17", "about 1 users, with secrets, sealed to ", &key, "about 1 users, without secrets"]
    {
        assert!(events.contains(part), "{part}: {events}");
    }
    assert_eq!(events.matches("usersExported").count(), 2, "{events}");
    assert!(events.contains("\"cli\""), "{events}");
}

#[on_every_store]
async fn user_who_cannot_be_exported_is_reported_and_the_others_are_exported(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    for name in ["ada", "unreadable", "linus"] {
        create_user(&service, name).await;
    }
    let grace = create_user_with(&service, "grace", |user| {
        let keys = vestibule::secrets::Keys::parse(&new_key()).expect("a key");
        let field = vestibule::login::second_factor::totp::ACTIVE;
        user.totp.push(Totp::unused(keys.seal(&user.id, field, &[7; 20]), user.created_at));
    })
    .await;
    location.corrupt("users", "unreadable", "status", &serde_json::json!(7)).await;
    let (home, operator) = (Installation::beside(&service), Operator::new());
    let recipient = operator.identity.to_public().to_string();
    let export = ["users", "export", "--with-secrets", "--recipient", &recipient, "--output", "users.age"];
    let done = home.run(&export).expect_exit(1);
    assert!(
        done.err.contains("2 not in the export") && done.err.contains("exported 2 users"),
        "{}",
        done.err
    );
    assert!(done.err.contains(&format!("user {} cannot be exported", grace.id)), "{}", done.err);
    let text = operator.open(&home.path("users.age"));
    let names: Vec<bool> =
        ["ada", "linus", "grace"].map(|name| text.contains(&format!("\"username\":\"{name}\""))).into();
    assert_eq!(names, [true, true, false]);
}

#[on_every_store]
async fn export_during_writes_has_each_user_once(location: StoreLocation) {
    const USERS: usize = 700;
    let service = Service::with_system_clock(&location, &[]).await;
    let home = Installation::beside(&service);
    let rows: Vec<String> = (0..USERS).map(|number| format!("user{number}")).collect();
    home.write("users.csv", format!("username\n{}\n", rows.join("\n")));
    home.run(&["users", "import", "users.csv", "--no-passwords", "--quiet"]).expect_exit(0);
    let ids = |text: &str| -> Vec<String> {
        let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned();
        text.lines().map(id).collect()
    };
    let before = ids(&home.run(&["users", "export"]).expect_exit(0).out);
    assert_eq!(before.len(), USERS);

    let (is_done, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    let writes = async {
        while !is_done.load(Ordering::Relaxed) {
            let number = written.load(Ordering::Relaxed);
            let id: UserId = before[number * 37 % USERS].parse().unwrap();
            let change = |user: &mut User| {
                user.display_name = Some(format!("{number}"));
                Ok::<_, StoreError>(Change::Write(()))
            };
            service.app.users.update(&id.document_id(), change).await.expect("the store answers");
            if number.is_multiple_of(10) {
                create_user(&service, &format!("new{number}")).await;
            }
            written.store(number + 1, Ordering::Relaxed);
        }
    };
    let exports = async {
        let mut all = Vec::new();
        while all.len() < 3 || written.load(Ordering::Relaxed) < 20 {
            let mut command = home.command(&["users", "export"]);
            let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
            assert!(output.status.success());
            all.push(String::from_utf8(output.stdout).unwrap());
        }
        is_done.store(true, Ordering::Relaxed);
        all
    };
    let ((), exports) = tokio::join!(writes, exports);
    for text in exports {
        let ids = ids(&text);
        assert!(ids.is_sorted_by(|a, b| a < b), "in the order of ids, none twice");
        let ids: BTreeSet<_> = ids.into_iter().collect();
        assert!(before.iter().all(|id| ids.contains(id)), "none is missing");
    }
}

// The data of one user must not replace that of another one, whose account the first one could then open.
#[on_every_store]
async fn row_with_an_id_never_changes_a_user_with_another_id(location: StoreLocation) {
    let service = Service::with_system_clock(&location, &[]).await;
    let home = Installation::beside(&service);
    let former = UserId::new(service.clock.now());
    let ada = create_user_with(&service, "ada", |user| user.former_ids = vec![former]).await;
    let linus = create_user(&service, "linus").await;
    let unknown = UserId::new(service.clock.now());
    let row = |members: String| format!("{{{members},\"displayName\":\"Mallory\"}}\n");
    for (members, code) in [
        // The name of another user.
        (format!("\"id\":\"{unknown}\",\"username\":\"ada\""), "{\"field\":\"id\",\"code\":\"other_user\"}"),
        (format!("\"id\":\"{}\",\"username\":\"ada\"", linus.id), "{\"field\":\"id\",\"code\":\"taken\"}"),
        // A user who was merged into another one.
        (format!("\"id\":\"{former}\",\"username\":\"eve\""), "{\"field\":\"id\",\"code\":\"other_user\"}"),
        // The ids from before a merge are those of users.
        (
            format!("\"username\":\"eve\",\"formerIds\":[\"{}\"]", linus.id),
            "{\"field\":\"formerIds\",\"code\":\"taken\"}",
        ),
        (
            format!("\"username\":\"eve\",\"formerIds\":[\"{former}\"]"),
            "{\"field\":\"formerIds\",\"code\":\"taken\"}",
        ),
    ] {
        home.write("users.ndjson", row(members.clone()));
        let done = home.run(&["users", "import", "users.ndjson", "--json", "--no-passwords"]).expect_exit(1);
        assert!(done.out.contains(code), "{members}: {}", done.out);
    }
    for user in [ada, linus] {
        let stored = stored_user(&service, &user).await;
        assert_eq!((&stored.display_name, &stored.former_ids), (&user.display_name, &user.former_ids));
    }
    assert_eq!(users(&home).len(), 2);
}
