//! Links for passkeys, passwords that are off, and codes by message.

use super::{Row, home, home_with_database, run};
use crate::{
    harness::{process::Installation, users::PASSWORD},
    login::without_passwords::OFF,
};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A user whose only factor is a code by SMS, which the settings no longer offer.
fn with_channel_turned_off() -> Installation {
    let home = home(&[]);
    let codes = r#"{"sms":{"number":"+4915112345678","confirmedAt":"2026-01-01T00:00:00.000Z"}}"#;
    home.write("users.ndjson", format!("{{\"username\":\"ada\",\"messageCodes\":{codes}}}\n"));
    home.run(&["users", "import", "--no-passwords", "users.ndjson"]).expect_exit(0);
    home
}

/// A user with a password of the time before, and perhaps an authenticator app.
fn with_passwords_turned_off(secret: &str) -> Installation {
    let home = home(&[OFF]);
    home.write("users.csv", format!("username,password,totpSecret\nada,{PASSWORD},{secret}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    home
}

/// A user without a password, and one who is disabled.
fn with_users_without_password() -> Installation {
    let home = home(&[OFF]);
    home.run(&["users", "add", "ada"]).expect_exit(0);
    home.write("users.csv", format!("username,password\ngrace,{PASSWORD}\n"));
    home.run(&["users", "import", "users.csv"]).expect_exit(0);
    home.run(&["users", "disable", "grace"]).expect_exit(0);
    home
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn factors_that_users_cannot_prove_are_named() {
    let sms = [
        ("VESTIBULE_MESSAGE_CODES", "sms"),
        ("VESTIBULE_SMS_URL", "http://127.0.0.1:9/messages"),
        ("VESTIBULE_SMS_KEY", KEY),
    ];
    run(vec![
        Row::bad("links without mail", home(&[OFF]), 0, "links_handed_over", "set up mail"),
        Row::bad(
            "a password that opens nothing",
            with_passwords_turned_off(""),
            1,
            "password_only",
            "makes a link for a passkey",
        )
        .and("links_handed_over", "set up mail"),
        Row::bad(
            "a password that opens nothing, and a second factor",
            with_passwords_turned_off("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
            1,
            "password_only",
            "vestibule users reset-mfa USER",
        )
        .and("links_handed_over", "set up mail"),
        Row::bad(
            "users who wait for a link",
            with_users_without_password(),
            0,
            "links_handed_over",
            "set up mail",
        ),
        Row::bad("no gateway", home_with_database(&sms), 1, "sms_unreachable", "VESTIBULE_SMS_URL"),
        Row::bad(
            "channel turned off",
            with_channel_turned_off(),
            1,
            "factor_not_offered",
            "VESTIBULE_MESSAGE_CODES",
        ),
    ])
    .await;
}
