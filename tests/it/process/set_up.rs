//! Set-ups that are read in another way than their author meant, or that work until they lock users out.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{PermissionsExt as _, symlink},
    },
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{browser::Browser, process::Installation};

fn check_json(home: &Installation) -> Value {
    serde_json::from_str(&home.run(&["check", "--json"]).expect_exit(0).out).unwrap()
}

/// Returns the severity of each warning under a name.
fn severities(shown: &Value, name: &str) -> Vec<String> {
    let warnings = shown["warnings"].as_array().unwrap().iter();
    let of_name = warnings.filter(|warning| warning["name"].as_str().unwrap().ends_with(name));
    of_name.map(|warning| warning["severity"].as_str().unwrap().to_owned()).collect()
}

// Kubernetes sets these in every pod of a namespace with a service `vestibule` or `vestibule-mongodb`.
#[test]
fn service_links_are_ignored_and_listed() {
    let links = [
        ("VESTIBULE_PORT", "tcp://10.0.0.1:3000"),
        ("VESTIBULE_SERVICE_HOST", "10.0.0.1"),
        ("VESTIBULE_SERVICE_PORT", "3000"),
        ("VESTIBULE_SERVICE_PORT_HTTP", "3000"),
        ("VESTIBULE_PORT_3000_TCP", "tcp://10.0.0.1:3000"),
        ("VESTIBULE_PORT_3000_TCP_ADDR", "10.0.0.1"),
        ("VESTIBULE_PORT_3000_TCP_PORT", "3000"),
        ("VESTIBULE_PORT_3000_TCP_PROTO", "tcp"),
        ("VESTIBULE_MONGODB_SERVICE_HOST", "10.0.0.2"),
        ("VESTIBULE_PROVIDER_OKTA_PORT", "tcp://10.0.0.3:80"),
        ("VESTIBULE_NAME", "/web/vestibule"),
        ("VESTIBULE_ENV_NODE_VERSION", "22"),
    ];
    let home = Installation::with_settings(&links);
    let shown = check_json(&home);
    assert_eq!(shown["mistakes"], json!([]));
    let ignored = shown["ignored"].as_array().unwrap();
    assert!(links.iter().all(|(name, _)| ignored.contains(&json!(name))), "{ignored:?}");
    let text = home.run(&["check"]).expect_exit(0).out;
    assert!(text.contains("ignored") && text.contains("VESTIBULE_PORT_3000_TCP_PROTO"), "{text}");
    home.serve();
    for (name, value) in
        [("VESTIBULE_PORT", "3000"), ("VESTIBULE_SERVICE_HOST", "db"), ("VESTIBULE_MFAA", "x")]
    {
        let done = Installation::with_settings(&[(name, value)]).run(&["check"]).expect_exit(3);
        assert!(done.err.contains(name), "{}", done.err);
    }
}

#[test]
fn stricter_setting_is_kept_or_reported() {
    let home = Installation::new();
    home.write(".env", "VESTIBULE_MFA=required\n");
    let with = |name: &[u8], value: &[u8]| {
        let mut command = home.command(&["check"]);
        command.env(OsStr::from_bytes(name), OsStr::from_bytes(value));
        let output = command.output().unwrap();
        let (out, err) = super::text(&output);
        (output.status.code(), out, err)
    };
    let (code, out, err) = with(b"VESTIBULE_MFA", b"");
    assert_eq!(code, Some(0), "{err}");
    assert!(
        out.lines().any(|line| line.split_whitespace().eq(["VESTIBULE_MFA", "required", ".env"])),
        "{out}"
    );
    for (name, value) in [
        (&b"VESTIBULE_MFA"[..], &b"optional\xff"[..]),
        (b"vestibule_mfa", b"optional"),
        (b"Vestibule_Mfa", b"optional"),
        (b"VESTIBULE_MFA ", b"optional"),
        (b"VESTIBULE_MFA_FILE", b"no-such-file"),
        (b"VESTIBULE_MFA_FILE", b"."),
    ] {
        let (code, _, err) = with(name, value);
        assert_eq!(code, Some(3), "{name:?}: {err}");
        assert!(err.to_ascii_uppercase().contains("VESTIBULE_MFA"), "{err}");
    }
    let (code, out, _) = with(b"VESTIBULE_MFA", b"optional");
    assert_eq!(code, Some(0));
    assert!(out.contains("overrides \"required\" of .env"), "{out}");
}

#[test]
fn env_file_that_cannot_be_read_stops_every_command() {
    let home = Installation::new();
    fs::create_dir(home.path(".env")).unwrap();
    assert!(home.run(&["serve"]).expect_exit(3).err.contains("cannot be read"));
    fs::remove_dir(home.path(".env")).unwrap();
    symlink("no-such-file", home.path(".env")).unwrap();
    assert!(home.run(&["check"]).expect_exit(3).err.contains("cannot be read"));
    fs::remove_file(home.path(".env")).unwrap();
    home.write(
        ".env",
        [
            &b"\xff\xfe"[..],
            &"VESTIBULE_MFA=required\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
        ]
        .concat(),
    );
    assert!(home.run(&["check"]).expect_exit(3).err.contains("UTF-16"));
    home.write(".env", "VESTIBULE_MFA=required\nVESTIBULE_LISTEN=127.0.0.1:0\nVESTIBULE_MFA=optional\n");
    assert!(home.run(&["check"]).expect_exit(3).err.contains("line 3 sets VESTIBULE_MFA again"));
}

