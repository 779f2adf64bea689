//! Settings, files, keys, and the embedded database.

use std::{fs, os::unix::fs::PermissionsExt as _};

use rusqlite::Connection;

use super::{Row, findings, home, home_with_database, run};
use crate::harness::{process::Installation, users::PASSWORD};

const URL: &str = "VESTIBULE_PUBLIC_URL";
const PROXIES: &str = "VESTIBULE_TRUSTED_PROXIES";
const NOWHERE: [&str; 2] = ["--connect-to", "127.0.0.1:1"];

fn with_mode(name: &str, mode: u32) -> Installation {
    let home = home_with_database(&[]);
    fs::set_permissions(home.path(name), fs::Permissions::from_mode(mode))
        .expect("a file of the installation");
    home
}

fn with_sql(sql: &str) -> Installation {
    let home = home_with_database(&[]);
    let file = Connection::open(home.path("data/vestibule.db")).expect("the database");
    file.execute_batch(sql).expect("a statement");
    home
}

fn foreign_file() -> Installation {
    let home = home(&[("VESTIBULE_DATABASE_URL", "sqlite:shop.db")]);
    let file = Connection::open(home.path("shop.db")).expect("a file");
    file.execute_batch("CREATE TABLE orders (id INTEGER); CREATE TABLE users (name TEXT)").expect("tables");
    fs::set_permissions(home.path("shop.db"), fs::Permissions::from_mode(0o600)).expect("the file");
    home
}

fn without_keys() -> Installation {
    let home = home_with_database(&[]);
    fs::remove_file(home.path("data/vestibule.db.keys")).expect("the keys");
    home
}

/// A user has an authenticator app, sealed with other keys.
fn with_other_keys() -> Installation {
    let home = home(&[]);
    home.write(
        "users.csv",
        format!("username,password,totpSecret\ngrace,{PASSWORD},JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n"),
    );
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    let keys = vestibule::secrets::new_key();
    home.and("VESTIBULE_SECRET_KEYS", &keys)
}

#[expect(clippy::too_many_lines, reason = "one table")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_settings_and_files_are_named() {
    let google = [
        ("VESTIBULE_PROVIDERS", "google"),
        ("VESTIBULE_PROVIDER_GOOGLE_ISSUER", "https://accounts.google.com"),
        ("VESTIBULE_PROVIDER_GOOGLE_KIND", "google"),
        ("VESTIBULE_PROVIDER_GOOGLE_CLIENT_ID", "client"),
        ("VESTIBULE_PROVIDER_GOOGLE_CLIENT_SECRET", "secret"),
        // No request of the test leaves this machine.
        ("VESTIBULE_HTTPS_PROXY", "http://127.0.0.1:9"),
    ];
    run(vec![
        Row::good("without settings", home(&[])),
        Row::good("with a database", home_with_database(&[])),
        Row::bad(
            "unknown value",
            home(&[("VESTIBULE_MFA", "sometimes")]),
            3,
            "setting_invalid",
            "VESTIBULE_MFA: write optional or required",
        ),
        Row::bad(
            "misspelt setting",
            home(&[("VESTIBULE_MFAA", "required")]),
            3,
            "setting_invalid",
            "VESTIBULE_MFAA",
        ),
        Row::bad(
            "loopback URL on all interfaces",
            home(&[("VESTIBULE_LISTEN", "0.0.0.0:0")]),
            1,
            "public_url_this_machine",
            URL,
        ),
        Row::bad(
            "placeholder",
            home(&[(URL, "https://id.example.org"), (PROXIES, "10.0.0.0/8")]),
            1,
            "public_url_placeholder",
            URL,
        )
        .argument(&NOWHERE),
        Row::bad(
            "https without a trusted proxy",
            home(&[(URL, "https://localhost:1")]),
            1,
            "proxies_missing",
            PROXIES,
        ),
        Row::bad(
            "each address is a trusted proxy",
            home(&[(PROXIES, "0.0.0.0/0")]),
            1,
            "proxies_all",
            PROXIES,
        ),
        Row::bad(
            "public sign-up",
            home(&google),
            1,
            "provider_public_signup",
            "VESTIBULE_PROVIDER_GOOGLE_ALLOWED_DOMAINS",
        )
        .and("provider_unreachable", "VESTIBULE_PROVIDER_GOOGLE_ISSUER"),
        Row::bad(
            "keys that all can read",
            with_mode("data/vestibule.db.keys", 0o644),
            1,
            "file_open_to_all",
            "chmod 600",
        ),
        Row::bad(
            "database that a group can read",
            with_mode("data/vestibule.db", 0o640),
            0,
            "file_open_to_group",
            "chmod 600",
        ),
        Row::bad("keys are lost", without_keys(), 3, "keys_unusable", "vestibule.db.keys"),
        Row::bad(
            "keys of another database",
            with_other_keys(),
            3,
            "keys_not_in_ring",
            "VESTIBULE_SECRET_KEYS",
        ),
        Row::bad(
            "file of another application",
            foreign_file(),
            4,
            "database_foreign",
            "VESTIBULE_DATABASE_URL",
        ),
        Row::bad(
            "file of a newer version",
            with_sql("PRAGMA user_version = 99"),
            4,
            "database_refused",
            "VESTIBULE_DATABASE_URL",
        ),
        Row::bad(
            "missing index",
            with_sql("DROP INDEX keys_by_id"),
            1,
            "database_index_missing",
            "restart the service",
        ),
        Row::bad(
            "clock that was set back",
            with_sql("INSERT OR REPLACE INTO newest_time (id, millis) VALUES (1, 4000000000000)"),
            1,
            "clock_set_back",
            "synchronise the clock",
        ),
    ])
    .await;
}

#[test]
fn doctor_creates_nothing_and_prints_no_secret() {
    let home = home(&[
        ("VESTIBULE_MAIL_URL", "smtp://bot@127.0.0.1:9"),
        ("VESTIBULE_MAIL_FROM", "no-reply@corp.dev"),
        ("VESTIBULE_MAIL_PASSWORD", "hunter2"),
    ]);
    for arguments in [&["doctor", "--json"][..], &["doctor"]] {
        let done = home.run(arguments).expect_exit(1);
        assert!(!format!("{done:?}").contains("hunter2"), "{done:#?}");
        assert!(done.out.contains("mail_unreachable"), "{done:#?}");
    }
    assert_eq!(fs::read_dir(home.folder()).expect("the folder").count(), 0, "no file was created");
}

#[test]
fn a_check_that_takes_too_long_hides_no_other_finding() {
    // Accepts connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let home = home(&[
        ("VESTIBULE_MAIL_URL", &format!("smtp://127.0.0.1:{port}")),
        ("VESTIBULE_MAIL_FROM", "no-reply@corp.dev"),
        ("VESTIBULE_LISTEN", "0.0.0.0:0"),
    ]);
    let done = home.run(&["doctor", "--json", "--timeout", "1"]).expect_exit(1);
    let codes: Vec<String> = findings(&done)
        .iter()
        .map(|finding| finding["code"].as_str().unwrap_or_default().to_owned())
        .collect();
    for code in ["check_timeout", "public_url_this_machine", "database_missing"] {
        assert!(codes.contains(&code.to_owned()), "{code}: {codes:?}");
    }
}
