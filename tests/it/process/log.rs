//! Content of the log.

use serde_json::Value;

use super::{add, signed_in};
use crate::harness::{browser::Browser, process::Installation, users::PASSWORD};

// Log injection: user input never starts a line and contains no terminal commands.
#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_are_escaped_in_the_log() {
    for format in ["text", "json"] {
        let home = Installation::with_settings(&[
            ("VESTIBULE_LOG_FORMAT", format),
            ("VESTIBULE_LOG", "debug,hyper=info"),
        ]);
        let serving = home.serve();
        let browser = Browser::at(serving.address);
        for name in [
            "x\r\nINFO forged=line",
            "\u{1b}[31mred\u{1b}[0m",
            "tab\tnul\0end",
            "\u{2028}forged",
            "quote\" forged=\"1",
            "\u{85}forged",
            "\u{202e}forged",
        ] {
            browser.sign_in(name, "wrong").await.expect_status(401);
        }
        browser.get("/api/%0d%0aforged=line").await.expect_status(404);
        let log = serving.log();
        assert!(log.contains("unknown_user"), "{log}");
        for line in log.lines() {
            assert!(!line.chars().any(|c| c.is_control() && c != '\t'), "{line:?}");
            assert!(
                !line.contains('\u{2028}')
                    && !line.trim_start().starts_with("forged")
                    && !line.starts_with("INFO forged"),
                "{line:?}"
            );
            if format == "json" {
                let parsed: Result<Value, _> = serde_json::from_str(line);
                assert!(parsed.is_ok(), "{line:?}");
            }
        }
    }
}

// Parser errors quote the input, which may be a password.
#[tokio::test(flavor = "multi_thread")]
async fn values_of_wrong_type_are_not_logged() {
    let home = Installation::with_settings(&[("VESTIBULE_LOG", "debug,hyper=info")]);
    let serving = home.serve();
    let browser = Browser::at(serving.address);
    let body = serde_json::json!({ "username": "ada", "password": 1_234_567_890_123_u64 });
    browser.post("/api/auth/login", &body).await.expect_problem(400, "invalid_request");
    let log = serving.log();
    assert!(log.contains("a member is missing or has another type"), "{log}");
    assert!(!log.contains("1234567890123"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn log_contains_no_secret() {
    let home = Installation::with_settings(&[("VESTIBULE_LOG", "trace")]);
    add(&home, "ada");
    let serving = home.serve();
    let browser = signed_in(serving.address, "ada").await;
    browser.sign_in("ada", "a wrong password").await.expect_status(401);
    browser.me().await.expect_status(200);
    let setup = browser.start_enrolment().await.expect_status(200).json();
    browser.verify("123123").await.expect_status(400);
    let keys = std::fs::read_to_string(home.path("data/vestibule.db.keys")).unwrap();
    let log = serving.log();
    assert!(log.contains("audit"), "{log}");
    let cookie = browser.session().unwrap();
    let token = browser.cookie("XSRF-TOKEN").unwrap();
    let secret = setup["secret"].as_str().unwrap();
    for secret in [PASSWORD, "a wrong password", "123123", &cookie, &token, secret, keys.trim(), "$argon2id"]
    {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
