//! `users import`: every result.

mod administrators;
mod batches;
mod columns;
mod options;

use std::{
    collections::HashSet,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use vestibule::clock::Clock;

use super::{signed_in, users};
use crate::harness::{
    browser::Browser,
    holds_within,
    process::{Done, Installation},
    totp::Authenticator,
    users::PASSWORD,
};

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn import(home: &Installation, file: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Done {
    home.write(file, content);
    home.run(&[&["users", "import", file], more].concat())
}

fn stored_user(home: &Installation, name: &str) -> Value {
    let mut users = users(home);
    let at = users.iter().position(|user| user["username"] == name);
    users.swap_remove(at.unwrap_or_else(|| panic!("{name} is not there")))
}

#[test]
fn import_is_idempotent() {
    let home = Installation::new();
    let file = format!(
        "username,email,emailVerified,displayName,roles,password\nada,ada@corp.example,true,\"Ada, L.\",admin; reader,{PASSWORD}\nlinus,linus@corp.example,false,,,{PASSWORD}\n"
    );
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert_eq!(
        done.out,
        "created ada\ncreated linus\n1 with an address that is not verified: a federated login with the address does not find \
         the account\n2 rows: 2 created, 0 updated, 0 unchanged, 0 refused\n"
    );
    let ada = stored_user(&home, "ada");
    assert_eq!((&ada["displayName"], &ada["roles"]), (&json!("Ada, L."), &json!(["admin", "reader"])));
    let revisions =
        |home: &Installation| users(home).iter().map(|user| user["revision"].clone()).collect::<Vec<_>>();
    let before = revisions(&home);
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert!(done.out.ends_with("2 rows: 0 created, 0 updated, 2 unchanged, 0 refused\n"), "{}", done.out);
    assert!(!done.out.contains("unchanged ada"), "{}", done.out);
    assert_eq!(revisions(&home), before, "nothing is written");

    // An update lists the changed fields. Empty cells and absent columns change nothing.
    let file = "username,email,roles,displayName\nada,ada@new.example,admin,\nlinus,,,Linus\n";
    let done = import(&home, "users.csv", file, &[]).expect_exit(0);
    assert!(
        done.out.starts_with("updated ada: email, emailVerified, roles\nupdated linus: displayName\n")
            || done.out.starts_with("updated ada: email, roles\nupdated linus: displayName\n"),
        "{}",
        done.out
    );
    let ada = stored_user(&home, "ada");
    assert_eq!(
        (&ada["displayName"], &ada["emailVerified"]),
        (&json!("Ada, L."), &json!(false)),
        "the new email is not verified"
    );
    assert_eq!(ada["hasPassword"], true);
}

#[test]
fn invalid_rows_are_reported_and_skipped() {
    let home = Installation::new();
    let file = format!(
        "username,email,emailVerified,password,totpSecret,mustChangePassword\n\
         ok1,,,{PASSWORD},,\n\
         short,,,1234567,,\n\
         ,,,{PASSWORD},,\n\
         <bad>,,,{PASSWORD},,\n\
         mail,a@evil.example@corp.example,,{PASSWORD},,\n\
         truth,,yes,{PASSWORD},,maybe\n\
         scheme,,,$scrypt$ln=16$abc,,\n\
         totp,,,{PASSWORD},not base32!,\n\
         OK1,,,{PASSWORD},,\n\
         few,cells\n\
         weak,,,password12345678,,\n\
         ok2,,,{PASSWORD},,\n"
    );
    let done = import(&home, "users.csv", file, &[]).expect_exit(1);
    insta::assert_snapshot!(done.out, @r#"
    created ok1
    refused line 3: password: a password needs at least 15 characters; choose several words
    refused line 4: username: the cell is empty; write the user name
    refused line 5: username "<bad>": `<` (U+003C) is not allowed in a user name: it is used in markup and quoting
    refused line 6: email "a@evil.example@corp.example": an address contains one @ only
    refused line 7: emailVerified "yes": write true or false; mustChangePassword "maybe": write true or false
    refused line 8: password: looks like a hash of scrypt, but its parts are not complete; if it is the password itself, add --plain-passwords (users add: --plain-password)
    refused line 9: totpSecret: the secret contains a character that is not base32; write A-Z and 2-7, or an otpauth:// URI
    refused line 10: username "OK1": an earlier row has the same; remove one of them
    refused line 11: the row has 2 cells, and the header row has 6; put a cell that contains the separator in quotes, and write the separators of empty cells
    refused line 12: password: the password is on every attacker's list, or has only common words and simple patterns; choose several words that do not belong together
    created ok2
    12 rows: 2 created, 0 updated, 0 unchanged, 10 refused
    "#);
    assert_eq!(users(&home).len(), 2);
    assert!(!done.out.contains(PASSWORD) && !done.err.contains(PASSWORD) && !done.out.contains("1234567"));
}

#[test]
fn unknown_column_is_a_usage_error() {
    let home = Installation::new();
    for (file, content, what) in [
        ("a.csv", "username,passwort\nada,x\n", "passwort"),
        ("b.csv", "email\nada@corp.example\n", "username"),
        ("c.csv", "username,username\nada,ada\n", "twice"),
        ("d.json", "[{\"username\":\"ada\",\"role\":\"x\"}]", "role"),
        ("e.json", "{\"username\":\"ada\"}", "array"),
        ("f.ndjson", "{\"username\":\"ada\",\"hash\":\"x\"}\n", "hash"),
    ] {
        let done = import(&home, file, content, &[]).expect_exit(2);
        assert!(done.err.contains(what) && done.out.is_empty(), "{done:?}");
    }
    home.run(&["users", "import", "missing.csv"]).expect_exit(2);
    assert!(!home.path("data").exists());
}

#[test]
fn report_can_be_json() {
    let home = Installation::new();
    import(&home, "users.csv", format!("username,password\nlinus,{PASSWORD}\nold,{PASSWORD}\n"), &[])
        .expect_exit(0);
    let file =
        format!("username,displayName,password\nada,,{PASSWORD}\nlinus,Linus,\nold,,{PASSWORD}\nshort,,1\n");
    let done = import(&home, "users.csv", file, &["--json"]).expect_exit(1);
    let report: Value = serde_json::from_str(&done.out).unwrap();
    for (member, value) in [("rows", 4), ("created", 1), ("updated", 1), ("unchanged", 1), ("refused", 1)] {
        assert_eq!(report[member], value, "{report}");
    }
    assert_eq!(
        report["results"],
        json!([
            { "line": 2, "username": "ada", "outcome": "created", "fields": [], "errors": [] },
            { "line": 3, "username": "linus", "outcome": "updated", "fields": ["displayName"], "errors": [] },
            { "line": 4, "username": "old", "outcome": "unchanged", "fields": [], "errors": [] },
            { "line": 5, "username": "short", "outcome": "refused", "fields": [], "errors": [{ "field": "password", "code": "too_short" }] },
        ])
    );
}

#[test]
fn dry_run_reports_and_writes_nothing() {
    let home = Installation::new();
    import(
        &home,
        "users.csv",
        format!("username,email,emailVerified,password\nlinus,l@corp.example,true,{PASSWORD}\n"),
        &[],
    )
    .expect_exit(0);
    let before = users(&home);
    let file =
        "username,email,emailVerified,displayName\nada,,,Ada\nlinus,,,Linus\nthief,l@corp.example,true,\n";
    let dry = import(&home, "users.csv", file, &["--dry-run"]).expect_exit(1);
    assert_eq!(users(&home), before);
    let files: Vec<_> =
        fs::read_dir(home.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(files.iter().all(|name| !name.to_string_lossy().contains("passwords")), "{files:?}");
    let real = import(&home, "users.csv", file, &[]).expect_exit(1);
    let refused = "refused line 4: email \"l@corp.example\": another user has the same";
    assert!(dry.out.starts_with("would create ada\nwould update linus: displayName\n"), "{}", dry.out);
    assert!(
        dry.out.contains("\n3 rows: would create 1, would update 1, 0 unchanged, 1 refused (dry run"),
        "{}",
        dry.out
    );
    assert!(dry.out.contains(refused) && real.out.contains(refused), "{}", real.out);
    assert!(real.out.ends_with("3 rows: 1 created, 1 updated, 0 unchanged, 1 refused\n"), "{}", real.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_passwords_go_to_a_file() {
    let home = Installation::new();
    let done =
        import(&home, "users.csv", "username\nada\ngrace\n", &["--passwords-out", "made.csv"]).expect_exit(0);
    assert_eq!(fs::metadata(home.path("made.csv")).unwrap().permissions().mode() & 0o777, 0o600);
    let made = fs::read_to_string(home.path("made.csv")).unwrap();
    let lines: Vec<&str> = made.lines().collect();
    assert_eq!((lines[0], lines.len()), ("username,password", 3), "{made}");
    let password = lines.iter().find_map(|line| line.strip_prefix("ada,")).unwrap();
    assert!(!done.out.contains(password) && !done.err.contains(password));
    let full = home.folder().canonicalize().unwrap().join("made.csv");
    assert_eq!(done.err.matches(full.to_str().unwrap()).count(), 2, "before and after: {}", done.err);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    let answer = browser.sign_in("ada", password).await.expect_status(200).json();
    assert_eq!(answer["needPasswordChange"], true);
    browser.me().await.expect_problem(401, "password_change_required");

    // The file is not overwritten, and no user is created whose password would be lost.
    let before = fs::metadata(home.path("made.csv")).unwrap().mtime_nsec();
    let done =
        import(&home, "more.csv", "username\nlinus\n", &["--passwords-out", "made.csv"]).expect_exit(1);
    assert!(done.err.contains("made.csv"), "{}", done.err);
    assert_eq!(
        (
            fs::read_to_string(home.path("made.csv")).unwrap(),
            fs::metadata(home.path("made.csv")).unwrap().mtime_nsec()
        ),
        (made, before)
    );
    assert_eq!(users(&home).len(), 2);

    import(&home, "more.csv", "username\nlinus\n", &[]).expect_exit(0);
    let files: Vec<String> = fs::read_dir(home.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let default = files
        .iter()
        .find(|name| name.strip_suffix(".csv").is_some_and(|name| name.starts_with("vestibule-passwords-")));
    let default = fs::metadata(home.path(default.expect("a file"))).unwrap();
    assert_eq!(default.permissions().mode() & 0o777, 0o600);
    import(&home, "none.csv", "username\nunknown\n", &["--no-passwords"]).expect_exit(0);
    assert_eq!(
        (&stored_user(&home, "unknown")["hasPassword"], &stored_user(&home, "linus")["hasPassword"]),
        (&json!(false), &json!(true))
    );
}

#[test]
fn bom_quotes_and_crlf_are_accepted() {
    let home = Installation::new();
    let file = format!(
        "\u{feff}\"username\",displayName,password\r\n\"ada\",\"Ada \"\"the first\"\", L.\",\"{PASSWORD}\"\r\n\r\nlinus,Zoë,{PASSWORD}\r\n"
    );
    let done = import(&home, "users.csv", file, &[]).expect_exit(0);
    assert!(done.out.ends_with("2 rows: 2 created, 0 updated, 0 unchanged, 0 refused\n"), "{}", done.out);
    assert_eq!(stored_user(&home, "ada")["displayName"], "Ada \"the first\", L.");
    assert_eq!(stored_user(&home, "linus")["displayName"], "Zoë");
    let latin = [b"username,displayName\nodd,Zo".as_slice(), b"\xeb\ngood,Zoe\n"].concat();
    let done = import(&home, "latin.csv", latin, &["--no-passwords"]).expect_exit(1);
    assert!(
        done.out.starts_with("refused line 2: the byte 0xEB is not UTF-8; save the file as UTF-8"),
        "{}",
        done.out
    );
    assert!(done.out.contains("\ncreated good\n"), "{}", done.out);
}

#[test]
fn json_ndjson_and_stdin_are_equal() {
    let home = Installation::new();
    let ada = json!({ "username": "ada", "email": "ada@corp.example", "emailVerified": true, "roles": ["admin", "reader"], "password": PASSWORD });
    let linus =
        json!({ "username": "linus", "password": PASSWORD, "displayName": null, "mustChangePassword": true });
    import(&home, "users.json", json!([ada, linus]).to_string(), &[]).expect_exit(0);
    let shown = stored_user(&home, "ada");
    assert_eq!((&shown["roles"], &shown["emailVerified"]), (&json!(["admin", "reader"]), &json!(true)));
    assert_eq!(stored_user(&home, "linus")["mustChangePassword"], true);
    let done = import(&home, "users.ndjson", format!("{ada}\n\n{linus}\n"), &[]).expect_exit(0);
    assert!(done.out.ends_with("2 rows: 0 created, 0 updated, 2 unchanged, 0 refused\n"), "{}", done.out);
    let done = home
        .run_with(
            &["users", "import", "-", "--format", "ndjson"],
            &format!(
                "{ada}\n{{\"username\":\n[]\n{{\"username\":1}}\n{{\"username\":\"x\",\"roles\":[\"a;b\"]}}\n"
            ),
        )
        .expect_exit(1);
    insta::assert_snapshot!(done.out, @r"
    refused line 2: not a JSON object: EOF while parsing a value (column 12)
    refused line 3: the value is not a JSON object
    refused line 4: username is a number; write a text in quotes
    refused line 5: roles is an array with other items; write an array of texts without `;`
    5 rows: 0 created, 0 updated, 1 unchanged, 4 refused
    ");
    let done = home
        .run_with(&["users", "import", "-"], &format!("username,password\nstdin,{PASSWORD}\n"))
        .expect_exit(0);
    assert!(done.out.starts_with("created stdin\n"), "{}", done.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn hashes_and_totp_secrets_are_imported() {
    let home = Installation::new();
    let bcrypt = bcrypt::hash(PASSWORD, 4).unwrap();
    let argon2 = crate::harness::users::hash().await;
    let file = format!(
        "username,password,totpSecret\nbea,{bcrypt},\nphp,{},\narg,\"{argon2}\",\napp,{bcrypt},jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp\n",
        bcrypt.replacen("$2b$", "$2y$", 1)
    );
    import(&home, "users.csv", &file, &[]).expect_exit(0);
    let serving = home.serve();
    for name in ["bea", "php", "arg"] {
        signed_in(serving.address, name).await;
        Browser::at(serving.address).sign_in(name, &bcrypt).await.expect_status(401);
    }
    let browser = Browser::at(serving.address);
    assert_eq!(browser.sign_in("app", PASSWORD).await.expect_status(200).json()["needMfa"], true);
    let app = Authenticator::of_base32(SECRET);
    browser.verify(&app.code(Clock::system().now())).await.expect_status(200);
    // The login upgraded the hash. The same file changes nothing and ends no session.
    let done = import(&home, "users.csv", &file, &[]).expect_exit(0);
    assert!(done.out.ends_with("4 rows: 0 created, 0 updated, 4 unchanged, 0 refused\n"), "{}", done.out);
    browser.me().await.expect_status(200);
}

/// Hashes of [`PASSWORD`] with the default parameters of Django 4.2 and werkzeug 3.
const DJANGO: &str = "pbkdf2_sha256$600000$abcdefghijkl$s3gKdCeB/iwHGOuNDSpkiv52uBwQs8YH0RDxXCIi1Cc=";
const WERKZEUG: &str = "scrypt:32768:8:1$abcdefghijklmnop$9850ef28e090b64eef9f7e26e40cd440460cc9bb68cb76a6e342fa13135d80b13603045d7155b919fdb46f5f8219be3fbe8fd2fa81afa2d8db98363312eb6b78";

// An attacker with a copy of the old database must not sign in with its content.
#[tokio::test(flavor = "multi_thread")]
async fn text_of_a_hash_never_signs_in() {
    let home = Installation::new();
    let keycloak = json!({ "secretData": { "value": "AhaeZ02AwPxykuhhDI8XvhQN8GKvmqM+qF6qvs/98I3oPrOafEIqFGOq0+8aVYIT/+xVcPChXj+A8gpxtbBrFQ==", "salt": "AAECAwQFBgcICQoLDA0ODw==" },
        "credentialData": { "hashIterations": 1000, "algorithm": "pbkdf2-sha256" } });
    let file = json!([
        { "username": "django", "password": DJANGO },
        { "username": "flask", "password": WERKZEUG },
        { "username": "keycloak", "password": keycloak.to_string() },
        { "username": "unknown1", "password": "sha1$salt$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8" },
        { "username": "unknown2", "password": "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=" },
        { "username": "unknown3", "password": "5f4dcc3b5aa765d61d8327deb882cf99" },
    ]);
    let done = import(&home, "users.json", file.to_string(), &[]).expect_exit(1);
    assert!(done.out.contains("3 created") && done.out.contains("3 refused"), "{}", done.out);
    assert!(!done.out.contains("5baa61e4") && !done.err.contains("5baa61e4"), "{done:?}");
    let serving = home.serve();
    for row in file.as_array().unwrap() {
        let (name, text) = (row["username"].as_str().unwrap(), row["password"].as_str().unwrap());
        Browser::at(serving.address).sign_in(name, text).await.expect_status(401);
    }
    for name in ["django", "flask", "keycloak"] {
        let stored = signed_in(serving.address, name).await;
        stored.me().await.expect_status(200);
    }
    // The logins upgraded the hashes. The same file changes nothing.
    let done = import(&home, "users.json", file.to_string(), &[]).expect_exit(1);
    assert!(done.out.contains("0 created, 0 updated, 3 unchanged, 3 refused"), "{}", done.out);
}

#[test]
fn marker_for_no_usable_password_creates_a_user_without_a_password() {
    let home = Installation::new();
    import(&home, "old.csv", format!("username,password\nada,{PASSWORD}\n"), &[]).expect_exit(0);
    let file =
        "username,password\nada,!\nbea,!\ncleo,*LK*\ndora,NULL\nemma,!$6$saltstring$svn8UoSVapNtMuq1ukKS4t\n";
    let done = import(&home, "users.csv", file, &["--passwords-out", "made.csv"]).expect_exit(0);
    assert!(done.out.contains("4 created, 0 updated, 1 unchanged"), "{}", done.out);
    for name in ["bea", "cleo", "dora", "emma"] {
        assert_eq!(stored_user(&home, name)["hasPassword"], false, "{name}");
    }
    assert_eq!(stored_user(&home, "ada")["hasPassword"], true, "the password of an existing user stays");
    assert!(!home.path("made.csv").exists(), "no password is generated");
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_password_in_the_form_of_a_hash_needs_the_option() {
    let home = Installation::new();
    let password = "$ecret$words-of-ada";
    let file = format!("username,password\nada,{password}\n");
    let done = import(&home, "users.csv", &file, &[]).expect_exit(1);
    assert!(done.out.contains("1 refused") && !done.out.contains("$ecret"), "{}", done.out);
    import(&home, "users.csv", &file, &["--plain-passwords"]).expect_exit(0);
    let add = |more: &[&str]| {
        home.run_with(
            &[&["users", "add", "bea", "--password-stdin"], more].concat(),
            &format!("{password}\n"),
        )
    };
    let done = add(&[]).expect_exit(1);
    assert!(done.err.contains("--plain-password") && !done.err.contains("$ecret"), "{}", done.err);
    add(&["--plain-password"]).expect_exit(0);
    let serving = home.serve();
    for name in ["ada", "bea"] {
        Browser::at(serving.address).sign_in(name, password).await.expect_status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn firebase_hash_is_checked_with_the_parameters_of_its_project() {
    let home = Installation::new();
    // The example of github.com/firebase/scrypt.
    home.write(
        "key",
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==\n",
    );
    let hash = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    let file = format!("username,password\nada,firebase:42xEC+ixf3L2lw==:{hash}\n");
    let done = import(&home, "users.csv", &file, &[]).expect_exit(1);
    assert!(done.out.contains("1 refused"), "{}", done.out);
    let options = [
        "--firebase-signer-key-file",
        "key",
        "--firebase-salt-separator",
        "Bw==",
        "--firebase-rounds",
        "8",
        "--firebase-mem-cost",
        "14",
    ];
    import(&home, "users.csv", &file, &options).expect_exit(0);
    let done = import(&home, "users.csv", &file, &["--firebase-signer-key-file", "missing"]).expect_exit(2);
    assert!(done.err.contains("missing"), "{}", done.err);
    let serving = home.serve();
    Browser::at(serving.address).sign_in("ada", hash).await.expect_status(401);
    Browser::at(serving.address).sign_in("ada", "user1password").await.expect_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_password_or_secret_ends_the_sessions() {
    let home = Installation::new();
    import(&home, "users.csv", format!("username,password\nada,{PASSWORD}\nlinus,{PASSWORD}\n"), &[])
        .expect_exit(0);
    let serving = home.serve();
    let ada = signed_in(serving.address, "ada").await;
    let linus = signed_in(serving.address, "linus").await;
    let file = format!("username,password,totpSecret\nada,another long password,\nlinus,,{SECRET}\n");
    let done = import(&home, "users.csv", file, &[]).expect_exit(0);
    let (bound, changed) = (Duration::from_millis(1500), Instant::now());
    assert!(done.out.starts_with("updated ada: password\nupdated linus: totpSecret\n"), "{}", done.out);
    for (browser, reason) in [(&ada, "password_changed"), (&linus, "factor_changed")] {
        holds_within(bound, changed, "ended", || async { browser.me().await.status == 401 }).await;
        assert_eq!(browser.me().await.expect_problem(401, "session_ended").reason(), reason);
    }
    Browser::at(serving.address).sign_in("ada", PASSWORD).await.expect_status(401);
    let answer = Browser::at(serving.address).sign_in("ada", "another long password").await;
    answer.expect_status(200);
}

#[test]
fn email_of_another_user_is_refused() {
    let home = Installation::new();
    import(
        &home,
        "users.csv",
        "username,email,emailVerified\nada,a@corp.example,true\nlinus,a@corp.example,false\n",
        &["--no-passwords"],
    )
    .expect_exit(0);
    let done = import(
        &home,
        "users.csv",
        "username,email,emailVerified\nlinus,,true\nthief,A@Corp.Example,true\n",
        &["--no-passwords"],
    )
    .expect_exit(1);
    assert!(
        done.out.starts_with("refused line 2: email of this user: another user has the same")
            && done.out.contains("refused line 3: email \"A@Corp.Example\": another user has the same"),
        "{}",
        done.out
    );
    assert_eq!(stored_user(&home, "linus")["emailVerified"], false);
}

#[test]
fn unclosed_quote_costs_one_row() {
    let home = Installation::new();
    let file = format!("username,password\nada,{PASSWORD}\nbob,\"{PASSWORD}\ncarol,{PASSWORD}\n");
    let done = import(&home, "open.csv", &file, &[]).expect_exit(1);
    assert!(
        done.out.contains("refused line 3: a quote at the start of a cell is not closed"),
        "{}",
        done.out
    );
    assert!(done.out.ends_with("3 rows: 2 created, 0 updated, 0 unchanged, 1 refused\n"), "{}", done.out);
    let file = format!("username,password\nada,{PASSWORD}\nbob,\"{PASSWORD}\neve,{PASSWORD}\"\n");
    let done = import(&home, "two.csv", &file, &[]).expect_exit(1);
    assert!(
        done.out.contains("refused line 3: a quoted cell starts in line 3 and ends in line 4"),
        "{}",
        done.out
    );
    // Users of one millisecond have no order.
    let names: HashSet<Value> = users(&home).iter().map(|user| user["username"].clone()).collect();
    assert_eq!(names, ["ada", "carol"].map(Value::from).into());
}

#[test]
fn email_in_other_case_stays_verified() {
    let home = Installation::new();
    let rows = |email: &str| format!("username,email,emailVerified,password\nada,{email},,{PASSWORD}\n");
    let first = rows("ada@corp.example").replace(",,", ",true,");
    import(&home, "users.csv", first, &[]).expect_exit(0);
    let done = import(&home, "users.csv", rows("Ada@Corp.Example"), &[]).expect_exit(0);
    assert!(done.out.contains("updated ada: email\n"), "{}", done.out);
    assert_eq!(stored_user(&home, "ada")["emailVerified"], true);
    import(&home, "users.csv", rows("ada@other.example"), &[]).expect_exit(0);
    assert_eq!(stored_user(&home, "ada")["emailVerified"], false, "another email is not verified");
}

#[test]
fn duplicate_verified_email_is_refused() {
    let home = Installation::new();
    let file = format!(
        "username,email,emailVerified,password\nada,a@corp.example,true,{PASSWORD}\nbob,A@corp.example,true,{PASSWORD}\n"
    );
    for more in [&[][..], &["--dry-run"]] {
        let done = import(&home, "users.csv", &file, more).expect_exit(1);
        let refused = "refused line 3: email \"A@corp.example\": an earlier row has the same";
        assert!(done.out.contains(refused) && !done.out.contains("bob"), "{}", done.out);
    }
}

#[test]
fn existing_passwords_file_stops_the_import() {
    let home = Installation::new();
    home.write("made.csv", "kept");
    let done = import(&home, "users.csv", "username\nada\n", &["--passwords-out", "made.csv"]).expect_exit(1);
    assert!(done.err.contains("is not overwritten"), "{}", done.err);
    assert_eq!(fs::read_to_string(home.path("made.csv")).unwrap(), "kept");
    assert!(users(&home).is_empty());
}

#[test]
fn keys_are_not_created_for_an_existing_mongodb_database() {
    let home = Installation::new();
    import(&home, "users.csv", format!("username,password\nada,{PASSWORD}\n"), &[]).expect_exit(0);
    let keys = fs::read_dir(home.folder().join("data")).unwrap().map(|entry| entry.unwrap().path());
    let keys = keys
        .into_iter()
        .find(|path| path.to_string_lossy().ends_with(".keys"))
        .expect("made at the first start");
    fs::remove_file(&keys).unwrap();
    let done = import(&home, "users.csv", "username\nbob\n", &[]).expect_exit(3);
    assert!(done.err.contains("restore the file"), "{}", done.err);
    assert!(!keys.exists());
}

// A spreadsheet chooses the encoding, the separator, the case of booleans and the empty columns.
#[test]
fn file_of_a_spreadsheet_is_imported() {
    let home = Installation::new();
    let rows = format!(
        "Username;Email;emailVerified;displayName;roles;password;;\r\n\
         ada;ada@corp.example ;TRUE;Server 19\" rack;\"admin;staff\";{PASSWORD};;\r\n\
         bob; bob@corp.example; False ;Zoë;;{PASSWORD};;\r\n\
         ;;;;;;;\r\n"
    );
    let utf16 = |mark: &[u8], bytes_of: fn(u16) -> [u8; 2]| {
        [mark.to_vec(), rows.encode_utf16().flat_map(bytes_of).collect()].concat()
    };
    for (name, content) in [
        ("plain.csv", rows.clone().into_bytes()),
        ("mark.csv", format!("\u{feff}{rows}\u{1a}").into_bytes()),
        ("separator.csv", format!("sep=;\r\n{rows}").into_bytes()),
        ("little.csv", utf16(b"\xff\xfe", u16::to_le_bytes)),
        ("big.txt", utf16(b"\xfe\xff", u16::to_be_bytes)),
        ("tabs.tsv", rows.replace(';', "\t").replace("admin\tstaff", "admin;staff").into_bytes()),
        ("old.csv", rows.replace("\r\n", "\r").into_bytes()),
    ] {
        let done = import(&home, name, content, &[]).expect_exit(0);
        let same = done.out.ends_with("2 rows: 2 created, 0 updated, 0 unchanged, 0 refused\n")
            || done.out.ends_with("2 rows: 0 created, 0 updated, 2 unchanged, 0 refused\n");
        assert!(same, "{name}: {}", done.out);
    }
    let ada = stored_user(&home, "ada");
    assert_eq!(ada["displayName"], "Server 19\" rack");
    assert_eq!((&ada["emailVerified"], &ada["roles"]), (&json!(true), &json!(["admin", "staff"])));
    assert_eq!(stored_user(&home, "bob")["emailVerified"], false);
}

#[test]
fn json_is_recognised_by_its_content() {
    let home = Installation::new();
    let (ada, bob) = (
        json!({ "username": "ada", "password": PASSWORD }),
        json!({ "USERNAME": "bob", "password": PASSWORD }),
    );
    for (name, content) in [
        ("lines.json", format!("{ada}\n{bob}\n")),
        ("lines.jsonl", format!("{ada}\n{bob}\n")),
        ("array.ndjson", json!([ada, bob]).to_string()),
        ("wrapped.json", json!({ "total": 2, "users": [ada, bob] }).to_string()),
        ("values.json", format!("{ada:#}\n{bob:#}\n")),
        ("array.txt", json!([ada, bob]).to_string()),
        ("marked.json", format!("\u{feff}{}", json!([ada, bob]))),
    ] {
        let done = import(&home, name, content, &[]).expect_exit(0);
        assert!(done.out.contains("2 rows: "), "{name}: {}", done.out);
    }
    assert_eq!(users(&home).len(), 2);
}

#[test]
fn refused_line_is_the_one_that_an_editor_shows() {
    let home = Installation::new();
    for (name, content, line) in [
        ("crlf.csv", "username\r\nx\u{202e}y\r\n", 2),
        ("blank.csv", "\r\nusername\r\n\r\nx\u{202e}y\r\n", 4),
        ("cell.csv", "username,displayName\n\"a\",\"b\nc\"\nx\u{202e}y,\n", 4),
        ("old.csv", "username\rx\u{202e}y\r", 2),
        ("lines.ndjson", "\n\n{\"username\":\"x\\u202ey\"}\n", 3),
        ("array.json", "[\n\n{\n\"username\":\n\"x\\u202ey\"}]\n", 3),
    ] {
        let done = import(&home, name, content, &["--no-passwords"]).expect_exit(1);
        assert!(
            done.out.contains(&format!("refused line {line}"))
                && done.out.contains("username \"x\\u{202e}y\""),
            "{name}: {}",
            done.out
        );
    }
}

#[test]
fn message_contains_no_secret_and_no_control_character() {
    let home = Installation::new();
    let secrets = [
        "hunter22",
        "$2b$10$broken",
        "JBSWY3DPEHPK3PX1",
        "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&digits=8",
    ];
    let file = format!(
        "username,email,displayName,password,totpSecret\n\
         a,{0},,{0},\nb,{1},,,\nc,,,{1},\nd,,,{2}{2}{2},{2}\ne,,,,{3}\nf,\u{1b}[31m@x,,,\ng,a\u{9b}2J@x,,,\n",
        secrets[0], secrets[1], secrets[2], secrets[3]
    );
    let done = import(&home, "users.csv", file, &["--no-passwords"]).expect_exit(1);
    let output = done.out + &done.err;
    for secret in secrets {
        assert!(!output.contains(secret), "{output}");
    }
    assert!(!output.chars().any(|c| c.is_control() && c != '\n'), "{output:?}");
    assert!(output.contains("digits 8 is not supported; Vestibule uses 6"), "{output}");
}

#[test]
fn codes_of_mistakes_are_in_the_json_report() {
    let home = Installation::new();
    let file = "username,email,password,totpSecret\nada,x,password12345678,JBSWY3DP\nbob\n";
    let done = import(&home, "users.csv", file, &["--json"]).expect_exit(1);
    let report: Value = serde_json::from_str(&done.out).unwrap();
    let error = |field: &str, code: &str| json!({ "field": field, "code": code });
    assert_eq!(
        report["results"][0]["errors"],
        json!([error("email", "invalid"), error("password", "common"), error("totpSecret", "too_short")])
    );
    assert_eq!(report["results"][1]["errors"], json!([error("row", "wrong_number_of_cells")]));
}

#[test]
fn common_password_is_refused_by_every_command() {
    let home = Installation::new();
    let common = "the password is on every attacker's list";
    let context = "the password has little more than the name";
    for (password, reason) in [
        ("password12345678", common),
        ("P@ssw0rd-P@ssw0rd", common),
        ("vestibule2024!!!", context),
        ("ada.lovelace1815", context),
    ] {
        let file = format!("username,password\nada.lovelace,{password}\n");
        let done = import(&home, "users.csv", file, &[]).expect_exit(1);
        assert!(done.out.contains(&format!("refused line 2: password: {reason}")), "{}", done.out);
        let done =
            home.run_with(&["users", "add", "ada.lovelace", "--password-stdin"], &format!("{password}\n"));
        let done = done.expect_exit(1);
        assert!(done.err.contains(reason) && !done.err.contains(password), "{}", done.err);
    }
    assert!(users(&home).is_empty());
}