#[test]
fn byte_of_another_program_does_not_refuse_the_env_file() {
    let home = Installation::new();
    home.write(".env", b"CITY=Z\xfcrich\nVESTIBULE_MFA=required\n");
    assert_eq!(home.run(&["check"]).expect_exit(0).out.matches("required").count(), 1);
    home.write(".env", b"CITY=Z\xfcrich\nVESTIBULE_MFA=required\xff\n");
    assert!(home.run(&["check"]).expect_exit(3).err.contains("line 2 contains bytes"));
}

#[test]
fn check_names_the_env_file_that_it_read() {
    let home = Installation::new();
    let path = home.path(".env").canonicalize().unwrap_or(home.folder().canonicalize().unwrap().join(".env"));
    let shown = check_json(&home);
    assert_eq!(shown["dotenv"], json!({ "path": path, "found": false }));
    assert!(home.run(&["check"]).expect_exit(0).out.contains("file .env: none"));
    home.write(".env", "VESTIBULE_MFA=required\n");
    assert_eq!(check_json(&home)["dotenv"]["found"], true);
    let text = home.run(&["check"]).expect_exit(0).out;
    assert!(text.contains(&format!("file .env: {}", path.display())), "{text}");
    home.write(".env", "VESTIBULE_MFA=maybe\n");
    let done = home.run(&["check"]).expect_exit(3);
    assert!(done.err.contains(&path.display().to_string()), "{}", done.err);
}

#[test]
fn distinguished_name_is_not_cut_into_groups() {
    let with = |map: &str| {
        let name = |what: &str| format!("VESTIBULE_PROVIDER_IDP_{what}");
        Installation::with_settings(&[
            ("VESTIBULE_PROVIDERS", "idp"),
            (&name("ISSUER"), "https://idp.example"),
            (&name("CLIENT_ID"), "client"),
            (&name("ROLE_CLAIM"), "groups"),
            (&name("ROLE_MAP"), map),
        ])
        .run(&["check"])
    };
    for map in [
        "CN=Admins,OU=Groups,DC=corp,DC=example=admin",
        "Admins=admin;Staff=staff",
        "Admins=admin Staff=staff",
    ] {
        let done = with(map).expect_exit(3);
        assert!(done.err.contains("_ROLE_MAP") && done.err.contains("double quotes"), "{}", done.err);
    }
    with("\"CN=Admins,OU=Groups,DC=corp,DC=example\"=admin,Staff=staff").expect_exit(0);
    with("{\"CN=Admins,OU=Groups,DC=corp,DC=example\":\"admin\"}").expect_exit(0);
}

#[test]
fn quoted_secret_is_reported_and_not_shown() {
    let name = |what: &str| format!("VESTIBULE_PROVIDER_IDP_{what}");
    let home = Installation::with_settings(&[
        ("VESTIBULE_PROVIDERS", "idp"),
        (&name("ISSUER"), "https://idp.example"),
        (&name("CLIENT_ID"), "client"),
        (&name("CLIENT_SECRET_FILE"), "secret"),
    ]);
    for (content, count) in [
        ("hunter2\r\n", 0),
        ("\u{feff}hunter2\n", 0),
        ("\"hunter2\"\n", 1),
        ("'hunter2'", 1),
        ("hunter2 \n", 1),
    ] {
        home.write("secret", content);
        let shown = check_json(&home);
        assert_eq!(severities(&shown, "_CLIENT_SECRET").len(), count, "{content:?}");
        assert!(!shown.to_string().contains("hunter2"));
    }
    for (content, problem) in
        [(&b"hunter2\0"[..], "NUL"), (b"\xff\xfeh\0", "UTF-16"), (b"hunter2\xff", "UTF-8"), (b"\n", "empty")]
    {
        home.write("secret", content);
        let done = home.run(&["check"]).expect_exit(3);
        assert!(done.err.contains("_CLIENT_SECRET_FILE") && done.err.contains(problem), "{}", done.err);
        assert!(!done.err.contains("hunter2"));
    }
}

#[test]
fn damaged_keys_file_is_restored_and_never_replaced() {
    let home = Installation::new();
    home.run(&["users", "add", "ada", "--generate"]).expect_exit(0);
    let keys = fs::read_to_string(home.path("data/vestibule.db.keys")).unwrap();
    for damaged in ["", "nonsense", "a:b", &keys[..20]] {
        home.write("data/vestibule.db.keys", damaged);
        let done = home.run(&["serve"]).expect_exit(3);
        assert!(done.err.contains("data/vestibule.db.keys") && done.err.contains("backup"), "{}", done.err);
        assert!(
            !done.err.contains("keys new") && !done.err.contains("VESTIBULE_SECRET_KEYS"),
            "{}",
            done.err
        );
    }
    fs::remove_file(home.path("data/vestibule.db.keys")).unwrap();
    let done = home.run(&["serve"]).expect_exit(3);
    assert!(done.err.contains("missing") && !done.err.contains("keys new"), "{}", done.err);
}

