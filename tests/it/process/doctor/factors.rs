//! Links for passkeys, and codes by message.

use super::{Row, home, home_with_database, run};
use crate::harness::process::Installation;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A user whose only factor is a code by SMS, which the settings no longer offer.
fn with_channel_turned_off() -> Installation {
    let home = home(&[]);
    let codes = r#"{"sms":{"number":"+4915112345678","confirmedAt":"2026-01-01T00:00:00.000Z"}}"#;
    home.write("users.ndjson", format!("{{\"username\":\"ada\",\"messageCodes\":{codes}}}\n"));
    home.run(&["users", "import", "--no-passwords", "users.ndjson"]).expect_exit(0);
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
        Row::bad(
            "links without mail",
            home_with_database(&[]).and("VESTIBULE_LOCAL_PASSWORDS", "off"),
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