#[test]
fn files_that_others_can_read_are_reported() {
    let home = Installation::new();
    home.run(&["users", "add", "ada", "--generate"]).expect_exit(0);
    assert_eq!(check_json(&home)["warnings"].as_array().unwrap().len(), 0);
    for file in ["data/vestibule.db", "data/vestibule.db.keys"] {
        fs::set_permissions(home.path(file), fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(severities(&check_json(&home), file), ["warning"], "{file}");
    }
    let serving = home.serve();
    let log = serving.log();
    assert!(log.contains("check this setting") && log.contains("vestibule.db.keys"), "{log}");
    let key = Installation::without_settings().run(&["keys", "new"]).out;
    home.write(".env", format!("VESTIBULE_SECRET_KEYS={key}"));
    fs::set_permissions(home.path(".env"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(severities(&check_json(&home), "/.env"), ["warning"]);
}

#[test]
fn set_up_that_locks_users_out_is_a_warning_and_no_mistake() {
    let key = Installation::without_settings().run(&["keys", "new"]).out;
    for (settings, name) in [
        (&[("VESTIBULE_PUBLIC_URL", "https://id.corp.test")][..], "VESTIBULE_TRUSTED_PROXIES"),
        (&[("VESTIBULE_LISTEN", "0.0.0.0:3000")], "VESTIBULE_PUBLIC_URL"),
        (&[("VESTIBULE_LISTEN", "127.0.0.1:4000")], "VESTIBULE_PUBLIC_URL"),
        (&[("VESTIBULE_DATABASE_URL", "mongodb://db1/vestibule")], "VESTIBULE_DATABASE_URL"),
        (
            &[
                ("VESTIBULE_PUBLIC_URL", "https://corp.test"),
                ("VESTIBULE_TRUSTED_PROXIES", "10.0.0.1"),
                ("VESTIBULE_HSTS", "max-age=600;includeSubDomains"),
            ],
            "VESTIBULE_HSTS",
        ),
    ] {
        let home = Installation::with_settings(settings).and("VESTIBULE_SECRET_KEYS", key.trim());
        assert_eq!(severities(&check_json(&home), name), ["warning"], "{settings:?}");
        let text = home.run(&["check"]).expect_exit(0).out;
        assert!(text.contains(&format!("warning: {name}: ")), "{text}");
    }
}

#[test]
fn database_url_in_another_notation_creates_no_odd_file() {
    for url in [
        "sqlite:v.db?mode=rwc",
        "sqlite:~/v.db",
        "sqlite://data/v.db",
        "sqlite::memory:",
        "sqlite:file:v.db",
        "sqlite:v%20w.db",
    ] {
        let home = Installation::with_settings(&[("VESTIBULE_DATABASE_URL", url)]);
        let done = home.run(&["users", "add", "ada", "--generate"]).expect_exit(3);
        assert!(
            done.err.contains("VESTIBULE_DATABASE_URL") && done.err.contains("sqlite:data/vestibule.db"),
            "{}",
            done.err
        );
        assert_eq!(fs::read_dir(home.folder()).unwrap().count(), 0, "{url}");
    }
}

// The rate limit counts the address of the proxy: failed logins of one user lock out all.
#[tokio::test(flavor = "multi_thread")]
async fn untrusted_proxy_is_logged_once() {
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let home = Installation::new();
        let serving = home.serve();
        let browser = Browser::at(serving.address);
        browser.get("/login").await.expect_status(200);
        assert!(!serving.log().contains("untrusted proxy"));
        for _ in 0..3 {
            browser
                .request(Method::GET, "/login")
                .header(header, "203.0.113.9")
                .send()
                .await
                .expect_status(200);
        }
        let log = serving.log();
        assert_eq!(log.matches("untrusted proxy").count(), 1, "{log}");
        assert!(log.contains("VESTIBULE_TRUSTED_PROXIES") && log.contains("127.0.0.1"), "{log}");
    }
    let home = Installation::with_settings(&[("VESTIBULE_TRUSTED_PROXIES", "::ffff:127.0.0.1")]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    browser
        .request(Method::GET, "/login")
        .header("x-forwarded-for", "203.0.113.9")
        .send()
        .await
        .expect_status(200);
    assert!(!serving.log().contains("untrusted proxy"), "{}", serving.log());
    browser.request(Method::GET, "/login").header("x-real-ip", "203.0.113.9").send().await.expect_status(200);
    let log = serving.log();
    assert!(
        log.contains("trusted proxy sends another header") && log.contains("VESTIBULE_PROXY_HEADER"),
        "{log}"
    );
}
